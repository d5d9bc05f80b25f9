"""``lmutau analyze``: observables, selection, cut flow and flat ntuple of reconstructed files."""

from pathlib import Path
from typing import Annotated

import typer

from lmutau.cli.console import (
    JsonOption,
    WorkersOption,
    print_json,
    progress_bar,
    say,
    show_cut_flow,
    show_warnings,
    table,
    workers_or_cores,
)


def analyze(
    sources: Annotated[list[Path] | None, typer.Argument(metavar="IN...", help="Reconstructed files (.root).")] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", help="Ntuple to write (.root, .parquet); an existing folder for several inputs."),
    ] = None,
    selection: Annotated[str, typer.Option(help="jkpt2019, belle2_2022, br2018, or a card (TOML).")] = "jkpt2019",
    mass: Annotated[float | None, typer.Option(help="Mass [GeV] to test; none: those of the signals, else 0.")] = None,
    style: Annotated[
        str, typer.Option("--format", help="text, markdown or latex: how the cut flow is printed.")
    ] = "text",
    list_observables: Annotated[bool, typer.Option(help="Print observables and factors of the selection.")] = False,
    lists: Annotated[
        bool, typer.Option("--lists", help="Also write the photons and tracks beside each candidate (jagged branches).")
    ] = False,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Apply a selection: cut flow with weights and errors, reach, and a flat ntuple per input."""
    if list_observables:
        _list_observables(selection, as_json)
        return
    from lmutau.analysis.files import analyze_files
    from lmutau.gen.errors import ConfigError, unknown_name

    if not sources:
        raise ConfigError("analyze: no file given; allowed are reconstructed files, from lmutau simulate.")
    if output is None:
        raise ConfigError("analyze: option -o is missing: the ntuple to write, or a folder for several.")
    styles = ("text", "markdown", "latex")
    if style not in styles:
        raise unknown_name("--format", style, styles)
    threads = workers_or_cores(workers)
    with progress_bar("analyze", output) as progress:
        cut_flow, written = analyze_files(
            sources, output, selection=selection, mass=mass, lists=lists, workers=threads, progress=progress
        )
    if as_json:
        show_warnings(cut_flow)
        print_json(cut_flow.to_dict())
        return
    if style == "text":
        show_cut_flow(cut_flow)
    else:
        from lmutau.analysis.cutflow_formats import render_cut_flow

        show_warnings(cut_flow)
        typer.echo(render_cut_flow(cut_flow, style))
    for path in written:
        say(f"written {path}")


def _list_observables(name: str, as_json: bool) -> None:
    """Print what cuts may use, for the topology of a selection."""
    from lmutau.analysis.columns import factors_of, observables_of
    from lmutau.analysis.expression_check import MASS, REDUCTIONS, UNITS
    from lmutau.analysis.particle_lists import LISTS
    from lmutau.analysis.selection import load_selection

    chosen = load_selection(name)
    observables, factors = observables_of(chosen.topology), factors_of(chosen.topology)
    if as_json:
        fields = ("formula", "unit", "frame", "source")
        print_json(
            {
                "topology": chosen.topology,
                "observables": {key: {f: getattr(one, f) for f in fields} for key, one in observables.items()},
                "lists": {
                    kind: {key: {f: getattr(one, f) for f in fields} for key, one in group.items()}
                    for kind, group in LISTS.items()
                },
                "reductions": dict(REDUCTIONS),
                "factors": dict(factors),
                "units": dict(UNITS),
                "mass": MASS,
            }
        )
        return
    frames = {"laboratory": "lab"}
    rows = [[key, one.unit, frames.get(one.frame, one.frame), one.formula] for key, one in observables.items()]
    table(f"Observables ({chosen.topology}); sources: --json", ["name", "unit", "frame", "formula"], rows, left=4)
    for kind, group in LISTS.items():
        rows = [[key, one.unit, frames.get(one.frame, one.frame), one.formula] for key, one in group.items()]
        title = f"Lists: {kind} beside the candidate"
        table(title, ["name", "unit", "frame", "formula"], rows, left=4)
    table(
        "What makes one number of a list",
        ["name", "meaning"],
        [[f"{key}()", text] for key, text in REDUCTIONS.items()],
        left=2,
    )
    table("Factors of a weight", ["name", "meaning"], [[key, text] for key, text in factors.items()], left=2)
    typer.echo(f"In expressions also {MASS} (the hypothesised mass) and the units {', '.join(UNITS)}.")
