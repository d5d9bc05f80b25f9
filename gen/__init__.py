"""Truth: model and processes -> weighted events."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lmutau.gen.squared import squared_amplitude
    from lmutau.gen.beams import BEAMS, Beams
    from lmutau.gen.constants import CONSTANTS, Constants
    from lmutau.gen.generate import generate
    from lmutau.gen.processes import PROCESSES
    from lmutau.gen.sample import Sample

__all__ = ["BEAMS", "CONSTANTS", "PROCESSES", "Beams", "Constants", "Sample", "generate", "squared_amplitude"]

_HOME = {
    "BEAMS": "beams",
    "CONSTANTS": "constants",
    "PROCESSES": "processes",
    "Beams": "beams",
    "Constants": "constants",
    "Sample": "sample",
    "generate": "generate",
    "squared_amplitude": "squared",
}


def __getattr__(name: str) -> Any:
    """Import the compiled parts only when they are used."""
    if name in _HOME:
        return getattr(importlib.import_module(f"lmutau.gen.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
