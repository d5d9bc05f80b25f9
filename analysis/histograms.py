"""Histograms of a sample, filled block by block: memory does not grow with the number of events."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.columns import observables_of
from lmutau.analysis.selected import SelectedBlock
from lmutau.analysis.selection import Selection
from lmutau.gen.errors import ConfigError

if TYPE_CHECKING:
    import hist

__all__ = ["BEFORE", "N_MINUS_ONE", "Binning", "HistogramSet", "binnings"]

BEFORE = "before"
"""Stage: every event with a mu- and a mu+, weight genWeight."""

N_MINUS_ONE = "n_minus_one"
"""Stage: every step except those on the plotted column, all factors in the weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binning:
    """Regular bins of one or two columns: (column, number of bins, low, high) for each axis.

    ``stage``: BEFORE, N_MINUS_ONE, or the step up to which everything applies.
    """

    name: str
    stage: str
    axes: tuple[tuple[str, int, float, float], ...]


def binnings(selection: Selection, mass: float) -> tuple[Binning, ...]:
    """Histograms of the card, and those of the standard plots for the hypothesised ``mass`` [GeV].

    Pairs of leptons: ``ETmiss`` and ``m2_recoil`` before any cut and after all others, and their plane. After the cuts
    and in the plane the recoil mass is shown only around its window, in bins that divide it.
    """
    own = tuple(Binning(name=h.name, stage=h.after or N_MINUS_ONE, axes=h.axes) for h in selection.histograms)
    if selection.topology == "photon" or selection.is_region:
        return own
    low, high = selection.range_of("m2_recoil", mass)
    centre, half = (mass**2, high - mass**2) if np.isfinite(low) else (0.0, high)
    if not np.isfinite(half) or half <= 0:
        centre, half = (mass**2, 1.0) if mass > 0 else (0.0, 0.4)
    near = ("m2_recoil", 60, centre - 5 * half, centre + 7 * half)
    energy = ("ETmiss", 55, 0.0, 5.5)
    wide = ("m2_recoil", 58, -4.0, 112.0)
    return (
        Binning(name="ETmiss_before", stage=BEFORE, axes=(energy,)),
        Binning(name="ETmiss_n_minus_one", stage=N_MINUS_ONE, axes=(energy,)),
        Binning(name="m2_recoil_before", stage=BEFORE, axes=(wide,)),
        Binning(name="m2_recoil_n_minus_one", stage=N_MINUS_ONE, axes=(near,)),
        Binning(name="plane_before", stage=BEFORE, axes=(near, energy)),
        *own,
    )


class HistogramSet:
    """The histograms of one sample: weights in fb per bin, with the sum of their squares.

    Parameters
    ----------
    selection, mass
        The selection and the hypothesised mass [GeV] whose windows the plots show.
    """

    def __init__(self, selection: Selection, mass: float) -> None:
        """Book empty histograms."""
        import hist  # pulls in a compiled library and half of matplotlib's friends

        self.selection = selection
        self.mass = mass
        self.binnings = {binning.name: binning for binning in binnings(selection, mass)}
        self.histograms: dict[str, hist.Hist[Any]] = {}
        for name, binning in self.binnings.items():
            axes = [
                hist.axis.Regular(n, low, high, name=column, label=_label(column, selection.topology))
                for column, n, low, high in binning.axes
            ]
            self.histograms[name] = hist.Hist(*axes, storage=hist.storage.Weight(), label="fb per bin")

    def fill(self, selected: SelectedBlock) -> None:
        """Add one block of events.

        Raises
        ------
        ConfigError
            If the block was selected otherwise or for another mass.
        """
        if selected.selection != self.selection or selected.mass != self.mass:
            raise ConfigError(
                f"histograms of {self.selection.name!r}, m = {self.mass} GeV, filled with a block of "
                f"{selected.selection.name!r}, m = {selected.mass} GeV."
            )
        final = selected.weight
        for name, binning in self.binnings.items():
            columns = [axis[0] for axis in binning.axes]
            if binning.stage == BEFORE:
                self.histograms[name].fill(*(selected[c] for c in columns), weight=selected["genWeight"])
                continue
            if binning.stage != N_MINUS_ONE:
                keep = selected.passed(binning.stage)
                weight = selected.step_weight(binning.stage)[keep]
                self.histograms[name].fill(*(selected[c][keep] for c in columns), weight=weight)
                continue
            keep = selected.passed_except(*self.selection.steps_on(*columns))
            self.histograms[name].fill(*(selected[c][keep] for c in columns), weight=final[keep])

    def add(self, other: "HistogramSet") -> None:
        """Add the contents of another set of the same selection and mass."""
        if (self.selection, self.mass) != (other.selection, other.mass):
            raise ConfigError("histograms of different selections or masses cannot be added.")
        for name, histogram in other.histograms.items():
            self.histograms[name] += histogram

    def items(self) -> "Iterator[tuple[str, hist.Hist[Any]]]":
        """Names and histograms; uproot writes each as it is: ``file[name] = histogram``."""
        yield from self.histograms.items()

    def __getitem__(self, name: str) -> "hist.Hist[Any]":
        """One histogram.

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        return self.histograms[name]


def contents(histogram: "hist.Hist[Any]") -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum of weights and its statistical error of each bin inside the axes, both shaped as the bins."""
    view: Any = histogram.view(flow=False)
    return np.asarray(view["value"]), np.sqrt(np.asarray(view["variance"]))


def _label(column: str, topology: str) -> str:
    """Axis label with unit."""
    observable = observables_of(topology)[column]
    unit = {"1": "", "GeV^2": " [GeV$^2$]"}.get(observable.unit, f" [{observable.unit}]")
    return observable.label + unit
