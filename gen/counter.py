"""Random numbers that an event draws for itself: a counter generator seeded by two of its uniforms.

The number of radiated photons, or of the tries of an accept-reject step, varies from event to event, yet
an event must be a function of a fixed number of uniforms: two of them seed a small generator that
supplies all the others.

References
----------
G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014 (SplitMix64).
"""

import numpy as np

from lmutau.gen.kernels import kernel

__all__ = ["next_uniform", "seed_state"]


@kernel
def seed_state(r1: float, r2: float) -> np.uint64:
    """State of the generator from the leading bits of two uniforms in (0, 1)."""
    first, second = np.uint64(r1 * 2.0**53), np.uint64(r2 * 2.0**53)
    return (first << np.uint64(11)) ^ (second * np.uint64(0xD1342543DE82EF95))


@kernel
def next_uniform(state: np.uint64) -> tuple[np.uint64, float]:
    """Return the next state and a uniform number in (0, 1), both ends excluded."""
    state = state + np.uint64(0x9E3779B97F4A7C15)
    z = state
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return state, (float(z >> np.uint64(12)) + 0.5) / 2.0**52
