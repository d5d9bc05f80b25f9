"""``lmutau merge``: samples of one process put together."""

from pathlib import Path
from typing import Annotated

import typer

from lmutau.cli.console import JsonOption, print_json, progress_bar, say, table

_REPORTED = ("process", "kind", "n_events", "n_tried", "sigma_fb", "sigma_error_fb", "sum_weights_fb", "n_eff", "seed")


def merge(
    sources: Annotated[list[Path], typer.Argument(metavar="IN...", help="Samples of one process, truth or reco.")],
    output: Annotated[Path, typer.Option("-o", help="File to write: .root, .lhe[.gz], .hepmc[.gz], .parquet.")],
    layout: Annotated[str, typer.Option("--format", help="In a .root file: ttree or rntuple.")] = "ttree",
    as_json: JsonOption = False,
) -> None:
    """Add samples of one process, each weighted by its share of the tries; seeds must differ.

    Different processes or parameters are kept apart: analyze takes several files.
    """
    from lmutau.analysis.tables import with_error
    from lmutau.gen.io.merge import merge_files

    with progress_bar(output.name, output) as progress:
        metadata = merge_files(sources, output, layout=layout, progress=progress)
    for warning in metadata.get("warnings", ()):
        say(f"warning: {warning}")
    seeds = list(dict.fromkeys(part["seed"] for part in metadata["parts"]))
    if as_json:
        print_json({**{key: metadata[key] for key in _REPORTED}, "seeds": seeds, "merged": metadata["merged"]})
        return
    rows = [
        [one["source"], str(one["n_tried"]), str(one["n_events"]), with_error(one["sigma_fb"], one["sigma_error_fb"])]
        for one in metadata["merged"]
    ]
    total = with_error(metadata["sigma_fb"], metadata["sigma_error_fb"])
    rows.append([output.name, str(metadata["n_tried"]), str(metadata["n_events"]), total])
    title = f"{metadata['kind']} events of {metadata['process']}, seeds {', '.join(map(str, seeds))}"
    table(title, ["sample", "tried", "events", "sigma/fb"], rows)
    typer.echo(f"N_eff {metadata['n_eff']:.0f}, written {output}")
