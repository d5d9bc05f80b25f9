"""Tracking (VXD and CDC): acceptance, momentum and direction resolution of charged particles."""

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.detsim.direction import SMALLEST_SINE, exp_eta, tilted, turned
from lmutau.detsim.elementwise import elementwise
from lmutau.detsim.interpolation import piecewise, stacked
from lmutau.detsim.schema import Section, choice, quantity
from lmutau.gen.kernels import inlined, kernel

__all__ = [
    "Tracking",
    "TrackingNumbers",
    "in_acceptance",
    "measure_track",
    "relative_pt_resolution",
    "track_accepted",
    "track_efficiency",
    "track_found",
    "tracking_numbers",
    "transverse_momentum_resolution",
]

Array = NDArray[np.float64]
Normals = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking(Section):
    """Section ``tracking`` of a card; efficiencies and acceptance are functions of the true momentum."""

    ascending: ClassVar[tuple[tuple[str, ...], ...]] = (("polar_min", "polar_max"),)
    tables: ClassVar[tuple[tuple[str, str], ...]] = (("turn_on_pt", "turn_on_efficiency"),)

    polar_min: float = quantity("deg", 0, 180)
    polar_max: float = quantity("deg", 0, 180)
    min_pt: float = quantity("GeV")
    efficiency: float = quantity("1", 0, 1)
    turn_on_pt: tuple[float, ...] = quantity("GeV", several=True)
    turn_on_efficiency: tuple[float, ...] = quantity("1", 0, 1, several=True)
    momentum_variable: str = choice("pT", "p")
    momentum_slope: float = quantity("1/GeV")
    momentum_scattering: float = quantity("1")
    momentum_constant: float = quantity("1", 0, 1)
    theta_resolution: float = quantity("rad", 0, 1)
    phi_resolution: float = quantity("rad", 0, 1)
    resolution_scale: float = quantity("1")


class TrackingNumbers(NamedTuple):
    """The section as the kernels want it: cosines [1], momenta [GeV], angles [rad]."""

    cos_first: float
    cos_last: float
    min_pt: float
    efficiency: float
    of_p: bool
    slope: float
    scattering: float
    constant: float
    sigma_theta: float
    sigma_phi: float
    smears_momentum: bool
    smears_angles: bool
    normals: int


def tracking_numbers(section: Tracking) -> tuple[TrackingNumbers, Array]:
    """Prepare the section for the kernels: numbers, and the turn-on table (2, k).

    ``normals`` is how many normal numbers each charged particle needs; ``resolution_scale`` is
    multiplied into every resolution here.
    """
    scale = section.resolution_scale
    smears_momentum = scale * max(section.momentum_slope, section.momentum_scattering, section.momentum_constant) > 0
    smears_angles = scale * max(section.theta_resolution, section.phi_resolution) > 0
    numbers = TrackingNumbers(
        cos_first=math.cos(math.radians(section.polar_min)),
        cos_last=math.cos(math.radians(section.polar_max)),
        min_pt=section.min_pt,
        efficiency=section.efficiency,
        of_p=section.momentum_variable == "p",
        slope=scale * section.momentum_slope,
        scattering=scale * section.momentum_scattering,
        constant=scale * section.momentum_constant,
        sigma_theta=scale * section.theta_resolution,
        sigma_phi=scale * section.phi_resolution,
        smears_momentum=smears_momentum,
        smears_angles=smears_angles,
        normals=int(smears_momentum) + 2 * int(smears_angles),
    )
    return numbers, stacked([(section.turn_on_pt, section.turn_on_efficiency)])


@kernel
def relative_pt_resolution(pt: float, beta: float, slope: float, scattering: float, constant: float) -> float:
    """sigma(pT)/pT = slope pT (+) scattering/beta (+) constant, (+) = sum in quadrature; at most 1.

    ``pt`` [GeV], ``slope`` [1/GeV]. arXiv:1904.13053, eq. (3.10), gives the first two terms with p
    in place of pT; a chamber in a solenoid measures the curvature, hence pT, but a card may choose
    p (``momentum_variable``). The limit 1 (nothing
    is known about the momentum) is reached only by particles that are practically at rest.
    """
    variance = (slope * pt) ** 2 + constant**2
    if scattering > 0:
        if beta <= scattering:
            return 1.0
        variance += (scattering / beta) ** 2
    return min(math.sqrt(variance), 1.0)


@inlined
def track_accepted(px: float, py: float, pz: float, numbers: TrackingNumbers) -> bool:
    """Return whether a track with this true momentum [GeV] is reconstructed at all."""
    pt = math.sqrt(px * px + py * py)
    p = math.sqrt(px * px + py * py + pz * pz)
    return pt >= numbers.min_pt and numbers.cos_last * p <= pz <= numbers.cos_first * p


@inlined
def track_found(pt: float, numbers: TrackingNumbers, turn_on: Array) -> float:
    """Probability [1] that an accepted track of true pT [GeV] is found."""
    return numbers.efficiency * piecewise(pt, turn_on)


@inlined
def measure_track(
    px: float, py: float, pz: float, mass: float, numbers: TrackingNumbers, normals: Normals
) -> tuple[float, float, float, float]:
    """Return what :func:`lmutau.detsim.direction.polar` turns into (pT [GeV], eta, phi [rad]).

    ``normals``: standard normal numbers for momentum, theta and phi; those not needed are ignored.
    The direction in the transverse plane and theta are kept when pT is smeared; a factor
    1 + sigma n below zero is reflected, so pT stays positive.
    """
    p = math.sqrt(px * px + py * py + pz * pz)
    pt = max(math.sqrt(px * px + py * py), SMALLEST_SINE * p)
    if p == 0:
        return 0.0, 1.0, 1.0, 0.0
    measured = pt
    if numbers.smears_momentum:
        beta = p / math.sqrt(p * p + mass * mass)
        sigma = relative_pt_resolution(
            p if numbers.of_p else pt, beta, numbers.slope, numbers.scattering, numbers.constant
        )
        measured *= abs(1 + sigma * normals[0])
    if not numbers.smears_angles:
        return measured, exp_eta(pt, pz), px, py
    sine = pt / p
    x, y, z = tilted(sine, pz / p, numbers.sigma_theta * normals[1], sine * numbers.sigma_phi * normals[2])
    return measured, exp_eta(math.sqrt(x * x + y * y), z), *turned(x, y, px, py)


def transverse_momentum_resolution(pt: ArrayLike, beta: ArrayLike, section: Tracking) -> Array:
    """sigma(pT)/pT [1] for pT [GeV] and velocity [1], which broadcast; see the kernel.

    With ``momentum_variable`` = "p" the first argument is the momentum p [GeV].
    """
    numbers, _ = tracking_numbers(section)
    terms = (numbers.slope, numbers.scattering, numbers.constant)
    return elementwise(lambda a, b: relative_pt_resolution(a, b, *terms), pt, beta)


def in_acceptance(pt: ArrayLike, theta: ArrayLike, section: Tracking) -> NDArray[np.bool_]:
    """Whether tracks of true pT [GeV] and polar angle in (0, pi) [rad] (broadcast) are reconstructed."""
    numbers, _ = tracking_numbers(section)
    accepted = elementwise(lambda a, b: track_accepted(a, 0.0, a / math.tan(b), numbers), pt, theta)
    return accepted.astype(np.bool_)


def track_efficiency(pt: ArrayLike, section: Tracking) -> Array:
    """Probability [1] that a track of true pT [GeV] inside the acceptance is found."""
    numbers, turn_on = tracking_numbers(section)
    return elementwise(lambda a: track_found(a, numbers, turn_on), pt)
