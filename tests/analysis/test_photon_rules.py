"""Conditions on seen photons: exact sums over which photons were seen, against trials and plain enumeration."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmutau.analysis.photon_rules import MOST_SOFT, SOFT_ROWS, PhotonNumbers, PhotonRules, unvetoed

RULES = PhotonRules(veto_energy=0.1, veto_sum=0.5, veto_angle=math.radians(15)).numbers()
PHOTON = st.tuples(st.floats(0.0, 0.7), st.floats(-1, 1), st.floats(0, 1))


def _probability(photons: list[tuple[float, float, float]], rules: PhotonNumbers = RULES) -> float:
    energies, cosines, losses = (np.array(column, dtype=np.float64) for column in zip(*photons, strict=True))
    return float(unvetoed(energies, cosines, losses, len(photons), rules, np.empty((SOFT_ROWS, MOST_SOFT + 1))))


def _enumerated(photons: list[tuple[float, float, float]]) -> float:
    total = 0.0
    for seen in itertools.product((False, True), repeat=len(photons)):
        chance = math.prod(1 - p[2] if s else p[2] for p, s in zip(photons, seen, strict=True))
        counted = [p for p, s in zip(photons, seen, strict=True) if s and p[0] > 0.1]
        if sum(p[0] for p in counted) < 0.5 and all(p[1] <= math.cos(math.radians(15)) for p in counted):
            total += chance
    return total


@given(st.lists(PHOTON, min_size=1, max_size=6))
def test_against_enumeration(photons: list[tuple[float, float, float]]) -> None:
    assert _probability(photons) == pytest.approx(_enumerated(photons), rel=1e-9, abs=1e-12)


def test_plain_cases() -> None:
    assert _probability([(0.05, 1.0, 0.0)]) == 1.0  # below the threshold: nothing
    assert _probability([(0.3, 0.0, 0.0)]) == 1.0  # one soft photon, seen, is allowed
    assert _probability([(0.3, 0.99, 1e-3)]) == 1e-3  # along the recoil it must be lost
    assert _probability([(2.0, 0.0, 3e-6)]) == 3e-6
    assert _probability([(0.3, 0.0, 0.25), (0.3, 0.0, 0.5)]) == pytest.approx(1 - 0.75 * 0.5)
    assert _probability([(3.0, -1.0, 1e-6), (3.0, -1.0, 1e-6)]) == pytest.approx(1e-12, rel=1e-12)


def test_no_rules_allow_everything() -> None:
    assert _probability([(3.0, 1.0, 0.0), (0.2, 1.0, 0.5)], PhotonRules().numbers()) == 1.0


def test_many_soft_photons() -> None:
    # n photons of 0.101 GeV seen with 1/2: at most four of them
    for n in (13, 16, 40):
        expected = sum(math.comb(n, k) for k in range(5)) / 2**n
        assert _probability([(0.101, 0.0, 0.5)] * n) == pytest.approx(expected, rel=1e-9)
