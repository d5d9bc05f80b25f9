"""``lmutau model monophoton``: reach of one photon and nothing else."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmutau.cli.console import JsonOption, announce_compilation, print_json
from lmutau.cli.model_options import (
    CouplingOption,
    PlotOption,
    RatioOption,
    SmuonOption,
    check_figure,
    check_once,
    fine_grid,
    parse_grid,
    ratio_names,
    save_figure,
    scientific,
    wide_table,
)

if TYPE_CHECKING:
    from lmutau.gen.model import Monophoton

_VIEWS = ("events", "spectrum", "reach", "plane", "ratio")


def monophoton(
    show: Annotated[
        str,
        typer.Option(
            help="events: per bin of energy; spectrum: sigma(E); reach: g_X against mass; plane: g_X against r; "
            "ratio: signal in the last bin over that of r = 1."
        ),
    ] = "events",
    ratio: RatioOption = "",
    coupling: CouplingOption = 1e-3,
    mass: Annotated[str, typer.Option("--mass", "-m", help="Masses [GeV] of reach, as 0.1,1 or 0.01:7:50.")] = "",
    luminosity: Annotated[float, typer.Option(help="Integrated luminosity [fb^-1].")] = 50_000.0,
    sigma: Annotated[float, typer.Option(help="Significance that excludes.")] = 3.0,
    min_energy: Annotated[float, typer.Option(help="Lower edge of the first energy bin [GeV].")] = 1.0,
    max_mass: Annotated[float, typer.Option(help="Largest mass [GeV] of the plane of g_X and r.")] = 7.0,
    scenario: Annotated[str, typer.Option(help="vanilla or invisible: branching fraction of the Z'.")] = "vanilla",
    smuon_mass: SmuonOption = None,
    plot: PlotOption = None,
    as_json: JsonOption = False,
) -> None:
    """Photon and missing energy: events and significance in bins of the photon energy, and excluded couplings."""
    from lmutau.gen.errors import unknown_name

    if show not in _VIEWS:
        raise unknown_name("--show", show, _VIEWS)
    check_figure(plot)
    ratios = parse_grid("--ratio", ratio or ("0.01:100:41" if show in ("plane", "ratio") else "0.1,1,10"))
    check_once("--ratio", ratios)
    masses = parse_grid("--mass", mass or "0.01,0.1,0.2,0.5,1,2,3,5,6.9", "GeV", positive=False)
    announce_compilation()
    from lmutau.gen.model import Monophoton

    search = Monophoton(
        luminosity_fb=luminosity, min_energy=min_energy, scenario=scenario, smuon_mass=smuon_mass
    )  # fmt: skip
    views = {"events": _events, "spectrum": _spectrum, "reach": _reach, "plane": _plane, "ratio": _ratio}
    title, rows, draw = views[show](search, ratios, coupling, masses, sigma, max_mass)
    save_figure(plot, draw)
    if as_json:
        setup = {"luminosity_fb": luminosity, "g": coupling, "sigma": sigma, "scenario": scenario}
        print_json({"show": show, **setup, "smuon_mass": smuon_mass, "points": rows})
        return
    columns = list(rows[0])
    digits = 3 if len(columns) > 6 else 4  # wide tables fit into 80 columns
    fixed = {"events": 3, "spectrum": 2, "reach": 1}.get(show, len(columns))  # then those of each ratio
    step = 2 if show == "events" else 1
    groups = [columns[i : i + step] for i in range(fixed, len(columns), step)]
    wide_table(title, columns[:fixed], groups, [{key: scientific(row[key], digits) for key in columns} for row in rows])


_View = tuple[str, list[dict[str, float]], Any]


def _events(s: "Monophoton", ratios: list[float], g: float, masses: list[float], sigma: float, top: float) -> _View:
    from lmutau.analysis.monophoton_plots import draw_events

    edges, background, names = s.edges(), s.background(), ratio_names(ratios)
    signals = {r: s.signal(r, g) for r in ratios}
    significances = {r: s.significances(r, g) for r in ratios}
    rows = []
    for i in range(len(background)):
        row = {"E low": float(edges[i]), "E high": float(edges[i + 1]), "N_B": float(background[i])}
        for r in ratios:
            row |= {f"N_S {names[r]}": float(signals[r][i]), f"Z {names[r]}": float(significances[r][i])}
        rows.append(row)
    title = f"Events per bin of E_γ [GeV] for r, {s.luminosity_fb:g} fb⁻¹, g_X = {g:g}; Z = N_S/√(N_S+N_B)"
    return title, rows, lambda: draw_events(s, ratios, g)


def _spectrum(s: "Monophoton", ratios: list[float], g: float, masses: list[float], sigma: float, top: float) -> _View:
    from lmutau.analysis.monophoton_plots import draw_spectrum

    edges, names = s.edges(), ratio_names(ratios)
    energies = [*((edges[1:] + edges[:-1]) / 2)]
    rows = [
        {
            "E": float(e),
            "M": float(s.mass(e)),
            **{f"σ(r={names[r]})": float(s.cross_section(s.mass(e), r, g)) for r in ratios},
        }
        for e in energies
    ]
    title = f"σ(e⁺e⁻ → γZ') [fb] in the acceptance at g_X = {g:g}, E_γ and M in GeV"
    return title, rows, lambda: draw_spectrum(s, ratios, g)


def _reach(s: "Monophoton", ratios: list[float], g: float, masses: list[float], sigma: float, top: float) -> _View:
    from lmutau.analysis.monophoton_plots import draw_reach

    names = ratio_names(ratios)
    limits = {r: s.coupling_limit(masses, r, sigma) for r in ratios}
    rows = [{"M": m, **{f"g(r={names[r]})": float(limits[r][i]) for r in ratios}} for i, m in enumerate(masses)]
    title = f"g_X with {sigma:g} σ at {s.luminosity_fb:g} fb⁻¹, M in GeV (-: photon below the first bin)"
    highest = float(s.mass(s.min_energy))
    shown = [m for m in masses if m <= highest]
    return title, rows, lambda: draw_reach(s, fine_grid(shown, 5e-3, min(9.0, highest)), ratios, sigma)


def _plane(s: "Monophoton", ratios: list[float], g: float, masses: list[float], sigma: float, top: float) -> _View:
    from lmutau.analysis.monophoton_plots import draw_plane_of_ratio

    found = s.coupling_of_ratio(ratios, top, sigma)
    rows = [
        {"r": r, "g (any M)": float(found["any"][i]), "g (all M)": float(found["all"][i])} for i, r in enumerate(ratios)
    ]
    title = f"Excluded g_X at {sigma:g} σ, {s.luminosity_fb:g} fb⁻¹: some or every mass below {top:g} GeV"
    return title, rows, lambda: draw_plane_of_ratio(s, fine_grid(ratios, 1e-2, 1e2, 161), top, sigma)


def _ratio(s: "Monophoton", ratios: list[float], g: float, masses: list[float], sigma: float, top: float) -> _View:
    from lmutau.analysis.monophoton_plots import draw_last_bin

    plain, background = float(s.signal(1.0, g)[-1]), float(s.background()[-1])
    rows = []
    for r in ratios:
        events = float(s.signal(r, g)[-1])
        rows.append({"r": r, "N_S": events, "N_S/N_0": events / plain, "N_S/N_B": events / background})
    edges = s.edges()
    title = f"Last bin, {edges[-2]:g} to {edges[-1]:g} GeV, g_X = {g:g}: N_0 is the signal at r = 1, {plain:.4g}"
    return title, rows, lambda: draw_last_bin(s, fine_grid(ratios, 1e-2, 1e2, 161), g)
