"""Where the events of a sample come from: what is kept of the samples that it was made of."""

from collections.abc import Mapping
from typing import Any

from lmutau.gen.metadata import VOLATILE

__all__ = ["EVENTS_OF_ITS_OWN", "origin"]

EVENTS_OF_ITS_OWN = (*VOLATILE, "content", "warnings", "blocks", "merged", "reweighted")
"""Keys of the metadata that do not pass on to a sum of samples."""

_KEPT = ("version", "n_tried", "n_events", "sigma_fb", "sigma_error_fb", "n_eff", "merged", "reweighted")


def origin(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a sample that was used: version, numbers, cross-section [fb], and its own history."""
    return {key: metadata[key] for key in _KEPT if key in metadata}
