"""Stacked spectra: backgrounds on top of each other, signals as lines, in events at a luminosity."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.plot_axes import DrawnAxis, axes_of, drawn_edges, luminosity_text, stage_text
from lmutau.analysis.plot_samples import PlotSample, merged
from lmutau.analysis.plot_style import SIGNAL_COLOURS, colour, style
from lmutau.gen.errors import ConfigError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_stack"]

Array = NDArray[np.float64]
_Parts = list[tuple[PlotSample, str, Array, Array]]

_ROW = 0.075  # part of the height that a row of the legend takes
_BELOW_PEAK = 0.01  # part of the smallest peak down to which the axis goes
_COLUMNS = 3
_DASHES = ("-", "--", ":", "-.")


def draw_stack(samples: Sequence[PlotSample], name: str, luminosity_fb: float) -> "Figure":
    """Backgrounds stacked, signals as lines, in events at a luminosity [fb^-1], logarithmic.

    The hatched band is the statistical error of the simulated backgrounds. Edges of cuts on this quantity that do not
    apply are drawn; what a step that was left out rejects is faded.

    Raises
    ------
    ConfigError
        If there is no sample.
    """
    if not samples:
        raise ConfigError("a plot needs at least one sample.")
    from matplotlib.figure import Figure

    first = samples[0].histograms
    axis = axes_of(first, name)[0]
    parts = merged(samples, name, luminosity_fb)
    with style():
        figure = Figure(figsize=(6.4, 4.6), layout="constrained")
        axes = figure.add_subplot()
        total, error = _stack(axes, parts, axis.edges)
        _lines(axes, parts, axis.edges)
        if total.any():
            axes.stairs(
                total + error,
                axis.edges,
                baseline=np.maximum(total - error, 0.0),
                fill=True,
                facecolor="none",
                edgecolor="0.25",
                linewidth=0,
                hatch="//////",
                label="stat. uncertainty",
            )
        body = _finish(axes, parts, axis)
        if not any(value.any() for _, _, value, _ in parts):
            axes.text(0.5, 0.5, "no events", transform=axes.transAxes, ha="center", fontsize=12, color="0.4")
        _mark_cuts(axes, samples, name, axis, body)
        axes.set_title(f"{first.selection.name}, {stage_text(first, name)}", loc="left", fontsize=10.5)
        axes.set_title(luminosity_text(luminosity_fb), loc="right", fontsize=10.5)
    return figure


def _stack(axes: "Axes", parts: _Parts, edges: Array) -> tuple[Array, Array]:
    """Draw the backgrounds, the last sample lowest in every plot; return the sum and its error."""
    total, variance = np.zeros(len(edges) - 1), np.zeros(len(edges) - 1)
    for sample, label, value, error in reversed([part for part in parts if not part[0].signal]):
        top = total + value
        axes.stairs(
            top, edges, baseline=total, fill=True, color=colour(sample.process), linewidth=0, label=label
        )  # fmt: skip
        axes.stairs(top, edges, color="0.2", linewidth=0.6)
        total, variance = top, variance + error**2
    return total, np.sqrt(variance)


def _lines(axes: "Axes", parts: _Parts, edges: Array) -> None:
    """Draw the signals; colours and dashes tell several of them apart."""
    for i, (_, label, value, _) in enumerate(part for part in parts if part[0].signal):
        axes.stairs(
            value,
            edges,
            color=SIGNAL_COLOURS[i % len(SIGNAL_COLOURS)],
            linewidth=1.8,
            linestyle=_DASHES[i % len(_DASHES)],
            label=label,
            zorder=2.2,
        )


def _finish(axes: "Axes", parts: _Parts, axis: DrawnAxis) -> float:
    """Scale, labels and legend; returns the part of the height that the data take."""
    handles, labels = axes.get_legend_handles_labels()
    columns = _COLUMNS if len(labels) > 2 else 2
    body = 1 - _ROW * math.ceil(len(labels) / columns) - 0.03
    highest, lowest = _extent(parts)
    axes.set_ylim(lowest, lowest * (highest / lowest) ** (1 / body))
    axes.set_yscale("log")  # after the limits: an empty plot has no others
    axes.set_xlim(axis.edges[0], axis.edges[-1])
    axes.set_xlabel(axis.label, loc="right")
    axes.set_ylabel(f"Events / {axis.bin_text or 'bin'}", loc="top")
    if labels:
        axes.legend(handles, labels, loc="upper left", ncols=columns, columnspacing=1.0, handlelength=1.5, fontsize=8.5)
    return body


def _extent(parts: _Parts) -> tuple[float, float]:
    """Highest and lowest value that a logarithmic axis should show: from above the sum to below the smallest peak."""
    stacked = sum((value for sample, _, value, _ in parts if not sample.signal), np.zeros_like(parts[0][2]))
    peaks = [float(value.max()) for _, _, value, _ in parts if value.max() > 0]
    if not peaks:
        return 10.0, 0.1
    highest = 2 * max(*peaks, float(stacked.max()))
    smallest = min(float(value[value > 0].min()) for _, _, value, _ in parts if value.max() > 0)
    return highest, min(max(0.5 * smallest, _BELOW_PEAK * min(peaks), highest * 1e-9), highest * 0.1)


def _mark_cuts(axes: "Axes", samples: Sequence[PlotSample], name: str, axis: DrawnAxis, body: float) -> None:
    """Draw the edges of the cuts on this quantity that do not apply; fade what a left-out step rejects."""
    cuts = drawn_edges(samples[0].histograms, name, axis)
    left, right = float(axis.edges[0]), float(axis.edges[-1])
    left_open = bool(samples[0].histograms.binnings[name].without)  # in a plot before cuts all is still there
    for inner, outer in ((cuts.low, left), (cuts.high, right)):
        if left_open and left < inner < right:
            axes.axvspan(inner, outer, ymax=body, color="white", alpha=0.55, linewidth=0, zorder=2.3)
    for edge in cuts.all:
        if left < edge < right:
            axes.axvline(edge, ymax=body, color="0.1", linewidth=1.2, linestyle=(0, (4, 2)), zorder=2.4)
