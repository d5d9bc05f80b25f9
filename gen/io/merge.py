"""Add files of events: :class:`lmutau.gen.merging.Merger` from file to file, block by block."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.frozen import merge_samplers
from lmutau.gen.history import origin
from lmutau.gen.io.conversion import read_sampler
from lmutau.gen.io.digest import content_digest
from lmutau.gen.io.formats import check_format, is_root, read_events, read_metadata, writer_for
from lmutau.gen.merging import Merger
from lmutau.gen.parts import parts_of

__all__ = ["merge_files", "origin_of"]

Progress = Callable[[str, float], None]


def merge_files(
    sources: Sequence[Path], output: Path, *, layout: str = "ttree", progress: Progress | None = None
) -> dict[str, Any]:
    """Add samples of one process, each weighted by its share of the tries; returns the metadata of the sum.

    Parameters
    ----------
    sources
        Files of ours, of any format; the sum does not depend on their order.
    output
        File to write; its extension is the format.
    layout
        "ttree" or "rntuple" in a ROOT file.
    progress
        Called with (stage, part done).

    Raises
    ------
    ConfigError
        If the samples must be kept apart, or hold the same events.
    FileError
        If a file cannot be used.
    """
    check_format(output, layout=layout)
    if not sources:
        raise ConfigError("merge: no file given.")
    for source in sources:
        if output.exists() and source.exists() and output.samefile(source):
            raise FileError(f"output {output}: is an input; give another name.")
    metadata = [read_metadata(source) for source in sources]
    merger = Merger(metadata, [str(source) for source in sources])
    check_format(output, str(metadata[0]["kind"]), layout)
    paths = [sources[i] for i in merger.order]
    if progress is not None:
        progress("digest", 0.0)
    origins = [origin_of(path, metadata[i]) for path, i in zip(paths, merger.order, strict=True)]
    done = 0
    with writer_for(output, kind=str(metadata[0]["kind"]), layout=layout) as writer:
        for position, path in enumerate(paths):
            with contextlib.closing(_blocks(path)) as blocks:
                for block in blocks:
                    writer.write(merger.block(position, block))
                    done += len(block)
                    if progress is not None:
                        progress("merge", done / max(merger.n_events, 1))
        merged = {**merger.metadata(origins), "source": [path.name for path in paths]}
        writer.finish(merged, _samplers(paths, [metadata[i] for i in merger.order]))
    return merged


def _blocks(path: Path) -> Any:
    yield from read_events(path)[1]


def origin_of(path: Path, metadata: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a file that was used: as of a sample, and name and digest of the file."""
    return {"source": path.name, "digest": content_digest(path), **origin(metadata)}


def _samplers(paths: Sequence[Path], metadata: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Frozen samplers of all parts, if every file has its own."""
    found = []
    for path, described in zip(paths, metadata, strict=True):
        packed = read_sampler(path) if is_root(path) else None
        if packed is None:
            return None
        found.append((packed, len(parts_of(described, str(path)))))
    return merge_samplers(found)
