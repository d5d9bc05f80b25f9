"""``lmutau model widths``: partial widths and invisible branching fraction."""

from typing import TYPE_CHECKING, Annotated

import typer

from lmutau.cli.console import JsonOption, print_json, table
from lmutau.cli.model_options import (
    CouplingOption,
    MassOption,
    PlotOption,
    check_figure,
    fine_grid,
    parse_grid,
    save_figure,
    scientific,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from lmutau.cli.model_dark import DarkSector


def widths(
    mass: MassOption = "0.01,0.1,0.3,1,4,8",
    coupling: CouplingOption = 1.0,
    scenario: Annotated[str, typer.Option(help="vanilla: neutrinos only; invisible: everything is.")] = "vanilla",
    dark: Annotated[str, typer.Option(help="Also decays to dark matter: none, fermion (Dirac) or scalar.")] = "none",
    dark_mass: Annotated[float, typer.Option(help="Mass of the dark particle [GeV].")] = 0.0,
    alpha_d: Annotated[float | None, typer.Option("--alpha-d", help="Dark coupling g_D²/(4 pi).")] = None,
    dark_width: Annotated[float | None, typer.Option(help="Width into dark matter [GeV], instead of alpha_D.")] = None,
    plot: PlotOption = None,
    as_json: JsonOption = False,
) -> None:
    """Widths of the Z' into neutrinos, muons, taus, dark matter, and its invisible branching fraction."""
    from lmutau.cli.model_dark import DarkSector

    check_figure(plot)
    masses = parse_grid("--mass", mass, "GeV")
    sector = DarkSector.checked(dark, dark_mass, alpha_d, dark_width)
    from lmutau.gen.model import branching_invisible
    from lmutau.gen.model import widths as model_widths

    parts = model_widths(masses, coupling)
    extra, alpha = sector.widths_and_couplings(masses)
    fraction = branching_invisible(masses, scenario, g=coupling, dark_width=extra)
    rows = [
        {
            "mass": masses[i],
            "nu": float(parts["nu"][i]),
            "mu": float(parts["mu"][i]),
            "tau": float(parts["tau"][i]),
            "dark": float(extra[i]),
            "alpha_d": float(alpha[i]),
            "total": float(parts["total"][i] + extra[i]),
            "branching_invisible": float(fraction[i]),
        }
        for i in range(len(masses))
    ]
    save_figure(plot, lambda: _figure(masses, coupling, scenario, sector))
    if as_json:
        print_json({"g": coupling, "scenario": scenario, "dark": dark, "dark_mass": dark_mass, "points": rows})
        return
    keys = ["mass", "nu", "mu", "tau", *(["dark", "alpha_d"] if dark != "none" else []), "total", "branching_invisible"]
    names = {"mass": "M [GeV]", "alpha_d": "α_D", "branching_invisible": "BR inv", "nu": "ν", "mu": "μ", "tau": "τ"}
    table(
        f"Widths [GeV] at g_X = {coupling:g}; invisible branching fraction: {scenario}",
        [names.get(key, key) for key in keys],
        [[scientific(row[key]) for key in keys] for row in rows],
        left=0,
    )


def _figure(masses: list[float], coupling: float, scenario: str, sector: "DarkSector") -> "Figure":
    from lmutau.analysis.model_plots import draw_widths, with_thresholds

    grid = with_thresholds(fine_grid(masses, 0.01, 10.0))
    return draw_widths(grid, coupling, scenario, sector.widths_and_couplings(grid)[0])
