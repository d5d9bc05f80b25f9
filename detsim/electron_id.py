"""Electron identification: electrons, and what passes for one."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.detsim.elementwise import elementwise
from lmutau.detsim.interpolation import piecewise, stacked
from lmutau.detsim.particles import SPECIES
from lmutau.detsim.schema import Section, quantity
from lmutau.gen.kernels import inlined

__all__ = ["ElectronId", "electron_probability", "electron_tables", "identified_as_electron"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectronId(Section):
    """Section ``electron_id`` of a card: probabilities against true momentum."""

    tables: ClassVar[tuple[tuple[str, str], ...]] = (
        ("electron_efficiency_momentum", "electron_efficiency"),
        ("muon_to_electron_momentum", "muon_to_electron"),
        ("pion_to_electron_momentum", "pion_to_electron"),
        ("kaon_to_electron_momentum", "kaon_to_electron"),
        ("proton_to_electron_momentum", "proton_to_electron"),
    )

    electron_efficiency_momentum: tuple[float, ...] = quantity("GeV", several=True)
    electron_efficiency: tuple[float, ...] = quantity("1", 0, 1, several=True)
    muon_to_electron_momentum: tuple[float, ...] = quantity("GeV", several=True)
    muon_to_electron: tuple[float, ...] = quantity("1", 0, 1, several=True)
    pion_to_electron_momentum: tuple[float, ...] = quantity("GeV", several=True)
    pion_to_electron: tuple[float, ...] = quantity("1", 0, 1, several=True)
    kaon_to_electron_momentum: tuple[float, ...] = quantity("GeV", several=True)
    kaon_to_electron: tuple[float, ...] = quantity("1", 0, 1, several=True)
    proton_to_electron_momentum: tuple[float, ...] = quantity("GeV", several=True)
    proton_to_electron: tuple[float, ...] = quantity("1", 0, 1, several=True)


def electron_tables(section: ElectronId) -> Array:
    """Tables of all species for the kernels, (10, k)."""
    return stacked([(getattr(section, x), getattr(section, y)) for x, y in section.tables])


@inlined
def electron_probability(kind: int, p: float, in_crystals: bool, as_muon: float, tables: Array) -> float:
    """Probability [1] that a track is identified as an electron.

    Identification lives on the energy in the calorimeter, so there is none in its gaps. A track is not
    both: electrons are looked for among those that are no muon, the probability is at most 1 - ``as_muon``.
    """
    return min(piecewise(p, tables, kind), 1 - as_muon) if in_crystals else 0.0


def identified_as_electron(particle: str, p: ArrayLike, section: ElectronId) -> Array:
    """Probability [1] that a ``particle`` ("electron", "muon", "pion", "kaon", "proton") passes as an electron.

    ``p``: true momentum [GeV]; in front of crystals of the calorimeter.
    """
    tables, kind = electron_tables(section), SPECIES[particle]
    return elementwise(lambda a: electron_probability(kind, a, True, 0.0, tables), p)
