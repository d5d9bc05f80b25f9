"""Statistical comparison: one helper for all tests."""

import math


def compatible(value: float, error: float, reference: float, reference_error: float = 0.0, sigmas: float = 4.0) -> str:
    """Empty if ``value`` and ``reference`` agree within ``sigmas`` combined errors, else a sentence."""
    combined = math.hypot(error, reference_error)
    pull = (value - reference) / combined
    if abs(pull) <= sigmas:
        return ""
    return f"{value:.8g} +- {error:.2g} against {reference:.8g} +- {reference_error:.2g}: {pull:.1f} sigma"
