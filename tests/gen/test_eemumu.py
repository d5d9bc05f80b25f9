"""e+e- -> e+e- mu+mu-: reference values, symmetries, equivalent photons, volumes of the maps, cross-section."""

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lmutau.gen.adaptation import adapt
from lmutau.gen.amplitudes import eemumu as helicity
from lmutau.gen.amplitudes.eemumu_arrays import eemumu, eemumu_parts
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.cuts import cut_table
from lmutau.gen.errors import KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.central_pair import central_collision, is_central
from lmutau.gen.phasespace.electrons_and_pair import photon_collision
from lmutau.gen.phasespace.radiated_pair import annihilation, bremsstrahlung, mirrored
from lmutau.gen.processes.base import Setup
from lmutau.gen.processes.eemumu import EEMUMU
from lmutau.gen.sampling import Sampler, cross_section
from tests.statistics import compatible

Array = NDArray[np.float64]

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "points_eemumu.json").read_text(encoding="utf-8"))
CONST = dataclasses.replace(CONSTANTS, **REFERENCE["constants"])
M_E, M_MU = CONSTANTS.m_e, CONSTANTS.m_mu
SQRT_S = 10.58
ACCEPTANCE = {"min_muon_pt": 0.4, "min_muon_eta": -1.60, "max_muon_eta": 1.21}
SIGMA, SIGMA_ERROR = 18_833e3, 8e3  # fb, pair mass above 0.5 GeV


def setup(sqrt_s: float = SQRT_S, min_pair_mass: float = 0.5, **cuts: float) -> Setup:
    parameters = {"sqrt_s": sqrt_s, "alpha": CONSTANTS.alpha, "min_pair_mass": min_pair_mass, **cuts}
    return EEMUMU.prepare(parameters, CONSTANTS, False)


def sampler(prepared: Setup, cuts: dict[str, float], points: int = 10_000, seed: int = 1) -> Sampler:
    return adapt("eemumu", prepared, cut_table(cuts, prepared.record, "eemumu"), seed=seed, points=points)


def measured(drawn: Sampler, n: int = 200_000) -> tuple[float, float]:
    return cross_section(drawn.draw(0, 0, n).sums(4))


def events(n: int, seed: int, sqrt_s: float = SQRT_S, smallest: float = 0.5) -> Array:
    """Events of all four channels with the beams in front, c.m. frame, (m, 6, 4)."""
    prepared = setup(sqrt_s, smallest)
    rng = np.random.default_rng(seed)
    momenta, weight = np.empty((n, 4, 4)), np.empty(n)
    channel = np.arange(n) % 4
    prepared.fill(channel, rng.uniform(0.02, 0.98, (n, 8)), prepared.arguments, momenta, weight)
    beam = math.sqrt(sqrt_s**2 / 4 - M_E**2)
    beams = np.broadcast_to([[sqrt_s / 2, 0, 0, beam], [sqrt_s / 2, 0, 0, -beam]], (n, 2, 4))
    return np.concatenate([beams, momenta], axis=1)[weight > 0]


# --- amplitude ------------------------------------------------------------------------------------


@pytest.mark.parametrize("index", range(25))
def test_reference_point(index: int) -> None:
    point = REFERENCE["points"][index]
    value = eemumu(np.array([point["momenta"]]), constants=CONST)
    assert value == pytest.approx(point["me2"], rel=point["tol"])


def test_electrons_in_the_beam_pipe() -> None:
    """The digits are those of the momenta: far better than a condition of s/t = 1e11 would allow."""
    points = [p for p in REFERENCE["points"] if p["tol"] > 1e-5]
    value = eemumu(np.array([p["momenta"] for p in points]), constants=CONST)
    assert value == pytest.approx([p["me2"] for p in points], rel=1e-9)


def turned(p: Array, velocity: float) -> Array:
    """Rotate by a fixed rotation, then boost along x."""
    turn, _ = np.linalg.qr(np.random.default_rng(5).normal(size=(3, 3)))
    turn *= np.linalg.det(turn)
    q = p.copy()
    q[..., 1:] = p[..., 1:] @ turn
    gamma = 1 / math.sqrt(1 - velocity**2)
    energy, x = q[..., 0].copy(), q[..., 1].copy()
    q[..., 0], q[..., 1] = gamma * (energy + velocity * x), gamma * (x + velocity * energy)
    return q


