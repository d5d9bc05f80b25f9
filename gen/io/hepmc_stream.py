"""A HepMC3 text file as a stream that notices what the library does not tell.

The reader of the library ends a damaged file as it ends a whole one, and reads letters as zeros.
So the bytes are watched on their way: number of events, end marker, lines that hold no numbers.
"""

import gzip
import itertools
import re
import zlib
from pathlib import Path
from typing import IO, Any

from lmutau.gen.errors import FileError
from lmutau.gen.io.text import check_input

__all__ = ["WatchedStream", "open_hepmc", "run_attribute", "tool_names"]

_START = b"HepMC::Asciiv3-START_EVENT_LISTING"
_END = b"HepMC::Asciiv3-END_EVENT_LISTING"
_HEADER_LINES = 10_000
_STEP = 1 << 16
_INT32 = 2**31 - 1  # the library reads larger PDG ids as others, without a word
_LONG = len(str(_INT32))
_NUMBERS = {
    b"P": re.compile(rb"P( [-+]?[0-9]+){3}( [-+]?[0-9.]+([eE][-+]?[0-9]+)?| [-+]?(nan|inf)){5} -?[0-9]+\s*", re.I),
    b"E": re.compile(rb"E( -?[0-9]+){3}(\s.*)?"),
    b"U": re.compile(rb"U (GEV|MEV) (MM|CM)\s*"),
    b"W": re.compile(rb"W( [-+]?[0-9.]+([eE][-+]?[0-9]+)?| [-+]?(nan|inf))*\s*", re.I),
}


def open_hepmc(path: Path) -> IO[bytes]:
    """Open a HepMC3 file, plain or gzipped (told by its first bytes).

    Raises
    ------
    FileError
        If it is missing or does not begin as Asciiv3.
    """
    check_input(path)
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    file: Any = gzip.GzipFile(path) if packed else path.open("rb")
    try:
        head = file.read(256)
    except (OSError, EOFError, zlib.error) as error:
        file.close()
        raise FileError(f"input {path}: cannot be unpacked ({error}); make or copy it again.") from error
    if _START not in head:
        file.close()
        kind = "HepMC2, which is not read" if b"IO_GenEvent" in head else "no HepMC3 text file"
        raise FileError(f"input {path}: {kind}; give HepMC3 (Asciiv3).")
    file.seek(0)
    return file


def run_attribute(path: Path, name: str) -> str | None:
    """Text of an attribute of the run, from the lines before the first event."""
    wanted = b"A " + name.encode() + b" "
    with open_hepmc(path) as file:
        try:
            for _ in range(_HEADER_LINES):
                line = file.readline()
                if not line or line.startswith(b"E "):
                    break
                if line.startswith(wanted):
                    text = line[len(wanted) :].rstrip(b"\r\n").decode(errors="replace")
                    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "|" else found[1], text)
        except (OSError, EOFError, zlib.error) as error:
            raise FileError(f"input {path}: cannot be unpacked ({error}); make or copy it again.") from error
    return None


def tool_names(path: Path) -> str:
    """Names of the tools in the header (lines ``T name|version|description``)."""
    names = []
    with open_hepmc(path) as file:
        for line in itertools.islice(file, _HEADER_LINES):
            if line.startswith(b"E "):
                break
            if line.startswith(b"T "):
                parts = line[2:].decode(errors="replace").rstrip("\n").split("\\|")
                names.append(" ".join(part for part in parts[:2] if part))
    return ", ".join(names)


class WatchedStream:
    """Pass on the events of a file that are whole and hold numbers where numbers belong.

    ``pyhepmc.io.pyiostream`` reads through ``readinto1``. After the first problem the stream ends as
    a proper file does, behind the last good event.
    """

    def __init__(self, path: Path) -> None:
        """Open ``path``."""
        self._file = open_hepmc(path)
        self._rest = b""
        self._held: list[bytes] = []  # lines of the event that is not known to be whole yet
        self._ready = b""
        self._ended = False
        self._promised = self._particles = 0
        self.events = 0
        """Events that have begun, the one with a problem included."""
        self.problem: str | None = None
        """What is wrong with the file, as far as it was read."""

    def readinto1(self, buffer: Any) -> int:
        """Fill ``buffer`` with the next bytes; returns how many, 0 at the end."""
        while not self._ready and not self._ended:
            self._advance()
        data, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)

    def drain(self) -> None:
        """Look at what the reader has left."""
        while not self._ended:
            self._advance()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _advance(self) -> None:
        try:
            data = self._file.read(_STEP)
        except (OSError, EOFError, zlib.error) as error:
            self._stop(f"cannot be unpacked after event {self.events} ({error})")
            return
        if not data:
            self._stop(f"cut short in event {self.events}" if self.events else "holds no end of the events")
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        released: list[bytes] = []
        for line in lines:
            if line.startswith((b"E ", _END)):
                if self._particles != self._promised:
                    self._stop(f"event {self.events}: {self._particles} particles, {self._promised} were promised")
                    break
                released += self._held
                self._held.clear()
            self._held.append(line)
            if line.startswith(_END):
                self._ended = True
                released += self._held
                break
            problem = self._look(line)
            if problem is not None:
                self._stop(problem)
                break
        self._ready = b"".join(line + b"\n" for line in released) + self._ready

    def _stop(self, problem: str) -> None:
        self.problem = problem
        self._ended = True
        self._ready += _END + b"\n"

    def _look(self, line: bytes) -> str | None:
        """Check one line; returns what is wrong with it."""
        kind = line[:1] if line[1:2] == b" " else b""
        if kind == b"E":
            self.events += 1
        if kind == b"W" and not self.events:
            return None  # names of the weights
        pattern = _NUMBERS.get(kind)
        if pattern is not None and not pattern.fullmatch(line):
            return f"event {self.events}: {line[:60].decode(errors='replace')!r} is not understood"
        if kind == b"E":
            self._promised, self._particles = int(line.split()[3]), 0
        elif kind == b"P":
            self._particles += 1
            code = line.split(b" ", 4)[3]
            if len(code) >= _LONG and abs(int(code)) > _INT32:
                return f"event {self.events}: PDG id {int(code)}; HepMC3 holds at most {_INT32}"
        return None
