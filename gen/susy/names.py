"""Names of superpartners and of their decay products, by PDG code."""

from lmutau.gen.susy.codes import CHARGINO_CODES, NEUTRALINO_CODES, SLEPTON_CODES, SNEUTRINO_CODES

__all__ = ["is_own_antiparticle", "particle_name"]

_NEUTRAL = {23: "Z", 25: "h", 32: "Z'"} | {code: f"chi{i}" for i, code in enumerate(NEUTRALINO_CODES, start=1)}
_POSITIVE = {24: "W"} | {code: f"cha{i}" for i, code in enumerate(CHARGINO_CODES, start=1)}
_NEGATIVE = {11: "e", 13: "mu", 15: "tau"}
_WITH_BAR = {1: "d", 2: "u", 3: "s", 4: "c", 5: "b", 12: "nu_e", 14: "nu_mu", 16: "nu_tau"}
for _lepton, _particle in (("e", "selectron"), ("mu", "smuon"), ("tau", "stau")):
    _NEGATIVE |= {code: f"{_particle}{i}" for i, code in enumerate(SLEPTON_CODES[_lepton], start=1)}
    _WITH_BAR[SNEUTRINO_CODES[_lepton]] = f"snu_{_lepton}"


def is_own_antiparticle(code: int) -> bool:
    """Whether a particle is its own antiparticle."""
    return abs(code) in _NEUTRAL


def particle_name(code: int) -> str:
    """Name with charge; "~" marks a neutral antiparticle or an antiquark.

    Examples
    --------
    >>> [particle_name(code) for code in (1000022, -1000024, 2000013, -14)]
    ['chi1', 'cha1-', 'smuon2-', 'nu_mu~']
    """
    size = abs(code)
    if size in _NEUTRAL:
        return _NEUTRAL[size]
    if size in _POSITIVE or size in _NEGATIVE:
        positive = (size in _POSITIVE) == (code > 0)
        return f"{_POSITIVE.get(size) or _NEGATIVE[size]}{'+' if positive else '-'}"
    return f"{_WITH_BAR[size]}{'' if code > 0 else '~'}"