@pytest.mark.parametrize("velocity", [0.0, -0.3, 0.8])
def test_any_frame(velocity: float) -> None:
    p = events(4000, 1)
    ratio = eemumu(turned(p, velocity)) / eemumu(p)
    # a transverse momentum of 1e-4 GeV of an electron is known to 1e-15 GeV x 5 GeV / 1e-4 GeV only
    smallest = np.hypot(p[:, 2:4, 1], p[:, 2:4, 2]).min(axis=1)
    assert (np.abs(ratio - 1) < 1e-9 + 1e-13 / np.maximum(smallest, M_E / 10)).all()


def test_boost_along_the_beams() -> None:
    p = events(4000, 2)
    boosted = p.copy()
    boosted[..., 0], boosted[..., 3] = 1.25 * p[..., 0] + 0.75 * p[..., 3], 1.25 * p[..., 3] + 0.75 * p[..., 0]
    assert eemumu(boosted) == pytest.approx(eemumu(p), rel=1e-9)


def test_charge_conjugation_and_parity() -> None:
    p = events(4000, 3)
    total = eemumu(p)
    assert eemumu(p[:, [1, 0, 3, 2, 5, 4]]) == pytest.approx(total, rel=1e-8)
    mirror = p * [1, 1, -1, 1]
    assert eemumu(mirror) == pytest.approx(total, rel=1e-10)
    parts = eemumu_parts(p[:, [1, 0, 3, 2, 5, 4]])
    assert parts[:, [0, 1, 3, 2, 4]] == pytest.approx(eemumu_parts(p), rel=1e-8)


def test_exchange_of_muons_turns_one_interference() -> None:
    """Pairs of two photons are C-even, those of one photon odd: mp and the others interfere oddly."""
    p = events(8000, 4)
    direct, exchanged = eemumu_parts(p), eemumu_parts(p[:, [0, 1, 2, 3, 5, 4]])
    assert exchanged[:, 1:4] == pytest.approx(direct[:, 1:4], rel=1e-8)
    assert np.abs(exchanged[:, 0] / direct[:, 0] - 1).max() > 0.1


def components(row: NDArray[np.complex128]) -> NDArray[np.complex128]:
    plus, minus, perp, anti = row
    return np.array([(plus + minus) / 2, (perp + anti) / 2, (perp - anti) / 2j, (plus - minus) / 2])


def test_gauge_invariance() -> None:
    """The dressed currents are conserved: J -> J + c q of the current they meet changes nothing."""
    h: Any = helicity
    metric = np.array([1, -1, -1, -1])
    w = h.new_workspace()
    for p in events(200, 5):
        q1, q2, k34, total = p[0] - p[2], p[1] - p[3], p[2] + p[3], p[0] + p[1]
        three = [tuple(row[1:]) for row in p]
        lost = q1[0] + q1[3], q2[0] - q2[3]
        h.eemumu_groups(w, p[0, 3], p[1, 3], *three[2:], *lost, M_E, M_MU, np.zeros(5))
        for first, number, photon in (
            (h._D13, 8, q2), (h._D24, 16, q1), (h._D_MU_T, 8, q2),
            (h._D12, 8, k34), (h._D34, 16, total), (h._D_MU_S, 8, k34),
        ):  # fmt: skip
            rows = np.array([components(row) for row in w[first : first + number]])
            size = np.abs(rows).max() * np.abs(photon).max()
            assert np.abs(rows @ (metric * photon)).max() < 1e-7 * size


