"""Neutralino and chargino loops without eigenvalues: integrals over resolvents of the mass matrices.

A sum over states weighted with a function of their masses is that function of the mass matrix. With the Feynman
parameter z the function is 1/(z S + (1-z) M²), a matrix inverse on (sleptons) x (neutralinos).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def _nodes(n: int = 120) -> tuple[Array, Array]:
    """Gauss-Legendre after z = t³(10 - 15t + 6t²), which is flat at both ends, where logarithms sit."""
    t, w = np.polynomial.legendre.leggauss(n)
    t, w = (t + 1) / 2, w / 2
    return t**3 * (10 - 15 * t + 6 * t**2), w * 30 * t**2 * (1 - t) ** 2


def neutralino_loops(
    neutralinos: Array, sleptons: Array, g1: float, g2: float, g_charge: float, yukawa: float, lepton: float
) -> float:
    """a from the 7 x 7 mass matrix and the 2 x 2 squared slepton mass matrix, basis (L, R)."""
    left, right = np.zeros((2, 7)), np.zeros((2, 7))
    left[0, [0, 1, 4]] = g1 / np.sqrt(2), g2 / np.sqrt(2), -np.sqrt(2) * g_charge
    left[1, 2] = -yukawa
    right[1, [0, 4]] = np.sqrt(2) * g1, -np.sqrt(2) * g_charge
    right[0, 2] = yukawa
    a, b = left.ravel(), right.ravel()
    mass = np.kron(np.eye(2), neutralinos)
    total = 0.0
    for z, w in zip(*_nodes(), strict=True):
        inverse = np.linalg.inv(z * np.kron(sleptons, np.eye(7)) + (1 - z) * mass @ mass)
        total -= w * lepton * z**2 * (1 - z) * (a @ inverse @ a + b @ inverse @ b)
        total += w * 2 * z * (1 - z) * (a @ mass @ inverse @ b)
    return lepton * total / (16 * np.pi**2)


def chargino_loops(x: Array, sneutrino2: float, g2: float, yukawa: float, lepton: float) -> float:
    """a from the 2 x 2 chargino mass matrix, rows (wino, higgsino) of one charge, columns of the other."""
    total = 0.0
    for z, w in zip(*_nodes(), strict=True):
        right = np.linalg.inv(z * x.T @ x + (1 - z) * sneutrino2 * np.eye(2))
        left = np.linalg.inv(z * x @ x.T + (1 - z) * sneutrino2 * np.eye(2))
        total += w * lepton * z**2 * (1 - z) * (g2**2 * right[0, 0] + yukawa**2 * left[1, 1])
        total -= w * 2 * z**2 * yukawa * g2 * (x @ right)[1, 0]
    return lepton * total / (16 * np.pi**2)
