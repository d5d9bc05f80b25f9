"""Generator-level cuts: zeros of the integrand, written to the metadata.

All are in the c.m. frame on status-1 particles. A cut that is not set does nothing.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.errors import ConfigError, KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.processes.base import Parameter, Particle

__all__ = ["CUT_PARAMETERS", "CutTable", "apply_cuts", "check_reach", "cut_applies", "cut_table"]

Array = NDArray[np.float64]

_ENERGY, _PT, _COSINE, _MASS = range(4)


@dataclass(frozen=True, slots=True)
class _Cut:
    """Which particles, which quantity, which side of the value is kept."""

    parameter: Parameter
    particles: tuple[int, ...]
    quantity: int
    is_minimum: bool


def _cut(name: str, what: str, particles: tuple[int, ...], quantity: int, unit: str, minimum: float) -> _Cut:
    side = name.startswith("min_")
    text = f"{'smallest' if side else 'largest'} {what}, c.m. frame"
    parameter = Parameter(name=name, description=text, default=None, unit=unit, minimum=minimum)
    return _Cut(parameter, particles, quantity, side)


_MUONS = (13, -13)
_KINDS = (
    ("muon", "of both muons", _MUONS),
    ("electron", "of every electron and positron", (11, -11)),
    ("photon", "of every photon", (22,)),
)
_QUANTITIES = (
    ("energy", "energy", _ENERGY, "GeV", 0.0),
    ("pt", "transverse momentum", _PT, "GeV", 0.0),
    ("eta", "pseudorapidity", _COSINE, "1", -math.inf),
)
_SIDES = ("min", "max")
_CUTS = (
    *(
        _cut(f"{side}_{kind}_{quantity}", f"{words} {whose}", particles, number, unit, minimum)
        for kind, whose, particles in _KINDS
        for quantity, words, number, unit, minimum in _QUANTITIES
        for side in _SIDES
    ),
    *(_cut(f"{side}_pair_mass", "mass of the mu+ mu- pair", _MUONS, _MASS, "GeV", 0.0) for side in _SIDES),
)

CUT_PARAMETERS = tuple(cut.parameter for cut in _CUTS)


@dataclass(frozen=True, slots=True)
class CutTable:
    """Cuts of one sample, a row each: particle rows of the momenta (a pair or twice one), quantity; low, high."""

    rows: NDArray[np.int64]
    limits: Array


def cut_applies(name: str, pdg_ids: Sequence[int]) -> bool:
    """Tell whether a cut of this name acts on any of these particles."""
    for cut in _CUTS:
        if cut.parameter.name == name:
            needed, present = set(cut.particles), set(pdg_ids)
            return needed <= present if cut.quantity == _MASS else bool(needed & present)
    return False


def cut_table(cuts: Mapping[str, float], record: Sequence[Particle], process: str) -> CutTable:
    """Translate cuts into rows for the compiled loop.

    Raises
    ------
    ConfigError
        If a cut names a particle the process does not have.
    """
    rows, limits = [], []
    for cut in _CUTS:
        name = cut.parameter.name
        if name not in cuts:
            continue
        found = [p for p in record if p.status == 1 and p.pdg_id in cut.particles]
        hits = [i for i, p in enumerate(record) if p in found and not p.optional]
        if found and not hits:
            raise ConfigError(
                f"{process}: cut {name}: the photons of isr and fsr are any number and cannot be cut here; "
                "remove it and cut in the selection (mumugamma cuts on the hardest photon)."
            )
        if not hits or (cut.quantity == _MASS and len(hits) != 2):
            raise ConfigError(f"{process}: cut {name}: there is no such particle in this process; remove it.")
        value = math.tanh(cuts[name]) if cut.quantity == _COSINE else cuts[name]
        pairs = [(hits[0], hits[1])] if cut.quantity == _MASS else [(hit, hit) for hit in hits]
        rows += [(*pair, cut.quantity) for pair in pairs]
        limits += [(value, math.inf) if cut.is_minimum else (-math.inf, value) for _ in pairs]
    return CutTable(np.array(rows, dtype=np.int64).reshape(-1, 3), np.array(limits).reshape(-1, 2))


def check_reach(cuts: Mapping[str, float], sqrt_s: float, process: str) -> None:
    """Refuse a cut that no collision at ``sqrt_s`` [GeV] can pass.

    Raises
    ------
    KinematicsError
        Naming the cut, its value and what is allowed.
    """
    for cut in _CUTS:
        name = cut.parameter.name
        if name not in cuts or not cut.is_minimum or cut.quantity == _COSINE:
            continue
        limit = sqrt_s if cut.quantity == _MASS else 0.5 * sqrt_s
        if cuts[name] >= limit:
            words = "sqrt_s" if cut.quantity == _MASS else "sqrt_s/2"
            raise KinematicsError(
                f"{process}: {name} = {cuts[name]:.15g} GeV: allowed is below {words} = {limit:.15g} GeV."
            )


@kernel
def _value(momenta: Array, i: int, row: int, other: int, quantity: int) -> float:
    """Energy, pT, cosine of a particle, or mass of a pair, event ``i``."""
    e, x, y, z = momenta[i, row, 0], momenta[i, row, 1], momenta[i, row, 2], momenta[i, row, 3]
    if quantity == 0:
        return e
    if quantity == 3:
        e, x, y, z = (
            e + momenta[i, other, 0],
            x + momenta[i, other, 1],
            y + momenta[i, other, 2],
            z + momenta[i, other, 3],
        )
        return math.sqrt(max(e * e - x * x - y * y - z * z, 0.0))
    pt2 = x * x + y * y
    return math.sqrt(pt2) if quantity == 1 else z / math.sqrt(pt2 + z * z)


@kernel
def apply_cuts(rows: NDArray[np.int64], limits: Array, momenta: Array, weight: Array) -> None:
    """Set ``weight`` (n,) to zero where a row of the cut table fails; momenta (n, k, 4)."""
    for i in range(weight.shape[0]):
        if weight[i] == 0:
            continue
        for j in range(rows.shape[0]):
            value = _value(momenta, i, rows[j, 0], rows[j, 1], rows[j, 2])
            if value < limits[j, 0] or value > limits[j, 1]:
                weight[i] = 0.0
                break
