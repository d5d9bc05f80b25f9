"""Lines of an SLHA file that would be skipped or misread when its masses, decays and cross-sections are taken."""

import math
import re

__all__ = ["check_slha"]

_HEAVY = 1_000_000  # codes of superpartners are larger
_MOST = 1.01  # sum of branching fractions, rounded


def check_slha(text: str) -> str | None:
    """Say what is wrong with MASS, DECAY or XSECTION and what is allowed, or nothing.

    Parameters
    ----------
    text
        The whole file.
    """
    section, total = "", 0.0
    seen: dict[str, set[int]] = {}
    waiting = None  # XSECTION line without a value
    for number, full in enumerate(text.splitlines(), start=1):
        line = full.partition("#")[0].rstrip()
        words = line.split()
        if not words:
            continue
        if not line[0].isspace():
            section, total = _section(words), 0.0
            found = _header(section, words)
            if waiting is not None and found is None:
                return waiting
            codes = seen.setdefault(section, set())
            if found is None and section in ("DECAY", "XSECTION"):
                codes.update(abs(int(word)) for word in (words[1:2] if section == "DECAY" else words[5:]))
            waiting = (
                f"line {number}, {' '.join(words)!r}: no cross-section below it" if section == "XSECTION" else None
            )
        else:
            found, waiting = _entry(section, words), None
            if section == "BLOCK MASS" and found is None:
                seen[section].add(abs(int(words[0])))
            if section == "DECAY" and found is None:
                total += float(words[0])
                if total > _MOST:
                    found = f"branching fractions sum to {total:.4g}, allowed is 1 (is a DECAY line missing?)"
        if found is not None:
            return f"line {number}, {' '.join(words)[:60]!r}: {found}"
    return waiting or _missing(seen)


def _missing(seen: dict[str, set[int]]) -> str | None:
    """Parts that are missing, and particles that are produced without mass or decay."""
    missing = [part for part in ("BLOCK MASS", "DECAY", "XSECTION") if part not in seen]
    if missing:
        return f"no {' and no '.join(missing)} in it"
    for part in ("BLOCK MASS", "DECAY"):
        without = sorted(code for code in seen["XSECTION"] - seen[part] if code > _HEAVY)
        if without:
            return f"{without[0]} is in XSECTION but not in {part}; each particle that is produced must be"
    return None


def _section(words: list[str]) -> str:
    kind = words[0].upper()
    return f"BLOCK {words[1].upper()}" if kind == "BLOCK" and len(words) > 1 else kind


def _header(section: str, words: list[str]) -> str | None:
    if section.startswith("BLOCK "):
        return None
    if section == "DECAY":
        right = len(words) >= 3 and _whole(words[1]) and 0 <= _number(words[2]) < math.inf
        return None if right else "write DECAY, PDG code, width >= 0 in GeV"
    if section == "XSECTION":
        right = len(words) > 5 and 0 < _number(words[1]) < math.inf and all(_whole(word) for word in words[2:])
        right = right and len(words) == 5 + int(words[4])
        return (
            None if right else "write XSECTION, energy in GeV, two incoming PDG codes, number and codes of the products"
        )
    return "a line without indent begins with BLOCK NAME, DECAY or XSECTION"


def _entry(section: str, words: list[str]) -> str | None:
    if section == "BLOCK MASS":
        right = len(words) == 2 and _whole(words[0]) and math.isfinite(_number(words[1]))
        return None if right else "write PDG code and mass in GeV"
    if section == "DECAY":
        right = len(words) > 2 and 0 <= _number(words[0]) <= _MOST and all(_whole(word) for word in words[1:])
        right = right and len(words) == 2 + int(words[1])
        return None if right else "write a branching fraction from 0 to 1, number and PDG codes of the products"
    if section == "XSECTION":
        right = len(words) >= 7 and all(_whole(words[k]) for k in (0, 1, 2, 5))
        right = right and all(0 <= _number(words[k]) < math.inf for k in (3, 4, 6))
        return None if right else "the seventh number is the cross-section, finite and >= 0, in pb"
    return None if section else "comes before the first BLOCK"


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return math.nan


def _whole(word: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9]{1,12}", word) is not None
