"""Mass and mixing of the Z' in e+e- -> gamma Z', event by event if it is wide."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.constants import Constants
from lmutau.gen.kernels import kernel
from lmutau.gen.model.kinetic_mixing import kinetic_mixing_point
from lmutau.gen.phasespace.maps import log_map
from lmutau.gen.phasespace.resonance import breit_wigner_map, breit_wigner_range

__all__ = ["loop_numbers", "mass_numbers", "mixing_squared", "mixing_squared_at", "wide_mass"]


def mass_numbers(parameters: Mapping[str, Any]) -> list[float]:
    """First angle and length of the Breit-Wigner, length of the map of the photon energy; zeros if narrow."""
    sqrt_s, low, width = parameters["sqrt_s"], parameters["min_photon_energy"], parameters["width"]
    if width == 0:
        return [0.0, 0.0, 0.0]
    highest = math.sqrt(sqrt_s * (sqrt_s - 2 * low))
    return [*breit_wigner_range(parameters["mass"], width, highest), math.log(sqrt_s / (2 * low))]


def loop_numbers(parameters: Mapping[str, Any], constants: Constants) -> list[float]:
    """Arguments of :func:`mixing_squared`: r (0: no loops), g^2, squared masses of smuon, muon, tau."""
    r = 0.0 if parameters["r"] is None else parameters["r"]
    smuon = math.inf if parameters["smuon_mass"] is None else parameters["smuon_mass"]
    return [r, parameters["g"] ** 2, smuon**2, constants.m_mu**2, constants.m_tau**2]


@kernel
def mixing_squared(mass2: float, loops: tuple[float, float, float, float, float], alpha: float) -> float:
    """Squared kinetic mixing of the model at the squared mass ``mass2`` [GeV^2]."""
    r, g2, smuon_mass2, m_mu2, m_tau2 = loops
    mixing = kinetic_mixing_point(mass2, r, smuon_mass2, m_mu2, m_tau2, alpha)
    return g2 * (mixing.real * mixing.real + mixing.imag * mixing.imag)


@kernel
def mixing_squared_at(mass2: NDArray[np.float64], numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """:func:`mixing_squared` of many events, shape (n,); ``numbers``: those of :func:`loop_numbers`, then alpha."""
    loops = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
    found = np.empty(mass2.shape[0])
    for i in range(mass2.shape[0]):
        found[i] = mixing_squared(mass2[i], loops, numbers[5])
    return found


@kernel
def wide_mass(
    r: float, soft: bool, sqrt_s: float, mass: float, width: float, first: float, length: float, log_length: float,
    low: float,
) -> tuple[float, float, float]:  # fmt: skip
    """M_V² [GeV²], photon momentum [GeV] and (Breit-Wigner share) dM_V²/dr of one channel.

    The resonance follows the Breit-Wigner, the soft photons 1/(s - M_V²); the share of either is its
    density over the sum of both, the second scaled to the tail that the first has at s.
    """
    s = sqrt_s * sqrt_s
    if soft:
        k, step = log_map(r, low, log_length)
        mass2 = sqrt_s * (sqrt_s - 2 * k)
        step *= 2 * sqrt_s
    else:
        mass2, part = breit_wigner_map(r, mass, width, first, length)
        k, step = 0.5 * (s - mass2) / sqrt_s, 0.0
    offset, pole = (mass2 - mass * mass) / (mass * width), (s - mass * mass) / (mass * width)
    density = 1 / (math.pi * mass * width * (1 + offset * offset))
    tail = s / (2 * sqrt_s * k) / (math.pi * mass * width * (1 + pole * pole))
    if soft:
        return mass2, k, density * step * tail / (density + tail)
    return mass2, k, part * density / (density + tail)
