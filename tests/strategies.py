"""Hypothesis strategies of the project: momenta, events, blocks of events."""

import math

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.record import EventBlock, Jagged

Column = NDArray[np.generic]
Momentum = tuple[float, float, float]
Particle = tuple[int, Momentum]
"""(PDG code, laboratory momentum [GeV]), status 1."""

MASSES = {11: CONSTANTS.m_e, 13: CONSTANTS.m_mu, 22: 0.0, 12: 0.0, 14: 0.0, 16: 0.0, 32: 0.1, 211: 0.13957039}
BEAMS: tuple[Particle, ...] = ((11, (0.0, 0.0, 7.0)), (-11, (0.0, 0.0, -4.0)))


def spherical(size: float, theta: float, phi: float) -> Momentum:
    """Momentum [GeV] of given size and direction [rad]."""
    return (
        size * math.sin(theta) * math.cos(phi),
        size * math.sin(theta) * math.sin(phi),
        size * math.cos(theta),
    )


def momenta(smallest: float = 0.0, largest: float = 7.0) -> st.SearchStrategy[Momentum]:
    """Momenta [GeV] over all directions, exactly along the axis and at rest included.

    Between rest and 1e-12 GeV there is nothing: no detector and no generator goes there.
    """
    sizes = st.floats(max(smallest, 1e-12), largest)
    if smallest == 0:
        sizes = st.one_of(sizes, st.just(0.0))
    poles = st.sampled_from((0.0, math.pi / 2, math.pi))
    thetas = st.one_of(st.floats(0, math.pi), poles)
    general = st.builds(spherical, sizes, thetas, st.floats(-math.pi, math.pi))
    along_axis = st.builds(lambda size, sign: (0.0, 0.0, sign * size), sizes, st.sampled_from((-1, 1)))
    return st.one_of(general, along_axis)


def particles() -> st.SearchStrategy[Particle]:
    """Final-state particles of every sort that a process here makes."""
    codes = st.sampled_from((13, -13, 22, 11, -11, 12, -14, 32, 211))
    return st.tuples(codes, momenta())


def events(most: int = 6) -> st.SearchStrategy[list[Particle]]:
    """Final states of at most ``most`` particles; momentum need not balance."""
    return st.lists(particles(), max_size=most)


def blocks(most_events: int = 8) -> st.SearchStrategy[EventBlock]:
    """Blocks of truth events, luminosity block 0, the empty block included."""
    return st.builds(make_block, st.lists(events(), max_size=most_events))


def make_block(
    final_states: list[list[Particle]],
    *,
    luminosity_block: int = 0,
    weights: NDArray[np.float64] | None = None,
) -> EventBlock:
    """Truth block of the given final states; beams first, weight 1 fb unless ``weights`` are given."""
    n = len(final_states)
    flat = [particle for final in final_states for particle in (*BEAMS, *final)]
    counts = [len(BEAMS) + len(final) for final in final_states]
    places = [place for count in counts for place in range(count)]
    momentum = np.array([particle[1] for particle in flat], dtype=np.float64).reshape(-1, 3)
    columns: dict[str, Column] = {
        "pdgId": np.array([particle[0] for particle in flat], dtype=np.int32),
        "status": np.array([4 if place < len(BEAMS) else 1 for place in places], dtype=np.int32),
        "genPartIdxMother": np.array([-1 if place < len(BEAMS) else 0 for place in places], dtype=np.int16),
        "px": np.ascontiguousarray(momentum[:, 0]),
        "py": np.ascontiguousarray(momentum[:, 1]),
        "pz": np.ascontiguousarray(momentum[:, 2]),
        "mass": np.array([MASSES[abs(particle[0])] for particle in flat], dtype=np.float64),
    }
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    scalars: dict[str, Column] = {
        "run": np.ones(n, dtype=np.uint32),
        "luminosityBlock": np.full(n, luminosity_block, dtype=np.uint32),
        "event": np.arange(n, dtype=np.uint64),
        "genWeight": np.ones(n) if weights is None else weights,
    }
    return EventBlock(scalars, {"GenPart": Jagged(offsets, columns)})


def mumugamma_block(n: int, seed: int = 1, luminosity_block: int = 0) -> EventBlock:
    """Block of ``n`` events mu- mu+ gamma with random momenta of 0.3 to 6 GeV over the whole sphere."""
    random = np.random.default_rng(seed)
    size = np.exp(random.uniform(math.log(0.3), math.log(6.0), 3 * n))
    cosine, phi = random.uniform(-1, 1, 3 * n), random.uniform(-math.pi, math.pi, 3 * n)
    sine = np.sqrt(1 - cosine**2)
    vectors = np.stack([size * sine * np.cos(phi), size * sine * np.sin(phi), size * cosine], axis=1)
    momentum = np.empty((n, 5, 3))
    momentum[:, 0], momentum[:, 1] = BEAMS[0][1], BEAMS[1][1]
    momentum[:, 2:] = vectors.reshape(n, 3, 3)
    flat = momentum.reshape(-1, 3)
    codes = (11, -11, 13, -13, 22)
    columns: dict[str, Column] = {
        "pdgId": np.tile(np.array(codes, dtype=np.int32), n),
        "status": np.tile(np.array([4, 4, 1, 1, 1], dtype=np.int32), n),
        "genPartIdxMother": np.tile(np.array([-1, -1, 0, 0, 0], dtype=np.int16), n),
        "px": flat[:, 0].copy(),
        "py": flat[:, 1].copy(),
        "pz": flat[:, 2].copy(),
        "mass": np.tile(np.array([MASSES[abs(code)] for code in codes]), n),
    }
    scalars: dict[str, Column] = {
        "run": np.ones(n, dtype=np.uint32),
        "luminosityBlock": np.full(n, luminosity_block, dtype=np.uint32),
        "event": np.arange(n, dtype=np.uint64),
        "genWeight": random.uniform(0, 1, n),
    }
    return EventBlock(scalars, {"GenPart": Jagged(5 * np.arange(n + 1, dtype=np.int64), columns)})
