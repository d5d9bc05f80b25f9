"""e+e- -> tau+tau- with both taus decaying, with full spin correlation.

Each tau decays to mu nu nubar, e nu nubar, pi nu or pi pi0 nu. If the two modes differ, the two charge
assignments are channels of their own. The production angle and, for each tau, the energy and
direction of its charged particle are the adaptive dimensions. The overall azimuth and all that is
left (neutrinos, which no detector sees, and the neutral pion) are drawn exactly from plain uniforms.
Without a targeting function the charged particles are drawn exactly, too: all weights are equal.

With one, their directions are free, and the cross-section is split smoothly into the mirror regions
where either charged particle leads, because one product of densities cannot describe both. For two
leptons the variables are the light-cone fractions x = (E + p_z)/m_tau (z = flight direction of the
tau, tau rest frame), since a small recoil mass means x -> 1 for one of them, and each region has a
light and a heavy recoil. Thus the rare light recoils, 1e-5 of the events, have maps of their own and
cost the bulk nothing.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.tau_pair import born_cross_section, tautau_squared
from lmutau.gen.constants import Constants
from lmutau.gen.errors import ConfigError, KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.model.vacuum_polarisation import coupling_of, hadronic_table, running_factor
from lmutau.gen.phasespace.tau_decay import NODES
from lmutau.gen.phasespace.tau_modes import rest_uniforms, state_uniforms
from lmutau.gen.processes.base import Array, Parameter, Process, Setup
from lmutau.gen.processes.tau_decays import DecayMode, channel_names, decay_mode, pairs, records, tau_number
from lmutau.gen.processes.tautau_events import (
    TABLES,
    drawn_columns,
    exact_event,
    leading_event,
    light_cone_event,
    modes_of,
    pair_of,
)
from lmutau.gen.processes.tautau_radiation import EXACT, LEADING, LIGHT_CONE, prepare_radiative, radiative_cross_section

__all__ = ["TAUTAU", "total_cross_section"]


@kernel
def _fill_exact(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Draw from the full density; weights constant up to the tables. Channel 1: charges exchanged."""
    pair, modes, tables = pair_of(arguments), modes_of(arguments), arguments[TABLES:].reshape(-1, NODES + 1, 2)
    column = drawn_columns(modes)
    for i in range(len(x)):
        weight[i] = exact_event(channel[i], x, i, column, pair, modes, tables, momenta)


