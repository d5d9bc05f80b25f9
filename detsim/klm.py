"""Muon identification (KLM, with CDC and ECL below its threshold): efficiency per muon."""

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.detsim.elementwise import elementwise
from lmutau.detsim.interpolation import piecewise
from lmutau.detsim.schema import Section, quantity
from lmutau.gen.kernels import kernel

__all__ = [
    "Klm",
    "KlmNumbers",
    "endcap_share",
    "identification_efficiency",
    "klm_numbers",
    "muon_efficiency",
]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Klm(Section):
    """Section ``klm`` of a card: geometry, efficiency against true momentum, endcap reduction."""

    ascending: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("polar_min", "forward_overlap_min", "barrel_min", "barrel_max", "backward_overlap_max", "polar_max"),
    )
    tables: ClassVar[tuple[tuple[str, str], ...]] = (("muon_efficiency_momentum", "muon_efficiency"),)

    polar_min: float = quantity("deg", 0, 180)
    forward_overlap_min: float = quantity("deg", 0, 180)
    barrel_min: float = quantity("deg", 0, 180)
    barrel_max: float = quantity("deg", 0, 180)
    backward_overlap_max: float = quantity("deg", 0, 180)
    polar_max: float = quantity("deg", 0, 180)
    muon_efficiency_momentum: tuple[float, ...] = quantity("GeV", several=True)
    muon_efficiency: tuple[float, ...] = quantity("1", 0, 1, several=True)
    endcap_reduction: float = quantity("1", 0, 1)


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
    """Prepare the section for the kernels: geometry, and the efficiency table (2, k)."""
    first, forward, barrel_first, barrel_last, backward, last = (
        math.cos(math.radians(getattr(section, name))) for name in section.ascending[0]
    )
    table = np.array([section.muon_efficiency_momentum, section.muon_efficiency])
    numbers = KlmNumbers(
        first=first,
        forward=forward,
        barrel_first=barrel_first,
        barrel_last=barrel_last,
        backward=backward,
        last=last,
        endcap_reduction=section.endcap_reduction,
    )
    return numbers, table


@kernel
def endcap_share(cos_theta: float, numbers: KlmNumbers) -> float:
    """1 in the endcaps, 0 in the barrel, linear in cos(theta) in the two overlap regions."""
    if numbers.barrel_last <= cos_theta <= numbers.barrel_first:
        return 0.0
    if cos_theta >= numbers.forward or cos_theta <= numbers.backward:
        return 1.0
    if cos_theta > numbers.barrel_first:
        return (cos_theta - numbers.barrel_first) / (numbers.forward - numbers.barrel_first)
    return (numbers.barrel_last - cos_theta) / (numbers.barrel_last - numbers.backward)


@kernel
def identification_efficiency(p: float, cos_theta: float, numbers: KlmNumbers, table: Array) -> float:
    """Probability that a muon of true momentum ``p`` [GeV] is identified; 0 outside the KLM."""
    if cos_theta > numbers.first or cos_theta < numbers.last:
        return 0.0
    efficiency = piecewise(p, table)
    if numbers.endcap_reduction > 0:
        efficiency -= numbers.endcap_reduction * endcap_share(cos_theta, numbers)
    return max(efficiency, 0.0)


def muon_efficiency(p: ArrayLike, theta: ArrayLike, section: Klm) -> Array:
    """Identification efficiency [1] for true momenta ``p`` [GeV] and polar angles [rad], which broadcast."""
    numbers, table = klm_numbers(section)
    return elementwise(lambda a, b: identification_efficiency(a, math.cos(b), numbers, table), p, theta)
