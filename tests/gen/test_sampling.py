"""The sampler: blocks, channels, targeting, unweighting - laws that hold for every process."""

from typing import Any

import awkward as ak
import numpy as np
import pytest

import lmutau
from lmutau.gen.generator import Generator, prepare
from lmutau.gen.randomness import BLOCK
from lmutau.gen.record import EventBlock
from tests.statistics import compatible

QUICK = {"adaptation_points": 4000}
HARD = {"min_photon_energy": 1.0}


def _generator(n: int = 100_000, **options: Any) -> Generator:
    parameters = options.pop("parameters", HARD)
    return prepare("mumugamma", n, seed=options.pop("seed", 1), parameters=parameters, **{**QUICK, **options})


def _all(generator: Generator, workers: int = 1) -> EventBlock:
    return EventBlock.concatenate(list(generator.blocks(workers)))


def _same(first: EventBlock, second: EventBlock) -> bool:
    scalars = all(np.array_equal(first.scalars[key], second.scalars[key]) for key in first.scalars)
    a, b = first.collections["GenPart"], second.collections["GenPart"]
    return scalars and all(np.array_equal(a[key], b[key]) for key in a.columns)


@pytest.mark.parametrize("unweighted", [False, True])
def test_workers_do_not_change_the_sample(unweighted: bool) -> None:
    one = _all(_generator(3 * BLOCK // 2, unweighted=unweighted))
    three = _all(_generator(3 * BLOCK // 2, unweighted=unweighted), workers=3)
    assert _same(one, three)


def test_first_points_of_a_longer_run_are_the_shorter_run() -> None:
    short, long = _all(_generator(BLOCK + 1000)), _all(_generator(3 * BLOCK))
    n = len(short)
    ratio = np.divide(long.scalars["genWeight"][:n], short.scalars["genWeight"])
    assert ratio == pytest.approx(np.full(n, (BLOCK + 1000) / (3 * BLOCK)), rel=1e-14)
    assert np.array_equal(long.slice(0, n).collections["GenPart"]["px"], short.collections["GenPart"]["px"])


def test_a_block_can_be_made_again_alone() -> None:
    generator = _generator(3 * BLOCK)
    whole = list(generator.blocks())
    assert _same(whole[1], _generator(3 * BLOCK).block(1))


def test_seed_decides_everything() -> None:
    assert not _same(_all(_generator(1000, seed=1)), _all(_generator(1000, seed=2)))


def test_sum_of_weights_is_the_cross_section() -> None:
    sample = lmutau.generate("mumugamma", 50_000, seed=2, adaptation_points=4000, min_photon_energy=1.0)
    weights = ak.to_numpy(sample.events.genWeight)
    assert weights.sum() == pytest.approx(sample.sigma, rel=1e-12)
    assert sample.metadata["sum_weights_fb"] == pytest.approx(weights.sum(), rel=1e-12)
    assert sample.metadata["n_eff"] == pytest.approx(weights.sum() ** 2 / (weights**2).sum(), rel=1e-12)


def test_channels_take_their_shares_and_are_mixed() -> None:
    generator = _generator()
    draw = generator.sampler.draw(0)
    shares = np.bincount(draw.channel) / BLOCK
    assert shares == pytest.approx(generator.sampler.fractions, abs=3 / BLOCK * np.log(BLOCK))
    first = np.bincount(draw.channel[:1000]) / 1000
    assert first == pytest.approx(generator.sampler.fractions, abs=0.02)


def test_dropping_a_channel_drops_the_cross_section() -> None:
    generator = _generator()
    draw = generator.sampler.draw(0)
    total = draw.weight.mean()
    for channel in (0, 1):
        assert draw.weight[draw.channel == channel].sum() / BLOCK < 0.95 * total


def test_estimate_does_not_depend_on_the_adaptation() -> None:
    results = []
    for points in (1000, 5000, 20_000):
        generator = _generator(200_000, adaptation_points=points, seed=points)
        for _ in generator.blocks():
            pass
        meta = generator.metadata()
        results.append((meta["sigma_fb"], meta["sigma_error_fb"]))
    for value, error in results[1:]:
        assert not compatible(value, error, *results[0], sigmas=3.5)


def test_quoted_errors_cover_the_scatter() -> None:
    pulls = []
    for seed in range(60):
        generator = prepare("mumuzp", 2000, seed=seed, adaptation_points=1000, parameters={"mass": 0.1})
        for _ in generator.blocks():
            pass
        meta = generator.metadata()
        pulls.append((meta["sigma_fb"] - 567764.0) / np.hypot(meta["sigma_error_fb"], 1135.5))
    assert abs(np.mean(pulls)) < 0.5  # 60 pulls: 0.13 expected spread of the mean
    assert 0.7 < np.std(pulls) < 1.35


def _far_side(events: ak.Array) -> Any:
    photon = events.GenPart[events.GenPart.pdgId == 22]
    return 0.1 + 50 * (ak.firsts(photon.pt) > 2)


def test_targeting_leaves_yields_alone_and_moves_the_points() -> None:
    plain, targeted = _generator(200_000), _generator(200_000, target=_far_side)
    sums = []
    for generator in (plain, targeted):
        block = _all(generator)
        particles = block.collections["GenPart"]
        photon_pt = np.hypot(particles["px"], particles["py"]).reshape(len(block), 5)[:, 4]
        weight = np.asarray(block.scalars["genWeight"])
        inside = photon_pt > 2
        w = weight[inside]
        sums.append((w.sum(), np.sqrt((w**2).sum()), inside.mean()))
        assert not compatible(weight.sum(), generator.metadata()["sigma_error_fb"], 364760.4, sigmas=4)
    assert not compatible(*sums[0][:2], *sums[1][:2], sigmas=3)
    assert sums[1][2] > 2 * sums[0][2]
    assert sums[1][1] / sums[1][0] < 0.8 * sums[0][1] / sums[0][0]


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_target_must_be_positive_everywhere(bad: float) -> None:
    def target(events: ak.Array) -> Any:
        return np.where(np.arange(len(events)) == 3, bad, 1.0)

    with pytest.raises(lmutau.ConfigError, match="positive finite"):
        _generator(target=target)


def test_unweighted_events() -> None:
    sample = lmutau.generate("mumugamma", 30_000, seed=4, unweighted=True, adaptation_points=8000)
    weights = ak.to_numpy(sample.events.genWeight)
    meta = sample.metadata
    assert len(weights) == 30_000
    assert weights.sum() == pytest.approx(sample.sigma, rel=1e-12)
    unit = weights.min()
    over = weights > unit * (1 + 1e-12)
    assert over.sum() == meta["n_overweight"]
    assert (weights - unit)[over].sum() / weights.sum() == pytest.approx(meta["overweight_share"], rel=1e-9)
    assert meta["overweight_share"] < 2e-3
    assert meta["n_events"] / meta["n_tried"] > 0.25  # all angles, electron mass, E > 0.1 GeV


def test_unweighted_and_weighted_agree() -> None:
    weighted = lmutau.generate("mumugamma", 100_000, seed=5, adaptation_points=8000)
    unweighted = lmutau.generate("mumugamma", 40_000, seed=6, adaptation_points=8000, unweighted=True)
    edges = np.array([0.1, 0.3, 1, 2, 3, 4, 5, 5.3])
    spectra = []
    for sample in (weighted, unweighted):
        energy = ak.to_numpy(sample.events.GenPart.E[:, 4])  # laboratory
        weight = ak.to_numpy(sample.events.genWeight)
        value, _ = np.histogram(energy, edges, weights=weight)
        squares, _ = np.histogram(energy, edges, weights=weight**2)
        spectra.append((value, squares))
    (a, va), (b, vb) = spectra
    chi2 = float(((a - b) ** 2 / (va + vb)).sum())
    assert chi2 < 7 + 4 * np.sqrt(14)


def test_generator_cuts_are_zeros() -> None:
    cuts = {"min_photon_energy": 1.0, "min_muon_eta": -1.60, "max_muon_eta": 1.21, "max_photon_eta": 1.94}
    generator = prepare("mumugamma", 20_000, seed=1, adaptation_points=4000, parameters=cuts)
    block = _all(generator)
    meta = generator.metadata()
    assert meta["cuts"] == {key: cuts[key] for key in cuts if key != "min_photon_energy"}
    assert meta["n_tried"] == 20_000 > meta["n_events"] == len(block)
    assert block.scalars["genWeight"].all()


def test_empty_phase_space_is_an_error() -> None:
    cuts = {"min_photon_energy": 5.28, "min_muon_energy": 5.0}
    with pytest.raises(lmutau.KinematicsError, match="leave no phase space"):
        prepare("mumugamma", 1000, seed=1, adaptation_points=1000, parameters=cuts)


@pytest.mark.parametrize(
    "target",
    [lambda events: 1.0, lambda events: np.ones(3), lambda events: "near", lambda events: events.NoSuchThing],
    ids=["scalar", "short", "word", "field"],
)
def test_target_must_return_numbers(target: Any) -> None:
    with pytest.raises(lmutau.ConfigError, match="target: "):
        _generator(target=target)


def test_order_of_events_is_random() -> None:
    """Neighbours at any distance are independent, although the channels have exact shares."""
    weight = np.asarray(_all(_generator(4 * BLOCK)).scalars["genWeight"], dtype=np.float64)
    for lag in (1, 2, 3, 5, 8, 13, 21, 987):
        assert abs(np.corrcoef(weight[:-lag], weight[lag:])[0, 1]) < 4 / np.sqrt(len(weight))


@pytest.mark.parametrize(
    ("cuts", "truth", "error"),
    [
        # from flat phase space and the squared amplitude, with a code of its own
        ({"min_photon_energy": 0.1, "min_photon_pt": 3.0}, 22_442.0, 20.0),
        ({"min_photon_energy": 0.1, "min_photon_pt": 5.28}, 92.380, 0.063),
    ],
    ids=["pt 3", "pt 5.28"],
)
def test_hard_cuts_lose_nothing(cuts: dict[str, float], truth: float, error: float) -> None:
    pulls = []
    for seed in range(12):
        generator = prepare("mumugamma", 20_000, seed=seed, parameters=cuts)
        for _ in generator.blocks():
            pass
        meta = generator.metadata()
        pulls.append((meta["sigma_fb"] - truth) / np.hypot(meta["sigma_error_fb"], error))
    assert abs(np.mean(pulls)) < 1.1  # 12 pulls: 0.29 expected spread of the mean
    assert np.std(pulls) < 1.8


def test_constants_reach_the_coupling() -> None:
    from dataclasses import replace

    from lmutau.gen.constants import CONSTANTS

    plain = lmutau.generate("mumugamma", 5000, seed=1, adaptation_points=2000)
    strong = lmutau.generate(
        "mumugamma", 5000, seed=1, adaptation_points=2000, constants=replace(CONSTANTS, alpha=1 / 128)
    )
    assert strong.sigma / plain.sigma == pytest.approx((137.035999 / 128) ** 3, rel=1e-9)
    assert strong.metadata["constants"]["alpha"] == 1 / 128
