"""The report of a run: one HTML file that carries everything it shows."""

import base64
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING

from lmutau.analysis.columns import factors_of
from lmutau.analysis.cutflow import CutFlow, SampleFlow
from lmutau.analysis.labels import caption_html, luminosity_label, symbols_html, window_html
from lmutau.analysis.observables import OBSERVABLES, SINGLE_PHOTON_OBSERVABLES
from lmutau.analysis.plots import Plot
from lmutau.analysis.selection import Selection, Window
from lmutau.analysis.sensitivity import TAU_PROCESS
from lmutau.analysis.tables import (
    background_text,
    cross_section_text,
    error_text,
    is_fixed,
    number,
    region_lines,
    side_by_side,
)

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["CrossSection", "ReportContext", "render_report"]

SELECTION_PAPER = "arXiv:1904.13053"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossSection:
    """A cross-section [fb] of the run, and one to compare it with if there is any."""

    name: str
    process: str
    sigma_fb: float
    sigma_error_fb: float
    reference_fb: float | None = None
    reference_error_fb: float = 0.0
    reference_source: str = ""

    @property
    def ratio(self) -> tuple[float, float] | None:
        """Ours over the reference and its error; None without a reference."""
        if not self.reference_fb or not self.sigma_fb:
            return None
        ratio = self.sigma_fb / self.reference_fb
        relative = math.hypot(self.sigma_error_fb / self.sigma_fb, self.reference_error_fb / self.reference_fb)
        return ratio, ratio * relative


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContext:
    """What a report is made of.

    ``summary``: one paragraph; written from the numbers if empty. ``mass``: hypothesised mass [GeV] of
    the cut flow. ``references``: what to cite, ``arXiv:...`` and ``doi:...`` become links. ``notes``:
    warnings, shown at the top. ``cross_sections``: those of the cut flow if empty.
    """

    title: str
    cutflow: CutFlow
    selection: Selection
    mass: float
    card: str
    versions: Mapping[str, str]
    plots: Sequence[Plot] = ()
    summary: str = ""
    cross_sections: Sequence[CrossSection] = ()
    references: Sequence[str] = ()
    notes: Sequence[str] = ()
    plot_note: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def render_report(context: ReportContext) -> str:
    """Write the report as one self-contained HTML page.

    Style and plots are inside; the only links that lead out are those to the papers. All texts are
    escaped, so a run card cannot smuggle markup in.
    """
    import jinja2  # only reports need it

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        background=lambda row: _typeset(background_text(row)),
        caption=_html_caption,
        sigma=_html_sigma,
        error=_html_error,
        typeset=_typeset,
        number=_html_number,
        link=_link,
        luminosity=luminosity_label,
        plain=lambda value: f"{value:g}",
    )
    text = resources.files("lmutau.analysis").joinpath("templates", "report.html.j2").read_text(encoding="utf-8")
    cutflow = context.cutflow
    cross_sections = context.cross_sections or _cross_sections(cutflow)
    return environment.from_string(text).render(
        context=context,
        summary=context.summary or _summary(context),
        warnings=[*cutflow.warnings(), *context.notes],
        cross_sections=cross_sections,
        has_references=any(row.reference_fb for row in cross_sections),
        has_fixed=any(is_fixed(row.sigma_fb, row.sigma_error_fb) for row in cross_sections),
        has_expressions=any(step.expression is not None for step in context.selection.steps),
        requirements=_requirements(context.selection, context.mass),
        samples=cutflow.samples,
        luminosities=cutflow.luminosity_fb,
        reach=side_by_side(cutflow.sensitivity),
        tau_statement=_tau_statement(cutflow),
        radiation=_radiation(cutflow),
        regions=region_lines(cutflow.samples, cutflow.regions),
        images={plot.name: _data_uri(plot) for plot in context.plots},
        selection_paper=SELECTION_PAPER,
    )


def _cross_sections(cutflow: CutFlow) -> list[CrossSection]:
    return [
        CrossSection(name=s.name, process=s.process, sigma_fb=s.sigma_fb, sigma_error_fb=s.sigma_error_fb)
        for s in cutflow.samples.values()
    ]


