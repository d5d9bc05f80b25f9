"""Low-energy tail of the photon energy: a Crystal Ball in place of the Gaussian.

With t = (E - E_true)/sigma, a share of the photons follows

    f(t) = exp(-t^2/2) for t > -start,  (b - t)^-power times a constant below,

continuous with its derivative, b = power/start - start. The width of the core is the resolution of the
card whatever the tail is; the mean goes down with it.

References
----------
J. E. Gaiser, SLAC-R-255 (1982), appendix F.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.kernels import inlined

__all__ = ["EnergyTail", "energy_tail", "tail_shape", "with_tail"]


class EnergyTail(NamedTuple):
    """The tail as the kernel wants it.

    ``below``, ``above``: probability that a normal number below and above -``start`` is replaced by one
    of the tail.
    """

    share: float
    start: float
    power: float
    below: float
    above: float


def energy_tail(share: float, start: float, power: float) -> EnergyTail:
    """Prepare the tail; ``power`` > 1, ``start`` > 0.

    A Crystal Ball has more events below -start than a Gaussian: those are taken from its core.
    """
    gaussian_below = 0.5 * math.erfc(start / math.sqrt(2))
    tail = power / (start * (power - 1)) * math.exp(-(start**2) / 2)
    tail /= tail + math.sqrt(2 * math.pi) * (1 - gaussian_below)
    taken = (tail - gaussian_below) / (1 - gaussian_below)
    return EnergyTail(share=share, start=start, power=power, below=share, above=share * taken)


@inlined
def with_tail(normal: float, uniform: float, tail: EnergyTail) -> float:
    """Turn a normal and a uniform number in [0, 1) into a number that follows the card's energy shape."""
    threshold = tail.below if normal < -tail.start else tail.above
    if uniform >= threshold:
        return normal
    reach = tail.power / tail.start
    return reach - tail.start - reach * ((1 - uniform / threshold) ** (-1 / (tail.power - 1)))


def tail_shape(t: NDArray[np.float64], tail: EnergyTail) -> NDArray[np.float64]:
    """Probability density of t = (E - E_true)/sigma, normalised; for plots and tests."""
    reach = tail.power / tail.start
    norm = reach / (tail.power - 1) * math.exp(-(tail.start**2) / 2)
    norm += math.sqrt(math.pi / 2) * (1 + math.erf(tail.start / math.sqrt(2)))
    gaussian = np.exp(-(t**2) / 2)
    low = np.minimum(t, -tail.start)
    power_law = math.exp(-(tail.start**2) / 2) * ((reach - tail.start - low) / reach) ** -tail.power
    crystal_ball = np.where(t < -tail.start, power_law, gaussian) / norm
    return (1 - tail.share) * gaussian / math.sqrt(2 * math.pi) + tail.share * crystal_ball
