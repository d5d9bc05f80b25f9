"""Title and caption of a plot, from what was filled: quantity, candidates, steps, weight."""

from collections.abc import Mapping
from types import MappingProxyType

from lmutau.analysis.columns import observables_of
from lmutau.analysis.cut_edges import CutEdges
from lmutau.analysis.histograms import HistogramSet
from lmutau.analysis.labels import formula_text, luminosity_label, plain_label
from lmutau.analysis.plot_axes import axes_of, drawn_edges, stage_text

__all__ = ["plot_caption", "plot_title"]

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "ETmiss": "missing transverse energy",
        "pT_recoil": "transverse momentum of the recoil",
        "m2_recoil": "squared missing mass",
        "theta_recoil_lab": "polar angle of the recoil",
        "theta_recoil_cm": "polar angle of the recoil (c.m.)",
        "opening_cm": "angle between the leptons (c.m.)",
        "pair_mass": "mass of the pair",
        "photon_energy_cm": "photon energy (c.m.)",
        "photon_cos_cm": "cosine of the photon's polar angle (c.m.)",
        "photon_energy": "photon energy (laboratory)",
        "photon_theta": "polar angle of the photon (laboratory)",
    }
)
_OF_A_MUON: Mapping[str, str] = MappingProxyType(
    {
        "p": "momentum",
        "pT": "transverse momentum",
        "energy_cm": "energy (c.m.)",
        "pT_cm": "transverse momentum (c.m.)",
        "eta_cm": "pseudorapidity (c.m.)",
    }
)


def plot_title(histograms: HistogramSet, name: str) -> str:
    """Quantities in words, and which steps apply."""
    binning = histograms.binnings[name]
    symbols = {name: plain_label(one.label) for name, one in observables_of(histograms.selection.topology).items()}
    words = [_words(column, symbols[column], twin=bool(binning.twin)) for column, *_ in binning.axes]
    text = " against ".join(reversed(words))
    if binning.twin:
        text += " of both muons"
    return f"{text[:1].upper()}{text[1:]}, {stage_text(histograms, name)}"


def plot_caption(histograms: HistogramSet, name: str, luminosity_fb: float) -> str:
    """Say what was filled at which weight, how it is drawn, and what lines mean."""
    binning, selection = histograms.binnings[name], histograms.selection
    observables = observables_of(selection.topology)
    texts = [
        f"{plain_label(observables[column].label)}: {formula_text(observables[column].formula)}"
        for column, *_ in binning.axes
    ]
    if binning.twin:
        texts.append("likewise of the other muon: each is one entry")
    if len(binning.axes) == 2:
        drawn = "One panel for each signal and each background process, colours on a scale of its own."
    else:
        drawn = "Backgrounds are stacked, hatched is their statistical uncertainty; signals are lines."
    lines = _lines(histograms, name)
    events = f"Events expected in {luminosity_label(luminosity_fb)}, {_candidates(histograms, name)}."
    return " ".join(filter(None, (events, f"{'; '.join(texts)}.", drawn, lines)))


def _candidates(histograms: HistogramSet, name: str) -> str:
    """Which candidates are filled, and their weight."""
    binning, selection = histograms.binnings[name], histograms.selection
    reached = selection.steps[: selection.index(binning.after) + 1]
    applied = [step for step in reached if step.name not in binning.without]
    factors = " × ".join(step.factor for step in applied if step.factor is not None)
    what = "photon" if selection.topology == "photon" else "pair of opposite charge"
    weight = f"at its generator weight{f' × {factors}' if factors else ''}"
    if len(applied) == 1:
        return f"every {what} {weight}"
    without = f" but {' and '.join(binning.without)}" if binning.without else ""
    steps = "all steps" if binning.after == selection.step_names[-1] else f"the steps up to {binning.after}"
    return f"each {what} that passes {steps}{without}, {weight}"


def _lines(histograms: HistogramSet, name: str) -> str:
    """What lines and frames mean, if the histogram has any."""
    edges = [drawn_edges(histograms, name, axis) for axis in axes_of(histograms, name)]
    if not any(one.all for one in edges):
        return ""
    if len(edges) == 2:
        frame = "The frame is what the selection keeps of these quantities." if any(_interval(e) for e in edges) else ""
        dashed = "Dashed lines: edges that hold under a condition." if any(one.others for one in edges) else ""
        return " ".join(filter(None, (frame, dashed)))
    faded = "; the faded side is rejected" if histograms.binnings[name].without and _interval(edges[0]) else ""
    condition = " under a condition" if edges[0].others and not _interval(edges[0]) else ""
    return f"Dashed: where the selection cuts on this quantity{condition}{faded}."


def _interval(edges: CutEdges) -> bool:
    """Return whether something is rejected whatever the other quantities are."""
    return edges.low > float("-inf") or edges.high < float("inf")


def _words(column: str, symbol: str, *, twin: bool) -> str:
    """A quantity in words; of one muon if its name says so. Its symbol where there are no words."""
    for start, sign in (("mu_minus_", "μ⁻"), ("mu_plus_", "μ⁺")):
        quantity = column.removeprefix(start)
        if quantity != column and quantity in _OF_A_MUON:
            return _OF_A_MUON[quantity] if twin else f"{_OF_A_MUON[quantity]} of the {sign}"
    return _WORDS.get(column, symbol)
