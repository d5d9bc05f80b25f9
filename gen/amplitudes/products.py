"""Products of four-momenta without cancellation: scalar kernels, and the rows they work on.

Events come as rows of doubles: row n is (E, px, py, pz) of the e-, the e+, then the final particles.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.kernels import kernel

__all__ = ["beam_difference", "between", "checked_rows", "product"]

Array = NDArray[np.float64]


def checked_rows(momenta: ArrayLike, order: str) -> Array:
    """Momenta (n, particles, 4) as rows of doubles, (n, particles x 4).

    Raises
    ------
    ValueError
        If the shape is another one; ``order`` names the particles, "e-, e+, ...".
    """
    particles = len(order.split(", "))
    array = np.ascontiguousarray(momenta, dtype=np.float64)
    if array.ndim != 3 or array.shape[1:] != (particles, 4):
        raise ValueError(
            f"momenta: shape {array.shape}, expected (n, {particles}, 4): event; [{order}]; (E, px, py, pz) in GeV."
        )
    return array.reshape(len(array), 4 * particles)


@kernel
def product(
    e1: float,
    x1: float,
    y1: float,
    z1: float,
    mass1: float,
    e2: float,
    x2: float,
    y2: float,
    z2: float,
    mass2: float,
) -> float:
    """Product [GeV²] of two four-momenta of known squared masses, exact also for collinear ones.

    E1 E2 - p1.p2 loses all digits when the two are fast and parallel; there
    (m1² E2² + m2² |p1|² + |p1 x p2|²)/(E1 E2 + p1.p2) is used, in which every term is positive.
    ``mass1`` and ``mass2`` are squared masses [GeV²].
    """
    energies, dot = e1 * e2, x1 * x2 + y1 * y2 + z1 * z2
    cx, cy, cz = y1 * z2 - z1 * y2, z1 * x2 - x1 * z2, x1 * y2 - y1 * x2
    momentum2 = x1 * x1 + y1 * y1 + z1 * z1
    positive = mass1 * e2 * e2 + mass2 * momentum2 + cx * cx + cy * cy + cz * cz
    return positive / (energies + dot) if dot > 0.0 else energies - dot


@kernel
def between(rows: Array, n: int, i: int, mass_i: float, j: int, mass_j: float) -> float:
    """Product [GeV²] of particles ``i`` and ``j`` of event ``n``; ``mass_i``, ``mass_j`` squared [GeV²]."""
    i, j = 4 * i, 4 * j
    return product(
        rows[n, i], rows[n, i + 1], rows[n, i + 2], rows[n, i + 3], mass_i,
        rows[n, j], rows[n, j + 1], rows[n, j + 2], rows[n, j + 3], mass_j,
    )  # fmt: skip


@kernel
def beam_difference(rows: Array, n: int, j: int) -> float:
    """Product [GeV²] of (p1 - p2) with particle ``j`` of event ``n``."""
    j = 4 * j
    return (
        (rows[n, 0] - rows[n, 4]) * rows[n, j]
        - (rows[n, 1] - rows[n, 5]) * rows[n, j + 1]
        - (rows[n, 2] - rows[n, 6]) * rows[n, j + 2]
        - (rows[n, 3] - rows[n, 7]) * rows[n, j + 3]
    )
