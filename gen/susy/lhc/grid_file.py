"""Parton densities from a grid file of LHAPDF 6, e.g. ``NNPDF31_lo_as_0118_0000.dat``.

Cubic in ln x and ln Q, with slopes from the neighbouring knots on both sides. Outside the grid the value at its edge.

References
----------
A. Buckley et al., arXiv:1412.7420, section 3 and appendix B.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.errors import FileError
from lmutau.gen.susy.lhc.grid_check import Subgrid, complaint
from lmutau.gen.susy.lhc.partons import Densities

__all__ = ["read_grid"]

Array = NDArray[np.float64]
Block = tuple[Array, Array, dict[int, Array]]  # ln x, ln Q, x f(x) as (x, Q) by PDG code

_FORMAT = "lhagrid1"
_CODES = (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)


def read_grid(path: Path) -> Densities:
    """Densities of the proton from ``path``; a flavour that the file lacks is 0.

    Raises
    ------
    FileError
        If the file is missing, cannot be read, is no grid of LHAPDF 6, or its knots or values cannot be right.
    """
    subgrids = _read(path)
    found = complaint(subgrids)
    if found is not None:
        raise FileError(f"densities {path}: {found}; fetch the file again or take another set.")
    blocks = [_block(subgrid) for subgrid in subgrids]

    def densities(x: Array, scale: float) -> Mapping[int, Array]:
        log_q = float(np.log(scale))
        log_x, knots, table = next((block for block in blocks if log_q <= block[1][-1]), blocks[-1])
        where = np.log(x)
        zero = np.zeros_like(where)
        return {
            code: _cubic(log_x, _cubic(knots, table[code].T, np.array([log_q]))[0], where) if code in table else zero
            for code in _CODES
        }

    return Densities(
        name=path.stem,
        values=densities,
        scales=(float(subgrids[0][1][0]), float(subgrids[-1][1][-1])),
        smallest_x=max(float(subgrid[0][0]) for subgrid in subgrids),
    )


def _read(path: Path) -> list[Subgrid]:
    if not path.exists():
        raise FileError(f"densities {path}: no such file.")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"densities {path}: cannot be read as text ({error}); give a grid file of LHAPDF 6.") from error
    header, *sections = text.split("---")
    kind = next((line.split(":")[1].strip() for line in header.splitlines() if line.startswith("Format:")), _FORMAT)
    try:
        subgrids = [_parse(section) for section in sections if section.strip()]
    except (ValueError, IndexError):
        subgrids = []
    if not subgrids or kind != _FORMAT:
        raise FileError(
            f"densities {path}: not a grid of LHAPDF 6, or cut off; such a file is named like NAME_0000.dat, "
            f"has Format: {_FORMAT} and ends with ---."
        )
    if sections[-1].strip():
        raise FileError(f"densities {path}: does not end with --- and is cut off; fetch it again.")
    return subgrids


def _parse(section: str) -> Subgrid:
    """One subgrid: knots in x, knots in Q, PDG codes, and a line of values for each x and Q."""
    lines = section.strip().splitlines()
    x, q = (np.array(line.split(), dtype=float) for line in lines[:2])
    codes = [int(code) for code in lines[2].split()]
    values = np.array([line.split() for line in lines[3:]], dtype=float).reshape(len(x), len(q), len(codes))
    return x, q, codes, values


def _block(subgrid: Subgrid) -> Block:
    x, q, codes, values = subgrid
    return np.log(x), np.log(q), {code: values[:, :, k] for k, code in enumerate(codes)}


def _cubic(knots: Array, values: Array, where: Array) -> Array:
    """Cubic Hermite interpolation along the first axis of ``values`` at ``where``."""
    points = np.clip(where, knots[0], knots[-1])
    slopes = np.diff(values, axis=0) / np.diff(knots).reshape(-1, *([1] * (values.ndim - 1)))
    at_knots = np.concatenate([slopes[:1], 0.5 * (slopes[1:] + slopes[:-1]), slopes[-1:]])
    k = np.clip(np.searchsorted(knots, points, side="right") - 1, 0, len(knots) - 2)
    width = knots[k + 1] - knots[k]
    t = (points - knots[k]) / width
    if values.ndim > 1:
        width, t = (array.reshape(*array.shape, *([1] * (values.ndim - 1))) for array in (width, t))
    low, high = values[k], values[k + 1]
    rise = width * at_knots[k] * t * (1 - t) ** 2 - width * at_knots[k + 1] * t * t * (1 - t)
    result: Array = low * (1 - t) ** 2 * (1 + 2 * t) + high * t * t * (3 - 2 * t) + rise
    return result
