"""``lmutau model monophoton``: reach of one photon and nothing else."""

from typing import Annotated

import typer

from lmutau.cli.console import JsonOption, announce_compilation, count, print_json
from lmutau.cli.model_options import (
    CouplingOption,
    PlotOption,
    RatioOption,
    SmuonOption,
    check_figure,
    check_once,
    parse_grid,
    save_figure,
    scientific,
    wide_table,
)

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
    events: Annotated[
        int | None,
        typer.Option(parser=count, metavar="N", help="Check the formulas with generated events, N tries per sample."),
    ] = None,
    plot: PlotOption = None,
    as_json: JsonOption = False,
) -> None:
    """Photon and missing energy: events and significance in bins of the photon energy, and excluded couplings.

    From closed formulas; --events makes the same from generated events, at tree level with exact amplitudes.
    """
    from lmutau.gen.errors import ConfigError, unknown_name

    if show not in _VIEWS:
        raise unknown_name("--show", show, _VIEWS)
    if events is not None and not 1000 <= events <= 10**9:
        raise ConfigError(f"--events {events}: allowed is 1000 to 1e9 tries per sample.")
    check_figure(plot)
    ratios = parse_grid("--ratio", ratio or ("0.01:100:41" if show in ("plane", "ratio") else "0.1,1,10"))
    check_once("--ratio", ratios)
    masses = parse_grid("--mass", mass or "0.01,0.1,0.2,0.5,1,2,3,5,6.9", "GeV", positive=False)
    announce_compilation()
    from lmutau.cli.monophoton_views import VIEWS, Wanted, with_events
    from lmutau.gen.model import Monophoton

    search = Monophoton(
        luminosity_fb=luminosity, min_energy=min_energy, scenario=scenario, smuon_mass=smuon_mass
    )  # fmt: skip
    wanted = Wanted(search, ratios, coupling, masses, sigma, max_mass)
    if events is not None:
        wanted = with_events(wanted, show, events)
    found = VIEWS[show](wanted)
    save_figure(plot, found.draw)
    if as_json:
        setup = {"luminosity_fb": luminosity, "g": coupling, "sigma": sigma, "scenario": scenario}
        checked = {} if events is None else {"events": events, "from_events": found.checked}
        print_json({"show": show, **setup, "smuon_mass": smuon_mass, "points": found.rows, **checked})
        return
    columns = list(found.rows[0])
    digits = 3 if len(columns) > 6 else 4  # wide tables fit into 80 columns
    fixed = {"events": 3, "spectrum": 2, "reach": 1}.get(show, len(columns))  # then those of each ratio
    _print(found.title, found.rows, fixed, 2 if show == "events" else 1, digits)
    if events is not None:
        title = f"From generated events, {events} tries per sample"
        _print(title, found.checked, len(found.checked[0]), 1, 4)


def _print(title: str, rows: list[dict[str, float]], fixed: int, step: int, digits: int) -> None:
    columns = list(rows[0])
    groups = [columns[i : i + step] for i in range(fixed, len(columns), step)]
    wide_table(title, columns[:fixed], groups, [{key: scientific(row[key], digits) for key in columns} for row in rows])
