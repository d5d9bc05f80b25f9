r"""Closed formulas of e+e- → γ + nothing: the signal γZ' and the background γνν̄.

Electrons are massless here, the photon away from the beams: one radiator times what the pair of
electrons makes after the radiation. c.m. frame.

References
----------
arXiv:1811.00407, section 3.
"""

import math
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError
from lmutau.gen.model.arguments import checked_array

__all__ = ["DEFAULT_SQRT_S", "PHOTON_COSINES", "gammanunu_spectrum", "gammazp_cross_section", "gammazp_total"]

Array = NDArray[np.float64]

DEFAULT_SQRT_S = 10.58
"""c.m. energy [GeV]."""
PHOTON_COSINES = (-0.821, 0.941)
"""Acceptance of the photon in cos(theta*), arXiv:1811.00407."""


def _angles(cos_range: tuple[float, float]) -> tuple[float, float]:
    """ln[(1+c2)(1-c1)/((1-c2)(1+c1))] = Int 2 dc/sin² and c2 - c1."""
    low, high = cos_range
    if not -1 < low < high < 1:
        raise ConfigError(f"cos_range = {cos_range}: allowed is -1 < first < second < 1 (massless electrons).")
    return 2 * (math.atanh(high) - math.atanh(low)), high - low


def gammazp_cross_section(
    mass: ArrayLike,
    epsilon: ArrayLike,
    cos_range: tuple[float, float] = PHOTON_COSINES,
    *,
    sqrt_s: float = DEFAULT_SQRT_S,
    constants: Constants = CONSTANTS,
) -> Array:
    """Cross-section [fb] of e+e- → γZ' with the photon inside ``cos_range``.

    Parameters
    ----------
    mass, epsilon
        Z' mass [GeV] and kinetic mixing (the electron couples with |epsilon| e); they broadcast.
    cos_range
        Smallest and largest cosine of the photon to the e- in the c.m. frame.
    sqrt_s
        c.m. energy [GeV].
    constants
        ``alpha``, ``hbarc2`` are used.

    Returns
    -------
    Array
        Without any branching fraction; 0 for mass >= sqrt_s.

    References
    ----------
    arXiv:1811.00407, eq. (4) ff.
    """
    length, width = _angles(cos_range)
    masses = checked_array("mass", mass, "GeV", 0.0, 1e30)
    m, e2 = np.broadcast_arrays(masses, np.abs(np.asarray(epsilon)) ** 2)
    s = sqrt_s**2
    x = np.clip((sqrt_s - m) * (sqrt_s + m) / s, 0.0, None)
    with np.errstate(divide="ignore", invalid="ignore"):
        bracket = (2 - 2 * x + x**2) / (2 * x) * length - x / 2 * width
    prefactor = 4 * math.pi * constants.alpha**2 / s * constants.hbarc2
    return np.where(x > 0, prefactor * e2 * bracket, 0.0)


@overload
def gammazp_total(mass: float, epsilon: float, *, sqrt_s: float = ..., constants: Constants = ...) -> float: ...


@overload
def gammazp_total(mass: ArrayLike, epsilon: ArrayLike, *, sqrt_s: float = ..., constants: Constants = ...) -> Array: ...


def gammazp_total(
    mass: ArrayLike, epsilon: ArrayLike, *, sqrt_s: float = DEFAULT_SQRT_S, constants: Constants = CONSTANTS
) -> float | Array:
    """Cross-section [fb] of e+e- → γZ' over all photon angles: first-order radiator with m_e.

    ``mass`` [GeV] and ``epsilon`` broadcast, two numbers give a number; 0 for mass >= sqrt_s.

    References
    ----------
    G. Bonneau, F. Martin, Nucl. Phys. B27 (1971) 381.
    """
    m = checked_array("mass", mass, "GeV", 0.0, 1e30)
    s = sqrt_s**2
    x = np.clip((sqrt_s - m) * (sqrt_s + m) / s, 0.0, None)
    logarithm = math.log(s / constants.m_e**2) - 1
    with np.errstate(divide="ignore"):
        prefactor = 4 * math.pi * constants.alpha**2 * np.abs(np.asarray(epsilon)) ** 2 / (s * x)
    sigma = np.where(x > 0, prefactor * (1 + (1 - x) ** 2) * logarithm * constants.hbarc2, 0.0)
    return sigma if sigma.ndim else float(sigma)


def gammanunu_spectrum(
    energy: ArrayLike,
    cos_range: tuple[float, float] = PHOTON_COSINES,
    *,
    sqrt_s: float = DEFAULT_SQRT_S,
    constants: Constants = CONSTANTS,
) -> Array:
    """Photon spectrum dσ/dE [fb/GeV] of e+e- → γνν̄, three flavours, four-fermion limit s ≪ M_W².

    Parameters
    ----------
    energy
        Photon energy in the c.m. frame [GeV], any shape; 0 above sqrt_s/2.
    cos_range, sqrt_s
        As in :func:`gammazp_cross_section`.
    constants
        ``alpha``, ``g_fermi``, ``sin2_theta_eff``, ``hbarc2`` are used.

    References
    ----------
    arXiv:1702.01497; the radiator is exact at tree level for massless electrons and a contact
    interaction.
    """
    length, width = _angles(cos_range)
    s = sqrt_s**2
    x = 2 * np.asarray(energy, dtype=np.float64) / sqrt_s
    sin2 = constants.sin2_theta_eff
    couplings = sum((sin2 - 0.5 + is_electron) ** 2 + sin2**2 for is_electron in (1, 0, 0))
    annihilation = constants.g_fermi**2 * s * (1 - x) * couplings / (6 * math.pi)
    with np.errstate(divide="ignore", invalid="ignore"):
        radiator = constants.alpha / math.pi / x * ((2 - 2 * x + x**2) * length / 2 - x**2 / 2 * width)
    inside = (x > 0) & (x < 1)
    return np.where(inside, annihilation * radiator * 2 / sqrt_s * constants.hbarc2, 0.0)
