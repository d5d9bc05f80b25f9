"""Kinetic mixing: printed values, the defining integrals, thresholds and limits."""

import dataclasses
import math
import time
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError
from lmutau.gen.model import kinetic_mixing, widths
from lmutau.gen.model.kinetic_mixing import fermion_loop, scalar_loop

PAPER = dataclasses.replace(CONSTANTS, m_mu=0.1056583745, alpha=0.0072973525693)


@pytest.mark.parametrize(("t", "fermion", "scalar"), [
    (0.01, -0.000333691006195, -0.000333571693483),
    (-3, 0.0774069648560, 0.0836975079843),
    (1, -0.0375447623273, -0.0360215864564),
    (3.9, -0.334699927712, -0.208993222789),
    (20, 0.162338723949 - 0.515153080276j, -0.0669012500131 - 0.749313571311j),
])  # fmt: skip
def test_loops(t: float, fermion: complex, scalar: complex) -> None:
    assert fermion_loop(t) == pytest.approx(fermion, rel=1e-11)
    assert scalar_loop(t) == pytest.approx(scalar, rel=1e-11)


@given(st.floats(-1e4, 1e4).filter(lambda t: abs(t) > 1e-6))
def test_loops_are_their_integrals(t: float) -> None:
    point = mpmath.mpc(t, 0)
    cuts = [0, 1]
    if t > 4:
        root = mpmath.sqrt(1 - 4 / mpmath.mpf(t))
        cuts = [0, (1 - root) / 2, mpmath.mpf(1) / 2, (1 + root) / 2, 1]

    def log(x: mpmath.mpf) -> mpmath.mpc:
        inside = 1 - x * (1 - x) * point.real
        return mpmath.log(abs(inside)) - (mpmath.pi * 1j if inside < 0 else 0)

    fermion = mpmath.quad(lambda x: x * (1 - x) * log(x), cuts)
    scalar = mpmath.quad(lambda x: (1 - 2 * x) ** 2 * log(x), cuts)
    assert fermion_loop(t) == pytest.approx(complex(fermion), rel=1e-9)
    assert scalar_loop(t) == pytest.approx(complex(scalar), rel=1e-9)


@pytest.mark.parametrize(("mass", "r", "smuon", "value"), [
    (0, 1, None, 0.01443291117),
    (0, 10, None, 0.02032029423),
    (0, 0.1, None, 0.008545528105),
    (0.1, 1, None, 0.0149402238749),
    (0.2, 10, None, 0.0240535583555),
    (0.5, 1, None, 0.0115051092237 + 0.00793012605444j),
    (1, 0.1, None, 0.00132684322612 + 0.00802650798725j),
    (3, 10, None, 0.00519365238318 + 0.00803253195809j),
    (5, 1, None, -0.00263679350892 + 0.000954847935918j),
    (1, 10, 500, 0.0131016098563 + 0.00802650798725j),
    (5, 0.1, 1000, -0.00852449303912 + 0.000954847935918j),
])  # fmt: skip
def test_printed_values(mass: float, r: float, smuon: float | None, value: complex) -> None:
    result = kinetic_mixing(mass, r=r, smuon_mass=smuon, constants=PAPER)
    assert complex(result) == pytest.approx(value, rel=1e-9)


def test_scales_with_the_coupling_and_keeps_the_shape() -> None:
    result = kinetic_mixing([[0.1, 1.0]], g=1e-3)
    assert result.shape == (1, 2)
    assert result == pytest.approx(1e-3 * kinetic_mixing([[0.1, 1.0]]))


@given(st.floats(1e-9, 1e-3))
def test_continuous_at_the_threshold(step: float) -> None:
    below, above = fermion_loop(4 - step), fermion_loop(4 + step)
    assert abs(below - above) < 2 * math.sqrt(step)


def _loops(t: Any) -> tuple[Any, Any]:
    """L_f and L_s in high precision."""
    if t > 4:
        b = mpmath.sqrt(1 - 4 / t)
        bubble = b * (mpmath.log((1 + b) / (1 - b)) - mpmath.pi * 1j)
    else:
        b = mpmath.sqrt(4 / t - 1)
        bubble = 2 * b * mpmath.atan(1 / b) if b else 0
    fermion = -mpmath.mpf(5) / 18 - 2 / (3 * t) + (1 + 2 / t) * bubble / 6
    return fermion, bubble - 2 - 4 * fermion


def _exact(mass: float, r: float, smuon: float | None) -> complex:
    with mpmath.workdps(60):
        q2, c = mpmath.mpf(mass) ** 2, CONSTANTS
        mu2, tau2 = mpmath.mpf(c.m_mu) ** 2, mpmath.mpf(c.m_tau) ** 2
        total = 8 * (mpmath.log(tau2 / mu2) / 6 + _loops(q2 / tau2)[0] - _loops(q2 / mu2)[0])
        total += 4 * mpmath.log(mpmath.mpf(r)) / 3
        if smuon is not None:
            smuon2 = mpmath.mpf(smuon) ** 2
            total += 2 * (_loops(q2 / (mpmath.mpf(r) ** 2 * smuon2))[1] - _loops(q2 / smuon2)[1])
        return complex(mpmath.sqrt(4 * mpmath.pi * mpmath.mpf(c.alpha)) / (16 * mpmath.pi**2) * total)


