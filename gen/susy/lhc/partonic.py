"""Cross-section of a quark and an antiquark to a pair of superpartners, at tree level, averaged over spin and colour.

References
----------
S. Dawson, E. Eichten, C. Quigg, Phys. Rev. D 31 (1985) 1581.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.susy.decay.couplings import Couplings
from lmutau.gen.susy.decay.light_fermions import LightFermion, w_coupling, z_coupling
from lmutau.gen.susy.lhc.pairs import ProducedPair, Propagator

__all__ = ["partonic"]

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]

_COS, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_WEIGHTS = _WEIGHTS / 2


def partonic(found: Couplings, pair: ProducedPair, quark: LightFermion, s: Array, squark_mass: float) -> Array:
    """Cross-section [GeV^-2] at squared energies ``s`` [GeV²]; for W of a doublet, else of one flavour."""
    m3, m4 = pair.masses
    root = np.sqrt(s)
    gap = np.maximum((root - m3) - m4, 0.0)
    p2 = gap * (root + m3 + m4) * ((root - m3) + m4) * ((root + m3) - m4) / (4 * s)
    p = np.sqrt(np.maximum(p2, 0.0))
    total = np.zeros_like(s)
    for helicity in range(2):
        left, right = _sum(found, pair, quark, s, helicity)
        if pair.scalar:
            total += np.abs(left) ** 2 * p**3 / (36 * math.pi * root)
        else:
            total += _fermions(pair, quark, (left, right), (s, p), squark_mass, helicity) / (24 * math.pi)
    return pair.symmetry * total


def _fermions(
    pair: ProducedPair,
    quark: LightFermion,
    currents: tuple[Complex, Complex],
    kinematics: tuple[Array, Array],
    squark_mass: float,
    helicity: int,
) -> Array:
    """p/√s times the mean over angles of the squared currents; with squarks these depend on the angle."""
    (s, p), (m3, m4) = kinematics, pair.masses
    root = np.sqrt(s)[:, None]
    e3, e4, along = np.hypot(p, m3)[:, None], np.hypot(p, m4)[:, None], p[:, None] * _COS
    t, u = m3 * m3 - root * (e3 - along), m4 * m4 - root * (e4 + along)
    same, other = currents[helicity][:, None], currents[1 - helicity][:, None]
    for squark in pair.squarks:
        if squark.helicity == helicity and squark.up in (None, quark.isospin > 0):
            same = same + squark.u / (u - squark_mass**2)
            other = other + squark.t / (t - squark_mass**2)
    shape = np.abs(same) ** 2 * (e3 + along) * (e4 + along) + np.abs(other) ** 2 * (e3 - along) * (e4 - along)
    shape = shape + 2 * m3 * m4 * np.real(same * other.conj())
    result: Array = (shape @ _WEIGHTS) * p / root[:, 0]
    return result


def _sum(found: Couplings, pair: ProducedPair, quark: LightFermion, s: Array, helicity: int) -> tuple[Complex, Complex]:
    """Σ couplings/(s - M² + iMΓ) for the two chiralities of the pair; ``helicity`` 0 is a left-handed quark."""
    left = np.zeros(s.shape, dtype=complex)
    right = np.zeros(s.shape, dtype=complex)
    for boson in pair.propagators:
        pole = _quark(found, boson, quark)[helicity] / (s - boson.mass**2 + 1j * boson.mass * boson.width)
        left += boson.couplings[0] * pole
        right += boson.couplings[1] * pole
    return left, right


def _quark(found: Couplings, boson: Propagator, quark: LightFermion) -> tuple[complex, complex]:
    if boson.boson == "W":
        return w_coupling(found)
    if boson.boson == "Z":
        return z_coupling(found, quark)
    e = found.scheme.g1 * found.scheme.g2 / math.hypot(found.scheme.g1, found.scheme.g2)
    return e * quark.charge, e * quark.charge
