"""e+e- -> gamma Z' by kinetic mixing, the Z' decaying invisibly: tree level, or with more photons."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes import arrays
from lmutau.gen.amplitudes.gammazp import gammazp_squared
from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError, KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.model.kinetic_mixing import kinetic_mixing
from lmutau.gen.model.vacuum_polarisation import coupling_of
from lmutau.gen.phasespace.maps import atanh_map, atanh_window, half_width
from lmutau.gen.phasespace.pair_and_boson import direction
from lmutau.gen.processes.base import Array, Parameter, Particle, Process, Setup
from lmutau.gen.processes.gammazp_mass import loop_numbers, mass_numbers, mixing_squared, wide_mass
from lmutau.gen.processes.gammazp_radiation import prepare_radiative

__all__ = ["GAMMAZP"]

_WIDE_MIN_PHOTON_ENERGY = 0.1
"""GeV; default of a wide Z' only, whose mass reaches up to sqrt(s), where soft photons diverge."""


@kernel
def _fill(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    """Columns of x: cosine of the photon, the mass if it is wide; azimuth."""
    sqrt_s, mass, width, epsilon2, m_e2, alpha, flux, first, length, log_length, low = arguments[:11]
    beta, one_minus_beta = arguments[11], arguments[12]
    loops = (arguments[13], arguments[14], arguments[15], arguments[16], arguments[17])
    r_first, r_length = arguments[18], arguments[19]
    half = half_width(beta, one_minus_beta)
    last = x.shape[1] - 1
    mass2, share = mass * mass, 1.0
    k = (sqrt_s - mass) * (sqrt_s + mass) / (2 * sqrt_s)
    for i in range(weight.shape[0]):
        if width > 0:
            soft = channel[i] == 1
            mass2, k, share = wide_mass(x[i, 1], soft, sqrt_s, mass, width, first, length, log_length, low)
            if mass2 <= 0 or k <= 0:
                weight[i] = 0.0
                continue
            if loops[0] > 0:
                epsilon2 = mixing_squared(mass2, loops, alpha)
        cosine, minus, plus, sine, step = atanh_map(r_first + r_length * x[i, 0], beta, one_minus_beta, half)
        u = direction(cosine, sine, x[i, last])
        momenta[i, 0, 0], momenta[i, 1, 0] = k, sqrt_s - k
        for axis in range(3):
            momenta[i, 0, axis + 1], momenta[i, 1, axis + 1] = k * u[axis], -k * u[axis]
        amplitude2 = gammazp_squared(0.5 * sqrt_s * k * minus, 0.5 * sqrt_s * k * plus, m_e2, mass2, alpha, epsilon2)
        # two-body phase space 2k/sqrt(s)/(8 pi) dc/2
        weight[i] = flux * share * amplitude2 * k / sqrt_s / (8 * math.pi) * step * r_length


def _settle(given: Mapping[str, Any], parameters: dict[str, Any], constants: Constants) -> dict[str, Any]:
    """Epsilon from r and g, or the one that was given; a photon energy cut for a wide Z'."""
    if parameters["r"] is None:
        for key in ("g", "smuon_mass"):
            if key in given:
                raise ConfigError(
                    f"gammazp: {key} = {given[key]}: acts through the loops of the model only; give r as well "
                    f"(slepton mass ratio; r = 1: no superpartners), or set epsilon instead."
                )
    elif "epsilon" in given:
        raise ConfigError(
            f"gammazp: epsilon = {given['epsilon']} and r = {given['r']}: give one of them; r computes epsilon."
        )
    else:
        loops = dataclasses.replace(constants, alpha=coupling_of(parameters["alpha"], constants)[0])
        mixing = kinetic_mixing(
            parameters["mass"], parameters["r"], parameters["g"], parameters["smuon_mass"], constants=loops
        )
        parameters = {**parameters, "epsilon": float(abs(mixing))}
    if parameters["min_photon_energy"] is None:
        sqrt_s, mass = parameters["sqrt_s"], parameters["mass"]
        peak = (sqrt_s - mass) * (sqrt_s + mass) / (2 * sqrt_s)
        lowest = min(_WIDE_MIN_PHOTON_ENERGY, 0.5 * abs(peak)) if parameters["width"] > 0 else 0.0
        parameters = {**parameters, "min_photon_energy": lowest}
    return parameters


def _prepare(parameters: Mapping[str, Any], constants: Constants, targeted: bool) -> Setup:
    sqrt_s, mass, width = parameters["sqrt_s"], parameters["mass"], parameters["width"]
    low = parameters["min_photon_energy"]
    if sqrt_s <= 2 * constants.m_e:
        raise KinematicsError(f"gammazp: sqrt_s = {sqrt_s:g} GeV: allowed is above 2 m_e = {2 * constants.m_e:g} GeV.")
    if mass >= sqrt_s:
        raise KinematicsError(f"gammazp: mass = {mass:.15g} GeV: allowed is below sqrt_s = {sqrt_s:.15g} GeV.")
    if 2 * low >= sqrt_s:
        raise KinematicsError(
            f"gammazp: min_photon_energy = {low:.15g} GeV: allowed is below sqrt_s/2 = {sqrt_s / 2:.15g} GeV."
        )
    energy = (sqrt_s - mass) * (sqrt_s + mass) / (2 * sqrt_s)
    if width == 0 and energy < low:
        raise KinematicsError(
            f"gammazp: min_photon_energy = {low:.15g} GeV: allowed is up to {energy:.15g} GeV, the energy of the "
            f"photon for mass = {mass:g} GeV."
        )
    if width > 0 and low == 0:
        raise KinematicsError(
            f"gammazp: width = {width:g} GeV and min_photon_energy = 0: soft photons diverge, since the mass may reach "
            f"sqrt_s; give a smallest energy above 0."
        )
    if parameters["isr"]:
        return prepare_radiative(parameters, constants)
    m_e2 = constants.m_e**2
    beta = math.sqrt(1 - 4 * m_e2 / sqrt_s**2)
    one_minus_beta = 4 * m_e2 / sqrt_s**2 / (1 + beta)
    flux = constants.hbarc2 / (2 * sqrt_s**2 * beta)
    alpha, _ = coupling_of(parameters["alpha"], constants)
    head = [sqrt_s, mass, width, parameters["epsilon"] ** 2, m_e2, alpha, flux, *mass_numbers(parameters), low]
    loops = loop_numbers(parameters, constants)
    # cuts on the photon are edges of its map
    window = atanh_window(parameters.get("min_photon_eta"), parameters.get("max_photon_eta"), beta, one_minus_beta)
    return Setup(
        fill=_fill,
        arguments=np.array([*head, beta, one_minus_beta, *loops, *window]),
        channels=("resonance", "soft photon") if width > 0 else ("isr",),
        n_adaptive=2 if width > 0 else 1,
        n_plain=1,
        records=((Particle(pdg_id=22, mass=0.0), Particle(pdg_id=32, mass=math.nan if width > 0 else mass)),),
    )


GAMMAZP = Process(
    name="gammazp",
    title="e+ e- -> gamma Z'",
    latex=r"$\gamma Z'$",
    final=(22, 32),
    description=(
        "Photon and a Z' that couples to the electron by kinetic mixing; it leaves the detector unseen. At tree level, "
        "or with any number of photons from the beams, of which the hardest is the photon of the process."
    ),
    diagrams="photon and Z' from the electron line, in both orders (2 diagrams); Z'ee coupling epsilon e",
    validity=(
        "exact tree level with the electron mass, all photon angles; the branching fraction to invisible states is "
        "not included; sigma scales as epsilon^2. With r: epsilon = |Pi(M^2)|, one loop. width > 0: Breit-Wigner "
        "in M^2, epsilon of the model at the mass of each event. isr: exponentiated, exact to first order, two "
        "photons at tree level; cuts on the photon act on the hardest one. No photon is virtual: the words for "
        "alpha change nothing"
    ),
    parameters=(
        Parameter(
            name="alpha",
            description="fine-structure constant of the photons and of epsilon e; no photon is virtual, so leptonic "
            "and running mean alpha(0), the default",
            default=CONSTANTS.alpha,
            minimum=1e-6,
            maximum=1,
            choices=("leptonic", "running"),
        ),
        Parameter(name="isr", description="more photons radiated from the beams", default=False),
        Parameter(name="mass", description="Z' mass", default=None, unit="GeV", minimum=1e-12),
        Parameter(name="width", description="Z' width; 0: narrow", default=0.0, unit="GeV", minimum=0.0, maximum=1e4),
        Parameter(name="epsilon", description="kinetic mixing; excludes r", default=1.0, minimum=1e-30, maximum=1e30),
        Parameter(
            name="r",
            description="stau over smuon mass: epsilon from the loops of the model",
            default=None,
            minimum=1e-6,
            maximum=1e6,
            optional=True,
        ),
        Parameter(name="g", description="gauge coupling g_X, with r", default=1.0, minimum=1e-30, maximum=1e30),
        Parameter(
            name="smuon_mass",
            description="smuon mass, with r; none: infinitely heavy",
            default=None,
            unit="GeV",
            minimum=1e-3,
            optional=True,
        ),
        Parameter(
            name="min_photon_energy",
            description="smallest photon energy in the c.m. frame; none: 0; with a width 0.1, at most half of that "
            "at the peak",
            default=None,
            unit="GeV",
            minimum=0.0,
            optional=True,
        ),
    ),
    prepare=_prepare,
    squared_amplitude=arrays.gammazp,
    compare=(
        "sigma = 4.79498 nb at mass = 1 GeV, epsilon = 1, -0.821 < cos < 0.941 (-1.1599 < eta < 1.7467), "
        "sqrt(s) = 10.58 GeV"
    ),
    references=("arXiv:1811.00407", "arXiv:2212.03066"),
    settle=_settle,
)
