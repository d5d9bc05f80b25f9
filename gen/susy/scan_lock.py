"""One process at a time may compute a scan."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from lmutau.gen.errors import FileError

__all__ = ["exclusive"]

_TRIES = 100


@contextlib.contextmanager
def exclusive(folder: Path, path: Path) -> Iterator[None]:
    """Make ``folder`` and hold it for this process, until the end of the block or of the process, however it ends.

    ``path``: the output that is made with it, for the message. Where the system knows no such locks, nothing is held.

    Raises
    ------
    FileError
        If another process holds it, or the folder cannot be made.
    """
    try:
        import fcntl
    except ImportError:
        _make(folder, path)
        yield
        return
    number = _locked(folder, path, fcntl.flock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield
    finally:
        os.close(number)


def _locked(folder: Path, path: Path, lock: Callable[[int, int], object], how: int) -> int:
    """Open and lock the folder; opened anew if the one before removed it meanwhile."""
    for _ in range(_TRIES):
        _make(folder, path)
        try:
            number = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            lock(number, how)
        except BlockingIOError:
            os.close(number)
            raise FileError(
                f"output {path}: another scan is writing it now; wait until it ends, or choose another name."
            ) from None
        except OSError:
            return number  # a file system without locks
        if folder.exists() and os.path.samestat(os.fstat(number), folder.stat()):
            return number
        os.close(number)
    raise FileError(f"output {path}: {folder} comes and goes; choose another name.")


def _make(folder: Path, path: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise FileError(f"output {path}: {error.strerror or error}; choose another place.") from error
