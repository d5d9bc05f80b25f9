"""Samples put together: weights, errors, independence, and what is refused."""

import copy
import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lmutau
from lmutau.gen import merge_samples
from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.generator import prepare
from lmutau.gen.merging import Merger
from lmutau.gen.randomness import BLOCK
from lmutau.gen.record import EventBlock, Jagged
from lmutau.gen.sample import Sample, sample_of
from lmutau.gen.sampling import cross_section

CUTS: dict[str, Any] = {"min_photon_energy": 1.0, "min_muon_energy": 2.0}
QUICK: dict[str, Any] = {"adaptation_points": 1000, **CUTS}


def _weights(sample: Sample, name: str = "genWeight") -> Any:
    return np.asarray(sample.events[name])


@pytest.fixture(scope="module")
def weighted() -> list[Sample]:
    return [lmutau.generate("mumugamma", n, seed=seed, **QUICK) for seed, n in ((1, 20_000), (2, 35_000), (3, 10_000))]


@pytest.fixture(scope="module")
def unweighted() -> list[Sample]:
    return [
        lmutau.generate("mumugamma", n, seed=seed, unweighted=True, **QUICK)
        for seed, n in ((1, 3000), (2, 1500), (3, 900))
    ]


def test_blocks_of_one_sample_give_that_sample() -> None:
    """Parts with one seed, in any order: the same events, weights, sigma; the error of the sums of the parts."""
    n = BLOCK + 20_000
    generator = prepare("mumugamma", n, seed=4, adaptation_points=1000, parameters=CUTS)
    whole = sample_of(list(generator.blocks()), generator.metadata())
    parts = []
    for first, last in ((1, 1), (0, 0)):
        blocks, sums = [], np.zeros((2, 3))
        tries = [min(BLOCK, n - number * BLOCK) for number in range(first, last + 1)]
        for number, stop in zip(range(first, last + 1), tries, strict=True):
            block = generator.block(number, 0, stop)
            rescaled = np.asarray(block.scalars["genWeight"], dtype=np.float64) * n / sum(tries)
            blocks.append(EventBlock({**block.scalars, "genWeight": rescaled}, block.collections))
            sums += generator.sampler.draw(number, 0, stop).sums(2)
        sigma, error = cross_section(sums)
        own = {"blocks": [first, last], "n_tried": sum(tries), "n_events": sum(map(len, blocks))}
        parts.append(sample_of(blocks, {**whole.metadata, **own, "sigma_fb": sigma, "sigma_error_fb": error}))
    merged = merge_samples(parts)
    for name in ("run", "luminosityBlock", "event"):
        assert np.array_equal(_weights(merged, name), _weights(whole, name))
    assert np.array_equal(np.asarray(merged.events.GenPart.px[:, 2]), np.asarray(whole.events.GenPart.px[:, 2]))
    assert _weights(merged) == pytest.approx(_weights(whole), rel=1e-14)
    assert merged.sigma == pytest.approx(whole.sigma, rel=1e-13)
    assert merged.sigma_error == pytest.approx(whole.sigma_error, rel=1e-3)
    for key in ("n_tried", "n_events", "parameters", "cuts", "seed"):
        assert merged.metadata[key] == whole.metadata[key]
    assert merged.metadata["n_eff"] == pytest.approx(whole.metadata["n_eff"], rel=1e-12)


def test_two_halves_are_one_sample_of_both(weighted: list[Sample]) -> None:
    merged = merge_samples(weighted[:2])
    whole = lmutau.generate("mumugamma", 55_000, seed=5, **QUICK)
    assert merged.metadata["n_tried"] == 55_000
    assert len(merged) == len(weighted[0]) + len(weighted[1])
    assert abs(merged.sigma - whole.sigma) < 4 * math.hypot(merged.sigma_error, whole.sigma_error)
    assert merged.sigma_error == pytest.approx(whole.sigma_error, rel=0.06)
    assert merged.metadata["n_eff"] == pytest.approx(whole.metadata["n_eff"], rel=0.03)


