"""The schema of a selection card (TOML): which tables and keys there are, and of what type.

Apart from the rest because the schema library is heavy: it is imported only where a card is read.
"""

import math
from typing import Literal

import pydantic

__all__ = [
    "TO_INTERNAL",
    "Card",
    "CardAxis",
    "CardHistogram",
    "CardList",
    "CardMassWindow",
    "CardNumber",
    "CardPhotons",
    "CardPositive",
    "CardReach",
    "CardRegion",
    "CardScale",
    "CardStep",
    "CardStrict",
    "CardTarget",
    "CardWindow",
]

TO_INTERNAL = {"deg": math.radians(1.0)}  # everything else is in GeV, rad, fb already


class CardStrict(pydantic.BaseModel):
    """Unknown keys are errors."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class CardNumber(CardStrict):
    """One number with its provenance."""

    value: float
    unit: Literal["1", "GeV", "GeV^2", "rad", "deg", "fb^-1"]
    source: str
    kind: Literal["measured", "published", "computed", "assumed"]

    @property
    def internal(self) -> float:
        """The value in GeV, rad, fb."""
        return self.value * TO_INTERNAL.get(self.unit, 1.0)


class CardPositive(CardNumber):
    """A number above 0."""

    value: float = pydantic.Field(gt=0)


class CardList(CardStrict):
    """A list of numbers with its provenance."""

    value: tuple[float, ...] = pydantic.Field(min_length=1)
    unit: Literal["1", "fb^-1"]
    source: str
    kind: Literal["measured", "published", "computed", "assumed"]


class CardWindow(CardStrict):
    """An open interval of one observable."""

    column: str
    minimum: CardNumber | None = None
    maximum: CardNumber | None = None


class CardMassWindow(CardStrict):
    """A window that follows the hypothesised mass."""

    column: str
    light_maximum: CardNumber
    heavy_half_width: CardPositive


class CardStep(CardStrict):
    """A step of the cut flow."""

    name: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]*$")
    window: tuple[CardWindow, ...] = ()
    mass_window: CardMassWindow | None = None
    cut: str | None = None
    source: str | None = None
    factor: str | None = None


class CardPhotons(CardStrict):
    """Conditions on photons."""

    lost_above: CardPositive | None = None
    veto_energy: CardNumber | None = None
    veto_sum: CardPositive | None = None
    veto_angle: CardNumber | None = None
    tag_energy: CardNumber | None = None
    tag_angle: CardNumber | None = None


class CardAxis(CardStrict):
    """An axis of a histogram."""

    column: str
    bins: int = pydantic.Field(gt=0, le=10_000)
    low: float
    high: float
    unit: Literal["1", "GeV", "GeV^2", "rad", "deg"]


class CardHistogram(CardStrict):
    """A histogram of one or two axes."""

    name: str = pydantic.Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    after: str | None = None
    without: tuple[str, ...] = pydantic.Field(default=(), min_length=1)
    axis: tuple[CardAxis, ...] = pydantic.Field(min_length=1, max_length=2)


class CardReach(CardStrict):
    """What the counting reach is computed for."""

    luminosities: CardList
    photon_losses: CardList
    significance: CardPositive


class CardScale(CardStrict):
    """How fast the density of targeted points falls."""

    column: str
    scale: CardPositive


class CardTarget(CardStrict):
    """Where a targeted generation puts its points."""

    power: CardPositive
    share: CardPositive
    column: tuple[CardScale, ...] = pydantic.Field(min_length=1)


class CardRegion(CardStrict):
    """A control region."""

    name: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    topology: str = "mumu"
    use: tuple[str, ...] = pydantic.Field(min_length=1)
    step: tuple[CardStep, ...] = ()
    histogram: tuple[CardHistogram, ...] = ()


class Card(CardStrict):
    """A whole card."""

    name: str
    title: str
    reference: str
    topology: str = "mumu"
    photons: CardPhotons = CardPhotons()
    reach: CardReach | None = None
    target: CardTarget | None = None
    step: tuple[CardStep, ...] = pydantic.Field(min_length=1)
    histogram: tuple[CardHistogram, ...] = ()
    region: tuple[CardRegion, ...] = ()
