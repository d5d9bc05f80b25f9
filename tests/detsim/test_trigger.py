"""Trigger: acceptance of the pair, efficiency curve, single-photon lines, the sum over lost photons."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lmutau.detsim.card import DetectorCard, load_card
from lmutau.detsim.frame import card_beams
from lmutau.detsim.response import simulate_block
from lmutau.detsim.trigger import single_photon_efficiency, single_photon_probability, track_pair_efficiency
from tests.statistics import compatible
from tests.strategies import Particle, make_block, mumugamma_block, spherical

Array = NDArray[np.float64]

BELLE2 = load_card("belle2")
TOTAL = card_beams(BELLE2).nominal_total()
M_MU = 0.1056583755


def scalars(final: list[list[Particle]], card: DetectorCard = BELLE2) -> tuple[list[float], list[float]]:
    reco = simulate_block(make_block(final), card, seed=1, process="x", luminosity_block=0)
    return reco.scalars["twoTrackTrigger"].tolist(), reco.scalars["singlePhotonTrigger"].tolist()


def muon(sign: int, degrees: float, phi: float, p: float = 2.0) -> Particle:
    return sign * 13, spherical(p, math.radians(degrees), math.radians(phi))


def m2_recoil(*particles: Particle) -> float:
    p = TOTAL - np.sum([[math.hypot(M_MU, *q), *q] for _, q in particles], axis=0)
    return float(p[0] ** 2 - p[1:] @ p[1:])


@pytest.mark.parametrize(
    ("first", "second", "opening", "fires"),
    [(37.1, 60, 31, True), (36.9, 60, 31, False), (60, 119.9, 31, True), (60, 120.1, 31, False),
     (60, 80, 29.9, False), (60, 80, 30.1, True), (60, 80, 180, True), (60, 80, 329.9, True), (60, 80, 330.1, False)],
)  # fmt: skip
def test_acceptance_of_the_pair(first: float, second: float, opening: float, fires: bool) -> None:
    pair = [muon(1, first, 170.0), muon(-1, second, 170.0 + opening)]
    (found,), _ = scalars([pair])
    expected = float(track_pair_efficiency(m2_recoil(*pair), BELLE2.trigger)) if fires else 0.0
    assert found == pytest.approx(expected, rel=1e-12)


def test_opening_angle_and_pt_are_numbers_of_the_card() -> None:
    pair = [muon(1, 60, 0.0), muon(-1, 80, 60.0)]
    wide = replace(BELLE2, trigger=replace(BELLE2.trigger, opening_angle=90.0))
    assert scalars([pair])[0][0] > 0.88 and scalars([pair], wide)[0] == [0.0]
    slow = [muon(1, 60, 0.0, p=0.34), muon(-1, 80, 60.0)]  # pT = 0.294 GeV
    assert scalars([slow])[0] == [0.0]


@pytest.mark.parametrize(("m2", "efficiency"), [(-3, 0.89), (0, 0.89), (9, 0.89 + 0.04 / 9), (40.5, 0.91), (95, 0.93)])
def test_efficiency_curve(m2: float, efficiency: float) -> None:
    assert float(track_pair_efficiency(m2, BELLE2.trigger)) == pytest.approx(efficiency, rel=1e-12)


def test_the_best_of_several_pairs_counts() -> None:
    good, other, outside = muon(1, 60, 0.0), muon(-1, 100, 120.0, p=1.0), muon(-1, 130, 200.0)
    pion: Particle = (211, spherical(0.5, math.radians(90), math.radians(240)))
    (found,), _ = scalars([[good, other, outside, pion]])
    m_pi = 0.13957039

    def mass2(a: Particle, b: Particle) -> float:
        p = TOTAL.copy()
        for code, q in (a, b):
            p -= [math.hypot(m_pi if code == 211 else M_MU, *q), *q]
        return float(p[0] ** 2 - p[1:] @ p[1:])

    best = max(float(track_pair_efficiency(mass2(*pair), BELLE2.trigger)) for pair in
               itertools.combinations((good, other, pion), 2))  # fmt: skip
    assert found == pytest.approx(best, rel=1e-12)


def test_events_without_a_pair() -> None:
    assert scalars([[], [muon(1, 60, 0.0)]])[0] == [0.0, 0.0]


def test_solid_angle_of_the_pair() -> None:
    """Isotropic independent muons: (share in 37-120 deg)^2 x 5/6 have azimuths more than 30 deg apart."""
    card = replace(BELLE2, trigger=replace(BELLE2.trigger, track_min_pt=0.0, pair_efficiency=(1.0, 1.0)))
    card = replace(card, tracking=replace(card.tracking, min_pt=0.0))
    reco = simulate_block(mumugamma_block(65_536), card, seed=1, process="x", luminosity_block=0)
    fired = np.asarray(reco.scalars["twoTrackTrigger"], dtype=np.float64)
    assert set(np.unique(fired)) == {0.0, 1.0}
    share = ((math.cos(math.radians(37)) - math.cos(math.radians(120))) / 2) ** 2 * 5 / 6
    assert not compatible(float(fired.mean()), math.sqrt(share * (1 - share) / len(fired)), share)


def test_off_means_probability_one() -> None:
    two, one = scalars([[], [muon(1, 10, 0.0)]], load_card("jkpt2019"))
    assert two == one == [1.0, 1.0]


def at_cms(energy: float, degrees: float) -> Particle:
    """Photon of c.m. energy ``energy`` at a laboratory angle, azimuth 0."""
    direction = np.array([math.sin(math.radians(degrees)), 0.0, math.cos(math.radians(degrees))])
    mass = math.sqrt(TOTAL[0] ** 2 - TOTAL[1:] @ TOTAL[1:])
    lab = energy * mass / (TOTAL[0] - TOTAL[1:] @ direction)
    return 22, spherical(lab, math.radians(degrees), 0.0)


@pytest.mark.parametrize(
    ("energy", "degrees", "efficiency"),
    [(0.49, 70, 0.0), (0.51, 70, 0.95), (0.51, 43.9, 0.0), (0.51, 98.1, 0.0), (0.51, 44.1, 0.95),
     (0.99, 110, 0.0), (1.01, 110, 0.98), (1.01, 116, 0.95), (1.01, 129.9, 0.95), (1.01, 31.9, 0.0),
     (1.99, 20, 0.0), (2.01, 20, 1.0), (2.01, 16.9, 0.0), (2.01, 149.9, 1.0), (2.01, 150.1, 0.0)],
)  # fmt: skip
def test_single_photon_lines(energy: float, degrees: float, efficiency: float) -> None:
    _, found = scalars([[at_cms(energy, degrees)]])
    in_gap = BELLE2.ecl.barrel_max < degrees < BELLE2.ecl.backward_min
    assert found == [0.0 if in_gap else efficiency]
    assert float(single_photon_efficiency(energy, math.radians(degrees), BELLE2.trigger)) == efficiency


def test_a_second_cluster_vetoes() -> None:
    photon = at_cms(3.0, 70)
    small, large = (22, spherical(0.29, 2.0, 2.0)), (22, spherical(0.31, 2.0, 2.0))
    gap: Particle = (22, spherical(0.31, math.radians(129.5), 2.0))
    electron: Particle = (11, spherical(0.5, 1.5, 2.0))
    events: list[list[Particle]] = [[photon, small], [photon, large], [photon, gap], [photon, electron]]
    events += [[photon, muon(1, 60, 2.0)], [large, photon], []]
    _, found = scalars(events)
    # a photon in a gap is never seen; a muon leaves 0.22 GeV; an electron everything
    assert found == [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0]


_photons = st.lists(
    st.tuples(st.floats(0.1, 5), st.floats(0.1, 5), st.sampled_from((0.0, 0.5, 0.95)), st.floats(0, 1)), max_size=5
)


@given(photons=_photons, limit=st.floats(0.1, 1))
def test_lost_photons_are_summed_over_exactly(photons: list[tuple[float, float, float, float]], limit: float) -> None:
    """Against the sum over all subsets of seen photons."""
    columns = np.array(photons, dtype=np.float64).reshape(-1, 4).T.copy()
    found = single_photon_probability(columns[0], columns[1], columns[2], columns[3], limit)
    expected = 0.0
    for seen in itertools.product((False, True), repeat=len(photons)):
        chance = math.prod((1 - q[3]) if s else q[3] for q, s in zip(photons, seen, strict=True))
        shown = [(q, i) for i, (q, s) in enumerate(zip(photons, seen, strict=True)) if s]
        if shown:
            leader, place = max(shown, key=lambda item: (item[0][0], -item[1]))
            quiet = all(q[1] <= limit for q, i in shown if i != place)
            expected += chance * leader[2] * quiet
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-15)
    assert 0 <= found <= 1 + 1e-12
