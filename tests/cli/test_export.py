"""``lmutau export``, and the other commands on LHE, HepMC3 and Parquet files."""

import itertools
import json
import math
from pathlib import Path

import awkward as ak
import numpy as np
import pyarrow.parquet
import pyhepmc
import pylhe
import pytest
import uproot

from tests.cli.driver import CommandLine
from tests.gen.io.foreign import PAIR, Event, Lhe, hepmc_text

GOOD = ("--set", "mass=0.1", "--adaptation-points", "1000", "--seed", "1")


@pytest.fixture
def truth(lmutau: CommandLine, tmp_path: Path) -> Path:
    path = tmp_path / "truth.root"
    assert lmutau("generate", "mumuzp", "-n", 3000, *GOOD, "-o", path).status == 0
    return path


def test_generate_writes_every_format(lmutau: CommandLine, tmp_path: Path, truth: Path) -> None:
    digests = set()
    for extension in ("lhe", "lhe.gz", "hepmc", "hepmc.gz", "parquet"):
        path = tmp_path / f"x.{extension}"
        ended = lmutau("generate", "mumuzp", "-n", 3000, *GOOD, "-o", path, "--json")
        assert ended.status == 0
        sigma = json.loads(ended.out)["sigma_fb"]
        shown = json.loads(lmutau("show", path, "--json").out)
        assert (shown["sigma_fb"], shown["seed"]) == (sigma, 1)
        verified = lmutau("show", path, "--verify")
        assert (verified.status, "sums agree" in verified.out) == (0, True)
        digests.add(lmutau("show", path, "--digest").out)
    assert len(digests) == 1
    lhe = pylhe.LHEFile.fromfile(tmp_path / "x.lhe.gz")
    weights = [event.eventinfo.weight for event in lhe.events]
    assert math.fsum(weights) / len(weights) == pytest.approx(sigma / 1000, rel=1e-12)
    with pyhepmc.open(tmp_path / "x.hepmc.gz") as file:
        weights = [event.weights[0] for event in file]
    assert math.fsum(weights) / len(weights) == pytest.approx(sigma / 1000, rel=1e-12)


def test_round_trip_through_all_formats(lmutau: CommandLine, tmp_path: Path, truth: Path) -> None:
    chain = [truth, *(tmp_path / name for name in ("a.lhe", "b.hepmc.gz", "c.parquet", "d.lhe.gz", "e.root"))]
    for source, target in itertools.pairwise(chain):
        ended = lmutau("export", source, target)
        assert ended.status == 0
        assert "3000 truth events of mumuzp" in ended.out
        assert ended.err == ""
    with uproot.open(chain[0]) as first, uproot.open(chain[-1]) as last:
        before, after = first["Events"].arrays(), last["Events"].arrays()
        assert before.fields == after.fields
        assert all(ak.array_equal(before[name], after[name], equal_nan=False) for name in before.fields)
    for one, other in ((truth, "r1.root"), (chain[-1], "r2.root"), (chain[1], "r3.root")):
        assert lmutau("simulate", one, "-o", tmp_path / other).status == 0
    assert len({lmutau("show", tmp_path / f"r{i}.root", "--digest").out for i in (1, 2, 3)}) == 1


def test_rntuple_and_back(lmutau: CommandLine, tmp_path: Path, truth: Path) -> None:
    ended = lmutau("export", truth, tmp_path / "n.root", "--format", "rntuple", "--json")
    result = json.loads(ended.out)
    assert result["format"] == "ROOT RNTuple"
    assert result["sum_weights_fb"] == pytest.approx(result["sigma_fb"], rel=1e-12)
    with uproot.open(tmp_path / "n.root") as file:
        assert file["Events"].classname == "ROOT::RNTuple"
        weight = file["Events"].arrays()["genWeight"]
    assert float(ak.sum(weight)) == pytest.approx(result["sigma_fb"], rel=1e-12)
    assert lmutau("show", tmp_path / "n.root", "--verify").status == 0
    assert lmutau("export", tmp_path / "n.root", tmp_path / "t.root").status == 0
    # the same tree, metadata and frozen sampler: nothing is lost on the way
    assert lmutau("show", tmp_path / "t.root", "--digest").out == lmutau("show", truth, "--digest").out


def test_the_digest_of_an_rntuple_sees_a_change(lmutau: CommandLine, tmp_path: Path, truth: Path) -> None:
    other = tmp_path / "other.root"
    lmutau("generate", "mumuzp", "-n", 3000, *GOOD[:-1], "2", "-o", other)
    digests = []
    for source in (truth, truth, other):
        lmutau("export", source, tmp_path / "n.root", "--format", "rntuple")
        digests.append(lmutau("show", tmp_path / "n.root", "--digest").out)
    assert digests[0] == digests[1] != digests[2]


