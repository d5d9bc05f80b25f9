"""Cut flows and reach as tables for the terminal, at most 80 columns wide."""

import io
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from lmutau.analysis.cutflow import CutFlow, SampleFlow, Step

__all__ = [
    "as_text",
    "background_text",
    "coupling_text",
    "cross_section_text",
    "cut_flow_table",
    "error_text",
    "is_fixed",
    "luminosity_text",
    "number",
    "reach_table",
    "region_lines",
    "regions_table",
    "side_by_side",
    "with_error",
]


_ROUNDING = 1e-6  # relative; a sample would need 1e12 events for a smaller error
_LARGE = 1e5  # from here on a power of ten is shorter
_WIDE = 11  # characters: longer numbers get an exponent


def number(value: float | None, digits: int = 4) -> str:
    """A number in few characters: ``digits`` significant ones, an exponent only where it is needed.

    Examples
    --------
    >>> number(567654.3), number(0.000163), number(22.61), number(0)
    ('5.677e5', '1.630e-4', '22.61', '0')
    """
    if value is None or not math.isfinite(value):
        return "-"
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    magnitude = int(exponent)
    if -3 <= magnitude < max(digits, 4):
        return f"{value:.{max(digits - 1 - magnitude, 0)}f}"
    return f"{mantissa}e{magnitude}"


def luminosity_text(luminosity_fb: float) -> str:
    """Luminosity [fb^-1] in the unit that makes it short, e.g. ``50/ab``."""
    return f"{luminosity_fb / 1000:g}/ab" if luminosity_fb >= 1000 else f"{luminosity_fb:g}/fb"


def cut_flow_table(sample: "SampleFlow", luminosity_fb: float | None) -> Table:
    """Cut flow of one sample; the last column holds events at ``luminosity_fb`` [fb^-1], if given."""
    title = f"{sample.name}  ({sample.process})   σ = {cross_section_text(sample)}"
    if sample.note:
        title += f"\n{sample.note}"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("step", overflow="fold", max_width=16)
    for heading in ("events", "Σw [fb]", "± [fb]", "N_eff", "efficiency"):
        table.add_column(Text(heading), justify="right", no_wrap=True)  # a string would be read as markup
    if luminosity_fb is not None:
        table.add_column(f"at {luminosity_text(luminosity_fb)}", justify="right", no_wrap=True)
    for line in sample.steps():
        cells = [
            line.name,
            str(line.n),
            number(line.sum_w_fb),
            error_text(line.sum_w_fb, line.error_fb),
            number(line.n_eff),
            number(line.efficiency),
        ]
        if luminosity_fb is not None:
            cells.append(number(line.sum_w_fb * luminosity_fb))
        table.add_row(*cells, style="red bold" if line.n == 0 else "")
    return table


def region_lines(
    samples: "Mapping[str, SampleFlow]", regions: "Mapping[str, Mapping[str, SampleFlow]]"
) -> "list[tuple[str, str, Step]]":
    """Region, sample and last line of its cut flow, the selection itself first; nothing without regions."""
    names = dict.fromkeys(region for flows in regions.values() for region in flows)
    if not names:
        return []
    rows = [("selection", name, sample) for name, sample in samples.items()]
    rows += [(region, name, flows[region]) for region in names for name, flows in regions.items() if region in flows]
    return [(region, name, sample.steps()[-1]) for region, name, sample in rows]


