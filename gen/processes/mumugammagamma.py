"""e+e- -> mu+ mu- gamma gamma over all photon angles: two hard photons, from all four legs."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.mumugammagamma import mumugammagamma, mumugammagamma_groups
from lmutau.gen.amplitudes.two_photon_line import workspace
from lmutau.gen.constants import Constants
from lmutau.gen.errors import KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.model.vacuum_polarisation import FIXED, screening, screening_numbers
from lmutau.gen.phasespace.pair_and_two_photons import beam_collinear, beam_then_muons, muon_collinear, pair_collinear
from lmutau.gen.processes.base import Array, Parameter, Particle, Process, Setup

__all__ = ["MUMUGAMMAGAMMA"]

Products = tuple[float, float, float, float]

_BEAMS, _PAIR, _MIXED = 0, 1, 2


@kernel
def _share(kind: int, first: Products, second: Products, q1q2: float, pair2: float, s: float) -> float:
    """Share of the beams' group for the channel where the pair, or else the second photon, is the hard one.

    Three photons from a pair of beams, x = 2 p1.q and y = 2 p2.q, have |M|^2 proportional to the sum over
    the hard one of x y (x^2 + y^2), divided by all x y: each term holds the eikonal factors of the other
    two. A light muon pair is such a photon. The photons of the soft pair's channel must not be close to each
    other: its map does not follow that.

    References
    ----------
    R. Kleiss, W. J. Stirling, Nucl. Phys. B262 (1985) 235: e+e- to photons from spinor products.
    """
    x, y = first[1] + second[1] - q1q2 + pair2, first[0] + second[0] - q1q2 + pair2
    heavy = x * y * (x * x + y * y)
    apart = q1q2 / s
    one = apart * first[0] * first[1] * (first[0] * first[0] + first[1] * first[1])
    two = apart * second[0] * second[1] * (second[0] * second[0] + second[1] * second[1])
    return (2.0 * two if kind == _PAIR else heavy) / (heavy + one + two)


@kernel
def _fill(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Columns of x: see the maps of the channels; the last one orders the photons."""
    sqrt_s, m_mu, m_e, alpha, flux, low, beta, one_minus_beta, half_beam = arguments[:9]
    numbers = arguments[9:]
    runs = numbers[0] != FIXED
    s, m_mu2, beam = sqrt_s * sqrt_s, m_mu * m_mu, 0.5 * sqrt_s * beta
    beams = (sqrt_s, beta, one_minus_beta, half_beam, m_mu2, low)
    work = workspace()
    for i in range(weight.shape[0]):
        variables = (x[i, 0], x[i, 1], x[i, 2], x[i, 3], x[i, 4], x[i, 5], x[i, 6], x[i, 7])
        kind = channel[i]
        if kind == _BEAMS:
            point = beam_collinear(variables, beams)
        elif kind == _PAIR:
            point = pair_collinear(variables, beams)
        elif kind == _MIXED:
            point = beam_then_muons(variables, beams)
        else:
            point = muon_collinear(variables, beams)
        volume, k1, k2, q1, q2, products1, products2, q1q2, pair2 = point
        if not volume > 0.0:
            weight[i] = 0.0
            continue
        # the channels know which photon is which; the record must not
        here, there = (2, 3) if x[i, 8] < 0.5 else (3, 2)
        for axis in range(4):
            momenta[i, 0, axis], momenta[i, 1, axis] = k1[axis], k2[axis]
            momenta[i, here, axis], momenta[i, there, axis] = q1[axis], q2[axis]
        masses2 = s, pair2, pair2 + products1[2] + products1[3], pair2 + products2[2] + products2[3]
        if runs:
            # alpha(q²)/q² in place of alpha(0)/q² for each virtual photon
            masses2 = (
                masses2[0] / screening(masses2[0], numbers),
                masses2[1] / screening(masses2[1], numbers),
                masses2[2] / screening(masses2[2], numbers),
                masses2[3] / screening(masses2[3], numbers),
            )
        total, both_e, first_e, second_e, both_mu = mumugammagamma_groups(
            (0.0, 0.0, beam),
            (0.0, 0.0, -beam),
            k1[1:],
            k2[1:],
            q1[1:],
            q2[1:],
            products1,
            products2,
            q1q2,
            masses2,
            m_e,
            m_mu,
            alpha,
            (0.0, 0.0),
            work,
        )
        # each channel takes the part of |M|^2 in which its own group of diagrams dominates; the mixed one
        # stands for both orders of the photons
        if kind in (_BEAMS, _PAIR):
            own = both_e * _share(kind, products1, products2, q1q2, pair2, s)
        else:
            own = 2.0 * first_e if kind == _MIXED else both_mu
        weight[i] = flux * total * volume * own / (both_e + first_e + second_e + both_mu)


