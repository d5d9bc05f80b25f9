"""Compiled loops over the radiation kernels, for tests that look inside an event."""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.counter import next_uniform, seed_state
from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.pair_and_boson import direction, unit_about
from lmutau.gen.radiation.angles import draw_angle
from lmutau.gen.radiation.final import emit_final, final_weight, place_pair
from lmutau.gen.radiation.frames import Boost, beam_directions, boosted, mean_axis, to_cms
from lmutau.gen.radiation.hard_process import COLUMNS, radiate_beams
from lmutau.gen.radiation.initial import Beam, Fraction, emit_initial, energy_fraction
from lmutau.gen.radiation.initial_weights import FIRST_ORDER, initial_weight

Array = NDArray[np.float64]
MOST = 20


@kernel
def angles(r: Array, beta: float, one_minus_beta: float, span: float, flip: float, out: Array) -> None:
    """Photon angles: d1, d2, 1 - c, 1 + c, soft factor over the sampled one."""
    for i in range(out.shape[0]):
        _, out[i, 0], out[i, 1], out[i, 2], out[i, 3], out[i, 4] = draw_angle(
            seed_state(r[i, 0], r[i, 1]), beta, one_minus_beta, span, flip
        )


@kernel
def uniforms(out: Array) -> None:
    """A stretch of the counter generator."""
    state = seed_state(0.3, 0.7)
    for i in range(out.shape[0]):
        state, out[i] = next_uniform(state)


@kernel
def initial_events(r: Array, beam: Beam, fraction: Fraction, scheme: float, out: Array) -> None:
    """v, weight without the hard cross-section, number of photons, softest relative to the beam energy."""
    photons = np.empty((MOST, COLUMNS))
    for i in range(out.shape[0]):
        s_x, out[i, 1], _, n, _, _ = radiate_beams(r[i, 0], r[i, 1], r[i, 2], beam, fraction, scheme, photons)
        out[i, 0], out[i, 2] = 1 - s_x / beam[0] ** 2, n
        out[i, 3] = 2 * photons[n - 1, 0] / beam[0] if n > 0 else 1.0


@kernel
def carried_to_cms(r: Array, beam: Beam, fraction: Fraction, mass2: float, scheme: float, out: Array) -> None:
    """Sum of photons and of a pair that is generated along z in the rest frame of X, and mass^2 of one of it."""
    photons = np.empty((MOST, COLUMNS))
    for i in range(out.shape[0]):
        s_x, weight, _, n, axis, boost = radiate_beams(r[i, 0], r[i, 1], r[i, 2], beam, fraction, scheme, photons)
        u, half = direction(2 * r[i, 3] - 1, 2 * math.sqrt(r[i, 3] * (1 - r[i, 3])), r[i, 4]), 0.5 * math.sqrt(s_x)
        k = math.sqrt(max(half * half - mass2, 0.0))
        q1 = to_cms((half, k * u[0], k * u[1], k * u[2]), axis, boost)
        q2 = to_cms((half, -k * u[0], -k * u[1], -k * u[2]), axis, boost)
        for c in range(4):
            out[i, c] = q1[c] + q2[c]
            for j in range(n):
                out[i, c] += photons[j, c]
        out[i, 4], out[i, 5] = q1[0] * q1[0] - q1[1] * q1[1] - q1[2] * q1[2] - q1[3] * q1[3], weight


@kernel
def _put(out: Array, i: int, first: int, p: tuple[float, float, float, float]) -> None:
    out[i, first], out[i, first + 1], out[i, first + 2], out[i, first + 3] = p


