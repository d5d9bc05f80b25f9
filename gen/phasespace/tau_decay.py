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

from lmutau.gen.amplitudes.tau_decay import analysing_power, muon_momentum, muon_spectrum
from lmutau.gen.counter import next_uniform, seed_state
from lmutau.gen.kernels import inlined, kernel

__all__ = [
    "NODES",
    "Masses",
    "Nodes",
    "Vector",
    "about_axis",
    "hermite",
    "linear_cosine",
    "momentum_interval",
    "momentum_table",
    "muon_from_light_cone",
    "muon_from_spectrum",
    "neutrinos",
    "orthonormal",
    "polarised_direction",
]

Array = NDArray[np.float64]
Vector = tuple[float, float, float]
Masses = tuple[float, float]  # tau, muon
Nodes = tuple[float, float, float, float]

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
    rule = np.stack(np.polynomial.legendre.leggauss(96))
    total = np.empty(1)
    _cumulative(np.array([largest]), rule, tau_mass, muon_mass, total)
    norm = 1 / float(total[0])
    t = np.linspace(0, 1, NODES + 1)
    low, high, part = np.zeros_like(t), np.full_like(t, largest), np.empty_like(t)
    for _ in range(np.finfo(np.float64).nmant + 2):
        middle = (low + high) / 2
        _cumulative(middle, rule, tau_mass, muon_mass, part)
        below = part * norm < t**3
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    k = (low + high) / 2
    k[0], k[-1] = 0.0, largest
    start = muon_spectrum((tau_mass - muon_mass) ** 2, tau_mass, muon_mass) * norm / (3 * muon_mass)
    slope = [start ** (-1 / 3)]
    slope += [3 * v**2 / (norm * _density(p, tau_mass, muon_mass)) for v, p in zip(t[1:], k[1:], strict=True)]
    return np.column_stack([k, slope]), norm


@kernel
def _density(k: float, tau_mass: float, muon_mass: float) -> float:
    """Spectrum A(w) k^2/E of the muon momentum, unnormalised."""
    energy = math.sqrt(k**2 + muon_mass**2)
    w = tau_mass**2 + muon_mass**2 - 2 * tau_mass * energy
    return muon_spectrum(w, tau_mass, muon_mass) * k**2 / energy


@kernel
def _cumulative(k: Array, rule: Array, tau_mass: float, muon_mass: float, out: Array) -> None:
    """Integral of the spectrum from 0 to each ``k`` by the Gauss rule (nodes, weights) on (-1, 1)."""
    for i in range(len(k)):
        out[i] = 0.0
        for node, weight in zip(rule[0], rule[1]):  # noqa: B905 - numba knows no strict
            out[i] += weight * _density(k[i] * (node + 1) / 2, tau_mass, muon_mass) * k[i] / 2


@kernel
def hermite(u: float, nodes: Nodes) -> tuple[float, float]:
    """Value at the fraction ``u`` of a table's interval and its slope in t: cubic Hermite interpolation.

    ``nodes``: value and slope of the left end, then of the right end.
    """
    left, left_slope, right, right_slope = nodes
    a, b = left_slope / NODES, right_slope / NODES
    c2 = 3 * (right - left) - 2 * a - b
    c3 = a + b - 2 * (right - left)
    value = left + u * (a + u * (c2 + u * c3))
    return value, (a + u * (2 * c2 + 3 * u * c3)) * NODES


@kernel
def momentum_interval(r: float) -> tuple[int, float, float]:
    """Where the uniform ``r`` lies in :func:`momentum_table`: interval, fraction of it, dr/dt."""
    t = np.cbrt(r)
    i = min(int(t * NODES), NODES - 1)
    return i, t * NODES - i, 3 * t**2


@inlined
def muon_from_spectrum(
    u: float, steepness: float, nodes: Nodes, norm: float, masses: Masses
) -> tuple[float, float, float]:
    """Draw the muon momentum: k [GeV], analysing power, true over sampled density (1 to 1e-8).

    ``u`` and ``steepness`` come from :func:`momentum_interval`, ``norm`` from :func:`momentum_table`.
    """
    k, slope = hermite(u, nodes)
    w = masses[0] ** 2 + masses[1] ** 2 - 2 * masses[0] * math.sqrt(k**2 + masses[1] ** 2)
    density = norm * _density(k, masses[0], masses[1])
    return k, analysing_power(w, k, masses[0], masses[1]), density * (slope / steepness)


