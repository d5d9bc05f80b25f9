"""Electromagnetic calorimeter (ECL): which photons are missed, and how well the others are measured.

Losses are probabilities that multiply the event weight; no photon is thrown away at random.
"""

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.detsim.direction import SMALLEST_SINE, exp_eta, tilted, turned
from lmutau.detsim.elementwise import elementwise
from lmutau.detsim.interpolation import piecewise
from lmutau.detsim.schema import Section, quantity
from lmutau.gen.kernels import kernel

__all__ = [
    "Ecl",
    "EclNumbers",
    "ecl_numbers",
    "energy_dependence",
    "loss_probability",
    "measure_photon",
    "photon_accepted",
    "photon_angular_resolution",
    "photon_energy_resolution",
    "photon_loss",
]

Array = NDArray[np.float64]
Normals = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ecl(Section):
    """Section ``ecl`` of a card; losses and threshold are functions of the true energy and angle."""

    ascending: ClassVar[tuple[tuple[str, ...], ...]] = (
        (
            "forward_min",
            "forward_max",
            "barrel_min",
            "slit_angle",
            "barrel_max",
            "backward_min",
            "backward_max",
        ),
    )
    tables: ClassVar[tuple[tuple[str, str], ...]] = (("turn_on_energy", "turn_on_efficiency"),)

    forward_min: float = quantity("deg", 0, 180)
    forward_max: float = quantity("deg", 0, 180)
    barrel_min: float = quantity("deg", 0, 180)
    barrel_max: float = quantity("deg", 0, 180)
    backward_min: float = quantity("deg", 0, 180)
    backward_max: float = quantity("deg", 0, 180)
    slit_angle: float = quantity("deg", 0, 180)
    slit_width: float = quantity("deg", 0, 180)
    forward_loss: float = quantity("1", 0, 1)
    barrel_loss: float = quantity("1", 0, 1)
    backward_loss: float = quantity("1", 0, 1)
    gap_loss: float = quantity("1", 0, 1)
    slit_loss: float = quantity("1", 0, 1)
    backward_barrel_scale: float = quantity("1")
    threshold: float = quantity("GeV")
    turn_on_energy: tuple[float, ...] = quantity("GeV", several=True)
    turn_on_efficiency: tuple[float, ...] = quantity("1", 0, 1, several=True)
    energy_stochastic: float = quantity("GeV^0.5")
    energy_constant: float = quantity("1", 0, 1)
    angle_stochastic: float = quantity("rad GeV^0.5")
    angle_constant: float = quantity("rad", 0, 1)

    def problems(self) -> list[str]:
        """Return what is wrong between the numbers, the slit and the scaled loss included."""
        found = super(Ecl, self).problems()
        half = self.slit_width / 2
        room = min(self.slit_angle - self.barrel_min, self.barrel_max - self.slit_angle)
        if half > room >= 0:
            found.append(f"slit_width = {self.slit_width:g}: allowed is at most {2 * room:g} deg, inside the barrel.")
        if self.barrel_loss * self.backward_barrel_scale > 1:
            limit = 1 / self.barrel_loss
            found.append(
                f"backward_barrel_scale = {self.backward_barrel_scale:g}: allowed is at most {limit:g}, "
                "where barrel_loss times this number is 1."
            )
        return found


class EclNumbers(NamedTuple):
    """The section as the kernels want it: the edges of the seven regions as descending cosines."""

    cosines: tuple[float, float, float, float, float, float, float, float]
    losses: tuple[float, float, float, float, float, float, float]
    threshold: float
    energy_stochastic: float
    energy_constant: float
    angle_stochastic: float
    angle_constant: float
    smears_energy: bool
    smears_angles: bool
    normals: int


def ecl_numbers(section: Ecl) -> tuple[EclNumbers, Array]:
    """Prepare the section for the kernels: numbers, and the turn-on table (2, k).

    ``normals`` is how many normal numbers each photon needs.
    """
    s = section
    smears_energy = max(s.energy_stochastic, s.energy_constant) > 0
    smears_angles = max(s.angle_stochastic, s.angle_constant) > 0
    numbers = EclNumbers(
        cosines=(
            _cosine(s.forward_min),
            _cosine(s.forward_max),
            _cosine(s.barrel_min),
            _cosine(s.slit_angle - s.slit_width / 2),
            _cosine(s.slit_angle + s.slit_width / 2),
            _cosine(s.barrel_max),
            _cosine(s.backward_min),
            _cosine(s.backward_max),
        ),
        losses=(
            s.forward_loss,
            s.gap_loss,
            s.barrel_loss,
            s.slit_loss,
            s.barrel_loss * s.backward_barrel_scale,
            s.gap_loss,
            s.backward_loss,
        ),
        threshold=s.threshold,
        energy_stochastic=s.energy_stochastic,
        energy_constant=s.energy_constant,
        angle_stochastic=s.angle_stochastic,
        angle_constant=s.angle_constant,
        smears_energy=smears_energy,
        smears_angles=smears_angles,
        normals=int(smears_energy) + 2 * int(smears_angles),
    )
    return numbers, np.array([s.turn_on_energy, s.turn_on_efficiency])


