"""Counting experiments: significance S/√(S + B), and the signal that reaches it.

References
----------
arXiv:1904.13053, section 3, and arXiv:1811.00407 (the criterion).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.model.arguments import checked_array, checked_number, together

__all__ = ["minimal_signal", "significance"]

Array = NDArray[np.float64]

_MOST_EVENTS = 1e100


def significance(signal: ArrayLike, background: ArrayLike, *, constants: Constants = CONSTANTS) -> Array:
    """N_S/√(N_S + N_B); 0 where there is neither. The arguments broadcast; nothing of ``constants`` enters.

    Raises
    ------
    ConfigError
        If a number of events is negative or not finite, or shapes do not fit.
    """
    s = checked_array("signal", signal, "events", 0.0, _MOST_EVENTS)
    b = checked_array("background", background, "events", 0.0, _MOST_EVENTS)
    together(signal=s, background=b)
    with np.errstate(invalid="ignore"):
        return np.where(s + b > 0, s / np.sqrt(s + b), 0.0)


def minimal_signal(background: ArrayLike, n_sigma: float = 3.0, *, constants: Constants = CONSTANTS) -> Array:
    """Signal S with S/√(S + B) = Z: (Z² + √(Z⁴ + 4 Z² B))/2; shape of ``background``.

    Nothing of ``constants`` enters.

    Raises
    ------
    ConfigError
        If the background is negative or ``n_sigma`` not positive.

    Examples
    --------
    >>> float(minimal_signal(0.0))
    9.0
    """
    b = checked_array("background", background, "events", 0.0, _MOST_EVENTS)
    z2 = checked_number("n_sigma", n_sigma, "", 0.0, 1e6, open_low=True) ** 2
    return (z2 + np.sqrt(z2**2 + 4 * z2 * b)) / 2
