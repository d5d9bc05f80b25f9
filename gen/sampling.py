"""The frozen sampler: draw blocks of weighted or unweighted events, the same for ever.

A process is a sum of channels; each has its own VEGAS map (``vegas.AdaptiveMap``) on top of its
explicit phase-space map. Adaptation uses fixed streams and a fixed number of points, so the
frozen sampler depends on the seed alone, not on the sample size or the number of workers.
Afterwards every point i of the sample takes channel c with frequency alpha_c and has weight
f_c(x) J_c(x) / alpha_c: the mean over all points, zeros included, is the cross-section.

*Targeting*: maps and channel frequencies are adapted to f h instead of f, with a positive
function h of the truth; the density of points then follows f h. h itself never enters a weight,
so every estimate stays unbiased.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.cuts import CutTable, apply_cuts
from lmutau.gen.kernels import kernel
from lmutau.gen.processes.base import Setup
from lmutau.gen.randomness import BLOCK, CHUNK, stream

__all__ = ["DEFAULT_ADAPTATION_POINTS", "Draw", "Sampler", "Target", "cross_section", "floored"]

Array = NDArray[np.float64]
Target = Callable[["Draw"], Array]
"""Points (c.m. momenta in record order without beams, weights, channels) -> h (n,), positive."""

DEFAULT_ADAPTATION_POINTS = 20_000
_GOLDEN = 0.6180339887498949
_SMALLEST_FRACTION = 0.02
_GROUP = 1024  # points in which the channels have their exact shares, in random order


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
        channel = self._channels(block, start, n)
        momenta = np.empty((n, len(self.setup.record), 4))
        weight = np.empty(n)
        for first in range(0, n, CHUNK):
            part = slice(first, min(first + CHUNK, n))
            x = generator.random((part.stop - first, dimensions))
            self.evaluate(x, channel[part], momenta[part], weight[part])
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
        return dataclasses.replace(self, fractions=floored(self.largest))

    def _channels(self, block: int, start: int, n: int) -> NDArray[np.int64]:
        """Channel of each point of a block.

        A golden-ratio sequence gives every stretch of points the right shares to a few units; inside
        groups of 1024 it is shuffled, so that the order is random.
        """
        groups = -(-(start + n) // _GROUP)
        channel = np.zeros((groups, _GROUP), dtype=np.int64)
        if len(self.fractions) > 1:
            first = block * BLOCK
            offset = stream(self.seed, self.process, "channel", 0).random()
            position = offset + _GOLDEN * np.arange(first, first + channel.size).reshape(channel.shape)
            position -= np.floor(position)
            for edge in np.cumsum(self.fractions)[:-1]:
                channel += position >= edge
            _shuffle_rows(channel, stream(self.seed, self.process, "shuffle", block).random(channel.shape))
        return channel.ravel()[start : start + n]

    def evaluate(self, x: Array, channel: NDArray[np.int64], momenta: Array, weight: Array) -> None:
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

    The channels are strata: their variances add, the spread between their means does not count,
    except for the last points that do not fill a group: their channels are a random draw from it.
    """
    n = sums[:, 0].sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(sums[:, 0] > 0, sums[:, 1] / sums[:, 0], 0.0)
    variance = max(float((sums[:, 2] - sums[:, 0] * mean**2).sum()), 0.0)
    rest = n % _GROUP
    between = float((sums[:, 0] * (mean - sums[:, 1].sum() / n) ** 2).sum() / n)
    return float(sums[:, 1].sum() / n), float(np.sqrt(variance + rest * (1 - rest / _GROUP) * between) / n)


def floored(shares: Array) -> Array:
    """Normalise shares; none below 2 %: a channel that the pre-sample missed still measures itself."""
    fractions = np.maximum(shares / shares.sum(), _SMALLEST_FRACTION)
    return fractions / fractions.sum()


@kernel
def _shuffle_rows(rows: NDArray[np.int64], uniform: Array) -> None:
    """Shuffle each row in place (Fisher and Yates), with one uniform number per entry."""
    for g in range(rows.shape[0]):
        for i in range(rows.shape[1] - 1, 0, -1):
            j = int(uniform[g, i] * (i + 1))
            rows[g, i], rows[g, j] = rows[g, j], rows[g, i]


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
