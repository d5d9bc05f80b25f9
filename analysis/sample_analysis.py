"""Analyse samples: observables, cut flow, reach, histograms and ntuple of each; in memory or from files."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lmutau.analysis.cutflow import CutFlow, SampleFlow
from lmutau.analysis.histograms import HistogramSet
from lmutau.analysis.ntuple import ntuple_block
from lmutau.analysis.sample_checks import check_reconstructed, repeated_backgrounds
from lmutau.analysis.selected import SelectedBlock, apply
from lmutau.analysis.selection import Selection, load_selection
from lmutau.analysis.sensitivity import ReachCounts, ReachSample, reach, weak_backgrounds
from lmutau.detsim.trigger import Trigger
from lmutau.gen.errors import ConfigError
from lmutau.gen.history import stages
from lmutau.gen.metadata import created_now, program_version
from lmutau.gen.record import EventBlock
from lmutau.gen.sample import Sample

__all__ = [
    "Analysis",
    "RegionAnalysis",
    "SampleAnalysis",
    "Work",
    "analyze",
    "collect",
    "hypothesis_masses",
    "signal_mass",
]

_SIGNALS = {"photon": "gammazp", "mumu": "mumuzp", "emu": "mumuzp", "ee": "mumuzp"}
"""Process of the signal, by what a selection looks for."""

Work = tuple[tuple[SelectedBlock, ...], EventBlock]
"""A block selected by the selection and by each of its regions; rows of the ntuple."""


@dataclass(slots=True)
class RegionAnalysis:
    """One sample in one control region."""

    selection: Selection
    flow: SampleFlow
    histograms: HistogramSet

    def add(self, selected: SelectedBlock) -> None:
        """Count a block."""
        self.flow.add(selected)
        self.histograms.fill(selected)


@dataclass(slots=True)
class SampleAnalysis:
    """One sample under a selection: :meth:`work` on blocks anywhere, :meth:`add` them in order.

    ``mass``: hypothesised mass [GeV] of the cut flow; ``masses``: those of the reach.
    """

    name: str
    selection: Selection
    mass: float
    masses: tuple[float, ...]
    beam: list[float]
    flow: SampleFlow
    counts: ReachCounts
    histograms: HistogramSet
    regions: tuple[RegionAnalysis, ...] = ()
    in_reach: bool = True
    links: bool = True
    trigger: Trigger | None = None

    @staticmethod
    def start(
        name: str,
        metadata: Mapping[str, Any],
        selection: Selection,
        masses: Sequence[float],
        *,
        in_reach: bool = True,
        links: bool = True,
    ) -> "SampleAnalysis":
        """Begin for the sample with this ``metadata``; ``in_reach`` = False: in the cut flow only.

        ``links``: whether the ntuple points to the particles of the events.

        A signal is cut at its own mass if that is among ``masses``, all others at the first.
        """
        own = signal_mass(metadata)
        mass = masses[0] if own is None or own not in masses else own

        def flow(chosen: Selection) -> SampleFlow:
            return SampleFlow(
                name=name,
                process=str(metadata["process"]),
                sigma_fb=float(metadata.get("sigma_fb", 0.0)),
                sigma_error_fb=float(metadata.get("sigma_error_fb", 0.0)),
                n_tried=int(metadata["n_tried"]),
                step_names=chosen.step_names,
                unweighted=bool(metadata.get("unweighted", False)),
                sought="one photon" if chosen.topology == "photon" else "a pair of leptons of opposite charge",
                note=_note(metadata, chosen, mass) + ("" if in_reach else "; not in plots and reach"),
            )

        return SampleAnalysis(
            name=name,
            selection=selection,
            mass=mass,
            masses=tuple(masses),
            beam=list(metadata["beams"]["four_momentum"]),
            flow=flow(selection),
            counts=ReachCounts(selection=selection, masses=tuple(masses)),
            histograms=HistogramSet(selection, mass),
            regions=tuple(
                RegionAnalysis(region, flow(region), HistogramSet(region, mass)) for region in selection.regions
            ),
            in_reach=in_reach,
            links=links,
            trigger=_trigger(metadata),
        )

    def work(self, block: EventBlock) -> Work:
        """Select a block, also by the regions, and make its rows of the ntuple; safe in any thread."""
        selected = apply(block, self.selection, self.beam, self.mass, self.trigger)
        regions = (apply(block, region.selection, self.beam, self.mass, self.trigger) for region in self.regions)
        return (selected, *regions), ntuple_block(block, selected, links=self.links)

    def add(self, blocks: tuple[SelectedBlock, ...]) -> None:
        """Count a block that :meth:`work` selected; call in block order."""
        selected, *others = blocks
        self.flow.add(selected)
        self.counts.add(selected)
        self.histograms.fill(selected)
        for region, one in zip(self.regions, others, strict=True):
            region.add(one)

    def set_cross_section(self, sigma_fb: float, error_fb: float) -> None:
        """Set what is known only at the end of a generation."""
        for flow in (self.flow, *(region.flow for region in self.regions)):
            flow.sigma_fb, flow.sigma_error_fb = sigma_fb, error_fb

    def objects(self) -> dict[str, Any]:
        """Histograms by their path in the file: ``histograms/NAME`` and ``histograms/REGION/NAME``."""
        found = {f"histograms/{name}": histogram for name, histogram in self.histograms.items()}
        for region in self.regions:
            folder = f"histograms/{region.selection.name.partition('/')[2]}"
            found |= {f"{folder}/{name}": histogram for name, histogram in region.histograms.items()}
        return found

    def metadata(self, reco: Mapping[str, Any]) -> dict[str, Any]:
        """Metadata of the ntuple of a reconstructed sample."""
        return {
            **reco,
            "kind": "ntuple",
            "version": program_version(),
            "selection": {
                "name": self.selection.name,
                "steps": list(self.selection.step_names),
                "mass": self.mass,
                "cut_flow": self.flow.to_dict()["steps"],
                "card": self.selection.text,
            },
            "stages": stages(reco, "analyze", self.selection.name),
            "created": created_now(),
        }

    def reach_sample(self, metadata: Mapping[str, Any]) -> ReachSample:
        """Return this sample's part in the reach."""
        return ReachSample(
            name=self.name,
            process=self.flow.process,
            counts=self.counts,
            mass=signal_mass(metadata),
            coupling=float(metadata["parameters"].get("g", 1.0)),
        )


