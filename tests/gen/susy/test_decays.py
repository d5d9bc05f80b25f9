"""Decay tables of points: what must hold for every one, and what is known of some."""

import dataclasses
import math

import numpy as np
import pytest

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.susy import Spectrum, SusyPoint, benchmark, slepton_width
from lmutau.gen.susy.decay import Decay, decays
from lmutau.gen.susy.decay.couplings import couplings
from lmutau.gen.susy.decay.fermion_channels import chargino_channels, neutralino_channels
from lmutau.gen.susy.decay.light_fermions import w_width
from lmutau.gen.susy.decay.scalar_channels import slepton_channels
from lmutau.gen.susy.decay.two_body import momentum
from lmutau.gen.susy.decay.two_body_channels import two_body_channels

LIGHT = SusyPoint(m0=150, m1=-190, m2=210, mu=230, tan_beta=4, selectron_mass=240, smuon_mass=250, stau_mass=260,
                  slepton_input="soft", g=0.2, m10=30)  # fmt: skip
POINTS = {name: benchmark(name) for name in ("BP1", "BP2", "BP3", "BP4")} | {"light": LIGHT}
SLEPTONS_BELOW = SusyPoint(m0=900, m1=-400, m2=500, mu=600, tan_beta=5, selectron_mass=200, smuon_mass=260,
                           stau_mass=300, slepton_input="soft", g=1e-3)  # fmt: skip
CHARGES = {1: -1, 2: 2, 3: -1, 4: 2, 5: -1, 11: -3, 12: 0, 13: -3, 14: 0, 15: -3, 16: 0, 23: 0, 24: 3, 25: 0, 32: 0}


def charge(code: int) -> int:
    size, sign = abs(code), 1 if code > 0 else -1
    if size in CHARGES:
        return sign * CHARGES[size]
    if size in (1000024, 1000037):
        return 3 * sign
    return -3 * sign if size % 1000000 in (11, 13, 15) else 0


@pytest.mark.parametrize("name", POINTS)
def test_every_channel_is_allowed(name: str) -> None:
    table = decays(POINTS[name])
    assert list(table) == sorted(table, key=lambda code: table[code].mass)
    assert [decay.code for decay in table.values() if decay.stable] == [next(iter(table))]
    for code, decay in table.items():
        if decay.stable or (POINTS[name].zp_mass == 0 and code in (1000055, 1000065)):
            assert decay.width == 0
            assert not decay.channels
            continue
        assert decay.width > 0
        assert sum(decay.branching(channel) for channel in decay.channels) == pytest.approx(1, abs=1e-12)
        for channel in decay.channels:
            heavy = [table[abs(product)] for product in channel.products if abs(product) > 1000000]
            assert len(heavy) == 1
            assert heavy[0].mass < decay.mass
            assert sum(charge(product) for product in channel.products) == charge(code)
        if abs(code) in (1000022, 1000023, 1000025, 1000035, 1000045):
            _is_its_own_antiparticle(decay)


def _is_its_own_antiparticle(decay: Decay) -> None:
    own = {23, 25, 32, 1000022, 1000023, 1000025, 1000035, 1000045, 1000055, 1000065}
    for channel in decay.channels:
        other = [product if product in own else -product for product in channel.products]
        assert decay.fraction(*other) == pytest.approx(decay.branching(channel), rel=1e-9)


@pytest.mark.parametrize("lepton", ["mu", "tau"])
def test_bprime_part_is_slepton_width(lepton: str) -> None:
    point = SusyPoint(m0=184, m1=140, m2=953, mu=-758, tan_beta=23, selectron_mass=160, smuon_mass=731, stau_mass=800,
                      g=7.09e-4)  # fmt: skip
    found = point.spectrum()
    states, table = found.sleptons[lepton], decays(point)
    index = int(np.argmax(found.composition[:, 3]))
    codes = {"mu": (1000013, 2000013, 13), "tau": (1000015, 2000015, 15)}[lepton]
    for j in range(2):
        expected = slepton_width(lepton, mass=states.masses[j], neutralino_mass=found.signed_neutralinos[index],
                                 g=point.g, left=states.mixing[j, 0], right=states.mixing[j, 1])  # fmt: skip
        decay = table[codes[j]]
        assert decay.width * decay.fraction(1000023, codes[2]) == pytest.approx(float(expected), rel=1e-9)


