"""Amplitude of a fermion A to a fermion B and two light fermions f1 f̄2, through virtual bosons.

Each diagram is a product of two bilinears; its sign is that of the permutation which brings the four fields into the
order (B, A, 1, 2). A Majorana particle, or the charge conjugate of a chargino, is annihilated by v̄ and created by v.

References
----------
A. Denner, H. Eck, O. Hahn, J. Küblbeck, Nucl. Phys. B387 (1992) 467.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.susy.decay.spinors import GAMMA, METRIC, bar, chiral, u_spinors, v_spinors
from lmutau.gen.susy.decay.three_body import Kinematics

__all__ = ["Exchange", "squared_fermion_amplitude"]

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Pair = tuple[complex, complex]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One diagram; (L, R) of its two bilinears, mass and width of the virtual boson [GeV].

    ``vector``: [B̄ γ A][f̄1 γ f2]; ``direct``: scalar, [f̄1 A][B̄ f2]; ``crossed``: scalar, [f̄1 B][Ā f2].
    """

    kind: Literal["vector", "direct", "crossed"]
    first: Pair
    second: Pair
    mass: float
    width: float = 0.0

    @property
    def with_second(self) -> bool:
        """True if A turns into fermion 2 and the virtual particle."""
        return self.kind == "crossed"


def squared_fermion_amplitude(
    grid: Kinematics, masses: tuple[float, float, float, float], diagrams: list[Exchange]
) -> Array:
    """|M|² at each node, summed over final spins and averaged over that of A; ``masses`` of A, B, 1, 2 [GeV]."""
    a, b, first, second = masses
    spinors = {
        "A": u_spinors(grid.parent, a),
        "Abar": bar(v_spinors(grid.parent, a)),
        "Bbar": bar(u_spinors(grid.heavy, b)),
        "B": v_spinors(grid.heavy, b),
        "1": bar(u_spinors(grid.first, first)),
        "2": v_spinors(grid.second, second),
    }
    total: Complex = np.zeros((len(grid.weight), 2, 2, 2, 2), dtype=complex)  # spins of B, A, 1, 2
    for diagram in diagrams:
        total = total + _EVALUATE[diagram.kind](grid, spinors, diagram)
    return 0.5 * np.sum(np.abs(total) ** 2, axis=(1, 2, 3, 4))


def _square(p: Array) -> Array:
    return np.sum(METRIC * p * p, axis=1)


def _vector(grid: Kinematics, spinors: dict[str, Complex], diagram: Exchange) -> Complex:
    """J·J'/(q² - M² + iMΓ) with the term q q/M², which is of the order of the fermion masses."""
    q = grid.first + grid.second
    heavy = np.einsum("nba,mac,ndc->nbdm", spinors["Bbar"], GAMMA @ chiral(diagram.first), spinors["A"])
    light = np.einsum("nba,mac,ndc->nbdm", spinors["1"], GAMMA @ chiral(diagram.second), spinors["2"])
    lower = q * METRIC
    along = (
        np.einsum("nbam,nm->nba", heavy, lower)[:, :, :, None, None]
        * np.einsum("ncdm,nm->ncd", light, lower)[:, None, None]
    )
    product = np.einsum("nbam,ncdm,m->nbacd", heavy, light, METRIC) - along / diagram.mass**2
    pole = _square(q) - diagram.mass**2 + 1j * diagram.mass * diagram.width
    return product / pole[:, None, None, None, None]


def _direct(grid: Kinematics, spinors: dict[str, Complex], diagram: Exchange) -> Complex:
    """Order (1, A, B, 2): an odd permutation; the propagator of a scalar has the other sign than that of a vector."""
    first = np.einsum("nca,ab,ndb->ncd", spinors["1"], chiral(diagram.first), spinors["A"])
    second = np.einsum("nca,ab,ndb->ncd", spinors["Bbar"], chiral(diagram.second), spinors["2"])
    pole = _square(grid.heavy + grid.second) - diagram.mass**2
    return np.einsum("nca,nbd,n->nbacd", first, second, 1 / pole)


def _crossed(grid: Kinematics, spinors: dict[str, Complex], diagram: Exchange) -> Complex:
    """Order (1, B, A, 2): an even permutation."""
    first = np.einsum("nca,ab,ndb->ncd", spinors["1"], chiral(diagram.first), spinors["B"])
    second = np.einsum("nca,ab,ndb->ncd", spinors["Abar"], chiral(diagram.second), spinors["2"])
    pole = _square(grid.heavy + grid.first) - diagram.mass**2
    return -np.einsum("ncb,nad,n->nbacd", first, second, 1 / pole)


_EVALUATE = {"vector": _vector, "direct": _direct, "crossed": _crossed}
