"""Pairs lighter than Z or W, whose cross-section is a narrow peak: against an integral in the angle of the peak."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.susy import SusyPoint
from lmutau.gen.susy.decay import couplings
from lmutau.gen.susy.decay.light_fermions import light_fermions
from lmutau.gen.susy.lhc import Densities, lhc_cross_sections
from lmutau.gen.susy.lhc.pairs import ProducedPair, pairs
from lmutau.gen.susy.lhc.partonic import partonic
from tests.gen.susy.toy_densities import toy

Array = NDArray[np.float64]

TOY = Densities(name="toy", values=toy)
ENERGY = 13000.0
SINE2 = 0.2243**2


def _luminosity(tau: Array, charge: int, code: int) -> Array:
    """∫ dy f f over all rapidities, 60 nodes."""
    z, w = np.polynomial.legendre.leggauss(60)
    half = -0.5 * np.log(tau)[:, None]
    one, two = (toy(np.sqrt(tau)[:, None] * np.exp(sign * half * z), 1.0) for sign in (1, -1))
    if charge == 0:
        partons = [(code, -code, 1.0)]
    else:
        partons = [(other, -code, 1 - SINE2 if other == code + 1 else SINE2) for other in (2, 4)]
        partons = [(a * charge, b * charge, v) for a, b, v in partons]
    return (half * w * sum(v * (one[a] * two[b] + one[b] * two[a]) for a, b, v in partons)).sum(axis=1)


def _reference(point: SusyPoint, pair: ProducedPair) -> float:
    """∫ ds/s: s = M² + M Γ tan(u) up to (250 GeV)², ln s above; 300 nodes each."""
    found = couplings(point)
    boson = pair.propagators[-1]
    z, w = np.polynomial.legendre.leggauss(300)
    low, cut = sum(pair.masses) ** 2, max(250.0, 1.5 * sum(pair.masses)) ** 2
    ends = [math.atan((s - boson.mass**2) / (boson.mass * boson.width)) for s in (low, cut)]
    u = ends[0] + (ends[1] - ends[0]) * (z + 1) / 2
    s = boson.mass**2 + boson.mass * boson.width * np.tan(u)
    slope = boson.mass * boson.width / np.cos(u) ** 2 / s * (ends[1] - ends[0]) / 2
    far = cut * np.exp(math.log(ENERGY**2 / cut) * (z + 1) / 2)
    weights = np.concatenate([w * slope, w * math.log(ENERGY**2 / cut) / 2])
    s = np.concatenate([s, far])
    codes = (1, 2, 3, 4, 5) if pair.charge == 0 else (1, 3)
    light = {item.code: item for item in light_fermions(found) if item.colours == 3}
    total = sum(
        _luminosity(s / ENERGY**2, pair.charge, code) * partonic(found, pair, light[code], s, 4000.0) for code in codes
    )
    return float(np.sum(weights * total)) * CONSTANTS.hbarc2


LIGHT: dict[str, Any] = {"m0": 600.0, "m2": 300.0, "mu": -150.0, "tan_beta": 10.0, "smuon_mass": 500.0}


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ({"m1": 40.0, "selectron_mass": 85.0}, [(1000022, 1000022), (1000012, -1000012), (-1000011, 1000012)]),
        ({"m1": 45.1, "selectron_mass": 82.0}, [(1000022, 1000022), (1000012, -1000012), (1000011, -1000012)]),
        ({"m1": 2.0, "selectron_mass": 100.0}, [(1000022, 1000022), (1000024, 1000022)]),
        ({"m1": 100.0, "m2": 35.0, "mu": -500.0, "selectron_mass": 90.0},
         [(1000024, 1000022), (-1000024, 1000022), (1000024, -1000024), (1000011, -1000011)]),
    ],
)  # fmt: skip
def test_peaks_of_z_and_w(settings: dict[str, Any], codes: list[tuple[int, int]]) -> None:
    point = SusyPoint(**(LIGHT | settings))
    found = {item.codes: item.sigma_fb for item in lhc_cross_sections(point, ENERGY, TOY)}
    for pair in pairs(couplings(point), CONSTANTS.width_z):
        if pair.codes in codes:
            assert found[pair.codes] == pytest.approx(_reference(point, pair), rel=1e-5), pair.codes


def test_the_peak_is_the_width_times_a_branching_fraction() -> None:
    """4 π²/3 Γ(q q̄) Γ(ν̃ ν̃*)/(M Γ) δ(s - M²), Γ(ν̃ ν̃*) half that of a neutrino times β³; tails are 1.5 %."""
    point = SusyPoint(**LIGHT, m1=40, selectron_mass=85)
    found = couplings(point)
    pair = next(item for item in pairs(found, CONSTANTS.width_z) if item.codes == (1000012, -1000012))
    m, width = found.scheme.m_z, CONSTANTS.width_z
    g2 = found.scheme.g1**2 + found.scheme.g2**2
    to_sneutrinos = g2 * m / (192 * math.pi) * (1 - 4 * (pair.masses[0] / m) ** 2) ** 1.5
    tau, expected = np.array([m * m / ENERGY**2]), 0.0
    for quark in light_fermions(found):
        if quark.colours == 3:
            left, right = quark.isospin - quark.charge * found.scheme.sin2, -quark.charge * found.scheme.sin2
            to_quarks = g2 * m / (24 * math.pi) * (left**2 + right**2)  # of one colour
            peak = 4 * math.pi**2 * to_quarks * to_sneutrinos / (m * width)
            expected += float(_luminosity(tau, 0, quark.code)[0]) * peak / m**2
    (sigma,) = (item.sigma_fb for item in lhc_cross_sections(point, ENERGY, TOY) if item.codes == pair.codes)
    assert sigma == pytest.approx(expected * CONSTANTS.hbarc2, rel=0.02)
