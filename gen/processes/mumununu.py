"""e+e- -> mu+ mu- nu nubar, three flavours, all tree diagrams without Higgs boson."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.electroweak import Electroweak, electroweak
from lmutau.gen.amplitudes.mumununu import FLAVOURS, mumununu, mumununu_squared
from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.model.vacuum_polarisation import screening, screening_numbers
from lmutau.gen.phasespace.massless import massless
from lmutau.gen.phasespace.pair_and_boson import direction
from lmutau.gen.phasespace.turned import write_turned
from lmutau.gen.phasespace.two_pairs import TWO_PAIRS_VOLUME, pair_along, propagator_angle, two_masses
from lmutau.gen.processes.base import Array, Particle, Process, Setup
from lmutau.gen.processes.neutrinos import NEUTRINO_IDS, NEUTRINO_PARAMETERS, chosen_flavours

__all__ = ["MUMUNUNU"]

_HEAD = 6  # arguments before the couplings; after them those of the running alpha, and the flavour of each channel
_TAIL = _HEAD + len(Electroweak._fields)
_CHANNELS = _TAIL + len(screening_numbers(CONSTANTS.alpha)[1])


@kernel
def _fill(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Columns of x: Q^2, K^2, cosine of Q, angles of mu-, angles of nu (rest frames of the pairs); azimuth."""
    sqrt_s, m_e, m_mu, p0, flux, half_length = arguments[:_HEAD]
    c = arguments[_HEAD:_TAIL]
    z = Electroweak(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8])
    e0, m_e2 = 0.5 * sqrt_s, m_e * m_e
    numbers = arguments[_TAIL:_CHANNELS]
    at_s = screening(sqrt_s * sqrt_s, numbers)
    for i in range(weight.shape[0]):
        flavour = int(arguments[_CHANNELS + channel[i]])
        q, k, b, energy, rest, p, reach, jacobian = two_masses(x[i, 0], x[i, 1], sqrt_s, half_length)
        q2, k2 = q * q, k * k
        cosine, sine, minus, plus, step = propagator_angle(x[i, 2], q2, k2, p, reach, m_e2, p0)
        u = (sine, 0.0, cosine)
        n = direction(2 * x[i, 3] - 1, 2 * math.sqrt(x[i, 3] * (1 - x[i, 3])), x[i, 4])
        k3, k4 = pair_along(q, energy, b, p, u, n, 1.0)
        n = direction(2 * x[i, 5] - 1, 2 * math.sqrt(x[i, 5] * (1 - x[i, 5])), x[i, 6])
        nu, nubar = pair_along(k, rest, 1.0, p, u, n, -1.0)
        k5, k6 = massless(nu), massless(nubar)
        turn = direction(0.0, 1.0, x[i, 7])
        write_turned(momenta, i, 0, k3, turn)
        write_turned(momenta, i, 1, k4, turn)
        write_turned(momenta, i, 2, k5, turn)
        write_turned(momenta, i, 3, k6, turn)
        points = ((e0, 0.0, 0.0, p0), (e0, 0.0, 0.0, -p0), k3, k4, k5, k6)
        invariants = (sqrt_s * sqrt_s, q2, k2, -minus, -plus)
        amplitude2 = mumununu_squared(points, invariants, m_e, m_mu, z, flavour, (at_s, screening(q2, numbers)))
        weight[i] = flux * amplitude2 * TWO_PAIRS_VOLUME * p * b * jacobian * step * 4


def _prepare(parameters: Mapping[str, Any], constants: Constants, targeted: bool) -> Setup:
    sqrt_s, m_e, m_mu = parameters["sqrt_s"], constants.m_e, constants.m_mu
    if sqrt_s <= 2 * m_mu:
        raise KinematicsError(f"mumununu: sqrt_s = {sqrt_s:.15g} GeV: allowed is above 2 m_mu = {2 * m_mu:g} GeV.")
    highest = constants.m_w + m_mu
    if sqrt_s >= highest:
        raise KinematicsError(
            f"mumununu: sqrt_s = {sqrt_s:.15g} GeV: allowed is below m_w + m_mu = {highest:.6g} GeV; above it the W, "
            "which has no width here, is on its mass shell."
        )
    alpha, numbers = screening_numbers(parameters["alpha"], constants)
    couplings = electroweak(parameters["ew_scheme"], dataclasses.replace(constants, alpha=alpha))
    e0 = 0.5 * sqrt_s
    p0 = math.sqrt((e0 - m_e) * (e0 + m_e))
    flux = constants.hbarc2 / (4 * sqrt_s * p0) / sqrt_s
    flavours = chosen_flavours(parameters["flavour"])
    head = [sqrt_s, m_e, m_mu, p0, flux, math.log1p((sqrt_s - 2 * m_mu) / (2 * m_mu))]
    return Setup(
        fill=_fill,
        arguments=np.array([*head, *couplings, *numbers, *(FLAVOURS.index(flavour) for flavour in flavours)]),
        channels=tuple(f"nu_{flavour}" for flavour in flavours),
        n_adaptive=7,
        n_plain=1,
        records=tuple(_record(m_mu, NEUTRINO_IDS[flavour]) for flavour in flavours),
    )


def _record(m_mu: float, pdg_id: int) -> tuple[Particle, ...]:
    return (
        Particle(pdg_id=13, mass=m_mu),
        Particle(pdg_id=-13, mass=m_mu),
        Particle(pdg_id=pdg_id, mass=0.0),
        Particle(pdg_id=-pdg_id, mass=0.0),
    )


MUMUNUNU = Process(
    name="mumununu",
    title="e+ e- -> mu+ mu- nu nubar",
    latex=r"$\mu^+\mu^-\nu\bar\nu$",
    final=(13, -13, 12, -12),
    description="Muon pair with a pair of neutrinos from virtual Z and W: the irreducible background of mu+ mu- Z'.",
    diagrams=(
        "photon or Z exchange between the electron and the muon line with Z -> nu nubar off either line or off the "
        "exchanged Z (10 diagrams, every flavour); nu_e: W between electron and neutrino, the muons from e-, e+, nu, "
        "nubar, from the W (W W photon, W W Z) or from two W (9 more); nu_mu: the same with electron and muon exchanged"
    ),
    validity=(
        "exact tree level with electron and muon masses, no Higgs boson, fixed Z width, no W width; from "
        "sqrt(s) = 2 m_mu to m_w + m_mu, where the W of nu_mu would be real"
    ),
    parameters=NEUTRINO_PARAMETERS,
    prepare=_prepare,
    squared_amplitude=mumununu,
    compare="sigma = 0.01151(1) fb at sqrt(s) = 10.58 GeV, three flavours, no cuts",
    references=("arXiv:1904.13053, section 3.2", "arXiv:2212.03066"),
)
