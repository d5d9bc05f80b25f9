"""Magnetic moments: benchmarks, resolvents instead of eigenvalues, symmetries, limits, tachyons."""

import math
import sys
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmutau.gen.errors import ConfigError
from lmutau.gen.susy import BENCHMARKS, benchmark, delta_a
from lmutau.gen.susy.scheme import charge, lepton_mass, make_scheme
from tests.gen.susy.cases import REFERENCE, REFERENCE_CONSTANTS, Point, points
from tests.gen.susy.fifty_digits import magnetic_moment
from tests.gen.susy.resolvent import chargino_loops, neutralino_loops
from tests.gen.susy.test_spectrum import _matrix

C = REFERENCE_CONSTANTS
SCHEME = make_scheme(C)


@pytest.mark.parametrize("name", sorted(BENCHMARKS))
@pytest.mark.parametrize("lepton", ["e", "mu"])
def test_benchmarks(name: str, lepton: str) -> None:
    point = benchmark(name)
    found = delta_a(lepton, m0=point.m0, m1=point.m1, m2=point.m2, mu=point.mu, tan_beta=point.tan_beta, g=point.g,
                    slepton_mass=point.slepton_mass(lepton), constants=C)  # fmt: skip
    neutralino, chargino = REFERENCE["benchmarks"][name][lepton]
    assert found.neutralino == pytest.approx(neutralino, rel=3e-12)
    assert found.chargino == pytest.approx(chargino, rel=3e-12)
    assert found.total == found.neutralino + found.chargino
    assert isinstance(found.total, float)
    assert point.delta_a(lepton, C).total == pytest.approx(found.total, rel=1e-9)  # with the light Z' mixed in


def _resolvent(lepton: str, point: Point, g: float, mass: float, right: float, trilinear: float) -> tuple[float, float]:
    m_l, beta = lepton_mass(lepton, C), math.atan(point["tan_beta"])
    yukawa = math.sqrt(2) * m_l / (SCHEME.v * math.cos(beta))
    lr = m_l * (trilinear - point["mu"] * point["tan_beta"])
    sleptons = np.array([[mass**2, lr], [lr, right**2]])
    w = SCHEME.g2 * SCHEME.v / math.sqrt(2)
    x = np.array([[point["m2"], w * math.sin(beta)], [w * math.cos(beta), point["mu"]]])
    sneutrino2 = mass**2 + (1 - C.sin2_theta_eff) * C.m_z**2 * math.cos(2 * beta)
    first = neutralino_loops(_matrix(point), sleptons, SCHEME.g1, SCHEME.g2, g * charge(lepton), yukawa, m_l)
    return first, chargino_loops(x, sneutrino2, SCHEME.g2, yukawa, m_l)


slepton_masses = st.floats(150, 1500)


@given(point=points(), g=st.floats(0, 0.5), mass=slepton_masses, right=st.one_of(st.none(), slepton_masses),
       trilinear=st.floats(-1000, 1000), lepton=st.sampled_from(("e", "mu")))  # fmt: skip
@settings(max_examples=40)
def test_against_resolvents(
    point: Point, g: float, mass: float, right: float | None, trilinear: float, lepton: str
) -> None:
    """Without a single eigenvalue; couplings of B' of electroweak size, so that it counts."""
    found = delta_a(lepton, **point, g=g, slepton_mass=mass, right_mass=right, trilinear=trilinear, constants=C)
    expected = _resolvent(lepton, point, g, mass, mass if right is None else right, trilinear)
    scale = (lepton_mass(lepton, C) / 1000) ** 2 / (16 * math.pi**2)  # what a loop is worth; parts may cancel
    assert found.neutralino == pytest.approx(expected[0], rel=1e-8, abs=1e-6 * scale)
    assert found.chargino == pytest.approx(expected[1], rel=1e-8, abs=1e-6 * scale)


