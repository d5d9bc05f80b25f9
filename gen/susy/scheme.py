"""Couplings and vacuum expectation value of the supersymmetric sector, and its numbers with their sources."""

import functools
import math
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError, unknown_name

__all__ = ["ALPHA_MZ", "MU_ETA", "TRILINEAR", "Scheme", "charge", "lepton_mass", "make_scheme", "susy_numbers"]

_CHARGES = {"e": 0.0, "mu": 1.0, "tau": -1.0}


@functools.cache
def susy_numbers() -> dict[str, Any]:
    """Every number of the sector as ``{value, unit, source, kind}``, as it stands in ``data/susy.toml``."""
    return tomllib.loads(resources.files("lmutau.data").joinpath("susy.toml").read_text(encoding="utf-8"))


ALPHA_MZ = float(susy_numbers()["alpha_mz"]["value"])
"""Fine-structure constant at M_Z."""
MU_ETA = float(susy_numbers()["mu_eta"]["value"])
"""Mass parameter of the eta fermions [GeV]."""
TRILINEAR = float(susy_numbers()["trilinear"]["value"])
"""Trilinear coupling of the sleptons [GeV]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """Gauge couplings g1 = e/cos, g2 = e/sin, vacuum expectation value ``v`` and ``m_z`` [GeV], sin² of the angle."""

    g1: float
    g2: float
    v: float
    m_z: float
    sin2: float


def make_scheme(constants: Constants = CONSTANTS, alpha_mz: float = ALPHA_MZ) -> Scheme:
    """Couplings at M_Z from alpha(M_Z), M_Z and sin²; v = 2 M_Z/√(g1² + g2²).

    Raises
    ------
    ConfigError
        If ``alpha_mz`` is not in (0, 1).
    """
    if not 0 < alpha_mz < 1:
        raise ConfigError(f"alpha_mz = {alpha_mz!r}: allowed is a number in (0, 1), e.g. 1/127.95.")
    sin2 = constants.sin2_theta_eff
    e = math.sqrt(4 * math.pi * alpha_mz)
    g1, g2 = e / math.sqrt(1 - sin2), e / math.sqrt(sin2)
    return Scheme(g1=g1, g2=g2, v=2 * constants.m_z / math.hypot(g1, g2), m_z=constants.m_z, sin2=sin2)


def charge(lepton: str) -> float:
    """Charge Q of a lepton under U(1)_X: e 0, mu +1, tau -1.

    Raises
    ------
    ConfigError
        If there is no such lepton.
    """
    if lepton not in _CHARGES:
        raise unknown_name("lepton", lepton, _CHARGES)
    return _CHARGES[lepton]


def lepton_mass(lepton: str, constants: Constants = CONSTANTS) -> float:
    """Mass of a charged lepton [GeV]."""
    charge(lepton)
    return float(getattr(constants, f"m_{lepton}"))
