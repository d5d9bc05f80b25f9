"""Generator-level cuts: zeros of the integrand, written to the metadata.

All are in the c.m. frame on status-1 particles. A cut that is not set does nothing.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.errors import ConfigError
from lmutau.gen.kernels import kernel
from lmutau.gen.processes.base import Parameter, Particle

__all__ = ["CUT_PARAMETERS", "CutTable", "apply_cuts", "cut_applies", "cut_table"]

Array = NDArray[np.float64]

_ENERGY, _PT, _COSINE = range(3)


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
_CUTS = (
    _cut("min_muon_energy", "energy of both muons", _MUONS, _ENERGY, "GeV", 0),
    _cut("min_muon_pt", "transverse momentum of both muons", _MUONS, _PT, "GeV", 0),
    _cut("min_muon_eta", "pseudorapidity of both muons", _MUONS, _COSINE, "1", -math.inf),
    _cut("max_muon_eta", "pseudorapidity of both muons", _MUONS, _COSINE, "1", -math.inf),
    _cut("min_photon_pt", "transverse momentum of every photon", (22,), _PT, "GeV", 0),
    _cut("min_photon_eta", "pseudorapidity of every photon", (22,), _COSINE, "1", -math.inf),
    _cut("max_photon_eta", "pseudorapidity of every photon", (22,), _COSINE, "1", -math.inf),
)

CUT_PARAMETERS = tuple(cut.parameter for cut in _CUTS)


@dataclass(frozen=True, slots=True)
class CutTable:
    """Cuts of one sample, a row each: particle row of the momenta, quantity, low, high."""

    rows: NDArray[np.int64]
    limits: Array


def cut_applies(name: str, pdg_ids: Sequence[int]) -> bool:
    """Tell whether a cut of this name acts on any of these particles."""
    return any(cut.parameter.name == name and set(cut.particles) & set(pdg_ids) for cut in _CUTS)


def cut_table(cuts: Mapping[str, float], record: Sequence[Particle], process: str) -> CutTable:
    """Translate cuts into rows for the compiled loop.

    Raises
    ------
    ConfigError
        If a cut names a particle the process does not have, or the cuts contradict each other.
    """
    rows, limits = [], []
    for cut in _CUTS:
        name = cut.parameter.name
        if name not in cuts:
            continue
        hits = [i for i, p in enumerate(record) if p.status == 1 and p.pdg_id in cut.particles]
        if not hits:
            raise ConfigError(f"{process}: cut {name}: there is no such particle in this process; remove it.")
        value = math.tanh(cuts[name]) if cut.quantity == _COSINE else cuts[name]
        rows += [(hit, cut.quantity) for hit in hits]
        limits += [(value, math.inf) if cut.is_minimum else (-math.inf, value) for _ in hits]
    for low in _CUTS:
        high = low.parameter.name.replace("min_", "max_")
        if low.is_minimum and high in cuts and cuts.get(low.parameter.name, -math.inf) >= cuts[high]:
            raise ConfigError(
                f"{process}: cuts {low.parameter.name} = {cuts[low.parameter.name]:g} and {high} = {cuts[high]:g} "
                f"leave nothing; the first must be smaller."
            )
    return CutTable(np.array(rows, dtype=np.int64).reshape(-1, 2), np.array(limits).reshape(-1, 2))


@kernel
def apply_cuts(rows: NDArray[np.int64], limits: Array, momenta: Array, weight: Array) -> None:
    """Set ``weight`` (n,) to zero where a row of the cut table fails; momenta (n, k, 4)."""
    for i in range(weight.shape[0]):
        if weight[i] == 0:
            continue
        for j in range(rows.shape[0]):
            p = momenta[i, rows[j, 0]]
            quantity = rows[j, 1]
            pt2 = p[1] * p[1] + p[2] * p[2]
            if quantity == 0:
                value = p[0]
            elif quantity == 1:
                value = math.sqrt(pt2)
            else:
                value = p[3] / math.sqrt(pt2 + p[3] * p[3])
            if value < limits[j, 0] or value > limits[j, 1]:
                weight[i] = 0.0
                break
