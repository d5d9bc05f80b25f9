"""The cut flow: arithmetic against an example by hand, empty samples, JSON, terminal."""

import json
import math

import numpy as np
import pytest

from lmutau.analysis.cutflow import CutFlow, SampleFlow
from lmutau.analysis.selected import apply
from lmutau.analysis.selection import load_selection
from lmutau.analysis.sensitivity import ReachCounts, ReachSample, reach
from lmutau.analysis.tables import as_text, number, with_error
from lmutau.gen.errors import ConfigError
from tests.analysis.blocks import BEAM, light_signal, pair_block, random_block

JKPT = load_selection("jkpt2019")


def flow(name: str = "zp", n_tried: int = 10, process: str = "mumuzp", sigma: float = 8.0) -> SampleFlow:
    return SampleFlow(
        name=name,
        process=process,
        sigma_fb=sigma,
        sigma_error_fb=0.5,
        n_tried=n_tried,
        step_names=JKPT.step_names,
    )


def by_hand() -> SampleFlow:
    """Four events of ten tries: two central light-signal events and two with soft muons.

    Head-on in the laboratory = c.m. plus boost; the numbers below are worked out in the test.
    """
    sample = flow()
    good = np.array([[2.6, 0.9, 1.2], [2.6, 0.9, 1.2]])
    other = np.array([[-0.2, -2.6, 0.9], [-0.2, -2.6, 0.9]])
    soft = np.array([[0.3, 0.1, 0.1], [0.3, 0.1, 0.1]])
    for plus, weights in ((other, [1.0, 2.0]), (soft, [4.0, 1.0])):
        block = pair_block(good, plus, np.array(weights), efficiency=0.9, photon_energy=3.0, loss=1e-2)
        sample.add(apply(block, JKPT, BEAM, 3.0 if plus is soft else _mass(good[0], other[0])))
    return sample


def _mass(a: np.ndarray, b: np.ndarray) -> float:
    from lmutau.analysis.observables import recoil

    return math.sqrt(recoil(a, b, BEAM)["m2_recoil"][0])


def test_by_hand() -> None:
    steps = {s.name: s for s in by_hand().steps()}
    generated, last = steps["generated"], steps["photon_loss"]
    # weights 1, 2, 4, 1: sum 8, squares 22; ten tries
    assert (generated.n, generated.sum_w_fb, generated.efficiency) == (4, 8.0, 1.0)
    assert generated.error_fb == by_hand().sigma_error_fb  # that of the cross-section, strata included
    assert generated.n_eff == pytest.approx(64 / 22, rel=1e-14)
    # the soft muon (0.33 GeV) takes the last two events away at muon_p at the latest
    for name in ("muon_p", "m2_miss", "barrel"):
        assert (steps[name].n, steps[name].sum_w_fb) == (2, 3.0)
        assert steps[name].error_fb == pytest.approx(math.sqrt(5 - 9 / 10), rel=1e-14)
        assert steps[name].efficiency == pytest.approx(3 / 8, rel=1e-14)
    assert steps["muon_efficiency"].sum_w_fb == pytest.approx(3 * 0.81, rel=1e-14)
    assert last.sum_w_fb == pytest.approx(3 * 0.81e-2, rel=1e-14)
    assert last.error_fb == pytest.approx(0.81e-2 * math.sqrt(5 - 9 / 10), rel=1e-12)
    assert last.n_eff == pytest.approx(9 / 5, rel=1e-12)


def test_error_is_the_spread_of_repeated_samples() -> None:
    """error_fb estimates the standard deviation of the sum over independent samples with many zeros."""
    rng = np.random.default_rng(4)
    tries, repeats = 400, 3000
    sums, errors = [], []
    for _ in range(repeats):
        w = rng.exponential(size=tries) * (rng.random(tries) < 0.3)
        sample = flow(n_tried=tries)
        sample.sums[1] = (w > 0).sum(), w.sum(), (w**2).sum()
        sums.append(w.sum())
        errors.append(sample.steps()[1].error_fb)
    # the spread of 3000 sums is known to 1/sqrt(6000) = 1.3 %
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(np.std(sums), rel=4 * 0.013)


def test_error_of_an_unweighted_sample() -> None:
    """Its weights are normalised to sigma: the error of a part is binomial, that of sigma comes on top."""
    rng = np.random.default_rng(5)
    n, sigma, sigma_error, part, repeats = 2000, 100.0, 1.0, 0.3, 2000
    sums, errors = [], []
    for _ in range(repeats):
        k, found = rng.binomial(n, part), rng.normal(sigma, sigma_error)
        sample = SampleFlow(
            name="u",
            process="mumuzp",
            sigma_fb=found,
            sigma_error_fb=sigma_error,
            n_tried=3 * n,
            step_names=JKPT.step_names,
            unweighted=True,
        )
        w = found / n
        sample.sums[0], sample.sums[1] = (n, found, n * w * w), (k, k * w, k * w * w)
        sums.append(k * w)
        errors.append(sample.steps()[1].error_fb)
        assert sample.steps()[0].error_fb == sigma_error
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(np.std(sums), rel=4 / np.sqrt(2 * repeats))


def test_blocks_and_parts_add_up() -> None:
    block = random_block(900, seed=12)
    whole, pieces, part = flow(), flow(), flow()
    whole.add(apply(block, JKPT, BEAM, 0.1))
    for i, piece in enumerate(block.pieces(300)):
        (part if i == 2 else pieces).add(apply(piece, JKPT, BEAM, 0.1))
    pieces.merge(part)
    np.testing.assert_allclose(pieces.sums, whole.sums, rtol=1e-12)