@kernel
def _fill_leading(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Directions free, about the flight of each tau. Channel: 2 x charges exchanged + (second leads)."""
    pair, modes, tables = pair_of(arguments), modes_of(arguments), arguments[TABLES:].reshape(-1, NODES + 1, 2)
    column = drawn_columns(modes)
    for i in range(len(x)):
        weight[i] = leading_event(channel[i], x, i, column, pair, modes, tables, momenta)


@kernel
def _fill_light_cone(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Two leptons in light-cone variables. Channel: 4 x charges exchanged + 2 x light recoil + (second leads)."""
    pair, modes = pair_of(arguments), modes_of(arguments)
    column = drawn_columns(modes)
    for i in range(len(x)):
        weight[i] = light_cone_event(channel[i], x, i, column, pair, modes, momenta)


def _total(parameters: Mapping[str, Any], constants: Constants) -> float:
    """Cross-section of the tau pair without radiation [fb]."""
    sigma, sqrt_s = parameters["sigma_tautau"], float(parameters["sqrt_s"])
    if sigma == "born":
        alpha, mode = coupling_of(parameters["alpha"], constants)
        masses2 = (constants.m_e**2, constants.m_mu**2, constants.m_tau**2)
        running = running_factor(sqrt_s**2, mode, *masses2, alpha, hadronic_table())
        return born_cross_section(sqrt_s, alpha, constants) * running
    if isinstance(sigma, str) or not 0 < sigma < math.inf:
        raise ConfigError(f"sigma_tautau = {sigma!r} must be a number > 0 [nb] or the word 'born'")
    return float(sigma) * 1e6


def total_cross_section(parameters: Mapping[str, Any], constants: Constants) -> float:
    """Cross-section of the tau pair [fb] to which events of these ``parameters`` are normalised, decays divided out."""
    if parameters["sigma_tautau"] == "born" and (parameters["isr"] or parameters["fsr"]):
        return radiative_cross_section(parameters, constants)
    return _total(parameters, constants)


def _decays(word: str, constants: Constants) -> tuple[DecayMode, DecayMode]:
    """Both modes of the parameter ``decays``."""
    if word not in pairs():
        raise ConfigError(f"decays = {word!r}: allowed is one of {'; '.join(pairs())}")
    first, second = word.split(",")
    mode = decay_mode(first, constants)
    return mode, mode if second == first else decay_mode(second, constants)


def _prepare(parameters: Mapping[str, Any], constants: Constants, targeted: bool) -> Setup:
    """Fix all parameters; see :class:`~lmutau.gen.processes.base.Process`."""
    sqrt_s, tau = float(parameters["sqrt_s"]), constants.m_tau
    if not sqrt_s > 2 * tau:
        raise KinematicsError(f"sqrt_s = {sqrt_s} GeV leaves no room for tau+tau-: it must be above {2 * tau:.5f} GeV")
    first, second = modes = _decays(parameters["decays"], constants)
    branching = first.branching_fraction * second.branching_fraction
    total = _total(parameters, constants) * branching
    energy = sqrt_s / 2
    momentum = math.sqrt((energy - tau) * (energy + tau))
    spin = float(bool(parameters["spin_correlation"]))
    head = [energy, momentum, tau, (tau / energy) ** 2, (constants.m_e / energy) ** 2, total, spin]
    for mode in modes:
        head += [*mode.kernel[:4], *mode.kernel[4]]
    tables = [first.table.ravel()] if first is second else [mode.table.ravel() for mode in modes]
    leptonic = first.is_leptonic and second.is_leptonic
    adaptive = 5 + sum(state_uniforms(mode.kernel[0]) for mode in modes)
    fill, variables = _fill_exact, EXACT
    if targeted:
        fill, variables = (_fill_light_cone, LIGHT_CONE) if leptonic else (_fill_leading, LEADING)
    setup = Setup(
        fill=fill,
        arguments=np.concatenate([head, *tables]),
        channels=channel_names(first, second, targeted),
        n_adaptive=adaptive,
        n_plain=1 + sum(rest_uniforms(mode.kernel[0]) for mode in modes),
        records=records(first, second, targeted),
    )
    if parameters.get("isr") or parameters.get("fsr"):
        radiating = {"isr": False, "fsr": False} | dict(parameters)
        return prepare_radiative(setup, variables, branching, radiating, constants)
    return setup


TAUTAU = Process(
    name="tautau",
    title="e+ e- -> tau+ tau-, both decaying",
    latex=r"$\tau^+\tau^-$",
    final=(13, -14, 16, -13, 14, -16),
    also_final=(11, -11, 22, 211, -211),
    description="Tau pairs with both taus decaying (to muons unless 'decays' says otherwise), spins correlated.",
    diagrams=(
        "e+e- annihilation through a photon into on-shell taus; four-fermion decays tau -> mu nu nubar, e nu nubar; "
        "tau -> pi nu; tau -> pi pi0 nu through the vector current, pi0 -> gamma gamma."
    ),
    validity=(
        "isr = fsr = false: tree level, electron, muon, pion and tau masses kept, zero tau width, no Z exchange. "
        "pi pi0: form factor with rho(770) and rho(1450), no scalar part. With radiation: exponentiated, exact to "
        "first order for the beams (production on the mean axis of both), two photons at tree level; for the "
        "taus without terms of relative order m_tau^2/s in the form factor (0.1 % of the total), spins as if their "
        "photons were soft; photons above 1e-5 of half the mass of the radiating pair; no interference of initial and "
        "final radiation, none from decay products. The total is that of sigma_tautau; 'born' keeps the calculated one."
    ),
    parameters=(
        Parameter(name="isr", description="photons radiated from the beams", default=False),
        Parameter(name="fsr", description="photons radiated from the taus before they decay", default=False),
        Parameter(
            name="sigma_tautau",
            description=(
                "total e+e- -> tau+tau- cross-section, photons included, whatever alpha, isr and fsr are; or 'born' "
                "for the calculated one"
            ),
            default=tau_number("sigma_tautau"),
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
        Parameter(
            name="decays",
            description=(
                "decays of the two taus, both charge assignments; mu, e: with nu nubar; pi: with nu; rho: pi pi0 nu"
            ),
            default="mu,mu",
            choices=pairs(),
        ),
    ),
    prepare=_prepare,
    squared_amplitude=tautau_squared,
    compare=(
        "sigma_tautau x BR x BR', twice for different modes; mu,mu: 0.2438(4) of the events have ETmiss > 1.67 GeV, "
        "0.220 with isr and fsr; 'born' with isr: 851 pb before the decays"
    ),
    references=(
        "arXiv:0706.3235",
        "Y. S. Tsai, Phys. Rev. D4 (1971) 2821",
        "J. H. Kuehn, A. Santamaria, Z. Phys. C48 (1990) 445",
        "S. Jadach, J. H. Kuehn, Z. Was, Comput. Phys. Commun. 64 (1991) 275",
        "arXiv:1904.13053",
    ),
)
