"""Targeting functions made from selections: where the generator should put its points.

The function is positive everywhere and falls slowly outside the selection, so that events which
the resolution carries across a cut are drawn often enough. It never enters a weight.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.analysis.cut_edges import cut_edges
from lmutau.analysis.observables import recoil
from lmutau.analysis.selection import Selection
from lmutau.gen.errors import ConfigError

if TYPE_CHECKING:
    import awkward as ak

__all__ = ["selection_target"]

Array = NDArray[np.float64]


def selection_target(
    selection: Selection, beam: ArrayLike, mass: float, events: "ak.Array"
) -> "Callable[[ak.Array], Array]":
    """Target for the truth events of any process with a mu- and a mu+.

    Parameters
    ----------
    selection
        Its windows, what its expressions require, and its targeting numbers are used.
    beam
        (4,) total four-momentum [GeV], laboratory.
    mass
        Hypothesised mass [GeV], for the window on the recoil mass.
    events
        Some weighted truth events of the process, drawn without target: they tell how rare the
        selected region is, and so how large the constant part of h must be to keep its share.

    Returns
    -------
    Callable
        Truth events -> (n,) numbers between the floor and 1 + floor.

    Raises
    ------
    ConfigError
        If the selection has no targeting numbers.
    """
    target = selection.target
    if not target.scales:
        raise ConfigError(
            f"selection {selection.name!r} has no [target]: a sample with targeted = true needs one. "
            "Add it to the selection card, or set targeted = false."
        )

    edges = {name: cut_edges(selection, name, mass) for name in target.scales}

    def closeness(events: "ak.Array") -> Array:
        columns = recoil(_muon(events, 13), _muon(events, -13), beam)
        value = np.ones(len(events))
        for name, scale in target.scales.items():
            outside = np.maximum(0.0, np.maximum(edges[name].low - columns[name], columns[name] - edges[name].high))
            value *= (1 + (outside / scale) ** 2) ** -target.power
        return value

    mean = float(np.average(closeness(events), weights=np.asarray(events.genWeight)))
    floor = mean * target.share / (1 - target.share)
    return lambda events: floor + closeness(events)


def _muon(events: "ak.Array", pdg_id: int) -> Array:
    """(n, 3) momentum of the final muon of this charge."""
    import awkward as ak

    particles = events.GenPart
    one = ak.firsts(particles[(particles.pdgId == pdg_id) & (particles.status == 1)])
    return np.stack([ak.to_numpy(ak.fill_none(one[axis], 0.0)) for axis in ("px", "py", "pz")], axis=1)
