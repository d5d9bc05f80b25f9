"""Phase-space points for tests of amplitudes: flat, and deliberately extreme ones.

Momenta are (n, particles, 4) = (E, px, py, pz) [GeV], the beams first; functions that make points do so
in extended precision, c.m. frame. ``refined`` makes of rounded momenta the point next to them that
conserves momentum and is on the mass shell to extended precision.
"""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
METRIC = np.array([1.0, -1.0, -1.0, -1.0])


def dot(a: Array, b: Array) -> Array:
    """Four-product over the last axis."""
    return np.asarray((a * METRIC * b).sum(axis=-1))


def on_shell(three: Array, masses: Sequence[float]) -> Array:
    """Momenta (n, particles, 4) of three-momenta (n, particles, 3)."""
    square = np.asarray(masses, dtype=three.dtype) ** 2
    return np.concatenate([np.sqrt(square + (three**2).sum(axis=-1))[..., None], three], axis=-1)


def boosted(momenta: Array, velocity: Array) -> Array:
    """Momenta (n, particles, 4) in a frame in which a particle at rest moves with ``velocity`` (n, 3)."""
    gamma = 1 / np.sqrt(1 - (velocity**2).sum(axis=-1))[:, None]
    along = np.einsum("npi,ni->np", momenta[..., 1:], velocity)
    energy = gamma * (momenta[..., 0] + along)
    shift = gamma * momenta[..., 0] + gamma**2 / (gamma + 1) * along
    return np.concatenate([energy[..., None], momenta[..., 1:] + shift[..., None] * velocity[:, None]], axis=-1)


def rotated(momenta: Array, matrices: Array) -> Array:
    """Three-momenta turned by matrices (n, 3, 3)."""
    three = np.einsum("nij,npj->npi", matrices, momenta[..., 1:])
    return np.concatenate([momenta[..., :1], three], axis=-1)


def mirrored(momenta: Array) -> Array:
    """Parity: the three-momenta change sign."""
    return momenta * METRIC


def isotropic(rng: np.random.Generator, *shape: int) -> Array:
    """Unit vectors (*shape, 3)."""
    vectors = rng.normal(size=(*shape, 3)).astype(np.longdouble)
    return vectors / np.sqrt((vectors**2).sum(axis=-1, keepdims=True))


def random_rotations(rng: np.random.Generator, n: int) -> Array:
    """Rotation matrices (n, 3, 3), orthogonal to extended precision."""
    first, other = isotropic(rng, 2, n)
    second = np.cross(first, other)
    second /= np.sqrt((second**2).sum(axis=-1, keepdims=True))
    return np.stack([first, second, np.cross(first, second)], axis=1)


def tilted(rng: np.random.Generator, axis: Array, angle: Array) -> Array:
    """Unit vectors (n, 3) at ``angle`` (n,) to ``axis`` (n, 3), random azimuth."""
    axis = axis / np.sqrt((axis**2).sum(axis=-1, keepdims=True))
    across = np.cross(axis, isotropic(rng, len(axis)))
    across /= np.sqrt((across**2).sum(axis=-1, keepdims=True))
    return np.cos(angle)[:, None] * axis + np.sin(angle)[:, None] * across


def with_beams(final: Array, axis: Array, m_e: float) -> Array:
    """Put e- and e+ before the final state, in any frame; ``axis`` (n, 4): the direction of p1 - p2."""
    total = final.sum(axis=1)
    s = dot(total, total)
    across = axis - total * (dot(axis, total) / s)[:, None]
    half = np.sqrt((s / 4 - s.dtype.type(m_e) ** 2) / -dot(across, across))[:, None] * across
    beams = np.stack([total / 2 + half, total / 2 - half], axis=1)
    return np.concatenate([on_shell(beams[..., 1:], [m_e, m_e]), final], axis=1)


def refined(momenta: Array, masses: Sequence[float]) -> Array:
    """Extended precision: final three-momenta as they are, energies and beams from them.

    ``masses`` are those of all particles. The beams move by a rounding error.
    """
    p = momenta.astype(np.longdouble)
    return with_beams(on_shell(p[:, 2:, 1:], masses[2:]), p[:, 0] - p[:, 1], masses[0])


def flat(rng: np.random.Generator, n: int, masses: Sequence[float], sqrt_s: float) -> Array:
    """Points spread over all of phase space: RAMBO, e- along +z.

    ``masses`` of all particles, the beams first. The massless momenta are scaled by a common factor
    until the energies fit; the weights of RAMBO are not needed here.

    References: R. Kleiss, W. J. Stirling, S. D. Ellis, Comput. Phys. Commun. 40 (1986) 359.
    """
    final = np.asarray(masses[2:], dtype=np.longdouble)
    energy = -np.log(rng.random((n, len(final))) * rng.random((n, len(final)))).astype(np.longdouble)
    q = on_shell(energy[..., None] * isotropic(rng, n, len(final)), [0.0] * len(final))
    total = q.sum(axis=1)
    q = boosted(q, -total[:, 1:] / total[:, :1])
    q *= (sqrt_s / q[..., 0].sum(axis=1))[:, None, None]
    scale = np.sqrt(1 - (np.longdouble(final.sum()) / sqrt_s) ** 2) * np.ones(n, dtype=np.longdouble)
    for _ in range(60):  # Newton; convex, and from above near threshold
        energies = np.sqrt(final**2 + (scale[:, None] * q[..., 0]) ** 2)
        slope = scale * (q[..., 0] ** 2 / energies).sum(axis=1)
        scale = scale - (energies.sum(axis=1) - sqrt_s) / slope
    axis = np.zeros((n, 4), dtype=np.longdouble)
    axis[:, 3] = 1
    return with_beams(on_shell(scale[:, None, None] * q[..., 1:], masses[2:]), axis, masses[0])


