"""Pairs of superpartners that a quark and an antiquark make through photon, Z, W or squarks, with their couplings."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from lmutau.gen.susy.codes import CHARGINO_CODES, NEUTRALINO_CODES, SLEPTON_CODES, SNEUTRINO_CODES
from lmutau.gen.susy.decay.couplings import Couplings
from lmutau.gen.susy.decay.light_fermions import w_width
from lmutau.gen.susy.lhc.squarks import (
    SquarkExchange,
    chargino_neutralino_squarks,
    chargino_squarks,
    neutralino_squarks,
)

__all__ = ["ProducedPair", "Propagator", "pairs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Propagator:
    """A virtual boson (``photon``, ``Z`` or ``W``) and its couplings (L, R) to the pair, equal for sleptons."""

    boson: str
    mass: float
    width: float
    couplings: tuple[complex, complex]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducedPair:
    """PDG codes, masses [GeV], spin (0 or 1/2), charge of the pair, what is exchanged, 1/2 for two equal particles."""

    codes: tuple[int, int]
    masses: tuple[float, float]
    scalar: bool
    charge: int
    propagators: tuple[Propagator, ...]
    squarks: tuple[SquarkExchange, ...] = ()
    symmetry: float = 1.0


def pairs(found: Couplings, z_width: float) -> list[ProducedPair]:
    """All pairs of neutralinos (without those of eta), charginos, sleptons and sneutrinos; conjugates included."""
    neutral = [*_neutralinos(found, z_width), *_charginos(found, z_width), *_sleptons(found, z_width)]
    charged = [*_chargino_neutralino(found), *_slepton_sneutrino(found)]
    return neutral + [pair for plus in charged for pair in (plus, _conjugate(plus))]


def _conjugate(pair: ProducedPair) -> ProducedPair:
    first, second = (code if code in NEUTRALINO_CODES else -code for code in pair.codes)
    return ProducedPair(codes=(first, second), masses=pair.masses, scalar=pair.scalar, charge=-pair.charge,
                        propagators=pair.propagators, squarks=pair.squarks)  # fmt: skip


def _z(found: Couplings, width: float, left: complex, right: complex) -> Propagator:
    return Propagator(boson="Z", mass=found.scheme.m_z, width=width, couplings=(complex(left), complex(right)))


def _photon(found: Couplings, charge: float) -> Propagator:
    e = found.scheme.g1 * found.scheme.g2 / math.hypot(found.scheme.g1, found.scheme.g2)
    return Propagator(boson="photon", mass=0.0, width=0.0, couplings=(e * charge, e * charge))


def _w(found: Couplings, left: complex, right: complex) -> Propagator:
    return Propagator(boson="W", mass=found.m_w, width=w_width(found), couplings=(complex(left), complex(right)))


def _neutralinos(found: Couplings, z_width: float) -> Iterator[ProducedPair]:
    for i in range(5):
        for j in range(i, 5):
            g = complex(found.z_neutralino[i, j])
            yield ProducedPair(
                codes=(NEUTRALINO_CODES[i], NEUTRALINO_CODES[j]), scalar=False, charge=0,
                masses=(float(found.neutralinos[i]), float(found.neutralinos[j])),
                propagators=(_z(found, z_width, g, -g.conjugate()),), squarks=neutralino_squarks(found, i, j),
                symmetry=0.5 if i == j else 1.0,
            )  # fmt: skip


def _charginos(found: Couplings, z_width: float) -> Iterator[ProducedPair]:
    for k in range(2):
        for n in range(2):
            z = _z(found, z_width, found.z_chargino[0][k, n], found.z_chargino[1][k, n])
            yield ProducedPair(
                codes=(CHARGINO_CODES[k], -CHARGINO_CODES[n]), scalar=False, charge=0,
                masses=(float(found.charginos[k]), float(found.charginos[n])),
                propagators=(_photon(found, 1.0), z) if k == n else (z,), squarks=chargino_squarks(found, k, n),
            )  # fmt: skip


def _sleptons(found: Couplings, z_width: float) -> Iterator[ProducedPair]:
    half = math.hypot(found.scheme.g1, found.scheme.g2) / 2  # g/cos times the isospin of a sneutrino
    for lepton, flavour in found.flavours.items():
        codes = SLEPTON_CODES[lepton]
        for j in range(2):
            for n in range(2):
                z = _z(found, z_width, flavour.z[j, n], flavour.z[j, n])
                yield ProducedPair(
                    codes=(codes[j], -codes[n]), scalar=True, charge=0,
                    masses=(float(flavour.masses[j]), float(flavour.masses[n])),
                    propagators=(_photon(found, -1.0), z) if j == n else (z,),
                )  # fmt: skip
        code = SNEUTRINO_CODES[lepton]
        yield ProducedPair(codes=(code, -code), masses=(flavour.sneutrino, flavour.sneutrino), scalar=True, charge=0,
                           propagators=(_z(found, z_width, half, half),))  # fmt: skip


def _chargino_neutralino(found: Couplings) -> Iterator[ProducedPair]:
    for k in range(2):
        for i in range(5):
            left, right = complex(found.w[0][i, k]).conjugate(), complex(found.w[1][i, k]).conjugate()
            yield ProducedPair(
                codes=(CHARGINO_CODES[k], NEUTRALINO_CODES[i]), scalar=False, charge=1,
                masses=(float(found.charginos[k]), float(found.neutralinos[i])),
                propagators=(_w(found, left, right),), squarks=chargino_neutralino_squarks(found, k, i),
            )  # fmt: skip


def _slepton_sneutrino(found: Couplings) -> Iterator[ProducedPair]:
    for lepton, flavour in found.flavours.items():
        for j, code in enumerate(SLEPTON_CODES[lepton]):
            yield ProducedPair(
                codes=(-code, SNEUTRINO_CODES[lepton]), scalar=True, charge=1,
                masses=(float(flavour.masses[j]), flavour.sneutrino),
                propagators=(_w(found, flavour.w[j], flavour.w[j]),),
            )  # fmt: skip
