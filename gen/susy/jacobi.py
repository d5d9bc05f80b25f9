"""Eigenvectors of small real symmetric matrices by Jacobi rotations.

For a batch of 7 x 7 matrices this needs no library call per matrix and skips what is zero already, so a
decoupled block costs nothing and stays exactly decoupled.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.kernels import kernel

__all__ = ["diagonalise"]

Array = NDArray[np.float64]

_SWEEPS = 60
_EPSILON = 2.0**-53


@kernel
def diagonalise(a: Array, vectors: Array) -> None:
    """Turn ``a`` (n, n) into its diagonal form in place; row i of ``vectors`` becomes the eigenvector of a[i, i].

    Cyclic by rows; an element is done when it cannot change either of its two diagonal neighbours.
    """
    n = a.shape[0]
    for i in range(n):
        for j in range(n):
            vectors[i, j] = 1.0 if i == j else 0.0
    for _ in range(_SWEEPS):
        rotated = False
        for p in range(n - 1):
            for q in range(p + 1, n):
                b = a[p, q]
                if b == 0.0:
                    continue
                size = math.sqrt(abs(a[p, p] * a[q, q]))
                largest = max(abs(a[p, p]), abs(a[q, q]))
                if abs(b) <= _EPSILON * size or abs(b) <= 1e-3 * _EPSILON * largest:
                    a[p, q] = a[q, p] = 0.0
                    continue
                rotated = True
                _rotate(a, vectors, p, q)
        if not rotated:
            return


@kernel
def _rotate(a: Array, vectors: Array, p: int, q: int) -> None:
    """Rotate axes p and q so that a[p, q] vanishes, by the smaller of the two angles."""
    n, b = a.shape[0], a[p, q]
    half = (a[q, q] - a[p, p]) / (2.0 * b)
    t = math.copysign(1.0, half) / (abs(half) + math.hypot(half, 1.0))
    c = 1.0 / math.sqrt(1.0 + t * t)
    s = t * c
    a[p, p] -= t * b
    a[q, q] += t * b
    a[p, q] = a[q, p] = 0.0
    for k in range(n):
        if k not in (p, q):
            x, y = a[k, p], a[k, q]
            a[k, p] = a[p, k] = c * x - s * y
            a[k, q] = a[q, k] = s * x + c * y
        x, y = vectors[p, k], vectors[q, k]
        vectors[p, k] = c * x - s * y
        vectors[q, k] = s * x + c * y