def _prepare(parameters: Mapping[str, Any], constants: Constants, targeted: bool) -> Setup:
    sqrt_s, low = parameters["sqrt_s"], parameters["min_photon_energy"]
    m_mu, m_e = constants.m_mu, constants.m_e
    if sqrt_s <= 2 * m_mu:
        raise KinematicsError(f"mumugammagamma: sqrt_s = {sqrt_s:g} GeV: allowed is above 2 m_mu = {2 * m_mu:g} GeV.")
    high = 0.5 * (sqrt_s - 2 * m_mu)
    if low >= high:
        raise KinematicsError(
            f"mumugammagamma: min_photon_energy = {low:.15g} GeV: allowed is below {high:.15g} GeV "
            "(two photons back to back, muons at rest); lower min_photon_energy or raise sqrt_s."
        )
    beta = math.sqrt(1 - 4 * m_e**2 / sqrt_s**2)
    one_minus_beta = 4 * m_e**2 / sqrt_s**2 / (1 + beta)
    half_beam = 0.5 * math.log1p(2 * beta / one_minus_beta)
    # 1/2: the photons are identical
    flux = 0.5 * constants.hbarc2 / (2 * sqrt_s**2 * beta)
    alpha, numbers = screening_numbers(parameters["alpha"], constants)
    muons = Particle(pdg_id=13, mass=m_mu), Particle(pdg_id=-13, mass=m_mu)
    photon = Particle(pdg_id=22, mass=0.0)
    return Setup(
        fill=_fill,
        arguments=np.array([sqrt_s, m_mu, m_e, alpha, flux, low, beta, one_minus_beta, half_beam, *numbers]),
        channels=("isr_isr", "isr_pair", "isr_fsr", "fsr_fsr"),
        n_adaptive=7,
        n_plain=2,
        records=((*muons, photon, photon),),
    )


MUMUGAMMAGAMMA = Process(
    name="mumugammagamma",
    title="e+ e- -> mu+ mu- gamma gamma",
    latex=r"$\mu^+\mu^-\gamma\gamma$",
    final=(13, -13, 22, 22),
    description="Muon pair with two photons; with both lost it looks like a heavy invisible particle.",
    diagrams=(
        "one virtual photon in the s channel; both real photons from e- and e+ (6 diagrams), both from mu- and "
        "mu+ (6), one from either pair (8): all 20 with their interference"
    ),
    validity=(
        "exact tree level with electron and muon masses, all photon angles; both photons above "
        "min_photon_energy, no virtual corrections: at small energies the cross-section grows like the square "
        "of a logarithm and exceeds what resummation gives"
    ),
    parameters=(
        Parameter(
            name="min_photon_energy",
            description="smallest energy of either photon in the c.m. frame",
            default=0.1,
            unit="GeV",
            minimum=1e-12,
        ),
    ),
    prepare=_prepare,
    squared_amplitude=mumugammagamma,
    compare="sigma = 37.100(18) pb at min_photon_energy = 1 GeV, sqrt(s) = 10.58 GeV, all angles",
    references=("F. A. Berends et al. (CALKUL), Nucl. Phys. B264 (1986) 243", "arXiv:2212.03066"),
)
