r"""e+e- → μ+μ-νν̄: helicity amplitudes of all tree diagrams without Higgs boson, unitary gauge.

p1 = e-, p2 = e+, k3 = μ-, k4 = μ+, k5 = ν, k6 = ν̄. The e line and the μ line exchange a photon or Z;
the neutrinos come from one of them (:mod:`lmutau.gen.amplitudes.lepton_line`) or from that boson:

* every flavour: Z → νν̄ off the e line or the μ line (4 + 4 diagrams), Z → μμ off the neutrinos (2);
* ν_e: W between e and ν; the pair μμ off e-, e+, ν, ν̄ or the W, or W W → μμ by ν_μ exchange (9);
* ν_μ: the same nine with the e and the μ line exchanged.

References
----------
A. Denner, Fortschr. Phys. 41 (1993) 307, appendix A: the vertices; arXiv:1904.13053, section 3.2:
the process.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.amplitudes.electroweak import Electroweak, electroweak
from lmutau.gen.amplitudes.lepton_line import (
    Four,
    Half,
    Line,
    Neutrinos,
    absorbed,
    difference,
    dot,
    emitted,
    incoming,
    line_vectors,
    neutrino_current,
    outgoing,
    sum_of,
)
from lmutau.gen.amplitudes.light_front import FourVector, components, left_handed, spin_states
from lmutau.gen.amplitudes.products import checked_rows
from lmutau.gen.amplitudes.weyl import Dirac, Vector
from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import unknown_name
from lmutau.gen.kernels import inlined, kernel

__all__ = ["FLAVOURS", "mumununu", "mumununu_squared"]

Array = NDArray[np.float64]
Momenta = tuple[FourVector, FourVector, FourVector, FourVector, FourVector, FourVector]
Invariants = tuple[float, float, float, float, float]
Spins = tuple[Dirac, Dirac]
Ends = tuple[Four, Four]
Lines = tuple[Four, Four, Four, Four]
Halves = tuple[Half, Half, Half, Half]

FLAVOURS = ("e", "mu", "tau")
_E, _MU = 0, 1


@inlined
def _ends(
    psi: Spins, bar: Spins, line: Line, mass: float, d_in: float, d_out: float, pair: Vector, neutrinos: Neutrinos,
    z: Electroweak, charged: bool,
) -> tuple[Ends, Ends]:  # fmt: skip
    """Both ends of a line for two spin states each; ``d_in``, ``d_out``: propagators next to them."""
    p, p_out, k = line[0], line[1], line[2]
    after, before = sum_of(p_out, k), difference(p, k)
    starts = (
        incoming(psi[0], p, after, mass, d_in, pair, neutrinos, z, charged),
        incoming(psi[1], p, after, mass, d_in, pair, neutrinos, z, charged),
    )
    ends = (
        outgoing(bar[0], p_out, before, mass, d_out, pair, neutrinos, z, charged),
        outgoing(bar[1], p_out, before, mass, d_out, pair, neutrinos, z, charged),
    )
    return starts, ends


@inlined
def _spin_sum(
    e_lines: Lines, m_lines: Lines, minus: Halves, plus: Halves, crossed: bool, screened: tuple[float, float]
) -> float:
    """Sum of |M|²; lines: 2 x spin of the particle + spin of the antiparticle; halves: 2 x e + μ."""
    total = 0.0
    at_s, at_q = screened
    for e in range(4):
        photon, weak, j_photon, j_z = e_lines[e]
        for m in range(4):
            other = m_lines[m]
            amplitude = at_q * dot(photon, other[2]) + dot(weak, other[3])
            amplitude += at_s * dot(j_photon, other[0]) + dot(j_z, other[1])
            if crossed:
                x, y = minus[2 * (e // 2) + m // 2], plus[2 * (e % 2) + m % 2]
                amplitude -= x[0] * y[0] + x[1] * y[1]
            total += amplitude.real * amplitude.real + amplitude.imag * amplitude.imag
    return total


@inlined
def _crossed(
    e_starts: Ends, e_ends: Ends, m_starts: Ends, m_ends: Ends, inner: Vector, flavour: int
) -> tuple[Halves, Halves]:
    """W W of one line absorbed by the other: halves of the particles and of the antiparticles.

    ``inner``: momentum of the exchanged neutrino.
    """
    (s0, s1), (t0, t1), (a0, a1), (b0, b1) = e_starts, e_ends, m_starts, m_ends
    if flavour == _E:
        minus = absorbed(s0[2], b0[0]), absorbed(s0[2], b1[0]), absorbed(s1[2], b0[0]), absorbed(s1[2], b1[0])
        plus = (
            emitted(t0[2], a0[0], inner), emitted(t0[2], a1[0], inner),
            emitted(t1[2], a0[0], inner), emitted(t1[2], a1[0], inner),
        )  # fmt: skip
        return minus, plus
    minus = (
        emitted(b0[2], s0[0], inner), emitted(b1[2], s0[0], inner),
        emitted(b0[2], s1[0], inner), emitted(b1[2], s1[0], inner),
    )  # fmt: skip
    plus = absorbed(a0[2], t0[0]), absorbed(a1[2], t0[0]), absorbed(a0[2], t1[0]), absorbed(a1[2], t1[0])
    return minus, plus


@kernel
def mumununu_squared(
    momenta: Momenta,
    invariants: Invariants,
    m_e: float,
    m_mu: float,
    z: Electroweak,
    flavour: int,
    screened: tuple[float, float],
) -> float:
    """Spin-averaged |M|² [GeV^-4] of one event.

    Parameters
    ----------
    momenta
        (E, px, py, pz) [GeV] of e-, e+, μ-, μ+, ν, ν̄ in any frame.
    invariants
        s, Q² = (k3 + k4)², K² = (k5 + k6)², (p1 - Q)² - m_e², (p2 - Q)² - m_e² [GeV²].
    m_e, m_mu
        Masses [GeV].
    z
        From :func:`~lmutau.gen.amplitudes.electroweak.electroweak`.
    flavour
        Of the neutrinos: 0 for e, 1 for μ, 2 for τ.
    screened
        alpha(q²)/alpha(0) of the virtual photon at s and at Q².
    """
    s, muon2, nunu2, d_electron, d_positron = invariants
    m_e2, m_mu2 = m_e * m_e, m_mu * m_mu
    p1, p2 = components(momenta[0], m_e2), components(momenta[1], m_e2)
    k3, k4 = components(momenta[2], m_mu2), components(momenta[3], m_mu2)
    k5, k6 = components(momenta[4], 0.0), components(momenta[5], 0.0)
    neutrinos = (left_handed(k5), left_handed(k6), k5, k6)
    total, muon, nunu = sum_of(p1, p2), sum_of(k3, k4), sum_of(k5, k6)
    zero = (0.0j, 0.0j, 0.0j, 0.0j)
    back = difference(zero, total)
    scale = z.neutrino / complex(nunu2 - z.m_z2, z.m_z_width)
    j = neutrino_current(neutrinos[0], neutrinos[1])
    pair = (scale * j[0], scale * j[1], scale * j[2], scale * j[3])
    near5, near6 = muon2 + 2.0 * dot(k5, muon).real, muon2 + 2.0 * dot(k6, muon).real
    far5, far6 = s - 2.0 * dot(k5, total).real, s - 2.0 * dot(k6, total).real
    e_line = (p1, difference(zero, p2), muon, total, s, near5, near6)
    m_line = (difference(zero, k4), k3, back, muon, muon2, far5, far6)
    on_e, on_mu = flavour == _E, flavour == _MU
    u, v = spin_states(p1, m_e, 1.0), spin_states(p2, m_e, -1.0)
    e_starts, e_ends = _ends(u, v, e_line, m_e, d_positron, d_electron, pair, neutrinos, z, on_e)
    d_minus, d_plus = nunu2 + 2.0 * dot(k3, nunu).real, nunu2 + 2.0 * dot(k4, nunu).real
    bar, psi = spin_states(k3, m_mu, 1.0), spin_states(k4, m_mu, -1.0)
    m_starts, m_ends = _ends(psi, bar, m_line, m_mu, d_plus, d_minus, pair, neutrinos, z, on_mu)
    e_lines = (
        line_vectors(e_starts[0], e_ends[0], e_line, neutrinos, z, on_e, True),
        line_vectors(e_starts[0], e_ends[1], e_line, neutrinos, z, on_e, True),
        line_vectors(e_starts[1], e_ends[0], e_line, neutrinos, z, on_e, True),
        line_vectors(e_starts[1], e_ends[1], e_line, neutrinos, z, on_e, True),
    )
    m_lines = (
        line_vectors(m_starts[0], m_ends[0], m_line, neutrinos, z, on_mu, False),
        line_vectors(m_starts[1], m_ends[0], m_line, neutrinos, z, on_mu, False),
        line_vectors(m_starts[0], m_ends[1], m_line, neutrinos, z, on_mu, False),
        line_vectors(m_starts[1], m_ends[1], m_line, neutrinos, z, on_mu, False),
    )
    inner = sum_of(difference(k3, p1), k5) if on_e else difference(sum_of(k4, k5), p2)
    minus = plus = ((0.0j, 0.0j), (0.0j, 0.0j), (0.0j, 0.0j), (0.0j, 0.0j))
    if on_e or on_mu:
        minus, plus = _crossed(e_starts, e_ends, m_starts, m_ends, inner, flavour)
    return 0.25 * _spin_sum(e_lines, m_lines, minus, plus, on_e or on_mu, screened)


@kernel
def _fill(rows: Array, m_e: float, m_mu: float, z: Electroweak, flavour: int, out: Array) -> None:
    m_e2, m_mu2 = m_e * m_e, m_mu * m_mu
    for n in range(rows.shape[0]):
        r = rows[n]
        momenta = (
            (r[0], r[1], r[2], r[3]), (r[4], r[5], r[6], r[7]), (r[8], r[9], r[10], r[11]),
            (r[12], r[13], r[14], r[15]), (r[16], r[17], r[18], r[19]), (r[20], r[21], r[22], r[23]),
        )  # fmt: skip
        p1, p2 = components(momenta[0], m_e2), components(momenta[1], m_e2)
        k3, k4 = components(momenta[2], m_mu2), components(momenta[3], m_mu2)
        k5, k6 = components(momenta[4], 0.0), components(momenta[5], 0.0)
        muon = sum_of(k3, k4)
        muon2 = 2.0 * (m_mu2 + dot(k3, k4).real)
        invariants = (
            2.0 * (m_e2 + dot(p1, p2).real),
            muon2,
            2.0 * dot(k5, k6).real,
            muon2 - 2.0 * dot(p1, muon).real,
            muon2 - 2.0 * dot(p2, muon).real,
        )
        out[n] = mumununu_squared(momenta, invariants, m_e, m_mu, z, flavour, (1.0, 1.0))


def mumununu(
    momenta: ArrayLike, *, flavour: str = "mu", ew_scheme: str = "mixed", constants: Constants = CONSTANTS
) -> Array:
    """Spin-averaged |M|² [GeV^-4] of e+e- → μ+μ-νν̄ for one flavour, no Higgs boson.

    Parameters
    ----------
    momenta
        (n, 6, 4): event; e-, e+, μ-, μ+, ν, ν̄; (E, px, py, pz) [GeV], any frame.
    flavour
        Of the neutrinos: ``"e"``, ``"mu"`` or ``"tau"``.
    ew_scheme
        See :func:`~lmutau.gen.amplitudes.electroweak.electroweak`.
    constants
        Electroweak constants, ``m_e`` and ``m_mu``.

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
    rows = checked_rows(momenta, "e-, e+, mu-, mu+, nu, nubar")
    if flavour not in FLAVOURS:
        raise unknown_name("flavour", flavour, FLAVOURS)
    out = np.empty(len(rows))
    z = electroweak(ew_scheme, constants)
    _fill(rows, constants.m_e, constants.m_mu, z, FLAVOURS.index(flavour), out)
    return out