def _summary(context: ReportContext) -> str:
    """One paragraph from the numbers of the run."""
    cutflow = context.cutflow
    tried = sum(s.n_tried for s in cutflow.samples.values())
    mass = f" for an invisible boson of {context.mass:g} GeV" if context.selection.mass_steps else ""
    text = (
        f"{len(cutflow.samples)} samples ({', '.join(cutflow.samples)}) from {tried:,} sampling points went "
        f"through the selection {context.selection.name!r}{mass}."
    )
    if not context.selection.photon_losses:
        return text
    sound = [row for row in cutflow.sensitivity if row["g_3sigma"] is not None and row["B"] > 0]
    if not sound:
        return text + " No reach is quoted: there is no signal, no background, or none of its events is left."
    complete = [row for row in sound if row["with_tautau"]] or sound
    best = min(complete, key=lambda row: (-row["photon_loss"], row["g_3sigma"]))
    text += (
        f" With {luminosity_label(best['luminosity_fb'])} and a photon loss of {number(best['photon_loss'], 1)}, "
        f"a Z' of {best['mass']:g} GeV is visible with {context.selection.significance:g}σ from "
        f"g_X = {number(best['g_3sigma'], 3)} on"
    )
    if not best["with_tautau"]:
        return text + "; there is no tau-pair sample in this run, so the true number is larger."
    without = side_by_side(sound)[(best["mass"], best["luminosity_fb"], best["photon_loss"])][0]
    return text + (f", tau pairs included; without them {number(without['g_3sigma'], 3)}." if without else ".")


def _tau_statement(cutflow: CutFlow) -> str:
    """How the tau pairs of this run compare with all other backgrounds."""
    pairs = [p for p in side_by_side(cutflow.sensitivity).items() if p[1][0] is not None and p[1][1] is not None]
    if not pairs:
        if any(s.process == TAU_PROCESS for s in cutflow.samples.values()):
            return "This run has a tau-pair sample, but no signal to compare it with."
        return "This run has no tau-pair sample: the couplings below neglect that background."
    (mass, luminosity, loss), (without, with_tau) = min(pairs, key=lambda p: p[0][2])
    if without is None or with_tau is None:
        return ""
    tau = with_tau["B"] - without["B"]
    if tau == 0:
        return "In this run no tau pair is left in the window: that is a lack of events, not of background."
    verb = "dominate" if tau > without["B"] else "do not dominate"
    return (
        f"In this run they {verb} at a photon loss of {number(loss, 1)}: {number(tau, 3)} tau-pair events "
        f"against {number(without['B'], 3)} from everything else, for m = {mass:g} GeV and "
        f"{luminosity_label(luminosity)}."
    )


def _radiation(cutflow: CutFlow) -> str:
    """Which samples have photons from beams, muons and taus, and which are at tree level."""
    radiating = [name for name, sample in cutflow.samples.items() if "isr" in sample.note or "fsr" in sample.note]
    others = [name for name in cutflow.samples if name not in radiating]
    if not radiating:
        return "Every sample is at tree level."
    text = f"With photons radiated from beams, muons or taus: {', '.join(radiating)}."
    return f"{text} At tree level: {', '.join(others)}." if others else text


def _requirements(selection: Selection, mass: float) -> list[tuple[str, list[str]]]:
    """Each step with what it asks for, in words."""
    from markupsafe import Markup

    lines = []
    for step in selection.steps:
        texts: list[str] = [_window_text(window) for window in step.windows_at(mass)]
        if step.expression is not None:
            texts.append(Markup(symbols_html(step.expression.text)))
        if step.factor == "photon_loss":
            texts.append(f"weight × probability to miss every photon with E* > {selection.photon_energy:g} GeV")
        elif step.factor is not None:
            texts.append(f"weight × {_factor_text(selection, step.factor)}")
        lines.append((step.name, texts or ["all events"]))
    return lines