def test_slepton_to_bino() -> None:
    """g1² Y² m (1 - r)²/(8 π) with Y = 1 (R) and 1/2 (L); a sneutrino as L."""
    point = SusyPoint(m0=9e5, m1=100, m2=9e5, mu=9e5, tan_beta=1, selectron_mass=1000, smuon_mass=1000, stau_mass=1000,
                      trilinear=9e5, slepton_input="soft")  # fmt: skip
    found, states = point.spectrum(), point.spectrum().sleptons["e"]
    g1 = couplings(point).scheme.g1
    table = two_body_channels(couplings(point))
    for j, code in enumerate((1000011, 2000011)):
        y2 = states.mixing[j, 0] ** 2 / 4 + states.mixing[j, 1] ** 2
        m, r = states.masses[j], (found.neutralinos[0] / states.masses[j]) ** 2
        assert table[code][0].width == pytest.approx(g1**2 * y2 * m * (1 - r) ** 2 / (8 * math.pi), rel=1e-4)
    r = (found.neutralinos[0] / float(states.sneutrino)) ** 2
    expected = g1**2 / 4 * float(states.sneutrino) * (1 - r) ** 2 / (8 * math.pi)
    assert table[1000012][0].width == pytest.approx(expected, rel=1e-4)


def test_heavy_wino_goes_to_higgsinos_by_equivalence() -> None:
    """W, Z, h of a wino far above everything: each g2² m/(32 π) summed over the Higgsinos, heavy Higgses missing."""
    point = SusyPoint(m0=9e8, m1=8e8, m2=2e6, mu=100, tan_beta=4, selectron_mass=9e8, smuon_mass=9e8, stau_mass=9e8)
    table = decays(point)
    g2 = couplings(point).scheme.g2
    wino = next(decay for decay in table.values() if decay.code != 1000037 and decay.mass > 1e6)
    unit = g2**2 * wino.mass / (32 * math.pi) / wino.width
    tree = (couplings(point).scheme.g2 * couplings(point).scheme.v / 2 / CONSTANTS.m_w) ** 2  # M_W measured, not g2 v/2
    w = sum(wino.fraction(code, -24 if code > 0 else 24) for code in (1000024, -1000024))
    assert w == pytest.approx(unit * tree, rel=1e-4)
    assert sum(wino.fraction(code, 23) for code in (1000022, 1000023)) == pytest.approx(unit / 2, rel=1e-4)
    assert sum(wino.fraction(code, 25) for code in (1000022, 1000023)) == pytest.approx(unit / 2, rel=1e-4)


def test_higgsino_chargino_by_virtual_w() -> None:
    """(f² + 3 f_A²) Δ⁵ with all neutralino states: quarks three times a neutrino pair."""
    point = SusyPoint(m0=9e3, m1=3e3, m2=4e3, mu=400, tan_beta=4, selectron_mass=8e3, smuon_mass=8e3, stau_mass=8e3)
    chargino, found = decays(point)[1000024], couplings(point)
    assert not chargino.stable
    gap = chargino.mass - float(found.neutralinos[0])
    left, right = found.w[0][0, 0], found.w[1][0, 0]
    vector, axial = abs(left + right) ** 2 / 4, abs(right - left) ** 2 / 4
    contact = found.scheme.g2 / math.sqrt(2) / (2 * CONSTANTS.m_w**2)
    recoil = 1 - 1.5 * gap / chargino.mass  # first order in the released energy
    expected = 2 * contact**2 * (vector + 3 * axial) * gap**5 / (60 * math.pi**3) * recoil
    width = chargino.width * chargino.fraction(1000022, 12, -11)
    assert width == pytest.approx(expected, rel=0.01)


def _three_body(point: SusyPoint, found: Spectrum | None = None) -> list[float]:
    all_couplings = couplings(point, found)
    channels = [channel for i in range(7) for channel in neutralino_channels(all_couplings, i)]
    channels += [channel for k in range(2) for channel in chargino_channels(all_couplings, k)]
    for code in (1000011, 2000011, 1000012, 1000013, 2000013, 1000014, 1000015, 2000015, 1000016):
        channels += list(slepton_channels(all_couplings, code))
    two = [channel for found_ in two_body_channels(all_couplings).values() for channel in found_]
    return [channel.width for channel in [*two, *channels]]


