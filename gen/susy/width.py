"""Decay of a slepton to its lepton and the U(1)_X gaugino B'."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.susy.parameters import check_number, check_shapes
from lmutau.gen.susy.scheme import charge, lepton_mass

__all__ = ["slepton_width"]


def slepton_width(
    lepton: str,
    *,
    mass: ArrayLike,
    neutralino_mass: ArrayLike,
    g: ArrayLike,
    bprime: ArrayLike = 1.0,
    left: ArrayLike = 1.0,
    right: ArrayLike = 0.0,
    constants: Constants = CONSTANTS,
) -> NDArray[np.float64]:
    """Partial width [GeV] of one slepton to its lepton and a neutralino, through B' alone.

    Parameters
    ----------
    mass, neutralino_mass
        Masses of the slepton and the neutralino [GeV], the latter with the sign of its real eigenvalue (it turns the
        interference of left and right); all arguments broadcast.
    g
        Gauge coupling g_X.
    bprime
        Element O_i5 of the neutralino's real eigenvector.
    left, right
        Parts X_j1, X_j2 of the slepton.
    constants
        Mass of the lepton.

    Returns
    -------
    NDArray[float64]
        0 below threshold, and for the electron, which has no charge.

    Raises
    ------
    ConfigError
        If the slepton mass is not positive, a number is not finite, a part is outside [-1, 1], or shapes do not fit.

    References
    ----------
    arXiv:2011.05083, eqs. (4.1), (4.2), where the slepton's mass stands for the lepton's; the double sum over the
    states gives the factor 2 here.
    """
    m, signed = check_number("slepton_mass", mass), check_number("m0", neutralino_mass)
    m_chi = np.abs(signed)
    n5, x1, x2 = check_number("bprime", bprime), check_number("left", left), check_number("right", right)
    numbers = {"mass": m, "neutralino_mass": signed, "g": check_number("g", g), "bprime": n5, "left": x1, "right": x2}
    check_shapes(numbers)
    m_l, coupling = lepton_mass(lepton, constants), numbers["g"] * charge(lepton) * n5
    gap = (m - m_chi) - m_l  # of the two heavy masses first: exact where they are close
    open_ = gap > 0
    kallen = gap * (m + m_l + m_chi) * ((m - m_l) + m_chi) * ((m - m_chi) + m_l)
    momentum = np.sqrt(np.where(open_, kallen, 0.0)) / (2 * m)
    amplitude = (x1**2 + x2**2) * ((m - m_chi) * (m + m_chi) - m_l * m_l) + 4 * m_l * signed * x1 * x2
    return np.where(open_, 2 * coupling**2 * momentum / (8 * math.pi * m * m) * amplitude, 0.0)[()]