@kernel
def muon_from_light_cone(
    r_missing: float, r_mass: float, phi: float, push: float, norm: float, masses: Masses
) -> tuple[float, float, Vector, float, float]:
    """Muon from its light-cone fraction x = (E + p_z)/m_tau, z = flight direction of the tau.

    1 - x = (1 - x_0) t/[t + push (1 - t)] with t = sqrt(r): for push = 1 close to the spectrum, for
    more with x pushed to 1. w is uniform up to (1 - x)(m_tau^2 - m_mu^2/x); there p_T = 0, below
    p_T^2 is x times the distance. A small recoil mass means x -> 1 for one muon, which no product
    of energy and angle describes.

    Returns
    -------
    Momentum [GeV], analysing power, unit vector, 1 - x, and the density A(w) norm/4 of (w, x) over
    the sampled one; ``norm`` is that of :func:`momentum_table`.
    """
    tau_mass, muon_mass = masses
    width = 1 - (muon_mass / tau_mass) ** 2
    t = math.sqrt(r_missing)
    stretch = t + push * (1 - t)
    missing = width * t / stretch
    x = 1 - missing
    slope = tau_mass**2 - muon_mass**2 / x
    w = missing * slope * r_mass
    k = muon_momentum(w, tau_mass, muon_mass)
    energy = (tau_mass**2 + muon_mass**2 - w) / (2 * tau_mass)
    across = math.sqrt(max(0.0, x * missing * slope * (1 - r_mass)))
    along = tau_mass * x - energy
    length = max(math.sqrt(across**2 + along**2), np.finfo(np.float64).tiny)  # 0 for a muon at rest
    direction = (across * math.cos(phi) / length, across * math.sin(phi) / length, along / length)
    jacobian = slope * width**2 / 2 * push / stretch**3
    density = norm / 4 * muon_spectrum(w, tau_mass, muon_mass) * jacobian
    return k, analysing_power(w, k, tau_mass, muon_mass), direction, missing, density


@inlined
def linear_cosine(r: float, slope: float) -> float:
    """Draw c in (-1, 1) from the density (1 + slope c)/2, 0 <= slope <= 1, without cancellation."""
    cosine = (4 * r - 2 + slope) / (1 + math.sqrt(max(0.0, 1 - slope * (2 - slope - 4 * r))))
    return min(1.0, max(-1.0, cosine))  # rounding


@inlined
def orthonormal(z: Vector) -> tuple[Vector, Vector]:
    """Two unit vectors that make a right-handed basis with the unit vector ``z``."""
    sign = math.copysign(1.0, z[2])
    a = -1 / (sign + z[2])
    b = z[0] * z[1] * a
    return (1 + sign * z[0] * z[0] * a, sign * b, -sign * z[0]), (b, sign + z[1] * z[1] * a, -z[1])


@inlined
def about_axis(cosine: float, phi: float, axis: Vector) -> Vector:
    """Unit vector at the angle arccos(cosine) to the unit vector ``axis``, azimuth ``phi`` about it."""
    e_x, e_y = orthonormal(axis)
    sine = math.sqrt((1 - cosine) * (1 + cosine))
    x, y = sine * math.cos(phi), sine * math.sin(phi)
    return (
        x * e_x[0] + y * e_y[0] + cosine * axis[0],
        x * e_x[1] + y * e_y[1] + cosine * axis[1],
        x * e_x[2] + y * e_y[2] + cosine * axis[2],
    )


@inlined
def polarised_direction(r1: float, r2: float, polarisation: Vector) -> Vector:
    """Draw a unit vector d from (1 + polarisation.d)/(4 pi), |polarisation| <= 1, two uniforms."""
    length = math.sqrt(polarisation[0] ** 2 + polarisation[1] ** 2 + polarisation[2] ** 2)
    axis = (0.0, 0.0, 1.0)
    if length > 0:
        axis = (polarisation[0] / length, polarisation[1] / length, polarisation[2] / length)
    return about_axis(linear_cosine(r1, min(1.0, length)), 2 * math.pi * r2, axis)


@inlined
def neutrinos(
    r1: float, r2: float, momentum: float, direction: Vector, spin: Vector, masses: Masses
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
    state = seed_state(r1, r2)
    while True:
        cosine = linear_cosine(r1, min(slope, 1.0))
        transverse = math.sqrt(max(0.0, w * (1 - cosine) * (1 + cosine)))
        n_x, n_y = transverse * math.cos(2 * math.pi * r2), transverse * math.sin(2 * math.pi * r2)
        energy, n_z = pair_energy - momentum * cosine, pair_energy * cosine - momentum
        state, threshold = next_uniform(state)
        if not threshold * bound > energy + s_x * n_x + s_y * n_y + s_z * n_z:  # NaN must not loop
            break
        state, r1 = next_uniform(state)
        state, r2 = next_uniform(state)
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
