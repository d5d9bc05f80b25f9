"""Processes with neutrinos: photon, W and Z in the unitary gauge, without Higgs boson.

Covariant derivative d + i g T^a W^a + i g' Y B: a fermion couples with -e Q to the photon, with
-(g/cos)(T3 P_L - Q sin²) to the Z, and doublets with -(g/sqrt 2) P_L to the W.
"""

import math
from dataclasses import dataclass

from lmutau.gen.constants import CONSTANTS, Constants
from tests.spinors.dirac import (
    Array,
    Complex,
    Ends,
    boson,
    chain,
    current,
    dot,
    left_handed,
    line,
    open_vertex,
    polarisations,
    spin_sum,
    u_spinors,
    v_spinors,
    vertex,
)

Couplings = tuple[float, float]
"""Left- and right-handed coupling."""


@dataclass(frozen=True)
class Neutral:
    """A photon or Z: couplings of charged leptons, of neutrinos, and of W pairs; mass and width."""

    lepton: Couplings
    neutrino: Couplings
    pair: float
    mass: float
    width: float

    def field(self, source: Complex, momentum: Array) -> Complex:
        return boson(source, momentum, self.mass, self.width)


@dataclass(frozen=True)
class Weak:
    """All couplings: ``mixed`` takes the photon's from alpha and g from G_F, ``alpha0`` all from alpha."""

    photon: Neutral
    z: Neutral
    w: float
    m_w: float

    def w_field(self, source: Complex, momentum: Array) -> Complex:
        return boson(source, momentum, self.m_w)

    @property
    def neutrals(self) -> tuple[Neutral, Neutral]:
        return self.photon, self.z


def weak(constants: Constants, scheme: str) -> Weak:
    cos2 = (constants.m_w / constants.m_z) ** 2
    sin2, e = 1 - cos2, math.sqrt(4 * math.pi * constants.alpha)
    g = {
        "mixed": math.sqrt(8 / math.sqrt(2) * constants.g_fermi) * constants.m_w,
        "alpha0": e / math.sqrt(sin2),
    }[scheme]
    over_cos = g / math.sqrt(cos2)
    z = Neutral(
        lepton=(over_cos * (0.5 - sin2), -over_cos * sin2),
        neutrino=(-over_cos * 0.5, 0.0),
        pair=g * math.sqrt(cos2),
        mass=constants.m_z,
        width=constants.width_z,
    )
    photon = Neutral(lepton=(e, e), neutrino=(0.0, 0.0), pair=e, mass=0.0, width=0.0)
    return Weak(photon=photon, z=z, w=-g / math.sqrt(2), m_w=constants.m_w)


def three_bosons(a: Complex, b: Complex, c: Complex, k1: Array, k2: Array, k3: Array) -> Complex:
    """Triple gauge vertex, wave functions a, b, c with incoming momenta k1, k2, k3; even permutations."""
    return dot(a, b) * dot(k1 - k2, c) + dot(b, c) * dot(k2 - k3, a) + dot(c, a) * dot(k3 - k1, b)


@dataclass(frozen=True)
class Doublet:
    """A line that changes from charged lepton to neutrino, or back, by giving away a W."""

    ends: Ends
    given: Array
    charged_first: bool

    def bare(self, w: float) -> Complex:
        return current(self.ends.left, self.ends.right, w, 0.0)

    def radiating(self, w: float, neutral: Neutral, wave: Complex, k: Array) -> Complex:
        """Current with the neutral boson (momentum k goes out) from either side of the W."""
        couplings = [neutral.lepton, neutral.neutrino]
        right, left = couplings if self.charged_first else couplings[::-1]
        free = (open_vertex(w, 0.0), k - self.given)
        m_right, m_left = self.ends.masses
        before = chain(self.ends, [(vertex(wave, *right), -k), free], [m_right])
        after = chain(self.ends, [free, (vertex(wave, *left), -k)], [m_left])
        return before + after


def w_exchange(weak: Weak, minus: Doublet, plus: Doublet, neutral: Neutral, wave: Complex, k: Array) -> Complex:
    """W between two lines with one neutral boson from any of the lines or from the W.

    ``minus`` gives away a W-, ``plus`` a W+; ``wave`` is the wave function of the neutral boson, ``k``
    its momentum, outgoing.
    """
    w_minus = weak.w_field(minus.bare(weak.w), minus.given)
    w_plus = weak.w_field(plus.bare(weak.w), plus.given)
    from_minus = dot(minus.radiating(weak.w, neutral, wave, k), w_plus)
    from_plus = dot(plus.radiating(weak.w, neutral, wave, k), w_minus)
    from_w = neutral.pair * three_bosons(w_plus, w_minus, wave, plus.given, minus.given, -k)
    return from_minus + from_plus + from_w


def nunu(momenta: Array, flavour: str = "mu", ew_scheme: str = "mixed", constants: Constants = CONSTANTS) -> Array:
    """Averaged |M|² of e+e- → νν̄ of one flavour; momenta (n, 4, 4)."""
    p1, p2, q1, q2 = momenta.swapaxes(0, 1)
    couplings, me = weak(constants, ew_scheme), constants.m_e
    z, w = couplings.z, couplings.w
    neutrino, anti = left_handed(q1), left_handed(q2)
    z_wave = z.field(current(neutrino, anti, *z.neutrino), q1 + q2)

    def amplitude(a: Complex, b: Complex) -> Complex:
        result = dot(z_wave, current(b, a, *z.lepton))
        if flavour == "e":
            w_wave = couplings.w_field(current(neutrino, a, w, 0.0), p1 - q1)
            result = result - dot(w_wave, current(b, anti, w, 0.0))
        return result

    return spin_sum(amplitude, u_spinors(p1, me), v_spinors(p2, me)) / 4


