r"""Neutrino trident production nu N → nu mu mu N with a Z': CCFR's limit on g_X.

Heavy Z' (contact interaction): exact, with v² = 1/(√2 G_F).
Light Z', m_X ≪ m_mu ≪ √s: leading logarithms of nu gamma* → nu mu mu at c.m. energy² s, folded with
the photons of an iron nucleus, dN ∝ ds/s dQ²/Q² F²(Q²), Q² > (s/2E)². The papers give the unfolded
formulas, where s is not 2 m E. Leading logarithms only: tens of per cent in the rate, not a precision curve.
All three parts fall with 1/pi²: so says the tree-level amplitude (the tests integrate it).

References
----------
arXiv:1904.13053, eq. (2.10) and section 2. W. Altmannshofer et al., arXiv:1406.2332: photon flux.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError
from lmutau.gen.model.arguments import checked_array, checked_number, together
from lmutau.gen.model.data_files import bound_numbers
from lmutau.gen.model.quadrature import unit_nodes

__all__ = [
    "trident_heavy_limit",
    "trident_heavy_ratio",
    "trident_kernels",
    "trident_light_limit",
    "trident_light_ratio",
]

Array = NDArray[np.float64]

TWO_SIDED_95 = 1.96
"""Standard deviations of a 95 % interval; 1.645 is a one-sided limit."""


def _allowed(n_sigma: float) -> float:
    checked_number("n_sigma", n_sigma, "", 0.0, 100.0)
    numbers = bound_numbers("trident")
    return numbers["ratio"] + n_sigma * numbers["ratio_error"]


def trident_heavy_ratio(mass: ArrayLike, g: ArrayLike = 1.0, *, constants: Constants = CONSTANTS) -> Array:
    """sigma/sigma_SM for a Z' heavier than the momentum transfer of a few GeV.

    [1 + (1 + 4 sin² + 2 v² g²/M²)²]/[1 + (1 + 4 sin²)²].

    Parameters
    ----------
    mass, g
        Mass of the Z' [GeV] above 0 and coupling; they broadcast.
    constants
        ``g_fermi``, ``sin2_theta_eff`` are used.
    """
    masses = checked_array("mass", mass, "GeV", 1e-30, 1e30)
    couplings = checked_array("g", g, "", 0.0, 1e30)
    together(mass=masses, g=couplings)
    vector = 1 + 4 * constants.sin2_theta_eff
    extra = math.sqrt(2) / constants.g_fermi * (couplings / masses) ** 2
    return (1 + (vector + extra) ** 2) / (1 + vector**2)


def trident_heavy_limit(mass: ArrayLike, n_sigma: float = TWO_SIDED_95, *, constants: Constants = CONSTANTS) -> Array:
    """Coupling at which a heavy Z' reaches CCFR's value plus ``n_sigma`` errors; proportional to the mass.

    Meant for masses well above a few GeV; below, the true limit is weaker.

    Raises
    ------
    ConfigError
        If the value plus ``n_sigma`` errors is below the standard model: nothing is left to add.
    """
    masses = checked_array("mass", mass, "GeV", 0.0, 1e30)
    allowed = _allowed(n_sigma)
    if allowed < 1:
        raise ConfigError(f"n_sigma = {n_sigma:g}: allowed is at least 0.643, where CCFR reaches the standard model.")
    vector = 1 + 4 * constants.sin2_theta_eff
    extra = math.sqrt(allowed * (1 + vector**2) - 1) - vector
    return masses * math.sqrt(extra * constants.g_fermi / math.sqrt(2))


def trident_kernels(
    s: ArrayLike, mass: ArrayLike, g: ArrayLike = 1.0, *, constants: Constants = CONSTANTS
) -> dict[str, Array]:
    """Cross-sections [GeV^-2] of nu gamma* → nu mu mu at squared c.m. energy ``s``, leading logarithms.

    Parameters
    ----------
    s, mass, g
        Squared c.m. energy [GeV²] of neutrino and photon, mass of the Z' [GeV], coupling; they broadcast.
    constants
        ``alpha``, ``g_fermi``, ``m_mu``, ``sin2_theta_eff`` are used.

    Returns
    -------
    dict
        ``sm``, ``interference``, ``new``. ``sm`` is negative below s = 23.7 m_mu²: the logarithm is no
        good there, only the folded ratio is meant to be used.

    Raises
    ------
    ConfigError
        If a mass is not below that of the muon, where the formula has no meaning, or s below 4 m_mu².

    References
    ----------
    arXiv:1904.13053, eq. (2.10).
    """
    m2 = constants.m_mu**2
    masses = checked_array("mass", mass, "GeV", 0.0, constants.m_mu, open_low=True)
    energies2 = checked_array("s", s, "GeV^2", 4 * m2, 1e30)
    coupling2 = np.square(checked_array("g", g, "", 0.0, 1e30))
    together(s=energies2, mass=masses, g=coupling2)
    vector, axial = 0.5 + 2 * constants.sin2_theta_eff, 0.5
    alpha, fermi, log = constants.alpha, constants.g_fermi, np.log(energies2 / m2)
    sm = (vector**2 + axial**2) * fermi**2 * alpha * energies2 / (9 * math.pi**2) * (log - 19 / 6)
    interference = fermi / math.sqrt(2) * coupling2 * vector * alpha / (3 * math.pi**2) * log**2
    new = 7 * coupling2**2 * alpha / (72 * math.pi**2 * m2) * np.log(m2 / masses**2) + 0 * energies2
    return {"sm": sm, "interference": interference, "new": new}


def _photon_flux(s: Array, energy: float, radius: float) -> Array:
    """Int dQ²/Q² F² from Q² = (s/2E)² up, F = exp(-Q² R²/6), R [GeV^-1]: an exponential integral E_1."""
    x = (s / (2 * energy)) ** 2 * radius**2 / 3
    # E_1(x) = Int_0^inf e^(-x e^u) du; beyond x e^u = 40 nothing is left
    nodes, weights = unit_nodes(64)
    span = np.log1p(40 / x)
    return span * (np.exp(-x[..., None] * np.exp(span[..., None] * nodes)) @ weights)


def _folded(mass: Array, constants: Constants) -> tuple[float, float, Array]:
    """Standard model, interference/g² and new part/g⁴ over the flux of an iron nucleus, common units."""
    numbers = bound_numbers("trident")
    radius = numbers["nuclear_radius"] / math.sqrt(constants.hbarc2 * 1e-13)  # fm to GeV^-1
    low = math.log(4 * constants.m_mu**2)
    # the form factor ends the flux where s R/(2E) is a few
    high = math.log(2 * numbers["neutrino_energy"] * 12 / radius)
    nodes, weights = unit_nodes(64)
    s = np.exp(low + (high - low) * nodes)
    flux = _photon_flux(s, numbers["neutrino_energy"], radius) * weights
    kernels = trident_kernels(s, 0.5 * constants.m_mu, constants=constants)
    per_log = float(flux @ kernels["new"]) / (2 * math.log(2))
    logs = 2 * np.log(constants.m_mu / mass)  # the new part is proportional to this logarithm
    return float(flux @ kernels["sm"]), float(flux @ kernels["interference"]), per_log * logs


def _light(mass: ArrayLike) -> Array:
    numbers = bound_numbers("trident")
    return checked_array(
        "mass", mass, "GeV (light formula of the trident)", numbers["light_above"], numbers["light_below"]
    )


def trident_light_ratio(mass: ArrayLike, g: ArrayLike = 1.0, *, constants: Constants = CONSTANTS) -> Array:
    """sigma/sigma_SM for a light Z', folded with the photons of iron; leading logarithms (tens of per cent).

    Parameters
    ----------
    mass, g
        Mass of the Z', 1 to 50 MeV, in GeV, and coupling; they broadcast.
    constants
        ``alpha``, ``g_fermi``, ``m_mu``, ``sin2_theta_eff``, ``hbarc2`` are used.

    Raises
    ------
    ConfigError
        If a mass is outside the range in which the formula means something.

    References
    ----------
    arXiv:1904.13053, eq. (2.10).
    """
    masses, coupling2 = _light(mass), np.square(checked_array("g", g, "", 0.0, 1e30))
    together(mass=masses, g=coupling2)
    sm, interference, new = _folded(masses, constants)
    return 1 + (interference * coupling2 + new * coupling2**2) / sm


def trident_light_limit(mass: ArrayLike, n_sigma: float = TWO_SIDED_95, *, constants: Constants = CONSTANTS) -> Array:
    """Coupling at which a light Z' reaches CCFR's value plus ``n_sigma`` errors; see :func:`trident_light_ratio`.

    6.0e-4 at 1 MeV to 7.3e-4 at 50 MeV (95 %). Not a precision curve: leading logarithms.

    Raises
    ------
    ConfigError
        If a mass is outside 1 to 50 MeV, or ``n_sigma`` so small that nothing may be added.
    """
    masses = _light(mass)
    allowed = _allowed(n_sigma)
    if allowed < 1:
        raise ConfigError(f"n_sigma = {n_sigma:g}: allowed is at least 0.643, where CCFR reaches the standard model.")
    sm, interference, new = _folded(masses, constants)
    room = (allowed - 1) * sm
    return np.sqrt(2 * room / (interference + np.sqrt(interference**2 + 4 * new * room)))
