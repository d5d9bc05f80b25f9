"""Analyse reconstructed files: stream each into its ntuple, collect the cut flow and the reach."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lmutau.analysis.collection import collect
from lmutau.analysis.cutflow import CutFlow
from lmutau.analysis.hypotheses import hypothesis_masses
from lmutau.analysis.sample_analysis import SampleAnalysis
from lmutau.analysis.sample_checks import check_reconstructed
from lmutau.analysis.selection import load_selection
from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.history import sources
from lmutau.gen.io.atomic import check_output
from lmutau.gen.io.formats import read_events, read_metadata, writer_for
from lmutau.gen.parallel import ordered_map
from lmutau.gen.record import EventBlock

__all__ = ["FileAnalysis", "analyze_files", "stream_files"]

_FORMATS = (".root", ".parquet")


@dataclass(frozen=True, slots=True)
class FileAnalysis:
    """What the analysis of files gives: cut flow with reach, each sample with its histograms, ntuples written."""

    cut_flow: CutFlow
    analyses: tuple[SampleAnalysis, ...]
    metadata: tuple[dict[str, Any], ...]
    written: tuple[Path, ...]


def analyze_files(
    sources: Sequence[Path],
    output: Path,
    *,
    selection: str | Path = "jkpt2019",
    mass: float | None = None,
    lists: bool = False,
    workers: int = 1,
    progress: Callable[[str, float], None] | None = None,
) -> tuple[CutFlow, list[Path]]:
    """Analyse files; returns the cut flow and the ntuples that were written. As :func:`stream_files`."""
    found = stream_files(
        sources, output, selection=selection, mass=mass, lists=lists, workers=workers, progress=progress
    )
    return found.cut_flow, list(found.written)


def stream_files(
    sources: Sequence[Path],
    output: Path | None,
    *,
    selection: str | Path = "jkpt2019",
    mass: float | None = None,
    luminosities: Sequence[float] | None = None,
    lists: bool = False,
    workers: int = 1,
    progress: Callable[[str, float], None] | None = None,
) -> FileAnalysis:
    """Analyse files block by block.

    Parameters
    ----------
    sources
        Files of :func:`lmutau.detsim.simulation.simulate_file`.
    output
        With one source the name of the ntuple: .root, or .parquet, which has no place for histograms; with
        several an existing folder, in which each ntuple (.root) takes the name of its source. None: no ntuples.
    selection, mass, luminosities, lists
        As in :func:`lmutau.analysis.in_memory.analyze`.

    Raises
    ------
    ConfigError, FileError
        For wrong selections, files that are not reconstructed samples, outputs that cannot be made.
    """
    targets: list[Path] | list[None] = [None] * len(sources) if output is None else _targets(sources, output)
    chosen = load_selection(selection)
    metadata = [read_metadata(path) for path in sources]
    check_reconstructed(metadata, [str(path) for path in sources])
    masses = hypothesis_masses(metadata, mass, chosen)
    analyses = []
    if progress is not None:
        progress("select", 0.0)
    for index, (source, target, described) in enumerate(zip(sources, targets, metadata, strict=True)):
        one = SampleAnalysis.start(source.stem, described, chosen, masses, lists=lists)

        def report(done: float, start: int = index) -> None:
            if progress is not None:
                progress("select", (start + done) / len(sources))

        _stream(one, source, target, described, workers, report)
        analyses.append(one)
    flow = collect(analyses, metadata, chosen, luminosities)
    return FileAnalysis(flow, tuple(analyses), tuple(metadata), tuple(path for path in targets if path is not None))


def _stream(
    one: SampleAnalysis,
    source: Path,
    target: Path | None,
    described: dict[str, Any],
    workers: int,
    report: Callable[[float], None],
) -> None:
    done = 0
    blocks = ordered_map(one.work, read_events(source)[1], workers)

    def counted() -> Iterator[EventBlock]:
        nonlocal done
        for selected, rows in blocks:
            one.add(selected)
            yield rows
            done += int(selected[0].sums[0, 0])
            report(done / max(described["n_events"], 1))

    if target is None:
        for _ in counted():
            pass
        return
    with writer_for(target, kind="ntuple") as writer:
        for rows in counted():
            writer.write(rows)
        metadata = {**one.metadata(described), "source": sources(source, described), "workers": workers}
        writer.finish(metadata, None, one.objects() if target.suffix == ".root" else {})


def _targets(sources: Sequence[Path], output: Path) -> list[Path]:
    """Where each ntuple goes; checks before any work."""
    if len(sources) == 1:
        target = check_output(output, _FORMATS)
        if target.exists() and target.samefile(sources[0]):
            raise FileError(f"output {output}: is the input; give another name.")
        return [target]
    if not output.is_dir():
        raise FileError(f"output {output}: with several inputs, give an existing folder; each ntuple takes its name.")
    names = [source.with_suffix(".root").name for source in sources]
    if len(set(names)) < len(names):
        raise ConfigError("inputs: two files have the same stem, so their ntuples would collide; rename one.")
    targets = [check_output(output / source.with_suffix(".root").name, (".root",)) for source in sources]
    for target, source in zip(targets, sources, strict=True):
        if target.exists() and source.exists() and target.samefile(source):
            raise FileError(f"output {target}: is the input; give another folder.")
    return targets
