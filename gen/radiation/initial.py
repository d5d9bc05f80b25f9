"""Photons from the beams: energy taken, momenta, residual weights.

Beams p1 (e-, along +z) and p2, s = (p1 + p2)^2; after the photons X = p1 + p2 - sum k is left with
X^2 = s(1 - v). v is drawn first, then the photons, which are rescaled to give exactly this v:

    sigma = Int dv gamma v^(gamma - 1) e^(Y_c) < J W_I sigma_hard(s(1 - v)) >.

Rows of ``photons`` (n, 8): E, px, py, pz [GeV] in the c.m. frame, a = k.p2/p1.p2, b = k.p1/p1.p2
(from the sampled angles: k.p1 of a collinear photon cancels to 1e-9 in four-vectors), the mass factor W,
and one for scratch. Photons come in falling energy.

References
----------
D. R. Yennie, S. C. Frautschi, H. Suura, Ann. Phys. 13 (1961) 379.
S. Jadach, B. F. L. Ward, Z. Was, Comput. Phys. Commun. 130 (2000) 260, sections 3 and 4.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.counter import next_uniform
from lmutau.gen.errors import ConfigError
from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.pair_and_boson import FourVector
from lmutau.gen.radiation.angles import draw_angle
from lmutau.gen.radiation.recoiling_photon import recoiling_direction
from lmutau.gen.radiation.yfs import emitter, virtual_constant

__all__ = ["Beam", "Fraction", "beam_line", "emit_initial", "energy_fraction", "fraction_map"]

Array = NDArray[np.float64]
Beam = tuple[float, float, float, float, float, float, float, float]
"""sqrt(s), gamma, beta, 1 - beta, span, e^(Y_c), m^2/(2 p1.p2), cut of the energies E/(sqrt(s)/2)."""
Fraction = tuple[float, float, float, float, float, float]
"""gamma, least s'/s, its -log, vmax^-gamma, shares of the power and of the logarithm."""

_FEW = 0.5  # largest emission rate gamma
_HARD = 0.9  # v above which the second photon is looked for close to the first
_PARTNER = 0.4  # strength of that search


def beam_line(sqrt_s: float, mass: float, alpha: float, cutoff: float) -> Beam:
    """Numbers of the beams that every event needs.

    Parameters
    ----------
    sqrt_s, mass
        c.m. energy and mass of the beam particles [GeV].
    alpha
        Fine-structure constant of real photons.
    cutoff
        Smallest photon energy in units of the beam energy; nothing above it depends on it.

    Raises
    ------
    ConfigError
        If ``alpha`` is so large that the emission rate gamma reaches 0.5.
    """
    gamma, beta, one_minus_beta, span = emitter(sqrt_s**2, mass**2, alpha)
    if not gamma < _FEW:
        largest = alpha * _FEW / gamma
        raise ConfigError(
            f"alpha = {alpha:g}: allowed with isr or fsr are values below {largest:.3g}; above, the beams radiate more "
            "than exponentiation of the first orders can describe."
        )
    factor = math.exp(virtual_constant(gamma, alpha))
    delta = 2 * mass**2 / (sqrt_s**2 * (1 + beta**2))
    return sqrt_s, gamma, beta, one_minus_beta, span, factor, delta, cutoff


def fraction_map(gamma: float, least: float, power: float = 0.6, logarithm: float = 0.24) -> Fraction:
    """Numbers of :func:`energy_fraction`.

    Parameters
    ----------
    gamma
        Emission rate of the beams.
    least
        Smallest s'/s of the hard process, 0 < least < 1.
    power, logarithm
        Shares of the densities v^(gamma - 1) and 1/(1 - v); the rest is uniform. Where the cross-section
        does not grow towards small s', ``power`` = 1 is enough.
    """
    return gamma, least, -math.log(least), math.exp(-gamma * math.log1p(-least)), power, logarithm


@kernel
def energy_fraction(r: float, numbers: Fraction) -> tuple[float, float, float]:
    """Map a uniform number to v: returns v, 1 - v, and gamma v^(gamma - 1) over the density of v.

    ``numbers`` from :func:`fraction_map`. A mixture of three densities, all of them summed.
    """
    gamma, least, span, norm, power, logarithm = numbers
    if r < power:
        v = (1 - least) * math.exp(math.log(r / power) / gamma)
        rest = 1 - v
    elif r < power + logarithm:
        exponent = -span * (r - power) / logarithm
        v, rest = -math.expm1(exponent), math.exp(exponent)
    else:
        v = (1 - least) * (r - power - logarithm) / (1 - power - logarithm)
        rest = 1 - v
    # times v^(1 - gamma): finite at v = 0
    density = power * gamma * norm
    if power < 1:
        flat = logarithm / (rest * span) + (1 - power - logarithm) / (1 - least)
        density += math.exp((1 - gamma) * math.log(max(v, 1e-300))) * flat
    return v, rest, gamma / density


