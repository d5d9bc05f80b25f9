"""Adaptation: learn one VEGAS map per channel, then freeze the sampler.

Uses streams of its own and a number of points that depends on the process and its cuts only: the
frozen sampler is the same whatever the sample size and the number of workers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.cuts import CutTable
from lmutau.gen.errors import ConfigError, KinematicsError
from lmutau.gen.processes.base import Setup
from lmutau.gen.randomness import CHUNK, stream
from lmutau.gen.sampling import DEFAULT_ADAPTATION_POINTS, Draw, Sampler, Target, floored

__all__ = ["MOST_ADAPTATION_POINTS", "adapt"]

MOST_ADAPTATION_POINTS = 10_000_000

Array = NDArray[np.float64]

_ITERATIONS = 10
_POWER = 4  # of the weights that the map makes even: 2 is least variance for an ideal grid,
_POWER_UNWEIGHTED = 6  # more flattens the largest weights; 4 has no more variance than 2 in practice
_MOST_ITERATIONS = 30  # while the map has not found enough points that pass the cuts
_INCREMENTS = 96
_INCREMENTS_OF_FEW = 320  # for one or two dimensions, where every cell sees enough points
_FEW = 2
_DAMPING = 0.6
_PRESAMPLE = 8  # in units of the adaptation points
_OVERWEIGHT_SHARE = 1e-3
_ENOUGH = 0.25  # part of the points of an iteration that must pass the cuts, else more are drawn
_MOST_BATCHES = 40
_FEWEST_HITS = 100  # in the pre-sample of a channel; with fewer its share of sigma would be a guess
_UNIFORM = 0.05  # part of each axis that stays uniform: no region starves


def adapt(
    process: str,
    setup: Setup,
    cuts: CutTable,
    *,
    seed: int,
    points: int = DEFAULT_ADAPTATION_POINTS,
    target: Target | None = None,
    unweighted: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Sampler:
    """Adapt one VEGAS map per channel and freeze them.

    Parameters
    ----------
    points
        Points per channel and iteration (10 iterations), at least 1000.
    target
        Targeting function h; None adapts to the cross-section alone.
    unweighted
        Adapt for accept-reject: low largest weights matter more than a small variance.

    Raises
    ------
    ConfigError
        If the target is not positive and finite wherever the cross-section is not zero.
    KinematicsError
        If no point of a channel passes the cuts, or too few to adapt.
    """
    whole = isinstance(points, int | np.integer) and not isinstance(points, bool)
    if not whole or not 1000 <= points <= MOST_ADAPTATION_POINTS:
        raise ConfigError(
            f"adaptation_points = {points!r}: allowed is a whole number from 1000 to {MOST_ADAPTATION_POINTS}."
        )
    job = _Job(process, setup, cuts, seed, _POWER_UNWEIGHTED if unweighted else _POWER)
    edges, sigma, spread, largest = [], [], [], []
    for index in range(len(setup.channels)):
        report = _channel_progress(progress, index, len(setup.channels))
        grid = _adapt_channel(job, index, points, target, report)
        _, weight, h = job.points(index, "presample", _PRESAMPLE * points, target, grid)
        _check_hits(process, setup.channels[index], weight)
        targeted = weight * h
        edges.append(grid)
        sigma.append(weight.mean())
        spread.append(max(targeted.std(), 0.1 * targeted.mean()))
        largest.append(_quantile_weight(weight))
    return Sampler(
        process,
        seed,
        setup,
        cuts,
        np.stack(edges),
        floored(np.array(spread)),
        np.array(largest),
        np.array(sigma),
    )


def _check_hits(process: str, channel: str, weight: Array) -> None:
    hits = np.count_nonzero(weight)
    if hits == 0:
        raise KinematicsError(
            f"{process}: none of {len(weight):,} points in channel {channel!r} passes the cuts: together they leave no "
            f"phase space, or next to none; loosen them."
        )
    if hits < _FEWEST_HITS:
        raise KinematicsError(
            f"{process}: too few points pass the cuts to learn from ({hits} of {len(weight):,} in channel "
            f"{channel!r}); loosen the cuts or raise adaptation_points."
        )


def _channel_progress(progress: Callable[[float], None] | None, index: int, total: int) -> Callable[[int], None]:
    def report(iteration: int) -> None:
        if progress is not None:
            progress((index + (iteration + 1) / (_ITERATIONS + 1)) / total)

    return report


def _adapt_channel(
    job: "_Job", channel: int, points: int, target: Target | None, report: Callable[[int], None]
) -> Array:
    """Edges (dimensions, increments + 1) of one channel's map."""
    import vegas

    n = job.setup.n_adaptive
    increments = _INCREMENTS if n > _FEW else _INCREMENTS_OF_FEW
    edges = np.tile(np.linspace(0.0, 1.0, increments + 1), (n, 1))
    for iteration in range(_MOST_ITERATIONS):
        # cuts may leave few points, above all before the map has found them: a grid must not learn noise
        grid, hits, batch, scale = vegas.AdaptiveMap(edges), 0, 0, 0.0
        for batch in range(_MOST_BATCHES):
            y, weight, h = job.points(channel, f"adapt-{iteration}-{batch}", points, target, edges)
            if scale == 0:
                scale = float((weight * h).max())  # powers of the bare weights could underflow
            if scale > 0:
                grid.add_training_data(np.ascontiguousarray(y[:, :n]), (weight * h / scale) ** job.power)
            hits += int(np.count_nonzero(weight))
            if hits >= _ENOUGH * points:
                break
        if hits:
            grid.adapt(alpha=_DAMPING)
        elif iteration >= 1:
            break  # nothing to learn from, and nothing will come
        # vegas pads its grid; the number of increments is per axis and constant here
        edges = np.array([_with_uniform_part(np.asarray(grid.grid[d])[: increments + 1]) for d in range(n)])
        report(min(iteration, _ITERATIONS - 1))
        if batch == 0 and iteration >= _ITERATIONS - 1:
            break  # the usual case: the map has found what the cuts leave
    return edges


