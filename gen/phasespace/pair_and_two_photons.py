"""Phase space of a muon pair and two photons, with the invariants taken from the variables.

e-(p1) e+(p2) -> mu-(k1) mu+(k2) gamma(q1) gamma(q2). Four maps, one per pattern of radiation, each over
the whole part of phase space in which both photons have more than the least energy. With
h = 1 - cos(q1, q2), K = k1 + k2, M^2 = K^2 and b the velocity of a muon in the frame of the pair,

    dPhi_4 = [q1 dq1 dOmega_1 / (16 pi^3)] [q2 dq2 dOmega_2 / (16 pi^3)] (b / 8 pi) dOmega*/(4 pi),
    M^2 = s - 2 sqrt(s) (q1 + q2) + 2 q1 q2 h.

The same holds with the energies e1, e2 in the frame of the pair, apart from a factor M^2/s that makes
up for the frame, and M^2 = s - 2 M (e1 + e2) - 2 e1 e2 h; sqrt(s) q1 = (s - M^2)/2 - M e2 there.

A point is given by the volume element dPhi_4/dx (0 outside), the four momenta (E, px, py, pz) [GeV],
2 p1.q, 2 p2.q, 2 k1.q, 2 k2.q [GeV^2] of either photon, 2 q1.q2 and M^2.
"""

import math

from lmutau.gen.amplitudes.products import product
from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.maps import atanh_map, half_width, log_map, logit_map
from lmutau.gen.phasespace.pair_and_boson import FourVector, Vector, across, boosted_pair, direction, unit_about

__all__ = ["Beams", "Point", "Variables", "beam_collinear", "beam_then_muons", "muon_collinear", "pair_collinear"]

Products = tuple[float, float, float, float]
Variables = tuple[float, float, float, float, float, float, float, float]
Beams = tuple[float, float, float, float, float, float]
"""sqrt(s), velocity beta of the beams, 1 - beta, artanh(beta), squared muon mass, least photon energy."""
Point = tuple[float, FourVector, FourVector, FourVector, FourVector, Products, Products, float, float]

# (1/16 pi^3)^2 (1/8 pi)(1/4 pi), times 2 pi for each of three azimuths
_VOLUME = (2 * math.pi) ** 3 / ((16 * math.pi**3) ** 2 * 32 * math.pi**2)


@kernel
def _nothing() -> Point:
    """A point outside the phase space."""
    zero = (0.0, 0.0, 0.0, 0.0)
    return 0.0, zero, zero, zero, zero, zero, zero, 0.0, 0.0


@kernel
def _boosted(p: FourVector, energy: float, flow: Vector, mass: float) -> FourVector:
    """Momentum ``p`` given in the rest frame of a body of this energy, momentum and mass."""
    along = p[1] * flow[0] + p[2] * flow[1] + p[3] * flow[2]
    boosted = (energy * p[0] + along) / mass
    factor = (p[0] + boosted) / (energy + mass)
    return boosted, p[1] + factor * flow[0], p[2] + factor * flow[1], p[3] + factor * flow[2]


@kernel
def _with_beams(q: FourVector, beams: Beams) -> tuple[float, float]:
    """2 p1.q and 2 p2.q of a photon [GeV^2], relative precision also along the beams."""
    sqrt_s, beta, one_minus_beta = beams[:3]
    across2, z = q[1] * q[1] + q[2] * q[2], abs(q[3])
    near = across2 / (q[0] + z)  # |q| - |z|
    small, large = sqrt_s * (one_minus_beta * q[0] + beta * near), sqrt_s * (q[0] + beta * z)
    return (small, large) if q[3] > 0 else (large, small)


@kernel
def _with_muons(q: FourVector, k1: FourVector, k2: FourVector, mass2: float) -> tuple[float, float]:
    """2 k1.q and 2 k2.q of a photon [GeV^2]."""
    return (
        2 * product(k1[0], k1[1], k1[2], k1[3], mass2, q[0], q[1], q[2], q[3], 0.0),
        2 * product(k2[0], k2[1], k2[2], k2[3], mass2, q[0], q[1], q[2], q[3], 0.0),
    )


@kernel
def _shared(
    r: float, end: float, low_rest: float, low: float, high: float, high_rest: float
) -> tuple[float, float, float]:
    """One photon's part of an energy ``end`` that two share: logit map from ``low`` to ``high``.

    The complements ``low_rest`` = end - low and ``high_rest`` = end - high are given without
    cancellation. Returns the part, the rest and d(part)/dr.
    """
    first = math.log(low / low_rest)
    return logit_map(r, first, math.log(high / high_rest) - first, end)


