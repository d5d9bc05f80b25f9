r"""Phase space of two scattered electrons and a muon pair: photon-photon collisions.

e-(p1) e+(p2) → e-(p3) e+(p4) K, K → μ-(k1) μ+(k2), c.m. frame, e- along +z. Variables: the energy
losses o1, o2 of the electrons through w = 4 o1 o2 and y = ln(o1/o2)/2, t_i = -q_i² > 0 of the two
photons, their azimuths, and the direction of the μ- in the rest frame of K about the photon q1:

    dPhi_4 = [dw dy/4] prod_i [dt_i dphi_i / (2 P0) / (16 pi^3)] [(b/8 pi) dc dphi/(4 pi)]

with the beam momentum P0 and the muon velocity b. The mass W of the pair has W² <= w: from
|p3 - p4| >= |E3 - E4|. Small differences are formed from the variables, never by subtraction.

References
----------
V. M. Budnev et al., Phys. Rept. 15 (1975) 181: kinematics of the two photons.
"""

import math

from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.maps import atanh_map, half_width, log_map
from lmutau.gen.phasespace.pair_and_boson import FourVector, Vector, direction, unit_about

__all__ = ["NOTHING", "Event", "boosted", "photon_collision", "scattered", "three", "two_sided"]

Event = tuple[float, float, float, Vector, Vector, Vector, Vector]
"""Density dPhi_4/dr, q1⁺ and q2⁻ (E ± pz lost by e-, e+), momenta p3, p4, k1, k2 [GeV]."""

Numbers = tuple[float, float, float, float, float, float, float, float]

