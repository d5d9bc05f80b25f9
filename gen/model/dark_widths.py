r"""Widths of the Z' into dark matter, and what dark coupling makes a given width.

    Dirac fermion, vector coupling: Gamma = alpha_D M/3  (1 + 2 m²/M²) √(1 - 4 m²/M²)
    complex scalar:                 Gamma = alpha_D M/12 (1 - 4 m²/M²)^(3/2)

alpha_D = g_D²/(4 pi). A width of 0.1 M needs alpha_D = 0.30 for a light Dirac fermion. arXiv:2212.03066 quotes
2.9, which is the value of a complex scalar of mass M/3 (our inference): give experiments the width itself.

References
----------
arXiv:1904.13053, eq. (3.9), where 1 + m²/M² must be 1 + 2 m²/M²; arXiv:2212.03066.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError
from lmutau.gen.model.arguments import checked_array, checked_number, together
from lmutau.gen.model.decay_widths import LARGEST_MASS, phase_space_velocity, vector_factor

__all__ = ["alpha_dark_fermion", "alpha_dark_scalar", "width_dark_fermion", "width_dark_scalar"]

Array = NDArray[np.float64]


def _fermion(mass: ArrayLike, daughter: float) -> Array:
    """Width over alpha_D [GeV]; 0 at and below threshold."""
    masses = checked_array("mass", mass, "GeV", 0.0, LARGEST_MASS)
    return masses / 3 * vector_factor(masses, _daughter(daughter))


def _scalar(mass: ArrayLike, daughter: float) -> Array:
    masses = checked_array("mass", mass, "GeV", 0.0, LARGEST_MASS)
    return masses / 12 * phase_space_velocity(masses, _daughter(daughter)) ** 3


def _daughter(mass: float) -> float:
    return checked_number("m", mass, "GeV (dark particle)", 0.0, LARGEST_MASS)


def _inverted(width: ArrayLike, per_alpha: Array, daughter: float) -> Array:
    given = checked_array("width", width, "GeV", 0.0, LARGEST_MASS)
    together(mass=per_alpha, width=given)
    if not (per_alpha > 0).all():
        raise ConfigError(
            f"m = {daughter!r} GeV: a Z' of at most twice this mass does not decay into the pair, no alpha_D gives it "
            f"a width; allowed is m < mass/2."
        )
    return given / per_alpha


def _times(alpha_d: ArrayLike, per_alpha: Array) -> Array:
    couplings = checked_array("alpha_d", alpha_d, "", 0.0, 1e30)
    together(mass=per_alpha, alpha_d=couplings)
    return couplings * per_alpha


def width_dark_fermion(
    mass: ArrayLike, alpha_d: ArrayLike, m: float = 0.0, *, constants: Constants = CONSTANTS
) -> Array:
    """Width [GeV] of the Z' into a pair of dark Dirac fermions of mass ``m`` [GeV], vector coupling.

    Parameters
    ----------
    mass, alpha_d
        Mass of the Z' [GeV] and g_D²/(4 pi); they broadcast.
    m
        Mass of the dark fermion [GeV].
    constants
        Accepted as by every formula; nothing of it enters.

    Returns
    -------
    Array
        0 for mass <= 2 m.

    Raises
    ------
    ConfigError
        If a mass or ``alpha_d`` is negative, or shapes do not fit.

    Examples
    --------
    >>> round(float(width_dark_fermion(1.0, 0.3)), 12)
    0.1
    """
    return _times(alpha_d, _fermion(mass, m))


def width_dark_scalar(
    mass: ArrayLike, alpha_d: ArrayLike, m: float = 0.0, *, constants: Constants = CONSTANTS
) -> Array:
    """Width [GeV] of the Z' into a pair of dark complex scalars of mass ``m`` [GeV].

    Arguments as in :func:`width_dark_fermion`.
    """
    return _times(alpha_d, _scalar(mass, m))


def alpha_dark_fermion(mass: ArrayLike, width: ArrayLike, m: float = 0.0, *, constants: Constants = CONSTANTS) -> Array:
    """alpha_D that gives the Z' a ``width`` [GeV] into dark Dirac fermions: inverse of :func:`width_dark_fermion`.

    Raises
    ------
    ConfigError
        If mass <= 2 m: no coupling opens a closed channel.
    """
    return _inverted(width, _fermion(mass, m), m)


def alpha_dark_scalar(mass: ArrayLike, width: ArrayLike, m: float = 0.0, *, constants: Constants = CONSTANTS) -> Array:
    """alpha_D that gives the Z' a ``width`` [GeV] into dark complex scalars: inverse of :func:`width_dark_scalar`.

    Raises
    ------
    ConfigError
        If mass <= 2 m.

    Examples
    --------
    >>> round(float(alpha_dark_scalar(3.0, 0.3, 1.0)), 3)
    2.898
    """
    return _inverted(width, _scalar(mass, m), m)
