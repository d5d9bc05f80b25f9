"""A Z' with a width in mumuzp: the Breit-Wigner average of the narrow cross-section."""

import itertools
import math

import numpy as np
import pytest

import lmutau
from lmutau.gen.generator import prepare
from tests.statistics import compatible


def _sigma(n: int, **parameters: float) -> tuple[float, float]:
    generator = prepare("mumuzp", n, seed=7, parameters=parameters)
    for _ in generator.blocks():
        pass
    metadata = generator.metadata()
    return metadata["sigma_fb"], metadata["sigma_error_fb"]


def test_narrow_is_the_limit_of_wide() -> None:
    assert not compatible(*_sigma(200_000, mass=0.5, width=1e-8), *_sigma(200_000, mass=0.5))


def test_wide_is_the_average_over_the_narrow() -> None:
    # light masses weigh: 1.26 nb at 0.01 GeV against 0.014 nb at 3 GeV; so nodes in ln M below 1 GeV, above in
    # u = atan((M^2 - M0^2)/(M0 Gamma)), in which the Breit-Wigner is flat
    mass, width = 3.0, 0.3
    limit = 10.58 - 2 * lmutau.gen.CONSTANTS.m_mu
    angles = [math.atan((m**2 - mass**2) / (mass * width)) for m in (1.0, 2.0, 3.0, 4.5, limit)]
    nodes, shares = np.polynomial.legendre.leggauss(5)
    expected, variance = 0.0, 0.0
    for first, last, is_log in ((math.log(1e-3), 0.0, True), *((a, b, False) for a, b in itertools.pairwise(angles))):
        for node, share in zip(nodes, shares, strict=True):
            x = first + (last - first) * (node + 1) / 2
            m = math.exp(x) if is_log else math.sqrt(mass**2 + mass * width * math.tan(x))
            scale = share * (last - first) / 2 / math.pi
            if is_log:
                scale *= mass * width / ((m**2 - mass**2) ** 2 + (mass * width) ** 2) * 2 * m**2
            sigma, error = _sigma(20_000, mass=m)
            expected += scale * sigma
            variance += (scale * error) ** 2
    found, found_error = _sigma(300_000, mass=mass, width=width)
    assert found_error < 1e-3 * found
    assert not compatible(found, found_error, expected, math.hypot(math.sqrt(variance), 1e-3 * expected))


def test_each_event_has_its_own_mass() -> None:
    sample = lmutau.generate("mumuzp", 20_000, seed=1, mass=3.0, width=0.3, sqrt_s=10.58)
    boson = sample.events.GenPart[:, 4]
    assert set(boson.pdgId.tolist()) == {32}
    near = np.asarray(boson.mass)
    near = near[abs(near - 3.0) < 0.3]
    assert near.mean() < 3.0  # lighter is likelier
    # a Breit-Wigner of half width 0.15 GeV, cut at twice that: its variance is 2/atan(2) - 1 half widths squared
    assert near.std() == pytest.approx(0.15 * math.sqrt(2 / math.atan(2) - 1), abs=0.01)
    final = sample.events.GenPart[sample.events.GenPart.status == 1]
    total = np.array([np.asarray(getattr(final, x).to_list()).sum(axis=1) for x in ("E", "px", "py")])
    beams = sample.metadata["beams"]["four_momentum"]
    assert total[0] == pytest.approx(np.full(len(sample), beams[0]), rel=1e-12)
    assert np.abs(total[1:]).max() < 1e-12
