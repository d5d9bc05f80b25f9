"""The Crystal Ball: shape against quadrature, core width, mean, energies that stay positive."""

import math
from dataclasses import replace

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmutau.detsim.card import load_card
from lmutau.detsim.direction import polar
from lmutau.detsim.ecl import ecl_numbers, measure_photon
from lmutau.detsim.energy_tail import energy_tail, tail_shape, with_tail
from lmutau.detsim.response import simulate_block
from tests.strategies import Momentum, make_block, momenta, spherical

ECL = load_card("belle2").ecl


@pytest.mark.parametrize("tail", [energy_tail(1.0, 1.0, 5.0), energy_tail(0.3, 0.7, 3.0), energy_tail(0.0, 1.0, 5.0)])
def test_density_is_normalised_and_continuous(tail: tuple[float, ...]) -> None:
    shape = energy_tail(*tail[:3])

    def density(t: float) -> float:
        return float(tail_shape(np.array([float(t)]), shape)[0])

    start = shape.start
    assert float(mpmath.quad(density, [-mpmath.inf, -30, -start, 0, 8])) == pytest.approx(1, rel=1e-6)
    edge = [density(-start - 1e-9), density(-start + 1e-9)]
    assert edge[0] == pytest.approx(edge[1], rel=1e-7)


@pytest.mark.parametrize(("share", "start", "power"), [(1.0, 1.0, 5.0), (0.4, 0.8, 3.0), (0.0, 1.0, 5.0)])
def test_numbers_follow_the_density(share: float, start: float, power: float) -> None:
    """4e5 numbers in bins of equal width against the integral of the density, chi squared."""
    tail, random = energy_tail(share, start, power), np.random.default_rng(1)
    n = 400_000
    numbers = [with_tail(a, b, tail) for a, b in zip(random.standard_normal(n), random.random(n), strict=True)]
    edges = np.linspace(-8, 4, 49)
    fine = np.linspace(-8, 4, 48 * 100 + 1)
    density = tail_shape(fine, tail)
    cumulative = np.concatenate(([0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(fine))))
    expected = n * np.diff(cumulative[::100])
    counts, _ = np.histogram(numbers, edges)
    good = expected > 20
    chi2 = float(np.sum((counts[good] - expected[good]) ** 2 / expected[good]))
    assert chi2 < good.sum() + 4 * math.sqrt(2 * good.sum())


def test_the_core_keeps_the_width_of_the_card() -> None:
    """The core, |t| < 1 above the start of the tail, is Gaussian of unit width: ratio of two bins."""
    tail = energy_tail(1.0, 1.0, 5.0)
    inner, outer = tail_shape(np.array([0.0, 1.0]), tail)
    assert inner / outer == pytest.approx(math.exp(0.5), rel=1e-12)


@given(momentum=momenta(), normal=st.floats(-9, 9), uniform=st.floats(0, 1, exclude_max=True))
def test_energy_is_never_negative(momentum: Momentum, normal: float, uniform: float) -> None:
    section = replace(ECL, tail_share=1.0, tail_start=0.3, tail_power=1.1)
    numbers, _ = ecl_numbers(section)
    t = with_tail(normal, uniform, numbers.tail)
    assert t <= max(normal, -0.3) + 1e-9 and math.isfinite(t)
    pt, eta, phi = polar(*measure_photon(*momentum, numbers, (t, 0.0, 0.0)))
    energy = math.sqrt(sum(x * x for x in momentum))
    assert 0 <= pt <= energy * (1 + abs(normal)) and math.isfinite(eta) and math.isfinite(phi)


def test_the_tail_shifts_no_other_number() -> None:
    """Photons that are not in the tail, all directions and all tracks are as without it."""
    card = load_card("belle2")
    final = [[(13, spherical(2.0, 1.0, 0.3)), (22, spherical(2.0, 1.2, -1.0))] for _ in range(5000)]
    block = make_block(final)
    lossy = replace(card, ecl=replace(card.ecl, tail_share=0.5))
    one, two = (simulate_block(block, c, seed=1, process="x", luminosity_block=0) for c in (card, lossy))
    np.testing.assert_array_equal(one.collections["Muon"]["pt"], two.collections["Muon"]["pt"])
    np.testing.assert_array_equal(one.collections["Photon"]["eta"], two.collections["Photon"]["eta"])
    pts = [np.asarray(reco.collections["Photon"]["pt"], dtype=np.float64) for reco in (one, two)]
    changed = pts[0] != pts[1]
    tail = energy_tail(0.5, 1.0, 5.0)
    below = 0.5 * math.erfc(1 / math.sqrt(2))
    expected = tail.below * below + tail.above * (1 - below)
    assert changed.mean() == pytest.approx(expected, abs=4 * math.sqrt(expected / 5000))
    assert (pts[1] - pts[0])[changed].mean() < 0
