"""``lmutau check``: is a card right, before any time is spent on it."""

from typing import Annotated

import typer

from lmutau.cli.console import JsonOption, print_json, table


def check(
    card: Annotated[
        str | None, typer.Argument(help="Run card (TOML), or jkpt2019, belle2_2022, br2018; none: jkpt2019.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a run card: keys, values, parameters, detector and selection cards. Runs nothing."""
    from lmutau.runcard import load_parts, load_run_card

    checked = load_run_card(card)
    load_parts(checked)
    if as_json:
        print_json({"valid": True, **checked.model_dump()})
        return
    rows = [[s.name, s.process, f"{s.n_events:,}", "yes" if s.targeted else "no"] for s in checked.sample]
    table(
        f"{checked.run.name}: valid. Detector {checked.detector.name}, selection {checked.selection.name}, "
        f"seed {checked.run.seed}",
        ["sample", "process", "points", "targeted"], rows, left=2,
    )  # fmt: skip
