"""Bounds in (M, g_X) from your own CSV files: ``mass_GeV, g, cl, source`` and, if you like, ``mixing``."""

import csv
import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError, FileError, unknown_name
from lmutau.gen.model.kinetic_mixing import kinetic_mixing

__all__ = ["MIXING", "BoundFile", "read_bounds"]

Array = NDArray[np.float64]

COLUMNS = ("mass_GeV", "g", "cl", "source")
MIXING = ("none", "scattering", "production")
"""How a bound depends on kinetic mixing: not; rate ∝ (g Pi)² at small momentum transfer, as in the
scattering of neutrinos off electrons; rate ∝ Pi² at q² = M², as in production off electrons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundFile:
    """One bound as it stands in a file, for r = 1; masses ascending."""

    name: str
    mass: Array = field(repr=False)
    g: Array = field(repr=False)
    cl: float
    source: str
    mixing: str = "none"

    @property
    def note(self) -> str:
        """What is done with it."""
        how = "log-log interpolation between the points of the file"
        return how if self.mixing == "none" else f"{how}, rescaled to r ({self.mixing})"

    def limit(
        self, masses: Array, r: float = 1.0, smuon_mass: float | None = None, *, constants: Constants = CONSTANTS
    ) -> Array:
        """Coupling at ``masses`` [GeV], NaN outside the file; rescaled to the slepton mass ratio ``r``.

        Scattering at q² = 0: g ∝ |Pi|^(-1/2). Production at q² = M²: g ∝ 1/|Pi|.
        """
        inside = (masses >= self.mass[0]) & (masses <= self.mass[-1])
        safe = np.where(inside, masses, self.mass[0])
        g = np.exp(np.interp(np.log(safe), np.log(self.mass), np.log(self.g)))
        if self.mixing != "none":
            at = np.zeros_like(safe) if self.mixing == "scattering" else safe
            plain = np.abs(kinetic_mixing(at, constants=constants))
            mixed = np.abs(kinetic_mixing(at, r, smuon_mass=smuon_mass, constants=constants))
            g = g * (plain / mixed) ** (0.5 if self.mixing == "scattering" else 1.0)
        return np.where(inside, g, np.nan)


def read_bounds(path: Path | str) -> BoundFile:
    """Read a bound: a table with a head line, ``mass_GeV, g, cl, source`` and optionally ``mixing``.

    ``g`` is the largest allowed coupling at r = 1, ``cl`` the confidence level between 0 and 1, the same in all
    rows, as are ``source`` and ``mixing`` (none, scattering, production). Lines that start with # are
    comments. The name of the bound is that of the file.

    Raises
    ------
    FileError
        If the file cannot be read.
    ConfigError
        If it is not such a table; all that is wrong in one go, with the line.
    """
    path = Path(path)
    lines = _table_lines(path)
    rows = [[cell.strip() for cell in row] for row in csv.reader([line for _, line in lines], skipinitialspace=True)]
    _check_head(path, rows[0])
    wrong: list[str] = []
    points, common = _points(path, rows[0], [n for n, _ in lines[1:]], rows[1:], wrong)
    if len(points) < 2 and not wrong:
        wrong.append(f"bounds {path}: {len(points)} point(s); a curve needs at least two.")
    cl = _confidence(path, common.get("cl", ""), wrong)
    mixing = common.get("mixing", "") or "none"
    if mixing not in MIXING:
        wrong.append(f"bounds {path}: {unknown_name('mixing', mixing, MIXING)}")
    if not common.get("source") and not wrong:
        wrong.append(f"bounds {path}: source is empty; say where the numbers come from.")
    if wrong:
        raise ConfigError("\n".join(wrong))
    masses = np.array(sorted(points))
    values = np.array([points[m] for m in masses.tolist()])
    return BoundFile(name=path.stem, mass=masses, g=values, cl=cl, source=common["source"], mixing=mixing)


def _table_lines(path: Path) -> list[tuple[int, str]]:
    """Lines that are neither empty nor comments, with their numbers."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is no text file (UTF-8)"
        raise FileError(f"bounds {path}: {reason or error}; give a CSV file with {', '.join(COLUMNS)}.") from error
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip() and line.strip()[0] != "#"]
    if not lines:
        raise ConfigError(f"bounds {path}: is empty; the first line must be {','.join(COLUMNS)}.")
    return lines


def _points(
    path: Path, head: list[str], numbers: list[int], rows: list[list[str]], wrong: list[str]
) -> tuple[dict[float, float], dict[str, str]]:
    """Mass -> coupling, and what all rows have in common; complaints go to ``wrong``."""
    points: dict[float, float] = {}
    common: dict[str, str] = {}
    for n, row in zip(numbers, rows, strict=True):
        if len(row) != len(head):
            wrong.append(f"bounds {path}, line {n}: {len(row)} cells; allowed are {len(head)} ({', '.join(head)}).")
            continue
        cells = dict(zip(head, row, strict=True))
        mass, g = (_positive(path, n, key, cells[key], wrong) for key in ("mass_GeV", "g"))
        if mass in points:
            wrong.append(f"bounds {path}, line {n}: mass_GeV = {cells['mass_GeV']}: stands there twice; keep one.")
        points[mass] = g
        shared = [key for key in ("cl", "source", "mixing") if key in cells]
        wrong += [
            f"bounds {path}, line {n}: {key} = {cells[key]!r}, but {common[key]!r} above: one bound has one; put the "
            f"other into another file."
            for key in shared
            if common.setdefault(key, cells[key]) != cells[key]
        ]
    return points, common


def _check_head(path: Path, head: list[str]) -> None:
    missing = [key for key in COLUMNS if key not in head]
    if missing:
        raise ConfigError(
            f"bounds {path}, first line: {', '.join(missing)} missing; it must be {','.join(COLUMNS)} "
            f"(and mixing, if the bound depends on it)."
        )
    for key in head:
        if key not in (*COLUMNS, "mixing"):
            raise unknown_name(f"bounds {path}: column", key, (*COLUMNS, "mixing"))
        if head.count(key) > 1:
            raise ConfigError(f"bounds {path}, first line: {key} stands there twice; keep one.")


def _positive(path: Path, n: int, key: str, cell: str, wrong: list[str]) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not (value > 0 and math.isfinite(value)):
        wrong.append(f"bounds {path}, line {n}: {key} = {cell!r}: allowed is a finite number > 0.")
    return value


def _confidence(path: Path, cell: str, wrong: list[str]) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not 0 < value < 1 and not wrong:
        wrong.append(f"bounds {path}: cl = {cell!r}: allowed is a number between 0 and 1, e.g. 0.9 for 90 %.")
    return value