def test_equivalent_photons() -> None:
    """At small t the azimuthal average is 4 rho1 rho2 (4 pi alpha)² / (t1 t2) times photon photon -> mu mu.

    V. M. Budnev et al., Phys. Rept. 15 (1975) 181, eq. (5.13) for rho; G. Breit, J. A. Wheeler,
    Phys. Rev. 46 (1934) 1087 for the muons.
    """
    e0 = SQRT_S / 2
    beam = (e0, math.sqrt(e0**2 - M_E**2), M_E, M_MU)
    charge2 = 4 * math.pi * CONSTANTS.alpha
    metric = np.array([1, -1, -1, -1])

    def dot(a: Array, b: Array) -> float:
        return float((a * metric) @ b)

    for x in ((0.3, 0.5, 0.3, 0.3, 0.5), (0.5, 0.3, 0.2, 0.35, 0.8), (0.1, 0.8, 0.02, 0.3, 0.1)):
        amplitude2, expected = 0.0, 0.0
        for i in range(8):
            for j in range(8):
                numbers = (x[0], x[1], x[2], x[3], i / 8, x[4], (j + 0.5) / 8, 0.1)
                p3, p4, k1, k2 = photon_collision(numbers, beam, 0.5)[3:]
                p = np.array([(math.hypot(*v, m), *v) for v, m in zip(
                    ((0, 0, beam[1]), (0, 0, -beam[1]), p3, p4, k1, k2), (M_E, M_E, M_E, M_E, M_MU, M_MU), strict=True,
                )])  # fmt: skip
                q1, q2 = p[0] - p[2], p[1] - p[3]
                t1, t2 = dot(q1, q1), dot(q2, q2)
                amplitude2 += eemumu_parts(p[None])[0, 1]
                x_root = dot(q1, q2) ** 2 - t1 * t2
                rho1 = (2 * dot(p[0], q2) - dot(q1, q2)) ** 2 / x_root + 1 + 4 * M_E**2 / t1
                rho2 = (2 * dot(p[1], q1) - dot(q1, q2)) ** 2 / x_root + 1 + 4 * M_E**2 / t2
                a, b = 2 * dot(q1, p[4]), 2 * dot(q1, p[5])
                soft = 4 * M_MU**2 * (1 / a + 1 / b)
                pair = 2 * charge2**2 * (a / b + b / a + soft - soft**2 / 4)
                expected += charge2**2 / (t1 * t2) * rho1 * rho2 * pair
        # corrections: t / m_mu² < 1e-3
        assert amplitude2 == pytest.approx(expected, rel=2e-3)


def test_wrong_shape() -> None:
    with pytest.raises(ValueError, match=r"expected \(n, 6, 4\)"):
        eemumu(np.zeros((3, 5, 4)))


# --- phase space ----------------------------------------------------------------------------------


@kernel
def _densities(which: int, x: Array, beam: tuple[float, float, float, float], smallest: float,
               cuts: tuple[float, float, float], out: Array) -> None:  # fmt: skip
    """Density dPhi_4/dr of one map, and whether the event is inside the cuts of the central one."""
    for i in range(len(x)):
        numbers = (x[i, 0], x[i, 1], x[i, 2], x[i, 3], x[i, 4], x[i, 5], x[i, 6], x[i, 7])
        if which == 0:
            event = photon_collision(numbers, beam, smallest)
        elif which == 1:
            event = bremsstrahlung(numbers, beam, smallest)
        elif which == 2:
            event = mirrored(bremsstrahlung(numbers, beam, smallest))
        elif which == 3:
            event = annihilation(numbers, beam, smallest)
        else:
            event = central_collision(numbers, beam, smallest, cuts)
        out[i, 0] = event[0]
        p3, p4, k1, k2 = event[3], event[4], event[5], event[6]
        inside = event[0] > 0
        for k in (k1, k2):
            pt = math.hypot(k[0], k[1])
            inside = inside and pt > cuts[0] and cuts[1] < math.asinh(k[2] / max(pt, 1e-300)) < cuts[2]
        e3 = math.sqrt(p3[0] ** 2 + p3[1] ** 2 + p3[2] ** 2 + beam[2] ** 2)
        e4 = math.sqrt(p4[0] ** 2 + p4[1] ** 2 + p4[2] ** 2 + beam[2] ** 2)
        out[i, 1] = event[0] if inside and is_central(p3[2], p4[2], e3, e4) else 0.0


