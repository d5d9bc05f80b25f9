"""What a scan says: points inside the measured windows, classes of spectra, ranges, binned minima."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.errors import ConfigError, unknown_name
from lmutau.gen.model.anomalies import find_anomaly
from lmutau.gen.susy.scan import CLASSES, RESULTS
from lmutau.gen.susy.scan_settings import PARAMETERS

__all__ = ["QUANTITIES", "MinimumMap", "ScanSummary", "Windows", "check_map", "fill_maps", "order_name", "summarise"]

Array = NDArray[np.float64]

QUANTITIES = (*PARAMETERS, *RESULTS, "a_mu_zp", "a_e", "a_mu", "pull")
"""What a map may show: columns of the file, and the larger of the two pulls |calculated - measured|/error."""

_DISCREPANCIES = {"e": "banerjee2020_electron", "mu": "banerjee2020"}
"""Entries of ``data/anomalies.toml`` that the loops are compared with: those of arXiv:2011.05083."""

_LETTERS = ("", "B", "W", "H", "B'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Measured minus Standard Model of a_e and a_mu with errors; a point is inside within ``n_sigma`` of both."""

    n_sigma: float = 2.0
    a_e: tuple[float, float] = field(default_factory=lambda: _measured("e"))
    a_mu: tuple[float, float] = field(default_factory=lambda: _measured("mu"))

    def __post_init__(self) -> None:
        """Check the numbers."""
        if not 0 < self.n_sigma < 100:
            raise ConfigError(f"n_sigma = {self.n_sigma!r}: allowed is a number from 0 to 100, 0 excluded.")
        for name, (value, error) in (("a_e", self.a_e), ("a_mu", self.a_mu)):
            if not (np.isfinite(value) and error > 0 and np.isfinite(error)):
                raise ConfigError(f"{name} = {value!r} +- {error!r}: allowed are finite numbers, the error > 0.")

    def pulls(self, columns: Mapping[str, NDArray[Any]]) -> tuple[Array, Array]:
        """(calculated - measured)/error of a_e and a_mu."""
        return (columns["a_e"] - self.a_e[0]) / self.a_e[1], (columns["a_mu"] - self.a_mu[0]) / self.a_mu[1]

    def judge(self, columns: Mapping[str, NDArray[Any]]) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Array]:
        """Which points are inside the window of a_e, and of a_mu, and the larger pull; a tachyon is never inside."""
        healthy = columns["spectrum_class"] > 0
        pull_e, pull_mu = (np.abs(pull) for pull in self.pulls(columns))
        return healthy & (pull_e <= self.n_sigma), healthy & (pull_mu <= self.n_sigma), np.maximum(pull_e, pull_mu)


def _measured(lepton: str) -> tuple[float, float]:
    found = find_anomaly(_DISCREPANCIES[lepton])
    return found.value, found.error


def check_map(x: str, y: str, value: str, bins: int) -> None:
    """Check what a map shows.

    Raises
    ------
    ConfigError
        If a quantity does not exist, or ``bins`` is not from 2 to 1000.
    """
    for name in (x, y, value):
        if name not in QUANTITIES:
            raise unknown_name("map: quantity", name, QUANTITIES)
    if not 2 <= bins <= 1000:
        raise ConfigError(f"map: bins = {bins!r}: allowed is a whole number from 2 to 1000.")