@pytest.mark.parametrize("kind", ["weighted", "unweighted"])
def test_sums_and_numbers(request: pytest.FixtureRequest, kind: str) -> None:
    samples: list[Sample] = request.getfixturevalue(kind)
    merged = merge_samples(samples)
    weight, metadata = _weights(merged), merged.metadata
    tried = [one.metadata["n_tried"] for one in samples]
    assert weight.sum() == pytest.approx(merged.sigma, rel=1e-12)
    sigma = sum(n * one.sigma for n, one in zip(tried, samples, strict=True)) / sum(tried)
    assert merged.sigma == pytest.approx(sigma, rel=1e-13)
    variance = sum((n * one.sigma_error / sum(tried)) ** 2 for n, one in zip(tried, samples, strict=True))
    assert merged.sigma_error == pytest.approx(math.sqrt(variance), rel=1e-13)
    assert metadata["sum_weights_fb"] == pytest.approx(weight.sum(), rel=1e-13)
    assert metadata["sum_weights2_fb2"] == pytest.approx((weight**2).sum(), rel=1e-13)
    assert (metadata["n_events"], metadata["n_tried"]) == (len(weight), sum(tried))
    assert [part["seed"] for part in metadata["parts"]] == [1, 2, 3]
    assert metadata["seed"] == 1
    assert [one["sigma_fb"] for one in metadata["merged"]] == [one.sigma for one in samples]
    numbers = np.stack([_weights(merged, "luminosityBlock"), _weights(merged, "event")])
    assert np.unique(numbers, axis=1).shape[1] == len(weight)
    for part, sample in zip(metadata["parts"], samples, strict=True):
        first, last = part["luminosity_blocks"]
        inside = (first <= numbers[0]) & (numbers[0] <= last)
        assert np.array_equal(numbers[1][inside], _weights(sample, "event"))


def test_unweighted_events_get_equal_weights(unweighted: list[Sample]) -> None:
    merged = merge_samples(unweighted)
    weight, n_over = _weights(merged), merged.metadata["n_overweight"]
    assert n_over == sum(one.metadata["n_overweight"] for one in unweighted) > 0
    unit = weight.min()
    assert np.count_nonzero(weight > unit * (1 + 1e-12)) == n_over
    share = np.maximum(weight - unit, 0).sum() / weight.sum()
    assert merged.metadata["overweight_share"] == pytest.approx(share, rel=1e-9)
    # the parts had other weights: each is normalised to its own estimate of sigma
    assert len({float(_weights(one).min()) for one in unweighted}) == 3


@pytest.mark.parametrize("kind", ["weighted", "unweighted"])
def test_order_does_not_matter(request: pytest.FixtureRequest, kind: str) -> None:
    samples: list[Sample] = request.getfixturevalue(kind)
    first = merge_samples(samples)
    for order in itertools.permutations(samples):
        merged = merge_samples(order)
        assert np.array_equal(_weights(merged), _weights(first))
        assert {**merged.metadata, "created": 0} == {**first.metadata, "created": 0}


@pytest.mark.parametrize("kind", ["weighted", "unweighted"])
def test_brackets_do_not_matter(request: pytest.FixtureRequest, kind: str) -> None:
    a, b, c = request.getfixturevalue(kind)
    together = merge_samples([a, b, c])
    for nested in (merge_samples([merge_samples([a, b]), c]), merge_samples([c, merge_samples([b, a])])):
        assert _weights(nested) == pytest.approx(_weights(together), rel=1e-14)
        assert np.array_equal(_weights(nested, "luminosityBlock"), _weights(together, "luminosityBlock"))
        assert nested.sigma == pytest.approx(together.sigma, rel=1e-14)
        assert nested.sigma_error == pytest.approx(together.sigma_error, rel=1e-14)
        assert nested.metadata["parts"] == together.metadata["parts"]


