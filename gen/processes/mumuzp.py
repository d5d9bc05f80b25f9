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
from lmutau.gen.phasespace.pair_and_boson import PAIR_VOLUME, boosted_pair, direction, unit_about, write_three
from lmutau.gen.phasespace.resonance import breit_wigner_map, breit_wigner_range
from lmutau.gen.processes.base import Array, Parameter, Particle, Process, Setup

__all__ = ["MUMUZP"]


@kernel
def _fill(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Columns of x: energy, cosine of the Z', cosine and azimuth of the mu- about it, mass if wide; azimuth."""
    sqrt_s, pole, width, m_mu2, m_e2, alpha, g, flux, first, length = arguments
    s, m_mu = sqrt_s * sqrt_s, math.sqrt(m_mu2)
    beam = math.sqrt(s - 4 * m_e2)
    mass, mass2, share = pole, pole * pole, 1.0
    energy_max = 0.5 * (sqrt_s + (mass - 2 * m_mu) * (mass + 2 * m_mu) / sqrt_s)
    log_length = math.log(energy_max / mass)
    last = x.shape[1] - 1
    for i in range(weight.shape[0]):
        if width > 0:
            mass2, share = breit_wigner_map(x[i, 4], pole, width, first, length)
            if mass2 <= 0:
                weight[i] = 0.0
                continue
            mass = math.sqrt(mass2)
            energy_max = 0.5 * (sqrt_s + (mass - 2 * m_mu) * (mass + 2 * m_mu) / sqrt_s)
            log_length = math.log(energy_max / mass)
        energy, jacobian = log_map(x[i, 0], mass, log_length)
        k = math.sqrt(max((energy - mass) * (energy + mass), 0.0))
        pair_mass2 = 4 * m_mu2 + 2 * sqrt_s * max(energy_max - energy, 0.0)
        pair_mass, ratio = math.sqrt(pair_mass2), 4 * m_mu2 / pair_mass2
        b = math.sqrt(1 - ratio)
        if k == 0 or b == 0:
            weight[i] = 0.0
            continue
        # propagators (k1 + k)^2 - m^2 = reach (1 - a c') without cancellation
        reach = 0.5 * (s - pair_mass2 + mass2)
        k_pair, energy_pair = sqrt_s * k / pair_mass, 0.5 * (s - pair_mass2 - mass2) / pair_mass
        inner = mass2 + ratio * k_pair * k_pair
        one_minus_a = (mass2 + pair_mass * inner / (energy_pair + b * k_pair)) / reach
        a = 1 - one_minus_a
        cosine, minus, plus, sine, step = atanh_map(x[i, 2], a, one_minus_a, half_width(a, one_minus_a))
        u = direction(2 * x[i, 1] - 1, 2 * math.sqrt(x[i, 1] * (1 - x[i, 1])), x[i, last])
        n = unit_about(u, cosine, sine, x[i, 3])
        k1, k2 = boosted_pair(pair_mass, sqrt_s - energy, b, k, u, n, cosine)
        write_three(momenta, i, k1, k2, energy, k, u)
        amplitude2 = mumuzp_squared(
            s, reach * minus, reach * plus, -beam * k1[3], -beam * k2[3], m_e2, m_mu2, mass2, alpha, g
        )
        weight[i] = flux * share * amplitude2 * PAIR_VOLUME * k * b * jacobian * 2 * step


def _prepare(parameters: Mapping[str, Any], constants: Constants, targeted: bool) -> Setup:
    sqrt_s, mass, width = parameters["sqrt_s"], parameters["mass"], parameters["width"]
    m_mu, m_e2 = constants.m_mu, constants.m_e**2
    limit = sqrt_s - 2 * m_mu
    if mass >= limit:
        raise KinematicsError(f"mumuzp: mass = {mass:.15g} GeV: allowed is below sqrt_s - 2 m_mu = {limit:.15g} GeV.")
    first, length = breit_wigner_range(mass, width, limit) if width > 0 else (0.0, 0.0)
    flux = constants.hbarc2 / (2 * sqrt_s * math.sqrt(sqrt_s**2 - 4 * m_e2))
    boson = Particle(pdg_id=32, mass=math.nan if width > 0 else mass)
    return Setup(
        fill=_fill,
        arguments=np.array(
            [sqrt_s, mass, width, m_mu**2, m_e2, parameters["alpha"], parameters["g"], flux, first, length]
        ),
        channels=("fsr",),
        n_adaptive=5 if width > 0 else 4,
        n_plain=1,
        records=((Particle(pdg_id=13, mass=m_mu), Particle(pdg_id=-13, mass=m_mu), boson),),
    )


MUMUZP = Process(
    name="mumuzp",
    title="e+ e- -> mu+ mu- Z'",
    latex=r"$\mu^+\mu^- Z'$",
    final=(13, -13, 32),
    description="Z' of the L_mu-L_tau model radiated off a muon; it leaves the detector unseen.",
    diagrams="one virtual photon in the s channel, the Z' emitted from the mu- or from the mu+ (2 diagrams)",
    validity=(
        "exact tree level with electron and muon masses; the branching fraction to invisible states is not "
        "included; sigma scales as g^2. width > 0: Breit-Wigner in M^2, the Z' of each event with its own mass"
    ),
    parameters=(
        Parameter(name="mass", description="Z' mass", default=None, unit="GeV", minimum=1e-12),
        Parameter(name="width", description="Z' width; 0: narrow", default=0.0, unit="GeV", minimum=0.0, maximum=1e4),
        Parameter(name="g", description="gauge coupling g_X = g'", default=1.0, minimum=1e-30, maximum=1e30),
    ),
    prepare=_prepare,
    squared_amplitude=arrays.mumuzp,
    compare="sigma = 567.8(1.1) pb at mass = 0.1 GeV, g = 1, sqrt(s) = 10.58 GeV, no cuts",
    references=("arXiv:1904.13053, section 3.1", "arXiv:2212.03066"),
)
