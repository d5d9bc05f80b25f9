r"""A charged-lepton line that may emit a pair νν̄, or turn into it: the vectors it offers to a boson.

Incoming lepton p, outgoing lepton p' (an outgoing antilepton counts as incoming with -p), neutrinos
ν(k5), ν̄(k6) and a photon or Z of momentum k = p - p' - k5 - k6 leave the line. The vector that
couples to that boson is the sum over the diagrams

* Z → νν̄ before or behind the boson,
* with W (neutrinos of the line's own flavour): the lepton becomes ν and ν̄ the outgoing lepton; the
  boson comes off the lepton before, the ν or ν̄ behind (Z only), or the W,
* boson → Z νν̄ (``through``), the Z of the line's own current, the boson off ν or ν̄.

Bosons are in the unitary gauge, q^m q^n/M² applied to the currents. Spinors and vectors: see
:mod:`lmutau.gen.amplitudes.weyl`; couplings: :mod:`lmutau.gen.amplitudes.electroweak`. A bar spinor
stands for φ̄ = φ†γ⁰; φ̄ a-slash is then that of conj(a)-slash φ.

References
----------
A. Denner, Fortschr. Phys. 41 (1993) 307, appendix A: the vertices.
"""

from lmutau.gen.amplitudes.electroweak import Electroweak
from lmutau.gen.amplitudes.weyl import Dirac, Vector
from lmutau.gen.kernels import inlined

__all__ = [
    "Four",
    "Half",
    "Line",
    "Neutrinos",
    "absorbed",
    "difference",
    "dot",
    "emitted",
    "incoming",
    "line_vectors",
    "neutrino_current",
    "outgoing",
    "square",
    "sum_of",
]

Half = tuple[complex, complex]
Four = tuple[Vector, Vector, Vector, Vector]
Neutrinos = tuple[Half, Half, Vector, Vector]
"""Left-handed halves of the spinors of ν and ν̄, and their momenta."""
Line = tuple[Vector, Vector, Vector, Vector, float, float, float]
"""p, p', k, p - p', and (p - p')², (k5 + k)², (k6 + k)² [GeV²]."""

_NONE = (0.0j, 0.0j, 0.0j, 0.0j)


@inlined
def sum_of(a: Vector, b: Vector) -> Vector:
    """a + b."""
    return a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]


@inlined
def difference(a: Vector, b: Vector) -> Vector:
    """a - b."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3]


@inlined
def dot(a: Vector, b: Vector) -> complex:
    """a.b, as in :mod:`~lmutau.gen.amplitudes.weyl`."""
    return 0.5 * (a[0] * b[1] + a[1] * b[0] - a[2] * b[3] - a[3] * b[2])


@inlined
def square(p: Vector) -> float:
    """p.p of a real vector."""
    return p[0].real * p[1].real - p[2].real * p[2].real - p[2].imag * p[2].imag


@inlined
def _mixed(x: float, a: Vector, y: float, b: Vector) -> Vector:
    """x a + y b."""
    return x * a[0] + y * b[0], x * a[1] + y * b[1], x * a[2] + y * b[2], x * a[3] + y * b[3]


@inlined
def _conjugate(a: Vector) -> Vector:
    """Light-cone components of the complex conjugate vector."""
    return a[0].conjugate(), a[1].conjugate(), a[3].conjugate(), a[2].conjugate()


@inlined
def _left(bar0: complex, bar1: complex, psi0: complex, psi1: complex) -> Vector:
    """φ_L†σ̄ψ_L of left-handed halves."""
    l1, l2 = 2.0 * bar0.conjugate(), 2.0 * bar1.conjugate()
    return l2 * psi1, l1 * psi0, -l1 * psi1, -l2 * psi0


@inlined
def _right(bar: Dirac, psi: Dirac) -> Vector:
    """φ_R†σψ_R."""
    r1, r2 = 2.0 * bar[2].conjugate(), 2.0 * bar[3].conjugate()
    return r1 * psi[2], r2 * psi[3], r1 * psi[3], r2 * psi[2]


@inlined
def neutrino_current(nu: Half, nubar: Half) -> Vector:
    """ū γ P_L v of the neutrinos."""
    return _left(nu[0], nu[1], nubar[0], nubar[1])


@inlined
def _raised(a: Vector, left0: complex, left1: complex) -> Half:
    """Right-handed half of a-slash on a left-handed half."""
    return a[0] * left0 + a[3] * left1, a[2] * left0 + a[1] * left1


@inlined
def _lowered(p: Vector, right0: complex, right1: complex, scale: float) -> Half:
    """Left-handed half of p-slash on a right-handed half, times ``scale``; p real."""
    plus, minus, across = scale * p[0].real, scale * p[1].real, scale * p[2]
    return minus * right0 - across.conjugate() * right1, plus * right1 - across * right0


@inlined
def _dressed(psi: Dirac, a: Vector, z: Electroweak, p: Vector, mass: float, denominator: float) -> Dirac:
    """(p-slash + m) a-slash (left P_L + right P_R) ψ / denominator; p real."""
    right0, right1 = _raised(a, z.left * psi[0], z.left * psi[1])
    psi2, psi3 = z.right * psi[2], z.right * psi[3]
    left0, left1 = a[1] * psi2 - a[3] * psi3, a[0] * psi3 - a[2] * psi2
    scale = 1.0 / denominator
    plus, minus, across = scale * p[0].real, scale * p[1].real, scale * p[2]
    small = scale * mass
    return (
        minus * right0 - across.conjugate() * right1 + small * left0,
        plus * right1 - across * right0 + small * left1,
        plus * left0 + across.conjugate() * left1 + small * right0,
        across * left0 + minus * left1 + small * right1,
    )


@inlined
def _from_w(a: Vector, half: Half, p: Vector, mass: float, denominator: float) -> Dirac:
    """(p-slash + m) a-slash on a neutrino's left-handed half / denominator; p real."""
    right0, right1 = _raised(a, half[0], half[1])
    scale = 1.0 / denominator
    left0, left1 = _lowered(p, right0, right1, scale)
    return left0, left1, scale * mass * right0, scale * mass * right1


