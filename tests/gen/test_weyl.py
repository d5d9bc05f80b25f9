"""The two-component primitives: completeness, currents and polarisations against Dirac matrices."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmutau.gen.amplitudes import weyl
from tests.strategies import momenta

MASS = 0.3
SIGMA = np.array([[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
ZERO = np.zeros((2, 2))
GAMMA = [np.block([[ZERO, s], [t, ZERO]]) for s, t in zip(SIGMA, [SIGMA[0], *-SIGMA[1:]], strict=True)]
METRIC = np.array([1, -1, -1, -1])


def slashed(vector: np.ndarray) -> np.ndarray:
    return sum(METRIC[i] * vector[i] * GAMMA[i] for i in range(4))


def components(vector: weyl.Vector) -> np.ndarray:
    plus, minus, perp, anti = vector
    return np.array([(plus + minus) / 2, (perp + anti) / 2, (perp - anti) / 2j, (plus - minus) / 2])


def four(p: tuple[float, float, float], mass: float) -> np.ndarray:
    return np.array([math.sqrt(mass**2 + sum(x * x for x in p)), *p])


@given(momenta())
def test_light_cone(p: tuple[float, float, float]) -> None:
    vector = weyl.light_cone(*p, MASS**2)
    assert components(vector) == pytest.approx(four(p, MASS), rel=1e-14, abs=1e-14)
    assert (vector[0] * vector[1]).real == pytest.approx(p[0] ** 2 + p[1] ** 2 + MASS**2, rel=1e-14)


@given(momenta())
def test_completeness(p: tuple[float, float, float]) -> None:
    u = [np.array(weyl.particle(*p, MASS, h)) for h in (1, -1)]
    v = [np.array(weyl.antiparticle(*p, MASS, h)) for h in (1, -1)]
    expected = slashed(four(p, MASS))
    scale = four(p, MASS)[0]
    sum_u = sum(np.outer(x, x.conj() @ GAMMA[0]) for x in u)
    sum_v = sum(np.outer(x, x.conj() @ GAMMA[0]) for x in v)
    assert np.abs(sum_u - expected - MASS * np.eye(4)).max() < 1e-14 * scale
    assert np.abs(sum_v - expected + MASS * np.eye(4)).max() < 1e-14 * scale


@given(momenta(1e-3))
def test_helicity(p: tuple[float, float, float]) -> None:
    axis = np.array(p) / np.linalg.norm(p)
    spin = np.kron(np.eye(2), np.einsum("i,ijk->jk", axis, SIGMA[1:]))
    for h in (1, -1):
        u, v = np.array(weyl.particle(*p, MASS, h)), np.array(weyl.antiparticle(*p, MASS, h))
        assert np.abs(spin @ u - h * u).max() < 1e-13 * np.abs(u).max()
        assert np.abs(spin @ v + h * v).max() < 1e-13 * np.abs(v).max()


@given(momenta(), momenta(), st.sampled_from((1, -1)), st.sampled_from((1, -1)))
def test_currents_and_slashes(p: tuple[float, float, float], q: tuple[float, float, float], h: int, k: int) -> None:
    bar, psi = weyl.antiparticle(*p, MASS, h), weyl.particle(*q, MASS, k)
    left, right = 0.7 - 0.2j, -0.4 + 0.1j
    chiral = np.diag([left, left, right, right])
    row = np.array(bar).conj() @ GAMMA[0]
    expected = np.array([row @ GAMMA[i] @ chiral @ np.array(psi) for i in range(4)])
    scale = np.abs(bar).max() * np.abs(psi).max()
    result = weyl.current(bar, psi, left, right)
    assert np.abs(components(result) - expected).max() < 1e-13 * scale
    other = weyl.light_cone(*q, MASS**2)
    matrix = slashed(components(other))
    size = np.abs(components(other)).max() * scale
    assert np.abs(np.array(weyl.slash(other, psi)) - matrix @ np.array(psi)).max() < 1e-13 * size
    assert np.abs(np.array(weyl.vertex(psi, other, left, right)) - matrix @ chiral @ np.array(psi)).max() < 1e-13 * size
    assert abs(weyl.sandwich(bar, other, psi) - row @ matrix @ np.array(psi)) < 1e-12 * size
    assert abs(weyl.dot(result, other) - (expected * METRIC * components(other)).sum()) < 1e-12 * size


@given(momenta(1e-3))
def test_polarisations(k: tuple[float, float, float]) -> None:
    states = [components(weyl.photon(*k, h)) for h in (1, -1)]
    axis = np.array(k) / np.linalg.norm(k)
    generator = np.array([[[0, 0, 0], [0, 0, -1j], [0, 1j, 0]], [[0, 0, 1j], [0, 0, 0], [-1j, 0, 0]],
                          [[0, -1j, 0], [1j, 0, 0], [0, 0, 0]]])  # fmt: skip
    spin = np.einsum("i,ijk->jk", axis, generator)
    for h, state in zip((1, -1), states, strict=True):
        assert state[0] == 0
        vector = state[1:].conj()  # ε of the conjugated ε*
        assert np.abs(spin @ vector - h * vector).max() < 1e-13
    for (i, a), (j, b) in itertools.product(enumerate(states), repeat=2):
        assert abs(np.vdot(a, b) - (i == j)) < 1e-13
