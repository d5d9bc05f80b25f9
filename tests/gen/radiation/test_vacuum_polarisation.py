"""Running of alpha: published values, a dispersion integral, limits, and its use in a process."""

import math

import numpy as np
import pytest

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.model.vacuum_polarisation import (
    FIXED,
    LEPTONIC,
    RUNNING,
    coupling_of,
    delta_alpha,
    delta_alpha_hadronic,
    delta_alpha_lepton,
    hadronic_table,
    running_factor,
)
from tests.gen.radiation.reference import REFERENCE, sampler, sigma

C = CONSTANTS
VALUES = REFERENCE["vacuum polarisation"]
MASSES2 = (C.m_e**2, C.m_mu**2, C.m_tau**2)


@pytest.mark.parametrize("sqrt_s", ["10.58", "1"])
def test_leptons(sqrt_s: str) -> None:
    # nine decimals are right
    assert delta_alpha(float(sqrt_s) ** 2) == pytest.approx(list(VALUES[sqrt_s].values()), abs=1e-9)


@pytest.mark.parametrize("ratio", [1e-3, 0.1, 0.5, 0.9])
def test_dispersion_integral_below_threshold(ratio: float) -> None:
    # -(alpha s/3 pi) Int R(t)/(t (t - s)) dt from 4 m^2, with 4 m^2/t = 1 - b^2
    b, weight = np.polynomial.legendre.leggauss(200)
    b, weight = (b + 1) / 2, weight / 2
    integrand = b * (3 - b**2) / 2 * 2 * b / (1 - ratio * (1 - b**2))
    expected = -C.alpha / (3 * math.pi) * ratio * float((integrand * weight).sum())
    assert delta_alpha_lepton(4 * ratio, 1.0, C.alpha) == pytest.approx(expected, rel=1e-9)


def test_continuous() -> None:
    for s in (4 / 300, 4.0):
        low, high = delta_alpha_lepton(s * (1 - 1e-12), 1.0, 1.0), delta_alpha_lepton(s * (1 + 1e-12), 1.0, 1.0)
        assert low == pytest.approx(high, rel=1e-5 if s == 4 else 1e-9)
    # high energy: (alpha/3 pi)(ln(s/m^2) - 5/3)
    assert delta_alpha_lepton(1e12, 1.0, 1.0) == pytest.approx((math.log(1e12) - 5 / 3) / (3 * math.pi), rel=1e-9)


def test_factor() -> None:
    factors = [
        running_factor(10.58**2, mode, *MASSES2, C.alpha, hadronic_table()) for mode in (FIXED, LEPTONIC, RUNNING)
    ]
    assert factors[0] == 1
    assert factors[1] == pytest.approx(VALUES["leptonic factor at 10.58"], rel=1e-7)
    hadrons = float(delta_alpha_hadronic(10.58**2))
    assert hadrons == pytest.approx(VALUES["hadronic at 10.58, away from resonances"], rel=0.03)
    assert factors[2] == pytest.approx((1 - float(delta_alpha(10.58**2).sum()) - hadrons) ** -2, rel=1e-12)


def test_hadrons_are_smooth_between_the_ranges() -> None:
    edges = hadronic_table()[1:, 0]
    below, above = delta_alpha_hadronic(edges * (1 - 1e-9)), delta_alpha_hadronic(edges * (1 + 1e-9))
    assert below == pytest.approx(above, abs=1e-4)
    assert delta_alpha_hadronic(91.1876**2) == pytest.approx(0.0276, abs=5e-4)


def test_words() -> None:
    assert coupling_of(0.01) == (0.01, FIXED)
    assert coupling_of("leptonic") == (C.alpha, LEPTONIC)
    assert coupling_of("running") == (C.alpha, RUNNING)


def test_wrong_argument() -> None:
    for function in (delta_alpha, delta_alpha_hadronic):
        with pytest.raises(ValueError, match="timelike"):
            function([1.0, -1.0])


def test_in_a_process() -> None:
    # over mumu with photons less than at the full energy: the photon is often lighter
    fixed, leptonic, running = (sigma(sampler(True, True, alpha), 4)[0] for alpha in (C.alpha, "leptonic", "running"))
    assert leptonic / fixed == pytest.approx(1.0396, abs=1e-3)
    published, error = REFERENCE["published total with running alpha, arXiv:0706.3235"]
    assert running == pytest.approx(published, abs=error)
