"""The standard plots: missing transverse energy, recoil mass, and their plane."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.histograms import BEFORE, N_MINUS_ONE, HistogramSet, contents
from lmutau.analysis.labels import plain_label
from lmutau.analysis.plot_style import SIGNAL_COLOUR, colour, render, style
from lmutau.gen.errors import ConfigError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Plot", "PlotSample", "draw_plane", "draw_stack", "signal_label", "standard_plots"]

Array = NDArray[np.float64]

_BODY = 0.8  # part of the height that the data take; the legend has the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotSample:
    """A sample as a plot shows it.

    ``name`` is the sample's, ``label`` the legend entry (Matplotlib's math allowed). A signal is drawn as
    a line, a background filled. ``scale`` multiplies the weights: for a signal
    (g shown / g generated)^2, and the label must say which g that is.
    """

    name: str
    label: str
    process: str
    histograms: HistogramSet = field(repr=False)
    signal: bool = False
    scale: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A finished plot: file contents, their format, and what a reader has to know."""

    name: str
    title: str
    caption: str
    image: bytes = field(repr=False)
    file_format: str


def signal_label(mass: float, coupling: float) -> str:
    """Legend entry of a Z' of ``mass`` [GeV] at g_X = ``coupling``."""
    mantissa, exponent = f"{coupling:.2e}".split("e")
    value = f"{float(mantissa):g}"
    if coupling == 0 or -2 <= int(exponent) <= 2:
        return rf"$Z'$ {mass:g} GeV, $g_X = {coupling:.3g}$"
    return rf"$Z'$ {mass:g} GeV, $g_X = {value} \times 10^{{{int(exponent)}}}$"


def draw_stack(samples: Sequence[PlotSample], name: str, luminosity_fb: float) -> "Figure":
    """Backgrounds stacked, signals as lines, in events at a luminosity [fb^-1], logarithmic.

    The hatched band is the statistical error of the simulated backgrounds. The cut of the selection
    on this quantity is drawn where the stage is "all other cuts".

    Raises
    ------
    ConfigError
        If there is no sample.
    """
    _need(samples)
    from matplotlib.figure import Figure

    first = samples[0].histograms
    edges = np.asarray(first[name].axes[0].edges)
    with style():
        figure = Figure(figsize=(6.4, 4.4), layout="constrained")
        axes = figure.add_subplot()
        total, error = _stack(axes, samples, name, luminosity_fb, edges)
        _lines(axes, samples, name, luminosity_fb, edges)
        if total.any():
            axes.stairs(
                total + error,
                edges,
                baseline=np.maximum(total - error, 0.0),
                fill=True,
                facecolor="none",
                edgecolor="0.25",
                linewidth=0,
                hatch="//////",
                label="stat. uncertainty",
            )
        _finish(axes, samples, name, luminosity_fb, edges)
    return figure


def _stack(
    axes: "Axes", samples: Sequence[PlotSample], name: str, luminosity: float, edges: Array
) -> tuple[Array, Array]:
    """Draw the backgrounds, the last sample lowest in every plot; return the sum and its error."""
    total, variance = np.zeros(len(edges) - 1), np.zeros(len(edges) - 1)
    found: dict[str, tuple[Array, Array, PlotSample]] = {}
    for sample in samples:
        if not sample.signal:
            value, error = contents(sample.histograms[name])
            factor = luminosity * sample.scale
            value, squared = value * factor, (error * factor) ** 2
            if sample.process in found:  # samples of one process are parts of it
                before, before_squared, first = found[sample.process]
                value, squared, sample = before + value, before_squared + squared, first
            found[sample.process] = (value, squared, sample)
    for value, squared, sample in reversed(list(found.values())):
        top = total + value
        axes.stairs(
            top,
            edges,
            baseline=total,
            fill=True,
            color=colour(sample.process),
            linewidth=0,
            label=sample.label.split(" (")[0],
        )
        axes.stairs(top, edges, color="0.2", linewidth=0.6)
        total, variance = top, variance + squared
    return total, np.sqrt(variance)


def _lines(axes: "Axes", samples: Sequence[PlotSample], name: str, luminosity: float, edges: Array) -> None:
    """Draw the signals; the dashes tell several of them apart."""
    dashes = ("-", "--", ":", "-.")
    for i, sample in enumerate(s for s in samples if s.signal):
        value, _ = contents(sample.histograms[name])
        axes.stairs(
            value * luminosity * sample.scale,
            edges,
            color=SIGNAL_COLOUR,
            linewidth=1.8,
            linestyle=dashes[i % len(dashes)],
            label=sample.label,
        )


