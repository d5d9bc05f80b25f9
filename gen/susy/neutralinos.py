"""Neutralinos: the symmetric 7 x 7 mass matrix and its states.

Basis (B, W, Hd, Hu, B', eta, etabar). A real symmetric matrix has real eigenvectors O and signed eigenvalues m;
the unitary matrix with N* M N† = diag(|m|) (Takagi) is N_i = O_i for m_i >= 0 and i O_i for m_i < 0.

References
----------
arXiv:2011.05083, section 2; its B' and eta couple to the Higgs fields only through kinetic and mass mixing.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.kernels import kernel
from lmutau.gen.susy.jacobi import diagonalise

__all__ = ["BASIS", "mass_matrix", "neutralino_states"]

Array = NDArray[np.float64]

BASIS = ("B", "W", "Hd", "Hu", "B'", "eta", "etabar")
"""Order of the fields in the mass matrix and in the columns of the mixing matrix."""

_VISIBLE = 5


@kernel
def mass_matrix(point: Array, g1: float, g2: float, v: float, matrix: Array) -> None:
    """Fill ``matrix`` (7, 7) [GeV] for one row of :data:`lmutau.gen.susy.parameters.NEUTRAL` parameters."""
    m0, m1, m2, mu, tan_beta = point[0], point[1], point[2], point[3], point[4]
    zp_mass, tan_gamma, mu_eta, m10, g_yx = point[5], point[6], point[7], point[8], point[9]
    v_d = v / math.hypot(1.0, tan_beta)
    v_u = v_d * tan_beta
    eta = zp_mass / math.hypot(1.0, tan_gamma)  # g_X v_eta
    matrix[:, :] = 0.0
    matrix[0, 0], matrix[1, 1], matrix[4, 4] = m1, m2, m0
    matrix[0, 2], matrix[0, 3] = -0.5 * g1 * v_d, 0.5 * g1 * v_u
    matrix[1, 2], matrix[1, 3] = 0.5 * g2 * v_d, -0.5 * g2 * v_u
    matrix[2, 3] = -mu
    matrix[0, 4] = m10
    matrix[2, 4], matrix[3, 4] = -0.5 * g_yx * v_d, 0.5 * g_yx * v_u
    matrix[4, 5], matrix[4, 6] = -eta, eta * tan_gamma
    matrix[5, 6] = mu_eta
    for i in range(7):
        for j in range(i):
            matrix[i, j] = matrix[j, i]


@kernel
def neutralino_states(
    point: Array, g1: float, g2: float, v: float, work: Array, vectors: Array, masses: Array, states: Array
) -> None:
    """Signed masses (7,) and eigenvectors (7, 7), one per row, of one parameter point.

    First the five states with the smallest part of eta fermions, then the other two; both in ascending
    order of the modulus of the mass. ``work`` and ``vectors`` are scratch (7, 7).
    """
    mass_matrix(point, g1, g2, v, work)
    diagonalise(work, vectors)
    for i in range(7):
        masses[i] = work[i, i]
        states[i, :] = vectors[i, :]
    for last in range(6, _VISIBLE - 1, -1):  # the two most eta-like states to the end
        most = last
        for i in range(last):
            if _eta_part(states, i) > _eta_part(states, most):
                most = i
        _swap(masses, states, most, last)
    _sort(masses, states, 0, _VISIBLE)
    _sort(masses, states, _VISIBLE, 7)


@kernel
def _eta_part(states: Array, i: int) -> float:
    return float(states[i, 5] ** 2 + states[i, 6] ** 2)


@kernel
def _sort(masses: Array, states: Array, first: int, stop: int) -> None:
    for i in range(first + 1, stop):
        for j in range(i, first, -1):
            if abs(masses[j]) < abs(masses[j - 1]):
                _swap(masses, states, j, j - 1)


@kernel
def _swap(masses: Array, states: Array, i: int, j: int) -> None:
    masses[i], masses[j] = masses[j], masses[i]
    for k in range(7):
        states[i, k], states[j, k] = states[j, k], states[i, k]
