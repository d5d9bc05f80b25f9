"""Decay of a slepton to its lepton and the U(1)_X gaugino B'."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError
from lmutau.gen.susy.parameters import check_number
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
        If the slepton mass is not positive, a number is not finite, or a part is outside [-1, 1].

    References
    ----------
    arXiv:2011.05083, eqs. (4.1), (4.2), where the slepton's mass stands for the lepton's; the double sum over the
    states gives the factor 2 here.
    """
    m, signed = check_number("slepton_mass", mass), check_number("m0", neutralino_mass)
    m_chi = np.abs(signed)
    parts = [np.asarray(part, dtype=np.float64) for part in (bprime, left, right)]
    for name, part in zip(("bprime", "left", "right"), parts, strict=True):
        if not (np.abs(part) <= 1).all():
            raise ConfigError(f"susy: {name} = {part!r}: allowed is from -1 to 1, an element of a mixing matrix.")
    n5, x1, x2 = parts
    m_l, coupling = lepton_mass(lepton, constants), check_number("g", g) * charge(lepton) * n5
    open_ = m > m_l + m_chi
    kallen = (m - m_l - m_chi) * (m + m_l + m_chi) * (m - m_l + m_chi) * (m + m_l - m_chi)
    momentum = np.sqrt(np.where(open_, kallen, 0.0)) / (2 * m)
    amplitude = (x1**2 + x2**2) * (m * m - m_l * m_l - m_chi * m_chi) + 4 * m_l * signed * x1 * x2
    return np.where(open_, 2 * coupling**2 * momentum / (8 * math.pi * m * m) * amplitude, 0.0)[()]
