"""Observables of muon pairs from reconstructed collections, written here once more with NumPy only."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.record import EventBlock

Array = NDArray[np.float64]


class Pairs(NamedTuple):
    """Events with two muons: transverse momenta (n, 2) [GeV], recoil [GeV^2, deg, GeV], opening [deg], weights."""

    pt: Array
    m2: Array
    theta: Array
    recoil_pt: Array
    opening: Array
    weight: Array
    trigger: Array


def muon_pairs(block: EventBlock, total: Array) -> Pairs:
    """Events with exactly two muons; ``total`` (4,) [GeV] of the collision in the laboratory."""
    muons = block.collections["Muon"]
    two = muons.counts == 2
    of_pair = np.repeat(two, muons.counts)
    pt, eta, phi, mass = (
        np.asarray(muons[k], dtype=np.float64)[of_pair].reshape(-1, 2) for k in ("pt", "eta", "phi", "mass")
    )
    p = np.stack([pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta)])
    momenta = np.concatenate([np.sqrt(np.sum(p**2, axis=0) + mass**2)[None], p])
    recoil = total[:, None] - momenta.sum(axis=2)
    to_cms = _boost(total)
    cms = np.einsum("ab,bnk->ank", to_cms, momenta)
    first, second = cms[1:, :, 0], cms[1:, :, 1]
    cross = np.linalg.norm(np.cross(first, second, axis=0), axis=0)
    axis = _axis(total, to_cms)
    missing = -(first + second)
    scalars: Any = block.scalars
    return Pairs(
        pt=pt,
        m2=recoil[0] ** 2 - np.sum(recoil[1:] ** 2, axis=0),
        theta=np.degrees(np.arctan2(np.hypot(recoil[1], recoil[2]), recoil[3])),
        recoil_pt=np.linalg.norm(missing - np.outer(axis, axis @ missing), axis=0),
        opening=np.degrees(np.arctan2(cross, np.sum(first * second, axis=0))),
        weight=np.asarray(scalars["weight"], dtype=np.float64)[two],
        trigger=np.asarray(scalars["twoTrackTrigger"], dtype=np.float64)[two],
    )


def recoil_cuts(pairs: Pairs) -> NDArray[np.bool_]:
    """Cuts of arXiv:2212.03066 on muons and recoil, without photons and the network."""
    light = (pairs.theta > 34) & (pairs.theta < 123) & (np.abs(pairs.theta - 90) > 1)
    angles = np.where(pairs.m2 < 4, light, pairs.theta < 123)
    return np.all(pairs.pt > 0.4, axis=1) & (pairs.opening < 179) & angles & (pairs.recoil_pt > 0.5)


def _boost(total: Array) -> Array:
    """Pure boost from the laboratory to the c.m. frame."""
    beta = total[1:] / total[0]
    beta2 = float(beta @ beta)
    gamma = 1 / np.sqrt(1 - beta2)
    matrix = np.eye(4)
    matrix[0, 0] = gamma
    matrix[0, 1:] = matrix[1:, 0] = -gamma * beta
    matrix[1:, 1:] += (gamma - 1) / beta2 * np.outer(beta, beta)
    return matrix


def _axis(total: Array, to_cms: Array) -> Array:
    """Direction of the electron beam in the c.m. frame; it crosses the z axis at half the crossing angle."""
    sine = total[1] / total[0]
    electron = to_cms @ np.array([1.0, sine, 0.0, np.sqrt(1 - sine**2)])
    return np.asarray(electron[1:] / np.linalg.norm(electron[1:]))
