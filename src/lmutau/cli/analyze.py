"""``lmutau analyze``: observables, selection, cut flow and flat ntuple of reconstructed files."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from lmutau.analysis.files import FileAnalysis


def analyze(
    sources: Annotated[list[Path] | None, typer.Argument(metavar="IN...", help="Reconstructed files (.root).")] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", help="Ntuple to write (.root, .parquet); an existing folder for several inputs."),
    ] = None,
    selection: Annotated[str, typer.Option(help="jkpt2019, belle2_2022, br2018, photons, or a card.")] = "jkpt2019",
    mass: Annotated[float | None, typer.Option(help="Mass [GeV] to test; none: those of the signals, else 0.")] = None,
    plots: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write every plot of the selection to this folder.")
    ] = None,
    extensions: Annotated[str, typer.Option(help="Files of each plot: png, pdf, svg, joined by commas.")] = "png,pdf",
    luminosity: Annotated[
        float | None, typer.Option(help="[fb^-1] of tables and plots; none: those of the selection, plots else 1.")
    ] = None,
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
    """Apply a selection: cut flow with weights and errors, reach, a flat ntuple per input, plots.

    Plots show all inputs together: backgrounds stacked, signals as lines at the coupling in the legend, each quantity
    that is cut on after all other cuts, planes of two quantities, histograms of the selection card.
    """
    if list_observables:
        _list_observables(selection, as_json)
        return
    from lmutau.analysis.files import stream_files
    from lmutau.gen.errors import ConfigError, unknown_name

    if not sources:
        raise ConfigError("analyze: no file given; allowed are reconstructed files, from lmutau simulate.")
    if output is None and plots is None:
        raise ConfigError(
            "analyze: option -o is missing: the ntuple to write, or a folder for several; "
            "--plots DIR alone writes plots."
        )
    if lists and output is None:
        raise ConfigError("--lists adds to the ntuple, and no -o says where to write one; give it, or leave it out.")
    styles = ("text", "markdown", "latex")
    if style not in styles:
        raise unknown_name("--format", style, styles)
    kinds = _kinds(extensions)
    if luminosity is not None and not 0 < luminosity < math.inf:
        raise ConfigError(
            f"--luminosity = {luminosity:g}: allowed are positive numbers [fb^-1], as in 50000 for 50/ab."
        )
    luminosities = None if luminosity is None else (luminosity,)
    threads = workers_or_cores(workers)
    folder = None if plots is None else _folder(plots)
    with progress_bar("analyze", output) as progress:
        found = stream_files(
            sources, output, selection=selection, mass=mass, luminosities=luminosities, lists=lists, workers=threads,
            progress=progress,
        )  # fmt: skip
        drawn = [] if folder is None else _draw(found, folder, kinds)
    if as_json:
        show_warnings(found.cut_flow)
        print_json(found.cut_flow.to_dict())
    elif style == "text":
        show_cut_flow(found.cut_flow)
    else:
        from lmutau.analysis.cutflow_formats import render_cut_flow

        show_warnings(found.cut_flow)
        typer.echo(render_cut_flow(found.cut_flow, style))
    if not as_json:
        for path in found.written:
            say(f"written {path}")
        if drawn:
            say(f"written {folder}: {len(drawn) // len(kinds)} plots as {', '.join(kinds)}")


def _kinds(extensions: str) -> list[str]:
    """Kinds of files that plots are written as."""
    from lmutau.analysis.plot_style import FORMATS
    from lmutau.gen.errors import unknown_name

    kinds = list(dict.fromkeys(kind.strip().removeprefix(".") for kind in extensions.split(",")))
    for kind in kinds:
        if kind not in FORMATS:
            raise unknown_name("--extensions", kind, FORMATS)
    return kinds


def _folder(path: Path) -> Path:
    from lmutau.gen.io.atomic import check_folder

    return check_folder(path)


def _draw(found: "FileAnalysis", folder: Path, kinds: list[str]) -> list[Path]:
    """Write the plots of all samples."""
    from lmutau.analysis.plots import plot_samples, write_plots

    luminosity = next(iter(found.cut_flow.luminosity_fb), 1.0)
    before = set(folder.iterdir())
    samples = plot_samples(found.analyses, found.metadata, found.cut_flow, luminosity)
    written = list(write_plots(samples, luminosity, folder, kinds))
    if replaced := before.intersection(written):
        say(f"replaced {len(replaced)} files of an earlier run in {folder}")
    return written


def _list_observables(name: str, as_json: bool) -> None:
    """Print what cuts may use, for the topology of a selection."""
    from lmutau.analysis.columns import factors_of, observables_of
    from lmutau.analysis.expression_check import MASS, REDUCTIONS, UNITS
    from lmutau.analysis.particle_lists import LISTS
    from lmutau.analysis.selection import load_selection
    from lmutau.gen.errors import ConfigError

    try:
        chosen = load_selection(name)
    except ConfigError as error:
        raise ConfigError(f"{error}\nWithout --selection the names for pairs of muons are listed.") from error
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
