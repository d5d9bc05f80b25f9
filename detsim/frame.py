"""The laboratory frame of a detector card, and the way from one laboratory frame to another."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lmutau.detsim.schema import Section, quantity
from lmutau.gen.beams import BEAMS, Beams, lab_transform
from lmutau.gen.errors import ConfigError
from lmutau.gen.kernels import kernel
from lmutau.gen.record import EventBlock, Jagged

if TYPE_CHECKING:
    from lmutau.detsim.card import DetectorCard

__all__ = ["BeamSettings", "card_beams", "to_frame"]

Array = NDArray[np.float64]

_SAME_ENERGY = 1e-9  # relative; a text file with ten digits is the same collision


@dataclass(frozen=True, slots=True, kw_only=True)
class BeamSettings(Section):
    """Section ``beams`` of a card."""

    electron_energy: float = quantity("GeV", positive=True)
    positron_energy: float = quantity("GeV", positive=True)
    crossing_angle: float = quantity("rad", 0, math.pi / 2)


def card_beams(card: "DetectorCard") -> Beams:
    """Beams of a card, under the name of the built-in setting with the same numbers if there is one."""
    settings = card.beams
    for beams in BEAMS.values():
        numbers = (beams.electron_energy, beams.positron_energy, beams.crossing_angle)
        if numbers == (settings.electron_energy, settings.positron_energy, settings.crossing_angle):
            return beams
    return Beams(
        name=card.name,
        electron_energy=settings.electron_energy,
        positron_energy=settings.positron_energy,
        crossing_angle=settings.crossing_angle,
    )


def to_frame(block: EventBlock, old_total: Array, new_total: Array) -> EventBlock:
    """Take the truth of a block from one laboratory frame to another.

    Parameters
    ----------
    block
        Events; only ``GenPart`` is transformed, so do this before the detector.
    old_total, new_total
        Total four-momentum (E, px, py, pz) [GeV], shape (4,), of the collision in the frame of the
        block and in the wanted frame. Equal totals give the block itself.

    Raises
    ------
    ConfigError
        If the two totals have different invariant masses: that would be another collision.
    """
    old, new = np.asarray(old_total, dtype=np.float64), np.asarray(new_total, dtype=np.float64)
    if np.array_equal(old, new):
        return block
    masses = [math.sqrt(max(p[0] ** 2 - float(p[1:] @ p[1:]), 0.0)) for p in (old, new)]
    if not abs(masses[1] - masses[0]) <= _SAME_ENERGY * masses[0]:
        raise ConfigError(
            f"sqrt_s = {masses[1]:.10g} GeV of the wanted frame: allowed is {masses[0]:.10g} GeV, "
            "that of the events. Generate the sample at the wanted energy."
        )
    metric = np.diag([1.0, -1.0, -1.0, -1.0])
    inverse = metric @ lab_transform(old).T @ metric
    particles = block.collections["GenPart"]
    columns = dict(particles.columns)
    momenta = np.empty((3, len(columns["px"])))
    matrix = np.ascontiguousarray(lab_transform(new) @ inverse)
    _transform(matrix, columns["px"], columns["py"], columns["pz"], columns["mass"], momenta)  # type: ignore[arg-type]
    columns.update(px=momenta[0], py=momenta[1], pz=momenta[2])
    collections = {**block.collections, "GenPart": Jagged(particles.offsets, columns)}
    return EventBlock(block.scalars, collections)


@kernel
def _transform(matrix: Array, px: Array, py: Array, pz: Array, mass: Array, out: Array) -> None:
    """Write the transformed momenta into ``out`` (3, n)."""
    xe, xx, xy, xz = matrix[1, 0], matrix[1, 1], matrix[1, 2], matrix[1, 3]
    ye, yx, yy, yz = matrix[2, 0], matrix[2, 1], matrix[2, 2], matrix[2, 3]
    ze, zx, zy, zz = matrix[3, 0], matrix[3, 1], matrix[3, 2], matrix[3, 3]
    for i in range(px.shape[0]):
        x, y, z, m = px[i], py[i], pz[i], mass[i]
        energy = math.sqrt(x * x + y * y + z * z + m * m)
        out[0, i] = xe * energy + xx * x + xy * y + xz * z
        out[1, i] = ye * energy + yx * x + yy * y + yz * z
        out[2, i] = ze * energy + zx * x + zy * y + zz * z
