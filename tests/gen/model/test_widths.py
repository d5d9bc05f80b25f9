"""Widths and branching fractions: printed values, dark matter and its inverse, thresholds."""

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError
from lmutau.gen.model import (
    alpha_dark_fermion,
    alpha_dark_scalar,
    branching_invisible,
    width_dark_fermion,
    width_dark_scalar,
    widths,
)

PAPER = dataclasses.replace(CONSTANTS, m_mu=0.1056583745, m_tau=1.77686, alpha=0.0072973525693)


@pytest.mark.parametrize(("mass", "nu", "mu", "tau", "invisible"), [
    (0.1, 0.00265258238486, 0, 0, 1),
    (0.3, 0.00795774715459, 0.00704981676923, 0, 0.530249092723),
    (1, 0.0265258238486, 0.0265056857938, 0, 0.500189868768),
    (4, 0.106103295395, 0.106102985181, 0.0679234114823, 0.378764902124),
    (8, 0.212206590789, 0.212206552040, 0.208878093342, 0.335085310942),
])  # fmt: skip
def test_printed_values(mass: float, nu: float, mu: float, tau: float, invisible: float) -> None:
    found = widths(mass, constants=PAPER)
    assert [float(found[key]) for key in ("nu", "mu", "tau")] == pytest.approx([nu, mu, tau], rel=1e-9)
    assert float(found["total"]) == pytest.approx(nu + mu + tau, rel=1e-9)
    assert float(branching_invisible(mass, constants=PAPER)) == pytest.approx(invisible, rel=1e-9)


def test_shapes_couplings_and_scenarios() -> None:
    masses = np.array([[0.0, 0.1], [1.0, 5.0]])
    assert widths(masses, 2.0)["tau"] == pytest.approx(4 * widths(masses)["tau"])
    assert branching_invisible(masses).shape == (2, 2)
    assert branching_invisible(masses, "invisible").tolist() == [[1, 1], [1, 1]]
    assert widths([1.0, 2.0], [[1.0], [2.0]])["nu"].shape == (2, 2)


def test_threshold_is_the_square_root() -> None:
    step = 1e-12
    above = widths(2 * CONSTANTS.m_mu * (1 + step))["mu"] / (CONSTANTS.m_mu / (6 * math.pi))
    assert float(above) == pytest.approx(1.5 * math.sqrt(2 * step), rel=1e-4)  # the mass itself is a double
    assert float(widths(2 * CONSTANTS.m_mu)["mu"]) == 0


def test_neutrinos_are_half_of_a_massless_dirac_fermion_each() -> None:
    # two left-handed neutrinos make what one Dirac fermion of the same coupling makes
    assert widths(2.0, 0.3)["nu"] == pytest.approx(width_dark_fermion(2.0, 0.3**2 / (4 * math.pi)))


def test_dark_coupling_of_a_wide_boson() -> None:
    assert float(alpha_dark_fermion(2.0, 0.2)) == pytest.approx(0.3)
    assert float(alpha_dark_scalar(3.0, 0.3, 1.0)) == pytest.approx(2.898, abs=5e-4)


@given(st.floats(1e-3, 1e3), st.floats(0, 0.4999999), st.floats(1e-6, 10))
def test_converters_are_inverse(mass: float, share: float, alpha: float) -> None:
    for forward, backward in ((width_dark_fermion, alpha_dark_fermion), (width_dark_scalar, alpha_dark_scalar)):
        width = forward(mass, alpha, share * mass)
        assert float(backward(mass, width, share * mass)) == pytest.approx(alpha, rel=1e-12)


def test_dark_decays_are_invisible() -> None:
    g, mass = 1e-2, 1.0
    dark = float(widths(mass, g)["nu"])  # as much again
    nu, mu = (float(widths(mass, g)[key]) for key in ("nu", "mu"))
    assert float(branching_invisible(mass, g=g, dark_width=dark)) == pytest.approx(2 * nu / (2 * nu + mu), rel=1e-12)
    assert float(branching_invisible(0.0, dark_width=1.0)) == 1


@pytest.mark.parametrize(("call", "words"), [
    (lambda: widths(-1.0), "mass = -1.0 GeV"),
    (lambda: widths([1.0, math.nan]), "mass = nan"),
    (lambda: widths("a"), "mass = 'a'"),
    (lambda: branching_invisible(1.0, "vanila"), "vanilla"),
    (lambda: alpha_dark_fermion(1.0, 0.1, 0.5), "m = 0.5 GeV"),
    (lambda: width_dark_scalar(1.0, -1.0), "alpha_d = -1.0"),
])  # fmt: skip
def test_wrong_input(call: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        call()
