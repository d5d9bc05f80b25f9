"""Phase space of a muon pair and one boson, with the invariants taken from the variables.

e-(p1) e+(p2) -> mu-(k1) mu+(k2) V(k), c.m. frame. Variables: energy E and cosine c of the boson,
the direction (c', phi') of the mu- in the rest frame of the pair, and the azimuth phi of the boson:

    dPhi_3 = [k dE dc dphi / (16 pi^3)] [(b / 8 pi) dc' dphi' / (4 pi)],   b = sqrt(1 - 4 m^2/M^2)

(product of two-body phase spaces with dM^2 = 2 sqrt(s) dE, M the mass of the pair). The functions
take and return plain numbers: rows of arrays would cost a reference count each.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.kernels import kernel

__all__ = ["PAIR_VOLUME", "FourVector", "Vector", "across", "boosted_pair", "direction", "unit_about", "write_three"]

Array = NDArray[np.float64]
Vector = tuple[float, float, float]
FourVector = tuple[float, float, float, float]

PAIR_VOLUME = 1 / (16 * math.pi**3) * (2 * math.pi) / (8 * math.pi) / (4 * math.pi) * (2 * math.pi)
"""dPhi_3 / (k b dE dc dc' dr dr'), with both azimuths 2 pi r."""


@kernel
def direction(cosine: float, sine: float, turns: float) -> Vector:
    """Unit vector with this polar angle and azimuth 2 pi ``turns`` about the z axis."""
    phi = 2 * math.pi * turns
    return sine * math.cos(phi), sine * math.sin(phi), cosine


@kernel
def across(u: Vector) -> tuple[Vector, Vector]:
    """Two unit vectors that make a right-handed frame with the unit vector ``u``, smooth at both poles.

    References
    ----------
    J. R. Frisvad, J. Graphics Tools 16 (2012) 151; T. Duff et al., JCGT 6 (2017) 1, eq. (3).
    """
    x, y, z = u
    sign = 1.0 if z >= 0 else -1.0
    a = -1 / (sign + z)
    b = x * y * a
    return (1 + sign * x * x * a, sign * b, -sign * x), (b, sign + y * y * a, -y)


@kernel
def unit_about(axis: Vector, cosine: float, sine: float, turns: float) -> Vector:
    """Unit vector at this polar angle to ``axis``, azimuth 2 pi ``turns`` about it."""
    first, second = across(axis)
    x, y, _ = direction(cosine, sine, turns)
    return (
        cosine * axis[0] + x * first[0] + y * second[0],
        cosine * axis[1] + x * first[1] + y * second[1],
        cosine * axis[2] + x * first[2] + y * second[2],
    )


@kernel
def boosted_pair(
    pair_mass: float, pair_energy: float, b: float, k: float, u: Vector, n: Vector, cosine: float
) -> tuple[FourVector, FourVector]:
    """Momenta (E, px, py, pz) [GeV] of mu- and mu+ in the c.m. frame.

    Parameters
    ----------
    pair_mass, pair_energy
        Mass and c.m. energy of the pair [GeV].
    b
        Velocity of either muon in the rest frame of the pair.
    k, u
        Momentum [GeV] and direction of the boson; the pair moves against it.
    n, cosine
        Direction of the mu- in the rest frame of the pair, and its cosine to ``u``.
    """
    gamma, eta = pair_energy / pair_mass, k / pair_mass
    half, step = 0.5 * pair_mass, 0.5 * pair_mass * b
    along = step * cosine
    shift, drift = (gamma - 1) * along, eta * half
    x, y, z = step * n[0] + shift * u[0], step * n[1] + shift * u[1], step * n[2] + shift * u[2]
    minus = (gamma * half - eta * along, x - drift * u[0], y - drift * u[1], z - drift * u[2])
    plus = (gamma * half + eta * along, -x - drift * u[0], -y - drift * u[1], -z - drift * u[2])
    return minus, plus


@kernel
def write_three(
    momenta: Array, i: int, minus: FourVector, plus: FourVector, energy: float, k: float, u: Vector
) -> None:
    """Write mu-, mu+ and the boson of event ``i``."""
    for axis in range(4):
        momenta[i, 0, axis] = minus[axis]
        momenta[i, 1, axis] = plus[axis]
    momenta[i, 2, 0], momenta[i, 2, 1], momenta[i, 2, 2], momenta[i, 2, 3] = energy, k * u[0], k * u[1], k * u[2]
