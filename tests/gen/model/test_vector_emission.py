"""F_1, F_2 and the splitting function: printed values, high precision, the defining integrals."""

import dataclasses
import math
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError
from lmutau.gen.model import f1, f2, massless_cross_section, splitting, splitting_range, z_pole_limit, z_pole_shift
from lmutau.gen.model.dilogarithm import dilogarithm

PAPER = dataclasses.replace(CONSTANTS, m_mu=0.1056583745, m_tau=1.77686, alpha=0.0072973525693)


@pytest.mark.parametrize(("x", "real", "virtual"), [
    (1e-6, 151.132311327, -149.632311327), (1e-4, 58.9261897301, -57.4261897451),
    (0.01, 9.50395012569, -8.00409584279), (0.5, 0.00837052309753, 1.31119732633),
])  # fmt: skip
def test_printed_values(x: float, real: float, virtual: float) -> None:
    assert float(f1(x)) == pytest.approx(real, rel=1e-9)
    assert float(f2(x)) == pytest.approx(virtual, rel=1e-9)


def _exact(x: float) -> tuple[float, float]:
    with mpmath.workdps(110):
        v = mpmath.mpf(x)
        log, t, square = mpmath.log(v), v / (1 + v), (1 + v) ** 2
        li, other = mpmath.polylog(2, t), mpmath.polylog(2, 1 / (1 + v))
        real = square * (3 * log + log**2) + 5 * (1 - v * v) - 2 * v * log
        real -= 2 * square * (mpmath.log(1 + v) * log + other - li)
        bracket = li + mpmath.log(t) ** 2 / 2 - mpmath.pi**2 / 6
        virtual = -2 * (mpmath.mpf(7) / 4 + v + (v + mpmath.mpf(3) / 2) * log + square * bracket)
        return float(real.real), float(virtual.real)


@given(st.one_of(st.floats(-30, 0).map(lambda p: 10**p), st.floats(-9, 0).map(lambda p: 1 - 10**p)).filter(bool))
def test_real_emission_keeps_its_digits(x: float) -> None:
    assert float(f1(x)) == pytest.approx(_exact(x)[0], rel=1e-11)


@given(st.floats(-30, 30).map(lambda power: 10**power))
def test_virtual_correction_keeps_its_digits(x: float) -> None:
    assert float(f2(x)) == pytest.approx(_exact(x)[1], rel=1e-11, abs=2e-15)


@pytest.mark.parametrize("rho", [0.003, 0.1, 0.6])
def test_real_emission_is_the_dalitz_integral(rho: float) -> None:
    # energies x1, x2 of massless fermions around a vector of mass² rho, in half the beam energy
    def density(a: mpmath.mpf, b: mpmath.mpf) -> mpmath.mpf:
        return ((1 - a + rho) ** 2 + (1 - b + rho) ** 2) / (a * b) - rho * (1 / a**2 + 1 / b**2)

    def inner(log_a: mpmath.mpf) -> mpmath.mpf:
        a = mpmath.exp(log_a)
        low, high = mpmath.log(rho / a), mpmath.log(1 + rho - a)
        return a * mpmath.quad(lambda lb: mpmath.exp(lb) * density(a, mpmath.exp(lb)), [low, high])

    with mpmath.workdps(12):
        # b from rho/a to 1+rho-a is open for a between rho and 1
        integral = mpmath.quad(inner, [mpmath.log(rho), mpmath.log(rho) / 2, 0])
    assert float(f1(rho)) == pytest.approx(float(integral), rel=1e-6)


def test_limits() -> None:
    x = np.array([1e-8, 1e-10])
    assert f1(x) + f2(x) == pytest.approx(1.5, abs=1e-6)  # virtual and real: (3/2)(alpha/2 pi) of a massless vector
    assert f1([1.0, 3.0]).tolist() == [0, 0]
    assert float(f2(1e9)) == pytest.approx(2e-9 / 3 * (math.log(1e9) + 11 / 6), rel=1e-6)


