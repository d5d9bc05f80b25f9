"""Photons of the beams: the exact single photon, the spectrum of s', kinematics, a hard process in its own frame."""

import dataclasses
import math

import mpmath
import numpy as np
import pytest
from numpy.typing import NDArray

from lmutau.gen.amplitudes.arrays import mumugamma_parts
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.radiation.initial import Beam, Fraction, beam_line, fraction_map
from lmutau.gen.radiation.initial_weights import FIRST_ORDER, PRODUCT, SECOND_ORDER
from lmutau.gen.radiation.radiator import radiator
from tests.gen.radiation.loops import carried_to_cms, initial_events, single_initial
from tests.gen.radiation.reference import OTHER_CODE, REFERENCE, SQRT_S
from tests.statistics import compatible

Array = NDArray[np.float64]
C = CONSTANTS
S = SQRT_S**2


def _line(
    cutoff: float = 1e-5, mass: float = C.m_mu, shares: tuple[float, float] = (0.6, 0.24)
) -> tuple[Beam, Fraction]:
    beam = beam_line(SQRT_S, C.m_e, C.alpha, cutoff)
    return beam, fraction_map(beam[1], 4 * mass**2 / S, *shares)


def _pair_cross_section(s: Array, mass: float) -> Array:
    """Born cross-section of a lepton pair [pb]."""
    ratio = np.minimum(4 * mass**2 / s, 1.0)
    return 4 * math.pi * C.alpha**2 / (3 * s) * np.sqrt(1 - ratio) * (1 + ratio / 2) * C.hbarc2 / 1e3


def _events(n: int, scheme: int = SECOND_ORDER, **line: float | tuple[float, float]) -> Array:
    out = np.empty((n, 4))
    initial_events(np.random.default_rng(3).random((n, 3)), *_line(**line), scheme, out)  # type: ignore[arg-type]
    return out


def test_single_photon_is_the_tree_matrix_element() -> None:
    beam, fraction = _line(0.01)
    out = np.empty((4000, 17))
    single_initial(np.random.default_rng(1).random((len(out), 5)), beam, fraction, C.m_mu**2, out)
    out = out[out[:, 12] > 0]
    assert len(out) > 1000
    a, b, s_x = out[:, 13], out[:, 14], out[:, 15]
    pp, ratio = (S - 2 * C.m_e**2) / 2, 4 * C.m_mu**2 / s_x
    soft = C.alpha / (4 * math.pi**2) / pp * (2 / (a * b) - C.m_e**2 / pp * (1 / a**2 + 1 / b**2))
    born = (4 * math.pi * C.alpha) ** 2 * (4 / 3) * (1 + ratio / 2)
    expected = 16 * math.pi**3 * soft * S / s_x * out[:, 12] * born
    p = math.sqrt(S / 4 - C.m_e**2)
    beams = np.broadcast_to([[SQRT_S / 2, 0, 0, p], [SQRT_S / 2, 0, 0, -p]], (len(out), 2, 4))
    exact = mumugamma_parts(np.concatenate([beams, out[:, :12].reshape(-1, 3, 4)], axis=1))[:, 0]
    assert expected == pytest.approx(exact, rel=3e-4)


def test_tree_limit() -> None:
    # one photon above 1 GeV without exponentiation: the cut of the photons is the cut of the sample
    beam, fraction = _line(2 / SQRT_S)
    out = np.empty((400_000, 17))
    single_initial(np.random.default_rng(2).random((len(out), 5)), beam, fraction, C.m_mu**2, out)
    one = out[:, 12] > 0
    weight = np.zeros(len(out))
    weight[one] = out[one, 16] * out[one, 12] * _pair_cross_section(out[one, 15], C.m_mu)
    value, error = REFERENCE["tree level, one photon above 1 GeV"]["ISR"]
    assert not compatible(weight.mean(), weight.std() / math.sqrt(len(weight)), value, error)


def _all_orders(v: float, gamma: float) -> float:
    """Leading logarithms of all orders (the evolution equation in Mellin space), soft constant of the first."""

    def moment(n: mpmath.mpc) -> mpmath.mpc:
        harmonic = mpmath.digamma(n + 1) + mpmath.euler
        return mpmath.exp(gamma / 2 * (1.5 + 1 / (n * (n + 1)) - 2 * harmonic))

    constant = math.exp(C.alpha / math.pi * (math.pi**2 / 3 - 0.5))
    return float(mpmath.invertlaplace(moment, -math.log1p(-v), method="talbot", degree=30)) * constant


