"""The main job: every sample of a run card -> detector -> selection -> ntuple, cut flow, reach."""

import functools
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lmutau.analysis.collection import collect
from lmutau.analysis.cutflow import CutFlow
from lmutau.analysis.hypotheses import hypothesis_masses
from lmutau.analysis.sample_analysis import SampleAnalysis, Work
from lmutau.analysis.selection import Selection
from lmutau.analysis.targeting import selection_target
from lmutau.detsim.card import DetectorCard
from lmutau.detsim.frame import card_beams
from lmutau.detsim.simulation import Response
from lmutau.gen.frozen import pack_sampler
from lmutau.gen.generator import Generator, prepare
from lmutau.gen.io.formats import writer_for
from lmutau.gen.randomness import BLOCK
from lmutau.gen.record import EventBlock
from lmutau.gen.sample import to_awkward
from lmutau.gen.sampling import DEFAULT_ADAPTATION_POINTS
from lmutau.runcard import RunCard, SampleEntry, load_parts

__all__ = ["RunResult", "run_samples"]

_SCOUT_POINTS = 4000
"""Adaptation points of the untargeted sample that tells how rare the selected region is."""

Progress = Callable[[str, str, float], None]
"""Called with sample name, stage, and the part that is done."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run produced: cut flow with reach, and per sample the analysis and the metadata."""

    card: RunCard
    cut_flow: CutFlow
    analyses: tuple[SampleAnalysis, ...]
    metadata: tuple[dict[str, Any], ...]
    files: tuple[Path, ...]
    detector: DetectorCard
    selection: Selection
    wall_time_s: float


def run_samples(card: RunCard, folder: Path, *, workers: int = 1, progress: Progress | None = None) -> RunResult:
    """Run all samples of a card; writes ``NAME.root`` (ntuple, histograms, metadata) into ``folder``.

    Events stream through generator, detector and selection block by block: memory does not grow
    with their number, and the result does not depend on ``workers``.
    """
    started = time.perf_counter()
    detector, selection = load_parts(card)
    masses = hypothesis_masses(
        ({"process": s.process, "parameters": s.parameters} for s in card.sample), None, selection
    )
    analyses, metadata, files = [], [], []
    for entry in card.sample:
        path = folder / f"{entry.name}.root"
        job = _SampleJob(card, entry, detector, selection, masses, progress)
        analysis, described = job.run(path, workers)
        analyses.append(analysis)
        metadata.append(described)
        files.append(path)
    flow = collect(analyses, metadata, selection, card.run.luminosity)
    wall = time.perf_counter() - started
    return RunResult(card, flow, tuple(analyses), tuple(metadata), tuple(files), detector, selection, wall)


@dataclass(slots=True)
class _SampleJob:
    """One sample of the run, from the sampler to the file."""

    card: RunCard
    entry: SampleEntry
    detector: DetectorCard
    selection: Selection
    masses: tuple[float, ...]
    progress: Progress | None

    def run(self, path: Path, workers: int) -> tuple[SampleAnalysis, dict[str, Any]]:
        """Generate, simulate, select and write; returns the analysis and the truth metadata."""
        generator = self._generator()
        description = generator.description()
        response = Response(self.detector, description)
        described = {**response.metadata(), "n_tried": self.entry.n_events}
        analysis = SampleAnalysis.start(
            self.entry.name, described, self.selection, self.masses, in_reach=self.entry.reach, links=False
        )

        def chain(block: EventBlock) -> Work:
            return analysis.work(response(block))

        with writer_for(path, kind="ntuple") as writer:
            for selected, rows in generator.stream(chain, workers, self._report):
                analysis.add(selected)
                writer.write(rows)
            truth = generator.metadata()
            analysis.set_cross_section(truth["sigma_fb"], truth["sigma_error_fb"])
            reco = {**truth, **{key: response.metadata()[key] for key in ("beams", "parameters", "detector")}}
            metadata = {**analysis.metadata(reco), "card": self.card.text, "workers": workers}
            writer.finish(metadata, pack_sampler(generator.sampler), analysis.objects())
        return analysis, metadata

    def _generator(self) -> Generator:
        entry = self.entry
        points = entry.adaptation_points or DEFAULT_ADAPTATION_POINTS
        prepared = functools.partial(
            prepare, entry.process, seed=_sample_seed(self.card.run.seed, entry.name), beams=card_beams(self.detector),
            parameters={**entry.parameters, **entry.cuts, "sqrt_s": self.card.beam.sqrt_s}, progress=self._report,
        )  # fmt: skip
        if not entry.targeted:
            return prepared(entry.n_events, adaptation_points=points)
        scout = prepared(BLOCK, adaptation_points=_SCOUT_POINTS)
        beam = scout.beams.total(self.card.beam.sqrt_s)
        target = selection_target(self.selection, beam, self._mass(), to_awkward(scout.block(0)))
        return prepared(entry.n_events, adaptation_points=points, target=target)

    def _mass(self) -> float:
        own = self.entry.parameters.get("mass")
        return self.masses[0] if own is None else float(own)

    def _report(self, stage: str, done: float) -> None:
        if self.progress is not None:
            self.progress(self.entry.name, stage, done)


def _sample_seed(seed: int, name: str) -> int:
    """Seed of one sample: two samples of one process in a run must not share random numbers."""
    return (seed + (zlib.crc32(name.encode()) << 31)) % 2**63