NOTHING: Event = (0.0, 0.0, 0.0, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
"""Outside phase space."""

# virtuality in units of w above which photons are suppressed
_SUPPRESSED = 3.0
_VOLUME = (2 * math.pi) ** 2 / (16 * math.pi**3) ** 2 / 4 / 4 / (8 * math.pi) / 2
"""dPhi_4 / (b / P0² dw dy dt1 dt2 dc dr dr dr), with the three azimuths 2 pi r."""


@kernel
def scattered(
    r: float, loss: float, scale: float, m_e: float, e0: float, p0: float
) -> tuple[float, float, float, float, float]:
    """Electron that loses energy to a photon of virtuality t, peak 1/[t (t + scale)].

    Parameters
    ----------
    loss
        Lost energy o [GeV], below e0 - m_e.
    scale
        Virtuality [GeV²] above which the photon is suppressed.
    e0, p0
        Energy and momentum of the beam [GeV].

    Returns
    -------
    tuple
        t, dt/dr, momentum, 1 - cos, sin.
    """
    energy = e0 - loss
    p = math.sqrt((energy - m_e) * (energy + m_e))
    smallest = 2 * m_e * m_e * loss * loss / (e0 * energy - m_e * m_e + p0 * p)
    # ln[t/(t + scale)] is uniform
    first, last = -math.log1p(scale / smallest), -math.log1p(scale / (smallest + 4 * p0 * p))
    t = scale / math.expm1(-first - r * (last - first))
    minus = min(max((t - smallest) / (2 * p0 * p), 0.0), 2.0)
    return t, t * (t + scale) / scale * (last - first), p, minus, math.sqrt(minus * (2 - minus))


@kernel
def light_cone_loss(loss: float, p: float, minus: float, m_e: float, e0: float, p0: float) -> tuple[float, float]:
    """E + p_z and E - p_z lost by an electron along +z, without cancellation; ``minus`` = 1 - cos."""
    energy, across = e0 - loss, p * minus
    forward = loss * (e0 + energy) / (p0 + p) + across
    backward = -loss * m_e * m_e * (1 / (e0 + p0) + 1 / (energy + p)) / (p0 + p) - across
    return loss + forward, backward


@kernel
def boosted(p: FourVector, frame: FourVector, mass: float) -> FourVector:
    """Boost from the rest frame of ``frame``, of this mass, to the frame in which it is given."""
    energy = (p[0] * frame[0] + p[1] * frame[1] + p[2] * frame[2] + p[3] * frame[3]) / mass
    factor = (p[0] + energy) / (frame[0] + mass)
    return energy, p[1] + factor * frame[1], p[2] + factor * frame[2], p[3] + factor * frame[3]


@kernel
def three(p: FourVector) -> Vector:
    """Momentum of a four-vector."""
    return p[1], p[2], p[3]


@kernel
def axis_in(p: Vector, energy: float, energy_there: float, frame: FourVector, mass: float) -> Vector:
    """Direction of a vector in the rest frame of ``frame``, where its energy is ``energy_there``."""
    factor = (energy + energy_there) / (frame[0] + mass)
    x, y, z = p[0] - factor * frame[1], p[1] - factor * frame[2], p[2] - factor * frame[3]
    size = math.sqrt(x * x + y * y + z * z)
    return x / size, y / size, z / size


Collision = tuple[float, float, float, float, float, FourVector, float, Vector, Vector]
"""dt1 dt2/dr dr, t1, t2, q1⁺, q2⁻, momentum of the pair, its squared mass, p3, p4."""


@kernel
def _electrons(o1: float, o2: float, scale: float, x: Numbers, m_e: float, e0: float, p0: float) -> Collision:
    """Scatter both electrons with these energy losses."""
    t1, step1, p3, minus3, sin3 = scattered(x[2], o1, scale, m_e, e0, p0)
    t2, step2, p4, minus4, sin4 = scattered(x[3], o2, scale, m_e, e0, p0)
    q1_plus, q1_minus = light_cone_loss(o1, p3, minus3, m_e, e0, p0)
    q2_minus, q2_plus = light_cone_loss(o2, p4, minus4, m_e, e0, p0)
    n3, n4 = direction(1 - minus3, sin3, x[7]), direction(minus4 - 1, sin4, x[7] + x[4])
    plus, minus = q1_plus + q2_plus, q1_minus + q2_minus
    pair_x, pair_y = -p3 * n3[0] - p4 * n4[0], -p3 * n3[1] - p4 * n4[1]
    return (
        step1 * step2,
        t1,
        t2,
        q1_plus,
        q2_minus,
        (0.5 * (plus + minus), pair_x, pair_y, 0.5 * (plus - minus)),
        plus * minus - pair_x * pair_x - pair_y * pair_y,
        (p3 * n3[0], p3 * n3[1], p3 * n3[2]),
        (p4 * n4[0], p4 * n4[1], p4 * n4[2]),
    )


@kernel
def _slope(mass2: float, t1: float, t2: float, m_mu: float) -> tuple[float, float, float]:
    """Velocity b of the muons, and a, 1 - a in m² - (k - q1)² = (1 -+ a c) times a constant."""
    ratio, total = 4 * m_mu * m_mu / mass2, mass2 + t1 + t2
    if ratio >= 1:
        return 0.0, 0.0, 1.0
    b, off_shell = math.sqrt(1 - ratio), 4 * t1 * t2 / (total * total)
    a = b * math.sqrt(max(1 - off_shell, 0.0))
    return b, a, (ratio + b * b * off_shell) / (1 + a)


@kernel
def _with_muons(
    density: float, electrons: Collision, b: float, cosine: float, sine: float, turns: float, o1: float, p0: float
) -> Event:
    """Add the muons: cosine to the photon q1 and azimuth about it, in the rest frame of the pair."""
    _, t1, t2, q1_plus, q2_minus, pair, mass2, p3, p4 = electrons
    mass = math.sqrt(mass2)
    photon = (-p3[0], -p3[1], q1_plus - o1)
    axis = axis_in(photon, o1, 0.5 * (mass2 + t2 - t1) / mass, pair, mass)
    n = unit_about(axis, cosine, sine, turns)
    e, k = 0.5 * mass, 0.5 * mass * b
    k1 = boosted((e, k * n[0], k * n[1], k * n[2]), pair, mass)
    k2 = boosted((e, -k * n[0], -k * n[1], -k * n[2]), pair, mass)
    return _VOLUME * b / (p0 * p0) * density, q1_plus, q2_minus, p3, p4, three(k1), three(k2)


@kernel
def two_sided(r: float, a: float, one_minus_a: float) -> tuple[float, float, float]:
    """Cosine c, sine and dc/dr of the atanh map."""
    cosine, _, _, sine, step = atanh_map(r, a, one_minus_a, half_width(a, one_minus_a))
    return cosine, sine, step


@kernel
def photon_collision(
    x: Numbers,
    beam: tuple[float, float, float, float],
    smallest: float,
) -> Event:
    """Peaks 1/(w t1 t2 D1 D2), D the denominators of the muon exchanged between the photons.

    Parameters
    ----------
    x
        Uniform numbers: w, y, t1, t2, azimuth of the e+ from the e-, cosine and azimuth of the μ-;
        azimuth of the e-.
    beam
        Energy and momentum of the beam, masses of electron and muon [GeV].
    smallest
        Smallest mass of the pair [GeV], at least 2 m_mu.
    """
    e0, p0, m_e, m_mu = beam
    most = 2 * (e0 - m_e)
    w, jacobian = log_map(x[0], smallest * smallest, 2 * math.log(most / smallest))
    root = math.sqrt(w)
    reach = math.log(most / root)
    tilt = math.exp((2 * x[1] - 1) * reach)
    o1, o2 = 0.5 * root * tilt, 0.5 * root / tilt
    if max(o1, o2) >= 0.5 * most:
        return NOTHING
    electrons = _electrons(o1, o2, _SUPPRESSED * w, x, m_e, e0, p0)
    if electrons[6] <= smallest * smallest:
        return NOTHING
    b, a, one_minus_a = _slope(electrons[6], electrons[1], electrons[2], m_mu)
    cosine, sine, step = two_sided(x[5], a, one_minus_a)
    return _with_muons(jacobian * 2 * reach * step * electrons[0], electrons, b, cosine, sine, x[6] + x[7], o1, p0)
