"""A selection applied to a block of events: observables, masks and weights of the muon pairs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.analysis.kinematics import (
    PAIR_COLUMNS,
    cartesian,
    collision,
    finish_columns,
    frame_numbers,
    pair_columns,
    photon_energy_cm,
)
from lmutau.analysis.selection import FACTORS, Selection
from lmutau.gen.errors import ConfigError
from lmutau.gen.kernels import kernel
from lmutau.gen.record import EventBlock, Jagged

__all__ = ["COLUMNS", "SelectedBlock", "apply"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]

WEIGHT_COLUMNS = ("genWeight", *FACTORS, "photons_seen")
COLUMNS = (*PAIR_COLUMNS, *WEIGHT_COLUMNS)
"""Columns of a selected block: observables of the pair, then what the weights are made of."""

_FACTOR_COLUMNS = {name: COLUMNS.index(name) for name in FACTORS}
_PADDING = 72
_GEN_WEIGHT = COLUMNS.index("genWeight")
_MUON_EFFICIENCY = COLUMNS.index("muon_efficiency")
_PHOTON_LOSS = COLUMNS.index("photon_loss")
_PHOTONS_SEEN = COLUMNS.index("photons_seen")
_MUON_FIELDS = ("pt", "eta", "phi", "mass", "charge", "efficiency")
_PHOTON_FIELDS = ("pt", "eta", "phi", "lossProbability")


@dataclass(frozen=True, slots=True)
class SelectedBlock:
    """The events of a block that have a mu- and a mu+, and how far each of them gets.

    Attributes
    ----------
    columns
        Name -> (m,) float64: :data:`COLUMNS`. ``genWeight`` [fb]; ``muon_efficiency`` is the product
        over all muons; ``photon_loss`` that over the photons above the veto energy in the c.m. frame;
        ``photons_seen`` counts those of them that the calorimeter could have seen (loss below 1).
    rows, mu_minus, mu_plus
        (m,) event's number in the block, and positions of its two muons in the flat ``Muon`` columns.
    n_passed
        (m,) number of consecutive steps that the event passes, from the first on.
    steps_passed
        (m,) bit k is set if step k by itself is passed.
    sums
        (n_steps, 3) over ALL events of the block: number, sum of weights [fb], of squared weights.
    """

    selection: Selection
    mass: float
    table: Array
    rows: Index
    mu_minus: Index
    mu_plus: Index
    n_passed: Index
    steps_passed: Index
    sums: Array

    def __len__(self) -> int:
        """Return the number of events with a pair."""
        return len(self.rows)

    @property
    def columns(self) -> Mapping[str, Array]:
        """Observables and weight factors by name, each (m,)."""
        return {name: self.table[i] for i, name in enumerate(COLUMNS)}

    def __getitem__(self, name: str) -> Array:
        """One column."""
        return self.table[COLUMNS.index(name)]

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

    @property
    def weight(self) -> Array:
        """Weight [fb] after all steps, (m,)."""
        return self.step_weight(self.selection.steps[-1].name)

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


def apply(block: EventBlock, selection: Selection, beam: ArrayLike, mass: float) -> SelectedBlock:
    """Compute the observables of a block of reconstructed events and run the steps of a selection.

    Parameters
    ----------
    block
        Events with ``genWeight``, ``Muon`` and ``Photon``. The pair is the first muon of each charge;
        events without one count as generated and pass nothing else.
    beam
        (4,) total four-momentum (E, px, py, pz) [GeV], laboratory.
    mass
        Hypothesised mass of the invisible boson [GeV]; moves the window on the recoil mass.

    Raises
    ------
    ConfigError
        If the block was never simulated, or the mass is negative.
    KinematicsError
        If the beam is not a time-like four-momentum.
    """
    muon, photon = _flat(block, "Muon", _MUON_FIELDS), _flat(block, "Photon", _PHOTON_FIELDS)
    initial = collision(beam)
    n = len(block)
    # padded: columns a power of two apart would fall into the same lines of the cache
    table = np.empty((len(COLUMNS), n + _PADDING))[:, :n]
    rows, minus, plus = (np.empty(n, dtype=np.int64) for _ in range(3))
    gen_weight = np.ascontiguousarray(block.scalars["genWeight"], dtype=np.float64)
    frame = (initial.total, initial.sqrt_s, initial.to_cms)
    along = np.empty((3, n + _PADDING))[:, :n]
    m = _reconstruct(muon, photon, gen_weight, frame, selection.photon_energy, table, along, (rows, minus, plus))
    table = table[:, :m]
    finish_columns(table[: len(PAIR_COLUMNS)], along[:, :m])
    cuts, edges, factors = _tables(selection, mass)
    n_passed, bits = np.empty(m, dtype=np.int64), np.empty(m, dtype=np.int64)
    sums = np.zeros((len(selection.steps), 3))
    _count(table, cuts, edges, factors, n_passed, bits, sums)
    sums[0] = n, gen_weight.sum(), np.square(gen_weight).sum()
    return SelectedBlock(selection, mass, table, rows[:m], minus[:m], plus[:m], n_passed, bits, sums)


def _flat(block: EventBlock, name: str, fields: tuple[str, ...]) -> tuple[Any, ...]:
    """Offsets and flat columns of a collection, as double precision; exp(eta) for eta, tan(phi/2) for phi.

    These two give the momentum by plain arithmetic, and NumPy is fast at them on whole columns.
    """
    found = block.collections.get(name)
    missing = fields if found is None else tuple(f for f in fields if f not in found.columns)
    if found is None or missing:
        raise ConfigError(
            f"the events have no {name} ({', '.join(missing)}): a selection needs reconstructed events; "
            "run the detector simulation first."
        )
    jagged: Jagged = found
    pt, eta, phi, *others = (np.ascontiguousarray(jagged[f], dtype=np.float64) for f in fields)
    return (np.ascontiguousarray(jagged.offsets, dtype=np.int64), pt, np.exp(eta), np.tan(0.5 * phi), *others)


def _tables(selection: Selection, mass: float) -> tuple[Index, Array, Index]:
    """The selection as arrays: windows (step, column), their edges, and each step's factor or -1."""
    found = list(selection.windows(mass))
    cuts = np.array([(i, COLUMNS.index(w.column)) for i, w in found], dtype=np.int64).reshape(-1, 2)
    edges = np.array([(w.minimum, w.maximum) for _, w in found]).reshape(-1, 2)
    factors = [-1 if s.factor is None else _FACTOR_COLUMNS[s.factor] for s in selection.steps]
    return cuts, edges, np.array(factors, dtype=np.int64)


