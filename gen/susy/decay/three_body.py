"""Three-body phase space, and widths from squared amplitudes on it.

The pair of light fermions 1, 2 has squared mass s; the nodes lie dense at both ends of s, where thresholds make roots
and virtual particles nearly real make peaks.
"""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.susy.decay.two_body import momentum

__all__ = ["Kinematics", "Poles", "kinematics", "three_body_width"]

Array = NDArray[np.float64]

_NODES = 32
_DENSER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinematics:
    """Momenta (n, 4) = (E, px, py, pz) [GeV] in the rest frame of the decaying particle, and weights of dΦ₃ [GeV²]."""

    parent: Array
    heavy: Array
    first: Array
    second: Array
    weight: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Poles:
    """Where virtual particles are nearly real.

    ``boson``: mass and width [GeV] of a vector whose pole lies inside phase space of the pair 1, 2. ``first`` and
    ``second``: masses [GeV] of particles that are emitted together with f1 or f2, near the ends of their range.
    """

    boson: tuple[float, float] | None = None
    first: tuple[float, ...] = ()
    second: tuple[float, ...] = ()


_NO_POLES = Poles()


@functools.cache
def _nodes(n: int) -> tuple[Array, Array]:
    """Gauss-Legendre nodes and weights on (0, 1)."""
    x, w = np.polynomial.legendre.leggauss(n)
    return 0.5 * (x + 1), 0.5 * w


def _roots(low: float, high: float, nodes: int, peak: tuple[float, float] | None) -> tuple[Array, Array]:
    """Nodes √s between ``low`` and ``high`` and weights of ds [GeV, GeV²]; ``peak``: mass and width of a boson."""
    y, wy = _nodes(nodes)
    x, slope = y * y * y * (10 - 15 * y + 6 * y * y), 30 * (y * (1 - y)) ** 2
    if peak is None:
        root, step = low + (high - low) * x, (high - low) * slope
    else:
        mass, width = peak
        start, end = math.atan((low - mass) / width), math.atan((high - mass) / width)
        tangent = np.tan(start + (end - start) * x)
        root, step = mass + width * tangent, width * (1 + tangent**2) * (end - start) * slope
    return root, 2 * root * step * wy


def kinematics(
    mass: float,
    heavy: float,
    first: float,
    second: float,
    nodes: int = _NODES,
    peak: tuple[float, float] | None = None,
    denser: int = 1,
) -> Kinematics:
    """Nodes of the decay mass -> heavy + first + second, all masses in GeV, above threshold.

    ``peak``: mass and width [GeV] of a boson that makes the pair 1, 2; nodes in s lie dense there. There are
    ``denser`` times as many nodes in s as in the angle.
    """
    y, wy = _nodes(nodes)
    root, s_weight = _roots(first + second, mass - heavy, denser * nodes, peak)
    pair = np.array([momentum(mass, heavy, value) for value in root])
    inner = np.array([momentum(value, first, second) for value in root])
    factor = s_weight / (2 * math.pi) * pair / (4 * math.pi * mass) * inner / (4 * math.pi * root)
    angle = y * y * (3 - 2 * y)  # (1 + cos)/2
    cos, weight = np.tile(2 * angle - 1, denser * nodes), (factor[:, None] * (6 * y * (1 - y) * wy)).ravel()
    root, pair, inner = (np.repeat(values, nodes) for values in (root, pair, inner))
    energy = np.hypot(pair, root)
    e1, e2 = np.hypot(inner, first), np.hypot(inner, second)
    transverse, zero = inner * np.sqrt(1 - cos * cos), np.zeros_like(root)

    def boosted(e: Array, sign: float) -> Array:
        along = sign * inner * cos
        return np.stack([(energy * e + pair * along) / root, sign * transverse, zero,
                         (energy * along + pair * e) / root], axis=1)  # fmt: skip

    return Kinematics(
        parent=np.stack([np.full_like(root, mass), zero, zero, zero], axis=1),
        heavy=np.stack([np.hypot(pair, heavy), zero, zero, -pair], axis=1),
        first=boosted(e1, 1.0),
        second=boosted(e2, -1.0),
        weight=weight,
    )


def three_body_width(
    mass: float,
    heavy: float,
    first: float,
    second: float,
    squared: Callable[[Kinematics], Array],
    nodes: int = _NODES,
    poles: Poles = _NO_POLES,
) -> float:
    """Width [GeV] from |M|² summed over final and averaged over initial spins; 0 below threshold.

    Each nearly real particle has nodes in its own invariant mass; weights that add up to one, and go like squared
    propagators, divide phase space between them.
    """
    if mass - heavy <= first + second:
        return 0.0
    grids = [kinematics(mass, heavy, first, second, nodes, poles.boson)]
    if poles.first:
        turned = kinematics(mass, first, heavy, second, nodes, denser=_DENSER)
        grids.append(replace(turned, heavy=turned.first, first=turned.heavy))
    if poles.second:
        turned = kinematics(mass, second, heavy, first, nodes, denser=_DENSER)
        grids.append(replace(turned, heavy=turned.first, first=turned.second, second=turned.heavy))
    total = 0.0
    for index, grid in enumerate(grids):
        total += float(np.sum(grid.weight * squared(grid) * _share(grid, mass, poles, index)))
    return total / (2 * mass)


def _share(grid: Kinematics, mass: float, poles: Poles, index: int) -> Array | float:
    """Part of |M|² at each node that belongs to the grid of this index."""
    if not (poles.first or poles.second):
        return 1.0
    own = np.full(len(grid.weight), mass**-4)
    if poles.boson:
        m, width = poles.boson
        own += 1 / ((_square(grid.first + grid.second) - m * m) ** 2 + (m * width) ** 2)
    shares = [own]
    for emitted, masses in ((grid.first, poles.first), (grid.second, poles.second)):
        if masses:
            t = _square(grid.parent - emitted)
            shares.append(np.sum([1 / (t - m * m) ** 2 for m in masses], axis=0))
    return shares[index] / np.sum(shares, axis=0)


def _square(p: Array) -> Array:
    return p[:, 0] ** 2 - np.sum(p[:, 1:] ** 2, axis=1)
