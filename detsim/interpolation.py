"""Efficiency tables: straight lines between the points of a card."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.kernels import kernel

__all__ = ["piecewise", "stacked"]

Array = NDArray[np.float64]


def stacked(tables: Iterable[tuple[Sequence[float], Sequence[float]]]) -> Array:
    """Several tables (nodes, values) as one array (2 n, k): rows 2 i and 2 i + 1 are table i.

    Short tables repeat their last point, which changes nothing.
    """
    rows = [list(row) for table in tables for row in table]
    length = max(len(row) for row in rows)
    return np.array([[*row, *(length - len(row)) * row[-1:]] for row in rows], dtype=np.float64)


@kernel
def piecewise(x: float, tables: Array, which: int = 0) -> float:
    """Efficiency at ``x``: 0 below the first node, linear between nodes, constant above the last.

    ``tables`` from :func:`stacked`, or one table of shape (2, k), k >= 1: nodes, not decreasing, and
    efficiencies. Two equal nodes make a step; at the step the right-hand value holds.
    """
    nodes, values = 2 * which, 2 * which + 1
    last = tables.shape[1] - 1
    if not x >= tables[nodes, 0]:
        return 0.0
    if x >= tables[nodes, last]:
        return tables[values, last]
    i = 0
    while x >= tables[nodes, i + 1]:
        i += 1
    share = (x - tables[nodes, i]) / (tables[nodes, i + 1] - tables[nodes, i])
    return tables[values, i] + share * (tables[values, i + 1] - tables[values, i])
