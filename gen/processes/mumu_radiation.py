"""e+e- -> mu+ mu- with photons from the beams and from the muons.

Every event weighs

    w = w_ISR w_FSR (W_I W_F/B0) sigma_Born(s_X) |alpha(s_X)/alpha(0)|^2,

with the four angles between beams and muons in the rest frame of X (muons and their photons) in the Born
factors of W_I, W_F and B0. The record ends with the photons: those of the beams in falling energy, then
those of the muons.
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
from lmutau.gen.phasespace.pair_and_boson import FourVector, Vector, unit_about
from lmutau.gen.processes.base import Array, Particle, Setup
from lmutau.gen.radiation.final import emit_final, final_weight, place_pair
from lmutau.gen.radiation.frames import Boost, beam_directions, boosted, mean_axis
from lmutau.gen.radiation.hard_process import COLUMNS, write_photons
from lmutau.gen.radiation.initial import beam_line, emit_initial, energy_fraction, fraction_map
from lmutau.gen.radiation.initial_weights import SECOND_ORDER, initial_weight
from lmutau.gen.radiation.yfs import emitter, most_photons

__all__ = ["CUTOFF", "prepare_radiative"]

CUTOFF = 1e-5
"""Smallest photon energy in units of half the mass of the radiating pair: 53 keV at 10.58 GeV."""


@kernel
def _cosines2(u: Vector, q1: FourVector, q2: FourVector) -> tuple[float, float]:
    """Squared cosines of the unit vector ``u`` to two momenta."""
    a = u[0] * q1[1] + u[1] * q1[2] + u[2] * q1[3]
    b = u[0] * q2[1] + u[1] * q2[2] + u[2] * q2[3]
    first = q1[1] * q1[1] + q1[2] * q1[2] + q1[3] * q1[3]
    second = q2[1] * q2[1] + q2[2] * q2[2] + q2[3] * q2[3]
    return a * a / max(first, 1e-300), b * b / max(second, 1e-300)


@kernel
def _residual(
    beams: tuple[Vector, Vector],
    muons: tuple[FourVector, FourVector],
    ratio: float,
    scheme: float,
    counts: tuple[int, int],
    rates: tuple[float, float],
    photons: Array,
) -> float:
    """W_I W_F/B0 from the angles of beams and muons in the rest frame of X; ``ratio`` = 4 m^2/s_X.

    ``counts`` and ``rates``: numbers of photons and emission rates of the beams and of the muons, a rate
    of 0 where they do not radiate.
    """
    (c11, c12), (c21, c22) = _cosines2(beams[0], *muons), _cosines2(beams[1], *muons)
    # Born factor of each angle, mean 1 over the sphere
    level, slope = 1.5 * (1 + ratio) / (2 + ratio), 0.75 * (1 - ratio) / (2 + ratio)
    b1, b2 = level + slope * (c11 + c12), level + slope * (c21 + c22)
    b0 = 0.5 * (b1 + b2)
    weight = b0
    if rates[0] > 0:
        weight = initial_weight(scheme, counts[0], photons, b1, b2, rates[0])
    if rates[1] > 0:
        bq1, bq2 = level + slope * (c11 + c21), level + slope * (c12 + c22)
        weight *= final_weight(counts[0], counts[1], photons, b0, bq1, bq2, rates[1]) / b0
    return weight


@kernel
def _write(
    momenta: Array, i: int, muons: tuple[FourVector, FourVector], counts: tuple[int, int], boost: Boost, photons: Array
) -> None:
    """Carry event ``i`` from the rest frame of X to the c.m. frame, but for the photons of the beams."""
    q1, q2 = muons
    if counts[0] > 0:
        q1, q2 = boosted(q1, boost), boosted(q2, boost)
        for j in range(counts[0], counts[0] + counts[1]):
            p = (photons[j, 0], photons[j, 1], photons[j, 2], photons[j, 3])
            photons[j, 0], photons[j, 1], photons[j, 2], photons[j, 3] = boosted(p, boost)
    momenta[i, 0, 0], momenta[i, 0, 1], momenta[i, 0, 2], momenta[i, 0, 3] = q1
    momenta[i, 1, 0], momenta[i, 1, 1], momenta[i, 1, 2], momenta[i, 1, 3] = q2
    write_photons(momenta, i, 2, counts[0] + counts[1], photons)


@kernel
def _fill(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Columns of x: energy fraction v (with ISR only), cosine of the mu-; azimuth, two seeds."""
    sqrt_s, m_mu2, alpha, isr, fsr, scheme, mode, cutoff, born, m_e2, m_tau2 = arguments[:11]
    beam = (
        arguments[11], arguments[12], arguments[13], arguments[14],
        arguments[15], arguments[16], arguments[17], arguments[18],
    )  # fmt: skip
    fraction = (arguments[19], arguments[20], arguments[21], arguments[22], arguments[23], arguments[24])
    least_energy, table = arguments[25], arguments[26:].reshape(-1, 4)
    column, rate = (1, beam[1]) if isr else (0, 0.0)
    photons = np.empty((momenta.shape[1] - 2, COLUMNS))
    for i in range(weight.shape[0]):
        weight[i] = 0.0
        state = seed_state(x[i, column + 2], x[i, column + 3])
        s_x, n_isr, w, boost = sqrt_s * sqrt_s, 0, born, (sqrt_s, 0.0, 0.0, 0.0, sqrt_s)
        beams = ((0.0, 0.0, 1.0), (0.0, 0.0, -1.0))
        if isr:
            v, rest, factor = energy_fraction(x[i, 0], fraction)
            state, n_isr, radiated, k = emit_initial(v, rest, beam, state, photons)
            w *= factor * radiated
            if n_isr > 0:
                s_x *= rest
                boost = (sqrt_s - k[0], -k[1], -k[2], -k[3], math.sqrt(s_x))
                beams = beam_directions(boost)
        ratio = 4 * m_mu2 / s_x
        if ratio >= 1 or w == 0:
            continue
        n_fsr, s_q, gamma_q = 0, s_x, 0.0
        if fsr:
            state, n_fsr, s_q, gamma_q, radiated = emit_final(s_x, m_mu2, alpha, cutoff, state, n_isr, photons)
            w *= radiated
            if w == 0:
                continue
        cosine = 2 * x[i, column] - 1
        sine = 2 * math.sqrt(x[i, column] * (1 - x[i, column]))
        axis = unit_about(mean_axis(*beams), cosine, sine, x[i, column + 1])
        muons = place_pair(s_x, s_q, m_mu2, n_isr, n_fsr, photons, axis)
        w *= _residual(beams, muons, ratio, scheme, (n_isr, n_fsr), (rate, gamma_q), photons)
        w *= math.sqrt(1 - ratio) * (1 + 0.5 * ratio) / s_x
        # only the first-order scheme can be negative
        weight[i] = max(w * running_factor(s_x, mode, m_e2, m_mu2, m_tau2, alpha, table), 0.0)
        _write(momenta, i, muons, (n_isr, n_fsr), boost, photons)
        if least_energy > 0 and _hardest(momenta, i) < least_energy:
            weight[i] = 0.0


