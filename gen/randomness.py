"""The rule of blocks: every random number is a function of (seed, process, purpose, block).

Work is cut into blocks of :data:`BLOCK` tries. A block's stream depends on nothing else, so a
sample is the same for any number of workers and after a restart, and a random number added to
the detector does not shift the generator.
"""

import secrets
import zlib
from typing import Any

import numpy as np

from lmutau.gen.errors import ConfigError

__all__ = ["BLOCK", "CHUNK", "check_seed", "draw_seed", "stream"]

BLOCK = 65_536
"""Tries per random block; part of the file format: changing it changes every sample."""

CHUNK = 8_192
"""Events computed together inside a block: their arrays stay in the processor's cache."""


def stream(seed: int, process: str, purpose: str, block: int) -> np.random.Generator:
    """Independent generator of one block of one stage (``purpose``) of one process."""
    key = (zlib.crc32(process.encode()), zlib.crc32(purpose.encode()), block)
    return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence(seed, spawn_key=key)))


def draw_seed() -> int:
    """Fresh seed for a user who gave none; callers must print it and store it."""
    return secrets.randbelow(2**31)


def check_seed(seed: Any) -> int:
    """Check a seed: a whole number from 0 to 2^63 - 1."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**63:
        raise ConfigError(f"seed = {seed!r}: allowed is a whole number from 0 to {2**63 - 1}.")
    return int(seed)
