r"""Kinetic mixing of the Z' with the photon, made by loops of mu, tau and their superpartners.

With t = q²/m², x the Feynman parameter and -i0 understood,

    L_f(t) = Int x(1-x) ln[1 - x(1-x)t] = -5/18 - 2/(3t) + (1 + 2/t) B(t)/6     (fermion)
    L_s(t) = Int (1-2x)² ln[1 - x(1-x)t] = B(t) - 2 - 4 L_f(t)                  (pair of scalars)

with B(t) = √(1 - 4/t) ln[(√(1 - 4/t) + 1)/(√(1 - 4/t) - 1)], continued to t + i0. Small |t| goes through
the power series, because the closed form cancels there like t². Far above both thresholds the logarithms
of the heavy and the light partner cancel; there only what falls with t is computed. Close to a threshold
4 - t comes from the factored difference of the masses. Sleptons of nearly the same mass cancel, too: their
difference is an integral of the slope, over ln t, and around their threshold over √|4/t - 1|, where B is smooth:

    (1/3) ln(t_b/t_a) + L_s(t_a) - L_s(t_b) = Int (4 - 2B)/t dln t = w_a - w_b - Int B dw/2,   w = 4/t - 1

References
----------
arXiv:1811.00407, eq. (2), where the -i0 is missing: above the thresholds the mixing is complex and
rates need its modulus.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.kernels import kernel
from lmutau.gen.model.arguments import checked_array, checked_number, kernel_array, together
from lmutau.gen.model.quadrature import unit_nodes

__all__ = ["fermion_loop", "kinetic_mixing", "kinetic_mixing_point", "scalar_loop"]

_SERIES_BELOW = 0.5  # |t|; the series converges for |t| < 4, each term an eighth of the last at 0.5
_TERMS = 24
_FAR = 4.0  # |t| from which the asymptotic logarithm is split off
_DEGENERATE = 0.05  # |ln r²| below which the sleptons are almost degenerate
_NEAR = (3.0, 5.0)  # t around the threshold, where the slope is no polynomial in ln t
_NODES, _WEIGHTS = unit_nodes(8)


@kernel
def _bubble(t: float, gap: float) -> complex:
    """B(t), with B(0) = 2, a threshold at gap = 4 - t = 0 and the imaginary part of t + i0."""
    if t < 0.0:
        b = math.sqrt(-gap / t)
        return complex(b * math.log((b + 1.0) * (b + 1.0) * t / -4.0))
    if gap > 0.0:
        b = math.sqrt(gap / t)
        return complex(2.0 * b * math.atan2(1.0, b))
    b = math.sqrt(-gap / t)
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
def _loops(t: float, gap: float) -> tuple[complex, complex]:
    """L_f and L_s at t = q²/m², gap = 4 - t."""
    if abs(t) < _SERIES_BELOW:
        fermion, scalar = _series(t)
        return complex(fermion), complex(scalar)
    bubble = _bubble(t, gap)
    fermions = -5.0 / 18.0 - 2.0 / (3.0 * t) + (1.0 + 2.0 / t) * bubble / 6.0
    return fermions, bubble - 2.0 - 4.0 * fermions


@kernel
def _rests(t: float, gap: float) -> tuple[complex, complex]:
    """L_f and L_s less their asymptotes (1/6) ln(-t) - 5/18 and (1/3) ln(-t) - 8/9; |t| >= 4.

    With u = 1/t and b = √(1 - 4u): (1 + 2u) b - 1 = -(12 u² + 16 u³)/((1 + 2u) b + 1).
    """
    u = 1.0 / t
    b = math.sqrt(-gap * u)
    log = complex(math.log(abs(t)), -math.pi if t > 0.0 else 0.0)
    small = 2.0 * b * math.log1p(-2.0 * u / (1.0 + b))
    scale = 1.0 + 2.0 * u
    fermion = -2.0 * u / 3.0 - u * u * (12.0 + 16.0 * u) / (scale * b + 1.0) / 6.0 * log + scale * small / 6.0
    return fermion, -4.0 * u / (1.0 + b) * log + small - 4.0 * fermion


@kernel
def fermion_loop(t: float) -> complex:
    """L_f(t) of the module, t = q²/m²."""
    return _loops(t, 4.0 - t)[0]


@kernel
def scalar_loop(t: float) -> complex:
    """L_s(t) of the module, t = q²/m²."""
    return _loops(t, 4.0 - t)[1]


@kernel
def _lepton_sum(t_mu: float, gap_mu: float, t_tau: float, gap_tau: float, log_ratio2: float) -> complex:
    """(1/6) ln(m_tau²/m_mu²) + L_f(t_tau) - L_f(t_mu)."""
    if abs(t_mu) >= _FAR and abs(t_tau) >= _FAR:
        return _rests(t_tau, gap_tau)[0] - _rests(t_mu, gap_mu)[0]
    return log_ratio2 / 6.0 + _loops(t_tau, gap_tau)[0] - _loops(t_mu, gap_mu)[0]


@kernel
def _slope(t: float) -> complex:
    """1/3 - t dL_s/dt = (4 - 2B)/t."""
    if abs(t) >= _SERIES_BELOW:
        return (4.0 - 2.0 * _bubble(t, 4.0 - t)) / t
    total, power, beta = 1.0 / 3.0, 1.0, 1.0
    for n in range(1, _TERMS):
        beta *= n / (2.0 * (2.0 * n + 1.0))
        power *= t
        total += power * beta / (2.0 * n + 3.0)
    return complex(total)


@kernel
def _bubble_area(start: float, width: float, below: bool) -> complex:
    """Int B v dv over ``width`` from ``start``, v = √|4/t - 1|, ``below`` the threshold or above it."""
    total = complex(0.0)
    for i in range(_NODES.shape[0]):
        v = start + width * _NODES[i]
        if below:
            bubble = complex(2.0 * v * math.atan2(1.0, v))
        else:
            bubble = complex(v * (math.log1p(v) - math.log1p(-v)), -math.pi * v)
        total += _WEIGHTS[i] * bubble * v
    return width * total


@kernel
def _near_threshold(t_mu: float, gap_mu: float, log: float) -> complex:
    """The difference of almost degenerate sleptons around their threshold; log = ln r², gap = 4 - t."""
    step = 4.0 / t_mu * math.expm1(log)
    w_mu = gap_mu / t_mu
    w_tau = w_mu + step
    v_mu, v_tau = math.sqrt(abs(w_mu)), math.sqrt(abs(w_tau))
    if step == 0.0:
        return complex(0.0)
    if w_mu >= 0.0 and w_tau >= 0.0:
        return step - _bubble_area(v_mu, step / (v_mu + v_tau), True)
    if w_mu <= 0.0 and w_tau <= 0.0:
        return step + _bubble_area(v_mu, -step / (v_mu + v_tau), False)
    if w_mu > 0.0:
        return step - _bubble_area(v_mu, -v_mu, True) + _bubble_area(0.0, v_tau, False)
    return step + _bubble_area(v_mu, -v_mu, False) - _bubble_area(0.0, v_tau, True)


@kernel
def _slepton_sum(q2: float, r: float, smuon_mass2: float, gap_mu: float) -> complex:
    """(1/3) ln r² + L_s(q²/m_stau²) - L_s(q²/m_smu²), gap_mu = 4 - q²/m_smu².

    Almost degenerate sleptons: an integral of the slope instead of a difference.
    """
    t_mu, t_tau = q2 / smuon_mass2, q2 / (r * r * smuon_mass2)
    log = 2.0 * math.log(r)
    if abs(log) < _DEGENERATE:
        if _NEAR[0] < t_mu < _NEAR[1]:
            return _near_threshold(t_mu, gap_mu, log)
        total = complex(0.0)
        for i in range(_NODES.shape[0]):
            total += _WEIGHTS[i] * _slope(t_mu * math.exp(-log * _NODES[i]))
        return log * total
    if abs(t_mu) >= _FAR and abs(t_tau) >= _FAR:
        return _rests(t_tau, 4.0 - t_tau)[1] - _rests(t_mu, 4.0 - t_mu)[1]
    return log / 3.0 + _loops(t_tau, 4.0 - t_tau)[1] - _loops(t_mu, 4.0 - t_mu)[1]


@kernel
def _mixing(
    q2: float, gap_mu: float, gap_tau: float, gap_smuon: float, r: float, smuon_mass2: float,
    m_mu2: float, m_tau2: float, alpha: float,
) -> complex:  # fmt: skip
    """Pi(q²)/g_X; the gaps are 4 - q²/m² of the leptons and of the smuons."""
    factor = math.sqrt(4.0 * math.pi * alpha) / (16.0 * math.pi * math.pi)
    leptons = _lepton_sum(q2 / m_mu2, gap_mu, q2 / m_tau2, gap_tau, math.log(m_tau2 / m_mu2))
    if smuon_mass2 < math.inf:
        return factor * (8.0 * leptons + 2.0 * _slepton_sum(q2, r, smuon_mass2, gap_smuon))
    return factor * (8.0 * leptons + 4.0 * math.log(r) / 3.0)


@kernel
def kinetic_mixing_point(q2: float, r: float, smuon_mass2: float, m_mu2: float, m_tau2: float, alpha: float) -> complex:
    """Pi(q²)/g_X at one point, see :func:`kinetic_mixing`; ``smuon_mass2`` may be infinite. GeV."""
    gap_mu, gap_tau = (4.0 * m_mu2 - q2) / m_mu2, (4.0 * m_tau2 - q2) / m_tau2
    return _mixing(q2, gap_mu, gap_tau, 4.0 - q2 / smuon_mass2, r, smuon_mass2, m_mu2, m_tau2, alpha)


@kernel
def _fill(
    mass: NDArray[np.float64], r: NDArray[np.float64], smuon_mass: float, m_mu: float, m_tau: float, alpha: float,
    out: NDArray[np.complex128],
) -> None:  # fmt: skip
    m_mu2, m_tau2, smuon_mass2 = m_mu * m_mu, m_tau * m_tau, smuon_mass * smuon_mass
    for i in range(mass.shape[0]):
        m = mass[i]
        gap_mu = (2.0 * m_mu - m) * (2.0 * m_mu + m) / m_mu2
        gap_tau = (2.0 * m_tau - m) * (2.0 * m_tau + m) / m_tau2
        gap_smuon = (2.0 * smuon_mass - m) / smuon_mass * ((2.0 * smuon_mass + m) / smuon_mass)
        out[i] = _mixing(m * m, gap_mu, gap_tau, gap_smuon, r[i], smuon_mass2, m_mu2, m_tau2, alpha)


def kinetic_mixing(
    mass: ArrayLike,
    r: ArrayLike = 1.0,
    g: ArrayLike = 1.0,
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
        Gauge coupling g_X; ``mass``, ``r`` and ``g`` broadcast.
    smuon_mass
        Mass of both smuons [GeV]; None: infinitely heavy, then only their ratio ``r`` matters.
    constants
        ``alpha``, ``m_mu``, ``m_tau`` are used.

    Returns
    -------
    NDArray[complex128]
        Of the broadcast shape, dimensionless; the sign of Im is that of t + i0.

    Raises
    ------
    ConfigError
        If a mass is negative or not finite, ``r`` or ``smuon_mass`` is not positive, or shapes do not fit.

    References
    ----------
    arXiv:1811.00407, eq. (2).
    """
    masses = checked_array("mass", mass, "GeV", 0.0, 1e30)
    ratios = checked_array("r", r, "(stau over smuon mass)", 1e-30, 1e30)
    couplings = checked_array("g", g, "", 0.0, 1e30)
    smuon = math.inf if smuon_mass is None else checked_number("smuon_mass", smuon_mass, "GeV", 1e-3, math.inf)
    together(mass=masses, r=ratios, g=couplings)
    masses, ratios = np.broadcast_arrays(masses, ratios)
    values = np.empty(masses.size, dtype=np.complex128)
    leptons = (constants.m_mu, constants.m_tau, constants.alpha)
    _fill(kernel_array(masses), kernel_array(ratios), smuon, *leptons, values)
    return couplings * values.reshape(masses.shape)
