"""The muonic width of the Z boson shifted by a loop of the Z', and what it allows."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.model.arguments import checked_array, checked_number, together
from lmutau.gen.model.data_files import bound_numbers
from lmutau.gen.model.vector_emission import f2

__all__ = ["z_pole_limit", "z_pole_shift"]

Array = NDArray[np.float64]


def z_pole_shift(mass: ArrayLike, g: ArrayLike = 1.0, *, constants: Constants = CONSTANTS) -> Array:
    """Relative shift of Gamma(Z → mu mu) by a virtual Z': g²/(8 pi²) F_2(mass²/M_Z²).

    Parameters
    ----------
    mass, g
        Mass of the Z' [GeV] above 0 and coupling; they broadcast.
    constants
        ``m_z`` is used.

    References
    ----------
    arXiv:1904.13053, eq. (2.5): the prefactor printed there, g²/(16 pi²), is half of the right one.
    """
    masses = checked_array("mass", mass, "GeV", 1e-100, 1e30)
    couplings = checked_array("g", g, "", 0.0, 1e30)
    together(mass=masses, g=couplings)
    return np.square(couplings) / (8 * math.pi**2) * f2((masses / constants.m_z) ** 2)


def z_pole_limit(mass: ArrayLike, shift: float | None = None, *, constants: Constants = CONSTANTS) -> Array:
    """Coupling at which the shift reaches ``shift`` in modulus.

    Parameters
    ----------
    mass
        Mass of the Z' [GeV] above 0, any shape.
    shift
        Largest allowed relative shift; None: the central value of Z → mu mu over Z → ee that
        arXiv:1904.13053 takes as bound. That is no confidence interval: no error enters.
    constants
        ``m_z`` is used.

    Returns
    -------
    Array
        Grows without bound where F_2 changes sign, near 25 GeV.
    """
    allowed = bound_numbers("z_pole")["shift"] if shift is None else shift
    checked_number("shift", allowed, "", 0.0, 1e30, open_low=True)
    with np.errstate(divide="ignore"):
        return np.sqrt(allowed / np.abs(z_pole_shift(mass, constants=constants)))
