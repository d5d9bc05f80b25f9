"""Options that the model commands share: grids of numbers, figures, number formats."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lmutau.gen.errors import ConfigError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "CouplingOption",
    "MassOption",
    "PlotOption",
    "RatioOption",
    "SmuonOption",
    "check_once",
    "fine_grid",
    "parse_grid",
    "ratio_names",
    "save_figure",
    "scientific",
    "wide_table",
]

MassOption = Annotated[
    str, typer.Option("--mass", "-m", help="Z' masses [GeV]: numbers and LOW:HIGH:N (N in equal ratios), by commas.")
]
RatioOption = Annotated[
    str, typer.Option("--ratio", "-r", help="Stau over smuon mass, one or several as for masses; 1: no superpartners.")
]


def _coupling(text: str | float) -> float:
    """A number; ``-g=1`` reaches us as "=1"."""
    try:
        return float(str(text).removeprefix("="))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a number; write -g 1e-3 or --coupling 1e-3.") from None


CouplingOption = Annotated[
    float, typer.Option("--coupling", "-g", parser=_coupling, metavar="<float>", help="Gauge coupling g_X.")
]
SmuonOption = Annotated[float | None, typer.Option(help="Smuon mass [GeV]; none: infinitely heavy.")]
PlotOption = Annotated[Path | None, typer.Option("--plot", help="Write the figure: .png, .pdf or .svg.")]

_MOST = 100_000


def parse_grid(option: str, text: str, unit: str = "", *, positive: bool = True) -> list[float]:
    """Numbers of ``0.1,1,0.01:10:50``: single ones and ranges LOW:HIGH:N in equal ratios, in the given order.

    Raises
    ------
    ConfigError
        Naming the option, the part, and what is allowed.
    """
    found: list[float] = []
    for part in text.removeprefix("=").split(","):  # -m=1 reaches us as "=1"
        ends = [cell.strip() for cell in part.split(":")]
        if len(ends) == 1:
            found.append(_number(option, part, ends[0], unit, positive))
            continue
        if len(ends) != 3:
            raise ConfigError(f"{option} {part!r}: write a number or LOW:HIGH:N, e.g. 0.01:10:50.")
        low, high = (_number(option, part, end, unit, True) for end in ends[:2])
        n = int(ends[2]) if ends[2].isdecimal() else 0
        if not (2 <= n <= _MOST and low < high):
            raise ConfigError(f"{option} {part!r}: allowed is LOW < HIGH and N from 2 to {_MOST}, e.g. 0.01:10:50.")
        step = math.log(high / low) / (n - 1)
        found += [low, *(low * math.exp(step * i) for i in range(1, n - 1)), high]
    return found


def _number(option: str, part: str, cell: str, unit: str, positive: bool) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not ((value > 0 or (value == 0 and not positive)) and math.isfinite(value)):
        where = f"{option} {cell!r}" if cell == part.strip() else f"{option} {part!r}: {cell!r}"
        sign = ">" if positive else ">="
        raise ConfigError(f"{where}: allowed are numbers {sign} 0{f' [{unit}]' if unit else ''}, by commas.")
    return value


def fine_grid(values: list[float], low: float, high: float, n: int = 1200) -> list[float]:
    """Grid for a figure: over the range of ``values`` if they span one, else from ``low`` to ``high``."""
    positive = [value for value in values if value > 0]
    if len(positive) > 1 and max(positive) > 2 * min(positive):
        low, high = min(positive), max(positive)
    step = math.log(high / low) / (n - 1)
    return [low, *(low * math.exp(step * i) for i in range(1, n - 1)), high]


def save_figure(path: Path | None, draw: "Callable[[], Figure]") -> None:
    """Draw and write a figure, if one was asked for."""
    from lmutau.cli.console import say

    if path is None:
        return
    from lmutau.analysis.plot_style import render
    from lmutau.gen.io.atomic import written_aside

    image = render(draw(), path.suffix.removeprefix("."))
    with written_aside(path) as unfinished:
        unfinished.write_bytes(image)
    say(f"wrote {path}")


def check_figure(path: Path | None) -> None:
    """Refuse a name that cannot become a figure, before any work."""
    from lmutau.gen.io.atomic import check_output

    if path is not None:
        check_output(path, (".png", ".pdf", ".svg"))


def ratio_names(ratios: list[float]) -> dict[float, str]:
    """Names of columns: six digits, and all of them where two would look the same."""
    short = {r: f"{r:g}" for r in ratios}
    unique = [name for name in short.values() if list(short.values()).count(name) == 1]
    return {r: name if name in unique or float(name) == r else repr(r) for r, name in short.items()}


def check_once(option: str, values: list[float]) -> None:
    """Refuse a number that stands there twice, where each makes one column.

    Raises
    ------
    ConfigError
        Naming it.
    """
    for i, value in enumerate(values):
        if value in values[:i]:
            raise ConfigError(f"{option} {value:.17g}: stands there twice; keep one.")


def wide_table(title: str, fixed: list[str], groups: list[list[str]], rows: list[dict[str, str]]) -> None:
    """Print a table in pieces that fit: the ``fixed`` columns, and as many groups of columns as there is room for."""
    from lmutau.cli.console import WIDTH, table

    def width(columns: list[str]) -> int:
        cells = [max(len(name), *(len(row[name]) for row in rows)) for name in columns]
        return sum(cells) + 3 * (len(columns) - 1) + 2

    pieces: list[list[str]] = []
    for group in groups:
        if pieces and width([*fixed, *pieces[-1], *group]) <= WIDTH:
            pieces[-1] += group
        else:
            pieces.append(list(group))
    for i, piece in enumerate(pieces or [[]]):
        columns = [*fixed, *piece]
        table(title if i == 0 else "", columns, [[row[name] for name in columns] for row in rows], left=0)


def scientific(value: float, digits: int = 4) -> str:
    """``digits`` digits; a dash for what does not exist."""
    if math.isnan(value):
        return "-"
    if value == 0 or 1e-2 <= abs(value) < 1e4:
        return f"{value:.{digits}g}" if abs(value) < 10**digits else f"{value:.0f}"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa}e{int(exponent)}"
