"""From the rest frame of what the beams leave, X, to the c.m. frame, and the directions of the beams in it."""

import math

from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.pair_and_boson import FourVector, Vector, across

__all__ = ["Boost", "beam_directions", "boosted", "mean_axis", "to_cms", "turned"]

Boost = tuple[float, float, float, float, float]
"""E, px, py, pz and mass [GeV] of a system: from its rest frame to the frame of these numbers."""


@kernel
def boosted(p: FourVector, boost: Boost) -> FourVector:
    """Boost ``p`` (E, px, py, pz) [GeV] out of the rest frame of a system."""
    e, x, y, z, mass = boost
    energy = (e * p[0] + x * p[1] + y * p[2] + z * p[3]) / mass
    step = (p[0] + energy) / (e + mass)
    return energy, p[1] + step * x, p[2] + step * y, p[3] + step * z


@kernel
def beam_directions(boost: Boost) -> tuple[Vector, Vector]:
    """Unit vectors of e- and e+ (massless, along +-z in the c.m. frame) in the rest frame of X."""
    e, x, y, z, mass = boost
    electron = boosted((1.0, 0.0, 0.0, 1.0), (e, -x, -y, -z, mass))
    positron = boosted((1.0, 0.0, 0.0, -1.0), (e, -x, -y, -z, mass))
    return (
        (electron[1] / electron[0], electron[2] / electron[0], electron[3] / electron[0]),
        (positron[1] / positron[0], positron[2] / positron[0], positron[3] / positron[0]),
    )


@kernel
def mean_axis(u1: Vector, u2: Vector) -> Vector:
    """Unit vector of u1 - u2: the axis on which a hard process sees its beams."""
    x, y, z = u1[0] - u2[0], u1[1] - u2[1], u1[2] - u2[2]
    length = math.sqrt(x * x + y * y + z * z)
    if not length > 0:
        return 0.0, 0.0, 1.0
    return x / length, y / length, z / length


@kernel
def turned(p: FourVector, axis: Vector) -> FourVector:
    """Turn ``p`` such that the z axis becomes the unit vector ``axis``."""
    first, second = across(axis)
    return (
        p[0],
        p[1] * first[0] + p[2] * second[0] + p[3] * axis[0],
        p[1] * first[1] + p[2] * second[1] + p[3] * axis[1],
        p[1] * first[2] + p[2] * second[2] + p[3] * axis[2],
    )


@kernel
def to_cms(p: FourVector, axis: Vector, boost: Boost) -> FourVector:
    """Turn ``p``, generated in the rest frame of X with the electron along z, onto ``axis`` and boost it."""
    return boosted(turned(p, axis), boost)