def volume(
    which: int, sqrt_s: float, smallest: float, cuts: tuple[float, float, float] = (0.0, -9.0, 9.0), column: int = 0
) -> tuple[float, float]:
    n = 400_000
    out = np.empty((n, 2))
    beam = (sqrt_s / 2, math.sqrt(sqrt_s**2 / 4 - M_E**2), M_E, M_MU)
    x = np.random.default_rng(which).random((n, 8))
    # the volume lies at the far ends of the logarithmic maps: points are moved there
    ends = {0: (2, 3), 1: (2,), 2: (2,), 3: (0,), 4: (3, 4)}[which]
    factor = np.ones(n)
    for column_x in ends:
        factor *= 4 * x[:, column_x] ** 3
        x[:, column_x] = 1 - x[:, column_x] ** 4
    _densities(which, np.clip(x, 1e-14, 1 - 1e-14), beam, smallest, cuts, out)
    value = factor * out[:, column]
    return float(value.mean()), float(value.std() / math.sqrt(n))


def exact_volume(sqrt_s: float, smallest: float) -> float:
    """Int dK²/(2 pi) dQ²/(2 pi) of three two-body phase spaces, by Gauss-Legendre quadrature."""
    nodes, weights = np.polynomial.legendre.leggauss(200)
    # x = 3v² - 2v³ of both masses: no square roots at the ends
    v = 0.5 * (nodes + 1)
    u, du = v * v * (3 - 2 * v), 0.5 * weights * 6 * v * (1 - v)

    def two_body(mass: Array, m1: Any, m2: Any) -> Array:
        product = (mass - m1 - m2) * (mass + m1 + m2) * (mass - m1 + m2) * (mass + m1 - m2)
        return np.sqrt(np.maximum(product, 0)) / mass**2 / (8 * math.pi)

    total = 0.0
    for part, weight in zip(u, du, strict=True):
        q = smallest + (sqrt_s - 2 * M_E - smallest) * part
        k = 2 * M_E + (sqrt_s - q - 2 * M_E) * u
        inner = two_body(k, M_E, M_E) * two_body(np.array(sqrt_s), k, q) * 2 * k * (sqrt_s - q - 2 * M_E) * du
        total += inner.sum() * two_body(np.array(q), M_MU, M_MU) * 2 * q * (sqrt_s - 2 * M_E - smallest) * weight
    return float(total / (2 * math.pi) ** 2)


@pytest.mark.parametrize("which", range(4), ids=("photons", "e-", "e+", "annihilation"))
@pytest.mark.parametrize(("sqrt_s", "smallest"), [(10.58, 0.5), (10.58, 2 * M_MU), (0.5, 2 * M_MU), (10.58, 8.0)])
def test_volume(which: int, sqrt_s: float, smallest: float) -> None:
    value, error = volume(which, sqrt_s, smallest)
    assert not compatible(value, error, exact_volume(sqrt_s, smallest))
    assert error < 0.012 * value


def test_volume_of_the_central_map() -> None:
    """The same part of phase space through another map and the cuts."""
    cuts = (0.4, -1.6, 1.21)
    central, inside = volume(4, SQRT_S, 0.5, cuts), volume(4, SQRT_S, 0.5, cuts, 1)
    assert central == pytest.approx(inside, rel=1e-12)
    value, error = volume(3, SQRT_S, 0.5, cuts, 1)
    assert not compatible(*central, value, error)
    assert math.hypot(central[1], error) < 0.03 * value


@pytest.mark.parametrize("cuts", [{}, ACCEPTANCE], ids=("wide", "central"))
def test_weight_is_the_amplitude_at_the_momenta(cuts: dict[str, float]) -> None:
    """All channels at the same point share the |M|²: weight / density is a fraction of it, never more."""
    prepared = setup(**cuts)
    n = 8000
    rng = np.random.default_rng(8)
    x, channel = rng.random((n, 8)), np.arange(n) % 4
    momenta, weight, out = np.empty((n, 4, 4)), np.empty(n), np.empty((n, 2))
    prepared.fill(channel, x, prepared.arguments, momenta, weight)
    e0, p0 = prepared.arguments[:2]
    limits = tuple(prepared.arguments[6:9])
    beams = np.broadcast_to([[e0, 0, 0, p0], [e0, 0, 0, -p0]], (n, 2, 4))
    parts = eemumu_parts(np.concatenate([beams, momenta], axis=1))
    for c in range(4):
        chosen = (channel == c) & (weight > 0)
        map_number = 4 if c == 0 and cuts else c
        _densities(map_number, x, (e0, p0, M_E, M_MU), 0.5, limits, out)
        share = parts[:, 1 + c] / parts[:, 1:].sum(axis=1)
        if cuts and c == 3:
            energy, z = momenta[:, :2, 0], momenta[:, :2, 3]
            passed = z[:, 0] * energy[:, 1] <= z[:, 1] * energy[:, 0]
            share = np.where(passed, (parts[:, 1] + parts[:, 4]) / parts[:, 1:].sum(axis=1), share)
        expected = CONSTANTS.hbarc2 / (8 * e0 * p0) * share * parts[:, 0] * out[:, 0]
        # electrons at zero angle: momenta of 5 GeV keep an angle of 1e-6 to 1e-10 only
        deviation = np.abs(weight[chosen] / expected[chosen] - 1)
        assert np.median(deviation) < 1e-11
        assert deviation.max() < 1e-4


