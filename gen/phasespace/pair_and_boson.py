"""Phase space of a muon pair and one boson, with the invariants taken from the variables.

e-(p1) e+(p2) -> mu-(k1) mu+(k2) V(k), c.m. frame. Variables: energy E and cosine c of the boson,
the direction (c', phi') of the mu- in the rest frame of the pair, and the azimuth phi of the boson:

    dPhi_3 = [k dE dc dphi / (16 pi^3)] [(b / 8 pi) dc' dphi' / (4 pi)],   b = sqrt(1 - 4 m^2/M^2)

(product of two-body phase spaces with dM^2 = 2 sqrt(s) dE, M the mass of the pair).
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.kernels import kernel

__all__ = ["PAIR_VOLUME", "place_boson", "place_pair_about_beam", "place_pair_about_boson"]

Array = NDArray[np.float64]

PAIR_VOLUME = 1 / (16 * math.pi**3) * (2 * math.pi) / (8 * math.pi) / (4 * math.pi) * (2 * math.pi)
"""dPhi_3 / (k b dE dc dc' dr dr'), with both azimuths 2 pi r."""


@kernel
def place_boson(energy: float, k: float, cosine: float, sine: float, azimuth: float, out: Array) -> None:
    """Write the boson's (E, px, py, pz); ``azimuth`` in (0, 1) turns."""
    phi = 2 * math.pi * azimuth
    out[0] = energy
    out[1] = k * sine * math.cos(phi)
    out[2] = k * sine * math.sin(phi)
    out[3] = k * cosine


@kernel
def place_pair_about_boson(
    pair_mass: float, b: float, k: float, cosine: float, sine: float, turns: float, momenta: Array
) -> None:
    """Place mu- (row 0) and mu+ (row 1) against the boson (row 2), polar axis along the boson.

    ``cosine``, ``sine``: polar angle of the mu- to the boson direction in the pair's rest frame;
    ``k``: momentum of the boson in the c.m. frame [GeV].
    """
    ux, uy, uz = momenta[2, 1] / k, momenta[2, 2] / k, momenta[2, 3] / k
    # two unit vectors across the boson, built from the larger transverse component
    if abs(uz) < 0.9:
        norm = math.sqrt(ux * ux + uy * uy)
        ax, ay, az = -uy / norm, ux / norm, 0.0
    else:
        norm = math.sqrt(uy * uy + uz * uz)
        ax, ay, az = 0.0, -uz / norm, uy / norm
    bx, by, bz = uy * az - uz * ay, uz * ax - ux * az, ux * ay - uy * ax
    phi = 2 * math.pi * turns
    half = 0.5 * pair_mass * b
    along, across = half * cosine, half * sine
    cos_phi, sin_phi = across * math.cos(phi), across * math.sin(phi)
    tx, ty, tz = ax * cos_phi + bx * sin_phi, ay * cos_phi + by * sin_phi, az * cos_phi + bz * sin_phi
    # the pair moves with momentum k against the boson: a boost along one axis
    pair_energy = math.sqrt(pair_mass * pair_mass + k * k)
    gamma, eta = pair_energy / pair_mass, k / pair_mass
    for row in range(2):
        sign = 1.0 - 2.0 * row
        momenta[row, 0] = gamma * 0.5 * pair_mass - sign * eta * along
        longitudinal = sign * gamma * along - eta * 0.5 * pair_mass
        momenta[row, 1] = longitudinal * ux + sign * tx
        momenta[row, 2] = longitudinal * uy + sign * ty
        momenta[row, 3] = longitudinal * uz + sign * tz


@kernel
def place_pair_about_beam(pair_mass: float, b: float, k: float, cosine: float, turns: float, momenta: Array) -> float:
    """Place mu- (row 0) and mu+ (row 1) against the boson (row 2), polar axis along the beam.

    The axis is the c.m. z axis in the pair's rest frame reached by the pure boost; ``turns``
    counts the azimuth from the boson's. Returns the cosine of the mu- to the boson direction in
    the pair's rest frame.
    """
    ux, uy, uz = momenta[2, 1] / k, momenta[2, 2] / k, momenta[2, 3] / k
    transverse = math.sqrt(ux * ux + uy * uy)
    cos_0, sin_0 = (ux / transverse, uy / transverse) if transverse > 0 else (1.0, 0.0)
    phi = 2 * math.pi * turns
    cos_phi, sin_phi = math.cos(phi), math.sin(phi)
    half = 0.5 * pair_mass * b
    sine = half * math.sqrt((1 - cosine) * (1 + cosine))
    nx = sine * (cos_phi * cos_0 - sin_phi * sin_0)
    ny = sine * (sin_phi * cos_0 + cos_phi * sin_0)
    nz = half * cosine
    along = nx * ux + ny * uy + nz * uz
    pair_energy = math.sqrt(pair_mass * pair_mass + k * k)
    gamma, eta = pair_energy / pair_mass, k / pair_mass
    for row in range(2):
        sign = 1.0 - 2.0 * row
        momenta[row, 0] = gamma * 0.5 * pair_mass - sign * eta * along
        shift = sign * (gamma - 1) * along - eta * 0.5 * pair_mass
        momenta[row, 1] = sign * nx + shift * ux
        momenta[row, 2] = sign * ny + shift * uy
        momenta[row, 3] = sign * nz + shift * uz
    return along / half
