"""e+e- → γνν̄: amplitude against 50-digit points, literal diagrams, limits and symmetries; sampling."""

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
from lmutau.gen.amplitudes.gammanunu import FLAVOURS, gammanunu
from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.cuts import cut_table
from lmutau.gen.errors import ConfigError, KinematicsError
from lmutau.gen.parameters import resolve_parameters
from lmutau.gen.processes.base import Setup
from lmutau.gen.processes.gammanunu import GAMMANUNU
from lmutau.gen.sampling import Sampler, cross_section
from tests.spinors.dirac import GAMMA, LEFT, METRIC, bar, dot, slash, u_spinors, v_spinors
from tests.statistics import compatible

Array = NDArray[Any]

POINTS = json.loads((Path(__file__).parents[1] / "reference/points_neutrinos.json").read_text())["processes"][
    "gammanunu"
]
MOMENTA = np.array([point["momenta"] for point in POINTS["points"]])
ACCEPTANCE = (-0.821, 0.941)
BROAD = np.flatnonzero([point["tol"]["me2_nu_mu_mixed"] < 1e-8 for point in POINTS["points"]])


def prepared(constants: Constants = CONSTANTS, **given: Any) -> tuple[Setup, dict[str, float]]:
    values, cuts = resolve_parameters(GAMMANUNU, given, constants)
    return GAMMANUNU.prepare(values, constants, False), cuts


def sampler(points: int = 5000, constants: Constants = CONSTANTS, **given: Any) -> Sampler:
    setup, cuts = prepared(constants, **given)
    return adapt("gammanunu", setup, cut_table(cuts, setup.record, "gammanunu"), seed=3, points=points)


def sigma(frozen: Sampler, blocks: int) -> tuple[float, float]:
    channels = len(frozen.fractions)
    return cross_section(np.sum([frozen.draw(i).sums(channels) for i in range(blocks)], axis=0))


def rapidity(low: float, high: float) -> dict[str, Any]:
    return {"min_photon_eta": math.atanh(low), "max_photon_eta": math.atanh(high)}


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_reference_points(flavour: str, scheme: str) -> None:
    key = f"me2_nu_{'e' if flavour == 'e' else 'mu'}_{scheme}"
    expected = np.array([point["me2"][key] for point in POINTS["points"]])
    ratio = gammanunu(MOMENTA, flavour=flavour, ew_scheme=scheme) / expected
    # the points allow 1e-10 and more; the closed form keeps 14 digits also next to the beams
    assert np.abs(ratio - 1).max() < 1e-13


def contract(a: Array, b: Array) -> Array:
    return np.einsum("nm,nm,m->n", a, b, METRIC)


def literal(momenta: Array, polarisation: Array, flavour: str) -> Array:
    """|M|² of one polarisation vector from Dirac matrices, unitary gauge, the full W W photon vertex."""
    c, m = electroweak("mixed"), CONSTANTS.m_e
    p1, p2, k, k1, k2 = (momenta[:, i] for i in range(5))
    photon = slash(polarisation)

    def propagator(p: Array) -> Array:
        return (slash(p) + m * np.eye(4)) / (dot(p, p) - m**2)[:, None, None]

    # the projector LEFT in every vertex leaves one helicity of the neutrinos
    ones, twos = u_spinors(k1, 0.0), v_spinors(k2, 0.0)
    pair2 = dot(k1 + k2, k1 + k2)
    z = c.neutrino / (pair2 - c.m_z2 + 1j * c.m_z_width)
    right = np.eye(4) - LEFT
    first, last = propagator(p1 - k), propagator(k - p2)
    q, q_out = p1 - k1, k2 - p2

    def w_propagated(a: Array, p: Array) -> Array:
        return (a - p * (contract(p, a) / c.m_w2)[:, None]) / (dot(p, p) - c.m_w2)[:, None]

    total = np.zeros(len(momenta))
    for nu, nubar in itertools.product(ones, twos):
        j = np.einsum("ni,mij,nj->nm", bar(nu), GAMMA @ LEFT, nubar)
        vertex = slash(j) @ (c.left * LEFT + c.right * right) * z[:, None, None]
        chain = vertex @ first @ photon + photon @ last @ vertex
        for u, v in itertools.product(u_spinors(p1, m), v_spinors(p2, m)):
            amplitude = np.einsum("ni,nij,nj->n", bar(v), chain, u)
            if flavour == "e":
                a = np.einsum("ni,mij,nj->nm", bar(nu), GAMMA @ LEFT, u)
                b = np.einsum("ni,mij,nj->nm", bar(v), GAMMA @ LEFT, nubar)
                a_photon = np.einsum("ni,mij,njk,nk->nm", bar(nu), GAMMA @ LEFT, first @ photon, u)
                b_photon = np.einsum("ni,nij,mjk,nk->nm", bar(v), photon @ last, GAMMA @ LEFT, nubar)
                w = contract(a_photon, w_propagated(b, q_out)) + contract(b_photon, w_propagated(a, q))
                a, b = w_propagated(a, q), w_propagated(b, q_out)
                w += contract(a, b) * contract(q + q_out, polarisation)
                w += contract(b, polarisation) * contract(k - q_out, a) - contract(a, polarisation) * contract(k + q, b)
                amplitude = amplitude - c.charged**2 * w
            total += np.abs(amplitude) ** 2
    return c.charge**2 * total / 4


