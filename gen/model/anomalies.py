"""Couplings for which the Z' explains a discrepancy of a lepton's magnetic moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError, unknown_name
from lmutau.gen.model.arguments import checked_choice, checked_number
from lmutau.gen.model.data_files import read_data
from lmutau.gen.model.lepton_g2 import LEPTONS, delta_a

__all__ = ["Anomaly", "anomalies", "explaining_couplings", "find_anomaly"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """A discrepancy measured minus standard model of a_l, with its total error."""

    name: str
    lepton: str
    value: float
    error: float
    source: str

    def __post_init__(self) -> None:
        """Check the numbers: a user may give his own."""
        checked_choice("lepton", self.lepton, LEPTONS)
        checked_number("value", self.value, "(measured minus standard model)", -1e30, 1e30)
        checked_number("error", self.error, "(one standard deviation)", 0.0, 1e30, open_low=True)


def anomalies() -> Mapping[str, Anomaly]:
    """The published discrepancies of ``data/anomalies.toml``."""

    def one(name: str, entry: Mapping[str, Any]) -> Anomaly:
        return Anomaly(name=name, **{key: entry[key] for key in ("lepton", "value", "error", "source")})

    return MappingProxyType({name: one(name, entry) for name, entry in read_data("anomalies.toml").items()})


def find_anomaly(name: str) -> Anomaly:
    """A published discrepancy.

    Raises
    ------
    ConfigError
        If there is none of this name.
    """
    known = anomalies()
    if name not in known:
        raise unknown_name("anomaly", name, known)
    return known[name]


def explaining_couplings(
    mass: ArrayLike, anomaly: Anomaly, n_sigma: float = 2.0, *, constants: Constants = CONSTANTS
) -> dict[str, Array]:
    """Couplings g_X with which the Z' makes the discrepancy: √((value ± n error)/(a/g²)).

    Parameters
    ----------
    mass
        Mass of the Z' [GeV], any shape.
    anomaly
        From :func:`find_anomaly`, or your own numbers.
    n_sigma
        Half width of the band in errors.
    constants
        ``m_mu``, ``m_tau`` are used.

    Returns
    -------
    dict
        ``low``, ``central``, ``high`` of the shape of ``mass``. ``low`` is 0 where the band reaches no
        contribution at all; ``central`` is NaN if the discrepancy is negative, since the Z' adds.

    Raises
    ------
    ConfigError
        If the lepton has no charge (the electron), or even the upper end of the band is not positive.

    Examples
    --------
    >>> band = explaining_couplings(0.01, find_anomaly("banerjee2020"))
    >>> f"{float(band['low']):.3g} {float(band['high']):.3g}"
    '0.000358 0.000659'
    """
    checked_number("n_sigma", n_sigma, "", 0.0, 1e6)
    if anomaly.lepton == "e":
        raise ConfigError(
            f"anomaly {anomaly.name!r}: the Z' does not couple to the electron at one loop, no g_X explains it; "
            f"choose one of the muon or the tau."
        )
    top = anomaly.value + n_sigma * anomaly.error
    if not top > 0:
        raise ConfigError(
            f"anomaly {anomaly.name!r}: value + {n_sigma:g} error = {top:g}: the Z' only adds to the moment, no g_X "
            f"explains it; allowed is a positive upper end."
        )
    per_g2 = delta_a(mass, 1.0, anomaly.lepton, constants=constants)
    ends = {"low": max(anomaly.value - n_sigma * anomaly.error, 0.0), "central": anomaly.value, "high": top}
    return {name: np.sqrt(a / per_g2) if a >= 0 else np.full_like(per_g2, np.nan) for name, a in ends.items()}
