r"""A lepton line with one virtual and up to two real photons: currents by helicity amplitudes.

A photon on an outer leg gives, by the Dirac equation and in a gauge with ε⁰ = 0,

    S ε̸ u(p) = (2p.ε - q̸ε̸) u/(-2p.q),
    S [ε̸2 S ε̸1 + ε̸1 S ε̸2] u = {(2(p - q1).ε2 - q̸2ε̸2) ψ1 + (2(p - q2).ε1 - q̸1ε̸1) ψ2 - 2 ε1.ε2 u}/d,

S a propagator, ψ1 and ψ2 the spinors with one photon, d = 2(q1.q2 - p.q1 - p.q2). These operators
keep the chirality, and on left-handed spinors q̸ε̸ is √8 |q| |-⟩⟨+| for a photon of helicity + and zero
for helicity -, with |±⟩ the helicity states along the photon. Nothing large cancels when a photon is
soft or collinear: p.ε is a product of two spinor products. Right-handed currents are the complex
conjugates of the left-handed ones with all helicities turned.

References
----------
H. E. Haber, hep-ph/9405376: helicity states; M. L. Mangano, S. J. Parke, Phys. Rept. 200 (1991) 301,
section 2: polarisation vectors from spinors.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.weyl import helicity_states as helicity_states
from lmutau.gen.kernels import kernel

__all__ = [
    "BOTH",
    "FIRST",
    "SECOND",
    "Leg",
    "Momentum",
    "Photons",
    "Table",
    "Workspace",
    "leg",
    "line_currents",
    "photon_pair",
    "workspace",
]

Table = NDArray[np.complex128]
Workspace = tuple[Table, Table, Table, Table, Table]
Momentum = tuple[float, float, float]
Leg = tuple[float, float, complex, float, complex, complex, float, float]
Photons = tuple[float, float, complex, float, float, complex, complex, complex, complex, complex, float]

# States of a spinor or a current: no photon; the first; the second; both. Helicities -, + are 0, 1.
FIRST, SECOND, BOTH, _STATES = 1, 3, 5, 9
_SQRT8 = math.sqrt(8.0)


@kernel
def workspace() -> Workspace:
    """Scratch arrays of :func:`mumugammagamma_groups`; each thread needs its own."""
    return (
        np.empty((_STATES, 4), dtype=np.complex128),
        np.empty((_STATES, 4), dtype=np.complex128),
        np.empty((_STATES, 16), dtype=np.complex128),
        np.empty((_STATES, 16), dtype=np.complex128),
        np.empty((_STATES, 16), dtype=np.complex128),
    )


@kernel
def _same(c: float, s: complex, c2: float, s2: complex) -> complex:
    """<a+|b+> of two helicity states (c, s) along a and b."""
    return c * c2 + s.conjugate() * s2


@kernel
def _turned(c: float, s: complex, c2: float, s2: complex) -> complex:
    """<a+|b-> of two helicity states (c, s) along a and b; zero for parallel vectors."""
    return s.conjugate() * c2 - c * s2.conjugate()


@kernel
def photon_pair(q1: Momentum, q2: Momentum, twice_q1q2: float, gauge1: float, gauge2: float) -> Photons:
    """Energies, helicity states and products of the two photons, those with ε for helicity +.

    Returns |q1|, c1, s1, |q2|, c2, s2, 2 q1.ε2, 2 q2.ε1, 2 ε1.ε2 for ++ and +-, 2 q1.q2. ``gauge``
    adds that multiple of q to ε.
    """
    k1, c1z, s1 = helicity_states(q1[0], q1[1], q1[2])
    k2, c2z, s2 = helicity_states(q2[0], q2[1], q2[2])
    c1, c2 = c1z.real, c2z.real
    same, turned, back = _same(c2, s2, c1, s1), _turned(c1, s1, c2, s2), _turned(c2, s2, c1, s1)
    first_in_second = -_SQRT8 * k1 * same * turned
    second_in_first = -_SQRT8 * k2 * same.conjugate() * back
    alike = -2.0 * turned * back + gauge1 * first_in_second + gauge2 * second_in_first
    opposite = -2.0 * (same * same).conjugate() + gauge1 * first_in_second.conjugate() + gauge2 * second_in_first
    both = gauge1 * gauge2 * twice_q1q2
    first_in_second += gauge2 * twice_q1q2
    second_in_first += gauge1 * twice_q1q2
    return k1, c1, s1, k2, c2, s2, first_in_second, second_in_first, alike + both, opposite + both, twice_q1q2


@kernel
def leg(p: Momentum, mass: float, photon1: float, photon2: float, photons: Photons, gauge: tuple[float, float]) -> Leg:
    """Outer leg: the two spinor weights, its helicity state (c, s), 2p.ε of helicity +, 2p.q."""
    c1, s1, c2, s2 = photons[1], photons[2], photons[4], photons[5]
    size, cz, s = helicity_states(p[0], p[1], p[2])
    c = cz.real
    large = math.sqrt(math.sqrt(size * size + mass * mass) + size)
    scale = -_SQRT8 * size
    first = scale * _same(c1, s1, c, s) * _turned(c, s, c1, s1) + gauge[0] * photon1
    second = scale * _same(c2, s2, c, s) * _turned(c, s, c2, s2) + gauge[1] * photon2
    return large, mass / large, s, c, first, second, photon1, photon2


@kernel
def _flat(z: complex, helicity: int) -> complex:
    """Quantity of helicity +, or its conjugate, which belongs to helicity -."""
    return z if helicity == 1 else z.conjugate()


@kernel
def _spinors(leg: Leg, photons: Photons, sign: float, row: bool, out: Table) -> None:
    """Left-handed spinors with 0, 1, 2 photons: ``out`` (9, 4), two helicities of two components.

    ``sign``: +1 for an incoming, -1 for an outgoing physical momentum of a column; rows the same.
    """
    s, c, first, second, d1, d2 = leg[2:]
    k1, c1, s1, k2, c2, s2, q1_in_2, q2_in_1, alike, opposite, q1q2 = photons
    # rows: conjugate states; their ε̸q̸ is √8 |q| |+><-| for helicity -
    active = 0 if row else 1
    turn = -1.0 if row else 1.0
    charge = -sign if row else sign
    # ket and bra of the photon's rank-one operator, written for multiplication from the inside out
    if row:
        in1a, in1b, out1a, out1b = complex(c1), s1, -s1, complex(c1)
        in2a, in2b, out2a, out2b = complex(c2), s2, -s2, complex(c2)
    else:
        in1a, in1b, out1a, out1b = complex(c1), s1.conjugate(), -s1.conjugate(), complex(c1)
        in2a, in2b, out2a, out2b = complex(c2), s2.conjugate(), -s2.conjugate(), complex(c2)
    field1, field2 = -turn * _SQRT8 * k1, -turn * _SQRT8 * k2
    inverse1, inverse2 = -sign / d1, -sign / d2
    inverse12 = 1.0 / (q1q2 - sign * (d1 + d2))
    for helicity in range(2):
        at = 2 * helicity
        if helicity == 1:
            a, b = complex(c), s
        else:
            a, b = -s.conjugate(), complex(c)
        if row:
            a, b = a.conjugate(), b.conjugate()
        out[0, at], out[0, at + 1] = a, b
        for h in range(2):
            x, y = charge * _flat(first, h) * a, charge * _flat(first, h) * b
            if h == active:
                z = field1 * (in1a * a + in1b * b)
                x, y = x + z * out1a, y + z * out1b
            out[FIRST + h, at], out[FIRST + h, at + 1] = inverse1 * x, inverse1 * y
            x, y = charge * _flat(second, h) * a, charge * _flat(second, h) * b
            if h == active:
                z = field2 * (in2a * a + in2b * b)
                x, y = x + z * out2a, y + z * out2b
            out[SECOND + h, at], out[SECOND + h, at + 1] = inverse2 * x, inverse2 * y
        for h1 in range(2):
            u1, v1 = out[FIRST + h1, at], out[FIRST + h1, at + 1]
            along1 = charge * _flat(first, h1) - turn * _flat(q2_in_1, h1)
            for h2 in range(2):
                u2, v2 = out[SECOND + h2, at], out[SECOND + h2, at + 1]
                along2 = charge * _flat(second, h2) - turn * _flat(q1_in_2, h2)
                seagull = _flat(alike if h1 == h2 else opposite, h1)
                x = along2 * u1 + along1 * u2 - seagull * a
                y = along2 * v1 + along1 * v2 - seagull * b
                if h2 == active:
                    z = field2 * (in2a * u1 + in2b * v1)
                    x, y = x + z * out2a, y + z * out2b
                if h1 == active:
                    z = field1 * (in1a * u2 + in1b * v2)
                    x, y = x + z * out1a, y + z * out1b
                state = BOTH + 2 * h1 + h2
                out[state, at], out[state, at + 1] = inverse12 * x, inverse12 * y


@kernel
def _left_current(rows: Table, columns: Table, i: int, j: int, state: int, first: bool, left: Table) -> None:
    """Add (or write, if ``first``) the left-handed current of row i and column j, all helicities."""
    for r in range(2):
        a, b = rows[i, 2 * r], rows[i, 2 * r + 1]
        for k in range(2):
            x, y = columns[j, 2 * k], columns[j, 2 * k + 1]
            at = 8 * r + 4 * k
            if first:
                left[state, at], left[state, at + 1] = b * y, a * x
                left[state, at + 2], left[state, at + 3] = -a * y, -b * x
            else:
                left[state, at] += b * y
                left[state, at + 1] += a * x
                left[state, at + 2] -= a * y
                left[state, at + 3] -= b * x


@kernel
def _mixed(left: Table, row: Leg, column: Leg, state: int, turned: int, lower: bool, out: Table) -> None:
    """Current of massive spinors, from the left-handed ones; ``turned``: the state with helicities turned.

    The right-handed current is the conjugate of the left-handed one with all helicities turned; the
    antiparticle spinor has another sign in it.
    """
    for r in range(2):
        row_left, row_right = (row[1], row[0]) if r == 1 else (row[0], -row[1])
        for k in range(2):
            column_left, column_right = (column[1], column[0]) if k == 1 else (column[0], -column[1])
            x, y = row_left * column_left, row_right * column_right
            at, opposite = 8 * r + 4 * k, 12 - 8 * r - 4 * k
            plus = x * left[state, at] - y * left[turned, opposite].conjugate()
            minus = x * left[state, at + 1] - y * left[turned, opposite + 1].conjugate()
            perp = x * left[state, at + 2] - y * left[turned, opposite + 3].conjugate()
            anti = x * left[state, at + 3] - y * left[turned, opposite + 2].conjugate()
            if lower:
                plus, minus, perp, anti = minus, plus, -anti, -perp
            out[state, at], out[state, at + 1], out[state, at + 2], out[state, at + 3] = plus, minus, perp, anti


@kernel
def line_currents(row: Leg, column: Leg, photons: Photons, sign: float, work: Workspace, out: Table) -> None:
    """Currents of one line for 0, 1, 2 photons, the first of helicity +: ``out`` (9, 16)."""
    rows, columns, left = work[:3]
    _spinors(row, photons, sign, True, rows)
    _spinors(column, photons, sign, False, columns)
    _left_current(rows, columns, 0, 0, 0, True, left)
    for state in range(FIRST, BOTH):
        _left_current(rows, columns, state, 0, state, True, left)
        _left_current(rows, columns, 0, state, state, False, left)
    for state in range(BOTH, _STATES):
        first, second = FIRST + (state - BOTH) // 2, SECOND + (state - BOTH) % 2
        _left_current(rows, columns, state, 0, state, True, left)
        _left_current(rows, columns, 0, state, state, False, left)
        _left_current(rows, columns, first, second, state, False, left)
        _left_current(rows, columns, second, first, state, False, left)
    lower = sign < 0.0
    _mixed(left, row, column, 0, 0, lower, out)
    _mixed(left, row, column, 2, 1, lower, out)
    _mixed(left, row, column, 3, 4, lower, out)
    _mixed(left, row, column, 4, 3, lower, out)
    _mixed(left, row, column, 7, 6, lower, out)
    _mixed(left, row, column, 8, 5, lower, out)
