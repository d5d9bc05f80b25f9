"""Files that never look finished unless they are: written aside, renamed at the end."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from lmutau.gen.errors import FileError

__all__ = ["check_folder", "check_output", "written_aside"]


def check_output(path: Path, suffixes: tuple[str, ...]) -> Path:
    """Check, before any work, that ``path`` can become a file of one of these kinds.

    Raises
    ------
    FileError
        If it is a folder, has another extension, or its folder does not exist or is not writable.
    """
    if path.is_dir():
        raise FileError(f"output {path}: is a folder; give the name of a file ({', '.join(suffixes)}).")
    if not any(path.name.endswith(suffix) and path.name != suffix for suffix in suffixes):
        kind = path.suffix or "no extension"
        raise FileError(f"output {path}: {kind}; this command writes {', '.join(suffixes)}.")
    folder = path.parent
    if not folder.is_dir():
        raise FileError(f"output {path}: the folder {folder} does not exist; make it first.")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise FileError(f"output {path}: not writable; choose another place or change the permissions.")
    return path


@contextlib.contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """Give a path in ``PATH.parts/`` to write to; on success it is renamed to ``path``.

    On any error or interrupt the unfinished file is removed and ``path`` is left as it was.

    Raises
    ------
    FileError
        If the place cannot be written.
    """
    parts = path.with_name(path.name + ".parts")
    try:
        parts.mkdir(exist_ok=True)
    except OSError as error:
        raise FileError(f"output {path}: {error.strerror or error}; choose another place.") from error
    for left in parts.glob(f"writing-*{path.suffix}"):
        _remove_if_abandoned(left)
    unfinished = parts / f"writing-{os.getpid()}{path.suffix}"
    try:
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        if isinstance(error, FileError) or error.errno is None:
            raise
        raise OSError(error.errno, f"{error.strerror}, while writing {path}") from error
    finally:
        unfinished.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # finished parts of another run may still lie there
            parts.rmdir()


def _remove_if_abandoned(left: Path) -> None:
    """Remove an unfinished file whose process is gone (killed: it could not clean up)."""
    number = left.stem.removeprefix("writing-")
    if not number.isdigit():
        return
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        left.unlink(missing_ok=True)
    except OSError:
        return  # it lives, as another user's


def check_folder(path: Path) -> Path:
    """Check that ``path`` is, or can be made, a folder to write into; makes it.

    Raises
    ------
    FileError
        If it is a file, or cannot be made or written.
    """
    if path.exists() and not path.is_dir():
        raise FileError(f"output {path}: is a file; give a folder.")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"output {path}: cannot be made ({error.strerror}); choose another place.") from error
    if not os.access(path, os.W_OK):
        raise FileError(f"output {path}: not writable; choose another place or change the permissions.")
    return path
