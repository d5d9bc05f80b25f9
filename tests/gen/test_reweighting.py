"""Other couplings for the same events, against the generator with these couplings."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lmutau
from lmutau.gen.errors import ConfigError
from lmutau.gen.frozen import restore_sampler
from lmutau.gen.generation import generate_file
from lmutau.gen.generator import prepare
from lmutau.gen.io.root import iterate_blocks, read_metadata, read_text
from lmutau.gen.model.kinetic_mixing import kinetic_mixing
from lmutau.gen.sample import Sample
from lmutau.reweighting import reweight, reweight_file

QUICK: dict[str, Any] = {"seed": 1, "adaptation_points": 1000}
VOLATILE = ("created", "wall_time_s", "workers", "reweighted")


def _weights(sample: Sample) -> Any:
    return np.asarray(sample.events.genWeight)


def _close(found: Any, expected: Any, tolerance: float) -> None:
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=0)


def _same(found: Sample, expected: Sample, tolerance: float) -> None:
    """Equal up to rounding: weights, cross-section, error, sums, parameters."""
    _close(_weights(found), _weights(expected), tolerance)
    for key, value in expected.metadata.items():
        if key in VOLATILE:
            continue
        # the error of a sample of equal weights is rounding
        noise = 10 * tolerance * expected.sigma if key == "sigma_error_fb" else 0.0
        numeric = isinstance(value, float)
        assert found.metadata[key] == (pytest.approx(value, rel=10 * tolerance, abs=noise) if numeric else value), key


@pytest.fixture(scope="module")
def mumuzp() -> Sample:
    return lmutau.generate("mumuzp", 20_000, mass=0.1, **QUICK)


@pytest.mark.parametrize("extra", [{}, {"width": 0.05}, {"isr": True, "fsr": True}, {"unweighted": True}])
def test_g_of_two_is_generation_with_g_of_two(extra: dict[str, Any]) -> None:
    options = {"mass": 1.0, **QUICK, **extra}
    one, two = (lmutau.generate("mumuzp", 2000, g=g, **options) for g in (1.0, 2.0))
    found = reweight(one, g=2)
    assert np.array_equal(_weights(found), _weights(two))
    _same(found, two, 1e-15)
    assert found.metadata["parameters"]["g"] == 2.0
    (step,) = found.metadata["reweighted"]
    assert step["changed"] == {"g": {"old": 1.0, "new": 2.0}}
    assert (step["sigma_fb"], step["version"]) == (one.sigma, lmutau.__version__)


@settings(max_examples=15)
@given(st.floats(1e-6, 1e3), st.floats(1e-6, 1e3))
def test_there_and_back(mumuzp: Sample, g: float, h: float) -> None:
    away = reweight(mumuzp, {"g": g})
    assert away.sigma == pytest.approx(g**2 * mumuzp.sigma, rel=1e-12)
    assert away.sigma_error == pytest.approx(g**2 * mumuzp.sigma_error, rel=1e-12)
    assert away.metadata["n_eff"] == pytest.approx(mumuzp.metadata["n_eff"], rel=1e-9)
    _close(_weights(reweight(away, g=h)), _weights(reweight(mumuzp, g=h)), 1e-12)
    _close(_weights(reweight(away, g=1)), _weights(mumuzp), 1e-12)
    assert len(reweight(away, g=h).metadata["reweighted"]) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"epsilon": 1e-3},
        {"r": 1.0},
        {"r": 3.0, "g": 0.02},
        {"r": 2.0, "smuon_mass": 100.0},
        {"r": 0.5, "smuon_mass": 2},
    ],
)
def test_gammazp_equals_generation(changes: dict[str, Any]) -> None:
    options = {"mass": 1.5, **QUICK}
    one = lmutau.generate("gammazp", 2000, **options)
    other = lmutau.generate("gammazp", 2000, **options, **changes)
    _same(reweight(one, changes), other, 1e-11)
    _same(reweight(other, epsilon=1.0), one, 1e-11)


def test_gammazp_with_radiation_equals_generation() -> None:
    """A power of two, because the last bits of a mapped number seed the photons."""
    options = {"mass": 1.5, "isr": True, **QUICK}
    one, other = (lmutau.generate("gammazp", 2000, **options, epsilon=value) for value in (1.0, 2.0**-10))
    _same(reweight(one, epsilon=2.0**-10), other, 1e-15)


def test_a_wide_boson_has_the_mixing_of_its_own_mass() -> None:
    """|Pi(M^2)|^2 over epsilon^2 at the mass of every event, from the public formula; sigma agrees with generation."""
    options = {"mass": 1.0, "width": 0.3, **QUICK}
    one = lmutau.generate("gammazp", 20_000, epsilon=0.1, **options)
    changes: dict[str, Any] = {"r": 2.0, "g": 0.5, "smuon_mass": 60.0}
    found = reweight(one, changes)
    boson = one.events.GenPart[one.events.GenPart.pdgId == 32]
    mass = np.asarray(boson.mass[:, 0])
    assert np.ptp(mass) > 5
    expected = np.abs(kinetic_mixing(mass, 2.0, 0.5, 60.0)) ** 2 / 0.1**2
    assert _weights(found) / _weights(one) == pytest.approx(expected, rel=1e-9)
    assert found.sigma == pytest.approx(_weights(found).sum(), rel=1e-12)
    other = lmutau.generate("gammazp", 20_000, **options, **changes)
    assert abs(found.sigma - other.sigma) < 4 * math.hypot(found.sigma_error, other.sigma_error)
    assert found.sigma_error / found.sigma < 0.02
    assert found.metadata["parameters"] == other.metadata["parameters"]
    back = reweight(found, epsilon=0.1)
    _close(_weights(back), _weights(one), 1e-12)
    assert back.metadata["parameters"] == one.metadata["parameters"]
    heavy = reweight(found, smuon_mass="none")
    assert heavy.metadata["parameters"]["smuon_mass"] is None


def test_a_wide_boson_from_unweighted_events() -> None:
    options = {"mass": 1.0, "width": 0.3, **QUICK}
    one = lmutau.generate("gammazp", 4000, unweighted=True, **options)
    found, other = reweight(one, r=1.0), lmutau.generate("gammazp", 20_000, r=1.0, **options)
    assert abs(found.sigma - other.sigma) < 4 * math.hypot(found.sigma_error, other.sigma_error)
    assert found.sigma_error / found.sigma < 0.05


@pytest.mark.parametrize("isr", [False, True])
@pytest.mark.parametrize("total", ["born", 0.9])
def test_tau_pairs_get_another_total(isr: bool, total: float | str) -> None:
    options = {"isr": isr, **QUICK}
    one, other = (lmutau.generate("tautau", 1000, sigma_tautau=s, **options) for s in (0.919, total))
    _same(reweight(one, sigma_tautau=total), other, 1e-10)
    _same(reweight(other, sigma_tautau="0.919"), one, 1e-10)


def test_the_frozen_sampler_makes_the_new_events_again(tmp_path: Path) -> None:
    """Also where every event has a factor of its own: the map is the old one, the weights are new."""
    for process, parameters, changes in (
        ("mumuzp", {"mass": 1.0}, {"g": 3.0}),
        ("gammazp", {"mass": 1.0, "width": 0.2}, {"r": 1.0}),
        ("gammazp", {"mass": 1.0, "isr": True}, {"r": 2.0, "g": 0.1, "smuon_mass": 70.0}),
        ("gammazp", {"mass": 1.0, "width": 0.2, "isr": True}, {"r": 2.0, "smuon_mass": 70.0}),
    ):
        generator = prepare(process, 3000, seed=1, adaptation_points=1000, parameters=parameters)
        generate_file(generator, tmp_path / "x.root")
        reweight_file(tmp_path / "x.root", tmp_path / "y.root", changes)
        metadata = read_metadata(tmp_path / "y.root")
        sampler, _ = restore_sampler(metadata, json.loads(str(read_text(tmp_path / "y.root", "sampler"))))
        draw = sampler.draw(0, 0, 3000)
        (block,) = iterate_blocks(tmp_path / "y.root")
        weight: Any = block.scalars["genWeight"]
        assert weight == pytest.approx(draw.weight[draw.weight > 0] / 3000, rel=1e-9)


def test_an_unweighted_sampler_keeps_its_efficiency(tmp_path: Path) -> None:
    generator = prepare("mumuzp", 300, seed=1, adaptation_points=1000, unweighted=True, parameters={"mass": 1.0})
    generate_file(generator, tmp_path / "x.root")
    reweight_file(tmp_path / "x.root", tmp_path / "y.root", {"g": 3.0})
    packed = json.loads(str(read_text(tmp_path / "y.root", "sampler")))
    sampler, _ = restore_sampler(read_metadata(tmp_path / "y.root"), packed)
    draw = sampler.draw(0, 0, 1000)
    assert np.array_equal(sampler.unweight(draw, 0), generator.sampler.unweight(generator.sampler.draw(0, 0, 1000), 0))


def test_reconstructed_events_follow(mumuzp: Sample) -> None:
    reco = lmutau.simulate(mumuzp)
    found = reweight(reco, g=0.5)
    expected = lmutau.simulate(reweight(mumuzp, g=0.5))
    assert np.array_equal(np.asarray(found.events.weight), np.asarray(expected.events.weight))
    assert found.sigma == expected.sigma
    assert found.metadata["parameters"] == expected.metadata["parameters"]
    decided = reweight(lmutau.simulate(mumuzp, mode="hit-or-miss"), g=0.5)
    assert np.array_equal(np.asarray(decided.events.weight), _weights(decided))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mass": 0.2}, ["mass", "another mass is refused", "generate a new sample", "allowed for mumuzp: g"]),
        ({"width": 0.2}, ["width", "Breit-Wigner", "no points"]),
        ({"sqrt_s": 10}, ["sqrt_s", "phase space"]),
        ({"alpha": "running"}, ["alpha", "generate a new sample"]),
        ({"isr": True}, ["isr", "adds particles"]),
        ({"beams": "crossing"}, ["beams", "simulate"]),
        ({"min_muon_pt": 1}, ["min_muon_pt", "outside the old cut"]),
        ({"luminosity": 50}, ["luminosity", "weights are in fb", "run card"]),
        ({"epsilon": 0.1}, ["epsilon", "mumuzp does not depend on it", "allowed for mumuzp: g"]),
        ({"gg": 0.1}, ["'gg' does not exist", "Did you mean 'g'"]),
        ({"g": 0}, ["g = 0", "[1e-30, 1e+30]"]),
        ({"g": "two"}, ["g = 'two'", "number"]),
        ({"g": math.nan}, ["g = nan"]),
        ({}, ["nothing to change"]),
        ({"ecl.barrel_loss": 1e-6}, ["ecl.barrel_loss", "truth events", "run simulate"]),
    ],
)
def test_refused(mumuzp: Sample, changes: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        reweight(mumuzp, changes)
    assert len(str(error.value).splitlines()) == 1
    for word in words:
        assert word in str(error.value)


def test_refused_of_gammazp() -> None:
    sample = lmutau.generate("gammazp", 500, mass=1.0, **QUICK)
    for changes, word in (
        ({"g": 2}, "give r as well"),
        ({"r": 1, "epsilon": 0.1}, "give one of them"),
        ({"min_photon_energy": 1.0}, "outside the old cut"),
        ({"r": -1}, "r = -1"),
    ):
        with pytest.raises(ConfigError, match=word):
            reweight(sample, changes)
    # without its Z' an event cannot tell the mass
    wide = lmutau.generate("gammazp", 500, mass=1.0, width=0.1, **QUICK)
    lost = Sample(lmutau.generate("mumu", 500, **QUICK).events, wide.metadata)
    with pytest.raises(ConfigError, match="exactly one Z'"):
        reweight(lost, r=1.0)


def test_refused_of_others() -> None:
    sample = lmutau.generate("mumu", 500, **QUICK)
    with pytest.raises(ConfigError, match="mumu does not depend on it; allowed for mumu: nothing"):
        reweight(sample, g=2)
    foreign = Sample(sample.events, {**sample.metadata, "process": "madgraph"})
    with pytest.raises(ConfigError, match="another generator"):
        reweight(foreign, g=2)
    tiny = lmutau.generate("mumuzp", 500, mass=1.0, g=1e-30, **QUICK)
    assert reweight(tiny, g=1e30).sigma == pytest.approx(1e120 * tiny.sigma, rel=1e-12)
