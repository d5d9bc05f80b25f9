"""One event of a decaying tau pair, in each of the three sets of variables of :mod:`lmutau.gen.processes.tautau`.

Written in the frame where the taus fly back to back and the electron along +z. The numbers of the pair may
differ from event to event: the production matrix has those of the virtual photon, the taus the energy that
their photons left them.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.tau_pair import production_matrix
from lmutau.gen.kernels import inlined, kernel
from lmutau.gen.phasespace.tau_decay import Vector, about_axis, muon_from_light_cone, polarised_direction
from lmutau.gen.phasespace.tau_hadronic import State
from lmutau.gen.phasespace.tau_modes import Mode, interval, state_uniforms, visible, write_event
from lmutau.gen.phasespace.tau_pair import FourVector, Matrix, production_cosine, spin_of_partner

__all__ = [
    "TABLES",
    "Pair",
    "drawn_columns",
    "exact_event",
    "leading_event",
    "light_cone_event",
    "modes_of",
    "pair_of",
]

Array = NDArray[np.float64]
Pair = tuple[float, float, float, float, float, float, float]
"""Energy, momentum, mass of the taus; 4 m_tau^2/s, 4 m_e^2/s; weight of the pair; spin correlation (0 or 1)."""

# Arguments of the kernels: a pair; nine numbers for each decay; then the tables, one if both decays are
# the same.
_MODES = 7
TABLES = _MODES + 2 * 9
"""Where the tables of the decays begin among the arguments."""
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


@inlined
def pair_of(arguments: Array) -> Pair:
    """Numbers of the pair without radiation."""
    a = arguments
    return a[0], a[1], a[2], a[3], a[4], a[5], a[6]


@kernel
def _mode(arguments: Array, which: int) -> Mode:
    """Numbers of the first (0) or the second (1) decay."""
    a, i = arguments, _MODES + 9 * which
    return int(a[i]), a[i + 1], a[i + 2], a[i + 3], (a[i + 4], a[i + 5], a[i + 6], a[i + 7], a[i + 8])


@inlined
def modes_of(arguments: Array) -> tuple[Mode, Mode]:
    """Numbers of both decays."""
    return _mode(arguments, 0), _mode(arguments, 1)


@inlined
def drawn_columns(modes: tuple[Mode, Mode]) -> int:
    """How many uniforms fix the production angle and the charged particles."""
    return 5 + state_uniforms(modes[0][0]) + state_uniforms(modes[1][0])


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


@inlined
def _states(
    x: Array, i: int, begin: int, tables: Array, tau_mass: float, modes: tuple[Mode, Mode]
) -> tuple[State, State, float, float]:
    """Draw both visible parts, the second from column ``begin`` on; true over sampled densities."""
    table, other_table = tables[0], tables[-1]
    j, u, steep = interval(modes[0][0], x[i, 1])
    nodes = (table[j, 0], table[j, 1], table[j + 1, 0], table[j + 1, 1])
    first, ratio = visible(u, steep, nodes, x[i, 2], tau_mass, modes[0])
    j, u, steep = interval(modes[1][0], x[i, begin])
    nodes = (other_table[j, 0], other_table[j, 1], other_table[j + 1, 0], other_table[j + 1, 1])
    second, other_ratio = visible(u, steep, nodes, x[i, begin + 1], tau_mass, modes[1])
    return first, second, ratio, other_ratio


@inlined
def exact_event(
    channel: int, x: Array, i: int, column: int, pair: Pair, modes: tuple[Mode, Mode], tables: Array, momenta: Array
) -> float:
    """Draw from the full density: the weight is that of the pair up to the tables.

    ``channel`` 1: charges exchanged; ``column``: first of the uniforms that :func:`write_event` takes.
    """
    after = 1 + state_uniforms(modes[0][0])
    begin = after + 2
    end = begin + state_uniforms(modes[1][0])
    energy, momentum, mass, inverse_gamma2, electron_term, total, on = pair
    cosine = production_cosine(x[i, 0], inverse_gamma2, electron_term)
    matrix = _matrix(cosine, inverse_gamma2, electron_term, on)
    first, second, ratio, other_ratio = _states(x, i, begin, tables, mass, modes)
    d = about_axis(2 * x[i, after] - 1, 2 * math.pi * x[i, after + 1], (0.0, 0.0, 1.0))
    spin = spin_of_partner(matrix, first[1], d)
    power = second[1]
    other = polarised_direction(x[i, end], x[i, end + 1], (power * spin[0], power * spin[1], power * spin[2]))
    beam, swapped, states, directions = (energy, momentum, mass), channel == 1, (first, second), (d, other)
    write_event(cosine, x, i, column, beam, matrix, swapped, modes, states, directions, momenta)
    return total * ratio * other_ratio


@inlined
def leading_event(
    channel: int, x: Array, i: int, column: int, pair: Pair, modes: tuple[Mode, Mode], tables: Array, momenta: Array
) -> float:
    """Directions free, about the flight of each tau. Channel: 2 x charges exchanged + (second leads)."""
    after = 1 + state_uniforms(modes[0][0])
    begin = after + 2
    end = begin + state_uniforms(modes[1][0])
    energy, momentum, mass, inverse_gamma2, electron_term, total, on = pair
    swapped, second_leads = channel >= 2, channel % 2 == 1
    side = -1.0 if swapped else 1.0
    cosine = production_cosine(x[i, 0], inverse_gamma2, electron_term)
    matrix = _matrix(cosine, inverse_gamma2, electron_term, on)
    first, second, ratio, other_ratio = _states(x, i, begin, tables, mass, modes)
    along, other_along = 2 * x[i, after] - 1, 2 * x[i, end] - 1
    phi = 2 * math.pi * x[i, after + 1]
    d = about_axis(side * along, phi, (0.0, 0.0, 1.0))
    other = about_axis(-side * other_along, phi + 2 * math.pi * x[i, end + 1], (0.0, 0.0, 1.0))
    beam, states, directions = (energy, momentum, mass), (first, second), (d, other)
    write_event(cosine, x, i, column, beam, matrix, swapped, modes, states, directions, momenta)
    missing = _missing(first, along, mass, modes[0][1])
    other_missing = _missing(second, other_along, mass, modes[1][1])
    share = _lead_share(other_missing, missing) if second_leads else _lead_share(missing, other_missing)
    return total * ratio * other_ratio * (1 + _correlation(matrix, first, d, second, other)) * share


@kernel
def _light_share(lead: FourVector, soft: FourVector, energy: float, tau_mass: float) -> float:
    """Share 1/[1 + (m^2/m_tau^2)^p] of the light channels for the recoil mass m; ``energy`` of a tau."""
    recoil2 = (2 * energy - lead[0] - soft[0]) ** 2
    for axis in range(1, 4):
        recoil2 -= (lead[axis] + soft[axis]) ** 2
    return 1 / (1 + (max(0.0, recoil2) / tau_mass**2) ** _LIGHT_POWER)


@inlined
def light_cone_event(
    channel: int, x: Array, i: int, column: int, pair: Pair, modes: tuple[Mode, Mode], momenta: Array
) -> float:
    """Two leptons in light-cone variables, the leading side first.

    Channel: 4 x charges exchanged + 2 x light recoil + (second leads). If the positive side leads, the
    event is the mirror image: charges exchanged, beam axis turned. Radiation scales and boosts the whole
    pair: the variables, fractions in the tau rest frames, remain.
    """
    energy, momentum, mass, inverse_gamma2, electron_term, total, on = pair
    second, light, swapped = channel % 2 == 1, channel % 4 >= 2, channel >= 4
    lead_mode, soft_mode = (modes[1], modes[0]) if second else modes
    side = -1.0 if second != swapped else 1.0
    cosine = side * production_cosine(x[i, 0], inverse_gamma2, electron_term)
    matrix = _matrix(cosine, inverse_gamma2, electron_term, on)
    phi = 2 * math.pi * x[i, 3]
    push = 1 / inverse_gamma2 if light else 1.0  # a light recoil needs 1 - x of the order m_tau^2/s
    k, power, d, missing, density = muon_from_light_cone(
        x[i, 1], x[i, 2], phi, push, lead_mode[3], (mass, lead_mode[1])
    )
    phi += 2 * math.pi * x[i, 6]
    k_soft, power_soft, d_soft, missing_soft, density_soft = muon_from_light_cone(
        x[i, 4], x[i, 5], phi, 1.0, soft_mode[3], (mass, soft_mode[1])
    )
    d, d_soft = (d[0], d[1], side * d[2]), (d_soft[0], d_soft[1], -side * d_soft[2])
    lead, soft = (k, power, 0.0, 0.0, 0.0), (k_soft, power_soft, 0.0, 0.0, 0.0)
    states, directions = ((soft, lead), (d_soft, d)) if second else ((lead, soft), (d, d_soft))
    write_event(cosine, x, i, column, (energy, momentum, mass), matrix, swapped, modes, states, directions, momenta)
    p = (momenta[i, 2, 0], momenta[i, 2, 1], momenta[i, 2, 2], momenta[i, 2, 3])
    q = (momenta[i, 5, 0], momenta[i, 5, 1], momenta[i, 5, 2], momenta[i, 5, 3])
    light_share = _light_share(p, q, energy, mass)
    share = _lead_share(missing, missing_soft) * (light_share if light else 1 - light_share)
    return total * density * density_soft * (1 + _correlation(matrix, lead, d, soft, d_soft)) * share