def regions_table(
    samples: "Mapping[str, SampleFlow]", regions: "Mapping[str, Mapping[str, SampleFlow]]", luminosity_fb: float | None
) -> Table:
    """What every sample leaves in the selection and in each control region."""
    table = Table(title="Regions", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("region", overflow="fold", max_width=16)
    table.add_column("sample", overflow="fold", max_width=16)
    for heading in ("events", "Σw [fb]", "± [fb]", "N_eff"):
        table.add_column(Text(heading), justify="right", no_wrap=True)
    if luminosity_fb is not None:
        table.add_column(f"at {luminosity_text(luminosity_fb)}", justify="right", no_wrap=True)
    for region, name, line in region_lines(samples, regions):
        cells = [region, name, str(line.n), number(line.sum_w_fb), number(line.error_fb, 2), number(line.n_eff)]
        if luminosity_fb is not None:
            cells.append(number(line.sum_w_fb * luminosity_fb))
        table.add_row(*cells)
    return table


def reach_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Reach without and with tau pairs side by side."""
    title = "Smallest visible coupling g_X (S/√(S+B) = 3)"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("m [GeV]", "L [1/fb]", "loss", "no τ: g_X", "B", "with τ: g_X", "B"):
        table.add_column(Text(heading), justify="right", no_wrap=True)
    for key, pair in side_by_side(rows).items():
        cells = [f"{value:g}" for value in key]
        for row in pair:
            cells += ["-", "-"] if row is None else [coupling_text(row), background_text(row)]
        table.add_row(*cells)
    return table


def cross_section_text(sample: "SampleFlow") -> str:
    """Cross-section with its error; a fixed one has none."""
    if is_fixed(sample.sigma_fb, sample.sigma_error_fb):
        return f"{number(sample.sigma_fb, 5)} fb (fixed)"
    return f"{number(sample.sigma_fb, 5)} ± {number(sample.sigma_error_fb, 2)} fb"


def is_fixed(value: float, error: float) -> bool:
    """Whether a value is an input, such as the total of tau pairs: its error is nothing but rounding."""
    return value != 0 and abs(error) < _ROUNDING * abs(value)


def error_text(value: float, error: float) -> str:
    """Statistical error of a value with two digits; "fixed" where the value is an input.

    Examples
    --------
    >>> error_text(27791.7, 2e-11), error_text(27791.7, 23.4), error_text(0.0, 0.0)
    ('fixed', '23', '0')
    """
    return "fixed" if is_fixed(value, error) else number(error, 2)


def coupling_text(row: Mapping[str, Any]) -> str:
    """The visible coupling; without any background event it is only a lower limit of the truth."""
    return number(row["g_3sigma"], 3) if row["B"] > 0 or row["g_3sigma"] is None else f"> {number(row['g_3sigma'], 3)}"


def background_text(row: Mapping[str, Any]) -> str:
    """Expected background events with the statistical error of the simulation."""
    return with_error(row["B"], row["B_error"]) if row["B"] > 0 else "0 (none)"


def with_error(value: float, error: float) -> str:
    """Value with the error of its last digit in parentheses.

    Examples
    --------
    >>> with_error(183.24, 0.31), with_error(17688.0, 152.0), with_error(1.6e6, 4e4), with_error(0.1705, 0.0)
    ('183.2(3)', '17700(200)', '1.60(4)e6', '0.170500')
    """
    if not error > _ROUNDING * abs(value) or not math.isfinite(error):
        return number(value, 6)
    if abs(value) >= _LARGE:
        exponent = math.floor(math.log10(abs(value)))
        return f"{with_error(value / 10**exponent, error / 10**exponent)}e{exponent}"
    digits = -math.floor(math.log10(error))
    if digits <= 0:
        text = f"{round(value, digits):.0f}({round(error, digits):.0f})"
        if len(text) < _WIDE:
            return text
        exponent = math.floor(math.log10(abs(value)))
        return f"{with_error(value / 10**exponent, error / 10**exponent)}e{exponent}"
    return f"{value:.{digits}f}({error * 10**digits:.0f})"


def side_by_side(
    rows: Sequence[Mapping[str, Any]],
) -> dict[tuple[float, float, float], tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]]:
    """Group reach rows: (mass, luminosity, photon loss) -> (row without tau pairs, row with them)."""
    found: dict[tuple[float, float, float], tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]] = {}
    for row in rows:
        key = (row["mass"], row["luminosity_fb"], row["photon_loss"])
        without, with_tau = found.get(key, (None, None))
        found[key] = (without, row) if row["with_tautau"] else (row, with_tau)
    return found


def as_text(cut_flow: "CutFlow") -> str:
    """All tables of a cut flow as plain text in 80 columns."""
    from rich.console import Console

    console = Console(width=80, file=io.StringIO(), color_system=None)
    for table in cut_flow.tables():
        console.print(table)
    if cut_flow.sensitivity:
        console.print(reach_table(cut_flow.sensitivity))
    for warning in cut_flow.warnings():
        console.print(Text(f"warning: {warning}"))
    return str(console.file.getvalue())  # type: ignore[attr-defined]
