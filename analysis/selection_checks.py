"""What a selection card may not say: names that do not exist, units that do not fit, steps that contradict."""

import difflib
import math
from collections.abc import Iterator, Mapping
from typing import Any

from lmutau.analysis.columns import TOPOLOGIES, factors_of, observables_of
from lmutau.analysis.expressions import parse_expression
from lmutau.analysis.selection_schema import (
    Card,
    CardAxis,
    CardHistogram,
    CardMassWindow,
    CardNumber,
    CardPhotons,
    CardReach,
    CardRegion,
    CardScale,
    CardStep,
    CardStrict,
    CardTarget,
    CardWindow,
)
from lmutau.gen.errors import ConfigError, unknown_name

__all__ = ["card_problems", "schema_problem"]

_MOST_STEPS = 60  # each has a bit
_MOST_BINS = 4_000_000  # of a histogram: 64 MB
_FARTHEST = 1e12
_STANDARD_ENDS = ("_before", "_n_minus_one")

_MODELS: dict[str, type[CardStrict]] = {
    "step": CardStep, "window": CardWindow, "mass_window": CardMassWindow, "photons": CardPhotons, "reach": CardReach,
    "target": CardTarget, "histogram": CardHistogram, "axis": CardAxis, "region": CardRegion, "column": CardScale,
}  # fmt: skip


