r"""Phase space of two electrons and a muon pair: the pair radiated by an electron, or annihilation.

Both as chains of two-body decays, c.m. frame, e- along +z, with the factor dM²/(2 pi) for each mass
inside, (2p/M)/(8 pi) dOmega/(4 pi) for each decay.

*Bremsstrahlung*: P → p4 X, X → p3 Q, Q → k1 k2. The other electron line exchanges a photon of
small t2 = -(p2 - p4)²; Q is collinear with the beam that radiates it.
*Annihilation*: P → K Q, K → p3 p4, Q → k1 k2.
"""

import math

from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.electrons_and_pair import (
    NOTHING,
    Event,
    Numbers,
    axis_in,
    boosted,
    light_cone_loss,
    scattered,
    three,
    two_sided,
)
from lmutau.gen.phasespace.maps import log_map
from lmutau.gen.phasespace.pair_and_boson import Vector, boosted_pair, direction, unit_about

__all__ = ["annihilation", "bremsstrahlung", "mirrored"]

_TWO_BODY = 1 / (8 * math.pi)
_MASS2 = 1 / (2 * math.pi)


@kernel
def breakup(mass: float, m1: float, m2: float) -> float:
    """Momentum [GeV] of the two bodies into which a body decays; 0 if it cannot."""
    product = (mass - m1 - m2) * (mass - m1 + m2) * (mass + m1 - m2) * (mass + m1 + m2)
    return math.sqrt(product) / (2 * mass) if mass > m1 + m2 and product > 0 else 0.0


@kernel
def _one_sided(r: float, a: float, one_minus_a: float) -> tuple[float, float, float]:
    """Collinear peak 1/(1 - a c) on -1 < c < 1: returns c, sin and dc/dr."""
    length = math.log((1 + a) / one_minus_a)
    minus = min(one_minus_a * math.expm1(length * (1 - r)) / a, 2.0)
    return 1 - minus, math.sqrt(minus * (2 - minus)), length * (one_minus_a + a * minus) / a


@kernel
def bremsstrahlung(x: Numbers, beam: tuple[float, float, float, float], smallest: float) -> Event:
    """Pair radiated by the e-: peaks 1/(M_X² Q² t2) and 1/(m_e² - (p1 - Q)²).

    Parameters
    ----------
    x
        Uniform numbers: M_X², Q², t2, cosine and azimuth of Q about p1 (X frame), cosine and azimuth
        of the μ- (Q frame); azimuth of the e+.
    beam
        Energy and momentum of the beam, masses of electron and muon [GeV].
    smallest
        Smallest mass of the pair [GeV], at least 2 m_mu.
    """
    e0, p0, m_e, m_mu = beam
    sqrt_s, e2 = 2 * e0, m_e * m_e
    low, high = smallest + m_e, sqrt_s - m_e
    x_mass2, jacobian = log_map(x[0], low * low, 2 * math.log(high / low))
    x_mass = math.sqrt(x_mass2)
    room = x_mass - m_e
    loss = (x_mass - m_e) * (x_mass + m_e) / (2 * sqrt_s)
    if room <= smallest or loss >= e0 - m_e:
        return NOTHING
    q_mass2, step = log_map(x[1], smallest * smallest, 2 * math.log(room / smallest))
    q_mass, ratio = math.sqrt(q_mass2), 4 * m_mu * m_mu / q_mass2
    q = breakup(x_mass, q_mass, m_e)
    if q == 0 or ratio >= 1:
        return NOTHING
    b = math.sqrt(1 - ratio)
    t2, step_t, p4, minus4, sin4 = scattered(x[2], loss, x_mass2, m_e, e0, p0)
    q2_minus, _ = light_cone_loss(loss, p4, minus4, m_e, e0, p0)
    n4 = direction(minus4 - 1, sin4, x[7])
    # X frame: direction of Q about the e-, m_e² - (p1 - Q)² = reach (1 - a c)
    total = x_mass2 + e2 + t2
    e1, k1 = total / (2 * x_mass), math.sqrt(total * total - 4 * x_mass2 * e2) / (2 * x_mass)
    e_q = (x_mass2 + q_mass2 - e2) / (2 * x_mass)
    e3 = math.sqrt(q * q + e2)
    reach = 2 * e1 * e_q - q_mass2
    a = 2 * k1 * q / reach
    inner = q_mass2 * (e2 / (e3 + q) + (e2 + t2) / x_mass) * (2 * e1 - e_q + q)
    cosine, sine, step_c = _one_sided(x[3], a, (4 * e2 * q * q + inner) / (reach * (reach + 2 * k1 * q)))
    frame = (sqrt_s - (e0 - loss), -p4 * n4[0], -p4 * n4[1], -p4 * n4[2])
    axis = axis_in((0.0, 0.0, p0), e0, e1, frame, x_mass)
    n = unit_about(axis, cosine, sine, x[4] + x[7])
    photon = boosted((e_q, q * n[0], q * n[1], q * n[2]), frame, x_mass)
    p3 = three(boosted((e3, -q * n[0], -q * n[1], -q * n[2]), frame, x_mass))
    u = direction(2 * x[5] - 1, 2 * math.sqrt(x[5] * (1 - x[5])), x[6])
    e, k = 0.5 * q_mass, 0.5 * q_mass * b
    minus = three(boosted((e, k * u[0], k * u[1], k * u[2]), photon, q_mass))
    plus = three(boosted((e, -k * u[0], -k * u[1], -k * u[2]), photon, q_mass))
    # dcos4 = dt2 / (2 P0 p4): p4 cancels
    first = jacobian * _MASS2 * step_t / (2 * p0) * _TWO_BODY / sqrt_s
    density = first * step * _MASS2 * _TWO_BODY * 2 * q / x_mass * 0.5 * step_c * _TWO_BODY * b
    return density, _lost_forward(p3, m_e, e0, p0), q2_minus, p3, (p4 * n4[0], p4 * n4[1], p4 * n4[2]), minus, plus


