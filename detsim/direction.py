"""Directions: pseudorapidity that stays finite, and tilts that know no pole."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.kernels import kernel

__all__ = ["SMALLEST_SINE", "exp_eta", "polar", "tilted", "turned"]

Array = NDArray[np.float64]

SMALLEST_SINE = 1e-9
"""Polar angles closer to the axis count as this close: pseudorapidity is finite, |eta| < 21.5.

A numerical guard, 1e-6 of the size of any beam pipe; momenta change by 1e-18 of themselves.
"""


@kernel
def exp_eta(transverse: float, longitudinal: float) -> float:
    """exp(eta), eta = asinh(pz/pT), for ``transverse`` >= 0; 1 for the zero vector, never infinite.

    The logarithm is left to :func:`polar`.
    """
    size = abs(longitudinal)
    transverse = max(transverse, SMALLEST_SINE * size)
    if transverse == 0:
        return 1.0
    larger = size + math.sqrt(transverse * transverse + size * size)
    forward = longitudinal >= 0
    # one division, no branch: forward or backward cannot be guessed
    return (larger if forward else transverse) / (transverse if forward else larger)


def polar(transverse: ArrayLike, exponential: ArrayLike, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array, Array]:
    """(pT, eta, phi) of measured particles, from what the kernels return for each of them.

    On whole arrays NumPy takes several logarithms and arc tangents at once where the processor can.

    Parameters
    ----------
    transverse
        pT [GeV].
    exponential
        exp(eta).
    x, y
        A vector of any length along pT. All arguments have the same shape, (n,) or ().
    """
    return np.asarray(transverse), np.log(exponential), np.arctan2(y, x)


@kernel
def tilted(sin_theta: float, cos_theta: float, along_theta: float, along_phi: float) -> tuple[float, float, float]:
    """Tilt a unit vector by small angles [rad] along its two transverse directions.

    The vector has azimuth 0; the result (x, y, z), not normalised, is
    n + along_theta e_theta + along_phi e_phi. In this tangent plane nothing happens at the poles,
    a tilt across the axis simply comes out on the other side.
    """
    return sin_theta + along_theta * cos_theta, along_phi, cos_theta - along_theta * sin_theta


@kernel
def turned(x: float, y: float, px: float, py: float) -> tuple[float, float]:
    """Transverse vector (x, y) turned by the azimuth of (px, py) and scaled by its length.

    The direction of (0, 0) is taken as the x axis. No angles are added, so nothing has to be wrapped.
    """
    if px == 0 and py == 0:
        px = 1.0
    return x * px - y * py, y * px + x * py
