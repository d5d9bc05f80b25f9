"""Put analysed samples together: cut flow of all, reach, and what must be said about them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lmutau.analysis.cutflow import CutFlow
from lmutau.analysis.hypotheses import SIGNALS, signal_mass
from lmutau.analysis.sample_analysis import SampleAnalysis
from lmutau.analysis.sample_checks import repeated_backgrounds
from lmutau.analysis.selection import Selection
from lmutau.analysis.sensitivity import loss_is_idle, reach, weak_backgrounds
from lmutau.gen.errors import ConfigError

__all__ = ["collect"]

_FEW = 10


def collect(
    analyses: Sequence[SampleAnalysis],
    metadata: Sequence[Mapping[str, Any]],
    selection: Selection,
    luminosities: Sequence[float] | None = None,
) -> CutFlow:
    """Put the samples together: cut flow and reach."""
    chosen = tuple(selection.luminosities if luminosities is None else luminosities)
    if not all(0 < luminosity < math.inf for luminosity in chosen):
        raise ConfigError(f"luminosities = {list(chosen)}: allowed are positive numbers [fb^-1].")
    flow = CutFlow(selection=selection.name, luminosity_fb=chosen, has_reach=bool(selection.photon_losses))
    for one in analyses:
        flow.add_sample(one.flow, {region.selection.name.partition("/")[2]: region.flow for region in one.regions})
    signal = SIGNALS[selection.topology]
    parts = [
        one.reach_sample(meta)
        for one, meta in zip(analyses, metadata, strict=True)
        if one.in_reach
        # a signal of another mass, or of another selection, is neither signal nor background
        and (signal_mass(meta) is None or (signal_mass(meta) in one.masses and meta["process"] == signal))
    ]
    decided = any(meta.get("detector", {}).get("mode") == "hit-or-miss" for meta in metadata)
    if not decided:
        flow.sensitivity = reach(parts, selection, chosen)
    elif flow.has_reach:
        flow.notes = ("no reach: in hit-or-miss samples the photon loss is decided and cannot be changed any more",)
    if flow.sensitivity:
        flow.notes = tuple(weak_backgrounds(parts))
        if loss_is_idle(flow.sensitivity):
            flow.notes += (
                "the photon loss of the table makes no difference: what is left of the backgrounds has no photon in "
                "the calorimeter, or one that nothing could have seen (gaps, beam pipe)",
            )
    parameters = {one.name: meta["parameters"] for one, meta in zip(analyses, metadata, strict=True)}
    if selection.topology != "photon" and not selection.uses("muon_efficiency"):
        flow.notes = (*flow.notes, "no step has the factor muon_efficiency: pions and electrons count as muons")
    flow.notes = (
        *flow.notes,
        *_certain(selection, metadata),
        *(() if flow.has_reach else _few_events(analyses)),  # the reach says it for every mass
        *repeated_backgrounds(parts, parameters),
    )
    return flow


def _few_events(analyses: Sequence[SampleAnalysis]) -> Iterator[str]:
    """Samples whose last line rests on a few heavy events: their statistical error means little."""
    for one in analyses:
        last = one.flow.steps()[-1]
        if last.n > 0 and last.n_eff < _FEW:
            yield (
                f"{one.name}: the last step has N_eff = {last.n_eff:.3g}, a few heavy events of {last.n}; "
                "generate more, or targeted = true in a run card"
            )


def _certain(selection: Selection, metadata: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What to say of cuts on lists in samples that carry efficiencies as weights."""
    names = [step.name for step in selection.steps if step.expression is not None and step.expression.lists]
    if not names or all(one.get("detector", {}).get("mode") == "hit-or-miss" for one in metadata):
        return ()
    return (
        f"step {', '.join(names)}: a cut on a list takes every photon (track) in it as seen; what counts probabilities "
        "are factors, or samples of 'simulate --mode hit-or-miss'",
    )
