"""e+e- -> mu+ mu- Z' with photons from the beams and from the muons.

The tree event is made at s_X in the rest frame of X, what the beams leave, and seen by them on one axis.
The muon pair of this event then radiates: its squared mass is that of muons and photons. The photons know
nothing of the angles of the pair (leading logarithm: soft and collinear photons are right, hard ones at
large angles are not exact). The record ends with the photons: those of the beams in falling energy, then those
of the muons.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.constants import Constants
from lmutau.gen.counter import seed_state
from lmutau.gen.kernels import kernel
from lmutau.gen.model.vacuum_polarisation import coupling_of, hadronic_table, running_factor
from lmutau.gen.phasespace.pair_and_boson import FourVector, Vector, write_three
from lmutau.gen.phasespace.resonance import breit_wigner_map, breit_wigner_range
from lmutau.gen.processes.base import Array, Particle, Setup
from lmutau.gen.processes.mumuzp_event import Event, boson_energies, mumuzp_event
from lmutau.gen.radiation.final import emit_final, final_weight, place_pair
from lmutau.gen.radiation.frames import Boost, boosted, to_cms
from lmutau.gen.radiation.hard_process import COLUMNS, radiate_beams, write_photons
from lmutau.gen.radiation.initial import Fraction, beam_line, fraction_map
from lmutau.gen.radiation.initial_weights import SECOND_ORDER
from lmutau.gen.radiation.yfs import emitter, most_photons

__all__ = ["CUTOFF", "prepare_radiative"]

CUTOFF = 1e-5
"""Smallest photon energy in units of half the mass of the radiating pair: 53 keV at 10.58 GeV."""

_fraction_map = kernel(fraction_map)


@kernel
def _fractions(gamma: float, lightest: float, sqrt_s: float) -> Fraction:
    """How to draw v if X must be heavier than ``lightest`` [GeV]."""
    return _fraction_map(gamma, min((lightest / sqrt_s) ** 2, 1 - 1e-15))


@kernel
def _radiate_muons(
    event: Event, pair_energy: float, m_mu2: float, alpha: float, cutoff: float, state: np.uint64, first: int,
    photons: Array,
) -> tuple[int, float, FourVector, FourVector]:  # fmt: skip
    """Photons of the muons of a tree event: their number, the weight (0: no room), the muons they leave.

    The photons stand in ``photons`` from row ``first`` on, all in the rest frame of X [GeV].
    """
    _, k1, k2, _, k, u, n, s_pair = event
    _, count, s_q, gamma_q, weight = emit_final(s_pair, m_mu2, alpha, cutoff, state, first, photons)
    if weight == 0:
        return 0, 0.0, k1, k2
    weight *= final_weight(first, count, photons, 1.0, 1.0, 1.0, gamma_q)
    if count == 0:
        return 0, weight, k1, k2
    q1, q2 = place_pair(s_pair, s_q, m_mu2, first, count, photons, n)
    boost = (pair_energy, -k * u[0], -k * u[1], -k * u[2], math.sqrt(s_pair))
    for j in range(first, first + count):
        p = (photons[j, 0], photons[j, 1], photons[j, 2], photons[j, 3])
        photons[j, 0], photons[j, 1], photons[j, 2], photons[j, 3] = boosted(p, boost)
    return count, weight, boosted(q1, boost), boosted(q2, boost)


@kernel
def _write(
    momenta: Array, i: int, muons: tuple[FourVector, FourVector], boson: FourVector, counts: tuple[int, int],
    axis: Vector, boost: Boost, photons: Array,
) -> None:  # fmt: skip
    """Carry event ``i`` from the rest frame of X to the c.m. frame, but for the photons of the beams."""
    q1, q2 = muons
    if counts[0] > 0:
        q1, q2, boson = to_cms(q1, axis, boost), to_cms(q2, axis, boost), to_cms(boson, axis, boost)
        for j in range(counts[0], counts[0] + counts[1]):
            p = (photons[j, 0], photons[j, 1], photons[j, 2], photons[j, 3])
            photons[j, 0], photons[j, 1], photons[j, 2], photons[j, 3] = to_cms(p, axis, boost)
    write_three(momenta, i, q1, q2, boson[0], 1.0, (boson[1], boson[2], boson[3]))
    write_photons(momenta, i, 3, counts[0] + counts[1], photons)


@kernel
def _fill(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Columns of x: energy fraction v (with ISR only), the four of the tree, mass if wide; azimuth, two seeds."""
    sqrt_s, pole, width, pair_mass, first, length, g, isr, fsr, scheme, mode, cutoff = arguments[:12]
    alpha, m_e2, m_mu2, m_tau2, hbarc2 = arguments[12:17]
    beam = (
        arguments[17], arguments[18], arguments[19], arguments[20],
        arguments[21], arguments[22], arguments[23], arguments[24],
    )  # fmt: skip
    table = arguments[25:].reshape(-1, 4)
    m_mu, column, last = math.sqrt(m_mu2), 1 if isr else 0, x.shape[1] - 3
    photons = np.empty((momenta.shape[1] - 3, COLUMNS))
    mass, mass2, share = pole, pole * pole, 1.0
    fraction = _fractions(beam[1], mass + pair_mass, sqrt_s)
    for i in range(weight.shape[0]):
        weight[i] = 0.0
        if width > 0:
            mass2, share = breit_wigner_map(x[i, column + 4], pole, width, first, length)
            if mass2 <= 0:
                continue
            mass = math.sqrt(mass2)
            if mass + pair_mass >= sqrt_s:
                continue
            if isr:
                fraction = _fractions(beam[1], mass + pair_mass, sqrt_s)
        s_x, radiated, n_isr, axis, boost = sqrt_s * sqrt_s, 1.0, 0, (0.0, 0.0, 1.0), (sqrt_s, 0.0, 0.0, 0.0, sqrt_s)
        state = seed_state(x[i, last + 1], x[i, last + 2])
        if isr:
            s_x, radiated, state, n_isr, axis, boost = radiate_beams(
                x[i, 0], x[i, last + 1], x[i, last + 2], beam, fraction, scheme, photons
            )
        energy = math.sqrt(s_x)
        if radiated == 0 or energy <= mass + 2 * m_mu:
            continue
        scale = hbarc2 / (2 * energy * math.sqrt(s_x - 4 * m_e2)) * share * radiated
        scale *= running_factor(s_x, mode, m_e2, m_mu2, m_tau2, alpha, table)
        event = mumuzp_event(
            energy, (mass2, m_mu2, m_e2), (alpha, g), scale, mass, boson_energies(energy, mass, m_mu),
            (x[i, column], x[i, column + 1], x[i, column + 2], x[i, column + 3], x[i, last]),
        )  # fmt: skip
        w, q1, q2, e_boson, k, u, _, _ = event
        if w == 0:
            continue
        n_fsr = 0
        if fsr:
            n_fsr, radiated, q1, q2 = _radiate_muons(
                event, energy - e_boson, m_mu2, alpha, cutoff, state, n_isr, photons
            )
            w *= radiated
            if w == 0:
                continue
        weight[i] = w
        boson = (e_boson, k * u[0], k * u[1], k * u[2])
        _write(momenta, i, (q1, q2), boson, (n_isr, n_fsr), axis, boost, photons)


