"""``lmutau reweight``: the same events with other couplings or detector numbers."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lmutau.cli.console import JsonOption, parse_settings, print_json, progress_bar, table

_REPORTED = ("process", "kind", "n_events", "n_tried", "sigma_fb", "sigma_error_fb", "sum_weights_fb", "n_eff")


def reweight(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Truth, reconstructed events, or an ntuple.")],
    output: Annotated[Path, typer.Option("-o", help="File to write: .root, .lhe[.gz], .hepmc[.gz], .parquet.")],
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="What changes; may be repeated.")
    ] = None,
    layout: Annotated[str, typer.Option("--format", help="In a .root file: ttree or rntuple.")] = "ttree",
    as_json: JsonOption = False,
) -> None:
    """Give events the weights of another g, epsilon, r, photon loss or muon efficiency; exact.

    Keys: g (mumuzp); epsilon, r, g, smuon_mass (gammazp); sigma_tautau; numbers of the detector card as
    in ecl.barrel_loss. What would need other events, such as another mass, is refused.
    """
    from lmutau.analysis.tables import with_error
    from lmutau.reweighting import reweight_file

    with progress_bar(source.name, output) as progress:
        metadata = reweight_file(source, output, parse_settings(settings or []), layout=layout, progress=progress)
    step = metadata["reweighted"][-1]
    if as_json:
        print_json({**{key: metadata[key] for key in _REPORTED}, "changed": step["changed"]})
        return
    rows = [[key, _text(values["old"]), _text(values["new"])] for key, values in step["changed"].items()]
    sigmas = (with_error(sample["sigma_fb"], sample["sigma_error_fb"]) for sample in (step, metadata))
    rows.append(["sigma/fb", *sigmas])
    rows.append(["N_eff", f"{step['n_eff']:.0f}", f"{metadata['n_eff']:.0f}"])
    table(f"{metadata['n_events']} {metadata['kind']} events of {metadata['process']}", ["", "old", "new"], rows)
    typer.echo(f"written {output}")


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return f"{value:.6g}" if isinstance(value, float) else "none" if value is None else str(value)
