"""Physical constants: one frozen record, filled from ``data/constants.toml``."""

import functools
import tomllib
from dataclasses import dataclass, fields
from importlib import resources

__all__ = ["CONSTANTS", "Constants", "constant_sources"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Constants:
    """Constants of nature in natural units; ``dataclasses.replace`` makes a variant.

    Masses in GeV, ``g_fermi`` in GeV^-2, ``hbarc2`` in fb GeV^2. ``sin2_theta_eff`` is for
    four-fermion formulas; matrix elements use the on-shell 1 - m_w^2/m_z^2.
    """

    alpha: float
    m_e: float
    m_mu: float
    m_tau: float
    g_fermi: float
    m_w: float
    m_z: float
    width_z: float
    sin2_theta_eff: float
    hbarc2: float


@functools.cache
def constant_sources() -> dict[str, dict[str, float | str]]:
    """Every constant as ``{value, unit, source, kind}``, as it stands in the data file."""
    text = resources.files("lmutau.data").joinpath("constants.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _load() -> Constants:
    table = constant_sources()
    return Constants(**{field.name: float(table[field.name]["value"]) for field in fields(Constants)})


CONSTANTS = _load()
