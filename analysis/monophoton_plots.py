"""Figures of γ + nothing: cross-section, events per bin, excluded couplings, slepton mass ratio."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from lmutau.analysis.model_plots import LINES, line_style, mass_axis, with_thresholds
from lmutau.analysis.plot_style import colour, style
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.model import Monophoton

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lmutau.analysis.monophoton_events import GeneratedMonophoton

__all__ = ["draw_events", "draw_last_bin", "draw_plane_of_ratio", "draw_reach", "draw_spectrum"]


def _luminosity(search: Monophoton) -> str:
    fb = search.luminosity_fb
    return rf"{fb / 1000:g} ab$^{{-1}}$" if fb >= 1000 else rf"{fb:g} fb$^{{-1}}$"


def _ratio_label(r: float) -> str:
    return f"$r = {r:g}$" + (" (no SUSY)" if r == 1 else "")


def draw_spectrum(
    search: Monophoton, ratios: Sequence[float], g: float, generated: "GeneratedMonophoton | None" = None
) -> "Figure":
    """Sigma(γZ') in the acceptance [fb] against the photon energy [GeV], for several ratios; points: from events."""
    from matplotlib.figure import Figure

    end = search.sqrt_s / 2
    below = np.linspace(search.min_energy, end, 1500)
    thresholds = search.energy(with_thresholds([1e-3, float(search.mass(search.min_energy))]))
    energies = np.unique(np.concatenate([below, thresholds[thresholds >= search.min_energy]]))
    with style():
        figure = Figure(figsize=(6.4, 4.4), layout="constrained")
        axes = figure.add_subplot()
        for i, r in enumerate(ratios):
            axes.plot(
                energies, search.cross_section(search.mass(energies), r, g), label=_ratio_label(r), **line_style(i)
            )
        if generated is not None:
            edges = search.edges()
            centres = (edges[1:] + edges[:-1]) / 2
            of_sigma = generated.cross_section(search.mass(centres))[0] / generated.formula(search.mass(centres))
            for i, r in enumerate(ratios):
                label = "from events" if i == len(ratios) - 1 else None
                points = search.cross_section(search.mass(centres), r, g) * of_sigma
                axes.plot(centres, points, "o", markersize=3, color=line_style(i)["color"], label=label)
        axes.set_yscale("log")
        axes.set_xlim(search.min_energy, end)
        low, high = axes.get_ylim()
        axes.set_ylim(0.7 * low, high * (high / low) ** 0.15)
        axes.set_xlabel(r"$E_\gamma^*$ [GeV]", loc="right")
        axes.set_ylabel(r"$\sigma(e^+e^-\to\gamma Z')$ [fb]", loc="top")
        axes.set_title(rf"$g_X = {g:g}$", loc="left", fontsize=10.5)
        acceptance = rf"${search.cos_range[0]:g} < \cos\theta^* < {search.cos_range[1]:g}$"
        axes.set_title(rf"$\sqrt{{s}} = {search.sqrt_s:g}$ GeV, {acceptance}", loc="right", fontsize=10.5)
        axes.legend(loc="upper left", ncols=3)
        _mass_scale(axes, search)
    return figure


def _mass_scale(axes: "Axes", search: Monophoton) -> None:
    """Mark some masses of the Z' along the lower edge."""
    for mass in (3, 5, 7, 9):
        energy = float(search.energy(mass))
        if search.min_energy < energy < search.sqrt_s / 2:
            axes.annotate(
                f"$M = {mass}$ GeV",
                (energy, 0.0),
                xycoords=("data", "axes fraction"),
                xytext=(0, 9),
                fontsize=8,
                textcoords="offset points",
                ha="center",
                color="0.4",
                arrowprops={"arrowstyle": "-", "color": "0.4", "linewidth": 0.8},
            )


def draw_events(
    search: Monophoton, ratios: Sequence[float], g: float, generated: "GeneratedMonophoton | None" = None
) -> "Figure":
    """Background filled, signals on top of it as lines; the significance of each bin below; points: from events."""
    from matplotlib.figure import Figure

    edges, background = search.edges(), search.background()
    with style():
        figure = Figure(figsize=(6.8, 5.6), layout="constrained")
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1.3))
        top.stairs(background, edges, fill=True, color=colour("gammanunu"), label=r"$\gamma\nu\bar\nu$")
        for i, r in enumerate(ratios):
            signal = search.signal(r, g)
            top.stairs(background + signal, edges, label=_ratio_label(r), baseline=None, **line_style(i))
            bottom.stairs(search.significances(r, g), edges, baseline=None, **line_style(i))
        if generated is not None:
            made, errors = generated.background()
            middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
            label = r"$\gamma\nu\bar\nu$ from events"
            top.errorbar(middle, made, errors, half, fmt="o", color="0.15", markersize=3, linewidth=1, label=label)
        top.set_yscale("log")
        low, high = 0.5 * float(background.min()), float(background.max())
        top.set_ylim(low, high * (high / low) ** 0.22)
        top.set_xlim(edges[0], edges[-1])
        top.set_ylabel(f"Events / {search.bin_width:g} GeV", loc="top")
        top.legend(loc="upper right", ncols=2)
        top.set_title(rf"$\gamma Z' + \gamma\nu\bar\nu$, $g_X = {g:g}$", loc="left", fontsize=10.5)
        top.set_title(f"{_luminosity(search)}, $\\sqrt{{s}} = {search.sqrt_s:g}$ GeV", loc="right", fontsize=10.5)
        bottom.axhline(3, color="0.3", linewidth=0.9, linestyle=":")
        bottom.set_ylim(0, None)
        bottom.set_ylabel(r"$N_S/\sqrt{N_S+N_B}$")
        bottom.set_xlabel(r"$E_\gamma^*$ [GeV]", loc="right")
    return figure


