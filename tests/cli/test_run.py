"""The main job: what it writes, that it is reproducible, and how it refuses wrong cards."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.driver import CommandLine

CARD = """
[run]
name = "small"
seed = 3
luminosity = [1000, 50000]

[detector]
name = "jkpt2019"

[selection]
name = "jkpt2019"

[[sample]]
name = "signal"
process = "mumuzp"
n_events = 80_000
targeted = true
adaptation_points = 2000
parameters = { mass = 0.1 }

[[sample]]
name = "mumugamma"
process = "mumugamma"
n_events = 7e4
adaptation_points = 2e3
cuts = { min_photon_energy = 1.0 }

[[sample]]
name = "tautau"
process = "tautau"
n_events = 70_000
targeted = true
adaptation_points = 4000
"""


@pytest.fixture
def card(tmp_path: Path) -> Path:
    path = tmp_path / "card.toml"
    path.write_text(CARD)
    return path


def test_results(lmutau: CommandLine, card: Path, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    ended = lmutau("run", card, "-o", folder)
    assert ended.status == 0
    assert max(map(len, ended.out.splitlines())) <= 80 + len(str(folder))
    assert {path.name for path in folder.iterdir()} == {
        "report.html", "summary.json", "signal.root", "mumugamma.root", "tautau.root",
    }  # fmt: skip
    summary = json.loads((folder / "summary.json").read_text())
    assert {"schema", "selection", "luminosity_fb", "samples", "sensitivity"} <= set(summary)
    assert summary["luminosity_fb"] == [1000, 50000]
    for sample in summary["samples"].values():
        assert set(sample) == {"process", "sigma_fb", "sigma_error_fb", "steps", "n_minus_one"}
        assert all(
            set(step) == {"name", "n", "sum_w_fb", "error_fb", "n_eff", "efficiency"} for step in sample["steps"]
        )
        assert sample["steps"][0]["sum_w_fb"] == pytest.approx(sample["sigma_fb"], rel=1e-12)
    rows = summary["sensitivity"]
    assert len(rows) == 2 * 2 * 2  # luminosities, photon losses, with and without tau pairs
    assert all(
        set(row)
        == {"mass", "luminosity_fb", "photon_loss", "with_tautau", "g_3sigma", "S", "B", "B_error", "backgrounds"}
        for row in rows
    )
    report = (folder / "report.html").read_text()
    assert "neglects the tau pairs" in report
    assert not re.search(r'(src|href)="(?!data:|#|https://(arxiv\.org|doi\.org))', report)
    for name in ("signal", "mumugamma", "tautau"):
        assert lmutau("show", folder / f"{name}.root", "--verify").status == 0


def test_workers_do_not_change_the_results(lmutau: CommandLine, card: Path, tmp_path: Path) -> None:
    digests = []
    for workers in (1, 2):
        folder = tmp_path / f"w{workers}"
        assert lmutau("run", card, "-o", folder, "--workers", workers).status == 0
        found = [lmutau("show", path, "--digest").out for path in sorted(folder.glob("*.root"))]
        digests.append((found, json.loads((folder / "summary.json").read_text())))
    assert digests[0] == digests[1]


def test_json_is_the_summary(lmutau: CommandLine, card: Path, tmp_path: Path) -> None:
    ended = lmutau("run", card, "-o", tmp_path / "out", "--json", "--seed", 9)
    assert json.loads(ended.out) == json.loads((tmp_path / "out" / "summary.json").read_text())
    assert json.loads(ended.out)["seed"] == 9


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("[run]", "[rum]"), ["rum", "Did you mean 'run'", "run: missing"]),
        (('name = "small"', ""), ["run.name: missing"]),
        (("seed = 3", "seed = -3"), ["run.seed = -3"]),
        (("seed = 3", "sead = 3"), ["run.sead", "Did you mean 'seed'"]),
        (("luminosity = [1000, 50000]", "luminosity = [-1]"), ["run.luminosity[0] = -1"]),
        (("luminosity = [1000, 50000]", "luminosity = [nan]"), ["run.luminosity[0] = nan"]),
        (("luminosity = [1000, 50000]", "luminosity = []"), ["run.luminosity = []"]),
        (('process = "mumuzp"', 'process = "mumuz"'), ["'mumuz'", "mumuzp"]),
        (("mass = 0.1", "mass = 11"), ["sample[0]", "mass = 11 GeV"]),
        (("mass = 0.1", "mas = 0.1"), ["'mas'", "'mass'"]),
        (("mass = 0.1", "mass = 0.1, sqrt_s = 11"), ["sqrt_s", "[beam]"]),
        (("n_events = 80_000", "n_events = 0"), ["sample[0].n_events = 0"]),
        (("n_events = 80_000", "n_events = 1.5"), ["sample[0].n_events = 1.5"]),
        (('name = "signal"', 'name = "../signal"'), ["sample[0].name"]),
        (('name = "signal"', 'name = "tautau"'), ["used twice"]),
        (("min_photon_energy = 1.0", "min_photon_energy = -1.0"), ["min_photon_energy = -1"]),
        (('[detector]\nname = "jkpt2019"', '[detector]\nname = "belle"'), ["belle", "belle2"]),
        (('[selection]\nname = "jkpt2019"', '[selection]\nname = "jkpt"'), ["jkpt", "jkpt2019"]),
        (("[run]", "[run"), ["not valid TOML"]),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else None,
)
def test_wrong_cards(
    lmutau: CommandLine, card: Path, tmp_path: Path, change: tuple[str, str], words: list[str]
) -> None:
    card.write_text(CARD.replace(*change, 1))
    for command in (("check", card), ("run", card, "-o", tmp_path / "results")):
        ended = lmutau(*command)
        assert ended.status == 2
        assert ended.out == ""
        for word in words:
            assert word in ended.err
    assert not (tmp_path / "results").exists()


def test_missing_card(lmutau: CommandLine, tmp_path: Path) -> None:
    ended = lmutau("run", tmp_path / "none.toml", "-o", tmp_path / "results")
    assert ended.status == 2
    assert "none.toml: no such file" in ended.err


def test_output_is_a_file(lmutau: CommandLine, card: Path) -> None:
    ended = lmutau("run", card, "-o", card)
    assert ended.status == 2
    assert "is a file" in ended.err


def test_built_in_card_is_valid(lmutau: CommandLine) -> None:
    assert json.loads(lmutau("check", "--json").out)["valid"] is True
