"""Compiled kernels: one decorator, and a cache that never serves old physics.

numba's cache notices an edit of the decorated function's own file only; a change in a helper of
another file would silently keep yesterday's formula. Here the cache folder is named after a hash
of every source file of the package, so any edit starts a fresh one. Without a writable folder
the kernels are compiled anew in each process.
"""

import functools
import hashlib
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import platformdirs

__all__ = ["cache_folder", "inlined", "is_cold", "kernel"]

_log = logging.getLogger(__name__)
_Function = TypeVar("_Function", bound=Callable[..., Any])


@functools.cache
def _source_hash() -> str:
    """Hash of the package's sources and of the numba version."""
    digest = hashlib.sha256(numba.__version__.encode())
    rooms = Path(__file__).parent
    for path in (
        sorted(rooms.rglob("*.py"))
        + sorted((rooms.parent / "detsim").rglob("*.py"))
        + sorted((rooms.parent / "analysis").rglob("*.py"))
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@functools.cache
def cache_folder() -> Path | None:
    """Folder of the compiled kernels of exactly these sources; None if none can be written."""
    root = os.environ.get("NUMBA_CACHE_DIR") or platformdirs.user_cache_dir("lmutau", appauthor=False)
    folder = Path(root) / f"kernels-{_source_hash()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        _log.info("no writable cache folder (%s): kernels are compiled in every process", folder)
        return None
    return folder


def is_cold() -> bool:
    """True if nothing has been compiled yet for these sources: the first run takes longer."""
    folder = cache_folder()
    return folder is None or not any(folder.rglob("*.nbc"))


def kernel(function: _Function) -> _Function:
    """Compile ``function`` for scalar work on double-precision arrays.

    Releases the interpreter lock, follows IEEE rules (no fastmath: results do not depend on how
    the compiler orders a sum), divides as NumPy does, and is cached under :func:`cache_folder`.
    """
    folder = cache_folder()
    config: Any = numba.config  # its names are made at run time
    previous = config.CACHE_DIR
    try:
        if folder is not None:
            config.CACHE_DIR = str(folder)
        compiled: Any = numba.njit(cache=folder is not None, nogil=True, error_model="numpy")(function)
        # for the type checker a kernel stays the function that it was
        return cast("_Function", compiled)
    finally:
        config.CACHE_DIR = previous


def inlined(function: _Function) -> _Function:
    """Compile like :func:`kernel`, and insert the code at every call.

    A call with hundreds of numbers as arguments costs as much as the arithmetic; an amplitude made of
    such calls takes half the time when inserted. Only for functions used in a few places.
    """
    compiled: Any = kernel(function)
    compiled.targetoptions["forceinline"] = True
    return cast("_Function", compiled)
