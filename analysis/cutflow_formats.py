"""Cut flows for papers and pages: Markdown and LaTeX, with samples side by side and N-1."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from lmutau.analysis.tables import number, with_error

if TYPE_CHECKING:
    from lmutau.analysis.cutflow import CutFlow, Step

__all__ = ["FORMATS", "render_cut_flow"]

_Rows = Sequence[Sequence[str]]
_STEPS = ("step", "events", "sum w [fb]", "N_eff", "efficiency", "relative")


def render_cut_flow(cut_flow: "CutFlow", file_format: str) -> str:
    """All tables of a cut flow as text of one of :data:`FORMATS`.

    Per sample the steps (relative: to the step before) and N-1 (efficiency of each step alone, after all
    others), per region the same, and all samples side by side.
    """
    write = FORMATS[file_format]
    parts = []
    for name, sample in cut_flow.samples.items():
        parts.append(write(f"{name} ({sample.process}), {cut_flow.selection}", _STEPS, _steps(sample.steps())))
        heading = ("without", "events", "sum w [fb]", "N_eff", "efficiency of the step")
        parts.append(write(f"{name}: all steps but one", heading, _without(sample.n_minus_one())))
        for region, flow in cut_flow.regions.get(name, {}).items():
            parts.append(write(f"{name} in region {region}", _STEPS, _steps(flow.steps())))
    if len(cut_flow.samples) > 1:
        parts.append(write("sum w [fb] of all samples", ("step", *cut_flow.samples), _compared(cut_flow)))
    return "\n".join(parts)


def _steps(lines: "Sequence[Step]") -> _Rows:
    rows, before = [], 0.0
    for line in lines:
        relative = number(line.sum_w_fb / before) if before > 0 else "-"
        cross_section = with_error(line.sum_w_fb, line.error_fb)
        rows.append([line.name, str(line.n), cross_section, number(line.n_eff), number(line.efficiency), relative])
        before = line.sum_w_fb
    return rows


def _without(lines: "Sequence[Step]") -> _Rows:
    return [
        [line.name, str(line.n), with_error(line.sum_w_fb, line.error_fb), number(line.n_eff), number(line.efficiency)]
        for line in lines
    ]


def _compared(cut_flow: "CutFlow") -> _Rows:
    flows = [sample.steps() for sample in cut_flow.samples.values()]
    return [
        [lines[0].name, *(with_error(line.sum_w_fb, line.error_fb) for line in lines)]
        for lines in zip(*flows, strict=True)
    ]


def _markdown(title: str, heading: Sequence[str], rows: _Rows) -> str:
    table = [heading, ["---", *("---:" for _ in heading[1:])], *rows]
    return "\n".join([f"**{title}**", "", *("| " + " | ".join(row) + " |" for row in table), ""])


def _latex(title: str, heading: Sequence[str], rows: _Rows) -> str:
    def line(row: Sequence[str]) -> str:
        return " & ".join(cell.replace("_", r"\_") for cell in row) + r" \\"

    columns = "l" + "r" * (len(heading) - 1)
    title = title.replace("_", r"\_")
    body = [line(heading), r"\hline", *(line(row) for row in rows)]
    return "\n".join([f"% {title}", rf"\begin{{tabular}}{{{columns}}}", *body, r"\end{tabular}", ""])


FORMATS: Mapping[str, Callable[[str, Sequence[str], _Rows], str]] = MappingProxyType(
    {"markdown": _markdown, "latex": _latex}
)
"""What :func:`render_cut_flow` can write."""
