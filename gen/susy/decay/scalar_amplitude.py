"""Amplitude of a slepton A to a slepton B and two light fermions f1 f2, through virtual vectors or fermions.

The second fermion enters with a spinor v, whether it is an antifermion or, by charge conjugation, a fermion.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.susy.decay.spinors import GAMMA, METRIC, bar, chiral, slash, u_spinors, v_spinors
from lmutau.gen.susy.decay.three_body import Kinematics

__all__ = ["Link", "squared_scalar_amplitude"]

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Pair = tuple[complex, complex]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One diagram; mass and width of the virtual particle [GeV].

    ``vector``: coupling ``first[0]`` times (p_A + p_B), [f̄1 γ (L P_L + R P_R) f2] with ``second``.
    ``fermion``: A couples to f1 by ``first``, B to f2 by ``second``; with ``swapped`` 1 and 2 change places and the
    fields one permutation.
    """

    kind: Literal["vector", "fermion"]
    first: Pair
    second: Pair
    mass: float
    width: float = 0.0
    swapped: bool = False

    @property
    def with_second(self) -> bool:
        """True if A turns into fermion 2 and the virtual particle."""
        return self.swapped


def squared_scalar_amplitude(grid: Kinematics, masses: tuple[float, float], diagrams: list[Link]) -> Array:
    """|M|² at each node, summed over spins; ``masses`` of the two fermions [GeV]."""
    total: Complex = np.zeros((len(grid.weight), 2, 2), dtype=complex)
    for diagram in diagrams:
        if diagram.kind == "vector":
            total = total + _vector(grid, masses, diagram)
        elif diagram.swapped:
            total = total - _fermion(grid.parent, grid.second, grid.first, masses[::-1], diagram).transpose(0, 2, 1)
        else:
            total = total + _fermion(grid.parent, grid.first, grid.second, masses, diagram)
    return np.sum(np.abs(total) ** 2, axis=(1, 2))


def _vector(grid: Kinematics, masses: tuple[float, float], diagram: Link) -> Complex:
    q, line = grid.first + grid.second, grid.parent + grid.heavy
    square = np.sum(METRIC * q * q, axis=1)
    current = line - q * (np.sum(METRIC * q * line, axis=1) / diagram.mass**2)[:, None]
    left, right = bar(u_spinors(grid.first, masses[0])), v_spinors(grid.second, masses[1])
    light = np.einsum("nba,mac,ndc->nbdm", left, GAMMA @ chiral(diagram.second), right)
    pole = square - diagram.mass**2 + 1j * diagram.mass * diagram.width
    return np.einsum("nbdm,nm->nbd", light, current * METRIC) * (diagram.first[0] / pole)[:, None, None]


def _fermion(parent: Array, first: Array, second: Array, masses: tuple[float, float], diagram: Link) -> Complex:
    """ū_1 Γ (k̸ - m) Γ' v_2/(k² - m²): the field at the vertex of f1 creates it, so -k flows along the line."""
    k = parent - first
    pole = np.sum(METRIC * k * k, axis=1) - diagram.mass**2
    inner = chiral(diagram.first) @ (slash(k) - diagram.mass * np.eye(4)) @ chiral(diagram.second)
    left, right = bar(u_spinors(first, masses[0])), v_spinors(second, masses[1])
    return np.einsum("nba,nac,ndc,n->nbd", left, inner, right, 1 / pole)
