r"""e-(p1) e+(p2) → e-(p3) e+(p4) μ-(k1) μ+(k2): all 12 diagrams of QED, from helicity amplitudes.

Every diagram is a current a times a *dressed* current b: the current of one lepton line with a
third current inserted before or after its vertex (two diagrams each). In four groups:

====  ===========================================================================================
mp    two photons in the t channel, multiperipheral: muon line with J13 inserted, times J24
b1    electron line 1-3 with the muon current inserted, times J24
b2    positron line 2-4 with the muon current inserted, times J13
s     annihilation: lines 1-2 and 3-4 with the muon current times J34 and J12; muon line with J12
      inserted times J34. Sign -1 to the others: two identical fermions are exchanged
====  ===========================================================================================

The groups mp, b1, b2 and s are gauge invariant one by one. That serves the precision: an electron
that loses the momentum q at a small angle has a current along q, whose contribution cancels between
the diagrams of a group. J → J - c q with J⁺ - c q⁺ = 0 removes it beforehand and changes nothing.
All denominators are sums of positive terms in light-cone components along the beams: they keep
their digits when electrons go down the beam pipe at t = 1e-10 GeV².

Flipping all helicities changes a phase at most, so the helicity of the e- is fixed: 32 amplitudes.

References
----------
J. A. M. Vermaseren, Nucl. Phys. B229 (1983) 347; F. A. Berends, P. H. Daverveldt, R. Kleiss,
Nucl. Phys. B253 (1985) 441: the same diagrams; here with the spinors of hep-ph/9405376.
"""

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.light_cone import Components, Vector, add, components, twice_product
from lmutau.gen.amplitudes.weyl import Dirac, antiparticle, current, particle, slash
from lmutau.gen.kernels import kernel
from lmutau.gen.model.vacuum_polarisation import screening

__all__ = ["eemumu_groups", "new_workspace"]

Array = NDArray[np.float64]
Spinors = NDArray[np.complex128]

# rows of the workspace: spinors by helicity (+, -), then currents by the helicities of their ends
_U1, _V2, _U3, _V4, _U_MU, _V_MU = 0, 1, 3, 5, 7, 9
_J13, _J12, _J24, _J34, _J_MU = 11, 13, 15, 19, 23
# dressed currents, order: end of the bar, end of the ket, inserted current
_D13, _D24, _D12, _D34, _D_MU_T, _D_MU_S = 27, 35, 51, 59, 75, 83
_COLUMN, _ROWS = 91, 93


@kernel
def new_workspace() -> Spinors:
    """Scratch memory of :func:`eemumu_groups`."""
    return np.zeros((_ROWS, 4), dtype=np.complex128)


@kernel
def _load(w: Spinors, row: int) -> Dirac:
    return w[row, 0], w[row, 1], w[row, 2], w[row, 3]


@kernel
def _store(w: Spinors, row: int, a: Dirac) -> None:
    w[row, 0], w[row, 1], w[row, 2], w[row, 3] = a


@kernel
def _row(m: float, a: complex, longitudinal: float, b: complex, x: float, y: float, c: complex) -> complex:
    """Return m a + longitudinal b - (x - i y) c."""
    real = m * a.real + longitudinal * b.real - x * c.real - y * c.imag
    return complex(real, m * a.imag + longitudinal * b.imag - x * c.imag + y * c.real)


@kernel
def _propagate(p: Components, sign: float, mass: float, scale: float, psi: Dirac) -> Dirac:
    """Scale (sign p-slash + mass) ψ, p real."""
    plus, minus, x, y = scale * sign * p[0], scale * sign * p[1], scale * sign * p[2], scale * sign * p[3]
    m = scale * mass
    return (
        _row(m, psi[0], minus, psi[2], x, y, psi[3]),
        _row(m, psi[1], plus, psi[3], x, -y, psi[2]),
        _row(m, psi[2], plus, psi[0], -x, -y, psi[1]),
        _row(m, psi[3], minus, psi[1], -x, y, psi[0]),
    )


@kernel
def _spinors(w: Spinors, row: int, p: Vector, mass: float, particles: bool, both: bool) -> None:
    """Spinors of one leg for helicity +1 and, if ``both``, -1: the parity image of the first."""
    if particles:
        a, b, c, d = particle(p[0], p[1], p[2], mass, 1)
        sign = 1.0
    else:
        a, b, c, d = antiparticle(p[0], p[1], p[2], mass, 1)
        sign = -1.0
    _store(w, row, (a, b, c, d))
    if both:
        other = (-sign * d.conjugate(), sign * c.conjugate(), -sign * b.conjugate(), sign * a.conjugate())
        _store(w, row + 1, other)


@kernel
def _currents(w: Spinors, bar: int, n_bar: int, ket: int, n_ket: int, scale: float, out: int) -> None:
    """Currents of all helicities of two legs, times ``scale``."""
    for i in range(n_bar):
        for j in range(n_ket):
            _store(w, out + n_ket * i + j, current(_load(w, bar + i), _load(w, ket + j), scale, scale))


