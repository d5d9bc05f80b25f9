"""Checks of what the formulas of the model are given: masses, couplings, choices."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.errors import ConfigError, unknown_name

__all__ = ["checked_array", "checked_choice"]

Array = NDArray[np.float64]


def checked_array(name: str, value: ArrayLike, unit: str, low: float, high: float, *, open_low: bool = False) -> Array:
    """Numbers as doubles, if all lie between ``low`` and ``high``.

    Parameters
    ----------
    name, unit
        For the message; no unit: an empty string.
    value
        Any shape.
    low, high
        Allowed range, ends included; ``open_low``: without the lower end.

    Raises
    ------
    ConfigError
        Naming the first number that is not allowed.
    """
    try:
        numbers = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{name} = {value!r}: allowed are numbers.") from error
    fine = (numbers > low if open_low else numbers >= low) & (numbers <= high)
    if not fine.all():
        first = float(numbers[~fine].ravel()[0])
        sign = ">" if open_low else ">="
        unit = f" {unit}" if unit else ""
        raise ConfigError(f"{name} = {first!r}{unit}: allowed are numbers {sign} {low:g} and <= {high:g}{unit}.")
    return numbers


def checked_choice(name: str, value: str, allowed: Sequence[str]) -> str:
    """One of the ``allowed`` words.

    Raises
    ------
    ConfigError
        Naming the nearest one.
    """
    if value not in allowed:
        raise unknown_name(name, value, allowed)
    return value
