"""Two-body widths against traces with gamma matrices of the test, and against textbook formulas."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmutau.gen.susy.decay import radiative_width
from lmutau.gen.susy.decay.two_body import (
    fermion_to_scalar,
    fermion_to_vector,
    momentum,
    scalar_to_fermions,
    scalar_to_scalar,
    scalar_to_vector,
)

# Dirac representation, other than that of the package
_S = [np.array(m, dtype=complex) for m in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])]
_ONE, _ZERO = np.eye(2), np.zeros((2, 2))
GAMMA = [np.block([[_ONE, _ZERO], [_ZERO, -_ONE]]).astype(complex)]
GAMMA += [np.block([[_ZERO, s], [-s, _ZERO]]) for s in _S]
GAMMA5 = 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]
METRIC = np.diag([1.0, -1.0, -1.0, -1.0])

MASSES = st.tuples(st.floats(100, 2000), st.floats(0.02, 0.9), st.floats(0.02, 0.98))
Masses = tuple[float, float, float]
NUMBER = st.complex_numbers(min_magnitude=0.01, max_magnitude=2, allow_nan=False, allow_infinity=False)


def vertex(pair: tuple[complex, complex]) -> np.ndarray:
    return pair[0] * (np.eye(4) - GAMMA5) / 2 + pair[1] * (np.eye(4) + GAMMA5) / 2


def adjoint(matrix: np.ndarray) -> np.ndarray:
    return GAMMA[0] @ matrix.conj().T @ GAMMA[0]


def slash(p: np.ndarray) -> np.ndarray:
    return np.einsum("m,mab->ab", METRIC @ p, np.array(GAMMA))


def momenta(mass: float, first: float, second: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    s = (mass**2 - (first + second) ** 2) * (mass**2 - (first - second) ** 2)
    p = math.sqrt(s) / (2 * mass)
    direction = np.array([0.48, 0.6, 0.64])
    a = np.array([math.hypot(p, first), *(p * direction)])
    b = np.array([math.hypot(p, second), *(-p * direction)])
    return np.array([mass, 0, 0, 0]), a, b, p


def split(masses: tuple[float, float, float]) -> tuple[float, float, float]:
    mass, share, part = masses
    return mass, mass * share * part, mass * share * (1 - part)


@given(MASSES, NUMBER, NUMBER)
def test_fermion_to_vector_is_its_trace(masses: Masses, left: complex, right: complex) -> None:
    mass, fermion, vector = split(masses)
    total, p_fermion, q, p = momenta(mass, fermion, vector)
    polarisation = -METRIC + np.outer(METRIC @ q, METRIC @ q) / vector**2  # lower indices
    squared = 0.0
    for mu in range(4):
        for nu in range(4):
            first, second = GAMMA[mu] @ vertex((left, right)), GAMMA[nu] @ vertex((left, right))
            trace = np.trace((slash(p_fermion) + fermion * np.eye(4)) @ first @ (slash(total) + mass * np.eye(4))
                             @ adjoint(second))  # fmt: skip
            squared += (polarisation[mu, nu] * trace).real
    expected = 0.5 * squared * p / (8 * math.pi * mass**2)
    assert fermion_to_vector(mass, fermion, vector, (left, right)) == pytest.approx(expected, rel=1e-6)


@given(MASSES, NUMBER, NUMBER)
def test_fermion_to_scalar_is_its_trace(masses: Masses, left: complex, right: complex) -> None:
    mass, fermion, scalar = split(masses)
    total, p_fermion, _, p = momenta(mass, fermion, scalar)
    v = vertex((left, right))
    trace = np.trace((slash(p_fermion) + fermion * np.eye(4)) @ v @ (slash(total) + mass * np.eye(4)) @ adjoint(v))
    expected = 0.5 * trace.real * p / (8 * math.pi * mass**2)
    assert fermion_to_scalar(mass, fermion, scalar, (left, right)) == pytest.approx(expected, rel=1e-6)


@given(MASSES, NUMBER, NUMBER)
def test_scalar_to_fermions_is_its_trace(masses: Masses, left: complex, right: complex) -> None:
    mass, one, two = split(masses)
    _, a, b, p = momenta(mass, one, two)
    v = vertex((left, right))
    trace = np.trace((slash(a) + one * np.eye(4)) @ v @ (slash(b) - two * np.eye(4)) @ adjoint(v))
    expected = trace.real * p / (8 * math.pi * mass**2)
    assert scalar_to_fermions(mass, one, two, (left, right)) == pytest.approx(expected, rel=1e-6)


@given(MASSES, NUMBER)
def test_scalar_to_vector_sums_the_polarisations(masses: Masses, coupling: complex) -> None:
    mass, scalar, vector = split(masses)
    total, p_scalar, q, p = momenta(mass, scalar, vector)
    line = total + p_scalar
    squared = abs(coupling) ** 2 * (-(line @ METRIC @ line) + (line @ METRIC @ q) ** 2 / vector**2)
    expected = squared * p / (8 * math.pi * mass**2)
    assert scalar_to_vector(mass, scalar, vector, coupling) == pytest.approx(expected, rel=1e-5)


def test_textbook_widths() -> None:
    g = 0.65  # W to a massless doublet: the vector's width, from the crossed formula of the top quark
    m_t, m_w = 173.0, 80.4
    x = (m_w / m_t) ** 2
    top = g**2 * m_t / (64 * math.pi * x) * (1 - x) ** 2 * (1 + 2 * x)
    assert fermion_to_vector(m_t, 0.0, m_w, (g / math.sqrt(2), 0)) == pytest.approx(top, rel=1e-12)
    y = 0.7  # Higgs boson to fermions of coupling y
    assert scalar_to_fermions(125.0, 40.0, 40.0, (y, y)) == pytest.approx(
        y**2 * 125 / (8 * math.pi) * (1 - 4 * 40**2 / 125**2) ** 1.5, rel=1e-12
    )
    assert scalar_to_scalar(500.0, 100.0, 100.0, 30.0) == pytest.approx(
        900 / (16 * math.pi * 500) * math.sqrt(1 - 0.16), rel=1e-12
    )


def test_longitudinal_vector_is_the_goldstone_boson() -> None:
    """A heavy fermion whose mass comes from the vector's boson: V f̄ γ P_L F and G f̄ (m_F/m_V) P_R F."""
    mass, vector = 1e5, 80.0
    as_vector = fermion_to_vector(mass, 0.0, vector, (0.3, 0.0))
    assert as_vector == pytest.approx(fermion_to_scalar(mass, 0.0, 0.0, (0.0, 0.3 * mass / vector)), rel=1e-5)


def test_closed_channels_have_no_width() -> None:
    assert momentum(100.0, 60.0, 40.0) == 0
    assert fermion_to_vector(100.0, 60.0, 50.0, (1, 1)) == 0
    assert scalar_to_fermions(100.0, 60.0, 50.0, (1, 1)) == 0


def test_close_to_threshold_no_digit_is_lost() -> None:
    """Fermion to scalar, pseudoscalar coupling: exactly proportional to p³ close to threshold."""
    gap = 1e-7
    width = fermion_to_scalar(200.0, 100.0, 100.0 - gap, (-1.0, 1.0))
    p = math.sqrt(gap * (400 - gap) * (200 - gap) * (200 + gap)) / 400
    expected = p * (gap * (200 - gap)) / (8 * math.pi * 200**2)
    assert width == pytest.approx(expected, rel=1e-6)


def test_radiative_width() -> None:
    m, light, g = 232.5, 148.9, 1e-3
    photon = (m**2 - light**2) / (2 * m)
    assert radiative_width(m, light, g) == pytest.approx(g**2 * photon**3 / (math.pi * m**2), rel=1e-12)
    assert radiative_width(light, m, g) == 0
