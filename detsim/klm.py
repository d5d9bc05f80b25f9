"""Muon identification (KLM, with CDC and ECL below its threshold): muons, and what passes for one."""

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.detsim.elementwise import elementwise
from lmutau.detsim.interpolation import piecewise, stacked
from lmutau.detsim.particles import MUON, SPECIES
from lmutau.detsim.schema import Section, quantity
from lmutau.gen.kernels import inlined

__all__ = [
    "Klm",
    "KlmNumbers",
    "endcap_share",
    "klm_numbers",
    "muon_efficiency",
    "muon_misidentification",
    "muon_probability",
]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Klm(Section):
    """Section ``klm`` of a card: geometry, probabilities against true momentum, endcap reduction."""

    ascending: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("polar_min", "forward_overlap_min", "barrel_min", "barrel_max", "backward_overlap_max", "polar_max"),
    )
    tables: ClassVar[tuple[tuple[str, str], ...]] = (
        ("electron_to_muon_momentum", "electron_to_muon"),
        ("muon_efficiency_momentum", "muon_efficiency"),
        ("pion_to_muon_momentum", "pion_to_muon"),
        ("kaon_to_muon_momentum", "kaon_to_muon"),
        ("proton_to_muon_momentum", "proton_to_muon"),
    )

    polar_min: float = quantity("deg", 0, 180)
    forward_overlap_min: float = quantity("deg", 0, 180)
    barrel_min: float = quantity("deg", 0, 180)
    barrel_max: float = quantity("deg", 0, 180)
    backward_overlap_max: float = quantity("deg", 0, 180)
    polar_max: float = quantity("deg", 0, 180)
    muon_efficiency_momentum: tuple[float, ...] = quantity("GeV", several=True)
    muon_efficiency: tuple[float, ...] = quantity("1", 0, 1, several=True)
    endcap_reduction: float = quantity("1", 0, 1)
    pion_to_muon_momentum: tuple[float, ...] = quantity("GeV", several=True)
    pion_to_muon: tuple[float, ...] = quantity("1", 0, 1, several=True)
    kaon_to_muon_momentum: tuple[float, ...] = quantity("GeV", several=True)
    kaon_to_muon: tuple[float, ...] = quantity("1", 0, 1, several=True)
    proton_to_muon_momentum: tuple[float, ...] = quantity("GeV", several=True)
    proton_to_muon: tuple[float, ...] = quantity("1", 0, 1, several=True)
    electron_to_muon_momentum: tuple[float, ...] = quantity("GeV", several=True)
    electron_to_muon: tuple[float, ...] = quantity("1", 0, 1, several=True)


class KlmNumbers(NamedTuple):
    """Geometry as the kernels want it: cosines of the six polar angles, descending."""

    first: float
    forward: float
    barrel_first: float
    barrel_last: float
    backward: float
    last: float
    endcap_reduction: float


def klm_numbers(section: Klm) -> tuple[KlmNumbers, Array]:
    """Prepare the section for the kernels: geometry, and the tables of all species (10, k)."""
    first, forward, barrel_first, barrel_last, backward, last = (
        math.cos(math.radians(getattr(section, name))) for name in section.ascending[0]
    )
    tables = stacked([(getattr(section, x), getattr(section, y)) for x, y in section.tables])
    numbers = KlmNumbers(
        first=first,
        forward=forward,
        barrel_first=barrel_first,
        barrel_last=barrel_last,
        backward=backward,
        last=last,
        endcap_reduction=section.endcap_reduction,
    )
    return numbers, tables


@inlined
def endcap_share(cos_theta: float, numbers: KlmNumbers) -> float:
    """1 in the endcaps, 0 in the barrel, linear in cos(theta) in the two overlap regions."""
    if numbers.barrel_last <= cos_theta <= numbers.barrel_first:
        return 0.0
    if cos_theta >= numbers.forward or cos_theta <= numbers.backward:
        return 1.0
    if cos_theta > numbers.barrel_first:
        return (cos_theta - numbers.barrel_first) / (numbers.forward - numbers.barrel_first)
    return (numbers.barrel_last - cos_theta) / (numbers.barrel_last - numbers.backward)


@inlined
def muon_probability(kind: int, p: float, cos_theta: float, numbers: KlmNumbers, tables: Array) -> float:
    """Probability [1] that a track is identified as a muon; 0 outside the KLM.

    ``kind``: row of the true particle (:data:`lmutau.detsim.particles.SPECIES`); ``p``: its true momentum
    [GeV]. The reduction in the endcaps is that of muons.
    """
    if cos_theta > numbers.first or cos_theta < numbers.last:
        return 0.0
    probability = piecewise(p, tables, kind)
    if kind == MUON and numbers.endcap_reduction > 0:
        probability -= numbers.endcap_reduction * endcap_share(cos_theta, numbers)
    return max(probability, 0.0)


def muon_efficiency(p: ArrayLike, theta: ArrayLike, section: Klm) -> Array:
    """Identification efficiency [1] for true momenta ``p`` [GeV] and polar angles [rad], which broadcast."""
    return muon_misidentification("muon", p, theta, section)


def muon_misidentification(particle: str, p: ArrayLike, theta: ArrayLike, section: Klm) -> Array:
    """Probability [1] that a ``particle`` ("electron", "muon", "pion", "kaon", "proton") passes as a muon.

    ``p``: true momentum [GeV]; ``theta``: polar angle [rad]; they broadcast.
    """
    numbers, tables = klm_numbers(section)
    kind = SPECIES[particle]
    return elementwise(lambda a, b: muon_probability(kind, a, math.cos(b), numbers, tables), p, theta)
