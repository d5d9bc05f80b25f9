"""Ntuples with another coupling: one factor for all weights, histograms and cut flows, no new analysis."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmutau.gen.errors import ConfigError
from lmutau.gen.io.formats import is_root, read_events, writer_for
from lmutau.gen.io.histograms import read_histograms
from lmutau.gen.reweighting import TruthReweighting, scaled_events

if TYPE_CHECKING:
    import hist

__all__ = ["check_ntuple", "reweight_ntuple"]


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
    layout: str = "ttree",
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
    layout
        "ttree" or "rntuple" in a ROOT file.
    sampler
        Frozen sampler, already with the new weights.
    progress
        Called with the part done.
    """
    factor = check_ntuple(change)
    described = {**metadata, "selection": _scaled_numbers(metadata["selection"], factor)}
    with writer_for(output, kind="ntuple", layout=layout) as writer:
        done, total = 0, int(metadata["content"]["n"])
        for rows in read_events(source)[1]:
            writer.write(scaled_events(rows, metadata["units"], factor))
            done += len(rows)
            if progress is not None:
                progress(done / max(total, 1))
        writer.finish(described, sampler, _scaled_histograms(source, factor))


def _scaled_histograms(source: Path, factor: float) -> "dict[str, hist.Hist[Any]]":
    """All histograms, contents times ``factor``, squared errors times its square."""
    found = read_histograms(source) if is_root(source) else {}
    for histogram in found.values():
        view: Any = histogram.view(flow=True)
        view["value"] *= factor
        view["variance"] *= factor**2
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