class MinimumMap:
    """Smallest value of one quantity in bins of two others, over the points inside the windows.

    ``minima``, ``counts`` (points inside) and ``visits`` (all points) have the shape (bins of x, bins of y); a bin
    without points inside has an infinite minimum.
    """

    def __init__(self, x: str, y: str, value: str, x_range: tuple[float, float], y_range: tuple[float, float],
                 bins: int = 30) -> None:  # fmt: skip
        """Prepare an empty map of these edges.

        Raises
        ------
        ConfigError
            If a quantity does not exist, a range is empty, or ``bins`` is not from 2 to 1000.
        """
        check_map(x, y, value, bins)
        for name, (low, high) in ((x, x_range), (y, y_range)):
            if not low < high:
                raise ConfigError(f"map: range of {name} = {low:g}:{high:g} is empty; scan more than one value of it.")
        self.x, self.y, self.value = x, y, value
        self.x_edges, self.y_edges = np.linspace(*x_range, bins + 1), np.linspace(*y_range, bins + 1)
        self.minima: Array = np.full((bins, bins), np.inf)
        self.counts, self.visits = np.zeros((bins, bins), dtype=np.int64), np.zeros((bins, bins), dtype=np.int64)

    def add(self, columns: Mapping[str, NDArray[Any]], inside: NDArray[np.bool_], pull: Array) -> None:
        """Add points; ``inside`` marks those in the windows."""
        known = {**columns, "pull": pull}
        x, y, value = (np.asarray(known[name], dtype=np.float64) for name in (self.x, self.y, self.value))
        i, j = _bin(self.x_edges, x), _bin(self.y_edges, y)
        on_map = (i >= 0) & (j >= 0)
        np.add.at(self.visits, (i[on_map], j[on_map]), 1)
        use = on_map & inside
        np.add.at(self.counts, (i[use], j[use]), 1)
        np.minimum.at(self.minima, (i[use], j[use]), value[use])

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready; ``minima[i][j]`` belongs to bin i of x and j of y, and is not finite where ``counts`` is 0."""
        return {
            "x": self.x,
            "y": self.y,
            "value": self.value,
            "x_edges": self.x_edges.tolist(),
            "y_edges": self.y_edges.tolist(),
            "minima": self.minima.tolist(),
            "counts": self.counts.tolist(),
        }


def _bin(edges: Array, values: Array) -> NDArray[np.int64]:
    """Bin of each value; the last edge belongs to the last bin; -1 outside."""
    found = np.searchsorted(edges, values, side="right") - 1
    found[values == edges[-1]] = len(edges) - 2
    return np.where(found < len(edges) - 1, found, -1)


@dataclass(slots=True, kw_only=True)
class ScanSummary:
    """Counts of points, and ranges (low, high) of every quantity over the points inside the windows.

    ``every``: the same over all points without a tachyon.
    """

    n: int = 0
    n_tachyonic: int = 0
    n_inside_e: int = 0
    n_inside_mu: int = 0
    n_inside: int = 0
    classes: dict[str, list[int]] = field(default_factory=lambda: {name: [0, 0] for name in CLASSES})
    orders: Counter[int] = field(default_factory=Counter)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    every: dict[str, tuple[float, float]] = field(default_factory=dict)

    def add(self, columns: Mapping[str, NDArray[Any]], windows: Windows) -> tuple[NDArray[np.bool_], Array]:
        """Add points; returns which are inside both windows, and the larger pull."""
        healthy = columns["spectrum_class"] > 0
        in_e, in_mu, pull = windows.judge(columns)
        inside = in_e & in_mu
        self.n += len(healthy)
        self.n_tachyonic += int((~healthy).sum())
        self.n_inside_e += int(in_e.sum())
        self.n_inside_mu += int(in_mu.sum())
        self.n_inside += int(inside.sum())
        for index, name in enumerate(CLASSES):
            of_class = columns["spectrum_class"] == index
            self.classes[name][0] += int(of_class.sum())
            self.classes[name][1] += int((of_class & inside).sum())
        self.orders.update(columns["spectrum_order"][inside].tolist())
        known = {name: column for name, column in columns.items() if not name.startswith("spectrum_")}
        _widen(self.ranges, {**known, "pull": pull}, inside)
        _widen(self.every, {**known, "pull": pull}, healthy)
        return inside, pull

    def span(self, name: str) -> tuple[float, float]:
        """Axis of a quantity: its range inside the windows, over all points if none is inside; never empty."""
        low, high = self.ranges.get(name) or self.every.get(name) or (0.0, 1.0)
        if low < high:
            return low, high
        margin = 0.01 * abs(low) or 1.0
        return low - margin, high + margin

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "n": self.n,
            "n_tachyonic": self.n_tachyonic,
            "n_inside_a_e": self.n_inside_e,
            "n_inside_a_mu": self.n_inside_mu,
            "n_inside": self.n_inside,
            "classes": {name: {"n": n, "n_inside": inside} for name, (n, inside) in self.classes.items()},
            "orders": [{"order": order_name(order), "n_inside": n} for order, n in self.orders.most_common()],
            "ranges": {name: list(limits) for name, limits in self.ranges.items()},
        }


def _widen(
    ranges: dict[str, tuple[float, float]], columns: Mapping[str, NDArray[Any]], chosen: NDArray[np.bool_]
) -> None:
    if chosen.any():
        for name, column in columns.items():
            values = column[chosen]
            low, high = ranges.get(name, (np.inf, -np.inf))
            ranges[name] = (min(low, float(values.min())), max(high, float(values.max())))


def order_name(order: int) -> str:
    """Kinds of chi1 to chi5 in words, e.g. ``W H H B' B``; ``tachyonic`` for 0."""
    return " ".join(_LETTERS[int(digit)] for digit in str(order)) if order else "tachyonic"


def summarise(
    chunks: Iterable[Mapping[str, NDArray[Any]]], windows: Windows, maps: Iterable[MinimumMap] = ()
) -> ScanSummary:
    """Read a scan once; fills ``maps`` on the way."""
    summary, wanted = ScanSummary(), list(maps)
    for columns in chunks:
        inside, pull = summary.add(columns, windows)
        for one in wanted:
            one.add(columns, inside, pull)
    return summary


def fill_maps(chunks: Iterable[Mapping[str, NDArray[Any]]], windows: Windows, maps: Iterable[MinimumMap]) -> None:
    """Add all points of a scan to ``maps``; of the columns, their three and ``a_e, a_mu, spectrum_class`` are used."""
    wanted = list(maps)
    for columns in chunks:
        in_e, in_mu, pull = windows.judge(columns)
        for one in wanted:
            one.add(columns, in_e & in_mu, pull)
