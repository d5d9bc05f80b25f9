"""e+e- -> mu+mu-gamma gamma: amplitude, phase space and cross-section against numbers from elsewhere."""

import dataclasses
import functools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vegas
from numpy.typing import NDArray

from lmutau.gen.adaptation import adapt
from lmutau.gen.amplitudes import arrays
from lmutau.gen.amplitudes.mumugammagamma import mumugammagamma
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.cuts import cut_table
from lmutau.gen.errors import KinematicsError
from lmutau.gen.generator import prepare
from lmutau.gen.phasespace import pair_and_two_photons as maps
from lmutau.gen.processes.base import Setup
from lmutau.gen.processes.mumugammagamma import MUMUGAMMAGAMMA
from lmutau.gen.sampling import Sampler, cross_section
from tests import spinors
from tests.statistics import compatible

Array = NDArray[Any]  # double or, for the corners, extended precision

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "points_mumugammagamma.json").read_text(encoding="utf-8")
)
CONST = dataclasses.replace(CONSTANTS, **REFERENCE["constants"])
POINTS = np.array([point["momenta"] for point in REFERENCE["points"]])
CHARGE2 = 4 * math.pi * CONST.alpha
SQRT_S = 10.58
MAPS = (maps.beam_collinear, maps.pair_collinear, maps.beam_then_muons, maps.muon_collinear)
extended = pytest.mark.skipif(
    bool(np.finfo(np.longdouble).eps > 1e-18), reason="long double is not extended on this machine"
)


def setup(min_photon_energy: float = 1.0, sqrt_s: float = SQRT_S) -> Setup:
    values = {"sqrt_s": sqrt_s, "min_photon_energy": min_photon_energy, "alpha": CONSTANTS.alpha}
    return MUMUGAMMAGAMMA.prepare(values, CONSTANTS, False)


@functools.cache
def adapted(points: int, min_photon_energy: float = 1.0, sqrt_s: float = SQRT_S) -> Sampler:
    prepared = setup(min_photon_energy, sqrt_s)
    return adapt("mumugammagamma", prepared, cut_table({}, prepared.record, "mumugammagamma"), seed=1, points=points)


@functools.cache
def sums(points: int, blocks: int) -> Array:
    sampler = adapted(points)
    return np.asarray(sum(sampler.draw(block).sums(len(sampler.fractions)) for block in range(blocks)))


# ---------------------------------------------------------------- amplitude


def turned(p: Array, velocity: float = 0.0) -> Array:
    """Rotate by a fixed rotation, then boost along x."""
    turn, _ = np.linalg.qr(np.random.default_rng(5).normal(size=(3, 3)))
    turn *= np.linalg.det(turn)
    q = p.copy()
    q[..., 1:] = p[..., 1:] @ turn
    gamma = 1 / math.sqrt(1 - velocity**2)
    energy, x = q[..., 0].copy(), q[..., 1].copy()
    q[..., 0], q[..., 1] = gamma * (energy + velocity * x), gamma * (x + velocity * energy)
    return q


@pytest.mark.parametrize("index", range(25))
def test_reference_point(index: int) -> None:
    point = REFERENCE["points"][index]
    assert mumugammagamma(POINTS[index : index + 1], constants=CONST) == pytest.approx(point["me2"], rel=point["tol"])


def test_gauge_invariance() -> None:
    """A multiple of its momentum added to either polarisation vector: each by itself, and both."""
    reference = mumugammagamma(POINTS, constants=CONST)
    for gauge in ((7.0, 0.0), (0.0, -9.0), (50.0, 30.0)):
        assert mumugammagamma(POINTS, constants=CONST, gauge=gauge) == pytest.approx(reference, rel=1e-10)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 5, 4), (1, 0, 3, 2, 4, 5), (1, 0, 2, 3, 4, 5)])
def test_exchanges(order: tuple[int, ...]) -> None:
    """Bose symmetry; charge conjugation of everything; that of one line alone is no symmetry."""
    ratio = mumugammagamma(POINTS[:, order], constants=CONST) / mumugammagamma(POINTS, constants=CONST)
    if order[:4] == (1, 0, 2, 3):
        assert np.abs(ratio - 1).max() > 0.1
    else:
        assert ratio == pytest.approx(1.0, rel=1e-11)


