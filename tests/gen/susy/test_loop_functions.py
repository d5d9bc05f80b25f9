"""Loop functions against the printed values, their integrals, and 50-digit closed forms."""

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lmutau.gen.errors import ConfigError
from lmutau.gen.susy.loop_functions import f1c, f1n, f2c, f2n, neutralino_slopes
from tests.gen.susy.cases import REFERENCE

FUNCTIONS = (f1n, f2n, f1c, f2c)
INTEGRANDS = (
    lambda z, x: 12 * z**2 * (1 - z) / (z + (1 - z) * x),
    lambda z, x: 6 * z * (1 - z) / (z + (1 - z) * x),
    lambda z, x: 12 * z**2 * (1 - z) / (z * x + 1 - z),
    lambda z, x: 3 * z**2 / (z * x + 1 - z),
)


def _closed(x: mpmath.mpf) -> list[mpmath.mpf]:
    d, log = 1 - x, mpmath.log(x)
    return [
        2 * (1 - 6 * x + 3 * x**2 + 2 * x**3 - 6 * x**2 * log) / d**4,
        3 * (1 - x**2 + 2 * x * log) / d**3,
        2 * (2 + 3 * x - 6 * x**2 + x**3 + 6 * x * log) / d**4,
        -3 * (3 - 4 * x + x**2 + 2 * log) / (2 * d**3),
    ]


@pytest.mark.parametrize("x", sorted(REFERENCE["loop_functions"]))
def test_printed_values(x: str) -> None:
    values = [float(function(float(x))) for function in FUNCTIONS]
    assert values == pytest.approx(REFERENCE["loop_functions"][x], rel=1e-11)


@pytest.mark.parametrize("which", range(4))
@pytest.mark.parametrize("x", [1e-3, 0.2, 0.97, 1.0, 1.4, 30.0, 1e4])
def test_feynman_integrals(which: int, x: float) -> None:
    expected = mpmath.quad(lambda z: INTEGRANDS[which](z, x), [0, 0.01, 0.5, 0.99, 1])
    assert float(FUNCTIONS[which](x)) == pytest.approx(float(expected), rel=1e-12)


sizes = st.floats(-14.0, 14.0).map(lambda power: 10.0**power)
near_one = st.builds(lambda power, sign: 1.0 + sign * 10.0**power, st.floats(-15.0, -0.2), st.sampled_from((-1, 1)))


@given(x=st.one_of(sizes, near_one))
@example(x=0.5)
@example(x=2.0)
@example(x=0.95)
@example(x=1.25)
def test_no_digits_are_lost(x: float) -> None:
    with mpmath.workdps(90):
        expected = [float(value) for value in _closed(mpmath.mpf(x))] if x != 1 else [1.0] * 4
    for function, value in zip(FUNCTIONS, expected, strict=True):
        assert float(function(x)) == pytest.approx(value, rel=1e-13, abs=0)


@given(x=st.one_of(sizes, near_one))
def test_slopes(x: float) -> None:
    if x == 1:
        assert neutralino_slopes(x) == pytest.approx((0.6, 0.5), rel=1e-15)
        return
    with mpmath.workdps(120):
        point = mpmath.mpf(x)
        step = point * mpmath.mpf(10) ** -30 if x < 1e10 else point * mpmath.mpf(10) ** -15
        expected = [
            float(((point + step) * _closed(point + step)[k] - (point - step) * _closed(point - step)[k]) / (2 * step))
            for k in (0, 1)
        ]
    assert neutralino_slopes(x) == pytest.approx(expected, rel=1e-12, abs=0)


def test_limits() -> None:
    ends = np.array([0.0, np.inf])
    assert f1n(ends).tolist() == [2.0, 0.0]
    assert f2n(ends).tolist() == [3.0, 0.0]
    assert f1c(ends).tolist() == [4.0, 0.0]
    assert f2c(ends).tolist() == [np.inf, 0.0]
    for function, limit in ((f1n, 4), (f2n, 3), (f1c, 2), (f2c, 1.5)):
        assert float(function(1.0)) == pytest.approx(1.0, rel=1e-15)
        assert 1e12 * float(function(1e12)) == pytest.approx(limit, rel=1e-9)


def test_shapes_and_errors() -> None:
    assert f1n(np.ones((2, 3))).shape == (2, 3)
    assert isinstance(f1n(0.5), float)
    for bad in (-1.0, float("nan"), [0.5, -0.1]):
        with pytest.raises(ConfigError, match=">= 0"):
            f2c(bad)
