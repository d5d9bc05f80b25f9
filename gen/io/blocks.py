"""Streams of blocks: put together what belongs to one luminosity block, check what streams by."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lmutau.gen.io.checks import ContentCheck
from lmutau.gen.record import Column, EventBlock, Jagged

__all__ = ["checked", "empty_truth", "luminosity_blocks"]


def luminosity_blocks(pieces: Iterable[EventBlock]) -> Iterator[EventBlock]:
    """Join and cut consecutive pieces so that each block holds all events of one ``luminosityBlock``."""
    waiting: list[EventBlock] = []
    for whole in pieces:
        for piece in whole.luminosity_blocks():
            if not len(piece) and waiting:
                continue
            if waiting and len(waiting[-1]) and _number(waiting[-1]) != _number(piece):
                yield EventBlock.concatenate(waiting)
                waiting = []
            waiting.append(piece)
    if waiting:
        yield EventBlock.concatenate(waiting)


def _number(block: EventBlock) -> int:
    return int(block.scalars["luminosityBlock"][0])


def checked(pieces: Iterable[EventBlock], metadata: Mapping[str, Any], path: Path) -> Iterator[EventBlock]:
    """Pass the events of ``path`` on while comparing them with its metadata.

    Raises
    ------
    FileError
        If a column is missing, a number is not finite, or the events are not those promised.
    """
    check = ContentCheck(metadata, path)
    for piece in pieces:
        check.add(piece)
        yield piece
    check.finish()


def empty_truth(pdg_id: type[np.signedinteger[Any]] = np.int32) -> EventBlock:
    """Truth block without events."""
    scalars: dict[str, Column] = {
        "run": np.empty(0, np.uint32),
        "luminosityBlock": np.empty(0, np.uint32),
        "event": np.empty(0, np.uint64),
        "genWeight": np.empty(0),
    }
    columns: dict[str, Column] = {
        "pdgId": np.empty(0, pdg_id),
        "status": np.empty(0, np.int32),
        "genPartIdxMother": np.empty(0, np.int16),
        **{name: np.empty(0) for name in ("px", "py", "pz", "mass")},
    }
    return EventBlock(scalars, {"GenPart": Jagged(np.zeros(1, np.int64), columns)})
