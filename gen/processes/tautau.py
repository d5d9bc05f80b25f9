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

from lmutau.gen.amplitudes.tau_pair import born_cross_section, production_matrix, tautau_squared
from lmutau.gen.constants import Constants
from lmutau.gen.errors import ConfigError, KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.tau_decay import NODES, Vector, about_axis, muon_from_light_cone, polarised_direction
from lmutau.gen.phasespace.tau_hadronic import State
from lmutau.gen.phasespace.tau_modes import Mode, interval, rest_uniforms, state_uniforms, visible, write_event
from lmutau.gen.phasespace.tau_pair import FourVector, Matrix, production_cosine, spin_of_partner
from lmutau.gen.processes.base import Array, Parameter, Process, Setup
from lmutau.gen.processes.tau_decays import DecayMode, channel_names, decay_mode, pairs, records, tau_number

__all__ = ["TAUTAU"]

# Arguments of the kernels: energy, momentum, mass of the taus; 4 m_tau^2/s, 4 m_e^2/s; total; spin
# correlation; nine numbers for each decay; then the tables, one if both decays are the same.
_MODES = 7
_TABLES = _MODES + 2 * 9
# Powers of the smooth splits. Leading side: 2 to 4 give the selected events even weights; a split by the
# energies would have to be far steeper, their ratio being at most 2, and rough elsewhere. Recoil:
# the heavy channels must vanish faster than the density of light recoils, 1e-5, below 1 GeV^2.
_LEAD_POWER = 3
_LIGHT_POWER = 10


@kernel
def _matrix(cosine: float, inverse_gamma2: float, electron_term: float, on: float) -> Matrix:
    """Production matrix; only R_0 is left if the spin correlation is switched off."""
    r_0, r_xx, r_yy, r_zz, r_xz = production_matrix(cosine, inverse_gamma2, electron_term)
    return r_0, on * r_xx, on * r_yy, on * r_zz, on * r_xz


@kernel
def _mode(arguments: Array, which: int) -> Mode:
    """Numbers of the first (0) or the second (1) decay."""
    a, i = arguments, _MODES + 9 * which
    return int(a[i]), a[i + 1], a[i + 2], a[i + 3], (a[i + 4], a[i + 5], a[i + 6], a[i + 7], a[i + 8])


@kernel
def _correlation(matrix: Matrix, first: State, d: Vector, second: State, other: Vector) -> float:
    """Spin correlation -power power' d.R d'/R_0 of two charged particles."""
    spin = spin_of_partner(matrix, first[1], d)
    return second[1] * (spin[0] * other[0] + spin[1] * other[1] + spin[2] * other[2])


@kernel
def _missing(state: State, along: float, tau_mass: float, mass: float) -> float:
    """1 - (E + p_z)/m_tau of a charged particle, ``along`` its cosine to the flight of its tau."""
    k = state[0]
    rest = tau_mass - math.sqrt(k**2 + mass**2) - k
    return (max(rest, 0.0) + k * (1 - along)) / tau_mass


@kernel
def _lead_share(missing: float, missing_other: float) -> float:
    """Share m'^p/(m^p + m'^p) of the side that leads, m = 1 - x."""
    return 1 / (1 + (missing / missing_other) ** _LEAD_POWER)


