"""Checks of what the formulas of the model are given: masses, couplings, choices."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.errors import ConfigError, unknown_name

__all__ = [
    "checked_array",
    "checked_choice",
    "checked_number",
    "checked_square",
    "kernel_array",
    "together",
]

Array = NDArray[np.float64]


def checked_array(
    name: str,
    value: ArrayLike,
    unit: str,
    low: float,
    high: float,
    *,
    open_low: bool = False,
    open_high: bool = False,
) -> Array:
    """Numbers as doubles, if all lie between ``low`` and ``high``.

    Parameters
    ----------
    name, unit
        For the message; no unit: an empty string. What is meant may follow in brackets.
    value
        Any shape.
    low, high
        Allowed range, ends included; ``open_low``, ``open_high``: without that end.

    Raises
    ------
    ConfigError
        Naming the first number that is not allowed.
    """
    unit = f" {unit}" if unit else ""
    allowed = _allowed(low, high, open_low, open_high, unit)
    numbers = _doubles(name, value, allowed)
    fine = (numbers > low if open_low else numbers >= low) & (numbers < high if open_high else numbers <= high)
    if not fine.all():
        first = float(numbers[~fine].ravel()[0])
        raise ConfigError(f"{name} = {first!r}{unit.partition(' (')[0]}: allowed are numbers{allowed}.")
    return numbers


def _allowed(low: float, high: float, open_low: bool, open_high: bool, unit: str) -> str:
    parts = [] if low == -math.inf else [f"{'>' if open_low else '>='} {low:g}"]
    parts += [] if high == math.inf else [f"{'<' if open_high else '<='} {high:g}"]
    return f" {' and '.join(parts)}{unit}"


def _doubles(name: str, value: Any, allowed: str) -> Array:
    """Doubles; text and what is no number at all are refused, although numpy would read some of it."""
    try:
        given = np.asarray(value)
        if given.dtype.kind not in "iuf":
            raise TypeError
        return given.astype(np.float64, copy=False)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{name} = {_short(value)}: allowed are numbers{allowed}.") from error


def _short(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def checked_number(
    name: str,
    value: Any,
    unit: str,
    low: float,
    high: float,
    *,
    open_low: bool = False,
    open_high: bool = False,
) -> float:
    """One number, as :func:`checked_array`.

    Raises
    ------
    ConfigError
        If it is not one number, or out of range.
    """
    number = checked_array(name, value, unit, low, high, open_low=open_low, open_high=open_high)
    if number.ndim:
        raise ConfigError(f"{name} = {_short(value)}: allowed is one number, no array.")
    return float(number)


def checked_square(name: str, value: ArrayLike) -> Array:
    """|value|² of finite real or complex numbers.

    Raises
    ------
    ConfigError
        If there is one that is not finite, or no number.
    """
    try:
        given = np.asarray(value)
        if given.dtype.kind not in "iufc":
            raise TypeError
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{name} = {_short(value)}: allowed are numbers, real or complex.") from error
    fine = np.isfinite(given)
    if not fine.all():
        raise ConfigError(f"{name} = {given[~fine].ravel()[0]}: allowed are finite numbers, real or complex.")
    return np.square(np.abs(given).astype(np.float64, copy=False))


def together(**arrays: Array) -> tuple[int, ...]:
    """Shape to which the arrays broadcast.

    Raises
    ------
    ConfigError
        Naming the shapes, if they do not.
    """
    try:
        return np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items() if array.ndim)
        raise ConfigError(f"shapes do not fit together: {shapes}; allowed are shapes that broadcast.") from None


def kernel_array(values: Array) -> Array:
    """One-dimensional copy of doubles that a kernel may take: contiguous, writable, no view of a broadcast."""
    return np.array(values, dtype=np.float64, order="C").reshape(-1)


def checked_choice(name: str, value: str, allowed: Sequence[str]) -> str:
    """One of the ``allowed`` words.

    Raises
    ------
    ConfigError
        Naming the nearest one.
    """
    if not isinstance(value, str):
        raise ConfigError(f"{name} = {_short(value)}: allowed is one of the words {', '.join(allowed)}.")
    if value not in allowed:
        raise unknown_name(name, value, allowed)
    return value