def draw_reach(
    search: Monophoton,
    masses: ArrayLike,
    ratios: Sequence[float],
    n_sigma: float,
    generated: "GeneratedMonophoton | None" = None,
    points: Sequence[float] = (),
) -> "Figure":
    """Coupling with the wanted significance against the mass [GeV]; above each curve is excluded.

    With ``generated``: that of the events at the masses ``points``, too.
    """
    from matplotlib.figure import Figure

    edges = search.mass(search.edges())
    every = np.concatenate([with_thresholds(masses), edges * (1 - 1e-9), edges * (1 + 1e-9)])
    given = np.asarray(masses, dtype=np.float64)
    grid = np.unique(every[(every >= given.min()) & (every <= given.max()) & (every > 0)])
    with style():
        figure = Figure(figsize=(6.6, 4.6), layout="constrained")
        axes = figure.add_subplot()
        curves = [search.coupling_limit(grid, r, n_sigma) for r in ratios]
        top = 3 * max(float(np.nanmax(c)) for c in curves)
        for i, (r, curve) in enumerate(zip(ratios, curves, strict=True)):
            axes.fill_between(grid, curve, top, color=LINES[i % len(LINES)], alpha=0.12, linewidth=0)
            axes.plot(grid, curve, label=_ratio_label(r), **line_style(i))
            if generated is not None:
                label = "from events" if i == len(ratios) - 1 else None
                made = generated.coupling_limit(points, r, n_sigma)
                axes.plot(points, made, "o", markersize=4, color=line_style(i)["color"], label=label)
        axes.set_yscale("log")
        axes.set_ylim(0.6 * min(float(np.nanmin(c)) for c in curves), top)
        mass_axis(axes, grid)
        axes.set_ylabel("$g_X$", loc="top")
        axes.set_title(rf"$\gamma$ + nothing, {n_sigma:g}$\sigma$ in the bin of the line", loc="left", fontsize=10.5)
        axes.set_title(_luminosity(search), loc="right", fontsize=10.5)
        axes.legend(loc="upper left")
        for m, name in ((CONSTANTS.m_mu, r"2m_\mu"), (CONSTANTS.m_tau, r"2m_\tau")):
            if grid[0] < 2 * m < grid[-1]:
                axes.axvline(2 * m, color="0.6", linewidth=0.8, linestyle=":", zorder=0)
                axes.annotate(f"${name}$", (2 * m, 0.03), xycoords=("data", "axes fraction"), xytext=(4, 0),
                              textcoords="offset points", fontsize=9.5, color="0.35")  # fmt: skip
    return figure


