"""``lmutau susy lhc``: cross-sections of superpartners at the LHC, and a file for programs that know the limits."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lmutau.cli.console import JsonOption, announce_compilation, print_json, say, table
from lmutau.cli.susy_point import PointHelp, SetOption, find_point

__all__ = ["lhc"]


def lhc(
    point: Annotated[str | None, typer.Argument(help=PointHelp)] = None,
    settings: SetOption = None,
    densities: Annotated[
        Path | None,
        typer.Option("--densities", metavar="FILE", help="Parton densities: grid file of LHAPDF 6 (.dat)."),
    ] = None,
    energies: Annotated[str, typer.Option("--energy", metavar="TEV,...", help="Energies of the collisions.")] = "13,8",
    smallest: Annotated[float, typer.Option(help="Smaller cross-sections are left out [fb].")] = 1e-3,
    output: Annotated[
        Path | None, typer.Option("-o", help="Write an SLHA file (.slha) with decays and cross-sections, for SModelS.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Cross-sections of neutralino, chargino and slepton pairs in pp collisions, at leading order.

    'lmutau susy limits' compares them with LHC searches.
    """
    from lmutau.gen.errors import ConfigError
    from lmutau.gen.io.atomic import check_output
    from lmutau.gen.susy import write_slha
    from lmutau.gen.susy.lhc import lhc_cross_sections, read_grid, uncovered

    if output is not None:
        check_output(output, (".slha",))
    values = _energies(energies)
    _check_smallest(smallest)
    name, chosen = find_point(point, settings)
    if densities is None:
        raise ConfigError(
            "susy lhc: missing: --densities FILE, the parton densities of the proton as a grid file of LHAPDF 6 (.dat)."
        )
    partons = read_grid(densities)
    announce_compilation()
    found = {tev: lhc_cross_sections(chosen, 1e3 * tev, partons, smallest_fb=smallest) for tev in values}
    for tev in values:
        if (text := uncovered(chosen, 1e3 * tev, partons)) is not None:
            say(f"warning: {text}")
    if output is not None:
        write_slha(output, chosen, cross_sections=[item for items in found.values() for item in items])
        say(f"written {output}")
    _show(name, partons.name, values, _rows(found), as_json)


def _show(
    name: str, densities: str, energies: list[float], rows: dict[tuple[int, int], dict[float, float]], as_json: bool
) -> None:
    """Print the cross-sections as JSON or table."""
    from lmutau.gen.susy.names import particle_name

    if as_json:
        entries = [{"pdg_ids": list(codes), "names": [particle_name(code) for code in codes],
                    "sigma_fb": {f"{tev:g}": sigma for tev, sigma in sigmas.items()}}
                   for codes, sigmas in rows.items()]  # fmt: skip
        print_json({"name": name, "parton_densities": densities, "cross_sections": entries})
        return
    lines = []
    for codes, sigmas in rows.items():
        numbers = [f"{sigmas[tev]:.4g}" if tev in sigmas else "-" for tev in energies]
        lines.append([" ".join(particle_name(code) for code in codes), *numbers])
    table(f"Cross-sections of {name} in fb, leading order", ["pair", *(f"{tev:g} TeV" for tev in energies)], lines)
    typer.echo(f"parton densities: {densities}")


def _rows(found: dict[float, list[Any]]) -> dict[tuple[int, int], dict[float, float]]:
    """Cross-sections by pair, in the order of the first energy."""
    rows: dict[tuple[int, int], dict[float, float]] = {}
    for tev, items in found.items():
        for item in items:
            rows.setdefault(item.codes, {})[tev] = item.sigma_fb
    return rows


def _energies(text: str) -> list[float]:
    from lmutau.gen.errors import ConfigError

    message = (
        f"--energy {text!r}: write energies in TeV, each from 0.1 to 1000 and once in six digits, e.g. --energy 13,8."
    )
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        raise ConfigError(message) from None
    if len({f"{value:g}" for value in values}) < len(values) or not all(0.1 <= value <= 1000 for value in values):
        raise ConfigError(message)
    return values


def _check_smallest(smallest: float) -> None:
    from lmutau.gen.errors import ConfigError

    if not 0 <= smallest < float("inf"):
        raise ConfigError(f"--smallest {smallest:g} fb: allowed is a number >= 0, e.g. 0.001.")
