"""Exact sampling of tau -> mu nu nubar in the tau rest frame.

The muon momentum comes from an interpolated inverse of its cumulative spectrum, with the exact
Jacobian of the interpolation; the neutrinos come from their exact density by accept-reject. The
rejection draws from a small counter generator that is seeded by the bits of the two uniforms of
the point: an event uses a fixed number of uniforms and is a function of them alone.

References
----------
G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014 (SplitMix64); T. Duff et al., J. Comput. Graph. Tech.
6 (2017) 1 (basis from a unit vector).
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.tau_decay import muon_spectrum
from lmutau.gen.kernels import kernel

__all__ = ["NODES", "linear_cosine", "momentum_table", "neutrinos", "orthonormal", "sample_momentum"]

Array = NDArray[np.float64]
Vector = tuple[float, float, float]

NODES = 512
"""Intervals of the momentum table; the interpolated density is right to 1e-8."""


def momentum_table(tau_mass: float, muon_mass: float) -> tuple[Array, float]:
    """Inverse cumulative distribution of the muon momentum in the tau rest frame.

    Returns
    -------
    table : (NODES + 1, 2)
        Momentum k [GeV] and dk/dt at t = 0 ... 1, where t^3 is the cumulative: k(t) is smooth at
        both ends.
    norm : float
        1/Int A(w) k^2/E dk [GeV^-6].
    """
    largest = (tau_mass - muon_mass) * (tau_mass + muon_mass) / (2 * tau_mass)
    points, weights = np.polynomial.legendre.leggauss(96)

    def density(k: Array) -> Array:
        """A(w) k^2/E, unnormalised."""
        energy = np.sqrt(k**2 + muon_mass**2)
        w = np.maximum(tau_mass**2 + muon_mass**2 - 2 * tau_mass * energy, 0)
        return np.asarray(muon_spectrum.py_func(w, tau_mass, muon_mass) * k**2 / energy)

    def cumulative(k: Array) -> Array:
        """Integral of the density from 0 to k."""
        return np.asarray(density(k[:, None] * (points + 1) / 2) @ weights * k / 2)

    norm = 1 / float(cumulative(np.array([largest]))[0])
    t = np.linspace(0, 1, NODES + 1)
    low, high = np.zeros_like(t), np.full_like(t, largest)
    for _ in range(np.finfo(np.float64).nmant + 2):
        middle = (low + high) / 2
        below = cumulative(middle) * norm < t**3
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    k = (low + high) / 2
    k[0], k[-1] = 0.0, largest
    start = muon_spectrum.py_func((tau_mass - muon_mass) ** 2, tau_mass, muon_mass) * norm / (3 * muon_mass)
    slope = np.full_like(t, start ** (-1 / 3))
    slope[1:] = 3 * t[1:] ** 2 / (density(k[1:]) * norm)
    return np.column_stack([k, slope]), norm


@kernel
def sample_momentum(r: float, table: Array) -> tuple[float, float]:
    """Muon momentum k [GeV] for the uniform ``r`` and the Jacobian dk/dr, from :func:`momentum_table`."""
    intervals = len(table) - 1
    t = np.cbrt(r)
    i = min(int(t * intervals), intervals - 1)
    u = t * intervals - i
    left, right = table[i, 0], table[i + 1, 0]
    a, b = table[i, 1] / intervals, table[i + 1, 1] / intervals
    c2 = 3 * (right - left) - 2 * a - b
    c3 = a + b - 2 * (right - left)
    k = left + u * (a + u * (c2 + u * c3))
    slope = (a + u * (2 * c2 + 3 * u * c3)) * intervals
    return k, slope / (3 * t**2)


@kernel
def linear_cosine(r: float, slope: float) -> float:
    """Draw c in (-1, 1) from the density (1 + slope c)/2, 0 <= slope <= 1, without cancellation."""
    return (4 * r - 2 + slope) / (1 + math.sqrt(max(0.0, 1 - slope * (2 - slope - 4 * r))))


@kernel
def orthonormal(z: Vector) -> tuple[Vector, Vector]:
    """Two unit vectors that make a right-handed basis with the unit vector ``z``."""
    sign = math.copysign(1.0, z[2])
    a = -1 / (sign + z[2])
    b = z[0] * z[1] * a
    return (1 + sign * z[0] * z[0] * a, sign * b, -sign * z[0]), (b, sign + z[1] * z[1] * a, -z[1])


@kernel
def _next(state: np.uint64) -> tuple[np.uint64, float]:
    """SplitMix64: the next state and a uniform number in [0, 1)."""
    state = state + np.uint64(0x9E3779B97F4A7C15)
    z = state
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return state, float(z >> np.uint64(11)) / 2.0**53


@kernel
def _seed(r1: float, r2: float) -> np.uint64:
    """State of the counter generator from the leading bits of two uniforms in (0, 1)."""
    first, second = np.uint64(r1 * 2.0**53), np.uint64(r2 * 2.0**53)
    return (first << np.uint64(11)) ^ (second * np.uint64(0xD1342543DE82EF95))


@kernel
def neutrinos(
    r1: float, r2: float, momentum: float, direction: Vector, spin: Vector, masses: tuple[float, float]
) -> tuple[tuple[float, float, float, float], tuple[float, float, float, float]]:
    """Neutrinos of muon type (n) and tau type (l) for a given muon, density (E_n + s.n)(k.l).

    Parameters
    ----------
    r1, r2
        Uniform numbers in (0, 1): the first proposal and the seed of all that follow.
    momentum, direction
        Muon momentum [GeV] and unit vector in the tau rest frame.
    spin
        Effective spin vector s of the tau, |s| <= 1, such that n is distributed as 1 + s.n.
    masses
        Tau and muon mass [GeV].

    Returns
    -------
    Two four-vectors (E, px, py, pz) [GeV], massless, in the tau rest frame.
    """
    tau_mass, muon_mass = masses
    pair_energy = tau_mass - math.sqrt(momentum**2 + muon_mass**2)
    w = max(0.0, (pair_energy - momentum) * (pair_energy + momentum))
    slope = 2 * tau_mass * momentum / ((tau_mass - muon_mass) * (tau_mass + muon_mass) - w)
    x, y = orthonormal(direction)
    s_x = spin[0] * x[0] + spin[1] * x[1] + spin[2] * x[2]
    s_y = spin[0] * y[0] + spin[1] * y[1] + spin[2] * y[2]
    s_z = spin[0] * direction[0] + spin[1] * direction[1] + spin[2] * direction[2]
    projection = pair_energy - s_z * momentum
    unpolarised = max(0.0, 1 - s_x**2 - s_y**2 - s_z**2)
    bound = projection + math.sqrt(max(0.0, projection**2 - w * unpolarised))
    state = _seed(r1, r2)
    while True:
        cosine = linear_cosine(r1, min(slope, 1.0))
        transverse = math.sqrt(max(0.0, w * (1 - cosine) * (1 + cosine)))
        n_x, n_y = transverse * math.cos(2 * math.pi * r2), transverse * math.sin(2 * math.pi * r2)
        energy, n_z = pair_energy - momentum * cosine, pair_energy * cosine - momentum
        state, threshold = _next(state)
        if threshold * bound <= energy + s_x * n_x + s_y * n_y + s_z * n_z:
            break
        state, r1 = _next(state)
        state, r2 = _next(state)
    l_energy, l_z = pair_energy + momentum * cosine, -pair_energy * cosine - momentum
    n_vector = (
        energy / 2,
        (n_x * x[0] + n_y * y[0] + n_z * direction[0]) / 2,
        (n_x * x[1] + n_y * y[1] + n_z * direction[1]) / 2,
        (n_x * x[2] + n_y * y[2] + n_z * direction[2]) / 2,
    )
    l_vector = (
        l_energy / 2,
        (l_z * direction[0] - n_x * x[0] - n_y * y[0]) / 2,
        (l_z * direction[1] - n_x * x[1] - n_y * y[1]) / 2,
        (l_z * direction[2] - n_x * x[2] - n_y * y[2]) / 2,
    )
    return n_vector, l_vector