@kernel
def _shift(w: Spinors, row: int, n: int, q: Components, large: int) -> None:
    """J → J - c q such that the component ``large`` (0: J⁺, 1: J⁻) vanishes, if q is along it."""
    if q[2] * q[2] + q[3] * q[3] > q[large] * q[large]:
        return
    for i in range(row, row + n):
        c = w[i, large] / q[large]
        w[i, large] = 0.0
        w[i, 1 - large] -= c * q[1 - large]
        w[i, 2] -= c * complex(q[2], q[3])
        w[i, 3] -= c * complex(q[2], -q[3])


@kernel
def _dress(
    w: Spinors,
    bar: int,
    n_bar: int,
    ket: int,
    n_ket: int,
    inserted: int,
    n_inserted: int,
    before: tuple[Components, float, float],
    after: tuple[Components, float, float],
    mass: float,
    out: int,
) -> None:
    """Currents of a line with another current inserted next to the bar or next to the ket.

    ``before``, ``after``: momentum along the fermion flow between the two vertices (a vector and
    its sign) and denominator p² - m² [GeV²], insertion next to the bar and next to the ket.
    """
    scale_before, scale_after = 1.0 / before[2], 1.0 / after[2]
    for k in range(n_inserted):
        a = _load(w, inserted + k)
        # the row vector bar a-slash S is kept as the spinor of which it is the bar
        conjugate = (a[0].conjugate(), a[1].conjugate(), a[3].conjugate(), a[2].conjugate())
        for j in range(n_ket):
            column = _propagate(after[0], after[1], mass, scale_after, slash(a, _load(w, ket + j)))
            _store(w, _COLUMN + j, column)
        for i in range(n_bar):
            phi = _load(w, bar + i)
            row = _propagate(before[0], before[1], mass, scale_before, slash(conjugate, phi))
            for j in range(n_ket):
                x = current(phi, _load(w, _COLUMN + j), 1.0, 1.0)
                y = current(row, _load(w, ket + j), 1.0, 1.0)
                total = (x[0] + y[0], x[1] + y[1], x[2] + y[2], x[3] + y[3])
                _store(w, out + (i * n_ket + j) * n_inserted + k, total)


@kernel
def _dot(w: Spinors, i: int, j: int) -> complex:
    """Twice the four-product of two currents."""
    return w[i, 0] * w[j, 1] + w[i, 1] * w[j, 0] - w[i, 2] * w[j, 3] - w[i, 3] * w[j, 2]


@kernel
def _square(z: complex) -> float:
    return z.real * z.real + z.imag * z.imag


@kernel
def _sum_helicities(w: Spinors) -> tuple[float, float, float, float, float]:
    """Squared amplitude, average of the beam spins, sum over the others: all diagrams, then mp, b1, b2 and s alone."""
    total, mp, b1, b2, s = 0.0, 0.0, 0.0, 0.0, 0.0
    for h3 in range(2):
        for h2 in range(2):
            for h4 in range(2):
                h24, h34 = 2 * h2 + h4, 2 * h3 + h4
                for mu in range(4):
                    # order of the dressed currents: bar, ket, insertion
                    a_mp = _dot(w, _D_MU_T + 2 * mu + h3, _J24 + h24)
                    a_b1 = _dot(w, _D13 + 4 * h3 + mu, _J24 + h24)
                    a_b2 = _dot(w, _D24 + 4 * h24 + mu, _J13 + h3)
                    a_s = (
                        _dot(w, _D12 + 4 * h2 + mu, _J34 + h34)
                        + _dot(w, _D34 + 4 * h34 + mu, _J12 + h2)
                        + _dot(w, _D_MU_S + 2 * mu + h2, _J34 + h34)
                    )
                    total += _square(a_mp + a_b1 + a_b2 - a_s)
                    mp += _square(a_mp)
                    b1 += _square(a_b1)
                    b2 += _square(a_b2)
                    s += _square(a_s)
    # 2 for the other helicity of the e-, 1/4 for the spins of the beams; _dot is twice the product
    return 0.125 * total, 0.125 * mp, 0.125 * b1, 0.125 * b2, 0.125 * s


