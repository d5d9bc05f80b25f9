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
        rows = [[entry["name"], entry["title"], entry["description"]] for entry in entries]
        table("Processes (lmutau processes NAME tells more)", ["name", "reaction", "what"], rows, left=3)
        return
    entry = _describe(find_process(name))
    if as_json:
        print_json(entry)
        return
    for key in ("title", "description", "diagrams", "validity", "compare"):
        typer.echo(_wrapped(key, entry[key]))
    typer.echo(_wrapped("cite", "; ".join(entry["references"])))
    if entry["radiation_references"]:
        typer.echo(_wrapped("isr, fsr", "cite also " + "; ".join(entry["radiation_references"])))
    rows = [
        [p["name"], "required" if p["required"] else _text(p["default"]), p["range"], p["description"]]
        for p in entry["parameters"]
        if not p["cut"]
    ]
    typer.echo()
    table("Parameters (--set KEY=VALUE)", ["key", "default", "allowed", "meaning"], rows, left=4)
    cuts = "; ".join(f"{keys} ({meaning})" for meaning, keys in _cuts_by_meaning(entry["parameters"]).items())
    typer.echo(_wrapped("cuts", f"c.m. frame, none by default: {cuts or '-'}"))


def _cuts_by_meaning(parameters: list[dict[str, Any]]) -> dict[str, str]:
    """Cuts on the same quantity together: meaning -> "min_X, max_X"."""
    found: dict[str, str] = {}
    for p in parameters:
        if p["cut"]:
            meaning = p["description"].split(" ", 1)[1].removesuffix(", c.m. frame")
            unit = "" if p["unit"] == "1" else f" [{p['unit']}]"
            key = f"{meaning}{unit}"
            found[key] = f"{found[key]}, {p['name']}" if key in found else p["name"]
    return found


def _range(parameter: Any, range_text: Any) -> str:
    if isinstance(parameter.default, bool):
        return ", ".join(parameter.choices or ("true", "false"))
    if isinstance(parameter.default, str):
        return ", ".join(parameter.choices)
    return ", ".join((range_text(parameter), *parameter.choices))


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
    from lmutau.gen.processes.base import RADIATION_REFERENCES

    names = {p.name for p in process.parameters}
    particles = (*process.final, *process.also_final)
    cuts = [p for p in CUT_PARAMETERS if p.name not in names and cut_applies(p.name, particles)]
    return {
        "name": process.name,
        "title": process.title,
        "description": process.description,
        "diagrams": process.diagrams,
        "validity": process.validity,
        "compare": process.compare,
        "references": list(process.references),
        "radiation_references": list(RADIATION_REFERENCES) if process.radiates else [],
        "parameters": [
            {
                "name": p.name,
                "default": p.default,
                "required": p.default is None and not p.optional and p not in cuts,
                "unit": p.unit,
                "range": _range(p, range_text),
                "description": p.description,
                "cut": p in cuts,
            }
            for p in (*process.parameters, *(c for c in COMMON if c.name not in names), *cuts)
        ],
    }