def _finish(axes: "Axes", samples: Sequence[PlotSample], name: str, luminosity: float, edges: Array) -> None:
    """Scale, labels, legend and the cut."""
    first = samples[0].histograms
    axis = first[name].axes[0]
    highest, lowest = _extent(samples, name, luminosity)
    axes.set_ylim(lowest, lowest * (highest / lowest) ** (1 / _BODY))
    axes.set_yscale("log")  # after the limits: an empty plot has no others
    axes.set_xlim(edges[0], edges[-1])
    axes.set_xlabel(axis.label, loc="right")
    axes.set_ylabel(f"Events / {edges[1] - edges[0]:.3g}{_unit(axis)}", loc="top")
    if first.binnings[name].stage == N_MINUS_ONE:
        _mark_cut(axes, first, axis.name, edges)
    axes.legend(loc="upper left", ncols=3, columnspacing=1.0, handlelength=1.5, fontsize=8.5)
    axes.set_title(f"{first.selection.name}, {_stage(first, name)}", loc="left", fontsize=10.5)
    axes.set_title(_luminosity(luminosity), loc="right", fontsize=10.5)


def _extent(samples: Sequence[PlotSample], name: str, luminosity: float) -> tuple[float, float]:
    """Highest and lowest value that a logarithmic axis should show: at most nine decades."""
    found = np.concatenate([contents(s.histograms[name])[0] * luminosity * s.scale for s in samples])
    positive = found[found > 0]
    if len(positive) == 0:
        return 10.0, 0.1
    highest = 2 * float(positive.max())
    return highest, max(0.5 * float(positive.min()), highest * 1e-9)


def _mark_cut(axes: "Axes", first: HistogramSet, column: str, edges: Array) -> None:
    """Fade what the selection rejects and draw the edge."""
    low, high = first.selection.range_of(column, first.mass)
    for inner, outer in ((low, edges[0]), (high, edges[-1])):
        if math.isfinite(inner) and edges[0] < inner < edges[-1]:
            axes.axvspan(inner, float(outer), ymax=_BODY, color="white", alpha=0.55, linewidth=0, zorder=2.6)
            axes.axvline(inner, ymax=_BODY, color="0.1", linewidth=1.2, linestyle=(0, (4, 2)), zorder=2.7)


def draw_plane(sample: PlotSample, luminosity_fb: float, name: str = "plane_before") -> "Figure":
    """Two quantities of one sample; by default the recoil mass and the missing transverse energy before cuts.

    A frame shows what the windows on the two quantities keep, if there are any.
    """
    from matplotlib.colors import LogNorm
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    histogram = sample.histograms[name]
    value, _ = contents(histogram)
    value = value * luminosity_fb * sample.scale
    positive = value[value > 0]
    high = float(positive.max()) if len(positive) else 1.0
    low = max(float(positive.min()), high * 1e-6) if len(positive) else 0.1
    with style():
        figure = Figure(figsize=(6.4, 4.4), layout="constrained")
        axes = figure.add_subplot()
        x, y = (np.asarray(axis.edges) for axis in histogram.axes)
        norm = LogNorm(vmin=low * 0.99, vmax=high * 1.01)
        mesh = axes.pcolormesh(x, y, np.ma.masked_less_equal(value.T, 0), norm=norm, cmap="cividis", rasterized=True)
        bar = figure.colorbar(mesh, ax=axes, pad=0.02)
        widths = (f"{edges[1] - edges[0]:.3g}{_unit(axis)}" for edges, axis in zip((x, y), histogram.axes, strict=True))
        bar.set_label(f"Events / ({' × '.join(widths)})")
        box = _selected_box(sample.histograms, [axis.name for axis in histogram.axes], x, y)
        if box is not None:
            axes.add_patch(Rectangle(*box, fill=False, edgecolor=SIGNAL_COLOUR, linewidth=1.6, label="selected"))
            axes.legend(loc="upper right")
        axes.set_xlabel(histogram.axes[0].label, loc="right")
        axes.set_ylabel(histogram.axes[1].label, loc="top")
        axes.set_title(f"{sample.label}, {_stage(sample.histograms, name)}", loc="left", fontsize=10.5)
        axes.set_title(_luminosity(luminosity_fb), loc="right", fontsize=10.5)
    return figure


def _unit(axis: Any) -> str:
    """Unit of an axis with a space before it, from its label."""
    _, bracket, unit = str(axis.label).partition(" [")
    return f" {unit.removesuffix(']')}" if bracket else ""


def _stage(histograms: HistogramSet, name: str) -> str:
    """In words, up to where the selection applies to a histogram."""
    stage = histograms.binnings[name].stage
    return {BEFORE: "before cuts", N_MINUS_ONE: "all other cuts"}.get(stage, f"after {stage}")


