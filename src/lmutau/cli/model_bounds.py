"""``lmutau model bounds``: what excludes the Z' in the plane of mass and coupling."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmutau.cli.console import JsonOption, announce_compilation, print_json, say, table
from lmutau.cli.model_options import (
    MassOption,
    PlotOption,
    SmuonOption,
    check_figure,
    fine_grid,
    parse_grid,
    save_figure,
    scientific,
)
from lmutau.gen.errors import ConfigError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLUMNS = 4  # of a table in 80 columns


def bounds(
    mass: MassOption = "0.003,0.01,0.03,0.1,0.3,1,3,10,30",
    names: Annotated[str, typer.Option(help="Bounds by commas; all: every one that comes with the program.")] = "all",
    csv: Annotated[
        list[Path] | None, typer.Option("--csv", help="Your bound: mass_GeV,g,cl,source[,mixing]; repeatable.")
    ] = None,
    ratio: Annotated[float, typer.Option("--ratio", "-r", help="Slepton mass ratio, for files with mixing.")] = 1.0,
    smuon_mass: SmuonOption = None,
    anomaly: Annotated[
        str, typer.Option(help="Discrepancy of the muon: bound g-2 and band of the figure.")
    ] = "banerjee2020",
    sigma: Annotated[float, typer.Option(help="Width of g-2 and its band in standard deviations.")] = 2.0,
    plot: PlotOption = None,
    as_json: JsonOption = False,
) -> None:
    """Upper limits on g_X against mass: computed, printed in papers, or from your CSV files."""
    check_figure(plot)
    masses = parse_grid("--mass", mass, "GeV")
    chosen = None if names == "all" else [name.strip() for name in names.split(",") if name.strip()]
    if chosen == [] and not csv:
        raise ConfigError("--names: none chosen; give names by commas, all, or a file with --csv.")
    announce_compilation()
    from lmutau.gen.model import bounds as model_bounds
    from lmutau.gen.model import find_anomaly, read_bounds

    files = [read_bounds(path) for path in csv or ()]
    band = find_anomaly(anomaly)
    if band.lepton != "mu":
        raise ConfigError(f"--anomaly {anomaly}: is one of the {band.lepton}; give one of the muon (mu).")
    given: dict[str, Any] = {"files": files, "anomaly": band, "n_sigma": sigma, "r": ratio, "smuon_mass": smuon_mass}
    found = model_bounds(masses, chosen, **given)

    def figure() -> "Figure":
        from lmutau.analysis.model_plots import draw_bounds

        grid = fine_grid(masses, 1e-3, 100.0)
        return draw_bounds(grid, model_bounds(grid, chosen, **given), band, sigma)

    save_figure(plot, figure)
    if as_json:
        entries = {
            name: {
                "g": b.g.tolist(), "cl": b.cl, "kind": b.kind, "source": b.source, "note": b.note,
                "valid": list(b.valid),
            }
            for name, b in found.items()
        }  # fmt: skip
        print_json({"mass": masses, "r": ratio, "bounds": entries})
        return
    every = list(found)
    for first in range(0, len(every), _COLUMNS):
        part = every[first : first + _COLUMNS]
        cells = [[scientific(m), *(scientific(float(found[n].g[i])) for n in part)] for i, m in enumerate(masses)]
        title = "Largest allowed g_X; -: no statement, 0: no coupling allowed" if first == 0 else ""
        table(title, ["M [GeV]", *part], cells, left=0)
    for b in found.values():
        level = "no CL given" if b.cl is None else f"{100 * b.cl:g} % CL"
        say(f"{b.name}: {b.kind}, {level}; {b.source}. {b.note[:1].upper()}{b.note[1:]}.")
