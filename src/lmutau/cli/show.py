"""``lmutau show``: what a file holds, where it comes from, and whether it is intact."""

import itertools
import textwrap
from pathlib import Path
from typing import Annotated, Any

import typer

from lmutau.cli.console import WIDTH, JsonOption, print_json

_HEADED = 4  # columns from which on a list needs a heading


def show(
    file: Annotated[Path, typer.Argument(help="A file of events: ROOT, LHE, HepMC3, Parquet.")],
    digest: Annotated[bool, typer.Option("--digest", help="SHA-256 of the content.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Compare events and sums with the metadata.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also every detector number and constant.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the metadata of a file; --digest identifies its content, --verify checks its sums."""
    from lmutau.gen.io.digest import content_digest, verify_file
    from lmutau.gen.io.formats import read_metadata

    metadata = read_metadata(file)
    result: dict[str, Any] = dict(metadata)
    problems: list[str] = []
    if digest:
        result = {"file": str(file), "digest": content_digest(file)}
    if verify:
        problems = verify_file(file)
        result = {**result, "verified": not problems, "problems": problems}
    if as_json:
        print_json(result)
    elif digest:
        typer.echo(result["digest"])
    elif not verify:
        _print_tree(metadata if everything else _short(metadata, file))
    if verify and not as_json:
        for problem in problems:
            typer.echo(f"wrong: {problem}", err=True)
        typer.echo(f"{file}: {'damaged or changed' if problems else 'complete, sums agree with the metadata'}")
    if problems:
        raise typer.Exit(1)


def _short(metadata: dict[str, Any], file: Path) -> dict[str, Any]:
    """What one wants to see first: without constants and detector numbers, the history in lines."""
    from lmutau.analysis.tables import is_fixed
    from lmutau.gen.parts import parts_of

    shown = {key: value for key, value in metadata.items() if key not in ("constants", "units", "content")}
    if "detector" in shown:
        shown["detector"] = {key: value for key, value in shown["detector"].items() if key != "numbers"}
    if "parts" in shown:
        shown["parts"] = "".join(f"{part}\n" for part in parts_of(metadata, str(file)))
    if "selection" in shown:
        shown["selection"] = {key: value for key, value in shown["selection"].items() if key != "card"}
    if is_fixed(shown.get("sigma_fb", 0.0), shown.get("sigma_error_fb", 0.0)):
        shown["sigma_error_fb"] = "fixed: the total is an input, nothing statistical"
    for key in ("merged", "reweighted"):
        if key in shown:
            shown[key] = "".join(f"{_origin(step)}\n" for step in shown[key])
    return shown


def _origin(step: dict[str, Any]) -> str:
    """One line about a sample that this one was made of: its file, cross-section, and what was changed."""
    texts = [str(step.get("source", "in memory"))]
    if "digest" in step:
        texts.append(f"digest {step['digest'][:12]}")
    texts += [f"{key} {step[key]:.6g}" for key in ("n_tried", "sigma_fb", "sigma_error_fb") if key in step]
    texts.append(f"version {step.get('version', 'unknown')}")
    texts += [f"{key} {values['old']} -> {values['new']}" for key, values in step.get("changed", {}).items()]
    return ", ".join(texts)


def _print_tree(value: Any, indent: int = 0) -> None:
    for key, item in value.items():
        if isinstance(item, list) and any("," in part for part in item if isinstance(part, str)):
            item = "\n".join(item) + "\n"  # such as references, which hold commas themselves
        if isinstance(item, dict) and item:
            typer.echo(f"{' ' * indent}{key}")
            _print_tree(item, indent + 2)
        elif isinstance(item, str) and "\n" in item:
            typer.echo(f"{' ' * indent}{key}")
            for line in item.splitlines():
                typer.echo(_wrapped(" " * (indent + 2), line))
        elif isinstance(item, list) and item and isinstance(item[0], dict):
            typer.echo(f"{' ' * indent}{key}")
            for line in _columns(item):
                typer.echo(" " * (indent + 2) + line)
        else:
            text = ", ".join(map(_text, item)) if isinstance(item, list) else _text(item)
            typer.echo(_wrapped(f"{' ' * indent}{key:<{max(22 - indent, 1)}} ", text or "-"))


def _text(value: Any, digits: int = 12) -> str:
    """A value in few characters; ``--json`` has every digit."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    return "-" if value in (None, {}) else str(value)


def _columns(rows: list[dict[str, Any]]) -> list[str]:
    """Rows in columns; many columns get a heading."""
    cells = [[_text(value, 5) for value in row.values()] for row in rows]
    if len(rows[0]) >= _HEADED:
        cells.insert(0, list(rows[0]))
    widths = [max(map(len, column)) for column in itertools.zip_longest(*cells, fillvalue="")]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)).rstrip() for row in cells]


def _wrapped(start: str, text: str) -> str:
    """Text in lines of 80 columns behind its key; words such as paths stay whole."""
    return textwrap.fill(
        text, WIDTH, initial_indent=start, subsequent_indent=" " * len(start), break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
