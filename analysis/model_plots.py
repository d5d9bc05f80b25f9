"""Figures of the model: widths, kinetic mixing, g-2 band, bounds, splitting function."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.analysis.plot_style import style
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.model import (
    Anomaly,
    Bound,
    branching_invisible,
    explaining_couplings,
    kinetic_mixing,
    massless_cross_section,
    splitting,
    splitting_range,
    widths,
)
from lmutau.gen.model.monophoton import DEFAULT_SQRT_S

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["LINES", "draw_bounds", "draw_gminus2", "draw_mixing", "draw_splitting", "draw_widths", "mass_axis"]

Array = NDArray[np.float64]

# M. A. Petroff, arXiv:2107.02270
LINES = ("#5790fc", "#f89c20", "#e42536", "#964a8b", "#9c9ca1", "#7a21dd", "#717581", "#92dadd")
"""Colours of curves; further ones begin again with other dashes."""
_BAND = "#a8d5a2"
_DASHES: Mapping[str, Any] = {"computed": "-", "published": "--", "user": "-."}


def line_style(i: int) -> dict[str, Any]:
    """Colour and dashes of the i-th curve of a family."""
    return {"color": LINES[i % len(LINES)], "linestyle": ("-", "--", ":", "-.")[i // len(LINES) % 4], "linewidth": 1.8}


def mass_axis(axes: "Axes", masses: Sequence[float] | Array) -> None:
    """Logarithmic mass axis in GeV."""
    axes.set_xscale("log")
    axes.set_xlim(float(np.min(masses)), float(np.max(masses)))
    axes.set_xlabel("$M_{Z'}$ [GeV]", loc="right")


def with_thresholds(masses: ArrayLike) -> Array:
    """Grid of masses with points close to the muon and tau thresholds, so that cusps are sharp."""
    grid = np.asarray(masses, dtype=np.float64)
    steps = np.concatenate([[0.0], np.geomspace(1e-6, 0.03, 30)])
    near = [2 * m * (1 + sign * steps) for m in (CONSTANTS.m_mu, CONSTANTS.m_tau) for sign in (-1, 1)]
    every = np.unique(np.concatenate([grid, *near]))
    return every[(every >= grid.min()) & (every <= grid.max())]


def draw_widths(masses: ArrayLike, g: float, scenario: str, dark_width: ArrayLike) -> "Figure":
    """Branching fractions above, widths over the mass below, against the mass [GeV]."""
    from matplotlib.figure import Figure

    grid = np.asarray(masses, dtype=np.float64)
    parts, dark = widths(grid, g), np.asarray(dark_width)
    total = parts["total"] + dark
    names = {"nu": r"$\nu\bar\nu$", "mu": r"$\mu^+\mu^-$", "tau": r"$\tau^+\tau^-$"}
    with style():
        figure = Figure(figsize=(6.4, 5.6), layout="constrained")
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        for i, (name, label) in enumerate(names.items()):
            drawn = np.where(parts[name] > 0, parts[name], np.nan)
            top.plot(grid, drawn / total, label=label, **line_style(i))
        if dark.any():
            top.plot(grid, np.where(dark > 0, dark / total, np.nan), label="dark", **line_style(3))
        fraction = branching_invisible(grid, scenario, g=g, dark_width=dark)
        top.plot(grid, fraction, color="0.1", linewidth=1.0, linestyle="--", label=f"invisible ({scenario})")
        top.set_ylim(0, 1.2)
        top.set_ylabel("Branching fraction", loc="top")
        top.legend(loc="upper left", ncols=5, columnspacing=1.2)
        bottom.plot(grid, total / grid, color="0.1", linewidth=1.8)
        bottom.set_ylim(0, 1.15 * float((total / grid).max()))
        bottom.set_ylabel(r"$\Gamma / M_{Z'}$", loc="top")
        mass_axis(bottom, grid)
        top.set_title(f"$L_\\mu - L_\\tau$, $g_X = {_number(g)}$", loc="left", fontsize=10.5)
    return figure


def draw_mixing(masses: ArrayLike, ratios: Sequence[float], g: float, smuon_mass: float | None) -> "Figure":
    """|Pi(M²)| against the mass [GeV] for several slepton mass ratios, with the cusps at both thresholds."""
    from matplotlib.figure import Figure

    grid = with_thresholds(masses)
    with style():
        figure = Figure(figsize=(6.4, 4.6), layout="constrained")
        axes = figure.add_subplot()
        for i, r in enumerate(ratios):
            label = f"$r = {r:g}$" + (" (no SUSY)" if r == 1 else "")
            axes.plot(grid, np.abs(kinetic_mixing(grid, r, g, smuon_mass)), label=label, **line_style(i))
        axes.set_yscale("log")
        mass_axis(axes, grid)
        low, high = axes.get_ylim()
        axes.set_ylim(low, high * 1.6)
        for m, name in ((CONSTANTS.m_mu, r"2m_\mu"), (CONSTANTS.m_tau, r"2m_\tau")):
            if grid[0] < 2 * m < grid[-1]:
                axes.axvline(2 * m, color="0.6", linewidth=0.8, linestyle=":", zorder=0)
                axes.annotate(f"${name}$", (2 * m, 0.03), xycoords=("data", "axes fraction"), xytext=(4, 0),
                              textcoords="offset points", fontsize=9.5, color="0.35")  # fmt: skip
        axes.set_ylabel(r"$|\Pi(M_{Z'}^2)|$", loc="top")
        heavy = "heavy sleptons" if smuon_mass is None else rf"$m_{{\tilde\mu}} = {smuon_mass:g}$ GeV"
        axes.set_title(f"Kinetic mixing, $g_X = {_number(g)}$, {heavy}", loc="left", fontsize=10.5)
        axes.set_title(r"$r = m_{\tilde\tau}/m_{\tilde\mu}$", loc="right", fontsize=10.5)
        axes.legend(loc="upper right", ncols=min(len(ratios), 3))
    return figure


def draw_gminus2(masses: ArrayLike, anomaly: Anomaly, n_sigma: float) -> "Figure":
    """Band of couplings that explain a discrepancy, against the mass [GeV]."""
    from matplotlib.figure import Figure

    grid = np.asarray(masses, dtype=np.float64)
    with style():
        figure = Figure(figsize=(6.4, 4.4), layout="constrained")
        axes = figure.add_subplot()
        for width, alpha in ((n_sigma, 0.45), (n_sigma / 2, 0.9)):
            band = explaining_couplings(grid, anomaly, width)
            axes.fill_between(grid, np.maximum(band["low"], 1e-12), band["high"], color=_BAND, alpha=alpha, linewidth=0,
                              label=rf"$\pm {width:g}\,\sigma$")  # fmt: skip
        axes.plot(grid, explaining_couplings(grid, anomaly, 0.0)["high"], color="#2c6e2c", label="central value")
        axes.set_yscale("log")
        reference = explaining_couplings(grid, anomaly, n_sigma)
        axes.set_ylim(0.3 * float(reference["central"].min()), 2 * float(reference["high"].max()))
        mass_axis(axes, grid)
        axes.set_ylabel("$g_X$", loc="top")
        axes.set_title(f"{_discrepancy(anomaly)}, {_paper(anomaly)}", loc="left", fontsize=10.5)
        axes.legend(loc="upper left")
    return figure


def draw_bounds(masses: ArrayLike, found: Mapping[str, Bound], anomaly: Anomaly, n_sigma: float) -> "Figure":
    """Excluded regions of mass [GeV] and coupling, filled and labelled, with the band that explains g-2."""
    from matplotlib.figure import Figure

    grid = np.asarray(masses, dtype=np.float64)
    low, high = 1e-4, 1.0
    with style():
        figure = Figure(figsize=(7.2, 5.2), layout="constrained")
        axes = figure.add_subplot()
        axes.set_yscale("log")
        axes.set_ylim(low, high)
        mass_axis(axes, grid)
        taken: list[tuple[float, float]] = []
        for i, bound in enumerate(b for b in found.values() if b.name != "g-2"):
            _draw_bound(axes, grid, bound, LINES[i % len(LINES)], taken)
        _draw_band(axes, grid, anomaly, n_sigma)
        _explain(axes, anomaly, n_sigma, {bound.kind for bound in found.values() if bound.name != "g-2"})
        axes.set_ylabel("$g_X$", loc="top")
        axes.set_title(r"Bounds on the $L_\mu - L_\tau$ gauge boson", loc="left", fontsize=10.5)
    return figure


def _draw_band(axes: "Axes", grid: Array, anomaly: Anomaly, n_sigma: float) -> None:
    """The couplings that explain a discrepancy of the muon, with their name below the band."""
    low, high = axes.get_ylim()
    band = explaining_couplings(grid, anomaly, n_sigma)
    lowest = np.maximum(band["low"], low / 10)
    axes.fill_between(grid, lowest, band["high"], color=_BAND, alpha=0.85, linewidth=0, zorder=3)
    axes.plot(grid, band["central"], color="#2c6e2c", linewidth=1.0, zorder=3.1)
    i = int(np.argmin(np.abs(np.log(band["central"] / 1.6e-3))))
    if low < lowest[i] < high:
        axes.annotate(rf"$(g-2)_\mu \pm {n_sigma:g}\sigma$", (grid[i], lowest[i]), xytext=(5, -5),
                      textcoords="offset points", rotation=_angle(axes, grid, lowest, i), rotation_mode="anchor",
                      ha="center", va="top", fontsize=10, color="#174517", zorder=4)  # fmt: skip


def _explain(axes: "Axes", anomaly: Anomaly, n_sigma: float, kinds: set[str]) -> None:
    """Legend: which discrepancy the band explains, and what the dashes of the bounds mean."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    band = rf"explains {_discrepancy(anomaly)} within {n_sigma:g}$\,\sigma$ ({_paper(anomaly)})"
    handles: list[Any] = [Patch(facecolor=_BAND, edgecolor="none", label=band)]
    names = {"computed": "bound, computed", "published": "bound, as published", "user": "bound, from your file"}
    handles += [
        Line2D([], [], color="0.3", linewidth=1.6, linestyle=_DASHES[kind], label=name)
        for kind, name in names.items()
        if kind in kinds
    ]
    axes.legend(handles=handles, loc="lower right", fontsize=8.5).set_zorder(6)


