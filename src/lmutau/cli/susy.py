"""``lmutau susy``: spectrum, decays and magnetic moments of a point of the supersymmetric model; scan; LHC."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from lmutau.cli.console import JsonOption, announce_compilation, print_json, say, table
from lmutau.cli.susy_decays import describe_decays, print_decays
from lmutau.cli.susy_lhc import lhc
from lmutau.cli.susy_limits import limits
from lmutau.cli.susy_point import PointHelp, SetOption, find_point
from lmutau.cli.susy_scan import check_plot, make_windows, save_plot, scan

__all__ = ["susy"]

susy = typer.Typer(
    help="Supersymmetric L_mu-L_tau model: spectrum, decays, magnetic moments of e and mu, scan, LHC.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

PlotOption = Annotated[Path | None, typer.Option("--plot", help="Draw it (.png, .pdf or .svg).")]

_PARTICLES = {"e": "selectron", "mu": "smuon", "tau": "stau"}


@susy.command("spectrum")
def show_spectrum(
    point: Annotated[str | None, typer.Argument(help=PointHelp)] = None,
    settings: SetOption = None,
    output: Annotated[Path | None, typer.Option("-o", help="Write an SLHA file (.slha).")] = None,
    plot: PlotOption = None,
    decays: Annotated[bool, typer.Option("--decays", help="Also widths and branching fractions.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Masses and mixing of neutralinos, charginos and sleptons at tree level, and their decays."""
    from lmutau.gen.constants import CONSTANTS
    from lmutau.gen.io.atomic import check_output
    from lmutau.gen.susy import decays as find_decays
    from lmutau.gen.susy import write_slha

    if output is not None:
        check_output(output, (".slha",))
    check_plot(plot)
    name, chosen = find_point(point, settings)
    announce_compilation()
    found = chosen.spectrum()
    result = _describe_spectrum(name, chosen, found)
    if decays:
        result["decays"] = describe_decays(find_decays(chosen, found=found), CONSTANTS.hbarc2)
    if output is not None:
        write_slha(output, chosen)
        say(f"written {output}")
    if plot is not None:
        from lmutau.analysis.susy_plots import draw_spectrum

        save_plot(draw_spectrum(found, name), plot)
    if as_json:
        print_json(result)
        return
    _print_spectrum(result)
    if decays:
        print_decays(result["decays"])


@susy.command("gminus2")
def gminus2(
    points: Annotated[
        list[str] | None, typer.Argument(metavar="[POINT]...", help="Benchmarks or SLHA files; none: all benchmarks.")
    ] = None,
    settings: SetOption = None,
    a_e: Annotated[str | None, typer.Option("--a-e", metavar="VALUE,ERROR", help="Measured - SM, electron.")] = None,
    a_mu: Annotated[str | None, typer.Option("--a-mu", metavar="VALUE,ERROR", help="Measured - SM, muon.")] = None,
    plot: PlotOption = None,
    as_json: JsonOption = False,
) -> None:
    """Loops of neutralinos, charginos and Z' in (g-2)/2 of electron and muon, compared with the measurement."""
    from lmutau.gen.susy import BENCHMARKS

    check_plot(plot)
    windows = make_windows(2.0, a_e, a_mu)
    names: list[str | None] = list(points) if points else ([None] if settings else list(BENCHMARKS))
    found = [find_point(name, settings) for name in names]
    announce_compilation()
    result = [_describe_moments(name, point, windows) for name, point in found]
    if plot is not None:
        from lmutau.analysis.susy_plots import draw_moments

        save_plot(draw_moments(result, windows), plot)
    measured = {lepton: {"value": value, "error": error} for lepton, (value, error) in
                (("e", windows.a_e), ("mu", windows.a_mu))}  # fmt: skip
    if as_json:
        print_json({"measured": measured, "points": result})
        return
    rows = []
    for entry in result:
        for lepton in ("e", "mu"):
            part = entry[f"a_{lepton}"]
            values = (part["neutralino"], part["chargino"], part["zp"], part["total"])
            rows.append([entry["name"], lepton, *(f"{value:.4e}" for value in values), f"{part['pull']:+.2f}"])
    columns = ["point", "lepton", "neutralino", "chargino", "Z'", "total", "pull"]
    table("Contributions to a = (g-2)/2", columns, rows, left=2)
    for lepton, entry in measured.items():
        typer.echo(f"measured - Standard Model, {lepton:2}: {entry['value']:.3e} +- {entry['error']:.2e}")


