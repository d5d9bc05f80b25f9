"""The beams of a HepMC3 file, which states them in its events only."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lmutau.gen.io.external import Collision
from lmutau.gen.io.text import energies
from lmutau.gen.record import STATUS_BEAM, STATUS_FINAL, Jagged

__all__ = ["FileBeams"]


class FileBeams:
    """The beams of a file: two particles of status 4, or without them all final ones; the mean over the events.

    Every event may have beam energies of its own (spread); an experiment knows their mean.
    """

    def __init__(self, first: Jagged) -> None:
        """Decide from the first event."""
        columns: Mapping[str, Any] = first.columns
        beams = columns["status"] == STATUS_BEAM
        self._status = STATUS_BEAM if beams.sum() == 2 else STATUS_FINAL
        self._ids = tuple(columns["pdgId"][beams].tolist()) if beams.sum() == 2 else ()
        electron_first = sorted(self._ids) == [-11, 11]
        self._flip = electron_first and float(columns["pz"][beams][self._ids.index(11)]) < 0
        if electron_first:
            self._ids = (11, -11)
        self._first: Any = None
        self._same = True
        self._sum, self._n = np.zeros(4), 0

    def add(self, particles: Jagged) -> Jagged:
        """Count the beams of some events; returns the particles, turned half around the y axis if e- runs along -z."""
        if self._flip:
            turned = {key: -np.asarray(particles[key], dtype=np.float64) for key in ("px", "pz")}
            particles = Jagged(particles.offsets, {**particles.columns, **turned})
        columns: Mapping[str, Any] = particles.columns
        n = len(particles.offsets) - 1
        chosen = columns["status"] == self._status
        owner = np.repeat(np.arange(n), particles.counts)[chosen]
        with np.errstate(over="ignore"):  # numbers that are too large are refused later, with their event
            energy = energies(particles)
        parts = (energy, columns["px"], columns["py"], columns["pz"])
        totals = np.stack([np.bincount(owner, part[chosen], minlength=n) for part in parts], axis=1)
        self._first = totals[0] if self._first is None else self._first
        self._same = self._same and bool((totals == self._first).all())
        self._sum += totals.sum(axis=0)
        self._n += n
        return particles

    def collision(self) -> Collision:
        """Beams after the last event."""
        return Collision(self._ids, self._first if self._same else self._sum / self._n)
