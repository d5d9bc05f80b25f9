"""Samples of the tau pair for the tests."""

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.processes.base import Setup
from lmutau.gen.processes.tautau import TAUTAU
from tests.gen import tau_reference as second

Array = NDArray[np.float64]
SQRT_S = 10.58
REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "points_tautau.json").read_text())
DEFAULTS = {
    "sqrt_s": SQRT_S,
    "alpha": CONSTANTS.alpha,
    "sigma_tautau": "born",
    "spin_correlation": True,
    "decays": "mu,mu",
}


def prepare(targeted: bool = False, constants: Constants = CONSTANTS, **changes: Any) -> Setup:
    return TAUTAU.prepare(DEFAULTS | changes, constants, targeted)


def fill(setup: Setup, x: Array, channel: int = 0) -> tuple[Array, Array]:
    momenta, weight = np.empty((len(x), len(setup.record), 4)), np.empty(len(x))
    setup.fill(np.full(len(x), channel), x, setup.arguments, momenta, weight)
    return momenta, weight


def uniforms(n: int, seed: int, dimensions: int = 12) -> Array:
    return np.random.default_rng(seed).random((n, dimensions))


def drawn(setup: Setup, n: int, seed: int, channel: int = 0) -> tuple[Array, Array]:
    """Momenta and weights of n points of any pair of decays."""
    return fill(setup, uniforms(n, seed, setup.n_adaptive + setup.n_plain), channel)


@functools.cache
def exact_events(n: int = 400_000, spin_correlation: bool = True) -> tuple[Array, Array]:
    return fill(prepare(spin_correlation=spin_correlation), uniforms(n, 1))


def missing_pt(momenta: Array) -> Array:
    return np.asarray(np.hypot(*(momenta[:, 2, 1:3] + momenta[:, 5, 1:3]).T))


def recoil_mass2(momenta: Array) -> Array:
    return second.square(momenta[:, 3] + momenta[:, 4] + momenta[:, 6] + momenta[:, 7])
