"""Second methods for the tau pair, in plain NumPy: nothing here is shared with the kernels.

* :func:`events_from_analysers` draws events through the mass y of (muon, neutrino of tau type) and
  the direction of the other neutrino, which is the full spin analyser.
* :func:`differential` is the differential cross-section from the squared amplitude of momenta, in
  the variables of the sampler; :func:`neutrino_density` normalises by quadrature.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.tau_pair import tautau_squared
from lmutau.gen.constants import CONSTANTS

Array = NDArray[np.float64]
TAU, MUON = CONSTANTS.m_tau, CONSTANTS.m_mu


def boost(p: Array, frame: Array, sign: float = 1.0) -> Array:
    """Boost ``p`` (n, 4) from the rest frame of ``frame`` (n, 4); into it with sign -1."""
    mass = np.sqrt(square(frame))
    along = sign * np.sum(p[:, 1:] * frame[:, 1:], axis=1)
    out = np.empty_like(p)
    out[:, 0] = (frame[:, 0] * p[:, 0] + along) / mass
    shift = sign * (p[:, 0] + along / (frame[:, 0] + mass)) / mass
    out[:, 1:] = p[:, 1:] + shift[:, None] * frame[:, 1:]
    return out


def square(p: Array) -> Array:
    """Invariant mass squared."""
    return np.asarray(p[:, 0] ** 2 - np.sum(p[:, 1:] ** 2, axis=1))


def dot(a: Array, b: Array) -> Array:
    """Minkowski product."""
    return np.asarray(a[:, 0] * b[:, 0] - np.sum(a[:, 1:] * b[:, 1:], axis=1))


def unit(p: Array) -> Array:
    """Direction of the three-momenta."""
    return np.asarray(p[:, 1:] / np.linalg.norm(p[:, 1:], axis=1)[:, None])


def axes(momenta: Array) -> Array:
    """Spin axes x, y, z as rows, (n, 3, 3), from the record (tau- first)."""
    z = unit(momenta[:, 0])
    x = np.array([0.0, 0.0, 1.0]) - z[:, 2:] * z
    x /= np.linalg.norm(x, axis=1)[:, None]
    return np.stack([x, np.cross(z, x), z], axis=1)


def _isotropic(rng: np.random.Generator, n: int) -> Array:
    v = rng.standard_normal((n, 3))
    return np.asarray(v / np.linalg.norm(v, axis=1)[:, None])


def _vector(energy: Array, momentum: Array, direction: Array) -> Array:
    return np.column_stack([energy, momentum[:, None] * direction])


def _draw_y(rng: np.random.Generator, n: int) -> Array:
    """y from (m_tau^2 - y)^2 (y - m_mu^2)^2/y by a fine table."""
    y = np.linspace(MUON**2, TAU**2, 400_001)
    density = (TAU**2 - y) ** 2 * (y - MUON**2) ** 2 / y
    cumulative = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    return np.interp(rng.random(n) * cumulative[-1], cumulative, y)


def _decay(rng: np.random.Generator, n_hat: Array) -> list[Array]:
    """Muon, neutrino of muon type, neutrino of tau type in the tau rest frame."""
    y = _draw_y(rng, len(n_hat))
    energy = (TAU**2 - y) / (2 * TAU)
    pair = _vector(TAU - energy, energy, -n_hat)
    other = (y - MUON**2) / (2 * np.sqrt(y))
    direction = _isotropic(rng, len(n_hat))
    muon = _vector(np.sqrt(y) - other, other, direction)
    return [boost(muon, pair), _vector(energy, energy, n_hat), boost(_vector(other, other, -direction), pair)]


def events_from_analysers(rng: np.random.Generator, n: int, sqrt_s: float) -> Array:
    """Unweighted events (n, 8, 4) in the order of the record, electron mass neglected."""
    gamma = sqrt_s / (2 * TAU)
    c = np.empty(0)
    while len(c) < n:
        trial = rng.uniform(-1, 1, 2 * n)
        c = np.append(c, trial[rng.random(2 * n) * 2 < 1 + trial**2 + (1 - trial**2) / gamma**2])
    c = c[:n]
    s = np.sqrt(1 - c**2)
    r = np.zeros((n, 3, 3))
    r[:, 0, 0] = (1 + 1 / gamma**2) * s**2
    r[:, 1, 1] = -(1 - 1 / gamma**2) * s**2
    r[:, 2, 2] = 1 + c**2 - s**2 / gamma**2
    r[:, 0, 2] = r[:, 2, 0] = 2 / gamma * s * c
    r_0 = 1 + c**2 + s**2 / gamma**2
    n_minus, n_plus = _isotropic(rng, n), _isotropic(rng, n)
    # n_plus from 1 - n_minus.R.n_plus/R_0: turn the vector round with the complementary probability.
    asymmetry = np.einsum("ni,nij,nj->n", n_minus, r, n_plus) / r_0
    n_plus[rng.random(n) * 2 < 1 + asymmetry] *= -1
    phi = rng.uniform(0, 2 * math.pi, n)
    z = np.column_stack([s * np.cos(phi), s * np.sin(phi), c])
    x = np.column_stack([-c * np.cos(phi), -c * np.sin(phi), s])
    turn = np.stack([x, np.cross(z, x), z], axis=1)
    energy = np.full(n, sqrt_s / 2)
    momentum = np.full(n, math.sqrt(sqrt_s**2 / 4 - TAU**2))
    taus = [_vector(energy, momentum, z), _vector(energy, momentum, -z)]
    decays = []
    for tau, analyser in zip(taus, (n_minus, n_plus), strict=True):
        parts = _decay(rng, np.einsum("nij,ni->nj", turn, analyser))
        decays += [boost(p, tau) for p in parts]
    return np.stack(taus + decays, axis=1)


def neutrino_density(muon: Array, analyser: Array, other: Array, spin: Array) -> Array:
    """Density of (E_n + s.n)(k.l) on the sphere of the pair frame, average 1, by Gauss quadrature.

    Arguments in the tau rest frame. The integrand is a polynomial of degree 2 in the direction: two
    nodes in the cosine and four azimuths integrate it exactly.
    """
    pair = analyser + other
    half = np.sqrt(square(pair)) / 2

    def value(n: Array, rest: Array) -> Array:
        return np.asarray((n[:, 0] + np.sum(spin * n[:, 1:], axis=1)) * dot(muon, rest))

    total = np.zeros(len(muon))
    for cosine in (-1 / math.sqrt(3), 1 / math.sqrt(3)):
        for phi in np.arange(4) * math.pi / 2:
            sine = math.sqrt(1 - cosine**2)
            d = np.tile([sine * math.cos(phi), sine * math.sin(phi), cosine], (len(muon), 1))
            total += value(boost(_vector(half, half, d), pair), boost(_vector(half, half, -d), pair)) / 8
    return np.asarray(value(analyser, other) / total)


def differential(momenta: Array, sqrt_s: float) -> Array:
    """d sigma/(dcos dphi/2pi dw dw' dOmega.../4pi each) x (Gamma/GeV)^2 [GeV^-2], narrow taus.

    ``momenta`` (n, 8, 4) is the record. Each propagator gives pi/(m Gamma): 1/(2 m Gamma) after the
    dk^2/(2 pi) of the phase space.
    """
    n = len(momenta)
    beam = np.zeros((n, 2, 4))
    beam[:, :, 0] = sqrt_s / 2
    p = math.sqrt(sqrt_s**2 / 4 - CONSTANTS.m_e**2)
    beam[:, 0, 3], beam[:, 1, 3] = p, -p
    squared = tautau_squared(np.concatenate([beam, momenta[:, 2:]], axis=1))
    flux = 2 * sqrt_s**2 * (2 * p / sqrt_s)
    result = squared / flux * math.sqrt(1 - 4 * TAU**2 / sqrt_s**2) / (8 * math.pi) / 2
    for first in (3, 6):
        w = square(momenta[:, first] + momenta[:, first + 1])
        k = np.sqrt(((TAU - MUON) ** 2 - w) * ((TAU + MUON) ** 2 - w)) / (2 * TAU)
        result *= 1 / (2 * TAU) / (2 * math.pi) * k / (4 * math.pi * TAU) / (8 * math.pi)
    return np.asarray(result)
