"""e+e- -> tau+tau- -> mu+mu- and four neutrinos, with full spin correlation.

Seven variables fix the two muons: the production angle and, for each tau, the energy and direction
of its muon; they are the adaptive dimensions. The overall azimuth and the neutrinos, which no
detector sees, are drawn exactly from plain uniforms. Without a targeting function the muons are
drawn exactly, too: all weights are equal. With one, the light-cone fractions
x = (E + p_z)/m_tau of the muons (z = flight direction of the tau, tau rest frame) are the
variables, since a small recoil mass means x -> 1 for one of them. The cross-section is split
smoothly into four channels, because one product of densities cannot describe them: the mirror
regions "mu- takes all" and "mu+ takes all", each with a light and a heavy recoil. Thus the rare
light recoils, 1e-5 of the events, have maps of their own and cost the bulk nothing.
"""

import functools
import math
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.tau_pair import born_cross_section, production_matrix, tautau_squared
from lmutau.gen.constants import Constants
from lmutau.gen.errors import ConfigError, KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.tau_decay import (
    about_axis,
    momentum_table,
    muon_from_light_cone,
    muon_from_spectrum,
    polarised_direction,
)
from lmutau.gen.phasespace.tau_pair import Matrix, production_cosine, spin_of_partner, write_event
from lmutau.gen.processes.base import Array, Parameter, Particle, Process, Setup

__all__ = ["TAUTAU"]

_HEAD = 9  # arguments before the momentum table
# Powers of the smooth splits. Leading side: 2 to 4 give the selected events even weights; a split by the
# muon energies would have to be far steeper, their ratio being at most 2, and rough elsewhere. Recoil:
# the heavy channels must vanish faster than the density of light recoils, 1e-5, below 1 GeV^2.
_LEAD_POWER = 3
_LIGHT_POWER = 10


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
    masses, norm = (arguments[2], arguments[3]), arguments[8]
    cosine = production_cosine(x[0], arguments[4], arguments[5])
    matrix = _matrix(cosine, arguments)
    k_minus, power_minus, ratio_minus = muon_from_spectrum(x[1], table, norm, masses)
    k_plus, power_plus, ratio_plus = muon_from_spectrum(x[4], table, norm, masses)
    d_minus = about_axis(2 * x[2] - 1, 2 * math.pi * x[3], (0.0, 0.0, 1.0))
    spin = spin_of_partner(matrix, power_minus, d_minus)
    d_plus = polarised_direction(x[5], x[6], (power_plus * spin[0], power_plus * spin[1], power_plus * spin[2]))
    minus, plus = (k_minus, power_minus, d_minus), (k_plus, power_plus, d_plus)
    write_event(cosine, x[7:], (arguments[0], arguments[1]), masses, matrix, minus, plus, momenta)
    return arguments[6] * ratio_minus * ratio_plus


@kernel
def _light_share(momenta: Array, energy: float, tau_mass: float) -> float:
    """Share 1/[1 + (m^2/m_tau^2)^p] of the light channels for the recoil mass m; ``energy`` = sqrt(s)/2."""
    recoil2 = (2 * energy - momenta[2, 0] - momenta[5, 0]) ** 2
    for i in range(1, 4):
        recoil2 -= (momenta[2, i] + momenta[5, i]) ** 2
    return 1 / (1 + (max(0.0, recoil2) / tau_mass**2) ** _LIGHT_POWER)


@kernel
def _targeted(plus_leads: bool, light: bool, x: Array, arguments: Array, momenta: Array) -> float:
    """Write one event from light-cone variables, the leading side first; return its weight.

    The share of a leading side is m_s^p/(m_l^p + m_s^p), m = 1 - x of leading and soft side. The
    channel of a leading mu+ is the mirror image: charges exchanged, beam axis turned.
    """
    masses, norm = (arguments[2], arguments[3]), arguments[8]
    side = -1.0 if plus_leads else 1.0
    cosine = side * production_cosine(x[0], arguments[4], arguments[5])
    matrix = _matrix(cosine, arguments)
    phi = 2 * math.pi * x[3]
    push = 1 / arguments[4] if light else 1.0  # a light recoil needs 1 - x of the order m_tau^2/s
    k, power, d, missing, density = muon_from_light_cone(x[1], x[2], phi, push, norm, masses)
    phi += 2 * math.pi * x[6]
    k_soft, power_soft, d_soft, missing_soft, density_soft = muon_from_light_cone(x[4], x[5], phi, 1.0, norm, masses)
    d, d_soft = (d[0], d[1], side * d[2]), (d_soft[0], d_soft[1], -side * d_soft[2])
    spin = spin_of_partner(matrix, power, d)
    correlation = power_soft * (spin[0] * d_soft[0] + spin[1] * d_soft[1] + spin[2] * d_soft[2])
    beam, lead, soft = (arguments[0], arguments[1]), (k, power, d), (k_soft, power_soft, d_soft)
    minus, plus = (soft, lead) if plus_leads else (lead, soft)
    write_event(cosine, x[7:], beam, masses, matrix, minus, plus, momenta)
    share = 1 / (1 + (missing / missing_soft) ** _LEAD_POWER)
    light_share = _light_share(momenta, beam[0], masses[0])
    share *= light_share if light else 1 - light_share
    return arguments[6] * density * density_soft * (1 + correlation) * share


@kernel
def _fill_exact(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    table = arguments[_HEAD:].reshape(-1, 2)
    for i in range(len(x)):
        weight[i] = _exact(x[i], arguments, table, momenta[i])


@kernel
def _fill_targeted(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    for i in range(len(x)):
        plus_leads, light = channel[i] % 2 == 1, channel[i] >= 2
        weight[i] = _targeted(plus_leads, light, x[i], arguments, momenta[i])


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
        raise KinematicsError(f"sqrt_s = {sqrt_s} GeV leaves no room for tau+tau-: it must be above {2 * tau:.5f} GeV")
    total = _total(parameters, constants)
    table, norm = momentum_table(tau, muon)
    energy = sqrt_s / 2
    momentum = math.sqrt((energy - tau) * (energy + tau))
    spin = float(bool(parameters["spin_correlation"]))
    ratios = ((tau / energy) ** 2, (constants.m_e / energy) ** 2)
    head = [energy, momentum, tau, muon, *ratios, total, spin, norm]
    return Setup(
        fill=_fill_targeted if targeted else _fill_exact,
        arguments=np.concatenate([head, table.ravel()]),
        channels=_CHANNELS if targeted else ("all",),
        n_adaptive=7,
        n_plain=5,
        records=(_record(tau, muon),),
    )


_CHANNELS = ("mu- leads", "mu+ leads", "mu- leads, light recoil", "mu+ leads, light recoil")


def _record(tau: float, muon: float) -> tuple[Particle, ...]:
    return (
        Particle(pdg_id=15, mass=tau, status=2),
        Particle(pdg_id=-15, mass=tau, status=2),
        Particle(pdg_id=13, mass=muon, mother=2),
        Particle(pdg_id=-14, mass=0.0, mother=2),
        Particle(pdg_id=16, mass=0.0, mother=2),
        Particle(pdg_id=-13, mass=muon, mother=3),
        Particle(pdg_id=14, mass=0.0, mother=3),
        Particle(pdg_id=-16, mass=0.0, mother=3),
    )


TAUTAU = Process(
    name="tautau",
    title="e+ e- -> tau+ tau- -> mu+ mu- 4nu",
    latex=r"$\tau^+\tau^-$",
    final=(13, -14, 16, -13, 14, -16),
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
