"""One sample under a selection: observables, cut flow, reach, histograms and ntuple, block by block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lmutau.analysis.cutflow import SampleFlow
from lmutau.analysis.histograms import HistogramSet
from lmutau.analysis.hypotheses import coupling_of, signal_mass
from lmutau.analysis.ntuple import ntuple_block
from lmutau.analysis.particle_lists import lists_beside
from lmutau.analysis.selected import SelectedBlock, apply
from lmutau.analysis.selection import Selection
from lmutau.analysis.sensitivity import ReachCounts, ReachSample
from lmutau.detsim.trigger import Trigger
from lmutau.gen.history import stages
from lmutau.gen.metadata import created_now, program_version
from lmutau.gen.record import EventBlock, Jagged

__all__ = ["RegionAnalysis", "SampleAnalysis", "Work"]

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
    lists: bool = False
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
        lists: bool = False,
    ) -> "SampleAnalysis":
        """Begin for the sample with this ``metadata``; ``in_reach`` = False: in the cut flow only.

        ``links``: whether the ntuple points to the particles of the events; ``lists``: whether it has the photons
        and tracks beside every candidate, as jagged branches.

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
            lists=lists,
            trigger=_trigger(metadata),
        )

    def work(self, block: EventBlock) -> Work:
        """Select a block, also by the regions, and make its rows of the ntuple; safe in any thread."""
        selected = apply(block, self.selection, self.beam, self.mass, self.trigger)
        regions = (apply(block, region.selection, self.beam, self.mass, self.trigger) for region in self.regions)
        beside: Mapping[str, Jagged] = {}
        if self.lists:
            places = selected.rows, selected.first, selected.second
            beside = lists_beside(block, self.selection.topology, places, self.beam)
        return (selected, *regions), ntuple_block(block, selected, links=self.links, lists=beside)

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
        symbol, coupling = coupling_of(parameters)
        texts.append(f"{'g_X' if symbol == 'g' else symbol} = {coupling:g}")
        if parameters.get("r") is not None:
            texts.append(f"r = {parameters['r']:g}")
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
