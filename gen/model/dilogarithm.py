"""Dilogarithm of a real number up to 1."""

import math

from lmutau.gen.kernels import kernel

__all__ = ["dilogarithm"]

_PI2_6 = math.pi**2 / 6
# B_2k/(2k+1)!, k = 1...: with u = -ln(1-x), Li2(x) = u - u²/4 + Sum_k B_2k u^(2k+1)/(2k+1)!
_BERNOULLI = tuple(
    b / math.factorial(2 * k + 1)
    for k, b in enumerate(
        (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330),
        start=1,
    )
)


@kernel
def dilogarithm(x: float) -> float:
    """Li2(x) = -Int_0^x ln(1-t)/t dt for x <= 1; NaN above, where it is complex."""
    if not x <= 1.0:
        return math.nan
    if x == 1.0:
        return _PI2_6
    if x < -1.0:
        log = math.log(-x)
        return -_PI2_6 - 0.5 * log * log - dilogarithm(1.0 / x)
    if x > 0.5:
        return _PI2_6 - math.log(x) * math.log1p(-x) - dilogarithm(1.0 - x)
    u = -math.log1p(-x)
    u2 = u * u
    power, total = u, u - 0.25 * u2
    for coefficient in _BERNOULLI:
        power *= u2
        total += coefficient * power
    return total
