"""Selections as data: ordered steps, each a few windows on observables or a factor on the weight."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.expressions import Expression
from lmutau.analysis.photon_rules import PhotonRules
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError, FileError, unknown_name

__all__ = [
    "Histogram",
    "MassWindow",
    "Selection",
    "Step",
    "Target",
    "Window",
    "load_selection",
    "selection_names",
    "selection_text",
]

_TWINS = {"ETmiss", "pT_recoil"}  # one quantity under two names
_HEAVIEST = 1e5  # GeV, beyond any beam energy


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """An open interval of one observable: minimum < column < maximum, in GeV or rad."""

    column: str
    minimum: float = -math.inf
    maximum: float = math.inf

    def contains(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which of ``values`` (n,) lie inside."""
        return (values > self.minimum) & (values < self.maximum)


@dataclass(frozen=True, slots=True, kw_only=True)
class MassWindow:
    """A window on the squared recoil mass that follows the hypothesised mass of the boson.

    Below 2 m_mu: ``column < light_maximum``; from there on ``|column - mass^2| < heavy_half_width``
    [GeV^2].
    """

    column: str
    light_maximum: float
    heavy_half_width: float

    def at(self, mass: float) -> Window:
        """The window for a boson of ``mass`` [GeV]."""
        if mass < 2 * CONSTANTS.m_mu:
            return Window(column=self.column, maximum=self.light_maximum)
        centre = mass**2
        return Window(
            column=self.column,
            minimum=centre - self.heavy_half_width,
            maximum=centre + self.heavy_half_width,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the cut flow: windows, a mass window, an expression, a factor, or nothing (all events)."""

    name: str
    windows: tuple[Window, ...] = ()
    mass_window: MassWindow | None = None
    expression: Expression | None = None
    factor: str | None = None

    def windows_at(self, mass: float) -> tuple[Window, ...]:
        """All windows of the step for a boson of ``mass`` [GeV]."""
        moving = () if self.mass_window is None else (self.mass_window.at(mass),)
        return (*self.windows, *moving)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a generator should put its points: how fast the density falls outside the windows.

    h = floor + product over columns of (1 + (d/scale)^2)^-power, d the distance to the window in the
    unit of the column; the floor is such that it draws ``share`` of the points. h never enters a weight;
    bad numbers cost precision, nothing else. Without scales there is no target.
    """

    scales: Mapping[str, float] = field(default_factory=dict)
    power: float = 1.0
    share: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """A histogram that a selection asks for: one or two axes (column, bins, low, high), and where.

    ``after``: the last step that applies; None: the last of the selection. ``without``: steps that are left out. With
    neither, all steps apply but those on the columns shown (N-1).
    """

    name: str
    axes: tuple[tuple[str, int, float, float], ...]
    after: str | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A selection: what it looks for, steps in order, conditions on photons, and how its reach is computed.

    ``topology``: one of :data:`lmutau.analysis.columns.TOPOLOGIES`. ``luminosities`` [fb^-1],
    ``photon_losses`` (probability that a photon in the calorimeter is missed) and ``significance`` define the
    reach; there is none without photon losses. ``regions``: control regions, selections of their own. ``text``: the
    card as it was written.
    """

    name: str
    title: str
    reference: str
    steps: tuple[Step, ...]
    topology: str = "mumu"
    photons: PhotonRules = field(default_factory=PhotonRules)
    luminosities: tuple[float, ...] = ()
    photon_losses: tuple[float, ...] = ()
    significance: float = 3.0
    target: Target = field(default_factory=Target)
    histograms: tuple[Histogram, ...] = ()
    regions: "tuple[Selection, ...]" = ()
    text: str = field(default="", repr=False, compare=False)

    @property
    def step_names(self) -> tuple[str, ...]:
        """Keys of the cut flow, in order."""
        return tuple(step.name for step in self.steps)

    @property
    def mass_steps(self) -> tuple[str, ...]:
        """Names of the steps that depend on the hypothesised mass."""
        return tuple(
            step.name
            for step in self.steps
            if step.mass_window is not None or (step.expression is not None and step.expression.uses_mass)
        )

    @property
    def is_region(self) -> bool:
        """Return whether this is a control region of another selection."""
        return "/" in self.name

    @property
    def photon_energy(self) -> float:
        """c.m. energy [GeV] above which ``photon_loss`` wants every photon lost."""
        return self.photons.lost_above

    def uses(self, factor: str) -> bool:
        """Return whether a step multiplies by this factor."""
        return any(step.factor == factor for step in self.steps)

    def index(self, name: str) -> int:
        """Position of a step.

        Raises
        ------
        ConfigError
            If there is none of that name; the message names the nearest.
        """
        if name not in self.step_names:
            raise unknown_name(f"selection {self.name!r}: step", name, self.step_names)
        return self.step_names.index(name)

    def windows(self, mass: float) -> Iterator[tuple[int, Window]]:
        """Every window with the number of its step, for a boson of ``mass`` [GeV].

        Raises
        ------
        ConfigError
            If the mass is negative or not finite.
        """
        if not 0 <= mass <= _HEAVIEST:
            raise ConfigError(f"mass = {mass} GeV: allowed is [0, {_HEAVIEST:g}] GeV.")
        for i, step in enumerate(self.steps):
            for window in step.windows_at(mass):
                yield i, window

    def steps_on(self, *columns: str) -> tuple[str, ...]:
        """Names of the steps that cut on any of ``columns``."""
        found = []
        if _TWINS & set(columns):
            columns = (*columns, *_TWINS)
        for step in self.steps:
            used = {window.column for window in step.windows_at(0.0)}
            if step.expression is not None:
                used |= step.expression.names
            if used & set(columns):
                found.append(step.name)
        return tuple(found)


def selection_names() -> tuple[str, ...]:
    """Names of the selections that come with the package."""
    folder = resources.files("lmutau.data").joinpath("selections")
    return tuple(sorted(Path(f.name).stem for f in folder.iterdir() if f.name.endswith(".toml")))


def selection_text(name_or_path: str | Path) -> str:
    """The card as it was written: of a built-in selection, or of a file that ends in ``.toml``.

    Raises
    ------
    ConfigError
        If there is no such selection; the message names the nearest.
    FileError
        If the file cannot be read.
    """
    name = str(name_or_path)
    if name.endswith(".toml"):
        try:
            return Path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise FileError(f"selection card {name!r} cannot be read: {error}.") from error
    if name not in selection_names():
        raise unknown_name("selection", name, selection_names())
    return resources.files("lmutau.data").joinpath("selections", f"{name}.toml").read_text(encoding="utf-8")


def load_selection(name_or_path: str | Path) -> Selection:
    """Load a selection by name, or from a card (TOML).

    Raises
    ------
    ConfigError
        If the name does not exist (the nearest is named) or the card is wrong (all problems at once).
    FileError
        If the card cannot be read.

    Examples
    --------
    >>> load_selection("jkpt2019").step_names
    ('generated', 'et_miss', 'muon_eta', 'muon_p', 'm2_miss', 'barrel', 'muon_efficiency', 'photon_loss')
    """
    from lmutau.analysis.selection_card import parse_selection  # the schema library is heavy

    return parse_selection(selection_text(name_or_path), str(name_or_path))
