"""The cut flow: what every step leaves of every sample, with weights, errors and a voice for the empty."""

import dataclasses
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.selected import SelectedBlock
from lmutau.gen.errors import ConfigError

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["SCHEMA", "CutFlow", "SampleFlow", "Step"]

SCHEMA = 1
"""Version of the dictionary that :meth:`CutFlow.to_dict` makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a cut flow: raw events, sum of weights and its error [fb], N_eff, efficiency."""

    name: str
    n: int
    sum_w_fb: float
    error_fb: float
    n_eff: float
    efficiency: float


@dataclass(slots=True, kw_only=True)
class SampleFlow:
    """Cut flow of one sample, summed block by block.

    The blocks are added in the order of the calls: add them in block order and the sums are the
    same to the last digit for any number of workers.

    Parameters
    ----------
    n_tried
        Points that the generator tried, those of weight zero included: the error needs them.
    unweighted
        Whether the sample is unweighted: its weights are then normalised to sigma.
    note
        What else a reader must know: mass and coupling of a signal, cuts of the generator.
    step_names
        Keys of the steps, as the selection names them.
    sought
        What the selection looks for, in words.
    """

    name: str
    process: str
    sigma_fb: float
    sigma_error_fb: float
    n_tried: int
    step_names: tuple[str, ...]
    unweighted: bool = False
    note: str = ""
    sought: str = "a pair of leptons"
    candidates: int = field(init=False, default=0)
    sums: NDArray[np.float64] = field(init=False)
    without: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        """Start from zero."""
        if self.n_tried < 1:
            raise ConfigError(f"sample {self.name!r}: n_tried = {self.n_tried}; need at least one try.")
        self.sums, self.without = np.zeros((2, len(self.step_names), 3))

    def add(self, selected: SelectedBlock) -> None:
        """Add one block."""
        self._check(selected.selection.step_names)
        self.sums += selected.sums
        self.without += selected.without
        self.candidates += len(selected)

    def merge(self, other: "SampleFlow") -> None:
        """Add the sums of other blocks of the same sample."""
        self._check(other.step_names)
        if (self.process, self.n_tried) != (other.process, other.n_tried):
            raise ConfigError(
                f"sample {self.name!r}: parts of different samples: {self.process}, {self.n_tried} tries, "
                f"and {other.process}, {other.n_tried} tries."
            )
        self.sums += other.sums
        self.without += other.without
        self.candidates += other.candidates

    def _check(self, steps: tuple[str, ...]) -> None:
        if steps != self.step_names:
            raise ConfigError(f"sample {self.name!r}: steps {steps} do not match {self.step_names}.")

    def steps(self) -> list[Step]:
        """All lines.

        The first line has the error of the cross-section. After a step error^2 = sum w^2 - (sum w)^2 / n,
        the variance of a sum over n = n_tried independent tries of which most may weigh zero; of an
        unweighted sample n is the number of events, and the error of sigma comes on top, since its
        weights are normalised to it. N_eff = (sum w)^2 / sum w^2. All are 0 where nothing is left.
        """
        return self._lines(self.sums, self.step_names)

    def n_minus_one(self) -> list[Step]:
        """What all steps but one leave, a line for each step but the first; then all of them.

        ``efficiency`` is that of the step alone: with all steps over without it.
        """
        last = self.sums[-1:]
        lines = self._lines(np.concatenate([self.without[1:], last]), (*self.step_names[1:], "all"))
        whole = float(last[0, 1])
        return [
            dataclasses.replace(line, efficiency=whole / line.sum_w_fb if line.sum_w_fb > 0 else 0.0) for line in lines
        ]

    def _lines(self, sums: NDArray[np.float64], names: Sequence[str]) -> list[Step]:
        generated = float(self.sums[0, 1])
        lines = []
        independent = self.sums[0, 0] if self.unweighted else self.n_tried
        scale = self.sigma_error_fb / self.sigma_fb if self.unweighted and self.sigma_fb > 0 else 0.0
        for index, (name, (n, w, w2)) in enumerate(zip(names, sums.tolist(), strict=True)):
            variance = max(w2 - w * w / max(independent, 1), 0.0) + (scale * w) ** 2
            lines.append(
                Step(
                    name=name,
                    n=int(n),
                    sum_w_fb=w,
                    error_fb=self.sigma_error_fb if index == 0 and name == self.step_names[0] else math.sqrt(variance),
                    n_eff=w * w / w2 if w2 > 0 else 0.0,
                    efficiency=w / generated if generated > 0 else 0.0,
                )
            )
        return lines

    def warning(self) -> str | None:
        """What to tell the user about a sample of which nothing is left; None if all is well."""
        lines = self.steps()
        if lines[0].n > 0 and self.candidates == 0:
            return (
                f"EMPTY: the selection looks for {self.sought}; no event of sample {self.name!r} ({self.process}) has "
                "one. More events do not help; choose another selection or process."
            )
        for before, after in itertools.pairwise(lines):
            if after.n == 0 and before.n > 0:
                return (
                    f"EMPTY: no event of sample {self.name!r} survives: step {after.name!r} removed the last "
                    f"{before.n} of {lines[0].n} events ({before.sum_w_fb:.4g} fb). Generate more events or "
                    "loosen this cut; zero events are no proof of zero background."
                )
        if lines[0].n == 0:
            return f"EMPTY: sample {self.name!r} has no events at all; check its generator cuts."
        return None

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionary: process, cross-section and steps."""
        keys = Step.__slots__
        return {
            "process": self.process,
            "sigma_fb": self.sigma_fb,
            "sigma_error_fb": self.sigma_error_fb,
            "steps": [{key: getattr(line, key) for key in keys} for line in self.steps()],
            "n_minus_one": [{key: getattr(line, key) for key in keys} for line in self.n_minus_one()],
        }


@dataclass(slots=True, kw_only=True)
class CutFlow:
    """Cut flows of several samples under one selection, and what reach follows from them.

    ``regions``: sample -> control region -> its cut flow.
    ``luminosity_fb``: the integrated luminosities [fb^-1] of the run; tables show events at the first.
    ``sensitivity``: rows as :func:`lmutau.analysis.sensitivity.reach` makes them; ``notes``: what
    :func:`lmutau.analysis.sensitivity.weak_backgrounds` says of them. ``has_reach``: whether the selection
    defines a counting reach at all.
    """

    selection: str
    luminosity_fb: tuple[float, ...]
    samples: dict[str, SampleFlow] = field(default_factory=dict)
    regions: dict[str, Mapping[str, SampleFlow]] = field(default_factory=dict)
    sensitivity: Sequence[Mapping[str, Any]] = ()
    notes: tuple[str, ...] = ()
    has_reach: bool = True

    def add_sample(self, sample: SampleFlow, regions: Mapping[str, SampleFlow] = MappingProxyType({})) -> None:
        """Put a sample in, with its control regions; a second one of the same name is an error."""
        if sample.name in self.samples:
            raise ConfigError(f"sample {sample.name!r} stands twice; give each sample its own name.")
        self.samples[sample.name] = sample
        self.regions[sample.name] = regions

    def warnings(self) -> list[str]:
        """One sentence for each empty sample and each background that is known too badly."""
        empty = [text for sample in self.samples.values() if (text := sample.warning()) is not None]
        return [*empty, *self.notes]

    def to_dict(self) -> dict[str, Any]:
        """Return the dictionary that is written as JSON: lengths in GeV, cross-sections in fb."""
        return {
            "schema": SCHEMA,
            "selection": self.selection,
            "luminosity_fb": list(self.luminosity_fb),
            "samples": {name: {**sample.to_dict(), **self._regions(name)} for name, sample in self.samples.items()},
            "sensitivity": [dict(row) for row in self.sensitivity],
            "warnings": self.warnings(),
        }

    def _regions(self, name: str) -> dict[str, Any]:
        found = self.regions.get(name, {})
        return {"regions": {region: flow.to_dict()["steps"] for region, flow in found.items()}} if found else {}

    def tables(self) -> "list[RenderableType]":
        """Tables for the terminal, one per sample, none wider than 80 columns."""
        from lmutau.analysis.tables import cut_flow_table, regions_table  # rich is for terminals only

        luminosity = self.luminosity_fb[0] if self.luminosity_fb else None
        tables: list[RenderableType] = [cut_flow_table(sample, luminosity) for sample in self.samples.values()]
        if any(self.regions.values()):
            tables.append(regions_table(self.samples, self.regions, luminosity))
        return tables
