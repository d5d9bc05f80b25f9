"""Metadata of a sample: what was computed, by which program, how it is normalised, what to cite."""

import datetime
import math
from collections.abc import Mapping
from typing import Any

from lmutau.gen.beams import Beams
from lmutau.gen.errors import FileError

__all__ = [
    "SCHEMA",
    "UNITS",
    "VOLATILE",
    "beams_metadata",
    "check_schema",
    "created_now",
    "program_version",
    "weight_summary",
]

SCHEMA = 1
"""Version of the file layout; readers refuse another one."""

VOLATILE = ("created", "wall_time_s", "workers", "source")
"""Keys that differ between identical samples; the digest leaves them out."""

UNITS = {"momentum": "GeV", "angle": "rad", "genWeight": "fb", "weight": "fb", "frame": "laboratory"}


def program_version() -> str:
    """Version of this package."""
    from lmutau import __version__

    return __version__


def created_now() -> str:
    """Time stamp in UTC, ISO 8601."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def weight_summary(n: int, sum_w: float, sum_w2: float) -> dict[str, Any]:
    """Counts and sums that every sample carries; n_eff = (sum w)^2 / sum w^2."""
    return {
        "n_events": n,
        "sum_weights_fb": sum_w,
        "sum_weights2_fb2": sum_w2,
        "n_eff": sum_w**2 / sum_w2 if sum_w2 > 0 else 0.0,
    }


def check_schema(metadata: Mapping[str, Any], where: str) -> None:
    """Refuse metadata of another layout.

    Raises
    ------
    FileError
        If the schema version is missing or not :data:`SCHEMA`, or a number is not finite.
    """
    found = metadata.get("schema")
    if isinstance(found, bool) or not isinstance(found, int) or found != SCHEMA:
        raise FileError(
            f"{where}: file layout version {found!r}; this program reads {SCHEMA}. "
            f"Make the file again, or use the version of lmutau that wrote it ({metadata.get('version', 'unknown')})."
        )
    for key in ("sigma_fb", "sigma_error_fb", "sum_weights_fb"):
        value = metadata.get(key)
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise FileError(f"{where}: metadata {key} = {value!r}; a finite number [fb] is needed.")


def beams_metadata(beams: Beams, sqrt_s: float) -> dict[str, Any]:
    """Beams as they stand in the metadata; the total four-momentum is in the laboratory [GeV]."""
    return {
        "name": beams.name,
        "electron_energy": beams.electron_energy,
        "positron_energy": beams.positron_energy,
        "crossing_angle": beams.crossing_angle,
        "electron_spread": beams.electron_spread,
        "positron_spread": beams.positron_spread,
        "sqrt_s": sqrt_s,
        "four_momentum": beams.total(sqrt_s).tolist(),
    }
