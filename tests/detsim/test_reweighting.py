"""Other detector numbers for the same events, against simulation with the changed card."""

import dataclasses
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lmutau
from lmutau.detsim.card import load_card
from lmutau.detsim.ecl import photon_loss
from lmutau.detsim.klm import muon_efficiency
from lmutau.detsim.reweighting import DetectorReweighting, detector_keys
from lmutau.detsim.tracking import track_efficiency
from lmutau.gen import merge_samples
from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.record import EventBlock, Jagged
from lmutau.gen.sample import Sample, sample_of
from lmutau.reweighting import reweight

CHANGES: dict[str, Any] = {
    "ecl.barrel_loss": "1e-6", "ecl.slit_width": 0.0, "ecl.turn_on_efficiency": [0.1, 0.9, 0.9],
    "ecl.forward_max": 30.0, "klm.endcap_reduction": 0.2, "klm.polar_min": 30.0,
    "klm.muon_efficiency": "0.1,0.2,0.8,0.9", "tracking.efficiency": 0.9,
}  # fmt: skip


@pytest.fixture(scope="module")
def truth() -> Sample:
    return lmutau.generate("mumugamma", 70_000, seed=3, adaptation_points=1000, min_photon_energy=0.5, isr=True)


@pytest.fixture(scope="module")
def reco(truth: Sample) -> Sample:
    return lmutau.simulate(truth)


def _changed_card(folder: Path, changes: dict[str, Any]) -> Path:
    lines = ["inherits = 'belle2'"]
    for key, value in changes.items():
        text = f"[{value}]" if isinstance(value, str) and "," in value else value
        lines += [f"[{key}]", f"value = {text}"]
    path = folder / "changed.toml"
    path.write_text("\n".join(lines))
    return path


def _same_events(one: Sample, other: Sample) -> None:
    assert one.events.fields == other.events.fields
    for name in one.events.fields:
        assert ak.array_equal(one.events[name], other.events[name]), name


@pytest.mark.parametrize("key", [None, *CHANGES])
def test_equals_simulation_with_the_changed_card(truth: Sample, reco: Sample, tmp_path: Path, key: str | None) -> None:
    """Every column, to the last bit, in two luminosity blocks."""
    numbers = load_card("belle2").numbers()
    points = len(numbers["ecl.turn_on_energy"]["value"])
    own = {**CHANGES, "ecl.turn_on_efficiency": [0.1, *[0.9] * (points - 1)]}
    changes = own if key is None else {key: own[key]}
    expected = lmutau.simulate(truth, _changed_card(tmp_path, changes))
    found = reweight(reco, changes)
    _same_events(found, expected)
    assert not np.array_equal(np.asarray(found.events.weight), np.asarray(reco.events.weight))
    for name, entry in expected.metadata["detector"]["numbers"].items():
        assert found.metadata["detector"]["numbers"][name]["value"] == entry["value"], name
    assert found.sigma == reco.sigma
    step = found.metadata["reweighted"][-1]["changed"]
    assert set(step) == set(changes)
    assert found.metadata["detector"]["numbers"][next(iter(changes))]["kind"] == "assumed"