def test_reconstructed_events(lmutau: CommandLine, tmp_path: Path, truth: Path) -> None:
    reco = tmp_path / "reco.root"
    lmutau("simulate", truth, "-o", reco)
    assert lmutau("export", reco, tmp_path / "reco.parquet").status == 0
    table = pyarrow.parquet.read_table(tmp_path / "reco.parquet")
    with uproot.open(reco) as file:
        events = file["Events"].arrays()
    assert table["weight"].to_pylist() == events["weight"].tolist()
    assert [[muon["pt"] for muon in row] for row in table["Muon"].to_pylist()] == events["Muon_pt"].tolist()
    lmutau("export", tmp_path / "reco.parquet", tmp_path / "back.root")
    assert lmutau("show", tmp_path / "back.root", "--digest").out == lmutau("show", reco, "--digest").out
    before = sorted(tmp_path.iterdir())
    for name in ("x.lhe", "x.hepmc.gz"):
        ended = lmutau("export", reco, tmp_path / name)
        assert ended.status == 2
        assert "'reco'" in ended.err
        assert ".root or .parquet" in ended.err
    assert sorted(tmp_path.iterdir()) == before


def test_foreign_lhe_through_the_chain(lmutau: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "bhabha.lhe"
    path.write_text(Lhe([Event(w) for w in (1.0, 1.0, -1.0, 1.0)], -3, [(2.0, 0.1)]).text())
    shown = lmutau("show", path)
    assert shown.status == 0
    assert "MadGraph5_aMC@NLO" in shown.out
    reco = tmp_path / "reco.root"
    ended = lmutau("simulate", path, "-o", reco, "--json")
    assert ended.status == 0
    assert "1 of 4 events have negative weights" in ended.err
    result = json.loads(ended.out)
    assert (result["process"], result["sigma_fb"], result["sum_weights_fb"]) == ("bhabha", 2000, 2000)
    with uproot.open(reco) as file:
        events = file["Events"].arrays()
    assert events["genWeight"].tolist() == [1000, 1000, -1000, 1000]
    # the c.m. muons of 5.29 GeV share the energy of the laboratory: sum over the pair in each event
    final = events["GenPart_status"] == 1
    total = ak.sum(
        np.sqrt(events["GenPart_px"] ** 2 + events["GenPart_py"] ** 2 + events["GenPart_pz"] ** 2)[final], axis=1
    )
    assert total.tolist() == pytest.approx([10.58 * 11.006 / math.sqrt(11.006**2 - 3.0**2)] * 4, rel=2e-3)
    ended = lmutau("analyze", reco, "--selection", "jkpt2019", "--mass", "0.1", "-o", tmp_path / "n.root", "--json")
    assert ended.status == 0
    steps = json.loads(ended.out)["samples"]["reco"]["steps"]
    assert steps[0]["sum_w_fb"] == pytest.approx(2000)


def test_foreign_hepmc_becomes_ours(lmutau: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "other.hepmc"
    path.write_text(hepmc_text([1.0, 3.0]))
    for name in ("a.root", "b.lhe", "c.parquet"):
        assert lmutau("export", path, tmp_path / name).status == 0
        assert json.loads(lmutau("show", tmp_path / name, "--json").out)["sigma_fb"] == 2000
    assert [event.eventinfo.weight for event in pylhe.LHEFile.fromfile(tmp_path / "b.lhe").events] == [1.0, 3.0]


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("truth.root", "x.txt", ["x.txt", ".lhe.gz", ".parquet"]),
        ("truth.root", "x", ["no extension"]),
        ("truth.root", "none/x.lhe", ["does not exist"]),
        ("truth.root", "truth.root", ["is the input"]),
        ("truth.root", "x.lhe --format rntuple", ["rntuple", "x.lhe", ".root"]),
        ("truth.root", "x.root --format rntupel", ["rntupel", "rntuple"]),
        ("missing.lhe", "x.root", ["missing.lhe", "no such file"]),
        ("broken.lhe", "x.root", ["broken.lhe", "event 2"]),
        ("broken.hepmc", "x.root", ["broken.hepmc", "event 2"]),
        ("broken.parquet", "x.root", ["broken.parquet", "Parquet"]),
        ("notes.txt", "x.root", ["notes.txt", "unknown extension"]),
        (".", "x.root", ["is a folder"]),
    ],
)
def test_wrong_use(
    lmutau: CommandLine, tmp_path: Path, truth: Path, source: str, target: str, words: list[str]
) -> None:
    nan = (*PAIR[:4], (-13, 1, 3, 3, math.nan, 0.0, 0.0, 1.0, 0.0))
    (tmp_path / "broken.lhe").write_text(Lhe([Event(), Event(particles=nan)]).text())
    (tmp_path / "broken.hepmc").write_text(hepmc_text([1.0, math.inf]))
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and nothing else")
    (tmp_path / "notes.txt").write_text("notes")
    before = sorted(tmp_path.iterdir())
    name, *options = target.split()
    ended = lmutau("export", tmp_path / source, tmp_path / name, *options)
    assert ended.status == 2, ended
    assert ended.out == ""
    assert len(ended.err.splitlines()) == 1
    for word in words:
        assert word in ended.err
    assert sorted(tmp_path.iterdir()) == before


def test_a_damaged_file_is_found_by_verify(lmutau: CommandLine, tmp_path: Path, truth: Path) -> None:
    path = tmp_path / "x.lhe"
    lmutau("export", truth, path)
    text = path.read_text()
    path.write_text(text[: text.rindex("<event>")] + "</LesHouchesEvents>\n")
    ended = lmutau("show", path, "--verify")
    assert ended.status == 1
    assert "2999 events" in ended.err