def test_spectrum_of_lost_energy() -> None:
    v, weight, _, _ = _events(1_500_000, shares=(0.3, 0.5)).T
    beam, _ = _line()
    x, dx = np.polynomial.legendre.leggauss(5)
    bins = ((0.02, 0.1), (0.1, 0.3), (0.3, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.98), (0.98, 0.99))
    for low, high in bins:
        points = low + (high - low) * (x + 1) / 2
        expected = float(np.array([_all_orders(point, beam[1]) for point in points]) @ dx) * (high - low) / 2
        inside = np.where((v > low) & (v < high), weight, 0.0)
        error = inside.std() / math.sqrt(len(v))
        # third order is there for pairs of photons only
        tolerance = 2e-3 if high <= 0.3 else 4e-3 if high <= 0.95 else 0.01
        assert not compatible(inside.mean(), math.hypot(error, tolerance / 4 * expected), expected), low
        assert error < 5e-3 * expected
    # all soft photons: the exponent
    soft = 0.02 ** beam[1]
    inside = np.where(v < 0.02, weight, 0.0)
    y = 0.01 * (x + 1)
    flat = radiator(y, beam[1], C.alpha) * y ** (1 - beam[1]) / beam[1]
    power = np.polynomial.Polynomial.fit(y, flat, 3)
    expected = float(power(0.0) * soft + power.deriv()(0.0) * 0.02 ** (1 + beam[1]) * beam[1] / (1 + beam[1]))
    assert inside.mean() == pytest.approx(expected, rel=2e-3)


def test_no_result_depends_on_how_v_is_drawn() -> None:
    results = []
    for shares in ((0.6, 0.24), (0.3, 0.3)):
        out = _events(400_000, shares=shares)
        weight = out[:, 1] * _pair_cross_section(S * (1 - out[:, 0]), C.m_mu)
        results.append((float(weight.mean()), float(weight.std() / math.sqrt(len(weight)))))
    assert not compatible(*results[0], *results[1])
    assert results[0][1] < 3e-3 * results[0][0]


@pytest.mark.parametrize("scheme", [SECOND_ORDER, PRODUCT, FIRST_ORDER])
def test_tau_pair(scheme: int) -> None:
    out = _events(400_000, scheme, mass=C.m_tau, shares=(0.9, 0.05))
    weight = out[:, 1] * _pair_cross_section(S * (1 - out[:, 0]), C.m_tau)
    value, error = float(weight.mean()), float(weight.std() / math.sqrt(len(weight)))
    beam, fraction = _line(mass=C.m_tau)
    t, dt = np.polynomial.legendre.leggauss(400)
    v = (1 - fraction[1]) * ((t + 1) / 2) ** (1 / beam[1])
    spectrum = radiator(v, beam[1], C.alpha) * v ** (1 - beam[1]) / beam[1] * (1 - fraction[1]) ** beam[1]
    closed = float((spectrum * _pair_cross_section(S * (1 - v), C.m_tau) * dt).sum() / 2)
    assert closed == pytest.approx(850.98, rel=2e-4)
    if scheme == SECOND_ORDER:
        assert not compatible(value, error, *OTHER_CODE["tautau, ISR second order"])
    assert value == pytest.approx(closed, rel=1e-3 if scheme == SECOND_ORDER else 8e-3)


def test_kinematics() -> None:
    out = np.empty((50_000, 6))
    r = np.random.default_rng(4).random((len(out), 5))
    r[: len(r) // 2, 0] = 0.6 + 0.24 * r[: len(r) // 2, 0] ** 0.1  # near v = 1
    carried_to_cms(r, *_line(), C.m_mu**2, SECOND_ORDER, out)
    out = out[out[:, 5] > 0]
    assert np.abs(out[:, :4] - [SQRT_S, 0, 0, 0]).max() < 1e-10
    assert np.abs(out[:, 4] - C.m_mu**2).max() < 1e-12 * S


def test_every_photon_is_above_the_cut() -> None:
    for cutoff in (1e-3, 1e-5):
        out = _events(100_000, cutoff=cutoff)
        used = out[out[:, 1] > 0]
        assert used[:, 3].min() >= cutoff
        assert np.all((used[:, 2] > 0) == (used[:, 0] >= cutoff))
        assert np.isfinite(out[:, :3]).all()


def test_constants_reach_the_kernels() -> None:
    other = dataclasses.replace(C, m_e=2 * C.m_e)
    light, heavy = (beam_line(SQRT_S, c.m_e, c.alpha, 1e-5)[1] for c in (C, other))
    assert light - heavy == pytest.approx(4 * C.alpha / math.pi * math.log(2), rel=1e-6)
