"""A point of the parameter space as one record, and the benchmark points."""

import functools
import tomllib
from dataclasses import asdict, dataclass, fields
from importlib import resources
from types import MappingProxyType
from typing import Any

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError, unknown_name
from lmutau.gen.susy.delta_a import MagneticMoment, delta_a
from lmutau.gen.susy.parameters import check_input, check_number
from lmutau.gen.susy.scheme import ALPHA_MZ, MU_ETA, TRILINEAR
from lmutau.gen.susy.spectrum import Spectrum, spectrum

__all__ = ["BENCHMARKS", "SusyPoint", "benchmark", "published_masses"]

_FLAVOURS = {"e": "selectron_mass", "mu": "smuon_mass", "tau": "stau_mass"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SusyPoint:
    """Parameters of the model; masses in GeV. ``stau_mass`` None: the smuon's times m_tau/m_mu.

    Raises
    ------
    ConfigError
        If a value is out of range.
    """

    m0: float
    m1: float
    m2: float
    mu: float
    tan_beta: float
    selectron_mass: float
    smuon_mass: float
    stau_mass: float | None = None
    trilinear: float = TRILINEAR
    slepton_input: str = "diagonal"
    g: float = 0.0
    zp_mass: float = 0.0
    tan_gamma: float = 1.0
    mu_eta: float = MU_ETA
    m10: float = 0.0
    g_yx: float = 0.0

    def __post_init__(self) -> None:
        """Check every parameter."""
        check_input(self.slepton_input)
        for name, value in asdict(self).items():
            if name == "slepton_input" or (name == "stau_mass" and value is None):
                continue
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ConfigError(f"susy: {name} = {value!r}: allowed is a number.")
            check_number(name, value)

    def slepton_mass(self, lepton: str, constants: Constants = CONSTANTS) -> float:
        """Mass parameter of the sleptons of "e", "mu" or "tau" [GeV]."""
        if lepton not in _FLAVOURS:
            raise unknown_name("lepton", lepton, _FLAVOURS)
        mass = getattr(self, _FLAVOURS[lepton])
        return float(self.smuon_mass * constants.m_tau / constants.m_mu if mass is None else mass)

    def spectrum(self, constants: Constants = CONSTANTS, alpha_mz: float = ALPHA_MZ) -> Spectrum:
        """Masses and mixing, see :func:`lmutau.gen.susy.spectrum`."""
        masses = {name: self.slepton_mass(lepton, constants) for lepton, name in _FLAVOURS.items()}
        used = {**{key: value for key, value in asdict(self).items() if key != "g"}, **masses}
        return spectrum(**used, constants=constants, alpha_mz=alpha_mz)

    def delta_a(self, lepton: str, constants: Constants = CONSTANTS, alpha_mz: float = ALPHA_MZ) -> MagneticMoment:
        """Loops of superpartners, see :func:`lmutau.gen.susy.delta_a`."""
        used = {key: value for key, value in asdict(self).items() if key not in _FLAVOURS.values()}
        mass = self.slepton_mass(lepton, constants)
        return delta_a(lepton, **used, slepton_mass=mass, constants=constants, alpha_mz=alpha_mz)


@functools.cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("lmutau.data").joinpath("susy_benchmarks.toml").read_text(encoding="utf-8"))


def _load(entry: dict[str, Any]) -> SusyPoint:
    names = {field.name for field in fields(SusyPoint)}
    return SusyPoint(**{key: value for key, value in entry.items() if key in names})


BENCHMARKS = MappingProxyType({name: _load(entry) for name, entry in _table().items() if isinstance(entry, dict)})
"""The benchmark points of arXiv:2011.05083."""


def benchmark(name: str) -> SusyPoint:
    """Benchmark point ``name``: BP1 to BP4.

    Raises
    ------
    ConfigError
        If there is none of that name.
    """
    if name not in BENCHMARKS:
        raise unknown_name("benchmark", name, BENCHMARKS)
    return BENCHMARKS[name]


def published_masses(name: str) -> dict[str, list[float]]:
    """Published ``neutralinos`` and ``charginos`` of a benchmark point [GeV], rounded there to 1 GeV."""
    benchmark(name)
    return {key: list(_table()[name][key]) for key in ("neutralinos", "charginos")}
