"""e+e- -> gamma nu nubar, three flavours: Z exchange, and W exchange for nu_e."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.electroweak import Electroweak, electroweak
from lmutau.gen.amplitudes.gammanunu import gammanunu, gammanunu_cms
from lmutau.gen.amplitudes.light_front import components, left_handed
from lmutau.gen.constants import Constants
from lmutau.gen.errors import KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.model.vacuum_polarisation import coupling_of
from lmutau.gen.phasespace.maps import atanh_map, atanh_window, half_width, log_map
from lmutau.gen.phasespace.massless import massless
from lmutau.gen.phasespace.pair_and_boson import PAIR_VOLUME, boosted_pair, direction
from lmutau.gen.phasespace.resonance import breit_wigner_map, breit_wigner_range
from lmutau.gen.phasespace.turned import write_turned
from lmutau.gen.processes.base import Array, Parameter, Particle, Process, Setup
from lmutau.gen.processes.neutrinos import NEUTRINO_IDS, NEUTRINO_PARAMETERS, chosen_flavours

__all__ = ["GAMMANUNU"]

_HEAD = 12  # arguments before the couplings; after them the squared W coupling of each channel
_TAIL = _HEAD + len(Electroweak._fields)
_NEAR = 3  # Z widths: closer to the pole the Z peak gets channels of its own


@kernel
def _fill(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Columns of x: photon energy and cosine, cosine (to the beam) and azimuth of the nu; azimuth.

    The neutrino angles are those in the rest frame of the pair, the azimuth counted from the photon.
    """
    sqrt_s, m_e, p0, flux, half_beam, low, length, first, angle, flavours, r_first, r_length = arguments[:_HEAD]
    c = arguments[_HEAD:_TAIL]
    couplings = Electroweak(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8])
    charged2 = arguments[_TAIL:]
    peak = (math.sqrt(couplings.m_z2), couplings.m_z_width / math.sqrt(couplings.m_z2), first, angle)
    e0, m_e2 = 0.5 * sqrt_s, m_e * m_e
    beta, one_minus_beta = p0 / e0, m_e2 / (e0 * (e0 + p0))
    for i in range(weight.shape[0]):
        energy, pair_mass2, jacobian = _photon_energy(x[i, 0], channel[i] >= flavours, sqrt_s, low, length, peak)
        if pair_mass2 <= 0 or energy <= 0:
            weight[i] = 0.0
            continue
        cosine, minus, plus, sine, step = atanh_map(r_first + r_length * x[i, 1], beta, one_minus_beta, half_beam)
        u = (sine, 0.0, cosine)
        n = direction(2 * x[i, 2] - 1, 2 * math.sqrt(x[i, 2] * (1 - x[i, 2])), x[i, 3])
        along = n[0] * u[0] + n[2] * u[2]
        k1, k2 = boosted_pair(math.sqrt(pair_mass2), sqrt_s - energy, 1.0, energy, u, n, along)
        nu, nubar = massless(k1), massless(k2)
        turn = direction(0.0, 1.0, x[i, 4])
        write_turned(momenta, i, 0, (energy, energy * sine, 0.0, energy * cosine), turn)
        write_turned(momenta, i, 1, nu, turn)
        write_turned(momenta, i, 2, nubar, turn)
        invariants = (
            e0 * energy * minus,
            e0 * energy * plus,
            pair_mass2,
            m_e2 - 2 * (e0 * nu[0] - p0 * nu[3]),
            m_e2 - 2 * (e0 * nubar[0] + p0 * nubar[3]),
        )
        amplitude2 = gammanunu_cms(
            _photon_spinor(energy, cosine, sine), left_handed(components(nu, 0.0)), left_handed(components(nubar, 0.0)),
            (e0, p0, m_e), invariants, couplings, charged2[channel[i]],
        )  # fmt: skip
        weight[i] = flux * amplitude2 * PAIR_VOLUME * energy * jacobian * 2 * step * r_length


@kernel
def _photon_energy(
    r: float, resonant: bool, sqrt_s: float, low: float, length: float, peak: tuple[float, float, float, float]
) -> tuple[float, float, float]:
    """Energy [GeV], squared mass of the neutrinos [GeV^2], Jacobian [GeV] times the share of the channel.

    ``peak``: mass and width of the Z, first angle and length of its map; no length, no channels of the peak.
    """
    m_z, width, first, angle = peak
    if resonant:
        pair_mass2, _ = breit_wigner_map(r, m_z, width, first, angle)
        energy = 0.5 * (sqrt_s - pair_mass2 / sqrt_s)
    else:
        energy, jacobian = log_map(r, low, length)
        pair_mass2 = 2 * sqrt_s * (0.5 * sqrt_s - energy)
        if angle == 0:
            return energy, pair_mass2, jacobian
    # both maps draw the energy: each channel takes the part of the weight that its density has
    shape = m_z * width / ((pair_mass2 - m_z * m_z) ** 2 + (m_z * width) ** 2) / angle
    return energy, pair_mass2, 1 / (1 / (energy * length) + 2 * sqrt_s * shape)