@pytest.mark.parametrize("velocity", [0.0, 0.3, -0.9])
def test_lorentz_invariance(velocity: float) -> None:
    reference = mumugammagamma(POINTS, constants=CONST)
    assert mumugammagamma(turned(POINTS, velocity), constants=CONST) == pytest.approx(reference, rel=1e-9)


def test_soft_photon_limit() -> None:
    """A second photon of 1e-8 GeV multiplies |M(mumugamma)|^2 by the eikonal factor.

    The corrections are E/p.q1 of the first photon times 1e-8, here at most 5e-7."""
    p = POINTS.copy()
    direction = p[:, 5, 1:] / np.linalg.norm(p[:, 5, 1:], axis=1, keepdims=True)
    # three particles again: the first photon and the mu+ keep their momenta, the beams follow
    p[:, 5] = 1e-8 * np.concatenate([np.ones((25, 1)), direction], axis=1)
    p[:, 3, 1:] = -p[:, 2, 1:] - p[:, 4, 1:] - p[:, 5, 1:]
    p[:, 3, 0] = np.sqrt(CONST.m_mu**2 + (p[:, 3, 1:] ** 2).sum(axis=1))
    p[:, :2, 0] = p[:, 2:, 0].sum(axis=1)[:, None] / 2
    p[:, 0, 3] = np.sqrt(p[:, 0, 0] ** 2 - CONST.m_e**2)
    p[:, 1, 3] = -p[:, 0, 3]
    p1, p2, k1, k2, _, q = p.swapaxes(0, 1)
    v1, v2, v3, v4 = (x / spinors.dot(x, q)[:, None] for x in (p1, p2, k1, k2))
    eikonal = -CHARGE2 * spinors.dot(v1 - v2 - v3 + v4, v1 - v2 - v3 + v4)
    expected = arrays.mumugamma(p[:, :5], constants=CONST) * eikonal
    assert mumugammagamma(p, constants=CONST) == pytest.approx(expected, rel=2e-6)


def corners(n: int) -> Array:
    """Events with photons soft, along the beams (1e-12 in 1 - cos) and along the muons, long double."""
    rng = np.random.default_rng(3)
    x = rng.random((n, 8))
    x[:, :6] = np.where(rng.random((n, 6)) < 0.4, 10.0 ** (-6 * x[:, :6]), x[:, :6])
    x[:, :6] = np.where(rng.random((n, 6)) < 0.5, 1 - x[:, :6], x[:, :6])
    x = np.clip(x, 1e-9, 1 - 1e-9)
    beams = map_beams(1e-3, CONST.m_e, CONST.m_mu)
    points = [MAPS[i % 4](tuple(row), beams) for i, row in enumerate(x.tolist())]
    vectors = np.array([[k[1:] for k in point[1:5]] for point in points if point[0] > 0], dtype=np.longdouble)
    # momentum and energy balance and mass shells again, in extended precision
    vectors[:, 1] = -vectors[:, 0] - vectors[:, 2] - vectors[:, 3]
    masses = np.array([CONST.m_mu, CONST.m_mu, 0.0, 0.0], dtype=np.longdouble)
    p = np.zeros((len(vectors), 6, 4), dtype=np.longdouble)
    p[:, 2:, 1:] = vectors
    p[:, 2:, 0] = np.sqrt(masses**2 + (vectors**2).sum(axis=-1))
    p[:, :2, 0] = p[:, 2:, 0].sum(axis=1)[:, None] / 2
    p[:, 0, 3] = np.sqrt(p[:, 0, 0] ** 2 - np.longdouble(CONST.m_e) ** 2)
    p[:, 1, 3] = -p[:, 0, 3]
    return p


@extended
def test_diagrams_in_soft_and_collinear_corners() -> None:
    """Against Dirac matrices in extended precision, on the same momenta to double precision."""
    p = corners(400)
    expected = spinors.mumugammagamma(p, constants=CONST).astype(np.float64)
    ratio = mumugammagamma(p.astype(np.float64), constants=CONST) / expected
    deviation = np.abs(ratio - 1)
    assert np.median(deviation) < 1e-12
    assert np.quantile(deviation, 0.99) < 1e-9
    # inside the dead cone of an electron the momenta, rounded to double precision, decide
    assert deviation.max() < 1e-7


