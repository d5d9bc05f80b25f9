"""Second methods for tau pairs in any decay mode: explicit spinors, flat phase space, line shape.

Nothing here is shared with the kernels but the numbers of ``data/tau.toml``.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.processes.base import Setup
from lmutau.gen.processes.tau_decays import tau_number
from tests.gen import tau_reference as second
from tests.spinors import dirac
from tests.spinors.tau import anti_tau_decay_spinor, tau_decay_spinor

Array = NDArray[np.float64]
TAU = CONSTANTS.m_tau
PION, NEUTRAL = tau_number("pion_mass"), tau_number("neutral_pion_mass")
ROWS = {"mu": 3, "e": 3, "pi": 2, "rho": 5}
MASS = {"mu": CONSTANTS.m_mu, "e": CONSTANTS.m_e, "pi": PION, "rho": PION}


@dataclass(frozen=True)
class Side:
    """Products of one tau: mode, the tau's momentum and charge, momenta (n, rows, 4)."""

    mode: str
    negative: bool
    tau: Array
    products: Array

    @property
    def charged(self) -> Array:
        return self.products[:, 0]

    @property
    def neutrino(self) -> Array:
        """Of tau type."""
        return self.products[:, -1]

    @property
    def current(self) -> Array:
        """Hadronic current without form factor."""
        if self.mode == "pi":
            return self.charged
        pair, relative = self.charged + self.products[:, 1], self.charged - self.products[:, 1]
        return np.asarray(relative - (second.dot(relative, pair) / second.square(pair))[:, None] * pair)

    def spinors(self) -> list[dirac.Complex]:
        """X-bar with M = X-bar u(tau-), or Y with M = v-bar(tau+) Y, one per spin state of the products."""
        if self.mode in ("mu", "e"):
            neutrino, other = self.neutrino, self.products[:, 1]
            charged, mass = self.charged, MASS[self.mode]
            if self.negative:
                return [
                    tau_decay_spinor(CONSTANTS, a, b, c)
                    for a in dirac.u_spinors(charged, mass)
                    for b in dirac.u_spinors(neutrino, 0.0)
                    for c in dirac.v_spinors(other, 0.0)
                ]
            return [
                anti_tau_decay_spinor(CONSTANTS, a, b, c)
                for a in dirac.v_spinors(charged, mass)
                for b in dirac.v_spinors(neutrino, 0.0)
                for c in dirac.u_spinors(other, 0.0)
            ]
        vertex = dirac.slash(self.current) @ dirac.LEFT
        if self.negative:
            return [np.einsum("ni,nij->nj", dirac.bar(u), vertex) for u in dirac.u_spinors(self.neutrino, 0.0)]
        return [np.einsum("nij,nj->ni", vertex, v) for v in dirac.v_spinors(self.neutrino, 0.0)]


def sides(momenta: Array, setup: Setup, decays: str, channel: int = 0) -> tuple[Side, Side]:
    """The tau- and the tau+ of the records of one channel."""
    found = []
    row = 2
    for mode in decays.split(","):
        mother = setup.records[min(channel, len(setup.records) - 1)][row].mother
        found.append(Side(mode, mother == 2, momenta[:, mother - 2], momenta[:, row : row + ROWS[mode]]))
        row += ROWS[mode]
    first, last = found
    return (first, last) if first.negative else (last, first)


def squared(minus: Side, plus: Side, sqrt_s: float) -> Array:
    """Averaged |M|^2 of production times decays, without tau propagators, with Dirac matrices."""
    n = len(minus.tau)
    p = math.sqrt(sqrt_s**2 / 4 - CONSTANTS.m_e**2)
    p1, p2 = np.tile([sqrt_s / 2, 0, 0, p], (n, 1)), np.tile([sqrt_s / 2, 0, 0, -p], (n, 1))
    scale = 4 * math.pi * CONSTANTS.alpha / sqrt_s**2
    beams = [
        dirac.current(b, a) for a in dirac.u_spinors(p1, CONSTANTS.m_e) for b in dirac.v_spinors(p2, CONSTANTS.m_e)
    ]
    eye = TAU * np.eye(4)
    middle = [np.einsum("ni,nij->nj", x, dirac.slash(minus.tau) + eye) for x in minus.spinors()]
    end = [np.einsum("nij,nj->ni", -dirac.slash(plus.tau) + eye, y) for y in plus.spinors()]
    total = sum(
        np.abs(scale * np.einsum("ni,nij,nj->n", x, dirac.slash(beam), y)) ** 2
        for beam in beams
        for x in middle
        for y in end
    )
    return np.asarray(total / 4)


