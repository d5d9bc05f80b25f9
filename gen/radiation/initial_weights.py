"""Residual weights of initial-state radiation: the exact single photon, leading logarithms beyond.

Normalised Born factors B1 and B2 have the angle of p1 and p2 in the rest frame of X (1 if the angles of
the hard process are not needed); B0 = (B1 + B2)/2. With r(a, b) = [(1-a)^2 + (1-b)^2]/2 and
h(a, b) = [(1-b)^2 B1 + (1-a)^2 B2]/2, a photon carries R = W h, the exact matrix element of
e+e- -> X gamma over soft factor times Born. Three schemes; their spread estimates the error:

* first order: B0 (1 + gamma/2) + sum (R_i - B0);
* second order: all orders of emission up to two photons at leading logarithm (the default);
* product: factors in falling energy, positive, closest to the second order in shape.

References
----------
S. Jadach, B. F. L. Ward, Z. Was, Comput. Phys. Commun. 130 (2000) 260, section 4.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.kernels import kernel

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
def _two(photons: Array, i: int, j: int, b1: float, b2: float) -> float:
    """D_ij, two photons at leading logarithm: both orders of emission, the more collinear photon first.

    Each order is right where its first photon is far more collinear than the second, whichever is harder;
    t = ab is about the squared transverse momentum of a photon.
    """
    a, b, c, d = photons[i, 4], photons[i, 5], photons[j, 4], photons[j, 5]
    first = _split_born(a, b, b1, b2) * _split(c / max(1 - a, _TINY), d / max(1 - b, _TINY))
    second = _split(c, d) * _split_born(a / max(1 - c, _TINY), b / max(1 - d, _TINY), b1, b2)
    at, other = a * b, c * d
    if at + other == 0.0:
        return 0.5 * photons[i, 6] * photons[j, 6] * (first + second)
    return photons[i, 6] * photons[j, 6] * (other * first + at * second) / (at + other)


@kernel
def _second_order(n: int, photons: Array, b1: float, b2: float, gamma: float) -> float:
    b0, virtual = 0.5 * (b1 + b2), 1 + 0.5 * gamma
    total = b0 * (virtual + 0.125 * gamma * gamma)
    for i in range(n):
        a, b = photons[i, 4], photons[i, 5]
        single = photons[i, 6] * _split_born(a, b, b1, b2)
        photons[i, 7] = single
        log = math.log(max(1 - a, _TINY) * max(1 - b, _TINY))
        total += single * (virtual - 0.25 * gamma * log) - b0 * virtual
        if i < _PAIRED:
            for j in range(i):
                total += _two(photons, j, i, b1, b2) - photons[j, 7] - single + b0
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
    log = math.log(max(1 - sum_a, _TINY) * max(1 - sum_b, _TINY))
    return weight * (1 + gamma / 2 + gamma * gamma / 8 - gamma / 4 * log)


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
        Times the Born cross-section at s' it is the residual weight. The second order is negative in
        about one event in 1e6 (two hard photons back to back).
    """
    if scheme == SECOND_ORDER:
        return _second_order(n, photons, b1, b2, gamma)
    if scheme == PRODUCT:
        return _product(n, photons, b1, b2, gamma)
    b0 = 0.5 * (b1 + b2)
    total = b0 * (1 + 0.5 * gamma)
    for i in range(n):
        total += photons[i, 6] * _split_born(photons[i, 4], photons[i, 5], b1, b2) - b0
    return total
