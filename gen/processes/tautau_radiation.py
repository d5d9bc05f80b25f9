"""e+e- -> tau+tau- with photons from the beams and from the taus before they decay.

Photons of the beams leave a virtual photon of mass s_X, those of the taus a pair of mass s_Q. Every event
weighs

    w = w_ISR W_I w_FSR W_F sigma_Born(s_X) |alpha(s_X)/alpha(0)|^2,

times what the variables of the decays bring. In the rest frame of X the electron is seen along the mean
axis of both beams. On it the production angle and the whole spin matrix are those of a pair of mass s_X
without radiation, in the axes of the frame where both taus fly back to back, the rest frame of Q, which a
boost without rotation takes to that of X. Exact for soft photons; a hard photon of a tau turns or flips
spins by terms that are left out. Decay products radiate nothing.

The record ends with the photons: those of the beams in falling energy, then those of the taus.
"""

import dataclasses
import functools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.constants import Constants
from lmutau.gen.counter import next_uniform, seed_state
from lmutau.gen.kernels import inlined, kernel
from lmutau.gen.model.vacuum_polarisation import coupling_of, hadronic_table, running_factor
from lmutau.gen.phasespace.pair_and_boson import Vector
from lmutau.gen.phasespace.tau_decay import NODES
from lmutau.gen.processes.base import Array, Particle, Setup
from lmutau.gen.processes.mumu_radiation import CUTOFF
from lmutau.gen.processes.tautau_events import (
    TABLES,
    Pair,
    drawn_columns,
    exact_event,
    leading_event,
    light_cone_event,
    modes_of,
    pair_of,
)
from lmutau.gen.radiation.final import emit_final, final_weight, place_pair
from lmutau.gen.radiation.frames import Boost, boosted, to_cms
from lmutau.gen.radiation.hard_process import COLUMNS, radiate_beams, write_photons
from lmutau.gen.radiation.initial import Beam, Fraction, beam_line, fraction_map
from lmutau.gen.radiation.initial_weights import SECOND_ORDER
from lmutau.gen.radiation.yfs import emitter, most_photons

__all__ = ["EXACT", "LEADING", "LIGHT_CONE", "prepare_radiative", "radiative_cross_section"]

EXACT, LEADING, LIGHT_CONE = 0.0, 1.0, 2.0
"""Variables of the decays, see :mod:`lmutau.gen.processes.tautau_events`."""

Line = tuple[float, float, float, float, float, float, float, float, float, float, float]
"""sqrt(s), alpha, ISR, FSR, scheme, mode of the coupling, cut of the energies, norm [fb GeV^2], masses squared."""
Radiated = tuple[float, float, float, int, int, Vector, Boost]
"""Weight (0: none), s_X, s_Q [GeV^2], photons of the beams and of the taus, axis, boost to the c.m. frame."""

# Arguments: a line, what a beam line and a map of its energy are made of; variables, rows of the record
# without photons, rows of the hadronic table; then this table, and those of the process without radiation.
_BEAM, _FRACTION, _COUNTS, _HEAD = 11, 19, 25, 28
_PRESAMPLE = 1 << 21
_SHARES = (0.9, 0.05)


@inlined
def _lines(a: Array) -> tuple[Line, Beam, Fraction]:
    line = (a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10])
    b, f = _BEAM, _FRACTION
    beam = (a[b], a[b + 1], a[b + 2], a[b + 3], a[b + 4], a[b + 5], a[b + 6], a[b + 7])
    return line, beam, (a[f], a[f + 1], a[f + 2], a[f + 3], a[f + 4], a[f + 5])


@kernel
def _radiate(
    r: float, r1: float, r2: float, lines: tuple[Line, Beam, Fraction], hadrons: Array, photons: Array
) -> Radiated:
    """Radiate from the beams, energy lost from ``r``, then from the taus; ``r1`` and ``r2`` are seeds."""
    line, beam, fraction = lines
    sqrt_s, alpha, isr, fsr, scheme, mode, cutoff, weight, m_e2, m_mu2, m_tau2 = line
    s_x, n_isr, n_fsr, state = sqrt_s * sqrt_s, 0, 0, seed_state(r1, r2)
    axis, boost = (0.0, 0.0, 1.0), (sqrt_s, 0.0, 0.0, 0.0, sqrt_s)
    if isr:
        s_x, radiated, state, n_isr, axis, boost = radiate_beams(r, r1, r2, beam, fraction, scheme, photons)
        weight *= radiated
    ratio, electron = 4 * m_tau2 / s_x, 4 * m_e2 / s_x
    if ratio >= 1 or weight == 0:
        return 0.0, s_x, s_x, 0, 0, axis, boost
    s_q = s_x
    if fsr:
        state, n_fsr, s_q, gamma_q, radiated = emit_final(s_x, m_tau2, alpha, cutoff, state, n_isr, photons)
        weight *= radiated * final_weight(n_isr, n_fsr, photons, 1.0, 1.0, 1.0, gamma_q)
        if weight == 0 or s_q <= 4 * m_tau2:
            return 0.0, s_x, s_x, 0, 0, axis, boost
    weight *= math.sqrt((1 - ratio) / (1 - electron)) * (1 + 0.5 * ratio) * (1 + 0.5 * electron) / s_x
    weight *= running_factor(s_x, mode, m_e2, m_mu2, m_tau2, alpha, hadrons)
    return weight, s_x, s_q, n_isr, n_fsr, axis, boost


