"""``lmutau susy spectrum --decays`` and ``lmutau susy lhc``: tables, JSON, files, refusals."""

import json
from pathlib import Path

import pytest

from tests.cli.driver import CommandLine
from tests.gen.susy.toy_densities import write_toy_grid


def test_decays_in_table_and_json(lmutau: CommandLine, tmp_path: Path) -> None:
    """BP4: B' has no channel but to muons and neutrinos, through virtual smuons, and flies millimetres."""
    shown = lmutau("susy", "spectrum", "BP4", "--decays")
    assert shown.status == 0
    assert max(len(line) for line in shown.out.splitlines()) <= 80
    assert "chi1 mu- mu+" in shown.out
    assert "chi2 5.75 mm" in shown.out
    result = json.loads(lmutau("susy", "spectrum", "BP4", "--decays", "--json", "-o", tmp_path / "p.slha").out)[
        "decays"
    ]
    assert result["snu_e"] == {"pdg_id": 1000012, "mass": pytest.approx(138.678, abs=1e-3), "width_gev": 0.0,
                               "ctau_mm": None, "stable": True, "channels": []}  # fmt: skip
    channel = result["chi2"]["channels"][0]
    assert channel["products"] == [1000022, 13, -13]
    assert channel["width_gev"] == pytest.approx(channel["branching"] * result["chi2"]["width_gev"])
    assert "DECAY   1000023" in (tmp_path / "p.slha").read_text()
    assert "decays" not in json.loads(lmutau("susy", "spectrum", "BP4", "--json").out)


def test_lhc_cross_sections(lmutau: CommandLine, tmp_path: Path) -> None:
    grid, file = tmp_path / "toy_0000.dat", tmp_path / "p.slha"
    write_toy_grid(grid)
    shown = lmutau("susy", "lhc", "BP1", "--densities", grid, "--smallest", 1, "-o", file)
    assert shown.status == 0
    assert max(len(line) for line in shown.out.splitlines()) <= 80
    assert "in fb" in shown.out
    text = file.read_text()
    assert "XSECTION  1.30000000E+04  2212 2212 2 1000024 -1000024" in text
    assert "DECAY   1000024" in text
    again = lmutau("susy", "lhc", file, "--densities", grid, "--energy", "13", "--json")
    result = json.loads(again.out)
    assert result["parton_densities"] == "toy_0000"
    best = result["cross_sections"][0]
    assert best["sigma_fb"]["13"] > 100
    assert f"{best['sigma_fb']['13'] / 1000:.10E}" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("BP1",), "missing: --densities FILE"),
        (("BP1", "--densities", "no.dat"), "no.dat: no such file"),
        (("BP1", "--energy", "13,x"), "--energy '13,x': write energies in TeV"),
        (("BP1", "--energy", "13,13.0000001"), "each from 0.1 to 1000 and once in six digits"),
        (("BP1", "--smallest", "-1"), "allowed is a number >= 0"),
        (("BP9",), "Did you mean"),
        (("BP1", "-o", "x.txt"), ".slha"),
    ],
)
def test_lhc_refuses(lmutau: CommandLine, arguments: tuple[str, ...], message: str) -> None:
    ended = lmutau("susy", "lhc", *arguments)
    assert ended.status == 2
    assert message in ended.err
    assert len(ended.err.strip().splitlines()) == 1


def test_grid_that_is_left(lmutau: CommandLine, tmp_path: Path) -> None:
    """Staus of BP1 have 14 TeV, the toy grid ends at 10 TeV: the table comes, with one warning."""
    write_toy_grid(tmp_path / "toy_0000.dat")
    shown = lmutau(
        "susy", "lhc", "BP1", "--densities", tmp_path / "toy_0000.dat", "--energy", "13,100", "--smallest", 1
    )
    assert shown.status == 0
    (warning,) = (line for line in shown.err.splitlines() if "warning" in line)
    assert "densities toy_0000 go from Q = 2 to 10000 GeV and down to x = 1e-06; outside: " in warning
    assert "at 100 TeV" in warning


def test_the_manual_shows_the_decays_of_bp4(lmutau: CommandLine) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "susy.md").read_text(encoding="utf-8")
    shown = manual.partition("## Decays\n")[2].partition("```text\n")[2].partition("```")[0].splitlines()
    printed = [line.rstrip() for line in lmutau("susy", "spectrum", "BP4", "--decays").out.splitlines()]
    start = printed.index("Decays")
    assert len(shown) > 10
    assert printed[start : start + len(shown)] == shown
