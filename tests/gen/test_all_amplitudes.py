"""Every squared amplitude against reference points, explicit spinors, symmetries and soft photons."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import spinors
from tests.gen.amplitude_cases import CASES, CONST, Array, Case, reference_points
from tests.phase_space_points import (
    boosted,
    cascade,
    dot,
    extreme,
    flat,
    isotropic,
    mirrored,
    on_shell,
    random_rotations,
    refined,
    rotated,
    with_beams,
)

every_case = pytest.mark.parametrize("case", CASES, ids=[case.label for case in CASES])
few = settings(max_examples=3)
seeds = st.integers(0, 2**32 - 1)
extended = pytest.mark.skipif(
    bool(np.finfo(np.longdouble).eps > 1e-18), reason="long double is not extended on this machine"
)
_POINTS = 25
SQRT_S = 10.58


def chosen(*names: str) -> pytest.MarkDecorator:
    """Cases of these processes, one per neutrino flavour, the lightest boson."""
    cases = [c for c in CASES if c.name in names and "alpha0" not in c.label and "5.0" not in c.label]
    return pytest.mark.parametrize("case", cases, ids=[case.label for case in cases])


def assert_close(value: Array, expected: Array, tolerance: Array | float) -> None:
    deviation = np.abs(value / expected - 1)
    worst = int(np.argmax(deviation / tolerance))
    limit = np.broadcast_to(tolerance, deviation.shape)[worst]
    assert np.all(deviation < tolerance), f"event {worst}: {deviation[worst]:.2e}, allowed {limit:.2e}"


def points(case: Case, seed: int, kind: str = "flat") -> Array:
    """Momenta rounded to double precision, as production gets them."""
    rng = np.random.default_rng(seed)
    if case.name == "tautau":  # the amplitude is that of taus on their mass shell
        threshold = 2 * CONST.m_tau
        energy = {
            "flat": rng.uniform(4, 12),
            "extreme": 100.0,
            "threshold": threshold * (1 + 10 ** rng.uniform(-6, -2)),
        }
        return cascade(rng, _POINTS, case.masses, CONST.m_tau, energy[kind]).astype(np.float64)
    if kind == "extreme":
        return extreme(rng, _POINTS, case.masses, SQRT_S).astype(np.float64)
    if kind == "threshold":
        return flat(rng, _POINTS, case.masses, case.threshold + threshold_gap(case, rng)).astype(np.float64)
    return flat(rng, _POINTS, case.masses, rng.uniform(max(3.0, case.threshold + 0.5), 12.0)).astype(np.float64)


def threshold_gap(case: Case, rng: np.random.Generator) -> float:
    """Energy [GeV] above threshold: a millionth to a hundredth of it; without a threshold up to 1 GeV."""
    if case.threshold > 100 * CONST.m_e:
        return float(10 ** rng.uniform(-6, -2)) * case.threshold
    return float(10 ** rng.uniform(-2, 0))


@every_case
def test_reference_points(case: Case) -> None:
    for here, momenta, value, tol in reference_points(case):
        assert_close(here.production(momenta), value, tol)


@extended
@every_case
def test_spinors_at_reference_points(case: Case) -> None:
    """The second method itself: rounding errors of the stored momenta, far below the tolerance."""
    for here, momenta, value, tol in reference_points(case):
        assert_close(here.spinors(refined(momenta, here.masses)), value, tol / 100)


@extended
@every_case
@pytest.mark.parametrize("kind", ["flat", "extreme", "threshold"])
@few
@given(seed=seeds)
def test_against_spinors(case: Case, kind: str, seed: int) -> None:
    p = points(case, seed, kind)
    tolerance = case.tolerance(p)
    if kind == "threshold" and case.name == "mumuzp":
        # C forbids the S wave: |M|² is suppressed by (momentum / sqrt s)², the terms of its formula are not
        suppression = 1 - case.threshold / p[:, :2, 0].sum(axis=1)
        lightest = min(case.masses[2:]) / case.threshold
        tolerance = np.maximum(tolerance, 10 * np.finfo(np.float64).eps / (suppression * lightest))
    assert_close(case.production(p), case.spinors(refined(p, case.masses)), tolerance)


@every_case
@few
@given(seed=seeds)
def test_lorentz_invariance(case: Case, seed: int) -> None:
    """Any boost up to 0.6 c and any rotation; energies grow at most by gamma (1 + beta) = 2."""
    p, rng = points(case, seed), np.random.default_rng(seed)
    moving = boosted(p.astype(np.longdouble), rng.uniform(0, 0.6, (_POINTS, 1)) * isotropic(rng, _POINTS))
    turned = rotated(moving, random_rotations(rng, _POINTS))
    assert_close(case.production(turned), case.production(p), 4 * case.tolerance(p))


@every_case
@few
@given(seed=seeds, angle=st.floats(-math.pi, math.pi))
def test_rotation_about_the_beam(case: Case, seed: int, angle: float) -> None:
    p = points(case, seed, "extreme")
    p = refined(p, case.masses)
    z = p[:, 0, 1:] / np.sqrt((p[:, 0, 1:] ** 2).sum(axis=1, keepdims=True))
    k = np.einsum("ijk,nk->nij", _EPSILON, -z)
    matrices = np.eye(3) + math.sin(angle) * k + (1 - math.cos(angle)) * k @ k  # Rodrigues
    assert_close(case.production(rotated(p, matrices)), case.production(p), case.tolerance(p))


_EPSILON = np.array([[[(i - j) * (j - k) * (k - i) / 2 for k in range(3)] for j in range(3)] for i in range(3)])


@every_case
@few
@given(seed=seeds)
def test_charge_conjugation_and_parity(case: Case, seed: int) -> None:
    """C and P each for QED, CP for the weak interaction (no phases in its couplings)."""
    p = points(case, seed)
    expected, tolerance = case.production(p), case.tolerance(p)
    conjugated, reflected = p[:, case.conjugate], mirrored(p)
    if case.qed:
        assert_close(case.production(conjugated), expected, tolerance)
        assert_close(case.production(reflected), expected, tolerance)
    assert_close(case.production(mirrored(conjugated)), expected, tolerance)


@few
@given(seed=seeds)
def test_two_photons_are_bosons(seed: int) -> None:
    case = next(case for case in CASES if len(case.photons) == 2)
    p = points(case, seed, "extreme")
    assert_close(case.production(p[:, (0, 1, 2, 3, 5, 4)]), case.production(p), case.tolerance(p))


@chosen("mumugamma", "gammazp", "gammanunu", "mumugammagamma")
def test_spinors_are_gauge_invariant(case: Case) -> None:
    """The momentum in place of the polarisation gives nothing: all diagrams and signs are there.

    One diagram wrong by 1 % leaves 1e-4 of |M|² and more.
    """
    p = refined(points(case, 3), case.masses)
    photon = p[:, case.photons[0]]
    function = getattr(spinors, case.name)
    gauge = function(p, polarisation=photon, constants=CONST, **case.parameters)
    assert np.all(gauge < 1e-18 * photon[:, 0] ** 2 * case.spinors(p))


def without_photon(case: Case, radiative: Array) -> tuple[Array, Array]:
    """|M|² of the process without its last photon, and the momenta of the charged particles."""
    place = case.photons[-1]
    final = np.delete(radiative, place, axis=1)[:, 2:]
    p = with_beams(final, radiative[:, 0] - radiative[:, 1], CONST.m_e)
    if case.name == "gammanunu":
        return spinors.nunu(p, constants=CONST, **case.parameters), radiative[:, :2]
    less = {"mumugamma": spinors.mumu, "mumugammagamma": spinors.mumugamma}[case.name]
    return less(p, CONST), radiative[:, :4]


def eikonal(charged: Array, photon: Array) -> Array:
    """e² times -(sum of ± p/(p.k))², charges of e-, e+ in and of mu-, mu+ out."""
    signs = np.array([1.0, -1.0, -1.0, 1.0])[: charged.shape[1]]
    parts = signs[:, None] * charged / dot(charged, photon[:, None])[..., None]
    current = parts.sum(axis=1)
    return -4 * math.pi * CONST.alpha * dot(current, current)


@chosen("mumugamma", "gammanunu", "mumugammagamma")
def test_soft_photon_limit(case: Case) -> None:
    """|M|² with a soft photon → eikonal factor times |M|² without; the deviation falls like its energy.

    Or faster: without a hard photon, and in this frame, the linear term is suppressed by the masses.
    """
    rng = np.random.default_rng(5)
    hard = np.delete(flat(rng, 60, case.masses, SQRT_S), case.photons[-1], axis=1)[:, 2:]
    direction = isotropic(rng, len(hard))
    medians = []
    for energy in (1e-2, 1e-4):
        photon = on_shell(energy * direction[:, None], [0.0])
        final = np.insert(hard, case.photons[-1] - 2, photon[:, 0], axis=1)
        total = final.sum(axis=1)
        final = boosted(final, -total[:, 1:] / total[:, :1])
        axis = np.broadcast_to([0.0, 0.0, 0.0, 1.0], total.shape)
        p = with_beams(final, axis, CONST.m_e)
        born, charged = without_photon(case, p)
        deviation = case.production(p) / (born * eikonal(charged, p[:, case.photons[-1]])) - 1
        medians.append(float(np.median(np.abs(deviation))))
    assert medians[1] < 1e-3
    assert medians[0] / medians[1] > 50
