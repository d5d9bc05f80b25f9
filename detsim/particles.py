"""Which particles the detector knows, and what becomes of the others."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from lmutau.detsim.schema import Section, choice
from lmutau.gen.kernels import kernel

__all__ = [
    "ELECTRON",
    "INVISIBLE",
    "KAON",
    "MUON",
    "PHOTON",
    "PION",
    "PROTON",
    "SPECIES",
    "Particles",
    "charge_of",
    "leaves_signal",
    "particles_without_response",
    "sign_of_charge",
    "species",
]

ELECTRON, MUON, PION, KAON, PROTON = 0, 1, 2, 3, 4
SPECIES = MappingProxyType({"electron": ELECTRON, "muon": MUON, "pion": PION, "kaon": KAON, "proton": PROTON})
"""Charged particles with a response, and their rows in the tables of identification."""

PHOTON = 22
INVISIBLE = (12, 14, 16, 32)
"""Neutrinos and the Z': final particles of our own processes that leave nothing."""

_THIRDS = (0, -1, 2, -1, 2, -1, 2, -1, 2)  # charge of the quarks 1 to 8 in e/3
_CHARGED = MappingProxyType({11: -1, 13: -1, 15: -1, 17: -1, 24: 1, 34: 1, 37: 1})
_NEUTRAL_KAONS = (130, 310)
_BEYOND = 1_000_000  # supersymmetric and excited partners carry the code of their partner behind this
_PRIVATE = 9_000_000  # codes that programs and models give out themselves
_NUCLEUS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Particles(Section):
    """Section ``particles`` of a card.

    ``without_response``: final particles that would leave a signal but have no response here (deuterons,
    hyperons, neutrons, long-lived kaons): "invisible" says nothing about them, "report" warns,
    "refuse" is an error.
    """

    without_response: str = choice("invisible", "report", "refuse")


@kernel
def species(code: int) -> int:
    """Row of a particle with this |PDG code| in the tables of identification; -1 for all others."""
    if code == 13:
        return MUON
    if code == 11:
        return ELECTRON
    if code == 211:
        return PION
    if code == 321:
        return KAON
    return PROTON if code == 2212 else -1


@kernel
def sign_of_charge(pdg_id: int) -> int:
    """Charge of a particle that :func:`species` knows: leptons with positive code are negative."""
    positive = pdg_id > 0 if abs(pdg_id) > 100 else pdg_id < 0
    return 1 if positive else -1


def charge_of(pdg_id: int) -> float:
    """Electric charge [e] of any particle, from the numbering scheme of the Particle Data Group.

    Partners of known particles (1000024, 4000011) have the charge of the known one; other codes beyond the
    standard model count as neutral.

    Examples
    --------
    >>> [charge_of(code) for code in (-13, 321, 3112, 1000010020, 2112, 1000022)]
    [1.0, 1.0, -1.0, 1.0, 0.0, 0.0]
    """
    code = abs(pdg_id)
    return float((1 if pdg_id > 0 else -1) * _charge(code))


def _charge(code: int) -> float:
    if code >= _NUCLEUS:
        return code // 10_000 % 1000
    if code > _BEYOND:
        if code >= _PRIVATE or code % _BEYOND > 100:
            return 0
        code = code % _BEYOND
    if code < len(_THIRDS):
        return _THIRDS[code] / 3
    if code < 100 or code in _NEUTRAL_KAONS:
        return _CHARGED.get(code, 0)
    first, second, third = (code // power % 10 for power in (1000, 100, 10))
    if max(first, second, third) >= len(_THIRDS):
        return 0
    if first:
        return (_THIRDS[first] + _THIRDS[second] + _THIRDS[third]) / 3
    # mesons: the sign of the code is that of an up-type heavier quark, or of a down-type antiquark
    size = _THIRDS[second] - _THIRDS[third]
    return (size if second % 2 == 0 else -size) / 3


def leaves_signal(pdg_id: int) -> bool:
    """Whether such a particle would be seen in a real detector: charged, a hadron, or a photon."""
    code = abs(pdg_id)
    return code == PHOTON or 100 < code < _BEYOND or code >= _NUCLEUS or charge_of(code) != 0


def particles_without_response(pdg_ids: Iterable[int]) -> list[int]:
    """|PDG codes| among these final particles that would leave a signal but have no response here."""
    codes = {abs(int(code)) for code in pdg_ids}
    return sorted(code for code in codes if leaves_signal(code) and code != PHOTON and species(code) < 0)
