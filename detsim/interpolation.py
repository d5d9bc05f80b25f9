"""Efficiency tables: straight lines between the points of a card."""

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.kernels import kernel

__all__ = ["piecewise"]


@kernel
def piecewise(x: float, table: NDArray[np.float64]) -> float:
    """Efficiency at ``x``: 0 below the first node, linear between nodes, constant above the last.

    ``table`` (2, k), k >= 1: nodes, not decreasing, and efficiencies. Two equal nodes make a step;
    at the step the right-hand value holds.
    """
    last = table.shape[1] - 1
    if not x >= table[0, 0]:
        return 0.0
    if x >= table[0, last]:
        return table[1, last]
    i = 0
    while x >= table[0, i + 1]:
        i += 1
    share = (x - table[0, i]) / (table[0, i + 1] - table[0, i])
    return table[1, i] + share * (table[1, i + 1] - table[1, i])
