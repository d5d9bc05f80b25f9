"""Parquet files of events, for pandas, Polars, DuckDB, Spark: needs the optional package pyarrow.

One row per event; a collection of particles is a list of structs. The metadata are a key of the file.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from lmutau.gen.errors import FileError
from lmutau.gen.io.atomic import written_aside
from lmutau.gen.io.blocks import checked, luminosity_blocks
from lmutau.gen.io.checks import check_metadata
from lmutau.gen.io.names import tree_of
from lmutau.gen.io.text import check_input
from lmutau.gen.record import EventBlock, Jagged

__all__ = ["ParquetWriter", "read_parquet", "read_parquet_metadata"]

_KEY = "lmutau"
_ROW_GROUP = 100_000


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise FileError("Parquet needs the package pyarrow; install it with: pip install 'lmutau[parquet]'") from error
    return pyarrow, pyarrow.parquet


class ParquetWriter:
    """Write blocks of events to a Parquet file; a context manager with the interface of the ROOT writer."""

    def __init__(self, path: Path) -> None:
        """Prepare to write ``path``; nothing appears under that name before the end."""
        self._path = path
        self._arrow, self._parquet = _pyarrow()
        self._stack = contextlib.ExitStack()
        self._sums = np.zeros(3)
        self._waiting: list[EventBlock] = []
        self._writer: Any = None
        self._finished = False

    def __enter__(self) -> Self:
        """Make the place aside."""
        self._aside = self._stack.enter_context(written_aside(self._path))
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
        if self._writer is not None and not self._finished:
            with contextlib.suppress(Exception):  # the first error is the one to tell
                self._writer.close()
        self._stack.__exit__(kind, error, trace)

    def write(self, block: EventBlock) -> None:
        """Add events; full row groups go to the disk."""
        weight = np.asarray(block.scalars["genWeight"], dtype=np.float64)
        self._sums += (len(weight), weight.sum(), (weight**2).sum())
        self._waiting.append(block)
        if sum(map(len, self._waiting)) >= _ROW_GROUP:
            self._flush()

    def finish(
        self,
        metadata: Mapping[str, Any],
        sampler: Mapping[str, Any] | None = None,
        objects: Mapping[str, Any] | None = None,
    ) -> None:
        """Write what is left and the metadata; ``sampler`` and ``objects`` have no place here."""
        self._flush()
        if self._writer is None:
            raise FileError(f"output {self._path}: no block was written, so the columns are not known.")
        n, sum_w, sum_w2 = self._sums.tolist()
        content = {"tree": tree_of(metadata["kind"]), "n": int(n), "sum_genWeight": sum_w, "sum_genWeight2": sum_w2}
        self._writer.add_key_value_metadata({_KEY: json.dumps({**metadata, "content": content})})
        self._writer.close()
        self._finished = True

    def _flush(self) -> None:
        if not self._waiting:
            return
        table = _table(self._arrow, EventBlock.concatenate(self._waiting))
        self._waiting = []
        if self._writer is None:
            self._writer = self._parquet.ParquetWriter(self._aside, table.schema, compression="zstd")
        self._writer.write_table(table)


def _table(arrow: Any, block: EventBlock) -> Any:
    columns = {name: arrow.array(np.ascontiguousarray(column)) for name, column in block.scalars.items()}
    for name, jagged in block.collections.items():
        parts = [arrow.array(np.ascontiguousarray(column)) for column in jagged.columns.values()]
        structs = arrow.StructArray.from_arrays(parts, names=list(jagged.columns))
        columns[name] = arrow.LargeListArray.from_arrays(arrow.array(jagged.offsets), structs)
    return arrow.table(columns)


@contextlib.contextmanager
def _open(path: Path) -> Iterator[Any]:
    arrow, parquet = _pyarrow()
    check_input(path)
    try:
        with parquet.ParquetFile(path) as file:
            yield file
    except FileError:
        raise
    except (arrow.ArrowException, OSError, KeyError, ValueError, TypeError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise FileError(f"input {path}: not a readable Parquet file of events ({reason[:120]}).") from error


def read_parquet_metadata(path: Path) -> dict[str, Any]:
    """Read and check the metadata of a Parquet file that lmutau wrote.

    Raises
    ------
    FileError
        If the file is not ours, damaged, or of another schema version.
    """
    with _open(path) as file:
        text = (file.metadata.metadata or {}).get(_KEY.encode())
    if text is None:
        raise FileError(f"input {path}: a Parquet file without lmutau metadata; give a file that lmutau wrote.")
    try:
        return check_metadata(json.loads(text), f"input {path}")
    except json.JSONDecodeError as error:
        raise FileError(f"input {path}: metadata is not readable ({error}).") from error


def read_parquet(path: Path) -> tuple[dict[str, Any], Iterator[EventBlock]]:
    """Metadata and blocks of whole luminosity blocks, as of a ROOT file of ours."""
    metadata = read_parquet_metadata(path)
    return metadata, luminosity_blocks(checked(_pieces(path), metadata, path))


def _pieces(path: Path) -> Iterator[EventBlock]:
    arrow, _ = _pyarrow()
    with _open(path) as file:
        schema = file.schema_arrow
        for batch in file.iter_batches(batch_size=_ROW_GROUP) if file.metadata.num_rows else ():
            yield _block(arrow, batch)
        if not file.metadata.num_rows:
            yield _block(arrow, schema.empty_table().combine_chunks())


def _block(arrow: Any, batch: Any) -> EventBlock:
    scalars: dict[str, Any] = {}
    collections: dict[str, Jagged] = {}
    for name in batch.schema.names:
        column = batch.column(name)
        column = column.combine_chunks() if isinstance(column, arrow.ChunkedArray) else column
        if not (arrow.types.is_large_list(column.type) or arrow.types.is_list(column.type)):
            scalars[name] = column.to_numpy(zero_copy_only=False)
            continue
        offsets = column.offsets.to_numpy().astype(np.int64)
        structs = column.flatten()
        keys = [structs.type.field(i).name for i in range(structs.type.num_fields)]
        parts = (part.to_numpy(zero_copy_only=False) for part in structs.flatten())
        collections[name] = Jagged(offsets - offsets[0], dict(zip(keys, parts, strict=True)))
    return EventBlock(scalars, collections)
