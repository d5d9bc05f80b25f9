"""What ``lmutau model monophoton`` shows: rows of a table, a figure, and the same from generated events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from lmutau.analysis.monophoton_events import GeneratedMonophoton
from lmutau.analysis.monophoton_plots import (
    draw_events,
    draw_last_bin,
    draw_plane_of_ratio,
    draw_reach,
    draw_spectrum,
)
from lmutau.cli.console import progress_bar
from lmutau.cli.model_options import fine_grid, ratio_names
from lmutau.gen.model import Monophoton

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["VIEWS", "View", "Wanted", "with_events"]

Row = dict[str, float]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: ``generated`` has the samples that check the formulas, if any."""

    search: Monophoton
    ratios: list[float]
    g: float
    masses: list[float]
    sigma: float
    max_mass: float
    generated: GeneratedMonophoton | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A table, its figure, and the rows of the check with events."""

    title: str
    rows: list[Row]
    draw: "Callable[[], Figure]"
    checked: list[Row]


def with_events(wanted: Wanted, show: str, n_events: int) -> Wanted:
    """Make the samples that the view ``show`` needs, with a progress bar."""
    generated = GeneratedMonophoton(wanted.search, n_events)
    with progress_bar("events") as progress:
        if show in ("events", "reach", "plane", "ratio"):
            generated.report = lambda done: progress("background", done)
            generated.background()
        generated.report = lambda done: progress("signal", done)
        if show == "reach":
            generated.cross_section(_reachable(wanted))
        elif show == "plane":
            generated.coupling_of_ratio(wanted.ratios[:1], wanted.max_mass, wanted.sigma)
        else:
            generated.cross_section(wanted.search.mass(_centres(wanted.search)))
    generated.report = None
    return replace(wanted, generated=generated)


def _centres(search: Monophoton) -> np.ndarray:
    edges = search.edges()
    return (edges[1:] + edges[:-1]) / 2


def _reachable(wanted: Wanted) -> list[float]:
    """Masses whose photon is above the first bin."""
    highest = float(wanted.search.mass(wanted.search.min_energy))
    return [m for m in wanted.masses if m <= highest]


def _pull(events: float, formula: float, error: float) -> float:
    return (events - formula) / error if error > 0 else float("nan")


def _events(w: Wanted) -> View:
    s, g = w.search, w.g
    edges, background, names = s.edges(), s.background(), ratio_names(w.ratios)
    signals = {r: s.signal(r, g) for r in w.ratios}
    significances = {r: s.significances(r, g) for r in w.ratios}
    rows, checked = [], []
    for i in range(len(background)):
        low_high = {"E low": float(edges[i]), "E high": float(edges[i + 1])}
        row = {**low_high, "N_B": float(background[i])}
        for r in w.ratios:
            row |= {f"N_S {names[r]}": float(signals[r][i]), f"Z {names[r]}": float(significances[r][i])}
        rows.append(row)
    if w.generated is not None:
        made, errors = w.generated.background()
        for row, events, error in zip(rows, made.tolist(), errors.tolist(), strict=True):
            checked.append({
                "E low": row["E low"], "E high": row["E high"], "N_B": row["N_B"], "N_B (events)": events, "±": error,
                "events/formula": events / row["N_B"],
            })  # fmt: skip
    title = f"Events per bin of E_γ [GeV] for r, {s.luminosity_fb:g} fb⁻¹, g_X = {g:g}; Z = N_S/√(N_S+N_B)"
    return View(title, rows, lambda: draw_events(s, w.ratios, g, w.generated), checked)


def _spectrum(w: Wanted) -> View:
    s, g = w.search, w.g
    names, energies = ratio_names(w.ratios), _centres(s).tolist()
    rows = [
        {
            "E": e,
            "M": float(s.mass(e)),
            **{f"σ(r={names[r]})": float(s.cross_section(s.mass(e), r, g)) for r in w.ratios},
        }
        for e in energies
    ]
    checked: list[Row] = []
    if w.generated is not None:
        masses = s.mass(energies)
        formula = w.generated.formula(masses).tolist()
        for e, m, f, sigma, error in zip(
            energies, masses.tolist(), formula, *(x.tolist() for x in w.generated.cross_section(masses)), strict=True
        ):
            checked.append(
                {"E": e, "M": m, "σ/ε²": f, "events": sigma, "±": error, "pull": _pull(sigma, f, error)}
            )  # fmt: skip
    title = f"σ(e⁺e⁻ → γZ') [fb] in the acceptance at g_X = {g:g}, E_γ and M in GeV"
    return View(title, rows, lambda: draw_spectrum(s, w.ratios, g, w.generated), checked)


def _reach(w: Wanted) -> View:
    s, names = w.search, ratio_names(w.ratios)
    limits = {r: s.coupling_limit(w.masses, r, w.sigma) for r in w.ratios}
    rows = [{"M": m, **{f"g(r={names[r]})": float(limits[r][i]) for r in w.ratios}} for i, m in enumerate(w.masses)]
    checked: list[Row] = []
    if w.generated is not None:
        masses = _reachable(w)
        made = {r: w.generated.coupling_limit(masses, r, w.sigma) for r in w.ratios}
        checked = [
            {"M": m, **{f"g(r={names[r]})": float(made[r][i]) for r in w.ratios}} for i, m in enumerate(masses)
        ]  # fmt: skip
    title = f"g_X with {w.sigma:g} σ at {s.luminosity_fb:g} fb⁻¹, M in GeV (-: photon below the first bin)"
    highest = float(s.mass(s.min_energy))
    grid = fine_grid(_reachable(w), 5e-3, min(9.0, highest))
    return View(title, rows, lambda: draw_reach(s, grid, w.ratios, w.sigma, w.generated, _reachable(w)), checked)


def _plane(w: Wanted) -> View:
    s = w.search

    def table(found: Mapping[str, np.ndarray]) -> list[Row]:
        return [
            {"r": r, "g (any M)": float(found["any"][i]), "g (all M)": float(found["all"][i])}
            for i, r in enumerate(w.ratios)
        ]

    rows, checked = table(s.coupling_of_ratio(w.ratios, w.max_mass, w.sigma)), []
    made = None
    if w.generated is not None:
        made = w.generated.coupling_of_ratio(w.ratios, w.max_mass, w.sigma)
        checked = table(made)
    title = (
        f"Excluded g_X at {w.sigma:g} σ, {s.luminosity_fb:g} fb⁻¹: some or every mass below {w.max_mass:g} GeV"
    )  # fmt: skip
    grid = fine_grid(w.ratios, 1e-2, 1e2, 161)
    points = None if made is None else (w.ratios, made)
    return View(title, rows, lambda: draw_plane_of_ratio(s, grid, w.max_mass, w.sigma, points), checked)


def _ratio(w: Wanted) -> View:
    s, g = w.search, w.g
    plain, background = float(s.signal(1.0, g)[-1]), float(s.background()[-1])
    rows, checked = [], []
    for r in w.ratios:
        events = float(s.signal(r, g)[-1])
        rows.append({"r": r, "N_S": events, "N_S/N_0": events / plain, "N_S/N_B": events / background})
    if w.generated is not None:
        centre = s.mass(_centres(s)[-1:])
        of_sigma = float(w.generated.cross_section(centre)[0][0] / w.generated.formula(centre)[0])
        made = float(w.generated.background()[0][-1])
        for row in rows:
            events = row["N_S"] * of_sigma
            checked.append(
                {"r": row["r"], "N_S": events, "N_S/N_0": events / (plain * of_sigma), "N_S/N_B": events / made}
            )
    edges = s.edges()
    title = f"Last bin, {edges[-2]:g} to {edges[-1]:g} GeV, g_X = {g:g}: N_0 is the signal at r = 1, {plain:.4g}"
    grid = fine_grid(w.ratios, 1e-2, 1e2, 161)
    return View(title, rows, lambda: draw_last_bin(s, grid, g), checked)


VIEWS: Mapping[str, Callable[[Wanted], View]] = MappingProxyType(
    {"events": _events, "spectrum": _spectrum, "reach": _reach, "plane": _plane, "ratio": _ratio}
)
"""Name -> what it shows."""
