"""Neutrino trident: heavy limit, leading logarithms against the tree-level amplitude, photon flux."""

import math
from typing import Any

import mpmath
import numpy as np
import pytest
from numpy.typing import NDArray

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError
from lmutau.gen.model import (
    trident_heavy_limit,
    trident_heavy_ratio,
    trident_kernels,
    trident_light_limit,
    trident_light_ratio,
)
from lmutau.gen.model.trident import _photon_flux
from tests.spinors.dirac import GAMMA, GAMMA5, METRIC, dot, slash


def test_heavy_limit() -> None:
    assert float(trident_heavy_limit(1.0)) == pytest.approx(1.8335e-3, abs=5e-8)
    assert float(trident_heavy_limit(1.0, 1.645)) == pytest.approx(1.6166e-3, abs=5e-8)
    assert float(trident_heavy_ratio(40.0, trident_heavy_limit(40.0))) == pytest.approx(0.82 + 1.96 * 0.28, rel=1e-12)


def test_light_limit() -> None:
    assert trident_light_limit([1e-3, 0.05]) == pytest.approx([6.0e-4, 7.35e-4], rel=0.01)
    masses = np.geomspace(1e-3, 0.05, 7)
    assert trident_light_ratio(masses, trident_light_limit(masses)) == pytest.approx(0.82 + 1.96 * 0.28, rel=1e-10)


@pytest.mark.parametrize("x", [1e-8, 1e-3, 0.1, 1.0, 5.0])
def test_flux_is_an_exponential_integral(x: float) -> None:
    s = np.array([math.sqrt(3 * x) * 2 * 160])
    assert float(_photon_flux(s, 160.0, 1.0)[0]) == pytest.approx(float(mpmath.e1(x)), rel=1e-12)


Matrix = NDArray[np.complex128]


def _events(s: float, m_x: float, n: int) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
    """Momenta k, q, k', p-, p+ of nu gamma → nu mu mu and weights; logarithmic in s', t and the muon angle."""
    m, random = CONSTANTS.m_mu, np.random.default_rng(5)
    u = random.random((4, n))
    root, low = math.sqrt(s), 4 * m * m
    mass2 = low * (s / low) ** u[0]
    out = (s - mass2) / (2 * root)
    weight = math.log(s / low) * mass2 / (2 * math.pi) * (2 * out / root) / (16 * math.pi)
    floor = m_x**2 / (root * out)
    length = np.log((2 + floor) / floor)
    one_minus = floor * np.exp(length * u[1]) - floor
    weight *= length * (one_minus + floor)
    sine = np.sqrt(one_minus * (2 - one_minus))
    zero = np.zeros(n)
    k = np.tile([root / 2, 0, 0, root / 2], (n, 1))
    q = np.tile([root / 2, 0, 0, -root / 2], (n, 1))
    k_out = np.stack([out, out * sine, zero, out * (1 - one_minus)], axis=1)
    beta = np.sqrt(1 - low / mass2)
    y = np.arctanh(beta) * (2 * u[2] - 1)
    cosine = np.tanh(y) / beta
    weight *= 2 * np.arctanh(beta) * (1 - (beta * cosine) ** 2) / beta * beta / (16 * math.pi)
    pair = k + q - k_out
    photon = _boost(q, pair, np.sqrt(mass2), -1)
    axis = photon[:, 1:] / np.linalg.norm(photon[:, 1:], axis=1)[:, None]
    first = np.cross(axis, [0.3, 0.8, 0.1])
    first /= np.linalg.norm(first, axis=1)[:, None]
    phi = 2 * math.pi * u[3][:, None]
    sideways = np.cos(phi) * first + np.sin(phi) * np.cross(axis, first)
    direction = cosine[:, None] * axis + np.sqrt(np.maximum(1 - cosine**2, 0))[:, None] * sideways
    energy = np.sqrt(mass2)[:, None] / 2
    p1 = _boost(np.concatenate([energy, energy * beta[:, None] * direction], axis=1), pair, np.sqrt(mass2), 1)
    return [k, q, k_out, p1, pair - p1], weight / (2 * s)