def _cosine(degrees: float) -> float:
    return math.cos(math.radians(degrees))


@kernel
def energy_dependence(energy: float, stochastic: float, constant: float) -> float:
    """stochastic/sqrt(E) (+) constant, (+) = sum in quadrature, at most 1; ``energy`` [GeV].

    Relative energy resolution, or angular resolution [rad].
    """
    if stochastic * stochastic >= energy > 0 or (energy <= 0 and stochastic > 0):
        return 1.0
    variance = constant * constant
    if stochastic > 0:
        variance += stochastic * stochastic / energy
    return min(math.sqrt(variance), 1.0)


@kernel
def photon_accepted(energy: float, cos_theta: float, numbers: EclNumbers) -> bool:
    """Return whether a photon (true energy [GeV]) is above threshold and inside the outer polar range."""
    return energy >= numbers.threshold and numbers.cosines[7] <= cos_theta <= numbers.cosines[0]


@kernel
def loss_probability(energy: float, cos_theta: float, numbers: EclNumbers, turn_on: Array) -> float:
    """Probability [1] that a photon (true energy [GeV]) leaves no sign; 1 outside the outer range.

    1 - turn_on(E) (1 - loss of the region), written so that a loss of 1e-6 keeps all its digits.
    """
    if not photon_accepted(energy, cos_theta, numbers):
        return 1.0
    region = 0
    while region < 6 and cos_theta < numbers.cosines[region + 1]:
        region += 1
    loss = numbers.losses[region]
    inefficiency = 1 - piecewise(energy, turn_on)
    return loss + inefficiency * (1 - loss)


@kernel
def measure_photon(
    px: float, py: float, pz: float, numbers: EclNumbers, normals: Normals
) -> tuple[float, float, float, float]:
    """Return what :func:`lmutau.detsim.direction.polar` turns into (pT [GeV], eta, phi [rad]).

    ``normals``: standard normal numbers for the energy and the two transverse directions; those
    not needed are ignored. An energy factor 1 + sigma n below zero is reflected.
    """
    energy = math.sqrt(px * px + py * py + pz * pz)
    if energy == 0:
        return 0.0, 1.0, 1.0, 0.0
    pt = max(math.sqrt(px * px + py * py), SMALLEST_SINE * energy)
    factor = 1.0
    if numbers.smears_energy:
        sigma = energy_dependence(energy, numbers.energy_stochastic, numbers.energy_constant)
        factor = abs(1 + sigma * normals[0])
    if not numbers.smears_angles:
        return pt * factor, exp_eta(pt, pz), px, py
    sigma = energy_dependence(energy, numbers.angle_stochastic, numbers.angle_constant)
    x, y, z = tilted(pt / energy, pz / energy, sigma * normals[1], sigma * normals[2])
    transverse = max(math.sqrt(x * x + y * y), SMALLEST_SINE * abs(z))
    measured = energy * factor * transverse / math.sqrt(transverse * transverse + z * z)
    return measured, exp_eta(transverse, z), *turned(x, y, px, py)


def photon_loss(energy: ArrayLike, theta: ArrayLike, section: Ecl) -> Array:
    """Loss probability [1] for true energies [GeV] and polar angles [rad], which broadcast."""
    numbers, turn_on = ecl_numbers(section)
    return elementwise(lambda e, t: loss_probability(e, math.cos(t), numbers, turn_on), energy, theta)


def photon_energy_resolution(energy: ArrayLike, section: Ecl) -> Array:
    """sigma(E)/E [1] at ``energy`` [GeV]."""
    stochastic, constant = section.energy_stochastic, section.energy_constant
    return elementwise(lambda e: energy_dependence(e, stochastic, constant), energy)


def photon_angular_resolution(energy: ArrayLike, section: Ecl) -> Array:
    """Resolution [rad] of either transverse direction at ``energy`` [GeV]."""
    stochastic, constant = section.angle_stochastic, section.angle_constant
    return elementwise(lambda e: energy_dependence(e, stochastic, constant), energy)
