"""What a run leaves behind for people and for scripts: ``report.html`` and ``summary.json``."""

import json
import platform
from importlib import metadata as packages
from pathlib import Path
from typing import Any

from lmutau.analysis.plots import PlotSample, signal_label, standard_plots
from lmutau.analysis.report import ReportContext, render_report
from lmutau.analysis.sample_analysis import SampleAnalysis, signal_mass
from lmutau.analysis.sensitivity import weak_backgrounds
from lmutau.gen.io.atomic import written_aside
from lmutau.gen.metadata import created_now, program_version
from lmutau.gen.processes import PROCESSES
from lmutau.pipeline import RunResult

__all__ = ["write_results"]

_SHOWN_PACKAGES = ("numpy", "numba", "vegas", "awkward", "uproot")
_PLOTTED_LUMINOSITY = 0  # index into the card's list


def write_results(result: RunResult, folder: Path) -> dict[str, Any]:
    """Write the report and the summary of a run; returns the summary."""
    summary = _summary(result)
    with written_aside(folder / "summary.json") as path:
        path.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    with written_aside(folder / "report.html") as path:
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
        "warnings": [*result.cut_flow.warnings(), *_weak(result)],
    }


def _context(result: RunResult) -> ReportContext:
    luminosity = result.card.run.luminosity[_PLOTTED_LUMINOSITY]
    pairs = list(zip(result.analyses, result.metadata, strict=True))
    shown = [pair for pair in pairs if pair[0].mass == result.analyses[0].mass]
    references = dict.fromkeys(ref for _, meta in pairs for ref in meta["references"])
    return ReportContext(
        title=result.card.run.title or result.card.run.name,
        cutflow=result.cut_flow,
        selection=result.selection,
        mass=result.analyses[0].mass,
        card=result.card.text,
        versions=_versions(),
        plots=standard_plots([_plotted(one, meta, result, luminosity) for one, meta in shown], luminosity),
        references=[*references, result.selection.reference],
        notes=_weak(result),
        facts={
            "detector": f"{result.detector.name}, efficiencies as weights",
            "beams": f"{result.metadata[0]['beams']['name']}, sqrt(s) = {result.card.beam.sqrt_s:g} GeV",
            "seed": str(result.card.run.seed),
            "wall time": f"{result.wall_time_s:.0f} s",
            "made": created_now(),
        },
    )


def _weak(result: RunResult) -> list[str]:
    """Backgrounds that are known too badly for the reach."""
    pairs = zip(result.analyses, result.metadata, strict=True)
    return weak_backgrounds([one.reach_sample(meta) for one, meta in pairs])


def _plotted(one: SampleAnalysis, meta: dict[str, Any], result: RunResult, luminosity: float) -> PlotSample:
    """Signals are drawn at the coupling that this run can just see, as the legend says."""
    mass = signal_mass(meta)
    if mass is None:
        label = PROCESSES[one.flow.process].latex
        if one.name != one.flow.process:
            label = f"{label} ({one.name})"
        return PlotSample(name=one.name, label=label, process=one.flow.process, histograms=one.histograms)
    reach = [
        row["g_3sigma"]
        for row in result.cut_flow.sensitivity
        if (row["mass"], row["luminosity_fb"]) == (mass, luminosity) and row["g_3sigma"] is not None
    ]
    generated = float(meta["parameters"]["g"])
    coupling = max(reach, default=generated)
    return PlotSample(
        name=one.name,
        label=signal_label(mass, coupling),
        process=one.flow.process,
        histograms=one.histograms,
        signal=True,
        scale=(coupling / generated) ** 2,
    )


def _versions() -> dict[str, str]:
    found = {"lmutau": program_version(), "Python": platform.python_version()}
    return found | {name: packages.version(name) for name in _SHOWN_PACKAGES}
