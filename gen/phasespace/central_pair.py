r"""Phase space of two scattered electrons and a muon pair in transverse momenta and pseudorapidities.

For muons with a smallest transverse momentum in a range of angles: these cuts are then edges of the
variables, where other variables would leave a few per cent of the points. With the transverse
momenta p3, p4 of the electrons, K = -(p3 + p4), those of the muons K/2 ± k, and their
pseudorapidities η1, η2,

    dPhi_4 = (2 pi)^-8 / 8  d²p3 d²p4 d²k  prod_i [(k_i / E_i) cosh η_i dη_i] / lambda

with lambda = p3⁺ p4⁻ - p3⁻ p4⁺, where p3⁺ and p4⁻ follow from the conservation of energy and of the
momentum along the beams. Of the two solutions only the one with the e- ahead of the e+ is taken.
"""

import math

from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.electrons_and_pair import NOTHING, Event, Numbers
from lmutau.gen.phasespace.maps import log_map

__all__ = ["central_collision", "is_central"]

# three azimuths 2 pi r, d²p = dp² dphi / 2
_VOLUME = (2 * math.pi) ** -8 / 8 * math.pi**3
# virtuality in units of the squared transverse mass of the muons above which photons are suppressed
_SUPPRESSED = 2.0


@kernel
def _recoil(r: float, end: float, scale: float, most: float) -> tuple[float, float]:
    """Squared transverse momentum p² < ``most`` with the peak 1/[(p² + end)(p² + end + scale)], and dp²/dr."""
    first, last = -math.log1p(scale / end), -math.log1p(scale / (most + end))
    u = scale / math.expm1(-first - r * (last - first))
    return max(u - end, 0.0), u * (u + scale) / scale * (last - first)


@kernel
def _muon(x: float, y: float, up: float, mass2: float) -> tuple[float, float, float, float]:
    """E + p_z, E - p_z, p_z and dy/dη of a muon of transverse momentum (x, y) and exp(η) = ``up``."""
    square = x * x + y * y
    size = math.sqrt(square)
    z, total = 0.5 * size * (up - 1 / up), 0.5 * size * (up + 1 / up)
    energy = math.sqrt(total * total + mass2)
    large = energy + abs(z)
    small = (square + mass2) / large
    if z >= 0:
        return large, small, z, total / energy
    return small, large, z, total / energy


@kernel
def is_central(p3_z: float, p4_z: float, p3_e: float, p4_e: float) -> bool:
    """Tell whether the e- is ahead of the e+ in rapidity: :func:`central_collision` makes no others."""
    return p3_z * p4_e > p4_z * p3_e


@kernel
def central_collision(
    x: Numbers,
    beam: tuple[float, float, float, float],
    smallest: float,
    cuts: tuple[float, float, float],
) -> Event:
    """Pair between two photons: peaks 1/(t1 t2) and a steep fall with the transverse momentum of the muons.

    Parameters
    ----------
    x
        Uniform numbers: transverse momentum k, pseudorapidities of μ- and μ+, transverse momenta of
        e- and e+, azimuth of the e+ from the e- and of k from K; azimuth of the e-.
    beam
        Energy and momentum of the beam, masses of electron and muon [GeV].
    smallest
        Smallest mass of the pair [GeV], at least 2 m_mu.
    cuts
        Smallest transverse momentum of both muons [GeV], above 0; range of their pseudorapidity.
    """
    e0, p0, m_e, m_mu = beam
    min_pt, first_eta, last_eta = cuts
    sqrt_s, e2, mu2, low = 2 * e0, m_e * m_e, m_mu * m_mu, min_pt * min_pt
    mt2, jacobian = log_map(x[0], low + mu2, math.log1p(e0 * e0 / (low + mu2)))
    length = last_eta - first_eta
    up1, up2 = math.exp(first_eta + x[1] * length), math.exp(first_eta + x[2] * length)
    # roughly the parts of the beam energies that the photons take: they end the peaks at small p²
    root = math.sqrt(mt2) / sqrt_s
    x1, x2 = min(root * (up1 + up2), 1.0), min(root * (1 / up1 + 1 / up2), 1.0)
    square3, step3 = _recoil(x[3], e2 * x1 * x1, _SUPPRESSED * mt2, e0 * e0)
    square4, step4 = _recoil(x[4], e2 * x2 * x2, _SUPPRESSED * mt2, e0 * e0)
    size3, size4 = math.sqrt(square3), math.sqrt(square4)
    phi3, phi4 = 2 * math.pi * x[7], 2 * math.pi * (x[7] + x[5])
    p3_x, p3_y = size3 * math.cos(phi3), size3 * math.sin(phi3)
    p4_x, p4_y = size4 * math.cos(phi4), size4 * math.sin(phi4)
    half_x, half_y = -0.5 * (p3_x + p4_x), -0.5 * (p3_y + p4_y)
    # both muons above the cut: k² + K²/4 > min_pt²
    k = math.sqrt(mt2 - low - mu2 + max(low - half_x * half_x - half_y * half_y, 0.0))
    phi = 2 * math.pi * x[6] + math.atan2(half_y, half_x)
    k_x, k_y = k * math.cos(phi), k * math.sin(phi)
    k1_x, k1_y, k2_x, k2_y = half_x + k_x, half_y + k_y, half_x - k_x, half_y - k_y
    if min(k1_x * k1_x + k1_y * k1_y, k2_x * k2_x + k2_y * k2_y) <= low:
        return NOTHING
    plus1, minus1, k1_z, slope1 = _muon(k1_x, k1_y, up1, mu2)
    plus2, minus2, k2_z, slope2 = _muon(k2_x, k2_y, up2, mu2)
    plus, minus = plus1 + plus2, minus1 + minus2
    if plus * minus - 4 * (half_x * half_x + half_y * half_y) <= smallest * smallest:
        return NOTHING
    # the electrons: two bodies in one dimension, their masses the transverse ones
    rest_plus, rest_minus = sqrt_s - plus, sqrt_s - minus
    heavy3, heavy4 = square3 + e2, square4 + e2
    inner = rest_plus * rest_minus - heavy3 - heavy4
    if rest_plus <= 0 or rest_minus <= 0 or inner <= 0 or inner * inner <= 4 * heavy3 * heavy4:
        return NOTHING
    lam = math.sqrt(inner * inner - 4 * heavy3 * heavy4)
    p3_plus = (inner + 2 * heavy3 + lam) / (2 * rest_minus)
    p4_minus = (inner + 2 * heavy4 + lam) / (2 * rest_plus)
    p3_minus, p4_plus = heavy3 / p3_plus, heavy4 / p4_minus
    rest = e2 / (e0 + p0)
    density = _VOLUME / lam * jacobian * step3 * step4 * length * length * slope1 * slope2
    return (
        density,
        plus + p4_plus - rest,
        minus + p3_minus - rest,
        (p3_x, p3_y, 0.5 * (p3_plus - p3_minus)),
        (p4_x, p4_y, 0.5 * (p4_plus - p4_minus)),
        (k1_x, k1_y, k1_z),
        (k2_x, k2_y, k2_z),
    )
