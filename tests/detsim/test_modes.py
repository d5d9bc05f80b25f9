"""Weights and hit or miss: one expectation, whatever is counted; rare losses need weights."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import lmutau
from lmutau.detsim.card import load_card
from lmutau.detsim.hit_or_miss import decide
from lmutau.detsim.simulation import Response
from lmutau.gen.record import EventBlock, Jagged

Array = NDArray[np.float64]

SAMPLES: dict[str, dict[str, Any]] = {"mumugamma": {"min_photon_energy": 0.3}, "tautau": {"decays": "mu,pi"}}


def per_event(found: Jagged, values: Array, combine: Any) -> Array:
    """Sum (np.add) or product (np.multiply) of a flat column in every event."""
    out = np.full(len(found.counts), 0.0 if combine is np.add else 1.0)
    combine.at(out, np.repeat(np.arange(len(found.counts)), found.counts), values)
    return out


def column(found: Jagged, name: str) -> Array:
    return np.asarray(found[name], dtype=np.float64)


def track_rows(block: EventBlock, name: str) -> NDArray[np.int64]:
    """Places in the flat ``Track`` of the candidates of a collection."""
    found, tracks = block.collections[name], block.collections["Track"]
    return np.repeat(tracks.offsets[:-1], found.counts) + np.asarray(found["trackIdx"], dtype=np.int64)


def of_tracks(block: EventBlock, name: str) -> Array:
    """Probability that each track is a candidate of a collection."""
    probability = np.zeros(len(block.collections["Track"]["pt"]))
    probability[track_rows(block, name)] = column(block.collections[name], "efficiency")
    return probability


def expectations(block: EventBlock) -> dict[str, Array]:
    """Expected number of many things in every event, from probabilities or from decisions alike."""
    tracks, photons = block.collections["Track"], block.collections["Photon"]
    as_muon, as_electron = of_tracks(block, "Muon"), of_tracks(block, "Electron")
    muons, electrons = per_event(tracks, as_muon, np.add), per_event(tracks, as_electron, np.add)
    # distinct tracks only: no pair with itself, and the same one is never both
    pairs = (muons**2 - per_event(tracks, as_muon**2, np.add)) / 2
    mixed = muons * electrons - per_event(tracks, as_muon * as_electron, np.add)
    loss = column(photons, "lossProbability")
    lost, seen = per_event(photons, loss, np.multiply), per_event(photons, 1 - loss, np.add)
    two, one = (np.asarray(block.scalars[f"{k}Trigger"], dtype=np.float64) for k in ("twoTrack", "singlePhoton"))
    return {
        "tracks": per_event(tracks, column(tracks, "efficiency"), np.add),
        "muons": muons, "electrons": electrons, "muon pairs": pairs, "electron and muon": mixed,
        "muons above 1.5 GeV": per_event(tracks, as_muon * (column(tracks, "pt") > 1.5), np.add),
        "photons seen": seen, "no photon seen": lost,
        "muon pairs, no photon": pairs * lost, "muon pairs, photon": pairs * (1 - lost),
        "muon pairs, two-track trigger": pairs * two, "photons, single-photon trigger": seen * one,
    }  # fmt: skip


def check_agreement(process: str, n: int, seed: int) -> None:
    """Sums of (decided - expected) x weight within 3 standard deviations, category by category."""
    truth = lmutau.generate(process, n, seed=seed, adaptation_points=4000, **SAMPLES[process])
    card = load_card("belle2")
    # losses that a sample of this size can see, and gaps
    card = replace(card, ecl=replace(card.ecl, barrel_loss=0.2))
    responses = [Response(card, truth.metadata, mode=mode) for mode in ("weights", "hit-or-miss")]
    sums: dict[str, list[float]] = {}
    for block in truth.block().luminosity_blocks():
        expected, decided = (expectations(response(block)) for response in responses)
        weight = np.asarray(block.scalars["genWeight"], dtype=np.float64)
        for name in expected:
            difference = weight * (decided[name] - expected[name])
            total = sums.setdefault(name, [0.0, 0.0, 0.0])
            for i, value in enumerate((difference, difference**2, weight * expected[name])):
                total[i] += float(value.sum())
    for name, (shift, variance, expectation) in sums.items():
        assert expectation > 0 or "photon" in name, name  # tau decays to mu and pi have none
        assert abs(shift) <= 3 * variance**0.5, (process, name, shift, variance**0.5, expectation)


@pytest.mark.parametrize("process", SAMPLES)
def test_weights_agree_with_decisions(process: str) -> None:
    check_agreement(process, 200_000, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("process", SAMPLES)
def test_weights_agree_with_decisions_for_a_million_events(process: str) -> None:
    check_agreement(process, 1_000_000, seed=2)


def test_decisions_are_consistent() -> None:
    """Indices fit, nobody is both muon and electron, factors are 1 and 0, triggers 0 or 1."""
    truth = lmutau.generate("tautau", 20_000, seed=1, adaptation_points=2000, decays="e,pi")
    reco = lmutau.simulate(truth, mode="hit-or-miss")
    assert reco.metadata["detector"]["without_response"] == []
    block = reco.block()
    tracks, part = block.collections["Track"], block.collections["GenPart"]
    identified = []
    for name in ("Muon", "Electron"):
        found = block.collections[name]
        rows = track_rows(block, name)
        for key in ("pt", "eta", "phi", "charge", "genPartIdx"):
            np.testing.assert_array_equal(found[key], tracks[key][rows])
        identified += rows.tolist()
        assert np.all(found["efficiency"] == 1) and len(rows) > 100
    assert len(set(identified)) == len(identified) < len(tracks["pt"])
    places = np.repeat(part.offsets[:-1], tracks.counts) + np.asarray(tracks["genPartIdx"], dtype=np.int64)
    codes = np.abs(np.asarray(part["pdgId"], dtype=np.int64)[places])
    assert set(np.unique(codes)) == {11, 211}
    assert np.all(tracks["efficiency"] == 1) and np.all(block.collections["Photon"]["lossProbability"] == 0)
    for name in ("twoTrackTrigger", "singlePhotonTrigger"):
        assert set(np.unique(block.scalars[name])) <= {0.0, 1.0}
    np.testing.assert_array_equal(block.scalars["weight"], block.scalars["genWeight"])


def test_the_first_decisions_do_not_know_the_rest() -> None:
    truth = lmutau.generate("mumugamma", 20_000, seed=1, adaptation_points=1000, min_photon_energy=0.3)
    card = load_card("belle2")
    reco = Response(card, truth.metadata)(truth.block())
    stage: dict[str, Any] = {"seed": 1, "process": "x", "luminosity_block": 0}
    total = np.array(truth.metadata["beams"]["four_momentum"])
    whole, part = (decide(b, card.trigger, total, **stage) for b in (reco, reco.slice(0, 1000)))
    for name in ("Track", "Muon", "Electron", "Photon"):
        n = len(part.collections[name]["pt"])
        np.testing.assert_array_equal(part.collections[name]["pt"], whole.collections[name]["pt"][:n])
    np.testing.assert_array_equal(part.scalars["twoTrackTrigger"], whole.scalars["twoTrackTrigger"][:1000])


def test_a_loss_of_1e_6_is_known_to_two_per_cent_from_1e5_events() -> None:
    """Yield of muon pairs whose photon is lost in the barrel: 1e-6 of those with one, error below 2 %."""
    card = load_card("belle2")
    card = replace(card, ecl=replace(card.ecl, klm_veto="on"))
    truth = lmutau.generate("mumugamma", 100_000, seed=1, adaptation_points=4000, min_photon_energy=1.0)
    reco = Response(card, truth.metadata)(truth.block().slice(0, 65_536))
    muons, photons = reco.collections["Muon"], reco.collections["Photon"]
    theta = 2 * np.degrees(np.arctan(np.exp(-per_event(photons, column(photons, "eta"), np.add))))
    chosen = (muons.counts == 2) & (photons.counts == 1) & (theta > 33) & (theta < 128) & (abs(theta - 90) > 1)
    weight = np.asarray(reco.scalars["weight"], dtype=np.float64)[chosen]
    generated = np.asarray(reco.scalars["genWeight"], dtype=np.float64)
    identified = per_event(muons, column(muons, "efficiency"), np.multiply)
    assert weight.sum() == pytest.approx(1e-6 * np.sum((generated * identified)[chosen]), rel=1e-9)
    assert np.sqrt(np.sum(weight**2)) / weight.sum() < 0.02
