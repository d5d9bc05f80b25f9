"""Ntuples in the other formats that hold them: the same rows, lists and histograms, and what has no place for them."""

from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import uproot

from lmutau.analysis.files import analyze_files
from lmutau.detsim.simulation import simulate_file
from lmutau.gen import read_sample
from lmutau.gen.generation import generate_file
from lmutau.gen.generator import prepare
from tests.cli.driver import CommandLine


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ntuples")
    parameters = {"mass": 0.1, "isr": True, "fsr": True}
    generate_file(prepare("mumuzp", 3000, seed=1, adaptation_points=2000, parameters=parameters), folder / "truth.root")
    simulate_file(folder / "truth.root", folder / "reco.root")
    analyze_files([folder / "reco.root"], folder / "ntuple.root", lists=True)
    return folder


@pytest.mark.parametrize(("name", "options"), [("n.parquet", ()), ("n.root", ("--format", "rntuple"))])
def test_there_and_back(lmutau: CommandLine, folder: Path, tmp_path: Path, name: str, options: tuple[str, ...]) -> None:
    assert lmutau("export", folder / "ntuple.root", tmp_path / name, *options).status == 0
    assert lmutau("show", tmp_path / name, "--verify").status == 0
    assert lmutau("export", tmp_path / name, tmp_path / "back.root").status == 0
    with uproot.open(folder / "ntuple.root") as one, uproot.open(tmp_path / "back.root") as other:
        before, after = one["ntuple"].arrays(), other["ntuple"].arrays()
        assert before.fields == after.fields and len(before) > 1000 and ak.sum(before.nGamma) > 100
        assert all(ak.array_equal(before[column], after[column]) for column in before.fields)
        if name == "n.root":  # Parquet has no place for histograms
            for key in one["histograms"].keys(cycle=False):
                for part in ("values", "variances"):
                    assert np.array_equal(*(getattr(f[f"histograms/{key}"], part)(flow=True) for f in (one, other)))


def test_analyze_writes_parquet(lmutau: CommandLine, folder: Path, tmp_path: Path) -> None:
    assert lmutau("analyze", folder / "reco.root", "-o", tmp_path / "n.parquet", "--lists").status == 0
    rows = ak.from_parquet(tmp_path / "n.parquet")
    with uproot.open(folder / "ntuple.root") as file:
        expected = file["ntuple"].arrays()
    assert rows.m2Recoil.tolist() == expected.m2Recoil.tolist()
    assert rows.Gamma.E.tolist() == expected.Gamma_E.tolist()
    assert read_sample(tmp_path / "n.parquet").events.Gamma.CMS_E.tolist() == expected.Gamma_CMS_E.tolist()


def test_reweighting_keeps_lists(lmutau: CommandLine, folder: Path, tmp_path: Path) -> None:
    for name in ("weak.root", "weak.parquet"):
        assert lmutau("reweight", folder / "ntuple.root", "-o", tmp_path / name, "--set", "g=0.5").status == 0
        old, new = (read_sample(path).events for path in (folder / "ntuple.root", tmp_path / name))
        assert np.allclose(new.weight, old.weight / 4, rtol=1e-15)
        assert ak.array_equal(new.Gamma.E, old.Gamma.E)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "ntuple.root", "n.lhe"), ["holds truth events", "'ntuple'"]),
        (("export", "ntuple.root", "n.hepmc"), ["holds truth events", "'ntuple'"]),
        (("simulate", "ntuple.root", "-o", "n.root"), ["ntuple"]),
        (("analyze", "ntuple.root", "-o", "n.root"), ["ntuple"]),
        (("merge", "ntuple.root", "ntuple.root", "-o", "n.root"), ["ntuple"]),
        (("analyze", "reco.root", "-o", "n.csv"), [".root, .parquet"]),
    ],
)
def test_refused(
    lmutau: CommandLine, folder: Path, tmp_path: Path, arguments: tuple[str, ...], words: list[str]
) -> None:
    places = [tmp_path / a if a.startswith("n.") else folder / a if a.endswith(".root") else a for a in arguments]
    ended = lmutau(*places)
    assert ended.status in (1, 2) and "Traceback" not in ended.err
    assert all(word in ended.err for word in words), ended.err
    assert not any(tmp_path.iterdir())
