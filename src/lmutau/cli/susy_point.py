"""The point of the supersymmetric model that a command is about: benchmark, file, ``--set``."""

from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Annotated, Any

import typer

from lmutau.cli.console import parse_settings

__all__ = ["PointHelp", "SetOption", "find_point"]

SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Parameter of the point; may be repeated.")
]
PointHelp = "A benchmark (BP1 ... BP4) or an SLHA file; none: give all parameters with --set."


def find_point(name: str | None, settings: list[str] | None) -> tuple[str, Any]:
    """Benchmark, file or nothing, with the parameters of ``--set`` on top."""
    from lmutau.gen.errors import ConfigError, unknown_name
    from lmutau.gen.susy import BENCHMARKS, SusyPoint, benchmark, read_slha

    known = {field.name: field for field in fields(SusyPoint)}
    values: dict[str, Any] = {}
    if name is not None:
        is_file = Path(name).suffix or Path(name).exists()
        values = asdict(read_slha(Path(name)) if is_file else benchmark(name))
    for key, text in parse_settings(settings or []).items():
        if key not in known:
            raise unknown_name("susy: parameter", key, known)
        values[key] = text if key == "slepton_input" else _number(key, text)
    missing = [key for key, field in known.items() if field.default is MISSING and key not in values]
    if missing:
        raise ConfigError(
            f"susy: missing: {', '.join(missing)}; give --set KEY=VALUE, or a benchmark ({', '.join(BENCHMARKS)}) "
            f"or an SLHA file to start from."
        )
    return Path(name).name if name is not None else "point", SusyPoint(**values)


def _number(key: str, text: str) -> float:
    from lmutau.gen.errors import ConfigError

    try:
        return float(text)
    except ValueError:
        raise ConfigError(f"susy: {key} = {text!r}: allowed is a number.") from None
