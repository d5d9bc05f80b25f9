"""``lmutau run``: the main job, from the collision to the cut flow and the report."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lmutau.cli.console import (
    JsonOption,
    WorkersOption,
    print_json,
    progress_bar,
    say,
    say_size,
    show_cut_flow,
    show_warnings,
    workers_or_cores,
)


def run(
    card: Annotated[
        str | None, typer.Argument(help="Run card (TOML), or jkpt2019, belle2_2022, br2018; none: jkpt2019.")
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", help="Folder for the results; those of an earlier run are replaced.")
    ] = Path("results"),
    force: Annotated[bool, typer.Option("--force", help="Replace files that no run has made, too.")] = False,
    seed: Annotated[int | None, typer.Option(help="Another seed than the card's.")] = None,
    events: Annotated[
        float | None, typer.Option(help="Factor on every n_events of the card: 0.1 is a quick look.")
    ] = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run all samples of a card: generate, simulate, select; ntuples, plots, reach and a report.

    Without a card: Z' of 0.1 GeV and its backgrounds as in arXiv:1904.13053, some ten seconds on
    two cores once compiled. Writes report.html, summary.json and one ROOT ntuple per sample.
    """
    from lmutau.output_folder import claim_folder
    from lmutau.runcard import load_parts, load_run_card

    checked = load_run_card(card)
    if seed is not None:
        checked = checked.with_seed(seed)
    if events is not None:
        checked = checked.with_events(events)
    load_parts(checked)  # before the folder is made
    threads = workers_or_cores(workers)
    for note in claim_folder(output, [sample.name for sample in checked.sample], force=force):
        say(note)
    from lmutau.file_size import ntuple_bytes
    from lmutau.pipeline import run_samples
    from lmutau.summary import write_results

    say_size(ntuple_bytes(sum(sample.n_events for sample in checked.sample)), output)
    with progress_bar("run") as bar:
        result = run_samples(
            checked, output, workers=threads, progress=lambda name, stage, done: bar(f"{name} {stage}", done)
        )
        bar("report", 1.0)
        summary = write_results(result, output)
    if as_json:
        show_warnings(result.cut_flow)
        print_json(summary)
        return
    _report(result, output)


def _report(result: Any, folder: Path) -> None:
    from lmutau.file_size import size_text

    show_cut_flow(result.cut_flow)
    say(f"{result.wall_time_s:.0f} s, seed {result.card.run.seed}")
    for path in (folder / "report.html", folder / "summary.json", *result.files):
        typer.echo(f"written {path} ({size_text(path.stat().st_size)})")
