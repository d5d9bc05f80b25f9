"""What a section of a detector card must contain, and the check that names every mistake at once.

A section is a frozen dataclass whose fields are declared with :func:`quantity`; in the file every
field is a table ``{value, unit, source, kind}``. A number without a source is an error.
"""

import difflib
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, TypeVar

__all__ = ["KINDS", "Quantity", "Section", "choice", "quantity", "read_section", "unknown_key"]

KINDS = ("measured", "published", "computed", "assumed")
_ENTRY_KEYS = ("value", "unit", "source", "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """Unit and allowed range (inclusive unless ``positive``) of a number or list of numbers.

    With ``choices`` it is one of these texts instead.
    """

    unit: str
    minimum: float = -math.inf
    maximum: float = math.inf
    positive: bool = False
    several: bool = False
    choices: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """Allowed values in words."""
        if self.choices:
            return "one of " + ", ".join(repr(choice) for choice in self.choices)
        if math.isinf(self.minimum):
            return f"{'a list of numbers' if self.several else 'a number'} [{self.unit}]"
        if self.positive and math.isinf(self.maximum):
            words = "> 0"
        elif math.isinf(self.maximum):
            words = f">= {self.minimum:g}"
        else:
            words = f"{'(' if self.positive else '['}{self.minimum:g}, {self.maximum:g}]"
        return f"{'a list of numbers' if self.several else 'a number'} {words} [{self.unit}]"

    def accepts(self, number: object) -> bool:
        """Return whether ``number`` is a finite number in the range, or one of the choices."""
        if self.choices:
            return isinstance(number, str) and number in self.choices
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            return False
        return self.minimum <= number <= self.maximum and (number > 0 or not self.positive)


def quantity(
    unit: str,
    minimum: float = 0.0,
    maximum: float = math.inf,
    *,
    positive: bool = False,
    several: bool = False,
) -> Any:
    """Declare a field of a section; see :class:`Quantity`."""
    spec = Quantity(unit=unit, minimum=minimum, maximum=maximum, positive=positive, several=several)
    return field(metadata={"quantity": spec})


def choice(*names: str) -> Any:
    """Declare a field whose value is one of these texts; its unit is "1"."""
    return field(metadata={"quantity": Quantity(unit="1", choices=names)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Base of the card's sections: rules that join several numbers.

    ``ascending``: groups of fields that must not decrease from left to right. ``tables``: pairs
    (nodes, values) of lists of equal length, the nodes not decreasing. ``parallel``: groups of lists
    of equal length.
    """

    ascending: ClassVar[tuple[tuple[str, ...], ...]] = ()
    tables: ClassVar[tuple[tuple[str, str], ...]] = ()
    parallel: ClassVar[tuple[tuple[str, ...], ...]] = ()

    def problems(self) -> list[str]:
        """Return what is wrong between the numbers, one sentence each, beginning with the key."""
        found = []
        for names in self.ascending:
            values = [getattr(self, name) for name in names]
            found += [
                f"{left} = {a:g}: out of order, allowed is at most {right} = {b:g}."
                for (left, a), (right, b) in itertools.pairwise(zip(names, values, strict=True))
                if a > b
            ]
        for first, *others in (*self.tables, *self.parallel):
            n = len(getattr(self, first))
            found += [
                f"{name} has {len(getattr(self, name))} numbers: allowed is {n}, as many as {first} has."
                for name in others
                if len(getattr(self, name)) != n
            ]
        for nodes, _ in self.tables:
            x = getattr(self, nodes)
            if any(a > b for a, b in itertools.pairwise(x)):
                found.append(f"{nodes} = {list(x)}: out of order, allowed are values that do not decrease.")
        return found


_Section = TypeVar("_Section", bound=Section)


def unknown_key(path: str, allowed: Iterable[str]) -> str:
    """Sentence for a key that does not exist, with the nearest one that does."""
    choices = list(allowed)
    near = difflib.get_close_matches(path.rsplit(".", 1)[-1], choices, n=1)
    return f"{path}: unknown key. " + (f"Did you mean {near[0]!r}?" if near else f"Allowed: {', '.join(choices)}.")


def read_section(path: str, cls: type[_Section], table: object, problems: list[str]) -> _Section | None:
    """Build one section from its table; add a sentence to ``problems`` for every mistake.

    Returns None if the section could not be built.
    """
    if not isinstance(table, Mapping):
        problems.append(f"{path} = {table!r}: allowed is a table of numbers.")
        return None
    specs: dict[str, Quantity] = {f.name: f.metadata["quantity"] for f in fields(cls)}
    problems += [unknown_key(f"{path}.{key}", specs) for key in table if key not in specs]
    values: dict[str, Any] = {}
    before = len(problems)
    for name, spec in specs.items():
        if name not in table:
            problems.append(f"{path}.{name} is missing: allowed is {spec.allowed}.")
        else:
            values[name] = _read_entry(f"{path}.{name}", spec, table[name], problems)
    if len(problems) > before:
        return None
    section = cls(**values)
    problems += [f"{path}.{sentence}" for sentence in section.problems()]
    return section


def _read_entry(path: str, spec: Quantity, entry: object, problems: list[str]) -> Any:
    """Check one ``{value, unit, source, kind}``; return the value (lists as tuples)."""
    if not isinstance(entry, Mapping):
        problems.append(
            f"{path} = {entry!r}: allowed is a table with {', '.join(_ENTRY_KEYS)}; write {path}.value = ..."
        )
        return None
    problems += [unknown_key(f"{path}.{key}", _ENTRY_KEYS) for key in entry if key not in _ENTRY_KEYS]
    problems += [f"{path}.{key} is missing." for key in _ENTRY_KEYS if key not in entry]
    if "unit" in entry and entry["unit"] != spec.unit:
        problems.append(f"{path}.unit = {entry['unit']!r}: allowed is {spec.unit!r}.")
    if "kind" in entry and entry["kind"] not in KINDS:
        problems.append(f"{path}.kind = {entry['kind']!r}: allowed is one of {', '.join(KINDS)}.")
    source = entry.get("source", "missing")
    if not isinstance(source, str) or not source.strip():
        problems.append(f"{path}.source = {source!r}: allowed is a text that says where the number is from.")
    return _read_value(path, spec, entry["value"], problems) if "value" in entry else None


def _read_value(path: str, spec: Quantity, value: Any, problems: list[str]) -> float | str | tuple[float, ...] | None:
    numbers: Sequence[Any] = [value]
    if spec.several:
        numbers = value if isinstance(value, list) and value else [None]
    if not all(spec.accepts(number) for number in numbers):
        problems.append(f"{path} = {value!r}: allowed is {spec.allowed}.")
        return None
    if spec.choices:
        return str(value)
    return tuple(float(number) for number in numbers) if spec.several else float(numbers[0])