@inlined
def _propagated(a: Vector, q: Vector, mass2: float, pole: complex) -> Vector:
    """(a - q (q.a)/M²)/pole; q real."""
    scale = 1.0 / pole
    along = scale * dot(q, a) / mass2
    return (
        scale * a[0] - along * q[0].real,
        scale * a[1] - along * q[1].real,
        scale * a[2] - along * q[2],
        scale * a[3] - along * q[3],
    )


@inlined
def _w_current(current: Vector, q: Vector, z: Electroweak) -> Vector:
    """Current of a W with its propagator and both of its couplings."""
    scale = z.charged * z.charged / (square(q) - z.m_w2)
    along = scale * dot(q, current) / z.m_w2
    return (
        scale * current[0] - along * q[0].real,
        scale * current[1] - along * q[1].real,
        scale * current[2] - along * q[2],
        scale * current[3] - along * q[3],
    )


@inlined
def incoming(
    psi: Dirac, p: Vector, after: Vector, mass: float, d_in: float, pair: Vector, neutrinos: Neutrinos, z: Electroweak,
    charged: bool,
) -> Four:  # fmt: skip
    """Incoming end of a line: itself, after Z → νν̄, the W that it emits, the outgoing lepton before ν̄.

    ``after`` = p' + k and ``d_in`` = (p' + k)² - m²; ``pair``: propagated current of Z → νν̄.
    """
    dressed = _dressed(psi, pair, z, after, mass, d_in)
    if not charged:
        return psi, dressed, _NONE, _NONE
    nu, nubar, k5, _ = neutrinos
    w = _w_current(_left(nu[0], nu[1], psi[0], psi[1]), difference(p, k5), z)
    return psi, dressed, w, _from_w(w, nubar, after, mass, d_in)


@inlined
def outgoing(
    bar: Dirac, p: Vector, before: Vector, mass: float, d_out: float, pair: Vector, neutrinos: Neutrinos,
    z: Electroweak, charged: bool,
) -> Four:  # fmt: skip
    """Outgoing end p' of a line, the mirror image of :func:`incoming`; ``before`` = p - k."""
    dressed = _dressed(bar, _conjugate(pair), z, before, mass, d_out)
    if not charged:
        return bar, dressed, _NONE, _NONE
    nu, nubar, _, k6 = neutrinos
    w = _w_current(_left(bar[0], bar[1], nubar[0], nubar[1]), sum_of(p, k6), z)
    return bar, dressed, w, _from_w(_conjugate(w), nu, before, mass, d_out)


