"""Text of an SLHA file: parameters and spectrum of one point."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.susy.codes import CHARGINO_CODES, NEUTRALINO_CODES, SLEPTON_CODES, SNEUTRINO_CODES
from lmutau.gen.susy.decay.records import Decay
from lmutau.gen.susy.lhc import CrossSection
from lmutau.gen.susy.parameters import SLEPTON_INPUTS
from lmutau.gen.susy.point import SusyPoint
from lmutau.gen.susy.scheme import ALPHA_MZ, susy_numbers
from lmutau.gen.susy.slha_cross_sections import cross_section_text
from lmutau.gen.susy.slha_decays import decay_text
from lmutau.gen.susy.spectrum import Spectrum

__all__ = ["MODEL_KEYS", "slha_text"]

MODEL_KEYS = MappingProxyType(
    {
        1: "m0",
        2: "g",
        3: "zp_mass",
        4: "tan_gamma",
        5: "mu_eta",
        6: "m10",
        7: "g_yx",
        8: "trilinear",
        9: "slepton_input",
    }
)
"""Entries of the block LMUTAUIN."""

_COMMENTS = {
    "m0": "M0, mass of B'",
    "g": "g_X",
    "zp_mass": "M_Z' = g_X sqrt(v_eta^2 + v_etabar^2)",
    "tan_gamma": "v_etabar/v_eta",
    "mu_eta": "mass parameter of the eta fermions",
    "m10": "mass mixing of B and B'",
    "g_yx": "coupling of B' to Hd, Hu (kinetic mixing)",
    "trilinear": "A: L-R element is m_l (A - mu tan beta)",
    "slepton_input": "EXTPAR 31-36 are 0: entries of the mass matrix, 1: soft masses",
}
_MIXING = {"e": "SELECTRONMIX", "mu": "SMUONMIX", "tau": "STAUMIX"}

Entry = tuple[tuple[int, ...], float | int | str, str]


def _block(name: str, entries: Iterable[Entry]) -> str:
    lines = [f"BLOCK {name}"]
    for keys, value, comment in entries:
        index = " ".join(f"{key:3d}" for key in keys)
        number = f"{value: .16e}" if isinstance(value, float) else str(value)
        lines.append(f"  {index}   {number}   # {comment}")
    return "\n".join(lines)


def slha_text(
    point: SusyPoint,
    constants: Constants = CONSTANTS,
    alpha_mz: float = ALPHA_MZ,
    decays: Mapping[int, Decay] | None = None,
    cross_sections: Sequence[CrossSection] = (),
) -> str:
    """Text of a file with all parameters, masses and mixing matrices of ``point``, and what else is given.

    Raises
    ------
    ConfigError
        If a slepton is a tachyon.
    """
    from lmutau import __version__

    found = point.spectrum(constants, alpha_mz)
    head = [
        "# L_mu-L_tau model with supersymmetry, tree level",
        "# neutralino masses are signed and mixing matrices real, as in SLHA1",
        _block("SPINFO", [((1,), "lmutau", "program"), ((2,), __version__, "version")]),
        _block("MODSEL", [((1,), 0, "general low-energy model")]),
        _block("SMINPUTS", [
            ((1,), 1 / alpha_mz, "1/alpha(M_Z)"), ((2,), constants.g_fermi, "G_F [GeV^-2]"),
            ((4,), constants.m_z, "M_Z"), ((7,), constants.m_tau, "m_tau"),
            ((11,), constants.m_e, "m_e"), ((13,), constants.m_mu, "m_mu"),
        ]),
        *_inputs(point, constants),
        _masses(point, found),
        *_mixings(found),
        *([] if decays is None else [decay_text(decays)]),
        *([cross_section_text(cross_sections, __version__)] if cross_sections else []),
    ]  # fmt: skip
    return "\n".join(head) + "\n"


def _inputs(point: SusyPoint, constants: Constants) -> list[str]:
    sleptons: list[Entry] = [
        ((first + i,), point.slepton_mass(lepton, constants), f"{side} slepton of {lepton}")
        for first, side in ((31, "left"), (34, "right"))
        for i, lepton in enumerate(("e", "mu", "tau"))
    ]
    extpar: list[Entry] = [
        ((1,), float(point.m1), "M1"), ((2,), float(point.m2), "M2"),
        ((23,), float(point.mu), "mu"), ((25,), float(point.tan_beta), "tan beta"),
    ]  # fmt: skip
    own: list[Entry] = []
    for key, name in MODEL_KEYS.items():
        value = getattr(point, name)
        own.append(((key,), SLEPTON_INPUTS.index(value) if name == "slepton_input" else float(value), _COMMENTS[name]))
    return [
        _block("MINPAR", [((3,), float(point.tan_beta), "tan beta")]),
        _block("EXTPAR", extpar + sleptons),
        _block("LMUTAUIN", own),
    ]


def _masses(point: SusyPoint, found: Spectrum) -> str:
    entries: list[Entry] = [((32,), float(point.zp_mass), "Z'")]
    for lepton, (first, second) in SLEPTON_CODES.items():
        states = found.sleptons[lepton]
        entries += [
            ((first,), float(states.masses[0]), f"lighter slepton of {lepton}"),
            ((second,), float(states.masses[1]), f"heavier slepton of {lepton}"),
            ((SNEUTRINO_CODES[lepton],), float(states.sneutrino), f"sneutrino of {lepton}"),
        ]
    for i, code in enumerate(NEUTRALINO_CODES):
        entries.append(((code,), float(found.signed_neutralinos[i]), f"neutralino {i + 1}"))
    for i, code in enumerate(CHARGINO_CODES):
        entries.append(((code,), float(found.charginos[i]), f"chargino {i + 1}"))
    heavy = float(susy_numbers()["coloured_mass"]["value"])
    squarks = [(side * 1000000 + flavour, "squark, not calculated") for side in (1, 2) for flavour in range(1, 7)]
    entries += [((code,), heavy, comment) for code, comment in [*squarks, (1000021, "gluino, not calculated")]]
    return _block("MASS", entries)


def _mixings(found: Spectrum) -> list[str]:
    matrices: Mapping[str, tuple[np.ndarray, str]] = {
        "NLMUTAUMIX": (found.real_mixing, "N_{0}{1}, columns B W Hd Hu B' eta etabar"),
        "UMIX": (found.chargino_u, "U_{0}{1}"),
        "VMIX": (found.chargino_v, "V_{0}{1}"),
        **{_MIXING[lepton]: (states.mixing, "X_{0}{1}, columns L R") for lepton, states in found.sleptons.items()},
    }
    return [
        _block(name, [((i + 1, j + 1), float(value), comment.format(i + 1, j + 1))
                      for (i, j), value in np.ndenumerate(matrix)])
        for name, (matrix, comment) in matrices.items()
    ]  # fmt: skip
