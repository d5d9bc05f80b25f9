"""SModelS takes our file: decomposition, and the prediction for a result of a database made for this test."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_smodels_predicts_selectron_pairs(tmp_path: Path) -> None:
    """BP4: selectrons go to e and a bino, which is invisible; all four pairs add up."""
    pytest.importorskip("smodels")
    point, densities = benchmark("BP4"), Densities(name="toy", values=toy)
    found = lhc_cross_sections(point, 13000.0, densities, smallest_fb=0.1)
    write_slha(tmp_path / "point.slha", point, cross_sections=found)
    _write_database(tmp_path / "database")
    (tmp_path / "parameters.ini").write_text(
        "[options]\ncheckInput = True\ndoInvisible = True\ndoCompress = True\ncomputeStatistics = False\n"
        "testCoverage = False\n[particles]\nmodel = share.models.nmssm\n"
        "[parameters]\nsigmacut = 0.005\nminmassgap = 5\nmaxcond = 0.2\nncpus = 1\n"
        f"[database]\npath = {tmp_path / 'database'}\nanalyses = all\ntxnames = all\ndataselector = all\n"
        "[printer]\noutputType = python\n"
    )
    script = "import sys; from smodels.tools.runSModelS import main; sys.exit(main())"
    arguments = ["-f", "point.slha", "-p", "parameters.ini", "-o", "out"]
    subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=tmp_path, check=True, capture_output=True, timeout=300
    )
    text = (tmp_path / "out" / "point.slha.py").read_text()
    (prediction,) = ast.literal_eval(text.partition("=")[2].strip())["ExptRes"]
    table = decays(point)
    expected = sum(
        item.sigma_fb
        * table[abs(item.codes[0])].fraction(1000022, 11)
        * table[abs(item.codes[1])].fraction(1000022, 11)
        for item in found
        if {abs(code) for code in item.codes} <= {1000011, 2000011}
    )
    assert prediction["theory prediction (fb)"] == pytest.approx(expected, rel=1e-3)
    assert prediction["upper limit (fb)"] == pytest.approx(LIMIT)
