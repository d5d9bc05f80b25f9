"""Numbers of events and points as people write them: 10000, 10_000, 1e4, 1.5e3."""

from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np

__all__ = ["parse_count", "whole"]

_MOST_DIGITS = 30  # more than any count needs, and 1e999999999 is not worked out


def parse_count(text: str) -> int:
    """Whole number of a text.

    Raises
    ------
    ValueError
        If it is none.

    Examples
    --------
    >>> parse_count("1e4"), parse_count("10_000"), parse_count("1.5e3")
    (10000, 10000, 1500)
    """
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a number") from None
    if not number.is_finite() or number.adjusted() > _MOST_DIGITS or number != number.to_integral_value():
        raise ValueError(f"{text!r} is not a whole number")
    return int(number)


def whole(value: Any) -> Any:
    """A float without a fraction (1e4) as an integer; all else comes back as it is, for a check to judge."""
    return int(value) if isinstance(value, float | np.floating) and float(value).is_integer() else value
