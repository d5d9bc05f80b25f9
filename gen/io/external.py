"""Events of other generators: collected once, normalised, described like samples of our own."""

import dataclasses
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import FileError
from lmutau.gen.io.blocks import empty_truth
from lmutau.gen.io.spool import Spool
from lmutau.gen.metadata import SCHEMA, UNITS, created_now, program_version, weight_summary
from lmutau.gen.randomness import BLOCK
from lmutau.gen.record import STATUS_FINAL, Column, EventBlock, Jagged

__all__ = ["Collision", "External", "Normalisation", "Sums"]

Array = NDArray[np.float64]

_INT32 = 2**31 - 1
_HUGE = 1e100  # GeV; squares beyond are not numbers any more
_MOST_PARTICLES = 2**15 - 1
"""Particles per event: their indices are 16-bit numbers in our files."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sums:
    """Number, sum and sum of squares of the weights as they stand in the file."""

    n: int = 0
    sum_w: float = 0.0
    sum_w2: float = 0.0

    def __add__(self, other: "Sums") -> "Sums":
        """Sums of both."""
        return Sums(self.n + other.n, self.sum_w + other.sum_w, self.sum_w2 + other.sum_w2)


@dataclasses.dataclass(frozen=True, slots=True)
class Normalisation:
    """Cross-section [fb], its error, and per process what turns the weight of the file into fb."""

    sigma: float
    error: float
    factors: Mapping[int, float]
    warnings: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Collision:
    """The beams of a file: PDG ids and the total four-momentum (4,) [GeV] in the frame of its events."""

    pdg_ids: tuple[int, ...]
    total: Array

    def metadata(self, path: Path) -> dict[str, Any]:
        """Describe them as :func:`lmutau.gen.metadata.beams_metadata` does.

        Raises
        ------
        FileError
            If the total momentum is not time-like.
        """
        energy, momentum = float(self.total[0]), float(np.linalg.norm(self.total[1:]))
        mass2 = (energy - momentum) * (energy + momentum)
        if not mass2 > 0:
            raise FileError(f"input {path}: the beams have E = {energy:.6g}, p = {momentum:.6g} GeV: no collision.")
        sqrt_s = math.sqrt(mass2)
        half = math.asin(min(float(np.hypot(self.total[1], self.total[2])) / energy, 1.0))  # beam masses left out
        along = float(self.total[3]) / math.cos(half)
        return {
            "name": "of the file",
            "electron_energy": (energy + along) / 2,
            "positron_energy": (energy - along) / 2,
            "crossing_angle": 2 * half,
            "electron_spread": 0.0,
            "positron_spread": 0.0,
            "sqrt_s": sqrt_s,
            "four_momentum": [float(x) for x in self.total],
            "pdg_ids": list(self.pdg_ids),
        }


class External:
    """Collect the events of a foreign file on disk; give them back with weights in fb.

    Raw blocks have the scalars ``weight`` and ``process`` (number of the subprocess in the file) and
    the collection ``GenPart``.
    """

    def __init__(self, path: Path) -> None:
        """Start to collect."""
        self.path = path
        self.sums: dict[int, Sums] = {}
        self._spool = Spool()
        self._final: set[int] = set()
        self._largest_id = 0
        self._negative = 0

    @property
    def n_events(self) -> int:
        """Events so far."""
        return sum(sums.n for sums in self.sums.values())

    def add(self, block: EventBlock) -> None:
        """Check and keep the next events.

        Raises
        ------
        FileError
            Naming the event, if a number is not finite or the event is too large.
        """
        particles = block.collections["GenPart"]
        self._check(block, particles)
        weight: Any = block.scalars["weight"]
        process = block.scalars["process"]
        for number in np.unique(process).tolist():
            w = weight[process == number]
            found = Sums(len(w), float(w.sum()), float((w**2).sum()))
            self.sums[number] = self.sums.get(number, Sums()) + found
        self._negative += int((weight < 0).sum())
        ids: Any = particles["pdgId"]
        self._final.update(np.unique(ids[particles["status"] == STATUS_FINAL]).tolist())
        self._largest_id = max(self._largest_id, int(np.abs(ids).max(initial=0)))
        self._spool.append(block)

    def _check(self, block: EventBlock, particles: Jagged) -> None:
        columns: Mapping[str, Any] = particles.columns
        finite = np.logical_and.reduce([np.abs(columns[key]) < _HUGE for key in ("px", "py", "pz", "mass")])
        owner = np.repeat(np.arange(len(block)), particles.counts)
        bad = np.zeros(len(block), dtype=np.bool_)
        bad[owner[~finite]] = True
        bad |= ~np.isfinite(np.asarray(block.scalars["weight"], dtype=np.float64))
        if bad.any():
            number = self.n_events + int(np.argmax(bad)) + 1
            raise FileError(f"input {self.path}: event {number} holds a number that is not finite; make it again.")
        wrong = owner[(columns["genPartIdxMother"] >= particles.counts[owner]) | (columns["genPartIdxMother"] < -1)]
        if len(wrong):
            number = self.n_events + int(wrong[0]) + 1
            raise FileError(f"input {self.path}: event {number}: a mother is not in the event; make it again.")
        if particles.counts.max(initial=0) > _MOST_PARTICLES:
            number = self.n_events + int(np.argmax(particles.counts > _MOST_PARTICLES)) + 1
            raise FileError(f"input {self.path}: event {number}: allowed are at most {_MOST_PARTICLES} particles.")

    def metadata(
        self, norm: Normalisation, collision: Collision, *, name: str, layout: str, generator: str
    ) -> dict[str, Any]:
        """Describe the sample; ``name`` is its process and chooses the random streams of the detector."""
        factor = norm.factors
        sum_w = math.fsum(factor[key] * sums.sum_w for key, sums in self.sums.items())
        sum_w2 = math.fsum(factor[key] ** 2 * sums.sum_w2 for key, sums in self.sums.items())
        warnings = list(norm.warnings)
        if self._negative:
            warnings.append(f"{self._negative} of {self.n_events} events have negative weights; they are kept")
        if not self.n_events:
            warnings.append("the file holds no events")
        if sorted(collision.pdg_ids) != [-11, 11]:
            found = ", ".join(map(str, collision.pdg_ids)) or "not given"
            warnings.append(f"the beams are not e- e+ (PDG ids {found})")
        metadata = {
            "schema": SCHEMA, "program": "lmutau", "version": program_version(), "kind": "truth", "process": name,
            "title": f"{name}: {layout} events of {generator or 'another generator'}",
            "generator": generator, "format": layout, "random_stream": name,
            "final_state": sorted(self._final), "parameters": {}, "cuts": {}, "beams": collision.metadata(self.path),
            "seed": 0, "block_size": BLOCK, "unweighted": False, "targeted": False,
            "constants": dataclasses.asdict(CONSTANTS), "channels": {}, "units": UNITS, "references": [],
            "n_tried": max(self.n_events, 1), "sigma_fb": norm.sigma, "sigma_error_fb": norm.error,
            **weight_summary(self.n_events, sum_w, sum_w2),
            "content": {"tree": "Events", "n": self.n_events, "sum_genWeight": sum_w, "sum_genWeight2": sum_w2},
            "source": self.path.name, "created": created_now(),
        }  # fmt: skip
        if warnings:
            metadata["warnings"] = warnings
        if self._largest_id > _INT32:
            metadata["wide_pdg_ids"] = True
        return metadata

    def events(self, norm: Normalisation) -> Iterator[EventBlock]:
        """All events as truth blocks, numbered from 1; can be called once."""
        wide = np.int64 if self._largest_id > _INT32 else np.int32
        done = 0
        if not self.n_events:
            yield empty_truth(wide)
        for raw in self._spool.blocks():
            yield _truth(raw, norm.factors, done, wide)
            done += len(raw)
        self._spool.close()


def _truth(raw: EventBlock, factors: Mapping[int, float], done: int, pdg_id: Any) -> EventBlock:
    numbers = np.arange(done, done + len(raw))
    factor = np.array([factors[key] for key in np.asarray(raw.scalars["process"]).tolist()])
    scalars: dict[str, Column] = {
        "run": np.ones(len(raw), np.uint32),
        "luminosityBlock": (numbers // BLOCK + 1).astype(np.uint32),
        "event": (numbers + 1).astype(np.uint64),
        "genWeight": raw.scalars["weight"] * factor,
    }
    particles = raw.collections["GenPart"]
    columns = {**particles.columns, "pdgId": particles["pdgId"].astype(pdg_id)}
    columns["genPartIdxMother"] = columns["genPartIdxMother"].astype(np.int16)
    columns["status"] = columns["status"].astype(np.int32)
    return EventBlock(scalars, {"GenPart": Jagged(particles.offsets, columns)})
