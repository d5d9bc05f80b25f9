"""Electromagnetic calorimeter (ECL): photons missed, photons measured, deposits of charged particles.

Losses are probabilities that multiply the event weight; no photon is thrown away at random.
"""

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.detsim.direction import SMALLEST_SINE, exp_eta, tilted, turned
from lmutau.detsim.elementwise import elementwise
from lmutau.detsim.energy_tail import EnergyTail, energy_tail
from lmutau.detsim.interpolation import piecewise, stacked
from lmutau.detsim.particles import ELECTRON, MUON
from lmutau.detsim.schema import Section, choice, quantity
from lmutau.gen.kernels import inlined, kernel

__all__ = [
    "Ecl",
    "EclNumbers",
    "charged_deposit",
    "ecl_numbers",
    "energy_dependence",
    "loss_probability",
    "measure_photon",
    "photon_accepted",
    "photon_angular_resolution",
    "photon_energy_resolution",
    "photon_loss",
    "region",
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
    barrel_loss_with_klm: float = quantity("1", 0, 1)
    klm_veto: str = choice("off", "on")
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
    tail_share: float = quantity("1", 0, 1)
    tail_start: float = quantity("1", positive=True)
    tail_power: float = quantity("1", 1.1)
    muon_deposit: float = quantity("GeV")
    hadron_deposit_share: float = quantity("1", 0, 1)

    @property
    def loss_in_barrel(self) -> float:
        """Loss [1] in the forward half of the barrel, with the KLM as a second chance if the card says so."""
        return self.barrel_loss_with_klm if self.klm_veto == "on" else self.barrel_loss

    def problems(self) -> list[str]:
        """Return what is wrong between the numbers, the slit and the scaled loss included."""
        found = super(Ecl, self).problems()
        half = self.slit_width / 2
        room = min(self.slit_angle - self.barrel_min, self.barrel_max - self.slit_angle)
        if half > room >= 0:
            found.append(f"slit_width = {self.slit_width:g}: allowed is at most {2 * room:g} deg, inside the barrel.")
        if self.loss_in_barrel * self.backward_barrel_scale > 1:
            limit = 1 / self.loss_in_barrel
            found.append(
                f"backward_barrel_scale = {self.backward_barrel_scale:g}: allowed is at most {limit:g}, "
                "where the loss in the barrel times this number is 1."
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
    tail: EnergyTail
    muon_deposit: float
    hadron_deposit_share: float
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
            s.loss_in_barrel,
            s.slit_loss,
            s.loss_in_barrel * s.backward_barrel_scale,
            s.gap_loss,
            s.backward_loss,
        ),
        threshold=s.threshold,
        energy_stochastic=s.energy_stochastic,
        energy_constant=s.energy_constant,
        angle_stochastic=s.angle_stochastic,
        angle_constant=s.angle_constant,
        tail=energy_tail(s.tail_share, s.tail_start, s.tail_power),
        muon_deposit=s.muon_deposit,
        hadron_deposit_share=s.hadron_deposit_share,
        smears_energy=smears_energy,
        smears_angles=smears_angles,
        normals=int(smears_energy) + 2 * int(smears_angles),
    )
    return numbers, stacked([(s.turn_on_energy, s.turn_on_efficiency)])


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


@inlined
def photon_accepted(energy: float, cos_theta: float, numbers: EclNumbers) -> bool:
    """Return whether a photon (true energy [GeV]) is above threshold and inside the outer polar range."""
    return energy >= numbers.threshold and numbers.cosines[7] <= cos_theta <= numbers.cosines[0]


@inlined
def region(cos_theta: float, numbers: EclNumbers) -> int:
    """Region of the calorimeter from forward to backward: 0, 2, 4, 6 crystals, 1, 3, 5 gaps; -1 outside."""
    edges = numbers.cosines
    if not edges[7] <= cos_theta <= edges[0]:
        return -1
    # a sum, not a search: where a particle goes cannot be guessed, and wrong guesses cost the processor time
    inner = (cos_theta < edges[1]) + (cos_theta < edges[2]) + (cos_theta < edges[3])
    return inner + (cos_theta < edges[4]) + (cos_theta < edges[5]) + (cos_theta < edges[6])


@inlined
def loss_probability(energy: float, cos_theta: float, numbers: EclNumbers, turn_on: Array) -> float:
    """Probability [1] that a photon (true energy [GeV]) leaves no sign; 1 outside the outer range.

    1 - turn_on(E) (1 - loss of the region), written so that a loss of 1e-6 keeps all its digits.
    """
    if not photon_accepted(energy, cos_theta, numbers):
        return 1.0
    loss = numbers.losses[region(cos_theta, numbers)]
    inefficiency = 1 - piecewise(energy, turn_on)
    return loss + inefficiency * (1 - loss)


@inlined
def measure_photon(
    px: float, py: float, pz: float, numbers: EclNumbers, normals: Normals
) -> tuple[float, float, float, float]:
    """Return what :func:`lmutau.detsim.direction.polar` turns into (pT [GeV], eta, phi [rad]).

    ``normals``: standard normal numbers for the energy and the two transverse directions; those
    not needed are ignored. An energy factor 1 + sigma n below zero is reflected, or set to zero if the
    card has a low-energy tail: the first number may then be large.
    """
    energy = math.sqrt(px * px + py * py + pz * pz)
    if energy == 0:
        return 0.0, 1.0, 1.0, 0.0
    pt = max(math.sqrt(px * px + py * py), SMALLEST_SINE * energy)
    factor = 1.0
    if numbers.smears_energy:
        sigma = energy_dependence(energy, numbers.energy_stochastic, numbers.energy_constant)
        factor = 1 + sigma * normals[0]
        if factor < 0:
            factor = 0.0 if numbers.tail.share > 0 else -factor
    if not numbers.smears_angles:
        return pt * factor, exp_eta(pt, pz), px, py
    sigma = energy_dependence(energy, numbers.angle_stochastic, numbers.angle_constant)
    x, y, z = tilted(pt / energy, pz / energy, sigma * normals[1], sigma * normals[2])
    transverse = max(math.sqrt(x * x + y * y), SMALLEST_SINE * abs(z))
    measured = energy * factor * transverse / math.sqrt(transverse * transverse + z * z)
    return measured, exp_eta(transverse, z), *turned(x, y, px, py)


@inlined
def charged_deposit(kind: int, p: float, mass: float, numbers: EclNumbers) -> float:
    """Energy [GeV] that a charged particle is expected to leave in crystals; at most its kinetic energy.

    ``kind``: row of the particle (:data:`lmutau.detsim.particles.SPECIES`); ``p``, ``mass`` [GeV]. Electrons
    leave everything, muons what a minimum ionising particle does, hadrons a share of their kinetic energy
    but not less than muons.
    """
    kinetic = math.sqrt(p * p + mass * mass) - mass
    if kind == ELECTRON:
        return kinetic + mass
    if kind == MUON:
        return min(numbers.muon_deposit, kinetic)
    return min(max(numbers.muon_deposit, numbers.hadron_deposit_share * kinetic), kinetic)


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
