"""Exact sampling of tau -> pi nu and tau -> pi pi0 nu, pi0 -> gamma gamma, in the tau rest frame.

The mass of the pion pair comes from an interpolated inverse of its cumulative line shape, with the
exact Jacobian of the interpolation, the pion angle from the inverse of a cubic. The three momenta
then lie in a plane; the charged pion is directed first, with its own analysing power, and the
plane turned about it afterwards.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.tau_hadronic import Resonances, pair_momentum, pair_spectrum, two_pion_polarimeter
from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.tau_decay import NODES, Nodes, Vector, about_axis, hermite, orthonormal

__all__ = [
    "FourVector",
    "State",
    "pair_interval",
    "pair_table",
    "photons",
    "pion_state",
    "quadratic_cosine",
    "two_pion_state",
    "upright",
]

Array = NDArray[np.float64]
FourVector = tuple[float, float, float, float]
Pair = tuple[float, float]  # masses of charged and neutral pion
State = tuple[float, float, float, float, float]
"""What is known of a decay before it is directed, tau rest frame: momentum [GeV] and analysing power
of the charged particle; the part of the polarimeter across its direction; momentum of the neutral
pion along and across it [GeV] (the last three vanish if there is none)."""

_PANELS = 96


def pair_table(tau_mass: float, pions: Pair, parameters: Resonances) -> tuple[Array, float]:
    """Inverse cumulative distribution of s = m(pi pi0)^2.

    Returns
    -------
    table : (NODES + 1, 2)
        s [GeV^2] and ds/dt at t = 0 ... 1, where the cumulative is 4 t^3 below t = 1/2 and 1 - 4 (1 - t)^3
        above: s(t) is smooth at the end of the spectrum and nearly so at the threshold.
    norm : float
        1/Int spectrum ds.
    """
    low, high = (pions[0] + pions[1]) ** 2, tau_mass**2
    rule = np.stack(np.polynomial.legendre.leggauss(16))
    # z = sqrt(s - threshold): the spectrum starts as z^4 dz
    z = np.linspace(0.0, math.sqrt(high - low), _PANELS + 1)
    parts = np.empty(_PANELS)
    _panels(z[:-1], z[1:], rule, tau_mass, pions, parameters, parts)
    sums = np.concatenate([[0.0], np.cumsum(parts)])
    norm = 1 / sums[-1]
    t = np.linspace(0, 1, NODES + 1)
    wanted = np.where(t < 0.5, 4 * t**3, 1 - 4 * (1 - t) ** 3) * sums[-1]
    panel = np.clip(np.searchsorted(sums, wanted, side="right") - 1, 0, _PANELS - 1)
    left, right, part = z[panel].copy(), z[panel + 1].copy(), np.empty_like(t)
    for _ in range(np.finfo(np.float64).nmant + 2):
        middle = (left + right) / 2
        _panels(z[panel], middle, rule, tau_mass, pions, parameters, part)
        below = sums[panel] + part < wanted
        left, right = np.where(below, middle, left), np.where(below, right, middle)
    s = low + ((left + right) / 2) ** 2
    s[0], s[-1] = low, high
    steepness = 12 * np.minimum(t, 1 - t) ** 2  # of the cumulative
    spectrum = np.array([norm * pair_spectrum(v, tau_mass, *pions, parameters) for v in s[1:-1]])
    near = high * (1 - 1e-6)
    end = norm * pair_spectrum(near, tau_mass, *pions, parameters) / (high - near) ** 2
    slope = np.concatenate([[0.0], steepness[1:-1] / spectrum, [(12 / end) ** (1 / 3)]])
    return np.column_stack([s, slope]), float(norm)


@kernel
def _panels(low: Array, high: Array, rule: Array, tau: float, pions: Pair, parameters: Resonances, out: Array) -> None:
    """Integral of the spectrum between two values of z = sqrt(s - threshold), by the Gauss rule on (-1, 1)."""
    threshold = (pions[0] + pions[1]) ** 2
    for i in range(len(low)):
        out[i] = 0.0
        half = (high[i] - low[i]) / 2
        for node, weight in zip(rule[0], rule[1]):  # noqa: B905 - numba knows no strict
            z = low[i] + half * (1 + node)
            s = threshold + z**2
            out[i] += weight * half * 2 * z * pair_spectrum(s, tau, pions[0], pions[1], parameters)


@kernel
def pair_interval(r: float) -> tuple[int, float, float]:
    """Where the uniform ``r`` lies in :func:`pair_table`: interval, fraction of it, dr/dt."""
    if r < 0.5:
        t = np.cbrt(r / 4)
        steepness = 12 * t**2
    else:
        rest = np.cbrt((1 - r) / 4)
        t = 1 - rest
        steepness = 12 * rest**2
    i = min(int(t * NODES), NODES - 1)
    return i, t * NODES - i, steepness


@kernel
def quadratic_cosine(r: float, curvature: float) -> float:
    """Draw c in (-1, 1) from 1 + curvature c^2, curvature >= 0: the real root of a cubic.

    t = sqrt(curvature) c solves t^3 + 3 t = 2 S, so t = 2 sinh(asinh(S)/3).
    """
    root = math.sqrt(max(curvature, 1e-30))
    c = 2 * math.sinh(math.asinh(root * (2 * r - 1) * (3 + root**2) / 2) / 3) / root
    return min(1.0, max(-1.0, c))


@kernel
def pion_state(tau_mass: float, mass: float) -> State:
    """State of tau -> pi nu; the same in every event."""
    return (tau_mass - mass) * (tau_mass + mass) / (2 * tau_mass), 1.0, 0.0, 0.0, 0.0


@kernel
def two_pion_state(
    u: float, steepness: float, nodes: Nodes, r_angle: float, norm: float, tau: float, pions: Pair, p: Resonances
) -> tuple[State, float]:
    """Draw the momenta of tau -> pi pi0 nu up to their orientation; also true over sampled density (1 to 1e-6).

    ``u`` and ``steepness`` come from :func:`pair_interval`, ``norm`` from :func:`pair_table`; ``p`` are
    the resonances.
    """
    s, slope = hermite(u, nodes)
    ratio = norm * pair_spectrum(s, tau, pions[0], pions[1], p) * (slope / steepness)
    root = math.sqrt(s)
    gap = max(0.0, (tau - root) * (tau + root))
    cosine = quadratic_cosine(r_angle, gap / s)
    sine = math.sqrt((1 - cosine) * (1 + cosine))
    a_x, a_z = two_pion_polarimeter(s, cosine, sine, tau)
    pair = gap / (2 * tau)  # momentum of the pair
    step = pair_momentum(s, pions[0], pions[1])
    energy = (s + (pions[0] - pions[1]) * (pions[0] + pions[1])) / (2 * root)
    x = step * sine
    z = ((tau**2 + s) / (2 * tau) * step * cosine + pair * energy) / root
    k = max(math.sqrt(x * x + z * z), np.finfo(np.float64).tiny)
    x, z = x / k, z / k
    return (k, a_x * x + a_z * z, a_x * z - a_z * x, pair * z - k, -pair * x), ratio


@kernel
def upright(r_turn: float, r_side: float, state: State, direction: Vector, spin: Vector) -> Vector:
    """Unit vector f across the charged pion in the decay plane, from 1 + s.a, a = power d + across f.

    A uniform azimuth is turned round with the complementary probability: exact, without rejection.
    """
    first, second = orthonormal(direction)
    phi = 2 * math.pi * r_turn
    u, v = math.cos(phi), math.sin(phi)
    f = (u * first[0] + v * second[0], u * first[1] + v * second[1], u * first[2] + v * second[2])
    even = 1 + state[1] * (spin[0] * direction[0] + spin[1] * direction[1] + spin[2] * direction[2])
    odd = state[2] * (spin[0] * f[0] + spin[1] * f[1] + spin[2] * f[2])
    if 2 * even * r_side > even + odd:
        return -f[0], -f[1], -f[2]
    return f


@kernel
def photons(r_cosine: float, r_turn: float, pion: FourVector, mass: float) -> tuple[FourVector, FourVector]:
    """The two photons of a neutral pion (E, px, py, pz) [GeV], isotropic in its rest frame."""
    n = about_axis(2 * r_cosine - 1, 2 * math.pi * r_turn, (0.0, 0.0, 1.0))
    energy, x, y, z = pion
    along = x * n[0] + y * n[1] + z * n[2]
    shift = along / (energy + mass)
    up, down = (1 + shift) / 2, (1 - shift) / 2
    half = mass / 2
    return (
        ((energy + along) / 2, half * n[0] + up * x, half * n[1] + up * y, half * n[2] + up * z),
        ((energy - along) / 2, down * x - half * n[0], down * y - half * n[1], down * z - half * n[2]),
    )
