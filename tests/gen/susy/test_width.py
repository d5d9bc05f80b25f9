"""Slepton width against traces of Dirac matrices."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError
from lmutau.gen.susy import slepton_width
from tests.spinors.dirac import GAMMA, LEFT, RIGHT, slash


def _by_traces(m: float, m_chi: float, m_l: float, left: complex, right: complex) -> float:
    """Width for the vertex lepton-bar (left P_L + right P_R) chi slepton; ``m_chi`` >= 0."""
    e_l = (m**2 + m_l**2 - m_chi**2) / (2 * m)
    p = math.sqrt(e_l**2 - m_l**2)
    lepton, chi = np.array([e_l, 0, 0, p]), np.array([m - e_l, 0, 0, -p])
    vertex = left * LEFT + right * RIGHT
    barred = GAMMA[0] @ vertex.conj().T @ GAMMA[0]
    squared = np.trace((slash(lepton) + m_l * np.eye(4)) @ vertex @ (slash(chi) - m_chi * np.eye(4)) @ barred)
    return float(squared.real) * p / (8 * math.pi * m**2)


@given(m=st.floats(3, 1000), share=st.floats(0.0, 0.99), angle=st.floats(-math.pi, math.pi),
       sign=st.sampled_from((-1, 1)), n5=st.floats(0, 1))  # fmt: skip
def test_traces(m: float, share: float, angle: float, sign: int, n5: float) -> None:
    """The doublet has charge Q, the conjugate singlet -Q: gaugino couplings of opposite sign, hence -right.

    A negative mass is a phase i of the neutralino, opposite for its two chiralities.
    """
    m_l = CONSTANTS.m_tau
    m_chi = share * (m - m_l)
    g, x1, x2 = 0.7, math.cos(angle), math.sin(angle)
    phase = 1 if sign > 0 else 1j
    coupling = math.sqrt(2) * g * n5
    expected = _by_traces(m, m_chi, m_l, coupling * x1 * np.conj(phase), -coupling * x2 * phase)
    found = slepton_width("tau", mass=m, neutralino_mass=sign * m_chi, g=g, bprime=n5, left=x1, right=x2)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-12 * g**2 * m)


def test_massless_limit() -> None:
    """g²/(8 pi) m (1 - m_chi²/m²)², as for a right selectron and a bino with g -> g1."""
    found = slepton_width("mu", mass=800.0, neutralino_mass=400.0, g=1e-3)
    assert found == pytest.approx(1e-6 / (8 * math.pi) * 800 * (1 - 0.25) ** 2, rel=1e-6)


def test_threshold_and_charge() -> None:
    widths = slepton_width("mu", mass=np.array([100.0, 200.1, 200.2]), neutralino_mass=200.0, g=1e-3)
    assert widths[:2].tolist() == [0, 0]
    assert widths[2] > 0
    assert slepton_width("e", mass=300.0, neutralino_mass=200.0, g=1e-3) == 0


def test_errors() -> None:
    with pytest.raises(ConfigError, match="slepton_mass = -1 GeV"):
        slepton_width("mu", mass=-1.0, neutralino_mass=0.0, g=1.0)
    with pytest.raises(ConfigError, match="left = "):
        slepton_width("mu", mass=1.0, neutralino_mass=0.0, g=1.0, left=1.1)
    with pytest.raises(ConfigError, match="g = -1"):
        slepton_width("mu", mass=1.0, neutralino_mass=0.0, g=-1.0)
    with pytest.raises(ConfigError, match="right = 'a'"):
        slepton_width("mu", mass=1.0, neutralino_mass=0.0, g=1.0, right="a")
    with pytest.raises(ConfigError, match="shapes do not broadcast: mass"):
        slepton_width("mu", mass=[1.0, 2.0], neutralino_mass=[0.0, 1.0, 2.0], g=1.0)


def test_digits_close_to_threshold() -> None:
    """The momentum is a root of what is left of the masses."""
    m_chi, m_l = 200.0, CONSTANTS.m_mu
    for left in (1e-3, 1e-6, 1e-9, 1e-12):
        m = m_chi + m_l * (1 + left)
        with mpmath.workdps(40):
            a, b, c = map(mpmath.mpf, (m, m_chi, m_l))
            kallen = (a - b - c) * (a + b + c) * (a - c + b) * (a + c - b)
            expected = 2 * mpmath.sqrt(kallen) / (2 * a) / (8 * mpmath.pi * a**2) * (a**2 - b**2 - c**2)
        found = slepton_width("mu", mass=m, neutralino_mass=m_chi, g=1.0)
        assert found == pytest.approx(float(expected) if a - b - c > 0 else 0.0, rel=1e-12, abs=0)
