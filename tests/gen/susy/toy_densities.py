"""Parton densities of a proton that nobody has seen, as a function and as a grid file of LHAPDF 6."""

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def toy(x: Array, scale: float) -> Mapping[int, Array]:
    """Densities of a proton that nobody has seen; up and down, quarks and antiquarks differ."""
    shape = {1: (2.0, 0.5, 4.0), 2: (4.0, 0.5, 3.0), -1: (1.0, 0.2, 7.0), -2: (0.8, 0.2, 6.0)}
    found = {}
    for code in (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5):
        size, low, high = shape.get(code, (0.5, 0.1, 8.0))
        found[code] = size * x**low * (1 - x) ** high
    return found


def write_toy_grid(path: Path) -> None:
    """A grid file of LHAPDF 6 with the toy densities times 1 + ln(Q)/10, two subgrids in Q, antibottom missing."""
    x = np.concatenate([np.geomspace(1e-6, 0.1, 60), np.linspace(0.1, 1, 60)[1:]])
    codes = [-4, -3, -2, -1, 1, 2, 3, 4, 21]
    lines = ["PdfType: central", "Format: lhagrid1", "---"]
    for scales in (np.geomspace(2, 90, 12), np.geomspace(90, 1e4, 12)):
        lines += [" ".join(map(str, knots)) for knots in (x, scales, codes)]
        table = toy(x, 1.0)
        for i in range(len(x)):
            for q in scales:
                lines.append(" ".join(f"{table.get(code, x)[i] * (1 + math.log(q) / 10):.10e}" for code in codes))
        lines.append("---")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