@pytest.mark.parametrize("flavour", ["e", "mu"])
def test_literal_diagrams_and_gauge_invariance(flavour: str) -> None:
    momenta = MOMENTA[BROAD]
    k = momenta[:, 2]
    z = np.zeros(len(k))
    across = np.stack([z, k[:, 2], -k[:, 1], z], axis=1) / np.hypot(k[:, 1], k[:, 2])[:, None]
    other = np.cross(k[:, 1:], across[:, 1:]) / k[:, :1]
    other = np.concatenate([z[:, None], other], axis=1)
    expected = literal(momenta, across, flavour) + literal(momenta, other, flavour)
    assert gammanunu(momenta, flavour=flavour) / expected == pytest.approx(1, abs=3e-10)
    # the sum of the diagrams vanishes for eps -> k/E, far below one of them alone
    assert np.all(literal(momenta, k / k[:, :1], flavour) < 1e-15 * expected)


def boost(momenta: Array, velocity: tuple[float, float, float]) -> Array:
    v = np.array(velocity)
    gamma = 1 / math.sqrt(1 - v @ v)
    along = momenta[..., 1:] @ v
    energy = gamma * (momenta[..., 0] + along)
    space = momenta[..., 1:] + ((gamma - 1) / (v @ v) * along + gamma * momenta[..., 0])[..., None] * v
    return np.concatenate([energy[..., None], space], axis=-1)


@pytest.mark.parametrize("flavour", ["e", "mu"])
@pytest.mark.parametrize("velocity", [(0.0, 0.0, 0.28), (0.3, -0.5, 0.2), (0.1, 0.6, -0.6)])
def test_lorentz_invariance(flavour: str, velocity: tuple[float, float, float]) -> None:
    momenta = MOMENTA[BROAD]
    expected = gammanunu(momenta, flavour=flavour)
    assert gammanunu(boost(momenta, velocity), flavour=flavour) / expected == pytest.approx(1, abs=3e-9)


@pytest.mark.parametrize("flavour", ["e", "mu"])
def test_cp_symmetry_and_no_c_symmetry(flavour: str) -> None:
    conjugate = MOMENTA[:, [1, 0, 2, 4, 3]]
    mirrored = conjugate * np.array([1.0, -1.0, -1.0, -1.0])
    expected = gammanunu(MOMENTA, flavour=flavour)
    assert gammanunu(mirrored, flavour=flavour) / expected == pytest.approx(1, abs=1e-13)
    swapped = gammanunu(MOMENTA[:, [0, 1, 2, 4, 3]], flavour=flavour)  # C and P alone are broken
    assert np.abs(swapped / expected - 1).max() > 0.1