def _selected_box(
    histograms: HistogramSet, columns: Sequence[str], x: Array, y: Array
) -> tuple[tuple[float, float], float, float] | None:
    """Corner, width and height of the selected region, clipped to the axes; None without windows."""
    sides = []
    ranges = [histograms.selection.range_of(column, histograms.mass) for column in columns]
    if all(math.isinf(low) and math.isinf(high) for low, high in ranges):
        return None
    for (low, high), edges in zip(ranges, (x, y), strict=True):
        sides.append((max(low, float(edges[0])), min(high, float(edges[-1]))))
    (x0, x1), (y0, y1) = sides
    return (x0, y0), x1 - x0, y1 - y0


def _luminosity(luminosity_fb: float) -> str:
    """Luminosity in the unit that makes it short."""
    if luminosity_fb >= 1000:
        return rf"$\int L\,dt = {luminosity_fb / 1000:g}$ ab$^{{-1}}$"
    return rf"$\int L\,dt = {luminosity_fb:g}$ fb$^{{-1}}$"


def _need(samples: Sequence[PlotSample]) -> None:
    if not samples:
        raise ConfigError("a plot needs at least one sample.")


_TITLES = {
    "ETmiss_before": (
        "Missing transverse energy before cuts",
        "every event with a reconstructed μ⁻ and μ⁺ at its generator weight, neither muon efficiency nor "
        "photon veto applied",
    ),
    "ETmiss_n_minus_one": (
        "Missing transverse energy after all other cuts",
        "every cut except the one on this quantity (dashed; the faded side is rejected), muon efficiency and "
        "photon loss in the weight",
    ),
    "m2_recoil_before": (
        "Squared missing mass before cuts",
        "every event with a reconstructed μ⁻ and μ⁺ at its generator weight; negative values are resolution",
    ),
    "m2_recoil_n_minus_one": (
        "Squared missing mass after all other cuts",
        "every cut except the one on this quantity (dashed; the faded side is rejected), muon efficiency and "
        "photon loss in the weight",
    ),
}


def standard_plots(samples: Sequence[PlotSample], luminosity_fb: float) -> list[Plot]:
    """All standard plots of a run, rendered: stacks as SVG, planes as PNG.

    Parameters
    ----------
    samples
        Backgrounds and signals, all filled with the same selection and mass.
    luminosity_fb
        Integrated luminosity [fb^-1] to which the weights are scaled.

    Raises
    ------
    ConfigError
        If there is no sample.
    """
    _need(samples)
    plots = []
    scaled = f"Events expected in {luminosity_fb:g} fb⁻¹"
    own = _card_plots(samples, luminosity_fb, scaled)
    if "plane_before" not in samples[0].histograms.binnings:
        return own
    for name, (title, what) in _TITLES.items():
        image = render(draw_stack(samples, name, luminosity_fb), "svg")
        caption = f"{scaled}: {what}. Backgrounds are stacked, hatched is their statistical uncertainty."
        plots.append(Plot(name=name, title=title, caption=caption, image=image, file_format="svg"))
    for i, sample in enumerate(samples):
        caption = (
            f"{scaled}: sample {sample.name}, every event with a reconstructed pair at its generator weight; "
            "the frame is what the cuts on these two quantities keep."
        )
        plots.append(
            Plot(
                name=f"plane_{i}_{sample.process}",
                title=f"Missing transverse energy against squared missing mass: {sample.name}",
                caption=caption,
                image=render(draw_plane(sample, luminosity_fb)),
                file_format="png",
            )
        )
    return [*own, *plots]


def _card_plots(samples: Sequence[PlotSample], luminosity_fb: float, scaled: str) -> list[Plot]:
    """Histograms that the selection card asks for: stacks of one axis, a plane of two for each sample."""
    plots = []
    first = samples[0].histograms
    for wanted in first.selection.histograms:
        what = f"up to step {wanted.after}" if wanted.after else "all cuts but those on what is shown"
        title = f"{plain_label(first[wanted.name].axes[0].label)}, {what}"
        caption = f"{scaled}: {what}. Backgrounds are stacked, hatched is their statistical uncertainty."
        if len(wanted.axes) == 1:
            image = render(draw_stack(samples, wanted.name, luminosity_fb), "svg")
            plots.append(Plot(name=wanted.name, title=title, caption=caption, image=image, file_format="svg"))
            continue
        for i, sample in enumerate(samples):
            image = render(draw_plane(sample, luminosity_fb, wanted.name))
            caption = f"{scaled}: sample {sample.name}, {what}."
            name = f"{wanted.name}_{i}_{sample.process}"
            axes = " against ".join(plain_label(axis.label) for axis in reversed(first[wanted.name].axes))
            title = f"{axes}: {sample.name}"
            plots.append(Plot(name=name, title=title, caption=caption, image=image, file_format="png"))
    return plots
