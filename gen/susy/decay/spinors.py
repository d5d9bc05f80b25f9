"""Dirac spinors in numbers, for amplitudes with fermions of any mass, Majorana or Dirac.

Chiral representation, γ^μ = [[0, σ^μ], [σ̄^μ, 0]], P_L = diag(1, 1, 0, 0). v = C ū^T and u = C v̄^T, so one set of
spinors serves a fermion and its charge conjugate.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["GAMMA", "METRIC", "bar", "chiral", "slash", "u_spinors", "v_spinors"]

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]

_ONE = np.eye(2, dtype=complex)
_PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]], dtype=complex)
_ZERO = np.zeros((2, 2), dtype=complex)

GAMMA = np.array([np.block([[_ZERO, _ONE], [_ONE, _ZERO]]), *(np.block([[_ZERO, s], [-s, _ZERO]]) for s in _PAULI)])
"""γ^μ with upper index, (4, 4, 4)."""
METRIC = np.array([1.0, -1.0, -1.0, -1.0])
_CONJUGATION = 1j * GAMMA[2] @ GAMMA[0]


def chiral(pair: tuple[complex, complex]) -> Complex:
    """L P_L + R P_R as a (4, 4) matrix."""
    return np.diag(np.array([pair[0], pair[0], pair[1], pair[1]], dtype=complex))


def slash(p: Array) -> Complex:
    """γ·p of momenta (n, 4) = (E, px, py, pz), as (n, 4, 4)."""
    return np.einsum("nm,mab->nab", p * METRIC, GAMMA)


def u_spinors(p: Array, mass: float) -> Complex:
    """Spinors u(p, s) of both spins: (n, 2, 4); Σ u ū = γ·p + m."""
    sigma = np.einsum("ni,iab->nab", p[:, 1:], _PAULI)
    shift = (p[:, 0] + mass)[:, None, None] * _ONE
    norm = np.sqrt(2 * (p[:, 0] + mass))[:, None, None]
    root, root_bar = (shift - sigma) / norm, (shift + sigma) / norm  # √(p·σ) and √(p·σ̄)
    return np.concatenate([root.transpose(0, 2, 1), root_bar.transpose(0, 2, 1)], axis=2)


def v_spinors(p: Array, mass: float) -> Complex:
    """Spinors v(p, s) = C ū^T: (n, 2, 4); Σ v v̄ = γ·p - m."""
    return bar(u_spinors(p, mass)) @ _CONJUGATION.T


def bar(spinors: Complex) -> Complex:
    """Dirac adjoint w† γ⁰ of spinors (..., 4)."""
    return spinors.conj() @ GAMMA[0]