@kernel
def _fill_exact(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Draw from the full density; weights constant up to the tables. Channel 1: charges exchanged."""
    a = arguments
    tables = a[_TABLES:].reshape(-1, NODES + 1, 2)
    table, other_table = tables[0], tables[-1]
    modes, beam = (_mode(a, 0), _mode(a, 1)), (a[0], a[1], a[2])
    after = 1 + state_uniforms(modes[0][0])
    begin = after + 2
    end = begin + state_uniforms(modes[1][0])
    for i in range(len(x)):
        cosine = production_cosine(x[i, 0], a[3], a[4])
        matrix = _matrix(cosine, a[3], a[4], a[6])
        j, u, steep = interval(modes[0][0], x[i, 1])
        nodes = (table[j, 0], table[j, 1], table[j + 1, 0], table[j + 1, 1])
        first, ratio = visible(u, steep, nodes, x[i, 2], a[2], modes[0])
        j, u, steep = interval(modes[1][0], x[i, begin])
        nodes = (other_table[j, 0], other_table[j, 1], other_table[j + 1, 0], other_table[j + 1, 1])
        second, other_ratio = visible(u, steep, nodes, x[i, begin + 1], a[2], modes[1])
        d = about_axis(2 * x[i, after] - 1, 2 * math.pi * x[i, after + 1], (0.0, 0.0, 1.0))
        spin = spin_of_partner(matrix, first[1], d)
        power = second[1]
        other = polarised_direction(x[i, end], x[i, end + 1], (power * spin[0], power * spin[1], power * spin[2]))
        swapped, states, directions = channel[i] == 1, (first, second), (d, other)
        write_event(cosine, x, i, end + 2, beam, matrix, swapped, modes, states, directions, momenta)
        weight[i] = a[5] * ratio * other_ratio


@kernel
def _fill_leading(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Directions free, about the flight of each tau. Channel: 2 x charges exchanged + (second leads)."""
    a = arguments
    tables = a[_TABLES:].reshape(-1, NODES + 1, 2)
    table, other_table = tables[0], tables[-1]
    modes, beam = (_mode(a, 0), _mode(a, 1)), (a[0], a[1], a[2])
    after = 1 + state_uniforms(modes[0][0])
    begin = after + 2
    end = begin + state_uniforms(modes[1][0])
    for i in range(len(x)):
        swapped, second_leads = channel[i] >= 2, channel[i] % 2 == 1
        side = -1.0 if swapped else 1.0
        cosine = production_cosine(x[i, 0], a[3], a[4])
        matrix = _matrix(cosine, a[3], a[4], a[6])
        j, u, steep = interval(modes[0][0], x[i, 1])
        nodes = (table[j, 0], table[j, 1], table[j + 1, 0], table[j + 1, 1])
        first, ratio = visible(u, steep, nodes, x[i, 2], a[2], modes[0])
        j, u, steep = interval(modes[1][0], x[i, begin])
        nodes = (other_table[j, 0], other_table[j, 1], other_table[j + 1, 0], other_table[j + 1, 1])
        second, other_ratio = visible(u, steep, nodes, x[i, begin + 1], a[2], modes[1])
        along, other_along = 2 * x[i, after] - 1, 2 * x[i, end] - 1
        phi = 2 * math.pi * x[i, after + 1]
        d = about_axis(side * along, phi, (0.0, 0.0, 1.0))
        other = about_axis(-side * other_along, phi + 2 * math.pi * x[i, end + 1], (0.0, 0.0, 1.0))
        states, directions = (first, second), (d, other)
        write_event(cosine, x, i, end + 2, beam, matrix, swapped, modes, states, directions, momenta)
        missing = _missing(first, along, a[2], modes[0][1])
        other_missing = _missing(second, other_along, a[2], modes[1][1])
        share = _lead_share(other_missing, missing) if second_leads else _lead_share(missing, other_missing)
        weight[i] = a[5] * ratio * other_ratio * (1 + _correlation(matrix, first, d, second, other)) * share


@kernel
def _light_share(lead: FourVector, soft: FourVector, energy: float, tau_mass: float) -> float:
    """Share 1/[1 + (m^2/m_tau^2)^p] of the light channels for the recoil mass m; ``energy`` = sqrt(s)/2."""
    recoil2 = (2 * energy - lead[0] - soft[0]) ** 2
    for axis in range(1, 4):
        recoil2 -= (lead[axis] + soft[axis]) ** 2
    return 1 / (1 + (max(0.0, recoil2) / tau_mass**2) ** _LIGHT_POWER)


@kernel
def _fill_light_cone(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Two leptons in light-cone variables, the leading side first.

    Channel: 4 x charges exchanged + 2 x light recoil + (second leads). If the positive side leads, the
    event is the mirror image: charges exchanged, beam axis turned.
    """
    a = arguments
    modes, beam = (_mode(a, 0), _mode(a, 1)), (a[0], a[1], a[2])
    for i in range(len(x)):
        second, light, swapped = channel[i] % 2 == 1, channel[i] % 4 >= 2, channel[i] >= 4
        lead_mode, soft_mode = (modes[1], modes[0]) if second else modes
        side = -1.0 if second != swapped else 1.0
        cosine = side * production_cosine(x[i, 0], a[3], a[4])
        matrix = _matrix(cosine, a[3], a[4], a[6])
        phi = 2 * math.pi * x[i, 3]
        push = 1 / a[3] if light else 1.0  # a light recoil needs 1 - x of the order m_tau^2/s
        k, power, d, missing, density = muon_from_light_cone(
            x[i, 1], x[i, 2], phi, push, lead_mode[3], (a[2], lead_mode[1])
        )
        phi += 2 * math.pi * x[i, 6]
        k_soft, power_soft, d_soft, missing_soft, density_soft = muon_from_light_cone(
            x[i, 4], x[i, 5], phi, 1.0, soft_mode[3], (a[2], soft_mode[1])
        )
        d, d_soft = (d[0], d[1], side * d[2]), (d_soft[0], d_soft[1], -side * d_soft[2])
        lead, soft = (k, power, 0.0, 0.0, 0.0), (k_soft, power_soft, 0.0, 0.0, 0.0)
        states, directions = ((soft, lead), (d_soft, d)) if second else ((lead, soft), (d, d_soft))
        write_event(cosine, x, i, 7, beam, matrix, swapped, modes, states, directions, momenta)
        p = (momenta[i, 2, 0], momenta[i, 2, 1], momenta[i, 2, 2], momenta[i, 2, 3])
        q = (momenta[i, 5, 0], momenta[i, 5, 1], momenta[i, 5, 2], momenta[i, 5, 3])
        light_share = _light_share(p, q, a[0], a[2])
        share = _lead_share(missing, missing_soft) * (light_share if light else 1 - light_share)
        weight[i] = a[5] * density * density_soft * (1 + _correlation(matrix, lead, d, soft, d_soft)) * share


def _total(parameters: Mapping[str, Any], constants: Constants) -> float:
    """Cross-section of the tau pair [fb]."""
    sigma = parameters["sigma_tautau"]
    if sigma == "born":
        return born_cross_section(parameters["sqrt_s"], parameters["alpha"], constants)
    if isinstance(sigma, str) or not 0 < sigma < math.inf:
        raise ConfigError(f"sigma_tautau = {sigma!r} must be a number > 0 [nb] or the word 'born'")
    return float(sigma) * 1e6


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
    total = _total(parameters, constants) * (first.branching_fraction * second.branching_fraction)
    energy = sqrt_s / 2
    momentum = math.sqrt((energy - tau) * (energy + tau))
    spin = float(bool(parameters["spin_correlation"]))
    head = [energy, momentum, tau, (tau / energy) ** 2, (constants.m_e / energy) ** 2, total, spin]
    for mode in modes:
        head += [*mode.kernel[:4], *mode.kernel[4]]
    tables = [first.table.ravel()] if first is second else [mode.table.ravel() for mode in modes]
    leptonic = first.is_leptonic and second.is_leptonic
    adaptive = 5 + sum(state_uniforms(mode.kernel[0]) for mode in modes)
    fill = _fill_light_cone if leptonic else _fill_leading
    return Setup(
        fill=fill if targeted else _fill_exact,
        arguments=np.concatenate([head, *tables]),
        channels=channel_names(first, second, targeted),
        n_adaptive=adaptive,
        n_plain=1 + sum(rest_uniforms(mode.kernel[0]) for mode in modes),
        records=records(first, second, targeted),
    )


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
        "Tree level, electron, muon, pion and tau masses kept, zero tau width, no Z exchange, no radiation. "
        "pi pi0: form factor with rho(770) and rho(1450), no scalar part. "
        "The total is that of sigma_tautau; 'born' keeps the calculated one."
    ),
    parameters=(
        Parameter(
            name="sigma_tautau",
            description="total e+e- -> tau+tau- cross-section, or 'born' for the tree-level one",
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
        "sigma_tautau x BR x BR', twice for different modes; mu,mu: 0.2438(4) of the events have ETmiss > 1.67 GeV"
    ),
    references=(
        "arXiv:0706.3235",
        "Y. S. Tsai, Phys. Rev. D4 (1971) 2821",
        "J. H. Kuehn, A. Santamaria, Z. Phys. C48 (1990) 445",
        "S. Jadach, J. H. Kuehn, Z. Was, Comput. Phys. Commun. 64 (1991) 275",
        "arXiv:1904.13053",
    ),
)
