"""Z' part of g-2: printed values, the closed form in high precision, couplings that explain an anomaly."""

import dataclasses
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError
from lmutau.gen.model import Anomaly, anomalies, delta_a, explaining_couplings, find_anomaly, loop_integral

PAPER = dataclasses.replace(CONSTANTS, m_mu=0.1056583745, m_tau=1.77686, alpha=0.0072973525693)


@pytest.mark.parametrize(("mass", "value"), [
    (0.001, 0.0123086444091), (0.01, 0.00991230564038), (0.1, 0.00280355758506), (0.2, 0.00123368365961),
    (1, 8.60027925383e-5), (5, 3.74187207688e-6),
])  # fmt: skip
def test_printed_values(mass: float, value: float) -> None:
    assert float(delta_a(mass, constants=PAPER)) == pytest.approx(value, rel=1e-9)


def _exact(rho: float) -> float:
    with mpmath.workdps(80):
        r = mpmath.mpf(rho)
        root = mpmath.sqrt(mpmath.mpc(r * r - 4 * r))
        a = 2 / root * mpmath.log((mpmath.sqrt(r) + mpmath.sqrt(mpmath.mpc(r - 4))) / 2)
        return float((1 - 2 * r + r * (r - 2) * mpmath.log(r) - r * (r * r - 4 * r + 2) * a).real)


@given(st.floats(-12, 12).map(lambda power: 10**power))
def test_no_loss_at_any_mass(rho: float) -> None:
    assert float(loop_integral(rho)) == pytest.approx(_exact(rho), rel=1e-12)


@pytest.mark.parametrize("rho", [1.999999, 2.0, 3.9999999, 4.0000001, 39.999, 40.0])
def test_no_step_between_the_three_ways(rho: float) -> None:
    assert float(loop_integral(rho)) == pytest.approx(_exact(rho), rel=1e-12)


@pytest.mark.parametrize("rho", [1e-3, 0.7, 4.0, 30.0, 500.0])
def test_is_its_integral(rho: float) -> None:
    def integrand(x: mpmath.mpf) -> mpmath.mpf:
        return 2 * x**2 * (1 - x) / (x**2 + (1 - x) * rho)

    cuts = [0, math.sqrt(rho) if rho < 1 else 0.5, 1 - 0.5 / (1 + rho), 1]
    assert float(loop_integral(rho)) == pytest.approx(float(mpmath.quad(integrand, sorted(cuts))), rel=1e-10)


def test_limits() -> None:
    assert float(loop_integral(0.0)) == 1
    assert float(loop_integral(1e12)) == pytest.approx(2e-12 / 3, rel=1e-9)
    assert float(delta_a(0.0, 1.0)) == pytest.approx(1 / (8 * math.pi**2))
    assert delta_a([0.1, 1.0], 1e-3, "e").tolist() == [0, 0]
    # the same mass ratio gives the same moment
    ratio = CONSTANTS.m_tau / CONSTANTS.m_mu
    assert float(delta_a(ratio, lepton="tau")) == pytest.approx(float(delta_a(1.0)), rel=1e-12)


def test_published_discrepancies() -> None:
    found = {name: (a.lepton, a.value, a.error) for name, a in anomalies().items()}
    assert found == {
        "banerjee2018": ("mu", 28.7e-10, 8.0e-10),
        "jho2019": ("mu", 268e-11, 76e-11),
        "banerjee2020": ("mu", 2.79e-9, 0.76e-9),
        "banerjee2020_electron": ("e", -8.8e-13, 3.6e-13),
    }


def test_band() -> None:
    band = explaining_couplings(0.01, find_anomaly("banerjee2020"), 2.0, constants=PAPER)
    assert float(band["low"]) == pytest.approx(3.58e-4, rel=2e-3)
    assert float(band["high"]) == pytest.approx(6.59e-4, rel=2e-3)
    assert float(delta_a(0.01, band["central"], constants=PAPER)) == pytest.approx(2.79e-9, rel=1e-12)
    wide = explaining_couplings([0.01, 0.1], find_anomaly("banerjee2020"), 5.0)
    assert wide["low"].tolist() == [0, 0]
    own = Anomaly(name="own", lepton="tau", value=-1e-6, error=1e-6, source="test")
    assert np.isnan(explaining_couplings(1.0, own)["central"])


@pytest.mark.parametrize(("name", "value", "words"), [
    ("banerjee2020_electron", None, "does not couple to the electron"), ("banerjee2021", None, "banerjee2020"),
    (None, -1e-8, "only adds"),
])  # fmt: skip
def test_discrepancies_that_no_coupling_explains(name: str | None, value: float | None, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        if name is None:
            own = Anomaly(name="own", lepton="mu", value=value or 0.0, error=1e-9, source="test")
            explaining_couplings(0.1, own)
        else:
            explaining_couplings(0.1, find_anomaly(name))


@pytest.mark.parametrize("error", [0.0, -1.0, math.inf, math.nan])
def test_an_error_must_be_positive(error: float) -> None:
    with pytest.raises(ConfigError, match="error"):
        Anomaly(name="own", lepton="mu", value=1e-9, error=error, source="test")
