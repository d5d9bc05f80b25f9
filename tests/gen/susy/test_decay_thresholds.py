"""Widths close to thresholds: W, Z and sleptons that can just, or just not, be real."""

import math
from collections.abc import Callable

import mpmath
import pytest

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.susy import Spectrum, SusyPoint
from lmutau.gen.susy.decay import decays
from lmutau.gen.susy.decay.couplings import couplings
from lmutau.gen.susy.decay.fermion_amplitude import Exchange, squared_fermion_amplitude
from lmutau.gen.susy.decay.light_fermions import w_width, z_width
from lmutau.gen.susy.decay.three_body import three_body_width
from lmutau.gen.susy.decay.two_body import fermion_to_scalar, scalar_to_fermions
from lmutau.gen.susy.decay.virtual import find_poles

Case = tuple[Callable[[float], SusyPoint], int, Callable[[Spectrum], float], float, float, str]


def _bino(m1: float) -> SusyPoint:
    return SusyPoint(m0=2000, m1=m1, m2=300, mu=-500, tan_beta=10, selectron_mass=2500, smuon_mass=2500)


def _higgsino(m1: float) -> SusyPoint:
    return SusyPoint(m0=2000, m1=m1, m2=1500, mu=500, tan_beta=10, selectron_mass=2500, smuon_mass=2500)


def _stau(mu: float) -> SusyPoint:
    return SusyPoint(m0=3000, m1=3000, m2=3000, mu=-mu, tan_beta=40, selectron_mass=2500, smuon_mass=2500,
                     stau_mass=350, trilinear=500)  # fmt: skip


def _chargino_gap(found: Spectrum) -> float:
    return float(found.charginos[0] - found.neutralinos[0])


def _neutralino_gap(found: Spectrum) -> float:
    return float(found.neutralinos[1] - found.neutralinos[0])


def _sneutrino_gap(found: Spectrum) -> float:
    return float(found.sleptons["tau"].sneutrino - found.sleptons["tau"].masses[0])


def _stau_gap(found: Spectrum) -> float:
    return float(found.sleptons["tau"].masses[1] - found.sleptons["tau"].masses[0])


CASES: dict[str, Case] = {
    "wino chargino, W": (_bino, 1000024, _chargino_gap, 150, 260, "W"),
    "wino, Z": (_bino, 1000023, _neutralino_gap, 150, 260, "Z"),
    "higgsino chargino, W": (_higgsino, 1000024, _chargino_gap, 300, 460, "W"),
    "higgsino, Z": (_higgsino, 1000023, _neutralino_gap, 300, 460, "Z"),
    "sneutrino, W": (_stau, 1000016, _sneutrino_gap, 500, 1600, "W"),
    "stau, Z": (_stau, 2000015, _stau_gap, 100, 1600, "Z"),
}


def _boson(word: str) -> tuple[float, float]:
    found = couplings(_bino(200))
    return (CONSTANTS.m_w, w_width(found)) if word == "W" else (CONSTANTS.m_z, z_width(found))


def _width(case: Case, widths: float, shift: float = 0.0) -> float:
    """Width by way of W or Z [GeV], the gap being so many widths above the mass of the boson."""
    build, code, gap, low, high, word = case
    mass, width = _boson(word)
    wanted, rising = mass + widths * width + shift, gap(build(high).spectrum()) > gap(build(low).spectrum())
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if (gap(build(middle).spectrum()) < wanted) == rising else (low, middle)
    partner = {1000024: 1000022, 1000023: 1000022, 2000015: 1000015, 1000016: 1000015}[code]
    boson = 24 if word == "W" else 23
    return sum(
        channel.width
        for channel in decays(build(low))[code].channels
        if abs(channel.products[0]) == partner and (abs(channel.products[1]) == boson or len(channel.products) == 3)
    )


@pytest.mark.parametrize("name", CASES)
def test_width_goes_on_over_the_threshold_of_w_and_z(name: str) -> None:
    case = CASES[name]
    below, at, above = (_width(case, 0.0, shift) for shift in (-0.01, 0.0, 0.01))
    assert below < at < above
    assert above == pytest.approx(below, rel=0.03)
    assert _width(case, 10, -1e-6) == pytest.approx(_width(case, 10, 1e-6), rel=0.04)


def test_fermions_of_a_nearly_real_w() -> None:
    """Five widths above threshold: fractions of a W, of which the tree-level width is the sum."""
    chargino = decays(_higgsino(417.0))[1000024]
    gap = chargino.mass - decays(_higgsino(417.0))[1000022].mass
    assert 2 < (gap - CONSTANTS.m_w) / w_width(couplings(_higgsino(417.0))) < 10
    assert chargino.fraction(1000022, 12, -11) == pytest.approx(1 / 9, rel=2e-3)
    assert chargino.fraction(1000022, 2, -1) == pytest.approx(1 / 3, rel=2e-3)


def test_z_width_is_the_measured_one_without_qcd() -> None:
    """Quarks of the measured width have 1 + alpha_s/pi = 1.038 more; they are 70 % of it."""
    assert z_width(couplings(_bino(200))) == pytest.approx(CONSTANTS.width_z / (1 + 0.7 * 0.038), rel=0.01)


@pytest.mark.parametrize("light", [(0.0005, 0.0005), (0.1057, 0.0), (1.777, 0.0), (1.777, 1.777)])
@pytest.mark.parametrize("distance", [1.0, 1e-2, 1e-4])
def test_slepton_just_above_its_threshold(light: tuple[float, float], distance: float) -> None:
    """Against a dispersion integral: with a massive lepton the width rises like 1/sqrt(distance)."""
    mass, heavy, (own, other) = 100.0, 60.0, light
    scalar = mass - own + distance

    def spectrum(t: float) -> float:
        root = math.sqrt(t)
        into = fermion_to_scalar(mass, own, root, (0.0, 0.3))
        return root * into * scalar_to_fermions(root, heavy, other, (0.3, 0.0)) / (math.pi * (t - scalar**2) ** 2)

    low, high = (heavy + other) ** 2, (mass - own) ** 2
    steps = [high - (high - low) * 10**-k for k in range(1, 8)]
    expected = mpmath.quad(lambda t: spectrum(float(t)), [low, *steps, high])
    for kind in ("direct", "crossed"):
        first, second = light if kind == "direct" else light[::-1]
        diagram = Exchange(kind=kind, first=(0.0, 0.3), second=(0.3, 0.0), mass=scalar)
        masses = (mass, heavy, first, second)
        width = three_body_width(
            *masses, lambda grid, m=masses, d=diagram: squared_fermion_amplitude(grid, m, [d]),  # type: ignore[misc]
            poles=find_poles([diagram], masses),
        )  # fmt: skip
        assert width == pytest.approx(float(expected), rel=5e-5)
