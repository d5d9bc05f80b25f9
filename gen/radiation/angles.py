"""Directions of photons about the axis of a pair of charges, masses kept."""

import math

import numpy as np

from lmutau.gen.counter import next_uniform
from lmutau.gen.kernels import kernel

__all__ = ["draw_angle"]


@kernel
def draw_angle(
    state: np.uint64, beta: float, one_minus_beta: float, span: float, flip: float
) -> tuple[np.uint64, float, float, float, float, float]:
    """Draw the polar angle of a photon from the soft factor of a pair with velocities +-beta.

    d1 = 1 - beta c and d2 = 1 + beta c are drawn directly (1/d1 or 1/d2, side at random, then
    accept-reject): for electrons 1 - beta is 1e-9 and a difference of cosines would have no digits.

    Parameters
    ----------
    state
        Of :mod:`lmutau.gen.counter`.
    beta, one_minus_beta, span
        Velocity, 1 - beta, ln[(1 + beta)/(1 - beta)] of :func:`~lmutau.gen.radiation.yfs.emitter`.
    flip
        How much of what the masses take away from the massless soft factor is put back, 0 to 1: the
        helicity flip fills the dead cone of a hard photon, where its weight would otherwise be unbounded.

    Returns
    -------
    State, d1, d2, 1 - c, 1 + c, and the soft factor over the sampled shape, mean 1 (for ``flip`` = 0
    always 1); the first charge flies along c = 1.
    """
    if span <= 0:  # exactly at threshold: nothing radiates, nothing may loop
        return state, 1.0, 1.0, 1.0, 1.0, 1.0
    scale = 2 * beta * beta / (1 + beta * beta)
    soft, chance = 1.0, 1.0
    while True:
        state, r = next_uniform(state)
        small = one_minus_beta * math.exp(abs(2 * r - 1) * span)
        large = 2 - small
        near, far = max(small - one_minus_beta, 0.0) / beta, max(large - one_minus_beta, 0.0) / beta
        state, threshold = next_uniform(state)
        soft = scale * near * far / (small * large)
        chance = soft + flip * (1 - soft)
        if not threshold > chance:  # NaN must not loop
            break
    ratio = 1.0
    if flip > 0:
        lost = 2 * beta / ((1 + beta * beta) * span)  # mean of 1 - soft
        ratio = soft / chance * (1 - lost * (1 - flip)) / (1 - lost)
    if r < 0.5:
        return state, small, large, near, far, ratio
    return state, large, small, far, near, ratio
