"""``lmutau susy``: tables, JSON, plots, SLHA files, scans that continue, refusals."""

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from tests.cli.driver import CommandLine
from tests.gen.susy.cases import REFERENCE

FREE = [f"--set={setting}" for setting in ("m0=200", "m1=300", "m2=400", "mu=-500", "tan_beta=20", "smuon_mass=600",
                                           "selectron_mass=300")]  # fmt: skip


def test_help(lmutau: CommandLine) -> None:
    ended = lmutau("susy", "--help")
    assert ended.status == 0
    for command in ("spectrum", "gminus2", "scan", "lhc", "limits"):
        assert command in ended.out
    assert "susy" in lmutau("--help").out


def test_gminus2_reproduces_the_pulls(lmutau: CommandLine) -> None:
    ended = lmutau("susy", "gminus2", "--json")
    assert ended.status == 0
    result = json.loads(ended.out)
    assert result["measured"]["mu"] == {"value": 2.79e-9, "error": 0.76e-9}
    assert [entry["name"] for entry in result["points"]] == sorted(REFERENCE["benchmarks"])
    for entry in result["points"]:
        expected = REFERENCE["benchmarks"][entry["name"]]
        assert entry["a_mu"]["zp"] == pytest.approx(expected["zp"], rel=2e-4)
        assert [entry["a_e"]["pull"], entry["a_mu"]["pull"]] == pytest.approx(expected["pulls"], abs=0.0051)
        for lepton in ("e", "mu"):
            part = entry[f"a_{lepton}"]
            assert [part["neutralino"], part["chargino"]] == pytest.approx(expected[lepton], rel=1e-6)
            assert part["total"] == pytest.approx(part["neutralino"] + part["chargino"] + part["zp"], rel=1e-12)


def test_gminus2_table_fits(lmutau: CommandLine) -> None:
    ended = lmutau("susy", "gminus2", "--a-e", "4.8e-13,3e-13", "BP1")
    assert ended.status == 0
    assert "BP1" in ended.out
    assert "4.800e-13 +- 3.00e-13" in ended.out
    assert max(len(line) for line in ended.out.splitlines()) <= 80


def test_spectrum_json(lmutau: CommandLine) -> None:
    result = json.loads(lmutau("susy", "spectrum", "BP4", "--json").out)
    masses = [entry["mass"] for entry in result["neutralinos"]]
    assert masses[:5] == pytest.approx(REFERENCE["benchmarks"]["BP4"]["neutralinos"], abs=1e-3)
    assert result["charginos"] == pytest.approx(REFERENCE["benchmarks"]["BP4"]["charginos"], abs=1e-3)
    assert result["neutralinos"][1]["B'"] == pytest.approx(1)
    widths = result["sleptons"]["mu"]["width_to_bprime_gev"]
    # g²/(8 pi) m (1 - M0²/m²)², shared by the two smuons
    assert sum(widths) == pytest.approx(2 * 7.09e-4**2 / 25.1327 * 731 * (1 - (184 / 731) ** 2) ** 2, rel=1e-3)
    assert result["sleptons"]["e"]["width_to_bprime_gev"] == [0, 0]


def test_spectrum_of_free_parameters(lmutau: CommandLine) -> None:
    ended = lmutau("susy", "spectrum", *FREE)
    assert ended.status == 0
    assert "Neutralinos of point" in ended.out
    assert max(len(line) for line in ended.out.splitlines()) <= 80
    assert json.loads(lmutau("susy", "spectrum", *FREE, "--json").out)["parameters"]["mu"] == -500


