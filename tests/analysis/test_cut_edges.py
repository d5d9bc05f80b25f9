"""Where a selection cuts on one quantity: what is rejected always, what only under a condition, what has no edge."""

import math

import pytest

from lmutau.analysis.columns import observables_of
from lmutau.analysis.cut_edges import CutEdges, cut_edges
from lmutau.analysis.expressions import parse_expression
from lmutau.analysis.histogram_axes import axis_for, short_width
from lmutau.analysis.selection import Selection, Step, Window, load_selection

DEGREE = math.pi / 180


def selection(*steps: Step) -> Selection:
    return Selection(name="test", title="", reference="", steps=(Step(name="generated"), *steps))


def of(cut: str, column: str, mass: float = 1.0) -> CutEdges:
    expression = parse_expression(cut, observables_of("mumu"), "test")
    return cut_edges(selection(Step(name="a", expression=expression)), column, mass)


@pytest.mark.parametrize(
    ("cut", "low", "high", "others"),
    [
        ("pT_recoil > 0.5", 0.5, math.inf, ()),
        ("0.5 < pT_recoil", 0.5, math.inf, ()),
        ("0.5 <= pT_recoil < 2*2", 0.5, 4.0, ()),
        ("pT_recoil > 0.5 and mu_plus_pT > 1 and (pT_recoil < 5 and pT_recoil < 3)", 0.5, 3.0, ()),
        ("pT_recoil > 0.5 or mu_plus_pT > 1", -math.inf, math.inf, (0.5,)),
        ("not 1 < pT_recoil < 2 and pT_recoil < 4", -math.inf, 4.0, (1.0, 2.0)),
        ("pT_recoil > mu_plus_pT", -math.inf, math.inf, ()),
        ("pT_recoil**2 > 1", -math.inf, math.inf, ()),
        ("pT_recoil > -m_X**2 + 500*MeV", 0.5 - 1.0, math.inf, ()),
        ("pT_recoil != 3", -math.inf, math.inf, (3.0,)),
        ("pT_recoil > (0-1)**0.5 or pT_recoil > 1/0", -math.inf, math.inf, ()),
        ("ETmiss > 1.5", 1.5, math.inf, ()),  # another name of the same quantity
        ("mu_plus_pT > 1", -math.inf, math.inf, ()),
        ("count(gamma_energy > 0.1) == 0 and pT_recoil > 2", 2.0, math.inf, ()),
    ],
)
def test_expressions(cut: str, low: float, high: float, others: tuple[float, ...]) -> None:
    assert of(cut, "pT_recoil") == CutEdges(low=low, high=high, others=others)


def test_published_angles() -> None:
    belle2 = load_selection("belle2_2022")
    angles = cut_edges(belle2, "theta_recoil_lab", 1.0)
    assert [edge / DEGREE for edge in angles.all] == pytest.approx([34, 89, 91, 123], rel=1e-14)
    assert angles.low == -math.inf and angles.high == math.inf  # each holds on one side of 4 GeV^2 only
    assert cut_edges(belle2, "opening_cm", 1.0).high == pytest.approx(179 * DEGREE, rel=1e-14)
    assert cut_edges(belle2, "opening_cm", 1.0, ("muon_pt",)).all == ()


def test_windows_and_expressions_meet() -> None:
    expression = parse_expression("mu_minus_p < 4", observables_of("mumu"), "test")
    both = selection(
        Step(name="a", windows=(Window(column="mu_minus_p", minimum=0.6, maximum=5.0),)),
        Step(name="b", expression=expression),
    )
    assert cut_edges(both, "mu_minus_p", 0.0) == CutEdges(low=0.6, high=4.0)
    assert cut_edges(both, "mu_minus_p", 0.0, ("a",)).all == (0.6, 5.0)


@pytest.mark.parametrize(
    ("column", "edges"),
    [
        ("pT_recoil", (0.5,)),
        ("pT_recoil", (1.67,)),
        ("opening_cm", (179 * DEGREE,)),
        ("theta_recoil_lab", (34 * DEGREE, 89 * DEGREE, 91 * DEGREE, 123 * DEGREE)),
        ("theta_recoil_lab", (32.2 * DEGREE, 128.7 * DEGREE)),
        ("mu_minus_eta_cm", (-1.60, 1.21)),
        ("m2_recoil", (4.0,)),
    ],
)
def test_bins_end_at_the_cuts(column: str, edges: tuple[float, ...]) -> None:
    _, bins, low, high = axis_for(column, "mumu", edges)
    width = (high - low) / bins
    for edge in edges:
        assert (edge - low) / width == pytest.approx(round((edge - low) / width), abs=1e-6)
    assert 30 <= bins <= 200
    _, _, usual_low, usual_high = axis_for(column, "mumu")
    assert low <= usual_low and high >= usual_high - 1e-9


@pytest.mark.parametrize("edges", [(1.0, 1.0001), (0.001,), (0.31, 0.77, 3.33), (-5.0, 99.0)])
def test_impossible_edges_leave_the_usual_bins(edges: tuple[float, ...]) -> None:
    column, bins, low, high = axis_for("ETmiss", "mumu", edges)
    assert column == "ETmiss" and 20 <= bins <= 200 and low <= 0 < 5.4 < high


@pytest.mark.parametrize(
    ("column", "edges", "width"),
    [
        ("theta_recoil_lab", (32.2 * DEGREE, 128.7 * DEGREE), 1.93),
        ("theta_recoil_lab", (), 2.0),
        ("ETmiss", (1.67,), 0.0835),
    ],
)
def test_widths_have_few_digits(column: str, edges: tuple[float, ...], width: float) -> None:
    _, bins, low, high = axis_for(column, "mumu", edges)
    unit = DEGREE if column.startswith("theta") else 1.0
    assert (high - low) / bins / unit == pytest.approx(width, rel=1e-12)
    assert short_width((high - low) / bins / unit) == f"{width:g}"


@pytest.mark.parametrize(("width", "text"), [(96.5 / 48, ""), (2.81 / 28, ""), (0.1, "0.1"), (1 / 3, ""), (2.0, "2")])
def test_widths_are_printed_only_where_exact(width: float, text: str) -> None:
    assert short_width(width) == text