def schema_problem(where: str, problem: Any, table: Mapping[str, Any]) -> str:
    """One line per problem: where, value, what is allowed; steps and the like by their names."""
    parts: list[str] = []
    item: Any = table
    last = ""
    for part in problem["loc"]:
        item = item[part] if isinstance(item, list) and part < len(item) else (
            item.get(part, {}) if isinstance(item, Mapping) else {}
        )  # fmt: skip
        if isinstance(part, int):
            name = item.get("name", item.get("column", part)) if isinstance(item, Mapping) else part
            parts[-1] = f"{parts[-1]} {name!r}"
            continue
        parts.append(str(part))
        last = str(part)
    path = ".".join(parts)
    if problem["type"] == "missing":
        return f"{where}: {path}: missing; add it."
    if problem["type"] == "extra_forbidden":
        owner = next((p for p in reversed(problem["loc"][:-1]) if isinstance(p, str)), "")
        known = tuple((_MODELS.get(owner) or (CardNumber if owner else Card)).model_fields)
        near = difflib.get_close_matches(last, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"allowed are {', '.join(known)}."
        return f"{where}: {path}: unknown key; {hint}"
    value = repr(problem["input"])
    shown = value if len(value) <= 60 else f"{value[:57]}..."
    message = str(problem["msg"])
    if "mass_window" in str(problem["loc"][-1]):
        message = "write one table, [step.mass_window], with column, light_maximum and heavy_half_width"
    elif "instance of _" in message or "valid dictionary" in message:
        message = "write a table with value, unit, source and kind"
    elif "at least 1 item" in message:
        message = "is empty; give at least one"
    elif "valid tuple" in message:
        message = "write a list, as in [1, 2]"
    return f"{where}: {path} = {shown}: {message[:1].lower()}{message[1:]}."


def card_problems(card: Card, where: str) -> Iterator[str]:
    """Names that do not exist, numbers out of range, and steps that contradict themselves."""
    yield from _steps_problems(card.step, card.topology, where)
    yield from _photon_problems(card, where)
    yield from _histogram_problems(card.histogram, [step.name for step in card.step], card.topology, where)
    if card.step[0].window or card.step[0].mass_window or card.step[0].factor or card.step[0].cut:
        yield f"{where}: step {card.step[0].name!r}: the first step counts all events and takes no cut."
    if card.target and not card.target.share.value < 1:
        yield f"{where}: target.share = {card.target.share.value:g}: allowed is (0, 1)."
    observables = tuple(observables_of(card.topology))
    for one in card.target.column if card.target else ():
        if one.column not in observables:
            yield f"{where}: target: {unknown_name('column', one.column, observables)}"
    if card.reach:
        for key, numbers, highest in (
            ("luminosities", card.reach.luminosities, math.inf),
            ("photon_losses", card.reach.photon_losses, 1.0),
        ):
            for value in numbers.value:
                if not 0 < value <= highest:
                    yield f"{where}: reach.{key}: {value} {numbers.unit} is not in (0, {highest}]."
    yield from _region_problems(card, where)


_UNITS = {"rad": ("rad", "deg"), "GeV": ("GeV",), "GeV^2": ("GeV^2",), "1": ("1",)}
_PHOTON_UNITS = {"lost_above": "GeV", "veto_energy": "GeV", "veto_sum": "GeV", "tag_energy": "GeV"}
_NEEDS = {
    "photon_loss": ("lost_above",),
    "photon_veto": ("veto_energy", "veto_sum"),
    "photon_tag": ("tag_energy", "tag_angle"),
}
"""Numbers of [photons] without which a factor would say nothing."""


def _unit_problem(path: str, key: str, unit: str, wanted: str) -> Iterator[str]:
    """A unit that does not belong to a quantity."""
    if unit not in _UNITS[wanted]:
        yield f"{path}: {key}.unit = {unit!r}: allowed is {' or '.join(_UNITS[wanted])}."


def _photon_problems(card: Card, where: str) -> Iterator[str]:
    """Of the conditions on photons."""
    for key in CardPhotons.model_fields:
        number = getattr(card.photons, key)
        if number is None:
            continue
        if card.topology == "photon" and (key.endswith("angle") or key.startswith("tag")):
            yield f"{where}: photons.{key}: angles to the recoil are for pairs of leptons; remove it, or write a cut."
        yield from _unit_problem(f"{where}: photons", key, number.unit, _PHOTON_UNITS.get(key, "rad"))
        if not 0 <= number.internal <= (math.pi if key.endswith("angle") else math.inf):
            allowed = "0 to 180 deg" if key.endswith("angle") else "at least 0"
            yield f"{where}: photons.{key} = {number.value:g} {number.unit}: allowed is {allowed}."
    steps = [*card.step, *(step for region in card.region for step in region.step)]
    for step in steps:
        for key in _NEEDS.get(step.factor or "", ()):
            if getattr(card.photons, key) is None:
                yield f"{where}: step {step.name!r}: factor {step.factor!r} needs photons.{key}; add it."


def _window_problems(path: str, step: CardStep, topology: str) -> Iterator[str]:
    """Of the windows of a step: names, edges, units."""
    observables = observables_of(topology)
    cuts: list[tuple[str, str, CardNumber]] = []
    for cut in step.window:
        if cut.minimum is None and cut.maximum is None:
            yield f"{path}: window on {cut.column!r} needs a minimum or a maximum."
        cuts += [(cut.column, key, n) for key, n in (("minimum", cut.minimum), ("maximum", cut.maximum)) if n]
        if cut.minimum and cut.maximum and not cut.minimum.internal < cut.maximum.internal:
            low, high = cut.minimum.value, cut.maximum.value
            yield f"{path}: window on {cut.column!r}: minimum {low:g} is not below maximum {high:g}."
    if step.mass_window:
        cuts += [
            (step.mass_window.column, key, getattr(step.mass_window, key))
            for key in ("light_maximum", "heavy_half_width")
        ]
    for column in dict.fromkeys(column for column, _, _ in cuts):
        if column not in observables:
            yield f"{path}: {unknown_name('column', column, tuple(observables))}"
    for column, key, number in cuts:
        if column in observables:
            yield from _unit_problem(f"{path}: {column}", key, number.unit, observables[column].unit)


def _steps_problems(steps: tuple[CardStep, ...], topology: str, where: str) -> Iterator[str]:
    """Of a list of steps."""
    if topology not in TOPOLOGIES:
        yield f"{where}: {unknown_name('topology', topology, TOPOLOGIES)}"
        return
    factors = tuple(factors_of(topology))
    seen: set[str] = set()
    used: dict[str, str] = {}
    if len(steps) > _MOST_STEPS:
        yield f"{where}: {len(steps)} steps: allowed are {_MOST_STEPS}."
    for step in steps:
        path = f"{where}: step {step.name!r}"
        if step.name in seen:
            yield f"{path}: stands twice; give each step its own name."
        seen.add(step.name)
        if step.factor is not None and step.factor not in factors:
            yield f"{path}: {unknown_name('factor', step.factor, factors)}"
        if step.factor is not None and (step.window or step.mass_window or step.cut):
            yield f"{path}: has a factor and a cut; make two steps of it."
        if step.factor is not None and step.factor in used:
            yield f"{path}: factor {step.factor!r} acts already in step {used[step.factor]!r}; remove one."
        used.setdefault(step.factor or "", step.name)
        yield from _window_problems(path, step, topology)
        if step.cut is not None:
            try:
                parse_expression(step.cut, observables_of(topology), path)
            except ConfigError as error:
                yield str(error)


def _histogram_problems(
    histograms: tuple[CardHistogram, ...], steps: list[str], topology: str, where: str
) -> Iterator[str]:
    """Of the histograms of a selection or region."""
    observables = tuple(observables_of(topology)) if topology in TOPOLOGIES else ()
    seen: set[str] = set()
    for one in histograms:
        path = f"{where}: histogram {one.name!r}"
        if one.name in seen:
            yield f"{path}: stands twice; give each histogram its own name."
            continue
        seen.add(one.name)
        if one.name.endswith(_STANDARD_ENDS):
            yield f"{path}: names with {' or '.join(_STANDARD_ENDS)} are those of the standard plots; take another."
        if len({axis.column for axis in one.axis}) < len(one.axis):
            yield f"{path}: both axes show {one.axis[0].column!r}; take two columns."
        if math.prod(axis.bins for axis in one.axis) > _MOST_BINS:
            yield f"{path}: {' x '.join(str(axis.bins) for axis in one.axis)} bins: allowed are {_MOST_BINS} together."
        for axis in one.axis:
            if observables and axis.column not in observables:
                yield f"{path}: {unknown_name('column', axis.column, observables)}"
            if axis.column in observables:
                unit = observables_of(topology)[axis.column].unit
                yield from _unit_problem(f"{path}: axis {axis.column!r}", "axis", axis.unit, unit)
            if not max(abs(axis.low), abs(axis.high)) <= _FARTHEST:
                yield f"{path}: axis {axis.column!r}: edges beyond {_FARTHEST:g}; allowed are smaller ones."
            if not axis.low < axis.high:
                yield f"{path}: axis {axis.column!r}: low = {axis.low:g}: allowed is below high = {axis.high:g}."
        if one.after is not None and one.after not in steps:
            yield f"{path}: after: {unknown_name('step', one.after, steps)}"
        yield from _without_problems(path, one, steps)


def _without_problems(path: str, one: CardHistogram, steps: list[str]) -> Iterator[str]:
    """Of the steps that a histogram leaves out."""
    for name in one.without:
        if name not in steps:
            yield f"{path}: without: {unknown_name('step', name, steps)}"
        elif name == steps[0]:
            yield f"{path}: without: step {name!r} counts all events; allowed are {', '.join(steps[1:])}."
        elif one.after in steps and steps.index(name) > steps.index(one.after):
            yield f"{path}: without: step {name!r} comes after {one.after!r} and is left out already; remove it."
        if one.without.count(name) > 1:
            yield f"{path}: without: step {name!r} stands twice; name it once."
            return


def _region_problems(card: Card, where: str) -> Iterator[str]:
    """Of the control regions."""
    names = [step.name for step in card.step]
    for region in card.region:
        path = f"{where}: region {region.name!r}"
        if [one.name for one in card.region].count(region.name) > 1:
            yield f"{path}: stands twice; give each region its own name."
        shown = [one.name for one in card.histogram]
        for taken in (region.name, *(f"{region.name}_{one.name}" for one in region.histogram)):
            if taken in shown:
                yield f"{path}: {taken!r} is the name of a histogram, too; rename one (they share folders)."
        for name in region.use:
            if name not in names:
                yield f"{path}: use: {unknown_name('step', name, names)}"
        if len(set(region.use)) < len(region.use):
            yield f"{path}: use: a step stands twice; name each once."
        if region.use[0] != names[0]:
            yield f"{path}: use begins with {region.use[0]!r}; allowed is {names[0]!r}, which counts all events."
        used = [step for step in card.step if step.name in region.use]
        steps = (*used, *region.step)
        yield from _steps_problems(steps, region.topology, path)
        yield from _histogram_problems(region.histogram, [s.name for s in steps], region.topology, path)
