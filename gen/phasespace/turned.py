"""The azimuth about the beam: the last step, since no squared amplitude depends on it."""

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.kernels import kernel

__all__ = ["write_turned"]


@kernel
def write_turned(
    momenta: NDArray[np.float64],
    i: int,
    row: int,
    p: tuple[float, float, float, float],
    turn: tuple[float, float, float],
) -> None:
    """Turn ``p`` = (E, px, py, pz) about the z axis and write it; ``turn`` = (cos, sin, anything) of the angle."""
    momenta[i, row, 0] = p[0]
    momenta[i, row, 1] = turn[0] * p[1] - turn[1] * p[2]
    momenta[i, row, 2] = turn[1] * p[1] + turn[0] * p[2]
    momenta[i, row, 3] = p[3]