@kernel
def _reconstruct(
    muon: tuple[Index, Array, Array, Array, Array, Array, Array],
    photon: tuple[Index, Array, Array, Array, Array],
    gen_weight: Array,
    frame: tuple[Array, float, Array],
    threshold: float,
    table: Array,
    along: Array,
    places: tuple[Index, Index, Index],
) -> int:
    """Fill the columns of every event with a pair, densely; return how many there are."""
    offsets, pt, exp_eta, half, mass, charge, efficiency = muon
    photon_offsets, photon_pt, photon_exp_eta, photon_half, photon_loss = photon
    beam, sqrt_s, matrix = frame
    rows, minus, plus = places
    total, to_cms = frame_numbers(beam, matrix)
    m = 0
    for i in range(len(gen_weight)):
        first, last = offsets[i], offsets[i + 1]
        a, b = -1, -1
        for j in range(last - 1, first - 1, -1):
            if charge[j] < 0:
                a = j
            elif charge[j] > 0:
                b = j
        if a < 0 or b < 0:
            continue
        rows[m], minus[m], plus[m] = i, a, b
        x1, y1, z1 = cartesian(pt[a], exp_eta[a], half[a])
        x2, y2, z2 = cartesian(pt[b], exp_eta[b], half[b])
        values, axes = pair_columns((x1, y1, z1, mass[a]), (x2, y2, z2, mass[b]), total, sqrt_s, to_cms)
        for column in range(len(values)):
            table[column, m] = values[column]
        along[0, m], along[1, m], along[2, m] = axes
        seen_by_muons = 1.0
        for j in range(first, last):
            seen_by_muons *= efficiency[j]
        lost, seen = 1.0, 0.0
        for j in range(photon_offsets[i], photon_offsets[i + 1]):
            if photon_energy_cm(photon_pt[j], photon_exp_eta[j], photon_half[j], to_cms) > threshold:
                lost *= photon_loss[j]
                if photon_loss[j] < 1:
                    seen += 1.0
        table[_GEN_WEIGHT, m], table[_MUON_EFFICIENCY, m] = gen_weight[i], seen_by_muons
        table[_PHOTON_LOSS, m], table[_PHOTONS_SEEN, m] = lost, seen
        m += 1
    return m


@kernel
def _count(
    table: Array,
    cuts: Index,
    edges: Array,
    factors: Index,
    n_passed: Index,
    bits: Index,
    sums: Array,
) -> None:
    """Run the steps over all events: consecutive steps passed, single steps passed, sums of weights."""
    n_steps = len(factors)
    everything = (1 << n_steps) - 1
    for i in range(table.shape[1]):
        failed = 0
        for k in range(len(cuts)):  # no branches: whether an event passes cannot be guessed
            value = table[cuts[k, 1], i]
            failed |= (1 - (value > edges[k, 0]) * (value < edges[k, 1])) << cuts[k, 0]
        for k in range(n_steps):
            if factors[k] >= 0 and table[factors[k], i] == 0:  # a weight of zero is a rejection
                failed |= 1 << k
        weight = table[_GEN_WEIGHT, i]
        length = 0
        while length < n_steps and (failed >> length) & 1 == 0:
            if factors[length] >= 0:
                weight *= table[factors[length], i]
            sums[length, 0] += 1
            sums[length, 1] += weight
            sums[length, 2] += weight * weight
            length += 1
        n_passed[i], bits[i] = length, everything & ~failed
