"""ROOT files of events: TTree ``Events``, tree ``Runs``, metadata; written in streams.

Layout as in NanoAOD, so that ROOT, RDataFrame, uproot and coffea open it as it is.
"""

import contextlib
import json
import struct
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from lmutau.gen.errors import FileError
from lmutau.gen.io.atomic import written_aside
from lmutau.gen.io.blocks import checked, luminosity_blocks
from lmutau.gen.io.checks import check_metadata
from lmutau.gen.io.names import tree_of
from lmutau.gen.record import Column, EventBlock, Jagged
from lmutau.gen.sample import to_awkward

__all__ = ["EventWriter", "iterate_blocks", "open_root", "read_metadata", "read_text", "write_runs_tree"]

BASKET = 100_000
"""Events per ROOT basket."""

_COMPRESSIONS: Mapping[str, Callable[[Any], Any]] = {
    "zstd": lambda uproot: uproot.ZSTD(1),
    "lz4": lambda uproot: uproot.LZ4(1),
}

_BROKEN = (OSError, ValueError, KeyError, EOFError, IndexError, AssertionError, NotImplementedError,
           TypeError, AttributeError, RuntimeError, ArithmeticError, MemoryError, struct.error)  # fmt: skip
"""What uproot and its decompressors raise on damaged files: any of these means 'cannot be read'."""


class EventWriter:
    """Write blocks of events to a ROOT file; a context manager.

    The file appears under its name when :meth:`finish` has been called and the context ends
    without error; the metadata are given at the end, when the sums are known.
    """

    def __init__(self, path: Path, tree: str = "Events", compression: str = "zstd", layout: str = "ttree") -> None:
        """Prepare to write ``path``; nothing appears under that name before the end.

        ``compression``: "zstd" (level 1) packs events best, "lz4" (level 1) is the fastest.
        ``layout``: "ttree", or "rntuple" for ROOT's newer columns, in which a collection is a field of records.
        """
        self._path = path
        self._layout = layout
        self._compression = compression
        self._tree_name = tree
        self._content = np.zeros(3)
        self._stack = contextlib.ExitStack()
        self._waiting: list[EventBlock] = []
        self._n_waiting = 0
        self._tree: Any = None
        self._finished = False

    def __enter__(self) -> Self:
        """Open the file aside."""
        import uproot

        with self._stack:
            aside = self._stack.enter_context(written_aside(self._path))
            self._file = self._stack.enter_context(
                uproot.recreate(aside, compression=_COMPRESSIONS[self._compression](uproot))
            )
            self._stack = self._stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close; rename only after :meth:`finish` and without error."""
        if kind is None and not self._finished:
            error = FileError(f"{self._path}: closed before it was finished")
            kind = type(error)
            self._stack.__exit__(kind, error, None)
            raise error
        self._stack.__exit__(kind, error, trace)

    def write(self, block: EventBlock) -> None:
        """Add events; full baskets go to the disk."""
        weight = np.asarray(block.scalars["genWeight"], dtype=np.float64)
        self._content += (len(weight), weight.sum(), (weight**2).sum())
        self._waiting.append(block)
        self._n_waiting += len(block)
        while self._n_waiting >= BASKET:
            joined = EventBlock.concatenate(self._waiting)
            self._extend(joined.slice(0, BASKET))
            rest = joined.slice(BASKET, len(joined))
            self._waiting, self._n_waiting = ([rest] if len(rest) else []), len(rest)

    def finish(
        self,
        metadata: Mapping[str, Any],
        sampler: Mapping[str, Any] | None = None,
        objects: Mapping[str, Any] | None = None,
    ) -> None:
        """Write what is left, the ``Runs`` tree, the metadata, and further objects (histograms)."""
        if self._waiting:
            self._extend(EventBlock.concatenate(self._waiting))
            self._waiting, self._n_waiting = [], 0
        write_runs_tree(self._file, metadata)
        for name, item in (objects or {}).items():
            self._file[name] = item
        n, sum_w, sum_w2 = self._content.tolist()
        content = {"tree": self._tree_name, "n": int(n), "sum_genWeight": sum_w, "sum_genWeight2": sum_w2}
        self._file["metadata"] = json.dumps({**metadata, "content": content})
        if sampler is not None:
            self._file["sampler"] = json.dumps(sampler)
        self._finished = True

    def _extend(self, block: EventBlock) -> None:
        if self._layout == "rntuple":
            self._extend_rntuple(block)
            return
        if self._tree is None:
            self._tree = self._file.mktree(self._tree_name, _branch_types(block))
        data: dict[str, Any] = {name: np.ascontiguousarray(column) for name, column in block.scalars.items()}
        if block.collections:
            events = to_awkward(block)
            data.update({name: events[name] for name in block.collections})
        self._tree.extend(data)

    def _extend_rntuple(self, block: EventBlock) -> None:
        import awkward as ak

        events = ak.without_parameters(to_awkward(block))
        if self._tree is None:
            self._tree = self._file.mkrntuple(self._tree_name, events.layout.form)
        if len(events):
            self._tree.extend(events)


def _branch_types(block: EventBlock) -> dict[str, Any]:
    types: dict[str, Any] = {name: column.dtype for name, column in block.scalars.items()}
    for name, jagged in block.collections.items():
        fields = ", ".join(f"{key}: {column.dtype}" for key, column in jagged.columns.items())
        types[name] = f"var * {{{fields}}}"
    return types


def write_runs_tree(file: Any, metadata: Mapping[str, Any]) -> None:
    """NanoAOD's ``Runs``: one row with the count and the sums of genWeight and its square."""
    runs: dict[str, Column] = {
        "run": np.array([1], dtype=np.uint32),
        "genEventCount": np.array([metadata["n_events"]], dtype=np.int64),
        "genEventSumw": np.array([metadata["sum_weights_fb"]]),
        "genEventSumw2": np.array([metadata["sum_weights2_fb2"]]),
    }
    tree = file.mktree("Runs", {name: column.dtype for name, column in runs.items()})
    tree.extend(runs)


