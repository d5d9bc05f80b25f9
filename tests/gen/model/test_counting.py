"""Significance S/sqrt(S + B) and the signal that reaches it; there is one function for both, everywhere."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmutau.analysis import sensitivity
from lmutau.gen.errors import ConfigError
from lmutau.gen.model import minimal_signal, monophoton_reach, significance


@pytest.mark.parametrize(("background", "expected"), [(0.0, 9.0), (9.18641, 14.6453284816), (897.5, 94.4874991318)])
def test_minimal_signal(background: float, expected: float) -> None:
    # independent 12-digit values of the closed form
    assert float(minimal_signal(background, 3)) == pytest.approx(expected, rel=1e-11)


@given(st.floats(0, 1e9), st.floats(0.1, 10))
def test_minimal_signal_solves_its_equation(background: float, z: float) -> None:
    s = float(minimal_signal(background, z))
    assert s / math.sqrt(s + background) == pytest.approx(z, rel=1e-12)
    assert float(significance(s, background)) == pytest.approx(z, rel=1e-12)


@pytest.mark.parametrize(
    ("background", "z", "key"), [(-1.0, 3.0, "background"), (1.0, 0.0, "n_sigma"), (math.nan, 3.0, "background")]
)
def test_minimal_signal_refuses_nonsense(background: float, z: float, key: str) -> None:
    with pytest.raises(ConfigError, match=key):
        minimal_signal(background, z)


def test_cut_flows_and_single_photons_use_the_same_function() -> None:
    assert vars(sensitivity)["minimal_signal"] is minimal_signal is vars(monophoton_reach)["minimal_signal"]
