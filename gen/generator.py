"""A generator: parameters -> frozen sampler -> blocks of truth events, and the metadata of the sample."""

import dataclasses
import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.adaptation import adapt
from lmutau.gen.beam_spread import drawn_energies
from lmutau.gen.beams import BEAMS, Beams
from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.counts import whole
from lmutau.gen.cuts import cut_table
from lmutau.gen.errors import ConfigError, PhysicsError
from lmutau.gen.metadata import SCHEMA, UNITS, beams_metadata, created_now, program_version, weight_summary
from lmutau.gen.parallel import ordered_map
from lmutau.gen.parameters import resolve_parameters
from lmutau.gen.processes import Process, find_process
from lmutau.gen.processes.base import Setup
from lmutau.gen.randomness import BLOCK, check_seed, draw_seed, stream
from lmutau.gen.record import EventBlock
from lmutau.gen.sample import to_awkward
from lmutau.gen.sampling import DEFAULT_ADAPTATION_POINTS, Draw, Sampler, cross_section
from lmutau.gen.truth import Frame, truth_block

if TYPE_CHECKING:
    import awkward as ak

__all__ = ["Generator", "Progress", "TruthTarget", "prepare"]

Array = NDArray[np.float64]
TruthTarget = Callable[["ak.Array"], Any]
"""Targeting function: truth events (laboratory frame, awkward) -> positive numbers, one per event."""
Progress = Callable[[str, float], None]
"""Called with a stage ("adapt", "generate") and the part of it that is done, 0 to 1."""

_Result = TypeVar("_Result")

MOST_EVENTS = (2**32 - 1) * BLOCK
_EMPTY_TRIES = 64  # blocks without a single accepted event before giving up