@kernel
def emit_initial(
    v: float, rest: float, beam: Beam, state: np.uint64, photons: Array
) -> tuple[np.uint64, int, float, FourVector]:
    """Draw the photons that leave X^2 = s(1 - v); at most as many as ``photons`` has rows.

    Below the cut there is none and X^2 is s. Relative energies are 1 for the hardest and then a
    Poisson series in ln E, whose steps come in falling order; a series longer than ``photons`` ends there
    (choose the length by :func:`~lmutau.gen.radiation.yfs.most_photons`).

    Parameters
    ----------
    v, rest
        v and 1 - v.
    beam
        From :func:`beam_line`.
    state
        Of :mod:`lmutau.gen.counter`.
    photons
        (most, 8), written: see the module.

    Returns
    -------
    State; number of photons; weight e^(Y_c) J times soft factors over sampled ones (0: a photon fell below
    the cut); sum of the momenta.
    """
    sqrt_s, gamma, beta, one_minus_beta, span, factor, delta, cutoff = beam
    if v < cutoff:
        return state, 0, factor, (0.0, 0.0, 0.0, 0.0)
    n, log_z, z, floor = 0, 0.0, 1.0, math.log(cutoff / v)
    total, x, y, along = 0.0, 0.0, 0.0, 0.0
    first = (1.0, 1.0, 0.0)
    while n < photons.shape[0]:
        # largest energy that this photon can have: its dead cone fills as x^2/[1 + (1 - x)^2]
        x_most = v * z
        flip = x_most * x_most / (1 + (1 - x_most) ** 2)
        state, d1, d2, near, far, ratio = draw_angle(state, beta, one_minus_beta, span, flip)
        state, r = next_uniform(state)
        phi = 2 * math.pi * r
        if n == 1 and v > _HARD:
            drawn = (near, far, phi)
            line = (beta, one_minus_beta, span)
            state, (near, far, phi), ratio = recoiling_direction(state, first, drawn, z, rest, line, flip)
            d1, d2 = one_minus_beta + beta * near, one_minus_beta + beta * far
        if n == 0:
            first = (near, far, phi)
        factor *= ratio
        across = z * math.sqrt(near * far)
        photons[n, 0], photons[n, 3] = z, 0.5 * z * (far - near)
        photons[n, 1], photons[n, 2] = across * math.cos(phi), across * math.sin(phi)
        photons[n, 4], photons[n, 5], photons[n, 6] = d2, d1, near * far
        total += z
        x += photons[n, 1]
        y += photons[n, 2]
        along += photons[n, 3]
        n += 1
        state, r = next_uniform(state)
        log_z += math.log(r) / gamma
        if n == 1 and v > _HARD:
            state, log_z, ratio = _hard_partner(state, log_z, gamma, rest)
            factor *= ratio
        if log_z < floor:
            break
        z = math.exp(log_z)
    root = math.sqrt(total * total * rest + (x * x + y * y + along * along) * v)
    scale = 2 * v / (total + root)
    if scale * photons[n - 1, 0] < cutoff:
        return state, n, 0.0, (0.0, 0.0, 0.0, 0.0)
    energy = 0.5 * sqrt_s * scale
    for i in range(n):
        _scale_photon(photons, i, scale, energy, beta, delta)
    return state, n, factor * (total + root) / (2 * root), (energy * total, energy * x, energy * y, energy * along)


@kernel
def _hard_partner(state: np.uint64, log_z: float, gamma: float, rest: float) -> tuple[np.uint64, float, float]:
    """More second photons as hard as the first: two back to back have a large Jacobian of the rescaling.

    J rises to 1/(2 sqrt(1 - v)) as z_2 -> 1. A second Poisson clock of rate gamma c/(l + d), l = -ln z < 1,
    d = 2 sqrt(1 - v), competes with the first; whichever strikes earlier is taken. Returns the state,
    ln z_2, and the density without over that with the second clock.
    """
    width = 2 * math.sqrt(rest)
    strength = _PARTNER * gamma
    state, r = next_uniform(state)
    step = width * math.expm1(-math.log(r) / strength)
    if step < 1:
        log_z = max(log_z, -step)
    passed = min(-log_z, 1.0)
    ratio = math.exp(strength * math.log(1 + passed / width))
    if -log_z < 1:
        ratio /= 1 + _PARTNER / (width - log_z)
    return state, log_z, ratio


@kernel
def _scale_photon(photons: Array, i: int, scale: float, energy: float, beta: float, delta: float) -> None:
    """Momentum, a, b and mass factor of a photon from its relative energy and its d1, d2, sin^2.

    Mass factor: that of the exact matrix element over that of the soft factor,
    1 + delta (a/b + b/a)(a - b)^2/{[(1 - a)^2 + (1 - b)^2] [1 - delta (a/b + b/a)]}.
    """
    d2, d1, sine2 = photons[i, 4], photons[i, 5], photons[i, 6]
    unit = scale * photons[i, 0] / (1 + beta * beta)
    a, b = unit * d2, unit * d1
    poles = delta * (d1 * d1 + d2 * d2) * (1 + beta * beta)
    mass_factor = 1 + poles * (a - b) ** 2 / (((1 - a) ** 2 + (1 - b) ** 2) * 2 * beta * beta * sine2)
    photons[i, 4], photons[i, 5], photons[i, 6] = a, b, mass_factor
    for axis in range(4):
        photons[i, axis] *= energy