@pytest.mark.parametrize("point", [POINTS["light"], SLEPTONS_BELOW], ids=["light", "sleptons below"])
def test_phases_of_the_states_do_not_matter(point: SusyPoint) -> None:
    """Signs of neutralinos and sleptons, phases of charginos: no width, and no interference, knows them."""
    found = point.spectrum()
    reference = _three_body(point)
    assert len(reference) > 150
    signs = np.array([1.0, -1.0, 1.0, -1.0, -1.0, 1.0, -1.0])
    phases = np.exp(1j * np.array([0.7, 2.1]))
    mixed = {
        lepton: dataclasses.replace(states, mixing=states.mixing * np.array([[-1.0], [1.0]]))
        for lepton, states in found.sleptons.items()
    }
    turned = dataclasses.replace(
        found,
        real_mixing=found.real_mixing * signs[:, None],
        chargino_u=found.chargino_u * phases[:, None],
        chargino_v=found.chargino_v * phases.conj()[:, None],
        sleptons=mixed,
    )
    assert _three_body(point, turned) == pytest.approx(reference, rel=1e-7, abs=1e-25)


def test_sneutrino_below_everything_gets_its_slepton_by_virtual_w_and_bino() -> None:
    """The right selectron has no coupling to W: it decays by a virtual bino, as often to the antisneutrino."""
    table = decays(SLEPTONS_BELOW)
    left, right = (2000011, 1000011) if table[2000011].fraction(1000012, 1, -2) > 0.01 else (1000011, 2000011)
    assert table[left].fraction(1000012, 13, -14) == pytest.approx(table[left].fraction(1000012, 1, -2) / 3, rel=0.01)
    same, other = table[right].fraction(1000012, 11, -12), table[right].fraction(-1000012, 11, 12)
    assert same + other > 0.9
    assert table[left].width > 1000 * table[right].width


def test_bprime_between_bino_and_sleptons_goes_to_muons_and_neutrinos() -> None:
    """BP4: no two-body channel and no coupling to W or Z; smuons and sneutrinos only, width of order g_X² g1²."""
    decay = decays(benchmark("BP4"))[1000023]
    assert {tuple(sorted(map(abs, channel.products))) for channel in decay.channels} == {
        (code, code, 1000022) for code in (13, 14, 15, 16)
    }
    twice = decays(dataclasses.replace(benchmark("BP4"), g=2 * 7.09e-4))[1000023]
    assert twice.width == pytest.approx(4 * decay.width, rel=1e-5)


def test_nothing_to_decay_to_is_said() -> None:
    """Only B' is below the selectrons, and it does not couple to them: four-body decays only."""
    point = SusyPoint(
        m0=50, m1=900, m2=950, mu=980, tan_beta=5, selectron_mass=200, smuon_mass=800, stau_mass=800, g=1e-3
    )
    table = decays(point)
    assert table[1000022].stable
    assert table[1000012].width == 0
    assert not table[1000012].stable


def test_eta_fermion_goes_to_bprime_and_zp() -> None:
    """A longitudinal Z' is the U(1)_X Goldstone boson; with tan gamma = 1 one of the two couples to it, with g_X."""
    point = SusyPoint(m0=300, m1=900, m2=950, mu=980, tan_beta=5, selectron_mass=5e3, smuon_mass=5e3, stau_mass=5e3,
                      g=1e-3, zp_mass=0.05, mu_eta=4000)  # fmt: skip
    table = decays(point)
    both = [table[code].width * table[code].fraction(1000022, 32) for code in (1000055, 1000065)]
    expected = 1e-6 * (4000**2 - 300**2) * (4000 - 300) ** 2 / (16 * math.pi * 4000**3)
    assert sorted(both) == pytest.approx([0, expected], rel=1e-6)


@pytest.mark.parametrize("zp_mass", [1e-300, 1e-100, 1e-30, 1e-15, 1e-6, 1e-3])
def test_light_zp_is_a_goldstone_boson(zp_mass: float) -> None:
    point = SusyPoint(m0=300, m1=900, m2=950, mu=980, tan_beta=5, selectron_mass=5e3, smuon_mass=5e3, stau_mass=5e3,
                      g=1e-3, zp_mass=zp_mass, mu_eta=4000)  # fmt: skip
    table = decays(point)
    both = [table[code].width * table[code].fraction(1000022, 32) for code in (1000055, 1000065) if table[code].width]
    expected = 1e-6 * (4000**2 - 300**2) * (4000 - 300) ** 2 / (16 * math.pi * 4000**3)
    assert max(both) == pytest.approx(expected, rel=1e-6)


