"""The laboratory frame: published numbers of the collider, Lorentz group."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmutau.gen.beams import BEAMS, Beams, lab_transform

METRIC = np.diag([1.0, -1.0, -1.0, -1.0])


@pytest.mark.parametrize(
    ("beams", "sqrt_s", "velocity", "gamma"),
    [
        (BEAMS["head-on"], 10.5830052403, (0, 0, 0.272727274), 1.0394023012),
        (BEAMS["crossing"], 10.5795578368, (0.0414880886, 0, 0.2725254668), 1.0403081272),
        (
            Beams(name="7 and 4", electron_energy=7, positron_energy=4, crossing_angle=0.083),
            10.5738932579,
            (0.0414880886, 0, 0.2724924554),
            1.0402979992,
        ),
    ],
)
def test_collision_of_the_nominal_beams(beams: Beams, sqrt_s: float, velocity: tuple[float, ...], gamma: float) -> None:
    total = beams.nominal_total()
    assert np.sqrt(total[0] ** 2 - total[1:] @ total[1:]) == pytest.approx(sqrt_s, rel=1e-10)
    assert total[1:] / total[0] == pytest.approx(velocity, abs=1e-10)
    assert total[0] / sqrt_s == pytest.approx(gamma, rel=1e-10)


@given(st.floats(2, 12), st.floats(2, 12), st.floats(0, 0.2), st.floats(1, 20))
def test_transform_is_a_lorentz_transform(first: float, second: float, angle: float, sqrt_s: float) -> None:
    beams = Beams(name="any", electron_energy=first, positron_energy=second, crossing_angle=angle)
    total = beams.total(sqrt_s)
    matrix = lab_transform(total)
    assert matrix.T @ METRIC @ matrix == pytest.approx(METRIC, abs=1e-12)
    assert np.linalg.det(matrix) == pytest.approx(1, abs=1e-11)
    assert matrix @ [sqrt_s, 0, 0, 0] == pytest.approx(total, abs=1e-11 * total[0])


def test_electron_returns_to_its_beam() -> None:
    beams = BEAMS["crossing"]
    total = beams.nominal_total()
    energy = np.sqrt(total[0] ** 2 - total[1:] @ total[1:]) / 2
    electron = lab_transform(total) @ [energy, 0, 0, energy]
    half = beams.crossing_angle / 2
    expected = np.array([1, np.sin(half), 0, np.cos(half)]) * beams.electron_energy
    assert electron == pytest.approx(expected, abs=1e-6)
    positron = lab_transform(total) @ [energy, 0, 0, -energy]
    assert positron == pytest.approx(np.array([1, np.sin(half), 0, -np.cos(half)]) * 4.002, abs=1e-6)


def test_space_like_total_is_refused() -> None:
    with pytest.raises(ValueError, match="not time-like"):
        lab_transform(np.array([1.0, 2.0, 0.0, 0.0]))