def _discrepancy(anomaly: Anomaly) -> str:
    """Value and error with one power of ten, as Matplotlib's math."""
    exponent = math.floor(math.log10(max(abs(anomaly.value), anomaly.error)))
    value, error = (f"{number / 10**exponent:.3g}" for number in (anomaly.value, anomaly.error))
    symbol = {"e": "e", "mu": r"\mu", "tau": r"\tau"}[anomaly.lepton]
    return rf"$\Delta a_{symbol} = ({value} \pm {error}) \times 10^{{{exponent}}}$"


def _paper(anomaly: Anomaly) -> str:
    return anomaly.source.split(",")[0]


def _draw_bound(axes: "Axes", grid: Array, bound: Bound, colour: str, taken: list[tuple[float, float]]) -> None:
    """Fill what one bound excludes and write its name into the region."""
    inside = np.isfinite(bound.g)
    low, high = axes.get_ylim()
    if not inside.any():
        return
    edge = np.clip(bound.g, low / 10, None)
    axes.fill_between(grid, edge, high, where=list(inside), color=colour, alpha=0.22, linewidth=0, zorder=1)
    if (bound.g[inside] <= 0).all():  # a line in mass: nothing to its left is allowed
        end = float(grid[inside][-1])
        axes.axvline(end, color=colour, linewidth=1.6, linestyle=_DASHES[bound.kind], zorder=3.5)
        axes.annotate(bound.label, (end, 0.97), xycoords=("data", "axes fraction"), xytext=(-4, 0), rotation=90,
                      textcoords="offset points", ha="right", va="top", fontsize=9, color="0.15", zorder=5)  # fmt: skip
        return
    axes.plot(grid[inside], bound.g[inside], color=colour, linewidth=1.6, linestyle=_DASHES[bound.kind], zorder=3.5)
    where = np.flatnonzero(inside & (bound.g < high) & (bound.g > low))
    if len(where) == 0:
        return
    # two thirds along the curve, unless another name is close
    places = [where[int(q * (len(where) - 1))] for q in (0.7, 0.5, 0.3, 0.85, 0.15)]
    free = [i for i in places if all(_far(grid[i], bound.g[i], *other) for other in taken)] or places
    i = int(free[0])
    taken.append((float(grid[i]), float(bound.g[i])))
    axes.annotate(bound.label, (grid[i], bound.g[i]), xytext=(0, 4), textcoords="offset points", ha="center",
                  va="bottom", fontsize=9, color="0.15", rotation=_angle(axes, grid, bound.g, i),
                  rotation_mode="anchor", zorder=5)  # fmt: skip