def form_factor_squared(s: Array) -> Array:
    """|F|^2 in complex arithmetic, straight from its definition."""

    def momentum(v: Array | float) -> Array:
        return np.sqrt((v - (PION + NEUTRAL) ** 2) * (v - (PION - NEUTRAL) ** 2) / (4 * np.asarray(v)))

    def wave(mass: float, width: float) -> NDArray[np.complex128]:
        running = width * mass**2 / s * (momentum(s) / momentum(mass**2)) ** 3
        return np.asarray(mass**2 / (mass**2 - s - 1j * np.sqrt(s) * running))

    beta = tau_number("rho_prime_admixture")
    first = wave(tau_number("rho_mass"), tau_number("rho_width"))
    prime = wave(tau_number("rho_prime_mass"), tau_number("rho_prime_width"))
    return np.asarray(np.abs((first + beta * prime) / (1 + beta)) ** 2)


def isotropic(rng: np.random.Generator, n: int) -> Array:
    v = rng.standard_normal((n, 3))
    return np.asarray(v / np.linalg.norm(v, axis=1)[:, None])


def two_body(rng: np.random.Generator, parent: Array, mass: float, other: Array | float) -> tuple[Array, Array, Array]:
    """Isotropic decay of ``parent`` (n, 4): both momenta and 2 k*/M."""
    total = np.sqrt(second.square(parent))
    energy = (total**2 + mass**2 - np.asarray(other) ** 2) / (2 * total)
    k = np.sqrt(np.maximum(energy**2 - mass**2, 0))
    first = second.boost(np.column_stack([energy, k[:, None] * isotropic(rng, len(parent))]), parent)
    return first, parent - first, 2 * k / total


def flat_decay(rng: np.random.Generator, mode: str, negative: bool, tau: Array) -> tuple[Side, Array]:
    """Products of flat phase space in the pair mass squared, and its weight with the form factor."""
    n = len(tau)
    if mode == "pi":
        pion, neutrino, _ = two_body(rng, tau, PION, 0.0)
        return Side(mode, negative, tau, np.stack([pion, neutrino], axis=1)), np.ones(n)
    low = (PION + NEUTRAL) ** 2
    s = low + (TAU**2 - low) * rng.random(n)
    neutrino, pair, step = two_body(rng, tau, 0.0, np.sqrt(s))
    pion, neutral, inner = two_body(rng, pair, PION, NEUTRAL)
    photon, other, _ = two_body(rng, neutral, 0.0, 0.0)
    products = np.stack([pion, neutral, photon, other, neutrino], axis=1)
    return Side(mode, negative, tau, products), step * inner * form_factor_squared(s)


def flat_pair(rng: np.random.Generator, n: int, modes: tuple[str, str], sqrt_s: float) -> tuple[Side, Side, Array]:
    """Tau- and tau+ of flat phase space and the weight |M|^2 x volume, up to a constant."""
    direction = isotropic(rng, n)
    momentum = math.sqrt(sqrt_s**2 / 4 - TAU**2)
    energy = np.full(n, sqrt_s / 2)
    minus, volume = flat_decay(rng, modes[0], True, np.column_stack([energy, momentum * direction]))
    plus, other = flat_decay(rng, modes[1], False, np.column_stack([energy, -momentum * direction]))
    return minus, plus, volume * other * squared(minus, plus, sqrt_s)