_powers = st.floats(-4, 7).map(lambda power: 10**power)
_near = st.tuples(st.sampled_from((CONSTANTS.m_mu, CONSTANTS.m_tau)), st.sampled_from((-1, 1)), st.floats(-15, -2))
_masses = st.one_of(_powers, _near.map(lambda x: 2 * x[0] * (1 + x[1] * 10 ** x[2])))
_ratios = st.one_of(st.floats(-3, 3).map(lambda power: 10**power), st.floats(-12, -1).map(lambda p: 1 + 10**p))


@given(_masses, _ratios, st.one_of(st.none(), st.floats(0, 6).map(lambda power: 10**power)))
def test_no_loss_at_any_mass(mass: float, r: float, smuon: float | None) -> None:
    # thresholds, masses far above all loops, degenerate and very heavy sleptons
    found = complex(kinetic_mixing(mass, r, smuon_mass=smuon))
    assert found == pytest.approx(_exact(mass, r, smuon), rel=1e-12, abs=0)


_distances = st.one_of(
    st.floats(-0.3, 0.3), st.tuples(st.sampled_from((-1, 1)), st.floats(-15, -1)).map(lambda x: x[0] * 10 ** x[1])
)
_splittings = st.tuples(st.sampled_from((-1, 1)), st.floats(-13, -1.4)).map(lambda x: 1 + x[0] * 10 ** x[1])


@given(st.floats(0, 6.5).map(lambda power: 10**power), _distances, _splittings)
@example(smuon=5e6, distance=-0.01, r=1 + 1e-9)
@example(smuon=1717.28, distance=0.02936335, r=1 + 3.4e-7)
@example(smuon=5e3, distance=0.0, r=1 + 1e-12)
def test_nearly_degenerate_sleptons_at_their_threshold(smuon: float, distance: float, r: float) -> None:
    # their difference is all that is left of Pi far above the leptons
    mass = 2 * smuon * (1 + distance)
    found = complex(kinetic_mixing(mass, r, smuon_mass=smuon))
    assert found == pytest.approx(_exact(mass, r, smuon), rel=1e-12, abs=0)


def test_heavy_sleptons_depend_on_their_ratio_only() -> None:
    for mass in (0.1, 5.0):
        for r in (0.1, 3.0):
            heavy = complex(kinetic_mixing(mass, r, smuon_mass=1e8))
            assert complex(kinetic_mixing(mass, r)) == pytest.approx(heavy, rel=1e-12)
            assert complex(kinetic_mixing(mass, r, smuon_mass=1e200)) == complex(kinetic_mixing(mass, r))


def test_unitarity() -> None:
    # Im Pi = -(2/g e) times the cut: M Gamma(mu mu)/M² at g e, without the tau
    mass = 1.0
    width = float(widths(mass)["mu"])
    e = math.sqrt(4 * math.pi * CONSTANTS.alpha)
    assert complex(kinetic_mixing(mass)).imag == pytest.approx(e * width / mass, rel=1e-12)


def test_mass_ratio_and_coupling_broadcast() -> None:
    found = kinetic_mixing([0.1, 1.0, 5.0], [[1.0], [10.0]], 1e-3)
    assert found.shape == (2, 3)
    assert complex(found[1, 2]) == complex(kinetic_mixing(5.0, 10.0, 1e-3))


def test_a_hundred_thousand_masses_at_once() -> None:
    kinetic_mixing(1.0)  # compiled
    start = time.perf_counter()
    kinetic_mixing(np.geomspace(1e-3, 1e3, 100_000), 3.0, smuon_mass=300.0)
    assert time.perf_counter() - start < 1.0


@pytest.mark.parametrize(("arguments", "message"), [
    ({"mass": -1.0}, "mass"), ({"mass": math.nan}, "mass"), ({"mass": 1.0, "r": 0.0}, "r ="),
    ({"mass": 1.0, "smuon_mass": -3.0}, "smuon_mass"), ({"mass": 1.0, "smuon_mass": [1.0, 2.0]}, "one number"),
    ({"mass": "1"}, "mass = '1'"), ({"mass": None}, "mass = None"), ({"mass": True}, "mass = True"),
    ({"mass": [1.0, 2.0], "r": [1.0, 2.0, 3.0]}, "shapes"),
])  # fmt: skip
def test_wrong_input(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        kinetic_mixing(**arguments)


def test_arrays_of_one_number_make_no_warning() -> None:
    # warnings are errors here
    for arguments in (([0.5],), (0.5, [1.0]), ([0.5], 1.0, [1.0]), (np.broadcast_to(0.5, 1),)):
        assert kinetic_mixing(*arguments).shape == (1,)