@kernel
def beam_collinear(x: Variables, beams: Beams) -> Point:
    """Both photons prefer the beams; the muons have the beam as their axis.

    Columns: cosines of the photons, azimuth between them, M^2, share of the first photon, cosine and
    azimuth of the mu- in the frame of the pair; azimuth.
    """
    sqrt_s, beta, one_minus_beta, half_beam, m_mu2, low = beams
    s = sqrt_s * sqrt_s
    c1, minus1, plus1, s1, step1 = atanh_map(x[0], beta, one_minus_beta, half_beam)
    c2, minus2, plus2, s2, step2 = atanh_map(x[1], beta, one_minus_beta, half_beam)
    u1, u2 = direction(c1, s1, x[7]), direction(c2, s2, x[2] + x[7])
    h = 1 - (u1[0] * u2[0] + u1[1] * u2[1] + u1[2] * u2[2])
    loss_low, loss_high = 4 * sqrt_s * low - 2 * low * low * h, s - 4 * m_mu2
    if loss_low >= loss_high:
        return _nothing()
    loss, pair2, step = _shared(x[3], s, s - loss_low, loss_low, loss_high, 4 * m_mu2)
    # M^2 fixes the sum of the energies, up to the term with h
    total, bend = 0.5 * loss / sqrt_s, h / sqrt_s
    high = (total - low) / (1 - low * bend)
    if high <= low or pair2 <= 4 * m_mu2:
        return _nothing()
    e1, rest, share = _shared(x[4], total, high * (1 - low * bend), low, high, low * (1 - high * bend))
    bent = 1 - e1 * bend
    e2 = rest / bent
    pair, b = math.sqrt(pair2), math.sqrt(1 - 4 * m_mu2 / pair2)
    q1, q2 = (e1, e1 * u1[0], e1 * u1[1], e1 * u1[2]), (e2, e2 * u2[0], e2 * u2[1], e2 * u2[2])
    flow = (-q1[1] - q2[1], -q1[2] - q2[2], -q1[3] - q2[3])
    n = direction(2 * x[5] - 1, 2 * math.sqrt(x[5] * (1 - x[5])), x[6] + x[7])
    half, reach = 0.5 * pair, 0.5 * pair * b
    energy = sqrt_s - e1 - e2
    k1 = _boosted((half, reach * n[0], reach * n[1], reach * n[2]), energy, flow, pair)
    k2 = _boosted((half, -reach * n[0], -reach * n[1], -reach * n[2]), energy, flow, pair)
    with1, with2 = _with_muons(q1, k1, k2, m_mu2), _with_muons(q2, k1, k2, m_mu2)
    # d(energy 2) = dM^2 / (2 sqrt(s) (1 - e1 h/sqrt(s)))
    volume = _VOLUME * e1 * e2 * b * step1 * step2 * step * share * 2 / (2 * sqrt_s * bent)
    products1 = (sqrt_s * e1 * minus1, sqrt_s * e1 * plus1, with1[0], with1[1])
    products2 = (sqrt_s * e2 * minus2, sqrt_s * e2 * plus2, with2[0], with2[1])
    return volume, k1, k2, q1, q2, products1, products2, 2 * e1 * e2 * h, pair2


@kernel
def pair_collinear(x: Variables, beams: Beams) -> Point:
    """The muon pair, light like a third photon, and the first photon prefer the beams.

    Columns: M^2, energy and cosine of the pair, cosine of the first photon, azimuth between them,
    cosine and azimuth of the mu- in the frame of the pair; azimuth.
    """
    sqrt_s, beta, one_minus_beta, half_beam, m_mu2, low = beams
    m_e2 = 0.25 * sqrt_s * sqrt_s * one_minus_beta * (1 + beta)
    most = sqrt_s - 2 * low
    pair2, step = log_map(x[0], 4 * m_mu2, math.log(most * most / (4 * m_mu2)))
    pair = math.sqrt(pair2)
    if pair >= most or pair2 <= 4 * m_mu2:
        return _nothing()
    energy, step_energy = log_map(x[1], pair, math.log(most / pair))
    k = math.sqrt((energy - pair) * (energy + pair))
    # what recoils against the pair is the two photons
    photons2 = (sqrt_s - pair) * (sqrt_s - pair) - 2 * sqrt_s * (energy - pair)
    if photons2 <= 0 or k == 0:
        return _nothing()
    # (p1 - K)^2 - m_e^2 = -reach (1 - a c)
    reach, drift = sqrt_s * energy - pair2, sqrt_s * beta * k
    one_minus_a = (pair2 * photons2 + 4 * m_e2 * k * k) / (reach * (reach + drift))
    a = drift / reach
    c, _, _, sine, step_pair = atanh_map(x[2], a, one_minus_a, half_width(a, one_minus_a))
    c1, minus1, plus1, s1, step1 = atanh_map(x[3], beta, one_minus_beta, half_beam)
    u, u1 = direction(c, sine, x[7]), direction(c1, s1, x[4] + x[7])
    rest = sqrt_s - energy
    pull = rest + k * (u[0] * u1[0] + u[1] * u1[1] + u[2] * u1[2])
    e1 = 0.5 * photons2 / pull
    e2 = rest - e1
    if e1 < low or e2 < low:
        return _nothing()
    q1 = (e1, e1 * u1[0], e1 * u1[1], e1 * u1[2])
    flow = (k * u[0], k * u[1], k * u[2])
    q2 = (e2, -flow[0] - q1[1], -flow[1] - q1[2], -flow[2] - q1[3])
    b = math.sqrt(1 - 4 * m_mu2 / pair2)
    half, there = 0.5 * pair, 0.5 * pair * b
    n = direction(2 * x[5] - 1, 2 * math.sqrt(x[5] * (1 - x[5])), x[6] + x[7])
    k1 = _boosted((half, there * n[0], there * n[1], there * n[2]), energy, flow, pair)
    k2 = _boosted((half, -there * n[0], -there * n[1], -there * n[2]), energy, flow, pair)
    with1, with2, beam2 = _with_muons(q1, k1, k2, m_mu2), _with_muons(q2, k1, k2, m_mu2), _with_beams(q2, beams)
    # dPhi_4 = dM^2/(2 pi) [k dE dOmega/(16 pi^3)] [q1 dOmega_1/(16 pi^2 pull)] (b/8 pi) dOmega*/(4 pi)
    volume = _VOLUME * k * e1 / pull * b * step * step_energy * step_pair * step1 * 2 / 2
    products1 = (sqrt_s * e1 * minus1, sqrt_s * e1 * plus1, with1[0], with1[1])
    products2 = (beam2[0], beam2[1], with2[0], with2[1])
    return volume, k1, k2, q1, q2, products1, products2, photons2, pair2


