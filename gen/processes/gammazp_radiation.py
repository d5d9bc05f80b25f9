"""e+e- -> Z' with photons from the beams, the hardest of which is the photon of gamma Z'.

A Z' of mass M takes what the photons leave, v = 1 - M^2/s, and decays flat: no angles but those of the photons.
There is no other matrix element, so no photon is counted twice:

    sigma = (4 pi^2 alpha epsilon^2/s) < gamma v^(gamma - 1) e^(Y_c) J W_I >,  one photon or more.

A single photon without form factor is the tree level of gamma Z'. The record has the hardest photon first,
then the Z', then the others in falling energy.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.constants import Constants
from lmutau.gen.errors import KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.model.vacuum_polarisation import coupling_of
from lmutau.gen.processes.base import Array, Particle, Setup
from lmutau.gen.processes.gammazp_mass import loop_numbers, mass_numbers, mixing_squared, wide_mass
from lmutau.gen.radiation.hard_process import COLUMNS
from lmutau.gen.radiation.initial import Beam, beam_line, emit_initial
from lmutau.gen.radiation.initial_weights import SECOND_ORDER, initial_weight
from lmutau.gen.radiation.yfs import most_photons

__all__ = ["CUTOFF", "prepare_radiative", "state_before"]

CUTOFF = 1e-5
"""Largest value of the smallest photon energy, in units of the beam energy: 53 keV at 10.58 GeV."""
LIGHTEST = 4.0
"""Smallest mass of the Z' in electron masses: two photons are exact for massless electrons only."""

_SOFT, _LOWEST = 0.01, 1e-14  # of M^2/s; of the beam energy


@kernel
def state_before(r: float, rest: float) -> np.uint64:
    """State of the counter generator whose next uniform is ``r``; ``rest``, uniform, sets its other bits.

    The next number decides about the angle of the hardest photon: given from outside, it can be a
    dimension for VEGAS. The steps of :func:`~lmutau.gen.counter.next_uniform` backwards.
    """
    z = (np.uint64(r * 2.0**52) << np.uint64(12)) | np.uint64(rest * 2.0**12)
    z = z ^ (z >> np.uint64(31)) ^ (z >> np.uint64(62))
    z = z * np.uint64(0x319642B2D24D8EC3)
    z = z ^ (z >> np.uint64(27)) ^ (z >> np.uint64(54))
    z = z * np.uint64(0x96DE1B173F119089)
    z = z ^ (z >> np.uint64(30)) ^ (z >> np.uint64(60))
    return z - np.uint64(0x9E3779B97F4A7C15)


def _angle_ranges(parameters: Mapping[str, Any], beam: Beam) -> list[float]:
    """Start and length of the two ranges of the angle's uniform number that the cuts on eta leave.

    Below 1/2 the photon has d1 = 1 - beta c from the number, above d2 = 1 + beta c: either covers all angles.
    """
    _, _, beta, one_minus_beta, span, _, _, _ = beam
    limits = [parameters.get(name) for name in ("min_photon_eta", "max_photon_eta")]
    low, high = (side if eta is None else eta for side, eta in zip((-math.inf, math.inf), limits, strict=True))

    def level(eta: float) -> float:
        """Logarithm of 1 - beta tanh(eta) over its range, 0 to 1."""
        near = 1 - math.tanh(eta) if eta < 1 else 2 / (math.exp(min(2 * eta, 700)) + 1)
        return math.log1p(beta * near / one_minus_beta) / span

    margin = 1e-9  # the cuts themselves decide
    ranges = []
    for first, last, side in ((level(high), level(low), -1), (level(-low), level(-high), 1)):
        first, last = max(first - margin, 0.0), min(last + margin, 1.0)
        ranges += [0.5 * (1 + side * (last if side < 0 else first)), 0.5 * (last - first)]
    return ranges


@kernel
def _chosen(r: float, v: float, beam: Beam, photons: Array) -> float:
    """Weight of an event by the angle of its hardest photon, with ``r`` where it was chosen.

    Where the accept-reject of :func:`~lmutau.gen.radiation.angles.draw_angle` refuses ``r``, the angle is
    drawn anew, whatever VEGAS wants: such an event has weight 0, the others the inverse of their part.
    """
    _, _, beta, one_minus_beta, span, _, _, _ = beam
    small = one_minus_beta * math.exp(abs(2 * r - 1) * span)
    a, b = photons[0, 4], photons[0, 5]
    if r > 0.5:
        a, b = b, a
    if abs(a * small - b * (2 - small)) > 1e-9 * b:
        return 0.0
    flip = v * v / (1 + (1 - v) ** 2)
    return 1 / (1 - 2 * beta / ((1 + beta * beta) * span) * (1 - flip))


@kernel
def _write(momenta: Array, i: int, sqrt_s: float, n: int, photons: Array) -> None:
    """Write event ``i``; the Z' has what ``n`` photons leave."""
    for axis in range(4):
        total = 0.0
        for j in range(photons.shape[0]):
            p = photons[j, axis] if j < n else 0.0
            momenta[i, j + 1 if j > 0 else 0, axis] = p
            total += p
        momenta[i, 1, axis] = sqrt_s - total if axis == 0 else -total


