"""One pair of charges: emission rate, angles, random numbers."""

import math

import numpy as np
import pytest

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.radiation.yfs import angular_shape, emitter, most_photons
from tests.gen.radiation.loops import angles, uniforms
from tests.gen.radiation.reference import REFERENCE, SQRT_S
from tests.statistics import compatible

MASSES = {"e": CONSTANTS.m_e, "mu": CONSTANTS.m_mu, "tau": CONSTANTS.m_tau}


@pytest.mark.parametrize("lepton", MASSES)
def test_rate(lepton: str) -> None:
    gamma = emitter(SQRT_S**2, MASSES[lepton] ** 2, CONSTANTS.alpha)[0]
    assert gamma == pytest.approx(REFERENCE["emission rates"][lepton], rel=2e-9)


@pytest.mark.parametrize("beta", [1e-4, 0.009, 0.011, 0.3, 0.9, 0.9999])
def test_rate_is_the_integral_of_the_soft_factor(beta: float) -> None:
    s = 4 / ((1 - beta) * (1 + beta))
    gamma, velocity, one_minus_beta, span = emitter(s, 1.0, 1.0)
    assert velocity == pytest.approx(beta, rel=1e-7)
    # c = tanh(t)/beta makes the integrand smooth
    t, weight = np.polynomial.legendre.leggauss(200)
    t, weight = t * span / 2, weight * span / 2
    c = np.tanh(t) / beta
    shape = [angular_shape(velocity, 1 - x, 1 + x, one_minus_beta) for x in c]
    integral = float((weight * (1 - np.tanh(t) ** 2) / beta * shape).sum()) / (2 * math.pi)
    assert gamma == pytest.approx(integral, rel=1e-6)


@pytest.mark.parametrize(("s", "mass"), [(1.0, 0.3), (100.0, CONSTANTS.m_e)])
@pytest.mark.parametrize("flip", [0.0, 0.4])
def test_angles(s: float, mass: float, flip: float) -> None:
    line = emitter(s, mass**2, 1.0)
    _, beta, one_minus_beta, span = line
    out = np.empty((200_000, 5))
    angles(np.random.default_rng(1).random((len(out), 2)), beta, one_minus_beta, span, flip, out)
    d1, d2, near, far, ratio = out.T
    np.testing.assert_allclose(d1 + d2, 2, rtol=1e-14)
    np.testing.assert_allclose(one_minus_beta + beta * near, d1, rtol=1e-12)
    np.testing.assert_allclose(near + far, 2, rtol=1e-14)
    assert not compatible(ratio.mean(), ratio.std() / math.sqrt(len(d1)), 1.0) if flip else np.all(ratio == 1)
    t, weight = np.polynomial.legendre.leggauss(400)
    x = np.tanh(t * span / 2)
    shape = 4 * (beta**2 - x**2) / (1 - x**2) * weight
    # the part of the photons in the cone of either charge, and their mean rapidity
    for observable, exact in ((np.log(d1 / d2) ** 2, (t * span) ** 2), (1 - d1 * d2, x**2)):
        value = ratio * observable
        assert not compatible(
            value.mean(), value.std() / math.sqrt(len(value)), float((shape * exact).sum() / shape.sum())
        )


def test_counter_generator() -> None:
    r = np.empty(200_000)
    uniforms(r)
    assert r.min() > 0 and r.max() < 1
    assert not compatible(r.mean(), 1 / math.sqrt(12 * len(r)), 0.5)
    counts = np.histogram(r, bins=100, range=(0, 1))[0]
    assert ((counts - 2000) ** 2 / 2000).sum() < 99 + 5 * math.sqrt(2 * 99)
    assert abs(np.corrcoef(r[1:], r[:-1])[0, 1]) < 5 / math.sqrt(len(r))


@pytest.mark.parametrize("mean", [1e-9, 0.44, 1.45, 12.0])
def test_most_photons(mean: float) -> None:
    def tail(n: int) -> float:
        return sum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(n + 1, n + 200))

    most = most_photons(mean)
    assert tail(most) < 1e-12
    assert most == 0 or tail(most - 1) > 2e-13
    assert most_photons(mean, certain=1) == most + 1
