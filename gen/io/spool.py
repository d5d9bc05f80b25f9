"""Blocks of events parked on disk: what must be read twice does not wait in memory.

Text formats state the cross-section, and weights that are normalised to it, before the first event;
both are known after the last one only.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lmutau.gen.record import Column, EventBlock, Jagged

__all__ = ["Spool"]


class Spool:
    """A temporary file of blocks, all with the columns of the first; it vanishes when closed."""

    def __init__(self, folder: Path | None = None) -> None:
        """Open it in ``folder``; None takes the place for temporary files (``TMPDIR``)."""
        self._file: Any = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  closed by close()
        self._layout: tuple[list[str], dict[str, list[str]]] = ([], {})
        self._n_blocks = 0

    def append(self, block: EventBlock) -> None:
        """Add a block at the end."""
        if not self._n_blocks:
            columns = {name: list(jagged.columns) for name, jagged in block.collections.items()}
            self._layout = (list(block.scalars), columns)
        scalars, collections = self._layout
        for name in scalars:
            self._put(block.scalars[name])
        for name, keys in collections.items():
            jagged = block.collections[name]
            self._put(jagged.offsets)
            for key in keys:
                self._put(jagged[key])
        self._n_blocks += 1

    def blocks(self) -> Iterator[EventBlock]:
        """Give back all blocks in order; nothing may be appended meanwhile."""
        self._file.seek(0)
        scalars, collections = self._layout
        for _ in range(self._n_blocks):
            yield EventBlock(
                {name: self._get() for name in scalars},
                {name: Jagged(self._get(), {key: self._get() for key in keys}) for name, keys in collections.items()},
            )

    def close(self) -> None:
        """Remove the file."""
        self._file.close()

    def __del__(self) -> None:
        """Close when forgotten, as by a reader that stopped early."""
        if hasattr(self, "_file"):
            self._file.close()

    def _put(self, column: Column) -> None:
        np.lib.format.write_array(self._file, np.ascontiguousarray(column), allow_pickle=False)

    def _get(self) -> Any:
        return np.lib.format.read_array(self._file, allow_pickle=False)
