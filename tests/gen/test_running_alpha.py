"""alpha = "leptonic" and "running": one factor alpha(q²)/alpha(0) for every virtual photon."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lmutau
from lmutau.gen.amplitudes.arrays import mumugamma_parts
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.generator import Generator, prepare
from lmutau.gen.model.kinetic_mixing import fermion_loop
from lmutau.gen.model.vacuum_polarisation import delta_alpha_lepton, screening, screening_numbers

LEPTONIC = screening_numbers("leptonic")[1]
RUNNING = screening_numbers("running")[1]
S = 10.58**2


@given(st.floats(-10, 4), st.sampled_from((-1, 1)))
def test_one_lepton_is_the_vacuum_polarisation_integral(exponent: float, sign: int) -> None:
    # Delta alpha = (2 alpha/pi) Re Int x(1-x) ln[1 - x(1-x) q²/m²], spacelike and timelike
    q2, mass2 = sign * 10.0**exponent, CONSTANTS.m_mu**2
    expected = 2 * CONSTANTS.alpha / math.pi * fermion_loop(q2 / mass2).real
    scale = CONSTANTS.alpha / math.pi
    assert delta_alpha_lepton(q2, mass2, CONSTANTS.alpha) == pytest.approx(expected, rel=1e-8, abs=1e-13 * scale)


def test_what_runs() -> None:
    assert screening(S, screening_numbers(1 / 130)[1]) == 1.0
    assert screening(S, LEPTONIC) ** 2 == pytest.approx(1.0439314, rel=1e-6)  # all three leptons at 10.58 GeV
    # 1/alpha(10.58 GeV) = 132.11, hadrons included, away from the resonances
    assert 1 / CONSTANTS.alpha / screening(S, RUNNING) == pytest.approx(132.11, rel=5e-4)
    assert screening(-1e-10, RUNNING) == pytest.approx(1.0, abs=1e-5)


def _prepared(process: str, alpha: float | str, **parameters: Any) -> Generator:
    return prepare(process, 4096, seed=1, adaptation_points=1000, parameters={"alpha": alpha, **parameters})


def _points(generator: Generator) -> tuple[Any, Any]:
    x = np.random.default_rng(1).random((2000, generator.setup.n_adaptive + generator.setup.n_plain))
    channel = np.arange(2000, dtype=np.int64) % len(generator.setup.channels)
    momenta, weight = np.empty((2000, len(generator.setup.record), 4)), np.empty(2000)
    generator.setup.fill(channel, x, generator.setup.arguments, momenta, weight)
    return momenta, weight


def _ratio(process: str, alpha: str, **parameters: Any) -> tuple[Any, Any]:
    momenta, fixed = _points(_prepared(process, CONSTANTS.alpha, **parameters))
    _, weight = _points(_prepared(process, alpha, **parameters))
    inside = fixed > 0
    return momenta[inside], weight[inside] / fixed[inside]


def _square(p: Any) -> Any:
    return p[:, 0] ** 2 - (p[:, 1:] ** 2).sum(axis=1)


def test_mumugamma() -> None:
    momenta, ratio = _ratio("mumugamma", "leptonic", min_photon_energy=0.5)
    p0 = math.sqrt(S / 4 - CONSTANTS.m_e**2)
    beams = np.broadcast_to([[S**0.5 / 2, 0, 0, p0], [S**0.5 / 2, 0, 0, -p0]], (len(momenta), 2, 4))
    parts = mumugamma_parts(np.concatenate([beams, momenta], axis=1))
    at_s = screening(S, LEPTONIC)
    at_pair = np.array([screening(q2, LEPTONIC) for q2 in _square(momenta[:, 0] + momenta[:, 1])])
    expected = (parts * np.stack([at_pair**2, np.full(len(parts), at_s**2), at_s * at_pair], axis=1)).sum(axis=1)
    assert ratio == pytest.approx(expected / parts.sum(axis=1), rel=1e-6)


def test_eemumu_between_its_smallest_and_largest_photons() -> None:
    momenta, ratio = _ratio("eemumu", "running", min_pair_mass=2.0)
    # both electrons at small angles: two photons with the virtualities t1 and t2, other diagrams hardly matter
    e0 = S**0.5 / 2
    p0 = math.sqrt(e0**2 - CONSTANTS.m_e**2)
    lost = [_square(momenta[:, row] - [e0, 0, 0, z]) for row, z in ((0, p0), (1, -p0))]
    near = (-lost[0] < 1e-2) & (-lost[1] < 1e-2) & (-lost[0] > 1e-5) & (-lost[1] > 1e-5)
    expected = np.array([(screening(a, RUNNING) * screening(b, RUNNING)) ** 2 for a, b in zip(*lost, strict=True)])
    assert near.sum() > 20
    assert np.median(abs(ratio / expected - 1)[near]) < 1e-4


@pytest.mark.parametrize(("process", "low", "high"), [("mumugammagamma", 1.01, 1.0460), ("mumununu", 1.0, 1.0440)])
def test_one_virtual_photon(process: str, low: float, high: float) -> None:
    _, ratio = _ratio(process, "leptonic")
    # outside this range only where diagrams with different photon masses interfere
    assert ((ratio > low) & (ratio < high)).mean() > 0.97
    assert low < np.median(ratio) < high


def test_real_photons_do_not_run() -> None:
    _, ratio = _ratio("gammanunu", "running")
    assert (ratio == 1).all()


def test_the_word_is_in_the_metadata() -> None:
    sample = lmutau.generate("mumugamma", 100, seed=1, alpha="running", adaptation_points=1000)
    assert sample.metadata["parameters"]["alpha"] == "running"
    with pytest.raises(lmutau.ConfigError, match="alpha = 'runs'"):
        lmutau.generate("mumugamma", 100, seed=1, alpha="runs")
