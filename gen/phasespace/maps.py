"""Elementary maps from a uniform number to a variable with a known peak.

Each returns the variable together with the small differences that would cancel if formed
afterwards, and the Jacobian d(variable)/dr. Scalar compiled functions; ``r`` in (0, 1).
"""

import math

from lmutau.gen.kernels import kernel

__all__ = ["atanh_map", "atanh_window", "half_width", "log_map", "logit_map", "logit_range"]

_SMALL = 1e-4  # below, the next term of the series is less than the rounding


@kernel
def log_map(r: float, low: float, length: float) -> tuple[float, float]:
    """Peak 1/x on (low, high), ``length`` = ln(high/low): returns x and dx/dr."""
    x = low * math.exp(r * length)
    return x, x * length


@kernel
def logit_map(r: float, first: float, length: float, end: float) -> tuple[float, float, float]:
    """Peaks 1/x and 1/(end - x): returns x, end - x and dx/dr.

    ``first`` and ``length`` from :func:`logit_range`. The difference end - x comes from the map, not
    from a subtraction: it is the mass of what recoils.
    """
    ratio = math.exp(first + r * length)  # x / (end - x)
    rest = end / (1 + ratio)
    x = ratio * rest
    return x, rest, x * rest / end * length


@kernel
def logit_range(low: float, high: float, end: float) -> tuple[float, float]:
    """First value and length of ln[x/(end - x)] for low < x < high < end."""
    first = math.log(low / (end - low))
    return first, math.log(high / (end - high)) - first


@kernel
def half_width(a: float, one_minus_a: float) -> float:
    """T = artanh(a) of the atanh map, without cancellation as a -> 1 or a -> 0."""
    if one_minus_a < 0.5:
        return 0.5 * math.log((1 + a) / one_minus_a)  # half the price of log1p
    return 0.5 * math.log1p(2 * a / one_minus_a)


@kernel
def atanh_map(r: float, a: float, one_minus_a: float, half: float) -> tuple[float, float, float, float, float]:
    """Two-sided collinear peak 1/(1 - a^2 c^2) on -1 < c < 1; ``half`` = artanh(a).

    Returns c, 1 - a c, 1 + a c, sin = sqrt(1 - c^2) and dc/dr. With q = exp(2t), c = tanh(t)/a.
    1 -+ c follow from 1 -+ a c by removing (1 - a)c: exact to the rounding of 1 - a, which is all
    that a propagator can resolve. For small a the series, which includes a = 0.
    """
    if half < _SMALL:
        t = 2 * r - 1
        c = t * (1 + half * half * (1 - t * t) / 3)
        minus, plus = 1 - a * c, 1 + a * c
        return c, minus, plus, math.sqrt((1 - c) * (1 + c)), 2 * (1 + a * a / 3) * minus * plus
    q = math.exp((4 * r - 2) * half)
    minus = 2 / (1 + q)
    plus = q * minus
    c = (plus - minus) / (2 * a)
    sine2 = (minus - one_minus_a * c) * (plus + one_minus_a * c)
    sine = math.sqrt(sine2) if sine2 > 0 else 0.0
    return c, minus, plus, sine, 2 * half * minus * plus / a


def atanh_window(low: float | None, high: float | None, a: float, one_minus_a: float) -> tuple[float, float]:
    """First r and length of r between two pseudorapidities for :func:`atanh_map`; None: no limit."""

    def place(eta: float | None, otherwise: float) -> float:
        if eta is None:
            return otherwise
        # artanh(a c) for c = tanh(|eta|), from 1 - c without cancellation
        away = 2 / (math.exp(min(2 * abs(eta), 700.0)) + 1)
        t = 0.5 * math.log((1 + a * (1 - away)) / (one_minus_a + a * away))
        return 0.5 + math.copysign(0.5, eta) * min(1.0, t / half_width(a, one_minus_a))

    first, last = place(low, 0.0), place(high, 1.0)
    return first, max(last - first, 0.0)
