"""Squared amplitudes of e+e- → μ+μ-(γ, V) and e+e- → γV for arrays of four-momenta.

The scalar formulas of this folder want invariants; here they are formed from momenta, without
cancellation as far as the momenta themselves allow. Nothing depends on the frame or on the
direction of the beams.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.amplitudes.gammazp import gammazp_squared
from lmutau.gen.amplitudes.mumu import mumu_squared
from lmutau.gen.amplitudes.mumugamma import (
    mumugamma_columns,
    mumugamma_fsr,
    mumugamma_interference,
    mumugamma_isr,
)
from lmutau.gen.amplitudes.mumuzp import mumuzp_squared
from lmutau.gen.amplitudes.products import beam_difference, between, checked_rows
from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError
from lmutau.gen.kernels import kernel

__all__ = ["gammazp", "mumu", "mumugamma", "mumugamma_parts", "mumuzp"]

Array = NDArray[np.float64]

_CHUNK = 256
"""Events whose invariants are kept at a time: they stay in the fastest cache."""


@kernel
def _fill_mumu(rows: Array, m_e2: float, m_mu2: float, alpha: float, out: Array) -> None:
    for n in range(rows.shape[0]):
        s = 2.0 * (m_e2 + between(rows, n, 0, m_e2, 1, m_e2))
        out[n] = mumu_squared(s, beam_difference(rows, n, 2), m_e2, m_mu2, alpha)


@kernel
def _fill_mumuzp(rows: Array, m_e2: float, m_mu2: float, boson2: float, alpha: float, g: float, out: Array) -> None:
    for n in range(rows.shape[0]):
        s = 2.0 * (m_e2 + between(rows, n, 0, m_e2, 1, m_e2))
        minus = 2.0 * between(rows, n, 2, m_mu2, 4, boson2) + boson2
        plus = 2.0 * between(rows, n, 3, m_mu2, 4, boson2) + boson2
        a, b = beam_difference(rows, n, 2), beam_difference(rows, n, 3)
        out[n] = mumuzp_squared(s, minus, plus, a, b, m_e2, m_mu2, boson2, alpha, g)


@kernel
def _fill_gammazp(rows: Array, m_e2: float, boson2: float, alpha: float, epsilon2: float, out: Array) -> None:
    for n in range(rows.shape[0]):
        x, y = between(rows, n, 0, m_e2, 2, 0.0), between(rows, n, 1, m_e2, 2, 0.0)
        out[n] = gammazp_squared(x, y, m_e2, boson2, alpha, epsilon2)


@kernel
def _photon_products(
    rows: Array, n: int, m_e2: float, m_mu2: float
) -> tuple[float, float, float, float, float, float, float]:
    """The seven invariants of :mod:`lmutau.gen.amplitudes.mumugamma`, event ``n``."""
    return (
        2.0 * (m_e2 + between(rows, n, 0, m_e2, 1, m_e2)),
        between(rows, n, 0, m_e2, 4, 0.0),
        between(rows, n, 1, m_e2, 4, 0.0),
        between(rows, n, 2, m_mu2, 4, 0.0),
        between(rows, n, 3, m_mu2, 4, 0.0),
        beam_difference(rows, n, 2),
        beam_difference(rows, n, 3),
    )


@kernel
def _fill_mumugamma(rows: Array, m_e2: float, m_mu2: float, alpha: float, out: Array) -> None:
    v = np.empty((7, _CHUNK))
    for start in range(0, rows.shape[0], _CHUNK):
        stop = min(start + _CHUNK, rows.shape[0])
        m = stop - start
        for i in range(m):
            v[0, i], v[1, i], v[2, i], v[3, i], v[4, i], v[5, i], v[6, i] = _photon_products(
                rows, start + i, m_e2, m_mu2
            )
        mumugamma_columns(
            v[0, :m], v[1, :m], v[2, :m], v[3, :m], v[4, :m], v[5, :m], v[6, :m],
            m_e2, m_mu2, alpha, out[start:stop],
        )  # fmt: skip


@kernel
def _fill_mumugamma_parts(rows: Array, m_e2: float, m_mu2: float, alpha: float, out: Array) -> None:
    for n in range(rows.shape[0]):
        s, x, y, z, w, a, b = _photon_products(rows, n, m_e2, m_mu2)
        out[n, 0] = mumugamma_isr(s, x, y, z, w, a, b, m_e2, m_mu2, alpha)
        out[n, 1] = mumugamma_fsr(s, x, y, z, w, a, b, m_e2, m_mu2, alpha)
        out[n, 2] = mumugamma_interference(s, x, y, z, w, a, b, m_e2, m_mu2, alpha)


def _check_mass(mass: float) -> None:
    if not (math.isfinite(mass) and mass >= 0.0):
        raise ConfigError(f"mass = {mass} GeV: give the mass of the boson, a finite number >= 0.")


def mumu(momenta: ArrayLike, *, constants: Constants = CONSTANTS) -> Array:
    """Spin-averaged |M|² [dimensionless] of e+e- → μ+μ- through a photon.

    Parameters
    ----------
    momenta
        (n, 4, 4): event; e-, e+, μ-, μ+; (E, px, py, pz) [GeV], any frame.
    constants
        ``alpha``, ``m_e``, ``m_mu`` are used.

    Returns
    -------
    Array
        (n,), summed over the final spins.

    Raises
    ------
    ValueError
        If the shape is another one.

    References
    ----------
    M. E. Peskin, D. V. Schroeder, An Introduction to Quantum Field Theory, eq. (5.10), with the
    electron mass added.
    """
    rows = checked_rows(momenta, "e-, e+, mu-, mu+")
    out = np.empty(len(rows))
    _fill_mumu(rows, constants.m_e**2, constants.m_mu**2, constants.alpha, out)
    return out


def mumuzp(momenta: ArrayLike, *, mass: float, g: float = 1.0, constants: Constants = CONSTANTS) -> Array:
    """Spin-averaged |M|² [GeV^-2] of e+e- → μ+μ-V, V with a vector coupling to muons only.

    Parameters
    ----------
    momenta
        (n, 5, 4): event; e-, e+, μ-, μ+, V; (E, px, py, pz) [GeV], any frame.
    mass
        Mass of V [GeV], 0 included.
    g
        Coupling of V to the muon.
    constants
        ``alpha``, ``m_e``, ``m_mu`` are used.

    Returns
    -------
    Array
        (n,), summed over the final spins.

    Raises
    ------
    ConfigError
        If the mass is negative or not finite.
    ValueError
        If the shape is another one.

    References
    ----------
    arXiv:1904.13053, section 3: the diagrams; here with exact masses.
    """
    rows = checked_rows(momenta, "e-, e+, mu-, mu+, V")
    _check_mass(mass)
    out = np.empty(len(rows))
    _fill_mumuzp(rows, constants.m_e**2, constants.m_mu**2, mass**2, constants.alpha, g, out)
    return out


def gammazp(momenta: ArrayLike, *, mass: float, epsilon: float = 1.0, constants: Constants = CONSTANTS) -> Array:
    """Spin-averaged |M|² [dimensionless] of e+e- → γV, V with the vector coupling epsilon e to electrons.

    Parameters
    ----------
    momenta
        (n, 4, 4): event; e-, e+, γ, V; (E, px, py, pz) [GeV], any frame.
    mass
        Mass of V [GeV], 0 included (γγ without the factor for identical photons).
    epsilon
        Kinetic mixing.
    constants
        ``alpha``, ``m_e`` are used.

    Returns
    -------
    Array
        (n,), summed over the final spins.

    Raises
    ------
    ConfigError
        If the mass is negative or not finite.
    ValueError
        If the shape is another one.

    References
    ----------
    arXiv:1811.00407, eq. (4), with the electron mass added.
    """
    rows = checked_rows(momenta, "e-, e+, photon, V")
    _check_mass(mass)
    out = np.empty(len(rows))
    _fill_gammazp(rows, constants.m_e**2, mass**2, constants.alpha, epsilon**2, out)
    return out


def mumugamma(momenta: ArrayLike, *, constants: Constants = CONSTANTS) -> Array:
    """Spin-averaged |M|² [GeV^-2] of e+e- → μ+μ-γ: photon from any of the four legs.

    Parameters
    ----------
    momenta
        (n, 5, 4): event; e-, e+, μ-, μ+, γ; (E, px, py, pz) [GeV], any frame.
    constants
        ``alpha``, ``m_e``, ``m_mu`` are used; ``m_e`` = 0 is allowed.

    Returns
    -------
    Array
        (n,), summed over the final spins.

    Raises
    ------
    ValueError
        If the shape is another one.

    References
    ----------
    F. A. Berends, R. Kleiss, Nucl. Phys. B177 (1981) 237: massless limit; here with exact masses.
    """
    rows = checked_rows(momenta, "e-, e+, mu-, mu+, photon")
    out = np.empty(len(rows))
    _fill_mumugamma(rows, constants.m_e**2, constants.m_mu**2, constants.alpha, out)
    return out


def mumugamma_parts(momenta: ArrayLike, *, constants: Constants = CONSTANTS) -> Array:
    """Initial-state, final-state and interference part of :func:`mumugamma`.

    Parameters
    ----------
    momenta, constants
        As in :func:`mumugamma`.

    Returns
    -------
    Array
        (n, 3) [GeV^-2]; the sum over the last axis is :func:`mumugamma`.

    Raises
    ------
    ValueError
        If the shape is another one.
    """
    rows = checked_rows(momenta, "e-, e+, mu-, mu+, photon")
    out = np.empty((len(rows), 3))
    _fill_mumugamma_parts(rows, constants.m_e**2, constants.m_mu**2, constants.alpha, out)
    return out
