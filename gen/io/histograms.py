"""Histograms that lie in a ROOT file beside the events."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmutau.gen.errors import FileError
from lmutau.gen.io.names import tree_of
from lmutau.gen.io.root import open_root

if TYPE_CHECKING:
    import hist

__all__ = ["read_histograms"]

_KNOWN = (tree_of("ntuple"), tree_of("truth"), "Runs", "metadata", "sampler")


def read_histograms(path: Path) -> "dict[str, hist.Hist[Any]]":
    """All histograms of a file by their path in it.

    Raises
    ------
    FileError
        If the file holds anything besides what lmutau writes: who copies it must not lose that in silence.
    """
    found = {}
    with open_root(path) as file:
        for name, kind in file.classnames(recursive=True, cycle=False).items():
            if kind.startswith("TH"):
                found[name] = file[name].to_hist()
            elif name not in _KNOWN and not kind.startswith("TDirectory"):
                raise FileError(f"input {path}: {name} ({kind}) is nothing that lmutau wrote; remove it first.")
    return found
