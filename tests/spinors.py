"""Feynman diagrams with explicit spinors: slow, literal, and independent of the reduced formulas.

Everything is a NumPy array with the events in front: momenta (n, 4) = (E, px, py, pz) [GeV], spinors
(n, 4), Dirac matrices (n, 4, 4). Metric (+, -, -, -), Dirac representation. A particle is a list of
its wave functions, one per spin state; a squared amplitude is the sum of |M|² over all combinations.
The precision is that of the momenta: with ``np.longdouble`` the collinear corners can be checked.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.constants import CONSTANTS, Constants

Complex = NDArray[Any]
Array = NDArray[Any]
States = list[Complex]

_ONE, _ZERO = np.eye(2), np.zeros((2, 2))
PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
GAMMA: Complex = np.array(
    [np.block([[_ONE, _ZERO], [_ZERO, -_ONE]]), *(np.block([[_ZERO, p], [-p, _ZERO]]) for p in PAULI)]
).astype(np.complex128)
METRIC = np.array([1.0, -1.0, -1.0, -1.0])
GAMMA_LOWER: Complex = METRIC[:, None, None] * GAMMA
GAMMA5: Complex = 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]
LEFT: Complex = (np.eye(4) - GAMMA5) / 2


def dot(a: Array, b: Array) -> Array:
    """Four-product over the last axis."""
    return np.asarray((a * METRIC * b).sum(axis=-1))


def slash(a: Array) -> Complex:
    """a_m gamma^m."""
    return np.einsum("...m,mij->...ij", a, GAMMA_LOWER)


def bar(spinor: Complex) -> Complex:
    return spinor.conj() @ GAMMA[0]


def _pauli(momentum: Array) -> Complex:
    return np.einsum("ni,ijk->njk", momentum[:, 1:], PAULI)


def u_spinors(momentum: Array, mass: float) -> States:
    """Both spin states of an incoming (or, barred, outgoing) particle; E from the three-momentum."""
    energy = np.sqrt(mass**2 + (momentum[:, 1:] ** 2).sum(axis=1))
    norm = np.sqrt(energy + mass)
    lower = _pauli(momentum) / norm[:, None, None]
    upper = norm[:, None, None] * np.eye(2)
    return [np.concatenate([upper[:, :, i], lower[:, :, i]], axis=1) for i in range(2)]


def v_spinors(momentum: Array, mass: float) -> States:
    """Both spin states of an outgoing antiparticle."""
    return [np.concatenate([u[:, 2:], u[:, :2]], axis=1) for u in u_spinors(momentum, mass)]


def polarisations(momentum: Array, mass: float) -> States:
    """Real polarisation vectors: two transverse ones, and for a massive boson the longitudinal one."""
    p = momentum[:, 1:]
    size = np.sqrt((p**2).sum(axis=1, keepdims=True))
    axis = p / size
    helper = np.eye(3)[np.argmin(np.abs(axis), axis=1)]
    first = np.cross(axis, helper)
    first /= np.sqrt((first**2).sum(axis=1, keepdims=True))
    vectors = [first, np.cross(axis, first)]
    states = [np.concatenate([np.zeros_like(size), e], axis=1) for e in vectors]
    if mass > 0:
        energy = np.sqrt(mass**2 + size**2)
        states.append(np.concatenate([size, energy * axis], axis=1) / mass)
    return states


def propagator(momentum: Array, mass: float, denominator: Array) -> Complex:
    """(p-slash + m)/denominator."""
    return (slash(momentum) + mass * np.eye(4)) / denominator[:, None, None]


def current(left: Complex, right: Complex, inside: Iterable[Complex] = (GAMMA,)) -> Complex:
    """left-bar [product of ``inside``] right with one free upper index, (n, 4).

    Exactly one factor is ``GAMMA``, the others are matrices (n, 4, 4).
    """
    result = bar(left)[:, None, :]  # (n, index or 1, spinor)
    for factor in inside:
        result = np.einsum("nai,mij->nmj" if factor is GAMMA else "nmi,nij->nmj", result, factor)
    return np.einsum("nmi,ni->nm", result, right)


def radiated_current(
    left: Complex,
    right: Complex,
    out: Array,
    anti: Array,
    boson: Array,
    mass: float,
    boson_mass: float,
    eps: Complex,
) -> Complex:
    """Current ubar(out) ... v(anti) with one vector boson from either leg, coupling 1.

    For an incoming pair (vbar(p2) ... u(p1)) give ``out`` = -p2, ``anti`` = -p1.
    """
    e = slash(eps.conj())
    after = propagator(out + boson, mass, 2 * dot(out, boson) + boson_mass**2)
    before = propagator(-anti - boson, mass, 2 * dot(anti, boson) + boson_mass**2)
    return current(left, right, (e, after, GAMMA)) + current(left, right, (GAMMA, before, e))


def spin_sum(amplitude: Callable[..., Complex], *particles: Sequence[Complex]) -> Array:
    """Sum of |amplitude|² over all combinations of the spin states of the particles."""
    return np.asarray(sum(np.abs(amplitude(*states)) ** 2 for states in itertools.product(*particles)))


def charge(constants: Constants) -> float:
    return math.sqrt(4 * math.pi * constants.alpha)


def mumu(momenta: Array, constants: Constants = CONSTANTS) -> Array:
    """Averaged |M|² of e+e- → μ+μ-; momenta (n, 4, 4)."""
    p1, p2, k1, k2 = momenta.swapaxes(0, 1)
    s = dot(p1 + p2, p1 + p2)
    scale = charge(constants) ** 2 / s
    total = spin_sum(
        lambda a, b, c, d: scale * dot(current(b, a), current(c, d)),
        u_spinors(p1, constants.m_e),
        v_spinors(p2, constants.m_e),
        u_spinors(k1, constants.m_mu),
        v_spinors(k2, constants.m_mu),
    )
    return total / 4


def mumu_boson(
    momenta: Array,
    *,
    mass: float = 0.0,
    electron_coupling: float,
    muon_coupling: float,
    constants: Constants = CONSTANTS,
    polarisation: Array | None = None,
) -> Array:
    """Averaged |M|² of e+e- → μ+μ-V: four diagrams; ``polarisation`` replaces the sum over V's states."""
    p1, p2, k1, k2, k = momenta.swapaxes(0, 1)
    s = dot(p1 + p2, p1 + p2)
    pair = k1 + k2
    pair2 = dot(pair, pair)
    me, mmu, e2 = constants.m_e, constants.m_mu, charge(constants) ** 2
    states = polarisations(k, mass) if polarisation is None else [polarisation]

    def amplitude(a: Complex, b: Complex, c: Complex, d: Complex, eps: Complex) -> Complex:
        total = np.zeros(len(momenta), dtype=np.result_type(momenta, np.complex128))
        if muon_coupling:
            jet = radiated_current(c, d, k1, k2, k, mmu, mass, eps)
            total += muon_coupling * e2 / s * dot(current(b, a), jet)
        if electron_coupling:
            jet = radiated_current(b, a, -p2, -p1, k, me, mass, eps)
            total += electron_coupling * e2 / pair2 * dot(jet, current(c, d))
        return total

    return spin_sum(
        amplitude, u_spinors(p1, me), v_spinors(p2, me), u_spinors(k1, mmu), v_spinors(k2, mmu), states
    ) / 4  # fmt: skip


