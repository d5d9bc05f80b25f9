"""From points to records: records per channel, masses per event, particles that may be absent."""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.beams import BEAMS
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.processes.base import Particle, Setup
from lmutau.gen.record import EventBlock
from lmutau.gen.sampling import Draw
from lmutau.gen.truth import Frame, truth_block

Array = NDArray[np.float64]

MUON = Particle(pdg_id=13, mass=0.1)
PHOTON = Particle(pdg_id=22, mass=0.0, optional=True)


def _nothing(channel: NDArray[np.int64], x: Array, arguments: Array, momenta: Array, weight: Array) -> None:
    raise NotImplementedError


def _block(records: tuple[tuple[Particle, ...], ...], momenta: Array, channel: list[int]) -> EventBlock:
    setup = Setup(
        fill=_nothing, arguments=np.zeros(1), channels=tuple("abc"[: len(records)]), n_adaptive=1, n_plain=1,
        records=records,
    )  # fmt: skip
    draw = Draw(momenta, np.ones(len(momenta)), np.array(channel, dtype=np.int64))
    frame = Frame.of(BEAMS["head-on"], 10.58, CONSTANTS)
    return truth_block(setup, frame, draw, draw.weight, np.arange(len(momenta)), 0)


def _on_shell(masses: list[list[float]]) -> Array:
    random = np.random.default_rng(2)
    mass = np.array(masses)
    p = random.normal(size=(*mass.shape, 3))
    return np.concatenate([np.sqrt((p**2).sum(axis=2) + mass**2)[..., None], p], axis=2)


def test_each_channel_has_its_record() -> None:
    electron = Particle(pdg_id=12, mass=0.0)
    muon = Particle(pdg_id=14, mass=0.3, mother=2)
    block = _block(((MUON, electron), (MUON, muon)), _on_shell([[0.1, 0.0], [0.1, 0.3], [0.1, 0.0]]), [0, 1, 0])
    particles = block.collections["GenPart"]
    assert particles["pdgId"].reshape(3, 4)[:, 3].tolist() == [12, 14, 12]
    assert particles["mass"].reshape(3, 4)[:, 3].tolist() == [0.0, 0.3, 0.0]
    assert particles["genPartIdxMother"].reshape(3, 4)[:, 3].tolist() == [0, 2, 0]
    assert particles["pdgId"].reshape(3, 4)[:, :3].tolist() == [[11, -11, 13]] * 3


def test_a_mass_of_its_own_in_each_event() -> None:
    record = (MUON, Particle(pdg_id=32, mass=math.nan))
    block = _block((record,), _on_shell([[0.1, 2.0], [0.1, 0.02]]), [0, 0])
    found = block.collections["GenPart"]["mass"].reshape(2, 4)
    assert np.allclose(found[:, 3], [2.0, 0.02], rtol=1e-10)
    assert (found[:, 2] == 0.1).all()


def test_absent_particles_are_left_out() -> None:
    momenta = _on_shell([[0.1, 0.0, 0.0]] * 3)
    momenta[0, 2], momenta[1, 1:] = 0.0, 0.0
    block = _block(((MUON, PHOTON, PHOTON),), momenta, [0, 0, 0])
    particles = block.collections["GenPart"]
    assert np.diff(particles.offsets).tolist() == [4, 3, 5]
    assert particles["pdgId"].tolist() == [11, -11, 13, 22, 11, -11, 13, 11, -11, 13, 22, 22]
    whole = _block(((MUON, Particle(pdg_id=22, mass=0.0), Particle(pdg_id=22, mass=0.0)),), momenta, [0, 0, 0])
    assert particles["px"][-5:].tolist() == whole.collections["GenPart"]["px"][-5:].tolist()
