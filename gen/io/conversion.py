"""From one format of events to another, block by block."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lmutau.gen.errors import FileError
from lmutau.gen.history import sources
from lmutau.gen.io.formats import check_format, is_root, read_events, writer_for
from lmutau.gen.io.histograms import read_histograms
from lmutau.gen.io.names import extension_of

__all__ = ["convert_file", "read_sampler"]


def convert_file(
    source: Path,
    output: Path,
    *,
    layout: str = "ttree",
    progress: Callable[[str, float], None] | None = None,
) -> dict[str, Any]:
    """Convert a file of events; returns its metadata.

    Weights, momenta, masses, mothers and numbers of the events stay bit by bit. ROOT files keep the frozen
    sampler and the histograms of an ntuple, too; the other formats have no place for them.

    Parameters
    ----------
    source
        ROOT or Parquet of ours, LHE or HepMC3 of any generator.
    output
        File to write; its extension is the format.
    layout
        "ttree" or "rntuple" in a ROOT file.
    progress
        Called with (stage, part done).

    Raises
    ------
    FileError, ConfigError
        If either file cannot be used, or the format has no place for such events.
    """
    check_format(output, layout=layout)
    if output.exists() and source.exists() and output.samefile(source):
        raise FileError(f"output {output}: is the input; give another name.")
    metadata, blocks = read_events(source)
    check_format(output, str(metadata["kind"]), layout)
    done = 0
    if progress is not None:
        progress("export", 0.0)
    histograms = read_histograms(source) if extension_of(output) == ".root" and is_root(source) else {}
    with writer_for(output, kind=str(metadata["kind"]), layout=layout) as writer:
        for block in blocks:
            writer.write(block)
            done += len(block)
            if progress is not None:
                progress("export", done / max(metadata["n_events"], 1))
        metadata = {**metadata, "source": sources(source, metadata)}
        writer.finish(metadata, read_sampler(source), histograms)
    return metadata


def read_sampler(source: Path) -> dict[str, Any] | None:
    """Frozen sampler of a file as it is packed there; None if the file has none."""
    if not is_root(source):
        return None
    from lmutau.gen.io.root import read_text

    text = read_text(source, "sampler")
    return None if text is None else dict(json.loads(text))