def mumugamma(momenta: Array, constants: Constants = CONSTANTS, polarisation: Array | None = None) -> Array:
    """Averaged |M|² of e+e- → μ+μ-γ; momenta (n, 5, 4)."""
    e = charge(constants)
    return mumu_boson(momenta, electron_coupling=e, muon_coupling=e, constants=constants, polarisation=polarisation)


def mumuzp(momenta: Array, mass: float, g: float = 1.0, constants: Constants = CONSTANTS) -> Array:
    """Averaged |M|² of e+e- → μ+μ-V, V from the muons; momenta (n, 5, 4)."""
    return mumu_boson(momenta, mass=mass, electron_coupling=0.0, muon_coupling=g, constants=constants)


def _sandwich(left: Complex, matrix: Complex, right: Complex) -> Complex:
    return np.einsum("ni,nij,nj->n", bar(left), matrix, right)


def tau_decay_spinor(constants: Constants, mu: Complex, neutrino: Complex, anti: Complex) -> Complex:
    """Spinor X with M = X-bar u(tau) for tau- → mu- nubar_mu nu_tau by the Fermi contact interaction.

    M = (4 G_F/sqrt 2) [nu_tau-bar g^m P_L u(tau)] [mu-bar g_m P_L v(nubar_mu)]; returned is X-bar.
    """
    lepton = np.einsum("ni,mij,nj->nm", bar(mu), GAMMA_LOWER @ LEFT, anti)
    return 4 * constants.g_fermi / math.sqrt(2) * np.einsum("ni,mij,nm->nj", bar(neutrino), GAMMA @ LEFT, lepton)


