"""Where the events of a sample come from: what is kept of the samples that it was made of."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lmutau.gen.metadata import VOLATILE, program_version

__all__ = ["EVENTS_OF_ITS_OWN", "origin", "sources", "stages"]

EVENTS_OF_ITS_OWN = (*VOLATILE, "content", "warnings", "blocks", "merged", "reweighted", "stages")
"""Keys of the metadata that do not pass on to a sum of samples."""

_KEPT = ("version", "n_tried", "n_events", "sigma_fb", "sigma_error_fb", "n_eff", "merged", "reweighted")


def origin(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a sample that was used: version, numbers, cross-section [fb], and its own history."""
    return {key: metadata[key] for key in _KEPT if key in metadata}


def sources(path: Path, metadata: Mapping[str, Any]) -> list[str]:
    """Names of the files that a file is made from, the last first: ``path``, whose ``metadata`` name those before."""
    before = metadata.get("source", [])
    return [path.name, *([before] if isinstance(before, str) else before)]


def stages(metadata: Mapping[str, Any], stage: str, card: str) -> list[dict[str, str]]:
    """What was done to the events so far, one more ``stage`` added: program version and card of each."""
    first = {"stage": "generate", "version": str(metadata.get("version", "unknown")), "card": str(metadata["process"])}
    before = metadata.get("stages", [first])
    return [*before, {"stage": stage, "version": program_version(), "card": card}]
