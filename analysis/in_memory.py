"""Analyse samples in memory: ``lmutau.analyze``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmutau.analysis.collection import collect
from lmutau.analysis.cutflow import CutFlow
from lmutau.analysis.hypotheses import hypothesis_masses
from lmutau.analysis.sample_analysis import SampleAnalysis
from lmutau.analysis.sample_checks import check_reconstructed
from lmutau.analysis.selection import load_selection
from lmutau.gen.errors import ConfigError
from lmutau.gen.sample import Sample, to_awkward

if TYPE_CHECKING:
    import awkward as ak

__all__ = ["Analysis", "analyze"]


@dataclass(frozen=True, slots=True, repr=False)
class Analysis:
    """Result of an analysis: the cut flow with the reach, and each sample's ntuple columns.

    ``ntuple[name][column]`` is a NumPy array (n,), one value per candidate; ``lists[name]`` an awkward array (n,) of
    the same columns and ``Gamma``, ``OtherTrack``: lists of what stands beside each (if asked for); ``samples`` holds
    histograms and counts.
    """

    cut_flow: CutFlow
    ntuple: dict[str, dict[str, Any]] = field(repr=False)
    samples: tuple[SampleAnalysis, ...] = field(repr=False)
    lists: Mapping[str, "ak.Array"] = field(default_factory=dict, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Cut flow and sensitivity as a plain dictionary, as ``lmutau analyze --json`` prints it."""
        return self.cut_flow.to_dict()

    def __str__(self) -> str:
        """Tables of the cut flow and the reach, as the command line prints them."""
        from lmutau.analysis.tables import as_text

        return as_text(self.cut_flow)

    __repr__ = __str__


def analyze(
    samples: Sequence[Sample] | Sample,
    selection: str | Path = "jkpt2019",
    *,
    mass: float | None = None,
    names: Sequence[str] | None = None,
    luminosities: Sequence[float] | None = None,
    lists: bool = False,
) -> Analysis:
    """Analyse reconstructed samples in memory.

    Parameters
    ----------
    samples
        Results of :func:`lmutau.simulate`.
    selection
        Name of a built-in selection or path of a card.
    mass
        Hypothesised mass [GeV] for the window on the recoil mass; None takes that of the signals.
    names
        Names of the samples; None takes the processes, numbered where they repeat.
    luminosities
        [fb^-1] for the reach; None takes those of the selection.
    lists
        Also return the photons and tracks beside every candidate, in :attr:`Analysis.lists`.

    Returns
    -------
    Analysis

    Raises
    ------
    ConfigError
        If the selection does not exist, a sample is not reconstructed, or names repeat.
    """
    listed = [samples] if isinstance(samples, Sample) else list(samples)
    if not listed:
        raise ConfigError("analyze: no sample given.")
    if wrong := [one for one in listed if not isinstance(one, Sample)]:
        raise ConfigError(f"analyze: {wrong[0]!r} is no Sample; read a file with lmutau.gen.read_sample(path).")
    chosen = load_selection(selection)
    metadata = [sample.metadata for sample in listed]
    check_reconstructed(metadata)
    masses = hypothesis_masses(metadata, mass, chosen)
    labels = list(names) if names is not None else _default_names(metadata)
    if len(labels) != len(listed):
        raise ConfigError(f"analyze: {len(labels)} names for {len(listed)} samples; give one for each.")
    results, columns, beside = [], {}, {}
    for label, sample in zip(labels, listed, strict=True):
        one = SampleAnalysis.start(label, sample.metadata, chosen, masses, lists=lists)
        selected, rows = one.work(sample.block())
        one.add(selected)
        results.append(one)
        columns[label] = dict(rows.scalars)
        if lists:
            beside[label] = to_awkward(rows)
    return Analysis(collect(results, metadata, chosen, luminosities), columns, tuple(results), beside)


def _default_names(metadata: Sequence[Mapping[str, Any]]) -> list[str]:
    processes = [str(one["process"]) for one in metadata]
    return [
        name if processes.count(name) == 1 else f"{name}_{processes[:index].count(name) + 1}"
        for index, name in enumerate(processes)
    ]
