"""``lmutau model gminus2``: the Z' in the magnetic moment, and the couplings that explain a discrepancy."""

from typing import TYPE_CHECKING, Annotated

import typer

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
from lmutau.gen.errors import ConfigError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def gminus2(
    mass: MassOption = "0.001,0.01,0.1,0.2,1,5",
    coupling: CouplingOption = 1e-3,
    lepton: Annotated[str, typer.Option(help="mu, tau or e (which has no charge: 0).")] = "mu",
    anomaly: Annotated[
        str | None,
        typer.Option(
            help="Published discrepancy: banerjee2018, jho2019, banerjee2020 (default of the muon), "
            "banerjee2020_electron."
        ),
    ] = None,
    value: Annotated[float | None, typer.Option(help="Your own discrepancy, with --error, instead.")] = None,
    error: Annotated[float | None, typer.Option(help="One standard deviation of --value.")] = None,
    sigma: Annotated[float, typer.Option(help="Half width of the band in standard deviations.")] = 2.0,
    plot: PlotOption = None,
    as_json: JsonOption = False,
) -> None:
    """Contribution of the Z' to (g-2)/2, and the band of couplings that explain a discrepancy."""
    check_figure(plot)
    masses = parse_grid("--mass", mass, "GeV", positive=False)
    if (value is None) != (error is None):
        raise ConfigError("--value and --error: give both, or neither.")
    announce_compilation()
    from lmutau.gen.model import Anomaly, delta_a, explaining_couplings, find_anomaly

    moments = delta_a(masses, coupling, lepton)
    chosen: Anomaly | None = None
    if value is not None and error is not None:
        chosen = Anomaly(name="user", lepton=lepton, value=value, error=error, source="command line")
    elif anomaly is not None or lepton != "e":
        chosen = find_anomaly(anomaly or "banerjee2020")
    if chosen is not None and chosen.lepton != lepton:
        raise ConfigError(f"anomaly {chosen.name!r}: belongs to {chosen.lepton}, not to --lepton {lepton}.")
    if lepton == "e" or chosen is None:
        nothing = [float("nan")] * len(masses)
        band = {"low": nothing, "central": nothing, "high": nothing}
    else:
        band = {name: g.tolist() for name, g in explaining_couplings(masses, chosen, sigma).items()}
    rows = [
        {"mass": masses[i], "delta_a": float(moments[i]), **{f"g_{name}": band[name][i] for name in band}}
        for i in range(len(masses))
    ]

    def figure() -> "Figure":
        from lmutau.analysis.model_plots import draw_gminus2

        if lepton == "e" or chosen is None:
            raise ConfigError("--plot: the Z' does not couple to the electron; there is no band to draw.")
        return draw_gminus2(fine_grid(masses, 1e-3, 10.0), chosen, sigma)

    save_figure(plot, figure)
    if as_json:
        found = chosen and {key: getattr(chosen, key) for key in ("name", "value", "error", "source")}
        print_json({"lepton": lepton, "g": coupling, "anomaly": found, "sigma": sigma, "points": rows})
        return
    band_of = chosen and f"; g_X for {chosen.value:.3g} ± {chosen.error:.2g} ({chosen.name}, {sigma:g} σ)"
    table(
        f"Z' part of a_{lepton} at g_X = {coupling:g}{band_of or ': no charge, no coupling helps'}",
        ["M [GeV]", f"a_{lepton}", "g low", "g central", "g high"],
        [[scientific(row[key]) for key in ("mass", "delta_a", "g_low", "g_central", "g_high")] for row in rows],
        left=0,
    )