@inlined
def _triple(a: Vector, b: Vector, q_a: Vector, q_b: Vector) -> Vector:
    """W(q_a) → W(q_b) + boson: the vertex contracted with both W currents."""
    k = difference(q_a, q_b)
    ab, ka, kb = dot(a, b), dot(difference(k, q_b), a), dot(sum_of(k, q_a), b)
    q = sum_of(q_a, q_b)
    return (
        ab * q[0].real + ka * b[0] - kb * a[0],
        ab * q[1].real + ka * b[1] - kb * a[1],
        ab * q[2] + ka * b[2] - kb * a[2],
        ab * q[3] + ka * b[3] - kb * a[3],
    )


@inlined
def _off_neutrinos(ahead: Half, behind: Half, k: Vector, line: Line, neutrinos: Neutrinos) -> Vector:
    """Boson off ν or ν̄: right-handed halves before the propagators at ν + boson and ν̄ + boson."""
    nu, nubar, k5, k6 = neutrinos
    ket = _lowered(sum_of(k5, k), ahead[0], ahead[1], 1.0 / line[5])
    bar = _lowered(sum_of(k6, k), behind[0], behind[1], -1.0 / line[6])
    return sum_of(_left(nu[0], nu[1], ket[0], ket[1]), _left(bar[0], bar[1], nubar[0], nubar[1]))


@inlined
def line_vectors(
    start: Four, end: Four, line: Line, neutrinos: Neutrinos, z: Electroweak, charged: bool, through: bool
) -> Four:
    """Vectors of a line with fixed spins.

    Parameters
    ----------
    start, end
        From :func:`incoming` and :func:`outgoing`.
    line, neutrinos, z
        Momenta, spinors, couplings.
    charged
        Whether the neutrinos have the flavour of the line.
    through
        Whether to add the Z of this line's current that becomes νν̄ and the boson.

    Returns
    -------
    The vectors that couple to a photon and to a Z when the neutrinos come from this line, and the
    line's currents times the propagators of photon and Z when they do not.
    """
    p, p_out, k, total, total2, _, _ = line
    psi, psi_z, a, psi_w = start
    bar, bar_z, b, bar_w = end
    left, right = _left(bar[0], bar[1], psi[0], psi[1]), _right(bar, psi)
    j_photon = _mixed(z.charge / total2, left, z.charge / total2, right)
    j_z = _mixed(z.left, left, z.right, right)
    j_z = _propagated(j_z, total, z.m_z2, complex(total2 - z.m_z2, z.m_z_width))
    left = sum_of(_left(bar[0], bar[1], psi_z[0], psi_z[1]), _left(bar_z[0], bar_z[1], psi[0], psi[1]))
    right = sum_of(_right(bar, psi_z), _right(bar_z, psi))
    if charged:
        left = difference(left, _left(bar[0], bar[1], psi_w[0], psi_w[1]))
        left = difference(left, _left(bar_w[0], bar_w[1], psi[0], psi[1]))
        right = difference(difference(right, _right(bar, psi_w)), _right(bar_w, psi))
    photon, weak = _mixed(z.charge, left, z.charge, right), _mixed(z.left, left, z.right, right)
    if through:
        _, nubar, _, _ = neutrinos
        ahead = _raised(j_z, nubar[0], nubar[1])
        behind = _raised(_conjugate(j_z), neutrinos[0][0], neutrinos[0][1])
        weak = _mixed(1.0, weak, z.neutrino * z.neutrino, _off_neutrinos(ahead, behind, k, line, neutrinos))
    if charged:
        ahead, behind = _raised(b, psi[0], psi[1]), _raised(_conjugate(a), bar[0], bar[1])
        weak = _mixed(1.0, weak, -z.neutrino, _off_neutrinos(ahead, behind, k, line, neutrinos))
        # both W currents have the couplings of their propagator: one pair too many
        w = _triple(a, b, difference(p, neutrinos[2]), sum_of(p_out, neutrinos[3]))
        charged2 = z.charged * z.charged
        photon, weak = _mixed(1.0, photon, -z.charge / charged2, w), _mixed(1.0, weak, -z.triple / charged2, w)
    return photon, weak, j_photon, j_z


@inlined
def absorbed(w: Vector, bar: Dirac) -> Half:
    """Left-handed half of φ̄ w-slash: the W makes the outgoing lepton φ of a neutrino."""
    right0, right1 = _raised(_conjugate(w), bar[0], bar[1])
    return right0.conjugate(), right1.conjugate()


@inlined
def emitted(w: Vector, psi: Dirac, inner: Vector) -> Half:
    """Left-handed half of the neutrino (momentum ``inner``) made of the incoming lepton and a W."""
    right0, right1 = _raised(w, psi[0], psi[1])
    return _lowered(inner, right0, right1, 1.0 / square(inner))