@pytest.mark.parametrize(("scale", "precision"), [(1.0, 1e-12), (1e3, 1e-11), (1e4, 1e-10)])
def test_against_fifty_digits(scale: float, precision: float) -> None:
    """Precision in the range of the scan and above it, where contributions cancel like M_Z/M."""
    random = np.random.default_rng(1)
    for _ in range(4):
        m0, m1, m2, mu, slepton = (random.uniform(100, 1000, 5) * scale).tolist()
        point: Point = {"m0": m0, "m1": m1, "m2": m2, "mu": -mu, "tan_beta": random.uniform(10, 50)}
        used: dict[str, Any] = {**point, "g": 1e-3, "slepton_mass": slepton, "trilinear": 750 * scale}
        for lepton in ("e", "mu"):
            found = delta_a(lepton, **used, constants=C)
            neutralino, chargino = magnetic_moment(lepton, point, 1e-3, slepton, 750 * scale, C)
            assert found.chargino == pytest.approx(chargino, rel=precision)
            assert found.neutralino == pytest.approx(neutralino, rel=5 * precision)
            assert found.total == pytest.approx(neutralino + chargino, rel=precision)


@given(
    point=points(), g=st.floats(0, 0.5), trilinear=st.floats(-1000, 1000), lepton=st.sampled_from(("e", "mu", "tau"))
)
def test_signs(point: Point, g: float, trilinear: float, lepton: str) -> None:
    """Only relative signs of masses matter, and the sign of B' is a convention."""
    used: dict[str, Any] = {**point, "g": g, "slepton_mass": 3000.0, "trilinear": trilinear}
    one = delta_a(lepton, **used)
    flipped = {key: -used[key] for key in ("m0", "m1", "m2", "mu", "m10", "mu_eta", "trilinear")}
    other = delta_a(lepton, **{**used, **flipped})
    # with B' the sign of g turns, and g is positive by choice: the charge of the lepton turns instead
    with patch.object(sys.modules["lmutau.gen.susy.delta_a"], "charge", lambda lepton: -charge(lepton)):
        third = delta_a(lepton, **{**used, **{key: -used[key] for key in ("m10", "g_yx")}})
    for name in ("neutralino", "chargino"):
        value = getattr(one, name)
        near = pytest.approx(value, rel=1e-8, abs=1e-9 * float(abs(one.neutralino) + abs(one.chargino)))
        assert getattr(other, name) == near
        assert getattr(third, name) == near


def test_equal_masses() -> None:
    """arXiv:hep-ph/0103067: a = (5 g2² + g1²)/(192 pi²) m²/M² tan(beta) sign(mu) for equal masses M >> M_Z."""
    mass, tan_beta = 3000.0, 50.0
    expected = (5 * SCHEME.g2**2 + SCHEME.g1**2) / (192 * math.pi**2) * (C.m_mu / mass) ** 2 * tan_beta
    for sign in (1, -1):
        found = delta_a("mu", m0=mass, m1=mass, m2=mass, mu=sign * mass, tan_beta=tan_beta, g=0.0, slepton_mass=mass,
                        trilinear=0.0, constants=C)  # fmt: skip
        # the part without tan(beta) is what is left: it does not change sign with mu
        assert found.total == pytest.approx(sign * expected, rel=0.03)
    plus, minus = (
        delta_a("mu", m0=mass, m1=mass, m2=mass, mu=sign * mass, tan_beta=tan_beta, g=0.0, slepton_mass=mass,
                trilinear=0.0, constants=C).total
        for sign in (1, -1)
    )  # fmt: skip
    assert plus == pytest.approx(expected, rel=0.004)
    assert minus < 0


@pytest.mark.parametrize("lepton", ["e", "mu"])
def test_decoupling(lepton: str) -> None:
    """a falls like 1/M², and the square of the lepton's mass scales it."""

    def total(scale: float) -> float:
        return float(delta_a(lepton, m0=300 * scale, m1=500 * scale, m2=700 * scale, mu=-900 * scale, tan_beta=20.0,
                             g=0.3, slepton_mass=400 * scale, trilinear=750 * scale).total)  # fmt: skip

    assert total(100) / total(200) == pytest.approx(4, rel=1e-4)
    assert total(1e4) / total(1e5) == pytest.approx(100, rel=1e-6)


def test_electron_and_muon_differ_by_their_masses() -> None:
    used: dict[str, Any] = {
        "m0": 300.0,
        "m1": 500.0,
        "m2": 700.0,
        "mu": -900.0,
        "tan_beta": 20.0,
        "g": 0.0,
        "slepton_mass": 800.0,
    }
    ratio = delta_a("mu", **used, constants=C).total / delta_a("e", **used, constants=C).total
    assert ratio == pytest.approx((C.m_mu / C.m_e) ** 2, rel=1e-4)