def _toy(seed: int, n_tried: int, values: Any, unweighted: bool) -> Sample:
    """Sample of some events with the given weights times n_tried."""
    weight = np.array(values) / n_tried
    n = len(weight)
    columns: dict[str, Any] = {
        "pdgId": np.full(n, 22, np.int32), "status": np.ones(n, np.int32), "genPartIdxMother": np.zeros(n, np.int16),
        **{key: np.ones(n) for key in ("px", "py", "pz", "mass")},
    }  # fmt: skip
    scalars: dict[str, Any] = {
        "run": np.ones(n, np.uint32), "luminosityBlock": np.ones(n, np.uint32),
        "event": np.arange(1, n + 1, dtype=np.uint64), "genWeight": weight,
    }  # fmt: skip
    block = EventBlock(scalars, {"GenPart": Jagged(np.arange(n + 1), columns)})
    metadata = {
        "schema": 1, "version": "1", "kind": "truth", "process": "toy", "parameters": {}, "cuts": {}, "beams": {},
        "seed": seed, "block_size": BLOCK, "unweighted": unweighted, "targeted": False, "constants": {},
        "units": {"genWeight": "fb"}, "final_state": [22], "n_tried": n_tried, "n_events": n,
        "sigma_fb": float(weight.sum()), "sigma_error_fb": float(np.sqrt((weight**2).sum())),
        "n_overweight": 0, "overweight_share": 0.0,
    }  # fmt: skip
    return sample_of([block], metadata)


_VALUES = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=20)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(20, 60_000), _VALUES), min_size=2, max_size=5), st.booleans(), st.randoms())
def test_any_samples(shapes: list[tuple[int, list[float]]], unweighted: bool, random: Any) -> None:
    samples = [
        _toy(seed, n, [values[0]] * len(values) if unweighted else values, unweighted)
        for seed, (n, values) in enumerate(shapes)
    ]
    merged = merge_samples(samples)
    shuffled = list(samples)
    random.shuffle(shuffled)
    assert np.array_equal(_weights(merge_samples(shuffled)), _weights(merged))
    cut = random.randrange(1, len(samples))
    nested = merge_samples([merge_samples(samples[cut:]), merge_samples(samples[:cut])])
    assert nested.sigma == pytest.approx(merged.sigma, rel=1e-12)
    assert nested.sigma_error == pytest.approx(merged.sigma_error, rel=1e-12)
    assert _weights(nested) == pytest.approx(_weights(merged), rel=1e-12)
    assert _weights(merged).sum() == pytest.approx(merged.sigma, rel=1e-12)
    if unweighted:
        assert np.ptp(_weights(merged)) <= 1e-12 * merged.sigma


def test_the_pulls_of_sums_have_unit_width() -> None:
    """A hundred sums of three unequal samples of known mean: value and error are right."""
    random = np.random.default_rng(1)
    pulls = []
    for trial in range(100):
        samples = []
        for k, n in enumerate((300, 1000, 50)):
            values = random.exponential(2.0, n)
            one = _toy(3 * trial + k, n, values, False)
            one.metadata["sigma_error_fb"] = float(values.std() / math.sqrt(n))
            samples.append(one)
        merged = merge_samples(samples)
        pulls.append((merged.sigma - 2.0) / merged.sigma_error)
    assert abs(np.mean(pulls)) < 4 / math.sqrt(100)
    assert np.std(pulls) == pytest.approx(1.0, abs=4 / math.sqrt(200))


def test_reconstructed_samples(weighted: list[Sample]) -> None:
    reco = [lmutau.simulate(one) for one in weighted[:2]]
    merged = merge_samples(reco)
    assert _weights(merged).sum() == pytest.approx(merged.sigma, rel=1e-12)
    factor = np.asarray(merged.events.weight) / _weights(merged)
    assert factor == pytest.approx(np.concatenate([np.asarray(r.events.weight) / _weights(r) for r in reco]), rel=1e-13)
    assert [part["detector_seed"] for part in merged.metadata["parts"]] == [1, 2]
    assert "warnings" not in merged.metadata
    # detector after the sum: every luminosity block has random numbers of its own
    late = lmutau.simulate(merge_samples(weighted[:2]))
    assert len(late) == len(merged)
    assert [part.get("detector_seed") for part in late.metadata["parts"]] == [None, None]
    same = merge_samples([lmutau.simulate(one, seed=9) for one in weighted[:2]])
    assert "seed 9" in same.metadata["warnings"][0]


def test_other_sampling_is_allowed_and_said(weighted: list[Sample]) -> None:
    targeted = lmutau.generate("mumugamma", 5000, seed=8, target=lambda e: 1.0 + 0.0 * e.genWeight, **QUICK)
    merged = merge_samples([weighted[0], targeted])
    assert merged.metadata["targeted"]
    assert "targeted" in merged.metadata["warnings"][0]
    older = Sample(weighted[1].events, {**weighted[1].metadata, "version": "0.0.9"})
    assert "0.0.9" in merge_samples([weighted[0], older]).metadata["warnings"][0]


