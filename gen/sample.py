"""Samples in memory: an awkward array with vector behaviours, and the metadata."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lmutau.gen.record import EventBlock, Jagged

if TYPE_CHECKING:
    import awkward as ak

__all__ = ["Sample", "from_awkward", "read_sample", "sample_of", "to_awkward", "write_sample"]

_COUNTER_DTYPE = np.int64


@dataclass(frozen=True, slots=True, repr=False)
class Sample:
    """Events with their metadata.

    ``events``: awkward array, fields as in the file (``events.genWeight``, ``events.GenPart.px``);
    particle collections behave as four-vectors (``events.Muon.p``). ``metadata``: plain dictionary.
    """

    events: "ak.Array"
    metadata: dict[str, Any]

    @property
    def sigma(self) -> float:
        """Cross-section of the sample [fb]."""
        return float(self.metadata["sigma_fb"])

    @property
    def sigma_error(self) -> float:
        """Its statistical standard deviation [fb]."""
        return float(self.metadata["sigma_error_fb"])

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.events)

    def __repr__(self) -> str:
        """One line: what, how many, cross-section."""
        kind, process = self.metadata["kind"], self.metadata["process"]
        return f"Sample({process}, {kind}, {len(self)} events, sigma = {self.sigma:.6g} +- {self.sigma_error:.2g} fb)"

    def save(self, path: str | Path) -> None:
        """Write the sample to a file; the extension is the format, see :func:`write_sample`."""
        write_sample(self, path)

    @staticmethod
    def load(path: str | Path) -> "Sample":
        """Read a sample, see :func:`read_sample`."""
        return read_sample(path)

    def block(self) -> EventBlock:
        """Return all events as one block of flat columns, without copying."""
        return from_awkward(self.events)


def sample_of(blocks: Iterable[EventBlock], metadata: dict[str, Any]) -> Sample:
    """Collect blocks in memory."""
    return Sample(to_awkward(EventBlock.concatenate(list(blocks))), metadata)


def read_sample(path: str | Path) -> Sample:
    """Read a file of events: ROOT or Parquet of ours, LHE or HepMC3 of any generator.

    Raises
    ------
    FileError
        If the file is missing, damaged, or of no known format.
    """
    from lmutau.gen.io.formats import read_events

    metadata, blocks = read_events(Path(path))
    return sample_of(blocks, metadata)


def write_sample(sample: Sample, path: str | Path, *, layout: str = "ttree") -> None:
    """Write a sample to ``.root``, ``.parquet`` or, at truth level, ``.lhe[.gz]``, ``.hepmc[.gz]``.

    Parameters
    ----------
    layout
        "ttree", or "rntuple" in a ROOT file.

    Raises
    ------
    FileError
        If the place cannot be written or the format does not hold such events.
    ConfigError
        If there is no such layout.
    """
    from lmutau.gen.io.formats import check_format, writer_for

    target = check_format(Path(path), str(sample.metadata["kind"]), layout)
    with writer_for(target, kind=str(sample.metadata["kind"]), layout=layout) as writer:
        writer.write(sample.block())
        writer.finish(sample.metadata)


def to_awkward(block: EventBlock) -> "ak.Array":
    """Block as an awkward array with vector behaviours; columns are shared, not copied."""
    import awkward as ak
    import vector
    from awkward.contents import ListOffsetArray, NumpyArray, RecordArray
    from awkward.index import Index64

    vector.register_awkward()
    contents: list[Any] = [NumpyArray(np.asarray(column)) for column in block.scalars.values()]
    for jagged in block.collections.values():
        record = RecordArray(
            [NumpyArray(np.asarray(column)) for column in jagged.columns.values()],
            list(jagged.columns),
            length=int(jagged.offsets[-1]),
            parameters=_behaviour(jagged),
        )
        contents.append(ListOffsetArray(Index64(np.asarray(jagged.offsets, dtype=np.int64)), record))
    layout = RecordArray(contents, [*block.scalars, *block.collections], length=len(block))
    return ak.Array(layout)


def _behaviour(jagged: Jagged) -> dict[str, Any]:
    """Name by which vector knows a collection: momenta with or without mass; anything else has none."""
    if not {"px", "pt"} & set(jagged.columns):
        return {}
    return {"__record__": "Momentum4D" if "mass" in jagged.columns else "Momentum3D"}


def from_awkward(events: "ak.Array") -> EventBlock:
    """Flat columns of an awkward array that has the layout of :func:`to_awkward`."""
    import awkward as ak

    scalars: dict[str, Any] = {}
    collections: dict[str, Jagged] = {}
    for name in events.fields:
        column = events[name]
        if column.ndim == 1:
            scalars[name] = ak.to_numpy(column)
            continue
        counts = ak.to_numpy(ak.num(column))
        offsets = np.concatenate(([0], np.cumsum(counts))).astype(_COUNTER_DTYPE)
        flat = ak.flatten(column)
        collections[name] = Jagged(offsets, {key: ak.to_numpy(flat[key]) for key in column.fields})
    return EventBlock(scalars, collections)
