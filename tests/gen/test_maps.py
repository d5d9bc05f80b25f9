"""Elementary maps: Jacobians by differentiation, small differences against exact arithmetic."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmutau.gen.phasespace.maps import atanh_map, atanh_window, half_width, log_map, logit_map, logit_range

unit = st.floats(1e-6, 1 - 1e-6)


def _slope(function: object, r: float) -> float:
    h = 1e-5 * min(r, 1 - r)
    return float((function(r + h) - function(r - h)) / (2 * h))  # type: ignore[operator]


@given(unit, st.floats(1e-6, 0.1), st.floats(0.2, 100))
def test_log_map_jacobian(r: float, low: float, high: float) -> None:
    x, jacobian = log_map(r, low, math.log(high / low))
    assert low * (1 - 1e-12) <= x <= high * (1 + 1e-12)
    assert jacobian == pytest.approx(_slope(lambda t: log_map(t, low, math.log(high / low))[0], r), rel=1e-5)


@given(unit, st.floats(1e-4, 1.0), st.floats(1e-7, 1e-2))
def test_logit_map_keeps_the_rest(r: float, low: float, gap: float) -> None:
    end = 5.29
    first, length = logit_range(low, end - gap, end)
    x, rest, jacobian = logit_map(r, first, length, end)
    assert x + rest == pytest.approx(end, rel=1e-13)
    assert rest >= gap * (1 - 1e-8)
    # differentiate the smaller of the two: the other one rounds
    index, sign = (0, 1) if x < rest else (1, -1)
    slope = _slope(lambda t: logit_map(t, first, length, end)[index], r)
    assert jacobian == pytest.approx(sign * slope, rel=1e-4)


@given(unit, st.floats(-12, -0.1))
def test_atanh_map_propagators(r: float, exponent: float) -> None:
    one_minus_a = 10.0**exponent
    a = 1 - one_minus_a
    one_minus_a = 1 - a  # exactly what a stands for
    half = half_width(a, one_minus_a)
    c, minus, plus, sine, jacobian = atanh_map(r, a, one_minus_a, half)
    assert -1 <= c <= 1
    assert minus + plus == pytest.approx(2, rel=1e-14)
    # 1 - a c to full relative precision of the propagator, formed in exact arithmetic
    exact = 1 - Fraction(a) * Fraction(c)
    resolution = 2**-52 / one_minus_a if c > 0.5 else 0.0
    assert minus == pytest.approx(float(exact), rel=1e-12 + 4 * resolution)
    assert sine**2 == pytest.approx(1 - c * c, abs=1e-15 + 4e-16)
    assert jacobian == pytest.approx(2 * half * minus * plus / a, rel=1e-14)


def test_atanh_map_integrates_the_peak() -> None:
    # Int dc / (1 - a^2 c^2) over (-1, 1) = (2/a) artanh(a); the map makes the integrand constant
    a = 1 - 4.7e-9
    half = half_width(a, 1 - a)
    values = [
        jacobian / (minus * plus)
        for _, minus, plus, _, jacobian in (atanh_map(r, a, 1 - a, half) for r in np.linspace(0.01, 0.99, 50))
    ]
    assert values == pytest.approx([2 * math.atanh(a) / a] * 50, rel=1e-12)


@given(unit, st.floats(0, 1e-2))
def test_atanh_map_of_slow_pairs(r: float, a: float) -> None:
    # a -> 0, down to 0 itself: c = (2r - 1)(1 + a²/3 ...) without the noise of a difference over a
    c, minus, plus, sine, jacobian = atanh_map(r, a, 1 - a, half_width(a, 1 - a))
    t = 2 * r - 1
    assert c == pytest.approx(t * (1 + a * a * (1 - t * t) / 3), rel=1e-8, abs=1e-12)
    assert (minus, plus) == pytest.approx((1 - a * c, 1 + a * c), rel=1e-14)
    assert jacobian == pytest.approx(2 * (1 + a * a / 3) * minus * plus, rel=1e-7)
    assert sine**2 == pytest.approx((1 - c) * (1 + c), abs=1e-14)


@given(st.floats(-20, 20), st.floats(-20, 20))
def test_atanh_window_is_the_inverse_of_the_map(one: float, other: float) -> None:
    a = 1 - 4.7e-9
    low, high = min(one, other), max(one, other)
    first, length = atanh_window(low, high, a, 1 - a)
    half = half_width(a, 1 - a)
    for r, eta in ((first, low), (first + length, high)):
        c, minus, plus, _, _ = atanh_map(min(max(r, 0.0), 1.0), a, 1 - a, half)
        # 1 - a|c| at that pseudorapidity
        expected = (1 - a) + a * 2 / (math.exp(2 * abs(eta)) + 1)
        assert (minus if eta > 0 else plus) == pytest.approx(expected, rel=1e-6)
        assert c == pytest.approx(math.tanh(eta), abs=1e-8)
    assert atanh_window(None, None, a, 1 - a) == (0.0, 1.0)