@dataclass(frozen=True, slots=True, repr=False)
class Analysis:
    """Result of an analysis: the cut flow with the reach, and each sample's ntuple columns.

    ``ntuple[name][column]`` is a NumPy array (n,); ``samples`` holds histograms and counts.
    """

    cut_flow: CutFlow
    ntuple: dict[str, dict[str, Any]] = field(repr=False)
    samples: tuple[SampleAnalysis, ...] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Cut flow and sensitivity as a plain dictionary, as ``lmutau analyze --json`` prints it."""
        return self.cut_flow.to_dict()

    def __str__(self) -> str:
        """Tables of the cut flow and the reach, as the command line prints them."""
        from lmutau.analysis.tables import as_text

        return as_text(self.cut_flow)

    __repr__ = __str__


def signal_mass(metadata: Mapping[str, Any]) -> float | None:
    """Mass [GeV] of the boson of a signal sample; None for a background."""
    if metadata["process"] not in _SIGNALS.values():
        return None
    return float(metadata["parameters"]["mass"])


def hypothesis_masses(
    metadata: Iterable[Mapping[str, Any]], mass: float | None, selection: Selection
) -> tuple[float, ...]:
    """Masses to test [GeV]: the given one, else those of the signals in order, else 0 (the light window).

    The first is that of the cut flow of the backgrounds; the reach has all.
    """
    if mass is not None:
        next(iter(selection.windows(mass)))  # checks the mass
        return (float(mass),)
    signals = (one for one in metadata if one["process"] == _SIGNALS[selection.topology])
    found = dict.fromkeys(m for m in map(signal_mass, signals) if m is not None)
    return tuple(found) or (0.0,)


def collect(
    analyses: Sequence[SampleAnalysis],
    metadata: Sequence[Mapping[str, Any]],
    selection: Selection,
    luminosities: Sequence[float] | None = None,
) -> CutFlow:
    """Put the samples together: cut flow and reach."""
    chosen = tuple(selection.luminosities if luminosities is None else luminosities)
    if not all(0 < luminosity < math.inf for luminosity in chosen):
        raise ConfigError(f"luminosities = {list(chosen)}: allowed are positive numbers [fb^-1].")
    flow = CutFlow(selection=selection.name, luminosity_fb=chosen, has_reach=bool(selection.photon_losses))
    for one in analyses:
        flow.add_sample(one.flow, {region.selection.name.partition("/")[2]: region.flow for region in one.regions})
    signal = _SIGNALS[selection.topology]
    parts = [
        one.reach_sample(meta)
        for one, meta in zip(analyses, metadata, strict=True)
        if one.in_reach
        # a signal of another mass, or of another selection, is neither signal nor background
        and (signal_mass(meta) is None or (signal_mass(meta) in one.masses and meta["process"] == signal))
    ]
    if any(meta.get("detector", {}).get("mode") == "hit-or-miss" for meta in metadata):
        flow.notes = ("no reach: in hit-or-miss samples the photon loss is decided and cannot be changed any more",)
        return flow
    flow.sensitivity = reach(parts, selection, chosen)
    if flow.sensitivity:
        flow.notes = tuple(weak_backgrounds(parts))
    parameters = {one.name: meta["parameters"] for one, meta in zip(analyses, metadata, strict=True)}
    if selection.topology != "photon" and not selection.uses("muon_efficiency"):
        flow.notes = (*flow.notes, "no step has the factor muon_efficiency: pions and electrons count as muons")
    flow.notes = (*flow.notes, *repeated_backgrounds(parts, parameters))
    return flow


def _trigger(metadata: Mapping[str, Any]) -> Trigger | None:
    """Trigger of the card that simulated a sample; None if its decisions are made, or it has none."""
    detector = metadata.get("detector", {})
    if detector.get("mode") == "hit-or-miss":
        return None
    entries: dict[str, Any] = {
        name.removeprefix("trigger."): entry["value"]
        for name, entry in detector.get("numbers", {}).items()
        if name.startswith("trigger.")
    }
    if not entries:
        return None
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entries.items()}
    return Trigger(**values)


def _note(metadata: Mapping[str, Any], selection: Selection, mass: float) -> str:
    """What a table of this sample must say besides its name."""
    parameters, texts = metadata["parameters"], []
    if signal_mass(metadata) is not None:
        coupling = "g" if parameters.get("g") is not None else "epsilon"
        texts.append(f"{'g_X' if coupling == 'g' else coupling} = {parameters[coupling]:g}")
    if selection.mass_steps:
        texts.append(f"window at m_X = {mass:g} GeV")
    if radiating := [key for key in ("isr", "fsr") if parameters.get(key)]:
        texts.append(f"with {', '.join(radiating)}")
    cuts = {**metadata.get("cuts", {}), **{key: value for key, value in parameters.items() if key.startswith("min_")}}
    cuts = {key: value for key, value in cuts.items() if value or not key.startswith("min_")}
    if cuts:
        texts.append("generated with " + ", ".join(f"{key} = {value:g}" for key, value in cuts.items()))
    unseen = metadata.get("detector", {}).get("without_response", ())
    if unseen:
        codes = ", ".join(str(code) for code in unseen)
        texts.append(f"particles with |PDG id| {codes} leave nothing in this detector: no veto on them")
    return "; ".join(texts)


def analyze(
    samples: Sequence[Sample] | Sample,
    selection: str | Path = "jkpt2019",
    *,
    mass: float | None = None,
    names: Sequence[str] | None = None,
    luminosities: Sequence[float] | None = None,
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
    results, columns = [], {}
    for label, sample in zip(labels, listed, strict=True):
        one = SampleAnalysis.start(label, sample.metadata, chosen, masses)
        selected, rows = one.work(sample.block())
        one.add(selected)
        results.append(one)
        columns[label] = dict(rows.scalars)
    return Analysis(collect(results, metadata, chosen, luminosities), columns, tuple(results))


def _default_names(metadata: Sequence[Mapping[str, Any]]) -> list[str]:
    processes = [str(one["process"]) for one in metadata]
    return [
        name if processes.count(name) == 1 else f"{name}_{processes[:index].count(name) + 1}"
        for index, name in enumerate(processes)
    ]
