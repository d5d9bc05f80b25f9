"""Residual weights of initial-state radiation: one and two photons exactly, leading logarithms beyond.

Normalised Born factors B1 and B2 have the angle of p1 and p2 in the rest frame of X (1 if the angles of
the hard process are not needed); B0 = (B1 + B2)/2. With r(a, b) = [(1-a)^2 + (1-b)^2]/2 and
h(a, b) = [(1-b)^2 B1 + (1-a)^2 B2]/2, a photon carries R = W h, the exact matrix element of
e+e- -> X gamma over soft factor times Born. Three schemes; their spread estimates the error:

* first order: B0 (1 + gamma/2) + sum (R_i - B0);
* second order: every pair of photons at tree level, virtual corrections of none, one and two photons at
  leading logarithm (the default);
* product: factors in falling energy, the two hardest photons as a pair; positive, closest in shape.

References
----------
S. Jadach, B. F. L. Ward, Z. Was, Comput. Phys. Commun. 130 (2000) 260, section 4.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.kernels import kernel
from lmutau.gen.radiation.photon_pair import INCOMING, opposite_helicities, photon_turn

__all__ = ["FIRST_ORDER", "PRODUCT", "SECOND_ORDER", "initial_weight"]

Array = NDArray[np.float64]

FIRST_ORDER, SECOND_ORDER, PRODUCT = 1, 2, 3

_PAIRED = 6  # hardest photons that enter as pairs: softer ones change nothing
_TINY = 1e-12  # a and b reach 1 where X is massless


@kernel
def _split(a: float, b: float) -> float:
    return 0.5 * ((1 - min(a, 1.0)) ** 2 + (1 - min(b, 1.0)) ** 2)


@kernel
def _split_born(a: float, b: float, b1: float, b2: float) -> float:
    return 0.5 * ((1 - min(b, 1.0)) ** 2 * b1 + (1 - min(a, 1.0)) ** 2 * b2)


@kernel
def _after(u: float, v: float, w: float) -> float:
    """(1 - u)^2 (1 - v/(1 - w))^2: a photon with v emitted after one with w."""
    return ((1 - min(u, 1.0)) * (1 - min(v / max(1 - w, _TINY), 1.0))) ** 2


@kernel
def _two(photons: Array, i: int, j: int, b1: float, b2: float) -> float:
    """D_ij: two photons at tree level over soft factors and Born.

    Exact for a hard process summed over its angles. Equal helicities give (1 - a - c)^2 B2 and
    (1 - b - d)^2 B1 with all angles; how the rest depends on them is taken from leading logarithms. The photon
    with the larger t = ab, about its squared transverse momentum, carries the angles: a soft or collinear
    one must not, or every soft photon would turn them.
    """
    a, b, c, d = photons[i, 4], photons[i, 5], photons[j, 4], photons[j, 5]
    alike = max(1 - a - c, 0.0) ** 2 * b2 + max(1 - b - d, 0.0) ** 2 * b1
    turn = photon_turn(photons[i, 1], photons[i, 2], photons[j, 1], photons[j, 2])
    opposite = opposite_helicities(a, b, c, d, turn, INCOMING)
    if b1 == b2:
        opposite *= b1
    else:
        at, other = a * b, c * d
        first = 0.5 if at + other == 0.0 else at / (at + other)
        to_electron = first * _after(b, c, a) + (1 - first) * _after(d, a, c)
        to_positron = first * _after(a, d, b) + (1 - first) * _after(c, b, d)
        whole = to_electron + to_positron
        opposite *= (to_electron * b1 + to_positron * b2) / whole if whole > 0.0 else 0.5 * (b1 + b2)
    return 0.25 * photons[i, 6] * photons[j, 6] * (alike + opposite)


@kernel
def _virtual(taken_a: float, taken_b: float, gamma: float) -> float:
    """Leading-log virtual factor beside photons that took a and b of the beams."""
    return 1 + 0.5 * gamma - 0.25 * gamma * math.log(max(1 - taken_a, _TINY) * max(1 - taken_b, _TINY))


@kernel
def _second_order(n: int, photons: Array, b1: float, b2: float, gamma: float) -> float:
    b0, virtual = 0.5 * (b1 + b2), 1 + 0.5 * gamma
    total = b0 * (virtual + 0.125 * gamma * gamma)
    for i in range(n):
        a, b = photons[i, 4], photons[i, 5]
        single = photons[i, 6] * _split_born(a, b, b1, b2) * _virtual(a, b, gamma)
        photons[i, 7] = single
        total += single - b0 * virtual
        if i < _PAIRED:
            for j in range(i):
                pair = _two(photons, j, i, b1, b2) * _virtual(a + photons[j, 4], b + photons[j, 5], gamma)
                total += pair - photons[j, 7] - single + b0 * virtual
    return total


@kernel
def _product(n: int, photons: Array, b1: float, b2: float, gamma: float) -> float:
    weight, sum_a, sum_b = 0.5 * (b1 + b2), 0.0, 0.0
    for i in range(n):
        a, b = photons[i, 4], photons[i, 5]
        if i == 0:
            weight = photons[i, 6] * _split_born(a, b, b1, b2)
        elif i == 1:
            weight = _two(photons, 0, 1, b1, b2)
        else:
            weight *= photons[i, 6] * _split(a / max(1 - sum_a, _TINY), b / max(1 - sum_b, _TINY))
        sum_a += a
        sum_b += b
    return weight * (_virtual(sum_a, sum_b, gamma) + 0.125 * gamma * gamma)


@kernel
def initial_weight(scheme: float, n: int, photons: Array, b1: float, b2: float, gamma: float) -> float:
    """W_I of the ``n`` photons of :func:`~lmutau.gen.radiation.initial.emit_initial`.

    Parameters
    ----------
    scheme
        FIRST_ORDER, SECOND_ORDER or PRODUCT.
    n, photons
        Number of photons and their rows, in falling energy; the last column is scratch.
    b1, b2
        Born factors with the angle of the electron and of the positron.
    gamma
        Emission rate of the beams.

    Returns
    -------
    float
        Times the Born cross-section at s' it is the residual weight, never negative but at first order:
        where the sum over pairs is (three hard photons, 1e-5 of the events), the product form replaces it.
    """
    if scheme == SECOND_ORDER:
        weight = _second_order(n, photons, b1, b2, gamma)
        if weight > 0.0:
            return weight
    if scheme != FIRST_ORDER:
        return _product(n, photons, b1, b2, gamma)
    b0 = 0.5 * (b1 + b2)
    total = b0 * (1 + 0.5 * gamma)
    for i in range(n):
        total += photons[i, 6] * _split_born(photons[i, 4], photons[i, 5], b1, b2) - b0
    return total
