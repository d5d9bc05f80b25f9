"""All two-body channels of neutralinos, charginos, sleptons and sneutrinos."""

from collections.abc import Iterator

from lmutau.gen.susy.codes import CHARGINO_CODES, NEUTRALINO_CODES, SLEPTON_CODES, SNEUTRINO_CODES
from lmutau.gen.susy.decay.couplings import Couplings
from lmutau.gen.susy.decay.light_fermions import LEPTON_CODES, NEUTRINO_CODES
from lmutau.gen.susy.decay.records import Channel
from lmutau.gen.susy.decay.two_body import (
    fermion_to_scalar,
    fermion_to_vector,
    scalar_to_fermions,
    scalar_to_scalar,
    scalar_to_vector,
)
from lmutau.gen.susy.scheme import susy_numbers

__all__ = ["two_body_channels"]

Found = Iterator[tuple[tuple[int, ...], float]]

_W, _Z, _H, _ZP = 24, 23, 25, 32
_LIGHT_ZP = 1e-9


def two_body_channels(found: Couplings) -> dict[int, list[Channel]]:
    """Open channels by PDG code of the decaying particle."""
    table: dict[int, list[Channel]] = {}

    def add(code: int, channels: Found) -> None:
        table[code] = [Channel(products=products, width=float(width)) for products, width in channels if width > 0]

    for i, code in enumerate(NEUTRALINO_CODES):
        add(code, _neutralino(found, i))
    for k, code in enumerate(CHARGINO_CODES):
        add(code, _chargino(found, k))
    for lepton, codes in SLEPTON_CODES.items():
        for j, code in enumerate(codes):
            add(code, _slepton(found, lepton, j))
        add(SNEUTRINO_CODES[lepton], _sneutrino(found, lepton))
    return table


def _higgs() -> float:
    return float(susy_numbers()["higgs_mass"]["value"])


def _both(products: tuple[int, ...], width: float) -> Found:
    """A channel of a Majorana particle and its conjugate; neutralinos, Z, h and Z' are their own antiparticles."""
    own = {*NEUTRALINO_CODES, _Z, _H, _ZP}
    yield products, width
    yield tuple(code if code in own else -code for code in products), width


def _neutralino(found: Couplings, i: int) -> Found:
    mass, m_z = found.neutralinos[i], found.scheme.m_z
    for j, code in enumerate(NEUTRALINO_CODES):
        other = found.neutralinos[j]
        if j == i or other >= mass:
            continue
        g, h = found.z_neutralino[j, i], -found.h_neutralino[j, i]
        yield (code, _Z), fermion_to_vector(mass, other, m_z, (g, -g.conjugate()))
        yield (code, _H), fermion_to_scalar(mass, other, _higgs(), (h, h.conjugate()))
        if found.zp_mass > 0:
            yield (code, _ZP), _to_zp(found, i, j)
    for k, code in enumerate(CHARGINO_CODES):
        pair = (found.w[0][i, k], found.w[1][i, k])
        yield from _both((code, -_W), fermion_to_vector(mass, found.charginos[k], found.m_w, pair))
    for lepton, sleptons in found.flavours.items():
        left, right = sleptons.neutralino
        for j, code in enumerate(SLEPTON_CODES[lepton]):
            width = fermion_to_scalar(mass, sleptons.lepton, sleptons.masses[j], (left[i, j], right[i, j]))
            yield from _both((code, -LEPTON_CODES[lepton]), width)
        width = fermion_to_scalar(mass, 0.0, sleptons.sneutrino, (sleptons.sneutrino_neutralino[i], 0.0))
        yield from _both((SNEUTRINO_CODES[lepton], -NEUTRINO_CODES[lepton]), width)


