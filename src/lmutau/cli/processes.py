"""``lmutau processes``: what can be generated, with parameters, defaults, and what to cite."""

import textwrap
from typing import Annotated, Any

import typer

from lmutau.cli.console import WIDTH, JsonOption, print_json, table


def processes(
    name: Annotated[str | None, typer.Argument(help="A process, for its page; none: the list.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the processes, or describe one: diagrams, parameters, defaults, references."""
    from lmutau.gen.processes import PROCESSES, find_process

    if name is None:
        entries = [_describe(process) for process in PROCESSES.values()]
        if as_json:
            print_json({"processes": entries})
            return
        rows = [[entry["name"], entry["title"], entry["compare"]] for entry in entries]
        table("Processes (lmutau processes NAME tells more)", ["name", "reaction", "compare"], rows, left=3)
        return
    entry = _describe(find_process(name))
    if as_json:
        print_json(entry)
        return
    for key in ("title", "description", "diagrams", "validity", "compare"):
        typer.echo(_wrapped(key, entry[key]))
    typer.echo(_wrapped("cite", "; ".join(entry["references"])))
    rows = [
        [p["name"], "required" if p["required"] else _text(p["default"]), p["range"], p["description"]]
        for p in entry["parameters"]
    ]
    typer.echo()
    table("Parameters and cuts (--set KEY=VALUE)", ["key", "default", "allowed", "meaning"], rows, left=4)


def _wrapped(key: str, text: str) -> str:
    """Key and text in 80 columns."""
    return textwrap.fill(f"{key:<12} {text}", width=WIDTH, subsequent_indent=" " * 13)


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def _describe(process: Any) -> dict[str, Any]:
    from lmutau.gen.cuts import CUT_PARAMETERS, cut_applies
    from lmutau.gen.parameters import COMMON, range_text

    names = {p.name for p in process.parameters}
    cuts = [p for p in CUT_PARAMETERS if p.name not in names and cut_applies(p.name, process.final)]
    return {
        "name": process.name,
        "title": process.title,
        "description": process.description,
        "diagrams": process.diagrams,
        "validity": process.validity,
        "compare": process.compare,
        "references": list(process.references),
        "parameters": [
            {
                "name": p.name,
                "default": p.default,
                "required": p.default is None and not p.optional and p not in cuts,
                "unit": p.unit,
                "range": ", ".join(p.choices) if isinstance(p.default, str | bool) else range_text(p),
                "description": p.description,
            }
            for p in (*process.parameters, *COMMON, *cuts)
        ],
    }