@kernel
def beam_then_muons(x: Variables, beams: Beams) -> Point:
    """The first photon prefers the beams, the second the muons that recoil against it.

    Columns: energy and cosine of the first photon; cosine and azimuth (about the first), energy of
    the second in the frame of what recoils; cosine and azimuth of the mu- about it in the frame of the
    pair; azimuth.
    """
    sqrt_s, beta, one_minus_beta, half_beam, m_mu2, low = beams
    s = sqrt_s * sqrt_s
    # the other photon with the least energy opposite to the first leaves it most
    spare = s - 2 * sqrt_s * low - 4 * m_mu2
    high = 0.5 * spare / (sqrt_s - 2 * low)
    end = 0.5 * sqrt_s
    high_rest = 2 * m_mu2 / (sqrt_s - 2 * low)
    if high <= low:
        return _nothing()
    e1, rest, step = _shared(x[0], end, end - low, low, high, high_rest)
    c1, minus1, plus1, s1, step1 = atanh_map(x[1], beta, one_minus_beta, half_beam)
    u1 = direction(c1, s1, x[7])
    recoil2 = 2 * sqrt_s * rest
    recoil = math.sqrt(recoil2)
    cosine2 = 2 * x[2] - 1
    v2 = unit_about(u1, cosine2, 2 * math.sqrt(x[2] * (1 - x[2])), x[3])
    # the recoil moves against the first photon; doppler = energy of the second in the c.m. over that here
    energy = sqrt_s - e1
    doppler = (recoil2 / (energy + e1) + e1 * (1 - cosine2)) / recoil
    f_low, f_high = low / doppler, 0.5 * (recoil - 4 * m_mu2 / recoil)
    if f_low >= f_high:
        return _nothing()
    f2, share = log_map(x[4], f_low, math.log(f_high / f_low))
    pair2 = 4 * m_mu2 + 2 * recoil * (f_high - f2)
    ratio = 4 * m_mu2 / pair2
    if ratio >= 1:
        return _nothing()
    pair, b = math.sqrt(pair2), math.sqrt(1 - ratio)
    one_minus_b = ratio / (1 + b)
    cosine, minus, plus, sine, turn = atanh_map(x[5], b, one_minus_b, half_width(b, one_minus_b))
    n = unit_about(v2, cosine, sine, x[6])
    j1, j2 = boosted_pair(pair, recoil - f2, b, f2, v2, n, cosine)
    flow = (-e1 * u1[0], -e1 * u1[1], -e1 * u1[2])
    k1, k2 = _boosted(j1, energy, flow, recoil), _boosted(j2, energy, flow, recoil)
    q1 = (e1, e1 * u1[0], e1 * u1[1], e1 * u1[2])
    _, qx, qy, qz = _boosted((f2, f2 * v2[0], f2 * v2[1], f2 * v2[2]), energy, flow, recoil)
    q2 = (f2 * doppler, qx, qy, qz)
    with1, beam2 = _with_muons(q1, k1, k2, m_mu2), _with_beams(q2, beams)
    volume = _VOLUME * e1 * f2 * b * step * step1 * share * turn * 2
    products1 = (sqrt_s * e1 * minus1, sqrt_s * e1 * plus1, with1[0], with1[1])
    products2 = (beam2[0], beam2[1], recoil * f2 * minus, recoil * f2 * plus)
    # q1.q2 in the frame of the recoil, where the first photon has energy e1 sqrt(s)/M_R
    return volume, k1, k2, q1, q2, products1, products2, 2 * e1 * sqrt_s / recoil * f2 * (1 - cosine2), pair2


