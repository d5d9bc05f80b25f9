r"""Widths of the Z' of L_mu - L_tau into neutrinos, muons and taus, and its invisible branching fraction.

    Gamma(nu_l nubar_l) = g² M/(24 pi)                              l = mu, tau: left-handed, massless
    Gamma(l+ l-)        = g² M/(12 pi) (1 + 2 m²/M²) √(1 - 4 m²/M²)

References
----------
arXiv:1904.13053, eq. (2.4) and (3.8): the factor 1 + m²/M² printed there for a vector coupling to a
Dirac fermion must be 1 + 2 m²/M².
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.model.arguments import checked_array, checked_choice, together

__all__ = ["LARGEST_MASS", "SCENARIOS", "branching_invisible", "phase_space_velocity", "widths"]

Array = NDArray[np.float64]

SCENARIOS = ("vanilla", "invisible")
"""How the Z' decays: as the model says, or into dark matter only."""
LARGEST_MASS = 1e30
"""GeV; beyond it squares and ratios of masses leave the range of doubles."""


def phase_space_velocity(mass: Array, daughter: float) -> Array:
    """√(1 - 4 m²/M²), 0 at and below threshold, without cancellation close to it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        beta = np.sqrt(np.maximum(mass - 2 * daughter, 0.0) * (mass + 2 * daughter)) / mass
    return np.where(mass > 2 * daughter, beta, 0.0)


def vector_factor(mass: Array, daughter: float) -> Array:
    """(1 + 2 m²/M²) √(1 - 4 m²/M²) of a Dirac fermion with a vector coupling."""
    with np.errstate(divide="ignore", over="ignore"):
        ratio2 = np.where(mass > 2 * daughter, (daughter / mass) ** 2, 0.0)
    return (1 + 2 * ratio2) * phase_space_velocity(mass, daughter)


def widths(mass: ArrayLike, g: ArrayLike = 1.0, *, constants: Constants = CONSTANTS) -> dict[str, Array]:
    """Partial widths of the Z' [GeV].

    Parameters
    ----------
    mass
        Mass of the Z' [GeV], any shape.
    g
        Gauge coupling g_X; broadcasts with ``mass``.
    constants
        ``m_mu``, ``m_tau`` are used.

    Returns
    -------
    dict
        ``nu`` (both flavours together), ``mu``, ``tau``, ``total``, each of the broadcast shape.

    Raises
    ------
    ConfigError
        If a mass or coupling is negative or not finite, or shapes do not fit.

    References
    ----------
    arXiv:1904.13053, eq. (2.4) and (3.8), with the erratum above.

    Examples
    --------
    >>> float(widths(1.0)["nu"])
    0.026525823848649224
    """
    masses = checked_array("mass", mass, "GeV", 0.0, LARGEST_MASS)
    couplings = checked_array("g", g, "", 0.0, 1e30)
    together(mass=masses, g=couplings)
    unit = np.square(couplings) * masses / (12 * math.pi)
    found = {
        "nu": unit,
        "mu": unit * vector_factor(masses, constants.m_mu),
        "tau": unit * vector_factor(masses, constants.m_tau),
    }
    return {**found, "total": found["nu"] + found["mu"] + found["tau"]}


def branching_invisible(
    mass: ArrayLike,
    scenario: str = "vanilla",
    *,
    g: ArrayLike = 1.0,
    dark_width: ArrayLike = 0.0,
    constants: Constants = CONSTANTS,
) -> Array:
    """Invisible branching fraction of the Z'.

    Parameters
    ----------
    mass
        Mass of the Z' [GeV], any shape.
    scenario
        ``vanilla``: neutrinos against muons and taus (1, then about 1/2, then 1/3). ``invisible``: 1.
    g, dark_width
        With a width into dark matter [GeV] at the coupling ``g`` it counts as invisible too; both broadcast
        with ``mass``. Without one the fraction does not depend on ``g``.
    constants
        ``m_mu``, ``m_tau`` are used.

    Raises
    ------
    ConfigError
        If ``scenario`` is unknown, or a mass or width is negative.

    References
    ----------
    arXiv:1904.13053, section 2; arXiv:2212.03066 (both scenarios).
    """
    checked_choice("scenario", scenario, SCENARIOS)
    masses = checked_array("mass", mass, "GeV", 0.0, LARGEST_MASS)
    dark = checked_array("dark_width", dark_width, "GeV", 0.0, LARGEST_MASS)
    coupling2 = np.square(checked_array("g", g, "", 0.0, 1e30, open_low=True))
    together(mass=masses, dark_width=dark, g=coupling2)
    masses, dark, coupling2 = np.broadcast_arrays(masses, dark, coupling2)
    if scenario == "invisible":
        return np.ones_like(masses)
    visible = vector_factor(masses, constants.m_mu) + vector_factor(masses, constants.m_tau)
    with np.errstate(divide="ignore", invalid="ignore"):
        extra = np.where(dark > 0, dark * 12 * math.pi / (coupling2 * masses), 0.0)
        fraction = (1 + extra) / (1 + extra + visible)
    return np.where(np.isfinite(extra), fraction, 1.0)
