"""The numbers of the model that come from papers, as they stand in the data files."""

import functools
import tomllib
from importlib import resources
from typing import Any

__all__ = ["bound_numbers", "read_data"]


@functools.cache
def read_data(name: str) -> dict[str, Any]:
    """A data file of the package, parsed."""
    return tomllib.loads(resources.files("lmutau.data").joinpath(name).read_text(encoding="utf-8"))


def bound_numbers(group: str) -> dict[str, float]:
    """The values of one group of ``bounds.toml``."""
    return {key: float(entry["value"]) for key, entry in read_data("bounds.toml")[group].items()}