def _factor_text(selection: Selection, factor: str) -> str:
    """What a factor means, with the numbers of this selection."""
    rules = selection.photons
    near = f" or within {math.degrees(rules.veto_angle):g}° of the recoil" if rules.veto_angle > 0 else ""
    if factor == "photon_veto":
        return (
            f"probability that no photon above {rules.veto_energy:g} GeV is seen that makes the sum of energies reach "
            f"{rules.veto_sum:g} GeV{near}"
        )
    if factor == "photon_tag":
        angle = math.degrees(rules.tag_angle)
        return f"probability that a photon above {rules.tag_energy:g} GeV within {angle:g}° of the recoil is seen"
    return factors_of(selection.topology)[factor]


def _window_text(window: Window) -> "Markup":
    """A window with symbol and unit; angles in degrees, as the papers give them."""
    from markupsafe import Markup

    unit = {**SINGLE_PHOTON_OBSERVABLES, **OBSERVABLES}[window.column].unit
    factor, unit = (
        (math.degrees(1.0), "°") if unit == "rad" else (1.0, {"1": "", "GeV^2": " GeV²"}.get(unit, f" {unit}"))
    )
    edges = (window.minimum, window.maximum)
    low, high = ("" if math.isinf(edge) else f"{edge * factor:.4g}{unit}" for edge in edges)
    return Markup(window_html(window.column, low, high))


def _data_uri(plot: Plot) -> str:
    kind = {"png": "image/png", "svg": "image/svg+xml"}[plot.file_format]
    return f"data:{kind};base64,{base64.b64encode(plot.image).decode('ascii')}"


def _html_number(value: float | None, digits: int = 4) -> "Markup":
    """Filter: a number with a readable power of ten."""
    from markupsafe import Markup

    mantissa, _, exponent = number(value, digits).partition("e")
    mantissa = mantissa.replace("-", "−") if mantissa != "-" else "–"
    if not exponent:
        return Markup("{}").format(mantissa)
    return Markup("{} × 10<sup>{}</sup>").format(mantissa, exponent.replace("-", "−"))


def _typeset(text: str) -> "Markup":
    """Filter: a text in which g_X has an index, and numbers such as 3.4e-4 powers of ten, never on two lines."""
    from markupsafe import Markup, escape

    def shown(found: re.Match[str]) -> str:
        return f'<span class="number">{found[1]} × 10<sup>{found[2].replace("-", "−")}</sup></span>'

    found = re.sub(r"(?<![\w.])(\d[\d.]*(?:\(\d+\))?)e(-?\d+)(?![\w.]*\w)", shown, str(escape(text)))
    return Markup(re.sub(r"\b([gm])_X\b", r"\1<sub>X</sub>", found))


def _html_caption(text: str) -> "Markup":
    """Filter: a caption with its indices."""
    from markupsafe import Markup

    return Markup(caption_html(text))


def _html_sigma(sample: "SampleFlow") -> "Markup":
    """Filter: cross-section with error."""
    return _typeset(cross_section_text(sample))


def _html_error(error: float, value: float) -> "Markup":
    """Filter: statistical error of a value; "fixed" for one that is an input."""
    from markupsafe import Markup

    return Markup("{}").format(error_text(value, error)) if is_fixed(value, error) else _html_number(error, 2)


def _link(text: str) -> "Markup":
    """Filter: a reference, with links to arXiv and DOI."""
    from markupsafe import Markup, escape

    pattern = re.compile(r"arXiv:(?P<arxiv>\d{4}\.\d{4,5}|[a-z-]+/\d{7})|doi:(?P<doi>10\.\S+[^\s.,;)])", re.IGNORECASE)
    out, position = Markup(""), 0
    for match in pattern.finditer(text):
        base = "https://arxiv.org/abs/" if match["arxiv"] else "https://doi.org/"
        out += escape(text[position : match.start()])
        out += Markup('<a href="{}">{}</a>').format(base + (match["arxiv"] or match["doi"]), match[0])
        position = match.end()
    return out + escape(text[position:])
