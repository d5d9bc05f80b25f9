"""Ntuples with another coupling: one factor for all weights, histograms and cut flows, no new analysis."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.io.root import EventWriter, open_root
from lmutau.gen.record import EventBlock
from lmutau.gen.reweighting import TruthReweighting, scaled_events

__all__ = ["check_ntuple", "reweight_ntuple"]

_STEP = 100_000
_TREE = "ntuple"
_KNOWN = (_TREE, "Runs", "metadata", "sampler")


def check_ntuple(change: TruthReweighting) -> float:
    """Return the factor of all weights.

    Raises
    ------
    ConfigError
        If it differs from event to event: an ntuple has no truth.
    """
    if change.factor is None:
        raise ConfigError(
            "reweight: the factor depends on the mass of the Z' in each event, and an ntuple has no truth; "
            "reweight the reconstructed file, then analyze it."
        )
    return change.factor


def reweight_ntuple(
    source: Path,
    output: Path,
    change: TruthReweighting,
    metadata: Mapping[str, Any],
    *,
    sampler: Mapping[str, Any] | None = None,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write the ntuple ``source`` with another coupling to ``output``.

    Weights, histograms, and the cross-sections of the cut flow are multiplied; errors, too.

    Parameters
    ----------
    change
        The coupling; its factor must be the same for all events.
    metadata
        Those of the new sample.
    sampler
        Frozen sampler, already with the new weights.
    progress
        Called with the part done.
    """
    factor = check_ntuple(change)
    described = {**metadata, "selection": _scaled_numbers(metadata["selection"], factor)}
    with EventWriter(output, tree=_TREE, compression="lz4") as writer:
        done, total = 0, int(metadata["content"]["n"])
        for rows in _rows(source):
            writer.write(scaled_events(rows, metadata["units"], factor))
            done += len(rows)
            if progress is not None:
                progress(done / max(total, 1))
        if done != total:
            raise FileError(f"input {source}: {done} rows, but the metadata promise {total}; make the file again.")
        writer.finish(described, sampler, _scaled_histograms(source, factor))


def _rows(source: Path) -> Iterator[EventBlock]:
    with open_root(source) as file:
        tree = file[_TREE]
        if not tree.num_entries:
            yield EventBlock(tree.arrays(library="np"), {})
        for columns in tree.iterate(step_size=_STEP, library="np"):
            for name, column in columns.items():
                if column.dtype == object or not np.isfinite(column).all():
                    raise FileError(f"input {source}: column {name} is not one of finite numbers; make the file again.")
            yield EventBlock(columns, {})


def _scaled_histograms(source: Path, factor: float) -> dict[str, Any]:
    """All histograms, contents times ``factor``, squared errors times its square."""
    found = {}
    with open_root(source) as file:
        for name, kind in file.classnames(recursive=True, cycle=False).items():
            if kind.startswith("TH"):
                histogram = file[name].to_hist()
                view = histogram.view(flow=True)
                view["value"] *= factor
                view["variance"] *= factor**2
                found[name] = histogram
            elif name not in _KNOWN and not kind.startswith("TDirectory"):
                raise FileError(
                    f"input {source}: {name} ({kind}) has no rule for other weights; analyze again instead."
                )
    return found


def _scaled_numbers(value: Any, factor: float) -> Any:
    """Multiply every number whose key says that it is in fb."""
    if isinstance(value, dict):
        return {
            key: item * factor
            if key.endswith("_fb") and isinstance(item, float | int)
            else _scaled_numbers(item, factor)
            for key, item in value.items()
        }
    return [_scaled_numbers(item, factor) for item in value] if isinstance(value, list) else value
