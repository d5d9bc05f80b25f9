r"""Where the second photon flies when the beams lose almost everything: against the first one.

A light X left by two hard photons was radiated by the beams as well: |M|² has the poles 1/(p1.X p2.X),
X is soft or collinear to a beam, the transverse momenta of the photons balance. Directions drawn from the
soft factor alone find that rarely and with huge weights. A share of the second photons is therefore drawn
about the two directions with z sin θ_2 = sin θ_1 and opposite azimuth, z = E_2/E_1: with t = 1 - cos of
the angle to one of them the density is 1/(t + δ), δ = M_X² sin²θ_2/(2s). All densities are summed: nothing
depends on the share.
"""

import math

import numpy as np

from lmutau.gen.counter import next_uniform
from lmutau.gen.kernels import kernel

__all__ = ["Direction", "recoiling_direction"]

Direction = tuple[float, float, float]
"""1 - cos, 1 + cos of the polar angle; azimuth."""
Line = tuple[float, float, float]

_SHARE = 0.4  # for a massless X
_SMALLEST = 1e-14  # of the widths
_LIGHT = 1e-4  # M_X^2/s at which it is half of that


@kernel
def _opening(first: Direction, second: Direction) -> float:
    """1 - cos of the angle between two directions, with all digits where they are close."""
    s, c = math.sqrt(0.5 * first[0]), math.sqrt(0.5 * first[1])
    s2, c2 = math.sqrt(0.5 * second[0]), math.sqrt(0.5 * second[1])
    half = math.sin(0.5 * (first[2] - second[2]))
    return 2 * ((s * c2 - c * s2) ** 2 + 4 * s * c * s2 * c2 * half * half)


@kernel
def _about(axis: Direction, t: float, turn: float) -> Direction:
    """Direction at 1 - cos = ``t`` from ``axis``; ``turn``: azimuth about it, 0 away from the pole."""
    s, c = math.sqrt(0.5 * axis[0]), math.sqrt(0.5 * axis[1])
    s2, c2 = math.sqrt(0.5 * t), math.sqrt(0.5 * (2 - t))
    half, other = math.cos(0.5 * turn), math.sin(0.5 * turn)
    near = 2 * ((s * c2 - c * s2) ** 2 + 4 * s * c * s2 * c2 * half * half)
    far = 2 * ((c * c2 - s * s2) ** 2 + 4 * s * c * s2 * c2 * other * other)
    along = 2 * s * c * (1 - t) + 2 * s2 * c2 * (1 - axis[0]) * math.cos(turn)
    return near, far, axis[2] + math.atan2(2 * s2 * c2 * math.sin(turn), along)


@kernel
def _balancing(first: Direction, z: float) -> Direction:
    """Direction of opposite azimuth with z sin θ = sin θ_1, in the hemisphere opposite to the first."""
    sine2 = min(first[0] * first[1] / (z * z), 1.0)
    large = 1 + math.sqrt(1 - sine2)
    small = sine2 / large
    azimuth = first[2] + math.pi
    return (large, small, azimuth) if first[0] < first[1] else (small, large, azimuth)


@kernel
def recoiling_direction(
    state: np.uint64, first: Direction, drawn: Direction, z: float, rest: float, line: Line, flip: float
) -> tuple[np.uint64, Direction, float]:
    """Keep the direction ``drawn`` from the soft factor or replace it by one that balances ``first``.

    Parameters
    ----------
    state
        Of :mod:`lmutau.gen.counter`.
    first, drawn
        Directions of the first photon, and of the second one from the soft factor.
    z, rest
        Energy of the second photon over that of the first; M_X^2/s.
    line, flip
        beta, 1 - beta and span, and flip, of :func:`~lmutau.gen.radiation.angles.draw_angle`.

    Returns
    -------
    State; the direction; density of the soft factor over that of the mixture.
    """
    beta, one_minus_beta, span = line
    opposite = _balancing(first, z)
    alike = (opposite[1], opposite[0], opposite[2])
    width = max(0.5 * rest * opposite[0] * opposite[1], _SMALLEST)
    share = _SHARE * _LIGHT / (_LIGHT + rest)
    norm = math.log1p(2 / width)
    state, r = next_uniform(state)
    direction = drawn
    if r < share:
        state, turn = next_uniform(state)
        r *= 2 / share
        axis = opposite if r < 1 else alike
        t = width * math.expm1(norm * (r if r < 1 else r - 1))
        direction = _about(axis, min(t, 2.0), 2 * math.pi * turn)
    # densities per cosine: of the soft factor, of what was drawn for it, and of the two poles
    d1, d2 = one_minus_beta + beta * direction[0], one_minus_beta + beta * direction[1]
    lost = 2 * beta / ((1 + beta * beta) * span)
    shape = 2 * beta * beta * direction[0] * direction[1] / ((1 + beta * beta) * d1 * d2)
    pole = beta / (span * d1 * d2)
    sampled = pole * (shape + flip * (1 - shape)) / (1 - lost * (1 - flip))
    poles = 1 / (_opening(opposite, direction) + width) + 1 / (_opening(alike, direction) + width)
    mixture = (1 - share) * sampled + 0.5 * share / norm * poles
    return state, direction, pole * shape / ((1 - lost) * mixture)
