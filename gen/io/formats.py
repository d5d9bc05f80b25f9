"""One door to all formats of events: told by the extension, same interface for each.

========================  ==========================================  ==================
extension                 format                                      holds
========================  ==========================================  ==================
``.root``                 TTree (NanoAOD names), RNTuple on request   truth, reconstructed, ntuples
``.lhe``, ``.lhe.gz``     Les Houches events 3                        truth
``.hepmc``, ``.hepmc.gz`` HepMC3 Asciiv3                              truth
``.parquet``              Parquet (optional package pyarrow)          truth, reconstructed, ntuples
========================  ==========================================  ==================
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from lmutau.gen.errors import ConfigError, FileError, unknown_name
from lmutau.gen.io.atomic import check_output
from lmutau.gen.io.names import EXTENSIONS, extension_of, tree_of
from lmutau.gen.record import EventBlock

__all__ = ["EXTENSIONS", "LAYOUTS", "BlockWriter", "check_format", "is_root", "read_events", "read_metadata",
           "writer_for"]  # fmt: skip

LAYOUTS = ("ttree", "rntuple")
"""How events lie in a ROOT file."""

_TRUTH_ONLY = (".lhe", ".lhe.gz", ".hepmc", ".hepmc.gz")


class BlockWriter(Protocol):
    """What every writer can do."""

    def __enter__(self) -> Self:
        """Open."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        ...

    def write(self, block: EventBlock) -> None:
        """Add events."""
        ...

    def finish(
        self,
        metadata: Mapping[str, Any],
        sampler: Mapping[str, Any] | None = None,
        objects: Mapping[str, Any] | None = None,
    ) -> None:
        """Complete the file."""
        ...


def check_format(path: Path, kind: str = "truth", layout: str = "ttree") -> Path:
    """Check, before any work, that events of this ``kind`` can be written to ``path``.

    Raises
    ------
    FileError
        For a place that cannot be written, an unknown extension, or reconstructed events in a format
        that has no place for them.
    ConfigError
        For an unknown ``layout``, or "rntuple" in a file that is not ROOT.
    """
    check_output(path, EXTENSIONS)
    if layout not in LAYOUTS:
        raise unknown_name("format", layout, LAYOUTS)
    ending = extension_of(path)
    if layout != "ttree" and ending != ".root":
        raise ConfigError(f"format {layout!r}: the file {path.name} is not ROOT; allowed with .root only.")
    if kind != "truth" and ending in _TRUTH_ONLY:
        raise FileError(
            f"output {path}: {ending} holds truth events, these are of kind {kind!r}; write .root or .parquet."
        )
    return path


def writer_for(path: Path, *, kind: str = "truth", layout: str = "ttree") -> BlockWriter:
    """Writer of truth events, reconstructed events or rows of an ntuple; a context manager.

    ``write(block)`` as often as needed, then ``finish(metadata)``; the file appears under its name
    when the context ends without error.

    Parameters
    ----------
    path
        File to write; its extension is the format.
    kind
        "truth", "reco" or "ntuple"; in a ROOT file an ntuple has a tree of its own, packed for speed.
    layout
        "ttree" or "rntuple" in a ROOT file.
    """
    check_format(path, kind, layout)
    ending = extension_of(path)
    if ending == ".root":
        from lmutau.gen.io.root import EventWriter

        packing = "lz4" if kind == "ntuple" else "zstd"
        return EventWriter(path, tree=tree_of(kind), compression=packing, layout=layout)
    if ending == ".parquet":
        from lmutau.gen.io.parquet import ParquetWriter

        return ParquetWriter(path)
    if ending in (".lhe", ".lhe.gz"):
        from lmutau.gen.io.lhe import LheWriter

        return LheWriter(path)
    from lmutau.gen.io.hepmc import HepmcWriter

    return HepmcWriter(path)


def is_root(path: Path) -> bool:
    """Return whether an existing file is a ROOT file, by its extension or, if that is unknown, its first bytes.

    Raises
    ------
    FileError
        If there is no such file, or its format is not known.
    """
    return _known(path) == ".root"


def read_metadata(path: Path) -> dict[str, Any]:
    """Metadata of a file of events; an LHE or HepMC file of another generator is read to its end for them.

    Raises
    ------
    FileError
        If the file is missing, damaged, or of no known format.
    """
    ending = _known(path)
    if ending in (".lhe", ".lhe.gz"):
        from lmutau.gen.io.lhe import read_lhe_metadata

        return read_lhe_metadata(path)
    if ending in (".hepmc", ".hepmc.gz"):
        from lmutau.gen.io.hepmc import read_hepmc_metadata

        return read_hepmc_metadata(path)
    if ending == ".parquet":
        from lmutau.gen.io.parquet import read_parquet_metadata

        return read_parquet_metadata(path)
    from lmutau.gen.io.root import read_metadata as read_root_metadata

    return read_root_metadata(path)


def read_events(path: Path) -> tuple[dict[str, Any], Iterator[EventBlock]]:
    """Read a file of events.

    Returns
    -------
    metadata
        As of a sample of ours; those of foreign files have ``kind`` "truth", the file's name as
        ``process``, its beams, cross-section and error [fb], and ``warnings`` where something is odd.
    blocks
        All events of one ``luminosityBlock`` together, in order, GeV and fb; read as they are asked
        for. Foreign events wait in a temporary file, never in memory.

    Raises
    ------
    FileError
        If the file is missing, damaged, or of no known format.
    """
    ending = _known(path)
    if ending in (".lhe", ".lhe.gz"):
        from lmutau.gen.io.lhe import read_lhe

        return read_lhe(path)
    if ending in (".hepmc", ".hepmc.gz"):
        from lmutau.gen.io.hepmc import read_hepmc

        return read_hepmc(path)
    if ending == ".parquet":
        from lmutau.gen.io.parquet import read_parquet

        return read_parquet(path)
    from lmutau.gen.io.root import iterate_blocks
    from lmutau.gen.io.root import read_metadata as read_root_metadata

    return read_root_metadata(path), iterate_blocks(path)


def _known(path: Path) -> str:
    """Return the extension of an input; a ROOT file may have any name."""
    from lmutau.gen.io.text import check_input

    ending = extension_of(check_input(path))
    if ending is not None:
        return ending
    with path.open("rb") as file:
        if file.read(4) == b"root":
            return ".root"
    raise FileError(f"input {path}: unknown extension; allowed are {', '.join(EXTENSIONS)}.")
