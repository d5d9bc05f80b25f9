"""Directions: pseudorapidity that stays finite, and tilts that know no pole."""

import math

from lmutau.gen.kernels import kernel

__all__ = ["SMALLEST_SINE", "azimuth", "pseudorapidity", "tilted"]

SMALLEST_SINE = 1e-9
"""Polar angles closer to the axis count as this close: pseudorapidity is finite, |eta| < 21.5.

A numerical guard, 1e-6 of the size of any beam pipe; momenta change by 1e-18 of themselves.
"""


@kernel
def pseudorapidity(transverse: float, longitudinal: float) -> float:
    """eta = asinh(pz/pT), for ``transverse`` >= 0; 0 for the zero vector, never infinite."""
    size = abs(longitudinal)
    transverse = max(transverse, SMALLEST_SINE * size)
    if transverse == 0:
        return 0.0
    eta = math.log((size + math.sqrt(transverse * transverse + size * size)) / transverse)
    return eta if longitudinal >= 0 else -eta


@kernel
def tilted(sin_theta: float, cos_theta: float, along_theta: float, along_phi: float) -> tuple[float, float, float]:
    """Tilt a unit vector by small angles [rad] along its two transverse directions.

    The vector has azimuth 0; the result (x, y, z), not normalised, is
    n + along_theta e_theta + along_phi e_phi. In this tangent plane nothing happens at the poles,
    a tilt across the axis simply comes out on the other side.
    """
    return sin_theta + along_theta * cos_theta, along_phi, cos_theta - along_theta * sin_theta


@kernel
def azimuth(x: float, y: float, px: float, py: float) -> float:
    """Azimuth [rad] in (-pi, pi] of the transverse vector (x, y) turned by the azimuth of (px, py).

    The direction of (0, 0) is taken as the x axis. No angles are added, so nothing has to be wrapped.
    """
    if px == 0 and py == 0:
        px = 1.0
    return math.atan2(y * px + x * py, x * px - y * py)
