"""A selection applied to a block of events: observables, masks and weights of the muon pairs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.analysis.candidates import leptons_of, photons_of, scalar_or_one, tracks_of
from lmutau.analysis.columns import columns_of, observables_of
from lmutau.analysis.kinematics import AXES, PAIR_COLUMNS, Collision, collision, finish_columns
from lmutau.analysis.lepton_pairs import KINDS, count_pairs, reconstruct_pairs
from lmutau.analysis.particle_lists import lists_beside
from lmutau.analysis.selection import Selection
from lmutau.analysis.single_photons import reconstruct_photons
from lmutau.detsim.trigger import Trigger, candidate_pairs, candidate_photons
from lmutau.gen.kernels import kernel
from lmutau.gen.record import EventBlock, Jagged

__all__ = ["SelectedBlock", "apply"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]

_PADDING = 72
_Rows = tuple[Array, tuple[Index, Index, Index], bool]


@dataclass(frozen=True, slots=True)
class SelectedBlock:
    """The candidates of a block (pairs of opposite charge, or single photons), and how far each gets.

    Attributes
    ----------
    columns
        Name -> (m,) float64: :func:`lmutau.analysis.columns.columns_of` the topology. ``genWeight`` [fb];
        factors are probabilities; ``photons_seen`` counts the photons above the c.m. energy of
        ``photon_loss`` that the calorimeter could have seen (loss below 1).
    rows, first, second
        (m,) event's number in the block, and positions of its negative and positive lepton among the flat
        candidates (of the photon, and -1).
    aligned
        Whether row and event have the same number throughout.
    weight
        (m,) weight [fb] after all steps: genWeight times all factors, whether the candidate passes or not.
    n_passed
        (m,) number of consecutive steps that the event passes, from the first on.
    steps_passed
        (m,) bit k is set if step k by itself is passed.
    sums
        (n_steps, 3): candidates, sum of weights [fb], of squared weights per event; at step 0 all events of
        the block.
    without
        (n_steps, 3): the same after all steps but one, with the factors of the others.
    lists
        What stands beside the candidates, as far as expressions of the selection ask for it.
    """

    selection: Selection
    mass: float
    table: Array
    rows: Index
    first: Index
    second: Index
    aligned: bool
    weight: Array
    n_passed: Index
    steps_passed: Index
    sums: Array
    without: Array
    lists: Mapping[str, Jagged] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of candidates."""
        return len(self.rows)

    @property
    def columns(self) -> Mapping[str, Array]:
        """Observables and weight factors by name, each (m,)."""
        return {name: self.table[i] for i, name in enumerate(columns_of(self.selection.topology))}

    def __getitem__(self, name: str) -> Array:
        """One column."""
        return self.table[columns_of(self.selection.topology).index(name)]

    def passed(self, step: str) -> NDArray[np.bool_]:
        """Events that pass ``step`` and all before it, (m,)."""
        return self.n_passed > self.selection.index(step)

    def passed_except(self, *steps: str) -> NDArray[np.bool_]:
        """Events that pass every step but ``steps``, whatever those would say, (m,)."""
        ignored = sum(1 << self.selection.index(step) for step in steps)
        everything = (1 << len(self.selection.steps)) - 1
        return (self.steps_passed | ignored) == everything

    def step_weight(self, step: str) -> Array:
        """Weight [fb] of every event at ``step``: genWeight times the factors up to there, (m,)."""
        weight = self["genWeight"].copy()
        for one in self.selection.steps[: self.selection.index(step) + 1]:
            if one.factor is not None:
                weight *= self[one.factor]
        return weight

    def scenario_weight(self, photon_loss: float, chosen: Index | slice = slice(None)) -> Array:
        """Weight [fb] if every photon that the calorimeter could see were lost with ``photon_loss``.

        All other factors stay. Photons that nothing could have seen keep their loss of 1. Of the
        ``chosen`` events, all by default.
        """
        weight = np.array(self["genWeight"][chosen])
        for step in self.selection.steps:
            if step.factor == "photon_loss":
                weight *= photon_loss ** self["photons_seen"][chosen]
            elif step.factor is not None:
                weight *= self[step.factor][chosen]
        return weight


