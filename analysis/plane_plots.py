"""Planes of two quantities: one panel for each sample, events in colour, logarithmic."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.histograms import HistogramSet
from lmutau.analysis.plot_axes import DrawnAxis, axes_of, drawn_edges, luminosity_text, stage_text
from lmutau.analysis.plot_samples import PlotSample, merged
from lmutau.analysis.plot_style import SIGNAL_COLOUR, style
from lmutau.gen.errors import ConfigError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import LogNorm
    from matplotlib.figure import Figure

__all__ = ["draw_plane", "draw_planes"]

Array = NDArray[np.float64]

_DECADES = 6
_COLUMNS = 3
_PANEL = (3.4, 2.9)  # inches


def draw_plane(sample: PlotSample, luminosity_fb: float, name: str = "plane_before") -> "Figure":
    """Two quantities of one sample; by default the recoil mass and the missing transverse energy before cuts."""
    return draw_planes([sample], luminosity_fb, name)


def draw_planes(samples: Sequence[PlotSample], luminosity_fb: float, name: str) -> "Figure":
    """Two quantities, a panel for each signal and each background process, each with its own scale of colours.

    Edges of the cuts on the two quantities that do not apply to the histogram are drawn: a frame around what they
    keep, dashed lines where an expression compares a quantity only under a condition.

    Raises
    ------
    ConfigError
        If there is no sample.
    """
    if not samples:
        raise ConfigError("a plot needs at least one sample.")
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    parts = merged(samples, name, luminosity_fb)
    both = axes_of(samples[0].histograms, name)
    columns = min(len(parts), _COLUMNS)
    rows = math.ceil(len(parts) / columns)
    size = (6.4, 4.6) if len(parts) == 1 else (_PANEL[0] * columns, _PANEL[1] * rows + 0.4)
    with style():
        figure = Figure(figsize=size, layout=ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.05))
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for i, axes in enumerate(panels.flat):
            if i >= len(parts):
                axes.set_visible(False)
                continue
            _, label, value, _ = parts[i]
            mesh = axes.pcolormesh(
                both[0].edges, both[1].edges, np.ma.masked_less_equal(value.T, 0), norm=_scale(value), cmap="cividis",
                rasterized=True,
            )  # fmt: skip
            clipped = bool((value[value > 0] < mesh.norm.vmin).any())
            bar = figure.colorbar(mesh, ax=axes, pad=0.02, extend="min" if clipped else "neither")
            if not value.any():
                axes.text(0.5, 0.5, "no events", transform=axes.transAxes, ha="center", fontsize=12, color="0.4")
            if i % columns == columns - 1 or i == len(parts) - 1:
                bar.set_label(_content(samples[0], name, both), loc="top", fontsize=10.5)
            axes.set_title(label, loc="left", fontsize=10.5)
            _mark_cuts(axes, samples, name, both)
            axes.tick_params(labelbottom=i + columns >= len(parts))
        _titles(figure, panels, len(parts), both, samples[0].histograms, name, luminosity_fb)
        handles, labels = panels[0, 0].get_legend_handles_labels()
        if labels:  # beside the title of the figure or below it: inside a panel it could hide what counts
            figure.legend(
                handles, labels, loc="upper right" if columns == _COLUMNS else "outside lower left", borderaxespad=0.3
            )
    return figure


def _content(sample: PlotSample, name: str, both: list[DrawnAxis]) -> str:
    """What the colours count."""
    what = "Muons" if sample.histograms.binnings[name].twin else "Events"
    widths = [axis.bin_text for axis in both]
    return f"{what} / ({widths[0]} × {widths[1]})" if all(widths) else f"{what} / bin"


def _titles(
    figure: "Figure", panels: NDArray[Any], used: int, both: list[DrawnAxis], histograms: HistogramSet, name: str,
    luminosity: float,
) -> None:  # fmt: skip
    """Labels of the outer panels; selection, stage and luminosity above all."""
    columns = panels.shape[1]
    for i, axes in enumerate(panels.flat):
        if i % columns == 0:
            axes.set_ylabel(both[1].label, loc="top")
        if i + columns >= used:
            axes.set_xlabel(both[0].label, loc="right")
    stage = f"{histograms.selection.name}, {stage_text(histograms, name)}"
    figure.suptitle(f"{stage}, {luminosity_text(luminosity)}", x=0.01, ha="left", fontsize=11)


def _scale(value: Array) -> "LogNorm":
    """From the highest bin down, at most some decades."""
    from matplotlib.colors import LogNorm

    positive = value[value > 0]
    high = float(positive.max()) if len(positive) else 1.0
    low = max(float(positive.min()), high * 10.0**-_DECADES) if len(positive) else 0.1
    low = min(low, 0.05 * high)  # ticks need a decade
    return LogNorm(vmin=low * 0.99, vmax=high * 1.01)


def _mark_cuts(axes: "Axes", samples: Sequence[PlotSample], name: str, both: list[DrawnAxis]) -> None:
    """Frame of what the cuts that do not apply would keep; dashed lines at their other edges."""
    cuts = [drawn_edges(samples[0].histograms, name, axis) for axis in both]
    limits = [(float(axis.edges[0]), float(axis.edges[-1])) for axis in both]
    kept = [(max(cut.low, low), min(cut.high, high)) for cut, (low, high) in zip(cuts, limits, strict=True)]
    lines = (axes.vlines, axes.hlines)
    for k, (cut, (low, high)) in enumerate(zip(cuts, limits, strict=True)):
        across = kept[1 - k]
        frame = [edge for edge in (cut.low, cut.high) if low < edge < high]
        if frame and across[0] < across[1]:
            label = "_again" if axes.get_legend_handles_labels()[1] else "selected"  # with _ it is in no legend
            lines[k](frame, *across, color=SIGNAL_COLOUR, linewidth=1.6, label=label)
        others = [edge for edge in cut.others if low < edge < high]
        if others:
            lines[k](others, *limits[1 - k], color="0.1", linewidth=1.0, linestyle=(0, (4, 2)))
