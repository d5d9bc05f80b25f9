"""Detector cards: every number of a detector, with unit, source and kind.

Built-in cards stand in ``data/detectors``. A user card is a TOML file of the same form; with
``inherits = "belle2"`` it needs only what it changes.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lmutau.detsim.ecl import Ecl
from lmutau.detsim.electron_id import ElectronId
from lmutau.detsim.frame import BeamSettings
from lmutau.detsim.klm import Klm
from lmutau.detsim.particles import Particles
from lmutau.detsim.schema import Section, read_section, unknown_key
from lmutau.detsim.tracking import Tracking
from lmutau.detsim.trigger import Trigger
from lmutau.gen.errors import ConfigError, FileError, unknown_name

__all__ = ["SECTIONS", "DetectorCard", "available_cards", "load_card"]

SECTIONS: Mapping[str, type[Section]] = MappingProxyType(
    {
        "beams": BeamSettings,
        "tracking": Tracking,
        "ecl": Ecl,
        "klm": Klm,
        "electron_id": ElectronId,
        "trigger": Trigger,
        "particles": Particles,
    }
)
"""The subdetectors: section of the card -> its numbers. A new subdetector is a line here."""

_TEXTS = ("name", "title", "references")
_Raw = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorCard:
    """A detector: its numbers by subdetector; ``entries`` keeps unit, source and kind of each."""

    name: str
    title: str
    references: tuple[str, ...]
    beams: BeamSettings
    tracking: Tracking
    ecl: Ecl
    klm: Klm
    electron_id: ElectronId
    trigger: Trigger
    particles: Particles
    entries: Mapping[str, Mapping[str, Any]] = field(repr=False)

    def numbers(self) -> dict[str, dict[str, Any]]:
        """Every number under its dotted name: ``{value, unit, source, kind}``; ready for JSON."""
        return {name: dict(entry) for name, entry in self.entries.items()}


def available_cards() -> tuple[str, ...]:
    """Names of the built-in cards, sorted."""
    folder = resources.files("lmutau.data").joinpath("detectors")
    names = (item.name for item in folder.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def load_card(name_or_path: str | Path) -> DetectorCard:
    """Load a built-in card by name, or a card file (anything that ends in ``.toml`` or is a Path).

    Raises
    ------
    ConfigError
        If there is no such built-in card, or the card is wrong; every mistake is named, one a line.
    FileError
        If the file cannot be read.

    Examples
    --------
    >>> load_card("belle2").tracking.polar_min
    17.0
    """
    return build_card(_read(name_or_path, Path(), ()), str(name_or_path))


def build_card(raw: Mapping[str, Any], where: str) -> DetectorCard:
    """Check a complete card given as nested dictionaries; ``where`` names it in errors.

    Raises
    ------
    ConfigError
        With every mistake, one a line.
    """
    known = (*_TEXTS, *SECTIONS)
    problems = [unknown_key(key, [*known, "inherits"]) for key in raw if key not in known]
    problems += [
        f"{key} = {raw[key]!r}: allowed is a text."
        for key in ("name", "title")
        if not isinstance(raw.get(key, ""), str)
    ]
    references = raw.get("references", [])
    if not isinstance(references, list) or not all(isinstance(item, str) for item in references):
        problems.append(f"references = {references!r}: allowed is a list of texts.")
    sections: dict[str, Any] = {}
    for key, cls in SECTIONS.items():
        if key in raw:
            sections[key] = read_section(key, cls, raw[key], problems)
        else:
            problems.append(f"{key} is missing: a card has this section, or inherits it (inherits = 'belle2').")
    if problems:
        raise ConfigError("\n".join(f"detector card {where}: {problem}" for problem in problems))
    name = raw.get("name", Path(where).stem)
    entries = {f"{s}.{key}": MappingProxyType(dict(entry)) for s in SECTIONS for key, entry in raw[s].items()}
    return DetectorCard(
        name=name,
        title=raw.get("title", name),
        references=tuple(references),
        entries=MappingProxyType(entries),
        **sections,
    )


def _read(name_or_path: str | Path, folder: Path, chain: tuple[str, ...]) -> _Raw:
    """Read a card and everything it inherits, merged; ``folder`` is where relative paths begin."""
    text, where, home = _text(name_or_path, folder)
    if where in chain:
        raise ConfigError(f"detector card {where} inherits from itself: {' -> '.join((*chain, where))}.")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"detector card {where} is not a TOML file: {error}.") from None
    if "inherits" not in raw:
        return raw
    parent = raw.pop("inherits")
    if not isinstance(parent, str):
        raise ConfigError(f"detector card {where}: inherits = {parent!r}: allowed is the name or path of a card.")
    base = _read(parent, home, (*chain, where))
    base.setdefault("title", parent)
    raw.setdefault("name", Path(where).stem)
    raw.setdefault("title", f"{raw['name']}, changed from {base['title']}")
    return _merged(base, raw, str(raw["name"]))


def _text(name_or_path: str | Path, folder: Path) -> tuple[str, str, Path]:
    """Return the text of a card, what to call it in messages, and its folder."""
    if isinstance(name_or_path, str) and not name_or_path.endswith(".toml"):
        if name_or_path not in available_cards():
            error = unknown_name("detector", name_or_path, available_cards())
            raise ConfigError(f"{error} A card of your own is given as the path of a .toml file.")
        file = resources.files("lmutau.data").joinpath("detectors", f"{name_or_path}.toml")
        return file.read_text(encoding="utf-8"), name_or_path, Path()
    path = folder / name_or_path
    try:
        return path.read_text(encoding="utf-8"), str(path), path.parent
    except UnicodeDecodeError:
        raise ConfigError(f"detector card {path} is not a TOML file: it is not UTF-8 text.") from None
    except OSError as error:
        raise FileError(f"detector card {path} cannot be read: {error.strerror}.") from None


def _merged(base: _Raw, changes: _Raw, who: str) -> _Raw:
    """Lay the changes of one card over another.

    A changed value does not keep the source of the old one: unless the card gives its own, the
    source is the card itself and the kind "assumed".
    """
    result = dict(base)
    for key, section in changes.items():
        old = base.get(key)
        if not isinstance(section, dict) or not isinstance(old, dict):
            result[key] = section
            continue
        result[key] = dict(old)
        for name, entry in section.items():
            if isinstance(entry, dict) and isinstance(old.get(name), dict):
                own = {"source": f"set in the card {who}", "kind": "assumed"} if "value" in entry else {}
                entry = {**old[name], **own, **entry}
            result[key][name] = entry
    return result