def _boost(p: Any, frame: Any, mass: Any, sign: int) -> Any:
    velocity, gamma = sign * frame[:, 1:] / frame[:, :1], frame[:, 0] / mass
    along = (velocity * p[:, 1:]).sum(axis=1)
    factor = gamma**2 / (gamma + 1) * along + gamma * p[:, 0]
    return np.concatenate([(gamma * (p[:, 0] + along))[:, None], p[:, 1:] + factor[:, None] * velocity], axis=1)


def _contracted(vertices: list[Matrix], momenta: list[Any], lepton: Any) -> Any:
    """Sum over spins of |nu current . muon current|² with the photon on either muon, mean over its helicities."""
    _, q, _, p1, p2 = momenta
    m, one = CONSTANTS.m_mu, np.eye(4)
    dot1, dot2 = 2 * dot(p1, q), 2 * dot(p2, q)
    before = (slash(p1) - slash(q) + m * one) / -dot1[:, None, None]
    after = (slash(q) - slash(p2) + m * one) / -dot2[:, None, None]
    total = 0.0
    for polarisation in (1, 2):
        photon = -GAMMA[polarisation]
        lines = [photon @ before @ v + v @ after @ photon for v in vertices]
        left = [(slash(p1) + m * one) @ line for line in lines]
        right = [(slash(p2) - m * one) @ GAMMA[0] @ line.conj().swapaxes(-1, -2) @ GAMMA[0] for line in lines]
        for a in range(4):
            for b in range(4):
                trace = np.einsum("nij,nji->n", left[a], right[b])
                total = total + METRIC[a] * METRIC[b] * (lepton[a][b] * trace).real
    return 4 * math.pi * CONSTANTS.alpha * total / 2


def test_leading_logarithms_and_powers_of_pi() -> None:
    # s far above the muon mass: the tree-level rate approaches the logarithms; a factor pi would stand out
    s, m_x, g = 1e4 * CONSTANTS.m_mu**2, 1e-3 * CONSTANTS.m_mu, 1.0
    momenta, weight = _events(s, m_x, 6000)
    k, _, k_out, _, _ = momenta
    chiral = [GAMMA[a] @ (np.eye(4) - GAMMA5) for a in range(4)]
    outgoing, incoming = [slash(k_out) @ c for c in chiral], [slash(k) @ c for c in chiral]
    lepton = [[np.einsum("nij,nji->n", outgoing[a], incoming[b]) for b in range(4)] for a in range(4)]
    vector = 0.5 + 2 * CONSTANTS.sin2_theta_eff
    weak = [GAMMA[a] @ (vector * np.eye(4) - 0.5 * GAMMA5) for a in range(4)]
    plain = [GAMMA[a] @ np.eye(4) for a in range(4)]
    q2 = -2 * dot(k, k_out)
    standard = CONSTANTS.g_fermi**2 / 2 * _contracted(weak, momenta, lepton) @ weight / len(weight)
    exchange = _contracted(plain, momenta, lepton) / (m_x**2 - q2) ** 2
    new = g**4 / 4 * exchange @ weight / len(weight)
    expected = {name: float(value) for name, value in trident_kernels(s, m_x, g).items()}
    assert standard / expected["sm"] == pytest.approx(1.08, abs=0.1)
    assert new / expected["new"] == pytest.approx(1.04, abs=0.08)


@pytest.mark.parametrize(("call", "words"), [
    (lambda: trident_light_limit(0.2), "light formula"), (lambda: trident_light_limit(1e-4), "light formula"),
    (lambda: trident_kernels(1.0, 0.2), "mass = 0.2"), (lambda: trident_kernels(0.01, 0.01), "s = 0.01"),
    (lambda: trident_heavy_limit(10.0, 0.1), "n_sigma = 0.1"), (lambda: trident_light_limit(0.01, 0.1), "n_sigma"),
])  # fmt: skip
def test_where_the_formulas_mean_nothing(call: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        call()
