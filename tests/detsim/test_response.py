"""The whole response: smearing, weights, bookkeeping, randomness."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lmutau.detsim.card import DetectorCard, load_card
from lmutau.detsim.frame import card_beams
from lmutau.detsim.hit_or_miss import decide
from lmutau.detsim.response import simulate_block
from lmutau.gen.errors import ConfigError
from lmutau.gen.record import EventBlock
from tests.statistics import compatible
from tests.strategies import blocks, make_block, mumugamma_block, spherical

Array = NDArray[np.float64]

CARDS = {name: load_card(name) for name in ("belle2", "jkpt2019")}
BLOCK = mumugamma_block(65_536, luminosity_block=3)
M_MU = 0.1056583755


def respond(block: EventBlock, card: DetectorCard, seed: int = 5, number: int = 3) -> EventBlock:
    return simulate_block(block, card, seed=seed, process="mumugamma", luminosity_block=number)


RECO = {name: respond(BLOCK, card) for name, card in CARDS.items()}


def floats(column: NDArray[np.generic]) -> Array:
    return np.asarray(column, dtype=np.float64)


def truth_of(reco: EventBlock, collection: str) -> tuple[Array, Array, Array]:
    """True pT, theta, phi of the particles of a reconstructed collection."""
    found, part = reco.collections[collection], reco.collections["GenPart"]
    event = np.repeat(np.arange(len(reco)), found.counts)
    i = part.offsets[event] + np.asarray(found["genPartIdx"], dtype=np.int64)
    px, py, pz = (floats(part[name])[i] for name in ("px", "py", "pz"))
    pt = np.hypot(px, py)
    return pt, np.arctan2(pt, pz), np.arctan2(py, px)


def measured(reco: EventBlock, collection: str) -> tuple[Array, Array, Array]:
    found = reco.collections[collection]
    pt, eta, phi = (floats(found[name]) for name in ("pt", "eta", "phi"))
    return pt, 2 * np.arctan(np.exp(-eta)), phi


def check_pulls(pulls: Array) -> None:
    """Mean 0 and width 1 within 4 sigma of the sample; 1e5 pulls see a width wrong by 1 %."""
    n = len(pulls)
    assert n > 5e4
    assert not compatible(float(pulls.mean()), 1 / math.sqrt(n), 0)
    assert not compatible(float(pulls.std()), 1 / math.sqrt(2 * n), 1)


def test_momentum_pulls_of_belle2() -> None:
    pt, theta, _ = truth_of(RECO["belle2"], "Muon")
    p = pt / np.sin(theta)
    beta = p / np.hypot(p, M_MU)
    check_pulls((measured(RECO["belle2"], "Muon")[0] / pt - 1) / np.sqrt((0.0011 * pt) ** 2 + (0.0025 / beta) ** 2))


def test_direction_pulls_of_belle2() -> None:
    _, theta, phi = truth_of(RECO["belle2"], "Muon")
    _, measured_theta, measured_phi = measured(RECO["belle2"], "Muon")
    check_pulls((measured_theta - theta) / 1e-3)
    check_pulls(np.remainder(measured_phi - phi + math.pi, 2 * math.pi) / 1e-3 - math.pi / 1e-3)


def test_pulls_of_jkpt2019() -> None:
    pt, theta, phi = truth_of(RECO["jkpt2019"], "Muon")
    measured_pt, measured_theta, measured_phi = measured(RECO["jkpt2019"], "Muon")
    check_pulls((measured_pt / pt - 1) / 0.005)
    np.testing.assert_allclose(measured_theta, theta, rtol=1e-12)
    np.testing.assert_allclose(measured_phi, phi, rtol=1e-14)


def test_photon_pulls_of_belle2() -> None:
    pt, theta, phi = truth_of(RECO["belle2"], "Photon")
    measured_pt, measured_theta, measured_phi = measured(RECO["belle2"], "Photon")
    energy = pt / np.sin(theta)
    check_pulls((measured_pt / np.sin(measured_theta) / energy - 1) / np.sqrt(0.0117**2 / energy + 0.0155**2))
    sigma = np.sqrt(0.004**2 / energy + 0.0026**2)
    check_pulls((measured_theta - theta) / sigma)
    turn = np.remainder(measured_phi - phi + math.pi, 2 * math.pi) - math.pi
    check_pulls(turn * np.sin(theta) / sigma)


def test_smearing_is_uncorrelated() -> None:
    """Momentum, theta and phi of one muon, and the two muons of an event, know nothing of each other."""
    pt, theta, phi = truth_of(RECO["belle2"], "Muon")
    measured_pt, measured_theta, measured_phi = measured(RECO["belle2"], "Muon")
    turn = np.remainder(measured_phi - phi + math.pi, 2 * math.pi) - math.pi
    pulls = np.stack([measured_pt / pt - 1, measured_theta - theta, turn])
    correlation: Array = np.asarray(np.corrcoef(pulls))
    assert np.abs(correlation[np.triu_indices(3, 1)]).max() < 4 / math.sqrt(len(pt))
    exact, _, _ = truth_of(RECO["jkpt2019"], "Muon")
    pairs = (measured(RECO["jkpt2019"], "Muon")[0] / exact - 1).reshape(-1, 2)
    assert abs(np.asarray(np.corrcoef(pairs.T))[0, 1]) < 4 / math.sqrt(len(pairs))


@pytest.mark.parametrize("name", CARDS)
def test_every_event_is_kept_and_the_truth_untouched(name: str) -> None:
    reco = RECO[name]
    assert len(reco) == len(BLOCK)
    assert reco.collections["GenPart"] is BLOCK.collections["GenPart"]
    for key, column in BLOCK.scalars.items():
        assert reco.scalars[key] is column
    vector = {"pt": "f8", "eta": "f8", "phi": "f8", "mass": "f8"}
    track = {"pt": "f8", "eta": "f8", "phi": "f8", "charge": "i4", "genPartIdx": "i2", "efficiency": "f8"}
    lepton = {**track, "mass": "f8", "trackIdx": "i2"}
    expected = {
        "Track": {**track, "eclEnergy": "f8"},
        "Muon": lepton,
        "Electron": lepton,
        "Photon": {**vector, "genPartIdx": "i2", "lossProbability": "f8"},
    }
    for collection, columns in expected.items():
        found = reco.collections[collection].columns
        assert {key: column.dtype for key, column in found.items()} == {k: np.dtype(t) for k, t in columns.items()}


def test_acceptance_of_the_response_by_solid_angle() -> None:
    """Isotropic muons; above 1.1 GeV pT > 0.1 GeV excludes nothing in 17-150 deg: the accepted part is known."""
    part = BLOCK.collections["GenPart"]
    momentum = np.sqrt(sum(floats(part[k]) ** 2 for k in ("px", "py", "pz")))
    energetic = (np.abs(np.asarray(part["pdgId"])) == 13) & (momentum > 1.1)
    pt, theta, _ = truth_of(RECO["belle2"], "Muon")
    found, n = int(np.sum(pt / np.sin(theta) > 1.1)), int(energetic.sum())
    share = (math.cos(math.radians(17)) - math.cos(math.radians(150))) / 2
    assert not compatible(found / n, math.sqrt(share * (1 - share) / n), share)
    assert math.degrees(theta.min()) >= 17 and math.degrees(theta.max()) <= 150
    assert pt.min() >= 0.1
    assert np.all(RECO["jkpt2019"].collections["Muon"].counts == 2)


def test_weights_by_hand() -> None:
    """mu- 3 GeV at 60 deg, mu+ 1.35 GeV at 20 deg; photon 2 GeV in the barrel, the beam pipe, a gap."""
    barrel, forward = spherical(3.0, math.radians(60), 0.1), spherical(1.35, math.radians(20), 2.0)
    seen, pipe, gap = (spherical(2.0, math.radians(angle), -1.0) for angle in (100, 5, 129.5))
    final = [[(13, barrel), (-13, forward), (22, photon)] for photon in (seen, pipe, gap)]
    block = make_block(final, weights=np.array([2.0, 3.0, 5.0]))
    belle2 = respond(block, CARDS["belle2"], number=0)
    muons = 0.99 * 0.99 * 0.99 * (0.96 - 0.025)
    np.testing.assert_allclose(floats(belle2.scalars["weight"]), [2 * muons * 3e-6, 3 * muons, 5 * muons], rtol=1e-12)
    assert belle2.collections["Photon"].counts.tolist() == [1, 0, 1]
    assert belle2.collections["Photon"]["lossProbability"].tolist() == [3e-6, 1.0]
    assert belle2.collections["Muon"]["charge"].tolist() == 3 * [-1, 1]
    assert belle2.collections["Muon"]["genPartIdx"].tolist() == 3 * [2, 3]
    assert np.asarray(belle2.collections["Muon"]["mass"]).tolist() == 6 * [M_MU]
    jkpt = respond(block, CARDS["jkpt2019"], number=0)
    # the forward muon is outside 25-155 deg: present, never identified
    assert jkpt.collections["Muon"]["efficiency"].tolist() == 3 * [0.9, 0.0]
    assert jkpt.scalars["weight"].tolist() == [0.0, 0.0, 0.0]


def test_efficiency_is_taken_at_the_true_momentum() -> None:
    """A muon of 0.6001 GeV is above the threshold of the paper, however it is measured."""
    final = [[(13, spherical(0.6001, 1.0, 0.0))] for _ in range(200)]
    reco = respond(make_block(final), CARDS["jkpt2019"], number=0)
    pt = floats(reco.collections["Muon"]["pt"])
    assert pt.min() < 0.6 * math.sin(1.0) < pt.max()
    assert set(np.asarray(reco.collections["Muon"]["efficiency"]).tolist()) == {0.9}


@pytest.mark.parametrize("name", CARDS)
def test_weight_is_the_product(name: str) -> None:
    reco = RECO[name]
    expected = np.array(BLOCK.scalars["genWeight"], dtype=np.float64)
    for collection, column in (("Muon", "efficiency"), ("Photon", "lossProbability")):
        found = reco.collections[collection]
        event = np.repeat(np.arange(len(reco)), found.counts)
        np.multiply.at(expected, event, floats(found[column]))
    np.testing.assert_allclose(floats(reco.scalars["weight"]), expected, rtol=1e-14)


@pytest.mark.parametrize("name", CARDS)
def test_a_block_is_reproduced_and_its_first_events_do_not_know_the_rest(name: str) -> None:
    again, short = respond(BLOCK, CARDS[name]), respond(BLOCK.slice(0, 1000), CARDS[name])
    for collection in ("Track", "Muon", "Electron", "Photon"):
        for key, column in RECO[name].collections[collection].columns.items():
            np.testing.assert_array_equal(again.collections[collection][key], column)
            first = short.collections[collection][key]
            np.testing.assert_array_equal(first, column[: len(first)])
    assert short.collections["Muon"].counts.tolist() == RECO[name].collections["Muon"].counts[:1000].tolist()


@pytest.mark.parametrize("change", [{"seed": 6}, {"number": 4}])
def test_other_seeds_and_blocks_are_independent(change: dict[str, int]) -> None:
    block = mumugamma_block(20_000, luminosity_block=change.get("number", 3))
    one = respond(mumugamma_block(20_000, luminosity_block=3), CARDS["jkpt2019"])
    two = respond(block, CARDS["jkpt2019"], **change)
    exact, _, _ = truth_of(one, "Muon")
    pulls = np.stack([measured(reco, "Muon")[0] / exact - 1 for reco in (one, two)])
    assert abs(np.asarray(np.corrcoef(pulls))[0, 1]) < 4 / math.sqrt(40_000)


def test_losing_a_particle_does_not_shift_the_others() -> None:
    card = CARDS["belle2"]
    narrow = respond(BLOCK, replace(card, tracking=replace(card.tracking, polar_min=60.0)))
    _, theta, _ = truth_of(RECO["belle2"], "Muon")
    kept = np.degrees(theta) >= 60
    assert 0.3 < kept.mean() < 0.9
    for key in ("pt", "eta", "phi", "efficiency"):
        np.testing.assert_array_equal(
            narrow.collections["Muon"][key], np.asarray(RECO["belle2"].collections["Muon"][key])[kept]
        )


def test_events_of_another_luminosity_block_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"luminosity_block = 2.*\[3\]"):
        respond(BLOCK.slice(0, 10), CARDS["belle2"], number=2)


def with_every_option(card: DetectorCard) -> DetectorCard:
    """A card with its tail, the KLM veto, p in the resolution, and wide resolutions."""
    return replace(
        card,
        tracking=replace(card.tracking, momentum_variable="p", resolution_scale=50.0),
        ecl=replace(card.ecl, tail_share=1.0, tail_power=1.1, klm_veto="on", angle_stochastic=1.0),
    )


@pytest.mark.parametrize("mode", ["weights", "hit-or-miss"])
@given(block=blocks(), card=st.sampled_from((*CARDS.values(), with_every_option(CARDS["belle2"]))))
def test_everything_is_finite_and_bounded(mode: str, block: EventBlock, card: DetectorCard) -> None:
    reco = respond(block, card, number=0)
    if mode == "hit-or-miss":
        total = card_beams(card).nominal_total()
        reco = decide(reco, card.trigger, total, seed=1, process="x", luminosity_block=0)
    assert len(reco.scalars["weight"]) == len(block)
    part = block.collections["GenPart"]
    final = np.asarray(part["status"]) == 1
    charged = (11, 13, 211)
    for collection, codes, factor in (
        ("Track", charged, "efficiency"),
        ("Muon", charged, "efficiency"),
        ("Electron", charged, "efficiency"),
        ("Photon", (22,), "lossProbability"),
    ):
        found = reco.collections[collection]
        assert found.offsets[-1] <= np.sum(final & np.isin(np.abs(np.asarray(part["pdgId"])), codes))
        for column in found.columns.values():
            assert len(column) == found.offsets[-1]
            assert np.all(np.isfinite(floats(column)))
        assert np.all(floats(found["pt"]) >= 0)
        assert np.all((floats(found[factor]) >= 0) & (floats(found[factor]) <= 1))
    assert np.all(floats(reco.collections["Track"]["eclEnergy"]) >= 0)
    for name in ("twoTrackTrigger", "singlePhotonTrigger"):
        assert np.all((floats(reco.scalars[name]) >= 0) & (floats(reco.scalars[name]) <= 1))
    weight = floats(reco.scalars["weight"])
    assert np.all((weight >= 0) & (weight <= floats(block.scalars["genWeight"])))