def apply(
    block: EventBlock, selection: Selection, beam: ArrayLike, mass: float, trigger: Trigger | None = None
) -> SelectedBlock:
    """Compute the observables of a block of reconstructed events and run the steps of a selection.

    Parameters
    ----------
    block
        Events with ``genWeight``, ``Photon`` and the collections of the selection's topology. Every pair
        of opposite charge (or photon) is a candidate of its own: its factors say how probable it is that
        this candidate was seen. Events without one count as generated and pass nothing else.
    beam
        (4,) total four-momentum (E, px, py, pz) [GeV], laboratory.
    mass
        Hypothesised mass of the invisible boson [GeV]; moves the window on the recoil mass.
    trigger
        Trigger of the detector card, for samples with efficiencies as weights: the factor ``trigger`` is then
        that of the candidate alone. None: what stands in the events (decided samples).

    Raises
    ------
    ConfigError
        If the block was never simulated, lacks a collection or trigger that the selection needs, or the
        mass is negative.
    KinematicsError
        If the beam is not a time-like four-momentum.
    """
    initial = collision(beam)
    gen_weight = np.ascontiguousarray(block.scalars["genWeight"], dtype=np.float64)
    table, (rows, first, second), aligned = (_photons if selection.topology == "photon" else _pairs)(
        block, selection, initial, gen_weight, trigger
    )
    names = columns_of(selection.topology)
    cuts, edges, factors, weight_row = _tables(selection, mass, names)
    m = table.shape[1]
    kinds = {kind for step in selection.steps if step.expression is not None for kind in step.expression.lists}
    lists = lists_beside(block, selection.topology, (rows, first, second), beam, kinds) if kinds else {}
    failed = _failed_expressions(table, selection, mass, lists)
    weight, n_passed, bits = np.empty(m), np.empty(m, dtype=np.int64), np.empty(m, dtype=np.int64)
    sums, without = np.zeros((2, len(selection.steps), 3))
    _count(table, rows, cuts, edges, factors, weight_row, failed, weight, n_passed, bits, sums, without)
    sums[0] = len(block), gen_weight.sum(), np.square(gen_weight).sum()
    return SelectedBlock(
        selection, mass, table, rows, first, second, aligned, weight, n_passed, bits, sums, without, lists
    )


def _pairs(
    block: EventBlock, selection: Selection, initial: Collision, gen_weight: Array, card: Trigger | None
) -> _Rows:
    """Columns of every pair of opposite charge."""
    kind = KINDS[selection.topology]
    leptons, photons = leptons_of(block, selection.topology), photons_of(block)
    tracks = tracks_of(block, selection.uses("two_tracks"))
    trigger = scalar_or_one(block, "twoTrackTrigger", selection.uses("trigger"))
    m = count_pairs(leptons[0], leptons[5], leptons[8], kind)
    table, places = _room(len(columns_of(selection.topology)), m)
    along = np.empty((AXES, m + _PADDING))[:, :m]
    frame = (initial.total, initial.sqrt_s, initial.to_cms)
    rules = selection.photons.numbers()
    aligned = reconstruct_pairs(
        leptons, photons, tracks, (gen_weight, trigger), kind, frame, rules, table, along, places
    )
    finish_columns(table[: len(PAIR_COLUMNS)], along)
    if card is not None and selection.uses("trigger"):
        rows, *pair = places
        track = [leptons[7][place] + block.collections["Track"].offsets[rows] for place in pair]
        crowded = np.flatnonzero(block.collections["Track"].counts[rows] > 2)
        found = candidate_pairs(block, card, initial.total, *(place[crowded] for place in track))
        table[columns_of(selection.topology).index("trigger"), crowded] = found
    return table, places, aligned


def _photons(
    block: EventBlock, selection: Selection, initial: Collision, gen_weight: Array, card: Trigger | None
) -> _Rows:
    """Columns of every photon."""
    photons, tracks = photons_of(block), tracks_of(block, selection.uses("no_tracks"))
    trigger = scalar_or_one(block, "singlePhotonTrigger", selection.uses("trigger"))
    table, places = _room(len(columns_of("photon")), len(photons[1]))
    frame = (initial.total, initial.sqrt_s, initial.to_cms)
    rules = selection.photons.numbers()
    aligned = reconstruct_photons(photons, tracks, (gen_weight, trigger), frame, rules, table, places)
    if card is not None and selection.uses("trigger"):
        table[columns_of("photon").index("trigger")] = candidate_photons(block, card, initial.total, places[1])
    return table, places, aligned


