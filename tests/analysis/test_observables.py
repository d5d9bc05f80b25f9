"""Recoil observables against independent numbers, another library, symmetries and limits."""

import dataclasses
import json
from importlib import resources
from typing import Any

import numpy as np
import pytest
import vector
from hypothesis import given
from hypothesis import strategies as st

from lmutau.analysis.kinematics import PAIR_COLUMNS, collision
from lmutau.analysis.observables import OBSERVABLES, RECOIL_NAMES, muons_cm, recoil
from lmutau.gen.beams import BEAMS
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError, KinematicsError
from tests.analysis.blocks import BEAM, light_signal

REFERENCE = json.loads(resources.files("tests.reference").joinpath("recoil.json").read_text())
MOMENTUM = st.tuples(*[st.floats(-4.0, 4.0) for _ in range(3)])


@pytest.mark.parametrize("event", REFERENCE["events"])
def test_independent_values(event: dict[str, Any]) -> None:
    # the numbers have 12 digits: 1e-11 is rounding of the last one
    constants = dataclasses.replace(CONSTANTS, m_mu=REFERENCE["m_mu"])
    beam = BEAMS["head-on"].nominal_total()
    values = recoil([event["mu_minus"]], [event["mu_plus"]], beam, constants=constants)
    for key, expected in event.items():
        if key in ("mu_minus", "mu_plus"):
            continue
        name = key.removesuffix("_deg")
        found = float(values[name][0])
        assert (np.degrees(found) if key.endswith("_deg") else found) == pytest.approx(expected, rel=1e-11)
    assert values["pT_recoil"] == values["ETmiss"]
    assert collision(beam).sqrt_s == pytest.approx(REFERENCE["sqrt_s"], rel=1e-11)


def test_keys_and_table_are_complete() -> None:
    values = recoil([[1.0, 0, 1.0]], [[-1.0, 0.5, 1.0]], BEAM)
    assert tuple(values) == RECOIL_NAMES
    assert tuple(OBSERVABLES) == tuple(dict.fromkeys((*RECOIL_NAMES, *OBSERVABLES)))
    assert set(OBSERVABLES) == set(PAIR_COLUMNS)
    assert all(o.formula and o.unit and o.frame and o.source.startswith("arXiv:") for o in OBSERVABLES.values())


@pytest.mark.parametrize("name", sorted(BEAMS))
def test_against_vector_library(name: str) -> None:
    """The same definitions written with another library and another route to the c.m. axes."""
    rng = np.random.default_rng(11)
    minus, plus = rng.normal(scale=2.0, size=(2, 500, 3))
    beams = BEAMS[name]
    total = beams.nominal_total()
    values = recoil(minus, plus, total) | muons_cm(minus, plus, total)

    def four(p: np.ndarray) -> Any:
        return vector.array({"px": p[:, 0], "py": p[:, 1], "pz": p[:, 2], "mass": np.full(len(p), CONSTANTS.m_mu)})

    a, b = four(minus), four(plus)
    whole = vector.obj(E=total[0], px=total[1], py=total[2], pz=total[3])
    lost = vector.array({k: np.full(500, getattr(whole, k)) for k in ("px", "py", "pz", "E")}) - a - b
    half = beams.crossing_angle / 2
    p_beam = np.sqrt(beams.electron_energy**2 - CONSTANTS.m_e**2)
    electron = vector.obj(px=p_beam * np.sin(half), py=0.0, pz=p_beam * np.cos(half), mass=CONSTANTS.m_e)
    axis = electron.boostCM_of_p4(whole).to_3D().unit()
    a_cm, b_cm, lost_cm = a.boostCM_of_p4(whole), b.boostCM_of_p4(whole), lost.boostCM_of_p4(whole)

    def along(p: Any) -> Any:
        return p.px * axis.x + p.py * axis.y + p.pz * axis.z

    def close(key: str, expected: Any, absolute: float = 1e-12, relative: float = 1e-9) -> None:
        np.testing.assert_allclose(values[key], expected, rtol=relative, atol=absolute, err_msg=key)

    close("m2_recoil", lost.E**2 - lost.p**2, absolute=1e-11)
    close("theta_recoil_lab", lost.theta)
    # the massless-electron axis of the c.m. frame is good to 1e-8
    close("theta_recoil_cm", np.arccos(along(lost_cm) / lost_cm.p), absolute=1e-7)
    close("ETmiss", np.sqrt(lost_cm.p**2 - along(lost_cm) ** 2), absolute=1e-7)
    close("opening_cm", a_cm.deltaangle(b_cm), absolute=1e-7)
    cross = a_cm.to_3D().cross(b_cm.to_3D()).mag
    opposite = a_cm.to_3D().dot(b_cm.to_3D()) < 0
    close("p_trans_thrust", cross / np.where(opposite, (a_cm.to_3D() - b_cm.to_3D()).mag, (a_cm + b_cm).p))
    low = np.where(a_cm.E > b_cm.E, b_cm.p, a_cm.p)
    close("p_trans_hi_lo", cross / low)
    close("p_long_hi_lo", a_cm.to_3D().dot(b_cm.to_3D()) / low, absolute=1e-10)
    for key, p_lab, p_cm in (("mu_minus", a, a_cm), ("mu_plus", b, b_cm)):
        close(f"{key}_p", p_lab.p)
        close(f"{key}_energy_cm", p_cm.E)
        close(f"{key}_pT_cm", np.sqrt(p_cm.p**2 - along(p_cm) ** 2), absolute=1e-7)
        close(f"{key}_eta_cm", np.arctanh(along(p_cm) / p_cm.p), absolute=1e-6)


