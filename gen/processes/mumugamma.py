"""e+e- -> mu+ mu- gamma over all photon angles: ISR, FSR and their interference."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes import arrays
from lmutau.gen.amplitudes.mumugamma import (
    mumugamma_fsr,
    mumugamma_interference,
    mumugamma_isr,
    mumugamma_squared,
)
from lmutau.gen.constants import Constants
from lmutau.gen.errors import KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.model.vacuum_polarisation import FIXED, screening, screening_numbers
from lmutau.gen.phasespace.maps import atanh_map, half_width, log_map, logit_map, logit_range
from lmutau.gen.phasespace.pair_and_boson import PAIR_VOLUME, boosted_pair, direction, unit_about, write_three
from lmutau.gen.processes.base import Array, Parameter, Particle, Process, Setup
from lmutau.gen.processes.mumu_radiation import CUTOFF, prepare_radiative

__all__ = ["MUMUGAMMA"]

_ISR, _FSR = 0, 1


@kernel
def _fill(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Columns of x: energy and cosine of the photon, cosine and azimuth of the mu-; azimuth."""
    sqrt_s, m_mu2, m_e2, alpha, flux, low, log_length, logit_first, logit_length = arguments[:9]
    beta, one_minus_beta, half_beam = arguments[9:12]
    numbers = arguments[12:]
    s = sqrt_s * sqrt_s
    runs = numbers[0] != FIXED
    at_s = screening(s, numbers)
    e0 = 0.5 * sqrt_s
    beam_square, beam = e0 * e0 * (1 + beta * beta), 2 * e0 * beta
    for i in range(weight.shape[0]):
        isr = channel[i] == _ISR
        if isr:
            energy, rest, jacobian = logit_map(x[i, 0], logit_first, logit_length, e0)
            cos_beam, minus_beam, plus_beam, sin_beam, step = atanh_map(x[i, 1], beta, one_minus_beta, half_beam)
        else:
            energy, jacobian = log_map(x[i, 0], low, log_length)
            rest = e0 - energy
            cos_beam, step = 2 * x[i, 1] - 1, 2.0
            sin_beam = 2 * math.sqrt(x[i, 1] * (1 - x[i, 1]))
            minus_beam = one_minus_beta + beta * 2 * (1 - x[i, 1])
            plus_beam = one_minus_beta + beta * 2 * x[i, 1]
        jacobian *= step
        pair_mass2 = 2 * sqrt_s * rest
        ratio = 4 * m_mu2 / pair_mass2
        if ratio >= 1:
            weight[i] = 0.0
            continue
        pair_mass, b = math.sqrt(pair_mass2), math.sqrt(1 - ratio)
        one_minus_b = ratio / (1 + b)
        u = direction(cos_beam, sin_beam, x[i, 4])
        if isr:
            # polar axis: the beam; the muons then follow 1 + cos^2
            cos_z = 2 * x[i, 2] - 1
            n = direction(cos_z, 2 * math.sqrt(x[i, 2] * (1 - x[i, 2])), x[i, 3] + x[i, 4])
            cosine = n[0] * u[0] + n[1] * u[1] + n[2] * u[2]
            minus, plus, step = one_minus_b + b * (1 - cosine), one_minus_b + b * (1 + cosine), 2.0
        else:
            half = half_width(b, one_minus_b)
            cosine, minus, plus, sine, step = atanh_map(x[i, 2], b, one_minus_b, half)
            n = unit_about(u, cosine, sine, x[i, 3])
        jacobian *= step
        k1, k2 = boosted_pair(pair_mass, sqrt_s - energy, b, energy, u, n, cosine)
        write_three(momenta, i, k1, k2, energy, energy, u)
        p1k, p2k = e0 * energy * minus_beam, e0 * energy * plus_beam
        k1k, k2k = 0.5 * sqrt_s * energy * minus, 0.5 * sqrt_s * energy * plus
        # each channel takes the part of |M|^2 in which its own propagators dominate
        eikonal_i, eikonal_f = beam_square * k1k * k2k, (0.5 * pair_mass2 - m_mu2) * p1k * p2k
        share = (eikonal_i if isr else eikonal_f) / (eikonal_i + eikonal_f)
        a, c = -beam * k1[3], -beam * k2[3]
        if runs:
            # the virtual photon has the mass of the pair in ISR, of everything in FSR
            at_pair = screening(pair_mass2, numbers)
            amplitude2 = (
                at_pair * at_pair * mumugamma_isr(s, p1k, p2k, k1k, k2k, a, c, m_e2, m_mu2, alpha)
                + at_s * at_s * mumugamma_fsr(s, p1k, p2k, k1k, k2k, a, c, m_e2, m_mu2, alpha)
                + at_s * at_pair * mumugamma_interference(s, p1k, p2k, k1k, k2k, a, c, m_e2, m_mu2, alpha)
            )
        else:
            amplitude2 = mumugamma_squared(s, p1k, p2k, k1k, k2k, a, c, m_e2, m_mu2, alpha)
        weight[i] = flux * share * amplitude2 * PAIR_VOLUME * energy * b * jacobian