@kernel
def single_initial(r: Array, beam: Beam, fraction: Fraction, mass2: float, out: Array) -> None:
    """Events with exactly one photon: q1, q2, k (c.m.), R, a, b, s_X, tree weight of v; R = 0 for others."""
    photons = np.empty((MOST, COLUMNS))
    sqrt_s, gamma = beam[0], beam[1]
    for i in range(out.shape[0]):
        v, rest, factor = energy_fraction(r[i, 0], fraction)
        _, n, weight, k = emit_initial(v, rest, beam, seed_state(r[i, 1], r[i, 2]), photons)
        s_x = sqrt_s * sqrt_s * rest
        if n != 1 or weight == 0 or s_x <= 4 * mass2:
            out[i, 12] = 0.0
            continue
        boost: Boost = (sqrt_s - k[0], -k[1], -k[2], -k[3], math.sqrt(s_x))
        u1, u2 = beam_directions(boost)
        cosine = 2 * r[i, 3] - 1
        axis = unit_about(mean_axis(u1, u2), cosine, 2 * math.sqrt(r[i, 3] * (1 - r[i, 3])), r[i, 4])
        q1, q2 = place_pair(s_x, s_x, mass2, 1, 0, photons, axis)
        ratio = 4 * mass2 / s_x
        c1 = u1[0] * axis[0] + u1[1] * axis[1] + u1[2] * axis[2]
        c2 = u2[0] * axis[0] + u2[1] * axis[1] + u2[2] * axis[2]
        b1, b2 = born(c1 * c1, ratio), born(c2 * c2, ratio)
        # first order: R - B0 + B0 (1 + gamma/2)
        single = initial_weight(FIRST_ORDER, 1, photons, b1, b2, gamma) - 0.25 * gamma * (b1 + b2)
        _put(out, i, 0, boosted(q1, boost))
        _put(out, i, 4, boosted(q2, boost))
        _put(out, i, 8, (photons[0, 0], photons[0, 1], photons[0, 2], photons[0, 3]))
        out[i, 12], out[i, 13], out[i, 14], out[i, 15] = single, photons[0, 4], photons[0, 5], s_x
        # gamma/v dv: without the form factor, divided by the probability (v/cut)^-gamma of one photon
        out[i, 16] = factor * weight / beam[5] * beam[7] ** -gamma


@kernel
def single_final(r: Array, s_x: float, mass2: float, alpha: float, cutoff: float, out: Array) -> None:
    """Events with exactly one photon: q1, q2, l (c.m.), R, a, b, Q^2, tree weight; R = 0 for others."""
    photons = np.empty((MOST, COLUMNS))
    for i in range(out.shape[0]):
        _, n, s_q, gamma_q, weight = emit_final(s_x, mass2, alpha, cutoff, seed_state(r[i, 0], r[i, 1]), 0, photons)
        if n != 1 or weight == 0:
            out[i, 12] = 0.0
            continue
        axis = direction(2 * r[i, 2] - 1, 2 * math.sqrt(r[i, 2] * (1 - r[i, 2])), r[i, 3])
        q1, q2 = place_pair(s_x, s_q, mass2, 0, 1, photons, axis)
        ratio = 4 * mass2 / s_x
        bq1 = born(q1[3] ** 2 / (q1[1] ** 2 + q1[2] ** 2 + q1[3] ** 2), ratio)
        bq2 = born(q2[3] ** 2 / (q2[1] ** 2 + q2[2] ** 2 + q2[3] ** 2), ratio)
        virtual = 1 + gamma_q / 2 + gamma_q**2 / 8
        _put(out, i, 0, q1)
        _put(out, i, 4, q2)
        _put(out, i, 8, (photons[0, 0], photons[0, 1], photons[0, 2], photons[0, 3]))
        out[i, 12] = final_weight(0, 1, photons, 1.0, bq1, bq2, gamma_q) / virtual
        out[i, 13], out[i, 14], out[i, 15] = photons[0, 4], photons[0, 5], s_q
        form_factor = gamma_q * math.log(cutoff) + gamma_q / 4 + alpha / math.pi * (math.pi**2 / 3 - 0.5)
        out[i, 16] = weight * math.exp(-form_factor)


@kernel
def born(cosine2: float, ratio: float) -> float:
    """(1 + r + (1 - r) c^2) over its mean."""
    return 1.5 * (1 + ratio + (1 - ratio) * cosine2) / (2 + ratio)