@dataclass(slots=True)
class Generator:
    """A process ready to be drawn: frozen sampler, frame, and the plan of the sample.

    Iterate :meth:`blocks` once; afterwards :meth:`metadata` describes the sample.
    """

    process: Process
    parameters: dict[str, Any]
    cuts: dict[str, float]
    constants: Constants
    beams: Beams
    sampler: Sampler
    frame: Frame
    n_requested: int
    unweighted: bool
    targeted: bool
    adaptation_points: int
    started: float = field(default_factory=time.perf_counter)
    _sums: Array = field(init=False, repr=False)
    _n_tried: int = 0
    _totals: Array = field(default_factory=lambda: np.zeros(3), repr=False)
    _overweight: tuple[int, float] = (0, 0.0)

    def __post_init__(self) -> None:
        """Start with empty sums."""
        self._sums = np.zeros((len(self.sampler.fractions), 3))

    @property
    def setup(self) -> Setup:
        """The process with its parameters."""
        return self.sampler.setup

    def blocks(self, workers: int = 1, progress: Progress | None = None) -> Iterator[EventBlock]:
        """Yield the truth events block by block, the same for any number of ``workers``."""
        return self.stream(lambda block: block, workers, progress)

    def stream(
        self, then: Callable[[EventBlock], _Result], workers: int = 1, progress: Progress | None = None
    ) -> Iterator[_Result]:
        """Yield ``then(block)`` for each block in order; ``then`` runs in the worker threads."""
        if self.unweighted:
            tries, unit = self._plan_unweighted(workers, progress)
            plan: Iterable[tuple[int, int]] = tries
            total, first_half = len(tries), 0.5
        else:
            total = -(-self.n_requested // BLOCK)
            plan = ((number, min(BLOCK, self.n_requested - number * BLOCK)) for number in range(total))
            unit, first_half = 0.0, 0.0

        def work(item: tuple[int, int]) -> tuple[_Result, Array, Array | None]:
            block, sums = self._accepted_block(*item, unit) if self.unweighted else self._weighted_block(*item)
            return then(block), self._summed(block), sums

        for done, (result, totals, sums) in enumerate(ordered_map(work, plan, workers), start=1):
            self._totals += totals
            if sums is not None:
                self._sums += sums
                self._n_tried = round(self._sums[:, 0].sum())
            if progress is not None:
                progress("generate", first_half + (1 - first_half) * done / total)
            yield result

    def block(self, number: int, start: int = 0, stop: int = BLOCK) -> EventBlock:
        """Weighted events of one block alone, as in the sample of ``n_requested`` points."""
        return self._weighted_block(number, stop, start)[0]

    def _weighted_block(self, number: int, stop: int, start: int = 0) -> tuple[EventBlock, Array | None]:
        draw = self.sampler.draw(number, start, stop)
        sums = draw.sums(len(self.sampler.fractions))
        keep = np.flatnonzero(draw.weight)
        weight = draw.weight / self.n_requested
        return truth_block(
            self.setup, self.frame, draw, weight, keep, number, start, self._energies(number, start, stop)
        ), sums

    def _energies(self, number: int, start: int, stop: int) -> Array | None:
        """Energies of the beams of each try over the nominal ones; None without spread."""
        if not self.parameters["beam_spread"]:
            return None
        normals = stream(self.sampler.seed, self.process.name, "beams", number).standard_normal((stop, 2))
        return drawn_energies(self.beams, normals[start:])

    def _summed(self, block: EventBlock) -> Array:
        """Number of events, sum of weights and of their squares; shape (3,)."""
        weight = np.asarray(block.scalars["genWeight"])
        totals = np.array([len(weight), weight.sum(), (weight**2).sum()])
        if not np.isfinite(totals).all():
            raise PhysicsError(f"{self.process.name}: a weight is not finite; please report parameters and seed.")
        return totals

    def _plan_unweighted(self, workers: int, progress: Progress | None) -> tuple[list[tuple[int, int]], float]:
        """Count before anything is written: tries of each block until n events are accepted.

        The blocks are then drawn again; only now is the weight of one event known (second value).
        """
        accepted, kept = 0, 0.0
        plan: list[tuple[int, int]] = []

        def tried(number: int) -> tuple[Draw, NDArray[np.bool_]]:
            draw = self.sampler.draw(number)
            return draw, self.sampler.unweight(draw, number)

        for number, (draw, accept) in enumerate(ordered_map(tried, itertools.count(), workers)):
            positions = np.flatnonzero(accept)
            missing = self.n_requested - accepted
            stop = BLOCK if len(positions) < missing else int(positions[missing - 1]) + 1
            used = Draw(draw.momenta[:stop], draw.weight[:stop], draw.channel[:stop])
            self._sums += used.sums(len(self.sampler.fractions))
            relative = self._relative_weight(used.weight[accept[:stop]])
            accepted += len(relative)
            kept += float(relative.sum())
            over = relative[relative > 1]
            self._overweight = (
                self._overweight[0] + len(over),
                self._overweight[1] + float((over - 1).sum()),
            )
            plan.append((number, stop))
            if progress is not None:
                progress("generate", 0.5 * accepted / self.n_requested)
            if accepted >= self.n_requested:
                break
            if number >= _EMPTY_TRIES and accepted == 0:
                raise PhysicsError(f"{self.process.name}: no event accepted in {number + 1} blocks; loosen the cuts.")
        self._n_tried = round(self._sums[:, 0].sum())
        self._overweight = (self._overweight[0], self._overweight[1] / kept)
        return plan, cross_section(self._sums)[0] / kept

    def _relative_weight(self, weight: Array) -> Array:
        return np.maximum(1.0, weight / self.sampler.largest_weight)

    def _accepted_block(self, number: int, stop: int, unit: float) -> tuple[EventBlock, Array | None]:
        draw = self.sampler.draw(number, 0, stop)
        accept = self.sampler.unweight(draw, number)
        weight = unit * self._relative_weight(draw.weight)
        keep = np.flatnonzero(accept)
        energies = self._energies(number, 0, stop)
        return truth_block(self.setup, self.frame, draw, weight, keep, number, energies=energies), None

    def description(self) -> dict[str, Any]:
        """Metadata that are known before the first event is drawn."""
        return {
            "schema": SCHEMA,
            "program": "lmutau",
            "version": program_version(),
            "kind": "truth",
            "process": self.process.name,
            "title": self.process.title,
            "final_state": sorted({p.pdg_id for record in self.setup.records for p in record if p.status == 1}),
            "parameters": self.parameters,
            "cuts": self.cuts,
            "beams": beams_metadata(self.beams, self.parameters["sqrt_s"]),
            "seed": self.sampler.seed,
            "block_size": BLOCK,
            "unweighted": self.unweighted,
            "targeted": self.targeted,
            "adaptation_points": self.adaptation_points,
            "constants": dataclasses.asdict(self.constants),
            "channels": dict(zip(self.setup.channels, self.sampler.fractions.tolist(), strict=True)),
            "units": UNITS,
            "references": list(self.process.cite(self.parameters)),
        }

    def metadata(self) -> dict[str, Any]:
        """Description of the sample after :meth:`stream` or :meth:`blocks` has been used up."""
        sigma, error = cross_section(self._sums)
        n, sum_w, sum_w2 = self._totals.tolist()
        results: dict[str, Any] = {
            "n_tried": self._n_tried,
            "sigma_fb": sigma,
            "sigma_error_fb": error,
            **weight_summary(round(n), sum_w, sum_w2),
        }
        if self.unweighted:
            results["n_overweight"], results["overweight_share"] = self._overweight
        return {
            **self.description(),
            **results,
            "created": created_now(),
            "wall_time_s": time.perf_counter() - self.started,
        }


def prepare(
    process: str,
    n_events: int,
    *,
    seed: int | None = None,
    unweighted: bool = False,
    adaptation_points: int = DEFAULT_ADAPTATION_POINTS,
    target: TruthTarget | None = None,
    beams: Beams | str | None = None,
    constants: Constants = CONSTANTS,
    progress: Progress | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Generator:
    """Check the parameters, adapt and freeze the sampler; arguments as in :func:`lmutau.generate`."""
    hard = find_process(process)
    n_events = whole(n_events)
    if isinstance(n_events, bool) or not isinstance(n_events, int | np.integer) or n_events < 1:
        raise ConfigError(f"{process}: n_events = {n_events!r}: allowed is a whole number >= 1.")
    if n_events > MOST_EVENTS:
        raise ConfigError(f"{process}: n_events = {n_events}: allowed is at most {MOST_EVENTS}.")
    adaptation_points = whole(adaptation_points)
    seed = draw_seed() if seed is None else check_seed(seed)
    named = {"beams": beams} if isinstance(beams, str) else {}
    values, cuts = resolve_parameters(hard, {**(parameters or {}), **named}, constants)
    laboratory = beams if isinstance(beams, Beams) else BEAMS[values["beams"]]
    values["beams"] = laboratory.name
    setup = hard.prepare({**values, **cuts}, constants, target is not None)
    table = cut_table(cuts, setup.record, process)
    frame = Frame.of(laboratory, values["sqrt_s"], constants)

    def on_points(points: Draw) -> Any:
        block = truth_block(setup, frame, points, points.weight, np.arange(len(points.weight)), 0)
        return target(to_awkward(block))  # type: ignore[misc]

    if progress is not None:
        progress("adapt", 0.0)
    sampler = adapt(
        process, setup, table, seed=seed, points=adaptation_points,
        target=None if target is None else on_points, unweighted=unweighted,
        progress=None if progress is None else lambda done: progress("adapt", done),
    )  # fmt: skip
    if unweighted:
        sampler = sampler.for_unweighting()
    return Generator(
        hard, values, cuts, constants, laboratory, sampler, frame, int(n_events), unweighted, target is not None,
        adaptation_points,
    )  # fmt: skip