def draw_plane_of_ratio(
    search: Monophoton,
    ratios: ArrayLike,
    max_mass: float,
    n_sigma: float,
    points: "tuple[Sequence[float], Mapping[str, ArrayLike]] | None" = None,
) -> "Figure":
    """Excluded couplings against the slepton mass ratio: some mass, or every mass below ``max_mass`` [GeV].

    ``points``: ratios, and the same couplings from generated events.
    """
    from matplotlib.figure import Figure

    grid = np.asarray(ratios, dtype=np.float64)
    found = search.coupling_of_ratio(grid, max_mass, n_sigma)
    with style():
        figure = Figure(figsize=(6.4, 4.4), layout="constrained")
        axes = figure.add_subplot()
        high = 3 * float(found["all"].max())
        for name, label, shade in (("any", "some mass excluded", LINES[0]), ("all", "every mass excluded", LINES[2])):
            axes.fill_between(grid, found[name], high, color=shade, alpha=0.25, linewidth=0)
            axes.plot(grid, found[name], color=shade, linewidth=1.8, label=label)
            if points is not None:
                of_events = "from events" if name == "all" else None
                axes.plot(points[0], points[1][name], "o", markersize=4, color=shade, label=of_events)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlim(grid.min(), grid.max())
        axes.set_ylim(0.5 * float(found["any"].min()), high)
        axes.axvline(1, color="0.5", linewidth=0.8, linestyle=":")
        axes.set_xlabel(r"$r = m_{\tilde\tau}/m_{\tilde\mu}$", loc="right")
        axes.set_ylabel("$g_X$", loc="top")
        axes.set_title(rf"{n_sigma:g}$\sigma$, $M_{{Z'}} < {max_mass:g}$ GeV", loc="left", fontsize=10.5)
        axes.set_title(_luminosity(search), loc="right", fontsize=10.5)
        axes.legend(loc="upper right")
    return figure


def draw_last_bin(search: Monophoton, ratios: ArrayLike, g: float) -> "Figure":
    """Signal of the last energy bin over that without superpartners, against the slepton mass ratio."""
    from matplotlib.figure import Figure

    grid = np.asarray(ratios, dtype=np.float64)
    edges, plain = search.edges(), float(search.signal(1.0, g)[-1])
    values = np.array([search.signal(float(r), g)[-1] for r in grid]) / plain
    with style():
        figure = Figure(figsize=(6.4, 4.2), layout="constrained")
        axes = figure.add_subplot()
        axes.plot(grid, values, color=LINES[0], linewidth=1.8)
        axes.axhline(1, color="0.5", linewidth=0.8, linestyle=":")
        axes.axvline(1, color="0.5", linewidth=0.8, linestyle=":")
        axes.set_xscale("log")
        axes.set_xlim(grid.min(), grid.max())
        axes.set_ylim(0, None)
        axes.set_xlabel(r"$r = m_{\tilde\tau}/m_{\tilde\mu}$", loc="right")
        axes.set_ylabel("$N_S / N_0$, $N_0 = N_S(r = 1)$", loc="top")
        axes.set_title(rf"last bin, $E_\gamma^*$ from {edges[-2]:g} to {edges[-1]:g} GeV", loc="left", fontsize=10.5)
        axes.set_title(f"$N_0 = {plain:.3g}$ at $g_X = {g:g}$, {_luminosity(search)}", loc="right", fontsize=10.5)
    return figure
