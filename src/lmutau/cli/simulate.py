"""``lmutau simulate``: the detector response of a file of truth events."""

from pathlib import Path
from typing import Annotated

import typer

from lmutau.cli.console import (
    JsonOption,
    WorkersOption,
    print_json,
    progress_bar,
    say,
    workers_or_cores,
)


def simulate(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Truth events: ROOT, LHE, HepMC3, Parquet.")],
    output: Annotated[Path, typer.Option("-o", help="File to write (.root).")],
    detector: Annotated[str, typer.Option(help="A built-in card (see lmutau detector) or a card (TOML).")] = "belle2",
    seed: Annotated[int | None, typer.Option(help="Another seed than the input's.")] = None,
    mode: Annotated[str, typer.Option(help="weights, or hit-or-miss: decide instead of weighting.")] = "weights",
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Simulate the detector: tracks, leptons, photons, triggers; efficiencies and losses become weights.

    Every input event is kept. LHE and HepMC3 files may come from any generator.
    """
    from lmutau.detsim.simulation import simulate_file
    from lmutau.gen.io.atomic import check_output

    check_output(output, (".root",))
    threads = workers_or_cores(workers)
    with progress_bar(source.name, output) as progress:
        metadata = simulate_file(
            source, output, detector=detector, seed=seed, mode=mode, workers=threads, progress=progress
        )
    for warning in metadata.get("warnings", ()):
        say(f"warning: {warning}")
    unseen = metadata["detector"]["without_response"]
    if unseen:
        codes = ", ".join(str(code) for code in unseen)
        typer.echo(f"warning: particles with |PDG id| {codes} have no response: they leave nothing", err=True)
    detector_name, number = metadata["detector"]["name"], metadata["n_events"]
    if as_json:
        print_json(
            {
                "process": metadata["process"],
                "detector": detector_name,
                "mode": mode,
                "n_events": number,
                "sigma_fb": metadata["sigma_fb"],
                "sigma_error_fb": metadata["sigma_error_fb"],
                "sum_weights_fb": metadata["sum_weights_fb"],
                "seed": metadata["detector"]["seed"],
            }
        )
        return
    typer.echo(f"{number} events through {detector_name}, written {output}")
