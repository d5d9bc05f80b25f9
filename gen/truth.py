"""From drawn points to the truth record in the laboratory."""

import functools
import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.beam_spread import spread_events
from lmutau.gen.beams import Beams, lab_transform
from lmutau.gen.constants import Constants
from lmutau.gen.kernels import kernel
from lmutau.gen.processes.base import Particle, Setup
from lmutau.gen.randomness import BLOCK
from lmutau.gen.record import STATUS_BEAM, Column, EventBlock, Jagged
from lmutau.gen.sampling import Draw

__all__ = ["Frame", "truth_block"]

Array = NDArray[np.float64]

_RUN = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the events go: the Lorentz matrix c.m. -> laboratory and the beams in it."""

    matrix: Array = field(repr=False)
    beam_momenta: Array
    beam_mass: float
    sqrt_s: float

    @staticmethod
    def of(beams: Beams, sqrt_s: float, constants: Constants) -> "Frame":
        """Frame of these beams at ``sqrt_s`` [GeV]."""
        matrix = lab_transform(beams.total(sqrt_s))
        p0 = np.sqrt(sqrt_s**2 / 4 - constants.m_e**2)
        cms = np.array([[sqrt_s / 2, 0, 0, p0], [sqrt_s / 2, 0, 0, -p0]])
        return Frame(matrix, (cms @ matrix.T)[:, 1:].copy(), constants.m_e, sqrt_s)


@kernel
def _to_laboratory(
    momenta: Array, keep: NDArray[np.int64], matrix: Array, beams: Array, energies: Array, px: Array, py: Array,
    pz: Array,
) -> None:  # fmt: skip
    """Boost the kept events; flat columns get the two beams, then the particles of each event."""
    particles = momenta.shape[1]
    position = 0
    for i in keep:
        for b in range(2):
            a = energies[i, b]
            px[position], py[position], pz[position] = a * beams[b, 0], a * beams[b, 1], a * beams[b, 2]
            position += 1
        for j in range(particles):
            e, x, y, z = momenta[i, j, 0], momenta[i, j, 1], momenta[i, j, 2], momenta[i, j, 3]
            px[position] = matrix[1, 0] * e + matrix[1, 1] * x + matrix[1, 2] * y + matrix[1, 3] * z
            py[position] = matrix[2, 0] * e + matrix[2, 1] * x + matrix[2, 2] * y + matrix[2, 3] * z
            pz[position] = matrix[3, 0] * e + matrix[3, 1] * x + matrix[3, 2] * y + matrix[3, 3] * z
            position += 1


@functools.lru_cache(maxsize=8)
def _constant_columns(
    particles: tuple[tuple[int, int, int, float], ...], events: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int16], Array, NDArray[np.int64]]:
    """Columns that are the same in every event: pdgId, status, mother, mass; and the offsets."""
    ids, status, mothers, masses = (np.array(column) for column in zip(*particles, strict=True))
    columns = (
        np.tile(ids.astype(np.int32), events),
        np.tile(status.astype(np.int32), events),
        np.tile(mothers.astype(np.int16), events),
        np.tile(masses.astype(np.float64), events),
        np.arange(events + 1, dtype=np.int64) * len(particles),
    )
    for column in columns:
        column.setflags(write=False)
    return columns


def _with_beams(record: tuple[Particle, ...], beam_mass: float) -> tuple[tuple[int, int, int, float], ...]:
    beams = ((11, STATUS_BEAM, -1, beam_mass), (-11, STATUS_BEAM, -1, beam_mass))
    return (*beams, *((p.pdg_id, p.status, p.mother, p.mass) for p in record))


def _particle_columns(
    setup: Setup, beam_mass: float, momenta: Array, keep: NDArray[np.int64], channel: NDArray[np.int64]
) -> tuple[dict[str, Column], NDArray[np.int64]]:
    """pdgId, status, genPartIdxMother, mass of the kept events, and the offsets."""
    n = len(keep)
    # tiles are made for a full block once and cut: a block never holds more
    tables = [_constant_columns(_with_beams(record, beam_mass), max(BLOCK, n)) for record in setup.records]
    particles = len(setup.record) + 2
    ids, status, mothers, masses, offsets = tables[0]
    columns: dict[str, Column] = {
        "pdgId": ids[: n * particles],
        "status": status[: n * particles],
        "genPartIdxMother": mothers[: n * particles],
        "mass": masses[: n * particles],
    }
    if len(tables) > 1:
        which = channel[keep]
        for key, i in (("pdgId", 0), ("genPartIdxMother", 2), ("mass", 3)):
            columns[key] = np.stack([table[i][:particles] for table in tables])[which].reshape(-1)
    variable = [row for row, particle in enumerate(setup.record) if math.isnan(particle.mass)]
    if variable:
        mass = np.array(columns["mass"])
        for row in variable:
            p = momenta[keep, row]
            size = np.sqrt(p[:, 1] ** 2 + p[:, 2] ** 2 + p[:, 3] ** 2)
            mass[row + 2 :: particles] = np.sqrt(np.maximum((p[:, 0] - size) * (p[:, 0] + size), 0.0))
        columns["mass"] = mass
    return columns, offsets[: n + 1]


def truth_block(
    setup: Setup,
    frame: Frame,
    draw: Draw,
    weight: Array,
    keep: NDArray[np.int64],
    block: int,
    start: int = 0,
    energies: Array | None = None,
) -> EventBlock:
    """Truth record of the points ``keep`` of a block.

    Parameters
    ----------
    draw
        The points: c.m. momenta (n, k, 4) [GeV] and channels (n,).
    weight
        (n,) event weights genWeight [fb].
    keep
        Indices of the points that become events.
    block, start
        Number of the block and of its first point; ``event`` is the number of the try in the
        sample plus one, ``luminosityBlock`` the number of the block plus one.
    energies
        (n, 2) energies of the beams over the nominal ones, see :mod:`lmutau.gen.beam_spread`.
    """
    n = len(keep)
    total = n * (len(setup.record) + 2)
    px, py, pz = np.empty(total), np.empty(total), np.empty(total)
    momenta, ones = draw.momenta, np.ones((len(draw.weight), 2)) if energies is None else energies
    if energies is not None:
        momenta = momenta.copy()
        ancestors = np.stack([_ancestors(record) for record in setup.records])
        record_of = draw.channel if len(ancestors) > 1 else np.zeros_like(draw.channel)
        spread_events(momenta, ancestors, record_of, frame.sqrt_s, energies)
    _to_laboratory(momenta, keep, frame.matrix, frame.beam_momenta, ones, px, py, pz)
    scalars: dict[str, Column] = {
        "run": np.full(n, _RUN, dtype=np.uint32),
        "luminosityBlock": np.full(n, block + 1, dtype=np.uint32),
        "event": (keep + (block * BLOCK + start + 1)).astype(np.uint64),
        "genWeight": weight[keep],
    }
    particle, offsets = _particle_columns(setup, frame.beam_mass, draw.momenta, keep, draw.channel)
    columns: dict[str, Column] = {
        "pdgId": particle["pdgId"],
        "status": particle["status"],
        "genPartIdxMother": particle["genPartIdxMother"],
        "px": px,
        "py": py,
        "pz": pz,
        "mass": particle["mass"],
    }
    if any(p.optional for p in setup.record):
        columns, offsets = _without_absent(setup, draw.momenta, keep, columns)
    return EventBlock(scalars, {"GenPart": Jagged(offsets, columns)})


def _ancestors(record: tuple[Particle, ...]) -> NDArray[np.int64]:
    """Row of the particle of the hard process from which each one comes, -1 for those themselves."""
    found: list[int] = []
    for particle in record:
        mother = particle.mother - 2
        found.append(-1 if mother < 0 else mother if found[mother] < 0 else found[mother])
    return np.array(found, dtype=np.int64)


def _without_absent(
    setup: Setup, momenta: Array, keep: NDArray[np.int64], columns: dict[str, Column]
) -> tuple[dict[str, Column], NDArray[np.int64]]:
    """Leave out the optional particles whose energy is zero; columns and offsets of what exists."""
    exists = np.ones((len(keep), len(setup.record) + 2), dtype=np.bool_)
    for row, particle in enumerate(setup.record):
        if particle.optional:
            exists[:, row + 2] = momenta[keep, row, 0] > 0
    offsets = np.concatenate([[0], np.cumsum(exists.sum(axis=1))]).astype(np.int64)
    flat = exists.reshape(-1)
    return {name: column[flat] for name, column in columns.items()}, offsets
