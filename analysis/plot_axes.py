"""What stacks and planes share: axes as they are drawn (angles in degrees), titles, cuts."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.cut_edges import CutEdges, cut_edges
from lmutau.analysis.histogram_axes import short_width
from lmutau.analysis.histograms import HistogramSet

__all__ = ["DrawnAxis", "axes_of", "drawn_edges", "luminosity_text", "stage_text"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnAxis:
    """An axis of a histogram in the unit in which it is drawn; ``factor`` leads there from the column's own."""

    column: str
    label: str
    unit: str
    edges: Array
    factor: float

    @property
    def bin_text(self) -> str:
        """Width of a bin with its unit; nothing if a few digits are not exact."""
        width = short_width((self.edges[-1] - self.edges[0]) / (len(self.edges) - 1))
        return f"{width}{self.unit}" if width else ""


def axes_of(histograms: HistogramSet, name: str) -> list[DrawnAxis]:
    """Axes of one histogram."""
    return [_drawn(axis) for axis in histograms[name].axes]


def _drawn(axis: Any) -> DrawnAxis:
    """Angles in degrees, all else as it is; the unit stands in the label."""
    label, factor = str(axis.label), 1.0
    if label.endswith(" [rad]"):
        label, factor = label.replace(" [rad]", " [deg]"), math.degrees(1.0)
    _, bracket, unit = label.partition(" [")
    text = f" {unit.removesuffix(']')}" if bracket else ""
    return DrawnAxis(column=axis.name, label=label, unit=text, edges=np.asarray(axis.edges) * factor, factor=factor)


def drawn_edges(histograms: HistogramSet, name: str, axis: DrawnAxis) -> CutEdges:
    """Edges of the cuts on a drawn quantity that do not apply to a histogram (yet), in the unit of the axis."""
    binning, steps = histograms.binnings[name], histograms.selection.step_names
    later = steps[histograms.selection.index(binning.after) + 1 :]
    edges = cut_edges(histograms.selection, axis.column, histograms.mass, (*binning.without, *later))
    low, high = edges.low * axis.factor, edges.high * axis.factor
    return CutEdges(low=low, high=high, others=tuple(edge * axis.factor for edge in edges.others))


def stage_text(histograms: HistogramSet, name: str) -> str:
    """In words, which steps apply to a histogram."""
    binning, steps = histograms.binnings[name], histograms.selection.step_names
    if binning.after == steps[0]:
        return "before cuts"
    if not binning.without:
        return "after all cuts" if binning.after == steps[-1] else f"after {binning.after}"
    left_out = f"but {' and '.join(binning.without)}"
    return f"all cuts {left_out}" if binning.after == steps[-1] else f"all cuts up to {binning.after} {left_out}"


def luminosity_text(luminosity_fb: float) -> str:
    """Luminosity in the unit that makes it short."""
    if luminosity_fb >= 1000:
        return rf"$\int L\,dt = {luminosity_fb / 1000:g}$ ab$^{{-1}}$"
    return rf"$\int L\,dt = {luminosity_fb:g}$ fb$^{{-1}}$"
