"""What 'identical' means for our files, and whether one is intact."""

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from lmutau.gen.errors import FileError
from lmutau.gen.io.formats import is_root, read_events
from lmutau.gen.io.root import open_root, read_metadata
from lmutau.gen.metadata import VOLATILE

__all__ = ["content_digest", "verify_file"]

_STEP = 100_000


def content_digest(path: Path) -> str:
    """SHA-256 of all branches, histograms and metadata, without times and number of workers.

    ROOT files carry dates and unique identifiers, so identical samples differ as files; this
    does not depend on them, nor on baskets or compression. The other formats have a digest of their
    own, of metadata and columns as they are read: the same for the same sample in any of them.
    """
    if not is_root(path):
        return _digest_of_columns(path)
    digest = hashlib.sha256()
    with open_root(path) as file:
        for name in sorted(set(file.keys(recursive=True, cycle=False))):
            digest.update(name.encode())
            _add(digest, file[name])
    return digest.hexdigest()


def _digest_of_columns(path: Path) -> str:
    metadata, blocks = read_events(path)
    columns: dict[str, Any] = {}
    for block in blocks:
        parts: dict[str, Any] = dict(block.scalars)
        for name, jagged in block.collections.items():
            parts[f"n{name}"] = jagged.counts
            parts.update({f"{name}_{key}": column for key, column in jagged.columns.items()})
        for name, column in parts.items():
            little = np.ascontiguousarray(column, dtype=column.dtype.newbyteorder("<"))
            columns.setdefault(name, hashlib.sha256()).update(little.tobytes())
    digest = hashlib.sha256(_stable_text(json.dumps(metadata)).encode())
    for name in sorted(columns):
        digest.update(name.encode() + columns[name].digest())
    return digest.hexdigest()


def _add(digest: Any, item: Any) -> None:
    classname = item.classname if hasattr(item, "classname") else type(item).__name__
    if classname == "ROOT::RNTuple":
        # fields may hold records: take the columns one level deeper
        for field in sorted(item.keys()):
            if any(other.startswith(f"{field}.") for other in item.keys()):  # noqa: SIM118  not a dictionary
                continue
            digest.update(field.encode())
            for arrays in item.iterate(filter_name=field, step_size=_STEP, library="ak"):
                _add_field(digest, arrays, field)
    elif classname == "TTree":
        for branch in sorted(item.keys()):
            digest.update(branch.encode())
            for arrays in item.iterate(filter_name=branch, step_size=_STEP, library="ak"):
                _add_array(digest, arrays[branch])
    elif classname.startswith("TH"):
        digest.update(np.ascontiguousarray(item.values(flow=True), dtype="<f8").tobytes())
        digest.update(np.ascontiguousarray(item.variances(flow=True), dtype="<f8").tobytes())
    elif hasattr(item, "startswith"):
        digest.update(_stable_text(str(item)).encode())


def _add_array(digest: Any, array: Any) -> None:
    import awkward as ak

    flat = ak.flatten(array) if array.ndim > 1 else array
    values = ak.to_numpy(flat)
    digest.update(np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<")).tobytes())


def _add_field(digest: Any, arrays: Any, field: str) -> None:
    import awkward as ak

    collection, _, key = field.partition(".")
    column = arrays[collection]
    if key:
        digest.update(np.ascontiguousarray(ak.to_numpy(ak.num(column)), dtype="<i8").tobytes())
        column = column[key]
    _add_array(digest, column)


def _stable_text(text: str) -> str:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return text
    return json.dumps(_without_volatile(value), sort_keys=True)


def _without_volatile(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_volatile(item) for key, item in value.items() if key not in VOLATILE}
    if isinstance(value, list):
        return [_without_volatile(item) for item in value]
    return value


def verify_file(path: Path) -> list[str]:
    """Read every event and compare counts and sums with the metadata; returns what is wrong."""
    if not is_root(path):
        return _problems_of_reading(path)
    promised = read_metadata(path).get("content")
    if not isinstance(promised, dict):
        return ["metadata: content is missing"]
    n, sum_w, sum_w2, finite = 0, 0.0, 0.0, True
    with open_root(path) as file:
        if promised["tree"] not in file:
            return [f"tree {promised['tree']} is missing"] if promised["n"] else []
        for arrays in file[promised["tree"]].iterate(step_size=_STEP, library="ak"):
            for branch in arrays.fields:
                column = arrays[branch]
                parts = [column[key] for key in column.fields] or [column]
                finite = finite and all(map(_is_finite, parts))
            weight = np.asarray(arrays["genWeight"], dtype=np.float64)
            n, sum_w, sum_w2 = n + len(weight), sum_w + weight.sum(), sum_w2 + (weight**2).sum()
    problems = [] if finite else ["a branch holds a number that is not finite"]
    for name, found, key in (
        ("events", n, "n"),
        ("sum of genWeight", sum_w, "sum_genWeight"),
        ("sum of squares of genWeight", sum_w2, "sum_genWeight2"),
    ):
        if not math.isclose(found, promised[key], rel_tol=1e-9):
            problems.append(f"{name}: {found:.12g} in the tree, {promised[key]:.12g} in the metadata")
    return problems


def _problems_of_reading(path: Path) -> list[str]:
    """Formats without trees: reading compares everything already."""
    _, blocks = read_events(path)
    try:
        for _ in blocks:
            pass
    except FileError as error:
        return [str(error)]
    return []


def _is_finite(array: Any) -> bool:
    import awkward as ak

    values = ak.to_numpy(ak.flatten(array) if array.ndim > 1 else array)
    return bool(np.isfinite(values).all())
