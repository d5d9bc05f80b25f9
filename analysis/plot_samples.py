"""Samples as plots show them: label, whether signal, and the scale at which a signal is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.cutflow import CutFlow
from lmutau.analysis.histograms import HistogramSet, contents
from lmutau.analysis.hypotheses import coupling_of, signal_mass
from lmutau.analysis.sample_analysis import SampleAnalysis
from lmutau.gen.processes import PROCESSES

__all__ = ["PlotSample", "merged", "plot_samples", "signal_label"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotSample:
    """A sample as a plot shows it.

    ``name`` is the sample's, ``label`` the legend entry (Matplotlib's math allowed). A signal is drawn as
    a line, a background filled. ``scale`` multiplies the weights: for a signal
    (g shown / g generated)^2, and the label must say which g that is. ``regions``: histograms of the control regions.
    """

    name: str
    label: str
    process: str
    histograms: HistogramSet = field(repr=False)
    signal: bool = False
    scale: float = 1.0
    regions: tuple[HistogramSet, ...] = field(default=(), repr=False)


def signal_label(mass: float, coupling: float, symbol: str = "g_X") -> str:
    """Legend entry of a Z' of ``mass`` [GeV] at g_X (or another ``symbol``) = ``coupling``."""
    mantissa, exponent = f"{coupling:.2e}".split("e")
    value, power = f"{float(mantissa):g}", int(exponent)
    if -2 <= power <= 2:
        number = f"{float(f'{coupling:.3g}'):g}"
    else:
        number = rf"10^{{{power}}}" if value == "1" else rf"{value} \times 10^{{{power}}}"
    return rf"$Z'$ {mass:g} GeV, ${symbol} = {number}$"


def plot_samples(
    analyses: Sequence[SampleAnalysis], metadata: Sequence[Mapping[str, Any]], cut_flow: CutFlow, luminosity_fb: float
) -> list[PlotSample]:
    """Prepare analysed samples for plots.

    Left out are samples that stand in the cut flow only, and signals of another mass than the first where the
    selection follows the mass. A signal is drawn at the coupling that the reach finds visible at this luminosity
    [fb^-1], with all backgrounds and the largest photon loss; where there is no reach, as it was generated.
    """
    follows = bool(analyses and analyses[0].selection.mass_steps)
    return [
        _plotted(one, meta, cut_flow, luminosity_fb)
        for one, meta in zip(analyses, metadata, strict=True)
        if one.in_reach and (not follows or one.mass == analyses[0].masses[0])
    ]


def _plotted(one: SampleAnalysis, meta: Mapping[str, Any], cut_flow: CutFlow, luminosity_fb: float) -> PlotSample:
    regions = tuple(region.histograms for region in one.regions)
    mass, process = signal_mass(meta), one.flow.process
    if mass is None:
        label = PROCESSES[process].latex
        if one.name != process:
            label = f"{label} ({one.name})"
        return PlotSample(name=one.name, label=label, process=process, histograms=one.histograms, regions=regions)
    symbol, generated = coupling_of(meta["parameters"])
    reach = [
        row["g_3sigma"]
        for row in cut_flow.sensitivity
        if (row["mass"], row["luminosity_fb"]) == (mass, luminosity_fb) and row["g_3sigma"] is not None
    ]
    coupling = max(reach, default=generated)
    return PlotSample(
        name=one.name,
        label=signal_label(mass, coupling, "g_X" if symbol == "g" else r"\epsilon"),
        process=process,
        histograms=one.histograms,
        signal=True,
        scale=(coupling / generated) ** 2,
        regions=regions,
    )


def merged(
    samples: Sequence[PlotSample], name: str, luminosity_fb: float
) -> list[tuple[PlotSample, str, Array, Array]]:
    """Each signal, and each background process as the sum of its samples, in events.

    Returns
    -------
    list
        (first sample, label, events per bin, their statistical error), in the order of the samples.
    """
    found: dict[str, tuple[PlotSample, str, Array, Array]] = {}
    for sample in samples:
        value, error = contents(sample.histograms[name])
        factor = luminosity_fb * sample.scale
        value, error = value * factor, error * factor
        key = sample.name if sample.signal else f"background {sample.process}"
        label = sample.label if sample.signal else sample.label.split(" (")[0]
        if key in found:
            first, label, before, before_error = found[key]
            sample, value, error = first, before + value, np.hypot(before_error, error)
        found[key] = (sample, label, value, error)
    return list(found.values())
