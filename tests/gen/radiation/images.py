"""What the multi-photon weights make of two photons, written as |M|^2, beside the exact matrix element.

An event of the tree-level process mumugammagamma can come about in four ways: both photons from the beams,
one and one, both from the muons. The image of each is soft factors x residual weights x Born, as the
generator has it without anything virtual.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.mumugammagamma import mumugammagamma_groups
from lmutau.gen.amplitudes.products import between
from lmutau.gen.amplitudes.two_photon_line import Workspace
from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.pair_and_boson import across
from lmutau.gen.processes.mumu_radiation import _cosines2
from lmutau.gen.radiation.final import _exact_pair, final_weight
from lmutau.gen.radiation.frames import beam_directions, boosted
from lmutau.gen.radiation.initial_weights import _split_born, _two

Array = NDArray[np.float64]
Four = tuple[float, float, float, float]
WAYS = 4  # both from the beams; the first; the second; none


@kernel
def row(rows: Array, n: int, i: int) -> Four:
    return rows[n, 4 * i], rows[n, 4 * i + 1], rows[n, 4 * i + 2], rows[n, 4 * i + 3]


@kernel
def _exact(rows: Array, n: int, m_e: float, m_mu: float, alpha: float, work: Workspace, out: Array) -> None:
    masses2 = (m_e * m_e, m_e * m_e, m_mu * m_mu, m_mu * m_mu)
    s = 2.0 * (masses2[0] + between(rows, n, 0, masses2[0], 1, masses2[0]))
    pair = 2.0 * (masses2[2] + between(rows, n, 2, masses2[2], 3, masses2[2]))
    one = (
        2 * between(rows, n, 0, masses2[0], 4, 0.0), 2 * between(rows, n, 1, masses2[0], 4, 0.0),
        2 * between(rows, n, 2, masses2[2], 4, 0.0), 2 * between(rows, n, 3, masses2[2], 4, 0.0),
    )  # fmt: skip
    two = (
        2 * between(rows, n, 0, masses2[0], 5, 0.0), 2 * between(rows, n, 1, masses2[0], 5, 0.0),
        2 * between(rows, n, 2, masses2[2], 5, 0.0), 2 * between(rows, n, 3, masses2[2], 5, 0.0),
    )  # fmt: skip
    p = [row(rows, n, i)[1:] for i in range(6)]
    virtual = (s, pair, pair + one[2] + one[3], pair + two[2] + two[3])
    both = 2 * between(rows, n, 4, 0.0, 5, 0.0)
    out[n, 0], out[n, 1], out[n, 2], out[n, 3], out[n, 4] = mumugammagamma_groups(
        p[0], p[1], p[2], p[3], p[4], p[5], one, two, both, virtual, m_e, m_mu, alpha, (0.0, 0.0), work
    )


@kernel
def exact_groups(rows: Array, m_e: float, m_mu: float, alpha: float, work: Workspace, out: Array) -> None:
    """|M|^2 of all diagrams and of the four groups, (n, 5); ``rows`` (n, 24) as for squared_amplitude."""
    for n in range(rows.shape[0]):
        _exact(rows, n, m_e, m_mu, alpha, work, out)


@kernel
def initial_photon(rows: Array, n: int, i: int, m_e: float, photons: Array, at: int) -> float:
    """Fill a row of the initial-state workspace; returns the soft factor over alpha/(4 pi^2) [GeV^-2]."""
    m2 = m_e * m_e
    p1, p2 = between(rows, n, 0, m2, i, 0.0), between(rows, n, 1, m2, i, 0.0)
    both = between(rows, n, 0, m2, 1, m2)
    a, b, delta = p2 / both, p1 / both, m2 / (2 * both)
    poles = delta * (a / b + b / a)
    mass = (1 - poles * 2 * (1 - a) * (1 - b) / ((1 - a) ** 2 + (1 - b) ** 2)) / (1 - poles)
    photons[at, 1], photons[at, 2] = rows[n, 4 * i + 1], rows[n, 4 * i + 2]
    photons[at, 4], photons[at, 5], photons[at, 6] = a, b, mass
    return 2 * both / (p1 * p2) - m2 / p1**2 - m2 / p2**2


@kernel
def final_photon(rows: Array, n: int, i: int, m_mu: float, photons: Array, at: int) -> float:
    """Fill a row of the final-state workspace, transverse momentum in the rest frame of the muons."""
    m2 = m_mu * m_mu
    q1, q2, k = row(rows, n, 2), row(rows, n, 3), row(rows, n, i)
    x, y, both = between(rows, n, 2, m2, i, 0.0), between(rows, n, 3, m2, i, 0.0), between(rows, n, 2, m2, 3, m2)
    q = (q1[0] + q2[0], q1[1] + q2[1], q1[2] + q2[2], q1[3] + q2[3])
    rest = (q[0], -q[1], -q[2], -q[3], math.sqrt(2 * (m2 + both)))
    muon, photon = boosted(q1, rest), boosted(k, rest)
    size = math.sqrt(muon[1] ** 2 + muon[2] ** 2 + muon[3] ** 2)
    first, second = across((muon[1] / size, muon[2] / size, muon[3] / size))
    photons[at, 0] = photon[0]
    photons[at, 1] = photon[1] * first[0] + photon[2] * first[1] + photon[3] * first[2]
    photons[at, 2] = photon[1] * second[0] + photon[2] * second[1] + photon[3] * second[2]
    photons[at, 4], photons[at, 5] = x / both, y / both
    photons[at, 6], photons[at, 7] = 2 * both / (x * y), 2 * both / (x * y) - m2 / x**2 - m2 / y**2
    return photons[at, 7]


@kernel
def _born(rows: Array, n: int, first: bool, second: bool, m_mu: float) -> tuple[float, float, float, float, float]:
    """B1, B2, Bq1, Bq2 in the rest frame of X and s/s_X x Born |M|^2/(e^4); which photons the beams gave."""
    p = rows[n, 0] + rows[n, 4]
    x, y, z, e = 0.0, 0.0, 0.0, p
    for taken, i in ((first, 4), (second, 5)):
        if taken:
            k = row(rows, n, i)
            e, x, y, z = e - k[0], x - k[1], y - k[2], z - k[3]
    mass = math.sqrt(e * e - x * x - y * y - z * z)
    rest = (e, -x, -y, -z, mass)
    u1, u2 = beam_directions((e, x, y, z, mass))
    q1, q2 = boosted(row(rows, n, 2), rest), boosted(row(rows, n, 3), rest)
    (c11, c12), (c21, c22) = _cosines2(u1, q1, q2), _cosines2(u2, q1, q2)
    r = 4 * m_mu * m_mu / mass**2
    level, slope = 1.5 * (1 + r) / (2 + r), 0.75 * (1 - r) / (2 + r)
    scale = (4 + 2 * r) / 3 * p * p / mass**2
    return (
        level + slope * (c11 + c12),
        level + slope * (c21 + c22),
        level + slope * (c11 + c21),
        level + slope * (c12 + c22),
        scale,
    )


@kernel
def images(rows: Array, m_e: float, m_mu: float, alpha: float, out: Array) -> None:
    """|M|^2 of the four ways, (n, 4); ``rows`` in the c.m. frame, e- along +z."""
    e4 = (4 * math.pi * alpha) ** 4
    photons = np.zeros((2, 8))
    for n in range(rows.shape[0]):
        soft = initial_photon(rows, n, 4, m_e, photons, 0) * initial_photon(rows, n, 5, m_e, photons, 1)
        b1, b2, _, _, scale = _born(rows, n, True, True, m_mu)
        out[n, 0] = e4 * soft * scale * _two(photons, 0, 1, b1, b2)
        for way in (1, 2):
            one = way == 1
            soft = initial_photon(rows, n, 4 if one else 5, m_e, photons, 0)
            b1, b2, q1, q2, scale = _born(rows, n, one, not one, m_mu)
            b0 = 0.5 * (b1 + b2)
            initial = photons[0, 6] * _split_born(photons[0, 4], photons[0, 5], b1, b2)
            soft *= final_photon(rows, n, 5 if one else 4, m_mu, photons, 1)
            out[n, way] = e4 * soft * scale * initial * final_weight(1, 1, photons, b0, q1, q2, 0.0) / b0
        soft = final_photon(rows, n, 4, m_mu, photons, 0) * final_photon(rows, n, 5, m_mu, photons, 1)
        if photons[1, 0] > photons[0, 0]:
            final_photon(rows, n, 5, m_mu, photons, 0)
            final_photon(rows, n, 4, m_mu, photons, 1)
        b1, b2, q1, q2, scale = _born(rows, n, False, False, m_mu)
        weight = final_weight(0, 2, photons, 0.5 * (b1 + b2), q1, q2, 0.0) * _exact_pair(photons, 0, 1)
        out[n, 3] = e4 * soft * scale * weight
