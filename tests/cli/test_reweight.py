"""``lmutau reweight``: files and ntuples, what the file says afterwards, what is refused."""

import json
from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import uproot

from lmutau.analysis.files import analyze_files
from lmutau.detsim.simulation import simulate_file
from lmutau.gen.generation import generate_file
from lmutau.gen.generator import prepare
from lmutau.gen.io.root import read_metadata, read_text
from tests.cli.driver import CommandLine

QUICK = ("--adaptation-points", "1000", "--seed", "1")


@pytest.fixture
def truth(lmutau: CommandLine, tmp_path: Path) -> Path:
    path = tmp_path / "truth.root"
    assert lmutau("generate", "mumuzp", "-n", 1000, "--set", "mass=0.1", *QUICK, "-o", path).status == 0
    return path


@pytest.fixture
def reco(lmutau: CommandLine, tmp_path: Path, truth: Path) -> Path:
    path = tmp_path / "reco.root"
    assert lmutau("simulate", truth, "-o", path).status == 0
    return path


@pytest.fixture
def ntuple(lmutau: CommandLine, tmp_path: Path, reco: Path) -> Path:
    path = tmp_path / "ntuple.root"
    assert lmutau("analyze", reco, "-o", path).status == 0
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Samples for wrong use; no command may add to them."""
    folder = tmp_path_factory.mktemp("reweight")
    generator = prepare("mumuzp", 500, seed=1, adaptation_points=1000, parameters={"mass": 0.1})
    generate_file(generator, folder / "truth.root")
    simulate_file(folder / "truth.root", folder / "reco.root")
    simulate_file(folder / "truth.root", folder / "decided.root", mode="hit-or-miss")
    analyze_files([folder / "reco.root"], folder / "ntuple.root")
    return folder


def test_the_whole_chain_with_another_g(
    lmutau: CommandLine, tmp_path: Path, truth: Path, reco: Path, ntuple: Path
) -> None:
    """Reweighted at any stage: what generation with this g gives at that stage, histograms and cut flow included."""
    direct = tmp_path / "direct"
    direct.mkdir()
    lmutau(
        "generate", "mumuzp", "-n", 1000, "--set", "mass=0.1", "--set", "g=0.25", *QUICK, "-o", direct / "truth.root"
    )
    lmutau("simulate", direct / "truth.root", "-o", direct / "reco.root")
    lmutau("analyze", direct / "reco.root", "-o", direct / "ntuple.root")
    for path, tree in ((truth, "Events"), (reco, "Events"), (ntuple, "ntuple")):
        new = tmp_path / f"new_{path.name}"
        ended = lmutau("reweight", path, "-o", new, "--set", "g=0.25", "--json")
        assert (ended.status, ended.err) == (0, "")
        result = json.loads(ended.out)
        assert result["changed"] == {"g": {"old": 1.0, "new": 0.25}}
        assert lmutau("show", new, "--verify").status == 0
        with uproot.open(new) as found, uproot.open(direct / path.name) as expected:
            names = {name for name in expected.keys(recursive=True, cycle=False) if name != "histograms"}
            assert {name for name in found.keys(recursive=True, cycle=False) if name != "histograms"} == names
            one, other = found[tree].arrays(), expected[tree].arrays()
            assert one.fields == other.fields
            assert all(ak.array_equal(one[name], other[name]) for name in one.fields)
            for name in names:
                if name.startswith("histograms/"):
                    assert np.array_equal(found[name].values(flow=True), expected[name].values(flow=True))
                    assert np.array_equal(found[name].variances(flow=True), expected[name].variances(flow=True))
            assert found["Runs"].arrays().tolist() == expected["Runs"].arrays().tolist()
        described, wanted = read_metadata(new), read_metadata(direct / path.name)
        assert described["reweighted"][0]["digest"] == lmutau("show", path, "--digest").out.strip()
        left_out = ("created", "wall_time_s", "workers", "source", "reweighted")
        for key in wanted:
            if key not in left_out:
                assert described[key] == wanted[key], key


def test_an_ntuple_of_kinetic_mixing(lmutau: CommandLine, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("t.root", "r.root", "n.root", "x.root")]
    for width in ("0", "0.1"):
        more = ("--set", "mass=1", "--set", f"width={width}")
        lmutau("generate", "gammazp", "-n", 500, *more, *QUICK, "-o", paths[0])
        lmutau("simulate", paths[0], "-o", paths[1])
        assert lmutau("analyze", paths[1], "-o", paths[2]).status == 0
        ended = lmutau("reweight", paths[2], "-o", paths[3], "--set", "r=1", "--json")
        if width == "0":
            result = json.loads(ended.out)
            factor = result["changed"]["epsilon"]["new"] ** 2
            assert result["sigma_fb"] == pytest.approx(factor * read_metadata(paths[2])["sigma_fb"], rel=1e-12)
        else:
            assert (ended.status, "an ntuple has no truth" in ended.err) == (2, True)
            assert lmutau("reweight", paths[2], "-o", paths[3], "--set", "epsilon=0.1").status == 0


@pytest.mark.parametrize("name", ["x.lhe.gz", "x.hepmc", "x.parquet", "x.root"])
def test_any_format(lmutau: CommandLine, tmp_path: Path, truth: Path, name: str) -> None:
    lmutau("export", truth, tmp_path / name)
    ended = lmutau("reweight", tmp_path / name, "-o", tmp_path / f"new_{name}", "--set", "g=2", "--json")
    assert ended.status == 0
    assert json.loads(ended.out)["sigma_fb"] == pytest.approx(4 * read_metadata(truth)["sigma_fb"], rel=1e-13)
    assert lmutau("show", tmp_path / f"new_{name}", "--verify").status == 0


def test_detector_numbers(lmutau: CommandLine, tmp_path: Path) -> None:
    truth, reco = tmp_path / "t.root", tmp_path / "r.parquet"
    lmutau("generate", "mumugamma", "-n", 1000, "--set", "min_photon_energy=1", *QUICK, "-o", truth)
    lmutau("simulate", truth, "-o", tmp_path / "r.root")
    lmutau("export", tmp_path / "r.root", reco)
    card = tmp_path / "other.toml"
    card.write_text("inherits = 'belle2'\n[ecl.barrel_loss]\nvalue = 1e-6\n[tracking.efficiency]\nvalue = 0.9\n")
    lmutau("simulate", truth, "--detector", card, "-o", tmp_path / "direct.root")
    new = tmp_path / "new.root"
    ended = lmutau("reweight", reco, "-o", new, "--set", "ecl.barrel_loss=1e-6", "--set", "tracking.efficiency=0.9")
    assert ended.status == 0
    assert "ecl.barrel_loss" in ended.out
    with uproot.open(new) as found, uproot.open(tmp_path / "direct.root") as expected:
        one, other = found["Events"].arrays(), expected["Events"].arrays()
        assert sorted(one.fields) == sorted(other.fields)
        assert all(ak.array_equal(one[name], other[name]) for name in one.fields)
    shown = lmutau("show", new).out
    assert "ecl.barrel_loss 3e-06 -> 1e-06" in shown
    # another step back: the history has both
    lmutau("reweight", new, "-o", tmp_path / "back.root", "--set", "ecl.barrel_loss=3e-6", "--set",
           "tracking.efficiency=1")  # fmt: skip
    history = read_metadata(tmp_path / "back.root")["reweighted"]
    assert [one["source"] for one in history] == ["r.parquet", "new.root"]


def test_the_sampler_goes_along(lmutau: CommandLine, tmp_path: Path, truth: Path) -> None:
    lmutau("reweight", truth, "-o", tmp_path / "x.root", "--set", "g=2")
    old, new = (json.loads(str(read_text(path, "sampler"))) for path in (truth, tmp_path / "x.root"))
    assert old["edges"] == new["edges"]
    assert old["largest"] != new["largest"]


@pytest.mark.parametrize(
    ("source", "target", "settings", "words"),
    [
        ("truth.root", "x.root", "mass=1", ["mass", "another mass is refused", "generate a new sample"]),
        ("truth.root", "x.root", "luminosity=50", ["luminosity", "weights are in fb"]),
        ("truth.root", "x.root", "g=-1", ["g = -1", "1e-30"]),
        ("truth.root", "x.root", "gx=1", ["'gx'", "Did you mean 'g'"]),
        ("truth.root", "x.root", "g", ["KEY=VALUE"]),
        ("truth.root", "x.root", "", ["nothing to change", "--set g=0.01"]),
        ("truth.root", "x.root", "tracking.efficiency=0.5", ["truth events", "simulate"]),
        ("truth.root", "truth.root", "g=2", ["is the input"]),
        ("truth.root", "x.doc", "g=2", ["x.doc"]),
        ("reco.root", "x.lhe", "g=2", ["'reco'"]),
        ("reco.root", "x.root", "tracking.momentum_slope=0.1", ["cannot be smeared anew", "simulate again"]),
        ("reco.root", "x.root", "ecl.barrel_los=0", ["Did you mean 'ecl.barrel_loss'"]),
        ("decided.root", "x.root", "ecl.barrel_loss=0", ["hit-or-miss", "--mode weights"]),
        ("ntuple.root", "x.root", "ecl.barrel_loss=0", ["ntuple", "reconstructed file"]),
        ("ntuple.root", "x.root", "mass=1", ["another mass is refused"]),
        ("ntuple.root", "x.lhe", "g=2", ["holds truth events"]),
        ("none.root", "x.root", "g=2", ["no such file"]),
    ],
)
def test_wrong_use(
    lmutau: CommandLine, folder: Path, source: str, target: str, settings: str, words: list[str]
) -> None:
    before = sorted(folder.iterdir())
    name, *options = target.split()
    if settings:
        options += ["--set", settings]
    ended = lmutau("reweight", folder / source, "-o", folder / name, *options)
    assert (ended.status, ended.out) == (2, "")
    assert len(ended.err.splitlines()) == 1
    for word in words:
        assert word in ended.err
    assert sorted(folder.iterdir()) == before
