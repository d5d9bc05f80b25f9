"""e+e- -> mu+ mu- through one photon: tree level, or with photons radiated from either pair."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes import arrays
from lmutau.gen.amplitudes.mumu import mumu_squared
from lmutau.gen.constants import Constants
from lmutau.gen.errors import KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.model.vacuum_polarisation import coupling_of, hadronic_table, running_factor
from lmutau.gen.phasespace.pair_and_boson import direction
from lmutau.gen.phasespace.tau_pair import production_cosine
from lmutau.gen.processes.base import Array, Parameter, Particle, Process, Setup
from lmutau.gen.processes.mumu_radiation import prepare_radiative

__all__ = ["MUMU"]


@kernel
def _fill(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Columns of x: cosine of the mu-, drawn from its exact distribution; azimuth."""
    sqrt_s, m_mu2, m_e2, alpha, flux = arguments
    s = sqrt_s * sqrt_s
    energy = 0.5 * sqrt_s
    k, beam = math.sqrt(energy * energy - m_mu2), math.sqrt(s - 4 * m_e2)
    ratio, electron = 4 * m_mu2 / s, 4 * m_e2 / s
    curvature = (1 - ratio) * (1 - electron)
    norm = 1 + ratio + electron + curvature / 3
    for i in range(weight.shape[0]):
        cosine = production_cosine(x[i, 0], ratio, electron)
        u = direction(cosine, math.sqrt((1 - cosine) * (1 + cosine)), x[i, 1])
        momenta[i, 0, 0] = momenta[i, 1, 0] = energy
        for axis in range(3):
            momenta[i, 0, axis + 1], momenta[i, 1, axis + 1] = k * u[axis], -k * u[axis]
        density = (1 + ratio + electron + curvature * cosine * cosine) / (2 * norm)
        amplitude2 = mumu_squared(s, -beam * momenta[i, 0, 3], m_e2, m_mu2, alpha)
        weight[i] = flux * amplitude2 * k / energy / (16 * math.pi) / density


def _prepare(parameters: Mapping[str, Any], constants: Constants, targeted: bool) -> Setup:
    sqrt_s, m_mu = parameters["sqrt_s"], constants.m_mu
    if sqrt_s <= 2 * m_mu:
        raise KinematicsError(f"mumu: sqrt_s = {sqrt_s:g} GeV: allowed is above 2 m_mu = {2 * m_mu:g} GeV.")
    if parameters["isr"] or parameters["fsr"]:
        return prepare_radiative(parameters, constants)
    m_e2 = constants.m_e**2
    alpha, mode = coupling_of(parameters["alpha"], constants)
    masses = (m_e2, m_mu**2, constants.m_tau**2)
    alpha *= math.sqrt(running_factor(sqrt_s**2, mode, *masses, alpha, hadronic_table()))
    flux = constants.hbarc2 / (2 * sqrt_s * math.sqrt(sqrt_s**2 - 4 * m_e2))
    return Setup(
        fill=_fill,
        arguments=np.array([sqrt_s, m_mu**2, m_e2, alpha, flux]),
        channels=("s",),
        n_adaptive=1,
        n_plain=1,
        records=((Particle(pdg_id=13, mass=m_mu), Particle(pdg_id=-13, mass=m_mu)),),
    )


MUMU = Process(
    name="mumu",
    title="e+ e- -> mu+ mu-",
    latex=r"$\mu^+\mu^-$",
    final=(13, -13),
    description="Muon pair, at tree level or with any number of photons from the beams and the muons.",
    diagrams="one virtual photon in the s channel (1 diagram)",
    validity=(
        "isr = fsr = false: exact tree level with electron and muon masses, no Z exchange; all weights are equal. "
        "With radiation: exponentiated, exact to first order for each pair, two photons of one pair exact at tree "
        "level (recoil mass right to 5 %, 10 % if both photons are at wide angles); photons above 1e-5 of half the "
        "mass of the radiating pair; no interference of initial and final radiation (0.5 % of the total, a charge "
        "asymmetry); electron mass only where photons are emitted"
    ),
    parameters=(
        Parameter(name="isr", description="photons radiated from the beams", default=False),
        Parameter(name="fsr", description="photons radiated from the muons", default=False),
    ),
    prepare=_prepare,
    squared_amplitude=arrays.mumu,
    compare=(
        "sqrt(s) = 10.58 GeV: sigma = 775.93 pb, 4 pi alpha^2/(3 s) with threshold factor; with isr, fsr and running "
        "alpha 1152.8 pb, published (arXiv:0706.3235) 1148(5) pb"
    ),
    references=("arXiv:0706.3235",),
)