def test_slha_file_and_back(lmutau: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "x.slha"
    first = lmutau("susy", "spectrum", "BP2", "--set", "m2=250", "-o", path, "--json")
    second = lmutau("susy", "spectrum", path, "--json")
    assert first.status == second.status == 0
    one, two = json.loads(first.out), json.loads(second.out)
    assert one["neutralinos"] == two["neutralinos"]
    assert one["sleptons"] == two["sleptons"]
    assert two["parameters"]["m2"] == 250


def test_damaged_slha_file(lmutau: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "x.slha"
    lmutau("susy", "spectrum", "BP2", "-o", path)
    path.write_text(path.read_text().replace("BLOCK EXTPAR", "BLCK EXTPAR"))
    for command in ("spectrum", "gminus2"):
        ended = lmutau("susy", command, path)
        assert ended.status == 2
        assert ended.out == ""
        assert "x.slha: line" in ended.err
        assert len(ended.err.splitlines()) == 1


def _png_size(path: Path) -> tuple[int, int]:
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG")
    return struct.unpack(">II", data[16:24])


def test_plots(lmutau: CommandLine, tmp_path: Path) -> None:
    commands = (("spectrum", "BP1"), ("gminus2",), ("scan", "-n", 3000, "--seed", 1, "-o", tmp_path / "s.root"))
    for command in commands:
        path = tmp_path / f"{command[0]}.png"
        ended = lmutau("susy", *command, "--plot", path)
        assert ended.status == 0, ended.err
        assert min(_png_size(path)) > 500
    ended = lmutau("susy", "spectrum", "BP1", "--plot", tmp_path / "x.svg")
    assert (tmp_path / "x.svg").read_text().startswith("<?xml")


def test_scan(lmutau: CommandLine, tmp_path: Path) -> None:
    card, path = tmp_path / "card.toml", tmp_path / "s.root"
    card.write_text("[scan]\nn = 20000\nseed = 7\nn_sigma = 3\n[ranges]\nselectron_mass = [100, 300]\n")
    ended = lmutau("susy", "scan", "-o", path, "--card", card, "--set", "m1=150:250", "--set", "tan_beta=40", "--json")
    assert ended.status == 0, ended.err
    result = json.loads(ended.out)
    assert result["n"] == 20000
    assert result["seed"] == 7
    assert result["n_sigma"] == 3
    assert result["settings"]["ranges"]["tan_beta"] == [40, 40]
    assert result["settings"]["ranges"]["selectron_mass"] == [100, 300]
    assert result["lhc_limits"] == "not applied"
    assert 100 < result["ranges"]["selectron_mass"][0] < result["ranges"]["selectron_mass"][1] <= 300
    again = lmutau("susy", "scan", "-o", path, "--card", card, "--set", "m1=150:250", "--set", "tan_beta=40")
    assert again.status == 0
    assert "nothing to compute" in again.err
    assert "Lightest neutralino" in again.out
    assert max(len(line) for line in again.out.splitlines()) <= 80


def test_map_as_numbers(lmutau: CommandLine, tmp_path: Path) -> None:
    ended = lmutau("susy", "scan", "-o", tmp_path / "s.root", "-n", 5000, "--seed", 1, "--map", "m_chi1,g,m_smuon1",
                   "--bins", 5, "--n-sigma", 3, "--json")  # fmt: skip
    result = json.loads(ended.out)
    (area,) = result["maps"]
    assert area["y_edges"][-1] == 1e-3
    assert sum(map(sum, area["counts"])) == result["n_inside"] > 10
    smallest = min(value for row in area["minima"] for value in row if value is not None)
    assert smallest == pytest.approx(result["ranges"]["m_smuon1"][0])


def test_maps_of_derived_quantities_show_every_point_inside(lmutau: CommandLine, tmp_path: Path) -> None:
    maps = [f"--map={names}" for names in ("pull,m_chi1,g", "a_e_chargino,a_e_neutralino,pull", "m_chi5,m0,a_mu_zp")]
    command = ("susy", "scan", "-o", tmp_path / "s.root", "-n", 5000, "--seed", 1, *maps)
    result = json.loads(lmutau(*command, "--plot", tmp_path / "maps.png", "--json").out)
    for area in result["maps"]:
        assert sum(map(sum, area["counts"])) == result["n_inside"] > 2
    pull, charginos, fifth = result["maps"]
    assert 0 < pull["x_edges"][0] < pull["x_edges"][-1] <= 2
    for name, edges in (("a_e_chargino", charginos["x_edges"]), ("m_chi5", fifth["x_edges"])):
        assert [edges[0], edges[-1]] == pytest.approx(result["ranges"][name])
    assert fifth["y_edges"][-1] == 1000  # a scanned parameter: its range
    assert min(_png_size(tmp_path / "maps.png")) > 500


def test_scan_without_a_point_inside_says_so(lmutau: CommandLine, tmp_path: Path) -> None:
    ended = lmutau("susy", "scan", "-o", tmp_path / "s.root", "-n", 100, "--seed", 1, "--n-sigma", 0.001)
    assert ended.status == 0
    assert "no point inside" in ended.err


def test_seed_is_drawn_and_printed(lmutau: CommandLine, tmp_path: Path) -> None:
    ended = lmutau("susy", "scan", "-o", tmp_path / "s.root", "-n", 10)
    assert ended.status == 0
    assert "seed " in ended.err
    again = lmutau("susy", "scan", "-o", tmp_path / "s.root", "-n", 10)
    assert again.status == 0
    assert "that of the scan that is there already" in again.err
    assert again.out == ended.out
    other = lmutau("susy", "scan", "-o", tmp_path / "s.root", "-n", 11)
    assert other.status == 2
    assert "holds another scan (n = 10, not 11)" in other.err


def test_a_killed_scan_goes_on_with_its_seed(
    lmutau: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lmutau.gen.randomness import BLOCK
    from lmutau.gen.susy import scan as scan_module

    def killed_after_one_block(settings: Any, block: int) -> Any:
        if block:
            raise KeyboardInterrupt
        return scan_block(settings, block)

    path, scan_block = tmp_path / "s.root", scan_module.scan_block
    command = ("susy", "scan", "-o", path, "-n", BLOCK + 10, "--workers", 1)
    monkeypatch.setattr(scan_module, "scan_block", killed_after_one_block)
    first = lmutau(*command)
    assert first.status == 130
    seed = first.err.split()[1]
    monkeypatch.setattr(scan_module, "scan_block", scan_block)
    second = lmutau(*command)
    assert second.status == 0
    assert f"; seed {seed}\n" in second.out
    assert [entry.name for entry in tmp_path.iterdir()] == ["s.root"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("spectrum",), ["missing: m0, m1", "BP1"]),
        (("spectrum", "BP5"), ["'BP5' does not exist", "Did you mean"]),
        (("spectrum", "none.slha"), ["none.slha: no such file"]),
        (("spectrum", "BP1", "--set", "m3=1"), ["'m3' does not exist"]),
        (("spectrum", "BP1", "--set", "m1=much"), ["m1 = 'much'"]),
        (("spectrum", "BP1", "--set", "tan_beta=0"), ["tan_beta = 0: allowed is > 0"]),
        (("spectrum", "BP1", "--set", "m1=nan"), ["m1 = nan GeV"]),
        (("spectrum", "BP1", "--set", "smuon_mass=-1"), ["smuon_mass = -1 GeV"]),
        (("spectrum", "BP1", "--set", "slepton_input=hard"), ["slepton_input = 'hard'"]),
        (("spectrum", "BP1", "--set", "stau_mass=100"), ["tachyonic stau", "raise the stau mass"]),
        (("spectrum", "BP1", "-o", "x.txt"), [".slha"]),
        (("spectrum", "BP1", "--plot", "x.gif"), [".png, .pdf, .svg"]),
        (("gminus2", "BP1", "--a-e", "1"), ["--a-e 1: write VALUE,ERROR"]),
        (("gminus2", "BP1", "--a-mu", "1,0"), ["a_mu = 1.0 +- 0.0"]),
        (("gminus2", "BP1", "--a-e", "1,0"), ["error: a_e = 1.0 +- 0.0"]),
        (("gminus2", "BP1", "--set", "g=-1e-3"), ["g = -0.001: allowed is from 0 to 10"]),
        (("scan", "-o", "x.root", "--set", "g=-1e-3:1e-3"), ["g = -0.001: allowed is from 0 to 10"]),
        (("scan", "-o", "x.root", "--set", "m0=5", "--json", "--map", "m0,m1,pull"), ["range of m0 = 5:5 is empty"]),
        (("spectrum", "BP1", "--set", "selectron_mass=0"), ["selectron_mass = 0 GeV"]),
        (("gminus2", "BP1", "--set", "selectron_mass=60"), ["tachyonic sneutrino of e"]),
        (("scan", "-o", "x.root", "-n", 0), ["n = 0"]),
        (("scan", "-o", "x.npz", "-n", 10), [".root"]),
        (("scan", "-o", "x.root", "--set", "m1=5:1"), ["m1 = 5:1"]),
        (("scan", "-o", "x.root", "--set", "m1=a:b"), ["m1=a:b", "LOW:HIGH"]),
        (("scan", "-o", "x.root", "--set", "m7=1:2"), ["'m7' does not exist"]),
        (("scan", "-o", "x.root", "--seed", -1), ["seed = -1"]),
        (("scan", "-o", "x.root", "--workers", 0), ["workers = 0"]),
        (("scan", "-o", "x.root", "--n-sigma", 0), ["n_sigma = 0"]),
        (("scan", "-o", "x.root", "--json", "--map", "m_chi1,m_chi2"), ["X,Y,Z"]),
        (("scan", "-o", "x.root", "--map", "m_chi1,m_chi2,pull"), ["--plot FILE or --json"]),
        (("scan", "-o", "x.root", "--json", "--map", "m_chi1,m_chi2,m_chi9"), ["'m_chi9' does not exist"]),
        (("scan", "-o", "x.root", "--json", "--map", "m_chi1,m_chi2,pull", "--bins", 1), ["bins = 1"]),
        (("scan", "-o", "x.root", "--card", "none.toml"), ["none.toml: cannot be read"]),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_refusals(
    lmutau: CommandLine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[object, ...],
    words: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = lmutau("susy", *arguments)
    assert ended.status == 2, ended
    assert ended.out == ""
    assert "Traceback" not in ended.err
    for word in words:
        assert word in ended.err
    assert not list(tmp_path.iterdir())


def test_the_manual_shows_what_is_printed(lmutau: CommandLine) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "susy.md").read_text(encoding="utf-8")
    for line in lmutau("susy", "gminus2").out.splitlines():
        assert line.rstrip() in manual
