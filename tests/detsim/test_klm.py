"""Muon identification: table against momentum, geometry, endcaps."""

import math

import numpy as np
import pytest

from lmutau.detsim.card import load_card
from lmutau.detsim.interpolation import piecewise
from lmutau.detsim.klm import muon_efficiency

BELLE2 = load_card("belle2").klm
JKPT = load_card("jkpt2019").klm


def test_table_is_zero_below_linear_between_flat_above() -> None:
    table = np.array([[0.5, 1.0, 3.0], [0.2, 0.6, 1.0]])
    found = [piecewise(x, table) for x in (0.0, 0.4999, 0.5, 0.75, 1.0, 2.0, 3.0, 50.0)]
    np.testing.assert_allclose(found, [0, 0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.0], rtol=1e-14)
    assert piecewise(math.nan, table) == 0.0


def test_two_equal_nodes_make_a_step() -> None:
    table = np.array([[0.4, 0.7, 0.7, 2.0], [0.8, 0.8, 0.93, 0.99]])
    found = [piecewise(x, table) for x in (0.4, 0.7 - 1e-12, 0.7, 1.35)]
    np.testing.assert_allclose(found, [0.8, 0.8, 0.93, 0.96], rtol=1e-10)


def test_table_of_one_point() -> None:
    assert [piecewise(x, np.array([[0.6], [0.9]])) for x in (0.59, 0.6, 7.0)] == [0.0, 0.9, 0.9]


@pytest.mark.parametrize(
    ("p", "degrees", "efficiency"),
    [
        (0.59, 60, 0.0),
        (0.61, 60, 0.9),
        (5.0, 25.1, 0.9),
        (5.0, 24.9, 0.0),
        (5.0, 154.9, 0.9),
        (5.0, 155.1, 0.0),
    ],
)
def test_jkpt2019(p: float, degrees: float, efficiency: float) -> None:
    assert float(muon_efficiency(p, math.radians(degrees), JKPT)) == efficiency


@pytest.mark.parametrize(
    ("p", "degrees", "efficiency"),
    [
        (0.3, 90, 0.0),
        (0.5, 90, 0.80),
        (0.7, 90, 0.93),
        (1.35, 90, 0.96),
        (5.0, 90, 0.99),
        (5.0, 20, 0.965),
        (5.0, 140, 0.965),
        (5.0, 17.9, 0.0),
        (5.0, 155.1, 0.0),
    ],
)
def test_belle2(p: float, degrees: float, efficiency: float) -> None:
    assert float(muon_efficiency(p, math.radians(degrees), BELLE2)) == pytest.approx(efficiency, rel=1e-12)


def test_endcap_reduction_is_continuous_through_the_overlaps() -> None:
    angles = np.radians(np.linspace(18.001, 154.999, 200_001))
    efficiency = muon_efficiency(3.0, angles, BELLE2)
    assert np.abs(np.diff(efficiency)).max() < 1e-5
    assert efficiency.min() == pytest.approx(0.965, rel=1e-12)
    assert efficiency.max() == pytest.approx(0.99, rel=1e-12)
    middle = math.acos((math.cos(math.radians(37)) + math.cos(math.radians(47))) / 2)
    assert float(muon_efficiency(3.0, middle, BELLE2)) == pytest.approx(0.9775, rel=1e-12)
