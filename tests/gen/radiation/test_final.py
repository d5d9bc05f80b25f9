"""Photons of the muons: the exact single photon, the tree limit, the inclusive sum rule."""

import math

import numpy as np
import pytest

from lmutau.gen.amplitudes.arrays import mumugamma_parts
from lmutau.gen.constants import CONSTANTS
from tests.gen.radiation.loops import single_final
from tests.gen.radiation.reference import GENERATOR, OTHER_CODE, REFERENCE, SQRT_S, sampler, sigma
from tests.statistics import compatible

C = CONSTANTS


def _born(sqrt_s: float) -> float:
    """Born cross-section [pb]."""
    ratio = 4 * C.m_mu**2 / sqrt_s**2
    return 4 * math.pi * C.alpha**2 / (3 * sqrt_s**2) * math.sqrt(1 - ratio) * (1 + ratio / 2) * C.hbarc2 / 1e3


@pytest.mark.parametrize(("sqrt_s", "tolerance"), [(10.58, 1e-3), (3.0, 0.01)])
def test_single_photon_is_the_tree_matrix_element(sqrt_s: float, tolerance: float) -> None:
    # but for terms m^2/s_X of the helicity flip
    s = sqrt_s**2
    out = np.empty((20_000, 17))
    single_final(np.random.default_rng(1).random((len(out), 4)), s, C.m_mu**2, C.alpha, 1e-3, out)
    out = out[out[:, 12] > 0]
    assert len(out) > 1000
    a, b, s_q = out[:, 13], out[:, 14], out[:, 15]
    qq, ratio = (s_q - 2 * C.m_mu**2) / 2, 4 * C.m_mu**2 / s
    soft = C.alpha / (4 * math.pi**2) / qq * (2 / (a * b) - C.m_mu**2 / qq * (1 / a**2 + 1 / b**2))
    born = (4 * math.pi * C.alpha) ** 2 * (4 / 3) * (1 + ratio / 2)
    expected = 16 * math.pi**3 * soft * out[:, 12] * born
    p = math.sqrt(s / 4 - C.m_e**2)
    beams = np.broadcast_to([[sqrt_s / 2, 0, 0, p], [sqrt_s / 2, 0, 0, -p]], (len(out), 2, 4))
    exact = mumugamma_parts(np.concatenate([beams, out[:, :12].reshape(-1, 3, 4)], axis=1))[:, 1]
    assert expected == pytest.approx(exact, rel=tolerance)


def test_tree_limit() -> None:
    out = np.empty((1_000_000, 17))
    # a photon above 1 GeV in the c.m. frame has more than 2 GeV/10.58 GeV in units of sqrt(Q^2)/2
    cutoff = 0.18
    single_final(np.random.default_rng(2).random((len(out), 4)), SQRT_S**2, C.m_mu**2, C.alpha, cutoff, out)
    one = (out[:, 12] > 0) & (out[:, 8] > 1)
    weight = np.zeros(len(out))
    weight[one] = out[one, 16] * out[one, 12] * _born(SQRT_S)
    value, error = REFERENCE["tree level, one photon above 1 GeV"]["FSR"]
    assert not compatible(weight.mean(), weight.std() / math.sqrt(len(weight)), value, error)


@pytest.mark.parametrize("sqrt_s", [10.58, 3.0])
def test_inclusive_sum_rule(sqrt_s: float) -> None:
    value, error = sigma(sampler(False, True, sqrt_s=sqrt_s))
    # 1 + 3 alpha/(4 pi) at first order; the second order is as large as the square of the emission rate
    assert not compatible(value, error, _born(sqrt_s) * (1 + 3 * C.alpha / (4 * math.pi)), 2e-4 * _born(sqrt_s))
    assert error < 3e-4 * value


def test_total() -> None:
    value, error = sigma(sampler(False, True))
    assert not compatible(value, error, *OTHER_CODE["FSR"])
    assert value == pytest.approx(GENERATOR["FSR"], rel=3e-3)
