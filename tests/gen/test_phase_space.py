"""Phase space: volumes against quadrature, conservation laws, mass shells, invariants."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.generator import prepare
from lmutau.gen.processes import PROCESSES
from lmutau.gen.sampling import Draw

Array = NDArray[np.float64]

SAMPLES: list[tuple[str, dict[str, Any]]] = [
    ("mumuzp", {"mass": 0.001}),
    ("mumuzp", {"mass": 0.1}),
    ("mumuzp", {"mass": 10.3}),
    ("mumugamma", {"min_photon_energy": 1e-4}),
    ("mumugamma", {"min_photon_energy": 5.0}),
    ("tautau", {}),
]


def _draw(process: str, parameters: dict[str, Any], n: int = 20_000) -> tuple[Any, Draw]:
    generator = prepare(process, n, seed=5, adaptation_points=2000, parameters=parameters)
    return generator, generator.sampler.draw(0, 0, n)


@pytest.mark.parametrize(("process", "parameters"), SAMPLES, ids=lambda value: str(value))
def test_four_momentum_and_mass_shells(process: str, parameters: dict[str, Any]) -> None:
    generator, draw = _draw(process, parameters)
    keep = draw.weight > 0
    momenta = draw.momenta[keep]
    setup = generator.setup
    final = [i for i, particle in enumerate(setup.record) if particle.status == 1]
    total = momenta[:, final].sum(axis=1)
    assert keep.mean() > 0.99
    assert np.abs(total - [10.58, 0, 0, 0]).max() < 1e-10
    for index, mass in enumerate(particle.mass for particle in setup.record):
        p = momenta[:, index]
        assert np.abs(p[:, 0] - np.sqrt(mass**2 + (p[:, 1:] ** 2).sum(axis=1))).max() < 1e-10
    assert np.isfinite(draw.weight).all()
    assert (draw.weight >= 0).all()


@pytest.mark.parametrize(
    ("process", "parameters"),
    [
        ("mumuzp", {"mass": 1.0}),
        ("mumuzp", {"mass": 10.3}),
        ("mumugamma", {"min_photon_energy": 1.0}),
        ("mumugamma", {"min_photon_energy": 5.0}),
    ],
    ids=lambda value: str(value),
)
def test_weight_is_the_amplitude_at_the_momenta(process: str, parameters: dict[str, Any]) -> None:
    """The kernel's invariants from the variables give the |M|^2 of the momenta they produce.

    The ratio weight / |M|^2 is then the phase-space density of the map alone: its mean is the
    volume, computed here by quadrature over the mass of the pair.
    """
    _, draw = _draw(process, parameters, 200_000)
    beam = np.sqrt(10.58**2 / 4 - CONSTANTS.m_e**2)
    beams = np.broadcast_to([[5.29, 0, 0, beam], [5.29, 0, 0, -beam]], (len(draw.weight), 2, 4))
    keep = draw.weight > 0
    momenta = np.concatenate([beams, draw.momenta], axis=1)[keep]
    arguments = {"mass": parameters["mass"]} if "mass" in parameters else {}
    amplitude2 = PROCESSES[process].squared_amplitude(momenta, **arguments)
    flux = CONSTANTS.hbarc2 / (4 * 10.58 * beam)
    density = np.zeros(len(keep))
    density[keep] = draw.weight[keep] / (amplitude2 * flux)
    mass = parameters.get("mass", 0.0)
    volume = _three_body_volume(10.58, CONSTANTS.m_mu, mass, parameters.get("min_photon_energy", mass))
    n = len(density)
    error = density.std() / np.sqrt(n)
    # collinear photons: |M|^2 of rounded momenta is known to 1e-6, far below the statistical error
    assert abs(density.mean() - volume) < 4 * error
    assert error < 0.01 * volume


def _three_body_volume(sqrt_s: float, m: float, boson: float, min_energy: float) -> float:
    """Int dM^2/(2 pi) dPhi_2 dPhi_2 above a boson energy, by Gauss-Legendre quadrature."""
    high = sqrt_s**2 + boson**2 - 2 * sqrt_s * min_energy
    low = 4 * m**2
    nodes, weights = np.polynomial.legendre.leggauss(400)
    # M^2 = low + (high - low) u^2 removes the square root at threshold, 1 - (1-u^2)^2 the one at the end
    u = 0.5 * (nodes + 1)
    v = u * u * (3 - 2 * u)
    m2 = low + (high - low) * v
    slope = (high - low) * 6 * u * (1 - u)
    energy = (sqrt_s**2 + boson**2 - m2) / (2 * sqrt_s)
    k = np.sqrt(np.maximum(energy**2 - boson**2, 0))
    outer = 2 * k / sqrt_s / (8 * np.pi)
    inner = np.sqrt(1 - low / m2) / (8 * np.pi)
    return float(np.sum(0.5 * weights * slope * outer * inner) / (2 * np.pi))