@pytest.mark.parametrize(
    "changes",
    [
        {"electron_id.muon_to_electron": [0.0]},
        {"electron_id.pion_to_electron": [0.0, 0.0], "klm.pion_to_muon": [0.0, 0.0, 0.0]},
        {"klm.pion_to_muon_momentum": [1.0, 1.5, 2.0]},
        {"tracking.turn_on_pt": [0.1, 0.5, 1.0]},
        {"trigger.opening_angle": 90.0, "trigger.pair_efficiency": "0.5,0.6", "trigger.track_polar_max": 110.0},
        {"ecl.backward_min": 135.0, "ecl.muon_deposit": 0.25},
    ],
)
def test_candidates_and_triggers_follow(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Candidates come and go, triggers change: still what simulation with the changed card gives, to the last bit."""
    truth = lmutau.generate("tautau", 5000, seed=3, adaptation_points=1000, decays="mu,pi")
    reco = lmutau.simulate(truth)
    found = reweight(reco, changes)
    _same_events(found, lmutau.simulate(truth, _changed_card(tmp_path, changes)))
    assert any(not ak.array_equal(found.events[name], reco.events[name]) for name in found.events.fields)


def test_the_columns_are_the_public_formulas(reco: Sample) -> None:
    found = reweight(reco, {"ecl.barrel_loss": 1e-5, "tracking.efficiency": 0.8})
    card = load_card("belle2")
    events = found.events[:500]
    particles = events.GenPart
    p = np.sqrt(particles.px**2 + particles.py**2 + particles.pz**2)
    theta = np.arccos(particles.pz / p)
    ecl = dataclasses.replace(card.ecl, barrel_loss=1e-5)
    photon, muon = events.Photon.genPartIdx, events.Muon.genPartIdx
    loss = photon_loss(ak.flatten(p[photon]), ak.flatten(theta[photon]), ecl)
    assert ak.to_numpy(ak.flatten(events.Photon.lossProbability)) == pytest.approx(loss, rel=1e-12)
    identified = muon_efficiency(ak.flatten(p[muon]), ak.flatten(theta[muon]), card.klm)
    pt = ak.flatten((p * np.sin(theta))[muon])
    tracked = track_efficiency(pt, dataclasses.replace(card.tracking, efficiency=0.8))
    assert ak.to_numpy(ak.flatten(events.Muon.efficiency)) == pytest.approx(tracked * identified, rel=1e-12)
    product = ak.prod(events.Muon.efficiency, axis=1) * ak.prod(events.Photon.lossProbability, axis=1)
    assert np.asarray(events.weight) == pytest.approx(np.asarray(events.genWeight * product), rel=1e-12)


def test_losses_of_zero_come_back(truth: Sample) -> None:
    """The fast card loses no photon in the barrel: all weights are zero there, and a ratio would stay so."""
    reco = lmutau.simulate(truth, "jkpt2019")
    numbers = reco.metadata["detector"]["numbers"]
    found = reweight(reco, {"ecl.barrel_loss": 1e-6})
    again = reweight(found, {"ecl.barrel_loss": numbers["ecl.barrel_loss"]["value"]})
    _same_events(again, reco)
    none = reweight(found, {"ecl.barrel_loss": 0.0, "ecl.slit_loss": 0.0})
    _same_events(reweight(none, {key: numbers[key]["value"] for key in ("ecl.barrel_loss", "ecl.slit_loss")}), reco)


@settings(max_examples=8)
@given(st.floats(0, 1), st.floats(0, 1))
def test_there_and_back(reco: Sample, loss: float, efficiency: float) -> None:
    part = Sample(reco.events[:2000], reco.metadata)
    numbers = reco.metadata["detector"]["numbers"]
    changes = {"ecl.gap_loss": loss, "tracking.efficiency": efficiency}
    away = reweight(part, changes)
    _same_events(reweight(away, {key: numbers[key]["value"] for key in changes}), part)


def test_coupling_and_detector_together() -> None:
    truth = lmutau.generate("mumuzp", 3000, seed=3, adaptation_points=1000, mass=1.0)
    reco = lmutau.simulate(truth)
    both = reweight(reco, {"g": 0.5, "tracking.efficiency": 0.5})
    assert np.asarray(both.events.weight) == pytest.approx(
        np.asarray(reweight(reweight(reco, g=0.5), {"tracking.efficiency": 0.5}).events.weight), rel=1e-14
    )
    assert set(both.metadata["reweighted"][0]["changed"]) == {"g", "tracking.efficiency"}


def test_merged_samples(truth: Sample, reco: Sample) -> None:
    other = lmutau.simulate(
        lmutau.generate("mumugamma", 5000, seed=4, adaptation_points=1000, min_photon_energy=0.5, isr=True)
    )
    changes = {"ecl.barrel_loss": 1e-5}
    late = reweight(merge_samples([reco, other]), changes)
    early = merge_samples([reweight(one, changes) for one in (reco, other)])
    assert np.asarray(late.events.weight) == pytest.approx(np.asarray(early.events.weight), rel=1e-13)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tracking.momentum_slope": 0.1}, ["cannot be smeared anew", "simulate again", "Allowed"]),
        ({"tracking.theta_resolution": 0.1}, ["cannot be smeared anew"]),
        ({"ecl.energy_constant": 0.1}, ["cannot be smeared anew"]),
        ({"ecl.threshold": 0.1}, ["decides which particles are recorded"]),
        ({"tracking.min_pt": 0.1}, ["decides which particles are recorded"]),
        ({"ecl.forward_min": 1}, ["decides which particles are recorded"]),
        ({"beams.electron_energy": 8}, ["frame of these beams"]),
        ({"ecl.barel_loss": 0}, ["no number 'ecl.barel_loss'", "Did you mean 'ecl.barrel_loss'"]),
        ({"ecl.barrel_loss": 2}, ["ecl.barrel_loss = 2.0", "[0, 1]"]),
        ({"ecl.barrel_loss": "x"}, ["ecl.barrel_loss = 'x'", "a number"]),
        ({"ecl.barrel_loss": "0.1,0.2"}, ["ecl.barrel_loss", "a number"]),
        ({"ecl.barrel_loss": "nan"}, ["ecl.barrel_loss = nan"]),
        ({"ecl.barrel_loss": True}, ["ecl.barrel_loss = True"]),
        ({"klm.muon_efficiency": "0.5"}, ["muon_efficiency has 1 numbers", "as many as"]),
        ({"klm.muon_efficiency": ""}, ["numbers separated by commas"]),
        ({"mass": 1.0}, ["mass", "allowed for mumugamma: numbers of the detector such as tracking.efficiency"]),
    ],
)
def test_refused(reco: Sample, changes: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        reweight(reco, changes)
    assert len(str(error.value).splitlines()) == 1
    for word in words:
        assert word in str(error.value)


def test_samples_that_cannot(truth: Sample, reco: Sample) -> None:
    decided = lmutau.simulate(truth, mode="hit-or-miss")
    with pytest.raises(ConfigError, match="hit-or-miss sample efficiencies and losses are decided"):
        reweight(decided, {"ecl.barrel_loss": 0.1})
    ntuple = Sample(reco.events, {**reco.metadata, "kind": "ntuple"})
    with pytest.raises(ConfigError, match="products over all particles"):
        reweight(ntuple, {"ecl.barrel_loss": 0.1})
    detector = reco.metadata["detector"]
    numbers = {key: entry for key, entry in detector["numbers"].items() if key != "klm.polar_max"}
    older = Sample(reco.events, {**reco.metadata, "detector": {**detector, "numbers": numbers}})
    with pytest.raises(ConfigError, match=r"not one of this version.*simulate again"):
        reweight(older, {"ecl.barrel_loss": 0.1})


@pytest.mark.parametrize("column", ["weight", "Muon_efficiency", "Photon_lossProbability", "Muon_genPartIdx"])
def test_what_was_changed_by_hand_is_noticed(reco: Sample, column: str) -> None:
    block = reco.block().slice(0, 1000)
    name, _, key = column.partition("_")
    scalars, collections = dict(block.scalars), dict(block.collections)
    if key:
        values: Any = collections[name][key]
        columns = {**collections[name].columns, key: (values * 1.01 + 1).astype(values.dtype)}
        collections[name] = Jagged(collections[name].offsets, columns)
    else:
        values = scalars[name]
        scalars[name] = values * 1.01
    odd = sample_of([EventBlock(scalars, collections)], reco.metadata)
    with pytest.raises(FileError, match=f"{column} of the file is not what its detector card gives"):
        reweight(odd, {"ecl.barrel_loss": 0.1})


def test_anything_else_that_changes_is_an_error(reco: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that does more than change probabilities is never accepted in silence."""
    from lmutau.detsim import reweighting

    monkeypatch.setattr(reweighting, "_ALLOWED", {"tracking": ("momentum_slope", "min_pt")})
    assert detector_keys(reco.metadata) == ("tracking.momentum_slope", "tracking.min_pt")
    block = next(reco.block().luminosity_blocks())
    for key, value, name in (("tracking.momentum_slope", 0.01, "Track_pt"), ("tracking.min_pt", 2.0, "nTrack")):
        with pytest.raises(ConfigError, match=f"{name} depends on {key}"):
            DetectorReweighting.of(reco.metadata, {key: value})(block)