def test_wrong_shape() -> None:
    with pytest.raises(ValueError, match=r"shape \(25, 5, 4\), expected \(n, 6, 4\)"):
        mumugammagamma(POINTS[:, :5])


# ---------------------------------------------------------------- phase space


def map_beams(low: float, m_e: float, m_mu: float) -> maps.Beams:
    beta = math.sqrt(1 - 4 * m_e**2 / SQRT_S**2)
    one_minus_beta = 4 * m_e**2 / SQRT_S**2 / (1 + beta)
    return SQRT_S, beta, one_minus_beta, 0.5 * math.log1p(2 * beta / one_minus_beta), m_mu**2, low


def volume(low: float, m_mu: float, power: int) -> float:
    """Int dPhi_4 (2 q1.q2/s)^power, both photons above ``low``, from the Dalitz plane: dPhi_3 = dE1 dE2/(32 pi^3).

    M^2 of the pair runs between the photons parallel and back to back.
    """
    nodes, weights = np.polynomial.legendre.leggauss(160)
    width = SQRT_S / 2 - low
    energy, step = low + width * (nodes + 1) / 2, width / 2 * weights
    e1, e2 = (x.ravel()[:, None] for x in np.meshgrid(energy, energy))
    a = 4 * m_mu**2
    parallel = SQRT_S**2 - 2 * SQRT_S * (e1 + e2)
    top = np.maximum(parallel + 4 * e1 * e2, a)
    bottom = np.clip(parallel, a, top)
    # M^2 = bottom + (top - bottom) u^2 removes the square root at threshold
    u, du = (nodes + 1) / 2, weights / 2
    m2 = bottom + (top - bottom) * u**2
    inner = (np.sqrt(1 - a / m2) * ((m2 - parallel) / SQRT_S**2) ** power * 2 * u * du).sum(axis=1)
    total = (np.outer(step, step).ravel() * (top - bottom)[:, 0] * inner).sum()
    return float(total / (32 * math.pi**3) / (2 * math.pi) / (8 * math.pi))


@pytest.mark.parametrize("channel", range(4))
@pytest.mark.parametrize("low", [0.3, 2.0])
def test_volume_of_each_map(channel: int, low: float) -> None:
    """Heavy electrons and muons make the maps flat; a frozen vegas map then measures the volume to 0.5 %.

    The map of the light pair is no good for photons close to each other; the share of its channel has a
    factor 2 q1.q2/s against that, and so has its volume here.
    """
    beams = map_beams(low, 1.5, 1.0)
    integral = vegas.Integrator([[0, 1]] * 7, ran_array_generator=np.random.default_rng(7).random)
    power = 1 if channel == 1 else 0

    def density(x: Array) -> float:
        point = MAPS[channel]((*np.asarray(x).tolist(), 0.3), beams)
        return point[0] * (point[7] / SQRT_S**2) ** power

    integral(density, nitn=6, neval=10_000)
    result = integral(density, nitn=4, neval=60_000, adapt=False)
    expected = volume(low, 1.0, power)
    assert result.sdev < 0.005 * expected
    assert not compatible(result.mean, result.sdev, expected)


@pytest.mark.parametrize("channel", range(4))
def test_invariants_are_those_of_the_momenta(channel: int) -> None:
    low = 0.1
    beams = map_beams(low, CONST.m_e, CONST.m_mu)
    x = np.random.default_rng(8).random((500, 8))
    points = [point for row in x.tolist() if (point := MAPS[channel](tuple(row), beams))[0] > 0]
    p = np.array([point[1:5] for point in points])
    beam = SQRT_S / 2 * beams[1]
    beams4 = np.broadcast_to([[SQRT_S / 2, 0, 0, beam], [SQRT_S / 2, 0, 0, -beam]], (len(p), 2, 4))
    assert np.abs(p.sum(axis=1) - [SQRT_S, 0, 0, 0]).max() < 1e-11
    masses = np.array([CONST.m_mu, CONST.m_mu, 0.0, 0.0])
    assert np.abs(p[..., 0] - np.sqrt(masses**2 + (p[..., 1:] ** 2).sum(axis=-1))).max() < 1e-11
    assert p[:, 2:, 0].min() >= low * (1 - 1e-12)
    p = np.concatenate([beams4, p], axis=1).astype(np.longdouble)
    for photon, row in ((4, 5), (5, 6)):
        expected = np.stack([2 * spinors.dot(p[:, i], p[:, photon]) for i in range(4)], axis=1)
        assert np.abs(np.array([point[row] for point in points]) - expected).max() < 1e-11 * SQRT_S**2
    assert np.abs(np.array([point[7] for point in points]) - 2 * spinors.dot(p[:, 4], p[:, 5])).max() < 1e-10
    pair = p[:, 2] + p[:, 3]
    assert np.abs(np.array([point[8] for point in points]) - spinors.dot(pair, pair)).max() < 1e-10


