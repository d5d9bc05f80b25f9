"""What exponentiates: the soft factor of a pair of charges and its form factor.

A pair of particles of mass m, charges opposite, total mass squared s, radiates

    S(k) d^3k/k0 = (alpha/4 pi^2) [2 p1.p2/(k.p1 k.p2) - m^2/(k.p1)^2 - m^2/(k.p2)^2] d^3k/k0,

that is gamma dE/E in its rest frame, with the angular shape f(c) of :func:`angular_shape`. Summed with
the virtual photons, emission below eps sqrt(s)/2 is exp(Y), Y = gamma ln(eps) + Y_c.

References
----------
D. R. Yennie, S. C. Frautschi, H. Suura, Ann. Phys. 13 (1961) 379.
S. Jadach, B. F. L. Ward, Z. Was, Comput. Phys. Commun. 130 (2000) 260, section 2; Phys. Rev. D 63
(2001) 113009.
"""

import math

from lmutau.gen.kernels import kernel

__all__ = ["Emitter", "angular_shape", "emitter", "most_photons", "virtual_constant"]

Emitter = tuple[float, float, float, float]
"""Emission rate gamma, velocity beta of each charge, 1 - beta, ln[(1 + beta)/(1 - beta)]."""

_NEGLIGIBLE = 1e-12


@kernel
def emitter(s: float, mass2: float, alpha: float) -> Emitter:
    """Emission rate per unit of ln E, and velocities, of a pair of this total mass squared [GeV^2].

    gamma = (2 alpha/pi) {(1 + beta^2)/(2 beta) ln[(1 + beta)/(1 - beta)] - 1}; the mass is kept exactly.
    """
    ratio = 4 * mass2 / s
    beta = math.sqrt(1 - ratio)
    if ratio > 0.9999:
        # the bracket vanishes like beta^2 at threshold, from the difference of two ones
        b2 = beta * beta
        return 2 * alpha / math.pi * b2 * (4 / 3 + 8 / 15 * b2), beta, 1 - beta, 2 * beta * (1 + b2 / 3)
    span = 2 * math.log(1 + beta) - math.log(ratio)
    gamma = 2 * alpha / math.pi * ((1 + beta * beta) / (2 * beta) * span - 1)
    return gamma, beta, ratio / (1 + beta), span


@kernel
def virtual_constant(gamma: float, alpha: float) -> float:
    """Y_c, what is left of virtual and soft photons without logarithm of the cut; for m << sqrt(s)."""
    return 0.25 * gamma + alpha / math.pi * (math.pi * math.pi / 3 - 0.5)


@kernel
def angular_shape(beta: float, one_minus_c: float, one_plus_c: float, one_minus_beta: float) -> float:
    """f(c) = 2(1 + b^2)/(d1 d2) - (1 - b^2)(1/d1^2 + 1/d2^2), d1,2 = 1 -+ b c, as 4 b^2 sin^2/(d1 d2)^2."""
    product = (one_minus_beta + beta * one_minus_c) * (one_minus_beta + beta * one_plus_c)
    return 4 * beta * beta * one_minus_c * one_plus_c / (product * product)


def most_photons(mean: float, certain: int = 0) -> int:
    """Smallest number of photons that an event exceeds with a probability below 1e-12.

    Parameters
    ----------
    mean
        Of the Poisson distribution.
    certain
        Photons beside those.
    """
    count, term = 0, math.exp(-mean)
    # the tail of the terms left is at most a geometric series: no difference of two ones
    while count < mean or term * mean / (count + 1 - mean) > _NEGLIGIBLE:
        count += 1
        term *= mean / count
    return count + certain
