"""Gauss-Legendre nodes for the integrals of the model."""

import functools

import numpy as np
from numpy.typing import NDArray

__all__ = ["unit_nodes"]


@functools.cache
def unit_nodes(n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ``n`` nodes and weights of Gauss and Legendre on [0, 1]."""
    x, w = np.polynomial.legendre.leggauss(n)
    nodes, weights = (x + 1) / 2, w / 2
    nodes.setflags(write=False)
    weights.setflags(write=False)
    return nodes, weights
