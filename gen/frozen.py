"""The frozen sampler as JSON, so that any block of a file can be made again."""

import base64
import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from lmutau.gen.beams import Beams
from lmutau.gen.constants import Constants
from lmutau.gen.cuts import cut_table
from lmutau.gen.processes import find_process
from lmutau.gen.sampling import Sampler

__all__ = ["pack_sampler", "restore_sampler"]

_ARRAYS = ("edges", "fractions", "largest", "presample_sigma")


def pack_sampler(sampler: Sampler) -> dict[str, Any]:
    """JSON-ready form: little-endian doubles in base64 with their shape."""
    packed = {}
    for name in _ARRAYS:
        array = np.ascontiguousarray(getattr(sampler, name), dtype="<f8")
        packed[name] = {"shape": list(array.shape), "float64": base64.b64encode(array.tobytes()).decode()}
    return packed


def restore_sampler(metadata: Mapping[str, Any], packed: Mapping[str, Any]) -> tuple[Sampler, Beams]:
    """Sampler and beams of a file from its ``metadata`` and ``sampler`` entries."""
    process, constants = find_process(metadata["process"]), Constants(**metadata["constants"])
    setup = process.prepare({**metadata["parameters"], **metadata["cuts"]}, constants, metadata["targeted"])
    arrays = {
        name: np.frombuffer(base64.b64decode(packed[name]["float64"]), dtype="<f8").reshape(packed[name]["shape"])
        for name in _ARRAYS
    }
    cuts = cut_table(metadata["cuts"], setup.record, process.name)
    sampler = Sampler(process=process.name, seed=metadata["seed"], setup=setup, cuts=cuts, **arrays)
    named = metadata["beams"]
    keys = (field.name for field in dataclasses.fields(Beams))
    beams = Beams(**{key: named[key] for key in keys if key in named})
    return sampler, beams
