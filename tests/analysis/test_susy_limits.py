"""SModelS takes our file: its prediction for the only search of a database that is made for this test."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lmutau.analysis.slha_check import check_slha
from lmutau.analysis.susy_limits import smodels_limits
from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.susy import benchmark, decays, write_slha
from lmutau.gen.susy.lhc import Densities, lhc_cross_sections
from tests.gen.susy.toy_densities import toy

LIMIT = 5.0  # fb, invented


def _write_database(folder: Path) -> None:
    """One upper limit on selectron pairs, constant over masses: the text format of SModelS."""
    result = folder / "13TeV" / "TEST" / "TEST-0001"
    (result / "data").mkdir(parents=True)
    (folder / "version").write_text("1.0\n")
    (result / "globalInfo.txt").write_text(
        "id: TEST-0001\nsqrts: 13.0*TeV\nlumi: 100/fb\nprivate: False\nlastUpdate: 2026/01/01\n"
    )
    (result / "data" / "dataInfo.txt").write_text("dataId: None\ndataType: upperLimit\n")
    points = [
        f"[[[{heavy}.*GeV,{light}.*GeV],[{heavy}.*GeV,{light}.*GeV]],{LIMIT}*fb]"
        for heavy in (100, 150, 200, 300)
        for light in (0, 50, 100, 140, 190, 290)
        if light < heavy
    ]
    lines = ["txName: TSlepSlep", "constraint: [[['e+']],[['e-']]]", "condition: None", "conditionDescription: None",
             "source: none", "validated: N/A", "axes: [[x,y],[x,y]]", f"upperLimits: [{','.join(points)}]"]  # fmt: skip
    (result / "data" / "TSlepSlep.txt").write_text("\n".join(lines) + "\n")


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own: SModelS warns when it is imported."""
    command = [sys.executable, "-m", "lmutau", "susy", "limits", *arguments]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=300)


def _write_point(path: Path) -> float:
    """BP4: selectrons go to e and a bino, which is invisible; returns the sum of the four selectron pairs [fb]."""
    point, densities = benchmark("BP4"), Densities(name="toy", values=toy)
    found = lhc_cross_sections(point, 13000.0, densities, smallest_fb=0.1)
    write_slha(path, point, cross_sections=found)
    table = decays(point)
    to_electron = {code: table[code].fraction(1000022, 11) for code in (1000011, 2000011)}
    return sum(
        item.sigma_fb * to_electron[abs(item.codes[0])] * to_electron[abs(item.codes[1])]
        for item in found
        if {abs(code) for code in item.codes} <= set(to_electron)
    )


def test_selectron_pairs_against_an_invented_limit(tmp_path: Path) -> None:
    pytest.importorskip("smodels")
    expected = _write_point(tmp_path / "point.slha")
    _write_database(tmp_path / "database")
    ended = _run(tmp_path, "point.slha", "--database", "database", "--json")
    assert ended.returncode == 0, ended.stderr
    (result,) = json.loads(ended.stdout)["searches"]
    assert result["analysis"] == "TEST-0001"
    assert result["topologies"] == ["TSlepSlep"]
    assert result["predicted_fb"] == pytest.approx(expected, rel=1e-3)
    assert result["limit_fb"] == pytest.approx(LIMIT)
    assert result["r"] == pytest.approx(expected / LIMIT, rel=1e-3)
    shown = _run(tmp_path, "point.slha", "--database", "database")
    assert "searches that apply: 1, that exclude point.slha (r > 1): 1" in shown.stdout
    assert max(len(line) for line in shown.stdout.splitlines()) <= 80


def test_no_such_database(tmp_path: Path) -> None:
    pytest.importorskip("smodels")
    _write_point(tmp_path / "point.slha")
    ended = _run(tmp_path, "point.slha", "--database", "nowhere")
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: --database 'nowhere': SModelS cannot load it")
    assert len(ended.stderr.splitlines()) == 1


def test_without_smodels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write_point(tmp_path / "point.slha")
    monkeypatch.setitem(sys.modules, "smodels.base.model", None)
    with pytest.raises(ConfigError, match=r"pip install 'lmutau\[smodels\]'"):
        smodels_limits(tmp_path / "point.slha")


def test_file_without_cross_sections(tmp_path: Path) -> None:
    write_slha(tmp_path / "point.slha", benchmark("BP4"))
    with pytest.raises(FileError, match="no XSECTION"):
        smodels_limits(tmp_path / "point.slha")
    with pytest.raises(FileError, match="no such file"):
        smodels_limits(tmp_path / "other.slha")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("whole") / "point.slha"
    _write_point(path)
    return path.read_text()


@pytest.mark.parametrize(
    ("pattern", "replacement", "message"),
    [
        (r"(?s)BLOCK MASS.*?(?=BLOCK)", "", "no BLOCK MASS in it"),
        (r"(?m)^ +1000022 .*$", "  1000022  nan", "'1000022 nan': write PDG code and mass"),
        (r"(?m)^ +1000011  .*\n", "", "1000011 is in XSECTION but not in BLOCK MASS"),
        (r"(?m)^DECAY.*\n", "", "no DECAY in it"),
        (r"(?m)^DECAY +1000011 .*\n", "", r"branching fractions sum to 2, allowed is 1"),
        (r"(?m)^DECAY +1000022 .*$", "DECAY   1000022 nan", "'DECAY 1000022 nan': write DECAY, PDG code, width >= 0"),
        (r"(?m)^XSECTION.*$", "XSECTION garbage", "'XSECTION garbage': write XSECTION, energy"),
        (r"(?m)^XSECTION.*\n.*\n", "", "no XSECTION in it"),
        (r"(?m)^(XSECTION.*\n).*\n", r"\1", "no cross-section below it"),
        (r"(?m)^(XSECTION.*\n(?: +\S+){6}).*$", r"\1 nan", "the seventh number is the cross-section, finite"),
        (r"(?m)^(XSECTION.*\n(?: +\S+){6}).*$", r"\1 -1", "the seventh number is the cross-section, finite"),
        (r"(?m)^(XSECTION.*\n) +", r"\1", "a line without indent begins with"),
        (r"\A", "  1 2\n", "comes before the first BLOCK"),
    ],
)
def test_damaged_files(tmp_path: Path, whole: str, pattern: str, replacement: str, message: str) -> None:
    path, text = tmp_path / "point.slha", whole
    assert check_slha(text) is None
    damaged, count = re.subn(pattern, replacement, text, count=0 if "DECAY.*" in pattern or "XSEC" in pattern else 1)
    assert count > 0
    path.write_text(damaged)
    with pytest.raises(FileError, match=re.escape(message)) as found:
        smodels_limits(path)
    assert "lmutau susy lhc" in str(found.value)
    assert len(str(found.value).splitlines()) == 1


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "point.slha").write_bytes(b"BLOCK MASS\n  1 2 # \xe9\xff\n")
    with pytest.raises(FileError, match="cannot be read as text"):
        smodels_limits(tmp_path / "point.slha")


def test_what_smodels_cannot_use(tmp_path: Path) -> None:
    """Nothing is wrong with any line, but no superpartner is produced."""
    pytest.importorskip("smodels")
    (tmp_path / "point.slha").write_text(
        "BLOCK MASS\n  1000022 100\nDECAY 1000022 0\nXSECTION 13000 2212 2212 2 1 -1\n  0 0 0 1 1 0 1 x\n"
    )
    _write_database(tmp_path / "database")
    ended = _run(tmp_path, "point.slha", "--database", "database")
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: input point.slha: SModelS cannot use it (")
    assert len(ended.stderr.splitlines()) == 1