@kernel
def _photon_spinor(energy: float, cosine: float, sine: float) -> tuple[float, float]:
    """Left-handed spinor [GeV^1/2] at azimuth 0, accurate along both beams."""
    root = math.sqrt(energy)
    far = math.sqrt(1 + abs(cosine))
    near = sine / far
    return (-root * near, root * far) if cosine > 0 else (-root * far, root * near)


def _prepare(parameters: Mapping[str, Any], constants: Constants, targeted: bool) -> Setup:
    sqrt_s, low, m_e = parameters["sqrt_s"], parameters["min_photon_energy"], constants.m_e
    if sqrt_s <= 2 * m_e:
        raise KinematicsError(f"gammanunu: sqrt_s = {sqrt_s:g} GeV: allowed is above 2 m_e = {2 * m_e:g} GeV.")
    e0 = 0.5 * sqrt_s
    if low >= e0:
        raise KinematicsError(
            f"gammanunu: min_photon_energy = {low:.15g} GeV: allowed is below sqrt_s/2 = {e0:.15g} GeV."
        )
    alpha, _ = coupling_of(parameters["alpha"], constants)  # the one photon is real: nothing runs
    couplings = electroweak(parameters["ew_scheme"], dataclasses.replace(constants, alpha=alpha))
    p0 = math.sqrt((e0 - m_e) * (e0 + m_e))
    one_minus_beta = m_e**2 / (e0 * (e0 + p0))
    half_beam = half_width(p0 / e0, one_minus_beta)
    # cuts on the photon are edges of its map
    window = atanh_window(parameters.get("min_photon_eta"), parameters.get("max_photon_eta"), p0 / e0, one_minus_beta)
    top = min(e0, parameters.get("max_photon_energy") or e0)
    flux = constants.hbarc2 / (4 * sqrt_s * p0)
    first, angle = 0.0, 0.0
    resonant = constants.width_z > 0 and sqrt_s > constants.m_z - _NEAR * constants.width_z
    if resonant:
        first, angle = breit_wigner_range(constants.m_z, constants.width_z, math.sqrt(2 * sqrt_s * (e0 - low)))
    flavours = chosen_flavours(parameters["flavour"])
    copies = 2 if resonant else 1
    charged2 = [couplings.charged**2 if flavour == "e" else 0.0 for flavour in flavours] * copies
    head = [sqrt_s, m_e, p0, flux, half_beam, low, math.log(top / low), first, angle, len(flavours), *window]
    names = tuple(f"nu_{flavour}" for flavour in flavours)
    return Setup(
        fill=_fill,
        arguments=np.array([*head, *couplings, *charged2]),
        channels=(*names, *(f"{name}, Z peak" for name in names)) if resonant else names,
        n_adaptive=4,
        n_plain=1,
        records=tuple(_record(NEUTRINO_IDS[flavour]) for flavour in flavours) * copies,
    )


def _record(pdg_id: int) -> tuple[Particle, ...]:
    return (
        Particle(pdg_id=22, mass=0.0),
        Particle(pdg_id=pdg_id, mass=0.0),
        Particle(pdg_id=-pdg_id, mass=0.0),
    )


GAMMANUNU = Process(
    name="gammanunu",
    title="e+ e- -> gamma nu nubar",
    latex=r"$\gamma\nu\bar\nu$",
    final=(22, 12, -12),
    description="One photon and a pair of neutrinos: what a photon with an invisible Z' has to be told from.",
    diagrams=(
        "Z in the s channel with the photon emitted from e- or e+ (2 diagrams, every flavour); for nu_e "
        "also W exchange with the photon from e-, e+ or the W (3 diagrams), with all interferences"
    ),
    validity=(
        "exact tree level with the electron mass, all photon angles, energies from min_photon_energy to the "
        "end point, Z width fixed; one photon, no radiative corrections; checked from 1 GeV to 1 TeV"
    ),
    parameters=(
        Parameter(
            name="min_photon_energy",
            description="smallest photon energy in the c.m. frame",
            default=0.1,
            unit="GeV",
            minimum=1e-12,
        ),
        *NEUTRINO_PARAMETERS,
    ),
    prepare=_prepare,
    squared_amplitude=gammanunu,
    compare=(
        "sigma = 8.959 fb at sqrt(s) = 10.58 GeV for E > 0.1 GeV, -0.821 < cos(theta*) < 0.941 "
        "(-1.1599 < eta < 1.7467), three flavours"
    ),
    references=("arXiv:1811.00407", "arXiv:1702.01497", "Nucl. Phys. B301 (1988) 583"),
)
