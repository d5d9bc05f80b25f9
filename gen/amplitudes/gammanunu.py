r"""e+e- → γνν̄: all helicity amplitudes in closed form, electron mass exact.

p1 = e-, p2 = e+, k = γ, k1 = ν, k2 = ν̄. Z exchange for every flavour; for ν_e W exchange, too, with
the photon from e-, e+ or W. Two-component spinors of the massless particles: ℓ left-handed,
ℓℓ† = k.σ, and ρ right-handed, ρρ† = k.σ̄; <ab> = ρ_a†ℓ_b, [ab] = ℓ_a†ρ_b. u and v of the beams have
the parts u_L, u_R, v_L, v_R. All exchanges Fierz into one of two structures,

    left:  (v_L†ρ_1)(ρ_2†u_L),  coefficients c_i = Z_L + W_i,               w = W_1 W_2,
    right: (v_R†ℓ_2)(ℓ_1†u_R),  coefficients d_i = Z_R + W_i m_e²/(2 M_W²), w' = w m_e²/(2 M_W²),

with the propagators times couplings Z, W_1 at (p1 - k1)² and W_2 at (p2 - k2)², w in units of the
coupling. The small term is the Goldstone boson of the W: with it the sum is gauge invariant to all
digits and equal to the unitary gauge. The two photon polarisations, e = p1.ε/p1.k - p2.ε/p2.k, give

    left, A:   2 (ρ_2†u_L) {(v_L†ρ_1) (-c_2 e + 2w q.ε) - √2 (v_L†ρ_k) [k1] (c_1/2p2.k - w)}
    left, B:   2 (v_L†ρ_1) {(ρ_2†u_L) (-c_1 e* + 2w q.ε*) + √2 <2k> (ρ_k†u_L) (c_2/2p1.k - w)}
    right, A:  2 (v_R†ℓ_2) {(ℓ_1†u_R) (-d_2 e + 2w' q.ε) + √2 [k1] (ℓ_k†u_R) d_2/2p1.k}
    right, B:  2 (ℓ_1†u_R) {(v_R†ℓ_2) (-d_1 e* + 2w' q.ε*) - √2 (v_R†ℓ_k) <2k> d_1/2p2.k}

where q = p1 - k1 is the momentum of the W; q.ε stands for the gauge with p2.ε = 0 in A, for the one
with p1.ε* = 0 in B. The W W photon vertex is that of the non-linear gauge,
2 q.ε g^mn + 2 (k^m ε^n - ε^m k^n).

References
----------
F. A. Berends, G. J. H. Burgers, C. Mana, M. Martinez, W. L. van Neerven, Nucl. Phys. B301 (1988)
583: the process; K. Fujikawa, Phys. Rev. D7 (1973) 393: the gauge.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.amplitudes.electroweak import Electroweak, electroweak
from lmutau.gen.amplitudes.light_front import Half, components, left_handed, spin_states
from lmutau.gen.amplitudes.products import between, checked_rows
from lmutau.gen.amplitudes.weyl import Dirac
from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import unknown_name
from lmutau.gen.kernels import kernel

__all__ = ["FLAVOURS", "gammanunu", "gammanunu_cms"]

Array = NDArray[np.float64]
Products = tuple[complex, complex, complex, complex]
Invariants = tuple[float, float, float, float, float]

FLAVOURS = ("e", "mu", "tau")
_SQRT2 = math.sqrt(2.0)


@kernel
def _inner(a: Half, b: Half) -> complex:
    """a†b."""
    return a[0].conjugate() * b[0] + a[1].conjugate() * b[1]


@kernel
def _angle(a: Half, b: Half) -> complex:
    """<ab> = ρ_a†b of left-handed spinors."""
    return a[1] * b[0] - a[0] * b[1]


@kernel
def _minus_side(e: Products, left_b: complex, at_minus: complex, right_a: complex, flip: complex) -> Products:
    """Factors of one spin state of the e-: left A, right A, left B, right B."""
    left2, left_k, right1, right_k = e
    return left2, flip * right_k - right1 * right_a, at_minus * left_k - left2 * left_b, right1


@kernel
def _plus_side(f: Products, left_a: complex, at_plus: complex, right_b: complex, flip: complex) -> Products:
    """Factors of one spin state of the e+: left A, right A, left B, right B."""
    left1, left_k, right2, right_k = f
    return -left1 * left_a - at_plus * left_k, right2, left1, -right2 * right_b - flip * right_k


@kernel
def _joined(e: Products, f: Products) -> float:
    """Sum over the two photon polarisations of the squared amplitude."""
    a, b = e[0] * f[0] + e[1] * f[1], e[2] * f[2] + e[3] * f[3]
    return a.real * a.real + a.imag * a.imag + b.real * b.real + b.imag * b.imag


@kernel
def _electron(u: Dirac, k: Half, one: Half, two: Half) -> Products:
    left, right = (u[0], u[1]), (u[2], u[3])
    return _angle(two, left), _angle(k, left), _inner(one, right), _inner(k, right)


@kernel
def _positron(v: Dirac, k: Half, one: Half, two: Half) -> Products:
    left, right = (v[0], v[1]), (v[2], v[3])
    return _angle(one, left).conjugate(), _angle(k, left).conjugate(), _inner(right, two), _inner(right, k)


@kernel
def _twist(u: Dirac, v: Dirac, k: Half) -> complex:
    """Part of one pair of spin states in the antisymmetric product of p1 and p2 between k and k."""
    wedge = (v[2] * u[3] - v[3] * u[2]).conjugate()
    return _inner(k, (u[2], u[3])) * _inner(k, (v[2], v[3])) * wedge


@kernel
def _spin_sum(
    electron: tuple[Products, Products],
    positron: tuple[Products, Products],
    eikonal: complex,
    one: complex,
    two: complex,
    invariants: Invariants,
    m_e2: float,
    couplings: Electroweak,
    charged2: float,
) -> float:
    """Spin-averaged |M|² [GeV^-2] from spinor products; see the module.

    ``electron``: ρ_2†u_L, ρ_k†u_L, ℓ_1†u_R, ℓ_k†u_R for two spin states; ``positron``: v_L†ρ_1,
    v_L†ρ_k, v_R†ℓ_2, v_R†ℓ_k; ``eikonal`` e; ``one``, ``two``: [k1], <2k>; ``invariants`` p1.k, p2.k,
    (k1 + k2)², (p1 - k1)², (p2 - k2)² [GeV²]; ``charged2``: squared W coupling, 0 without W.
    """
    p1k, p2k, pair_mass2, t1, t2 = invariants
    e0, e1, f0, f1 = electron[0], electron[1], positron[0], positron[1]  # two spin states each
    x, y, one, two = 0.5 / p1k, 0.5 / p2k, _SQRT2 * one, _SQRT2 * two
    z = couplings.neutrino / complex(pair_mass2 - couplings.m_z2, couplings.m_z_width)
    c1 = c2 = couplings.left * z
    d1 = d2 = couplings.right * z
    w = 0.0
    left_a, left_b, right_a, right_b = c2 * eikonal, c1 * eikonal.conjugate(), d2 * eikonal, d1 * eikonal.conjugate()
    if charged2 > 0.0:
        small = 0.5 * m_e2 / couplings.m_w2
        w1, w2 = charged2 / (t1 - couplings.m_w2), charged2 / (t2 - couplings.m_w2)
        w = w1 * w2 / charged2
        c1, c2, d1, d2 = c1 + w1, c2 + w2, d1 + small * w1, d2 + small * w2
        # 2 q.e = -[k2] <2|p2|k]/(sqrt2 p2.k) in A; the matrix of p2 is the sum over the spins
        forth = w * y * two.conjugate() * (f0[3].conjugate() * f0[2] + f1[3].conjugate() * f1[2])
        back = -w * x * one.conjugate() * (e0[3].conjugate() * e0[2] + e1[3].conjugate() * e1[2])
        left_a, left_b = c2 * eikonal + forth, c1 * eikonal.conjugate() + back
        right_a, right_b = d2 * eikonal + small * forth, d1 * eikonal.conjugate() + small * back
    at_plus, at_minus = one * (c1 * y - w), two * (c2 * x - w)
    flip_minus, flip_plus = x * d2 * one, y * d1 * two
    e0, e1 = (
        _minus_side(e0, left_b, at_minus, right_a, flip_minus),
        _minus_side(e1, left_b, at_minus, right_a, flip_minus),
    )
    f0, f1 = _plus_side(f0, left_a, at_plus, right_b, flip_plus), _plus_side(f1, left_a, at_plus, right_b, flip_plus)
    charge2 = couplings.charge * couplings.charge
    return charge2 * (_joined(e0, f0) + _joined(e0, f1) + _joined(e1, f0) + _joined(e1, f1))


@kernel
def gammanunu_cms(
    photon: tuple[float, float],
    one: Half,
    two: Half,
    beam: tuple[float, float, float],
    invariants: Invariants,
    couplings: Electroweak,
    charged2: float,
) -> float:
    """Spin-averaged |M|² [GeV^-2] in the c.m. frame, e- along +z, photon at azimuth 0.

    Parameters
    ----------
    photon
        Left-handed spinor of the photon, real: -sqrt(k (1 - cosθ)), sqrt(k (1 + cosθ)) [GeV^1/2].
    one, two
        Left-handed spinors of ν and ν̄, see :func:`~lmutau.gen.amplitudes.light_front.left_handed`.
    beam
        Energy and momentum of the e-, and its mass [GeV].
    invariants
        p1.k, p2.k, (k1 + k2)², (p1 - k1)², (p2 - k2)² [GeV²].
    couplings
        From :func:`~lmutau.gen.amplitudes.electroweak.electroweak`.
    charged2
        Square of the W coupling for ν_e; 0 for ν_μ and ν_τ.
    """
    k1, k2 = photon
    energy, momentum, m_e = beam
    big = math.sqrt(energy + momentum)
    small = m_e / big
    one1, one2 = one[0].conjugate(), one[1].conjugate()
    electron = (
        (-big * two[0], complex(-big * k1), small * one2, complex(small * k2)),
        (small * two[1], complex(small * k2), big * one1, complex(big * k1)),
    )
    positron = (
        (-big * one2, complex(-big * k2), small * two[0], complex(small * k1)),
        (-small * one1, complex(-small * k1), -big * two[1], complex(-big * k2)),
    )
    eikonal = complex(-_SQRT2 * energy * momentum * k1 * k2 / (invariants[0] * invariants[1]))
    at_one, at_two = k1 * one2 - k2 * one1, two[1] * k1 - two[0] * k2
    return _spin_sum(electron, positron, eikonal, at_one, at_two, invariants, m_e * m_e, couplings, charged2)


@kernel
def _products(rows: Array, n: int, m_e: float, couplings: Electroweak, charged2: float) -> float:
    """|M|² of event ``n`` in any frame."""
    m_e2 = m_e * m_e
    p1 = components((rows[n, 0], rows[n, 1], rows[n, 2], rows[n, 3]), m_e2)
    p2 = components((rows[n, 4], rows[n, 5], rows[n, 6], rows[n, 7]), m_e2)
    k = left_handed(components((rows[n, 8], rows[n, 9], rows[n, 10], rows[n, 11]), 0.0))
    one = left_handed(components((rows[n, 12], rows[n, 13], rows[n, 14], rows[n, 15]), 0.0))
    two = left_handed(components((rows[n, 16], rows[n, 17], rows[n, 18], rows[n, 19]), 0.0))
    (u0, u1), (v0, v1) = spin_states(p1, m_e, 1.0), spin_states(p2, m_e, -1.0)
    electron = (_electron(u0, k, one, two), _electron(u1, k, one, two))
    positron = (_positron(v0, k, one, two), _positron(v1, k, one, two))
    p1k, p2k = between(rows, n, 0, m_e2, 2, 0.0), between(rows, n, 1, m_e2, 2, 0.0)
    eikonal = _twist(u0, v0, k) + _twist(u0, v1, k) + _twist(u1, v0, k) + _twist(u1, v1, k)
    invariants = (
        p1k,
        p2k,
        2.0 * between(rows, n, 3, 0.0, 4, 0.0),
        m_e2 - 2.0 * between(rows, n, 0, m_e2, 3, 0.0),
        m_e2 - 2.0 * between(rows, n, 1, m_e2, 4, 0.0),
    )
    eikonal /= 2.0 * _SQRT2 * p1k * p2k
    at_one, at_two = -_angle(k, one).conjugate(), _angle(two, k)
    return _spin_sum(electron, positron, eikonal, at_one, at_two, invariants, m_e2, couplings, charged2)


@kernel
def _fill(rows: Array, m_e: float, couplings: Electroweak, charged2: float, out: Array) -> None:
    for n in range(rows.shape[0]):
        out[n] = _products(rows, n, m_e, couplings, charged2)


def gammanunu(
    momenta: ArrayLike, *, flavour: str = "mu", ew_scheme: str = "mixed", constants: Constants = CONSTANTS
) -> Array:
    """Spin-averaged |M|² [GeV^-2] of e+e- → γνν̄ for one flavour.

    Parameters
    ----------
    momenta
        (n, 5, 4): event; e-, e+, γ, ν, ν̄; (E, px, py, pz) [GeV], any frame.
    flavour
        Of the neutrinos: ``"e"``, ``"mu"`` or ``"tau"``; the last two are equal.
    ew_scheme
        See :func:`~lmutau.gen.amplitudes.electroweak.electroweak`.
    constants
        Electroweak constants and ``m_e``.

    Returns
    -------
    Array
        (n,), summed over the final spins.

    Raises
    ------
    ConfigError
        If flavour or scheme does not exist.
    ValueError
        If the shape is another one.
    """
    rows = checked_rows(momenta, "e-, e+, photon, nu, nubar")
    if flavour not in FLAVOURS:
        raise unknown_name("flavour", flavour, FLAVOURS)
    couplings = electroweak(ew_scheme, constants)
    out = np.empty(len(rows))
    charged2 = couplings.charged**2 if flavour == "e" else 0.0
    _fill(rows, constants.m_e, couplings, charged2, out)
    return out
