"""``lmutau model splitting``: real emission of a light boson off massless muons."""

from typing import TYPE_CHECKING

from lmutau.cli.console import JsonOption, announce_compilation, print_json, table
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


def splitting(
    mass: MassOption = "0.01,0.1,1,3,5,8",
    coupling: CouplingOption = 1.0,
    plot: PlotOption = None,
    as_json: JsonOption = False,
) -> None:
    """F1, F2 and the cross-section of e+e- to mu+ mu- Z' for massless muons; figure with the splitting function."""
    check_figure(plot)
    masses = parse_grid("--mass", mass, "GeV")
    announce_compilation()
    import numpy as np

    from lmutau.gen.model import f1, massless_cross_section, z_pole_shift
    from lmutau.gen.model.monophoton import DEFAULT_SQRT_S

    grid = np.array(masses)
    columns = {
        "mass": grid,
        "f1": f1((grid / DEFAULT_SQRT_S) ** 2),
        "sigma_fb": massless_cross_section(grid, coupling),
        "z_pole_shift": z_pole_shift(grid, coupling),
    }
    rows = [{key: float(column[i]) for key, column in columns.items()} for i in range(len(masses))]

    def figure() -> "Figure":
        from lmutau.analysis.model_plots import draw_splitting

        return draw_splitting(fine_grid([m for m in masses if m < DEFAULT_SQRT_S], 0.01, 10.0), masses, coupling)

    save_figure(plot, figure)
    if as_json:
        print_json({"g": coupling, "sqrt_s": DEFAULT_SQRT_S, "points": rows})
        return
    table(
        f"Massless muons, √s = {DEFAULT_SQRT_S:g} GeV, g_X = {coupling:g} (exact rate: lmutau generate mumuzp)",
        ["M [GeV]", "F1", "σ(μμZ') [fb]", "δΓ/Γ(Z→μμ)"],
        [[scientific(row[key]) for key in columns] for row in rows],
        left=0,
    )
