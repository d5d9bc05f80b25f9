"""What is in the way of an output: results of an earlier run are replaced and named, other files are left alone."""

import json
from pathlib import Path

import pytest

from tests.cli.driver import CommandLine

CARD = """
[run]
name = "NAME"
seed = 3
luminosity = [1000]

[detector]
name = "jkpt2019"

[selection]
name = "jkpt2019"

[[sample]]
name = "SAMPLE"
process = "mumuzp"
n_events = 2e3
adaptation_points = 1e3
parameters = { mass = 0.1 }
"""


@pytest.fixture
def card(tmp_path: Path) -> Path:
    path = tmp_path / "card.toml"
    path.write_text(CARD.replace("NAME", "first").replace("SAMPLE", "zp"))
    return path


def test_a_run_replaces_an_earlier_one_and_says_so(lmutau: CommandLine, card: Path, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    first = lmutau("run", card, "-o", folder)
    assert first.status == 0 and "replaced" not in first.err
    assert json.loads((folder / "summary.json").read_text())["samples"]["zp"]["steps"][0]["n"] == 2000
    card.write_text(CARD.replace("NAME", "second").replace("SAMPLE", "other"))
    second = lmutau("run", card, "-o", folder)
    assert second.status == 0
    assert "report.html, summary.json of an earlier run ('first') replaced" in second.err
    assert "warning" in second.err and "zp.root stays there from an earlier run ('first')" in second.err
    assert json.loads((folder / "summary.json").read_text())["run"] == "second"
    assert (folder / "zp.root").exists() and (folder / "other.root").exists()
    # killed before the end: no summary, but the ntuples are known as those of a run
    (folder / "summary.json").unlink()
    third = lmutau("run", card, "-o", folder)
    assert third.status == 0 and "report.html, other.root of an earlier run replaced" in third.err


@pytest.mark.parametrize("name", ["report.html", "summary.json", "zp.root"])
def test_a_run_leaves_the_files_of_others_alone(lmutau: CommandLine, card: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("nobody touches these")
    (folder / name).write_text("[1, 2]")
    refused = lmutau("run", card, "-o", folder)
    assert refused.status == 2
    assert f"holds {name}, not made by lmutau run" in refused.err and "--force" in refused.err
    assert sorted(path.name for path in folder.iterdir()) == sorted([name, "notes.txt"])
    assert (folder / name).read_text() == "[1, 2]"
    forced = lmutau("run", card, "-o", folder, "--force")
    assert forced.status == 0 and f"{name} replaced, as --force asks" in forced.err
    assert (folder / name).read_bytes() != b"[1, 2]"
    assert (folder / "notes.txt").read_text() == "nobody touches these"


def test_a_truth_file_is_no_ntuple_of_a_run(lmutau: CommandLine, card: Path, tmp_path: Path) -> None:
    small = ("--set", "mass=0.1", "--adaptation-points", "1000", "--seed", "1")
    assert lmutau("generate", "mumuzp", "-n", "1e2", "-o", tmp_path / "zp.root", *small).status == 0
    before = (tmp_path / "zp.root").read_bytes()
    assert "holds zp.root, not made" in lmutau("run", card, "-o", tmp_path).err
    assert (tmp_path / "zp.root").read_bytes() == before


def test_commands_with_one_file_replace_it_and_say_so(lmutau: CommandLine, tmp_path: Path) -> None:
    truth, lhe, reco = tmp_path / "truth.root", tmp_path / "truth.lhe", tmp_path / "reco.root"
    small = ("--set", "mass=0.1", "--adaptation-points", "1000", "--seed", "1")
    commands: list[tuple[object, ...]] = [
        ("generate", "mumuzp", "-n", "1e2", "-o", truth, *small),
        ("export", truth, lhe),
        ("simulate", truth, "-o", reco),
        ("analyze", reco, "-o", tmp_path / "ntuple.root"),
        ("reweight", truth, "-o", tmp_path / "half.root", "--set", "g=0.5"),
    ]
    for command in commands:
        assert "exists: replaced" not in lmutau(*command).err
    for command in commands:
        ended = lmutau(*command)
        assert ended.status == 0 and ended.err.count("exists: replaced as soon as the new file is complete") == 1
    refused = lmutau("generate", "mumuzp", "-n", "1e2", "-o", truth, "--set", "mass=99")
    assert refused.status == 2 and "replaced" not in refused.err
