"""γ + nothing from generated events against the closed formulas, in every figure that the command draws."""

import json
from pathlib import Path

import numpy as np
import pytest

from lmutau.analysis.monophoton_events import GeneratedMonophoton
from lmutau.gen.model import Monophoton
from tests.cli.driver import CommandLine

SEARCH = Monophoton(min_energy=4.0)


@pytest.fixture
def lmutau(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(monkeypatch, capsys)


@pytest.fixture(scope="module")
def generated() -> GeneratedMonophoton:
    return GeneratedMonophoton(SEARCH, 30_000)


def test_cross_section(generated: GeneratedMonophoton) -> None:
    masses = np.array([0.01, 0.5, 2.0, 5.0])
    sigma, error = generated.cross_section(masses)
    assert (np.abs(sigma - generated.formula(masses)) < 4 * error).all()
    assert (error < 1e-3 * sigma).all()


def test_neutrinos_lie_two_per_cent_low(generated: GeneratedMonophoton) -> None:
    """On-shell against effective mixing angle, 0.98: see tests/physics/test_published_selections.py."""
    made, error = generated.background()
    formula = SEARCH.background()
    assert (np.abs(made - 0.98 * formula) < 4.5 * error).all()
    total, of_total = made.sum() / formula.sum(), np.sqrt((error**2).sum()) / formula.sum()
    assert of_total < 0.01
    assert abs(total - 0.98) < 4 * of_total


@pytest.mark.parametrize("r", [0.1, 1.0, 10.0])
def test_couplings(generated: GeneratedMonophoton, r: float) -> None:
    masses = np.array([0.01, 0.5, 2.0, 4.0])
    # g goes with the fourth root of the background: half a per cent from the neutrinos, some from statistics
    assert generated.coupling_limit(masses, r) == pytest.approx(SEARCH.coupling_limit(masses, r), rel=0.015)
    made, formula = generated.coupling_of_ratio([r], 3.0), SEARCH.coupling_of_ratio([r], 3.0)
    for name in ("any", "all"):
        assert made[name] == pytest.approx(formula[name], rel=0.025)


@pytest.mark.parametrize("show", ["events", "spectrum", "reach", "plane", "ratio"])
def test_command(lmutau: CommandLine, tmp_path: Path, show: str) -> None:
    options = ("--show", show, "--min-energy", 4.9, "--max-mass", 1.5, "-m", "0.1,1", "-r", "0.1,10", "--events", 2000)
    ended = lmutau("model", "monophoton", *options, "--plot", tmp_path / "figure.png", "--json")
    assert ended.status == 0, ended.err
    found = json.loads(ended.out)
    assert found["from_events"] and (tmp_path / "figure.png").stat().st_size > 10_000
    key = {"events": "N_B (events)", "spectrum": "events", "reach": "g(r=10)", "plane": "g (all M)", "ratio": "N_S/N_0"}
    other = {"events": "N_B", "spectrum": "σ/ε²"}.get(show, key[show])
    made = [row[key[show]] for row in found["from_events"]]
    formula = [row[other] for row in (found["from_events"] if show in ("events", "spectrum") else found["points"])]
    assert made == pytest.approx(formula, rel=0.3)


def test_refused(lmutau: CommandLine) -> None:
    ended = lmutau("model", "monophoton", "--events", 10)
    assert ended.status == 2 and "1000 to 1e9" in ended.err
