"""e+e- → μ+μ-νν̄: amplitude against 50-digit points, symmetries and limits; phase space and sampling."""

import dataclasses
import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lmutau.gen.adaptation import adapt
from lmutau.gen.amplitudes.electroweak import SCHEMES, electroweak
from lmutau.gen.amplitudes.gammanunu import gammanunu
from lmutau.gen.amplitudes.mumununu import FLAVOURS, mumununu, mumununu_squared
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.cuts import cut_table
from lmutau.gen.errors import ConfigError, KinematicsError
from lmutau.gen.parameters import resolve_parameters
from lmutau.gen.processes.base import Setup
from lmutau.gen.processes.mumununu import MUMUNUNU
from lmutau.gen.sampling import Sampler, cross_section
from tests.spinors.dirac import dot
from tests.statistics import compatible

Array = NDArray[Any]

POINTS = json.loads((Path(__file__).parents[1] / "reference/points_neutrinos.json").read_text())["processes"][
    "mumununu"
]
MOMENTA = np.array([point["momenta"] for point in POINTS["points"]])


def prepared(**given: Any) -> Setup:
    values, _ = resolve_parameters(MUMUNUNU, given, CONSTANTS)
    return MUMUNUNU.prepare(values, CONSTANTS, False)


def sampler(points: int, **given: Any) -> Sampler:
    setup = prepared(**given)
    return adapt("mumununu", setup, cut_table({}, setup.record, "mumununu"), seed=3, points=points)


def sigma(frozen: Sampler, blocks: int) -> tuple[float, float]:
    channels = len(frozen.fractions)
    return cross_section(np.sum([frozen.draw(i).sums(channels) for i in range(blocks)], axis=0))


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_reference_points(flavour: str, scheme: str) -> None:
    expected = np.array([point["me2"][f"me2_nu_{flavour}_{scheme}"] for point in POINTS["points"]])
    ratio = mumununu(MOMENTA, flavour=flavour, ew_scheme=scheme) / expected
    assert np.abs(ratio - 1).max() < 1e-12  # the points allow 1e-10


def boost(momenta: Array, velocity: tuple[float, float, float]) -> Array:
    v = np.array(velocity)
    gamma = 1 / math.sqrt(1 - v @ v)
    along = momenta[..., 1:] @ v
    energy = gamma * (momenta[..., 0] + along)
    space = momenta[..., 1:] + ((gamma - 1) / (v @ v) * along + gamma * momenta[..., 0])[..., None] * v
    return np.concatenate([energy[..., None], space], axis=-1)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("velocity", [(0.0, 0.0, 0.28), (0.3, -0.5, 0.2), (0.1, 0.6, -0.6)])
def test_lorentz_invariance(flavour: str, velocity: tuple[float, float, float]) -> None:
    expected = mumununu(MOMENTA, flavour=flavour)
    assert mumununu(boost(MOMENTA, velocity), flavour=flavour) / expected == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_cp_symmetry(flavour: str) -> None:
    mirrored = MOMENTA[:, [1, 0, 3, 2, 5, 4]] * np.array([1.0, -1.0, -1.0, -1.0])
    expected = mumununu(MOMENTA, flavour=flavour)
    assert mumununu(mirrored, flavour=flavour) / expected == pytest.approx(1, abs=1e-12)
    swapped = mumununu(MOMENTA[:, [0, 1, 2, 3, 5, 4]], flavour=flavour)  # C and P alone are broken
    assert np.abs(swapped / expected - 1).max() > 0.1


def test_flavours_differ_by_w_exchange_only() -> None:
    z = electroweak()._replace(m_w2=1e30)
    for momenta in MOMENTA:
        p1, p2, k3, k4, k5, k6 = momenta
        muon = k3 + k4
        invariants = (dot(p1 + p2, p1 + p2), dot(muon, muon), dot(k5 + k6, k5 + k6))
        propagators = (invariants[1] - 2 * dot(p1, muon), invariants[1] - 2 * dot(p2, muon))
        numbers = tuple(float(value) for value in (*invariants, *propagators))
        points = tuple(tuple(p.tolist()) for p in momenta)
        e, mu, tau = (
            mumununu_squared(points, numbers, CONSTANTS.m_e, CONSTANTS.m_mu, z, i, (1.0, 1.0))  # type: ignore[arg-type]
            for i in range(3)
        )
        assert e == pytest.approx(tau, rel=1e-12)
        assert mu == pytest.approx(tau, rel=1e-12)
    light = mumununu(MOMENTA, flavour="e") / mumununu(MOMENTA, flavour="tau")
    assert np.abs(light - 1).max() > 1


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_light_pair_is_a_photon(flavour: str) -> None:
    """Q² → 0: the muon pair, averaged over its directions, is (4/3)(Q² + 2 m²) e²/Q⁴ times a real photon.

    The octahedron averages the lepton tensor, a polynomial of degree 2, exactly. Corrections: Q/E.
    """
    m_mu = 1e-5
    constants = dataclasses.replace(CONSTANTS, m_mu=m_mu)
    q2, e0 = 16 * m_mu**2, 5.29
    p0, b = math.sqrt(e0**2 - CONSTANTS.m_e**2), math.sqrt(0.75)
    octahedron = np.concatenate([np.eye(3), -np.eye(3)])
    rng = np.random.default_rng(2)
    for energy, cosine, c1, phi in rng.uniform([0.5, -0.9, -0.9, 0], [4.5, 0.9, 0.9, 6], (10, 4)):
        sine = math.sqrt(1 - cosine**2)
        u = np.array([sine, 0, cosine])
        n = np.array([math.sqrt(1 - c1**2) * math.cos(phi), math.sqrt(1 - c1**2) * math.sin(phi), c1])
        beams = np.array([[e0, 0, 0, p0], [e0, 0, 0, -p0]])
        events = []
        for momentum, directions in ((energy, [None]), (math.sqrt(energy**2 - q2), octahedron)):
            total = np.array([2 * e0 - energy, *(-momentum * u)])
            nu = dot(total, total) / 2 / (total[0] - total[1:] @ n) * np.array([1, *n])
            for d in directions:
                if d is None:
                    events.append(np.array([*beams, energy * np.array([1, *u]), nu, total - nu]))
                    continue
                rest = 0.5 * math.sqrt(q2) * np.array([[1, *(b * d)], [1, *(-b * d)]])
                pair = boost(rest, tuple(momentum / energy * u))
                events.append(np.array([*beams, *pair, nu, total - nu]))
        photon = gammanunu(events[0][None], flavour=flavour)[0]
        pairs = mumununu(np.array(events[1:]), flavour=flavour, constants=constants).mean()
        factor = 4 * math.pi * CONSTANTS.alpha / q2**2 * 4 / 3 * (q2 + 2 * m_mu**2)
        assert pairs / (factor * photon) == pytest.approx(1, abs=3e-4)


