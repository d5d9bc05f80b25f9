"""What 'identical' means for our files, and whether one is intact."""

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from lmutau.gen.io.root import open_root, read_metadata
from lmutau.gen.metadata import VOLATILE

__all__ = ["content_digest", "verify_file"]

_STEP = 100_000


def content_digest(path: Path) -> str:
    """SHA-256 of all branches, histograms and metadata, without times and number of workers.

    ROOT files carry dates and unique identifiers, so identical samples differ as files; this
    does not depend on them, nor on baskets or compression.
    """
    digest = hashlib.sha256()
    with open_root(path) as file:
        for name in sorted(set(file.keys(recursive=True, cycle=False))):
            digest.update(name.encode())
            _add(digest, file[name])
    return digest.hexdigest()


def _add(digest: Any, item: Any) -> None:
    classname = item.classname if hasattr(item, "classname") else type(item).__name__
    if classname == "TTree":
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
    promised = read_metadata(path).get("content")
    if not isinstance(promised, dict):
        return ["metadata: content is missing"]
    n, sum_w, sum_w2, finite = 0, 0.0, 0.0, True
    with open_root(path) as file:
        if promised["tree"] not in file:
            return [f"tree {promised['tree']} is missing"] if promised["n"] else []
        for arrays in file[promised["tree"]].iterate(step_size=_STEP, library="ak"):
            for branch in arrays.fields:
                finite = finite and _is_finite(arrays[branch])
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


def _is_finite(array: Any) -> bool:
    import awkward as ak

    values = ak.to_numpy(ak.flatten(array) if array.ndim > 1 else array)
    return bool(np.isfinite(values).all())
