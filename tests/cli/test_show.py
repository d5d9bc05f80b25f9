"""``lmutau show`` for people: short lines, lists that can be read, and an error only where there is one."""

from pathlib import Path

import pytest

from tests.cli.driver import CommandLine


@pytest.fixture
def ntuple(lmutau: CommandLine, tmp_path: Path) -> Path:
    truth, reco = tmp_path / "t.root", tmp_path / "r.root"
    made = lmutau("generate", "tautau", "-n", "2e3", "-o", truth, "--seed", 1, "--adaptation-points", "1000")
    assert "fb (fixed: an input)" in made.out
    assert lmutau("simulate", truth, "-o", reco, "--detector", "ideal").status == 0
    ended = lmutau("analyze", reco, "-o", tmp_path / "n.root")
    (generated,) = (line.split() for line in ended.out.splitlines() if line.split()[:1] == ["generated"])
    assert generated[3] == "fixed" and "e-1" not in generated[3]
    return tmp_path / "n.root"


def test_lines_fit_and_can_be_read(lmutau: CommandLine, ntuple: Path) -> None:
    for options in ((), ("--all",)):
        shown = lmutau("show", ntuple, *options).out
        lines = shown.replace(str(ntuple.parent), "FOLDER").splitlines()
        assert max(map(len, lines)) <= 80, max(lines, key=len)
        assert "  Y. S. Tsai, Phys. Rev. D4 (1971) 2821" in lines  # one reference in a line
        assert "{}" not in shown and "True" not in shown
    lines = lmutau("show", ntuple).out.splitlines()
    assert "sigma_error_fb         fixed: the total is an input, nothing statistical" in lines
    heading = next(line for line in lines if line.split()[:2] == ["name", "n"])
    row = next(line for line in lines if line.split()[:1] == ["muon_efficiency"])
    assert row[heading.index(" n ") + 1 :].split()[0].isdigit()  # under its heading, a space before