def _prepare(parameters: Mapping[str, Any], constants: Constants, targeted: bool) -> Setup:
    sqrt_s, low = parameters["sqrt_s"], parameters["min_photon_energy"]
    m_mu = constants.m_mu
    m_e2, m_mu2 = constants.m_e**2, constants.m_mu**2
    if sqrt_s <= 2 * constants.m_mu:
        raise KinematicsError(
            f"mumugamma: sqrt_s = {sqrt_s:g} GeV: allowed is above 2 m_mu = {2 * constants.m_mu:g} GeV."
        )
    high = 0.5 * (sqrt_s - 4 * m_mu2 / sqrt_s)
    if low >= high:
        raise KinematicsError(
            f"mumugamma: min_photon_energy = {low:.15g} GeV: allowed is below {high:.15g} GeV (muons at rest)."
        )
    if parameters["isr"] or parameters["fsr"]:
        cutoff = min(CUTOFF, low / sqrt_s)  # half of what the hardest photon must have
        return prepare_radiative(parameters, constants, cutoff=cutoff, hardest=low)
    beta = math.sqrt(1 - 4 * m_e2 / sqrt_s**2)
    one_minus_beta = 4 * m_e2 / sqrt_s**2 / (1 + beta)
    half_beam = 0.5 * math.log1p(2 * beta / one_minus_beta)
    flux = constants.hbarc2 / (2 * sqrt_s**2 * beta)
    alpha, numbers = screening_numbers(parameters["alpha"], constants)
    photon = (low, math.log(high / low), *logit_range(low, high, 0.5 * sqrt_s))
    return Setup(
        fill=_fill,
        arguments=np.array([sqrt_s, m_mu2, m_e2, alpha, flux, *photon, beta, one_minus_beta, half_beam, *numbers]),
        channels=("isr", "fsr"),
        n_adaptive=4,
        n_plain=1,
        records=((Particle(pdg_id=13, mass=m_mu), Particle(pdg_id=-13, mass=m_mu), Particle(pdg_id=22, mass=0.0)),),
    )


MUMUGAMMA = Process(
    name="mumugamma",
    title="e+ e- -> mu+ mu- gamma",
    latex=r"$\mu^+\mu^-\gamma$",
    final=(13, -13, 22),
    description="Muon pair with one photon; with the photon lost it looks like a light invisible particle.",
    diagrams=(
        "one virtual photon in the s channel, the real one emitted from e-, e+ (ISR), mu- or mu+ (FSR): "
        "4 diagrams with their interference"
    ),
    validity=(
        "isr = fsr = false: exact tree level with electron and muon masses, all photon angles; one photon only: the "
        "recoil mass of a lost photon is zero. With isr or fsr: mumu with any number of photons, the hardest of them "
        "above min_photon_energy (see mumu for what is in it)"
    ),
    parameters=(
        Parameter(
            name="min_photon_energy",
            description="smallest energy of the (hardest) photon in the c.m. frame",
            default=0.1,
            unit="GeV",
            minimum=1e-12,
        ),
        Parameter(name="isr", description="any number of photons from the beams, exponentiated", default=False),
        Parameter(name="fsr", description="any number of photons from the muons, exponentiated", default=False),
    ),
    prepare=_prepare,
    squared_amplitude=arrays.mumugamma,
    compare="sigma = 364.760(1) pb at min_photon_energy = 1 GeV, sqrt(s) = 10.58 GeV, all angles",
    references=("arXiv:1904.13053, section 3.2", "arXiv:2212.03066"),
)
