"""Files of the SUSY Les Houches accord: parameters, spectrum and decays of one point out, parameters back in.

Standard blocks keep their meaning; what the accord does not know stands in blocks of our own, see docs/susy.md.
Numbers are written with 17 digits: what is read back is what was written.

References
----------
hep-ph/0311123 (SLHA1), arXiv:0801.0045 (SLHA2).
"""

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import FileError
from lmutau.gen.io.atomic import written_aside
from lmutau.gen.susy.decay import decays
from lmutau.gen.susy.lhc import CrossSection
from lmutau.gen.susy.parameters import SLEPTON_INPUTS
from lmutau.gen.susy.point import SusyPoint
from lmutau.gen.susy.scheme import ALPHA_MZ
from lmutau.gen.susy.slha_decays import zp_decay
from lmutau.gen.susy.slha_text import MODEL_KEYS, slha_text

__all__ = ["parse_slha", "read_slha", "write_slha"]

_SOFT = {"selectron_mass": (31, 34), "smuon_mass": (32, 35), "stau_mass": (33, 36)}
_READ = ("MINPAR", "EXTPAR", "LMUTAUIN")
_ADVICE = "'lmutau susy spectrum -o FILE' writes a complete example."
_LINE = re.compile(r"^\s+(-?\d+)\s+\S+\s*$")
_FORTRAN = re.compile(r"^[-+]?[\d.]+[dD][-+]?\d+$")
_BLOCK = re.compile(r"^BLOCK\s+\w+(\s+Q\s*=\s*[-+.\dEe]+)?\s*$", re.IGNORECASE)
_OTHER = re.compile(r"^(DECAY|XSECTION)\s", re.IGNORECASE)


def write_slha(
    path: Path,
    point: SusyPoint,
    *,
    cross_sections: Sequence[CrossSection] = (),
    constants: Constants = CONSTANTS,
    alpha_mz: float = ALPHA_MZ,
) -> None:
    """Write parameters, spectrum and decays of a point to ``path``, and ``cross_sections`` if they are given.

    Raises
    ------
    ConfigError
        If a slepton is a tachyon.
    FileError
        If the file cannot be written.
    """
    table = zp_decay(point, constants) | decays(point, constants=constants, alpha_mz=alpha_mz)
    text = slha_text(point, constants, alpha_mz, table, cross_sections)
    with written_aside(path) as aside:
        aside.write_text(text, encoding="utf-8")


def read_slha(path: Path) -> SusyPoint:
    """Read the parameters of a point from a file.

    Raises
    ------
    FileError
        If the file is missing, is not SLHA, or lacks a block or entry that is needed.
    ConfigError
        If a parameter is out of range.
    """
    if not path.exists():
        raise FileError(f"input {path}: no such file.")
    if path.is_dir():
        raise FileError(f"input {path}: is a folder; give an SLHA file.")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"input {path}: cannot be read as text ({error}); give an SLHA file.") from error
    return parse_slha(text, f"input {path}")


def parse_slha(text: str, where: str = "SLHA") -> SusyPoint:
    """Read the parameters of a point from the text of a file, as :func:`read_slha`."""
    blocks = _Blocks(text, where)
    if blocks.has("EXTPAR", 25) and blocks.has("MINPAR", 3):
        first, second = blocks.number("MINPAR", 3), blocks.number("EXTPAR", 25)
        if first != second:
            raise FileError(
                f"{where}: MINPAR 3 = {first:g} and EXTPAR 25 = {second:g} are both tan(beta) and differ; keep one."
            )
    values: dict[str, Any] = {
        "m1": blocks.number("EXTPAR", 1),
        "m2": blocks.number("EXTPAR", 2),
        "mu": blocks.number("EXTPAR", 23),
        "tan_beta": blocks.number(
            "EXTPAR" if blocks.has("EXTPAR", 25) else "MINPAR", 25 if blocks.has("EXTPAR", 25) else 3
        ),
    }
    for name, (left, right) in _SOFT.items():
        values[name] = blocks.number("EXTPAR", left)
        if blocks.number("EXTPAR", right) != values[name]:
            raise FileError(
                f"{where}: block EXTPAR: entries {left} and {right} differ ({values[name]:g} and "
                f"{blocks.number('EXTPAR', right):g} GeV); left and right {name.removesuffix('_mass')} mass must agree."
            )
    for key, name in MODEL_KEYS.items():
        if name != "slepton_input":
            values[name] = blocks.number("LMUTAUIN", key)
    flag = blocks.number("LMUTAUIN", 9)
    if flag not in (0, 1):
        raise FileError(f"{where}: block LMUTAUIN: entry 9 = {flag:g}: allowed is 0 (diagonal) or 1 (soft).")
    values["slepton_input"] = SLEPTON_INPUTS[int(flag)]
    return SusyPoint(**values)


class _Blocks:
    """The blocks of an SLHA text, with errors that name block and entry."""

    def __init__(self, text: str, where: str) -> None:
        import pyslha

        self._where = where
        self._check_lines(text)
        try:
            self._blocks = pyslha.readSLHA(text, ignorenomass=True).blocks
        except Exception as error:  # the parser lets many kinds through, assertions included
            raise FileError(f"{where}: not a readable SLHA file ({error or type(error).__name__}).") from error
        if not self._blocks:
            raise FileError(f"{where}: no SLHA block in it; give an SLHA file.")

    def _check_lines(self, text: str) -> None:
        """The parser skips lines that it does not understand; a damaged file must not pass for a short one."""
        seen: set[str] = set()
        entries: dict[tuple[str, int], int] = {}
        section = ""
        for number, raw in enumerate(text.splitlines(), start=1):
            line = raw.partition("#")[0].rstrip()
            if not line:
                continue
            if _BLOCK.match(line):
                section = line.split()[1].upper()
                if section in seen and section in _READ:
                    raise FileError(f"{self._where}: line {number}: block {section} comes twice; keep one.")
                seen.add(section)
            elif _OTHER.match(line):
                section = "DECAY"
            elif not line[0].isspace() or not section:
                raise FileError(f"{self._where}: line {number}: {line[:60]!r} is neither a BLOCK nor an entry of one.")
            elif section in _READ:
                self._check_entry(line, section, number, entries)

    def _check_entry(self, line: str, section: str, number: int, entries: dict[tuple[str, int], int]) -> None:
        """An entry of a block that is read is 'index value', and each index comes once."""
        match = _LINE.match(line)
        if not match:
            raise FileError(f"{self._where}: line {number}: {line.strip()[:60]!r}: an entry is 'index value'.")
        key = (section, int(match[1]))
        if key in entries:
            raise FileError(
                f"{self._where}: line {number}: block {section}: entry {key[1]} stands in line {entries[key]}, too; "
                f"keep one."
            )
        entries[key] = number

    def has(self, block: str, key: int) -> bool:
        """Whether there is this entry."""
        return block in self._blocks and self._blocks[block].has_key(key)

    def number(self, block: str, key: int) -> float:
        """Entry of a block as a finite number."""
        if block not in self._blocks:
            raise FileError(f"{self._where}: block {block} is missing; it must hold entry {key}. {_ADVICE}")
        if not self.has(block, key):
            raise FileError(f"{self._where}: block {block}: entry {key} is missing. {_ADVICE}")
        value = self._blocks[block][key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            cure = "; write it with E, not D" if _FORTRAN.match(str(value)) else ""
            raise FileError(f"{self._where}: block {block}: entry {key} = {value!r}: a finite number is needed{cure}.")
        return float(value)
