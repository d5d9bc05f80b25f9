"""Frames: beams of a card, and the truth taken from one laboratory frame to another."""

from dataclasses import replace

import numpy as np
import pytest

from lmutau.detsim.card import load_card
from lmutau.detsim.frame import card_beams, to_frame
from lmutau.gen.beams import BEAMS, lab_transform
from lmutau.gen.errors import ConfigError
from lmutau.gen.record import EventBlock
from tests.strategies import make_block, mumugamma_block

SQRT_S = 10.58


def four_momenta(block: EventBlock) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    part = block.collections["GenPart"]
    p = np.stack([part["px"], part["py"], part["pz"]], axis=1).astype(np.float64)
    energy = np.sqrt(np.sum(p**2, axis=1) + np.asarray(part["mass"], dtype=np.float64) ** 2)
    return np.concatenate([energy[:, None], p], axis=1)


def test_built_in_cards_use_the_built_in_beams() -> None:
    assert card_beams(load_card("jkpt2019")) is BEAMS["head-on"]
    assert card_beams(load_card("belle2")) is BEAMS["crossing"]


@pytest.mark.parametrize(
    ("energies", "crossing", "total", "sqrt_s", "beta", "beta_gamma"),
    [
        ((7.0, 4.0), 0.0, (11, 0, 0, 3.000000014), 10.5830052403, 0.272727274, 0.2834733562),
        ((7.004, 4.002), 0.083, (11.006, 0.4566179032, 0, 2.9994152877), 10.5795578368, 0.2756653615, 0.2867769160),
        ((7.0, 4.0), 0.083, (11, 0.4563689746, 0, 2.9974170097), 10.5738932579, 0.2756327262, 0.2867401736),
    ],
)
def test_head_on_and_crossing_beams_of_a_card(
    energies: tuple[float, float],
    crossing: float,
    total: tuple[float, ...],
    sqrt_s: float,
    beta: float,
    beta_gamma: float,
) -> None:
    """Numbers by hand from the beam energies of basf2 (and 7 on 4 GeV), to all digits."""
    card = load_card("belle2")
    beams = replace(card.beams, electron_energy=energies[0], positron_energy=energies[1], crossing_angle=crossing)
    p = card_beams(replace(card, beams=beams)).nominal_total()
    np.testing.assert_allclose(p, total, rtol=0, atol=6e-11)
    mass = float(np.sqrt(p[0] ** 2 - p[1:] @ p[1:]))
    size = float(np.linalg.norm(p[1:]))
    assert (mass, size / p[0], size / mass) == pytest.approx((sqrt_s, beta, beta_gamma), abs=6e-11)


def test_other_beams_carry_the_name_of_the_card() -> None:
    card = load_card("belle2")
    beams = card_beams(replace(card, name="mine", beams=replace(card.beams, electron_energy=6.964)))
    assert (beams.name, beams.electron_energy, beams.crossing_angle) == ("mine", 6.964, 0.083)


def test_the_same_frame_gives_the_same_block() -> None:
    block, total = mumugamma_block(3), BEAMS["head-on"].total(SQRT_S)
    assert to_frame(block, total, total.copy()) is block


def test_momenta_against_the_matrix_and_back() -> None:
    block = mumugamma_block(200)
    old, new = BEAMS["head-on"].total(SQRT_S), BEAMS["crossing"].total(SQRT_S)
    moved = to_frame(block, old, new)
    expected = four_momenta(block) @ np.linalg.inv(lab_transform(old)).T @ lab_transform(new).T
    np.testing.assert_allclose(four_momenta(moved), expected, rtol=0, atol=1e-13)
    back = to_frame(moved, new, old)
    np.testing.assert_allclose(four_momenta(back), four_momenta(block), rtol=0, atol=1e-13)
    assert moved.scalars is block.scalars


def test_the_total_of_the_event_arrives_at_the_new_total() -> None:
    """Two photons of 3 GeV back to back in the c.m. frame: the sum is the total, scaled to 6 GeV."""
    old, new = BEAMS["head-on"].total(SQRT_S), BEAMS["crossing"].total(SQRT_S)
    back_to_back = lab_transform(old) @ np.array([[3.0, 3.0, 0.0, 0.0], [3.0, -3.0, 0.0, 0.0]]).T
    block = make_block([[(22, tuple(back_to_back[1:, 0])), (22, tuple(back_to_back[1:, 1]))]])
    moved = four_momenta(to_frame(block, old, new))[2:].sum(axis=0)
    np.testing.assert_allclose(moved, new * 6.0 / SQRT_S, rtol=0, atol=1e-13)


def test_another_collision_energy_is_refused() -> None:
    beams = BEAMS["head-on"]
    with pytest.raises(ConfigError, match=r"sqrt_s = 10\.52"):
        to_frame(mumugamma_block(3), beams.total(SQRT_S), beams.total(10.52))
