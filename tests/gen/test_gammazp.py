"""e+e- -> gamma Z': cross-section, angles, loops, width - against closed formulas."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import lmutau
from lmutau.gen.generator import prepare
from lmutau.gen.model import gammazp_cross_section, gammazp_total, kinetic_mixing
from lmutau.gen.model.monophoton import PHOTON_COSINES
from tests.statistics import compatible

Array = NDArray[np.float64]
ACCEPTANCE = dict(zip(("min_photon_eta", "max_photon_eta"), map(math.atanh, PHOTON_COSINES), strict=True))


def _sigma(n: int = 200_000, **parameters: Any) -> tuple[float, float]:
    generator = prepare("gammazp", n, seed=5, parameters=parameters)
    for _ in generator.blocks():
        pass
    metadata = generator.metadata()
    return metadata["sigma_fb"], metadata["sigma_error_fb"]


@pytest.mark.parametrize("mass", [0.01, 1.0, 5.0, 9.5, 10.5])
def test_all_angles(mass: float) -> None:
    sigma, error = _sigma(mass=mass)
    assert error < 3e-4 * sigma
    assert not compatible(sigma, error, gammazp_total(mass, 1.0))


@pytest.mark.parametrize("mass", [0.1, 1.0, 5.0, 9.5])
def test_acceptance(mass: float) -> None:
    sigma, error = _sigma(400_000, mass=mass, **ACCEPTANCE)
    assert error < 1e-3 * sigma
    assert not compatible(sigma, error, float(gammazp_cross_section(mass, 1.0)))


@pytest.mark.parametrize(("r", "smuon_mass"), [(1.0, None), (0.1, None), (10.0, 500.0)])
def test_mixing_from_the_loops(r: float, smuon_mass: float | None) -> None:
    epsilon = float(abs(kinetic_mixing(1.0, r=r, g=1e-3, smuon_mass=smuon_mass)))
    sample = lmutau.generate("gammazp", 20_000, seed=1, mass=1.0, r=r, g=1e-3, smuon_mass=smuon_mass)
    assert sample.metadata["parameters"]["epsilon"] == pytest.approx(epsilon, rel=1e-12)
    assert not compatible(sample.sigma, sample.sigma_error, gammazp_total(1.0, epsilon))


def test_loops_follow_the_coupling_alpha() -> None:
    sample = lmutau.generate("gammazp", 20_000, seed=1, mass=1.0, r=1.0, alpha=1 / 132)
    ratio = (1 / 132 / lmutau.gen.CONSTANTS.alpha) ** 3  # alpha^2 of the diagrams, alpha of the loop
    reference = gammazp_total(1.0, float(abs(kinetic_mixing(1.0))))
    assert not compatible(sample.sigma, sample.sigma_error, ratio * reference)


def test_narrow_is_the_limit_of_wide() -> None:
    wide, error = _sigma(mass=1.0, width=1e-7)
    narrow, _ = _sigma(mass=1.0)
    assert not compatible(wide, error, narrow)


@pytest.mark.parametrize("parameters", [{}, {"r": 1.0}])
def test_width_is_a_breit_wigner_in_the_squared_mass(parameters: dict[str, float]) -> None:
    mass, width, low, sqrt_s = 3.0, 0.3, 0.5, 10.58
    generator = prepare(
        "gammazp", 300_000, seed=3,
        parameters={"mass": mass, "width": width, "min_photon_energy": low, **ACCEPTANCE, **parameters},
    )  # fmt: skip
    blocks = list(generator.blocks())
    found = np.concatenate([b.collections["GenPart"]["mass"].reshape(-1, 4)[:, 3] for b in blocks])
    weight = np.concatenate([b.scalars["genWeight"] for b in blocks])
    m = np.linspace(1e-6, math.sqrt(sqrt_s * (sqrt_s - 2 * low)), 200_001)
    epsilon = np.ones_like(m) if not parameters else np.interp(m, m[::50], np.abs(kinetic_mixing(m[::50])))
    density = mass * width / math.pi / ((m**2 - mass**2) ** 2 + (mass * width) ** 2) * 2 * m
    density *= gammazp_cross_section(m, epsilon)
    edges = np.array([0.0, 1.0, 2.0, 2.7, 2.9, 3.1, 3.3, 4.0, 6.0, 11.0])
    for first, last in itertools.pairwise(edges):
        inside = (found >= first) & (found < last)
        here = (m >= first) & (m < last)
        expected = float(np.trapezoid(np.where(here, density, 0.0), m))
        w = weight[inside]
        assert not compatible(w.sum(), math.sqrt((w**2).sum()), expected, 3e-3 * expected, sigmas=4)


@pytest.mark.parametrize(("parameters", "words"), [
    ({"mass": 10.58}, ["mass = 10.58 GeV", "below sqrt_s"]),
    ({"mass": 1.0, "epsilon": 0.1, "r": 1.0}, ["epsilon = 0.1", "r = 1.0", "give one"]),
    ({"mass": 1.0, "g": 0.1}, ["g = 0.1", "give r"]),
    ({"mass": 1.0, "smuon_mass": 100.0}, ["smuon_mass = 100.0", "give r"]),
    ({"mass": 10.5, "min_photon_energy": 0.1}, ["min_photon_energy = 0.1", "0.0796975"]),
    ({"mass": 1.0, "width": 0.1, "min_photon_energy": 5.3}, ["min_photon_energy = 5.3", "5.29"]),
    ({"mass": 1.0, "width": -0.1}, ["width = -0.1"]),
])  # fmt: skip
def test_wrong_parameters(parameters: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(lmutau.ConfigError) as caught:
        lmutau.generate("gammazp", 1000, seed=1, **parameters)
    assert all(word in str(caught.value) for word in words)


def test_a_wide_boson_needs_a_photon_energy() -> None:
    # soft photons: dsigma/dM^2 ~ 1/(s - M^2)
    sample = lmutau.generate("gammazp", 1000, seed=1, mass=1.0, width=0.1)
    assert sample.metadata["parameters"]["min_photon_energy"] == 0.1
    with pytest.raises(lmutau.ConfigError, match="soft photons"):
        lmutau.generate("gammazp", 1000, seed=1, mass=1.0, width=0.1, min_photon_energy=0.0)


def test_a_nearly_narrow_boson_close_to_the_limit_keeps_its_peak() -> None:
    # its photon has 0.01 GeV: below the usual smallest energy of a wide boson
    sigma, error = _sigma(20_000, mass=10.57, width=1e-9)
    assert not compatible(sigma, error, gammazp_total(10.57, 1.0))