def test_parts_of_different_samples_do_not_add_up() -> None:
    with pytest.raises(ConfigError, match="different samples"):
        flow().merge(flow(n_tried=11))
    with pytest.raises(ConfigError, match="n_tried"):
        flow(n_tried=0)


def test_empty_sample_names_the_cut() -> None:
    sample = flow("doomed")
    minus, plus = light_signal(200, seed=1)
    block = pair_block(minus, plus, np.ones(200))
    sample.add(apply(block, JKPT, BEAM, 8.0))  # the window at 64 GeV^2 keeps nothing of a light boson
    text = sample.warning()
    assert text is not None
    assert text.startswith("EMPTY") and "'doomed'" in text and "'m2_miss'" in text
    lines = sample.steps()
    assert [s.n for s in lines if s.name in ("m2_miss", "photon_loss")] == [0, 0]
    assert all(math.isfinite(v) for s in lines for v in (s.sum_w_fb, s.error_fb, s.n_eff, s.efficiency))
    assert flow("nothing").warning() is not None and flow("nothing").steps()[0].efficiency == 0.0
    assert by_hand().warning() is None


def make_flow() -> CutFlow:
    result = CutFlow(selection="jkpt2019", luminosity_fb=(1000.0, 50000.0))
    result.add_sample(by_hand())
    big = flow("mumugamma_with_a_long_name", n_tried=10**9, process="mumugamma", sigma=3.6e5)
    big.sums[:] = [(123456789, 3.65e5 / 10**k, 1.2e-3) for k in range(8)]
    result.add_sample(big)
    result.add_sample(flow("nothing"))
    row = {"mass": 0.1, "luminosity_fb": 5e4, "photon_loss": 1e-6, "with_tautau": False}
    result.sensitivity = [
        {**row, "g_3sigma": 1.69e-4, "S": 95.0, "B": 917.0, "B_error": 2.0, "backgrounds": {"mumugamma": 917.0}},
        {**row, "with_tautau": True, "g_3sigma": 2.77e-4, "S": 258.0, "B": 7112.0, "B_error": 61.0},
    ]
    return result


def test_json_is_the_contract() -> None:
    found = json.loads(json.dumps(make_flow().to_dict(), allow_nan=False))
    assert list(found) == ["schema", "selection", "luminosity_fb", "samples", "sensitivity", "warnings"]
    assert found["selection"] == "jkpt2019"
    sample = found["samples"]["zp"]
    assert list(sample) == ["process", "sigma_fb", "sigma_error_fb", "steps", "n_minus_one"]
    assert list(sample["steps"][0]) == ["name", "n", "sum_w_fb", "error_fb", "n_eff", "efficiency"]
    assert [s["name"] for s in sample["steps"]] == list(JKPT.step_names)
    assert isinstance(sample["steps"][0]["n"], int)
    keys = ["mass", "luminosity_fb", "photon_loss", "with_tautau", "g_3sigma", "S", "B", "B_error", "backgrounds"]
    assert list(found["sensitivity"][0]) == keys


def test_a_sample_stands_once() -> None:
    result = make_flow()
    with pytest.raises(ConfigError, match="twice"):
        result.add_sample(by_hand())


def test_terminal_fits_80_columns() -> None:
    result = make_flow()
    text = as_text(result)
    assert "EMPTY" in text
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
    assert "…" not in text  # nothing is cut off
    for word in (
        "muon_efficiency",
        "Σw [fb]",
        "± [fb]",
        "N_eff",
        "efficiency",
        "at 1/ab",
        "123456789",
    ):
        assert word in text
    assert "1.69e-4" in text and "2.77e-4" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (None, "-"), (math.inf, "-"), (1.0, "1.000"), (9999.6, "1.000e4"), (-2.5, "-2.500"),
     (1.5e-3, "0.001500"), (9.99996e-4, "0.001000"), (1e-9, "1.000e-9")],
)  # fmt: skip
def test_number(value: float | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (183.24, 0.31, "183.2(3)"),
        (17688.0, 152.0, "17700(200)"),
        (0.1708, 0.0015, "0.171(2)"),
        (1.6e6, 4e4, "1.60(4)e6"),
        (5.0, 0.0, "5.00000"),
        (27791.67199, 3e-7, "27791.7"),
    ],
)
def test_with_error(value: float, error: float, text: str) -> None:
    assert with_error(value, error) == text


def test_reach_table_never_cuts_a_number() -> None:
    row = {"mass": 0.5, "luminosity_fb": 50000.0, "photon_loss": 1e-5, "with_tautau": False, "g_3sigma": 1.234e-4}
    rows = [
        {**row, "S": 9.0, "B": 0.0, "B_error": 0.0},
        {**row, "with_tautau": True, "S": 3795.0, "B": 1.6e6, "B_error": 4.2e4},
    ]
    result = CutFlow(selection="jkpt2019", luminosity_fb=(50000.0,), sensitivity=rows)
    text = as_text(result)
    assert "…" not in text
    assert all(part in text for part in ("> 1.23e-4", "0 (none)", "1.60(4)e6", "1e-05", "50000"))


def test_a_reach_without_tau_pairs_needs_another_background() -> None:
    def sample(name: str, process: str, mass: float | None = None) -> ReachSample:
        counts = ReachCounts(selection=JKPT, masses=(0.1,))
        counts.sums[..., :] = (10.0, 5.0, 2.5)
        return ReachSample(name=name, process=process, counts=counts, mass=mass)

    signal, tau = sample("zp", "mumuzp", 0.1), sample("tautau", "tautau")
    assert {row["with_tautau"] for row in reach([signal, tau], JKPT)} == {True}
    assert {row["with_tautau"] for row in reach([signal, tau, sample("mg", "mumugamma")], JKPT)} == {True, False}
    assert reach([signal], JKPT) == []
