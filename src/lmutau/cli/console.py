"""What the commands share: options, progress on a terminal, JSON on stdout."""

import contextlib
import functools
import json
import math
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from lmutau.gen.errors import ConfigError

__all__ = [
    "JsonOption",
    "SeedOption",
    "WorkersOption",
    "count",
    "parse_settings",
    "print_json",
    "progress_bar",
    "say",
    "say_size",
    "table",
]

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on stdout, all else on stderr.")]
SeedOption = Annotated[int | None, typer.Option(help="Number that fixes every random draw; none: one is drawn.")]
WorkersOption = Annotated[int | None, typer.Option(help="Threads; the result does not depend on it. None: all cores.")]

WIDTH = 80


def count(text: str | int) -> int:
    """A number of events or points as people write it; ``-n=1e4`` reaches us as "=1e4"."""
    from lmutau.gen.counts import parse_count

    try:
        return parse_count(str(text).removeprefix("="))
    except ValueError as error:
        raise typer.BadParameter(f"{error}; write 10000, 10_000 or 1e4.") from None


def workers_or_cores(workers: int | None) -> int:
    """Return the number of threads asked for, or that of the cores we may use."""
    from lmutau.gen.parallel import check_workers

    if workers is not None:
        return check_workers(workers)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def say(text: str) -> None:
    """Tell the user something that is not the result: on stderr."""
    typer.echo(text, err=True)


def say_size(expected: float, folder: Path) -> None:
    """Say before the work how much will be written, if it is much or does not fit."""
    from lmutau.file_size import announcement

    if (text := announcement(expected, folder)) is not None:
        say(text)


def announce_compilation() -> None:
    """Say so if the kernels must be compiled first."""
    from lmutau.gen.kernels import cache_folder, is_cold

    if cache_folder() is None:
        say("compiling the kernels: no folder can be written to keep them; set NUMBA_CACHE_DIR to one")
    elif is_cold():
        say("first run: compiling the kernels, up to a minute; later runs start at once")


def print_json(value: Any) -> None:
    """Print one JSON object on stdout; numbers that are not finite become null."""
    typer.echo(json.dumps(_finite(value), indent=2))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def parse_settings(settings: list[str]) -> dict[str, str]:
    """Split ``KEY=VALUE`` options.

    Raises
    ------
    ConfigError
        If one has no ``=``, no key or value, or a key is given twice.
    """
    values: dict[str, str] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        key, value = key.strip(), value.strip()
        if not (equals and key and value):
            raise ConfigError(f"--set {setting!r}: write KEY=VALUE, e.g. --set mass=0.1.")
        if key in values:
            raise ConfigError(f"--set {key}: given twice ({values[key]} and {value}); keep one.")
        values[key] = value
    return values


def _announce_replacement(output: Path | None) -> None:
    if output is not None and output.is_file():
        say(f"{output} exists: replaced as soon as the new file is complete")


@contextlib.contextmanager
def progress_bar(title: str, output: Path | None = None) -> Iterator[Callable[[str, float], None]]:
    """Show progress on a terminal, be silent elsewhere; yields a function (stage, part done).

    Its first call means that the input was right and work begins: that is when a first run says
    that it compiles, and that a file ``output`` that exists will be replaced.
    """
    announce: Iterator[Callable[[], None]] = iter(
        [functools.partial(_announce_replacement, output), announce_compilation]
    )

    def start() -> None:
        for once in announce:
            once()

    if not sys.stderr.isatty():
        yield lambda stage, done: start()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    ) as progress:  # fmt: skip
        task = progress.add_task(title, total=1.0)

        def update(stage: str, done: float) -> None:
            start()
            progress.update(task, description=f"{title}: {stage}", completed=min(done, 1.0))

        yield update


def table(title: str, columns: list[str], rows: list[list[str]], left: int = 1) -> None:
    """Print a table on stdout in 80 columns; the first ``left`` columns are left-aligned."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index, column in enumerate(columns):
        grid.add_column(Text(column), justify="left" if index < left else "right", overflow="fold")
    for row in rows:
        grid.add_row(*map(Text, row))  # as strings, "[fb]" would be taken for markup and vanish
    console = Console(width=WIDTH)
    if title:  # not the table's own, which would be wrapped to its width
        console.print(title, markup=False, highlight=False)
    console.print(grid)


def show_cut_flow(cut_flow: Any) -> None:
    """Print cut flow and reach in 80 columns, warnings on stderr."""
    from rich.console import Console

    from lmutau.analysis.tables import reach_table

    console = Console(width=WIDTH)
    for shown in cut_flow.tables():
        console.print(shown)
    if cut_flow.sensitivity:
        console.print(reach_table(cut_flow.sensitivity))
    elif cut_flow.has_reach:
        say("no reach: that needs a signal of the tested mass and at least one background sample")
    show_warnings(cut_flow)


def show_warnings(cut_flow: Any) -> None:
    """Print what the user must not overlook, on stderr."""
    for warning in cut_flow.warnings():
        say(f"warning: {warning}")
