r"""Contribution of the Z' to the anomalous magnetic moment of a lepton.

    a_l = Q_X² g²/(8 pi²) I(rho),   rho = M²/m_l²,   I = Int_0^1 dx 2x²(1-x)/[x² + (1-x) rho]

I(0) = 1 and I -> 2/(3 rho). Three ways, since the closed form loses rho³ digits: closed form below
rho = 2; quadrature in ln(1 + rho (1-x)) up to 40; above, the expansion in 1/rho and ln rho, which
converges for rho > 4.

References
----------
arXiv:1811.00407, eq. (4); arXiv:1904.13053, eq. (1.2) with z = 1-x. arXiv:2011.05083, eq. (3.6), prints
m² z for m² z² in the denominator.
"""

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.kernels import kernel
from lmutau.gen.model.arguments import checked_array, checked_choice, kernel_array, together
from lmutau.gen.model.quadrature import unit_nodes

__all__ = ["LEPTONS", "delta_a", "loop_integral"]

Array = NDArray[np.float64]

LEPTONS = ("e", "mu", "tau")
_CLOSED_BELOW = 2.0
_SERIES_ABOVE = 40.0
_TERMS = 20


def _large_rho_coefficients() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """P_n and Q_n of I = Sum_n (P_n + Q_n ln rho) u^n, u = 1/rho, n = 1...

    From the closed form with A = u (1-4u)^(-1/2) {-ln u + 2 ln[(1 + √(1-4u))/2]}, where
    (1-4u)^(-1/2) = Sum c_n u^n and -2 ln[...] = Sum c_n u^n/n, c_n = (2n choose n).
    """
    order = _TERMS + 4
    central = [Fraction(math.comb(2 * n, n)) for n in range(order)]
    logarithm = [Fraction(0), *(central[n] / n for n in range(1, order))]
    product = [sum((central[n - k] * logarithm[k] for k in range(n + 1)), Fraction(0)) for n in range(order)]

    def times_polynomial(series: Sequence[Fraction], n: int) -> Fraction:
        return series[n] - 4 * series[n - 1] + 2 * series[n - 2]  # (1 - 4u + 2u²) Sum

    constant = tuple(float(times_polynomial(product, n + 2)) for n in range(1, _TERMS))
    with_log = tuple(float(-times_polynomial(central, n + 2)) for n in range(1, _TERMS))
    return constant, with_log


_CONSTANT, _WITH_LOG = _large_rho_coefficients()
_NODES, _WEIGHTS = unit_nodes(24)


@kernel
def _integral(rho: float) -> float:
    if rho == 0.0:
        return 1.0
    if rho < _CLOSED_BELOW:
        angle = 2.0 * math.atan2(math.sqrt(4.0 - rho), math.sqrt(rho)) / math.sqrt(rho * (4.0 - rho))
        return 1.0 - 2.0 * rho + rho * (rho - 2.0) * math.log(rho) - rho * (rho * rho - 4.0 * rho + 2.0) * angle
    total = 0.0
    if rho < _SERIES_ABOVE:
        length = math.log1p(rho)
        for i in range(_NODES.shape[0]):
            y = math.expm1(length * _NODES[i]) / rho  # = 1-x
            x2 = (1.0 - y) * (1.0 - y)
            total += _WEIGHTS[i] * length * (y + 1.0 / rho) * 2.0 * x2 * y / (x2 + y * rho)
        return total
    u, log = 1.0 / rho, math.log(rho)
    power = u
    for i in range(len(_CONSTANT)):
        total += power * (_CONSTANT[i] + _WITH_LOG[i] * log)
        power *= u
    return total


@kernel
def _fill(rho: Array, out: Array) -> None:
    for i in range(rho.shape[0]):
        out[i] = _integral(rho[i])


def loop_integral(rho: ArrayLike, *, constants: Constants = CONSTANTS) -> Array:
    """I(rho) of the module, rho = M²/m², any shape, >= 0; nothing of ``constants`` enters.

    Raises
    ------
    ConfigError
        If a rho is negative or not finite.

    Examples
    --------
    >>> float(loop_integral(0.0))
    1.0
    """
    values = checked_array("rho", rho, "", 0.0, 1e100)
    out = np.empty(values.size)
    _fill(kernel_array(values), out)
    return out.reshape(values.shape)


def delta_a(mass: ArrayLike, g: ArrayLike = 1.0, lepton: str = "mu", *, constants: Constants = CONSTANTS) -> Array:
    """Z' part of the anomalous magnetic moment a_l = (g-2)/2, one loop.

    Parameters
    ----------
    mass
        Mass of the Z' [GeV], any shape.
    g
        Gauge coupling g_X; broadcasts with ``mass``.
    lepton
        ``mu``, ``tau`` or ``e``. The electron has no charge Q_X: 0. (Through kinetic mixing it gets epsilon² e²
        instead of g², two loops more; that is left out.)
    constants
        ``m_mu``, ``m_tau`` are used.

    Raises
    ------
    ConfigError
        If a mass is negative or not finite, shapes do not fit, or the lepton is unknown.

    References
    ----------
    arXiv:1811.00407, eq. (4); arXiv:1904.13053, eq. (1.2).
    """
    checked_choice("lepton", lepton, LEPTONS)
    masses = checked_array("mass", mass, "GeV", 0.0, 1e30)
    coupling2 = np.square(checked_array("g", g, "", 0.0, 1e30))
    shape = together(mass=masses, g=coupling2)
    if lepton == "e":
        return np.zeros(shape)
    m = constants.m_mu if lepton == "mu" else constants.m_tau
    return coupling2 / (8 * math.pi**2) * loop_integral((masses / m) ** 2)
