r"""Kinetic mixing of the Z' with the photon, made by loops of mu, tau and their superpartners.

With t = q²/m², x the Feynman parameter and -i0 understood,

    L_f(t) = Int x(1-x) ln[1 - x(1-x)t] = -5/18 - 2/(3t) + (1 + 2/t) B(t)/6     (fermion)
    L_s(t) = Int (1-2x)² ln[1 - x(1-x)t] = B(t) - 2 - 4 L_f(t)                  (pair of scalars)

with B(t) = √(1 - 4/t) ln[(√(1 - 4/t) + 1)/(√(1 - 4/t) - 1)], continued to t + i0. Small |t| goes through
the power series, because the closed form cancels there like t².

References
----------
arXiv:1811.00407, eq. (2), where the -i0 is missing: above the thresholds the mixing is complex and
rates need its modulus.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError
from lmutau.gen.kernels import kernel

__all__ = ["fermion_loop", "kinetic_mixing", "kinetic_mixing_point", "scalar_loop"]

_SERIES_BELOW = 0.5  # |t|; the series converges for |t| < 4, each term an eighth of the last at 0.5
_TERMS = 24


@kernel
def _bubble(t: float) -> complex:
    """B(t), with B(0) = 2, a threshold at t = 4 and the imaginary part of t + i0."""
    if t < 0.0:
        b = math.sqrt(1.0 - 4.0 / t)
        return complex(b * math.log((b + 1.0) * (b + 1.0) * t / -4.0))
    if t < 4.0:
        b = math.sqrt((4.0 - t) / t)
        return complex(2.0 * b * math.atan2(1.0, b))
    b = math.sqrt((t - 4.0) / t)
    return complex(b * math.log((1.0 + b) * (1.0 + b) * t / 4.0), -math.pi * b)


@kernel
def _series(t: float) -> tuple[float, float]:
    """L_f and L_s as power series, -Sum tⁿ/n B(n+2, n+2) and -Sum tⁿ/n B(n+1, n+1)/(2n+3)."""
    fermion, scalar, power, beta = 0.0, 0.0, 1.0, 1.0  # beta = B(n+1, n+1)
    for n in range(1, _TERMS):
        beta *= n / (2.0 * (2.0 * n + 1.0))
        power *= t
        fermion -= power / n * beta * (n + 1.0) / (2.0 * (2.0 * n + 3.0))
        scalar -= power / n * beta / (2.0 * n + 3.0)
    return fermion, scalar


@kernel
def fermion_loop(t: float) -> complex:
    """L_f(t) of the module, t = q²/m²."""
    if abs(t) < _SERIES_BELOW:
        return complex(_series(t)[0])
    return -5.0 / 18.0 - 2.0 / (3.0 * t) + (1.0 + 2.0 / t) * _bubble(t) / 6.0


@kernel
def scalar_loop(t: float) -> complex:
    """L_s(t) of the module, t = q²/m²."""
    if abs(t) < _SERIES_BELOW:
        return complex(_series(t)[1])
    return _bubble(t) - 2.0 - 4.0 * fermion_loop(t)


@kernel
def kinetic_mixing_point(q2: float, r: float, smuon_mass2: float, m_mu2: float, m_tau2: float, alpha: float) -> complex:
    """Pi(q²)/g_X at one point, see :func:`kinetic_mixing`; ``smuon_mass2`` may be infinite. GeV."""
    factor = math.sqrt(4.0 * math.pi * alpha) / (16.0 * math.pi * math.pi)
    leptons = math.log(m_tau2 / m_mu2) / 6.0 + fermion_loop(q2 / m_tau2) - fermion_loop(q2 / m_mu2)
    sleptons = complex(2.0 * math.log(r) / 3.0)
    if smuon_mass2 < math.inf:
        sleptons += scalar_loop(q2 / (r * r * smuon_mass2)) - scalar_loop(q2 / smuon_mass2)
    return factor * (8.0 * leptons + 2.0 * sleptons)


def kinetic_mixing(
    mass: ArrayLike,
    r: float = 1.0,
    g: float = 1.0,
    smuon_mass: float | None = None,
    *,
    constants: Constants = CONSTANTS,
) -> NDArray[np.complex128]:
    """Kinetic mixing Pi(q² = mass²) of the Z' with the photon; the electron couples with |Pi| e.

    Parameters
    ----------
    mass
        Mass of the Z' [GeV], any shape.
    r
        Mass of the stau over that of the smuon; 1 is the model without superpartners.
    g
        Gauge coupling g_X.
    smuon_mass
        Mass of both smuons [GeV]; None: infinitely heavy, then only their ratio ``r`` matters.
    constants
        ``alpha``, ``m_mu``, ``m_tau`` are used.

    Returns
    -------
    NDArray[complex128]
        Shape of ``mass``, dimensionless; the sign of Im is that of t + i0.

    Raises
    ------
    ConfigError
        If a mass is negative, or ``r`` or ``smuon_mass`` is not positive.

    References
    ----------
    arXiv:1811.00407, eq. (2).
    """
    masses = np.asarray(mass, dtype=np.float64)
    if not (np.isfinite(masses).all() and (masses >= 0).all()):
        raise ConfigError(f"mass = {mass!r} GeV: allowed are finite numbers >= 0.")
    if not (math.isfinite(r) and r > 0):
        raise ConfigError(f"r = {r!r}: allowed is a finite number > 0 (stau over smuon mass).")
    if smuon_mass is not None and not smuon_mass > 0:
        raise ConfigError(f"smuon_mass = {smuon_mass!r} GeV: allowed is a number > 0, or None for infinitely heavy.")
    smuon2 = math.inf if smuon_mass is None else float(smuon_mass) ** 2
    arguments = (float(r), smuon2, constants.m_mu**2, constants.m_tau**2, constants.alpha)
    values = [kinetic_mixing_point(m * m, *arguments) for m in masses.ravel().tolist()]
    return g * np.array(values, dtype=np.complex128).reshape(masses.shape)
