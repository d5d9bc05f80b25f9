"""Hit or miss: turn efficiencies and losses into decisions, event by event.

The expectation of every yield is that of the weights; the price is statistics. Meant for
unweighted samples that a program without weights is to read.
"""

import numpy as np
from numpy.typing import NDArray

from lmutau.detsim.trigger import Trigger, trigger_probabilities
from lmutau.gen.randomness import stream
from lmutau.gen.record import EventBlock, Jagged

__all__ = ["decide"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def decide(
    block: EventBlock, trigger: Trigger, total: Array, *, seed: int, process: str, luminosity_block: int
) -> EventBlock:
    """Accept or drop each track and each photon of a simulated block, then each trigger.

    One number decides a track: below its ``efficiency`` it is found; in the lowest part of that, as long
    as the muon efficiency, it is a muon, in the next, as long as the electron efficiency, an electron.

    Parameters
    ----------
    block
        Output of :func:`lmutau.detsim.response.simulate_block`.
    trigger
        The trigger of the card; it sees only what is found.
    total
        (4,) total four-momentum [GeV] of the nominal collision, laboratory.
    seed, process, luminosity_block
        Choose the random streams "track-hit", "photon-hit" and "trigger-hit".

    Returns
    -------
    EventBlock
        Tracks that were found, muons and electrons that were identified (``efficiency`` = 1),
        photons that were seen (``lossProbability`` = 0), triggers of 0 or 1, and ``weight`` =
        ``genWeight``. Every event is kept.
    """

    def uniform(name: str, *shape: int) -> Array:
        return stream(seed, process, name, luminosity_block).random(shape)

    tracks, photons = block.collections["Track"], block.collections["Photon"]
    number = uniform("track-hit", len(tracks["pt"]))
    found = np.less(number, tracks["efficiency"])
    seen = np.greater_equal(uniform("photon-hit", len(photons["pt"])), photons["lossProbability"])
    as_muon, as_electron = (_of_tracks(block, name) for name in ("Muon", "Electron"))
    parts = {"Muon": number < as_muon, "Electron": (number >= as_muon) & (number < as_muon + as_electron)}
    decided = {
        "Track": _kept(tracks, found, "efficiency", 1.0),
        **{name: _identified(block, name, mask & found, found) for name, mask in parts.items()},
        "Photon": _kept(photons, seen, "lossProbability", 0.0),
    }
    scalars = {**block.scalars, "weight": block.scalars["genWeight"].copy()}
    kept = EventBlock(scalars, {**block.collections, **decided})
    probabilities = trigger_probabilities(kept, trigger, total)
    bits = uniform("trigger-hit", len(block), len(probabilities)).T
    for bit, (name, probability) in zip(bits, probabilities.items(), strict=True):
        scalars[name] = (bit < probability).astype(np.float64)
    return kept


def _rows(block: EventBlock, name: str) -> NDArray[np.int64]:
    """Places in the flat ``Track`` of the candidates of a collection."""
    candidates, tracks = block.collections[name], block.collections["Track"]
    return np.repeat(tracks.offsets[:-1], candidates.counts) + candidates["trackIdx"].astype(np.int64)


def _of_tracks(block: EventBlock, name: str) -> Array:
    """Probability that each track is a candidate of a collection, (tracks,)."""
    probability = np.zeros(len(block.collections["Track"]["pt"]))
    probability[_rows(block, name)] = block.collections[name]["efficiency"]
    return probability


def _identified(block: EventBlock, name: str, identified: Mask, found: Mask) -> Jagged:
    """Keep the candidates whose track is ``identified``; count their tracks among the ``found``."""
    tracks, rows = block.collections["Track"], _rows(block, name)
    mask = identified[rows]
    kept = _kept(block.collections[name], mask, "efficiency", 1.0)
    before = np.concatenate(([0], np.cumsum(found)))
    first = np.repeat(tracks.offsets[:-1], kept.counts)
    place = before[rows[mask]] - before[first]
    return Jagged(kept.offsets, {**kept.columns, "trackIdx": place.astype(np.int16)})


def _kept(particles: Jagged, mask: Mask, decided: str, value: float) -> Jagged:
    """Keep particles of ``mask``; their probability ``decided`` becomes ``value``."""
    offsets = np.concatenate(([0], np.cumsum(mask)))[particles.offsets].astype(np.int64)
    columns = {name: column[mask] for name, column in particles.columns.items()}
    columns[decided] = np.full(int(offsets[-1]), value)
    return Jagged(offsets, columns)