def prepare_radiative(
    parameters: Mapping[str, Any], constants: Constants, *, cutoff: float = CUTOFF, scheme: int = SECOND_ORDER
) -> Setup:
    """Set up mu+ mu- Z' with photons.

    Parameters
    ----------
    parameters
        ``sqrt_s``, ``mass``, ``width``, ``g``, ``alpha`` (number, "leptonic" or "running"), ``isr``, ``fsr``;
        ``min_pair_mass`` if it is cut.
    constants
        Masses and couplings.
    cutoff
        Smallest photon energy in units of half the mass of the radiating pair; nothing above depends on it.
    scheme
        Residual weights of :mod:`lmutau.gen.radiation.initial_weights`: their spread estimates the error.
    """
    sqrt_s, mass, width = parameters["sqrt_s"], parameters["mass"], parameters["width"]
    isr, fsr, m_mu = bool(parameters["isr"]), bool(parameters["fsr"]), constants.m_mu
    alpha, mode = coupling_of(parameters["alpha"], constants)
    beam = beam_line(sqrt_s, constants.m_e, alpha, cutoff)
    # a cut on the pair is one on what the beams leave
    lightest = max(2 * m_mu, parameters.get("min_pair_mass") or 0.0)
    if lightest + (0.0 if width > 0 else mass) >= sqrt_s:
        lightest = 2 * m_mu  # no event will pass: the sampler says so
    first, length = breit_wigner_range(mass, width, sqrt_s - lightest) if width > 0 else (0.0, 0.0)
    rates = isr * beam[1] + fsr * emitter(sqrt_s**2, m_mu**2, alpha)[0]
    rows = most_photons(-rates * math.log(cutoff), certain=int(isr))
    head = [sqrt_s, mass, width, lightest, first, length, parameters["g"], isr, fsr, scheme, mode, cutoff]
    head += [alpha, constants.m_e**2, m_mu**2, constants.m_tau**2, constants.hbarc2]
    boson = Particle(pdg_id=32, mass=math.nan if width > 0 else mass)
    photon = Particle(pdg_id=22, mass=0.0, optional=True)
    return Setup(
        fill=_fill,
        arguments=np.concatenate([head, beam, hadronic_table().ravel()]),
        channels=("fsr",),
        n_adaptive=4 + isr + (width > 0),
        n_plain=3,
        records=((Particle(pdg_id=13, mass=m_mu), Particle(pdg_id=-13, mass=m_mu), boson, *rows * (photon,)),),
    )
