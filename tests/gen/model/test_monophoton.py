"""Closed formulas of the single-photon final state: printed values and the massive radiator."""

import dataclasses
import math

import numpy as np
import pytest

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError
from lmutau.gen.model import gammanunu_spectrum, gammazp_cross_section, gammazp_total, kinetic_mixing

PAPER = dataclasses.replace(CONSTANTS, m_mu=0.1056583745, alpha=0.0072973525693, sin2_theta_eff=0.23122)


@pytest.mark.parametrize(("mass", "r", "g", "sigma"), [
    (0.1, 1, 1e-3, 0.00105264043939),
    (0.2, 10, 1e-3, 0.00272987151549),
    (1, 1, 1e-3, 0.000558470869537),
    (1, 0.1, 1e-3, 0.000317357437552),
    (3, 10, 4e-3, 0.00807962832411),
])  # fmt: skip
def test_signal(mass: float, r: float, g: float, sigma: float) -> None:
    epsilon = kinetic_mixing(mass, r=r, g=g, constants=PAPER)
    assert gammazp_cross_section(mass, epsilon, constants=PAPER) == pytest.approx(sigma, rel=1e-9)


@pytest.mark.parametrize(("energy", "value"), [
    (1, 2.38134246394), (3, 0.280428295948), (4.5, 0.0475147196022), (5, 0.0143148390781), (5.2, 0.00412692195239),
])  # fmt: skip
def test_background(energy: float, value: float) -> None:
    assert gammanunu_spectrum(energy, constants=PAPER) == pytest.approx(value, rel=1e-9)


def test_nothing_beyond_the_kinematic_limit() -> None:
    assert gammazp_cross_section([10.58, 11.0], 1.0).tolist() == [0, 0]
    assert gammanunu_spectrum([0.0, 5.29, 6.0]).tolist() == [0, 0, 0]


def test_total_is_the_angular_integral_with_the_electron_mass() -> None:
    # to the accuracy m_e^2/s: 2/sin² -> 2/(1 - beta² c²) and the helicity flip -2 (1-beta²)(1-x)/(1-beta²c²)²
    mass, s = 1.0, 10.58**2
    beta2 = 1 - 4 * CONSTANTS.m_e**2 / s
    x = 1 - mass**2 / s
    t = np.linspace(-1, 1, 200_001) * math.atanh(math.sqrt(beta2))
    c = np.tanh(t) / math.sqrt(beta2)
    density = (2 - 2 * x + x**2) / (1 - beta2 * c**2) - x**2 / 2 - 2 * (1 - beta2) * (1 - x) / (1 - beta2 * c**2) ** 2
    integral = np.trapezoid(density * (1 - beta2 * c**2) / math.sqrt(beta2), t)
    expected = 4 * math.pi * CONSTANTS.alpha**2 / s / x * integral * CONSTANTS.hbarc2
    assert gammazp_total(mass, 1.0) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("cos_range", [(-1.0, 0.5), (0.5, 0.1), (0.0, 1.0)])
def test_wrong_acceptance(cos_range: tuple[float, float]) -> None:
    with pytest.raises(ConfigError, match="cos_range"):
        gammazp_cross_section(1.0, 1.0, cos_range)
