"""``lmutau analyze --plots`` and ``lmutau run --events``: files, formats, refusals."""

import json
from pathlib import Path

import pytest

from lmutau.runcard import load_run_card
from tests.cli.driver import CommandLine

QUICK = ("--adaptation-points", "2000")


@pytest.fixture
def reco(lmutau: CommandLine, tmp_path: Path) -> Path:
    truth, path = tmp_path / "t.root", tmp_path / "mumugamma.root"
    lmutau("generate", "mumugamma", "-n", 3000, "-o", truth, "--seed", 1, "--set", "min_photon_energy=1", *QUICK)
    assert lmutau("simulate", truth, "-o", path, "--detector", "belle2").status == 0
    return path


def test_plots_without_an_ntuple(lmutau: CommandLine, reco: Path, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    ended = lmutau("analyze", reco, "--selection", "photons", "--plots", tmp_path / "new" / "plots")
    assert ended.status == 0
    written = {path.name for path in (tmp_path / "new" / "plots").iterdir()}
    names = ("photons_all", "photons_seen", "photon_theta_all", "photon_theta_seen")
    assert written == {f"{name}.{kind}" for name in names for kind in ("png", "pdf")}
    assert f"{len(names)} plots as png, pdf" in ended.err
    for path in (tmp_path / "new" / "plots").iterdir():
        assert path.read_bytes().startswith({".png": b"\x89PNG", ".pdf": b"%PDF"}[path.suffix])
    assert set(tmp_path.iterdir()) - before == {tmp_path / "new"}


def test_luminosity_and_extension(lmutau: CommandLine, reco: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plots"
    ended = lmutau(
        "analyze", reco, "--selection", "photons", "--plots", folder, "--extensions", "svg", "--luminosity", 400,
        "-o", tmp_path / "n.root", "--json",
    )  # fmt: skip
    assert ended.status == 0
    assert json.loads(ended.out)["luminosity_fb"] == [400]
    assert {path.suffix for path in folder.iterdir()} == {".svg"} and (tmp_path / "n.root").exists()
    assert "replaced" not in ended.err
    again = lmutau("analyze", reco, "--selection", "photons", "--plots", folder, "--extensions", "svg")
    assert f"replaced 4 files of an earlier run in {folder}" in again.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--plots", "p", "--extensions", "pmg"), "--extensions 'pmg'"),
        (("--plots", "p", "--luminosity", "-1"), "--luminosity = -1: allowed are positive"),
        (("--plots", "p", "--luminosity", "nan"), "--luminosity = nan: allowed are positive"),
        ((), "--plots DIR"),
    ],
)
def test_refusals(lmutau: CommandLine, reco: Path, arguments: tuple[str, ...], message: str) -> None:
    folder = reco.parent / "p"
    ended = lmutau("analyze", reco, "--selection", "photons", *(folder if a == "p" else a for a in arguments))
    assert ended.status == 2
    assert message in ended.err and "Traceback" not in ended.err
    assert not folder.exists()


def test_plots_into_a_file(lmutau: CommandLine, reco: Path) -> None:
    ended = lmutau("analyze", reco, "--selection", "photons", "--plots", reco)
    assert ended.status in (1, 2) and "is a file; give a folder" in ended.err


def test_a_part_of_the_events() -> None:
    card = load_run_card("belle2_2022")
    tenth = card.with_events(0.1)
    assert [s.n_events for s in tenth.sample] == [s.n_events // 10 for s in card.sample]
    assert tenth.text.startswith("# run with 0.1 times the n_events of this card") and card.text in tenth.text


@pytest.mark.parametrize("events", ["0", "-1", "nan", "inf", "1e-9", "1e30"])
def test_impossible_numbers_of_events(lmutau: CommandLine, tmp_path: Path, events: str) -> None:
    ended = lmutau("run", "br2018", "--events", events, "-o", tmp_path / "out")
    assert ended.status == 2
    assert "--events" in ended.err and "allowed are" in ended.err and "Traceback" not in ended.err
    assert not (tmp_path / "out").exists()


def test_a_mass_for_a_selection_without_windows(lmutau: CommandLine, reco: Path, tmp_path: Path) -> None:
    ended = lmutau("analyze", reco, "--selection", "belle2_2022", "--mass", 1, "-o", tmp_path / "n.root")
    assert ended.status == 0, ended.err


def test_damaged_baskets(lmutau: CommandLine, reco: Path, tmp_path: Path) -> None:
    content = bytearray(reco.read_bytes())
    start = len(content) // 2
    content[start : start + 200] = bytes(byte ^ 0x5A for byte in content[start : start + 200])
    (tmp_path / "damaged.root").write_bytes(content)
    ended = lmutau("analyze", tmp_path / "damaged.root", "-o", tmp_path / "n.root")
    assert ended.status in (1, 2) and "Traceback" not in ended.err and "not a readable ROOT file" in ended.err
