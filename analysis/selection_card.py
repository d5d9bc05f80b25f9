"""The selection card (TOML): its schema, its checks, and the conversion to :class:`Selection`.

Apart from the rest because the schema library is heavy: it is imported only where a card is read.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import pydantic

from lmutau.analysis.columns import TOPOLOGIES, factors_of, observables_of
from lmutau.analysis.expressions import Expression, parse_expression
from lmutau.analysis.photon_rules import PhotonRules
from lmutau.analysis.selection import Histogram, MassWindow, Selection, Step, Target, Window
from lmutau.gen.errors import ConfigError, unknown_name

__all__ = ["parse_selection", "sources"]

_TO_INTERNAL = {"deg": math.radians(1.0)}  # everything else is in GeV, rad, fb already


class _Strict(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _Number(_Strict):
    """One number with its provenance."""

    value: float
    unit: Literal["1", "GeV", "GeV^2", "rad", "deg", "fb^-1"]
    source: str
    kind: Literal["measured", "published", "computed", "assumed"]

    @property
    def internal(self) -> float:
        """The value in GeV, rad, fb."""
        return self.value * _TO_INTERNAL.get(self.unit, 1.0)


class _Positive(_Number):
    value: float = pydantic.Field(gt=0)


class _List(_Strict):
    value: tuple[float, ...] = pydantic.Field(min_length=1)
    unit: Literal["1", "fb^-1"]
    source: str
    kind: Literal["measured", "published", "computed", "assumed"]


class _Window(_Strict):
    column: str
    minimum: _Number | None = None
    maximum: _Number | None = None


class _MassWindow(_Strict):
    column: str
    light_maximum: _Number
    heavy_half_width: _Positive


class _Step(_Strict):
    name: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]*$")
    window: tuple[_Window, ...] = ()
    mass_window: _MassWindow | None = None
    cut: str | None = None
    source: str | None = None
    factor: str | None = None


class _Photons(_Strict):
    lost_above: _Positive | None = None
    veto_energy: _Number | None = None
    veto_sum: _Positive | None = None
    veto_angle: _Number | None = None
    tag_energy: _Number | None = None
    tag_angle: _Number | None = None


class _Axis(_Strict):
    column: str
    bins: int = pydantic.Field(gt=0, le=10_000)
    low: float
    high: float
    unit: Literal["1", "GeV", "GeV^2", "rad", "deg"]


class _Histogram(_Strict):
    name: str = pydantic.Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    after: str | None = None
    axis: tuple[_Axis, ...] = pydantic.Field(min_length=1, max_length=2)


class _Reach(_Strict):
    luminosities: _List
    photon_losses: _List
    significance: _Positive


class _Scale(_Strict):
    column: str
    scale: _Positive


class _Target(_Strict):
    power: _Positive
    share: _Positive
    column: tuple[_Scale, ...] = pydantic.Field(min_length=1)


class _Region(_Strict):
    name: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    topology: str = "mumu"
    use: tuple[str, ...] = pydantic.Field(min_length=1)
    step: tuple[_Step, ...] = ()
    histogram: tuple[_Histogram, ...] = ()


class _Card(_Strict):
    name: str
    title: str
    reference: str
    topology: str = "mumu"
    photons: _Photons = _Photons()
    reach: _Reach | None = None
    target: _Target | None = None
    step: tuple[_Step, ...] = pydantic.Field(min_length=1)
    histogram: tuple[_Histogram, ...] = ()
    region: tuple[_Region, ...] = ()


def parse_selection(text: str, where: str) -> Selection:
    """Read a selection card.

    Parameters
    ----------
    text
        The card, TOML.
    where
        Name of the card in messages.

    Raises
    ------
    ConfigError
        If it is not TOML or does not fit; all problems are reported together, each with its path.
    """
    try:
        card = _Card.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}: not valid TOML: {error}.") from error
    except pydantic.ValidationError as error:
        raise ConfigError("\n".join(_problem(where, p) for p in error.errors())) from error
    problems = list(_problems(card, where))
    if problems:
        raise ConfigError("\n".join(problems))
    photons, reach = _photon_rules(card.photons), card.reach
    return Selection(
        name=card.name,
        title=card.title,
        reference=card.reference,
        topology=card.topology,
        steps=tuple(_step(step, card.topology, where) for step in card.step),
        photons=photons,
        luminosities=reach.luminosities.value if reach else (),
        photon_losses=reach.photon_losses.value if reach else (),
        significance=reach.significance.value if reach else 3.0,
        target=_target(card.target),
        histograms=tuple(_histogram(one) for one in card.histogram),
        regions=tuple(_region(card, region, photons, where) for region in card.region),
        text=text,
    )


def sources(text: str) -> dict[str, dict[str, Any]]:
    """Every number of a card as ``path -> {value, unit, source, kind}``, as it stands there."""
    found: dict[str, dict[str, Any]] = {}

    def walk(path: str, item: Any) -> None:
        if isinstance(item, Mapping) and {"value", "unit", "source", "kind"} <= item.keys():
            found[path] = dict(item)
        elif isinstance(item, Mapping):
            for key, below in item.items():
                walk(f"{path}.{key}".lstrip("."), below)
        elif isinstance(item, list):
            for i, below in enumerate(item):
                label = below.get("name", below.get("column", i)) if isinstance(below, Mapping) else i
                walk(f"{path}.{label}", below)

    walk("", tomllib.loads(text))
    return found


def _problem(where: str, problem: Any) -> str:
    """One line per problem: where, value, what is allowed."""
    path = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "missing":
        return f"{where}: {path}: missing; add it."
    return f"{where}: {path} = {problem['input']!r}: {problem['msg']}."


def _problems(card: _Card, where: str) -> Iterator[str]:
    """Names that do not exist, numbers out of range, and steps that contradict themselves."""
    yield from _steps_problems(card.step, card.topology, where)
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


def _steps_problems(steps: tuple[_Step, ...], topology: str, where: str) -> Iterator[str]:
    """Of a list of steps."""
    if topology not in TOPOLOGIES:
        yield f"{where}: {unknown_name('topology', topology, TOPOLOGIES)}"
        return
    observables, factors = tuple(observables_of(topology)), tuple(factors_of(topology))
    seen: set[str] = set()
    for step in steps:
        path = f"{where}: step {step.name!r}"
        if step.name in seen:
            yield f"{path}: stands twice; give each step its own name."
        seen.add(step.name)
        if step.factor is not None and step.factor not in factors:
            yield f"{path}: {unknown_name('factor', step.factor, factors)}"
        if step.factor is not None and (step.window or step.mass_window or step.cut):
            yield f"{path}: has a factor and a cut; make two steps of it."
        cut_columns = [w.column for w in step.window] + ([step.mass_window.column] if step.mass_window else [])
        for column in cut_columns:
            if column not in observables:
                yield f"{path}: {unknown_name('column', column, observables)}"
        for cut in step.window:
            if cut.minimum is None and cut.maximum is None:
                yield f"{path}: window on {cut.column!r} needs a minimum or a maximum."
        if step.cut is not None:
            try:
                parse_expression(step.cut, observables, path)
            except ConfigError as error:
                yield str(error)


def _histogram_problems(
    histograms: tuple[_Histogram, ...], steps: list[str], topology: str, where: str
) -> Iterator[str]:
    """Of the histograms of a selection or region."""
    observables = tuple(observables_of(topology)) if topology in TOPOLOGIES else ()
    for one in histograms:
        path = f"{where}: histogram {one.name!r}"
        for axis in one.axis:
            if observables and axis.column not in observables:
                yield f"{path}: {unknown_name('column', axis.column, observables)}"
            if not axis.low < axis.high:
                yield f"{path}: axis {axis.column!r}: low = {axis.low:g}: allowed is below high = {axis.high:g}."
        if one.after is not None and one.after not in steps:
            yield f"{path}: after: {unknown_name('step', one.after, steps)}"


def _region_problems(card: _Card, where: str) -> Iterator[str]:
    """Of the control regions."""
    names = [step.name for step in card.step]
    for region in card.region:
        path = f"{where}: region {region.name!r}"
        if [one.name for one in card.region].count(region.name) > 1:
            yield f"{path}: stands twice; give each region its own name."
        for name in region.use:
            if name not in names:
                yield f"{path}: use: {unknown_name('step', name, names)}"
        if region.use[0] != names[0]:
            yield f"{path}: use begins with {region.use[0]!r}; allowed is {names[0]!r}, which counts all events."
        used = [step for step in card.step if step.name in region.use]
        steps = (*used, *region.step)
        yield from _steps_problems(steps, region.topology, path)
        yield from _histogram_problems(region.histogram, [s.name for s in steps], region.topology, path)


def _photon_rules(card: _Photons) -> PhotonRules:
    """The conditions on photons in internal units."""
    given = {name: getattr(card, name) for name in type(card).model_fields}
    return PhotonRules(**{name: number.internal for name, number in given.items() if number is not None})


def _region(card: _Card, region: _Region, photons: PhotonRules, where: str) -> Selection:
    """A region as a selection of its own."""
    by_name = {step.name: step for step in card.step}
    steps = [*(by_name[name] for name in region.use), *region.step]
    return Selection(
        name=f"{card.name}/{region.name}",
        title=region.title,
        reference=card.reference,
        topology=region.topology,
        steps=tuple(_step(step, region.topology, where) for step in steps),
        photons=photons,
        histograms=tuple(_histogram(one) for one in region.histogram),
    )


def _histogram(one: _Histogram) -> Histogram:
    axes = [
        (a.column, a.bins, a.low * _TO_INTERNAL.get(a.unit, 1.0), a.high * _TO_INTERNAL.get(a.unit, 1.0))
        for a in one.axis
    ]
    return Histogram(name=one.name, axes=tuple(axes), after=one.after)


def _target(target: _Target | None) -> Target:
    """The targeting numbers in internal units."""
    if target is None:
        return Target()
    return Target(
        scales={one.column: one.scale.internal for one in target.column},
        power=target.power.value,
        share=target.share.value,
    )


def _step(step: _Step, topology: str, where: str) -> Step:
    """The step in internal units."""
    mass = step.mass_window
    expression: Expression | None = None
    if step.cut is not None:
        expression = parse_expression(step.cut, tuple(observables_of(topology)), f"{where}: step {step.name!r}")
    return Step(
        name=step.name,
        windows=tuple(
            Window(
                column=w.column,
                minimum=-math.inf if w.minimum is None else w.minimum.internal,
                maximum=math.inf if w.maximum is None else w.maximum.internal,
            )
            for w in step.window
        ),
        mass_window=None
        if mass is None
        else MassWindow(
            column=mass.column,
            light_maximum=mass.light_maximum.internal,
            heavy_half_width=mass.heavy_half_width.internal,
        ),
        expression=expression,
        factor=step.factor,
    )
