"""e+e- → μ+μ-V, a vector boson radiated off a muon: exact squared amplitude of invariants."""

import math

from lmutau.gen.amplitudes.radiating_pair import radiating_pair
from lmutau.gen.kernels import kernel

__all__ = ["mumuzp_squared"]


@kernel
def mumuzp_squared(
    s: float,
    minus_denominator: float,
    plus_denominator: float,
    minus_beams: float,
    plus_beams: float,
    m_e2: float,
    m_mu2: float,
    boson2: float,
    alpha: float,
    g: float,
) -> float:
    """Spin-averaged |M|² [GeV^-2] of e+e- → μ+μ-V: one photon, V leaves the μ- or the μ+.

    Electron and muon mass are kept; p1 = e-, p2 = e+, k1 = μ-, k2 = μ+, k = V.

    Parameters
    ----------
    s
        Squared c.m. energy [GeV²].
    minus_denominator, plus_denominator
        (k1 + k)² - m² = 2 k1.k + M² and (k2 + k)² - m² = 2 k2.k + M² [GeV²], each accurate relative
        to itself.
    minus_beams, plus_beams
        (p1 - p2).k1 and (p1 - p2).k2 [GeV²], accurate relative to s; in the c.m. frame -2 P k1z and
        -2 P k2z, P the beam momentum.
    m_e2, m_mu2, boson2
        Squared masses [GeV²]; ``boson2`` = 0 is the photon, without any special case.
    alpha
        Fine-structure constant.
    g
        Vector coupling of V to the muon.

    References
    ----------
    arXiv:1904.13053, section 3: the diagrams; here with exact masses, see
    :mod:`lmutau.gen.amplitudes.radiating_pair` for the derivation.
    """
    charge2 = 4.0 * math.pi * alpha
    pair_mass2 = s + boson2 - minus_denominator - plus_denominator
    coupling = charge2 * g
    return (
        coupling
        * coupling
        * radiating_pair(
            s, pair_mass2, minus_denominator, plus_denominator, minus_beams, plus_beams, m_mu2, boson2, m_e2
        )
    )
