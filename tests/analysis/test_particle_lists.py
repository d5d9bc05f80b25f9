"""Jagged observables against a plain loop over events with the package vector; their way through cards and files."""

import math
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import uproot
import vector

import lmutau
from lmutau.analysis.files import analyze_files
from lmutau.analysis.particle_lists import LISTS, lists_beside
from lmutau.analysis.selected import apply
from lmutau.analysis.selection_card import parse_selection
from lmutau.gen.record import EventBlock
from tests.analysis.blocks import BEAM

CARD = """
name = "listed"
title = "cuts on lists"
reference = "arXiv:2212.03066"
topology = "mumu"
[[step]]
name = "generated"
[[step]]
name = "quiet"
cut = "count(gamma_energy > 0.1) == 0 or max(gamma_recoil_angle) < 15*deg"
[[step]]
name = "alone"
cut = "count(track_pT > 0) == 0"
"""
PHOTON_CARD = """
name = "listed"
title = "single photon"
reference = "arXiv:1811.00407"
topology = "photon"
[[step]]
name = "generated"
[[step]]
name = "alone"
cut = "photon_energy_cm > 0.5 and sum(gamma_energy_cm) < 0.1"
"""


@pytest.fixture(scope="module")
def four_tracks() -> lmutau.Sample:
    truth = lmutau.generate("eemumu", n_events=4000, seed=4, min_electron_pt=0.3, adaptation_points=20_000)
    return lmutau.simulate(truth, detector="belle2")


@pytest.fixture(scope="module")
def with_photons() -> lmutau.Sample:
    truth = lmutau.generate("tautau", n_events=2000, seed=4, decays="mu,rho", isr=True, fsr=True)
    return lmutau.simulate(truth, detector="belle2")


@pytest.fixture(scope="module")
def decided() -> lmutau.Sample:
    truth = lmutau.generate("mumugamma", n_events=20_000, seed=5, fsr=True, isr=True)
    return lmutau.simulate(truth, detector="belle2", mode="hit-or-miss")


def slow_lists(events: Any, beam: Any) -> dict[str, list[list[dict[str, float]]]]:
    """Every pair of opposite muons of every event, one after the other, with vector."""
    total = vector.obj(px=beam[1], py=beam[2], pz=beam[3], E=beam[0])
    found: dict[str, list[list[dict[str, float]]]] = {"photons": [], "tracks": []}
    for event in events:
        for minus in event.Muon[event.Muon.charge < 0]:
            for plus in event.Muon[event.Muon.charge > 0]:
                p = [vector.obj(pt=m.pt, eta=m.eta, phi=m.phi, mass=m.mass) for m in (minus, plus)]
                recoil = total - p[0] - p[1]
                photons = []
                for one in event.Photon[event.Photon.lossProbability < 1]:
                    k = vector.obj(pt=one.pt, eta=one.eta, phi=one.phi, mass=0.0)
                    cm = k.boostCM_of_p4(total)
                    photons.append({
                        "gamma_energy": k.E, "gamma_energy_cm": cm.E, "gamma_theta": k.theta, "gamma_phi": k.phi,
                        "gamma_recoil_angle": k.to_3D().deltaangle(recoil.to_3D()), "gamma_loss": one.lossProbability,
                    })  # fmt: skip
                tracks = []
                for place, one in enumerate(event.Track):
                    if place not in (minus.trackIdx, plus.trackIdx) and one.efficiency > 0:
                        k = vector.obj(pt=one.pt, eta=one.eta, phi=one.phi, mass=0.0)
                        tracks.append({
                            "track_p": k.p, "track_pT": one.pt, "track_theta": k.theta, "track_phi": one.phi,
                            "track_charge": one.charge, "track_efficiency": one.efficiency,
                        })  # fmt: skip
                found["photons"].append(photons)
                found["tracks"].append(tracks)
    return found


@pytest.mark.parametrize(("name", "photons", "tracks"), [("with_photons", 150, 0), ("four_tracks", 0, 100)])
def test_against_a_plain_loop(name: str, photons: int, tracks: int, request: pytest.FixtureRequest) -> None:
    sample: lmutau.Sample = request.getfixturevalue(name)
    block = sample.block().slice(0, 250)
    beam = sample.metadata["beams"]["four_momentum"]
    selected = apply(block, parse_selection(CARD, "card"), beam, 0.0)
    lists = lists_beside(block, "mumu", (selected.rows, selected.first, selected.second), beam)
    slow = slow_lists(sample.events[:250], beam)
    assert sum(map(len, slow["photons"])) >= photons and sum(map(len, slow["tracks"])) >= tracks
    for kind, group in LISTS.items():
        assert lists[kind].counts.tolist() == [len(one) for one in slow[kind]]
        for name in group:
            expected = [member[name] for one in slow[kind] for member in one]
            assert np.allclose(lists[kind][name], expected, rtol=1e-9, atol=2e-8), name
    quiet = [
        all(m["gamma_energy"] <= 0.1 for m in one)
        or max((m["gamma_recoil_angle"] for m in one), default=-1) < math.radians(15)
        for one in slow["photons"]
    ]
    assert (selected.steps_passed >> 1 & 1).tolist() == quiet
    assert (selected.steps_passed >> 2 & 1).tolist() == [not one for one in slow["tracks"]]


