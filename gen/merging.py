"""Samples of one process put together: whether they may be added, and with which weights.

Weighted: sample k of n_k tries estimates sigma by sigma_k = Sum w. Its weights become w n_k/N, N = Sum n_k:
those of one sample of N tries, whose sum is sigma = Sum n_k sigma_k/N with variance Sum (n_k/N)² var_k.

Unweighted: sigma is the same mean over all tries. All events get the same weight again, sigma/K, where
K = Sum K_k counts the events, one that is overweight by a factor f as f: w -> w (sigma/K)/(sigma_k/K_k).

Weights by the errors would be smaller on paper, but they depend on the events and bias the sum.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.history import EVENTS_OF_ITS_OWN, origin
from lmutau.gen.merging_checks import check_alike, check_independent, warnings_of
from lmutau.gen.metadata import created_now, program_version, weight_summary
from lmutau.gen.parts import Part, parts_of
from lmutau.gen.record import Column, EventBlock
from lmutau.gen.sample import Sample, sample_of

__all__ = ["Merger", "merge_samples"]

_MOST_BLOCKS = 2**32 - 1


@dataclass(frozen=True, slots=True)
class _Input:
    """A sample on its way into the sum: its name, metadata, parts, and what is done to its events."""

    name: str
    metadata: Mapping[str, Any]
    parts: tuple[Part, ...]

    @property
    def accepted(self) -> float:
        """Number of unweighted events, overweight ones counted by their excess, too."""
        return float(self.metadata["n_events"]) / (1 - float(self.metadata["overweight_share"]))

    @property
    def luminosity_blocks(self) -> tuple[int, int]:
        """First and last number."""
        return min(p.luminosity_blocks[0] for p in self.parts), max(p.luminosity_blocks[1] for p in self.parts)


class Merger:
    """The plan of a sum of samples; apply :meth:`block` to all events in the order of :attr:`order`.

    Afterwards :meth:`metadata` describes the sum.
    """

    def __init__(self, metadata: Sequence[Mapping[str, Any]], names: Sequence[str]) -> None:
        """Check that the samples with these ``metadata`` may be added; ``names`` are for messages.

        Raises
        ------
        ConfigError
            If samples differ in what must be the same, or hold the same events.
        """
        if not metadata:
            raise ConfigError("merge: no sample given.")
        check_alike(metadata, names)
        inputs = [_Input(n, m, parts_of(m, n)) for n, m in zip(names, metadata, strict=True)]
        check_independent([(one.name, one.parts) for one in inputs])
        keys = [(one.parts[0].seed, one.parts[0].blocks) for one in inputs]
        self.order = sorted(range(len(inputs)), key=keys.__getitem__)
        """Positions of the samples in the sum: by seed, then by block, so that it does not matter who comes first."""
        self._inputs = [inputs[i] for i in self.order]
        self._factors = _factors(self._inputs)
        self._shifts = _shifts(self._inputs)
        self._columns: dict[str, str] | None = None
        self._totals = np.zeros(3)

    @property
    def n_events(self) -> int:
        """Events of all samples."""
        return sum(int(one.metadata["n_events"]) for one in self._inputs)

    def block(self, position: int, block: EventBlock) -> EventBlock:
        """Events of sample number ``position`` of the sum, with their weights and luminosity blocks there.

        Raises
        ------
        FileError
            If its columns are not those of the samples before, or a luminosity block is not one of the sample.
        """
        one = self._inputs[position]
        scalars: dict[str, Column] = dict(block.scalars)
        self._check_columns(one.name, block)
        number = np.asarray(scalars["luminosityBlock"], dtype=np.int64)
        first, last = one.luminosity_blocks
        if len(number) and not (first <= number.min() and number.max() <= last):
            raise FileError(
                f"input {one.name}: events of luminosity blocks {number.min()} to {number.max()}, but its metadata "
                f"promise {first} to {last}; make the file again."
            )
        scalars["luminosityBlock"] = (number + self._shifts[position]).astype(np.uint32)
        for name in block.scalars:
            if one.metadata["units"].get(name) == "fb":
                scalars[name] = np.asarray(scalars[name], dtype=np.float64) * self._factors[position]
        weight = np.asarray(scalars["genWeight"], dtype=np.float64)
        self._totals += len(weight), weight.sum(), np.square(weight).sum()
        return EventBlock(scalars, block.collections)

    def _check_columns(self, name: str, block: EventBlock) -> None:
        found = {key: str(column.dtype) for key, column in block.scalars.items()}
        for collection, jagged in block.collections.items():
            found |= {f"{collection}_{key}": str(column.dtype) for key, column in jagged.columns.items()}
        if self._columns is None:
            self._columns = found
        if found != self._columns:
            odd = sorted({key for key, _ in found.items() ^ self._columns.items()})
            raise FileError(
                f"input {name}: its columns are not those of {self._inputs[0].name} ({', '.join(odd)}); "
                "make both with the same version."
            )

    def metadata(self, origins: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
        """Describe the sum; ``origins``: what is to be kept of each sample's file, in the order of the sum."""
        described = [one.metadata for one in self._inputs]
        first = described[0]
        tried = [int(one["n_tried"]) for one in described]
        n, sum_w, sum_w2 = self._totals.tolist()
        merged: dict[str, Any] = {k: v for k, v in first.items() if k not in EVENTS_OF_ITS_OWN}
        merged |= {
            "version": program_version(),
            "channels": _mean_channels(described),
            "targeted": any(one["targeted"] for one in described),
            "references": list(dict.fromkeys(text for one in described for text in one.get("references", ()))),
            "n_tried": sum(tried),
            "sigma_fb": _sigma(self._inputs),
            "sigma_error_fb": _error(self._inputs),
            **weight_summary(round(n), sum_w, sum_w2),
            "parts": [
                part.shifted(shift).to_dict()
                for one, shift in zip(self._inputs, self._shifts, strict=True)
                for part in one.parts
            ],
            "merged": [dict(origin) for origin in origins],
            "created": created_now(),
        }
        merged["seed"] = merged["parts"][0]["seed"]
        if len({one.get("adaptation_points") for one in described}) > 1:
            merged.pop("adaptation_points", None)
        if first["unweighted"]:
            merged["n_overweight"] = sum(int(one["n_overweight"]) for one in described)
            kept = [one.accepted for one in self._inputs]
            merged["overweight_share"] = 1 - merged["n_events"] / math.fsum(kept) if merged["n_overweight"] else 0.0
        notes = warnings_of([(one.name, one.metadata, one.parts) for one in self._inputs])
        if notes:
            merged["warnings"] = notes
        return merged


