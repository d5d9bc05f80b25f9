"""Parameters of a process: defaults, ranges, and errors that name the key and the cure."""

import math
from collections.abc import Mapping
from typing import Any

from lmutau.gen.beams import BEAMS
from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.cuts import CUT_PARAMETERS, check_reach, cut_applies
from lmutau.gen.errors import ConfigError, unknown_name
from lmutau.gen.processes.base import Parameter, Process

__all__ = ["COMMON", "resolve_parameters"]

_NO_RADIATION = "not for this process, false is the one allowed value"

COMMON = (
    Parameter(name="sqrt_s", description="c.m. energy", default=10.58, unit="GeV", minimum=1e-3, maximum=1e5),
    Parameter(name="alpha", description="fine-structure constant; leptonic, running: that of virtual photons at their "
              "momentum, without or with hadrons", default=CONSTANTS.alpha, minimum=1e-6, maximum=1,
              choices=("leptonic", "running")),
    Parameter(name="beams", description="laboratory frame of the file", default="head-on", choices=tuple(BEAMS)),
    Parameter(name="beam_spread", description="every event with beam energies of its own", default=False),
    Parameter(name="isr", description=f"initial-state radiation: {_NO_RADIATION}", default=False, choices=("false",)),
    Parameter(name="fsr", description=f"final-state radiation: {_NO_RADIATION}", default=False, choices=("false",)),
)  # fmt: skip


def resolve_parameters(
    process: Process, given: Mapping[str, Any], constants: Constants = CONSTANTS
) -> tuple[dict[str, Any], dict[str, float]]:
    """Complete and check what the user gave: (parameters, cuts), both with every default filled in.

    The default of ``alpha`` is that of ``constants``.

    Raises
    ------
    ConfigError
        For an unknown key (with the nearest one), a missing one, a value of the wrong type, not
        finite or out of range (all errors of a call are reported together), or a combination that
        means nothing.
    """
    table = {p.name: p for p in (*COMMON, *process.parameters)}  # a process may replace a common one
    cut_table = {p.name: p for p in CUT_PARAMETERS if p.name not in table}
    offered = [*table, *(name for name in cut_table if cut_applies(name, (*process.final, *process.also_final)))]
    values: dict[str, Any] = {}
    cuts: dict[str, float] = {}
    problems = [
        str(unknown_name(f"{process.name}: parameter", key, offered))
        for key in given
        if key not in table and key not in cut_table
    ]
    for key, parameter in {**table, **cut_table}.items():
        try:
            default = constants.alpha if key == "alpha" else parameter.default
            value = check_value(parameter, given.get(key, default), process.name)
        except ConfigError as error:
            problems.append(str(error))
            continue
        if key in table:
            values[key] = value
        elif value is not None:
            cuts[key] = value
    if problems:
        raise ConfigError("\n".join(problems))
    if process.settle is not None:
        named = {key: value for key, value in given.items() if value is not None}
        values = process.settle(named, values, constants)
    _check_contradictions(process.name, {**values, **cuts})
    check_reach(cuts, values["sqrt_s"], process.name)
    return values, cuts


def _check_contradictions(process: str, limits: Mapping[str, Any]) -> None:
    """A lower limit above the upper one leaves nothing, whether cut or parameter."""
    for name, low in limits.items():
        high = limits.get(name.replace("min_", "max_", 1))
        if name.startswith("min_") and low is not None and high is not None and low >= high:
            raise ConfigError(
                f"{process}: cuts {name} = {low:g} and {name.replace('min_', 'max_', 1)} = {high:g} leave nothing; "
                f"the first must be smaller."
            )


def check_value(parameter: Parameter, value: Any, where: str) -> Any:
    """Check one value against its parameter; strings from the command line are converted."""
    name = f"{where}: {parameter.name}"
    if value is None:
        if parameter in CUT_PARAMETERS or parameter.optional:
            return None
        raise ConfigError(f"{name} is missing: give {parameter.description} [{parameter.unit}].")
    if isinstance(parameter.default, bool):
        return _check_bool(parameter, value, name)
    if isinstance(value, str) and value in parameter.choices:
        return value
    words = f" or one of: {', '.join(parameter.choices)}" if parameter.choices else ""
    if isinstance(parameter.default, str):
        raise ConfigError(f"{name} = {value!r}: allowed{words.removeprefix(' or')}.")
    try:
        if isinstance(value, bool):
            raise TypeError
        number = float(value)
    except (TypeError, ValueError):
        raise ConfigError(f"{name} = {value!r}: allowed is a number [{parameter.unit}]{words}.") from None
    inside = (
        parameter.minimum < number < parameter.maximum
        if parameter.exclusive
        else parameter.minimum <= number <= parameter.maximum
    )
    if not (math.isfinite(number) and inside):
        unit = "" if parameter.unit == "1" else f" {parameter.unit}"
        raise ConfigError(f"{name} = {number:g}{unit}: allowed is {range_text(parameter)}{words}.")
    return number


def _check_bool(parameter: Parameter, value: Any, name: str) -> bool:
    words = {"true": True, "false": False}
    flag = words.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(flag, bool):
        raise ConfigError(f"{name} = {value!r}: allowed is true or false.")
    if parameter.choices and str(flag).lower() not in parameter.choices:
        raise ConfigError(f"{name} = {str(flag).lower()}: {parameter.description}.")
    return flag


def range_text(parameter: Parameter) -> str:
    """Allowed range in words."""
    low, high = parameter.minimum, parameter.maximum
    if math.isinf(low) and math.isinf(high):
        return "a finite number"
    left, right = ("(", ")") if parameter.exclusive else ("[", "]")
    unit = "" if parameter.unit == "1" else f" {parameter.unit}"
    if math.isinf(high):
        return f"{'>' if parameter.exclusive else '>='} {low:g}{unit}"
    return f"{left}{low:g}, {high:g}{right}{unit}"
