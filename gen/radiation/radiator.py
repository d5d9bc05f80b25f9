"""Closed spectrum of the energy that the beams lose: a one-dimensional check of any process with ISR."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.radiation.yfs import virtual_constant

__all__ = ["radiator"]


def radiator(v: ArrayLike, gamma: float, alpha: float) -> NDArray[np.float64]:
    """Density of v = 1 - s'/s: sigma(s) = Int_0^vmax radiator(v) sigma_tree(s (1 - v)) dv.

    Exponentiated, second order at leading logarithm, photon angles integrated.

    Parameters
    ----------
    v
        Lost part of s, 0 < v < 1, any shape.
    gamma
        Emission rate of the beams, see :func:`~lmutau.gen.radiation.yfs.emitter`.
    alpha
        Fine-structure constant.

    References
    ----------
    S. Jadach, B. F. L. Ward, Z. Was, Comput. Phys. Commun. 130 (2000) 260, section 5.
    """
    values = np.asarray(v, dtype=np.float64)
    log = np.log1p(-values)
    soft = math.exp(virtual_constant(gamma, alpha) - np.euler_gamma * gamma) / math.gamma(1 + gamma)
    hard = -values * (1 - values / 2) - gamma * (values / 2 + (1 + 3 * (1 - values) ** 2) / 8 * log)
    return soft * gamma * values ** (gamma - 1) * (1 + gamma / 2 + gamma**2 / 8 + hard)
