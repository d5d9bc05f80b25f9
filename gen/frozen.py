"""The frozen sampler as JSON, so that any block of a file can be made again."""

import base64
import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.beams import Beams
from lmutau.gen.constants import Constants
from lmutau.gen.cuts import cut_table
from lmutau.gen.processes import find_process
from lmutau.gen.sampling import Sampler

__all__ = ["merge_samplers", "pack_sampler", "restore_sampler", "scale_sampler"]

Array = NDArray[np.float64]

_ARRAYS = ("edges", "fractions", "largest", "presample_sigma")
_IN_FB = ("largest", "presample_sigma")


def pack_sampler(sampler: Sampler) -> dict[str, Any]:
    """JSON-ready form: little-endian doubles in base64 with their shape."""
    return {name: _pack(getattr(sampler, name)) for name in _ARRAYS}


def _pack(array: Array) -> dict[str, Any]:
    little = np.ascontiguousarray(array, dtype="<f8")
    return {"shape": list(little.shape), "float64": base64.b64encode(little.tobytes()).decode()}


def _unpack(packed: Mapping[str, Any]) -> Array:
    return np.frombuffer(base64.b64decode(packed["float64"]), dtype="<f8").reshape(packed["shape"])


def merge_samplers(packed: Sequence[tuple[Mapping[str, Any], int]]) -> dict[str, Any]:
    """Put the samplers of several samples, each with its number of parts, into one; equal ones are kept once."""
    distinct: list[Mapping[str, Any]] = []
    of_part: list[int] = []
    for one, parts in packed:
        own = one.get("samplers", [one])
        places = []
        for sampler in own:
            if sampler not in distinct:
                distinct.append(sampler)
            places.append(distinct.index(sampler))
        of_part += [places[i] for i in one.get("of_part", [0] * parts)]
    return {"samplers": distinct, "of_part": of_part}


def scale_sampler(packed: Mapping[str, Any], factor: float) -> dict[str, Any]:
    """The same sampler after all weights have been multiplied by ``factor``."""
    if "samplers" in packed:
        return {**packed, "samplers": [scale_sampler(one, factor) for one in packed["samplers"]]}
    return {**packed, **{name: _pack(factor * _unpack(packed[name])) for name in _IN_FB}}


def restore_sampler(metadata: Mapping[str, Any], packed: Mapping[str, Any], part: int = 0) -> tuple[Sampler, Beams]:
    """Sampler and beams of a file from its ``metadata`` and ``sampler`` entries; ``part``: of a merged one."""
    if "samplers" in packed:
        packed = packed["samplers"][packed["of_part"][part]]
        own = metadata["parts"][part]
        metadata = {**metadata, "seed": own["seed"], "targeted": own["targeted"]}
    process, constants = find_process(metadata["process"]), Constants(**metadata["constants"])
    setup = process.prepare({**metadata["parameters"], **metadata["cuts"]}, constants, metadata["targeted"])
    arrays = {name: _unpack(packed[name]) for name in _ARRAYS}
    cuts = cut_table(metadata["cuts"], setup.record, process.name)
    sampler = Sampler(process=process.name, seed=metadata["seed"], setup=setup, cuts=cuts, **arrays)
    named = metadata["beams"]
    keys = (field.name for field in dataclasses.fields(Beams))
    beams = Beams(**{key: named[key] for key in keys if key in named})
    return sampler, beams
