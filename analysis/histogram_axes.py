"""Axes for the histograms that a card does not ask for: a range that holds the quantity, bins that end at the cuts."""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from lmutau.analysis.columns import observables_of

__all__ = ["Axis", "axis_for", "axis_label", "short_width"]

Axis = tuple[str, int, float, float]
"""Column, number of bins, low, high, in GeV or rad."""

_DEGREE = math.pi / 180
_BY_UNIT: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "GeV": (0.1, 0.0, 5.5),
        "GeV^2": (2.0, -4.0, 112.0),
        "rad": (2 * _DEGREE, 0.0, 180 * _DEGREE),
        "1": (0.1, -3.0, 3.0),
    }
)
"""Width of a bin, low and high edge: what collisions at 10.58 GeV fill; the rest is kept as under- and overflow."""

_BY_NAME: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "mu_minus_p": (0.1, 0.0, 8.0),
        "mu_plus_p": (0.1, 0.0, 8.0),
        "p_long_hi_lo": (0.2, -5.6, 5.6),
        "pair_mass": (0.2, 0.0, 11.0),
        "photon_cos_cm": (0.04, -1.0, 1.0),
        "photon_energy": (0.1, 0.0, 8.0),
    }
)
_MOST_BINS = 200
_DIGITS = 3
"""Significant digits of a width that is printed; one that needs more is not."""
_STRETCH = 1.35
"""How much narrower or wider than usual a bin may be for a width of fewer digits."""


def axis_for(column: str, topology: str, edges: Sequence[float] = ()) -> Axis:
    """Axis of an observable.

    Parameters
    ----------
    column, topology
        The observable and what the selection looks for.
    edges
        Where the selection cuts on it [GeV, rad]. The usual width of a bin is halved if edges then lie between
        bins; if that does not help, bins are stretched to one or two edges, to a width of few digits (of angles in
        degrees) if there is one, and more edges fall where they fall.
    """
    unit = observables_of(topology)[column].unit
    width, low, high = _BY_NAME.get(column) or _BY_UNIT[unit]
    drawn = 1 / _DEGREE if unit == "rad" else 1.0
    inside = sorted({edge for edge in edges if low < edge < high})
    for finer in (width, width / 2):
        bins = round((high - low) / finer)
        if bins <= _MOST_BINS and all(_is_whole((edge - low) / finer) for edge in inside):
            return column, bins, low, high
    usual = (column, round((high - low) / width), low, high)
    if len(inside) == 1:
        width = _roundest(inside[0] - low, width, drawn)
    elif len(inside) == 2:
        width = _roundest(inside[1] - inside[0], width, drawn)
        low = inside[0] - width * math.ceil((inside[0] - low) / width - 1e-9)
    bins = math.ceil((high - low) / width - 1e-9)
    if len(inside) > 2 or bins > _MOST_BINS:
        return usual
    return column, bins, low, low + bins * width


def short_width(width: float) -> str:
    """Width of a bin if few digits say it exactly, else nothing.

    Examples
    --------
    >>> short_width(1.93), short_width(0.1), short_width(96.5 / 48)
    ('1.93', '0.1', '')
    """
    text = f"{width:.{_DIGITS}g}"
    return text if abs(float(text) - width) <= 1e-9 * abs(width) else ""


def axis_label(column: str, topology: str) -> str:
    """Symbol and unit of a column, for an axis."""
    observable = observables_of(topology)[column]
    unit = {"1": "", "GeV^2": " [GeV$^2$]"}.get(observable.unit, f" [{observable.unit}]")
    return observable.label + unit


def _roundest(length: float, width: float, drawn: float) -> float:
    """Width of bins that divide a length: of few digits in the drawn unit if it can be, else nearest to the usual."""
    usual = max(round(length / width), 1)
    counts = sorted(range(max(math.ceil(usual / _STRETCH), 1), int(usual * _STRETCH) + 1), key=lambda n: abs(n - usual))
    short = [(len(text.strip("0.").replace(".", "")), n) for n in counts if (text := short_width(length * drawn / n))]
    return length / (min(short, key=lambda one: one[0])[1] if short else usual)


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-6
