"""Plots of the supersymmetric sector: levels of a spectrum, magnetic moments, maps of minima."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.plot_style import SIGNAL_COLOUR, style
from lmutau.gen.errors import ConfigError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lmutau.gen.susy.scan_summary import MinimumMap, ScanSummary, Windows
    from lmutau.gen.susy.spectrum import Spectrum

__all__ = ["draw_maps", "draw_moments", "draw_spectrum"]

Array = NDArray[np.float64]

_KINDS = {"bino": "#5790fc", "wino": "#f89c20", "higgsino": "#964a8b", "B'": "#bd1f01"}
_LEVEL = "0.15"
_BAND = ("#b6d7a8", "#d9ead3")

LABELS: Mapping[str, str] = {
    "m0": "$M_0$ [GeV]", "m1": "$M_1$ [GeV]", "m2": "$M_2$ [GeV]", "mu": r"$\mu$ [GeV]",
    "tan_beta": r"$\tan\beta$", "selectron_mass": r"soft mass of $\tilde e$ [GeV]",
    "smuon_mass": r"soft mass of $\tilde\mu$ [GeV]", "trilinear": "$A$ [GeV]", "g": "$g_X$",
    "zp_mass": "$M_{Z'}$ [GeV]", "m_selectron1": r"$m(\tilde e_1)$ [GeV]", "m_selectron2": r"$m(\tilde e_2)$ [GeV]",
    "m_smuon1": r"$m(\tilde\mu_1)$ [GeV]", "m_smuon2": r"$m(\tilde\mu_2)$ [GeV]",
    "m_sneutrino_e": r"$m(\tilde\nu_e)$ [GeV]", "m_sneutrino_mu": r"$m(\tilde\nu_\mu)$ [GeV]",
    "m_chargino1": r"$m(\tilde\chi^\pm_1)$ [GeV]", "m_chargino2": r"$m(\tilde\chi^\pm_2)$ [GeV]",
    "pull": r"max(|pull($a_e$)|, |pull($a_\mu$)|)", "a_e": r"$\Delta a_e$", "a_mu": r"$\Delta a_\mu$",
    "a_e_neutralino": r"$\Delta a_e(\tilde\chi^0)$", "a_e_chargino": r"$\Delta a_e(\tilde\chi^\pm)$",
    "a_mu_neutralino": r"$\Delta a_\mu(\tilde\chi^0)$", "a_mu_chargino": r"$\Delta a_\mu(\tilde\chi^\pm)$",
    "a_mu_zp": r"$\Delta a_\mu(Z')$",
    **{f"m_chi{i}": rf"$m(\tilde\chi^0_{i})$ [GeV]" for i in range(1, 6)},
}  # fmt: skip
"""Axis labels of the quantities of a scan."""


def draw_spectrum(found: "Spectrum", name: str) -> "Figure":
    """Levels of one point; a neutralino's line is divided by its composition. What is far above the rest is named only.

    Raises
    ------
    ConfigError
        If the spectrum is of an array of points.
    """
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    if found.neutralinos.ndim != 1:
        raise ConfigError("a plot of a spectrum needs one point, not an array of points.")
    every = _levels(found)
    limit = 1.6 * max(*found.neutralinos, *found.charginos)
    shown = {title: [level for level in levels if level[0] <= limit] for title, levels in every.items()}
    columns = {title: levels for title, levels in shown.items() if levels}
    with style():
        figure = Figure(figsize=(1.9 + 1.35 * len(columns), 4.8), layout="constrained")
        axes = figure.add_subplot()
        axes.set_ylim(0.0, 1.22 * max(mass for levels in columns.values() for mass, _, _ in levels))
        axes.set_xlim(-0.6, len(columns) - 0.1)
        for place, levels in enumerate(columns.values()):
            _draw_column(axes, place, levels)
        axes.set_xticks(range(len(columns)), list(columns))
        axes.tick_params(axis="x", which="both", top=False, bottom=False)
        axes.set_ylabel("mass [GeV]", loc="top")
        axes.set_title(name, loc="left", fontsize=10.5)
        handles = [Patch(color=colour, label=kind) for kind, colour in _KINDS.items()]
        axes.legend(handles=handles, loc="upper left", ncols=4, columnspacing=1.2, handlelength=1.2)
        far = [level for levels in every.values() for level in levels if level[0] > limit]
        heavy = [f"{text} {mass / 1000:.3g} TeV" for mass, text, _ in far]
        if heavy:
            note = f"not shown: {', '.join(heavy)}"
            axes.set_title(note, loc="right", fontsize=7.5)
    return figure


Level = tuple[float, str, Array | None]


def _levels(found: "Spectrum") -> dict[str, list[Level]]:
    """Columns of the plot: (mass, label, composition)."""
    columns: dict[str, list[Level]] = {
        "neutralinos": [
            (float(mass), rf"$\tilde\chi^0_{i + 1}$", found.composition[i])
            for i, mass in enumerate(found.all_neutralinos)
        ],
        "charginos": [(float(mass), rf"$\tilde\chi^\pm_{i + 1}$", None) for i, mass in enumerate(found.charginos)],
    }
    for lepton, states in found.sleptons.items():
        symbol = {"e": "e", "mu": r"\mu", "tau": r"\tau"}[lepton]
        title = {"e": "selectrons", "mu": "smuons", "tau": "staus"}[lepton]
        charged: list[Level] = [
            (float(mass), rf"$\tilde{{{symbol}}}_{j + 1}$", None) for j, mass in enumerate(states.masses)
        ]
        columns[title] = [*charged, (float(states.sneutrino), rf"$\tilde\nu_{{{symbol}}}$", None)]
    return columns


def _draw_column(axes: "Axes", place: int, levels: list[Level]) -> None:
    """Draw the lines; states that nearly coincide share a label, labels that would overlap are moved apart."""
    width, height, left = 0.62, axes.get_ylim()[1], place - 0.42
    labels: list[tuple[float, str]] = []
    for mass, label, parts in sorted(levels, key=lambda level: level[0]):
        if parts is None:
            axes.hlines(mass, left, left + width, color=_LEVEL, linewidth=2.2)
        else:
            start = left
            for part, colour in zip(parts, _KINDS.values(), strict=True):
                axes.hlines(mass, start, start + part * width, color=colour, linewidth=3.6)
                start += part * width
        if labels and mass - labels[-1][0] < 0.008 * height:
            labels[-1] = (labels[-1][0], f"{labels[-1][1]}, {label}")
        else:
            labels.append((mass, label))
    heights = _apart([mass for mass, _ in labels], 0.055 * height)
    for place_of_label, (_, label) in zip(heights, labels, strict=True):
        axes.text(left + width + 0.04, place_of_label, label, va="center", fontsize=9.5)


def _apart(heights: list[float], least: float) -> list[float]:
    """Ascending heights moved, each pair by the same amount up and down, until neighbours are ``least`` apart."""
    moved = list(heights)
    for _ in range(200):
        for i in range(len(moved) - 1):
            overlap = least - (moved[i + 1] - moved[i])
            if overlap > 0:
                moved[i] -= 0.5 * overlap
                moved[i + 1] += 0.5 * overlap
    return moved


def draw_moments(points: Sequence[Mapping[str, Any]], windows: "Windows") -> "Figure":
    """Contributions to a_e and a_mu of each point, as ``susy gminus2 --json`` lists them, and the measured bands.

    Raises
    ------
    ConfigError
        If there is no point.
    """
    from matplotlib.figure import Figure

    if not points:
        raise ConfigError("a plot of magnetic moments needs at least one point.")
    with style():
        figure = Figure(figsize=(7.6, 1.9 + 0.55 * len(points)), layout="constrained")
        pair = figure.subplots(1, 2, sharey=True)
        for axes, lepton, power, measured in (
            (pair[0], "e", 13, windows.a_e),
            (pair[1], "mu", 9, windows.a_mu),
        ):
            _draw_moment(axes, points, lepton, 10.0**power, measured)
            symbol = "e" if lepton == "e" else r"\mu"
            axes.set_xlabel(rf"$\Delta a_{{{symbol}}} \times 10^{{{power}}}$", loc="right")
        pair[0].set_yticks(range(len(points)), [str(point["name"]) for point in points])
        pair[0].set_ylim(len(points) - 0.5, -0.5)
        for axes in pair:
            axes.tick_params(axis="y", which="both", left=False, right=False)
        handles, labels = pair[1].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=6, columnspacing=1.2, handlelength=1.3)
    return figure


def _draw_moment(
    axes: "Axes", points: Sequence[Mapping[str, Any]], lepton: str, scale: float, measured: tuple[float, float]
) -> None:
    value, error = measured[0] * scale, measured[1] * scale
    axes.axvspan(value - 2 * error, value + 2 * error, color=_BAND[1], linewidth=0, label=r"measured $\pm 2\sigma$")
    axes.axvspan(value - error, value + error, color=_BAND[0], linewidth=0, label=r"$\pm 1\sigma$")
    axes.axvline(0.0, color="0.5", linewidth=0.8)
    shapes = (("neutralino", "neutralinos", "s", "#5790fc", -0.24), ("chargino", "charginos", "^", "#f89c20", -0.08),
              ("zp", "$Z'$", "D", "#964a8b", 0.08), ("total", "total", "o", SIGNAL_COLOUR, 0.24))  # fmt: skip
    for key, label, marker, colour, shift in shapes:
        x = [point[f"a_{lepton}"][key] * scale for point in points]
        y = [i + shift for i in range(len(points))]
        axes.hlines(y, 0.0, x, color=colour, linewidth=1.2)
        axes.plot(x, y, linestyle="none", marker=marker, color=colour, markersize=6, label=label)


def draw_maps(maps: Sequence["MinimumMap"], windows: "Windows", summary: "ScanSummary") -> "Figure":
    """Binned minima, one panel per map; bins where no point is inside the windows are grey.

    Raises
    ------
    ConfigError
        If there is no map.
    """
    from matplotlib.figure import Figure

    if not maps:
        raise ConfigError("a plot of a scan needs at least one map.")
    with style():
        figure = Figure(figsize=(5.0 * len(maps) + 0.4, 4.6), layout="constrained")
        for axes, one in zip(np.atleast_1d(figure.subplots(1, len(maps))), maps, strict=True):
            _draw_map(figure, axes, one, windows.n_sigma)
        note = f"{_grouped(summary.n)} points, {_grouped(summary.n_inside)} within {windows.n_sigma:g}$\\sigma$"
        note += r" of $a_e$ and $a_\mu$" + ("\n" if len(maps) == 1 else " ") + "(grey: none); LHC limits not applied"
        figure.suptitle(note, x=0.01, ha="left", fontsize=9.5)
    return figure


def _grouped(number: int) -> str:
    """Number with thin spaces between thousands."""
    return f"{number:,}".replace(",", "\u2009")


def _power(name: str) -> int:
    """Power of ten by which a quantity is drawn larger: magnetic moments are small numbers."""
    return 13 if name.startswith("a_e") else 9 if name.startswith("a_mu") else 0


def _label(name: str) -> str:
    power, text = _power(name), LABELS.get(name, name)
    return rf"{text} $\times 10^{{{power}}}$" if power else text


def _draw_map(figure: "Figure", axes: "Axes", one: "MinimumMap", n_sigma: float) -> None:
    from matplotlib.colors import ListedColormap, Normalize

    x, y = one.x_edges * 10.0 ** _power(one.x), one.y_edges * 10.0 ** _power(one.y)
    found = np.where(np.isfinite(one.minima), one.minima, np.nan) * 10.0 ** _power(one.value)
    inside = np.ma.masked_invalid(np.where(one.counts > 0, found, np.nan)).T
    outside = np.ma.masked_where((one.visits == 0) | (one.counts > 0), np.ones_like(found)).T
    axes.pcolormesh(x, y, outside, cmap=ListedColormap(["0.9"]), rasterized=True)
    norm = Normalize(0.0, n_sigma) if one.value == "pull" else None
    mesh = axes.pcolormesh(x, y, inside, cmap="cividis", norm=norm, rasterized=True)
    bar = figure.colorbar(mesh, ax=axes, pad=0.02)
    bar.set_label(f"smallest {_label(one.value)}")
    axes.set_xlabel(_label(one.x), loc="right")
    axes.set_ylabel(_label(one.y), loc="top")
