"""The selection card (TOML): read, checked, and turned into a :class:`Selection`."""

import math
import tomllib
from collections.abc import Mapping
from typing import Any

import pydantic

from lmutau.analysis.columns import observables_of
from lmutau.analysis.expressions import Expression, parse_expression
from lmutau.analysis.photon_rules import PhotonRules
from lmutau.analysis.selection import Histogram, MassWindow, Selection, Step, Target, Window
from lmutau.analysis.selection_checks import card_problems, schema_problem
from lmutau.analysis.selection_schema import (
    TO_INTERNAL,
    Card,
    CardHistogram,
    CardPhotons,
    CardRegion,
    CardStep,
    CardTarget,
)
from lmutau.gen.errors import ConfigError

__all__ = ["parse_selection", "sources"]


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
        table = tomllib.loads(text)
        card = Card.model_validate(table)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}: not valid TOML: {error}.") from error
    except pydantic.ValidationError as error:
        raise ConfigError("\n".join(schema_problem(where, p, table) for p in error.errors())) from error
    problems = list(card_problems(card, where))
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


def _photon_rules(card: CardPhotons) -> PhotonRules:
    """The conditions on photons in internal units."""
    given = {name: getattr(card, name) for name in type(card).model_fields}
    return PhotonRules(**{name: number.internal for name, number in given.items() if number is not None})


def _region(card: Card, region: CardRegion, photons: PhotonRules, where: str) -> Selection:
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


def _histogram(one: CardHistogram) -> Histogram:
    axes = [
        (a.column, a.bins, a.low * TO_INTERNAL.get(a.unit, 1.0), a.high * TO_INTERNAL.get(a.unit, 1.0))
        for a in one.axis
    ]
    return Histogram(name=one.name, axes=tuple(axes), after=one.after, without=one.without)


def _target(target: CardTarget | None) -> Target:
    """The targeting numbers in internal units."""
    if target is None:
        return Target()
    return Target(
        scales={one.column: one.scale.internal for one in target.column},
        power=target.power.value,
        share=target.share.value,
    )


def _step(step: CardStep, topology: str, where: str) -> Step:
    """The step in internal units."""
    mass = step.mass_window
    expression: Expression | None = None
    if step.cut is not None:
        expression = parse_expression(step.cut, observables_of(topology), f"{where}: step {step.name!r}")
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
