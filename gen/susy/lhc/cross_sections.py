"""Leading-order cross-sections of superpartner pairs in proton collisions."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError
from lmutau.gen.susy.decay.couplings import Couplings, couplings
from lmutau.gen.susy.decay.light_fermions import light_fermions
from lmutau.gen.susy.lhc.pairs import ProducedPair, pairs
from lmutau.gen.susy.lhc.partonic import partonic
from lmutau.gen.susy.lhc.partons import Densities
from lmutau.gen.susy.names import particle_name
from lmutau.gen.susy.point import SusyPoint
from lmutau.gen.susy.scheme import ALPHA_MZ, susy_numbers

__all__ = ["CrossSection", "lhc_cross_sections", "uncovered"]

Array = NDArray[np.float64]

_NODES = 24  # of each piece in ŝ and of the rapidity
_STEPS = (-64, -16, -4, -1, 0, 1, 4, 16, 64)  # ends of the pieces around a pole, in widths
SQUARK_MASS = float(susy_numbers()["coloured_mass"]["value"])
"""Mass of the squarks [GeV]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossSection:
    """PDG codes of the pair, energy of the collision [GeV], cross-section [fb], name of the parton densities."""

    codes: tuple[int, int]
    sqrt_s: float
    sigma_fb: float
    densities: str


def lhc_cross_sections(
    point: SusyPoint,
    sqrt_s: float,
    densities: Densities,
    *,
    smallest_fb: float = 1e-3,
    squark_mass: float = SQUARK_MASS,
    constants: Constants = CONSTANTS,
    alpha_mz: float = ALPHA_MZ,
) -> list[CrossSection]:
    """Cross-sections of all pairs of neutralinos, charginos, sleptons and sneutrinos, largest first.

    Quark and antiquark through photon, Z, W and squarks, electroweak couplings at M_Z, both scales the mean
    of the two masses, leading order.

    Parameters
    ----------
    point
        Parameters of the model.
    sqrt_s
        Energy of the collision [GeV].
    densities
        Parton densities, e.g. from :func:`lmutau.gen.susy.lhc.read_grid`.
    smallest_fb
        Smaller ones are left out [fb].
    squark_mass
        Mass of all squarks [GeV].
    constants, alpha_mz
        ``m_w``, ``m_z``, ``width_z``, ``sin2_theta_eff``, ``hbarc2``, lepton masses, and alpha(M_Z).

    Raises
    ------
    ConfigError
        If a slepton is a tachyon, ``sqrt_s`` or ``squark_mass`` is not positive, or the densities give a
        cross-section that is not finite or below -``smallest_fb``.
    """
    for name, value in (("energy", sqrt_s), ("squark_mass", squark_mass)):
        if not (math.isfinite(value) and value > 0):
            raise ConfigError(f"{name} = {value:g} GeV: allowed is a number > 0, e.g. 13000.")
    found = couplings(point, None, constants, alpha_mz)
    result = []
    for pair in pairs(found, constants.width_z):
        if sum(pair.masses) < sqrt_s and any(any(boson.couplings) for boson in pair.propagators):
            sigma = _convolute(found, pair, sqrt_s, densities, squark_mass) * constants.hbarc2
            if not -smallest_fb <= sigma < math.inf:
                raise ConfigError(_complaint(pair, sqrt_s, sigma, densities.name))
            if sigma > smallest_fb:
                result.append(CrossSection(codes=pair.codes, sqrt_s=sqrt_s, sigma_fb=sigma, densities=densities.name))
    return sorted(result, key=lambda item: -item.sigma_fb)


def _complaint(pair: ProducedPair, sqrt_s: float, sigma: float, densities: str) -> str:
    names = " ".join(particle_name(code) for code in pair.codes)
    return (
        f"cross-section of {names} at {sqrt_s:g} GeV = {sigma:.3g} fb: must be finite and not negative; "
        f"the densities {densities} give it: take another set."
    )