@kernel
def _lost_forward(p: Vector, m_e: float, e0: float, p0: float) -> float:
    """E + p_z lost by an electron [GeV] that loses much energy: plain subtraction."""
    transverse2 = p[0] * p[0] + p[1] * p[1] + m_e * m_e
    energy = math.sqrt(transverse2 + p[2] * p[2])
    plus = energy + p[2] if p[2] > 0 else transverse2 / (energy - p[2])
    return e0 + p0 - plus


@kernel
def _turned(p: Vector) -> Vector:
    """Half a turn about the x axis: it exchanges the directions of the beams."""
    return p[0], -p[1], -p[2]


@kernel
def mirrored(event: Event) -> Event:
    """Exchange the roles of e- and e+, and of μ- and μ+."""
    density, q1_plus, q2_minus, p3, p4, k1, k2 = event
    return density, q2_minus, q1_plus, _turned(p4), _turned(p3), _turned(k2), _turned(k1)


@kernel
def annihilation(x: Numbers, beam: tuple[float, float, float, float], smallest: float) -> Event:
    """Peaks 1/(K² Q²), electron exchange 1/((p1 - K)² - m_e²) and (p2 - K)², K along a muon.

    Parameters
    ----------
    x
        Uniform numbers: K², Q², cosine of K, cosine and azimuth of the μ- about K (Q frame), cosine and
        azimuth of the e- (K frame); azimuth of K.
    beam
        Energy and momentum of the beam, masses of electron and muon [GeV].
    smallest
        Smallest mass of the pair Q [GeV], at least 2 m_mu.
    """
    e0, p0, m_e, m_mu = beam
    sqrt_s, e2 = 2 * e0, m_e * m_e
    k_mass2, jacobian = log_map(x[0], 4 * e2, 2 * math.log((sqrt_s - smallest) / (2 * m_e)))
    k_mass, e_ratio = math.sqrt(k_mass2), 4 * e2 / k_mass2
    room = sqrt_s - k_mass
    if room <= smallest or e_ratio >= 1:
        return NOTHING
    q_mass2, step = log_map(x[1], smallest * smallest, 2 * math.log(room / smallest))
    q_mass, ratio = math.sqrt(q_mass2), 4 * m_mu * m_mu / q_mass2
    p = breakup(sqrt_s, k_mass, q_mass)
    if p == 0 or ratio >= 1:
        return NOTHING
    b, b_e = math.sqrt(1 - ratio), math.sqrt(1 - e_ratio)
    e_k, e_q = math.sqrt(p * p + k_mass2), math.sqrt(p * p + q_mass2)
    # electron exchange: reach (1 -+ a c)
    reach = 2 * e0 * e_k - k_mass2
    a = 2 * p0 * p / reach
    one_minus_a = (k_mass2 * q_mass2 + 4 * e2 * p * p) / (reach * (reach + 2 * p0 * p))
    cosine, sine, step_c = two_sided(x[2], a, one_minus_a)
    u = direction(cosine, sine, x[7])
    # muon next to K, as for a boson of mass K
    reach = e0 * sqrt_s - 0.5 * (q_mass2 - k_mass2)
    there = sqrt_s * p / q_mass
    inner = k_mass2 + ratio * there * there
    one_minus_a = (k_mass2 + q_mass * inner / (math.sqrt(there * there + k_mass2) + b * there)) / reach
    cosine, sine, step_m = two_sided(x[3], 1 - one_minus_a, one_minus_a)
    n = unit_about(u, cosine, sine, x[4] + x[7])
    k1, k2 = boosted_pair(q_mass, e_q, b, p, u, n, cosine)
    back = (-u[0], -u[1], -u[2])
    cosine = 2 * x[5] - 1
    n = unit_about(back, cosine, 2 * math.sqrt(x[5] * (1 - x[5])), x[6] + x[7])
    p3, p4 = boosted_pair(k_mass, e_k, b_e, p, back, n, cosine)
    masses = jacobian * _MASS2 * step * _MASS2
    density = masses * _TWO_BODY**3 * 2 * p / sqrt_s * 0.5 * step_c * b * 0.5 * step_m * b_e
    forward = three(p3)
    lost = _lost_forward(forward, m_e, e0, p0), _lost_forward(_turned(three(p4)), m_e, e0, p0)
    return density, lost[0], lost[1], forward, three(p4), three(k1), three(k2)
