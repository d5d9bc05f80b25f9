"""Hit or miss: turn efficiencies and losses into decisions, event by event.

The expectation of every yield is that of the weights; the price is statistics. Meant for
unweighted samples that a program without weights is to read.
"""

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.randomness import stream
from lmutau.gen.record import EventBlock, Jagged

__all__ = ["decide"]


def decide(block: EventBlock, *, seed: int, process: str, luminosity_block: int) -> EventBlock:
    """Accept or drop each muon and each photon of a simulated block.

    Parameters
    ----------
    block
        Output of :func:`lmutau.detsim.response.simulate_block`.
    seed, process, luminosity_block
        Choose the random streams "muon-hit" and "photon-hit".

    Returns
    -------
    EventBlock
        Muons that were identified (``efficiency`` = 1), photons that were seen
        (``lossProbability`` = 0), and ``weight`` = ``genWeight``. Every event is kept.
    """
    muons, photons = block.collections["Muon"], block.collections["Photon"]
    uniform = {
        name: stream(seed, process, name, luminosity_block).random(len(collection["pt"]))
        for name, collection in (("muon-hit", muons), ("photon-hit", photons))
    }
    identified = _kept(muons, np.less(uniform["muon-hit"], muons["efficiency"]), "efficiency", 1.0)
    seen = _kept(photons, np.greater_equal(uniform["photon-hit"], photons["lossProbability"]), "lossProbability", 0.0)
    scalars = {**block.scalars, "weight": block.scalars["genWeight"].copy()}
    return EventBlock(scalars, {**block.collections, "Muon": identified, "Photon": seen})


def _kept(particles: Jagged, mask: NDArray[np.bool_], decided: str, value: float) -> Jagged:
    """Keep particles of ``mask``; their probability ``decided`` becomes ``value``."""
    offsets = np.concatenate(([0], np.cumsum(mask)))[particles.offsets].astype(np.int64)
    columns = {name: column[mask] for name, column in particles.columns.items()}
    columns[decided] = np.full(int(offsets[-1]), value)
    return Jagged(offsets, columns)