def _with_uniform_part(edges: Array) -> Array:
    """Mix the density of an axis with a uniform one: F(x) -> (1 - u) F(x) + u x, in as many cells."""
    level = np.linspace(0.0, 1.0, len(edges))
    x = np.union1d(edges, level)
    mixed = (1 - _UNIFORM) * np.interp(x, edges, level) + _UNIFORM * x
    found = np.interp(level, mixed, x)
    found[0], found[-1] = 0.0, 1.0
    return found


@dataclass(frozen=True, slots=True)
class _Job:
    """What is adapted: process, cuts, seed; and which power of the weights is to be even."""

    process: str
    setup: Setup
    cuts: CutTable
    seed: int
    power: int

    def points(
        self, channel: int, purpose: str, n: int, target: Target | None, edges: Array
    ) -> tuple[Array, Array, Array]:
        """Evaluate n points of one channel: uniforms before the map, weights f J, target values h."""
        one = np.ones(len(self.setup.channels))
        maps = np.stack([edges] * len(one))
        sampler = Sampler(self.process, self.seed, self.setup, self.cuts, maps, one, one, one)
        y = stream(self.seed, self.process, purpose, channel).random((n, self.setup.n_adaptive + self.setup.n_plain))
        momenta, weight, h = np.empty((n, len(self.setup.record), 4)), np.empty(n), np.ones(n)
        channels = np.full(n, channel, dtype=np.int64)
        for first in range(0, n, CHUNK):
            part = slice(first, min(first + CHUNK, n))
            sampler.evaluate(y[part].copy(), channels[part], momenta[part], weight[part])
        if target is not None and np.any(weight > 0):
            inside = weight > 0
            h[inside] = _checked_target(target, Draw(momenta[inside], weight[inside], channels[inside]))
        return y, weight, h


def _checked_target(target: Target, points: Draw) -> Array:
    weight = points.weight
    try:
        values = np.asarray(target(points), dtype=np.float64)
    except (TypeError, ValueError, AttributeError, LookupError) as error:
        raise ConfigError(f"target: failed on truth events: {type(error).__name__}: {error}") from error
    if values.shape != weight.shape:
        raise ConfigError(f"target: returned shape {values.shape}; allowed is one number per event, {weight.shape}.")
    bad = ~(np.isfinite(values) & (values > 0))
    if bad.any():
        raise ConfigError(
            f"target: returned {values[bad][0]!r}; allowed are positive finite numbers on the whole phase space. "
            "A zero is not a cut: resolution carries events into the selection from everywhere. Add a small constant."
        )
    return values


def _quantile_weight(weight: Array) -> float:
    """Weight above which the points carry 1e-3 of the cross-section."""
    ordered = np.sort(weight)[::-1]
    total = ordered.sum()
    if total == 0:
        return 0.0
    index = int(np.searchsorted(np.cumsum(ordered), _OVERWEIGHT_SHARE * total))
    return float(ordered[min(index, len(ordered) - 1)])
