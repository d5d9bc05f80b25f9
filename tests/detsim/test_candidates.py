"""Electrons, pions, kaons and protons: measured, identified, taken for something else."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from lmutau.detsim.card import load_card
from lmutau.detsim.electron_id import identified_as_electron
from lmutau.detsim.klm import muon_efficiency, muon_misidentification
from lmutau.detsim.response import simulate_block
from lmutau.gen.record import EventBlock, Jagged
from tests.strategies import MASSES, Particle, make_block, spherical

Array = NDArray[np.float64]

BELLE2 = load_card("belle2")
M_E, M_MU, M_PI = 0.51099895e-3, 0.1056583755, 0.13957039
CODES = {"electron": 11, "muon": 13, "pion": -211, "kaon": -321, "proton": -2212}
HADRONS = ("pion", "kaon", "proton")
MASSES.setdefault(321, 0.493677)
MASSES.setdefault(2212, 0.938272088)


def respond(final: list[list[Particle]], card: object = BELLE2) -> EventBlock:
    chosen = BELLE2 if card is BELLE2 else load_card("jkpt2019")
    return simulate_block(make_block(final), chosen, seed=1, process="x", luminosity_block=0)


def column(found: Jagged, name: str) -> list[float]:
    return np.asarray(found[name]).tolist()


@pytest.mark.parametrize("name", CODES)
def test_every_charged_particle_is_measured(name: str) -> None:
    """Pulls of pT with the particle's own velocity: 2e4 of them see a width wrong by 2 %."""
    mass = MASSES[abs(CODES[name])]
    n = 20_000
    reco = respond([[(CODES[name], spherical(0.8, 1.0, 0.5))] for _ in range(n)])
    tracks = reco.collections["Track"]
    assert tracks.counts.tolist() == [1] * n
    assert set(column(tracks, "charge")) == {-1}
    assert set(column(tracks, "efficiency")) == {0.99}
    pt = 0.8 * math.sin(1.0)
    sigma = math.hypot(0.0011 * pt, 0.0025 * math.hypot(0.8, mass) / 0.8)
    pulls = (np.asarray(tracks["pt"], dtype=np.float64) / pt - 1) / sigma
    assert abs(pulls.mean()) < 4 / math.sqrt(n)
    assert pulls.std() == pytest.approx(1, abs=4 / math.sqrt(2 * n))


@pytest.mark.parametrize(("p", "degrees"), [(0.5, 80), (1.6, 80), (3.0, 140), (3.0, 100)])
@pytest.mark.parametrize("name", CODES)
def test_probabilities_of_a_track(name: str, p: float, degrees: float) -> None:
    reco = respond([[(CODES[name], spherical(p, math.radians(degrees), 0.5))]])
    muons, electrons = reco.collections["Muon"], reco.collections["Electron"]
    as_muon = float(muon_misidentification(name, p, math.radians(degrees), BELLE2.klm))
    as_electron = min(float(identified_as_electron(name, p, BELLE2.electron_id)), 1 - as_muon)
    assert column(muons, "efficiency") == pytest.approx([0.99 * as_muon], rel=1e-12)
    assert column(electrons, "efficiency") == pytest.approx([0.99 * as_electron], rel=1e-12)
    assert column(muons, "mass") == [M_MU] and column(electrons, "mass") == [M_E]
    for found in (muons, electrons):
        for key in ("pt", "eta", "phi", "charge", "genPartIdx"):
            assert column(found, key) == column(reco.collections["Track"], key)
        assert column(found, "trackIdx") == [0]
    assert reco.scalars["weight"].tolist() == column(muons, "efficiency")


@pytest.mark.parametrize("name", HADRONS)
@pytest.mark.parametrize(("p", "fake"), [(0.39, 0.0), (0.5, 0.2), (0.7, 0.2), (1.6, 0.115), (2.5, 0.03), (5.0, 0.03)])
def test_hadrons_that_pass_for_muons(name: str, p: float, fake: float) -> None:
    """20 % at 0.7 GeV falling to 3 % above 2.5 GeV, as arXiv:2212.03066 brackets it."""
    assert float(muon_misidentification(name, p, 1.4, BELLE2.klm)) == pytest.approx(fake, rel=1e-12)
    assert float(muon_misidentification(name, p, math.radians(17.5), BELLE2.klm)) == 0


def test_electrons_that_pass_for_muons_and_identified_electrons() -> None:
    assert muon_misidentification("electron", [0.5, 5.0], 1.4, BELLE2.klm).tolist() == [0.003, 0.003]
    found = identified_as_electron("electron", [0.2, 0.4, 1.0, 6.0], BELLE2.electron_id)
    np.testing.assert_allclose(found, [0, 0.8, 0.95, 0.95], rtol=1e-12)