@pytest.mark.parametrize("x", [-1e9, -3.0, -1.0, -0.3, 1e-12, 0.3, 0.5, 0.51, 0.99999, 1.0])
def test_dilogarithm(x: float) -> None:
    assert dilogarithm(x) == pytest.approx(float(mpmath.polylog(2, x).real), rel=2e-15)
    assert math.isnan(dilogarithm(1.5))


@pytest.mark.parametrize(("z", "mass", "value"), [
    (0.1, 0.1, 1.07738270529), (0.5, 0.1, 0.251279435840), (0.9, 0.01, 0.194969025107),
])  # fmt: skip
def test_splitting(z: float, mass: float, value: float) -> None:
    assert float(splitting(z, mass, constants=PAPER)) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(("mass", "value"), [(0.01, 155.360751681), (0.1, 62.2835955716), (1.0, 11.5065037271)])
def test_integral_of_the_splitting_function(mass: float, value: float) -> None:
    low, high = splitting_range(mass, constants=PAPER)
    nodes, weights = np.polynomial.legendre.leggauss(200)
    t = (nodes + 1) / 2
    z = low * np.exp(math.log(high / low) * t**2)  # a root at the lower end
    step = z * math.log(high / low) * 2 * t * weights / 2
    integral = 8 * math.pi**2 * 2 * float(splitting(z, mass, constants=PAPER) @ step)
    assert integral == pytest.approx(value, rel=1e-9)


@given(st.floats(1e-6, 5.0), st.floats(1e-15, 1e-3))
def test_splitting_close_to_its_lower_end(mass: float, step: float) -> None:
    z = 2 * mass / 10.58 * (1 + step)
    with mpmath.workdps(40):
        u = mpmath.mpf(z) * mpmath.mpf(10.58) / (2 * mpmath.mpf(mass))
        expected = (1 + (1 - z) ** 2) / z * 2 * mpmath.acosh(u) if u > 1 else mpmath.mpf(0)
    found = 8 * math.pi**2 * float(splitting(z, mass))
    assert found == pytest.approx(float(expected.real), rel=1e-6 if step > 1e-9 else 0.3, abs=1e-6)


def test_cross_section() -> None:
    for lepton, sigma_0 in (("mu", 775926.970), ("tau", 772074.408)):
        sigma = massless_cross_section(0.3, lepton=lepton, constants=PAPER)
        assert float(sigma) == pytest.approx(sigma_0 / (8 * math.pi**2) * float(f1((0.3 / 10.58) ** 2)), rel=1e-9)
    # close to the exact totals where the muon mass hardly matters: 202.5, 99.52, 13.725 pb
    assert massless_cross_section([0.5, 1, 3]) / 1e3 == pytest.approx(
        [202.5 / 0.990, 99.52 / 0.994, 13.725 / 0.997], rel=3e-3
    )


def test_z_pole() -> None:
    assert z_pole_limit([0.01, 0.1, 1.0]) == pytest.approx([0.0159151, 0.0220299, 0.0359098], rel=1e-5)
    assert float(z_pole_shift(1.0, z_pole_limit(1.0))) == pytest.approx(-8.92008e-4, rel=1e-9)
    assert float(z_pole_limit(1.0, 4 * 8.92008e-4) / z_pole_limit(1.0)) == pytest.approx(2)


@pytest.mark.parametrize(("call", "words"), [
    (lambda: f1(0.0), "x = 0.0"), (lambda: f2(-1.0), "x = -1.0"), (lambda: splitting(0.1, 0.0), "mass = 0.0 GeV"),
    (lambda: massless_cross_section(0.1, sqrt_s=0.1), "sqrt_s = 0.1"), (lambda: z_pole_limit(1.0, 0.0), "shift = 0.0"),
])  # fmt: skip
def test_wrong_input(call: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        call()
