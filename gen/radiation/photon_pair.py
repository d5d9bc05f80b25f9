r"""Two photons from one line: the exact tree-level matrix element over soft factors and Born.

All particles massless, p1 and p2 along ±z with ⟨12⟩ = 1, a = k.p2/p1.p2 and b = k.p1/p1.p2 of a photon k.
Its spinor is (√a, √b e^{iφ}), those of p1 and p2 are (1, 0) and (0, 1), [ij] = -⟨ij⟩*. With equal
helicities the current is an eikonal factor times ⟨2|γX̸|2⟩ or [1|γX̸|1]. For k with + and q with - let p2 be
the gauge vector of k and p1 that of q. Then k is not next to p2 on the line, q not next to p1, and three
orderings are left: q X k, q k X and X q k. For incoming p1 and p2, over their eikonal factors,

    J = ⟨Y|γ|Z] - [1k]* [1q]⟨q2⟩/(a + a' - c) ⟨W|γ|1] - ⟨2q⟩* [1k]⟨k2⟩/(b + b' - c) ⟨2|γ|U],
    ⟨Y| = [1|(q - p2), |Z] = (p1 - k)|2⟩, ⟨W| = [k|(q - p2), |U] = (p1 - k)|q⟩, c = |⟨kq⟩|²,

primes those of q; for outgoing ones p1 and p2 change sign. Summed over the states of X, -J.J* is 2 for
soft photons.

References
----------
R. Kleiss, W. J. Stirling, Nucl. Phys. B262 (1985) 235: spinor techniques for several photons.
"""

import math

from lmutau.gen.kernels import kernel

__all__ = ["INCOMING", "OUTGOING", "opposite_helicities", "photon_turn"]

Spinor = tuple[complex, complex]

INCOMING, OUTGOING = 1.0, -1.0
_TINY = 1e-12


@kernel
def _angle(x: Spinor, y: Spinor) -> complex:
    """⟨xy⟩."""
    return x[0] * y[1] - x[1] * y[0]


@kernel
def _square(x: Spinor, y: Spinor) -> complex:
    """[xy]."""
    return -_angle(x, y).conjugate()


@kernel
def _sum(x: complex, u: Spinor, y: complex, v: Spinor) -> Spinor:
    return x * u[0] + y * v[0], x * u[1] + y * v[1]


@kernel
def _plus_minus(k: Spinor, q: Spinor, sign: float) -> float:
    """-J.J*/2 of the module: photon ``k`` of helicity +, ``q`` of helicity -."""
    p1, p2 = (1.0 + 0.0j, 0.0j), (0.0j, 1.0 + 0.0j)
    kq = _angle(k, q)
    c = sign * (kq.real * kq.real + kq.imag * kq.imag)
    to2 = max(abs(k[0]) ** 2 + abs(q[0]) ** 2 - c, _TINY)
    to1 = max(abs(k[1]) ** 2 + abs(q[1]) ** 2 - c, _TINY)
    # rows are <.|, columns the complex conjugates of |.]
    y = _sum(sign * _square(p1, q), q, -_square(p1, p2), p2)
    z = _sum(_angle(p1, p2).conjugate(), p1, -sign * _angle(k, p2).conjugate(), k)
    w = _sum(_square(k, q), q, -sign * _square(k, p2), p2)
    u = _sum(sign * _angle(p1, q).conjugate(), p1, -_angle(k, q).conjugate(), k)
    second = -_square(p1, k).conjugate() * _square(p1, q) * _angle(q, p2) / to2
    third = -_angle(p2, q).conjugate() * _square(p1, k) * _angle(k, p2) / to1
    j11 = y[0] * z[0].conjugate() + second * w[0]
    j12 = y[0] * z[1].conjugate()
    j21 = y[1] * z[0].conjugate() + second * w[1] + third * u[0].conjugate()
    j22 = y[1] * z[1].conjugate() + third * u[1].conjugate()
    return abs(j12) ** 2 + abs(j21) ** 2 - 2.0 * (j11 * j22.conjugate()).real


@kernel
def photon_turn(x: float, y: float, x2: float, y2: float) -> complex:
    """e^{iφ} of the azimuth between two transverse vectors, 1 if one of them is zero."""
    size = math.sqrt((x * x + y * y) * (x2 * x2 + y2 * y2))
    return complex(x * x2 + y * y2, x * y2 - y * x2) / size if size > 0.0 else 1.0 + 0.0j


@kernel
def opposite_helicities(a: float, b: float, a2: float, b2: float, turn: complex, sign: float) -> float:
    """Matrix element of two photons with helicities +- and -+; 2 for soft photons.

    Parameters
    ----------
    a, b, a2, b2
        k.p2/p1.p2 and k.p1/p1.p2 of either photon; symmetric under a <-> b of both.
    turn
        e^{iφ} of the azimuth between them in a frame where p1 and p2 are back to back, see
        :func:`photon_turn`.
    sign
        INCOMING or OUTGOING line.

    Returns
    -------
    float
        Over soft factors and Born, summed over the states of the rest of the process.
    """
    first = complex(math.sqrt(a)), complex(math.sqrt(b))
    second = complex(math.sqrt(a2)), math.sqrt(b2) * turn
    return _plus_minus(first, second, sign) + _plus_minus(second, first, sign)