def test_no_electron_in_front_of_a_gap() -> None:
    reco = respond([[(11, spherical(2.0, math.radians(129.5), 0.0))]])
    assert reco.collections["Track"].counts.tolist() == [1]
    assert column(reco.collections["Track"], "eclEnergy") == [0.0]
    assert reco.collections["Electron"].counts.tolist() == [0]


def test_indices_lead_to_the_track_and_the_truth() -> None:
    """A track outside the KLM, a neutrino and a lost muon in between: indices still fit."""
    final: list[Particle] = [
        (211, spherical(1.0, math.radians(17.5), 0.0)), (14, spherical(1.0, 1.0, 1.0)), (11, spherical(1.0, 1.2, 2.0)),
        (13, spherical(1.0, math.radians(5), 0.0)), (-13, spherical(1.0, 1.3, -2.0)), (-211, spherical(2.0, 2.0, 0.3)),
    ]  # fmt: skip
    reco = respond([final, final])
    tracks, muons, electrons = (reco.collections[name] for name in ("Track", "Muon", "Electron"))
    assert column(tracks, "genPartIdx") == 2 * [2, 4, 6, 7]
    assert column(tracks, "charge") == 2 * [1, -1, 1, -1]
    assert column(muons, "genPartIdx") == 2 * [4, 6, 7] and column(muons, "trackIdx") == 2 * [1, 2, 3]
    assert column(electrons, "trackIdx") == 2 * [0, 1, 2, 3]
    for found in (muons, electrons):
        rows = np.repeat(tracks.offsets[:-1], found.counts) + np.asarray(found["trackIdx"], dtype=np.int64)
        for key in ("pt", "eta", "phi", "charge", "genPartIdx"):
            np.testing.assert_array_equal(found[key], tracks[key][rows])


def test_a_true_muon_without_a_chance_is_kept_and_others_are_not() -> None:
    below = [[(13, spherical(0.35, 1.2, 0.0))], [(211, spherical(0.35, 1.2, 0.0))]]
    reco = respond(below)
    assert reco.collections["Muon"].counts.tolist() == [1, 0]
    assert reco.scalars["weight"].tolist() == [0.0, 1.0]
    reco = respond([[(code, spherical(2.0, 1.2, 0.0))] for code in CODES.values()], card="jkpt2019")
    assert reco.collections["Track"].counts.tolist() == [1] * 5
    assert reco.collections["Muon"].counts.tolist() == [0, 1, 0, 0, 0]
    assert reco.collections["Electron"].counts.tolist() == [0] * 5


def test_energy_in_the_calorimeter() -> None:
    final = [[(code, spherical(2.0, 1.2, 0.0))] for code in CODES.values()] + [[(13, spherical(0.2, 1.2, 0.0))]]
    left = column(respond(final).collections["Track"], "eclEnergy")
    kinetic = math.hypot(2.0, M_PI) - M_PI
    assert left[:3] == pytest.approx([math.hypot(2.0, M_E), 0.22, 0.3 * kinetic], rel=1e-12)
    assert left[5] == pytest.approx(math.hypot(0.2, M_MU) - M_MU, rel=1e-12)  # never more than it has


def test_flat_muon_identification() -> None:
    flat = load_card("belle2_flat_muon_id").klm
    angles = np.radians([24.9, 25.1, 60, 154.9, 155.1])
    assert muon_efficiency(2.0, angles, flat).tolist() == [0, 0.9, 0.9, 0.9, 0]
    assert muon_efficiency([0.59, 0.61], 1.0, flat).tolist() == [0, 0.9]
    assert muon_misidentification("pion", [0.5, 1.0, 5.0], 1.0, flat).tolist() == [0, 0, 0]


def test_klm_veto_is_a_choice() -> None:
    final: list[list[Particle]] = [[(22, spherical(2.0, math.radians(angle), 0.0))] for angle in (60, 110, 140)]
    on = replace(BELLE2, ecl=replace(BELLE2.ecl, klm_veto="on", backward_barrel_scale=2.0))
    reco = simulate_block(make_block(final), on, seed=1, process="x", luminosity_block=0)
    assert column(reco.collections["Photon"], "lossProbability") == [1e-6, 2e-6, 7e-3]
    assert column(respond(final).collections["Photon"], "lossProbability") == [3e-6, 3e-6, 7e-3]
