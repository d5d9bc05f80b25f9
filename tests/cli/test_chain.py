"""The chain through files: generate, simulate, analyze, show; contracts of the output."""

import json
from pathlib import Path

import numpy as np
import pytest
import uproot

import lmutau as package
from tests.cli.driver import CommandLine

QUICK = ("--adaptation-points", "2000")


@pytest.fixture
def truth(lmutau: CommandLine, tmp_path: Path) -> Path:
    path = tmp_path / "truth.root"
    ended = lmutau(
        "generate", "mumugamma", "-n", 70_000, "-o", path, "--seed", 3, "--set", "min_photon_energy=1", *QUICK
    )
    assert ended.status == 0
    return path


def test_generate_json_is_the_contract(lmutau: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "t.root"
    ended = lmutau("generate", "mumuzp", "-n", 5000, "-o", path, "--seed", 1, "--set", "mass=0.1", "--json", *QUICK)
    result = json.loads(ended.out)
    assert set(result) == {
        "process", "n_events", "n_tried", "sigma_fb", "sigma_error_fb", "sum_weights_fb", "n_eff", "seed",
        "parameters", "cuts",
    }  # fmt: skip
    assert result["n_tried"] == 5000
    assert result["sum_weights_fb"] == pytest.approx(result["sigma_fb"], rel=1e-12)
    with uproot.open(path) as file:
        assert file["Events"]["genWeight"].array(library="np").sum() == pytest.approx(result["sigma_fb"], rel=1e-12)


def test_workers_give_the_same_digest(lmutau: CommandLine, tmp_path: Path) -> None:
    digests = []
    for workers in (1, 2):
        path = tmp_path / f"w{workers}.root"
        lmutau("generate", "tautau", "-n", 140_000, "-o", path, "--seed", 1, "--workers", workers, *QUICK)
        digests.append(lmutau("show", path, "--digest").out)
    assert digests[0] == digests[1]
    assert len(digests[0].strip()) == 64


def test_chain_through_files_equals_the_chain_in_memory(lmutau: CommandLine, truth: Path, tmp_path: Path) -> None:
    reco, ntuple = tmp_path / "reco.root", tmp_path / "ntuple.root"
    assert lmutau("simulate", truth, "-o", reco, "--detector", "jkpt2019").status == 0
    ended = lmutau("analyze", reco, "--selection", "jkpt2019", "-o", ntuple, "--json")
    assert ended.status == 0
    from_files = json.loads(ended.out)["samples"]["reco"]["steps"]
    sample = package.generate("mumugamma", 70_000, seed=3, adaptation_points=2000, min_photon_energy=1)
    table = package.analyze([package.simulate(sample, "jkpt2019")], selection="jkpt2019").to_dict()
    in_memory = table["samples"]["mumugamma"]["steps"]
    assert [step["name"] for step in from_files] == [
        "generated", "et_miss", "muon_eta", "muon_p", "m2_miss", "barrel", "muon_efficiency", "photon_loss",
    ]  # fmt: skip
    assert [step["n"] for step in from_files] == [step["n"] for step in in_memory]
    for one, other in zip(from_files, in_memory, strict=True):
        assert one["sum_w_fb"] == pytest.approx(other["sum_w_fb"], rel=1e-12)
    for path in (truth, reco, ntuple):
        assert lmutau("show", path, "--verify").status == 0


def test_ntuple_reproduces_the_cut_flow(lmutau: CommandLine, truth: Path, tmp_path: Path) -> None:
    reco, ntuple = tmp_path / "reco.root", tmp_path / "ntuple.root"
    lmutau("simulate", truth, "-o", reco, "--detector", "jkpt2019")
    ended = lmutau("analyze", reco, "-o", ntuple, "--json")
    steps = json.loads(ended.out)["samples"]["reco"]["steps"]
    with uproot.open(ntuple) as file:
        columns = file["ntuple"].arrays(library="np")
        histogram = file["histograms/ETmiss_before"]
        assert histogram.values(flow=True).sum() == pytest.approx(columns["genWeight"].sum(), rel=1e-9)
    last = columns["n_passed"] == len(steps)
    assert columns["weight"][last].sum() == pytest.approx(steps[-1]["sum_w_fb"], rel=1e-12)
    assert last.sum() == steps[-1]["n"]
    assert (columns["CMS_ptRecoil"][columns["n_passed"] > 1] > 1.67 - 1e-6).all()
    assert np.isfinite(columns["m2Recoil"]).all()


def test_verify_finds_a_changed_file(lmutau: CommandLine, truth: Path) -> None:
    with uproot.open(truth) as file:
        arrays = file["Events"].arrays()
        text = str(file["metadata"])
    changed = truth.with_name("changed.root")
    with uproot.recreate(changed) as file:
        file.mktree("Events", {"genWeight": "f8"})
        file["Events"].extend({"genWeight": np.asarray(arrays["genWeight"]) * 1.001})
        file["metadata"] = text
    ended = lmutau("show", changed, "--verify")
    assert ended.status == 1
    assert "sum of genWeight" in ended.err


def test_empty_selection_is_loud(lmutau: CommandLine, tmp_path: Path) -> None:
    truth, reco = tmp_path / "t.root", tmp_path / "r.root"
    lmutau("generate", "mumuzp", "-n", 2000, "-o", truth, "--seed", 1, "--set", "mass=9", *QUICK)
    lmutau("simulate", truth, "-o", reco, "--detector", "jkpt2019")
    ended = lmutau("analyze", reco, "-o", tmp_path / "n.root", "--mass", "0.1")
    assert ended.status == 0
    assert "EMPTY" in ended.err
    assert "et_miss" in ended.err or "m2_miss" in ended.err


def test_several_files_into_a_folder(lmutau: CommandLine, truth: Path, tmp_path: Path) -> None:
    other, folder = tmp_path / "other.root", tmp_path / "out"
    folder.mkdir()
    lmutau("generate", "mumuzp", "-n", 2000, "-o", other, "--seed", 1, "--set", "mass=0.1", *QUICK)
    reco = [tmp_path / "a.root", tmp_path / "b.root"]
    for source, target in zip((truth, other), reco, strict=True):
        lmutau("simulate", source, "-o", target, "--detector", "jkpt2019")
    ended = lmutau("analyze", *reco, "-o", folder, "--json")
    result = json.loads(ended.out)
    assert set(result["samples"]) == {"a", "b"}
    assert {row["mass"] for row in result["sensitivity"]} == {0.1}
    assert sorted(path.name for path in folder.iterdir()) == ["a.root", "b.root"]


def test_no_event_at_all_goes_through_the_chain(lmutau: CommandLine, tmp_path: Path) -> None:
    truth, reco, ntuple = (tmp_path / f"{name}.root" for name in ("t", "r", "n"))
    cuts = ("--set", "mass=0.1", "--set", "min_muon_energy=4.5")
    ended = lmutau("generate", "mumuzp", "-n", 1, "-o", truth, "--seed", 9, "--json", *cuts, *QUICK)
    assert json.loads(ended.out)["n_events"] == 0
    assert lmutau("simulate", truth, "-o", reco).status == 0
    ended = lmutau("analyze", reco, "-o", ntuple)
    assert ended.status == 0
    for path in (truth, reco, ntuple):
        assert lmutau("show", path, "--verify").status == 0


def test_a_card_of_ones_own(lmutau: CommandLine, truth: Path, tmp_path: Path) -> None:
    card = tmp_path / "mine.toml"
    card.write_text('inherits = "belle2"\nname = "mine"\n[tracking.efficiency]\nvalue = 0.5\nsource = "a test"\n')
    reco = tmp_path / "reco.root"
    assert lmutau("simulate", truth, "-o", reco, "--detector", card).status == 0
    shown = json.loads(lmutau("show", reco, "--json").out)
    assert shown["detector"]["numbers"]["tracking.efficiency"]["value"] == 0.5