def _far(x: float, y: float, other_x: float, other_y: float) -> bool:
    return abs(math.log10(x / other_x)) > 0.8 or abs(math.log10(y / other_y)) > 0.3


def _angle(axes: "Axes", x: Array, y: Array, i: int) -> float:
    """Slope of a curve on the paper [degrees]."""
    first, last = max(i - 20, 0), min(i + 20, len(x) - 1)
    while first < i and not np.isfinite(y[first]):
        first += 1
    while last > i and not np.isfinite(y[last]):
        last -= 1
    ends = axes.transData.transform([(x[first], y[first]), (x[last], y[last])])
    dx, dy = ends[1] - ends[0]
    return math.degrees(math.atan2(dy, dx)) if dx > 0 else 0.0


def draw_splitting(masses: ArrayLike, chosen: Sequence[float], g: float) -> "Figure":
    """Cross-section for massless muons against the mass, and the splitting function for chosen masses [GeV]."""
    from matplotlib.figure import Figure

    grid = np.asarray(masses, dtype=np.float64)
    grid = grid[grid < DEFAULT_SQRT_S]
    with style():
        figure = Figure(figsize=(9.0, 4.2), layout="constrained")
        left, right = figure.subplots(1, 2)
        sigma = massless_cross_section(grid, g) / 1000
        left.plot(
            grid, sigma, color=LINES[0], linewidth=1.8, label=r"$\sigma_0\,\frac{g_X^2}{8\pi^2}F_1$ (massless $\mu$)"
        )
        approximate = np.array([_leading_log(m, g) for m in grid[::20]])
        left.plot(grid[::20], np.where(approximate > 0, approximate, np.nan), color=LINES[1], linestyle="--",
                  label=r"$2\,\sigma_0 \int dz\,D(z)$")  # fmt: skip
        left.set_yscale("log")
        left.set_ylim(max(float(sigma[sigma > 0].min()), float(sigma.max()) * 1e-8), float(sigma.max()) * 3)
        mass_axis(left, grid)
        left.set_ylabel(r"$\sigma(e^+e^-\to\mu^+\mu^-Z')$ [pb]", loc="top")
        left.set_title(rf"$\sqrt{{s}} = {DEFAULT_SQRT_S:g}$ GeV, $g_X = {_number(g)}$", loc="left", fontsize=10.5)
        left.legend(loc="lower left")
        for i, mass in enumerate(chosen):
            low, high = splitting_range(mass)
            if low < high:
                z = np.geomspace(low * (1 + 1e-9), high * (1 - 1e-9), 600)
                right.plot(z, splitting(z, mass, g), label=f"{mass:g} GeV", **line_style(i))
        right.set_xscale("log")
        right.set_yscale("log")
        right.set_xlim(2e-3, 1)
        top = right.get_ylim()[1]
        right.set_ylim(top * 1e-5, top)
        right.set_xlabel(r"$z = 2E_{Z'}/\sqrt{s}$", loc="right")
        right.set_ylabel("splitting function $D(z)$", loc="top")
        if right.lines:
            right.legend(loc="lower left", title="$M_{Z'}$", title_fontsize=9.5)
    return figure


def _leading_log(mass: float, g: float) -> float:
    """2 sigma_0 Int D dz [pb], sigma_0 from the closed cross-section."""
    low, high = splitting_range(mass)
    if low >= high:
        return 0.0
    t = (np.arange(400) + 0.5) / 400
    z = low * (high / low) ** t
    integral = float(np.mean(splitting(z, mass, g) * z)) * math.log(high / low)
    reference = 1e-3
    from lmutau.gen.model import f1

    sigma_0 = float(massless_cross_section(reference)) * 8 * math.pi**2 / float(f1((reference / DEFAULT_SQRT_S) ** 2))
    return 2 * sigma_0 * integral / 1000


def _number(value: float) -> str:
    """A number as Matplotlib's math."""
    mantissa, exponent = f"{value:.3g}", 0
    if value != 0 and not 1e-2 <= abs(value) < 1e4:
        head, tail = f"{value:.2e}".split("e")
        mantissa, exponent = f"{float(head):g}", int(tail)
    return mantissa if exponent == 0 else rf"{mantissa} \times 10^{{{exponent}}}"