@kernel
def _hard_pair(born: Pair, weight: float, s_x: float, s_q: float, m_e2: float) -> Pair:
    """Numbers of the pair: production at s_X, momenta at s_Q."""
    mass, energy = born[2], 0.5 * math.sqrt(s_q)
    momentum = math.sqrt(max((energy - mass) * (energy + mass), 0.0))
    return energy, momentum, mass, 4 * mass * mass / s_x, 4 * m_e2 / s_x, weight, born[6]


@kernel
def _carry(momenta: Array, i: int, rows: int, radiated: Radiated, m_tau2: float, photons: Array) -> None:
    """Carry event ``i`` from the rest frame of Q, electron along z, to the c.m. frame; write the photons."""
    _, s_x, s_q, n_isr, n_fsr, axis, boost = radiated
    if n_fsr > 0:
        x, y, z = momenta[i, 0, 1], momenta[i, 0, 2], momenta[i, 0, 3]
        size = math.sqrt(x * x + y * y + z * z)
        flight = (x / size, y / size, z / size) if size > 0 else (0.0, 0.0, 1.0)
        q1, q2 = place_pair(s_x, s_q, m_tau2, n_isr, n_fsr, photons, flight)
        pair = (q1[0] + q2[0], q1[1] + q2[1], q1[2] + q2[2], q1[3] + q2[3], math.sqrt(s_q))
        for j in range(rows):
            p = (momenta[i, j, 0], momenta[i, j, 1], momenta[i, j, 2], momenta[i, j, 3])
            momenta[i, j, 0], momenta[i, j, 1], momenta[i, j, 2], momenta[i, j, 3] = boosted(p, pair)
    if n_isr > 0:
        for j in range(rows):
            p = (momenta[i, j, 0], momenta[i, j, 1], momenta[i, j, 2], momenta[i, j, 3])
            momenta[i, j, 0], momenta[i, j, 1], momenta[i, j, 2], momenta[i, j, 3] = to_cms(p, axis, boost)
        for j in range(n_isr, n_isr + n_fsr):
            p = (photons[j, 0], photons[j, 1], photons[j, 2], photons[j, 3])
            photons[j, 0], photons[j, 1], photons[j, 2], photons[j, 3] = to_cms(p, axis, boost)
    write_photons(momenta, i, rows, n_isr + n_fsr, photons)


