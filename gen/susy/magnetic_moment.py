r"""Neutralino and chargino loops in the magnetic moment of a lepton, a = (g-2)/2.

For each neutralino i (signed mass m_i, real eigenvector O_i) and the slepton mass matrix M², the sum over the two
sleptons is a function of that matrix: with h(s) = F(m_i²/s)/s,

    Σ_j X_j1² h(m_j²) = h(M²)_LL,    Σ_j X_j1 X_j2 h(m_j²) = h(M²)_LR = M²_LR (h(s₂) - h(s₁))/(s₂ - s₁).

The quotient is computed from h' when the masses are close: selectrons may be degenerate to 1e-7, and the difference of
two loops would lose as many digits. Couplings of hep-ph/0103067 with the U(1)_X gaugino B' added,

    n^L_j = a_L X_j1 - b X_j2,   n^R_j = a_R X_j2 + b X_j1,
    a_L = (g2 O_i2 + g1 O_i1 - 2 g_X Q O_i5)/√2,   a_R = √2 (g1 O_i1 - g_X Q O_i5),   b = y O_i3.

References
----------
S. P. Martin, J. D. Wells, hep-ph/0103067, eqs. (2.1)-(2.12); arXiv:2011.05083, section 3, where the mass ratio must be
squared, left and right are exchanged, and the terms with g_X are those of the muon.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.kernels import kernel
from lmutau.gen.susy.charginos import chargino_states
from lmutau.gen.susy.loop_functions import chargino_pair, neutralino_pair, neutralino_slopes

__all__ = ["chargino_part", "neutralino_part"]

Array = NDArray[np.float64]

_CLOSE = 0.01  # |s2 - s1|/(s2 + s1): below, three Gauss points of h' are exact to 1e-14
_NODE = math.sqrt(0.6)


@kernel
def _split(m2: float, low: float, high: float) -> tuple[float, float]:
    """Divided differences (h(high) - h(low))/(high - low) of the two neutralino loops; ``m2`` = m_i²."""
    centre, half = 0.5 * (high + low), 0.5 * (high - low)
    if half > _CLOSE * centre:
        first_low, second_low = neutralino_pair(m2 / low)
        first_high, second_high = neutralino_pair(m2 / high)
        first = (first_high / high - first_low / low) / (2.0 * half)
        return first, (second_high / high - second_low / low) / (2.0 * half)
    first, second = 0.0, 0.0
    for place, weight in ((-_NODE, 5.0 / 18.0), (0.0, 8.0 / 18.0), (_NODE, 5.0 / 18.0)):
        s = centre + half * place
        slope_first, slope_second = neutralino_slopes(m2 / s)
        first -= weight * slope_first / (s * s)
        second -= weight * slope_second / (s * s)
    return first, second


@kernel
def neutralino_part(
    masses: Array,
    states: Array,
    slepton: tuple[float, float, float, float, float, float],
    g_charge: float,
    lepton: float,
    yukawa: float,
    g1: float,
    g2: float,
) -> float:
    """Neutralino loops; ``g_charge`` = g_X Q, ``lepton`` the mass [GeV], all seven states of :mod:`neutralinos`."""
    low, high, cos, sin, mixing, _ = slepton
    total = 0.0
    for i in range(7):
        m = masses[i]
        a_r = math.sqrt(2.0) * (g1 * states[i, 0] - g_charge * states[i, 4])
        a_l = (g2 * states[i, 1] + g1 * states[i, 0] - 2.0 * g_charge * states[i, 4]) / math.sqrt(2.0)
        b = yukawa * states[i, 2]
        if a_r == 0.0 and a_l == 0.0 and b == 0.0:
            continue
        f1_low, f2_low = neutralino_pair(m * m / low)
        f1_high, f2_high = neutralino_pair(m * m / high)
        f1_low, f2_low, f1_high, f2_high = f1_low / low, f2_low / low, f1_high / high, f2_high / high
        f1_split, f2_split = _split(m * m, low, high)
        c2, s2 = cos * cos, sin * sin
        same = (a_l * a_l + b * b) * (s2 * f1_low + c2 * f1_high) + (a_r * a_r + b * b) * (c2 * f1_low + s2 * f1_high)
        same += 2.0 * b * (a_r - a_l) * mixing * f1_split
        flip = (a_l * a_r - b * b) * mixing * f2_split
        flip += b * (a_l * (s2 * f2_low + c2 * f2_high) - a_r * (c2 * f2_low + s2 * f2_high))
        total += m * flip / 3.0 - lepton * same / 12.0
    return lepton * total / (16.0 * math.pi * math.pi)


@kernel
def chargino_part(
    m2: float, mu: float, tan_beta: float, sneutrino2: float, lepton: float, yukawa: float, g2: float, v: float
) -> float:
    """Chargino loops; ``sneutrino2`` the squared mass of the sneutrino [GeV²]."""
    m_a, m_b, _, u_a, _, u_b, v_a, _, v_b, _ = chargino_states(m2, mu, tan_beta, g2, v)
    total = 0.0
    for m, u, w in ((m_a, u_a, v_a), (m_b, u_b, v_b)):
        left, right = -g2 * w, yukawa * u
        x = m * m / sneutrino2
        first, second = chargino_pair(x)
        total += lepton * (left * left + right * right) * first / 12.0
        if x > 0.0:  # the loop with the chargino's mass vanishes with it, although F2C grows like a logarithm
            total += 2.0 * m * left * right * second / 3.0
    return lepton * total / (16.0 * math.pi * math.pi * sneutrino2)