def born(p1: Array, p2: Array, k1: Array, k2: Array, charged: bool) -> Array:
    """Spin-averaged |M|² of e+e- → νν̄ for massless electrons."""
    c = electroweak()
    z = c.neutrino / (dot(k1 + k2, k1 + k2) - c.m_z2 + 1j * c.m_z_width)
    w = c.charged**2 / (-2 * dot(p1, k1) - c.m_w2) if charged else 0.0
    left, right = np.abs(c.left * z + w) ** 2, np.abs(c.right * z) ** 2
    return 4 * (left * dot(p2, k1) * dot(p1, k2) + right * dot(p1, k1) * dot(p2, k2))


@pytest.mark.parametrize("flavour", ["e", "mu"])
def test_soft_photon(flavour: str) -> None:
    """Eikonal factor times e+e- → νν̄; corrections are of the order of the photon energy."""
    e0, soft = 5.29, 1e-6
    p0 = math.sqrt(e0**2 - CONSTANTS.m_e**2)
    rng = np.random.default_rng(1)
    for cosine, photon in zip(rng.uniform(-0.9, 0.9, 20), rng.uniform(-0.9999, 0.9999, 20), strict=True):
        sine, across = math.sqrt(1 - cosine**2), math.sqrt(1 - photon**2)
        k = soft * np.array([1, across, 0, photon])
        total = np.array([2 * e0, 0, 0, 0]) - k
        n = np.array([sine * math.cos(2.0), sine * math.sin(2.0), cosine])
        energy = (total[0] ** 2 - soft**2) / 2 / (total[0] - total[1:] @ n)
        k1 = energy * np.array([1, *n])
        event = np.array([[e0, 0, 0, p0], [e0, 0, 0, -p0], k, k1, total - k1])[None]
        p1, p2, _, _, k2 = event[0]
        x, y, m2 = dot(p1, k), dot(p2, k), CONSTANTS.m_e**2
        eikonal = 4 * math.pi * CONSTANTS.alpha * (2 * dot(p1, p2) / (x * y) - m2 / x**2 - m2 / y**2)
        expected = eikonal * born(p1, p2, k1, k2, flavour == "e")
        assert gammanunu(event, flavour=flavour)[0] / expected == pytest.approx(1, abs=20 * soft)


def radiator(low: float, high: float, x: Array) -> Array:
    """(α/π)(1/x) Int dcos [(2 - 2x + x²)/sin² - x²/2] of massless electrons."""
    logarithm = math.atanh(high) - math.atanh(low)
    return CONSTANTS.alpha / math.pi / x * ((2 - 2 * x + x**2) * logarithm - 0.5 * x**2 * (high - low))


def folded(sqrt_s: float, low_energy: float, reduced: Any, window: tuple[float, float]) -> float:
    """Int dx radiator(x) reduced(s (1 - x)) [fb], Gauss rule in ln x and, for a peak, in short pieces."""
    nodes, weights = np.polynomial.legendre.leggauss(20)
    edges = np.linspace(math.log(2 * low_energy / sqrt_s), 0.0, 4001)
    half = np.diff(edges)[:, None] / 2
    x = np.exp(edges[:-1, None] + half * (nodes + 1))
    return float((half * weights * x * radiator(*window, x) * reduced(sqrt_s**2 * (1 - x))).sum() * CONSTANTS.hbarc2)


def test_contact_limit() -> None:
    """Infinitely heavy W and Z at fixed G_F and sin²: the four-fermion formula."""
    sin2, heavy = CONSTANTS.sin2_theta_eff, 1e6
    contact = dataclasses.replace(CONSTANTS, m_z=heavy, m_w=heavy * math.sqrt(1 - sin2), width_z=0.0)
    couplings = sum((sin2 - 0.5 + charged) ** 2 + sin2**2 for charged in (1, 0, 0))

    def reduced(s: Array) -> Array:
        return CONSTANTS.g_fermi**2 * s * couplings / (6 * math.pi)

    expected = folded(10.58, 0.1, reduced, ACCEPTANCE)
    value, error = sigma(sampler(constants=contact, **rapidity(*ACCEPTANCE)), 6)
    assert error < 2e-3 * expected
    assert not compatible(value, error, expected)


