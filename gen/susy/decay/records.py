"""What a decay table consists of."""

from dataclasses import dataclass

__all__ = ["Channel", "Decay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Decay products as PDG codes, and partial width [GeV]."""

    products: tuple[int, ...]
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decay:
    """All decays of one particle: PDG code, mass, total width [GeV], channels by falling width.

    ``stable`` is True for the lightest superpartner. A width of 0 without it means that the particle decays to more
    than three others only, which is not calculated.
    """

    code: int
    mass: float
    width: float
    channels: tuple[Channel, ...]
    stable: bool

    def branching(self, channel: Channel) -> float:
        """Branching fraction of a channel."""
        return channel.width / self.width

    def fraction(self, *products: int) -> float:
        """Branching fraction to ``products`` in any order; 0 if there is no such channel."""
        wanted = sorted(products)
        return sum(self.branching(channel) for channel in self.channels if sorted(channel.products) == wanted)