@contextlib.contextmanager
def open_root(path: Path) -> Iterator[Any]:
    """Open a ROOT file for reading.

    Raises
    ------
    FileError
        If the file does not exist, is a folder, or cannot be read as ROOT, now or while it is used.
    """
    import cramjam  # which uproot decompresses with
    import uproot

    if not path.exists():
        raise FileError(f"input {path}: no such file.")
    if path.is_dir():
        raise FileError(f"input {path}: is a folder; give a ROOT file.")
    try:
        with uproot.open(path) as file:
            missing = int(file.file.fEND) - path.stat().st_size
            if missing > 0:
                raise FileError(
                    f"input {path}: cut short, the last {missing} bytes are missing; make or copy it again."
                )
            yield file
    except FileError:
        raise
    except (*_BROKEN, cramjam.DecompressionError) as error:
        text = str(error).strip().splitlines()
        reason = text[0] if text else type(error).__name__
        raise FileError(f"input {path}: not a readable ROOT file, or cut short ({reason[:120]}).") from error


def read_metadata(path: Path) -> dict[str, Any]:
    """Read and check the metadata of one of our files.

    Raises
    ------
    FileError
        If the file is not ours or has another schema version.
    """
    text = read_text(path, "metadata")
    if text is None:
        raise FileError(f"input {path}: a ROOT file without lmutau metadata; give a file that lmutau wrote.")
    try:
        metadata = json.loads(text)
    except json.JSONDecodeError as error:
        raise FileError(f"input {path}: metadata is not readable ({error}).") from error
    return check_metadata(metadata, f"input {path}")


def read_text(path: Path, name: str) -> str | None:
    """Text stored under ``name`` in a ROOT file; None if there is none."""
    with open_root(path) as file:
        return str(file[name]) if name in file else None


def iterate_blocks(path: Path) -> Iterator[EventBlock]:
    """Read a file block by block: all events of one ``luminosityBlock`` together, in order.

    Raises
    ------
    FileError
        If the tree or a branch is missing or damaged, a number is not finite, or the events are not
        those that the metadata promise.
    """
    metadata = read_metadata(path)
    yield from luminosity_blocks(checked(_baskets(path, tree_of(metadata["kind"])), metadata, path))


def _baskets(path: Path, name: str) -> Iterator[EventBlock]:
    """Read the events as they lie in the file; one empty block if there are none."""
    with open_root(path) as file:
        if name not in file:
            raise FileError(f"input {path}: the tree {name} is missing; make the file again.")
        tree = file[name]
        if tree.num_entries == 0:
            yield _to_block(tree.arrays(library="ak"))
        for arrays in tree.iterate(step_size=BASKET, library="ak"):
            yield _to_block(arrays)


def _to_block(arrays: Any) -> EventBlock:
    """Group NanoAOD branches (nMuon, Muon_pt, ...) and RNTuple fields of records into collections."""
    import awkward as ak

    fields = list(arrays.fields)
    prefixes = {name.partition("_")[0] for name in fields if "_" in name}
    counters = {name[1:]: name for name in fields if name.startswith("n") and name[1:] in prefixes}
    scalars: dict[str, Any] = {}
    columns: dict[str, dict[str, Any]] = {name: {} for name in counters}
    collections = {}
    for name in fields:
        prefix, _, key = name.partition("_")
        if arrays[name].fields:
            collections[name] = _records(arrays[name])
        elif key and prefix in counters:
            columns[prefix][key] = ak.to_numpy(ak.flatten(arrays[name]))
        elif name not in counters.values():
            scalars[name] = ak.to_numpy(arrays[name])
    for name, counter in counters.items():
        counts = ak.to_numpy(arrays[counter]).astype(np.int64)
        collections[name] = Jagged(np.concatenate(([0], np.cumsum(counts))), columns[name])
    return EventBlock(scalars, collections)


def _records(column: Any) -> Jagged:
    """Collection from a column of lists of records."""
    import awkward as ak

    counts = ak.to_numpy(ak.num(column)).astype(np.int64)
    flat = ak.flatten(column)
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return Jagged(offsets, {key: ak.to_numpy(flat[key]) for key in flat.fields})