def test_conservation_and_mass_shells() -> None:
    p = events(20_000, 9)
    assert np.abs(p[:, 2:].sum(axis=1) - [SQRT_S, 0, 0, 0]).max() < 1e-11
    masses2 = p[..., 0] ** 2 - (p[..., 1:] ** 2).sum(axis=-1)
    assert np.abs(masses2 - np.array([M_E, M_E, M_E, M_E, M_MU, M_MU]) ** 2).max() < 1e-12


@pytest.mark.parametrize("sqrt_s", [0.2124, 0.5, 10.58, 1000.0])
@pytest.mark.parametrize("smallest", [0.0, 0.25, 10.5])
def test_corners_of_the_cube(sqrt_s: float, smallest: float) -> None:
    if smallest >= sqrt_s - 2 * M_E:
        with pytest.raises(KinematicsError, match="min_pair_mass"):
            setup(sqrt_s, smallest)
        return
    rng = np.random.default_rng(10)
    n = 40_000
    x, kind = rng.random((n, 8)), rng.integers(0, 5, (n, 8))
    x = np.choose(kind, [np.full_like(x, 1e-14), np.full_like(x, 1 - 1e-14), 10 ** (-13.9 * x), x, x])
    for cuts in ({}, {"min_muon_pt": 0.3 * sqrt_s}):
        prepared = setup(sqrt_s, smallest, **cuts)
        momenta, weight = np.empty((n, 4, 4)), np.empty(n)
        prepared.fill(np.arange(n) % 4, x, prepared.arguments, momenta, weight)
        assert np.isfinite(weight).all()
        assert (weight >= 0).all()
        balance = momenta[weight > 0].sum(axis=1) - [sqrt_s, 0, 0, 0]
        assert np.abs(balance).max() < 1e-10 * sqrt_s


def test_no_phase_space() -> None:
    with pytest.raises(KinematicsError, match=r"sqrt_s = 0\.212 GeV: allowed is above"):
        setup(0.212, 0.0)


# --- cross-section --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole() -> Sampler:
    return sampler(setup(), {}, 20_000)


@pytest.fixture(scope="module")
def accepted() -> Sampler:
    return sampler(setup(**ACCEPTANCE), ACCEPTANCE, 10_000)


def test_cross_section(whole: Sampler) -> None:
    value, error = measured(whole)
    assert not compatible(value, error, SIGMA, SIGMA_ERROR)
    assert error < 0.002 * value


def test_neither_adaptation_nor_map_moves_the_acceptance(accepted: Sampler) -> None:
    """Both maps of the two-photon channel: the cuts inside the map or zeros alone; other seeds and efforts."""
    first = measured(accepted)
    other = measured(sampler(setup(**ACCEPTANCE), ACCEPTANCE, 2000, 2))
    wide = measured(sampler(setup(), ACCEPTANCE, 2000, 3))
    assert not compatible(*first, *other)
    assert not compatible(*first, *wide)
    assert max(first[1], other[1], wide[1]) < 0.015 * first[0]


def test_unweighting_efficiency(whole: Sampler, accepted: Sampler) -> None:
    """The estimates fluctuate by 5 to 15 %; larger samples have 0.32 and 0.13."""
    assert whole.for_unweighting().efficiency > 0.28
    assert accepted.for_unweighting().efficiency > 0.08