def _sigma(inputs: Sequence[_Input]) -> float:
    tried = sum(int(one.metadata["n_tried"]) for one in inputs)
    return math.fsum(one.metadata["n_tried"] * one.metadata["sigma_fb"] for one in inputs) / tried


def _error(inputs: Sequence[_Input]) -> float:
    tried = sum(int(one.metadata["n_tried"]) for one in inputs)
    return math.hypot(*(one.metadata["n_tried"] * one.metadata["sigma_error_fb"] / tried for one in inputs))


def _factors(inputs: Sequence[_Input]) -> list[float]:
    """What the weights of each sample are multiplied by."""
    if not inputs[0].metadata["unweighted"]:
        tried = sum(int(one.metadata["n_tried"]) for one in inputs)
        return [one.metadata["n_tried"] / tried for one in inputs]
    for one in inputs:
        if not (one.metadata["sigma_fb"] > 0 and one.metadata["n_events"] > 0):
            raise ConfigError(f"merge: {one.name} holds no events or no cross-section; leave it out.")
    unit = _sigma(inputs) / math.fsum(one.accepted for one in inputs)
    return [unit * one.accepted / one.metadata["sigma_fb"] for one in inputs]


def _shifts(inputs: Sequence[_Input]) -> list[int]:
    """What is added to the luminosity blocks of each sample: they follow each other from 1 on."""
    shifts, after = [], 1
    for one in inputs:
        first, last = one.luminosity_blocks
        shifts.append(after - first)
        after += last - first + 1
    if after - 1 > _MOST_BLOCKS:
        raise ConfigError(f"merge: {after - 1} luminosity blocks; allowed are at most {_MOST_BLOCKS} in a file.")
    return shifts


def _mean_channels(described: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Mean share of the tries of each channel."""
    tried = sum(int(one["n_tried"]) for one in described)
    shares: dict[str, float] = {}
    for one in described:
        for name, share in one.get("channels", {}).items():
            shares[name] = shares.get(name, 0.0) + share * one["n_tried"] / tried
    return shares


def merge_samples(samples: Sequence[Sample]) -> Sample:
    """Add samples of one process, each weighted by its share of the tries.

    Parameters
    ----------
    samples
        Truth or reconstructed samples with the same process, parameters, cuts, beams, and detector, from
        different seeds or different blocks of one seed.

    Returns
    -------
    Sample
        All events; the sum of the weights is the combined cross-section [fb]. It does not depend on the
        order of ``samples``.

    Raises
    ------
    ConfigError
        If they must be kept apart, or hold the same events.

    Examples
    --------
    >>> halves = [lmutau.generate("mumuzp", 10_000, seed=s, mass=0.1) for s in (1, 2)]
    >>> merge_samples(halves).metadata["n_tried"]
    20000
    """
    listed = list(samples)
    merger = Merger([one.metadata for one in listed], [f"sample {i + 1}" for i in range(len(listed))])
    blocks = [merger.block(position, listed[i].block()) for position, i in enumerate(merger.order)]
    origins = [origin(listed[i].metadata) for i in merger.order]
    return sample_of(blocks, merger.metadata(origins))
