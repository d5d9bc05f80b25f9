"""Photons from a charged pair q1 q2 of total momentum X, X^2 = s_X given.

Generated in the rest frame of Q = q1 + q2, q1 along +z, where the cut acts; X^2 fixes Q^2:

    Q^2 = s_X/(1 + Y^0 + Y^2/4),   Y = sum y_j (1, n_j),   l_j = sqrt(Q^2)/2 y_j (1, n_j).

Rows of ``photons`` (n, 8), from ``first`` on: E, px, py, pz of the photon in units sqrt(Q^2)/2, later in
GeV; a = l.q1/q1.q2, b = l.q2/q1.q2, both from the sampled angles; the leading term of the soft factor
and the soft factor at the photon's angle. Photons come in falling energy.

References
----------
D. R. Yennie, S. C. Frautschi, H. Suura, Ann. Phys. 13 (1961) 379.
S. Jadach, B. F. L. Ward, Z. Was, Comput. Phys. Commun. 130 (2000) 260, section 3.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.counter import next_uniform
from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.pair_and_boson import FourVector, Vector
from lmutau.gen.radiation.angles import draw_angle
from lmutau.gen.radiation.frames import boosted, turned
from lmutau.gen.radiation.photon_pair import OUTGOING, opposite_helicities, photon_turn
from lmutau.gen.radiation.yfs import Emitter, angular_shape, emitter, virtual_constant

__all__ = ["emit_final", "final_weight", "place_pair"]

Array = NDArray[np.float64]


@kernel
def emit_final(
    s_x: float, mass2: float, alpha: float, cutoff: float, state: np.uint64, first: int, photons: Array
) -> tuple[np.uint64, int, float, float, float]:
    """Draw photons of a pair; at most as many as there are rows of ``photons`` from ``first`` on.

    Parameters
    ----------
    s_x
        Squared mass of pair and photons [GeV^2], above 4 ``mass2``.
    mass2
        Squared mass of each charge [GeV^2].
    alpha
        Fine-structure constant of real photons.
    cutoff
        Smallest photon energy in units of sqrt(Q^2)/2, rest frame of Q.
    state
        Of :mod:`lmutau.gen.counter`.
    first, photons
        (most, 8), written from row ``first`` on: see the module.

    Returns
    -------
    State, number of photons, Q^2 [GeV^2], emission rate at Q^2, weight (0: no phase space). The momenta
    of the photons are in units of sqrt(Q^2)/2 until :func:`place_pair`.
    """
    line = emitter(s_x, mass2, alpha)
    gamma, beta, one_minus_beta, span = line
    n, log_x, floor = first, 0.0, math.log(cutoff)
    energy, x, y, z = 0.0, 0.0, 0.0, 0.0
    hardest = 0.25 * s_x / mass2 - 1  # of y, one photon
    weight = 1.0
    while n < photons.shape[0]:
        state, r = next_uniform(state)
        log_x += math.log(r) / gamma
        if not log_x >= floor:  # NaN must not loop
            break
        part = math.exp(log_x)
        if part >= hardest * (1 - part):
            return state, 0, s_x, gamma, 0.0
        relative = part / (1 - part)
        state, _, _, near, far, _ = draw_angle(state, beta, one_minus_beta, span, 0.0)
        state, r = next_uniform(state)
        across, phi = relative * math.sqrt(near * far), 2 * math.pi * r
        photons[n, 0], photons[n, 3] = relative, 0.5 * relative * (far - near)
        photons[n, 1], photons[n, 2] = across * math.cos(phi), across * math.sin(phi)
        photons[n, 4], photons[n, 5] = near, far
        energy += relative
        x += photons[n, 1]
        y += photons[n, 2]
        z += photons[n, 3]
        weight *= 1 + relative
        n += 1
    if n == first:
        return state, 0, s_x, gamma, math.exp(virtual_constant(gamma, alpha))
    square = max(energy * energy - x * x - y * y - z * z, 0.0) if n > first + 1 else 0.0
    s_q = s_x / (1 + energy + 0.25 * square)
    if s_q <= 4 * mass2:
        return state, 0, s_x, gamma, 0.0
    final = emitter(s_q, mass2, alpha)
    weight *= (s_q / s_x) ** 2 * math.exp((final[0] - gamma) * floor + virtual_constant(final[0], alpha))
    weight *= _soft_ratio(line, final, first, n, photons)
    if n > first + 1:
        weight *= _exact_pair(photons, first, first + 1)
    return state, n - first, s_q, final[0], weight


@kernel
def _soft_ratio(sampled: Emitter, final: Emitter, first: int, stop: int, photons: Array) -> float:
    """Velocity and soft factors at Q^2 over those at s_X that were sampled; fills the last columns."""
    _, beta, one_minus_beta, _ = sampled
    _, beta_q, one_minus_beta_q, _ = final
    ratio = beta_q / beta
    for j in range(first, stop):
        near, far = photons[j, 4], photons[j, 5]
        d1, d2 = one_minus_beta_q + beta_q * near, one_minus_beta_q + beta_q * far
        soft = angular_shape(beta_q, near, far, one_minus_beta_q)
        ratio *= soft / angular_shape(beta, near, far, one_minus_beta)
        unit = photons[j, 0] / (1 + beta_q * beta_q)
        photons[j, 4], photons[j, 5] = unit * d1, unit * d2
        photons[j, 6], photons[j, 7] = 2 * (1 + beta_q * beta_q) / (d1 * d2), soft
    return ratio


@kernel
def _exact_pair(photons: Array, i: int, j: int) -> float:
    """Two photons at tree level over what :func:`final_weight` gives them, both without masses.

    With equal helicities the matrix element is (1 + a + c)^2 + (1 + b + d)^2; all in the rest frame of Q.
    """
    a, b, c, d = photons[i, 4], photons[i, 5], photons[j, 4], photons[j, 5]
    turn = photon_turn(photons[i, 1], photons[i, 2], photons[j, 1], photons[j, 2])
    both = a * d + b * c - 2 * math.sqrt(a * b * c * d) * turn.real
    exact = (1 + a + c) ** 2 + (1 + b + d) ** 2 + opposite_helicities(b, a, d, c, turn, OUTGOING)
    exact /= 4 * (1 + a + b + c + d + both)
    logarithmic = _massless(a, b) * _massless(c / (1 + a), d / (1 + b))
    logarithmic += _massless(c, d) * _massless(a / (1 + c), b / (1 + d))
    return 2 * exact / logarithmic


@kernel
def _massless(a: float, b: float) -> float:
    """Exact single emission over the soft factor without masses, 1 + (a^2 + b^2)/[2 (1 + a + b)]."""
    return 1 + (a * a + b * b) / (2 * (1 + a + b))


@kernel
def _single(photons: Array, j: int, more_a: float, more_b: float) -> float:
    """rho_j: exact single emission over the soft factor, with a and b over 1 + what harder photons took.

    1 + lead (a^2 + b^2)/[2 (1 + a + b) f]: the mass terms are those of the soft factor.
    """
    a, b = photons[j, 4] / (1 + more_a), photons[j, 5] / (1 + more_b)
    return 1 + photons[j, 6] * (a * a + b * b) / (2 * (1 + a + b) * photons[j, 7])


@kernel
def _single_born(photons: Array, j: int, bq1: float, bq2: float) -> float:
    """R_j = {lead [(1+a)^2 bq1 + (1+b)^2 bq2]/[2 (1+a+b)] - m1 bq2 - m2 bq1}/(lead - m1 - m2).

    m1 and m2, the mass terms of q1 and q2, are to each other as b^2 to a^2.
    """
    a, b = photons[j, 4], photons[j, 5]
    left = photons[j, 7] / photons[j, 6]
    masses = (1 - left) / (a * a + b * b)
    norm = 0.5 / (1 + a + b)
    first, second = norm * (1 + a) ** 2 - masses * a * a, norm * (1 + b) ** 2 - masses * b * b
    return (first * bq1 + second * bq2) / left


@kernel
def final_weight(first: int, n: int, photons: Array, b0: float, bq1: float, bq2: float, gamma_q: float) -> float:
    """W_F of the ``n`` photons of :func:`emit_final`, product form.

    The exact single emission of the hardest photon carries the Born angles, the two hardest photons
    average over both orders, softer ones multiply in falling energy.

    Parameters
    ----------
    first, n, photons
        As filled by :func:`emit_final`.
    b0, bq1, bq2
        Normalised Born factor, and with the angle of q1 and of q2 in the rest frame of X.
    gamma_q
        Emission rate at Q^2.

    Returns
    -------
    float
        Times the Born cross-section at s_X it is the residual weight.
    """
    virtual = 1 + 0.5 * gamma_q + 0.125 * gamma_q * gamma_q
    if n == 0:
        return b0 * virtual
    a, b = photons[first, 4], photons[first, 5]
    weight = _single_born(photons, first, bq1, bq2)
    if n > 1:
        c, d = photons[first + 1, 4], photons[first + 1, 5]
        swapped = _single(photons, first + 1, 0.0, 0.0) * _single(photons, first, c, d)
        weight *= 0.5 * (_single(photons, first + 1, a, b) + swapped / _single(photons, first, 0.0, 0.0))
        a += c
        b += d
    for j in range(first + 2, first + n):
        weight *= _single(photons, j, a, b)
        a += photons[j, 4]
        b += photons[j, 5]
    return weight * virtual


@kernel
def place_pair(
    s_x: float, s_q: float, mass2: float, first: int, n: int, photons: Array, axis: Vector
) -> tuple[FourVector, FourVector]:
    """Momenta [GeV] of q1 and q2 in the rest frame of X, and there those of the photons, in place.

    ``axis``: direction of q1 in the rest frame of Q, carried along by the boost to X without rotation;
    uniform over the sphere, with the azimuths of the photons about it, the orientation is uniform.
    """
    half, size = 0.5 * math.sqrt(s_q), 0.5 * math.sqrt(s_q - 4 * mass2)
    if n == 0:
        k = (size * axis[0], size * axis[1], size * axis[2])
        return (half, k[0], k[1], k[2]), (half, -k[0], -k[1], -k[2])
    energy, x, y, z = 2 * half, 0.0, 0.0, 0.0
    for j in range(first, first + n):
        energy += half * photons[j, 0]
        x += half * photons[j, 1]
        y += half * photons[j, 2]
        z += half * photons[j, 3]
    rest = (energy, -x, -y, -z, math.sqrt(s_x))
    for j in range(first, first + n):
        soft = (half * photons[j, 0], half * photons[j, 1], half * photons[j, 2], half * photons[j, 3])
        photons[j, 0], photons[j, 1], photons[j, 2], photons[j, 3] = turned(boosted(soft, rest), axis)
    return turned(boosted((half, 0.0, 0.0, size), rest), axis), turned(boosted((half, 0.0, 0.0, -size), rest), axis)