@kernel
def _fill(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Columns of x: those of the process without radiation, after its adaptive ones v (ISR only); two seeds."""
    lines = _lines(arguments)
    isr, m_e2, m_tau2 = lines[0][2], lines[0][8], lines[0][10]
    variables, rows = arguments[_COUNTS], int(arguments[_COUNTS + 1])
    begin = _HEAD + 4 * int(arguments[_COUNTS + 2])
    hadrons, a = arguments[_HEAD:begin].reshape(-1, 4), arguments[begin:]
    born, modes, tables = pair_of(a), modes_of(a), a[TABLES:].reshape(-1, NODES + 1, 2)
    lost, last = drawn_columns(modes), x.shape[1] - 1
    column = lost + 1 if isr else lost
    photons = np.empty((momenta.shape[1] - rows, COLUMNS))
    for i in range(len(x)):
        radiated = _radiate(x[i, lost], x[i, last - 1], x[i, last], lines, hadrons, photons)
        weight[i] = radiated[0]
        if weight[i] == 0:
            continue
        pair = _hard_pair(born, radiated[0], radiated[1], radiated[2], m_e2)
        if variables == EXACT:
            weight[i] = exact_event(channel[i], x, i, column, pair, modes, tables, momenta)
        elif variables == LEADING:
            weight[i] = leading_event(channel[i], x, i, column, pair, modes, tables, momenta)
        else:
            weight[i] = light_cone_event(channel[i], x, i, column, pair, modes, momenta)
        _carry(momenta, i, rows, radiated, m_tau2, photons)


@kernel
def _mean_weight(n: int, most: int, arguments: Array, hadrons: Array) -> float:
    """Mean weight of ``n`` pairs: the lost energy in equal steps, all photons from fixed seeds."""
    lines, photons, total = _lines(arguments), np.empty((most, COLUMNS)), 0.0
    state = seed_state(0.5, 0.5)
    for i in range(n):
        state, r1 = next_uniform(state)
        state, r2 = next_uniform(state)
        total += _radiate((i + 0.5) / n, r1, r2, lines, hadrons, photons)[0]
    return total / n


def _head(
    parameters: Mapping[str, Any], constants: Constants, cutoff: float, scheme: int, shares: tuple[float, float]
) -> tuple[Array, int]:
    """Arguments of the radiation, those of one pair of unit branching fraction [fb]; most photons of an event."""
    sqrt_s, isr, fsr = float(parameters["sqrt_s"]), bool(parameters["isr"]), bool(parameters["fsr"])
    alpha, mode = coupling_of(parameters["alpha"], constants)
    beam = beam_line(sqrt_s, constants.m_e, alpha, cutoff)
    fraction = fraction_map(beam[1], (2 * constants.m_tau / sqrt_s) ** 2, *shares)
    rates = isr * beam[1] + fsr * emitter(sqrt_s**2, constants.m_tau**2, alpha)[0]
    unit = 4 * math.pi * alpha**2 / 3 * constants.hbarc2
    masses2 = [m**2 for m in (constants.m_e, constants.m_mu, constants.m_tau)]
    line = [sqrt_s, alpha, isr, fsr, scheme, mode, cutoff, unit, *masses2]
    return np.concatenate([line, beam, fraction]), most_photons(-rates * math.log(cutoff), certain=int(isr))


@functools.lru_cache(maxsize=64)
def _cross_section(
    sqrt_s: float, alpha: float | str, isr: bool, fsr: bool, constants: Constants, cutoff: float, scheme: int, n: int
) -> float:
    named = {"sqrt_s": sqrt_s, "alpha": alpha, "isr": isr, "fsr": fsr}
    head, most = _head(named, constants, cutoff, scheme, _SHARES)
    return _mean_weight(n, most, head, hadronic_table())


def radiative_cross_section(
    parameters: Mapping[str, Any],
    constants: Constants,
    *,
    cutoff: float = CUTOFF,
    scheme: int = SECOND_ORDER,
    n: int = _PRESAMPLE,
) -> float:
    """Cross-section [fb] of tau+ tau- and any number of photons, decays divided out.

    The mean of ``n`` pairs without decays, the same for ever: the energy lost by the beams in equal steps,
    photons from a fixed stream. Statistical error 1e-4 with the default number.

    Parameters
    ----------
    parameters
        ``sqrt_s``, ``alpha`` (number, "leptonic" or "running"), ``isr``, ``fsr``.
    constants
        Masses and couplings.
    cutoff, scheme
        As in :func:`prepare_radiative`.
    n
        Number of pairs.
    """
    sqrt_s, alpha = float(parameters["sqrt_s"]), parameters["alpha"]
    switches = bool(parameters["isr"]), bool(parameters["fsr"])
    return _cross_section(sqrt_s, alpha, *switches, constants, cutoff, scheme, n)


def prepare_radiative(
    hard: Setup,
    variables: float,
    branching: float,
    parameters: Mapping[str, Any],
    constants: Constants,
    *,
    cutoff: float = CUTOFF,
    scheme: int = SECOND_ORDER,
    shares: tuple[float, float] | None = None,
) -> Setup:
    """Add photons to the tau pair.

    Parameters
    ----------
    hard
        Without radiation.
    variables
        EXACT, LEADING or LIGHT_CONE, those of ``hard``.
    branching
        Product of the branching fractions.
    parameters
        ``sqrt_s``, ``alpha`` (number, "leptonic" or "running"), ``isr``, ``fsr``; ``sigma_tautau``, the total
        with all photons [nb], or "born" for the calculated one.
    constants
        Masses and couplings.
    cutoff
        Smallest photon energy in units of half the mass of the radiating pair; nothing above depends on it.
    scheme
        Residual weights of :mod:`lmutau.gen.radiation.initial_weights`: their spread estimates the error.
    shares
        Of the mixture from which the energy of the ISR photons is drawn; no result depends on them.
    """
    head, most = _head(parameters, constants, cutoff, scheme, shares or _SHARES)
    head[7] *= branching
    if parameters["sigma_tautau"] != "born":
        calculated = radiative_cross_section(parameters, constants, cutoff=cutoff, scheme=scheme)
        head[7] *= float(parameters["sigma_tautau"]) * 1e6 / calculated
    table, photon = hadronic_table(), Particle(pdg_id=22, mass=0.0, optional=True)
    counts = [variables, len(hard.record), len(table)]
    return dataclasses.replace(
        hard,
        fill=_fill,
        arguments=np.concatenate([head, counts, table.ravel(), hard.arguments]),
        n_adaptive=hard.n_adaptive + bool(parameters["isr"]),
        n_plain=hard.n_plain + 2,
        records=tuple(record + most * (photon,) for record in hard.records),
    )