@kernel
def _hardest(momenta: Array, i: int) -> float:
    """Energy [GeV] of the hardest photon of an event, 0 if there is none."""
    found = 0.0
    for j in range(2, momenta.shape[1]):
        found = max(found, momenta[i, j, 0])
    return found


def prepare_radiative(
    parameters: Mapping[str, Any],
    constants: Constants,
    *,
    cutoff: float = CUTOFF,
    scheme: int = SECOND_ORDER,
    shares: tuple[float, float] = (0.6, 0.24),
    hardest: float = 0.0,
) -> Setup:
    """Set up mu+ mu- with photons.

    Parameters
    ----------
    parameters
        ``sqrt_s``, ``alpha`` (number, "leptonic" or "running"), ``isr``, ``fsr``; ``min_pair_mass`` if it is cut.
    constants
        Masses and couplings.
    cutoff
        Smallest photon energy in units of half the mass of the radiating pair; nothing above depends on it.
    scheme
        Residual weights of :mod:`lmutau.gen.radiation.initial_weights`: their spread estimates the error.
    shares
        Of the mixture from which the energy of the ISR photons is drawn; no result depends on them.
    hardest
        Events whose hardest photon has less energy [GeV] in the c.m. frame get weight zero.
    """
    sqrt_s, isr, fsr = parameters["sqrt_s"], bool(parameters["isr"]), bool(parameters["fsr"])
    alpha, mode = coupling_of(parameters["alpha"], constants)
    beam = beam_line(sqrt_s, constants.m_e, alpha, cutoff)
    # a cut on the pair is one on what the beams leave
    lightest = max(2 * constants.m_mu, parameters.get("min_pair_mass") or 0.0)
    fraction = fraction_map(beam[1], (lightest / sqrt_s) ** 2 if lightest < sqrt_s else 0.5, *shares)
    rates = isr * beam[1] + fsr * emitter(sqrt_s**2, constants.m_mu**2, alpha)[0]
    rows = most_photons(-rates * math.log(cutoff), certain=int(isr))
    born = 4 * math.pi * alpha**2 / 3 * constants.hbarc2
    head = [
        sqrt_s,
        constants.m_mu**2,
        alpha,
        isr,
        fsr,
        scheme,
        mode,
        cutoff,
        born,
        constants.m_e**2,
        constants.m_tau**2,
    ]
    muons = (Particle(pdg_id=13, mass=constants.m_mu), Particle(pdg_id=-13, mass=constants.m_mu))
    photon = Particle(pdg_id=22, mass=0.0, optional=True)
    return Setup(
        fill=_fill,
        arguments=np.concatenate([head, beam, fraction, [hardest], hadronic_table().ravel()]),
        channels=("s",),
        n_adaptive=1 + isr,
        n_plain=3,
        records=(muons + rows * (photon,),),
    )
