"""e+e- → γV, both bosons from the electron line: exact squared amplitude of invariants."""

import math

from lmutau.gen.kernels import kernel

__all__ = ["gammazp_squared"]


@kernel
def gammazp_squared(
    electron_photon: float,
    positron_photon: float,
    m_e2: float,
    boson2: float,
    alpha: float,
    epsilon2: float,
) -> float:
    """Spin-averaged |M|² [dimensionless] of e+e- → γV, V with the vector coupling epsilon e.

    With x = p1.k, y = p2.k (p1 = e-, p2 = e+, k = γ), M the mass of V and s = M² + 2(x + y),

        e⁴ε²/(2xy) {(M² + 2x)² + (M² + 2y)² + 4 m_e² (s - 2M² - 4m_e²) - 2 m_e² (M² + 2m_e²)(x - y)²/(xy)},

    the trace H^m_m of :mod:`lmutau.gen.amplitudes.radiating_pair` crossed: V in place of the
    virtual photon, a massless radiated boson.

    Parameters
    ----------
    electron_photon, positron_photon
        p1.k and p2.k [GeV²], accurate relative to themselves.
    m_e2, boson2
        Squared masses [GeV²] of the electron and of V.
    alpha
        Fine-structure constant.
    epsilon2
        Squared kinetic mixing.

    References
    ----------
    arXiv:1811.00407, eq. (4), is the limit of a massless electron.
    """
    x, y = electron_photon, positron_photon
    charge2 = 4.0 * math.pi * alpha
    product, difference = x * y, x - y
    s = boson2 + 2.0 * (x + y)
    single = (boson2 + 2.0 * x) ** 2 + (boson2 + 2.0 * y) ** 2 + 4.0 * m_e2 * (s - 2.0 * boson2 - 4.0 * m_e2)
    double = 2.0 * m_e2 * (boson2 + 2.0 * m_e2) * difference * difference / product
    return charge2 * charge2 * epsilon2 * (single - double) / (2.0 * product)