def volume(sqrt_s: float) -> float:
    """Four-body volume of two muons and two massless particles by Gauss rules in the two pair masses."""
    x, w = np.polynomial.legendre.leggauss(200)
    x, w = (x + 1) / 2, w / 2
    low = 2 * CONSTANTS.m_mu
    q = low + (sqrt_s - low) * x[:, None] ** 2
    k = (sqrt_s - q) * x
    jacobian = 4 * q * k * (sqrt_s - low) * 2 * x[:, None] * (sqrt_s - q) * w[:, None] * w
    p = np.sqrt((sqrt_s - q - k) * (sqrt_s + q + k) * (sqrt_s - q + k) * (sqrt_s + q - k)) / (2 * sqrt_s)
    b = np.sqrt(1 - low**2 / q**2)
    return float((jacobian * p / sqrt_s * b).sum() / (2 * math.pi) ** 2 / (4 * math.pi) / (8 * math.pi) ** 2)


@pytest.mark.parametrize("sqrt_s", [0.25, 10.58])
def test_phase_space_volume(sqrt_s: float) -> None:
    """Weights over |M|² from the momenta: the volume, and momentum conservation and mass shells."""
    setup = prepared(flavour="tau", sqrt_s=sqrt_s)
    n = 200_000
    x = np.random.default_rng(5).random((n, 8))
    momenta, weight = np.empty((n, 4, 4)), np.empty(n)
    setup.fill(np.zeros(n, dtype=np.int64), x, setup.arguments, momenta, weight)
    e0 = sqrt_s / 2
    p0 = math.sqrt(e0**2 - CONSTANTS.m_e**2)
    beams = np.broadcast_to([[e0, 0, 0, p0], [e0, 0, 0, -p0]], (n, 2, 4))
    flux = CONSTANTS.hbarc2 / (4 * p0 * sqrt_s)
    density = weight / mumununu(np.concatenate([beams, momenta], axis=1), flavour="tau") / flux
    error = density.std() / math.sqrt(n)
    assert error < 0.01 * density.mean()
    assert not compatible(density.mean(), error, volume(sqrt_s))
    assert np.abs(momenta.sum(axis=1) - [sqrt_s, 0, 0, 0]).max() < 1e-13 * sqrt_s
    masses2 = momenta[..., 0] ** 2 - (momenta[..., 1:] ** 2).sum(axis=-1)
    assert np.abs(masses2 - np.array([1, 1, 0, 0]) * CONSTANTS.m_mu**2).max() < 1e-13 * sqrt_s**2


def test_cross_section_and_efficiency() -> None:
    """Independent calculation, three flavours, no cuts: 0.0115075(98) fb in the last four digits."""
    frozen = sampler(20_000)
    value, error = sigma(frozen, 3)
    assert error < 1.5e-3 * value
    assert not compatible(value, error, 0.011507482648273405, 9.838780726058816e-06)
    assert frozen.for_unweighting().efficiency > 0.35
    assert [record[2].pdg_id for record in frozen.setup.records] == [12, 14, 16]


@pytest.mark.parametrize("sqrt_s", [0.2113168, 0.5, 10.58, 80.0])
def test_weights_at_the_corners(sqrt_s: float) -> None:
    setup = prepared(sqrt_s=sqrt_s)
    corners = np.array(list(itertools.product((1e-14, 0.5, 1 - 1e-14), repeat=8)))
    for channel in range(len(setup.channels)):
        momenta, weight = np.empty((len(corners), 4, 4)), np.empty(len(corners))
        setup.fill(np.full(len(corners), channel), corners.copy(), setup.arguments, momenta, weight)
        assert np.isfinite(momenta).all() and np.isfinite(weight).all() and (weight >= 0).all()


def test_errors() -> None:
    with pytest.raises(KinematicsError, match="above 2 m_mu"):
        prepared(sqrt_s=0.2)
    with pytest.raises(KinematicsError, match="below m_w"):
        prepared(sqrt_s=91.0)
    with pytest.raises(ConfigError, match="flavour"):
        mumununu(MOMENTA, flavour="all")
    with pytest.raises(ConfigError, match="ew_scheme"):
        prepared(ew_scheme="gmu")
    with pytest.raises(ValueError, match=r"expected \(n, 6, 4\)"):
        mumununu(MOMENTA[:, :5])
