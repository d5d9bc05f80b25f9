"""What the text formats LHE and HepMC3 share: the convention of the weights, spooled writing, input checks.

Both want a weight whose *mean* over the written events is the cross-section in pb; ours *sum* to it
in fb. So weight = genWeight x n / 1000 with the number n of written events. That factor cannot be
undone without rounding, so genWeight itself stands beside it under the name :data:`WEIGHT_NAME`.
"""

import abc
import contextlib
import gzip
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.beams import lab_transform
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import FileError
from lmutau.gen.io.atomic import written_aside
from lmutau.gen.io.spool import Spool
from lmutau.gen.record import EventBlock, Jagged

__all__ = ["FB_PER_PB", "WEIGHT_NAME", "TextWriter", "beam_momenta", "check_input", "energies", "weight_factor"]

Array = NDArray[np.float64]

FB_PER_PB = 1000.0
WEIGHT_NAME = "genWeight"
"""Name of the extra weight [fb] that holds genWeight bit by bit."""

_COMPRESSION_LEVEL = 4  # random digits hardly compress better at the slow levels


def weight_factor(n_events: int) -> float:
    """Return what turns genWeight [fb] into the weight of the text formats [pb] for ``n_events`` written."""
    return n_events / FB_PER_PB


def energies(particles: Jagged) -> Array:
    """Energies [GeV] from momenta and masses: a sum of squares, nothing cancels. Shape (particles,)."""
    columns: Mapping[str, Any] = particles.columns
    return np.sqrt(columns["px"] ** 2 + columns["py"] ** 2 + columns["pz"] ** 2 + columns["mass"] ** 2)


def beam_momenta(metadata: Mapping[str, Any]) -> Array:
    """Four-momenta (2, 4) (E, px, py, pz) [GeV] of e- and e+ in the frame of the events."""
    total = np.array(metadata["beams"]["four_momentum"], dtype=np.float64)
    half = float(metadata["beams"]["sqrt_s"]) / 2
    p = math.sqrt(max(half**2 - CONSTANTS.m_e**2, 0.0))
    return np.array([[half, 0, 0, p], [half, 0, 0, -p]]) @ lab_transform(total).T


def check_input(path: Path) -> Path:
    """Check that ``path`` is a file with something in it.

    Raises
    ------
    FileError
        If it does not exist, is a folder, or is empty.
    """
    if not path.exists():
        raise FileError(f"input {path}: no such file.")
    if path.is_dir():
        raise FileError(f"input {path}: is a folder; give a file.")
    try:
        if path.stat().st_size == 0:
            raise FileError(f"input {path}: is empty; make or copy it again.")
        with path.open("rb"):
            pass
    except PermissionError as error:
        raise FileError(f"input {path}: may not be read; change its permissions.") from error
    return path


class TextWriter(abc.ABC):
    """Write truth events to a text file; a context manager with the interface of the ROOT writer.

    The blocks wait in a temporary file until :meth:`finish`: the cross-section and the number of
    events stand before and in every event. Subclasses write the file in :meth:`_write_file`.
    """

    format = "text"

    def __init__(self, path: Path) -> None:
        """Prepare to write ``path``, compressed if it ends in ``.gz``; nothing appears before the end."""
        self._path = path
        self._stack = contextlib.ExitStack()
        self._sums = np.zeros(3)
        self._largest = 0.0
        self._finished = False

    def __enter__(self) -> Self:
        """Open the file aside."""
        with self._stack:
            self._aside = self._stack.enter_context(written_aside(self._path))
            self._spool = Spool(self._aside.parent)
            self._stack.callback(self._spool.close)
            self._stack = self._stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close; rename only after :meth:`finish` and without error."""
        if kind is None and not self._finished:
            error = FileError(f"{self._path}: closed before it was finished")
            self._stack.__exit__(type(error), error, None)
            raise error
        self._stack.__exit__(kind, error, trace)

    def write(self, block: EventBlock) -> None:
        """Add truth events.

        Raises
        ------
        FileError
            If the block holds reconstructed events, for which the format has no place.
        """
        if set(block.collections) != {"GenPart"}:
            raise FileError(
                f"output {self._path}: {self.format} holds truth events; write reconstructed ones to .root or .parquet."
            )
        weight = np.asarray(block.scalars["genWeight"], dtype=np.float64)
        self._sums += (len(weight), weight.sum(), (weight**2).sum())
        self._largest = max(self._largest, float(np.abs(weight).max(initial=0.0)))
        self._spool.append(block)

    def finish(
        self,
        metadata: Mapping[str, Any],
        sampler: Mapping[str, Any] | None = None,
        objects: Mapping[str, Any] | None = None,
    ) -> None:
        """Write the file; ``sampler`` and ``objects`` have no place in a text format and are left out."""
        n, sum_w, sum_w2 = self._sums.tolist()
        content = {"tree": "Events", "n": int(n), "sum_genWeight": sum_w, "sum_genWeight2": sum_w2}
        described = {**metadata, "content": content}
        with self._open() as file:
            self._write_file(file, described, int(n))
        self._finished = True

    @abc.abstractmethod
    def _write_file(self, file: IO[bytes], metadata: Mapping[str, Any], n: int) -> None:
        """Write the whole file; ``n`` events wait in the spool."""

    @contextlib.contextmanager
    def _open(self) -> Iterator[IO[bytes]]:
        with self._aside.open("wb") as raw:
            if self._path.name.endswith(".gz"):
                # no name and no time inside: equal samples give equal files
                with gzip.GzipFile("", "wb", _COMPRESSION_LEVEL, raw, mtime=0) as packed:
                    yield packed  # type: ignore[misc]
            else:
                yield raw