@kernel
def eemumu_groups(
    w: Spinors,
    p1z: float,
    p2z: float,
    p3: Vector,
    p4: Vector,
    k1: Vector,
    k2: Vector,
    q1_plus: float,
    q2_minus: float,
    m_e: float,
    m_mu: float,
    numbers: Array,
) -> tuple[float, float, float, float, float]:
    """Squared amplitude over e⁸ [GeV^-4]: averaged over beam spins, summed over final ones.

    Parameters
    ----------
    w
        :func:`new_workspace`.
    p1z, p2z
        Momenta [GeV] of e- and e+ along z; the beams have no other components.
    p3, p4, k1, k2
        Momenta (px, py, pz) [GeV] of e-, e+, μ-, μ+; they fix the energies.
    q1_plus, q2_minus
        (E + pz) lost by the e- and (E - pz) lost by the e+ [GeV]: arguments because the difference
        of two momenta has lost their digits when an electron loses little energy.
    m_e, m_mu
        Masses [GeV].
    numbers
        Whether and how alpha runs: see :func:`~lmutau.gen.model.vacuum_polarisation.screening`.

    Returns
    -------
    tuple
        All diagrams; then the groups mp, b1, b2, s squared alone, without interference.
    """
    e2, mu2 = m_e * m_e, m_mu * m_mu
    a1, a2 = components((0.0, 0.0, p1z), e2), components((0.0, 0.0, p2z), e2)
    a3, a4 = components(p3, e2), components(p4, e2)
    b1, b2 = components(k1, mu2), components(k2, mu2)
    t3, t4 = p3[0] * p3[0] + p3[1] * p3[1], p4[0] * p4[0] + p4[1] * p4[1]
    q1 = (q1_plus, -(t3 + e2 * q1_plus / a1[0]) / a3[0], -p3[0], -p3[1])
    q2 = (-(t4 + e2 * q2_minus / a2[1]) / a4[1], q2_minus, -p4[0], -p4[1])
    pair, electrons = add(b1, b2, 1.0), add(a3, a4, 1.0)
    transverse2 = pair[2] * pair[2] + pair[3] * pair[3]
    # squared momenta of the photons
    t_1 = -(a1[0] * a1[0] * t3 + e2 * q1_plus * q1_plus) / (a1[0] * a3[0])
    t_2 = -(a2[1] * a2[1] * t4 + e2 * q2_minus * q2_minus) / (a2[1] * a4[1])
    s = 2 * e2 + a1[0] * a2[1] + a1[1] * a2[0]
    s_34 = 2 * e2 + twice_product(a3, e2, a4, e2)
    s_mu = 2 * mu2 + twice_product(b1, mu2, b2, mu2)

    _spinors(w, _U1, (0.0, 0.0, p1z), m_e, True, False)
    _spinors(w, _V2, (0.0, 0.0, p2z), m_e, False, True)
    _spinors(w, _U3, p3, m_e, True, True)
    _spinors(w, _V4, p4, m_e, False, True)
    _spinors(w, _U_MU, k1, m_mu, True, True)
    _spinors(w, _V_MU, k2, m_mu, False, True)
    _currents(w, _U3, 2, _U1, 1, screening(t_1, numbers) / t_1, _J13)
    _currents(w, _V2, 2, _V4, 2, screening(t_2, numbers) / t_2, _J24)
    _currents(w, _V2, 2, _U1, 1, screening(s, numbers) / s, _J12)
    _currents(w, _U3, 2, _V4, 2, screening(s_34, numbers) / s_34, _J34)
    _currents(w, _U_MU, 2, _V_MU, 2, screening(s_mu, numbers) / s_mu, _J_MU)
    _shift(w, _J13, 2, q1, 0)
    _shift(w, _J24, 4, q2, 1)

    # electron lines: momentum inside, its sign along the flow, p² - m²
    inside1 = (a3[0] - q2[0], a1[1] - pair[1], -pair[2], -pair[3])
    inside2 = (a2[0] - pair[0], a4[1] - q1[1], -pair[2], -pair[3])
    d1 = -(pair[1] * inside1[0] + transverse2 + a1[1] * pair[0])
    d2 = -(pair[0] * inside2[1] + transverse2 + a2[0] * pair[1])
    from1, from2 = (inside1, 1.0, d1), (inside2, -1.0, d2)
    from3 = (add(a3, pair, 1.0), 1.0, s_mu + twice_product(a3, e2, pair, s_mu))
    from4 = (add(a4, pair, 1.0), -1.0, s_mu + twice_product(a4, e2, pair, s_mu))
    _dress(w, _U3, 2, _U1, 1, _J_MU, 4, from3, from1, m_e, _D13)
    _dress(w, _V2, 2, _V4, 2, _J_MU, 4, from2, from4, m_e, _D24)
    _dress(w, _V2, 2, _U1, 1, _J_MU, 4, from2, from1, m_e, _D12)
    _dress(w, _U3, 2, _V4, 2, _J_MU, 4, from3, from4, m_e, _D34)
    # muon line
    left, right = add(b1, q1, -1.0), add(b2, q1, -1.0)
    d_left = -((b2[0] - q2[0]) * left[1] + left[2] * left[2] + left[3] * left[3] + mu2)
    d_right = -((b1[0] - q2[0]) * right[1] + right[2] * right[2] + right[3] * right[3] + mu2)
    _dress(w, _U_MU, 2, _V_MU, 2, _J13, 2, (left, 1.0, d_left), (right, -1.0, d_right), m_mu, _D_MU_T)
    d_left = s_34 + twice_product(b2, mu2, electrons, s_34)
    d_right = s_34 + twice_product(b1, mu2, electrons, s_34)
    left, right = add(b2, electrons, 1.0), add(b1, electrons, 1.0)
    _dress(w, _U_MU, 2, _V_MU, 2, _J12, 2, (left, -1.0, d_left), (right, 1.0, d_right), m_mu, _D_MU_S)
    return _sum_helicities(w)
