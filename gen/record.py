"""The event record: the block of events that every room passes on.

A block is a set of flat NumPy columns: one value per event (``scalars``), and jagged collections
of particles (``collections``), each with ``offsets`` into flat columns. Names are those of the
file: ``genWeight``, ``GenPart`` with ``px``. Laboratory frame, GeV, radian, fb.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["GEN_PART_COLUMNS", "STATUS_BEAM", "STATUS_FINAL", "STATUS_INTERMEDIATE", "EventBlock", "Jagged"]

STATUS_FINAL = 1
STATUS_INTERMEDIATE = 2
STATUS_BEAM = 4
GEN_PART_COLUMNS = ("pdgId", "status", "genPartIdxMother", "px", "py", "pz", "mass")

Column = NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Jagged:
    """Particles of a block: event ``i`` owns entries ``offsets[i]:offsets[i + 1]`` of each column."""

    offsets: NDArray[np.int64]
    columns: Mapping[str, Column]

    @property
    def counts(self) -> NDArray[np.int64]:
        """Particles per event, shape (n,)."""
        return np.diff(self.offsets)

    def __getitem__(self, name: str) -> Column:
        """One flat column."""
        return self.columns[name]

    def select(self, mask: NDArray[np.bool_]) -> "Jagged":
        """Keep the events where ``mask`` (shape (n,)) is true."""
        keep = np.repeat(mask, self.counts)
        offsets = np.concatenate(([0], np.cumsum(self.counts[mask]))).astype(np.int64)
        return Jagged(offsets, {name: column[keep] for name, column in self.columns.items()})

    def take(self, rows: NDArray[np.int64]) -> "Jagged":
        """The lists of the events in ``rows`` (shape (m,)), in that order."""
        counts = self.counts[rows]
        offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        members = np.arange(offsets[-1]) + np.repeat(self.offsets[:-1][rows] - offsets[:-1], counts)
        return Jagged(offsets, {name: column[members] for name, column in self.columns.items()})

    def slice(self, start: int, stop: int) -> "Jagged":
        """Keep events ``start`` to ``stop``; the columns stay views."""
        first, last = self.offsets[start], self.offsets[stop]
        columns = {name: column[first:last] for name, column in self.columns.items()}
        return Jagged(self.offsets[start : stop + 1] - first, columns)


@dataclass(frozen=True, slots=True)
class EventBlock:
    """Some events: ``scalars`` of shape (n,), ``collections`` of particles."""

    scalars: Mapping[str, Column]
    collections: Mapping[str, Jagged]

    def __len__(self) -> int:
        """Return the number of events."""
        return len(next(iter(self.scalars.values())))

    def select(self, mask: NDArray[np.bool_]) -> "EventBlock":
        """Keep the events where ``mask`` (shape (n,)) is true."""
        return EventBlock(
            {name: column[mask] for name, column in self.scalars.items()},
            {name: jagged.select(mask) for name, jagged in self.collections.items()},
        )

    def slice(self, start: int, stop: int) -> "EventBlock":
        """Keep events ``start`` to ``stop`` without copying."""
        stop = min(stop, len(self))
        return EventBlock(
            {name: column[start:stop] for name, column in self.scalars.items()},
            {name: jagged.slice(start, stop) for name, jagged in self.collections.items()},
        )

    def pieces(self, size: int) -> Iterator["EventBlock"]:
        """Cut into consecutive blocks of at most ``size`` events."""
        for start in range(0, len(self), size):
            yield self.slice(start, start + size)

    def luminosity_blocks(self) -> Iterator["EventBlock"]:
        """Cut where the column ``luminosityBlock`` changes."""
        numbers = self.scalars["luminosityBlock"]
        edges = [0, *(np.flatnonzero(numbers[1:] != numbers[:-1]) + 1).tolist(), len(self)]
        for start, stop in itertools.pairwise(edges):
            yield self.slice(start, stop)

    @staticmethod
    def concatenate(blocks: Sequence["EventBlock"]) -> "EventBlock":
        """Join blocks that have the same columns."""
        if len(blocks) == 1:
            return blocks[0]
        first = blocks[0]
        scalars = {name: np.concatenate([b.scalars[name] for b in blocks]) for name in first.scalars}
        collections = {}
        for name, jagged in first.collections.items():
            parts = [b.collections[name] for b in blocks]
            counts = np.concatenate([part.counts for part in parts])
            offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
            columns = {key: np.concatenate([part[key] for part in parts]) for key in jagged.columns}
            collections[name] = Jagged(offsets, columns)
        return EventBlock(scalars, collections)
