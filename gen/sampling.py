"""The sampler: adapt VEGAS maps, freeze them, draw blocks of weighted or unweighted events.

A process is a sum of channels; each has its own VEGAS map (``vegas.AdaptiveMap``) on top of its
explicit phase-space map. Adaptation uses fixed streams and a fixed number of points, so the
frozen sampler depends on the seed alone, not on the sample size or the number of workers.
Afterwards every point i of the sample takes channel c with frequency alpha_c and has weight
f_c(x) J_c(x) / alpha_c: the mean over all points, zeros included, is the cross-section.

*Targeting*: maps and channel frequencies are adapted to f h instead of f, with a positive
function h of the truth; the density of points then follows f h. h itself never enters a weight,
so every estimate stays unbiased.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.cuts import CutTable, apply_cuts
from lmutau.gen.errors import ConfigError, KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.processes.base import Setup
from lmutau.gen.randomness import BLOCK, CHUNK, stream

__all__ = ["DEFAULT_ADAPTATION_POINTS", "Draw", "Sampler", "Target", "adapt"]

Array = NDArray[np.float64]
Target = Callable[[Array, Array], Array]
"""(c.m. momenta (n, k, 4) in record order without beams, weights (n,)) -> h (n,), positive."""

DEFAULT_ADAPTATION_POINTS = 20_000
_ITERATIONS = 10
_INCREMENTS = 96
_DAMPING = 0.6
_PRESAMPLE = 8  # in units of the adaptation points
_OVERWEIGHT_SHARE = 1e-3
_SMALLEST_FRACTION = 0.01
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True)
class Sampler:
    """A frozen sampler: everything that is needed to make any block of the sample again.

    ``edges``: (channels, dimensions, increments + 1) the VEGAS maps; ``fractions``: how often
    each channel is used; ``largest``: (channels,) weight f J [fb] above which the points of a
    channel carry 1e-3 of its cross-section.
    """

    process: str
    seed: int
    setup: Setup = field(repr=False)
    cuts: CutTable = field(repr=False)
    edges: Array = field(repr=False)
    fractions: Array
    largest: Array
    presample_sigma: Array

    def draw(self, block: int, start: int = 0, stop: int = BLOCK) -> "Draw":
        """Draw tries ``start`` to ``stop`` of one block; the first tries of a block never change."""
        generator = stream(self.seed, self.process, "generate", block)
        n, dimensions = stop - start, self.setup.n_adaptive + self.setup.n_plain
        if start:
            generator.random((start, dimensions))
        channel = self._channels(block * BLOCK + start, n)
        momenta = np.empty((n, len(self.setup.record), 4))
        weight = np.empty(n)
        for first in range(0, n, CHUNK):
            part = slice(first, min(first + CHUNK, n))
            x = generator.random((part.stop - first, dimensions))
            self._evaluate(x, channel[part], momenta[part], weight[part])
        weight /= self.fractions[channel]
        return Draw(momenta, weight, channel)

    def unweight(self, draw: "Draw", block: int) -> NDArray[np.bool_]:
        """Accept points with probability min(1, w/w_max); shape (n,)."""
        uniform = stream(self.seed, self.process, "unweight", block).random(len(draw.weight))
        return uniform * self.largest_weight < draw.weight

    @property
    def largest_weight(self) -> float:
        """w_max [fb] of the combined channels, for unweighting."""
        return float(np.max(self.largest / self.fractions))

    @property
    def efficiency(self) -> float:
        """Expected unweighting efficiency: mean weight over w_max."""
        return float(self.presample_sigma.sum() / self.largest_weight)

    def for_unweighting(self) -> "Sampler":
        """Return the same maps with the channel frequencies that unweight best."""
        return self._with_fractions(_floored(self.largest))

    def _with_fractions(self, fractions: Array) -> "Sampler":
        return Sampler(
            self.process,
            self.seed,
            self.setup,
            self.cuts,
            self.edges,
            fractions,
            self.largest,
            self.presample_sigma,
        )

    def _channels(self, first: int, n: int) -> NDArray[np.int64]:
        """Channel of each point: a golden-ratio sequence, so the shares are exact to 1/n.

        Neighbours differ and any stretch of the sample has all channels in the right shares.
        """
        channel = np.zeros(n, dtype=np.int64)
        if len(self.fractions) > 1:
            offset = stream(self.seed, self.process, "channel", 0).random()
            position = offset + _GOLDEN * np.arange(first, first + n)
            position -= np.floor(position)
            for edge in np.cumsum(self.fractions)[:-1]:
                channel += position >= edge
        return channel

    def _evaluate(self, x: Array, channel: NDArray[np.int64], momenta: Array, weight: Array) -> None:
        """Map uniforms in place and fill momenta and weights f J [fb]."""
        jacobian = np.empty(len(x))
        _through_map(self.edges, channel, self.setup.n_adaptive, x, jacobian)
        self.setup.fill(channel, x, self.setup.arguments, momenta, weight)
        weight *= jacobian
        if len(self.cuts.rows):
            apply_cuts(self.cuts.rows, self.cuts.limits, momenta, weight)


@dataclass(frozen=True, slots=True)
class Draw:
    """Points of a block: momenta (n, k, 4) c.m. [GeV], weights (n,) [fb, mean = sigma], channels."""

    momenta: Array
    weight: Array
    channel: NDArray[np.int64]

    def sums(self, n_channels: int) -> Array:
        """Per channel: number of points, sum of weights, sum of squares; shape (channels, 3)."""
        sums = np.zeros((n_channels, 3))
        for channel, row in enumerate(sums):
            inside = self.channel == channel
            weight = np.where(inside, self.weight, 0.0)
            row[:] = np.count_nonzero(inside), weight.sum(), np.square(weight).sum()
        return sums


def cross_section(sums: Array) -> tuple[float, float]:
    """Sigma and its standard deviation [fb] from sums per channel (channels, 3).

    The channels are strata: their variances add, the spread between their means does not count.
    """
    n = sums[:, 0].sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.where(sums[:, 0] > 0, sums[:, 2] - sums[:, 1] ** 2 / sums[:, 0], 0.0)
    return float(sums[:, 1].sum() / n), float(np.sqrt(max(variance.sum(), 0.0)) / n)


@kernel
def _through_map(edges: Array, channel: NDArray[np.int64], n_adaptive: int, x: Array, jacobian: Array) -> None:
    """Send the first ``n_adaptive`` columns of x through the frozen VEGAS maps, in place."""
    increments = edges.shape[2] - 1
    for i in range(x.shape[0]):
        c = channel[i]
        product = 1.0
        for d in range(n_adaptive):
            y = x[i, d] * increments
            cell = min(int(y), increments - 1)
            width = edges[c, d, cell + 1] - edges[c, d, cell]
            x[i, d] = min(max(edges[c, d, cell] + width * (y - cell), 1e-14), 1 - 1e-14)
            product *= width * increments
        for d in range(n_adaptive, x.shape[1]):
            x[i, d] = min(max(x[i, d], 1e-14), 1 - 1e-14)
        jacobian[i] = product


def adapt(
    process: str,
    setup: Setup,
    cuts: CutTable,
    *,
    seed: int,
    points: int = DEFAULT_ADAPTATION_POINTS,
    target: Target | None = None,
    progress: Callable[[float], None] | None = None,
) -> Sampler:
    """Adapt one VEGAS map per channel and freeze them.

    Parameters
    ----------
    points
        Points per channel and iteration (10 iterations), at least 1000.
    target
        Targeting function h; None adapts to the cross-section alone.

    Raises
    ------
    ConfigError
        If the target is not positive and finite wherever the cross-section is not zero.
    KinematicsError
        If no point of any channel passes the cuts.
    """
    if points < 1000:
        raise ConfigError(f"adaptation_points = {points}: allowed is >= 1000; VEGAS cannot learn from fewer.")
    edges, sigma, spread, largest = [], [], [], []
    for index in range(len(setup.channels)):
        report = _channel_progress(progress, index, len(setup.channels))
        grid = _adapt_channel(process, setup, cuts, index, seed, points, target, report)
        weight, targeted = _presample(process, setup, cuts, index, seed, points, target, grid)
        edges.append(grid)
        sigma.append(weight.mean())
        spread.append(max(targeted.std(), 0.1 * targeted.mean()))
        largest.append(_quantile_weight(weight))
    if not sum(sigma) > 0:
        raise KinematicsError(f"{process}: no point passes the cuts; the cross-section is zero.")
    return Sampler(
        process,
        seed,
        setup,
        cuts,
        np.stack(edges),
        _floored(np.array(spread)),
        np.array(largest),
        np.array(sigma),
    )


def _channel_progress(progress: Callable[[float], None] | None, index: int, total: int) -> Callable[[int], None]:
    def report(iteration: int) -> None:
        if progress is not None:
            progress((index + (iteration + 1) / (_ITERATIONS + 1)) / total)

    return report


def _adapt_channel(
    process: str,
    setup: Setup,
    cuts: CutTable,
    channel: int,
    seed: int,
    points: int,
    target: Target | None,
    report: Callable[[int], None],
) -> Array:
    """Edges (dimensions, increments + 1) of one channel's map."""
    import vegas

    n = setup.n_adaptive
    grid = vegas.AdaptiveMap([[0.0, 1.0]] * n, ninc=_INCREMENTS)
    edges = np.tile(np.linspace(0.0, 1.0, _INCREMENTS + 1), (n, 1))
    for iteration in range(_ITERATIONS):
        y, weight, h = _points(process, setup, cuts, channel, seed, f"adapt-{iteration}", points, target, edges)
        if np.any(weight > 0):
            grid.add_training_data(np.ascontiguousarray(y[:, :n]), (weight * h) ** 2)
            grid.adapt(alpha=_DAMPING)
        # vegas pads its grid; the number of increments is per axis and constant here
        edges = np.array([np.asarray(grid.grid[d])[: _INCREMENTS + 1] for d in range(n)])
        report(iteration)
    return edges


