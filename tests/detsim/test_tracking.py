"""Tracking: resolution, acceptance, and what a measured track looks like."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmutau.detsim.card import load_card
from lmutau.detsim.direction import exp_eta, polar
from lmutau.detsim.tracking import (
    in_acceptance,
    measure_track,
    track_accepted,
    track_efficiency,
    tracking_numbers,
    transverse_momentum_resolution,
)
from tests.strategies import Momentum, momenta

BELLE2 = load_card("belle2").tracking
JKPT = load_card("jkpt2019").tracking
M_MU = 0.1056583755


@pytest.mark.parametrize(
    ("pt", "beta", "expected"),
    [
        # by hand from arXiv:1904.13053, eq. (3.10), with pT
        (4.0, 1.0, math.sqrt(0.0044**2 + 0.0025**2)),
        (1.0, 1.0, 0.0027313000567495326),
        (0.5, 0.5, math.sqrt(0.00055**2 + 0.005**2)),
        (100.0, 1.0, 0.11002840541885),
    ],
)
def test_resolution_of_belle2(pt: float, beta: float, expected: float) -> None:
    assert float(transverse_momentum_resolution(pt, beta, BELLE2)) == pytest.approx(expected, rel=1e-10)


def test_resolution_of_jkpt2019_is_flat() -> None:
    resolution = transverse_momentum_resolution([0.1, 1.0, 7.0], [[0.3], [1.0]], JKPT)
    np.testing.assert_allclose(resolution, np.full((2, 3), 0.005), rtol=1e-15)


def test_efficiency_of_belle2_against_pt() -> None:
    found = track_efficiency([0.05, 0.1, 0.15, 0.225, 0.3, 0.4, 5.0], BELLE2)
    np.testing.assert_allclose(found, [0, 0.9009, 0.9009, 0.94545, 0.99, 0.99, 0.99], rtol=1e-12)
    assert track_efficiency([0.0, 3.0], JKPT).tolist() == [1.0, 1.0]


def test_momentum_variable_p_is_equation_3_10_as_printed() -> None:
    """A muon of pT = 1 GeV at 20 degrees has p = 2.924 GeV: its resolution is that of p."""
    p = 1 / math.sin(math.radians(20))
    momentum = (1.0, 0.0, math.sqrt(p**2 - 1))
    expected = math.hypot(0.0011 * p, 0.0025 * math.hypot(p, M_MU) / p)
    for section, sigma in ((replace(BELLE2, momentum_variable="p"), expected), (BELLE2, 0.0027313)):
        pt, _, _ = polar(*measure_track(*momentum, M_MU, tracking_numbers(section)[0], (1.0, 0.0, 0.0)))
        assert pt - 1 == pytest.approx(sigma, rel=2e-3)
    assert float(transverse_momentum_resolution(p, 0.999349, replace(BELLE2, momentum_variable="p"))) == pytest.approx(
        expected, rel=1e-5
    )


@given(momentum=momenta(smallest=0.05), normals=st.tuples(*3 * (st.floats(-0.2, 0.2),)))
def test_resolution_scale_widens_everything(momentum: Momentum, normals: tuple[float, float, float]) -> None:
    """Scale 1.08 with numbers n is scale 1 with numbers 1.08 n."""
    wide = tracking_numbers(replace(BELLE2, resolution_scale=1.08))[0]
    scaled = (1.08 * normals[0], 1.08 * normals[1], 1.08 * normals[2])
    one = measure_track(*momentum, M_MU, wide, normals)
    two = measure_track(*momentum, M_MU, tracking_numbers(BELLE2)[0], scaled)
    np.testing.assert_allclose(one, two, rtol=1e-9, atol=1e-12)


def test_resolution_never_exceeds_one() -> None:
    np.testing.assert_array_equal(transverse_momentum_resolution(0.0, [0.0, 1e-3, 1e-300], BELLE2), np.ones(3))


def test_acceptance_edges_of_belle2() -> None:
    angles = np.radians([16.99, 17.01, 90.0, 149.99, 150.01])
    assert in_acceptance(1.0, angles, BELLE2).tolist() == [False, True, True, True, False]
    assert in_acceptance([0.099, 0.101], math.pi / 2, BELLE2).tolist() == [False, True]


@given(momentum=momenta())
def test_jkpt2019_has_no_acceptance_of_its_own(momentum: Momentum) -> None:
    assert track_accepted(*momentum, tracking_numbers(JKPT)[0])


@given(
    momentum=momenta(),
    normals=st.tuples(st.floats(-9, 9), st.floats(-9, 9), st.floats(-9, 9)),
    section=st.sampled_from((BELLE2, JKPT)),
)
def test_a_measured_track_is_finite_and_positive(
    momentum: Momentum, normals: tuple[float, float, float], section: object
) -> None:
    numbers = tracking_numbers(BELLE2 if section is BELLE2 else JKPT)[0]
    pt, eta, phi = polar(*measure_track(*momentum, M_MU, numbers, normals))
    assert pt >= 0 and math.isfinite(pt)
    assert abs(eta) < 21.5
    assert -math.pi <= phi <= math.pi


@given(momentum=momenta(smallest=0.01), normal=st.floats(-5, 5))
def test_exact_directions_stay_exact(momentum: Momentum, normal: float) -> None:
    """Flat smearing of pT with exact direction is the same as smearing the momentum by 0.5 %."""
    pt, eta, phi = polar(*measure_track(*momentum, M_MU, tracking_numbers(JKPT)[0], (normal, 0.0, 0.0)))
    measured = np.array([pt * math.cos(phi), pt * math.sin(phi), pt * math.sinh(eta)])
    expected = np.array(momentum) * (1 + 0.005 * normal)
    np.testing.assert_allclose(measured, expected, rtol=1e-12, atol=1e-8 * float(np.linalg.norm(expected)))


def test_a_wild_measurement_is_reflected_not_negative() -> None:
    numbers = tracking_numbers(BELLE2)[0]._replace(constant=0.5)
    pt, _, _ = polar(*measure_track(1.0, 0.0, 0.0, M_MU, numbers, (-5.0, 0.0, 0.0)))
    assert pt == pytest.approx(5 * math.sqrt(0.5**2 + 0.0011**2 + (0.0025 * math.hypot(1, M_MU)) ** 2) - 1, rel=1e-12)


def test_angles_move_by_the_resolution_times_the_normal_number() -> None:
    theta, phi = 1.1, 3.1
    momentum = (2 * math.sin(theta) * math.cos(phi), 2 * math.sin(theta) * math.sin(phi), 2 * math.cos(theta))
    numbers = tracking_numbers(BELLE2)[0]
    _, eta, measured_phi = polar(*measure_track(*momentum, M_MU, numbers, (0.0, 2.0, 0.0)))
    assert 2 * math.atan(math.exp(-eta)) - theta == pytest.approx(0.002, rel=1e-5)
    assert measured_phi == pytest.approx(phi, abs=1e-14)
    _, eta, measured_phi = polar(*measure_track(*momentum, M_MU, numbers, (0.0, 0.0, 50.0)))
    assert math.remainder(measured_phi - phi, 2 * math.pi) == pytest.approx(0.05, rel=1e-3)  # tan(0.05) = 0.05004
    assert measured_phi < 0, "wrapped at pi"


def pseudorapidity(transverse: float, longitudinal: float) -> float:
    return float(polar(transverse, exp_eta(transverse, longitudinal), 1.0, 0.0)[1])


@pytest.mark.parametrize(("transverse", "longitudinal"), [(1.0, 0.3), (2.0, -5.0), (1e-3, 4.0), (1.0, 0.0)])
def test_pseudorapidity(transverse: float, longitudinal: float) -> None:
    assert pseudorapidity(transverse, longitudinal) == pytest.approx(math.asinh(longitudinal / transverse), rel=1e-14)


def test_pseudorapidity_on_the_axis_is_finite() -> None:
    assert pseudorapidity(0.0, 3.0) == pytest.approx(math.asinh(1e9), rel=1e-12)
    assert pseudorapidity(0.0, -3.0) == pytest.approx(-pseudorapidity(0.0, 3.0), rel=1e-15)
    assert pseudorapidity(0.0, 0.0) == 0.0
