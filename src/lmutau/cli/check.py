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
    """Check a run card (or a selection or detector card): keys, values, parameters. Runs nothing."""
    from lmutau.runcard import load_parts, load_run_card

    if (kind := _part(card)) is not None:
        if as_json:
            print_json({"valid": True, "kind": kind, "card": card})
        else:
            typer.echo(f"{card}: a valid {kind} card")
        return
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


def _part(card: str | None) -> str | None:
    """Load the card if it is one of a selection or a detector; None for a run card, or what cannot be told."""
    import tomllib
    from pathlib import Path

    from lmutau.analysis.selection import load_selection
    from lmutau.detsim.card import SECTIONS, load_card

    try:
        table = tomllib.loads(Path(card or "").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    if "run" in table or "sample" in table:
        return None
    if "step" in table:
        load_selection(str(card))
        return "selection"
    if "inherits" in table or set(SECTIONS) & set(table):
        load_card(str(card))
        return "detector"
    return None