def test_bprime_alone() -> None:
    """All else heavy: the loops of B' in closed form, for equal slepton masses and A = mu tan(beta)."""
    m0, slepton, g, mu, tan_beta = 200.0, 400.0, 0.5, 1e7, 1.0
    found = delta_a("mu", m0=m0, m1=1e7, m2=1e7, mu=mu, tan_beta=tan_beta, g=g, slepton_mass=slepton,
                    trilinear=mu * tan_beta, constants=C)  # fmt: skip
    x = (m0 / slepton) ** 2
    f1n = 2 * (1 - 6 * x + 3 * x**2 + 2 * x**3 - 6 * x**2 * math.log(x)) / (1 - x) ** 4
    expected = -(C.m_mu**2) / (16 * math.pi**2) / (12 * slepton**2) * 2 * (2 * g**2) * f1n
    assert found.neutralino == pytest.approx(expected, rel=1e-6)


def test_the_electron_does_not_feel_bprime() -> None:
    used: dict[str, Any] = {"m1": 500.0, "m2": 700.0, "mu": -900.0, "tan_beta": 20.0, "slepton_mass": 300.0}
    values = {delta_a("e", m0=m0, g=g, **used).total for m0, g in ((100.0, 0.0), (100.0, 1.0), (900.0, 0.3))}
    assert len(values) == 1


@given(mass=st.floats(200, 1000), split=st.floats(-14, -1), trilinear=st.floats(1e-6, 1000))
@settings(max_examples=40)
def test_degenerate_sleptons(mass: float, split: float, trilinear: float) -> None:
    """Left and right a little apart: the resolvent knows no difference of two loops."""
    point: Point = {"m0": 300.0, "m1": 350.0, "m2": 400.0, "mu": -450.0, "tan_beta": 1.0}
    right = mass * (1 + 10.0**split)
    trilinear += point["mu"] * point["tan_beta"]  # so that the mixing is m_e times the number drawn
    found = delta_a("e", **point, g=0.0, slepton_mass=mass, right_mass=right, trilinear=trilinear, constants=C)
    expected, _ = _resolvent("e", point, 0.0, mass, right, trilinear)
    assert found.neutralino == pytest.approx(expected, rel=1e-10)


def test_arrays_equal_points() -> None:
    mu = np.array([[-200.0], [-500.0], [300.0]])
    slepton = np.array([150.0, 400.0])
    found = delta_a("mu", m0=200.0, m1=300.0, m2=400.0, mu=mu, tan_beta=30.0, g=1e-3, slepton_mass=slepton)
    assert found.total.shape == (3, 2)
    one = delta_a("mu", m0=200.0, m1=300.0, m2=400.0, mu=-500.0, tan_beta=30.0, g=1e-3, slepton_mass=400.0)
    assert found.total[1, 1] == one.total
    assert found.chargino[1, 1] == one.chargino


def test_tachyons() -> None:
    used: dict[str, Any] = {"m0": 200.0, "m1": 300.0, "m2": 400.0, "mu": -1000.0, "tan_beta": 50.0, "g": 1e-3}
    with pytest.raises(ConfigError, match="tachyonic smuon"):
        delta_a("mu", **used, slepton_mass=70.0)
    found = delta_a("mu", **used, slepton_mass=np.array([70.0, 300.0]))
    assert found.tachyonic.tolist() == [True, False]
    assert found.total[0] == 0
    assert found.total[1] == delta_a("mu", **used, slepton_mass=300.0).total


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("slepton_mass", -100.0, "slepton_mass = -100 GeV: allowed is > 0"),
        ("slepton_mass", float("nan"), "slepton_mass = nan"),
        ("tan_beta", 0.0, "tan_beta = 0"),
        ("g", 11.0, "g = 11: allowed is from 0 to 10"),
        ("g", -1e-3, "g = -0.001: allowed is from 0 to 10"),
        ("right_mass", 0.0, "right_mass = 0 GeV"),
        ("trilinear", float("inf"), "trilinear = inf"),
        ("alpha_mz", 128.0, "alpha_mz = 128.0: allowed is a number in (0, 1)"),
    ],
)
def test_errors(key: str, value: float, words: str) -> None:
    good: dict[str, Any] = {"m0": 100.0, "m1": 200.0, "m2": 300.0, "mu": -500.0, "tan_beta": 10.0, "g": 1e-3,
                            "slepton_mass": 300.0}  # fmt: skip
    with pytest.raises(ConfigError) as caught:
        delta_a("mu", **{**good, key: value})
    assert words in str(caught.value)
