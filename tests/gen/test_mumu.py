"""e+e- -> mu+ mu- at tree level: exact weights, the closed cross-section, the angular distribution."""

import math

import numpy as np
import pytest

import lmutau
from lmutau.gen.generator import prepare


@pytest.mark.parametrize("sqrt_s", [0.22, 1.0, 10.58, 200.0])
def test_all_weights_are_the_born_cross_section(sqrt_s: float) -> None:
    c = lmutau.gen.CONSTANTS
    s = sqrt_s**2
    ratio, electron = 4 * c.m_mu**2 / s, 4 * c.m_e**2 / s
    # 4 pi alpha^2/(3s) sqrt(1 - 4m^2/s)(1 + 2m^2/s), and the same of the electron over its flux
    born = 4 * math.pi * c.alpha**2 / (3 * s) * math.sqrt(1 - ratio) * (1 + ratio / 2)
    born *= (1 + electron / 2) / math.sqrt(1 - electron) * c.hbarc2
    weight = prepare("mumu", 10_000, seed=1, parameters={"sqrt_s": sqrt_s}).sampler.draw(0).weight
    assert weight.mean() == pytest.approx(born, rel=1e-6)
    # all but VEGAS' grid, which stays as uniform as the weights are
    assert weight == pytest.approx(np.full(len(weight), born), rel=1e-6)


def test_angles() -> None:
    draw = prepare("mumu", 65_536, seed=1, parameters={"sqrt_s": 0.5}).sampler.draw(0)
    p = draw.momenta[:, 0]
    cosine = p[:, 3] / np.sqrt((p[:, 1:] ** 2).sum(axis=1))
    ratio = 4 * lmutau.gen.CONSTANTS.m_mu**2 / 0.25
    expected = ((1 + ratio) / 3 + (1 - ratio) / 5) / ((1 + ratio) + (1 - ratio) / 3)
    assert abs((cosine**2).mean() - expected) < 4 * (cosine**2).std() / math.sqrt(len(cosine))
    assert abs(cosine.mean()) < 4 * cosine.std() / math.sqrt(len(cosine))


def test_threshold() -> None:
    with pytest.raises(lmutau.KinematicsError, match="2 m_mu"):
        lmutau.generate("mumu", 1000, seed=1, sqrt_s=0.2)
