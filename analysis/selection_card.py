"""The selection card (TOML): its schema, its checks, and the conversion to :class:`Selection`.

Apart from the rest because the schema library is heavy: it is imported only where a card is read.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import pydantic

from lmutau.analysis.kinematics import PAIR_COLUMNS
from lmutau.analysis.selection import FACTORS, MassWindow, Selection, Step, Target, Window
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
    factor: str | None = None


class _Veto(_Strict):
    energy_cm: _Positive


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


class _Card(_Strict):
    name: str
    title: str
    reference: str
    photon_veto: _Veto
    reach: _Reach
    target: _Target | None = None
    step: tuple[_Step, ...] = pydantic.Field(min_length=1)


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
    problems = list(_unknown(card, where))
    if problems:
        raise ConfigError("\n".join(problems))
    return Selection(
        name=card.name,
        title=card.title,
        reference=card.reference,
        steps=tuple(_step(step) for step in card.step),
        photon_energy=card.photon_veto.energy_cm.internal,
        luminosities=card.reach.luminosities.value,
        photon_losses=card.reach.photon_losses.value,
        significance=card.reach.significance.value,
        target=_target(card.target),
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


def _unknown(card: _Card, where: str) -> Iterator[str]:
    """Names that do not exist, numbers out of range, and steps that contradict themselves."""
    seen: set[str] = set()
    for step in card.step:
        path = f"{where}: step {step.name!r}"
        if step.name in seen:
            yield f"{path}: stands twice; give each step its own name."
        seen.add(step.name)
        if step.factor is not None and step.factor not in FACTORS:
            yield f"{path}: {unknown_name('factor', step.factor, FACTORS)}"
        if step.factor is not None and (step.window or step.mass_window):
            yield f"{path}: has a factor and a window; make two steps of it."
        cut_columns = [w.column for w in step.window] + ([step.mass_window.column] if step.mass_window else [])
        for column in cut_columns:
            if column not in PAIR_COLUMNS:
                yield f"{path}: {unknown_name('column', column, PAIR_COLUMNS)}"
        for cut in step.window:
            if cut.minimum is None and cut.maximum is None:
                yield f"{path}: window on {cut.column!r} needs a minimum or a maximum."
    if card.step[0].window or card.step[0].mass_window or card.step[0].factor:
        yield f"{where}: step {card.step[0].name!r}: the first step counts all events and takes no cut."
    if card.target and not card.target.share.value < 1:
        yield f"{where}: target.share = {card.target.share.value:g}: allowed is (0, 1)."
    for one in card.target.column if card.target else ():
        if one.column not in PAIR_COLUMNS:
            yield f"{where}: target: {unknown_name('column', one.column, PAIR_COLUMNS)}"
    limits = (
        ("luminosities", card.reach.luminosities, math.inf),
        ("photon_losses", card.reach.photon_losses, 1.0),
    )
    for key, numbers, highest in limits:
        for value in numbers.value:
            if not 0 < value <= highest:
                yield f"{where}: reach.{key}: {value} {numbers.unit} is not in (0, {highest}]."


def _target(target: _Target | None) -> Target:
    """The targeting numbers in internal units."""
    if target is None:
        return Target()
    return Target(
        scales={one.column: one.scale.internal for one in target.column},
        power=target.power.value,
        share=target.share.value,
    )


def _step(step: _Step) -> Step:
    """The step in internal units."""
    mass = step.mass_window
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
        factor=step.factor,
    )
