"""The light fermions of virtual W and Z: codes, masses, couplings.

Quarks take the masses that put the thresholds where the lightest hadrons are: u and d half a pion, s, c, b the kaon, D
and B less half a pion. There are no resonances and no mixing of quark families: below 2 GeV of released energy hadronic
widths are right in size only.
"""

import functools
import math
from dataclasses import dataclass

from lmutau.gen.susy.decay.couplings import FLAVOURS, Couplings
from lmutau.gen.susy.scheme import susy_numbers

__all__ = [
    "LEPTON_CODES",
    "NEUTRINO_CODES",
    "LightFermion",
    "light_fermions",
    "w_coupling",
    "w_pairs",
    "w_width",
    "z_coupling",
    "z_width",
]

LEPTON_CODES = {"e": 11, "mu": 13, "tau": 15}
NEUTRINO_CODES = {"e": 12, "mu": 14, "tau": 16}


@dataclass(frozen=True, slots=True, kw_only=True)
class LightFermion:
    """A fermion of the Standard Model: PDG code, mass [GeV], charge, weak isospin, colours, family of a lepton."""

    code: int
    mass: float
    charge: float
    isospin: float
    colours: int = 1
    flavour: str = ""


@functools.cache
def _quarks() -> tuple[LightFermion, ...]:
    numbers = susy_numbers()
    light = numbers["pion_mass"]["value"] / 2
    heavy = {3: "kaon_mass", 4: "d_meson_mass", 5: "b_meson_mass"}
    masses = {code: numbers[heavy[code]]["value"] - light if code in heavy else light for code in range(1, 6)}
    return tuple(
        LightFermion(code=code, mass=mass, charge=-1 / 3 if code % 2 else 2 / 3, isospin=-0.5 if code % 2 else 0.5,
                     colours=3)
        for code, mass in masses.items()
    )  # fmt: skip


def light_fermions(found: Couplings) -> tuple[LightFermion, ...]:
    """Leptons, neutrinos and the five light quarks."""
    leptons = [
        LightFermion(code=LEPTON_CODES[name], mass=found.flavours[name].lepton, charge=-1.0, isospin=-0.5, flavour=name)
        for name in FLAVOURS
    ]
    neutrinos = [
        LightFermion(code=NEUTRINO_CODES[name], mass=0.0, charge=0.0, isospin=0.5, flavour=name) for name in FLAVOURS
    ]
    return (*leptons, *neutrinos, *_quarks())


def w_pairs(found: Couplings) -> list[tuple[LightFermion, LightFermion]]:
    """Pairs (lower, upper) of the doublets: (l, ν), (d, u), (s, c)."""
    by_code = {fermion.code: fermion for fermion in light_fermions(found)}
    return [(by_code[code], by_code[code + 1]) for code in (11, 13, 15, 1, 3)]


def z_coupling(found: Couplings, fermion: LightFermion) -> tuple[complex, complex]:
    """(L, R) of Z f̄ γ f."""
    sin2 = found.scheme.sin2
    g_z = found.scheme.g2 / math.sqrt(1 - sin2)
    return g_z * (fermion.isospin - fermion.charge * sin2), -g_z * fermion.charge * sin2


def w_coupling(found: Couplings) -> tuple[complex, complex]:
    """(L, R) of W with a doublet."""
    return found.scheme.g2 / math.sqrt(2), 0.0


def w_width(found: Couplings) -> float:
    """Width of the W at tree level [GeV]: nine doublets, colours counted, of g2² M_W/(48 π)."""
    return 9 * found.scheme.g2**2 * found.m_w / (48 * math.pi)


def z_width(found: Couplings) -> float:
    """Width of the Z at tree level [GeV], light fermions taken as massless: its channels add up to one."""
    pairs = [(fermion.colours, z_coupling(found, fermion)) for fermion in light_fermions(found)]
    strength = sum(colours * (abs(left) ** 2 + abs(right) ** 2) for colours, (left, right) in pairs)
    return strength * found.scheme.m_z / (24 * math.pi)