def anti_tau_decay_spinor(constants: Constants, mu: Complex, anti: Complex, neutrino: Complex) -> Complex:
    """Spinor Y with M = v(tau)-bar Y for tau+ → mu+ nu_mu nubar_tau: [v(tau)-bar g^m P_L v(nubar_tau)]
    [nu_mu-bar g_m P_L v(mu)]."""
    lepton = np.einsum("ni,mij,nj->nm", bar(neutrino), GAMMA_LOWER @ LEFT, mu)
    return 4 * constants.g_fermi / math.sqrt(2) * np.einsum("mij,nj,nm->ni", GAMMA @ LEFT, anti, lepton)


def tautau_mumu4nu(momenta: Array, *, spin_correlation: bool = True, constants: Constants = CONSTANTS) -> Array:
    """Averaged |M|² of e+e- → tau+tau-, both taus to muons; momenta (n, 8, 4).

    Order: e-, e+; mu-, nubar_mu, nu_tau (of the tau-); mu+, nu_mu, nubar_tau (of the tau+). The two
    factors 1/((k² - m²)² + m² Gamma²) are left out. Without spin correlation each tau decays
    unpolarised: the sum over its spins is taken in production and the average in the decay.
    """
    p1, p2, mu1, anti1, nu1, mu2, nu2, anti2 = momenta.swapaxes(0, 1)
    me, mmu, mtau = constants.m_e, constants.m_mu, constants.m_tau
    tau1, tau2 = mu1 + anti1 + nu1, mu2 + nu2 + anti2
    s = dot(p1 + p2, p1 + p2)
    scale = charge(constants) ** 2 / s
    beams = [current(b, a) for a in u_spinors(p1, me) for b in v_spinors(p2, me)]
    # a massless left-handed fermion has one state; the projectors remove the other
    decays1 = [
        tau_decay_spinor(constants, a, b, c)
        for a in u_spinors(mu1, mmu)
        for b in u_spinors(nu1, 0.0)
        for c in v_spinors(anti1, 0.0)
    ]
    decays2 = [
        anti_tau_decay_spinor(constants, a, b, c)
        for a in v_spinors(mu2, mmu)
        for b in v_spinors(anti2, 0.0)
        for c in u_spinors(nu2, 0.0)
    ]
    eye = mtau * np.eye(4)
    if spin_correlation:
        middle = [np.einsum("ni,nij->nj", x, slash(tau1) + eye) for x in decays1]
        end = [np.einsum("nij,nj->ni", -slash(tau2) + eye, y) for y in decays2]
        total = sum(
            np.abs(scale * np.einsum("ni,nij,nj->n", x, slash(beam), y)) ** 2
            for beam in beams
            for x in middle
            for y in end
        )
        return np.asarray(total) / 4
    us, vs = u_spinors(tau1, mtau), v_spinors(tau2, mtau)
    born = sum(np.abs(scale * _sandwich(u, slash(beam), v)) ** 2 for beam in beams for u in us for v in vs)
    left = sum(np.abs(np.einsum("ni,ni->n", x, u)) ** 2 for x in decays1 for u in us)
    right = sum(np.abs(np.einsum("ni,ni->n", bar(v), y)) ** 2 for y in decays2 for v in vs)
    return np.asarray(born * left * right / 16)