susy.command("scan")(scan)
susy.command("lhc")(lhc)
susy.command("limits")(limits)


def _describe_spectrum(name: str, point: Any, found: Any) -> dict[str, Any]:
    """JSON-ready spectrum."""
    parts = found.composition
    neutralinos = [
        {
            "mass": float(found.all_neutralinos[i]),
            "sign": -1 if found.signed_neutralinos[i] < 0 else 1,
            **dict(zip(("bino", "wino", "higgsino", "B'"), map(float, parts[i]), strict=True)),
            "eta": max(0.0, 1.0 - float(parts[i].sum())),
        }
        for i in range(7)
    ]
    sleptons = {
        lepton: {
            "masses": states.masses.tolist(),
            "mixing": states.mixing.tolist(),
            "sneutrino": float(states.sneutrino),
            "width_to_bprime_gev": _widths(lepton, point, found, states),
        }
        for lepton, states in found.sleptons.items()
    }
    return {
        "name": name,
        "parameters": asdict(point),
        "neutralinos": neutralinos,
        "charginos": found.charginos.tolist(),
        "neutralino_mixing_real": found.real_mixing.tolist(),
        "chargino_u": found.chargino_u.tolist(),
        "chargino_v": found.chargino_v.tolist(),
        "sleptons": sleptons,
    }


def _widths(lepton: str, point: Any, found: Any, states: Any) -> list[float]:
    """Width of each slepton through the B' part of all neutralinos [GeV]."""
    from lmutau.gen.susy import slepton_width

    return [
        float(slepton_width(lepton, mass=states.masses[j], neutralino_mass=found.signed_neutralinos, g=point.g,
                            bprime=found.real_mixing[:, 4], left=states.mixing[j, 0],
                            right=states.mixing[j, 1]).sum())
        for j in range(2)
    ]  # fmt: skip


def _print_spectrum(result: dict[str, Any]) -> None:
    kinds = ("bino", "wino", "higgsino", "B'", "eta")
    rows = [
        [f"neutralino {i}", f"{entry['sign'] * entry['mass']:.6g}", *(f"{100 * entry[kind]:.2f}" for kind in kinds)]
        for i, entry in enumerate(result["neutralinos"], start=1)
    ]
    table(f"Neutralinos of {result['name']}, composition in %", ["state", "signed mass [GeV]", *kinds], rows)
    rows = [[f"chargino {i}", f"{mass:.6g}", "", ""] for i, mass in enumerate(result["charginos"], start=1)]
    for lepton, entry in result["sleptons"].items():
        for j, mass in enumerate(entry["masses"]):
            left, width = 100 * entry["mixing"][j][0] ** 2, entry["width_to_bprime_gev"][j]
            rows.append([f"{_PARTICLES[lepton]} {j + 1}", f"{mass:.6g}", f"{left:.2f}", f"{width:.3g}"])
        rows.append([f"sneutrino of {lepton}", f"{entry['sneutrino']:.6g}", "", ""])
    table("Charginos and sleptons", ["state", "mass [GeV]", "left [%]", "width to B' [GeV]"], rows)


def _describe_moments(name: str, point: Any, windows: Any) -> dict[str, Any]:
    """Contributions to the moments of electron and muon, JSON-ready."""
    from lmutau.gen.constants import CONSTANTS
    from lmutau.gen.susy.scan import zp_part

    result: dict[str, Any] = {"name": name, "parameters": asdict(point)}
    for lepton, (value, error) in (("e", windows.a_e), ("mu", windows.a_mu)):
        loops = point.delta_a(lepton)
        zp = float(zp_part(point.zp_mass, point.g, lepton, CONSTANTS))
        total = float(loops.total) + zp
        result[f"a_{lepton}"] = {
            "neutralino": float(loops.neutralino),
            "chargino": float(loops.chargino),
            "zp": zp,
            "total": total,
            "pull": (total - value) / error,
        }
    return result
