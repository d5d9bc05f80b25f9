"""e+e- -> tau+tau- -> mu+mu- and four neutrinos, with full spin correlation.

Seven variables fix the two muons: the production angle and, for each tau, the energy and direction
of its muon; they are the adaptive dimensions. The overall azimuth and the neutrinos, which no
detector sees, are drawn exactly from plain uniforms. Without a targeting function the muons are
drawn exactly, too: all weights are equal. With one, the light-cone fractions
x = (E + p_z)/m_tau of the muons (z = flight direction of the tau, tau rest frame) are the
variables, since a small recoil mass means x -> 1 for one of them, and the two mirror regions
"mu- takes all" and "mu+ takes all" are separate channels.
"""

import functools
import math
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.tau_decay import analysing_power, muon_momentum, muon_spectrum
from lmutau.gen.amplitudes.tau_pair import born_cross_section, production_matrix, tautau_squared
from lmutau.gen.constants import Constants
from lmutau.gen.errors import ConfigError, KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.tau_decay import (
    Vector,
    linear_cosine,
    momentum_table,
    orthonormal,
    sample_momentum,
)
from lmutau.gen.phasespace.tau_pair import Matrix, contract, production_cosine, write_event
from lmutau.gen.processes.base import Array, Parameter, Particle, Process, Setup

__all__ = ["TAUTAU"]

_HEAD = 10  # arguments before the momentum table
_SHARE_POWER = 8  # of the smooth split E_-^p/(E_-^p + E_+^p) into channels


@functools.cache
def _numbers() -> dict[str, dict[str, Any]]:
    """Numbers of the tau with their sources."""
    return tomllib.loads(resources.files("lmutau.data").joinpath("tau.toml").read_text(encoding="utf-8"))


@kernel
def _matrix(cosine: float, arguments: Array) -> Matrix:
    """Production matrix; only R_0 is left if the spin correlation is switched off."""
    r_0, r_xx, r_yy, r_zz, r_xz = production_matrix(cosine, arguments[4], arguments[5])
    on = arguments[7]
    return r_0, on * r_xx, on * r_yy, on * r_zz, on * r_xz


@kernel
def _exact(x: Array, arguments: Array, table: Array, momenta: Array) -> float:
    """Write one event drawn from the full density; return its weight, constant up to the table."""
    masses = (arguments[2], arguments[3])
    cosine = production_cosine(x[0], arguments[4], arguments[5])
    matrix = _matrix(cosine, arguments)
    weight = arguments[6]
    k_minus, jacobian = sample_momentum(x[1], table)
    energy = math.sqrt(k_minus**2 + masses[1] ** 2)
    w = masses[0] ** 2 + masses[1] ** 2 - 2 * masses[0] * energy
    power_minus = analysing_power(w, k_minus, masses[0], masses[1])
    weight *= arguments[8] * muon_spectrum(w, masses[0], masses[1]) * k_minus**2 / energy * jacobian
    k_plus, jacobian = sample_momentum(x[4], table)
    energy = math.sqrt(k_plus**2 + masses[1] ** 2)
    w = masses[0] ** 2 + masses[1] ** 2 - 2 * masses[0] * energy
    power_plus = analysing_power(w, k_plus, masses[0], masses[1])
    weight *= arguments[8] * muon_spectrum(w, masses[0], masses[1]) * k_plus**2 / energy * jacobian

    along, phi = 2 * x[2] - 1, 2 * math.pi * x[3]
    across = math.sqrt((1 - along) * (1 + along))
    d_minus = (across * math.cos(phi), across * math.sin(phi), along)
    v = contract(matrix, d_minus)  # times both analysing powers: the polarisation seen by the mu+
    scale = power_minus * power_plus
    length = math.sqrt(v[0] ** 2 + v[1] ** 2 + v[2] ** 2)
    sign = math.copysign(1.0, scale)
    axis = (0.0, 0.0, -1.0)
    if length > 0:
        axis = (sign * v[0] / length, sign * v[1] / length, sign * v[2] / length)
    along, phi = linear_cosine(x[5], min(1.0, length * abs(scale))), 2 * math.pi * x[6]
    across = math.sqrt((1 - along) * (1 + along))
    a, b = orthonormal(axis)
    d_plus = _combine(along, across * math.cos(phi), across * math.sin(phi), axis, a, b)
    minus, plus = (k_minus, power_minus, d_minus), (k_plus, power_plus, d_plus)
    write_event(cosine, x[7:], (arguments[0], arguments[1]), masses, matrix, minus, plus, momenta)
    return weight


