"""``lmutau susy limits``: searches at the LHC that exclude a point, by SModelS."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from lmutau.cli.console import JsonOption, print_json, table

__all__ = ["limits"]


def limits(
    file: Annotated[Path, typer.Argument(help="SLHA file of 'lmutau susy lhc -o'.")],
    database: Annotated[
        str, typer.Option(help="Database of SModelS: a folder, or 'official', which is fetched from the network once.")
    ] = "official",
    as_json: JsonOption = False,
) -> None:
    """Compare cross-sections with the limits of LHC searches. Needs SModelS: pip install 'lmutau[smodels]'."""
    from lmutau.analysis.susy_limits import smodels_limits

    found = smodels_limits(file, database)
    if as_json:
        print_json({"file": str(file), "database": database, "searches": [asdict(result) for result in found]})
        return
    rows = [
        [result.analysis, f"{result.sqrt_s_tev:g} TeV", ", ".join(result.topologies), f"{result.predicted_fb:.4g}",
         f"{result.limit_fb:.4g}", f"{result.r:.3g}"]
        for result in found
    ]  # fmt: skip
    if rows:
        table("Searches, predictions at leading order in fb", ["search", "energy", "signal", "predicted", "limit", "r"],
              rows, left=3)  # fmt: skip
    excluded = sum(result.r > 1 for result in found)
    typer.echo(f"searches that apply: {len(found)}, that exclude {file.name} (r > 1): {excluded}")
