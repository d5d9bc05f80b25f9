"""How large files become: an estimate before the work, so that nobody fills a disk by surprise."""

import shutil
from pathlib import Path

from lmutau.gen.generator import Generator
from lmutau.gen.io.names import extension_of

__all__ = ["WORTH_SAYING", "announcement", "ntuple_bytes", "size_text", "truth_bytes"]

WORTH_SAYING = 100e6
"""Bytes from which on an announcement is made."""

# Bytes as measured on files of this program. Binary files hold four doubles of each particle, hardly compressible;
# text has a head for each event and a line for each particle.
_BINARY_PER_FINAL = 33
_TEXT_PER_EVENT, _TEXT_PER_LINE = 200, 133
_PACKED_PER_FINAL = 60
_NTUPLE_PER_POINT = 90


def truth_bytes(generator: Generator, path: Path) -> float:
    """Estimate of the file of a prepared sample to some ten per cent, radiated photons and lost points left out."""
    record = generator.setup.record
    ending = extension_of(path) or ""
    final = sum(particle.status == 1 for particle in record)
    if ending in (".root", ".parquet"):
        size = _BINARY_PER_FINAL * final
    elif ending.endswith(".gz"):
        size = _PACKED_PER_FINAL * final
    else:
        size = _TEXT_PER_EVENT + _TEXT_PER_LINE * (len(record) + 2)  # and the beams
    return float(generator.n_requested * size)


def ntuple_bytes(points: int) -> float:
    """Estimate of the ntuples of a run from its sampling points; less where few events have a candidate."""
    return float(points * _NTUPLE_PER_POINT)


def announcement(expected: float, folder: Path) -> str | None:
    """Sentence about files of ``expected`` bytes in ``folder``; None if they are small and there is room."""
    free = shutil.disk_usage(folder).free
    if expected > free:
        return f"warning: about {size_text(expected)} will be written, only {size_text(free)} are free in {folder}"
    return f"about {size_text(expected)} will be written" if expected > WORTH_SAYING else None


def size_text(size: float) -> str:
    """Size in decimal units.

    Examples
    --------
    >>> size_text(44_526_337), size_text(999), size_text(1.62e9)
    ('44.5 MB', '999 B', '1.62 GB')
    """
    for unit, scale in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= scale:
            return f"{size / scale:.3g} {unit}" if size < 999.5 * scale else f"{size / scale:.0f} {unit}"
    return f"{size:.0f} B"
