"""Targeting functions made from selections: where the generator should put its points.

The function is positive everywhere and falls slowly outside the selection, so that events which
the resolution carries across a cut are drawn often enough. It never enters a weight.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.analysis.observables import recoil
from lmutau.analysis.selection import Selection

if TYPE_CHECKING:
    import awkward as ak

__all__ = ["selection_target"]

Array = NDArray[np.float64]


def selection_target(selection: Selection, beam: ArrayLike, mass: float) -> "Callable[[ak.Array], Array]":
    """Target for the truth events of any process with a mu- and a mu+.

    Parameters
    ----------
    selection
        Its windows on the recoil and its targeting numbers are used.
    beam
        (4,) total four-momentum [GeV], laboratory.
    mass
        Hypothesised mass [GeV], for the window on the recoil mass.

    Returns
    -------
    Callable
        Truth events -> (n,) numbers between ``floor`` and about 1.
    """
    target = selection.target

    def function(events: "ak.Array") -> Array:
        momenta = [_muon(events, pdg_id) for pdg_id in (13, -13)]
        columns = recoil(momenta[0], momenta[1], beam)
        value = np.ones(len(events))
        for name, scale in target.scales.items():
            low, high = selection.range_of(name, mass)
            outside = np.maximum(0.0, np.maximum(low - columns[name], columns[name] - high))
            value *= (1 + (outside / scale) ** 2) ** -target.power
        return target.floor + value

    return function


def _muon(events: "ak.Array", pdg_id: int) -> Array:
    """(n, 3) momentum of the final muon of this charge."""
    import awkward as ak

    particles = events.GenPart
    one = ak.firsts(particles[(particles.pdgId == pdg_id) & (particles.status == 1)])
    return np.stack([ak.to_numpy(ak.fill_none(one[axis], 0.0)) for axis in ("px", "py", "pz")], axis=1)