def _to_zp(found: Couplings, i: int, j: int) -> float:
    """Width of neutralino i to j and Z'; for a very light Z' the small parts of mixing with eta are rounding errors."""
    mass, other, zp_mass = found.neutralinos[i], found.neutralinos[j], found.zp_mass
    if zp_mass < _LIGHT_ZP * found.neutralinos[-1]:
        d = found.zp_goldstone[j, i]
        return fermion_to_scalar(mass, other, zp_mass, (d, -d.conjugate()))
    g = found.zp_neutralino[j, i]
    return fermion_to_vector(mass, other, zp_mass, (g, -g.conjugate()))


def _chargino(found: Couplings, k: int) -> Found:
    mass = found.charginos[k]
    for i, code in enumerate(NEUTRALINO_CODES):
        pair = (found.w[0][i, k], found.w[1][i, k])
        yield (code, _W), fermion_to_vector(mass, found.neutralinos[i], found.m_w, pair)
    if k == 1:
        pair = (found.z_chargino[0][0, 1], found.z_chargino[1][0, 1])
        yield (CHARGINO_CODES[0], _Z), fermion_to_vector(mass, found.charginos[0], found.scheme.m_z, pair)
        pair = (-found.h_chargino[0, 1], -found.h_chargino[1, 0].conjugate())
        yield (CHARGINO_CODES[0], _H), fermion_to_scalar(mass, found.charginos[0], _higgs(), pair)
    for lepton, sleptons in found.flavours.items():
        for j, code in enumerate(SLEPTON_CODES[lepton]):
            pair = (sleptons.chargino[k, j], 0.0)
            yield (-code, NEUTRINO_CODES[lepton]), fermion_to_scalar(mass, 0.0, sleptons.masses[j], pair)
        pair = (sleptons.sneutrino_chargino[0][k], sleptons.sneutrino_chargino[1][k])
        width = fermion_to_scalar(mass, sleptons.lepton, sleptons.sneutrino, pair)
        yield (SNEUTRINO_CODES[lepton], -LEPTON_CODES[lepton]), width


def _slepton(found: Couplings, lepton: str, j: int) -> Found:
    sleptons, own = found.flavours[lepton], LEPTON_CODES[lepton]
    mass, (left, right) = sleptons.masses[j], sleptons.neutralino
    for i, code in enumerate(NEUTRALINO_CODES):
        pair = (left[i, j], right[i, j])
        yield (code, own), scalar_to_fermions(mass, found.neutralinos[i], sleptons.lepton, pair)
    for k, code in enumerate(CHARGINO_CODES):
        pair = (sleptons.chargino[k, j], 0.0)
        yield (-code, NEUTRINO_CODES[lepton]), scalar_to_fermions(mass, found.charginos[k], 0.0, pair)
    yield (SNEUTRINO_CODES[lepton], -_W), scalar_to_vector(mass, sleptons.sneutrino, found.m_w, sleptons.w[j])
    if j == 1:
        lighter = SLEPTON_CODES[lepton][0]
        yield (lighter, _Z), scalar_to_vector(mass, sleptons.masses[0], found.scheme.m_z, sleptons.z[0, 1])
        yield (lighter, _H), scalar_to_scalar(mass, sleptons.masses[0], _higgs(), sleptons.h[0, 1])


def _sneutrino(found: Couplings, lepton: str) -> Found:
    sleptons = found.flavours[lepton]
    mass = sleptons.sneutrino
    for i, code in enumerate(NEUTRALINO_CODES):
        pair = (sleptons.sneutrino_neutralino[i], 0.0)
        yield (code, NEUTRINO_CODES[lepton]), scalar_to_fermions(mass, found.neutralinos[i], 0.0, pair)
    for k, code in enumerate(CHARGINO_CODES):
        pair = (sleptons.sneutrino_chargino[0][k], sleptons.sneutrino_chargino[1][k])
        yield (code, LEPTON_CODES[lepton]), scalar_to_fermions(mass, found.charginos[k], sleptons.lepton, pair)
    for j, code in enumerate(SLEPTON_CODES[lepton]):
        yield (code, _W), scalar_to_vector(mass, sleptons.masses[j], found.m_w, sleptons.w[j])
