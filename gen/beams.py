"""The colliding beams: from the c.m. frame of the generator to the laboratory and back.

The laboratory z axis is the solenoid's; both beams lie in the x-z plane at half the crossing
angle. In the c.m. frame e- runs along +z; between the two lies a rotation about y and a boost.
"""

import math
import tomllib
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.constants import CONSTANTS, Constants

__all__ = ["BEAMS", "Beams", "lab_transform"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beams:
    """Two beams: energies [GeV] and full crossing angle [rad] in the laboratory.

    The spreads are standard deviations [GeV] of the energies; they act where ``beam_spread`` asks.
    """

    name: str
    electron_energy: float
    positron_energy: float
    crossing_angle: float = 0.0
    electron_spread: float = 0.0
    positron_spread: float = 0.0

    def nominal_total(self, constants: Constants = CONSTANTS) -> Array:
        """Sum of the two beam four-momenta (E, px, py, pz) [GeV], shape (4,), laboratory."""
        half = self.crossing_angle / 2
        momenta = [math.sqrt(e**2 - constants.m_e**2) for e in (self.electron_energy, self.positron_energy)]
        energy = self.electron_energy + self.positron_energy
        return np.array([energy, sum(momenta) * math.sin(half), 0.0, (momenta[0] - momenta[1]) * math.cos(half)])

    def total(self, sqrt_s: float) -> Array:
        """Total four-momentum (E, px, py, pz) [GeV] of a collision at ``sqrt_s`` [GeV], laboratory.

        The velocity of the c.m. frame is that of the nominal beams, as arXiv:1904.13053 and
        arXiv:2212.03066 do: they quote sqrt(s) = 10.58 GeV beside 7 and 4 GeV beams.
        """
        nominal = self.nominal_total()
        mass = math.sqrt(nominal[0] ** 2 - float(nominal[1:] @ nominal[1:]))
        return nominal * (sqrt_s / mass)


def lab_transform(total: Array) -> Array:
    """Lorentz matrix (4, 4) that takes (E, px, py, pz) from the c.m. frame to the laboratory.

    ``total``: (4,) total four-momentum [GeV] in the laboratory. The c.m. z axis is the direction
    of the electron after the pure boost; for beams that cross symmetrically about z the electron's
    laboratory direction follows from ``total`` alone (electron mass neglected: 1e-8).

    Raises
    ------
    ValueError
        If ``total`` is not time-like.
    """
    energy, momentum = float(total[0]), np.asarray(total[1:], dtype=np.float64)
    mass2 = energy**2 - float(momentum @ momentum)
    if not mass2 > 0 or energy <= 0:
        raise ValueError(f"total four-momentum {total!r} is not time-like")
    boost = _pure_boost(momentum / energy)
    transverse = momentum[:2] / energy
    electron = np.array([1.0, transverse[0], transverse[1], math.sqrt(1 - float(transverse @ transverse))])
    axis = (_pure_boost(-momentum / energy) @ electron)[1:]
    z_axis = axis / np.linalg.norm(axis)
    x_axis = np.array([1.0, 0.0, 0.0]) - z_axis[0] * z_axis
    x_axis /= np.linalg.norm(x_axis)
    rotation = np.eye(4)
    rotation[1:, 1:] = np.column_stack([x_axis, np.cross(z_axis, x_axis), z_axis])
    return boost @ rotation


def _pure_boost(velocity: Array) -> Array:
    """Boost matrix (4, 4) to a frame in which a particle at rest moves with ``velocity``."""
    beta2 = float(velocity @ velocity)
    matrix = np.eye(4)
    if beta2 == 0:
        return matrix
    gamma = 1 / math.sqrt(1 - beta2)
    matrix[0, 0] = gamma
    matrix[0, 1:] = matrix[1:, 0] = gamma * velocity
    matrix[1:, 1:] += gamma**2 / (gamma + 1) * np.outer(velocity, velocity)
    return matrix


def _load() -> MappingProxyType[str, Beams]:
    table = tomllib.loads(resources.files("lmutau.data").joinpath("beams.toml").read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            name: Beams(
                name=name,
                electron_energy=float(entry["electron_energy"]["value"]),
                positron_energy=float(entry["positron_energy"]["value"]),
                crossing_angle=float(entry["crossing_angle"]["value"]),
                electron_spread=float(entry["electron_spread"]["value"]),
                positron_spread=float(entry["positron_spread"]["value"]),
            )
            for name, entry in table.items()
        }
    )


BEAMS = _load()
"""Beam settings by name: ``head-on`` (default) and ``crossing``."""
