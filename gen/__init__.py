"""Truth: model and processes -> weighted events."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lmutau.gen.beams import BEAMS, Beams
    from lmutau.gen.constants import CONSTANTS, Constants
    from lmutau.gen.generation import generate
    from lmutau.gen.merging import merge_samples
    from lmutau.gen.processes import PROCESSES
    from lmutau.gen.sample import Sample, read_sample, write_sample
    from lmutau.gen.squared import squared_amplitude

__all__ = ["BEAMS", "CONSTANTS", "PROCESSES", "Beams", "Constants", "Sample", "generate", "merge_samples",
           "read_sample", "squared_amplitude", "write_sample"]  # fmt: skip

_HOME = {
    "BEAMS": "beams",
    "CONSTANTS": "constants",
    "PROCESSES": "processes",
    "Beams": "beams",
    "Constants": "constants",
    "Sample": "sample",
    "generate": "generation",
    "merge_samples": "merging",
    "read_sample": "sample",
    "squared_amplitude": "squared",
    "write_sample": "sample",
}
_MODULES = ("amplitudes", "beams", "constants", "errors", "io", "model", "processes", "record", "sample", "susy")


def __getattr__(name: str) -> Any:
    """Import modules and functions when they are first used."""
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _HOME:
        return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
