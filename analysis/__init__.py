"""Observables, selections, cut flows, reach, plots and reports."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lmutau.analysis.in_memory import Analysis, analyze
    from lmutau.analysis.selection import Selection, load_selection

__all__ = ["Analysis", "Selection", "analyze", "load_selection"]

_HOME = {
    "Analysis": "in_memory",
    "Selection": "selection",
    "analyze": "in_memory",
    "load_selection": "selection",
}
_MODULES = (
    "cutflow",
    "histograms",
    "ntuple",
    "observables",
    "plots",
    "report",
    "selection",
    "sensitivity",
    "targeting",
)


def __getattr__(name: str) -> Any:
    """Import modules and functions when they are first used."""
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _HOME:
        return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
