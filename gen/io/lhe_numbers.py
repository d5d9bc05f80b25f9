"""Whole numbers of Les Houches events, checked as they are read: pylhe would cut 13.5 to 13.

References
----------
Alwall et al., hep-ph/0609017, section 2 (order of the numbers in an event).
"""

import gzip
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from lmutau.gen.errors import FileError

__all__ = ["CheckedText"]

_HEAD = ("NUP", "IDPRUP")
_PARTICLE = ("PDG id", "ISTUP", "MOTHUP(1)", "MOTHUP(2)", "ICOLUP(1)", "ICOLUP(2)")
_GZIP = b"\x1f\x8b"


class CheckedText:
    """A Les Houches file, plain or gzipped, open for reading; a number that must be whole and is not is refused.

    Raises
    ------
    FileError
        From :meth:`read`, with the number of the event.
    """

    def __init__(self, path: Path) -> None:
        """Open the file; gzip is known by its first bytes."""
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
        self._path = path
        self._file = cast(IO[bytes], gzip.GzipFile(path)) if packed else path.open("rb")
        self._tail = b""
        self._event = 0
        self._names: tuple[str, ...] = ()  # of the next line; empty outside of the numbers of an event

    def read(self, size: int = -1) -> bytes:
        """Read as any file; what comes back has been checked up to its last complete line."""
        data = self._file.read(size)
        *lines, self._tail = (self._tail + data).split(b"\n")
        for line in lines:
            self._check(line)
        return data

    def _check(self, line: bytes) -> None:
        text = line.strip()
        if text.startswith(b"<"):
            self._names = ()
            if not text.startswith(b"<event") or text[6:7] not in (b">", b" ", b"\t", b""):
                return
            self._event += 1
            self._names = _HEAD if b">" in text else ()
            text = text.partition(b">")[2].strip()
        if not self._names or not text or text.startswith(b"#"):
            return
        for name, field in zip(self._names, text.split(None, len(self._names)), strict=False):
            if not field.lstrip(b"+-").isdigit():
                self._refuse_fraction(name, field)
        self._names = _PARTICLE

    def _refuse_fraction(self, name: str, field: bytes) -> None:
        try:
            whole = float(field).is_integer()
        except ValueError:
            return  # letters: the reader says so
        if not whole:
            raise FileError(
                f"input {self._path}: event {self._event} has {name} = {field.decode()}; allowed is a whole number. "
                "Correct or make the file again."
            )

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        """Return the open file."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()