# ---------------------------------------------------------------- process


def test_cross_section() -> None:
    """Both photons above 1 GeV: 37.10 pb from a calculation that shares no code with this one."""
    sigma, error = cross_section(sums(4000, 5))
    reference = REFERENCE["cross_section"]
    assert error < 2e-3 * sigma
    assert not compatible(sigma, error, reference["sigma"], reference["error"])


@pytest.mark.parametrize("channel", range(4))
def test_every_channel_is_needed(channel: int) -> None:
    table = sums(4000, 5)
    sigma, error = cross_section(table)
    part = float(table[channel, 1] / table[:, 0].sum())
    assert part > 4 * error
    assert part > 0.005 * sigma


def test_adaptation_does_not_matter() -> None:
    sigma, error = cross_section(sums(4000, 5))
    other, other_error = cross_section(sums(1000, 2))
    assert not compatible(sigma, error, other, other_error)


def test_unweighting_efficiency() -> None:
    assert adapted(4000).for_unweighting().efficiency > 0.07


@pytest.mark.parametrize(
    ("low", "sqrt_s"),
    [
        *((low, SQRT_S) for low in (1e-12, 1e-6, 1e-3, 0.1, 2.6, 5.1)),
        *((0.1, 0.5), (1e-3, 3.0), (0.1, 1000.0), (499.0, 1000.0), (1e-3, 0.2135)),
    ],
)
def test_extremes(low: float, sqrt_s: float) -> None:
    """Weights stay finite and positive, also at the ends of all variables; some points survive."""
    prepared = setup(low, sqrt_s)
    rng = np.random.default_rng(2)
    n = 4000
    x = rng.random((n, 8))
    ends = rng.random((n, 8))
    x = np.where(ends < 0.05, 1e-14, np.where(ends > 0.95, 1 - 1e-14, x))
    channel = rng.integers(0, 4, n)
    momenta, weight = np.full((n, 4, 4), np.nan), np.full(n, np.nan)
    prepared.fill(channel, x, prepared.arguments, momenta, weight)
    assert np.isfinite(weight).all()
    assert (weight >= 0).all()
    assert np.count_nonzero(weight)
    inside = momenta[weight > 0]
    assert np.isfinite(inside).all()
    assert inside[:, 2:, 0].min() >= low * (1 - 1e-9)
    assert np.abs(inside.sum(axis=1) - [sqrt_s, 0, 0, 0]).max() < 1e-8 * sqrt_s


@pytest.mark.parametrize(("low", "sqrt_s"), [(5.1844, SQRT_S), (100.0, SQRT_S), (0.1, 0.4)])
def test_no_phase_space(low: float, sqrt_s: float) -> None:
    with pytest.raises(KinematicsError, match=r"min_photon_energy = .* GeV: allowed is below"):
        setup(low, sqrt_s)


def test_below_the_muon_threshold() -> None:
    with pytest.raises(KinematicsError, match=r"sqrt_s = 0.2 GeV: allowed is above 2 m_mu"):
        setup(0.1, 0.2)


def test_the_record_does_not_tell_the_photons_apart() -> None:
    draw = prepare("mumugammagamma", 65536, seed=4, parameters={"min_photon_energy": 0.5}).sampler.draw(0)
    first = draw.weight * (draw.momenta[:, 2, 0] > draw.momenta[:, 3, 0])
    error = np.sqrt((draw.weight**2).sum()) / 2
    assert abs(first.sum() - draw.weight.sum() / 2) < 4 * error
