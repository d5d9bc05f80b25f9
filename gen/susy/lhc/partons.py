"""Parton densities of the proton."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Densities"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Densities:
    """A set of parton densities.

    ``values`` gives x f(x) of quarks and antiquarks (PDG codes ±1 to ±5) at any array of x and a scale [GeV].
    ``scales`` is the range of scales [GeV] that is tabulated, ``smallest_x`` the smallest x.
    """

    name: str
    values: Callable[[Array, float], Mapping[int, Array]]
    scales: tuple[float, float] = (0.0, math.inf)
    smallest_x: float = 0.0
