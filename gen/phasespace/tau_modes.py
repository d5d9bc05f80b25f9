"""The decay modes of a tau behind one interface: draw the visible part, then the rest for given spins.

Each decay is drawn in three steps: a :data:`~lmutau.gen.phasespace.tau_hadronic.State`, the direction
of the charged particle, which has the density 1 + power s.d, and what remains, distributed exactly
for the spin that the other decay leaves. Modes differ in the number of uniforms that each step takes.
Only :func:`write_event` sees an array: every array that is handed on costs a reference count.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.tau_hadronic import Resonances
from lmutau.gen.kernels import inlined
from lmutau.gen.phasespace.tau_decay import Nodes, Vector, momentum_interval, muon_from_spectrum, neutrinos
from lmutau.gen.phasespace.tau_hadronic import State, pair_interval, photons, pion_state, two_pion_state, upright
from lmutau.gen.phasespace.tau_pair import FourVector, Matrix, spin_of_partner, to_cms

__all__ = [
    "LEPTON",
    "PION",
    "TWO_PIONS",
    "Mode",
    "interval",
    "rest_uniforms",
    "state_uniforms",
    "visible",
    "write_event",
]

Array = NDArray[np.float64]

LEPTON, PION, TWO_PIONS = 0, 1, 2
Mode = tuple[int, float, float, float, Resonances]
"""Kind; masses of the charged particle and of the neutral pion [GeV]; norm of the table; resonances."""
Products = tuple[FourVector, FourVector, FourVector, FourVector, FourVector]

_NOTHING = (0.0, 0.0, 0.0, 0.0)


@inlined
def state_uniforms(kind: int) -> int:
    """How many uniforms the state of a decay takes."""
    if kind == LEPTON:
        return 1
    return 2 if kind == TWO_PIONS else 0


@inlined
def rest_uniforms(kind: int) -> int:
    """How many uniforms the rest of a decay takes in :func:`write_event`."""
    if kind == LEPTON:
        return 2
    return 4 if kind == TWO_PIONS else 0


@inlined
def interval(kind: int, r: float) -> tuple[int, float, float]:
    """Where the first uniform of a state lies in the table of the mode: interval, fraction of it, dr/dt."""
    if kind == LEPTON:
        return momentum_interval(r)
    return pair_interval(r)


@inlined
def visible(
    u: float, steepness: float, nodes: Nodes, r_angle: float, tau_mass: float, mode: Mode
) -> tuple[State, float]:
    """Draw the state of a decay; also true over sampled density.

    ``u`` and ``steepness`` from :func:`interval`, ``nodes`` from the table of the mode.
    """
    kind, mass, neutral, norm, parameters = mode
    if kind == LEPTON:
        k, power, ratio = muon_from_spectrum(u, steepness, nodes, norm, (tau_mass, mass))
        return (k, power, 0.0, 0.0, 0.0), ratio
    if kind == PION:
        return pion_state(tau_mass, mass), 1.0
    return two_pion_state(u, steepness, nodes, r_angle, norm, tau_mass, (mass, neutral), parameters)


@inlined
def _two_pions(r: FourVector, mode: Mode, state: State, d: Vector, spin: Vector) -> tuple[Vector, Products]:
    """Turn the decay plane and draw the photons: analyser; pi, pi0, two photons, neutrino."""
    mass, neutral = mode[1], mode[2]
    k, power, across, p_along, p_across = state
    f = upright(r[0], r[1], state, d, spin)
    energy = math.sqrt(neutral**2 + p_along**2 + p_across**2)
    pion = (
        energy,
        p_along * d[0] + p_across * f[0],
        p_along * d[1] + p_across * f[1],
        p_along * d[2] + p_across * f[2],
    )
    first, second = photons(r[2], r[3], pion, neutral)
    charged = (math.sqrt(k**2 + mass**2), k * d[0], k * d[1], k * d[2])
    missing = math.sqrt((k + p_along) ** 2 + p_across**2)
    neutrino = (missing, -charged[1] - pion[1], -charged[2] - pion[2], -charged[3] - pion[3])
    analyser = (power * d[0] + across * f[0], power * d[1] + across * f[1], power * d[2] + across * f[2])
    return analyser, (charged, pion, first, second, neutrino)


@inlined
def _rest(r: FourVector, tau_mass: float, mode: Mode, state: State, d: Vector, spin: Vector) -> tuple[Vector, Products]:
    """Draw what remains of a decay: full analyser, and the products in the tau rest frame."""
    if mode[0] == TWO_PIONS:
        return _two_pions(r, mode, state, d, spin)
    k, mass = state[0], mode[1]
    charged = (math.sqrt(k**2 + mass**2), k * d[0], k * d[1], k * d[2])
    if mode[0] == PION:
        return d, (charged, (k, -charged[1], -charged[2], -charged[3]), _NOTHING, _NOTHING, _NOTHING)
    n, other = neutrinos(r[0], r[1], k, d, spin, (tau_mass, mass))
    return (n[1] / n[0], n[2] / n[0], n[3] / n[0]), (charged, n, other, _NOTHING, _NOTHING)


@inlined
def _product_rows(kind: int) -> int:
    """Rows of the record that a decay fills."""
    if kind == LEPTON:
        return 3
    return 5 if kind == TWO_PIONS else 2


@inlined
def _four(x: Array, i: int, column: int) -> FourVector:
    """Four uniforms from a column on; those beyond the last repeat it and are not used."""
    last = x.shape[1] - 1
    return (
        x[i, min(column, last)],
        x[i, min(column + 1, last)],
        x[i, min(column + 2, last)],
        x[i, min(column + 3, last)],
    )


@inlined
def _store(momenta: Array, i: int, row: int, p: FourVector) -> None:
    momenta[i, row, 0], momenta[i, row, 1], momenta[i, row, 2], momenta[i, row, 3] = p


@inlined
def _write(
    momenta: Array, i: int, row: int, kind: int, p: Products, boost: tuple[float, float], turn: FourVector
) -> None:
    """Write the products of one decay from a row on."""
    _store(momenta, i, row, to_cms(p[0], boost, turn))
    _store(momenta, i, row + 1, to_cms(p[1], boost, turn))
    if kind != PION:
        _store(momenta, i, row + 2, to_cms(p[2], boost, turn))
    if kind == TWO_PIONS:
        _store(momenta, i, row + 3, to_cms(p[3], boost, turn))
        _store(momenta, i, row + 4, to_cms(p[4], boost, turn))


@inlined
def write_event(
    cosine: float,
    x: Array,
    i: int,
    column: int,
    beam: tuple[float, float, float],
    matrix: Matrix,
    swapped: bool,
    modes: tuple[Mode, Mode],
    states: tuple[State, State],
    directions: tuple[Vector, Vector],
    momenta: Array,
) -> None:
    """Draw what the charged particles leave open and write all momenta of an event, c.m. frame.

    Parameters
    ----------
    cosine
        Of the tau- to the e-.
    x, i, column
        Uniforms x[i, column ...]: the azimuth of the tau-, then those of each decay.
    beam
        Energy, momentum [GeV] and mass [GeV] of the taus.
    matrix
        (R_0, R_xx, R_yy, R_zz, R_xz); with zeros after R_0 the spins are not correlated.
    swapped
        False: the first mode is that of the tau-. True: of the tau+.
    modes, states, directions
        Of the two decays; directions in the axes of :mod:`lmutau.gen.amplitudes.tau_pair`.
    momenta : (n, k, 4)
        Row i receives tau-, tau+, the products of the first mode, those of the second.
    """
    energy, momentum, tau_mass = beam
    phi = 2 * math.pi * x[i, column]
    turn = (cosine, math.sqrt((1 - cosine) * (1 + cosine)), math.cos(phi), math.sin(phi))
    forward, backward = (energy / tau_mass, momentum / tau_mass), (energy / tau_mass, -momentum / tau_mass)
    boost, other_boost = (backward, forward) if swapped else (forward, backward)
    at_rest = (tau_mass, 0.0, 0.0, 0.0)
    _store(momenta, i, 0, to_cms(at_rest, forward, turn))
    _store(momenta, i, 1, to_cms(at_rest, backward, turn))

    kind, other_kind = modes[0][0], modes[1][0]
    spin = spin_of_partner(matrix, states[1][1], directions[1])
    analyser, products = _rest(_four(x, i, column + 1), tau_mass, modes[0], states[0], directions[0], spin)
    _write(momenta, i, 2, kind, products, boost, turn)

    spin = spin_of_partner(matrix, 1.0, analyser)
    column += 1 + rest_uniforms(kind)
    _, products = _rest(_four(x, i, column), tau_mass, modes[1], states[1], directions[1], spin)
    _write(momenta, i, 2 + _product_rows(kind), other_kind, products, other_boost, turn)
