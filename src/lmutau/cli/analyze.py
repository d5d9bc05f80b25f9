"""``lmutau analyze``: observables, selection, cut flow and flat ntuple of reconstructed files."""

from pathlib import Path
from typing import Annotated

import typer

from lmutau.cli.console import (
    JsonOption,
    WorkersOption,
    print_json,
    progress_bar,
    show_cut_flow,
    show_warnings,
    workers_or_cores,
)


def analyze(
    sources: Annotated[list[Path], typer.Argument(metavar="IN...", help="Reconstructed files (.root).")],
    output: Annotated[
        Path, typer.Option("-o", help="Ntuple to write (.root); with several inputs, an existing folder.")
    ],
    selection: Annotated[str, typer.Option(help="jkpt2019, or a selection card (TOML).")] = "jkpt2019",
    mass: Annotated[float | None, typer.Option(help="Mass [GeV] to test; none: those of the signals, else 0.")] = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Apply a selection: cut flow with weights and errors, reach, and a flat ntuple per input."""
    from lmutau.analysis.files import analyze_files

    threads = workers_or_cores(workers)
    with progress_bar("analyze") as progress:
        cut_flow, written = analyze_files(
            sources, output, selection=selection, mass=mass, workers=threads, progress=progress
        )
    if as_json:
        show_warnings(cut_flow)
        print_json(cut_flow.to_dict())
        return
    show_cut_flow(cut_flow)
    for path in written:
        typer.echo(f"written {path}")
