"""Beam-energy spread: every event gets beams of its own.

The hard process is generated at the nominal sqrt(s). An event whose beams have the energies a E1 and b E2
keeps its weight and directions; the momenta of its primary particles are scaled by one factor in the c.m.
frame such that their energies sum to sqrt(s') = sqrt(a b s), what decays is carried along by a boost, and
the whole is boosted along the beams with rapidity ln(a/b)/2. Kinematics are exact, masses stay. That
matrix element and flux belong to the nominal energy is neglected: a relative change of weights of the
order of the spread, 5e-4, whose average vanishes to first order.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.beams import Beams
from lmutau.gen.kernels import kernel

__all__ = ["drawn_energies", "spread_events"]

Array = NDArray[np.float64]
_ITERATIONS = 8
_CONVERGED = 1e-12  # before the last step, which squares it


def drawn_energies(beams: Beams, normals: Array) -> Array:
    """Energies over the nominal ones of electron and positron, (n, 2), from standard normal numbers (n, 2)."""
    return 1 + normals * [beams.electron_spread / beams.electron_energy, beams.positron_spread / beams.positron_energy]


@kernel
def spread_events(
    momenta: Array, records: NDArray[np.int64], record_of: NDArray[np.int64], sqrt_s: float, energies: Array
) -> None:
    """Give c.m. events their own beams, in place; the axes stay those of the nominal c.m. frame.

    Parameters
    ----------
    momenta
        (n, k, 4): (E, px, py, pz) [GeV]; rows with E = 0 do not exist and stay.
    records
        (records, k) row of the primary particle from which each one comes, -1 for those, which stand first.
    record_of
        (n,) which record an event has.
    sqrt_s
        Nominal c.m. energy [GeV].
    energies
        (n, 2) from :func:`drawn_energies`; set to 1 for the rare event close to threshold that cannot follow.
    """
    before = np.empty((momenta.shape[1], 4))
    for i in range(momenta.shape[0]):
        a, b, ancestors = energies[i, 0], energies[i, 1], records[record_of[i]]
        factor = _factor(momenta, i, ancestors, sqrt_s * math.sqrt(a * b))
        if factor == 0.0:
            # its own beams cannot make these masses: the event keeps the nominal ones
            energies[i, 0] = energies[i, 1] = 1.0
            continue
        cosh, sinh = 0.5 * (a + b) / math.sqrt(a * b), 0.5 * (a - b) / math.sqrt(a * b)
        for j in range(momenta.shape[1]):
            for axis in range(4):
                before[j, axis] = momenta[i, j, axis]
            if ancestors[j] < 0:
                e, x, y, z = before[j, 0], before[j, 1], before[j, 2], before[j, 3]
                momenta[i, j, 0] = math.sqrt(e * e + (factor * factor - 1.0) * (x * x + y * y + z * z))
                for axis in range(1, 4):
                    momenta[i, j, axis] = factor * before[j, axis]
            else:
                _follow(momenta, i, j, before, ancestors[j])
        for j in range(momenta.shape[1]):
            e, z = momenta[i, j, 0], momenta[i, j, 3]
            momenta[i, j, 0], momenta[i, j, 3] = cosh * e + sinh * z, cosh * z + sinh * e


@kernel
def _factor(momenta: Array, i: int, ancestors: NDArray[np.int64], sqrt_s: float) -> float:
    """Solve sum sqrt(E² + (f² - 1)p²) = sqrt_s for f by Newton's method; 0 if the masses are too large."""
    factor = 1.0
    total = 1.0
    for _ in range(_ITERATIONS):
        total, slope = -sqrt_s, 0.0
        for j in range(momenta.shape[1]):
            if ancestors[j] < 0 and momenta[i, j, 0] > 0:
                e, x, y, z = momenta[i, j, 0], momenta[i, j, 1], momenta[i, j, 2], momenta[i, j, 3]
                p2 = x * x + y * y + z * z
                energy = math.sqrt(e * e + (factor * factor - 1.0) * p2)
                total += energy
                slope += factor * p2 / energy
        if slope == 0 or factor <= 0:
            return 0.0
        factor -= total / slope
    return factor if factor > 0 and abs(total) < _CONVERGED * sqrt_s else 0.0


@kernel
def _follow(momenta: Array, i: int, j: int, before: Array, mother: int) -> None:
    """Boost a daughter as its mother was: along her direction, from her old to her new velocity."""
    ex, px, py, pz = before[mother, 0], before[mother, 1], before[mother, 2], before[mother, 3]
    size = math.sqrt(px * px + py * py + pz * pz)
    mass = math.sqrt((ex - size) * (ex + size))
    new = momenta[i, mother]
    new_size = math.sqrt(new[1] * new[1] + new[2] * new[2] + new[3] * new[3])
    if size == 0 or mass == 0:
        return
    # rapidity gained: cosh and sinh of the difference
    cosh = (new[0] * ex - new_size * size) / (mass * mass)
    sinh = (new_size * ex - new[0] * size) / (mass * mass)
    ux, uy, uz = px / size, py / size, pz / size
    along = before[j, 1] * ux + before[j, 2] * uy + before[j, 3] * uz
    shift = (cosh - 1.0) * along + sinh * before[j, 0]
    momenta[i, j, 0] = cosh * before[j, 0] + sinh * along
    momenta[i, j, 1], momenta[i, j, 2] = before[j, 1] + shift * ux, before[j, 2] + shift * uy
    momenta[i, j, 3] = before[j, 3] + shift * uz
