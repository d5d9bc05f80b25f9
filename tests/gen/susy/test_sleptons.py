"""Sleptons: mixing, D terms, digits near degeneracy and near zero mass, tachyons."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmutau.gen.errors import ConfigError
from lmutau.gen.susy import sleptons
from tests.gen.susy.cases import REFERENCE_CONSTANTS as C


@given(mass=st.floats(200, 2000), right=st.floats(200, 2000), mu=st.floats(-2000, 2000), tan_beta=st.floats(1, 60),
       trilinear=st.floats(-1000, 1000), soft=st.booleans(), lepton=st.sampled_from(("e", "mu")))  # fmt: skip
def test_against_thirty_digits(
    mass: float, right: float, mu: float, tan_beta: float, trilinear: float, soft: bool, lepton: str
) -> None:
    found = sleptons(lepton, mass=mass, right_mass=right, mu=mu, tan_beta=tan_beta, trilinear=trilinear,
                     slepton_input="soft" if soft else "diagonal", constants=C)  # fmt: skip
    with mpmath.workdps(30):
        t, mz2, sin2 = mpmath.mpf(tan_beta), mpmath.mpf(C.m_z) ** 2, mpmath.mpf(C.sin2_theta_eff)
        cos2b = (1 - t**2) / (1 + t**2)
        m_l = mpmath.mpf(C.m_e if lepton == "e" else C.m_mu)
        ll = mpmath.mpf(mass) ** 2 + (soft * (sin2 - mpmath.mpf("0.5")) * mz2 * cos2b)
        rr = mpmath.mpf(right) ** 2 - soft * sin2 * mz2 * cos2b
        lr = m_l * (mpmath.mpf(trilinear) - mpmath.mpf(mu) * t)
        root = mpmath.sqrt(((ll - rr) / 2) ** 2 + lr**2)
        squares = [(ll + rr) / 2 - root, (ll + rr) / 2 + root]
        expected = [float(mpmath.sqrt(square)) for square in squares]
        sneutrino = float(mpmath.sqrt(ll + (1 - sin2) * mz2 * cos2b))
    assert found.masses == pytest.approx(expected, rel=1e-14)
    assert found.sneutrino == pytest.approx(sneutrino, rel=1e-13)
    x = found.mixing
    matrix = np.array([[float(ll), float(lr)], [float(lr), float(rr)]])
    assert x @ x.T == pytest.approx(np.eye(2), abs=1e-15)
    assert x @ matrix @ x.T == pytest.approx(np.diag([float(s) for s in squares]), abs=1e-13 * float(squares[1]))


def test_d_terms_obey_the_sum_rule() -> None:
    """m²(sneutrino) - m²(L) = cos² M_Z² cos 2beta, the W mass squared at tree level, whatever the input means."""
    w2 = C.m_z**2 * (1 - C.sin2_theta_eff)
    for kind in ("soft", "diagonal"):
        found = sleptons("e", mass=400.0, mu=0.0, tan_beta=1e6, trilinear=0.0, slepton_input=kind, constants=C)
        left = found.masses[np.argmax(np.abs(found.mixing[:, 0]))] if kind == "soft" else 400.0
        assert found.sneutrino**2 - left**2 == pytest.approx(-w2, rel=1e-10)


def test_soft_masses_at_large_tan_beta() -> None:
    found = sleptons("e", mass=300.0, mu=0.0, tan_beta=1e5, trilinear=0.0, slepton_input="soft", constants=C)
    sin2, mz2 = C.sin2_theta_eff, C.m_z**2
    assert found.masses**2 == pytest.approx(np.sort([300**2 + (0.5 - sin2) * mz2, 300**2 + sin2 * mz2]), rel=1e-9)
    assert found.sneutrino**2 == pytest.approx(300**2 - mz2 / 2, rel=1e-9)


def test_degenerate_selectrons_mix_maximally() -> None:
    found = sleptons("e", mass=170.0, mu=-223.0, tan_beta=27.0)
    assert np.abs(found.mixing) == pytest.approx(np.full((2, 2), np.sqrt(0.5)), rel=1e-15)


def test_small_masses_keep_their_digits() -> None:
    """The mixing that leaves 1e-6 GeV² of 1e6 GeV²."""
    mixing = 1e6 - 1e-6
    found = sleptons("mu", mass=1000.0, mu=0.0, tan_beta=1.0, trilinear=mixing / C.m_mu, constants=C)
    exact = 1e6 - C.m_mu * (mixing / C.m_mu)
    assert found.masses[0] ** 2 == pytest.approx(exact, abs=1.2e-10)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"lepton": "tau", "mass": 100.0, "mu": -1000.0}, ("tachyonic stau", "squared mass -", "raise the stau mass")),
        ({"lepton": "e", "mass": 60.0, "mu": -100.0}, ("tachyonic sneutrino of e", "raise the selectron mass")),
    ],
)
def test_tachyons_of_one_point_are_an_error(values: dict[str, float | str], words: tuple[str, ...]) -> None:
    lepton = str(values.pop("lepton"))
    with pytest.raises(ConfigError) as caught:
        sleptons(lepton, tan_beta=30.0, **values)  # type: ignore[arg-type]
    for word in words:
        assert word in str(caught.value)


def test_tachyons_in_arrays_are_flagged() -> None:
    found = sleptons("tau", mass=[100.0, 1000.0], mu=-1000.0, tan_beta=30.0)
    assert found.tachyonic.tolist() == [True, False]
    assert found.masses[0, 0] < 0 < found.masses[0, 1]
    assert np.isfinite(found.masses).all()
    assert found.masses[0, 0] * abs(found.masses[0, 0]) + found.masses[0, 1] ** 2 == pytest.approx(2e4)


def test_unknown_names() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'tau'"):
        sleptons("taw", mass=100.0, mu=1.0, tan_beta=2.0)
    with pytest.raises(ConfigError, match="slepton_input = 'hard'"):
        sleptons("mu", mass=100.0, mu=1.0, tan_beta=2.0, slepton_input="hard")
