"""L_mu-L_tau Z' at Belle II: event generator, fast detector simulation and analysis.

>>> import lmutau
>>> truth = lmutau.generate("mumuzp", n_events=10_000, seed=1, mass=0.1)
>>> reco = lmutau.simulate(truth, detector="belle2")
>>> table = lmutau.analyze([reco], selection="jkpt2019")
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lmutau import analysis, detsim, gen
    from lmutau.analysis.in_memory import analyze
    from lmutau.detsim.simulation import simulate
    from lmutau.gen.errors import ConfigError, FileError, KinematicsError, LmutauError, PhysicsError
    from lmutau.gen.generation import generate
    from lmutau.gen.sample import Sample
    from lmutau.reweighting import reweight

__version__ = "0.1.0.dev0"

__all__ = [
    "ConfigError",
    "FileError",
    "KinematicsError",
    "LmutauError",
    "PhysicsError",
    "Sample",
    "analysis",
    "analyze",
    "detsim",
    "gen",
    "generate",
    "reweight",
    "simulate",
]

_HOME = {
    "ConfigError": "gen.errors",
    "FileError": "gen.errors",
    "KinematicsError": "gen.errors",
    "LmutauError": "gen.errors",
    "PhysicsError": "gen.errors",
    "Sample": "gen.sample",
    "analyze": "analysis.in_memory",
    "generate": "gen.generation",
    "reweight": "reweighting",
    "simulate": "detsim.simulation",
}
_ROOMS = ("analysis", "detsim", "gen")


def __getattr__(name: str) -> Any:
    """Import rooms and functions when they are first used: ``import lmutau`` stays quick."""
    if name in _ROOMS:
        return importlib.import_module(f"lmutau.{name}")
    if name in _HOME:
        return getattr(importlib.import_module(f"lmutau.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the lazy names too."""
    return sorted([*__all__, "__version__"])
