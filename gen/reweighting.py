"""New couplings for events that exist: every weight times the ratio of the cross-sections at its point.

Phase space and squared amplitude apart from the coupling stay, so this is exact, event by event: the sample is
the one that the generator makes with the new parameter at the same points. What moves the points (masses,
energies, cuts) or the shape of the amplitude cannot be had this way and is refused.

==============  ==============================================================  =====================
process         what an event weighs                                            keys
==============  ==============================================================  =====================
``mumuzp``      g²                                                              g
``gammazp``     epsilon²; with r: \\|Pi(M²)\\|², M the mass of the event if wide  epsilon, r, g, smuon_mass
``tautau``      total cross-section of the pair                                 sigma_tautau
==============  ==============================================================  =====================
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.constants import Constants
from lmutau.gen.cuts import CUT_PARAMETERS
from lmutau.gen.errors import ConfigError, unknown_name
from lmutau.gen.metadata import weight_summary
from lmutau.gen.model.vacuum_polarisation import coupling_of
from lmutau.gen.parameters import COMMON, resolve_parameters
from lmutau.gen.processes import PROCESSES
from lmutau.gen.processes.base import Process
from lmutau.gen.processes.gammazp_mass import loop_numbers, mixing_squared_at
from lmutau.gen.processes.tautau import total_cross_section
from lmutau.gen.record import Column, EventBlock

__all__ = ["KEYS", "TruthReweighting", "check_truth_key", "scaled_events"]

Array = NDArray[np.float64]
Values = Mapping[str, Any]
Rate = float | Callable[[Array], Array]
"""What an event weighs, apart from what does not change: a number, or a function of the squared mass [GeV^2]."""

KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"mumuzp": ("g",), "gammazp": ("epsilon", "r", "g", "smuon_mass"), "tautau": ("sigma_tautau",)}
)
"""What can be changed without new events; nothing in the other processes."""

_EVENTS_MOVE = "it moves the events in phase space, so others are needed: generate a new sample"
_CUT = "outside the old cut there are no events, and cutting events is for the analysis: generate a new sample"
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "mass": f"another mass is refused: {_EVENTS_MOVE}",
        "width": "the Breit-Wigner of another width has masses where this sample has no points: generate a new sample",
        "sqrt_s": _EVENTS_MOVE,
        "alpha": "radiation, running and loops depend on it, not only the total: generate a new sample",
        "beams": "the events lie in the frame of their beams: simulate brings truth to those of a detector card",
        "beam_spread": "every event has, or has not, beam energies of its own: generate a new sample",
        "isr": "radiation adds particles: generate a new sample",
        "fsr": "radiation adds particles: generate a new sample",
        "decays": "other particles: generate a new sample",
        "flavour": "other particles: generate a new sample",
        "spin_correlation": "it changes the shape of the decays: generate a new sample",
        "ew_scheme": "it changes the shape of the amplitude: generate a new sample",
        "luminosity": "events have no luminosity, their weights are in fb; analyses multiply: give it to the run card "
        "or the selection",
    }
)
_BOSON = 32


def check_truth_key(key: str, process: str, more: tuple[str, ...] = ()) -> None:
    """Check that ``key`` can be changed in events of ``process``; ``more`` are other keys that exist.

    Raises
    ------
    ConfigError
        With the reason, and what can be changed.
    """
    allowed = KEYS.get(process, ())
    if key in allowed:
        return
    others = (f"numbers of the detector such as {more[0]}",) if more else ()
    offered = f"allowed for {process}: {', '.join((*allowed, *others)) or 'nothing'}"
    if process not in PROCESSES:
        raise ConfigError(f"reweight: {key}: {process} is a sample of another generator; {offered}.")
    reason = _REASONS.get(key)
    if reason is None and key in {p.name for p in (*COMMON, *PROCESSES[process].parameters, *CUT_PARAMETERS)}:
        reason = _CUT if key.startswith(("min_", "max_")) else _EVENTS_MOVE
    if reason is None and any(key in keys for keys in KEYS.values()):
        reason = f"{process} does not depend on it"
    if reason is None:
        raise unknown_name(f"reweight: {process}: key", key, (*allowed, *more))
    raise ConfigError(f"reweight: {key}: {reason}; {offered}.")


@dataclass(frozen=True, slots=True)
class TruthReweighting:
    """Another coupling for the events of one sample: a function block -> block.

    ``factor``: what all weights are multiplied by; None if it differs from event to event.
    """

    old: Values
    new: Values
    factor: float | None
    _rates: tuple[Rate, Rate]

    @staticmethod
    def of(metadata: Mapping[str, Any], changes: Mapping[str, Any]) -> "TruthReweighting":
        """Prepare for the sample with this ``metadata``; ``changes``: key -> new value, at least one.

        Raises
        ------
        ConfigError
            If a key cannot be changed without new events, or a value is not allowed.
        """
        for key in changes:
            check_truth_key(key, str(metadata["process"]))
        process, constants = PROCESSES[metadata["process"]], Constants(**metadata["constants"])
        old = metadata["parameters"]
        new = _changed(process, metadata, changes, constants)
        rates = _rate(process.name, old, constants), _rate(process.name, new, constants)
        factor = None
        if not callable(rates[0]) and not callable(rates[1]):
            factor = _ratio(rates[1], rates[0])
        return TruthReweighting(old, new, factor, rates)

    def __call__(self, block: EventBlock, units: Mapping[str, str]) -> EventBlock:
        """The same events with new weights; ``units`` of the metadata tell which columns are weights."""
        return scaled_events(block, units, self._factors(block) if self.factor is None else self.factor)

    def _factors(self, block: EventBlock) -> Array:
        particles = block.collections["GenPart"]
        boson = np.asarray(particles["pdgId"]) == _BOSON
        owner = np.repeat(np.arange(len(block)), particles.counts)[boson]
        if not np.array_equal(owner, np.arange(len(block))):
            raise ConfigError("reweight: an event does not have exactly one Z' (PDG id 32); generate the sample again.")
        mass2 = np.square(np.asarray(particles["mass"], dtype=np.float64)[boson])
        old, new = (rate(mass2) if callable(rate) else rate for rate in self._rates)
        return np.asarray(new / old, dtype=np.float64)

    def metadata(self, described: Mapping[str, Any], n: int, sum_w: float, sum_w2: float) -> dict[str, Any]:
        """Metadata of the new sample from those of the old and the sums of the new weights.

        Where the factor differs from event to event, the new cross-section is the sum of the new weights. Its error
        is then that of a sum: the channels of the generator do not count as strata any more.
        """
        result = {**described, "parameters": dict(self.new), **weight_summary(n, sum_w, sum_w2)}
        sigma, error = float(described["sigma_fb"]), float(described["sigma_error_fb"])
        if self.factor is not None:
            return {**result, "sigma_fb": self.factor * sigma, "sigma_error_fb": self.factor * error}
        tries = int(described["n_events"] if described["unweighted"] else described["n_tried"])
        variance = max(sum_w2 - sum_w**2 / max(tries, 1), 0.0)
        if described["unweighted"]:  # the weight of one event has an error, too
            variance += (sum_w * error / sigma) ** 2
        return {**result, "sigma_fb": sum_w, "sigma_error_fb": math.sqrt(variance)}


def scaled_events(block: EventBlock, units: Mapping[str, str], factor: float | Array) -> EventBlock:
    """Multiply every column in fb by ``factor``, a number or (n,).

    Raises
    ------
    ConfigError
        If a weight would not be a finite number.
    """
    scalars: dict[str, Column] = dict(block.scalars)
    for name in scalars:
        if units.get(name) == "fb":
            with np.errstate(over="ignore"):
                scaled = np.asarray(scalars[name], dtype=np.float64) * factor
            if not np.isfinite(scaled).all():
                raise ConfigError(
                    f"reweight: {name} would not be a finite number; choose values closer to the old ones."
                )
            scalars[name] = scaled
    return EventBlock(scalars, block.collections)


def _changed(
    process: Process, metadata: Mapping[str, Any], changes: Mapping[str, Any], constants: Constants
) -> dict[str, Any]:
    """All parameters after the change, checked as those of a new sample."""
    old = metadata["parameters"]
    given = {key: value for key, value in old.items() if value is not None and key != "beams"}
    asked = {key: None if value == "none" and key in ("r", "smuon_mass") else value for key, value in changes.items()}
    if process.name == "gammazp":
        if "epsilon" in asked and asked.get("r") is None:
            asked["r"] = None  # a number instead of the loops
        by_loops = asked.get("r", old["r"]) is not None
        for key in ("epsilon",) if by_loops else ("g", "smuon_mass"):
            given.pop(key, None)
    parameters, _ = resolve_parameters(process, {**given, **metadata["cuts"], **asked}, constants)
    parameters["beams"] = old["beams"]
    moved = [key for key in old if key not in KEYS[process.name] and parameters.get(key) != old[key]]
    if moved:
        raise ConfigError(f"reweight: {', '.join(moved)} would change, too; generate a new sample.")
    return parameters


def _rate(process: str, parameters: Values, constants: Constants) -> Rate:
    if process == "mumuzp":
        return float(parameters["g"]) ** 2
    if process == "tautau":
        return total_cross_section(parameters, constants)
    if not parameters["width"] or parameters["r"] is None:
        return float(parameters["epsilon"]) ** 2
    loops = (*loop_numbers(parameters, constants), coupling_of(parameters["alpha"], constants)[0])
    return lambda mass2: mixing_squared_at(mass2, np.array(loops))


def _ratio(new: float, old: float) -> float:
    ratio = new / old if old > 0 else math.inf
    if not 0 < ratio < math.inf:
        raise ConfigError(f"reweight: the weights would change by a factor {ratio:g}; choose values closer to the old.")
    return ratio
