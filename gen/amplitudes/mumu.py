"""e+e- → μ+μ- through one photon: exact squared amplitude of invariants."""

import math

from lmutau.gen.kernels import kernel

__all__ = ["mumu_squared"]


@kernel
def mumu_squared(s: float, minus_beams: float, m_e2: float, m_mu2: float, alpha: float) -> float:
    """Spin-averaged |M|² of e+e- → μ+μ- [dimensionless], both masses kept.

    e⁴ [1 + 4 ((p1 - p2).k1)²/s² + 4 (m_e² + m²)/s], which is e⁴ (1 + cos²θ) without masses.

    Parameters
    ----------
    s
        Squared c.m. energy [GeV²].
    minus_beams
        (p1 - p2).k1 [GeV²], p1 = e-, p2 = e+, k1 = μ-; in the c.m. frame -2 P k1z.
    m_e2, m_mu2
        Squared masses [GeV²].
    alpha
        Fine-structure constant.

    References
    ----------
    M. E. Peskin, D. V. Schroeder, An Introduction to Quantum Field Theory, eq. (5.10), where the
    electron is massless.
    """
    charge2 = 4.0 * math.pi * alpha
    return charge2 * charge2 * (s * s + 4.0 * minus_beams * minus_beams + 4.0 * s * (m_e2 + m_mu2)) / (s * s)
