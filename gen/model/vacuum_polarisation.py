"""Running of the fine-structure constant: vacuum polarisation of a virtual photon.

alpha(s) = alpha(0)/(1 - Delta alpha(s)), real part; the imaginary part changes a cross-section by less
than 6e-5. Leptons: one loop, masses kept, all three. Hadrons: a published parametrisation smooth in
|s|; it follows the data away from resonances, but knows no rho, phi, J/psi or Upsilon, near which the
real part differs by much more than its error.

References
----------
M. Steinhauser, Phys. Lett. B429 (1998) 158: leptons.
H. Burkhardt, B. Pietrzyk, Phys. Lett. B513 (2001) 46, table 3: hadrons.
"""

import functools
import math
import tomllib
from importlib import resources

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.kernels import kernel

__all__ = [
    "FIXED",
    "LEPTONIC",
    "RUNNING",
    "coupling_of",
    "delta_alpha",
    "delta_alpha_hadronic",
    "delta_alpha_lepton",
    "hadronic_table",
    "running_factor",
    "screening",
    "screening_numbers",
]

Array = NDArray[np.float64]

FIXED, LEPTONIC, RUNNING = 0.0, 1.0, 2.0
"""What the photon between the fermion lines couples with: alpha(0), or alpha(s) without or with hadrons."""


@kernel
def delta_alpha_lepton(s: float, mass2: float, alpha: float) -> float:
    """Delta alpha of one lepton at s [GeV^2], one loop: (alpha/3 pi)[-5/3 - r + (1 + r/2) g], r = 4 m^2/s.

    s > 0: timelike, the real part; s < 0: spacelike.
    """
    r = 4 * mass2 / s
    if -300 < r <= 1:
        root = math.sqrt(1 - r)
        g = root * (2 * math.log(1 + root) - math.log(abs(r)))
    elif 1 < r < 300:
        root = math.sqrt(r - 1)
        g = 2 * root * math.atan(1 / root)
    else:
        # far below threshold the bracket is a rest of large terms
        t = 1 / (r - 1)
        return -alpha / (3 * math.pi) * t * (0.8 - t * (16 / 35 - t * (20 / 63 - t * 8 / 33)))
    return alpha / (3 * math.pi) * (-5 / 3 - r + (1 + 0.5 * r) * g)


@functools.cache
def hadronic_table() -> Array:
    """Parametrisation of the hadrons: (rows, 4) = smallest |s| [GeV^2], a, b, c."""
    text = resources.files("lmutau.data").joinpath("vacuum_polarisation.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)["hadronic"]
    rows = np.stack([np.square(table["low"]), table["a"], table["b"], table["c"]], axis=1)
    rows.setflags(write=False)
    return rows


@kernel
def _hadronic(s: float, table: Array) -> float:
    row = 0
    while row + 1 < table.shape[0] and s >= table[row + 1, 0]:
        row += 1
    return table[row, 1] + table[row, 2] * math.log(1 + table[row, 3] * s)


@kernel
def running_factor(
    s: float, mode: float, m_e2: float, m_mu2: float, m_tau2: float, alpha: float, table: Array
) -> float:
    """|alpha(s)/alpha(0)|^2 at one s > 0 [GeV^2]; mode FIXED, LEPTONIC or RUNNING."""
    if mode == FIXED:
        return 1.0
    delta = delta_alpha_lepton(s, m_e2, alpha) + delta_alpha_lepton(s, m_mu2, alpha)
    delta += delta_alpha_lepton(s, m_tau2, alpha)
    if mode == RUNNING:
        delta += _hadronic(s, table)
    return 1 / ((1 - delta) * (1 - delta))


@kernel
def screening(q2: float, numbers: Array) -> float:
    """alpha(q²)/alpha(0) of one virtual photon, timelike or spacelike [GeV²].

    ``numbers``: from :func:`screening_numbers`.
    """
    if numbers[0] == FIXED:
        return 1.0
    delta = 0.0
    for i in range(1, 4):
        delta += delta_alpha_lepton(q2, numbers[i], numbers[4])
    if numbers[0] == RUNNING:
        delta += _hadronic(abs(q2), numbers[5:].reshape(-1, 4))
    return 1 / (1 - delta)


def screening_numbers(alpha: float | str, constants: Constants = CONSTANTS) -> tuple[float, Array]:
    """Alpha of real photons, and what :func:`screening` needs, for a value of the parameter ``alpha``."""
    fixed, mode = coupling_of(alpha, constants)
    masses2 = [constants.m_e**2, constants.m_mu**2, constants.m_tau**2]
    return fixed, np.concatenate([[mode, *masses2, fixed], hadronic_table().ravel()])


@kernel
def _fill_leptons(s: Array, m_e2: float, m_mu2: float, m_tau2: float, alpha: float, out: Array) -> None:
    for i in range(s.shape[0]):
        out[i, 0] = delta_alpha_lepton(s[i], m_e2, alpha)
        out[i, 1] = delta_alpha_lepton(s[i], m_mu2, alpha)
        out[i, 2] = delta_alpha_lepton(s[i], m_tau2, alpha)


@kernel
def _fill_hadrons(s: Array, table: Array, out: Array) -> None:
    for i in range(s.shape[0]):
        out[i] = _hadronic(s[i], table)


def _positive(s: ArrayLike) -> Array:
    values = np.asarray(s, dtype=np.float64)
    if not (np.isfinite(values) & (values > 0)).all():
        raise ValueError("s: allowed are finite numbers above 0 [GeV^2]: the photon is timelike.")
    return values


def delta_alpha(s: ArrayLike, *, constants: Constants = CONSTANTS) -> Array:
    """Leptonic Delta alpha, one loop.

    Parameters
    ----------
    s
        Squared mass of the photon [GeV^2], any shape, above 0.
    constants
        alpha(0) and the lepton masses.

    Returns
    -------
    Array
        Shape of ``s`` and a last axis: e, mu, tau; their sum is the shift of alpha.

    Raises
    ------
    ValueError
        If ``s`` is not positive and finite.
    """
    values = _positive(s)
    out = np.empty((values.size, 3))
    masses = (constants.m_e**2, constants.m_mu**2, constants.m_tau**2)
    _fill_leptons(values.ravel(), *masses, constants.alpha, out)
    return out.reshape(*values.shape, 3)


def delta_alpha_hadronic(s: ArrayLike) -> Array:
    """Hadronic Delta alpha of the smooth parametrisation, shape of ``s`` [GeV^2]; not near a resonance.

    Raises
    ------
    ValueError
        If ``s`` is not positive and finite.
    """
    values = _positive(s)
    out = np.empty(values.size)
    _fill_hadrons(values.ravel(), hadronic_table(), out)
    return out.reshape(values.shape)


def coupling_of(alpha: float | str, constants: Constants = CONSTANTS) -> tuple[float, float]:
    """Translate the parameter ``alpha`` (number, "leptonic", "running"): alpha of real photons, and the mode."""
    if isinstance(alpha, str):
        return constants.alpha, {"leptonic": LEPTONIC, "running": RUNNING}[alpha]
    return alpha, FIXED
