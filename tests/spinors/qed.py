"""Processes of photons and vector bosons with vector couplings.

With charge -1 the coupling of a lepton to the photon is +e psi-bar gamma psi A.
"""

import itertools
import math

import numpy as np

from lmutau.gen.constants import CONSTANTS, Constants
from tests.spinors.dirac import (
    Array,
    Complex,
    Ends,
    States,
    boson,
    current,
    difference,
    dot,
    line,
    open_vertex,
    polarisations,
    spin_sum,
    u_spinors,
    v_spinors,
    vertex,
)


def charge(constants: Constants) -> float:
    return math.sqrt(4 * math.pi * constants.alpha)


def mumu(momenta: Array, constants: Constants = CONSTANTS) -> Array:
    """Averaged |M|² of e+e- → μ+μ-; momenta (n, 4, 4)."""
    p1, p2, k1, k2 = momenta.swapaxes(0, 1)
    total = spin_sum(
        lambda a, b, c, d: dot(boson(current(b, a), p1 + p2), current(c, d)),
        u_spinors(p1, constants.m_e),
        v_spinors(p2, constants.m_e),
        u_spinors(k1, constants.m_mu),
        v_spinors(k2, constants.m_mu),
    )
    return total * charge(constants) ** 4 / 4


def mumu_boson(
    momenta: Array,
    *,
    mass: float = 0.0,
    electron_coupling: float,
    muon_coupling: float,
    constants: Constants = CONSTANTS,
    polarisation: Array | None = None,
) -> Array:
    """Averaged |M|² of e+e- → μ+μ-V: four diagrams."""
    p1, p2, k1, k2, k = momenta.swapaxes(0, 1)
    whole, pair = p1 + p2, k1 + k2
    me, mmu, e2 = constants.m_e, constants.m_mu, charge(constants) ** 2

    def amplitude(a: Complex, b: Complex, c: Complex, d: Complex, eps: Complex) -> Complex:
        emitted = (vertex(eps), -k)
        total = np.zeros(len(momenta), dtype=np.result_type(momenta, np.complex128))
        if muon_coupling:
            photon = boson(current(b, a), whole)
            total += muon_coupling * line(Ends(c, d, -k2, k1, (mmu, mmu)), [emitted, (vertex(photon), whole)])
        if electron_coupling:
            source = line(Ends(b, a, p1, -p2, (me, me)), [emitted, (open_vertex(), -pair)])
            photon = boson(source, pair)
            total += electron_coupling * dot(photon, current(c, d))
        return e2 * total

    states = polarisations(k, mass) if polarisation is None else [polarisation]
    particles = u_spinors(p1, me), v_spinors(p2, me), u_spinors(k1, mmu), v_spinors(k2, mmu)
    return spin_sum(amplitude, *particles, states) / 4


def mumugamma(momenta: Array, constants: Constants = CONSTANTS, polarisation: Array | None = None) -> Array:
    """Averaged |M|² of e+e- → μ+μ-γ; momenta (n, 5, 4)."""
    e = charge(constants)
    return mumu_boson(momenta, electron_coupling=e, muon_coupling=e, constants=constants, polarisation=polarisation)


def mumuzp(momenta: Array, mass: float, g: float = 1.0, constants: Constants = CONSTANTS) -> Array:
    """Averaged |M|² of e+e- → μ+μ-V, V from the muons; momenta (n, 5, 4)."""
    return mumu_boson(momenta, mass=mass, electron_coupling=0.0, muon_coupling=g, constants=constants)


def gammazp(
    momenta: Array,
    mass: float,
    epsilon: float = 1.0,
    constants: Constants = CONSTANTS,
    polarisation: Array | None = None,
) -> Array:
    """Averaged |M|² of e+e- → γV, V with the vector coupling ε e to electrons; momenta (n, 4, 4)."""
    p1, p2, k, q = momenta.swapaxes(0, 1)
    me = constants.m_e
    total = spin_sum(
        lambda a, b, photon, heavy: line(Ends(b, a, p1, -p2, (me, me)), [(vertex(photon), -k), (vertex(heavy), -q)]),
        u_spinors(p1, me),
        v_spinors(p2, me),
        polarisations(k, 0.0) if polarisation is None else [polarisation],
        polarisations(q, mass),
    )
    return total * epsilon**2 * charge(constants) ** 4 / 4


