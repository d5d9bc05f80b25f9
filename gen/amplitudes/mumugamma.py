r"""e+e- → μ+μ-γ: initial-state and final-state radiation and their interference, of invariants.

Tree level, four diagrams with one virtual photon, electron and muon mass kept everywhere, averaged
over the beam spins and summed over the final state. p1 = e-, p2 = e+, k1 = μ-, k2 = μ+, k = γ,
s' = (k1 + k2)².

All functions take the same arguments, which the phase space knows without cancellation:

========================================  ========================================================
``s``                                     squared c.m. energy [GeV²]
``electron_photon``, ``positron_photon``  p1.k, p2.k [GeV²], accurate relative to themselves
``minus_photon``, ``plus_photon``         k1.k, k2.k [GeV²], accurate relative to themselves
``minus_beams``, ``plus_beams``           (p1 - p2).k1, (p1 - p2).k2 [GeV²], accurate relative to s;
                                          in the c.m. frame -2 P k1z, -2 P k2z, P the beam momentum
``m_e2``, ``m_mu2``                       squared masses [GeV²]; ``m_e2`` = 0 is allowed
``alpha``                                 fine-structure constant
========================================  ========================================================

They obey p1.k + p2.k = k1.k + k2.k = (s - s')/2 and (p1 - p2).(k1 + k2) = p2.k - p1.k and are
redundant on purpose: nothing here subtracts large ones to get a small one (p1.k of a collinear
photon is 1e-9 GeV² next to s = 100 GeV²). What is left of cancellation is physics: inside the dead
cone of a lepton, at an angle θ < m/E, the double pole takes the single one away and digits go as
(θE/m)² or (k/E)², whichever is larger.

Interference: with x = p1.k, y = p2.k, z = k1.k, w = k2.k, A = (p1 - p2).k1, B = (p1 - p2).k2,

    (2e⁶/ss') {V [T + 2(m_e² + m²)(s + s')] + 8m² (A z - B w)/(zw) - 8m_e² (A w - B z)/(xy)},
    T = 4 [(p1.k1)² + (p1.k2)² + (p2.k1)² + (p2.k2)²],
    V = (p1/x - p2/y).(k1/z - k2/w),

the two traces contracted symbolically; only the term with V T is left without masses.

References
----------
F. A. Berends, R. Kleiss, Nucl. Phys. B177 (1981) 237: the massless limit.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.radiating_pair import radiating_pair
from lmutau.gen.kernels import kernel

__all__ = [
    "mumugamma_columns",
    "mumugamma_fsr",
    "mumugamma_interference",
    "mumugamma_isr",
    "mumugamma_squared",
]

Array = NDArray[np.float64]


@kernel
def mumugamma_isr(
    s: float,
    electron_photon: float,
    positron_photon: float,
    minus_photon: float,
    plus_photon: float,
    minus_beams: float,
    plus_beams: float,
    m_e2: float,
    m_mu2: float,
    alpha: float,
) -> float:
    """|M|² [GeV^-2] of the photon from e- or e+ alone; virtual photon at s'. Arguments: see the module.

    :func:`radiating_pair` crossed: k1 → -p2, k2 → -p1, q → k1 + k2, p1 - p2 → k1 - k2.
    """
    charge2 = 4.0 * math.pi * alpha
    skew, turn = minus_photon - plus_photon, minus_beams - plus_beams
    return charge2**3 * radiating_pair(
        s - 2.0 * (minus_photon + plus_photon),
        s,
        -2.0 * positron_photon,
        -2.0 * electron_photon,
        0.5 * (turn - skew),
        -0.5 * (turn + skew),
        m_e2,
        0.0,
        m_mu2,
    )


@kernel
def mumugamma_fsr(
    s: float,
    electron_photon: float,
    positron_photon: float,
    minus_photon: float,
    plus_photon: float,
    minus_beams: float,
    plus_beams: float,
    m_e2: float,
    m_mu2: float,
    alpha: float,
) -> float:
    """|M|² [GeV^-2] of the photon from μ- or μ+ alone; virtual photon at s. Arguments: see the module."""
    charge2 = 4.0 * math.pi * alpha
    return charge2**3 * radiating_pair(
        s,
        s - 2.0 * (minus_photon + plus_photon),
        2.0 * minus_photon,
        2.0 * plus_photon,
        minus_beams,
        plus_beams,
        m_mu2,
        0.0,
        m_e2,
    )


@kernel
def mumugamma_interference(
    s: float,
    electron_photon: float,
    positron_photon: float,
    minus_photon: float,
    plus_photon: float,
    minus_beams: float,
    plus_beams: float,
    m_e2: float,
    m_mu2: float,
    alpha: float,
) -> float:
    """2 Re(M_ISR M_FSR*) [GeV^-2], odd under μ- ↔ μ+; propagators 1/(s s'). Arguments: see the module."""
    charge2 = 4.0 * math.pi * alpha
    total, skew = minus_photon + plus_photon, minus_photon - plus_photon
    pair_mass2 = s - 2.0 * total
    beam_poles, muon_poles = electron_photon * positron_photon, minus_photon * plus_photon
    beam_tilt = minus_beams * plus_photon - plus_beams * minus_photon
    muon_tilt = minus_beams * minus_photon - plus_beams * plus_photon
    # 2 x y z w V, with (p1 - p2).k written as x - y, which is accurate for a soft photon
    eikonal = total * beam_tilt - 0.5 * skew * pair_mass2 * (positron_photon - electron_photon)
    # [T + 2 (m_e² + m²)(s + s')]/2: a sum of squares
    minus_total, plus_total = 0.5 * s - plus_photon, 0.5 * s - minus_photon
    squares = (
        minus_total * minus_total
        + plus_total * plus_total
        + minus_beams * minus_beams
        + plus_beams * plus_beams
        + (m_e2 + m_mu2) * (s + pair_mass2)
    )
    poles = 8.0 * (m_mu2 * muon_tilt * beam_poles - m_e2 * beam_tilt * muon_poles)
    return 2.0 * charge2**3 * (eikonal * squares + poles) / (s * pair_mass2 * beam_poles * muon_poles)


@kernel
def mumugamma_squared(
    s: float,
    electron_photon: float,
    positron_photon: float,
    minus_photon: float,
    plus_photon: float,
    minus_beams: float,
    plus_beams: float,
    m_e2: float,
    m_mu2: float,
    alpha: float,
) -> float:
    """Spin-averaged |M|² [GeV^-2] of all four diagrams. Arguments: see the module."""
    x, y, z, w = electron_photon, positron_photon, minus_photon, plus_photon
    a, b = minus_beams, plus_beams
    return (
        mumugamma_isr(s, x, y, z, w, a, b, m_e2, m_mu2, alpha)
        + mumugamma_fsr(s, x, y, z, w, a, b, m_e2, m_mu2, alpha)
        + mumugamma_interference(s, x, y, z, w, a, b, m_e2, m_mu2, alpha)
    )


@kernel
def mumugamma_columns(
    s: Array,
    x: Array,
    y: Array,
    z: Array,
    w: Array,
    a: Array,
    b: Array,
    m_e2: float,
    m_mu2: float,
    alpha: float,
    out: Array,
) -> None:
    """|M|² [GeV^-2] of n events from columns of invariants, each (n,), into ``out`` (n,).

    The same numbers as :func:`mumugamma_squared` of each event, seven times faster: this loop, with
    unit strides and every call inlined, is compiled to vector instructions. The columns are ``s``,
    p1.k, p2.k, k1.k, k2.k, (p1 - p2).k1, (p1 - p2).k2.
    """
    for n in range(out.shape[0]):
        out[n] = (
            mumugamma_isr(s[n], x[n], y[n], z[n], w[n], a[n], b[n], m_e2, m_mu2, alpha)
            + mumugamma_fsr(s[n], x[n], y[n], z[n], w[n], a[n], b[n], m_e2, m_mu2, alpha)
            + mumugamma_interference(s[n], x[n], y[n], z[n], w[n], a[n], b[n], m_e2, m_mu2, alpha)
        )