def test_tiny_coupling_to_a_real_particle_changes_nothing() -> None:
    """With g_YX the B' of BP1 can go to a real selectron; what it does by virtual ones goes on."""
    none, tiny, small = (decays(dataclasses.replace(benchmark("BP1"), g_yx=g))[1000035] for g in (0, 1e-9, 1e-6))
    assert tiny.width == pytest.approx(none.width, rel=1e-5)
    two_body = sum(channel.width for channel in small.channels if len(channel.products) == 2)
    assert two_body > 0.005 * small.width
    assert small.width == pytest.approx(none.width + two_body, rel=2e-3)


def test_virtual_sleptons_beside_an_open_w() -> None:
    """Bino to wino: W by mixing, more than half of the width by virtual sleptons, as without mixing."""

    def bino(mu: float) -> Decay:
        return decays(SusyPoint(m0=2000, m1=250, m2=100, mu=mu, tan_beta=10, selectron_mass=300, smuon_mass=300,
                                stau_mass=5000, trilinear=0))[1000023]  # fmt: skip

    def sleptons(decay: Decay, *own: int) -> float:
        own = own or (11, 12, 13, 14, 15, 16)
        return sum(channel.width for channel in decay.channels if abs(channel.products[1]) in own)

    mixed, pure = bino(-1000), bino(-1e4)
    assert mixed.fraction(1000024, -24) > 0.1
    assert sleptons(mixed) > 0.5 * mixed.width
    assert sleptons(mixed, 11, 12) == pytest.approx(sleptons(pure, 11, 12), rel=0.03)


def test_w_and_bino_interfere_in_slepton_decays() -> None:
    """ẽ -> ν̃ e ν̄ without lepton masses: 2 P·γ P_L g² T T'/(s - M_W²) + P·γ P_L 2 g_a² T_a T_a'/(u - m²), |R|² apart."""
    point = SusyPoint(m0=2000, m1=-200, m2=230, mu=-300, tan_beta=10, selectron_mass=150, smuon_mass=900,
                      stau_mass=900, trilinear=750)  # fmt: skip
    found, states, scheme = point.spectrum(), point.spectrum().sleptons["e"], couplings(point).scheme
    n, m = found.neutralino_mixing[:5], found.neutralinos
    electron = -(scheme.g2 * n[:, 1] + scheme.g1 * n[:, 0]) / math.sqrt(2)  # √2 (g2 T3 N_W + g1 Y N_B)
    neutrino = (scheme.g2 * n[:, 1] - scheme.g1 * n[:, 0]) / math.sqrt(2)
    right = math.sqrt(2) * scheme.g1 * n[:, 0]
    mass, heavy = states.masses[0], float(states.sneutrino)
    y, w = np.polynomial.legendre.leggauss(60)
    s = (mass - heavy) ** 2 * (y[:, None] + 1) / 2
    p = np.array([momentum(mass, heavy, math.sqrt(x)) for x in s[:, 0]])[:, None]
    u = (mass**2 + heavy**2 - s) / 2 + mass * p * y  # (P - k1)², of sneutrino and antineutrino
    t = mass**2 + heavy**2 - s - u
    weight = (mass - heavy) ** 2 / 2 * w[:, None] * mass * p * w
    line = [1 / (u - x**2) for x in m]
    left = states.mixing[0, 0] * (
        scheme.g2**2 / (s - CONSTANTS.m_w**2 + 1j * CONSTANTS.m_w * w_width(couplings(point)))
        + sum(electron[i].conjugate() * neutrino[i] * line[i] for i in range(5))
    )
    flip = states.mixing[0, 1] * sum(right[i] * neutrino[i] * m[i] * line[i] for i in range(5))
    square = np.abs(left) ** 2 * ((mass**2 - u) * (mass**2 - t) - mass**2 * s) + np.abs(flip) ** 2 * s
    expected = float(np.sum(weight * square)) / (256 * math.pi**3 * mass**3)
    decay = decays(point)[1000011]
    assert decay.width * decay.fraction(1000012, 11, -12) == pytest.approx(expected, rel=2e-4)
