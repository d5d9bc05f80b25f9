r"""Loop functions of the lepton's magnetic moment, to full precision for every mass ratio x >= 0.

    F1N = 12 ∫ z²(1-z)/(z + (1-z)x) dz        F2N = 6 ∫ z(1-z)/(z + (1-z)x) dz        (neutralino, slepton)
    F1C = 12 ∫ z²(1-z)/(zx + 1-z) dz          F2C = 3 ∫ z²/(zx + 1-z) dz              (chargino, sneutrino)

F(1) = 1. Closed forms cancel like (1-x)⁴ near x = 1, so there the power series in w = 1-x is summed; all its
terms are positive. Arguments above 1 are turned round: F1N(x) = F1C(1/x)/x, F2N(x) = F2N(1/x)/x.

References
----------
S. P. Martin, J. D. Wells, hep-ph/0103067, eqs. (2.9)-(2.12).
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.errors import ConfigError
from lmutau.gen.kernels import kernel

__all__ = ["chargino_pair", "f1c", "f1n", "f2c", "f2n", "neutralino_pair", "neutralino_slopes"]

Array = NDArray[np.float64]

_SERIES_BELOW = 0.5  # w = 1-x; there fifty terms and the closed forms are both exact to a few 1e-15
_N = np.arange(51.0)
_F1N = 24 / ((_N + 2) * (_N + 3) * (_N + 4))
_F2N = 6 / ((_N + 2) * (_N + 3))
_F1C = 12 / ((_N + 3) * (_N + 4))
_F2C = 3 / (_N + 3)
_D1_LOW = 72 * (_N + 1) / ((_N + 2) * (_N + 3) * (_N + 4) * (_N + 5))
_D2_LOW = 12 * (_N + 1) / ((_N + 2) * (_N + 3) * (_N + 4))
_D1_HIGH = 12 * (_N + 1) / ((_N + 4) * (_N + 5))
_D2_HIGH = 6 * (_N + 1) / ((_N + 3) * (_N + 4))


@kernel
def _two_series(first: Array, second: Array, w: float) -> tuple[float, float]:
    """Two power series in w <= 1/2, with as many terms as double precision can see."""
    top = 13 if w < 0.05 else (25 if w < 0.2 else 50)
    a, b = 0.0, 0.0
    for n in range(top, -1, -1):
        a = a * w + first[n]
        b = b * w + second[n]
    return a, b


@kernel
def _log(x: float) -> float:
    """ln x, and 0 at x = 0, where it is only used as x ln x."""
    return math.log(x) if x > 0.0 else 0.0


@kernel
def neutralino_pair(x: float) -> tuple[float, float]:
    """F1N(x), F2N(x)."""
    if x > 1.0:
        u = 1.0 / x
        w, log = 1.0 - u, _log(u)
        if w < _SERIES_BELOW:
            first, second = _two_series(_F1C, _F2N, w)
            return u * first, u * second
        first = 2.0 * (2.0 + u * (3.0 + u * (-6.0 + u) + 6.0 * log)) / w**4
        return u * first, u * 3.0 * (1.0 - u * (u - 2.0 * log)) / w**3
    w, log = 1.0 - x, _log(x)
    if w < _SERIES_BELOW:
        return _two_series(_F1N, _F2N, w)
    first = 2.0 * (1.0 + x * (-6.0 + x * (3.0 + 2.0 * x - 6.0 * log))) / w**4
    return first, 3.0 * (1.0 - x * (x - 2.0 * log)) / w**3


@kernel
def neutralino_slopes(x: float) -> tuple[float, float]:
    """(x F1N)' and (x F2N)': how the loop over a slepton of mass² s changes with s, -s² d(F(m²/s)/s)/ds."""
    if x > 1.0:
        u = 1.0 / x
        w, log = 1.0 - u, _log(u)
        if w < _SERIES_BELOW:
            first, second = _two_series(_D1_HIGH, _D2_HIGH, w)
            return u * u * first, u * u * second
        first = -2.0 * (17.0 + u * (-9.0 + u * (-9.0 + u)) + 6.0 * (1.0 + 3.0 * u) * log) / w**5
        second = 3.0 * (u * (u + 4.0) - 5.0 - (4.0 * u + 2.0) * log) / w**4
        return u * u * first, u * u * second
    w, log = 1.0 - x, _log(x)
    if w < _SERIES_BELOW:
        return _two_series(_D1_LOW, _D2_LOW, w)
    first = 2.0 * (1.0 + x * (-9.0 + x * (-9.0 + 17.0 * x - 6.0 * (3.0 + x) * log))) / w**5
    return first, 3.0 * (1.0 + x * (4.0 - 5.0 * x + (4.0 + 2.0 * x) * log)) / w**4


@kernel
def chargino_pair(x: float) -> tuple[float, float]:
    """F1C(x), F2C(x); F2C(0) is infinite."""
    if x > 1.0:
        u = 1.0 / x
        w, log = 1.0 - u, _log(u)
        if w < _SERIES_BELOW:  # F1C(x) = F1N(u) u; for F2C the factor 1/(1 + z(x-1)) is resummed in w
            first, _ = _two_series(_F1N, _F2N, w)
            _, second = _two_series(_F1N, _F2C_HIGH, w)
            return u * first, u * second
        first = 2.0 * (1.0 + u * (-6.0 + u * (3.0 + 2.0 * u - 6.0 * log))) / w**4
        return u * first, u * 1.5 * (1.0 + u * (-4.0 + u * (3.0 - 2.0 * log))) / w**3
    if x == 0.0:
        return 4.0, math.inf
    w, log = 1.0 - x, math.log(x)
    if w < _SERIES_BELOW:
        return _two_series(_F1C, _F2C, w)
    first = 2.0 * (2.0 + x * (3.0 + x * (-6.0 + x) + 6.0 * log)) / w**4
    return first, -1.5 * (3.0 + x * (-4.0 + x) + 2.0 * log) / w**3


_F2C_HIGH = 6 / ((_N + 1) * (_N + 2) * (_N + 3))  # u F2C series: 3 ∫ z²/(z + (1-z)u) dz = 3 Σ wⁿ B(3, n+1)


@kernel
def _fill(x: Array, chargino: bool, out: Array) -> None:
    for i in range(len(x)):
        out[0, i], out[1, i] = chargino_pair(x[i]) if chargino else neutralino_pair(x[i])


def _evaluate(x: ArrayLike, chargino: bool, which: int) -> Array:
    message = "x: allowed are numbers >= 0, the squared mass ratio of fermion and scalar."
    try:
        values = np.array(x, dtype=np.float64, order="C")  # a copy: a kernel takes no view of a broadcast
    except (TypeError, ValueError) as error:
        raise ConfigError(message) from error
    if not (values >= 0).all():
        raise ConfigError(message)
    out = np.empty((2, values.size))
    _fill(values.reshape(-1), chargino, out)
    return out[which].reshape(values.shape)[()]


def f1n(x: ArrayLike) -> Array:
    """F1N of the module, x = m²(neutralino)/m²(slepton); any shape, from 2 at x = 0 down to 4/x.

    Raises
    ------
    ConfigError
        If ``x`` is negative or not a number.
    """
    return _evaluate(x, False, 0)


def f2n(x: ArrayLike) -> Array:
    """F2N of the module, as :func:`f1n`; from 3 at x = 0 down to 3/x."""
    return _evaluate(x, False, 1)


def f1c(x: ArrayLike) -> Array:
    """F1C of the module, x = m²(chargino)/m²(sneutrino), as :func:`f1n`; from 4 at x = 0 down to 2/x."""
    return _evaluate(x, True, 0)


def f2c(x: ArrayLike) -> Array:
    """F2C of the module, as :func:`f1c`; infinite (like -3 ln x) at x = 0, 3/(2x) at large x."""
    return _evaluate(x, True, 1)
