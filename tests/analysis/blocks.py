"""Reconstructed events for tests: random muon pairs and photons, built as the event record says."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.beams import BEAMS
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.record import EventBlock, Jagged

BEAM = BEAMS["head-on"].total(10.58)


def jagged(counts: NDArray[np.int64], columns: dict[str, Any]) -> Jagged:
    """A collection with ``counts`` particles per event."""
    return Jagged(np.concatenate(([0], np.cumsum(counts))).astype(np.int64), columns)


def random_block(n: int, seed: int) -> EventBlock:
    """Events with 0-3 muons of random charge and 0-2 photons, over more than the acceptance."""
    rng = np.random.default_rng(seed)
    muons = rng.choice([2, 2, 2, 2, 2, 2, 0, 1, 3], size=n)
    photons = rng.choice([0, 1, 1, 1, 2], size=n)

    def momenta(k: int) -> dict[str, Any]:
        direction, p = rng.normal(size=(k, 3)), rng.uniform(0.2, 5.5, size=k)
        direction[:, 2] += 0.35
        x, y, z = (direction / np.linalg.norm(direction, axis=1, keepdims=True) * p[:, np.newaxis]).T
        pt = np.hypot(x, y)
        return {"pt": pt, "eta": np.arcsinh(z / pt), "phi": np.arctan2(y, x)}

    n_mu, n_ph = int(muons.sum()), int(photons.sum())
    place = np.concatenate([np.arange(k) for k in muons])
    # mostly -+ in this order, sometimes swapped or of the same charge
    charge = np.where((place + rng.choice([0, 0, 0, 1], size=n_mu)) % 2 == 0, -1, 1)
    mu = momenta(n_mu) | {
        "mass": np.full(n_mu, CONSTANTS.m_mu),
        "charge": charge.astype(np.int32),
        "genPartIdx": (place + 2).astype(np.int16),
        "efficiency": rng.choice([0.0, 0.9, 0.85], p=[0.05, 0.75, 0.2], size=n_mu),
    }
    ph = momenta(n_ph) | {
        "mass": np.zeros(n_ph),
        "genPartIdx": np.full(n_ph, 4, dtype=np.int16),
        "lossProbability": rng.choice([1e-6, 0.05, 1.0], size=n_ph),
    }
    scalars: dict[str, Any] = {
        "run": np.ones(n, dtype=np.uint32),
        "luminosityBlock": np.ones(n, dtype=np.uint32),
        "event": np.arange(n, dtype=np.uint64),
        "genWeight": rng.uniform(0.5, 2.0, size=n),
    }
    return EventBlock(scalars, {"Muon": jagged(muons, mu), "Photon": jagged(photons, ph)})


def pair_block(
    minus: NDArray[np.float64],
    plus: NDArray[np.float64],
    weight: NDArray[np.float64],
    *,
    efficiency: float = 0.9,
    photon_energy: float | None = None,
    loss: float = 1e-5,
) -> EventBlock:
    """Events of one mu- and one mu+ with (n, 3) momenta [GeV], and maybe a photon at 90 degrees."""
    n = len(weight)
    both = np.stack([minus, plus], axis=1).reshape(2 * n, 3)
    pt = np.hypot(both[:, 0], both[:, 1])
    mu = {
        "pt": pt,
        "eta": np.arcsinh(both[:, 2] / pt),
        "phi": np.arctan2(both[:, 1], both[:, 0]),
        "mass": np.full(2 * n, CONSTANTS.m_mu),
        "charge": np.tile(np.array([-1, 1], dtype=np.int32), n),
        "genPartIdx": np.tile(np.array([2, 3], dtype=np.int16), n),
        "efficiency": np.full(2 * n, efficiency),
    }
    k = 0 if photon_energy is None else n
    ph = {
        "pt": np.full(k, photon_energy or 0.0),
        "eta": np.zeros(k),
        "phi": np.zeros(k),
        "mass": np.zeros(k),
        "genPartIdx": np.full(k, 4, dtype=np.int16),
        "lossProbability": np.full(k, loss),
    }
    photons = np.full(n, 0 if photon_energy is None else 1)
    scalars = {"genWeight": np.asarray(weight, dtype=np.float64)}
    return EventBlock(scalars, {"Muon": jagged(np.full(n, 2), mu), "Photon": jagged(photons, ph)})


def light_signal(n: int, seed: int, mass: float = 0.1) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Laboratory momenta (n, 3) of mu- and mu+ that recoil against a boson of ``mass`` [GeV]."""
    from lmutau.gen.beams import lab_transform

    rng = np.random.default_rng(seed)
    root_s, m = 10.58, CONSTANTS.m_mu
    m_pair = rng.uniform(1.0, min(8.0, root_s - mass - 0.5), size=n)
    e_boson = (root_s**2 + mass**2 - m_pair**2) / (2 * root_s)
    p_boson = np.sqrt(e_boson**2 - mass**2)
    axis, other = (_unit(rng, n) for _ in range(2))
    p_star = np.sqrt(m_pair**2 / 4 - m**2)
    velocity = -axis * (p_boson / (root_s - e_boson))[:, np.newaxis]
    lab = lab_transform(BEAM)
    found = []
    for sign in (1, -1):
        four = _boosted(m_pair / 2, sign * other * p_star[:, np.newaxis], velocity)
        found.append((four @ lab.T)[:, 1:])
    return found[0], found[1]


def _unit(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    vectors = rng.normal(size=(n, 3))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _boosted(
    energy: NDArray[np.float64], momentum: NDArray[np.float64], velocity: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Four-vectors (n, 4) after a pure boost by ``velocity`` (n, 3)."""
    gamma = 1 / np.sqrt(1 - (velocity**2).sum(axis=1))
    along = (velocity * momentum).sum(axis=1)
    new_energy = gamma * (energy + along)
    factor = gamma * energy + gamma**2 / (gamma + 1) * along
    return np.column_stack([new_energy, momentum + velocity * factor[:, np.newaxis]])
