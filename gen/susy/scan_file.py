"""Files of a scan: finished blocks aside, and the ROOT file that they become.

While a scan runs, each finished block is one file in ``OUT.parts/``, renamed into place when it is complete. At the end
they are copied in order into the ROOT file, which appears under its name when it is whole.
"""

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.io.atomic import check_output, written_aside
from lmutau.gen.io.root import open_root
from lmutau.gen.randomness import BLOCK
from lmutau.gen.susy.scan_lock import exclusive
from lmutau.gen.susy.scan_settings import ScanSettings

__all__ = ["SCHEMA", "ScanParts", "iterate_scan", "open_scan", "parts_folder", "recorded_seed", "write_scan"]

Columns = Mapping[str, NDArray[Any]]

SCHEMA = "lmutau-susy-scan-1"
"""Name and version of the layout of a scan file."""

_UNITS = {"m_": "GeV", "a_": "1"}
_PARAMETER_UNITS = {"tan_beta": "1", "g": "1"}


def parts_folder(path: Path) -> Path:
    """Folder of the finished blocks of the scan ``path``."""
    return path.with_name(path.name + ".parts")


class ScanParts:
    """Finished blocks of an unfinished scan."""

    def __init__(self, path: Path, settings: ScanSettings) -> None:
        """Prepare the folder ``path``.parts; nothing of another scan in it is touched or used.

        Raises
        ------
        FileError
            If the place cannot be written.
        """
        check_output(path, (".root",))
        self._output = path
        self._folder = parts_folder(path)
        self._n, self._seed = settings.n, settings.seed
        self._prefix = f"scan-{settings.fingerprint()}"
        try:
            self._folder.mkdir(exist_ok=True)
        except OSError as error:
            raise FileError(f"output {path}: {error.strerror or error}; choose another place.") from error

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes out, and leave nothing behind that is of no use.

        Raises
        ------
        FileError
            If another process makes this file now.
        """
        with exclusive(self._folder, self._output):
            record = self._folder / f"{self._prefix}.json"
            record.write_text(json.dumps({"seed": self._seed}), encoding="utf-8")
            try:
                yield
            finally:
                if not any(self._folder.glob(f"{self._prefix}-*")):
                    record.unlink(missing_ok=True)
                with contextlib.suppress(OSError):
                    self._folder.rmdir()

    def _path(self, block: int) -> Path:
        count = min(BLOCK, self._n - block * BLOCK)
        return self._folder / f"{self._prefix}-{block:08d}-{count}.npz"

    def has(self, block: int) -> bool:
        """Whether a block is finished."""
        return self._path(block).exists()

    def save(self, block: int, columns: Columns) -> None:
        """Write a block aside and rename it."""
        path = self._path(block)
        unfinished = path.with_name(f"unfinished-{os.getpid()}-{path.name}")
        with unfinished.open("wb") as file:
            np.savez(file, **dict(columns))  # type: ignore[arg-type]  # its stub knows no mapping of arrays
        unfinished.replace(path)

    def load(self, block: int) -> dict[str, NDArray[Any]]:
        """Read a finished block.

        Raises
        ------
        FileError
            If it is damaged.
        """
        path = self._path(block)
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                return {name: file[name] for name in file.files}
        except Exception as error:  # zip, header and checksum errors are of many kinds
            raise FileError(f"{path}: a damaged part ({error}); remove it and run the same command again.") from error

    def remove(self) -> None:
        """Remove the blocks of this scan."""
        for path in self._folder.glob(f"*{self._prefix}-*"):
            path.unlink(missing_ok=True)


def recorded_seed(path: Path, settings: Callable[[int], ScanSettings]) -> int | None:
    """Seed of the finished scan ``path``, or of the unfinished one that is ``settings(seed)``; None: there is neither.

    Raises
    ------
    FileError
        If ``path`` is no scan.
    ConfigError
        If there are several unfinished ones.
    """
    if path.exists():
        return int(open_scan(path)["seed"])
    found = []
    for record in sorted(parts_folder(path).glob("scan-*.json")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # a damaged record is none
            seed = int(json.loads(record.read_text(encoding="utf-8"))["seed"])
            if record.stem == f"scan-{settings(seed).fingerprint()}":
                found.append(seed)
    if len(found) > 1:
        raise ConfigError(
            f"output {path}: unfinished scans with the seeds {', '.join(map(str, sorted(found)))} are in "
            f"{parts_folder(path)}; say with --seed which goes on."
        )
    return found[0] if found else None


def write_scan(path: Path, settings: ScanSettings, parts: ScanParts, progress: Callable[[str, float], None]) -> None:
    """Copy the parts in order into ``path``; memory holds one block at a time."""
    import uproot

    from lmutau import __version__
    from lmutau.gen.susy.scan import CLASSES

    with written_aside(path) as aside, uproot.recreate(aside, compression=uproot.ZSTD(1)) as file:
        tree = None
        for block in range(settings.n_blocks):
            columns = parts.load(block)
            if tree is None:
                tree = file.mktree("Scan", {name: column.dtype for name, column in columns.items()})
            tree.extend(columns)
            progress("writing", (block + 1) / settings.n_blocks)
        units = {name: _PARAMETER_UNITS.get(name, _UNITS.get(name[:2], "GeV")) for name in columns}
        units.update({"spectrum_class": "1", "spectrum_order": "1"})
        metadata = {"schema": SCHEMA, "program": f"lmutau {__version__}", **settings.description(),
                    "fingerprint": settings.fingerprint(), "classes": list(CLASSES), "units": units,
                    "references": ["arXiv:2011.05083", "hep-ph/0103067"]}  # fmt: skip
        file["metadata"] = json.dumps(metadata)


def open_scan(path: Path, expected: ScanSettings | None = None) -> dict[str, Any]:
    """Metadata of a scan file; with ``expected``, check that it is that scan.

    Raises
    ------
    FileError
        If it is no scan file, damaged, or another scan.
    """
    with open_root(path) as file:
        try:
            metadata: dict[str, Any] = json.loads(str(file["metadata"])) if "metadata" in file else {}
        except json.JSONDecodeError as error:
            raise FileError(f"{path}: metadata are not readable ({error}).") from error
        if metadata.get("schema") != SCHEMA or "Scan" not in file:
            raise FileError(f"{path}: exists and is not a scan of this program; choose another name.")
        entries = int(file["Scan"].num_entries)
    if entries != metadata["n"]:
        raise FileError(f"{path}: {entries} points, but its metadata promise {metadata['n']}; make it again.")
    if expected is not None:
        different = _differences(metadata, expected)
        if different:
            raise FileError(f"output {path}: holds another scan ({different}); choose another name or remove it.")
    return metadata


def _differences(metadata: Mapping[str, Any], expected: ScanSettings) -> str:
    """What a finished scan has other than ``expected``, in words."""
    wanted = expected.description()
    found = [
        f"{key} = {metadata.get(key)}, not {wanted[key]}"
        for key in ("n", "seed", "slepton_input")
        if metadata.get(key) != wanted[key]
    ]
    ranges = metadata.get("ranges", {})
    found += [
        f"{name} = {':'.join(f'{limit:g}' for limit in ranges.get(name, []))}"
        for name, limits in wanted["ranges"].items()
        if ranges.get(name) != limits
    ]
    found += [f"other {key}" for key in ("constants", "alpha_mz", "block") if metadata.get(key) != wanted[key]]
    if not found and metadata["fingerprint"] != expected.fingerprint():
        found = ["formulas of another version"]
    return "; ".join(found)


def iterate_scan(path: Path, names: Sequence[str] | None = None) -> Iterator[dict[str, NDArray[Any]]]:
    """Columns of a scan file (None: all), a hundred thousand points at a time."""
    with open_root(path) as file:
        for arrays in file["Scan"].iterate(None if names is None else list(names), step_size=100_000, library="np"):
            yield dict(arrays)