@kernel
def _fill(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Columns of x: angle of the hardest photon, the mass if it is wide; the other bits of the first."""
    sqrt_s, mass, width, low, least, epsilon2, alpha, born, scheme, first, length, log_length = arguments[:12]
    loops = (arguments[12], arguments[13], arguments[14], arguments[15], arguments[16])
    beam = (
        arguments[17], arguments[18], arguments[19], arguments[20],
        arguments[21], arguments[22], arguments[23], arguments[24],
    )  # fmt: skip
    s, gamma, last = sqrt_s * sqrt_s, beam[1], x.shape[1] - 1
    begin, width_minus, middle, width_plus = arguments[25], arguments[26], arguments[27], arguments[28]
    part = width_minus + width_plus
    photons = np.empty((momenta.shape[1] - 1, COLUMNS))
    lightest2 = arguments[29]
    mass2, share, v = mass * mass, 1.0, (sqrt_s - mass) * (sqrt_s + mass) / s
    rate = gamma * math.exp((gamma - 1) * math.log(v))
    for i in range(weight.shape[0]):
        weight[i] = 0.0
        if width > 0:
            mass2, k, share = wide_mass(x[i, 1], channel[i] == 1, sqrt_s, mass, width, first, length, log_length, low)
            v = 2 * k / sqrt_s
            if mass2 < lightest2 or k < least:
                continue
            rate = gamma * math.exp((gamma - 1) * math.log(v))
            if loops[0] > 0:
                epsilon2 = mixing_squared(mass2, loops, alpha)
        r = begin + part * x[i, 0]
        if part * x[i, 0] > width_minus:
            r = middle + part * x[i, 0] - width_minus
        _, n, radiated, _ = emit_initial(v, mass2 / s, beam, state_before(r, x[i, last]), photons)
        if radiated == 0 or photons[0, 0] < least:
            continue
        chosen = _chosen(r, v, beam, photons)
        if chosen == 0:
            continue
        residual = max(initial_weight(scheme, n, photons, 1.0, 1.0, gamma), 0.0)
        weight[i] = born * epsilon2 * share * rate * radiated * chosen * part * residual
        _write(momenta, i, sqrt_s, n, photons)


def prepare_radiative(
    parameters: Mapping[str, Any], constants: Constants, *, cutoff: float = CUTOFF, scheme: int = SECOND_ORDER
) -> Setup:
    """Set up Z' with one photon or more.

    Parameters
    ----------
    parameters
        Those of gammazp, settled; ``min_photon_eta``, ``max_photon_eta`` if they are cut.
    constants
        Masses and couplings.
    cutoff
        Smallest photon energy in units of the beam energy. Less is taken where it would matter: at most half of
        what the hardest one needs, and 1 % of M^2/s, since softer photons must not change what is left. Nothing
        above depends on it.
    scheme
        Residual weights of :mod:`lmutau.gen.radiation.initial_weights`: their spread estimates the error.

    Raises
    ------
    KinematicsError
        If a narrow Z' is lighter than a few electrons. The tail of a wide one ends there.
    """
    sqrt_s, mass, width = parameters["sqrt_s"], parameters["mass"], parameters["width"]
    low, lightest = parameters["min_photon_energy"], LIGHTEST * constants.m_e
    if width == 0 and mass < lightest:
        raise KinematicsError(
            f"gammazp: mass = {mass:g} GeV: allowed with isr is at least {lightest:.4g} GeV (a few electron masses), "
            "since two photons are exact for massless electrons only. Set isr = false, or a larger mass."
        )
    alpha, _ = coupling_of(parameters["alpha"], constants)
    lost = 2 * low / sqrt_s if width > 0 else (sqrt_s - mass) * (sqrt_s + mass) / sqrt_s**2
    left = max(_SOFT * mass**2 / sqrt_s**2, _LOWEST)
    beam = beam_line(sqrt_s, constants.m_e, alpha, min(cutoff, 0.5 * lost, left))
    rows = most_photons(beam[1] * math.log(1 / beam[7]), certain=1)
    born = 4 * math.pi**2 * alpha / sqrt_s**2 * constants.hbarc2
    # one photon has all that is lost: rounding must not drop it
    least = low * (1 - 1e-12)
    head = [sqrt_s, mass, width, low, least, parameters["epsilon"] ** 2, alpha, born, scheme]
    photon, extra = Particle(pdg_id=22, mass=0.0), Particle(pdg_id=22, mass=0.0, optional=True)
    boson = Particle(pdg_id=32, mass=math.nan if width > 0 else mass)
    return Setup(
        fill=_fill,
        arguments=np.concatenate(
            [
                head,
                mass_numbers(parameters),
                loop_numbers(parameters, constants),
                beam,
                _angle_ranges(parameters, beam),
                [lightest**2],
            ]
        ),
        channels=("resonance", "soft photon") if width > 0 else ("isr",),
        n_adaptive=2 if width > 0 else 1,
        n_plain=1,
        records=((photon, boson, *(rows - 1) * (extra,)),),
    )
