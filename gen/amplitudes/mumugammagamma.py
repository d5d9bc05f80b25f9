r"""e+e- → μ+μ-γγ: all 20 tree diagrams with helicity amplitudes, electron and muon mass kept.

p1 = e-, p2 = e+, k1 = μ-, k2 = μ+, q1 and q2 the photons. Each lepton line has a current with no,
one or two photons, E and F, and the amplitude is the sum of four gauge-invariant groups

    E(q1 q2).F/(k1+k2)² + E(q1).F(q2)/(k1+k2+q2)² + E(q2).F(q1)/(k1+k2+q1)² + E.F(q1 q2)/s

of 6, 4, 4 and 6 diagrams. Parity halves the number of helicity combinations: 32.

References
----------
F. A. Berends et al. (CALKUL), Nucl. Phys. B264 (1986) 243: the massless limit.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.amplitudes.products import between, checked_rows
from lmutau.gen.amplitudes.two_photon_line import (
    BOTH,
    SECOND,
    Momentum,
    Table,
    Workspace,
    leg,
    line_currents,
    photon_pair,
    workspace,
)
from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.kernels import kernel

__all__ = ["mumugammagamma", "mumugammagamma_groups"]

Array = NDArray[np.float64]
Products = tuple[float, float, float, float]


@kernel
def _product(a: Table, i: int, at: int, b: Table, j: int, to: int) -> complex:
    return a[i, at] * b[j, to] + a[i, at + 1] * b[j, to + 1] + a[i, at + 2] * b[j, to + 2] + a[i, at + 3] * b[j, to + 3]


@kernel
def _norm(z: complex) -> float:
    return z.real * z.real + z.imag * z.imag


@kernel
def mumugammagamma_groups(
    p1: Momentum,
    p2: Momentum,
    k1: Momentum,
    k2: Momentum,
    q1: Momentum,
    q2: Momentum,
    products1: Products,
    products2: Products,
    twice_q1q2: float,
    masses2: tuple[float, float, float, float],
    m_e: float,
    m_mu: float,
    alpha: float,
    gauge: tuple[float, float],
    work: Workspace,
) -> tuple[float, float, float, float, float]:
    """|M|² [GeV^-4] of all diagrams and of the four gauge-invariant groups alone.

    Parameters
    ----------
    p1, p2, k1, k2, q1, q2
        Momenta (px, py, pz) [GeV] of e-, e+, μ-, μ+ and the photons, in any one frame.
    products1, products2
        2 p1.q, 2 p2.q, 2 k1.q, 2 k2.q [GeV²] of either photon, accurate relative to themselves.
    twice_q1q2
        2 q1.q2 [GeV²].
    masses2
        s, (k1 + k2)², (k1 + k2 + q1)², (k1 + k2 + q2)² [GeV²], the squared masses of the virtual
        photons; divided by alpha(q²)/alpha(0) if alpha runs.
    m_e, m_mu, alpha
        Masses [GeV] and fine-structure constant.
    gauge
        ε → ε + gauge q of either photon [GeV^-1]; nothing depends on it, as long as digits last.
    work
        From :func:`workspace`.

    Returns
    -------
    tuple
        All; both photons from the electrons; q1 from the electrons and q2 from the muons; q2 from the
        electrons and q1 from the muons; both from the muons. Averaged over the beam spins, summed over
        the final ones, without the factor 1/2 for identical photons.
    """
    photons = photon_pair(q1, q2, twice_q1q2, gauge[0], gauge[1])
    electron, muon = work[3], work[4]
    column = leg(p1, m_e, products1[0], products2[0], photons, gauge)
    row = leg(p2, m_e, products1[1], products2[1], photons, gauge)
    line_currents(row, column, photons, 1.0, work, electron)
    row = leg(k1, m_mu, products1[2], products2[2], photons, gauge)
    column = leg(k2, m_mu, products1[3], products2[3], photons, gauge)
    line_currents(row, column, photons, -1.0, work, muon)
    total, both_e, first_e, second_e, both_mu = 0.0, 0.0, 0.0, 0.0, 0.0
    by_s, by_pair = 1.0 / masses2[0], 1.0 / masses2[1]
    by_first, by_second = 1.0 / masses2[2], 1.0 / masses2[3]
    for at in range(0, 16, 4):
        for to in range(0, 16, 4):
            for h in range(2):
                one, two = SECOND + h, BOTH + 2 + h
                a = by_pair * _product(electron, two, at, muon, 0, to)
                b = by_second * _product(electron, 2, at, muon, one, to)
                c = by_first * _product(electron, one, at, muon, 2, to)
                d = by_s * _product(electron, 0, at, muon, two, to)
                both_e += _norm(a)
                first_e += _norm(b)
                second_e += _norm(c)
                both_mu += _norm(d)
                total += _norm(a + b + c + d)
    charge2 = 4.0 * math.pi * alpha
    # 1/4 for the beam spins, 2 for parity, 4 from the normalisation of the currents
    scale = 2.0 * charge2 * charge2 * charge2 * charge2
    return scale * total, scale * both_e, scale * first_e, scale * second_e, scale * both_mu


@kernel
def _fill_squared(
    rows: Array, m_e: float, m_mu: float, alpha: float, gauge: tuple[float, float], work: Workspace, out: Array
) -> None:
    m_e2, m_mu2 = m_e * m_e, m_mu * m_mu
    for n in range(rows.shape[0]):
        s = 2.0 * (m_e2 + between(rows, n, 0, m_e2, 1, m_e2))
        pair = 2.0 * (m_mu2 + between(rows, n, 2, m_mu2, 3, m_mu2))
        products1 = (
            2.0 * between(rows, n, 0, m_e2, 4, 0.0),
            2.0 * between(rows, n, 1, m_e2, 4, 0.0),
            2.0 * between(rows, n, 2, m_mu2, 4, 0.0),
            2.0 * between(rows, n, 3, m_mu2, 4, 0.0),
        )
        products2 = (
            2.0 * between(rows, n, 0, m_e2, 5, 0.0),
            2.0 * between(rows, n, 1, m_e2, 5, 0.0),
            2.0 * between(rows, n, 2, m_mu2, 5, 0.0),
            2.0 * between(rows, n, 3, m_mu2, 5, 0.0),
        )
        first, second = pair + products1[2] + products1[3], pair + products2[2] + products2[3]
        out[n], _, _, _, _ = mumugammagamma_groups(
            (rows[n, 1], rows[n, 2], rows[n, 3]),
            (rows[n, 5], rows[n, 6], rows[n, 7]),
            (rows[n, 9], rows[n, 10], rows[n, 11]),
            (rows[n, 13], rows[n, 14], rows[n, 15]),
            (rows[n, 17], rows[n, 18], rows[n, 19]),
            (rows[n, 21], rows[n, 22], rows[n, 23]),
            products1,
            products2,
            2.0 * between(rows, n, 4, 0.0, 5, 0.0),
            (s, pair, first, second),
            m_e,
            m_mu,
            alpha,
            gauge,
            work,
        )


def mumugammagamma(
    momenta: ArrayLike, *, constants: Constants = CONSTANTS, gauge: tuple[float, float] = (0.0, 0.0)
) -> Array:
    """Spin-averaged |M|² [GeV^-4] of e+e- → μ+μ-γγ at tree level, all 20 diagrams, all masses.

    Parameters
    ----------
    momenta
        (n, 6, 4): event; e-, e+, μ-, μ+, γ, γ; (E, px, py, pz) [GeV], any frame.
    constants
        ``alpha``, ``m_e``, ``m_mu`` are used.
    gauge
        Multiples [GeV^-1] of the photons' momenta added to their polarisation vectors: a check, the
        result does not depend on them.

    Returns
    -------
    Array
        (n,), summed over the final spins, without the factor 1/2 for identical photons.

    Raises
    ------
    ValueError
        If the shape is another one.

    References
    ----------
    F. A. Berends et al. (CALKUL), Nucl. Phys. B264 (1986) 243: massless limit; here with exact masses.
    """
    rows = checked_rows(momenta, "e-, e+, mu-, mu+, photon, photon")
    out = np.empty(len(rows))
    gauge1, gauge2 = gauge
    _fill_squared(
        rows, constants.m_e, constants.m_mu, constants.alpha, (float(gauge1), float(gauge2)), workspace(), out
    )
    return out