def mumugammagamma(momenta: Array, constants: Constants = CONSTANTS, polarisation: Array | None = None) -> Array:
    """Averaged |M|² of e+e- → μ+μ-γγ, 20 diagrams, no factor 1/2 for the photons; momenta (n, 6, 4).

    Every photon is on the electron line or on the muon line: four ways to share them, each with all
    orders on both lines. ``polarisation`` is for the first photon.
    """
    p1, p2, k1, k2, *photons = momenta.swapaxes(0, 1)
    me, mmu = constants.m_e, constants.m_mu
    beams = [Ends(b, a, p1, -p2, (me, me)) for a in u_spinors(p1, me) for b in v_spinors(p2, me)]
    muons = [Ends(c, d, -k2, k1, (mmu, mmu)) for c in u_spinors(k1, mmu) for d in v_spinors(k2, mmu)]
    first = polarisations(photons[0], 0.0) if polarisation is None else [polarisation]
    total = np.zeros(len(momenta), dtype=momenta.dtype)
    for states in itertools.product(first, polarisations(photons[1], 0.0)):
        emitted = [(vertex(eps), -k) for eps, k in zip(states, photons, strict=True)]
        parts: list[tuple[States, States]] = []
        for shares in itertools.product((True, False), repeat=2):
            from_beams = [boson for boson, here in zip(emitted, shares, strict=True) if here]
            from_muons = [boson for boson, here in zip(emitted, shares, strict=True) if not here]
            transfer = p1 + p2 + sum(momentum for _, momentum in from_beams)
            sources = [line(ends, [*from_beams, (open_vertex(), -transfer)]) for ends in beams]
            sinks = [line(ends, [*from_muons, (open_vertex(), transfer)]) for ends in muons]
            parts.append(([boson(source, transfer) for source in sources], sinks))
        for i, j in itertools.product(range(len(beams)), range(len(muons))):
            total += np.abs(np.asarray(sum(dot(photon[i], sink[j]) for photon, sink in parts))) ** 2
    return total * charge(constants) ** 8 / 4


def eemumu(momenta: Array, constants: Constants = CONSTANTS) -> Array:
    """Averaged |M|² of e+e- → e+e-μ+μ-, 12 diagrams; momenta (n, 6, 4), order e-, e+; e-, e+, μ-, μ+.

    Three lines, one of them with two photons; the electron lines either annihilate or scatter, and
    these two differ by the exchange of the two u-type ends: a minus sign.
    """
    p1, p2, p3, p4, k1, k2 = momenta.swapaxes(0, 1)
    me, mmu = constants.m_e, constants.m_mu

    def three_lines(lines: list[tuple[Ends, Array]]) -> Complex:
        """Ends of the lines and the momenta that they give away."""
        photons = [(vertex(boson(current(ends.left, ends.right), q)), q) for ends, q in lines]
        return np.asarray(sum(line(lines[i][0], photons[:i] + photons[i + 1 :]) for i in range(3)))

    whole, inside, pair = p1 + p2, -(p3 + p4), -(k1 + k2)
    first, second = difference(p1, p3), difference(p2, p4)

    def amplitude(a: Complex, b: Complex, c: Complex, d: Complex, m: Complex, n: Complex) -> Complex:
        muon = (Ends(m, n, -k2, k1, (mmu, mmu)), pair)
        initial, final = Ends(b, a, p1, -p2, (me, me)), Ends(c, d, -p4, p3, (me, me))
        electron, positron = Ends(c, a, p1, p3, (me, me)), Ends(b, d, -p4, -p2, (me, me))
        annihilation = three_lines([(initial, whole), (final, inside), muon])
        scattering = three_lines([(electron, first), (positron, second), muon])
        return annihilation - scattering

    electrons = u_spinors(p1, me), v_spinors(p2, me), u_spinors(p3, me), v_spinors(p4, me)
    total = spin_sum(amplitude, *electrons, u_spinors(k1, mmu), v_spinors(k2, mmu))
    return total * charge(constants) ** 8 / 4
