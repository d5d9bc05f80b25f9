"""Electroweak couplings: photon, Z and W to leptons and to each other, in two input schemes."""

import math
from typing import NamedTuple

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import unknown_name

__all__ = ["SCHEMES", "Electroweak", "electroweak"]

SCHEMES = ("mixed", "alpha0")
"""``mixed``: photon from alpha, W and Z from G_F; ``alpha0``: all from alpha. On-shell sin^2 in both."""


class Electroweak(NamedTuple):
    """Couplings and masses that compiled code takes as one argument; all real.

    The Lagrangian has -``charge`` A_m (lbar g^m l) with the sign of the electron in it,
    Z_m lbar g^m (``left`` P_L + ``right`` P_R) l, ``neutrino`` Z_m nubar g^m P_L nu and
    ``charged`` W_m nubar g^m P_L l + h.c.; in the same phases W W photon has ``charge`` and W W Z
    ``triple`` = ``left`` - ``neutrino``.
    """

    charge: float
    left: float
    right: float
    neutrino: float
    charged: float
    triple: float
    m_w2: float
    m_z2: float
    m_z_width: float


def electroweak(scheme: str = "mixed", constants: Constants = CONSTANTS) -> Electroweak:
    """Couplings of an input scheme.

    Parameters
    ----------
    scheme
        ``"mixed"``: e = sqrt(4 pi alpha) at every photon vertex, g = sqrt(8 M_W^2 G_F/sqrt 2) at
        all others; ``"alpha0"``: g = e/sin.
    constants
        ``alpha``, ``g_fermi``, ``m_w``, ``m_z``, ``width_z`` are used; sin^2 = 1 - M_W^2/M_Z^2.

    Returns
    -------
    Electroweak
        Couplings; squared masses and M_Z Gamma_Z in GeV^2. The W has no width.

    Raises
    ------
    ConfigError
        If the scheme does not exist.

    References
    ----------
    A. Denner, Fortschr. Phys. 41 (1993) 307, section 2 and appendix A.
    """
    if scheme not in SCHEMES:
        raise unknown_name("ew_scheme", scheme, SCHEMES)
    m_w2, m_z2 = constants.m_w**2, constants.m_z**2
    cos2 = m_w2 / m_z2
    sin2 = (constants.m_z - constants.m_w) * (constants.m_z + constants.m_w) / m_z2
    charge = math.sqrt(4 * math.pi * constants.alpha)
    g = math.sqrt(8 * m_w2 * constants.g_fermi / math.sqrt(2)) if scheme == "mixed" else charge / math.sqrt(sin2)
    neutral = g / math.sqrt(cos2)
    return Electroweak(
        charge=charge,
        left=neutral * (sin2 - 0.5),
        right=neutral * sin2,
        neutrino=0.5 * neutral,
        charged=g / math.sqrt(2),
        triple=-g * math.sqrt(cos2),
        m_w2=m_w2,
        m_z2=m_z2,
        m_z_width=constants.m_z * constants.width_z,
    )
