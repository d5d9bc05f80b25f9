"""Our ROOT files in JSROOT; needs node and jsroot (`npm install jsroot`, NODE_PATH = its node_modules)."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import lmutau
from lmutau.analysis.files import analyze_files
from lmutau.detsim.simulation import simulate_file

SCRIPT = Path(__file__).with_name("read_root.mjs")


def _read(*arguments: str | Path) -> dict[str, Any]:
    node, modules = shutil.which("node"), os.environ.get("NODE_PATH", "")
    if node is None or not (Path(modules) / "jsroot").is_dir():
        pytest.skip("node or jsroot is not installed (set NODE_PATH)")
    ended = subprocess.run([node, SCRIPT, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def test_events_and_ntuple(tmp_path: Path) -> None:
    truth, reco, ntuple = (tmp_path / f"{name}.root" for name in ("truth", "reco", "ntuple"))
    sample = lmutau.generate("mumuzp", 5000, seed=1, mass=1.0)
    sample.save(truth)
    simulate_file(truth, reco, detector="belle2")
    flow, _ = analyze_files([reco], ntuple, selection="belle2_2022")
    events = _read(truth, "Events", "genWeight")
    assert events["n"] == len(sample.events)
    assert events["sum"] == pytest.approx(sample.sigma, rel=1e-12)
    rows = _read(ntuple, "ntuple", "genWeight", "histograms/m2_recoil")
    last = flow.samples["reco"].steps()[-1]
    assert rows["type"] == "TH1D" and rows["bins"] == 100
    assert rows["total"] == pytest.approx(last.sum_w_fb, rel=1e-9)
