"""Is a file what its metadata say: checks of metadata and of events that come from outside."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lmutau.gen.errors import FileError
from lmutau.gen.metadata import check_schema
from lmutau.gen.record import GEN_PART_COLUMNS, EventBlock

__all__ = ["ContentCheck", "check_metadata"]

_SCALARS = ("run", "luminosityBlock", "event", "genWeight")
_COLUMNS = {
    "GenPart": GEN_PART_COLUMNS,
    "Muon": ("pt", "eta", "phi", "mass", "charge", "genPartIdx", "efficiency"),
    "Photon": ("pt", "eta", "phi", "mass", "genPartIdx", "lossProbability"),
}
_NEEDED = {"truth": ("GenPart",), "reco": ("GenPart", "Muon", "Photon")}
_WHOLE = {"seed": 0, "n_tried": 1, "n_events": 0}
_TABLES = ("parameters", "cuts", "beams", "content", "constants")
_CONTENT = ("n", "sum_genWeight", "sum_genWeight2")
_SUMS = ("sigma_fb", "sigma_error_fb", "sum_weights_fb", "sum_weights2_fb2")
_AGREEMENT = 1e-9  # relative; sums in another order differ by rounding


def check_metadata(metadata: Any, where: str) -> dict[str, Any]:
    """Check metadata that were read from a file; returns them.

    Raises
    ------
    FileError
        Naming the key and what is wrong with it.
    """
    if not isinstance(metadata, dict):
        raise FileError(f"{where}: metadata are {type(metadata).__name__}, not a table; give a file that lmutau wrote.")
    check_schema(metadata, where)
    problems = [
        f"{key} = {metadata.get(key)!r}: a whole number >= {least} is needed"
        for key, least in _WHOLE.items()
        if isinstance(metadata.get(key), bool) or not isinstance(metadata.get(key), int) or metadata[key] < least
    ]
    problems += [f"{key}: a text is needed" for key in ("kind", "process") if not isinstance(metadata.get(key), str)]
    problems += [f"{key}: a table is needed" for key in _TABLES if not isinstance(metadata.get(key), dict)]
    if not problems:
        problems = list(_details(metadata))
    if problems:
        raise FileError(f"{where}: damaged metadata: {'; '.join(problems)}. Make the file again.")
    return metadata


def _details(metadata: Mapping[str, Any]) -> list[str]:
    problems = []
    beams, content, parameters = metadata["beams"], metadata["content"], metadata["parameters"]
    total = beams.get("four_momentum")
    if not (isinstance(total, list) and len(total) == 4 and all(map(_is_number, total))):
        problems.append("beams.four_momentum: four finite numbers are needed")
    if not (_is_number(beams.get("sqrt_s")) and beams["sqrt_s"] > 0):
        problems.append("beams.sqrt_s: a positive number is needed")
    if not isinstance(content.get("tree"), str) or not all(_is_number(content.get(key)) for key in _CONTENT):
        problems.append(f"content: tree, {', '.join(_CONTENT)} are needed")
    problems += [f"{key}: a number >= 0 is needed" for key in _SUMS if not _is_positive(metadata.get(key))]
    if metadata["kind"] != "truth" and not isinstance(metadata.get("detector"), dict):
        problems.append("detector: a table is needed")
    problems += [
        f"parameters.{key} = {parameters[key]!r}: a positive number is needed"
        for key in ("mass", "g")
        if key in parameters and not (_is_number(parameters[key]) and parameters[key] > 0)
    ]
    if metadata["process"] == "mumuzp":
        problems += [f"parameters.{key}: missing" for key in ("mass", "g") if key not in parameters]
    return problems


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_positive(value: Any) -> bool:
    return _is_number(value) and value >= 0


class ContentCheck:
    """Compare events that stream by with what the metadata promise; call :meth:`finish` at the end."""

    def __init__(self, metadata: Mapping[str, Any], path: Path) -> None:
        """Start for the file ``path`` with these (checked) metadata."""
        self._promised = metadata["content"]
        self._needed = _NEEDED.get(metadata["kind"], ())
        self._path = path
        self._sums = np.zeros(2)

    def add(self, block: EventBlock) -> None:
        """Check the columns of a block and count it.

        Raises
        ------
        FileError
            If a column is missing or holds a number that is not finite.
        """
        missing = [name for name in _SCALARS if name not in block.scalars]
        for collection in self._needed:
            found = block.collections[collection].columns if collection in block.collections else {}
            missing += [f"{collection}_{name}" for name in _COLUMNS[collection] if name not in found]
        if missing:
            raise FileError(f"input {self._path}: branches are missing: {', '.join(missing)}; make the file again.")
        columns = dict(block.scalars)
        for collection, jagged in block.collections.items():
            columns.update({f"{collection}_{name}": column for name, column in jagged.columns.items()})
        for name, column in columns.items():
            if not np.isfinite(column).all():
                raise FileError(f"input {self._path}: {name} holds a number that is not finite; make the file again.")
        self._sums += (len(block), np.asarray(block.scalars["genWeight"]).sum())

    def finish(self) -> None:
        """Compare the sums.

        Raises
        ------
        FileError
            If events are missing or their weights were changed.
        """
        n, weight = self._sums.tolist()
        if n != self._promised["n"]:
            raise FileError(f"input {self._path}: {n:.0f} events, but the metadata promise {self._promised['n']}.")
        if not math.isclose(weight, self._promised["sum_genWeight"], rel_tol=_AGREEMENT):
            raise FileError(
                f"input {self._path}: the sum of genWeight is {weight:.12g} fb, its metadata promise "
                f"{self._promised['sum_genWeight']:.12g} fb; it was changed."
            )
