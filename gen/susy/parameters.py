"""Parameters of the supersymmetric sector: checks, and points as rows of an array."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.errors import ConfigError

__all__ = ["NEUTRAL", "SLEPTON", "SLEPTON_INPUTS", "check_input", "check_number", "points"]

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
    "g": (-10.0, 10.0, False),
    "g_yx": (-10.0, 10.0, False),
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
_UNITLESS = ("tan_beta", "tan_gamma", "g", "g_yx")


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
        numbers = np.asarray(value, dtype=np.float64)
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


def points(names: tuple[str, ...], values: Mapping[str, Any]) -> tuple[Array, tuple[int, ...]]:
    """Checked parameters as (n, len(names)), and the shape to which they broadcast.

    Raises
    ------
    ConfigError
        If a value is out of range or shapes do not fit.
    """
    columns = [check_number(name, values[name]) for name in names]
    try:
        together = np.broadcast_shapes(*(column.shape for column in columns))
    except ValueError:
        shapes = ", ".join(f"{name} {column.shape}" for name, column in zip(names, columns, strict=True) if column.ndim)
        raise ConfigError(f"susy: shapes do not broadcast: {shapes}.") from None
    rows = np.empty((*together, len(names)))
    for k, column in enumerate(columns):
        rows[..., k] = column
    return rows.reshape(-1, len(names)), together
