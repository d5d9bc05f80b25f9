"""What samples must share, and must not share, to be added."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lmutau.gen.errors import ConfigError
from lmutau.gen.parts import Part

__all__ = ["check_alike", "check_independent", "warnings_of"]

_SAME = 1e-12  # relative; a number that was computed on another machine may differ by rounding

_APART = "different samples are kept apart: analyze takes several files"
_CURES = {
    "process": _APART,
    "parameters": _APART,
    "kind": "merge truth with truth, reconstructed with reconstructed",
    "cuts": "generate them with the same cuts",
    "beams": "simulate them first: that brings them to the beams of one detector",
    "unweighted": "generate all weighted or all unweighted",
    "detector": "simulate them with the same card and mode",
}
_MADE_ALIKE = "generate them again with this version"
_COMPARED = (*_CURES, "schema", "block_size", "constants", "units", "final_state")
_DECISIVE = ("kind", "process")
"""Where these differ, all the rest does, too."""
_LEFT_OUT = {"parameters": ("beams",), "detector": ("name", "seed")}
"""Told by other keys; names and random numbers may differ."""
_MOST_SHOWN = 4


def check_alike(metadata: Sequence[Mapping[str, Any]], names: Sequence[str]) -> None:
    """Refuse samples that are not of one kind.

    Raises
    ------
    ConfigError
        Naming what differs, and the cure; one line for each sample that differs from the first.
    """
    for name, one in zip(names, metadata, strict=True):
        if one["kind"] not in ("truth", "reco"):
            raise ConfigError(
                f"merge: {name} is of kind {one['kind']!r}; allowed are truth and reco: merge before the analysis."
            )
        if "generator" in one:
            raise ConfigError(
                f"merge: {name} comes from another generator ({one['generator'] or 'unknown'}): its file does not tell "
                "seeds and tries, so nobody can say whether events repeat; keep such files apart, or merge them there."
            )
    first, problems = metadata[0], []
    for name, one in zip(names[1:], metadata[1:], strict=True):
        compared = _COMPARED if all(first[key] == one[key] for key in _DECISIVE) else _DECISIVE
        differences = {key: list(_differences(key, first.get(key), one.get(key))) for key in compared}
        found = [text for texts in differences.values() for text in texts]
        if found:
            cures = dict.fromkeys(_CURES.get(key, _MADE_ALIKE) for key, texts in differences.items() if texts)
            more = f" and {len(found) - _MOST_SHOWN} more" if len(found) > _MOST_SHOWN else ""
            shown = "; ".join(found[:_MOST_SHOWN]) + more
            problems.append(f"merge: {names[0]} and {name} differ: {shown}. Cure: {'; '.join(cures)}.")
    if problems:
        raise ConfigError("\n".join(problems))


def _differences(key: str, one: Any, other: Any) -> Iterable[str]:
    """Each difference of two values of the metadata, tables entry by entry."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if "value" in one and "value" in other:  # a number with unit and source: the source may differ
            yield from _differences(key, one["value"], other["value"])
            return
        left_out = _LEFT_OUT.get(key, ())
        for inner in dict.fromkeys((*one, *other)):
            if inner not in left_out:
                yield from _differences(f"{key}.{inner}", one.get(inner), other.get(inner))
    elif not _equal(one, other):
        yield f"{key} = {_text(one)} and {_text(other)}"


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, float) or isinstance(other, float):
        if not isinstance(one, int | float) or not isinstance(other, int | float):
            return False
        return math.isclose(one, other, rel_tol=_SAME, abs_tol=0.0)
    return bool(one == other)


def _text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def check_independent(inputs: Sequence[tuple[str, Sequence[Part]]]) -> None:
    """Refuse samples, given with their names, that hold the same events.

    Raises
    ------
    ConfigError
        Naming the samples, the seed and the blocks.
    """
    seen: dict[int, list[tuple[str, Part]]] = {}
    for name, parts in inputs:
        for part in parts:
            for other_name, other in seen.setdefault(part.seed, []):
                if part.overlaps(other):
                    first, last = max(part.blocks[0], other.blocks[0]), min(part.blocks[1], other.blocks[1])
                    raise ConfigError(
                        f"merge: {other_name} and {name} hold the same events: both have blocks {first} to {last} of "
                        f"seed {part.seed}. Leave one out, or generate with another seed."
                    )
            seen[part.seed].append((name, part))


def warnings_of(inputs: Sequence[tuple[str, Mapping[str, Any], Sequence[Part]]]) -> list[str]:
    """What a user should know about the sum of these samples: name, metadata and parts of each."""
    notes = dict.fromkeys(text for _, metadata, _ in inputs for text in metadata.get("warnings", ()))
    versions = dict.fromkeys(str(metadata.get("version")) for _, metadata, _ in inputs)
    if len(versions) > 1:
        notes[f"made by different versions: {', '.join(versions)}"] = None
    if len({bool(metadata["targeted"]) for _, metadata, _ in inputs}) > 1:
        notes["targeted and untargeted samples: right, but each does best where it has most points"] = None
    seeds: dict[int, int] = {}
    for _, _, parts in inputs:
        for seed in {part.detector_seed for part in parts if part.detector_seed is not None}:
            seeds[seed] = seeds.get(seed, 0) + 1
    for seed in (seed for seed, count in seeds.items() if count > 1 and not _one_sample(seed, inputs)):
        notes[f"the detector drew the same random numbers (seed {seed}) for several samples"] = None
    return list(notes)


def _one_sample(detector_seed: int, inputs: Sequence[tuple[str, Mapping[str, Any], Sequence[Part]]]) -> bool:
    """Return whether all parts with this seed of the detector are blocks of one seed of the generator."""
    return len({part.seed for _, _, parts in inputs for part in parts if part.detector_seed == detector_seed}) == 1
