"""Two photons of one line at tree level: at points, in spectra, and where their matrix element peaks."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lmutau.gen.amplitudes.two_photon_line import workspace
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.generator import prepare
from lmutau.gen.radiation.initial_weights import _two
from lmutau.gen.radiation.photon_pair import INCOMING, OUTGOING, opposite_helicities
from tests.gen.radiation.images import exact_groups, images

Array = NDArray[np.float64]
C = CONSTANTS
SQRT_S = 10.58
AXES = np.concatenate([np.eye(3), -np.eye(3)])
"""A mean over them is one over the sphere for anything quadratic in the direction."""


def _boosted(p: Array, frame: Array) -> Array:
    """Boost ``p`` (4,) out of the rest frame of ``frame`` (4,)."""
    mass = math.sqrt(frame[0] ** 2 - frame[1:] @ frame[1:])
    energy = (frame @ p) / mass
    return np.array([energy, *(p[1:] + (p[0] + energy) / (frame[0] + mass) * frame[1:])])


def _pair(half: float, mass: float, axis: Array) -> Array:
    k = math.sqrt(half * half - mass * mass)
    return np.array([[half, *(k * axis)], [half, *(-k * axis)]])


def _photons(rng: np.random.Generator) -> Array:
    """Two photons [GeV], half of the time collinear to something, lighter than what is there."""
    while True:
        energy = SQRT_S / 2 * rng.uniform(0.001, 0.95, 2) ** rng.choice([1, 3])
        cos = np.tanh(rng.uniform(-5, 5, 2))
        phi = rng.uniform(0, 2 * math.pi, 2)
        sin = np.sqrt(1 - cos**2)
        k = energy[:, None] * np.stack([np.ones(2), sin * np.cos(phi), sin * np.sin(phi), cos], axis=1)
        left = np.array([SQRT_S, 0, 0, 0]) - k.sum(axis=0)
        if left[0] > 0 and left[0] ** 2 - left[1:] @ left[1:] > 0.3:
            return k


def _compared(rows: Array, m_e: float, m_mu: float, group: int) -> tuple[Array, Array]:
    exact, found = np.empty((len(rows), 5)), np.empty((len(rows), 4))
    exact_groups(rows, m_e, m_mu, C.alpha, workspace(), exact)
    images(rows, m_e, m_mu, C.alpha, found)
    return exact[:, 1 + group].reshape(-1, 6).mean(axis=1), found[:, group].reshape(-1, 6).mean(axis=1)


def test_photons_of_the_beams_at_points() -> None:
    rng, rows, m_e = np.random.default_rng(1), [], 1e-5
    for _ in range(200):
        k = _photons(rng)
        left = np.array([SQRT_S, 0, 0, 0]) - k.sum(axis=0)
        half = 0.5 * math.sqrt(left[0] ** 2 - left[1:] @ left[1:])
        for axis in AXES:
            muons = [_boosted(p, left) for p in _pair(half, C.m_mu, axis)]
            rows.append(np.concatenate([*_pair(SQRT_S / 2, m_e, AXES[2]), *muons, *k]))
    exact, found = _compared(np.array(rows), m_e, C.m_mu, 0)
    assert found == pytest.approx(exact, rel=1e-6)


def test_photons_of_the_muons_at_points() -> None:
    rng, rows, mass = np.random.default_rng(2), [], 1e-5
    for _ in range(200):
        k = _photons(rng)  # about the muons in their rest frame
        pair = _pair(SQRT_S / 2, mass, AXES[2])
        whole = pair.sum(axis=0) + k.sum(axis=0)
        size = math.sqrt(whole[0] ** 2 - whole[1:] @ whole[1:])
        back = np.array([whole[0], *(-whole[1:])])
        final = [_boosted(p, back) * SQRT_S / size for p in (*pair, *k)]
        # the beams turn, seen from events that stay: the images want them along z
        for turned in (np.eye(3)[[0, 1, 2]], np.eye(3)[[1, 2, 0]], np.eye(3)[[2, 0, 1]]):
            for sign in (1.0, -1.0):
                turn = turned @ np.diag([1.0, sign, sign])
                moved = [np.array([p[0], *(turn @ p[1:])]) for p in final]
                rows.append(np.concatenate([*_pair(SQRT_S / 2, mass, AXES[2]), *moved]))
    exact, found = _compared(np.array(rows), mass, mass, 3)
    assert found == pytest.approx(exact, rel=1e-6)


def test_spectrum_of_the_recoil_mass() -> None:
    # every bin and region to 5 %, but for two photons at wide angles, where their interference is missing
    generator = prepare("mumugammagamma", 400_000, seed=3, parameters={"min_photon_energy": 1.0})
    weights, momenta = [], []
    for block in range(6):
        draw = generator.sampler.draw(block)
        momenta.append(draw.momenta[draw.weight > 0])
        weights.append(draw.weight[draw.weight > 0])
    weight, final = np.concatenate(weights), np.concatenate(momenta)
    beams = np.broadcast_to(_pair(SQRT_S / 2, C.m_e, AXES[2]), (len(final), 2, 4))
    rows = np.ascontiguousarray(np.concatenate([beams, final], axis=1).reshape(-1, 24))
    exact, found = np.empty((len(rows), 5)), np.empty((len(rows), 4))
    exact_groups(rows, C.m_e, C.m_mu, C.alpha, workspace(), exact)
    images(rows, C.m_e, C.m_mu, C.alpha, found)
    k = final[:, 2:]
    square = 2 * (k[:, 0, 0] * k[:, 1, 0] - (k[:, 0, 1:] * k[:, 1, 1:]).sum(axis=1))
    wide = np.abs(k[:, :, 3] / k[:, :, 0]) < 0.9
    regions = {"all": wide[:, 0] | True, "one wide": wide.sum(axis=1) == 1, "wide": wide.all(axis=1)}
    regions["none wide"] = ~wide.any(axis=1)
    for name, region in regions.items():
        for low, high in ((0.3, 5), (5, 20), (20, 50), (50, 70), (70, 111)):
            inside = region & (square > low) & (square < high)
            ratio = (weight * found.sum(axis=1) / exact[:, 0])[inside].sum() / weight[inside].sum()
            if name == "wide" and high <= 20:
                assert 0.88 < ratio < 0.93, (name, low)
            elif inside.sum() > 300:
                assert ratio == pytest.approx(1, abs=0.05), (name, low)
            groups = (weight * found[:, 0] / exact[:, 0])[inside].sum()
            assert groups == pytest.approx((weight * exact[:, 1] / exact[:, 0])[inside].sum(), rel=0.03)


@given(
    st.tuples(*[st.floats(0, 0.25)] * 4),  # X is physical for all of them
    st.floats(-math.pi, math.pi),
    st.sampled_from([INCOMING, OUTGOING]),
)
def test_symmetries(numbers: tuple[float, float, float, float], turn: float, sign: float) -> None:
    a, b, c, d = numbers
    phase = complex(math.cos(turn), math.sin(turn))
    value = opposite_helicities(a, b, c, d, phase, sign)
    assert value >= -1e-9
    for other in (
        opposite_helicities(c, d, a, b, phase.conjugate(), sign),  # Bose
        opposite_helicities(a, b, c, d, phase.conjugate(), sign),  # parity
        opposite_helicities(b, a, d, c, phase, sign),  # charge conjugation
    ):
        assert other == pytest.approx(value, rel=1e-6, abs=1e-9)


@given(st.floats(1e-9, 0.4), st.floats(1e-9, 0.4), st.floats(-3, 3), st.sampled_from([INCOMING, OUTGOING]))
def test_soft_and_ordered(x: float, y: float, turn: float, sign: float) -> None:
    phase = complex(math.cos(turn), math.sin(turn))
    tiny = 1e-12
    assert opposite_helicities(x * tiny, y * tiny, tiny, tiny, phase, sign) == pytest.approx(2, rel=1e-5)
    # a collinear photon first, then a wide one with what is left
    ordered = (1 - sign * y / (1 - sign * x)) ** 2 + ((1 - sign * x) * (1 - sign * x)) ** 2
    found = opposite_helicities(x, tiny, y, x, phase, sign)
    assert found == pytest.approx(ordered, rel=1e-3)


@given(st.floats(0.05, 0.9), st.floats(-0.999, 0.999), st.floats(-0.999, 0.999), st.floats(0.2, 1.8))
def test_a_soft_partner_changes_nothing(x: float, cos: float, soft_cos: float, b1: float) -> None:
    photons = np.zeros((2, 8))
    for row, (energy, c) in enumerate(((x, cos), (1e-7, soft_cos))):
        photons[row, 1], photons[row, 4:7] = 1.0, (energy * (1 + c) / 2, energy * (1 - c) / 2, 1.0)
    b2 = 2 - b1
    a, b = photons[0, 4:6]
    single = 0.5 * ((1 - b) ** 2 * b1 + (1 - a) ** 2 * b2)
    assert _two(photons, 0, 1, b1, b2) == pytest.approx(single, rel=2e-3)
