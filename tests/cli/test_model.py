"""``lmutau model``: numbers, figures, and what wrong use says."""

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.driver import CommandLine

ROOT = Path(__file__).parents[2]
COMMANDS = ("widths", "mixing", "gminus2", "bounds", "monophoton", "splitting")


def _json(lmutau: CommandLine, *arguments: object) -> Any:
    ended = lmutau("model", *arguments, "--json")
    assert ended.status == 0, ended.err
    return json.loads(ended.out)


@pytest.mark.parametrize("command", COMMANDS)
def test_tables_fit_and_json_is_one_object(lmutau: CommandLine, command: str) -> None:
    ended = lmutau("model", command)
    assert ended.status == 0, ended.err
    assert max(map(len, ended.out.splitlines())) <= 80
    assert isinstance(_json(lmutau, command), dict)


def test_widths(lmutau: CommandLine) -> None:
    found = _json(lmutau, "widths", "-m", "4", "-g", "0.5")
    (point,) = found["points"]
    assert point["nu"] == pytest.approx(0.25 * 0.106103295395, rel=1e-9)
    assert point["branching_invisible"] == pytest.approx(0.378764902124, rel=1e-6)
    dark = _json(lmutau, "widths", "-m", "3,1", "--dark", "scalar", "--dark-mass", "1", "--dark-width", "0.3")
    assert dark["points"][0]["alpha_d"] == pytest.approx(2.898, abs=5e-4)
    assert dark["points"][1]["alpha_d"] is None and dark["points"][1]["dark"] == 0  # closed
    assert [p["branching_invisible"] for p in _json(lmutau, "widths", "--scenario", "invisible")["points"]] == [1] * 6


def test_mixing(lmutau: CommandLine) -> None:
    found = _json(lmutau, "mixing", "-m", "0,1", "-r", "10", "--smuon-mass", "500")
    assert [p["mass"] for p in found["points"]] == [0, 1]
    assert found["points"][1]["re"] == pytest.approx(0.0131016098563, rel=1e-6)
    assert found["points"][1]["im"] == pytest.approx(0.00802650798725, rel=1e-6)


def test_gminus2(lmutau: CommandLine) -> None:
    (point,) = _json(lmutau, "gminus2", "-m", "0.01", "-g", "1")["points"]
    assert point["delta_a"] == pytest.approx(0.00991230564038, rel=1e-6)
    assert (point["g_low"], point["g_high"]) == pytest.approx((3.58e-4, 6.59e-4), rel=2e-3)
    own = _json(lmutau, "gminus2", "-m", "0.01", "--value", "251e-11", "--error", "59e-11", "--sigma", "1")
    assert own["points"][0]["g_high"] == pytest.approx(math.sqrt(310e-11 / 0.00991230564038), rel=1e-6)
    electron = _json(lmutau, "gminus2", "-m", "0.01", "--lepton", "e")["points"][0]
    assert electron == {"mass": 0.01, "delta_a": 0.0, "g_low": None, "g_central": None, "g_high": None}