@kernel
def _combine(z: float, x: float, y: float, e_z: Vector, e_x: Vector, e_y: Vector) -> Vector:
    """Vector with the components (x, y, z) along three axes."""
    return (
        x * e_x[0] + y * e_y[0] + z * e_z[0],
        x * e_x[1] + y * e_y[1] + z * e_z[1],
        x * e_x[2] + y * e_y[2] + z * e_z[2],
    )


@kernel
def _light_cone(
    r_fraction: float, r_mass: float, phi: float, masses: tuple[float, float]
) -> tuple[float, float, Vector, float]:
    """Muon from x and w: momentum, analysing power, unit vector about its tau's flight, A dw dx.

    1 - x = (1 - x_0) sqrt(r), which is close to the spectrum, and w uniform up to
    (1 - x)(m_tau^2 - m_mu^2/x); the muon's p_T^2 is x times the distance of w from that end.
    """
    tau_mass, muon_mass = masses
    range_ = 1 - (muon_mass / tau_mass) ** 2
    missing = range_ * math.sqrt(r_fraction)
    x = 1 - missing
    slope = tau_mass**2 - muon_mass**2 / x
    w = missing * slope * r_mass
    k = muon_momentum(w, tau_mass, muon_mass)
    energy = (tau_mass**2 + muon_mass**2 - w) / (2 * tau_mass)
    across = math.sqrt(max(0.0, x * missing * slope * (1 - r_mass)))
    along = tau_mass * x - energy
    length = math.sqrt(across**2 + along**2)
    direction = (across * math.cos(phi) / length, across * math.sin(phi) / length, along / length)
    density = muon_spectrum(w, tau_mass, muon_mass) * slope * range_**2 / 2
    return k, analysing_power(w, k, tau_mass, muon_mass), direction, density


@kernel
def _targeted(lead_is_plus: bool, x: Array, arguments: Array, momenta: Array) -> float:
    """Write one event from light-cone variables, the leading side first; return its weight."""
    masses = (arguments[2], arguments[3])
    cosine = production_cosine(x[0], arguments[4], arguments[5])
    if lead_is_plus:  # C and P: the tau+ takes the place of the tau-, with the beams exchanged
        cosine = -cosine
    matrix = _matrix(cosine, arguments)
    phi = 2 * math.pi * x[3]
    k, power, d, density = _light_cone(x[1], x[2], phi, masses)
    k_soft, power_soft, d_soft, density_soft = _light_cone(x[4], x[5], phi + 2 * math.pi * x[6], masses)
    d_soft = (d_soft[0], d_soft[1], -d_soft[2])
    if lead_is_plus:
        d, d_soft = (d[0], d[1], -d[2]), (d_soft[0], d_soft[1], -d_soft[2])
    polarisation = contract(matrix, d)
    correlation = polarisation[0] * d_soft[0] + polarisation[1] * d_soft[1] + polarisation[2] * d_soft[2]
    weight = arguments[6] * (arguments[8] / 4) ** 2 * density * density_soft
    weight *= 1 + power * power_soft * correlation
    beam = (arguments[0], arguments[1])
    lead, soft = (k, power, d), (k_soft, power_soft, d_soft)
    if lead_is_plus:
        write_event(cosine, x[7:], beam, masses, matrix, soft, lead, momenta)
        ratio = momenta[2, 0] / momenta[5, 0]
    else:
        write_event(cosine, x[7:], beam, masses, matrix, lead, soft, momenta)
        ratio = momenta[5, 0] / momenta[2, 0]
    return weight / (1 + ratio**_SHARE_POWER)


