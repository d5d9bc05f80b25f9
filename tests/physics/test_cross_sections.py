"""Cross-sections and fractions against an independent brute-force calculation (tests/reference)."""

import json
from importlib import resources
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lmutau.gen.generator import prepare
from tests.statistics import compatible

Array = NDArray[np.float64]
REFERENCE = json.loads(resources.files("tests.reference").joinpath("cross_sections.json").read_text())


def _points(process: str, n: int, **parameters: Any) -> tuple[Array, Array, float, float]:
    """c.m. momenta (n, k, 4), weights (n,) [fb, mean = sigma], sigma and error."""
    generator = prepare(process, n, seed=20261, parameters=parameters)
    draws = [generator.sampler.draw(b, 0, min(65536, n - b * 65536)) for b in range((n + 65535) // 65536)]
    weight = np.concatenate([d.weight for d in draws])
    error = float(weight.std() / np.sqrt(n))
    return np.concatenate([d.momenta for d in draws]), weight, float(weight.mean()), error


def _fraction(weight: Array, passed: NDArray[np.bool_]) -> tuple[float, float]:
    """Weighted fraction and its error."""
    total = weight.sum()
    value = weight[passed].sum() / total
    variance = ((weight * (passed - value)) ** 2).sum() / total**2
    return float(value), float(np.sqrt(variance))


def _eta(p: Array) -> Array:
    return np.arcsinh(p[:, 3] / np.hypot(p[:, 1], p[:, 2]))


@pytest.mark.parametrize("mass", ["0.01", "0.1", "0.5", "2", "5"])
def test_mumuzp(mass: str) -> None:
    reference = REFERENCE["mumuzp"]["values"][mass]
    momenta, weight, sigma, error = _points("mumuzp", 300_000, mass=float(mass))
    assert error < 1e-3 * sigma
    assert not compatible(sigma, error, reference["sigma"], reference["error"])
    boson_pt = np.hypot(momenta[:, 2, 1], momenta[:, 2, 2])
    passed = boson_pt > 1.67
    for row in (0, 1):
        eta = _eta(momenta[:, row])
        passed &= (eta > -1.60) & (eta < 1.21)
    value, value_error = _fraction(weight, passed)
    assert not compatible(value, value_error, reference["pass"], reference["pass_error"])
    assert value_error < 0.01 * value


def test_mumugamma_all_angles() -> None:
    reference = REFERENCE["mumugamma"]["values"]["E*>1 GeV, no other cut"]
    _, _, sigma, error = _points("mumugamma", 500_000, min_photon_energy=1.0)
    assert error < 1e-3 * sigma
    assert not compatible(sigma, error, reference["sigma"], reference["error"])


def test_mumugamma_in_the_window() -> None:
    key = "E*>1 GeV, |eta*_gamma|<1.94, both muons -1.60<eta*<1.21"
    reference = REFERENCE["mumugamma"]["values"][key]
    cuts = {"min_muon_eta": -1.60, "max_muon_eta": 1.21, "min_photon_eta": -1.94, "max_photon_eta": 1.94}
    _, _, sigma, error = _points("mumugamma", 1_000_000, min_photon_energy=1.0, **cuts)
    assert error < 3e-3 * sigma
    assert not compatible(sigma, error, reference["sigma"], reference["error"])


def test_mumugamma_away_from_the_beam_splits_into_isr_and_fsr() -> None:
    # E > 1 GeV, photon 30 degrees from the beams: the interference integrates to zero; the ISR part is
    # Int dx dcos sigma_0(s(1-x)) (alpha/pi) [(2-2x+x^2)/sin^2 - x^2/2]/x, the FSR part 24.393(25) pb
    limit = np.arctanh(np.cos(np.pi / 6))
    _, _, sigma, error = _points(
        "mumugamma", 500_000, min_photon_energy=1.0, min_photon_eta=-limit, max_photon_eta=limit
    )
    assert not compatible(sigma, error, 60_999.0, 25.0)


@pytest.mark.parametrize(("correlated", "key"), [
    (True, "fraction with ETmiss>1.67 GeV"),
    (False, "the same without spin correlation (to see the effect)"),
])  # fmt: skip
def test_tautau_missing_energy(correlated: bool, key: str) -> None:
    reference = REFERENCE["tautau"]["values"]
    momenta, weight, sigma, _ = _points("tautau", 400_000, sigma_tautau="born", spin_correlation=correlated)
    assert sigma == pytest.approx(reference["all"]["sigma"], rel=1e-5)
    muons = momenta[:, 2] + momenta[:, 5]
    value, error = _fraction(weight, np.hypot(muons[:, 1], muons[:, 2]) > 1.67)
    assert not compatible(value, error, reference[key]["value"], reference[key]["error"])
    assert error < 1e-3


def test_tautau_is_normalised_to_the_measured_cross_section() -> None:
    _, _, sigma, _ = _points("tautau", 65_536)
    assert sigma == pytest.approx(0.919e6 * 0.1739**2, rel=1e-5)