@kernel
def muon_collinear(x: Variables, beams: Beams) -> Point:
    """Both photons prefer the muons: made in the frame of the pair, then boosted and turned at random.

    Columns: M^2, share of the first photon, cosines of the photons to the mu- and azimuth between
    them, all in the frame of the pair; cosine and azimuth of the orientation; azimuth.
    """
    sqrt_s, m_mu2, low = beams[0], beams[4], beams[5]
    s = sqrt_s * sqrt_s
    loss_low, loss_high = 4 * low * (sqrt_s - low), s - 4 * m_mu2
    if loss_low >= loss_high:
        return _nothing()
    loss, step = log_map(x[0], loss_low, math.log(loss_high / loss_low))
    pair2 = 4 * m_mu2 + (loss_high - loss)
    ratio = 4 * m_mu2 / pair2
    if ratio >= 1:
        return _nothing()
    pair, b = math.sqrt(pair2), math.sqrt(1 - ratio)
    one_minus_b = ratio / (1 + b)
    half_b = half_width(b, one_minus_b)
    c1, minus1, plus1, s1, step1 = atanh_map(x[2], b, one_minus_b, half_b)
    c2, minus2, plus2, s2, step2 = atanh_map(x[3], b, one_minus_b, half_b)
    x2, y2, _ = direction(c2, s2, x[4])
    h = 1 - (c1 * c2 + s1 * x2)
    floor = sqrt_s * low
    high = (0.5 * loss - floor) / pair
    if high <= 0:
        return _nothing()
    least = floor / (pair + high * h)
    if least >= high:
        return _nothing()
    e1, rest, share = _shared(x[1], 0.5 * loss / pair, high * (pair + least * h) / pair, least, high, floor / pair)
    bent = pair + e1 * h
    e2 = rest * pair / bent
    total = (e1 * s1 + e2 * x2, e2 * y2, e1 * c1 + e2 * c2)
    flow = (-total[0], -total[1], -total[2])
    energy, half, reach = pair + e1 + e2, 0.5 * pair, 0.5 * pair * b
    third = direction(2 * x[5] - 1, 2 * math.sqrt(x[5] * (1 - x[5])), x[7])
    first, second = across(third)
    ex, ey, _ = direction(0.0, 1.0, x[6])
    axes = (
        (ex * first[0] + ey * second[0], ex * first[1] + ey * second[1], ex * first[2] + ey * second[2]),
        (ex * second[0] - ey * first[0], ex * second[1] - ey * first[1], ex * second[2] - ey * first[2]),
        third,
    )
    k1 = _turned(_boosted((half, 0.0, 0.0, reach), energy, flow, sqrt_s), axes)
    k2 = _turned(_boosted((half, 0.0, 0.0, -reach), energy, flow, sqrt_s), axes)
    _, qx, qy, qz = _turned(_boosted((e1, e1 * s1, 0.0, e1 * c1), energy, flow, sqrt_s), axes)
    q1 = (e1 * (pair + e2 * h) / sqrt_s, qx, qy, qz)
    _, qx, qy, qz = _turned(_boosted((e2, e2 * x2, e2 * y2, e2 * c2), energy, flow, sqrt_s), axes)
    q2 = (e2 * bent / sqrt_s, qx, qy, qz)
    beam1, beam2 = _with_beams(q1, beams), _with_beams(q2, beams)
    # d(energy 2) = dM^2 / (2 (M + e1 h)), and M^2/s for the frame
    volume = _VOLUME * 2 * e1 * e2 * b * step * share * step1 * step2 * pair2 / s / (2 * bent)
    products1 = (beam1[0], beam1[1], pair * e1 * minus1, pair * e1 * plus1)
    products2 = (beam2[0], beam2[1], pair * e2 * minus2, pair * e2 * plus2)
    return volume, k1, k2, q1, q2, products1, products2, 2 * e1 * e2 * h, pair2


@kernel
def _turned(p: FourVector, axes: tuple[Vector, Vector, Vector]) -> FourVector:
    """Momentum whose components refer to these three axes."""
    a, b, c = axes
    return (
        p[0],
        p[1] * a[0] + p[2] * b[0] + p[3] * c[0],
        p[1] * a[1] + p[2] * b[1] + p[3] * c[1],
        p[1] * a[2] + p[2] * b[2] + p[3] * c[2],
    )
