"""One event of e+e- -> mu+ mu- Z' at tree level, in the c.m. frame of whatever makes it."""

import math

from lmutau.gen.amplitudes.mumuzp import mumuzp_squared
from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.maps import atanh_map, half_width, log_map
from lmutau.gen.phasespace.pair_and_boson import (
    PAIR_VOLUME,
    FourVector,
    Vector,
    boosted_pair,
    direction,
    unit_about,
)

__all__ = ["Event", "boson_energies", "mumuzp_event"]

Event = tuple[float, FourVector, FourVector, float, float, Vector, Vector, float]
"""Weight; mu-, mu+; energy, momentum [GeV] and direction of the Z'; direction of the mu- in the rest frame
of the pair; squared mass of the pair [GeV^2]."""


@kernel
def boson_energies(sqrt_s: float, mass: float, m_mu: float) -> tuple[float, float]:
    """Largest energy of the Z' [GeV], and the logarithm of it over the smallest, the mass."""
    highest = 0.5 * (sqrt_s + (mass - 2 * m_mu) * (mass + 2 * m_mu) / sqrt_s)
    return highest, math.log(highest / mass)


@kernel
def mumuzp_event(
    sqrt_s: float, masses2: tuple[float, float, float], couplings: tuple[float, float], scale: float,
    mass: float, energies: tuple[float, float], r: tuple[float, float, float, float, float],
) -> Event:  # fmt: skip
    """Draw and weigh one event.

    Parameters
    ----------
    sqrt_s
        c.m. energy [GeV].
    masses2
        Squared masses of Z', muon, electron [GeV^2].
    couplings
        alpha and g.
    scale
        Flux and whatever else multiplies the weight.
    mass, energies
        Mass of the Z' [GeV], and :func:`boson_energies`.
    r
        Uniform numbers: energy and cosine of the Z', cosine and azimuth of the mu- about it in the rest
        frame of the pair, azimuth of the Z'.
    """
    mass2, m_mu2, m_e2 = masses2
    s = sqrt_s * sqrt_s
    beam = math.sqrt(s - 4 * m_e2)
    energy, jacobian = log_map(r[0], mass, energies[1])
    k = math.sqrt(max((energy - mass) * (energy + mass), 0.0))
    pair_mass2 = 4 * m_mu2 + 2 * sqrt_s * max(energies[0] - energy, 0.0)
    pair_mass, ratio = math.sqrt(pair_mass2), 4 * m_mu2 / pair_mass2
    b = math.sqrt(1 - ratio)
    if k == 0 or b == 0:
        rest, along = (energy, 0.0, 0.0, 0.0), (0.0, 0.0, 1.0)
        return 0.0, rest, rest, energy, k, along, along, pair_mass2
    # propagators (k1 + k)^2 - m^2 = reach (1 - a c') without cancellation
    reach = 0.5 * (s - pair_mass2 + mass2)
    k_pair, energy_pair = sqrt_s * k / pair_mass, 0.5 * (s - pair_mass2 - mass2) / pair_mass
    inner = mass2 + ratio * k_pair * k_pair
    one_minus_a = (mass2 + pair_mass * inner / (energy_pair + b * k_pair)) / reach
    a = 1 - one_minus_a
    cosine, minus, plus, sine, step = atanh_map(r[2], a, one_minus_a, half_width(a, one_minus_a))
    u = direction(2 * r[1] - 1, 2 * math.sqrt(r[1] * (1 - r[1])), r[4])
    n = unit_about(u, cosine, sine, r[3])
    k1, k2 = boosted_pair(pair_mass, sqrt_s - energy, b, k, u, n, cosine)
    amplitude2 = mumuzp_squared(
        s, reach * minus, reach * plus, -beam * k1[3], -beam * k2[3], m_e2, m_mu2, mass2, couplings[0], couplings[1]
    )
    weight = scale * amplitude2 * PAIR_VOLUME * k * b * jacobian * 2 * step
    return weight, k1, k2, energy, k, u, n, pair_mass2
