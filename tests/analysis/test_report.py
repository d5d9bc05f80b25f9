"""The report: everything is in it, nothing is fetched, nothing is smuggled in."""

import dataclasses
import functools
import html.parser
import re

import numpy as np
import pytest

from lmutau.analysis.cutflow import CutFlow
from lmutau.analysis.observables import OBSERVABLES, SINGLE_PHOTON_OBSERVABLES
from lmutau.analysis.plots import Plot, standard_plots
from lmutau.analysis.report import CrossSection, ReportContext, render_report
from lmutau.analysis.selection import load_selection
from lmutau.analysis.tables import as_text
from tests.analysis.test_cutflow import JKPT, make_flow
from tests.analysis.test_plots import samples

CARD = '[run]\nname = "<b>bold</b> & more"\nseed = 7\n'


class Page(html.parser.HTMLParser):
    """Collects links, sources and the nesting of tags."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        if tag == "a":
            self.links.append(values["href"])
        if "src" in values:
            self.sources.append(values["src"])
        if tag not in ("meta", "img", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@functools.cache
def plots() -> list[Plot]:
    return standard_plots(samples(), 1000.0)


def context(flow: CutFlow | None = None, summary: str = "", with_plots: bool = True) -> ReportContext:
    return ReportContext(
        title="A <test> report",
        cutflow=flow or make_flow(),
        selection=JKPT,
        mass=0.1,
        card=CARD,
        versions={"lmutau": "0.1.0", "numpy": np.__version__},
        plots=plots() if with_plots else (),
        summary=summary,
        cross_sections=[
            CrossSection(
                name="zp",
                process="mumuzp",
                sigma_fb=5.676e5,
                sigma_error_fb=500.0,
                reference_fb=5.677e5,
                reference_error_fb=600.0,
                reference_source="arXiv:hep-ph/0103067",
            )
        ],
        references=["arXiv:1904.13053", "Belle II, doi:10.1103/PhysRevLett.130.231801."],
        notes=["background 'tautau': too few events"],
        facts={"seed": "7"},
    )


@pytest.fixture(scope="module")
def report() -> str:
    return render_report(context())


def test_everything_is_there(report: str) -> None:
    page = Page()
    page.feed(report)
    assert page.open == []
    words = [
        "A <test> report", *JKPT.step_names, CARD, np.__version__, "mumugamma_with_a_long_name", "EMPTY",
        "too few events", "ETmiss > 1.67 GeV", "32.2° < θrecoil < 128.7°", "m²miss < 0.4 GeV²", "−1.6 < η*(μ⁺) < 1.21",
        "without tau pairs", "with tau pairs", "neglects the tau pairs", "section 3.2", "What to cite",
        "they dominate at a photon loss of 1 × 10−6", "0.9998 ± 0.0014",
    ]  # fmt: skip
    for word in words:
        assert word in page.text, word
    assert len(page.sources) == 13
    assert "1.69 × 10−4" in page.text and "2.77 × 10−4" in page.text  # the exponents are superscripts
    assert f"{2.77 / 1.69:.2f}" in page.text


def test_readers_see_symbols_not_columns(report: str) -> None:
    page = Page()
    page.feed(report)
    hidden = {*OBSERVABLES, *SINGLE_PHOTON_OBSERVABLES} - {"ETmiss"}  # that is what E, T, miss read without their tags
    assert [name for name in hidden if re.search(rf"\b{name}\b", page.text)] == []
    assert "E<sub>T</sub><sup>miss</sup>" in report


def test_an_input_has_no_statistical_error() -> None:
    flow = make_flow()
    flow.samples = {name: sample for name, sample in flow.samples.items() if sample.sums[0, 1] > 0}
    for sample in flow.samples.values():
        sample.sigma_error_fb = 2e-11
    row = CrossSection(name="tautau", process="tautau", sigma_fb=27791.7, sigma_error_fb=2e-11)
    text = render_report(dataclasses.replace(context(flow, with_plots=False), cross_sections=[row]))
    page = Page()
    page.feed(text)
    assert "<sup>−11</sup>" not in text
    assert "e-11" not in page.text
    assert "<td>fixed</td>" in text and "fb (fixed)" in text
    assert "e-11" not in as_text(flow) and "fixed" in as_text(flow)


def test_nothing_is_fetched(report: str) -> None:
    page = Page()
    page.feed(report)
    assert all(source.startswith("data:image/") for source in page.sources)
    assert all(re.match(r"https://(arxiv\.org/abs|doi\.org)/", link) for link in page.links)
    assert "https://arxiv.org/abs/hep-ph/0103067" in page.links
    assert "https://doi.org/10.1103/PhysRevLett.130.231801" in page.links
    assert not re.search(r"<(script|link|iframe|object)\b|@import|url\(|\bon\w+=", report)
    outside = re.sub(r'href="https://(arxiv\.org|doi\.org)/[^"]*"|data:image/[^"]*', "", report)
    assert "http" not in outside


def test_one_way_of_units_and_powers(report: str) -> None:
    page = Page()
    page.feed(report)
    shown = page.text.partition("Run card and versions")[0]
    assert not re.search(r"\d/(ab|fb)|\d{4}\s*fb⁻¹|\dfb|\)e\d|sqrt|\b[gm]_X", shown)
    assert "at 1\N{NO-BREAK SPACE}ab⁻¹" in shown and "expected in 1\N{NO-BREAK SPACE}ab⁻¹" in shown
    flow = make_flow()
    flow.sensitivity = tuple({**row, "B": 1.13e7, "B_error": 1e5} for row in flow.sensitivity)
    assert "1.13(1) × 10<sup>7</sup>" in render_report(context(flow, with_plots=False))


def test_a_single_photon_has_its_reach_elsewhere() -> None:
    flow = make_flow()
    flow.sensitivity = ()
    hint = "lmutau model monophoton --show reach"
    photon = dataclasses.replace(context(flow, with_plots=False), selection=load_selection("br2018"))
    assert hint in render_report(photon)
    other = dataclasses.replace(photon, selection=load_selection("belle2_2022"))
    assert hint not in render_report(other)


def test_paper_has_two_columns_and_tables_with_their_headings(report: str) -> None:
    sheet = report.partition("@media print")[2].partition("</style>")[0]
    assert "grid-template-columns: 1fr 1fr" in sheet and ".together { break-inside: avoid; }" in sheet
    assert report.count('<div class="together">') == len(make_flow().samples)


def test_texts_are_escaped(report: str) -> None:
    assert "<b>bold</b>" not in report and "&lt;b&gt;bold&lt;/b&gt; &amp; more" in report
    assert "<test>" not in report


def test_summary_speaks_of_the_tau_pairs(report: str) -> None:
    page = Page()
    page.feed(report)
    assert "gX = 2.77 × 10−4 on, tau pairs included; without them 1.69 × 10−4." in page.text
    assert "g_X" not in page.text and "3σ from g<sub>X</sub> = " in report
    given = render_report(context(summary="My own words.", with_plots=False))
    assert "My own words." in given and "<img" not in given


def test_without_sensitivity_and_without_tau() -> None:
    flow = make_flow()
    flow.sensitivity = ()
    text = render_report(context(flow, with_plots=False))
    assert "no reach was computed" in text
    assert "has no tau-pair sample" in text


def test_light_dark_narrow_print(report: str) -> None:
    for rule in ("prefers-color-scheme: dark", "@media print", "max-width: 40rem", 'name="viewport"'):
        assert rule in report


def test_same_run_same_report(report: str) -> None:
    assert render_report(context()) == report


def test_ratio() -> None:
    plain = CrossSection(name="a", process="b", sigma_fb=1.0, sigma_error_fb=0.1)
    assert plain.ratio is None
    ratio = CrossSection(name="a", process="b", sigma_fb=2.0, sigma_error_fb=0.06, reference_fb=1.0,
                         reference_error_fb=0.04).ratio  # fmt: skip
    assert ratio == pytest.approx((2.0, 2 * 0.05))