def gammanunu(
    momenta: Array,
    flavour: str = "mu",
    ew_scheme: str = "mixed",
    constants: Constants = CONSTANTS,
    polarisation: Array | None = None,
) -> Array:
    """Averaged |M|² of e+e- → γνν̄ of one flavour; momenta (n, 5, 4), order e-, e+, γ, ν, ν̄.

    Two Z diagrams, for electron neutrinos three more with W.
    """
    p1, p2, k, q1, q2 = momenta.swapaxes(0, 1)
    couplings, me = weak(constants, ew_scheme), constants.m_e
    photon, z = couplings.neutrals
    neutrino, anti = left_handed(q1), left_handed(q2)
    z_wave = z.field(current(neutrino, anti, *z.neutrino), q1 + q2)

    def amplitude(a: Complex, b: Complex, eps: Complex) -> Complex:
        result = line(
            Ends(b, a, p1, -p2, (me, me)), [(vertex(eps, *photon.lepton), -k), (vertex(z_wave, *z.lepton), -(q1 + q2))]
        )
        if flavour == "e":
            minus = Doublet(Ends(neutrino, a, p1, q1, (me, 0.0)), p1 - q1, charged_first=True)
            plus = Doublet(Ends(b, anti, -q2, -p2, (0.0, me)), p2 - q2, charged_first=False)
            result = result - w_exchange(couplings, minus, plus, photon, eps, k)
        return result

    states = polarisations(k, 0.0) if polarisation is None else [polarisation]
    return spin_sum(amplitude, u_spinors(p1, me), v_spinors(p2, me), states) / 4


def mumununu(momenta: Array, flavour: str = "mu", ew_scheme: str = "mixed", constants: Constants = CONSTANTS) -> Array:
    """Averaged |M|² of e+e- → μ+μ-νν̄ of one flavour; momenta (n, 6, 4), order e-, e+, μ-, μ+, ν, ν̄.

    Neutral bosons only: 10 diagrams. With W: 9 more for electron and 9 for muon neutrinos, with the
    opposite sign because two fermions are exchanged.
    """
    p1, p2, k1, k2, q1, q2 = momenta.swapaxes(0, 1)
    couplings, me, mmu = weak(constants, ew_scheme), constants.m_e, constants.m_mu
    z = couplings.z
    whole, pair, invisible = p1 + p2, k1 + k2, q1 + q2
    neutrino, anti = left_handed(q1), left_handed(q2)
    z_wave = z.field(current(neutrino, anti, *z.neutrino), invisible)

    def amplitude(a: Complex, b: Complex, c: Complex, d: Complex) -> Complex:
        beam_waves = [each.field(current(b, a, *each.lepton), whole) for each in couplings.neutrals]
        muon_waves = [each.field(current(c, d, *each.lepton), pair) for each in couplings.neutrals]
        beam_ends, muon_ends = Ends(b, a, p1, -p2, (me, me)), Ends(c, d, -k2, k1, (mmu, mmu))
        to_neutrinos = [(vertex(beam_waves[1], *z.neutrino), whole), (vertex(muon_waves[1], *z.neutrino), -pair)]
        result = line(Ends(neutrino, anti, -q2, q1, (0.0, 0.0)), to_neutrinos)
        for each, beam, muon in zip(couplings.neutrals, beam_waves, muon_waves, strict=True):
            z_out = (vertex(z_wave, *z.lepton), -invisible)
            result = result + line(beam_ends, [(vertex(muon, *each.lepton), -pair), z_out])
            result = result + line(muon_ends, [(vertex(beam, *each.lepton), whole), z_out])
        if flavour == "tau":
            return result
        if flavour == "e":
            minus = Doublet(Ends(neutrino, a, p1, q1, (me, 0.0)), p1 - q1, charged_first=True)
            plus = Doublet(Ends(b, anti, -q2, -p2, (0.0, me)), p2 - q2, charged_first=False)
            waves, k, ends = muon_waves, pair, muon_ends
        else:
            minus = Doublet(Ends(neutrino, d, -k2, q1, (mmu, 0.0)), -k2 - q1, charged_first=True)
            plus = Doublet(Ends(c, anti, -q2, k1, (0.0, mmu)), -q2 - k1, charged_first=False)
            waves, k, ends = beam_waves, -whole, beam_ends
        for each, wave in zip(couplings.neutrals, waves, strict=True):
            result = result - w_exchange(couplings, minus, plus, each, wave, k)
        w_plus = couplings.w_field(plus.bare(couplings.w), plus.given)
        w_minus = couplings.w_field(minus.bare(couplings.w), minus.given)
        absorbed = [(vertex(w_plus, couplings.w, 0.0), plus.given), (vertex(w_minus, couplings.w, 0.0), minus.given)]
        return result - chain(ends, absorbed, [0.0])

    muons = u_spinors(k1, mmu), v_spinors(k2, mmu)
    return spin_sum(amplitude, u_spinors(p1, me), v_spinors(p2, me), *muons) / 4
