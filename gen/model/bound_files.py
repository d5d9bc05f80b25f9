"""Bounds in (M, g_X) from your own CSV files: ``mass_GeV, g, cl, source`` and, if you like, ``mixing``."""

import csv
import io
import math
from collections.abc import Iterator
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
    path: str = ""

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
    comments; a cell in quotes may go over several lines. The name of the bound is that of the file.

    Raises
    ------
    FileError
        If the file cannot be read.
    ConfigError
        If it is not such a table; all that is wrong in one go, with the line.
    """
    path = Path(path)
    records = list(_records(path, _text(path)))
    if not records:
        raise ConfigError(f"bounds {path}: is empty; the first line must be {','.join(COLUMNS)}.")
    head = records[0][1]
    _check_head(path, head)
    wrong: list[str] = []
    points, common = _points(path, head, records[1:], wrong)
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
    return BoundFile(name=path.stem, mass=masses, g=values, cl=cl, source=common["source"], mixing=mixing,
                     path=str(path))  # fmt: skip


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # spreadsheets put a mark in front
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is no text file (UTF-8)"
        raise FileError(f"bounds {path}: {reason or error}; give a CSV file with {', '.join(COLUMNS)}.") from error


def _records(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of their first line; between rows, empty lines and comments are left out."""
    first = between = 0

    def lines() -> Iterator[str]:
        nonlocal first, between
        for number, line in enumerate(io.StringIO(text), 1):
            if between and (not line.strip() or line.lstrip().startswith("#")):
                continue
            if between:
                first, between = number, 0
            yield line

    reader = csv.reader(lines(), skipinitialspace=True, strict=True)
    while True:
        between = 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ConfigError(
                f"bounds {path}, line {first}: no readable row ({error}); a cell in quotes must be closed, and only a "
                f"comma may follow it."
            ) from error
        yield first, [" ".join(cell.split()) for cell in row]


def _points(
    path: Path, head: list[str], records: list[tuple[int, list[str]]], wrong: list[str]
) -> tuple[dict[float, float], dict[str, str]]:
    """Mass -> coupling, and what all rows have in common; complaints go to ``wrong``."""
    points: dict[float, float] = {}
    common: dict[str, str] = {}
    for n, row in records:
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
            if _plain(key, common.setdefault(key, cells[key])) != _plain(key, cells[key])
        ]
    return points, common


def _plain(key: str, cell: str) -> str | float:
    """What is compared: 0.9 and 0.90 are the same level."""
    try:
        return float(cell) if key == "cl" else cell
    except ValueError:
        return cell


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
