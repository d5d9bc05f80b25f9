"""e+e- -> e+ e- mu+ mu- over all electron angles: two-photon, radiated-pair and annihilation diagrams."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.eemumu import eemumu_groups, new_workspace
from lmutau.gen.amplitudes.eemumu_arrays import eemumu
from lmutau.gen.constants import Constants
from lmutau.gen.errors import KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.model.vacuum_polarisation import screening_numbers
from lmutau.gen.phasespace.central_pair import central_collision, is_central
from lmutau.gen.phasespace.electrons_and_pair import Event, Numbers, photon_collision
from lmutau.gen.phasespace.radiated_pair import annihilation, bremsstrahlung, mirrored
from lmutau.gen.processes.base import Array, Parameter, Particle, Process, Setup

__all__ = ["EEMUMU"]

_PHOTONS, _BY_ELECTRON, _BY_POSITRON = 0, 1, 2


@kernel
def _event(
    channel: int,
    x: Numbers,
    beam: tuple[float, float, float, float],
    smallest: float,
    cuts: tuple[float, float, float],
) -> Event:
    """Point of the phase space of this channel."""
    if channel == _PHOTONS:
        return central_collision(x, beam, smallest, cuts) if cuts[0] > 0 else photon_collision(x, beam, smallest)
    if channel == _BY_ELECTRON:
        return bremsstrahlung(x, beam, smallest)
    if channel == _BY_POSITRON:
        return mirrored(bremsstrahlung(x, beam, smallest))
    return annihilation(x, beam, smallest)


@kernel
def _write(momenta: Array, i: int, row: int, p: tuple[float, float, float], mass: float) -> float:
    """Write one particle; returns its energy."""
    energy = math.sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2] + mass * mass)
    momenta[i, row, 0], momenta[i, row, 1], momenta[i, row, 2], momenta[i, row, 3] = energy, p[0], p[1], p[2]
    return energy


@kernel
def _fill(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Columns of x: see the map of each channel."""
    e0, p0, m_e, m_mu, smallest, factor = arguments[:6]
    beam, cuts = (e0, p0, m_e, m_mu), (arguments[6], arguments[7], arguments[8])
    w, running = new_workspace(), arguments[9:]
    for i in range(weight.shape[0]):
        numbers = (x[i, 0], x[i, 1], x[i, 2], x[i, 3], x[i, 4], x[i, 5], x[i, 6], x[i, 7])
        density, q1_plus, q2_minus, p3, p4, k1, k2 = _event(channel[i], numbers, beam, smallest, cuts)
        e3, e4 = _write(momenta, i, 0, p3, m_e), _write(momenta, i, 1, p4, m_e)
        _write(momenta, i, 2, k1, m_mu)
        _write(momenta, i, 3, k2, m_mu)
        if density == 0:
            weight[i] = 0.0
            continue
        total, mp, b1, b2, s = eemumu_groups(w, p0, -p0, p3, p4, k1, k2, q1_plus, q2_minus, m_e, m_mu, running)
        every = mp + b1 + b2 + s
        if cuts[0] > 0 and not is_central(p3[2], p4[2], e3, e4):
            # electrons that have passed each other: rare, left to the annihilation map
            mp, s = 0.0, s + mp
        # each channel takes the part of |M|² in which its own diagrams dominate
        weight[i] = factor * (mp, b1, b2, s)[channel[i]] / every * total * density


def _muon_cuts(parameters: Mapping[str, Any], sqrt_s: float, smallest: float) -> tuple[float, float, float]:
    """Cuts on the muons that become edges of the map; zeros if the other map is the better one."""
    min_pt = parameters.get("min_muon_pt") or 0.0
    if not 0.5 * smallest <= min_pt < 0.5 * sqrt_s:
        return 0.0, 0.0, 0.0
    end = math.asinh(0.5 * sqrt_s / min_pt)
    low, high = parameters.get("min_muon_eta"), parameters.get("max_muon_eta")
    first, last = max(-end, -end if low is None else low), min(end, end if high is None else high)
    return (min_pt, first, last) if first < last else (0.0, 0.0, 0.0)


def _prepare(parameters: Mapping[str, Any], constants: Constants, targeted: bool) -> Setup:
    sqrt_s, m_e, m_mu = parameters["sqrt_s"], constants.m_e, constants.m_mu
    asked = parameters["min_pair_mass"]
    smallest = max(asked, 2 * m_mu)
    threshold = 2 * (m_e + m_mu)
    if sqrt_s <= threshold:
        raise KinematicsError(
            f"eemumu: sqrt_s = {sqrt_s:.15g} GeV: allowed is above 2 (m_e + m_mu) = {threshold:g} GeV."
        )
    most = sqrt_s - 2 * m_e
    if smallest >= most:
        raise KinematicsError(
            f"eemumu: min_pair_mass = {asked:.15g} GeV: allowed is below sqrt_s - 2 m_e = {most:.15g} GeV."
        )
    e0 = 0.5 * sqrt_s
    p0 = math.sqrt((e0 - m_e) * (e0 + m_e))
    alpha, numbers = screening_numbers(parameters["alpha"], constants)
    factor = constants.hbarc2 / (4 * sqrt_s * p0) * (4 * math.pi * alpha) ** 4
    cuts = _muon_cuts(parameters, sqrt_s, smallest)
    return Setup(
        fill=_fill,
        arguments=np.array([e0, p0, m_e, m_mu, smallest, factor, *cuts, *numbers]),
        channels=("two photons", "pair from e-", "pair from e+", "annihilation"),
        n_adaptive=7,
        n_plain=1,
        records=(
            (
                Particle(pdg_id=11, mass=m_e),
                Particle(pdg_id=-11, mass=m_e),
                Particle(pdg_id=13, mass=m_mu),
                Particle(pdg_id=-13, mass=m_mu),
            ),
        ),
    )


EEMUMU = Process(
    name="eemumu",
    title="e+ e- -> e+ e- mu+ mu-",
    latex=r"$e^+e^-\mu^+\mu^-$",
    final=(11, -11, 13, -13),
    description=(
        "Muon pair from two photons, the electrons lost in the beam pipe: the largest cross-section with two "
        "muons and missing momentum."
    ),
    diagrams=(
        "two photons in the t channel (multiperipheral); the pair radiated by an electron that exchanges a "
        "photon with the other one; annihilation with both pairs from virtual photons: 12 diagrams of QED with "
        "their interference"
    ),
    validity=(
        "exact tree level of QED with electron and muon masses, all angles down to electrons at zero angle; no "
        "Z exchange, no radiation; muons from resonances (J/psi, ...) are not in this process"
    ),
    parameters=(
        Parameter(
            name="min_pair_mass",
            description="smallest mass of the mu+ mu- pair; below 2 m_mu it does nothing",
            default=0.5,
            unit="GeV",
            minimum=0.0,
        ),
    ),
    prepare=_prepare,
    squared_amplitude=eemumu,
    compare="sigma = 18.833(8) nb at min_pair_mass = 0.5 GeV, sqrt(s) = 10.58 GeV, all angles; AAFH: 18.83 nb",
    references=(
        "arXiv:2212.03066, section 3",
        "F. A. Berends, P. H. Daverveldt, R. Kleiss, Nucl. Phys. B253 (1985) 441",
        "J. A. M. Vermaseren, Nucl. Phys. B229 (1983) 347",
    ),
)
