"""Squark exchange in the production of neutralinos and charginos.

Turned into products of currents (Fierz), the exchange of a squark between quark and the first particle of the pair (t)
adds to the current of the other chirality, between quark and the second one (u) to that of the same chirality. Squarks
do not mix and have one mass; quark masses are neglected.

References
----------
S. Dawson, E. Eichten, C. Quigg, Phys. Rev. D 31 (1985) 1581; W. Beenakker et al., hep-ph/9906298.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.susy.decay.couplings import Couplings

__all__ = ["SquarkExchange", "chargino_neutralino_squarks", "chargino_squarks", "neutralino_squarks"]

Complex = NDArray[np.complex128]


@dataclass(frozen=True, slots=True, kw_only=True)
class SquarkExchange:
    """Products of couplings for quarks of charge 2/3 (``up``) or -1/3, None: for the pair of a W.

    ``helicity`` 0: left-handed quark and squark. ``t`` / (t - m²) adds to the current of the other chirality,
    ``u`` / (u - m²) to that of the same one.
    """

    up: bool | None
    helicity: int
    t: complex = 0.0
    u: complex = 0.0


def _left(found: Couplings, up: bool) -> Complex:
    """q̃_L* χ̄_i a_i P_L q for all neutralinos: -√2 (g2 T3 N_i2 + g1 N_i1/6)*."""
    n = found.mixing
    isospin = 0.5 if up else -0.5
    wino, bino = found.scheme.g2 * isospin * n[:, 1], found.scheme.g1 * n[:, 0] / 6
    return np.asarray(-math.sqrt(2) * (wino + bino).conj(), dtype=np.complex128)


def _right(found: Couplings, up: bool) -> Complex:
    """q̃_R* χ̄_i b_i P_R q: √2 g1 Q N_i1."""
    charge = 2 / 3 if up else -1 / 3
    return np.asarray(math.sqrt(2) * found.scheme.g1 * charge * found.mixing[:, 0], dtype=np.complex128)


def neutralino_squarks(found: Couplings, i: int, j: int) -> tuple[SquarkExchange, ...]:
    """Exchanges that lead to neutralinos i and j."""
    exchanges = []
    for up in (True, False):
        for helicity, couplings in enumerate((_left(found, up), _right(found, up))):
            product = complex(couplings[i] * couplings[j].conj())
            exchanges.append(SquarkExchange(up=up, helicity=helicity, t=product / 2, u=-product.conjugate() / 2))
    return tuple(exchanges)


def chargino_squarks(found: Couplings, k: int, n: int) -> tuple[SquarkExchange, ...]:
    """Exchanges that lead to charginos k⁺ and n⁻: d̃ between u and k⁺, ũ between d and n⁻."""
    square = found.scheme.g2**2
    t = square * complex(found.chargino_u[k, 0].conj() * found.chargino_u[n, 0]) / 2
    u = -square * complex(found.chargino_v[n, 0].conj() * found.chargino_v[k, 0]) / 2
    return SquarkExchange(up=True, helicity=0, t=t), SquarkExchange(up=False, helicity=0, u=u)


def chargino_neutralino_squarks(found: Couplings, k: int, i: int) -> tuple[SquarkExchange, ...]:
    """Exchanges in u d̄ to chargino k⁺ and neutralino i: d̃ between u and k⁺, ũ between u and the neutralino."""
    g2 = found.scheme.g2
    t = -g2 * complex(found.chargino_u[k, 0].conj() * _left(found, False)[i].conj()) / 2
    u = g2 * complex(found.chargino_v[k, 0] * _left(found, True)[i]) / 2
    return (SquarkExchange(up=None, helicity=0, t=t, u=u),)
