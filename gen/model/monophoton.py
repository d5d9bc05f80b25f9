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
from lmutau.gen.model.arguments import checked_array, checked_number, checked_square, together

__all__ = [
    "DEFAULT_SQRT_S",
    "PHOTON_COSINES",
    "checked_cosines",
    "gammanunu_spectrum",
    "gammazp_at_energy",
    "gammazp_cross_section",
    "gammazp_total",
]

Array = NDArray[np.float64]

DEFAULT_SQRT_S = 10.58
"""c.m. energy [GeV]."""
PHOTON_COSINES = (-0.821, 0.941)
"""Acceptance of the photon in cos(theta*), arXiv:1811.00407."""


def checked_cosines(cos_range: tuple[float, float]) -> tuple[float, float]:
    """Smallest and largest cosine of the photon.

    Raises
    ------
    ConfigError
        If it is not a pair of numbers with -1 < first < second < 1: massless electrons radiate along the beams.
    """
    message = f"cos_range = {cos_range!r}: allowed is a pair -1 < first < second < 1 (massless electrons)."
    try:
        low, high = (checked_number("cos_range", cosine, "", -1.0, 1.0) for cosine in cos_range)
    except (TypeError, ValueError) as error:  # our own error is a ValueError, too
        raise ConfigError(message) from error
    if not -1 < low < high < 1:
        raise ConfigError(message)
    return low, high


def _angles(cos_range: tuple[float, float]) -> tuple[float, float]:
    """ln[(1+c2)(1-c1)/((1-c2)(1+c1))] = Int 2 dc/sin² and c2 - c1."""
    low, high = checked_cosines(cos_range)
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

    Raises
    ------
    ConfigError
        If a mass is negative, a number not finite, ``cos_range`` no pair inside (-1, 1), or shapes do not fit.

    References
    ----------
    arXiv:1811.00407, eq. (4) ff.
    """
    root_s = _energy(sqrt_s)
    masses = checked_array("mass", mass, "GeV", 0.0, 1e30)
    x = np.clip((root_s - masses) * (root_s + masses) / root_s**2, 0.0, None)
    return _gammazp(x, checked_square("epsilon", epsilon), cos_range, root_s, constants)


def gammazp_at_energy(
    energy: ArrayLike,
    epsilon: ArrayLike,
    cos_range: tuple[float, float] = PHOTON_COSINES,
    *,
    sqrt_s: float = DEFAULT_SQRT_S,
    constants: Constants = CONSTANTS,
) -> Array:
    """:func:`gammazp_cross_section` [fb] of the mass that recoils against a photon of this ``energy`` [GeV].

    The mass of a Z' that takes nearly all energy does not hold that of a soft photon to many digits.
    """
    root_s = _energy(sqrt_s)
    x = 2 * checked_array("energy", energy, "GeV", 0.0, 1e30) / root_s
    return _gammazp(x, checked_square("epsilon", epsilon), cos_range, root_s, constants)


def _energy(sqrt_s: float) -> float:
    return checked_number("sqrt_s", sqrt_s, "GeV", 1e-100, 1e30)


def _gammazp(x: Array, epsilon2: Array, cos_range: tuple[float, float], sqrt_s: float, constants: Constants) -> Array:
    """Cross-section of a photon with energy x √s/2; 0 for x = 0."""
    length, width = _angles(cos_range)
    together(mass=x, epsilon=epsilon2)
    with np.errstate(divide="ignore", invalid="ignore"):
        bracket = (2 - 2 * x + x**2) / (2 * x) * length - x / 2 * width
        sigma = 4 * math.pi * constants.alpha**2 / sqrt_s**2 * constants.hbarc2 * epsilon2 * bracket
    return np.where(x > 0, sigma, 0.0)


@overload
def gammazp_total(mass: float, epsilon: float, *, sqrt_s: float = ..., constants: Constants = ...) -> float: ...


@overload
def gammazp_total(mass: ArrayLike, epsilon: ArrayLike, *, sqrt_s: float = ..., constants: Constants = ...) -> Array: ...


def gammazp_total(
    mass: ArrayLike, epsilon: ArrayLike, *, sqrt_s: float = DEFAULT_SQRT_S, constants: Constants = CONSTANTS
) -> float | Array:
    """Cross-section [fb] of e+e- → γZ' over all photon angles: first-order radiator with m_e.

    ``mass`` [GeV] and ``epsilon`` broadcast, two numbers give a number; 0 for mass >= sqrt_s.

    Raises
    ------
    ConfigError
        If a mass is negative, a number not finite, ``sqrt_s`` not above four electron masses, or shapes do not fit.

    References
    ----------
    G. Bonneau, F. Martin, Nucl. Phys. B27 (1971) 381.
    """
    m, epsilon2 = checked_array("mass", mass, "GeV", 0.0, 1e30), checked_square("epsilon", epsilon)
    root_s = checked_number("sqrt_s", sqrt_s, "GeV", 4 * constants.m_e, 1e30)
    together(mass=m, epsilon=epsilon2)
    s = root_s**2
    x = np.clip((root_s - m) * (root_s + m) / s, 0.0, None)
    logarithm = math.log(s / constants.m_e**2) - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        prefactor = 4 * math.pi * constants.alpha**2 * epsilon2 / (s * x)
        rate = prefactor * (1 + (1 - x) ** 2) * logarithm * constants.hbarc2
    sigma = np.where(x > 0, rate, 0.0)
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
        Photon energy in the c.m. frame [GeV], any shape. The spectrum grows like 1/E; at 0, as above sqrt_s/2, it is
        given as 0.
    cos_range, sqrt_s
        As in :func:`gammazp_cross_section`.
    constants
        ``alpha``, ``g_fermi``, ``sin2_theta_eff``, ``hbarc2`` are used.

    Raises
    ------
    ConfigError
        If an energy is negative or not finite, or ``cos_range`` no pair inside (-1, 1).

    References
    ----------
    arXiv:1702.01497; the radiator is exact at tree level for massless electrons and a contact
    interaction.
    """
    length, width = _angles(cos_range)
    root_s = _energy(sqrt_s)
    energies = checked_array("energy", energy, "GeV", 0.0, 1e30)
    x, left = 2 * energies / root_s, (root_s - 2 * energies) / root_s  # the difference first: 1 - x rounds x
    sin2 = constants.sin2_theta_eff
    couplings = sum((sin2 - 0.5 + is_electron) ** 2 + sin2**2 for is_electron in (1, 0, 0))
    annihilation = constants.g_fermi**2 * root_s**2 * left * couplings / (6 * math.pi)
    with np.errstate(divide="ignore"):
        radiator = constants.alpha / math.pi / x * ((2 * left + x**2) * length / 2 - x**2 / 2 * width)
    return np.where((x > 0) & (left > 0), annihilation * radiator * 2 / root_s * constants.hbarc2, 0.0)
