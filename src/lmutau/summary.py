"""What a run leaves behind for people and for scripts: ``report.html`` and ``summary.json``."""

import json
import platform
from importlib import metadata as packages
from pathlib import Path
from typing import Any

from lmutau.analysis.labels import luminosity_label
from lmutau.analysis.plots import plot_samples, standard_plots
from lmutau.analysis.report import ReportContext, render_report
from lmutau.gen.io.atomic import written_aside
from lmutau.gen.metadata import created_now, program_version
from lmutau.output_folder import REPORT, SUMMARY
from lmutau.pipeline import RunResult

__all__ = ["write_results"]

_SHOWN_PACKAGES = ("numpy", "numba", "vegas", "awkward", "uproot")
_PLOTTED_LUMINOSITY = 0  # index into the card's list
_PROGRAMS = (
    f"lmutau {program_version()}",
    "VEGAS: G. P. Lepage, J. Comput. Phys. 439 (2021) 110386, arXiv:2009.05112",
)


def write_results(result: RunResult, folder: Path) -> dict[str, Any]:
    """Write the report and the summary of a run; returns the summary."""
    summary = _summary(result)
    with written_aside(folder / SUMMARY) as path:
        path.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    with written_aside(folder / REPORT) as path:
        path.write_text(render_report(_context(result)), encoding="utf-8")
    return summary


def _summary(result: RunResult) -> dict[str, Any]:
    return {
        **result.cut_flow.to_dict(),
        "run": result.card.run.name,
        "seed": result.card.run.seed,
        "detector": result.detector.name,
        "version": program_version(),
        "files": {one.name: path.name for one, path in zip(result.analyses, result.files, strict=True)},
    }


def _context(result: RunResult) -> ReportContext:
    luminosity = result.card.run.luminosity[_PLOTTED_LUMINOSITY]
    pairs = list(zip(result.analyses, result.metadata, strict=True))
    mass = result.analyses[0].masses[0]
    samples = plot_samples(result.analyses, result.metadata, result.cut_flow, luminosity)
    return ReportContext(
        title=result.card.run.title or result.card.run.name,
        cutflow=result.cut_flow,
        selection=result.selection,
        mass=mass,
        card=result.card.text,
        versions=_versions(),
        plots=standard_plots(samples, luminosity) if samples else [],
        plot_note=_plot_note(result, mass, luminosity),
        references=_references(result),
        facts={
            "detector": f"{result.detector.name}, efficiencies as weights",
            "beams": f"{result.metadata[0]['beams']['name']}, √s = {result.card.beam.sqrt_s:g} GeV",
            "seed": str(result.card.run.seed),
            "points": f"{sum(meta['n_tried'] for _, meta in pairs):,}",
            "wall time": f"{result.wall_time_s:.0f} s",
            "made": created_now(),
        },
    )


def _references(result: RunResult) -> list[str]:
    """What to cite, each paper once, with the sections that were used."""
    found: dict[str, list[str]] = {}
    listed = [ref for meta in result.metadata for ref in meta["references"]]
    for reference in [*listed, result.selection.reference, *result.detector.references]:
        paper, _, place = reference.partition(", section")
        places = found.setdefault(paper, [])
        if place and place.strip() not in places:
            places.append(place.strip())
    cited = [f"{paper}, section {' and '.join(places)}" if places else paper for paper, places in found.items()]
    return [*cited, *_PROGRAMS]


def _plot_note(result: RunResult, mass: float, luminosity: float) -> str:
    """What the signal lines and the backgrounds of the plots are."""
    events = f"at {luminosity_label(luminosity)}"
    text = f"Backgrounds and signals {events}."
    if result.selection.mass_steps:
        text = f"Backgrounds and the signal of {mass:g} GeV, the first mass of the card, {events}."
    if result.cut_flow.sensitivity:
        text += (
            " The signal is drawn at the coupling that this luminosity makes visible with all backgrounds of "
            "the run and the largest photon loss of the sensitivity table."
        )
    if any(meta["cuts"] or "min_photon_energy" in meta["parameters"] for meta in result.metadata):
        text += " Samples with generator cuts (see the cut flow) are incomplete outside them."
    return text


def _versions() -> dict[str, str]:
    found = {"lmutau": program_version(), "Python": platform.python_version()}
    return found | {name: packages.version(name) for name in _SHOWN_PACKAGES}