def uncovered(point: SusyPoint, sqrt_s: float, densities: Densities) -> str | None:
    """Say which pairs need parton densities outside of what is tabulated, where the values at the edge are used."""
    found = couplings(point)
    (low, high), outside = densities.scales, []
    for pair in pairs(found, CONSTANTS.width_z):
        threshold = _threshold(pair)
        covered = low <= threshold / 2 <= high and (threshold / sqrt_s) ** 2 >= densities.smallest_x
        if threshold < sqrt_s and not covered:
            outside.append(pair)
    if not outside:
        return None
    names, q = " ".join(particle_name(code) for code in outside[0].codes), _threshold(outside[0]) / 2
    return (
        f"densities {densities.name} go from Q = {low:g} to {high:g} GeV and down to x = {densities.smallest_x:g}; "
        f"outside: {len(outside)} pairs at {sqrt_s / 1000:g} TeV, e.g. {names} (Q = {q:.4g} GeV, "
        f"x from {4 * (q / sqrt_s) ** 2:.2g}); there the edge is used"
    )


def _convolute(found: Couplings, pair: ProducedPair, sqrt_s: float, densities: Densities, squark_mass: float) -> float:
    """∫ dŝ/ŝ dy x1 f(x1) x2 f(x2) σ(ŝ) [GeV^-2]; the two protons are alike, so y > 0 counts twice."""
    tau, measure = _nodes(pair, sqrt_s)
    y, w = np.polynomial.legendre.leggauss(_NODES)
    half = -0.5 * np.log(tau)
    rapidity = half[:, None] * 0.5 * (y + 1)
    x1, x2 = np.sqrt(tau)[:, None] * np.exp(rapidity), np.sqrt(tau)[:, None] * np.exp(-rapidity)
    scale = 0.5 * _threshold(pair)
    first, second = densities.values(x1, scale), densities.values(x2, scale)
    total = np.zeros_like(tau)
    for quark in light_fermions(found):
        if quark.colours == 3:
            luminosity = _luminosity(pair.charge, quark.code, first, second)
            total += (luminosity @ w) * half * partonic(found, pair, quark, tau * sqrt_s**2, squark_mass)
    return float(np.sum(total * measure))


def _nodes(pair: ProducedPair, sqrt_s: float) -> tuple[Array, Array]:
    """ŝ/s and weights of d ln ŝ: nodes dense at the threshold, in pieces that shrink towards a pole above it.

    ln ŝ = ln ŝ_0 + span v², which makes the threshold analytic in v; the pieces end 1, 4, 16, 64 widths from the pole.
    """
    lowest = _threshold(pair)
    span = 2 * math.log(sqrt_s / lowest)
    ends = {0.0, span}
    for boson in pair.propagators:
        if boson.mass > 0:
            pole, width = 2 * math.log(boson.mass / lowest), boson.width / boson.mass
            ends |= {pole + step * width for step in _STEPS if 0 < pole + step * width < span}
    v = np.sqrt(np.array(sorted(ends)) / span)
    z, weights = np.polynomial.legendre.leggauss(_NODES)
    middle, half = 0.5 * (v[1:] + v[:-1])[:, None], 0.5 * np.diff(v)[:, None]
    nodes = (middle + half * z).ravel()
    tau = (lowest / sqrt_s) ** 2 * np.exp(span * nodes**2)
    return tau, 2 * span * nodes * (half * weights).ravel()


def _threshold(pair: ProducedPair) -> float:
    """Sum of the masses; massless pairs from 1 MeV on."""
    return max(sum(pair.masses), 1e-3)


def _luminosity(charge: int, code: int, first: Mapping[int, Array], second: Mapping[int, Array]) -> Array:
    """Densities of a quark and its antiquark, or of the pairs of down or strange with up and charm that make a W."""
    if charge == 0:
        return _both(first, second, code, -code)
    sine2 = float(susy_numbers()["v_us"]["value"]) ** 2
    total = np.zeros_like(first[code])
    if code in (1, 3):
        for other in (2, 4):
            partons = (other, -code) if charge > 0 else (code, -other)
            total += (1 - sine2 if other == code + 1 else sine2) * _both(first, second, *partons)
    return total


def _both(first: Mapping[int, Array], second: Mapping[int, Array], quark: int, antiquark: int) -> Array:
    """Each parton from either proton."""
    return first[quark] * second[antiquark] + first[antiquark] * second[quark]