def _room(n_columns: int, m: int) -> tuple[Array, tuple[Index, Index, Index]]:
    """Empty columns and places; padded: columns a power of two apart would share the lines of the cache."""
    rows, first, second = (np.empty(m, dtype=np.int64) for _ in range(3))
    return np.empty((n_columns, m + _PADDING))[:, :m], (rows, first, second)


def _tables(selection: Selection, mass: float, names: tuple[str, ...]) -> tuple[Index, Array, Index, int]:
    """The selection as arrays: windows (step, column), their edges, each step's factor or -1; row of genWeight."""
    found = list(selection.windows(mass))
    cuts = np.array([(i, names.index(w.column)) for i, w in found], dtype=np.int64).reshape(-1, 2)
    edges = np.array([(w.minimum, w.maximum) for _, w in found]).reshape(-1, 2)
    factors = [-1 if s.factor is None else names.index(s.factor) for s in selection.steps]
    return cuts, edges, np.array(factors, dtype=np.int64), names.index("genWeight")


def _failed_expressions(table: Array, selection: Selection, mass: float, lists: Mapping[str, Jagged]) -> Index:
    """Bit k of a candidate is set if the expression of step k rejects it."""
    failed = np.zeros(table.shape[1], dtype=np.int64)
    if any(step.expression is not None for step in selection.steps):
        columns = dict(zip(observables_of(selection.topology), table, strict=False))
        for k, step in enumerate(selection.steps):
            if step.expression is not None:
                failed |= np.where(step.expression.passes(columns, mass, lists), 0, 1 << k)
    return failed


@kernel
def _count(
    table: Array,
    rows: Index,
    cuts: Index,
    edges: Array,
    factors: Index,
    weight_row: int,
    rejected: Index,
    final: Array,
    n_passed: Index,
    bits: Index,
    sums: Array,
    without: Array,
) -> None:
    """Run the steps over all candidates: consecutive steps passed, single steps passed, sums of weights.

    The candidates of one event are one draw of the generator: squares are of their sum,
    (S + w)^2 - S^2 = w (w + 2 S) with S what the event has already.
    """
    n_steps = len(factors)
    everything = (1 << n_steps) - 1
    before, all_but = np.zeros(n_steps), np.zeros(n_steps)
    for i in range(table.shape[1]):
        if i > 0 and rows[i] != rows[i - 1]:
            for k in range(n_steps):
                before[k] = all_but[k] = 0.0
        failed = rejected[i]
        for k in range(len(cuts)):  # no branches: whether an event passes cannot be guessed
            value = table[cuts[k, 1], i]
            failed |= (1 - (value > edges[k, 0]) * (value < edges[k, 1])) << cuts[k, 0]
        for k in range(n_steps):
            if factors[k] >= 0 and table[factors[k], i] == 0:  # a weight of zero is a rejection
                failed |= 1 << k
        weight = table[weight_row, i]
        for k in range(n_steps):
            if factors[k] >= 0:
                weight *= table[factors[k], i]
        final[i], weight, length = weight, table[weight_row, i], 0
        while length < n_steps and (failed >> length) & 1 == 0:
            if factors[length] >= 0:
                weight *= table[factors[length], i]
            sums[length, 0] += 1
            sums[length, 1] += weight
            sums[length, 2] += weight * (weight + 2 * before[length])
            before[length] += weight
            length += 1
        n_passed[i], bits[i] = length, everything & ~failed
        if failed & (failed - 1) == 0:  # at most one step rejects it
            for k in range(1, n_steps):
                if failed == 0 or failed == 1 << k:
                    weight = table[weight_row, i]
                    for j in range(n_steps):
                        if j != k and factors[j] >= 0:
                            weight *= table[factors[j], i]
                    without[k, 0] += 1
                    without[k, 1] += weight
                    without[k, 2] += weight * (weight + 2 * all_but[k])
                    all_but[k] += weight