def _presample(
    process: str,
    setup: Setup,
    cuts: CutTable,
    channel: int,
    seed: int,
    points: int,
    target: Target | None,
    edges: Array,
) -> tuple[Array, Array]:
    """Weights f J and f h J of an independent sample drawn from the frozen map."""
    _, weight, h = _points(process, setup, cuts, channel, seed, "presample", _PRESAMPLE * points, target, edges)
    return weight, weight * h


def _points(
    process: str,
    setup: Setup,
    cuts: CutTable,
    channel: int,
    seed: int,
    purpose: str,
    n: int,
    target: Target | None,
    edges: Array,
) -> tuple[Array, Array, Array]:
    """Evaluate n points of one channel: uniforms before the map, weights f J, target values h."""
    sampler = Sampler(
        process,
        seed,
        setup,
        cuts,
        np.stack([edges] * len(setup.channels)),
        np.ones(1),
        np.ones(1),
        np.ones(1),
    )
    y = stream(seed, process, purpose, channel).random((n, setup.n_adaptive + setup.n_plain))
    momenta, weight, h = np.empty((n, len(setup.record), 4)), np.empty(n), np.ones(n)
    channels = np.full(n, channel, dtype=np.int64)
    for first in range(0, n, CHUNK):
        part = slice(first, min(first + CHUNK, n))
        sampler._evaluate(y[part].copy(), channels[part], momenta[part], weight[part])
    if target is not None and np.any(weight > 0):
        inside = weight > 0
        h[inside] = _checked_target(target, momenta[inside], weight[inside])
    return y, weight, h


def _checked_target(target: Target, momenta: Array, weight: Array) -> Array:
    try:
        values = np.asarray(target(momenta, weight), dtype=np.float64)
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


def _floored(shares: Array) -> Array:
    """Normalise shares; none below 1 %, so that a starved channel still measures itself."""
    fractions = np.maximum(shares / shares.sum(), np.where(shares > 0, _SMALLEST_FRACTION, 0.0))
    return fractions / fractions.sum()
