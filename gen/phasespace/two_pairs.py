"""Phase space of two pairs, e-(p1) e+(p2) -> Q(1 2) + K(3 4), with Q emitted off the beams.

c.m. frame, masses of 1 and 2 equal, 3 and 4 massless. With b = sqrt(1 - 4 m^2/Q^2) and p the
momentum of Q,

    dPhi_4 = dQ^2/(2 pi) dK^2/(2 pi) [p/(4 pi sqrt(s)) dcos/2] [b/(8 pi) dcos'/2 dr'] [1/(8 pi) dcos''/2 dr''],

azimuths 2 pi r. The electron propagators are (p1 - Q)^2 - m_e^2 = -A (1 - a cos) and, for p2,
-A (1 + a cos), with A = (s - Q^2 - K^2)/2 and 1 - a = (Q^2 K^2 + 4 m_e^2 p^2)/[A (A + 2 P0 p)].
"""

import math

from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.maps import atanh_map, half_width
from lmutau.gen.phasespace.pair_and_boson import FourVector, Vector, boosted_pair

__all__ = ["TWO_PAIRS_VOLUME", "TwoMasses", "pair_along", "propagator_angle", "two_masses"]

TWO_PAIRS_VOLUME = 1 / (2 * math.pi) ** 2 / (4 * math.pi) / (8 * math.pi) ** 2 / 8
"""dPhi_4 sqrt(s) / (p b dQ^2 dK^2 dcos dcos' dcos'' dr ...)."""

TwoMasses = tuple[float, float, float, float, float, float, float, float]
"""Q and K [GeV], velocity b in the pair Q, energies of Q and K, momentum [GeV], (s - Q^2 - K^2)/2, Jacobian."""


@kernel
def two_masses(r_q: float, r_k: float, sqrt_s: float, half_length: float) -> TwoMasses:
    """Masses of both pairs: Q^2 logarithmic from 4 m^2 to s, K^2 uniform below (sqrt(s) - Q)^2.

    ``half_length`` = ln(sqrt(s)/2m). Distances to the thresholds come from the variables; the Jacobian
    is that of Q^2 and K^2 [GeV^4].
    """
    q = sqrt_s * math.exp(-(1 - r_q) * half_length)
    high = -sqrt_s * math.expm1(-(1 - r_q) * half_length)  # sqrt(s) - Q
    b = math.sqrt(-math.expm1(-2 * r_q * half_length))
    root = math.sqrt(r_k)
    k = high * root
    free = high * (1 - r_k) / (1 + root)  # sqrt(s) - Q - K
    p = 0.5 * math.sqrt(free * (sqrt_s + q + k) * (high + k) * (sqrt_s + q - k)) / sqrt_s
    reach = 0.5 * (high * (sqrt_s + q) - k * k)
    return q, k, b, math.sqrt(q * q + p * p), math.sqrt(k * k + p * p), p, reach, 2 * half_length * q * q * high * high


@kernel
def propagator_angle(
    r: float, q2: float, k2: float, p: float, reach: float, m_e2: float, p0: float
) -> tuple[float, float, float, float, float]:
    """Cosine and sine of Q to the e-, A (1 - a cos), A (1 + a cos) [GeV^2], dcos/dr; ``reach`` = A."""
    one_minus_a = (q2 * k2 + 4 * m_e2 * p * p) / (reach * (reach + 2 * p0 * p))
    a = 1 - one_minus_a
    cosine, minus, plus, sine, step = atanh_map(r, a, one_minus_a, half_width(a, one_minus_a))
    return cosine, sine, reach * minus, reach * plus, step


@kernel
def pair_along(
    mass: float, energy: float, b: float, p: float, u: Vector, n: Vector, sign: float
) -> tuple[FourVector, FourVector]:
    """Both members of a pair of this mass and energy [GeV] that moves along ``sign`` u with momentum p.

    ``n``: direction of the first in the rest frame of the pair, ``b`` its velocity there.
    """
    against = (-sign * u[0], -sign * u[1], -sign * u[2])
    cosine = n[0] * against[0] + n[1] * against[1] + n[2] * against[2]
    return boosted_pair(mass, energy, b, p, against, n, cosine)
