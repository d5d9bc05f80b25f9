"""Calorimeter: where photons are lost, and how well they are measured."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lmutau.detsim.card import load_card
from lmutau.detsim.direction import polar
from lmutau.detsim.ecl import (
    ecl_numbers,
    measure_photon,
    photon_angular_resolution,
    photon_energy_resolution,
    photon_loss,
)
from tests.strategies import Momentum, momenta, spherical

BELLE2 = load_card("belle2").ecl
JKPT = load_card("jkpt2019").ecl


@pytest.mark.parametrize(
    ("degrees", "loss"),
    [
        (12.39, 1.0),
        (12.41, 7e-3),
        (31.39, 7e-3),
        (31.41, 1.0),
        (32.19, 1.0),
        (32.21, 3e-6),
        (89.96, 3e-6),
        (89.97, 1.0),
        (90.03, 1.0),
        (90.04, 3e-6),
        (128.69, 3e-6),
        (128.71, 1.0),
        (130.69, 1.0),
        (130.71, 7e-3),
        (155.09, 7e-3),
        (155.11, 1.0),
    ],
)
def test_regions_of_belle2(degrees: float, loss: float) -> None:
    assert float(photon_loss(2.0, math.radians(degrees), BELLE2)) == loss


def test_jkpt2019_loses_the_same_everywhere_inside() -> None:
    inside = np.radians(np.linspace(12.41, 155.09, 500))
    np.testing.assert_array_equal(photon_loss([[0.11], [1.0], [6.0]], inside, JKPT), np.full((3, 500), 1e-5))
    assert photon_loss(1.0, np.radians([12.39, 155.11]), JKPT).tolist() == [1.0, 1.0]


def test_gaps_cover_what_their_angles_say() -> None:
    """Lost fraction of an isotropic flux, against the solid angle of the gaps computed from the angles."""
    cosine = (np.arange(400_000) + 0.5) / 200_000 - 1  # midpoints: exact to 1e-5 per edge
    lost = np.mean(photon_loss(2.0, np.arccos(cosine), replace(BELLE2, forward_loss=0.0, backward_loss=0.0)))
    edges = np.cos(np.radians([0, 12.4, 31.4, 32.2, 89.965, 90.035, 128.7, 130.7, 155.1, 180]))
    expected = float(np.sum(edges[0::2] - edges[1::2])) / 2
    assert lost == pytest.approx(expected, abs=3e-5)


def test_turn_on_is_continuous_and_falls() -> None:
    energies = np.linspace(0.1, 1.0, 10_001)
    loss = photon_loss(energies, math.radians(60), BELLE2)
    assert loss[0] == pytest.approx(0.05 + 0.95 * 3e-6, rel=1e-12)
    assert loss[-1] == 3e-6
    steps = np.diff(loss)
    assert steps.max() <= 1e-15
    assert -steps.min() < 1.01 * 0.05 / 0.4 * 0.9 / 10_000


def test_threshold_of_the_true_energy() -> None:
    assert float(photon_loss(0.0999, math.radians(60), BELLE2)) == 1.0
    assert float(photon_loss(0.1001, math.radians(60), BELLE2)) < 0.0501


def test_backward_barrel_can_be_scaled() -> None:
    scaled = replace(BELLE2, backward_barrel_scale=10.0)
    loss = photon_loss(2.0, np.radians([60.0, 100.0, 140.0]), scaled)
    np.testing.assert_allclose(loss, [3e-6, 3e-5, 7e-3], rtol=1e-14)


@pytest.mark.parametrize(
    ("energy", "energy_resolution", "angle"),
    # Belle II Technical Design Report: 4 % and 13 mrad at 0.1 GeV, 1.6 % and 3 mrad at 8 GeV, read as
    # rounded to the last digit given
    [(0.1, (0.0395, 0.0405), (0.0125, 0.0135)), (8.0, (0.0155, 0.0165), (0.0025, 0.0035))],
)
def test_resolutions_meet_the_design_report(
    energy: float, energy_resolution: tuple[float, float], angle: tuple[float, float]
) -> None:
    assert energy_resolution[0] < float(photon_energy_resolution(energy, BELLE2)) < energy_resolution[1]
    assert angle[0] < float(photon_angular_resolution(energy, BELLE2)) < angle[1]


def test_resolution_values() -> None:
    np.testing.assert_allclose(
        photon_energy_resolution([0.5, 1.0, 4.0], BELLE2), [0.022672, 0.019420, 0.016567], rtol=5e-5
    )
    assert float(photon_angular_resolution(1.0, BELLE2)) == pytest.approx(math.sqrt(22.76) * 1e-3, rel=1e-12)
    assert photon_energy_resolution([0.0, 1e-300, 1e-9], BELLE2).tolist() == [1.0, 1.0, 1.0]
    assert photon_energy_resolution([0.0, 3.0], JKPT).tolist() == [0.0, 0.0]


@given(momentum=momenta(), normals=st.tuples(st.floats(-9, 9), st.floats(-9, 9), st.floats(-9, 9)))
def test_a_measured_photon_is_finite_and_positive(momentum: Momentum, normals: tuple[float, float, float]) -> None:
    pt, eta, phi = polar(*measure_photon(*momentum, ecl_numbers(BELLE2)[0], normals))
    assert pt >= 0 and math.isfinite(pt)
    assert abs(eta) < 21.5
    assert -math.pi <= phi <= math.pi


@given(momentum=momenta(smallest=0.01), normals=st.tuples(*3 * (st.floats(-3, 3),)))
@example(momentum=(0.0, 0.0, -1.0), normals=(0.0, 6e-8, 0.0))
def test_energy_and_space_angle_move_as_told(momentum: Momentum, normals: tuple[float, float, float]) -> None:
    """The tilt is the same everywhere on the sphere, poles included: |tilt| = sigma |(n1, n2)|."""
    energy = math.sqrt(sum(x * x for x in momentum))
    pt, eta, phi = polar(*measure_photon(*momentum, ecl_numbers(BELLE2)[0], normals))
    measured = np.array([pt * math.cos(phi), pt * math.sin(phi), pt * math.sinh(eta)])
    sigma = math.hypot(0.0117 / math.sqrt(energy), 0.0155)
    assert np.linalg.norm(measured) == pytest.approx(energy * abs(1 + sigma * normals[0]), rel=1e-9)
    tilt = math.hypot(0.004 / math.sqrt(energy), 0.0026) * math.hypot(normals[1], normals[2])
    angle = math.atan2(float(np.linalg.norm(np.cross(momentum, measured))), float(np.dot(momentum, measured)))
    assert math.tan(angle) == pytest.approx(tilt, rel=1e-6, abs=1e-7)


def test_unsmeared_photons_are_exact() -> None:
    momentum = spherical(2.0, 0.7, -2.0)
    pt, eta, phi = polar(*measure_photon(*momentum, ecl_numbers(JKPT)[0], (1.0, 1.0, 1.0)))
    expected = [2.0 * math.sin(0.7), -math.log(math.tan(0.35)), -2.0]
    np.testing.assert_allclose([pt, eta, phi], expected, rtol=1e-14)
