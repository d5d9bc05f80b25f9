"""Which sample is a signal, of which mass, and which masses an analysis tests."""

from collections.abc import Iterable, Mapping
from typing import Any

from lmutau.analysis.selection import Selection

__all__ = ["SIGNALS", "coupling_of", "hypothesis_masses", "signal_mass"]

SIGNALS = {"photon": "gammazp", "mumu": "mumuzp", "emu": "mumuzp", "ee": "mumuzp"}
"""Process of the signal, by what a selection looks for."""


def signal_mass(metadata: Mapping[str, Any]) -> float | None:
    """Mass [GeV] of the boson of a signal sample; None for a background."""
    if metadata["process"] not in SIGNALS.values():
        return None
    return float(metadata["parameters"]["mass"])


def coupling_of(parameters: Mapping[str, Any]) -> tuple[str, float]:
    """Name ("g" or "epsilon") and value of the coupling to whose square a signal is proportional.

    With an epsilon of its own, and not from loops (``r``), g plays no part.
    """
    name = "epsilon" if "epsilon" in parameters and parameters.get("r") is None else "g"
    return name, float(parameters[name])


def hypothesis_masses(
    metadata: Iterable[Mapping[str, Any]], mass: float | None, selection: Selection
) -> tuple[float, ...]:
    """Masses to test [GeV]: the given one, else those of the signals in order, else 0 (the light window).

    The first is that of the cut flow of the backgrounds; the reach has all.
    """
    if mass is not None:
        list(selection.windows(mass))  # checks the mass
        return (float(mass),)
    signals = (one for one in metadata if one["process"] == SIGNALS[selection.topology])
    found = dict.fromkeys(m for m in map(signal_mass, signals) if m is not None)
    return tuple(found) or (0.0,)