def test_z_peak() -> None:
    """Radiative return at 200 GeV: the Breit-Wigner of ν_μν̄_μ folded with the radiator."""
    c = electroweak()

    def reduced(s: Array) -> Array:
        # the contact formula with 8 G_F² g_L² -> left² neutrino²/|s - M_Z² + i M_Z Γ|²
        squares = c.neutrino**2 * (c.left**2 + c.right**2)
        return squares * s / (48 * math.pi) / ((s - c.m_z2) ** 2 + c.m_z_width**2)

    window = (-0.9, 0.9)
    value, error = sigma(sampler(sqrt_s=200.0, flavour="mu", min_photon_energy=1.0, **rapidity(*window)), 4)
    expected = folded(200.0, 1.0, reduced, window)
    assert error < 5e-3 * expected
    assert not compatible(value, error, expected)


def test_cross_section_in_the_acceptance() -> None:
    """Independent calculation: 8.95943 fb; the four-fermion formula is 2 % higher."""
    value, error = sigma(sampler(**rapidity(*ACCEPTANCE)), 6)
    assert error < 2e-3 * value
    assert not compatible(value, error, 8.959427711653213)


def test_phase_space_volume() -> None:
    """Weights over |M|² from the momenta: massless three-body volume with E > E_min, and the flux."""
    setup, _ = prepared(flavour="mu", min_photon_energy=0.5)
    n, s = 200_000, 10.58**2
    x = np.random.default_rng(5).random((n, 5))
    momenta, weight = np.empty((n, 3, 4)), np.empty(n)
    setup.fill(np.zeros(n, dtype=np.int64), x, setup.arguments, momenta, weight)
    p0 = math.sqrt(s / 4 - CONSTANTS.m_e**2)
    beams = np.broadcast_to([[5.29, 0, 0, p0], [5.29, 0, 0, -p0]], (n, 2, 4))
    flux = CONSTANTS.hbarc2 / (4 * p0 * math.sqrt(s))
    density = weight / gammanunu(np.concatenate([beams, momenta], axis=1)) / flux
    expected = (5.29**2 - 0.5**2) / (64 * math.pi**3)
    assert not compatible(density.mean(), density.std() / math.sqrt(n), expected)
    assert density.std() / math.sqrt(n) < 0.01 * expected
    assert np.abs(momenta.sum(axis=1) - [10.58, 0, 0, 0]).max() < 1e-13


def test_unweighting_efficiency() -> None:
    frozen = sampler(points=20_000)
    assert frozen.for_unweighting().efficiency > 0.7
    assert [record[1].pdg_id for record in frozen.setup.records] == [12, 14, 16]


@pytest.mark.parametrize("sqrt_s", [0.0105, 10.58, 91.1876, 1000.0])
def test_weights_at_the_corners(sqrt_s: float) -> None:
    setup, _ = prepared(sqrt_s=sqrt_s, min_photon_energy=min(1e-12, sqrt_s))
    corners = np.array(list(itertools.product((1e-14, 0.5, 1 - 1e-14), repeat=5)))
    for channel in range(len(setup.channels)):
        momenta, weight = np.empty((len(corners), 3, 4)), np.empty(len(corners))
        setup.fill(np.full(len(corners), channel), corners.copy(), setup.arguments, momenta, weight)
        assert np.isfinite(momenta).all() and np.isfinite(weight).all() and (weight >= 0).all()


def test_errors() -> None:
    with pytest.raises(KinematicsError, match="min_photon_energy = 6"):
        prepared(min_photon_energy=6.0)
    with pytest.raises(KinematicsError, match="sqrt_s"):
        prepared(sqrt_s=1.01e-3)
    with pytest.raises(ConfigError, match="flavour"):
        prepared(flavour="muon")
    with pytest.raises(ConfigError, match="flavour"):
        gammanunu(MOMENTA, flavour="all")
    with pytest.raises(ConfigError, match="ew_scheme"):
        gammanunu(MOMENTA, ew_scheme="gmu")
    with pytest.raises(ValueError, match=r"expected \(n, 5, 4\)"):
        gammanunu(MOMENTA[:, :4])