def _with(sample: Sample, path: str, value: Any) -> Sample:
    """Copy with one entry of the metadata changed, and another seed."""
    metadata = copy.deepcopy({**sample.metadata, "seed": 99})
    *tables, key = path.split("/")
    table = metadata
    for name in tables:
        table = table[name]
    table[key] = value
    return Sample(sample.events, metadata)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("process", "mumu", ["process = mumugamma and mumu", "kept apart", "analyze takes several files"]),
        ("parameters/sqrt_s", 10.0, ["parameters.sqrt_s = 10.58 and 10", "kept apart"]),
        ("parameters/isr", True, ["parameters.isr = false and true", "kept apart"]),
        ("cuts/min_muon_energy", 1.0, ["cuts.min_muon_energy = 2 and 1", "same cuts"]),
        ("cuts", {}, ["cuts.min_muon_energy = 2 and none"]),
        ("beams/crossing_angle", 0.083, ["beams.crossing_angle = 0 and 0.083", "simulate them first"]),
        ("unweighted", True, ["unweighted = false and true", "all weighted or all unweighted"]),
        ("kind", "reco", ["kind = truth and reco", "truth with truth"]),
        ("kind", "ntuple", ["'ntuple'", "before the analysis"]),
        ("constants/m_mu", 0.1, ["constants.m_mu", "with this version"]),
        ("generator", "MadGraph", ["sample 2", "MadGraph", "keep such files apart"]),
        ("seed", 1, ["same events", "blocks 0 to 0 of seed 1", "another seed"]),
    ],
)
def test_refused(weighted: list[Sample], path: str, value: Any, words: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        merge_samples([weighted[0], _with(weighted[1], path, value)])
    assert len(str(error.value).splitlines()) == 1
    for word in words:
        assert word in str(error.value)


def test_detectors_must_agree(weighted: list[Sample]) -> None:
    one = lmutau.simulate(weighted[0])
    with pytest.raises(ConfigError, match=r"detector\.mode = weights and hit-or-miss.*same card and mode"):
        merge_samples([one, lmutau.simulate(weighted[1], mode="hit-or-miss")])
    other = _with(lmutau.simulate(weighted[1]), "detector/numbers/ecl.barrel_loss/value", 1e-6)
    with pytest.raises(ConfigError, match=r"ecl\.barrel_loss = 3e-06 and 1e-06"):
        merge_samples([one, other])
    renamed = _with(lmutau.simulate(weighted[1]), "detector/numbers/ecl.barrel_loss/source", "elsewhere")
    assert len(merge_samples([one, renamed])) == len(one) + len(renamed)


def test_the_same_events_are_refused_in_any_disguise(weighted: list[Sample]) -> None:
    first = weighted[0]
    shorter = lmutau.generate("mumugamma", 5000, seed=1, **QUICK)
    for other in (first, shorter, merge_samples(weighted)):
        with pytest.raises(ConfigError, match="same events"):
            merge_samples([first, other])


def test_damaged_samples(weighted: list[Sample]) -> None:
    first, second = weighted[:2]
    with pytest.raises(ConfigError, match="no sample"):
        merge_samples([])
    for key, value in (("blocks", [3, 1]), ("blocks", "all"), ("parts", []), ("parts", [{"seed": 1}])):
        with pytest.raises(FileError, match="parts or blocks"):
            merge_samples([first, Sample(second.events, {**second.metadata, key: value})])
    beyond = Sample(second.events, {**second.metadata, "blocks": [7, 7]})
    with pytest.raises(FileError, match=r"luminosity blocks 1 to 1.*promise 8 to 8"):
        merge_samples([first, beyond])
    merger = Merger([first.metadata, second.metadata], ["a.root", "b.root"])
    merger.block(0, first.block())
    block = second.block()
    with pytest.raises(FileError, match=r"b\.root: its columns are not those of a\.root \(extra\)"):
        merger.block(1, EventBlock({**block.scalars, "extra": block.scalars["genWeight"]}, block.collections))