def test_bounds_and_own_file(lmutau: CommandLine, tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("mass_GeV,g,cl,source\n0.1,1e-3,0.9,test\n10,1e-2,0.9,test\n")
    found = _json(lmutau, "bounds", "-m", "1,20", "--names", "z-pole,trident-heavy", "--csv", mine)
    assert list(found["bounds"]) == ["z-pole", "trident-heavy", "mine"]
    assert found["bounds"]["z-pole"]["g"][0] == pytest.approx(0.0359098, rel=1e-5)
    assert found["bounds"]["trident-heavy"]["g"] == [None, pytest.approx(20 * 1.8335e-3, rel=1e-4)]
    assert found["bounds"]["mine"]["g"] == [pytest.approx(math.sqrt(1e-5)), None]


def test_many_ratios_make_several_tables(lmutau: CommandLine) -> None:
    ratios = "0.1,0.5,1,1.0000001,5,10,20"
    for view in ("events", "spectrum", "reach"):
        ended = lmutau("model", "monophoton", "--show", view, "-r", ratios, "--min-energy", "5")
        assert ended.status == 0, ended.err
        lines = [line.rstrip() for line in ended.out.splitlines()]
        assert max(map(len, lines)) <= 80
        heads = [line for line in lines if "low" in line or "r=" in line]
        assert len(heads) > 1
        for r in ratios.split(","):
            assert sum(f"r={r})" in head or f"N_S {r} " in f"{head} " for head in heads) == 1
        # no number is broken over two lines
        assert all(len(line.split()) >= len(lines[-2].split()) for line in lines if line[:3].strip()[:1].isdigit())
    point = _json(lmutau, "monophoton", "-r", "1,1.0000001", "--min-energy", "5")["points"][0]
    assert point["N_S 1"] < point["N_S 1.0000001"]


def test_short_options_with_an_equals_sign(lmutau: CommandLine) -> None:
    assert _json(lmutau, "widths", "-m=4", "-g=0.5") == _json(lmutau, "widths", "-m", "4", "-g", "0.5")


def test_the_electron_carries_no_anomaly_of_the_muon(lmutau: CommandLine) -> None:
    assert _json(lmutau, "gminus2", "--lepton", "e")["anomaly"] is None
    assert "banerjee" not in lmutau("model", "gminus2", "--lepton", "e").out
    own = _json(lmutau, "gminus2", "--lepton", "e", "--anomaly", "banerjee2020_electron")
    assert own["anomaly"]["name"] == "banerjee2020_electron"


def test_lines_lie_above_the_band() -> None:
    from lmutau.analysis.model_plots import draw_bounds
    from lmutau.gen.model import bounds, find_anomaly

    grid = [0.002 * 1.2**i for i in range(60)]
    (axes,) = draw_bounds(grid, bounds(grid), find_anomaly("banerjee2020"), 2.0).axes
    band = max(fill.get_zorder() for fill in axes.collections)
    curves = [line for line in axes.lines if line.get_color() != "#2c6e2c"]  # but the middle of the band
    assert len(curves) >= 7
    assert all(line.get_zorder() > band for line in curves)


def test_units_in_brackets_are_shown(lmutau: CommandLine) -> None:
    assert "σ(μμZ') [fb]" in lmutau("model", "splitting").out
    title, *_ = lmutau("model", "monophoton", "--show", "spectrum", "--min-energy", "5").out.splitlines()
    assert "[fb]" in title and len(title) <= 80


def test_the_legend_names_the_discrepancy() -> None:
    from lmutau.analysis.model_plots import draw_bounds
    from lmutau.gen.model import bounds, find_anomaly

    grid = [0.01, 0.1, 1.0]
    for name, value, paper in (
        ("banerjee2020", r"(2.79 \pm 0.76) \times 10^{-9}", "arXiv:2011.05083"),
        ("jho2019", r"(2.68 \pm 0.76) \times 10^{-9}", "arXiv:1904.13053"),
    ):
        (axes,) = draw_bounds(grid, bounds(grid, ["z-pole"]), find_anomaly(name), 1.5).axes
        legend = axes.get_legend()
        assert legend is not None
        band, *lines = [text.get_text() for text in legend.get_texts()]
        assert value in band and paper in band and r"1.5$\,\sigma$" in band
        assert lines == ["bound, computed"]


def test_figures_where_nothing_is_open(lmutau: CommandLine, tmp_path: Path) -> None:
    for arguments in (
        ("splitting", "-m", "20,50"),
        ("monophoton", "--show", "reach", "-m", "20,30"),
        ("bounds", "-m", "2e3,1e4"),
    ):
        ended = lmutau("model", *arguments, "--plot", tmp_path / "figure.svg")
        assert ended.status == 0, ended.err


def test_monophoton(lmutau: CommandLine) -> None:
    last = _json(lmutau, "monophoton")["points"][-1]
    assert last["N_B"] == pytest.approx(9.1864, rel=1e-4)
    assert [last[f"Z {r}"] for r in ("0.1", "1", "10")] == pytest.approx([2.21, 3.41, 5.21], abs=0.01)
    reach = _json(lmutau, "monophoton", "--show", "reach", "-m", "0.2", "-r", "10")["points"]
    assert reach[0]["g(r=10)"] == pytest.approx(3.276e-4, rel=1e-3)
    ratio = _json(lmutau, "monophoton", "--show", "ratio", "-r", "1,10")["points"]
    assert [p["N_S/N_0"] for p in ratio] == pytest.approx([1, 34.337 / 17.680], rel=1e-4)
    plane = _json(lmutau, "monophoton", "--show", "plane", "-r", "1")["points"][0]
    assert plane["g (any M)"] < plane["g (all M)"]
    spectrum = _json(lmutau, "monophoton", "--show", "spectrum", "-r", "1")["points"]
    assert all(p["σ(r=1)"] > 0 for p in spectrum)


@pytest.mark.parametrize("arguments", [
    ("widths", "--dark", "fermion", "--alpha-d", "0.1"), ("mixing", "--smuon-mass", "1"),
    ("gminus2", "--anomaly", "jho2019"), ("bounds",), ("splitting",),
    *(("monophoton", "--show", view) for view in ("events", "spectrum", "reach", "plane", "ratio")),
], ids=lambda a: " ".join(a[:3]))  # fmt: skip
def test_figures(lmutau: CommandLine, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    path = tmp_path / "figure.png"
    ended = lmutau("model", *arguments, "--plot", path)
    assert ended.status == 0, ended.err
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert path.stat().st_size > 20_000
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("arguments", "words"), [
    (("widths", "-m", "-1"), ["--mass '-1'", "> 0 [GeV]"]),
    (("widths", "-m", "a"), ["--mass 'a'"]),
    (("widths", "-m", "1:2"), ["LOW:HIGH:N"]),
    (("widths", "-m", "2:1:5"), ["LOW < HIGH"]),
    (("widths", "-m", "1:2:1"), ["N from 2"]),
    (("widths", "--scenario", "vanila"), ["vanilla"]),
    (("widths", "--alpha-d", "0.1"), ["--dark fermion"]),
    (("widths", "--dark", "fermion"), ["--alpha-d", "--dark-width"]),
    (("widths", "-g", "-1"), ["g = -1"]),
    (("widths", "--plot", "a.gif"), [".png, .pdf, .svg"]),
    (("mixing", "-r", "0"), ["--ratio '0'"]),
    (("mixing", "--smuon-mass", "-5"), ["smuon_mass = -5"]),
    (("gminus2", "--anomaly", "jho2018"), ["jho2019"]),
    (("gminus2", "--value", "1e-9"), ["--error"]),
    (("gminus2", "--value", "1e-9", "--error", "0"), ["error = 0"]),
    (("gminus2", "--lepton", "muon"), ["'mu'"]),
    (("gminus2", "--lepton", "tau"), ["belongs to mu"]),
    (("gminus2", "--anomaly", "banerjee2020_electron"), ["belongs to e"]),
    (("gminus2", "--lepton", "e", "--plot", "a.png"), ["does not couple"]),
    (("bounds", "--names", "zpole"), ["z-pole"]),
    (("bounds", "--anomaly", "banerjee2020_electron"), ["is one of the e"]),
    (("widths", "--dark", "scalar", "--dark-width", "-1"), ["--dark-width = -1"]),
    (("mixing", "-g", "nan"), ["g = nan"]),
    (("bounds", "--csv", "none.csv"), ["none.csv"]),
    (("monophoton", "--show", "event"), ["'events'"]),
    (("monophoton", "--luminosity", "0"), ["luminosity = 0"]),
    (("monophoton", "--show", "plane", "--max-mass", "20"), ["max_mass = 20"]),
    (("splitting", "-m", "0"), ["--mass '0'"]),
    (("widths", "-g=-1"), ["g = -1.0: allowed are numbers >= 0"]),
    (("widths", "-g=x"), ["'=x' is not a number; write -g 1e-3"]),
    (("monophoton", "--smuon-mass=-1"), ["smuon_mass = -1.0 GeV"]),
    (("monophoton", "--min-energy", "5.29"), ["min_energy = 5.29 GeV", "> 0 and < 5.29 GeV"]),
    (("monophoton", "-r", "1,2,1"), ["--ratio 1: stands there twice"]),
    (("bounds", "--names", ""), ["--names: none chosen"]),
    (("bounds", "-r", "0"), ["r = 0.0: allowed"]),
    (("bounds", "-r", "nan"), ["r = nan: allowed"]),
    (("gminus2", "--lepton", "e", "--anomaly", "banerjee2020"), ["belongs to mu"]),
], ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else None)  # fmt: skip
def test_wrong_use(
    lmutau: CommandLine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    words: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = lmutau("model", *arguments)
    assert ended.status == 2, ended
    assert ended.out == ""
    assert "Traceback" not in ended.err
    assert not list(tmp_path.iterdir())
    for word in words:
        assert word in ended.err


def test_commands_of_the_documentation(lmutau: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (shown_file,) = re.findall(r"```text\n(mass_GeV,.*?)```", page, flags=re.DOTALL)
    (tmp_path / "mine.csv").write_text(shown_file)
    blocks = re.findall(r"```console\n(.*?)```", page, flags=re.DOTALL)
    assert len(blocks) >= len(COMMANDS)
    for block in blocks:
        command, *shown = block.rstrip("\n").split("\n")
        ended = lmutau(*command.removeprefix("$ lmutau ").split())
        assert ended.status == 0, (command, ended.err)
        printed = [line.rstrip() for line in ended.out.splitlines()]
        for line in (line.rstrip() for line in shown if line.strip() not in ("", "...")):
            assert line in printed, (command, line)
