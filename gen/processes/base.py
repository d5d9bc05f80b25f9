"""What a process is: data and a few functions, listed in one table (``processes/__init__``)."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.constants import Constants

__all__ = ["RADIATION_REFERENCES", "Array", "Parameter", "Particle", "Process", "Setup"]

Array = NDArray[np.float64]

RADIATION_REFERENCES = (
    "D. R. Yennie, S. C. Frautschi, H. Suura, Ann. Phys. 13 (1961) 379",
    "S. Jadach, B. F. L. Ward, Z. Was, Phys. Rev. D63 (2001) 113009, arXiv:hep-ph/0006359",
)
"""What to cite where photons are radiated from beams, muons or taus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter that a user may set: its default, unit and allowed range.

    ``default=None`` means that the user must give it, or may leave it out if it is ``optional``.
    Bounds are inclusive unless ``exclusive`` (then both are exclusive). ``choices`` lists words
    that are allowed instead of a number.
    """

    name: str
    description: str
    default: float | bool | str | None
    unit: str = "1"
    minimum: float = -math.inf
    maximum: float = math.inf
    exclusive: bool = False
    choices: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Particle:
    """A line of the truth record after the two beams; ``mother`` is an index of the record.

    Index 0 is the e-, 1 the e+, the first particle listed is 2. Finals of the hard process have
    mother 0. ``mass`` in GeV; NaN: it differs from event to event, E and p of the point tell it.
    ``optional``: in an event in which its energy is 0 the particle does not exist (radiation); cuts do
    not act on it. Such lines stand at the end of the record.
    """

    pdg_id: int
    mass: float
    status: int = 1
    mother: int = 0
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """A process with all parameters fixed: all that the sampler needs.

    ``fill(channel, x, arguments, momenta, weight)`` is a compiled kernel that works on a chunk:
    ``channel`` (n,) int64; ``x`` (n, n_adaptive + n_plain) in (0, 1), the first ``n_adaptive``
    columns already through the VEGAS map; ``arguments`` (k,) float64; it writes ``momenta``
    (n, len(record), 4) = (E, px, py, pz) [GeV], c.m. frame, e- along +z, and ``weight`` (n,) [fb]
    = differential cross-section times Jacobian, 0 outside the phase space or cuts. The channel's
    share of the cross-section is sigma_c = Int d^n x weight(x, c), sigma = sum_c sigma_c.

    ``records``: the particles that ``fill`` writes, one record for all channels or one for each
    (flavours, charge assignments); the records differ in PDG ids, masses and mothers, never in
    length or in the status of a row.
    """

    fill: Callable[[NDArray[np.int64], Array, Array, Array, Array], None] = field(repr=False)
    arguments: Array
    channels: tuple[str, ...]
    n_adaptive: int
    n_plain: int
    records: tuple[tuple[Particle, ...], ...]

    @property
    def record(self) -> tuple[Particle, ...]:
        """Record of the first channel."""
        return self.records[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A hard process: who takes part, its squared matrix element, its phase space, whom to cite.

    ``prepare(parameters, constants, targeted)`` checks the kinematics and returns the
    :class:`Setup`; ``targeted`` says that a targeting function will be used (a process may then
    choose other channels). It gets all parameters and the cuts that were set: a map may follow
    their edges, but need not, they act in any case. The attribute ``parameters`` are those of this
    process alone; the common ones (``sqrt_s``, ``alpha``, cuts) stand in ``lmutau.gen.parameters``.
    ``final``: PDG ids of the status-1 particles in the order of the record (defaults of the parameters);
    ``also_final``: those that other parameters bring.

    ``settle(given, parameters, constants)`` returns the parameters after those that depend on each
    other have been made consistent; ``given`` tells what the user wrote. It raises ConfigError for a
    combination without meaning.
    """

    name: str
    title: str
    latex: str
    final: tuple[int, ...]
    description: str
    diagrams: str
    validity: str
    parameters: tuple[Parameter, ...]
    prepare: Callable[[Mapping[str, Any], Constants, bool], Setup] = field(repr=False)
    squared_amplitude: Callable[..., Array] = field(repr=False)
    compare: str
    references: tuple[str, ...]
    also_final: tuple[int, ...] = ()
    settle: Callable[[Mapping[str, Any], dict[str, Any], Constants], dict[str, Any]] | None = field(
        default=None, repr=False
    )

    @property
    def radiates(self) -> bool:
        """Whether photons may be switched on, ``isr`` or ``fsr``."""
        return any(parameter.name in ("isr", "fsr") for parameter in self.parameters)

    def cite(self, parameters: Mapping[str, Any]) -> tuple[str, ...]:
        """What to cite for a sample with these parameters; the papers on radiation only if it is on."""
        radiating = any(parameters.get(key) for key in ("isr", "fsr"))
        return (*self.references, *(RADIATION_REFERENCES if radiating else ()))