def test_truth_of_the_members(four_tracks: lmutau.Sample, with_photons: lmutau.Sample) -> None:
    """A photon is a photon, another track is none of the muons of the pair."""
    rows, others = lmutau.analyze([with_photons, four_tracks], selection="belle2_2022", lists=True).lists.values()
    assert set(np.unique(np.concatenate([np.asarray(one) for one in rows.Gamma.mcPDG]))) == {22}
    assert {11, -11} <= set(np.concatenate([np.asarray(one) for one in others.OtherTrack.mcPDG]).tolist())
    for row in others[:500]:
        assert not {row.muMinus_genPartIdx, row.muPlus_genPartIdx} & set(row.OtherTrack.genPartIdx.tolist())


def test_photon_candidates_leave_themselves_out() -> None:
    truth = lmutau.generate("mumugammagamma", n_events=2000, seed=2)
    reco = lmutau.simulate(truth, detector="ideal")
    block = reco.block()
    selected = apply(block, parse_selection(PHOTON_CARD, "card"), BEAM, 0.0)
    photons = lists_beside(block, "photon", (selected.rows, selected.first, selected.second), BEAM, ["photons"])
    photon = block.collections["Photon"]
    others = photon.counts[selected.rows] - 1
    assert photons["photons"].counts.tolist() == others.tolist()
    both = np.flatnonzero(others == 1)
    partner = selected["photon_energy_cm"][both].reshape(-1, 2)[:, ::-1].ravel()
    assert len(both) > 500 and np.allclose(photons["photons"]["gamma_energy_cm"], partner, rtol=1e-12)


def test_decided_samples_agree_with_the_factor(decided: lmutau.Sample) -> None:
    """In a decided sample the veto written as a cut on the list is the veto of belle2_2022, event by event."""
    card = CARD.replace(
        "count(gamma_energy > 0.1) == 0 or max(gamma_recoil_angle) < 15*deg",
        "sum(gamma_energy, gamma_energy > 0.1) < 0.5 and not any(gamma_energy > 0.1 and gamma_recoil_angle < 15*deg)",
    )
    beam = decided.metadata["beams"]["four_momentum"]
    mine = apply(decided.block(), parse_selection(card, "card"), beam, 0.0)
    theirs = apply(decided.block(), lmutau.analysis.load_selection("belle2_2022"), beam, 0.0)
    passed = mine.steps_passed >> 1 & 1
    assert 0.02 < passed.mean() < 0.98
    assert np.array_equal(passed, theirs["photon_veto"])


def test_lists_in_the_file(decided: lmutau.Sample, tmp_path: Path) -> None:
    decided.save(tmp_path / "reco.root")
    flow, (path,) = analyze_files([tmp_path / "reco.root"], tmp_path / "n.root", selection="belle2_2022", lists=True)
    in_memory = lmutau.analyze([decided], selection="belle2_2022", lists=True)
    (rows,) = in_memory.lists.values()
    with uproot.open(path) as file:
        tree = file["ntuple"].arrays()
    assert tree.nGamma.tolist() == [len(one) for one in rows.Gamma]
    for name in ("E", "CMS_E", "recoilAngle", "lossProbability"):
        assert tree[f"Gamma_{name}"].tolist() == rows.Gamma[name].tolist(), name
    assert "OtherTrack_p" in tree.fields and flow.samples


def test_no_event_no_list() -> None:
    block = lmutau.simulate(lmutau.generate("mumu", n_events=100, seed=1), detector="belle2").block()
    empty: EventBlock = block.slice(0, 0)
    none = np.zeros(0, dtype=np.int64)
    found = lists_beside(empty, "mumu", (none, none, none), BEAM)
    assert all(one.offsets.tolist() == [0] for one in found.values())


def test_a_cut_on_a_list_says_what_it_takes_for_granted(four_tracks: lmutau.Sample, tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text(CARD, encoding="utf-8")
    notes = lmutau.analyze([four_tracks], selection=tmp_path / "card.toml").cut_flow.notes
    assert any("quiet, alone" in note and "as seen" in note for note in notes)


def test_few_heavy_events_are_named() -> None:
    """One event in a hundred a hundred thousand times as heavy: few of them survive, and they are all that counts."""
    truth = lmutau.generate("mumugamma", n_events=3000, seed=5, min_photon_energy=1.0, adaptation_points=3000)
    reco = lmutau.simulate(truth, detector="belle2")
    factor = np.where(np.arange(len(reco.events)) % 100 == 0, 1e5, 1.0)
    heavy = lmutau.Sample(ak.with_field(reco.events, reco.events.genWeight * factor, "genWeight"), reco.metadata)
    for sample, named in ((reco, False), (heavy, True)):
        found = lmutau.analyze([sample], selection="belle2_2022").cut_flow
        last = found.samples["mumugamma"].steps()[-1]
        assert last.n > 100 and (last.n_eff < 10) == named
        assert any(note.startswith("mumugamma: the last step has N_eff") for note in found.notes) == named


def test_decided_samples_keep_their_notes(decided: lmutau.Sample, tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text(CARD, encoding="utf-8")
    notes = lmutau.analyze([decided], selection=tmp_path / "card.toml").cut_flow.notes
    assert any("muon_efficiency" in note for note in notes)
    assert not any("no reach" in note or "as seen" in note for note in notes)
    assert any("no reach" in note for note in lmutau.analyze([decided], selection="jkpt2019").cut_flow.notes)
