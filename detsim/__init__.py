"""What Belle II would see of an event: detector cards and the response of each subdetector."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lmutau.detsim.card import DetectorCard, available_cards, load_card
    from lmutau.detsim.simulation import simulate

__all__ = ["DetectorCard", "available_cards", "load_card", "simulate"]

_HOME = {"DetectorCard": "card", "available_cards": "card", "load_card": "card", "simulate": "simulation"}
_MODULES = ("card", "ecl", "electron_id", "frame", "klm", "particles", "response", "tracking", "trigger")


def __getattr__(name: str) -> Any:
    """Import modules and functions when they are first used."""
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _HOME:
        return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
