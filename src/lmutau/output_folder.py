"""The folder of a run: what an earlier run left there may be replaced, other people's files may not."""

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lmutau.gen.errors import FileError
from lmutau.gen.io.atomic import check_folder

__all__ = ["REPORT", "SUMMARY", "claim_folder"]

REPORT, SUMMARY = "report.html", "summary.json"
_MARK = '<meta name="generator" content="lmutau'


def claim_folder(folder: Path, samples: Sequence[str], *, force: bool = False) -> list[str]:
    """Make the folder of a run ready; report and summary of an earlier run go: they would not fit the new samples.

    Parameters
    ----------
    folder
        Made if it does not exist.
    samples
        Names of the samples of the new run.
    force
        Replace files that no run has made.

    Returns
    -------
    list of str
        What the user should know: whose files are replaced, what stays.

    Raises
    ------
    FileError
        If the folder cannot be written, or a file in the way was not made by ``lmutau run``.
    """
    check_folder(folder)
    ours = [REPORT, SUMMARY, *(f"{name}.root" for name in samples)]
    present = [name for name in ours if (folder / name).exists()]
    earlier = _earlier_summary(folder)
    foreign = [name for name in present if not _made_by_a_run(folder / name, earlier)]
    if foreign and not force:
        raise FileError(
            f"output {folder}: holds {', '.join(foreign)}, not made by lmutau run; "
            "give another folder with -o, or --force to replace."
        )
    for name in (REPORT, SUMMARY):
        (folder / name).unlink(missing_ok=True)
    notes = []
    run = f" ({earlier['run']!r})" if earlier else ""
    if replaced := [name for name in present if name not in foreign]:
        notes.append(f"{folder}: {', '.join(replaced)} of an earlier run{run} replaced")
    if foreign:
        notes.append(f"{folder}: {', '.join(foreign)} replaced, as --force asks")
    left = [name for name in _listed(earlier) if name not in ours and (folder / name).exists()]
    if left:
        notes.append(f"warning: {folder}: {', '.join(left)} stays there from an earlier run{run}, not part of this one")
    return notes


def _earlier_summary(folder: Path) -> dict[str, Any]:
    """Summary of an earlier run; empty if there is none."""
    with contextlib.suppress(OSError, ValueError, RecursionError):
        found = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        if isinstance(found, dict) and {"schema", "run", "selection", "samples"} <= set(found):
            return found
    return {}


def _listed(summary: dict[str, Any]) -> list[str]:
    """Files that a summary names; never a path that leads out of the folder."""
    files = summary.get("files", {})
    names = files.values() if isinstance(files, dict) else ()
    return [name for name in names if isinstance(name, str) and Path(name).name == name]


def _made_by_a_run(path: Path, earlier: dict[str, Any]) -> bool:
    if path.is_dir():
        return False
    if path.name == SUMMARY:
        return bool(earlier)
    if path.name == REPORT:
        with contextlib.suppress(OSError, ValueError):
            return bool(earlier) or _MARK in path.read_text(encoding="utf-8")
        return False
    from lmutau.gen.io.root import read_metadata

    try:
        metadata = read_metadata(path)
    except FileError:
        return False
    return metadata.get("kind") == "ntuple" and "card" in metadata