@pytest.mark.parametrize("mass", [0.0, 0.01, 0.1, 1.0, 3.0])
def test_recoil_mass_is_the_boson_mass(mass: float) -> None:
    minus, plus = light_signal(2000, seed=3, mass=mass)
    values = recoil(minus, plus, BEAM)
    # s is 1e2 GeV^2: double precision leaves 1e-13
    np.testing.assert_allclose(values["m2_recoil"], mass**2, atol=2e-12)


@given(MOMENTUM, MOMENTUM, st.sampled_from(sorted(BEAMS)))
def test_exchange_of_the_muons_changes_nothing(a: Any, b: Any, name: str) -> None:
    beam = BEAMS[name].total(10.58)
    direct, swapped = recoil([a], [b], beam), recoil([b], [a], beam)
    for key in RECOIL_NAMES:
        assert direct[key][0] == pytest.approx(swapped[key][0], rel=1e-9, abs=1e-9), key


@given(MOMENTUM, MOMENTUM, st.floats(-3.2, 3.2))
def test_rotation_about_the_beam_changes_nothing(a: Any, b: Any, angle: float) -> None:
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    direct, turned = recoil([a], [b], BEAM), recoil([turn @ a], [turn @ b], BEAM)
    for key in RECOIL_NAMES:
        assert direct[key][0] == pytest.approx(turned[key][0], rel=1e-8, abs=1e-7), key


@given(MOMENTUM, MOMENTUM)
def test_hi_lo_components_make_up_the_momentum(a: Any, b: Any) -> None:
    values, muons = recoil([a], [b], BEAM), muons_cm([a], [b], BEAM)
    high = max(muons["mu_minus_energy_cm"][0], muons["mu_plus_energy_cm"][0])
    p2 = values["p_trans_hi_lo"][0] ** 2 + values["p_long_hi_lo"][0] ** 2
    assert p2 == pytest.approx(high**2 - CONSTANTS.m_mu**2, rel=1e-9, abs=1e-12)


def test_no_recoil_and_parallel_muons_are_finite() -> None:
    at_rest = [BEAM[1:] / 2 + np.array([0.4, 0.0, 0.0]), BEAM[1:] / 2 - np.array([0.4, 0.0, 0.0])]
    cases = [
        (at_rest[0], at_rest[1]),
        (np.array([1.0, 0.5, 0.7]), np.array([1.0, 0.5, 0.7])),
        (np.zeros(3), np.zeros(3)),
        (np.array([0.0, 0.0, 3.0]), np.array([0.0, 0.0, -1.0])),
    ]
    with np.errstate(all="raise"):
        for a, b in cases:
            for values in (recoil(a, b, BEAM), muons_cm(a, b, BEAM)):
                assert all(np.isfinite(column).all() for column in values.values())
    parallel = recoil(*cases[1], BEAM)
    assert parallel["opening_cm"][0] == pytest.approx(0, abs=1e-8)
    assert parallel["p_trans_thrust"][0] == pytest.approx(0, abs=1e-8)


def test_opening_angle_keeps_its_digits_near_back_to_back() -> None:
    # in the c.m. frame: pi - 1e-7 would be lost in an arccos
    beam = np.array([10.58, 0.0, 0.0, 0.0])
    small = 1e-7
    values = recoil([[3.0, 0.0, 0.0]], [[-3.0 * np.cos(small), 3.0 * np.sin(small), 0.0]], beam)
    assert np.pi - values["opening_cm"][0] == pytest.approx(small, rel=1e-6)


@pytest.mark.parametrize("beam", [[1.0, 0.0, 0.0, 3.0], [11.0, 0.0, 3.0], [np.nan, 0.0, 0.0, 3.0]])
def test_impossible_beam(beam: list[float]) -> None:
    with pytest.raises(KinematicsError, match="beam"):
        recoil([[1.0, 0.0, 0.0]], [[1.0, 0.0, 0.0]], beam)


def test_wrong_shape() -> None:
    with pytest.raises(ConfigError, match=r"\(n, 3\)"):
        recoil(np.ones((4, 3)), np.ones((5, 3)), BEAM)
