"""e+e- -> mu+ mu- Z', the Z' radiated off a muon and decaying invisibly: tree level, or with photons."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes import arrays
from lmutau.gen.constants import Constants
from lmutau.gen.errors import KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.model.vacuum_polarisation import coupling_of, hadronic_table, running_factor
from lmutau.gen.phasespace.pair_and_boson import write_three
from lmutau.gen.phasespace.resonance import breit_wigner_map, breit_wigner_range
from lmutau.gen.processes.base import Array, Parameter, Particle, Process, Setup
from lmutau.gen.processes.mumuzp_event import boson_energies, mumuzp_event
from lmutau.gen.processes.mumuzp_radiation import prepare_radiative

__all__ = ["MUMUZP"]


@kernel
def _fill(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Columns of x: energy, cosine of the Z', cosine and azimuth of the mu- about it, mass if wide; azimuth."""
    sqrt_s, pole, width, m_mu2, m_e2, alpha, g, flux, first, length = arguments
    m_mu = math.sqrt(m_mu2)
    mass, mass2, share = pole, pole * pole, 1.0
    energies = boson_energies(sqrt_s, mass, m_mu)
    last = x.shape[1] - 1
    for i in range(weight.shape[0]):
        if width > 0:
            mass2, share = breit_wigner_map(x[i, 4], pole, width, first, length)
            if mass2 <= 0:
                weight[i] = 0.0
                continue
            mass = math.sqrt(mass2)
            energies = boson_energies(sqrt_s, mass, m_mu)
        weight[i], k1, k2, energy, k, u, _, _ = mumuzp_event(
            sqrt_s, (mass2, m_mu2, m_e2), (alpha, g), flux * share, mass, energies,
            (x[i, 0], x[i, 1], x[i, 2], x[i, 3], x[i, last]),
        )  # fmt: skip
        if weight[i] > 0:
            write_three(momenta, i, k1, k2, energy, k, u)


def _prepare(parameters: Mapping[str, Any], constants: Constants, targeted: bool) -> Setup:
    sqrt_s, mass, width = parameters["sqrt_s"], parameters["mass"], parameters["width"]
    m_mu, m_e2 = constants.m_mu, constants.m_e**2
    limit = sqrt_s - 2 * m_mu
    if mass >= limit:
        raise KinematicsError(f"mumuzp: mass = {mass:.15g} GeV: allowed is below sqrt_s - 2 m_mu = {limit:.15g} GeV.")
    if parameters["isr"] or parameters["fsr"]:
        return prepare_radiative(parameters, constants)
    alpha, mode = coupling_of(parameters["alpha"], constants)
    alpha *= math.sqrt(running_factor(sqrt_s**2, mode, m_e2, m_mu**2, constants.m_tau**2, alpha, hadronic_table()))
    first, length = breit_wigner_range(mass, width, limit) if width > 0 else (0.0, 0.0)
    flux = constants.hbarc2 / (2 * sqrt_s * math.sqrt(sqrt_s**2 - 4 * m_e2))
    boson = Particle(pdg_id=32, mass=math.nan if width > 0 else mass)
    return Setup(
        fill=_fill,
        arguments=np.array([sqrt_s, mass, width, m_mu**2, m_e2, alpha, parameters["g"], flux, first, length]),
        channels=("fsr",),
        n_adaptive=5 if width > 0 else 4,
        n_plain=1,
        records=((Particle(pdg_id=13, mass=m_mu), Particle(pdg_id=-13, mass=m_mu), boson),),
    )


MUMUZP = Process(
    name="mumuzp",
    title="e+ e- -> mu+ mu- Z'",
    latex=r"$\mu^+\mu^- Z'$",
    final=(13, -13, 32),
    description=(
        "Z' of the L_mu-L_tau model radiated off a muon; it leaves the detector unseen. At tree level, or with any "
        "number of photons from the beams and the muons."
    ),
    diagrams="one virtual photon in the s channel, the Z' emitted from the mu- or from the mu+ (2 diagrams)",
    validity=(
        "exact tree level with electron and muon masses; the branching fraction to invisible states is not "
        "included; sigma scales as g^2. width > 0: Breit-Wigner in M^2, the Z' of each event with its own mass. isr: "
        "exponentiated, exact to first order, two photons at tree level. fsr: exponentiated for the muon "
        "pair, leading logarithm: soft and collinear photons are exact, the rate above 1 GeV is within 3 %, its wide "
        "angles within 10 %; below pair masses of 0.5 GeV the virtual correction is off by up to 1 %. No "
        "interference of initial and final radiation. alpha = leptonic, running: one virtual photon, at the mass of "
        "the Z', the muons and their photons"
    ),
    parameters=(
        Parameter(name="mass", description="Z' mass", default=None, unit="GeV", minimum=1e-12),
        Parameter(name="width", description="Z' width; 0: narrow", default=0.0, unit="GeV", minimum=0.0, maximum=1e4),
        Parameter(name="g", description="gauge coupling g_X = g'", default=1.0, minimum=1e-30, maximum=1e30),
        Parameter(name="isr", description="photons radiated from the beams", default=False),
        Parameter(name="fsr", description="photons radiated from the muons", default=False),
    ),
    prepare=_prepare,
    squared_amplitude=arrays.mumuzp,
    compare="sigma = 567.8(1.1) pb at mass = 0.1 GeV, g = 1, sqrt(s) = 10.58 GeV, no cuts",
    references=("arXiv:1904.13053, section 3.1", "arXiv:2212.03066"),
)