def extreme(rng: np.random.Generator, n: int, masses: Sequence[float], sqrt_s: float) -> Array:
    """Soft and collinear points, small angles to the beams; the energy varies about ``sqrt_s``.

    Sizes of the momenta are spread over four decades. Half of the particles fly close to another
    one, half of the events have a beam close to a particle, at angles between 1e-4 and 1 rad: the
    dead cones of electrons are reached. Events below ``sqrt_s``/4 are made again.
    """
    points = np.empty((0, len(masses), 4), dtype=np.longdouble)
    while len(points) < n:
        new = _extreme(rng, n, masses, sqrt_s)
        points = np.concatenate([points, new[new[:, :2, 0].sum(axis=1) > sqrt_s / 4]])
    return points[:n]


def _extreme(rng: np.random.Generator, n: int, masses: Sequence[float], sqrt_s: float) -> Array:
    finals, event = len(masses) - 2, np.arange(n)
    sizes = 0.5 * sqrt_s * (10 ** rng.uniform(-4, 0, (n, finals))).astype(np.longdouble)
    sizes[event, rng.integers(0, finals, n)] = 0.5 * sqrt_s
    directions = isotropic(rng, n, finals)
    for i in range(1, finals):
        near = tilted(rng, directions[event, rng.integers(0, i, n)], small_angles(rng, n))
        directions[:, i] = np.where(rng.random(n)[:, None] < 0.5, near, directions[:, i])
    final = on_shell(sizes[..., None] * directions, masses[2:])
    total = final.sum(axis=1)
    final = boosted(final, -total[:, 1:] / total[:, :1])
    final = final[dot(total, total) > max(10 * masses[0], 1e-3) ** 2]
    n = len(final)
    near = tilted(rng, final[np.arange(n), rng.integers(0, finals, n), 1:], small_angles(rng, n))
    sign = np.where(rng.random(n)[:, None] < 0.5, 1, -1)
    axis = np.where(rng.random(n)[:, None] < 0.5, sign * near, isotropic(rng, n))
    axis = np.concatenate([np.zeros_like(axis[:, :1]), axis], axis=1)
    return with_beams(final, axis, masses[0])


def cascade(rng: np.random.Generator, n: int, masses: Sequence[float], parent: float, sqrt_s: float) -> Array:
    """Two parents of one mass, on the mass shell, each decays into half of the final state."""
    finals = (len(masses) - 2) // 2
    pair = flat(rng, n, (*masses[:2], parent, parent), sqrt_s)
    decays = []
    for i in range(2):
        daughters = masses[2 + i * finals : 2 + (i + 1) * finals]
        at_rest = flat(rng, n, (*masses[:2], *daughters), parent)[:, 2:]
        decays.append(boosted(at_rest, pair[:, 2 + i, 1:] / pair[:, 2 + i, :1]))
    return with_beams(np.concatenate(decays, axis=1), pair[:, 0] - pair[:, 1], masses[0])


def small_angles(rng: np.random.Generator, n: int) -> Array:
    """Angles [rad], logarithmic between 1e-4 and 1."""
    return np.asarray((10 ** rng.uniform(-4, 0, n)).astype(np.longdouble))


def stiffness(momenta: Array, masses: Sequence[float], photons: Sequence[int] = ()) -> Array:
    """s over the smallest two-particle invariant, the amplification of rounding errors of the momenta.

    Invariants of two momenta, incoming ones negative: (p + q)², or 2 p.q if one of them is massless.
    Small ones stand in denominators or, for neutrinos, are all that is left in a numerator; that of
    two photons (places ``photons``) does neither.
    """
    signed = momenta.copy()
    signed[:, :2] *= -1
    s = dot(momenta[:, 0] + momenta[:, 1], momenta[:, 0] + momenta[:, 1])
    smallest = np.full(len(momenta), math.inf, dtype=momenta.dtype)
    for i, j in itertools.combinations(range(momenta.shape[1]), 2):
        if j < 2 or {i, j} <= set(photons):
            continue
        invariant = 2 * dot(signed[:, i], signed[:, j])
        if masses[i] > 0 and masses[j] > 0:
            invariant = invariant + masses[i] ** 2 + masses[j] ** 2
        smallest = np.minimum(smallest, np.abs(invariant))
    return np.asarray((s / smallest).astype(np.float64))
