"""e+e- -> mu+ mu- Z', the Z' radiated off a muon and decaying invisibly."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes import arrays
from lmutau.gen.amplitudes.mumuzp import mumuzp_squared
from lmutau.gen.constants import Constants
from lmutau.gen.errors import KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.maps import atanh_map, half_width, log_map
from lmutau.gen.phasespace.pair_and_boson import PAIR_VOLUME, place_boson, place_pair_about_boson
from lmutau.gen.processes.base import Array, Parameter, Particle, Process, Setup

__all__ = ["MUMUZP"]


@kernel
def _fill(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Columns of x: energy, cosine of the Z', cosine and azimuth of the mu- about it; azimuth."""
    for i in range(weight.shape[0]):
        weight[i] = _point(x[i], arguments, momenta[i])


@kernel
def _point(x: Array, arguments: Array, momenta: Array) -> float:
    sqrt_s, mass, m_mu, m_e2, alpha, g, flux = arguments
    energy_max = 0.5 * (sqrt_s + (mass * mass - 4 * m_mu * m_mu) / sqrt_s)
    energy, jacobian = log_map(x[0], mass, energy_max)
    k = math.sqrt((energy - mass) * (energy + mass))
    pair_mass2 = 4 * m_mu * m_mu + 2 * sqrt_s * (energy_max - energy)
    pair_mass = math.sqrt(pair_mass2)
    ratio = 4 * m_mu * m_mu / pair_mass2
    b = math.sqrt(1 - ratio)
    if k <= 0 or b <= 0:
        return 0.0
    # propagators (k1 + k)^2 - m^2 = reach (1 - a c') without cancellation
    reach = 0.5 * (sqrt_s * sqrt_s - pair_mass2 + mass * mass)
    k_pair = sqrt_s * k / pair_mass
    energy_pair = 0.5 * (sqrt_s * sqrt_s - pair_mass2 - mass * mass) / pair_mass
    inner = mass * mass + 4 * m_mu * m_mu * k_pair * k_pair / pair_mass2
    one_minus_a = (mass * mass + pair_mass * inner / (energy_pair + b * k_pair)) / reach
    a = 1 - one_minus_a
    cosine, minus, plus, sine, step = atanh_map(x[2], a, one_minus_a, half_width(a, one_minus_a))
    cos_beam = 2 * x[1] - 1
    sin_beam = 2 * math.sqrt(x[1] * (1 - x[1]))
    place_boson(energy, k, cos_beam, sin_beam, x[4], momenta[2])
    place_pair_about_boson(pair_mass, b, k, cosine, sine, x[3], momenta)
    beam = math.sqrt(0.25 * sqrt_s * sqrt_s - m_e2)
    amplitude2 = mumuzp_squared(
        sqrt_s * sqrt_s, reach * minus, reach * plus, -2 * beam * momenta[0, 3], -2 * beam * momenta[1, 3],
        m_e2, m_mu * m_mu, mass * mass, alpha, g,
    )  # fmt: skip
    return flux * amplitude2 * PAIR_VOLUME * k * b * jacobian * 2 * step


def _prepare(parameters: Mapping[str, Any], constants: Constants, targeted: bool) -> Setup:
    sqrt_s, mass = parameters["sqrt_s"], parameters["mass"]
    limit = sqrt_s - 2 * constants.m_mu
    if mass >= limit:
        raise KinematicsError(f"mumuzp: mass = {mass:g} GeV: allowed is below sqrt_s - 2 m_mu = {limit:.6g} GeV.")
    flux = constants.hbarc2 / (2 * sqrt_s * math.sqrt(sqrt_s**2 - 4 * constants.m_e**2))
    return Setup(
        fill=_fill,
        arguments=np.array(
            [sqrt_s, mass, constants.m_mu, constants.m_e**2, parameters["alpha"], parameters["g"], flux]
        ),
        channels=("fsr",),
        n_adaptive=4,
        n_plain=1,
        record=(Particle(pdg_id=13), Particle(pdg_id=-13), Particle(pdg_id=32)),
        masses=(constants.m_mu, constants.m_mu, mass),
    )


MUMUZP = Process(
    name="mumuzp",
    title="e+ e- -> mu+ mu- Z'",
    final=(13, -13, 32),
    description="Z' of the L_mu-L_tau model radiated off a muon; it leaves the detector unseen.",
    diagrams="one virtual photon in the s channel, the Z' emitted from the mu- or from the mu+ (2 diagrams)",
    validity=(
        "exact tree level with electron and muon masses, narrow Z'; the branching fraction to invisible "
        "states is not included; sigma scales as g^2"
    ),
    parameters=(
        Parameter(name="mass", description="Z' mass", default=None, unit="GeV", minimum=0, exclusive=True),
        Parameter(name="g", description="gauge coupling g_X = g'", default=1.0, minimum=0, exclusive=True),
    ),
    prepare=_prepare,
    squared_amplitude=arrays.mumuzp,
    compare="sigma = 567.76(11) pb at mass = 0.1 GeV, g = 1, sqrt(s) = 10.58 GeV, no cuts",
    references=("arXiv:1904.13053, section 3.1", "arXiv:2212.03066"),
)
