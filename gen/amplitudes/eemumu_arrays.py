"""Squared amplitude of e+e- → e+e-μ+μ- for arrays of four-momenta in any frame.

The helicity amplitudes want the beams along z. Momenta in another frame are brought there; energies
are then formed anew from momenta and masses, so that rounding does not shift the mass shells.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.amplitudes.eemumu import eemumu_groups, new_workspace
from lmutau.gen.amplitudes.light_cone import components
from lmutau.gen.amplitudes.products import checked_rows
from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.pair_and_boson import across

__all__ = ["eemumu", "eemumu_parts"]

Array = NDArray[np.float64]


@kernel
def _align(p: Array) -> None:
    """Go to the c.m. frame with the first beam along +z, in place; nothing if both are along z already."""
    across_z = abs(p[0, 1]) + abs(p[0, 2]) + abs(p[1, 1]) + abs(p[1, 2])
    if across_z == 0.0 and p[0, 3] > 0.0 > p[1, 3]:
        return
    energy, x, y, z = p[0, 0] + p[1, 0], p[0, 1] + p[1, 1], p[0, 2] + p[1, 2], p[0, 3] + p[1, 3]
    mass = math.sqrt(energy * energy - x * x - y * y - z * z)
    for i in range(p.shape[0]):
        there = (energy * p[i, 0] - x * p[i, 1] - y * p[i, 2] - z * p[i, 3]) / mass
        factor = (p[i, 0] + there) / (energy + mass)
        p[i, 0], p[i, 1], p[i, 2], p[i, 3] = there, p[i, 1] - factor * x, p[i, 2] - factor * y, p[i, 3] - factor * z
    size = math.sqrt(p[0, 1] * p[0, 1] + p[0, 2] * p[0, 2] + p[0, 3] * p[0, 3])
    axis = (p[0, 1] / size, p[0, 2] / size, p[0, 3] / size)
    a, b = across(axis)
    for i in range(p.shape[0]):
        x, y, z = p[i, 1], p[i, 2], p[i, 3]
        p[i, 1] = x * a[0] + y * a[1] + z * a[2]
        p[i, 2] = x * b[0] + y * b[1] + z * b[2]
        p[i, 3] = x * axis[0] + y * axis[1] + z * axis[2]


@kernel
def _fill(momenta: Array, m_e: float, m_mu: float, scale: float, out: Array) -> None:
    w, e2 = new_workspace(), m_e * m_e
    p = np.empty((6, 4))
    numbers = np.zeros(5)  # alpha does not run
    for n in range(momenta.shape[0]):
        p[:] = momenta[n]
        _align(p)
        p1_z, p2_z = p[0, 3], p[1, 3]
        p3, p4 = (p[2, 1], p[2, 2], p[2, 3]), (p[3, 1], p[3, 2], p[3, 3])
        k1, k2 = (p[4, 1], p[4, 2], p[4, 3]), (p[5, 1], p[5, 2], p[5, 3])
        q1_plus = components((0.0, 0.0, p1_z), e2)[0] - components(p3, e2)[0]
        q2_minus = components((0.0, 0.0, p2_z), e2)[1] - components(p4, e2)[1]
        parts = eemumu_groups(w, p1_z, p2_z, p3, p4, k1, k2, q1_plus, q2_minus, m_e, m_mu, numbers)
        for i in range(5):
            out[n, i] = scale * parts[i]


def eemumu_parts(momenta: ArrayLike, *, constants: Constants = CONSTANTS) -> Array:
    """Spin-averaged |M|² [GeV^-4] of all diagrams, then of each gauge-invariant group alone.

    Parameters
    ----------
    momenta, constants
        As in :func:`eemumu`.

    Returns
    -------
    Array
        (n, 5): all; two photons; pair from e-; pair from e+; annihilation.

    Raises
    ------
    ValueError
        If the shape is another one.
    """
    rows = checked_rows(momenta, "e-, e+, e-, e+, mu-, mu+")
    out = np.empty((len(rows), 5))
    _fill(rows.reshape(-1, 6, 4), constants.m_e, constants.m_mu, (4 * math.pi * constants.alpha) ** 4, out)
    return out


def eemumu(momenta: ArrayLike, *, constants: Constants = CONSTANTS) -> Array:
    """Spin-averaged |M|² [GeV^-4] of e-e+ → e-e+μ-μ+: the 12 diagrams of QED.

    Parameters
    ----------
    momenta
        (n, 6, 4): event; incoming e-, e+, outgoing e-, e+, μ-, μ+; (E, px, py, pz) [GeV], any frame.
    constants
        ``alpha``, ``m_e``, ``m_mu`` are used.

    Returns
    -------
    Array
        (n,), summed over the final spins.

    Raises
    ------
    ValueError
        If the shape is another one.

    References
    ----------
    F. A. Berends, P. H. Daverveldt, R. Kleiss, Nucl. Phys. B253 (1985) 441: the diagrams.
    """
    return np.ascontiguousarray(eemumu_parts(momenta, constants=constants)[:, 0])
