"""Histograms of a sample, filled block by block: memory does not grow with the number of events."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.cut_edges import cut_edges
from lmutau.analysis.histogram_axes import Axis, axis_for, axis_label
from lmutau.analysis.selected import SelectedBlock
from lmutau.analysis.selection import Histogram, Selection, Step
from lmutau.gen.errors import ConfigError

if TYPE_CHECKING:
    import hist

__all__ = ["Binning", "HistogramSet", "binnings", "contents"]

_Chosen = NDArray[np.intp] | slice


@dataclass(frozen=True, slots=True, kw_only=True)
class Binning:
    """Regular bins of one or two columns: (column, number of bins, low, high) for each axis.

    ``after``: the last step that applies; ``without``: steps before it that do not. Candidates that pass the steps
    that apply are filled with genWeight times the factors of these steps. ``twin``: columns that are filled into
    the same bins as well (the other muon).
    """

    name: str
    axes: tuple[Axis, ...]
    after: str
    without: tuple[str, ...] = ()
    twin: tuple[str, ...] = ()


def binnings(selection: Selection, mass: float) -> tuple[Binning, ...]:
    """Histograms of the card, and those of the standard plots for the hypothesised ``mass`` [GeV].

    Pairs of leptons: missing transverse energy and ``m2_recoil`` before any cut and after all others, their plane and
    that of the muons. Every selection: each quantity that a step cuts on, after all other steps. After the cuts and in
    the plane the recoil mass is shown only around its window, in bins that divide it, if it has one.
    """
    own = tuple(
        Binning(name=h.name, axes=h.axes, after=h.after or selection.step_names[-1], without=_left_out(selection, h))
        for h in selection.histograms
    )
    if selection.is_region:
        return own
    standard = () if selection.topology == "photon" else _standard(selection, mass)
    taken = {binning.name for binning in (*standard, *own)}
    return (*standard, *(one for one in _single_cuts(selection, mass) if one.name not in taken), *own)


def _left_out(selection: Selection, histogram: Histogram) -> tuple[str, ...]:
    """Steps that do not apply to a histogram of a card."""
    if histogram.after is None and not histogram.without:
        return selection.steps_on(*(axis[0] for axis in histogram.axes))
    return histogram.without


def _standard(selection: Selection, mass: float) -> tuple[Binning, ...]:
    """Missing transverse energy, recoil mass and the muons, before cuts and after all others."""
    first, last = selection.step_names[0], selection.step_names[-1]
    cut = {name for step in selection.steps for name in _columns_of(step)}
    missing = "pT_recoil" if "pT_recoil" in cut and "ETmiss" not in cut else "ETmiss"  # one quantity, two names
    energy, wide = axis_for(missing, selection.topology), axis_for("m2_recoil", selection.topology)
    edges = cut_edges(selection, "m2_recoil", mass)
    low, high = edges.low, edges.high
    near = wide
    if np.isfinite(high):
        centre, half = (mass**2, high - mass**2) if np.isfinite(low) else (0.0, high if high > 0 else 1.0)
        near = ("m2_recoil", 60, centre - 5 * half, centre + 7 * half)
    eta, momentum = ("mu_minus_eta_cm", 50, -2.5, 2.5), ("mu_minus_p", 50, 0.0, 7.5)
    twin = ("mu_plus_eta_cm", "mu_plus_p")

    def pair(
        name: str, before: tuple[Axis, ...], after: tuple[Axis, ...], other: tuple[str, ...] = ()
    ) -> Iterator[Binning]:
        without = selection.steps_on(*(axis[0] for axis in after), *other)
        yield Binning(name=f"{name}_before", axes=before, after=first, twin=other)
        yield Binning(name=f"{name}_n_minus_one", axes=after, after=last, without=without, twin=other)

    return (
        *pair(missing, (energy,), (energy,)),
        *pair("m2_recoil", (wide,), (near,)),
        *pair("plane", (near, energy), (near, energy)),
        *pair("muons", (eta, momentum), (eta, momentum), twin),
    )


def _single_cuts(selection: Selection, mass: float) -> Iterator[Binning]:
    """Each quantity that a step cuts on after all steps but that one; the step is named where several cut on it."""
    for step in selection.steps:
        for column in _columns_of(step):
            alone = len(selection.steps_on(column)) == 1
            edges = cut_edges(selection, column, mass, (step.name,)).all
            yield Binning(
                name=f"{column}_n_minus_one" if alone else f"{column}_without_{step.name}",
                axes=(axis_for(column, selection.topology, edges),),
                after=selection.step_names[-1],
                without=(step.name,),
            )


def _columns_of(step: Step) -> tuple[str, ...]:
    """Quantities that a step cuts on, each once."""
    expression = () if step.expression is None else sorted(step.expression.names)
    return tuple(dict.fromkeys([*(window.column for window in step.windows_at(0.0)), *expression]))


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
                hist.axis.Regular(n, low, high, name=column, label=_label(column, selection.topology, binning))
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
        chosen: dict[tuple[str, tuple[str, ...]], tuple[_Chosen, NDArray[np.float64]]] = {}
        for name, binning in self.binnings.items():
            stage = binning.after, binning.without
            if stage not in chosen:
                chosen[stage] = self._stage(selected, binning)
            keep, weight = chosen[stage]
            for columns in filter(None, ([axis[0] for axis in binning.axes], binning.twin)):
                self.histograms[name].fill(*(selected[c][keep] for c in columns), weight=weight)

    def _stage(self, selected: SelectedBlock, binning: Binning) -> tuple[_Chosen, NDArray[np.float64]]:
        """Candidates that pass the steps that apply, and their weights [fb] with the factors of these steps."""
        steps = self.selection.steps
        last = self.selection.index(binning.after)
        applied = [step for step in steps[: last + 1] if step.name not in binning.without]
        keep: _Chosen = slice(None)  # the first step takes all
        if len(applied) > 1:
            keep = np.flatnonzero(selected.passed_except(*(step.name for step in steps if step not in applied)))
        weight = selected["genWeight"][keep]
        for step in applied:
            if step.factor is not None:
                weight = weight * selected[step.factor][keep]
        return keep, weight

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


def _label(column: str, topology: str, binning: Binning) -> str:
    """Axis label with unit; of both muons where both are filled."""
    label = axis_label(column, topology)
    return label.replace(r"\mu^-", r"\mu") if binning.twin else label
