"""``lmutau generate``: weighted or unweighted events of one process at truth level."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lmutau.cli.console import (
    JsonOption,
    SeedOption,
    WorkersOption,
    count,
    parse_settings,
    print_json,
    progress_bar,
    say,
    say_size,
    workers_or_cores,
)

_REPORTED = ("process", "n_events", "n_tried", "sigma_fb", "sigma_error_fb", "sum_weights_fb", "n_eff", "seed",
             "parameters", "cuts")  # fmt: skip


def generate(
    process: Annotated[str, typer.Argument(help="Process, see 'lmutau processes'.")],
    n_events: Annotated[
        int, typer.Option("-n", parser=count, metavar="N", help="Sampling points, e.g. 1e5; with --unweighted, events.")
    ],
    output: Annotated[Path, typer.Option("-o", help="File to write: .root, .lhe[.gz], .hepmc[.gz], .parquet.")],
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Parameter or cut; may be repeated.")
    ] = None,
    unweighted: Annotated[bool, typer.Option("--unweighted", help="Events of equal weight.")] = False,
    adaptation_points: Annotated[
        int | None,
        typer.Option(parser=count, metavar="N", help="Points per channel and VEGAS iteration (default 20000)."),
    ] = None,
    seed: SeedOption = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Generate events: exact tree-level amplitude, weights in fb that sum to the cross-section."""
    from lmutau.file_size import truth_bytes
    from lmutau.gen.generation import generate_file
    from lmutau.gen.generator import prepare
    from lmutau.gen.io.formats import check_format
    from lmutau.gen.sampling import DEFAULT_ADAPTATION_POINTS

    check_format(output)
    threads = workers_or_cores(workers)
    with progress_bar(process, output) as progress:
        generator = prepare(
            process, n_events, seed=seed, unweighted=unweighted, progress=progress,
            adaptation_points=DEFAULT_ADAPTATION_POINTS if adaptation_points is None else adaptation_points,
            parameters=parse_settings(settings or []),
        )  # fmt: skip
        say_size(truth_bytes(generator, output), output.parent)
        metadata = generate_file(generator, output, workers=threads, progress=progress)
    if as_json:
        print_json({key: metadata[key] for key in _REPORTED})
        return
    _report(metadata, output)


def _report(metadata: Any, output: Path) -> None:
    from lmutau.analysis.tables import is_fixed, with_error
    from lmutau.file_size import size_text

    say(f"{metadata['title']}   seed {metadata['seed']}")
    sigma = metadata["sigma_fb"], metadata["sigma_error_fb"]
    typer.echo(f"cross-section  {with_error(*sigma)} fb{' (fixed: an input)' if is_fixed(*sigma) else ''}")
    outside = metadata["n_tried"] - metadata["n_events"]
    if metadata["unweighted"]:
        efficiency = metadata["n_events"] / metadata["n_tried"]
        typer.echo(
            f"events         {metadata['n_events']} from {metadata['n_tried']} points (efficiency {efficiency:.3g}), "
            f"{metadata['n_overweight']} overweight ({metadata['overweight_share']:.1e} of the cross-section)"
        )
    else:
        typer.echo(
            f"events         {metadata['n_events']} from {metadata['n_tried']} points, "
            f"{outside} outside phase space or cuts; N_eff {metadata['n_eff']:.0f}"
        )
    typer.echo(f"written        {output} ({size_text(output.stat().st_size)})")