@kernel
def _fill_exact(
    channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array
) -> None:
    table = arguments[_HEAD:].reshape(-1, 2)
    for i in range(len(x)):
        weight[i] = _exact(x[i], arguments, table, momenta[i])


@kernel
def _fill_targeted(
    channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array
) -> None:
    for i in range(len(x)):
        weight[i] = _targeted(channel[i] == 1, x[i], arguments, momenta[i])


def _total(parameters: Mapping[str, Any], constants: Constants) -> float:
    """Cross-section [fb] times both branching fractions."""
    sigma = parameters["sigma_tautau"]
    branching = float(_numbers()["branching_fraction_mu"]["value"])
    if sigma == "born":
        return born_cross_section(parameters["sqrt_s"], parameters["alpha"], constants) * branching**2
    if isinstance(sigma, str) or not 0 < sigma < math.inf:
        raise ConfigError(f"sigma_tautau = {sigma!r} must be a number > 0 [nb] or the word 'born'")
    return float(sigma) * 1e6 * branching**2


def _prepare(parameters: Mapping[str, Any], constants: Constants, targeted: bool) -> Setup:
    """Fix all parameters; see :class:`~lmutau.gen.processes.base.Process`."""
    sqrt_s, tau, muon = float(parameters["sqrt_s"]), constants.m_tau, constants.m_mu
    if not sqrt_s > 2 * tau:
        raise KinematicsError(
            f"sqrt_s = {sqrt_s} GeV leaves no room for tau+tau-: it must be above {2 * tau:.5f} GeV"
        )
    total = _total(parameters, constants)
    table, norm = momentum_table(tau, muon)
    energy = sqrt_s / 2
    momentum = math.sqrt((energy - tau) * (energy + tau))
    spin = float(bool(parameters["spin_correlation"]))
    ratios = ((tau / energy) ** 2, (constants.m_e / energy) ** 2)
    head = [energy, momentum, tau, muon, *ratios, total, spin, norm, 0.0]
    return Setup(
        fill=_fill_targeted if targeted else _fill_exact,
        arguments=np.concatenate([head, table.ravel()]),
        channels=("mu- leads", "mu+ leads") if targeted else ("all",),
        n_adaptive=7,
        n_plain=5,
        record=_RECORD,
        masses=(tau, tau, muon, 0.0, 0.0, muon, 0.0, 0.0),
    )


_RECORD = (
    Particle(pdg_id=15, status=2),
    Particle(pdg_id=-15, status=2),
    Particle(pdg_id=13, mother=2),
    Particle(pdg_id=-14, mother=2),
    Particle(pdg_id=16, mother=2),
    Particle(pdg_id=-13, mother=3),
    Particle(pdg_id=14, mother=3),
    Particle(pdg_id=-16, mother=3),
)

TAUTAU = Process(
    name="tautau",
    title="e+e- -> tau+tau-, both taus to muons",
    description="Tau pairs with both taus decaying to a muon and two neutrinos, spins correlated.",
    diagrams="e+e- annihilation through a photon into on-shell taus; four-fermion decays tau -> mu nu nubar.",
    validity=(
        "Tree level, electron, muon and tau masses kept, zero tau width, no Z exchange, no radiation. "
        "The total is that of sigma_tautau; 'born' keeps the calculated one."
    ),
    parameters=(
        Parameter(
            name="sigma_tautau",
            description="total e+e- -> tau+tau- cross-section, or 'born' for the tree-level one",
            default=float(_numbers()["sigma_tautau"]["value"]),
            unit="nb",
            minimum=0.0,
            exclusive=True,
            choices=("born",),
        ),
        Parameter(
            name="spin_correlation",
            description="keep the spin correlation of the two taus",
            default=True,
        ),
    ),
    prepare=_prepare,
    squared_amplitude=tautau_squared,
    compare="sigma_tautau x BR(tau -> mu nu nubar)^2; 0.2438(4) of the events have ETmiss > 1.67 GeV",
    references=("arXiv:0706.3235", "Y. S. Tsai, Phys. Rev. D4 (1971) 2821", "arXiv:1904.13053"),
)
