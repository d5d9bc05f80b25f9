"""Names of files, of the trees in them, and of samples that come from other generators."""

from pathlib import Path

__all__ = ["EXTENSIONS", "extension_of", "process_name", "tree_of"]

EXTENSIONS = (".root", ".lhe", ".lhe.gz", ".hepmc", ".hepmc.gz", ".parquet")
"""File names by which formats are known."""


def extension_of(path: Path) -> str | None:
    """Return the extension that tells the format; None if it is none of ours."""
    found = [ending for ending in EXTENSIONS if path.name.endswith(ending) and path.name != ending]
    return max(found, key=len) if found else None


def tree_of(kind: str) -> str:
    """Name of the tree that holds a sample of this kind ("truth", "reco", "ntuple")."""
    return "ntuple" if kind == "ntuple" else "Events"


def process_name(path: Path) -> str:
    """Name of a foreign sample: the file's without extension, never that of a process of ours."""
    from lmutau.gen.processes import PROCESSES

    stem = path.name.removesuffix(extension_of(path) or path.suffix)
    return f"{stem}_external" if stem in PROCESSES else stem
