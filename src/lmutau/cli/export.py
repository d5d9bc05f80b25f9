"""``lmutau export``: the same events in another format."""

from pathlib import Path
from typing import Annotated

import typer

from lmutau.cli.console import JsonOption, print_json, progress_bar, say

_TREES = {"ttree": "ROOT TTree", "rntuple": "ROOT RNTuple"}
_NAMES = {".lhe": "LHE", ".lhe.gz": "LHE", ".hepmc": "HepMC3", ".hepmc.gz": "HepMC3", ".parquet": "Parquet"}


def export(
    source: Annotated[Path, typer.Argument(metavar="IN", help="ROOT or Parquet of lmutau; LHE, HepMC3 of anyone.")],
    output: Annotated[Path, typer.Argument(metavar="OUT", help=".root, .lhe[.gz], .hepmc[.gz] or .parquet.")],
    layout: Annotated[str, typer.Option("--format", help="In a .root file: ttree or rntuple.")] = "ttree",
    as_json: JsonOption = False,
) -> None:
    """Convert events between ROOT, LHE, HepMC3 and Parquet; weights and momenta stay exact.

    LHE and HepMC3 hold truth events only.
    """
    from lmutau.gen.io.conversion import convert_file
    from lmutau.gen.io.names import extension_of

    with progress_bar(source.name, output) as progress:
        metadata = convert_file(source, output, layout=layout, progress=progress)
    for warning in metadata.get("warnings", ()):
        say(f"warning: {warning}")
    kind = _NAMES.get(extension_of(output) or "", _TREES[layout])
    if as_json:
        keys = ("process", "kind", "n_events", "sigma_fb", "sigma_error_fb", "sum_weights_fb")
        print_json({"input": str(source), "output": str(output), "format": kind, **{k: metadata[k] for k in keys}})
        return
    typer.echo(f"{metadata['n_events']} {metadata['kind']} events of {metadata['process']}, written {output} ({kind})")
