"""Parameters of the supersymmetric sector: checks, and points as rows of an array."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.errors import ConfigError

__all__ = ["NEUTRAL", "SLEPTON", "SLEPTON_INPUTS", "check_input", "check_number", "check_shapes", "points"]

Array = NDArray[np.float64]

NEUTRAL = ("m0", "m1", "m2", "mu", "tan_beta", "zp_mass", "tan_gamma", "mu_eta", "m10", "g_yx")
"""What fixes neutralinos and charginos, in the order of the columns."""
SLEPTON = ("mass", "right_mass", "mu", "tan_beta", "trilinear")
"""What fixes the sleptons of one flavour, in the order of the columns."""
SLEPTON_INPUTS = ("diagonal", "soft")
"""Meaning of a slepton mass: entry of the mass matrix, or soft mass to which the D terms are added."""

_LARGEST = 1e12  # GeV; beyond it squares of masses lose their ratios
_SIGNED = (-_LARGEST, _LARGEST, False)
_POSITIVE = (0.0, _LARGEST, True)
_RANGES: Mapping[str, tuple[float, float, bool]] = {
    "m0": _SIGNED,
    "m1": _SIGNED,
    "m2": _SIGNED,
    "mu": _SIGNED,
    "m10": _SIGNED,
    "trilinear": _SIGNED,
    "mu_eta": _SIGNED,
    "zp_mass": (0.0, _LARGEST, False),
    "tan_beta": (0.0, 1e6, True),
    "tan_gamma": (0.0, 1e6, True),
    "g": (0.0, 10.0, False),
    "g_yx": (-10.0, 10.0, False),
    "bprime": (-1.0, 1.0, False),
    "left": (-1.0, 1.0, False),
    "right": (-1.0, 1.0, False),
    "mass": _POSITIVE,
    "slepton_mass": _POSITIVE,
    "right_mass": _POSITIVE,
    "selectron_mass": _POSITIVE,
    "smuon_mass": _POSITIVE,
    "stau_mass": _POSITIVE,
    "selectron_right_mass": _POSITIVE,
    "smuon_right_mass": _POSITIVE,
    "stau_right_mass": _POSITIVE,
}
_UNITLESS = ("tan_beta", "tan_gamma", "g", "g_yx", "bprime", "left", "right")


def check_number(name: str, value: ArrayLike, where: str = "susy") -> Array:
    """Check a parameter, of any shape, against its range.

    Raises
    ------
    ConfigError
        Naming the first value that is not a finite number or out of range.
    """
    low, high, exclusive = _RANGES[name]
    unit = "" if name in _UNITLESS else " GeV"
    allowed = "allowed is " + (f"> 0 and <= {high:g}" if exclusive else f"from {low:g} to {high:g}")
    try:
        given = np.asarray(value)
        if given.dtype.kind not in "iuf":  # text and truth values are no numbers, although numpy would take them
            raise TypeError
        numbers = given.astype(np.float64, copy=False)
    except (TypeError, ValueError):
        raise ConfigError(f"{where}: {name} = {value!r}: {allowed}{unit}.") from None
    good = (numbers > low if exclusive else numbers >= low) & (numbers <= high)
    if not good.all():
        wrong = float(numbers[~good].ravel()[0])
        raise ConfigError(f"{where}: {name} = {wrong:g}{unit}: {allowed}{unit}.")
    return numbers


def check_input(slepton_input: str) -> bool:
    """Return whether slepton masses are soft masses, to which the D terms are still to be added.

    Raises
    ------
    ConfigError
        If it is neither "diagonal" nor "soft".
    """
    if slepton_input not in SLEPTON_INPUTS:
        raise ConfigError(
            f"susy: slepton_input = {slepton_input!r}: allowed is 'diagonal' (the entry of the mass matrix) or "
            " 'soft' (the D terms are added)."
        )
    return slepton_input == "soft"


def check_shapes(arrays: Mapping[str, Array]) -> tuple[int, ...]:
    """Shape to which the arrays broadcast.

    Raises
    ------
    ConfigError
        If they do not.
    """
    try:
        return np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items() if array.ndim)
        raise ConfigError(f"susy: shapes do not broadcast: {shapes}.") from None


def points(names: tuple[str, ...], values: Mapping[str, Any]) -> tuple[Array, tuple[int, ...]]:
    """Checked parameters as (n, len(names)), and the shape to which they broadcast.

    Raises
    ------
    ConfigError
        If a value is out of range or shapes do not fit.
    """
    columns = [check_number(name, values[name]) for name in names]
    together = check_shapes(dict(zip(names, columns, strict=True)))
    rows = np.empty((*together, len(names)))
    for k, column in enumerate(columns):
        rows[..., k] = column
    return rows.reshape(-1, len(names)), together
