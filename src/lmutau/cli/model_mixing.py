"""``lmutau model mixing``: kinetic mixing of the Z' with the photon."""

from typing import TYPE_CHECKING

from lmutau.cli.console import JsonOption, announce_compilation, print_json, table
from lmutau.cli.model_options import (
    CouplingOption,
    MassOption,
    PlotOption,
    RatioOption,
    SmuonOption,
    check_figure,
    fine_grid,
    parse_grid,
    ratio_names,
    save_figure,
    scientific,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def mixing(
    mass: MassOption = "0.01,0.1,0.2,0.5,1,3,5,8",
    ratio: RatioOption = "0.1,1,10",
    coupling: CouplingOption = 1.0,
    smuon_mass: SmuonOption = None,
    plot: PlotOption = None,
    as_json: JsonOption = False,
) -> None:
    """Kinetic mixing Pi(M²) of the Z' with the photon: complex above the thresholds; the electron gets |Pi| e."""
    check_figure(plot)
    masses = parse_grid("--mass", mass, "GeV", positive=False)
    ratios = parse_grid("--ratio", ratio)
    announce_compilation()
    from lmutau.gen.model import kinetic_mixing

    values = {r: kinetic_mixing(masses, r, coupling, smuon_mass) for r in ratios}
    rows = [
        {
            "r": r,
            "mass": masses[i],
            "re": float(values[r][i].real),
            "im": float(values[r][i].imag),
            "abs": float(abs(values[r][i])),
        }
        for r in ratios
        for i in range(len(masses))
    ]

    def figure() -> "Figure":
        from lmutau.analysis.model_plots import draw_mixing

        return draw_mixing(fine_grid(masses, 0.01, 10.0), ratios, coupling, smuon_mass)

    save_figure(plot, figure)
    if as_json:
        print_json({"g": coupling, "smuon_mass": smuon_mass, "points": rows})
        return
    names = ratio_names(ratios)
    heavy = "infinitely heavy sleptons" if smuon_mass is None else f"smuons of {smuon_mass:g} GeV"
    table(
        f"Kinetic mixing Π(M²) at g_X = {coupling:g}, {heavy}; r = stau/smuon mass",
        ["r", "M [GeV]", "Re Π", "Im Π", "|Π|"],
        [[names[row["r"]], *(scientific(row[key]) for key in ("mass", "re", "im", "abs"))] for row in rows],
        left=0,
    )
