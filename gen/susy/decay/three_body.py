"""Three-body phase space, and widths from squared amplitudes on it.

The pair of light fermions 1, 2 has squared mass s; the nodes lie dense at both ends of s, where thresholds make roots
and virtual particles nearly real make peaks.
"""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.susy.decay.two_body import momentum

__all__ = ["Kinematics", "kinematics", "three_body_width"]

Array = NDArray[np.float64]

_NODES = 32
_PEAK_FACTOR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinematics:
    """Momenta (n, 4) = (E, px, py, pz) [GeV] in the rest frame of the decaying particle, and weights of dΦ₃ [GeV²]."""

    parent: Array
    heavy: Array
    first: Array
    second: Array
    weight: Array


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
) -> Kinematics:
    """Nodes of the decay mass -> heavy + first + second, all masses in GeV, above threshold.

    ``peak``: mass and width [GeV] of a boson that makes the pair 1, 2; nodes in s lie dense there, and are more.
    """
    y, wy = _nodes(nodes)
    pairs = nodes if peak is None else _PEAK_FACTOR * nodes
    root, s_weight = _roots(first + second, mass - heavy, pairs, peak)
    pair = np.array([momentum(mass, heavy, value) for value in root])
    inner = np.array([momentum(value, first, second) for value in root])
    factor = s_weight / (2 * math.pi) * pair / (4 * math.pi * mass) * inner / (4 * math.pi * root)
    cos, weight = np.tile(2 * y - 1, pairs), (factor[:, None] * wy).ravel()
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
    peak: tuple[float, float] | None = None,
) -> float:
    """Width [GeV] from |M|² summed over final and averaged over initial spins; 0 below threshold."""
    if mass - heavy <= first + second:
        return 0.0
    grid = kinematics(mass, heavy, first, second, nodes, peak)
    return float(np.sum(grid.weight * squared(grid))) / (2 * mass)
