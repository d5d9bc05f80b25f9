"""The whole chain against an independent leading-order cut flow of arXiv:1904.13053."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from lmutau.pipeline import RunResult, run_samples
from lmutau.runcard import load_run_card
from tests.statistics import compatible

REFERENCE = json.loads(resources.files("tests.reference").joinpath("cut_flow.json").read_text())
HEAD = """
[run]
name = "test"
seed = 7
luminosity = [1000, 10000, 50000]
[detector]
name = "jkpt2019"
[selection]
name = "jkpt2019"
"""


def _sample(name: str, process: str, n: int, **keys: str) -> str:
    lines = [f'[[sample]]\nname = "{name}"\nprocess = "{process}"\nn_events = {n}', "targeted = true"]
    return "\n".join([*lines, *(f"{key} = {value}" for key, value in keys.items()), ""])


def _signal(mass: str, n: int) -> str:
    return _sample(f"m{mass}", "mumuzp", n, parameters=f"{{ mass = {mass} }}")


def _run(folder: Path, *samples: str) -> RunResult:
    card = folder / "card.toml"
    card.write_text(HEAD + "".join(samples))
    return run_samples(load_run_card(card), folder, workers=2)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return _run(
        tmp_path_factory.mktemp("run"),
        *(_signal(mass, 200_000) for mass in ("0.01", "0.05", "0.1", "0.2")),
        _sample("mumugamma", "mumugamma", 400_000, cuts="{ min_photon_energy = 1.0 }"),
        _sample("tautau", "tautau", 2_000_000),
    )


def _steps(result: RunResult, name: str) -> dict[str, Any]:
    return {step.name: step for step in result.cut_flow.samples[name].steps()}


@pytest.mark.parametrize("sample", ["mumugamma", "0.01", "0.05", "0.1", "0.2"])
@pytest.mark.parametrize(("index", "step"), list(enumerate(REFERENCE["steps"])))
def test_cut_flow_step_by_step(result: RunResult, sample: str, index: int, step: str) -> None:
    found = _steps(result, "mumugamma" if sample == "mumugamma" else f"m{sample}")[step]
    value, error = (1000 * number for number in REFERENCE["samples"][sample][index])
    assert found.error_fb < 0.01 * found.sum_w_fb
    assert not compatible(found.sum_w_fb, found.error_fb, value, error, sigmas=3.5)
    assert found.sum_w_fb == pytest.approx(value, rel=0.02)


def test_mumugamma_background(result: RunResult) -> None:
    last = _steps(result, "mumugamma")["photon_loss"]
    assert 1000 * last.sum_w_fb == pytest.approx(183.1, rel=0.03)  # events per ab^-1 at 1e-5


def test_every_sample_has_enough_effective_events(result: RunResult) -> None:
    for flow in result.cut_flow.samples.values():
        assert flow.steps()[-1].n_eff > 300


def test_tau_background(result: RunResult) -> None:
    # The reference, 150(5), takes massless muons in the decay and only the helicities of the taus as
    # correlated. With both approximations this generator gives 158(2); exact, as here, 170(2).
    last = _steps(result, "tautau")["photon_loss"]
    assert last.error_fb < 0.015 * last.sum_w_fb
    assert 1000 * last.sum_w_fb == pytest.approx(150, rel=0.15)


@pytest.mark.parametrize("mass", ["0.01", "0.1"])
@pytest.mark.parametrize("luminosity", [1000, 10000, 50000])
def test_reach(result: RunResult, mass: str, luminosity: int) -> None:
    (row,) = [
        row
        for row in result.cut_flow.sensitivity
        if (row["mass"], row["luminosity_fb"], row["photon_loss"]) == (float(mass), luminosity, 1e-6)
        and not row["with_tautau"]
    ]
    expected = REFERENCE["g_3sigma_mumugamma_only_1e-6"][mass][str(luminosity)]
    assert row["g_3sigma"] == pytest.approx(expected, rel=0.02)


def test_tau_pairs_change_the_reach(result: RunResult) -> None:
    rows = {
        row["with_tautau"]: row
        for row in result.cut_flow.sensitivity
        if (row["mass"], row["luminosity_fb"], row["photon_loss"]) == (0.1, 50000, 1e-6)
    }
    assert rows[True]["g_3sigma"] > 1.5 * rows[False]["g_3sigma"]
    assert rows[True]["S"] / (rows[True]["S"] + rows[True]["B"]) ** 0.5 == pytest.approx(3)


@pytest.mark.slow
def test_targeted_and_untargeted_tau_pairs_agree(tmp_path: Path) -> None:
    """Brute force: 5e7 tau pairs without target leave some 300 events; the yields must agree."""
    untargeted = _sample("tautau", "tautau", 50_000_000).replace("targeted = true", "targeted = false")
    plain = _steps(_run(tmp_path, untargeted), "tautau")
    targeted = _steps(_run(tmp_path, _sample("tautau", "tautau", 2_000_000)), "tautau")
    for step in ("et_miss", "muon_p", "m2_miss", "barrel", "photon_loss"):
        one, other = plain[step], targeted[step]
        assert not compatible(one.sum_w_fb, one.error_fb, other.sum_w_fb, other.error_fb, sigmas=3)


@pytest.mark.slow
def test_full_size_cut_flow(tmp_path: Path) -> None:
    result = _run(
        tmp_path,
        _signal("0.01", 4_000_000),
        _sample("mumugamma", "mumugamma", 8_000_000, cuts="{ min_photon_energy = 1.0 }"),
        _sample("tautau", "tautau", 4_000_000),
    )
    for name, key in (("m0.01", "0.01"), ("mumugamma", "mumugamma")):
        for index, step in enumerate(REFERENCE["steps"]):
            found = _steps(result, name)[step]
            value, error = (1000 * number for number in REFERENCE["samples"][key][index])
            assert not compatible(found.sum_w_fb, found.error_fb, value, error, sigmas=3.5)
    assert 1000 * _steps(result, "mumugamma")["photon_loss"].sum_w_fb == pytest.approx(183.1, rel=0.01)
    assert 1000 * _steps(result, "tautau")["photon_loss"].sum_w_fb == pytest.approx(150, rel=0.15)
