"""Masses and mixing: benchmarks, other ways to diagonalise, invariants, the decoupled B'."""

from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings

from lmutau.gen.errors import ConfigError
from lmutau.gen.susy import BENCHMARKS, Spectrum, benchmark, spectrum
from lmutau.gen.susy.point import published_masses
from lmutau.gen.susy.scheme import ALPHA_MZ, make_scheme
from tests.gen.susy.cases import REFERENCE, REFERENCE_CONSTANTS, Point, points

SCHEME = make_scheme(REFERENCE_CONSTANTS)


def _matrix(point: Point) -> np.ndarray[Any, Any]:
    """The mass matrix typed again, field by field."""
    beta = np.arctan(point["tan_beta"])
    v_d, v_u = SCHEME.v * np.cos(beta), SCHEME.v * np.sin(beta)
    gamma = np.arctan(point.get("tan_gamma", 1.0))
    eta, etabar = point.get("zp_mass", 0.0) * np.cos(gamma), point.get("zp_mass", 0.0) * np.sin(gamma)
    g_yx, m10, mu_eta = point.get("g_yx", 0.0), point.get("m10", 0.0), point.get("mu_eta", 4000.0)
    g1, g2 = SCHEME.g1, SCHEME.g2
    rows = [
        [point["m1"], 0, -g1 * v_d / 2, g1 * v_u / 2, m10, 0, 0],
        [0, point["m2"], g2 * v_d / 2, -g2 * v_u / 2, 0, 0, 0],
        [-g1 * v_d / 2, g2 * v_d / 2, 0, -point["mu"], -g_yx * v_d / 2, 0, 0],
        [g1 * v_u / 2, -g2 * v_u / 2, -point["mu"], 0, g_yx * v_u / 2, 0, 0],
        [m10, 0, -g_yx * v_d / 2, g_yx * v_u / 2, point["m0"], -eta, etabar],
        [0, 0, 0, 0, -eta, 0, mu_eta],
        [0, 0, 0, 0, etabar, mu_eta, 0],
    ]
    return np.array(rows, dtype=np.float64)


def _spectrum(point: Point) -> Spectrum:
    return spectrum(**point, constants=REFERENCE_CONSTANTS)


def test_couplings() -> None:
    assert [SCHEME.g1, SCHEME.g2, SCHEME.v] == pytest.approx(REFERENCE["couplings"], rel=2e-9)
    assert pytest.approx(1 / 127.95, rel=1e-15) == ALPHA_MZ


@pytest.mark.parametrize("name", sorted(BENCHMARKS))
def test_benchmarks(name: str) -> None:
    found = benchmark(name).spectrum(REFERENCE_CONSTANTS)
    for key in ("neutralinos", "charginos"):
        masses = getattr(found, key)
        assert masses == pytest.approx(REFERENCE["benchmarks"][name][key], abs=6e-4)
        assert masses == pytest.approx(published_masses(name)[key], abs=1.0)


def test_the_other_sign_of_mu_is_not_that_of_the_publication() -> None:
    point = benchmark("BP1")
    other = spectrum(m0=point.m0, m1=point.m1, m2=point.m2, mu=-point.mu, tan_beta=point.tan_beta)
    assert abs(other.charginos[0] - published_masses("BP1")["charginos"][0]) > 4


@given(point=points())
def test_takagi(point: Point) -> None:
    found, matrix = _spectrum(point), _matrix(point)
    n = found.neutralino_mixing
    size = np.abs(matrix).max()
    assert n @ n.conj().T == pytest.approx(np.eye(7), abs=1e-14)
    assert n.conj() @ matrix @ n.conj().T == pytest.approx(np.diag(found.all_neutralinos), abs=2e-13 * size)
    assert (np.diff(found.neutralinos) >= 0).all()


@given(point=points())
def test_against_lapack(point: Point) -> None:
    expected = np.linalg.eigvalsh(_matrix(point))
    found = np.sort(_spectrum(point).signed_neutralinos)
    assert found == pytest.approx(expected, abs=1e-12 * np.abs(expected).max())


@given(point=points())
def test_sum_rules(point: Point) -> None:
    found, matrix = _spectrum(point), _matrix(point)
    m = found.signed_neutralinos
    size = np.abs(matrix).max()
    assert m.sum() == pytest.approx(point["m0"] + point["m1"] + point["m2"], abs=1e-12 * size)
    assert (m**2).sum() == pytest.approx((matrix**2).sum(), rel=1e-13)
    wino_mass2 = SCHEME.g2**2 * SCHEME.v**2 / 4
    cha = found.charginos
    assert (cha**2).sum() == pytest.approx(point["m2"] ** 2 + point["mu"] ** 2 + 2 * wino_mass2, rel=1e-13)
    sin2b = 2 * point["tan_beta"] / (1 + point["tan_beta"] ** 2)
    assert cha.prod() == pytest.approx(abs(point["m2"] * point["mu"] - wino_mass2 * sin2b), rel=1e-12, abs=1e-9)


@given(point=points(with_mixing=False))
def test_charginos_are_a_singular_value_decomposition(point: Point) -> None:
    found = _spectrum(point)
    beta, mass = np.arctan(point["tan_beta"]), SCHEME.g2 * SCHEME.v / np.sqrt(2)
    x = np.array([[point["m2"], mass * np.sin(beta)], [mass * np.cos(beta), point["mu"]]])
    size = np.abs(x).max()
    assert found.chargino_u @ x @ found.chargino_v.T == pytest.approx(np.diag(found.charginos), abs=1e-12 * size)
    assert found.chargino_u @ found.chargino_u.T == pytest.approx(np.eye(2), abs=1e-14)
    assert found.chargino_v @ found.chargino_v.T == pytest.approx(np.eye(2), abs=1e-14)
    assert found.charginos == pytest.approx(np.linalg.svd(x)[1][::-1], abs=1e-12 * size)


@given(point=points())
@settings(max_examples=8)
def test_against_thirty_digits(point: Point) -> None:
    with mpmath.workdps(30):
        values = mpmath.eigsy(mpmath.matrix(_matrix(point).tolist()), eigvals_only=True)
        expected = np.sort(np.abs([float(value) for value in values]))
    found = np.sort(_spectrum(point).all_neutralinos)
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12 * expected.max())


def test_light_zp_leaves_bprime_alone() -> None:
    point: Point = {"m0": 300.0, "m1": 500.0, "m2": 700.0, "mu": -900.0, "tan_beta": 20.0}
    alone, mixed = _spectrum(point), _spectrum({**point, "zp_mass": 0.21})
    assert alone.neutralinos[0] == 300.0
    assert alone.composition[0].tolist() == [0, 0, 0, 1]
    # D-flat fields couple B' to one eta state of mass mu_eta: the shift is M_Z'²/(M0 + mu_eta)
    assert mixed.neutralinos[0] - 300.0 == pytest.approx(0.21**2 / 4300, rel=1e-4)
    assert mixed.neutralinos[1:] == pytest.approx(alone.neutralinos[1:], rel=1e-14)
    assert mixed.all_neutralinos[5:] == pytest.approx([4000, 4000], abs=1e-4)


def test_mssm_and_bprime_decouple_exactly() -> None:
    point: Point = {"m1": 500.0, "m2": 700.0, "mu": -900.0, "tan_beta": 20.0}
    first, second = _spectrum({**point, "m0": 123.0}), _spectrum({**point, "m0": -2345.0})
    masses = [[m for m in found.neutralinos if m not in (123.0, 2345.0)] for found in (first, second)]
    assert masses[0] == masses[1]
    assert len(masses[0]) == 4


def test_heavy_gaugino_is_still_among_the_five() -> None:
    found = _spectrum({"m0": 200.0, "m1": 9000.0, "m2": 300.0, "mu": 400.0, "tan_beta": 10.0})
    assert found.neutralinos[-1] == pytest.approx(9000, abs=1)
    assert found.all_neutralinos[5:] == pytest.approx([4000, 4000])


def test_shapes() -> None:
    found = spectrum(m0=100.0, m1=np.linspace(100, 900, 4)[:, None], m2=np.array([200.0, 300.0, 400.0]), mu=-500.0,
                     tan_beta=10.0, selectron_mass=200.0)  # fmt: skip
    assert found.neutralinos.shape == (4, 3, 5)
    assert found.neutralino_mixing.shape == (4, 3, 7, 7)
    assert found.charginos.shape == (4, 3, 2)
    one = spectrum(m0=100.0, m1=100.0, m2=300.0, mu=-500.0, tan_beta=10.0)
    assert np.array_equal(found.neutralinos[0, 1], one.neutralinos)
    assert one.neutralinos.shape == (5,)
    assert set(found.sleptons) == {"e"}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("selectron_mass", 0.0, "selectron_mass = 0 GeV"),
        ("stau_mass", -1.0, "stau_mass = -1 GeV"),
        ("m0", "1", "m0 = '1'"),
        ("tan_beta", 0.0, "tan_beta = 0: allowed is > 0"),
        ("tan_beta", -10.0, "tan_beta = -10"),
        ("m1", float("nan"), "m1 = nan GeV"),
        ("m2", float("inf"), "m2 = inf GeV"),
        ("mu", "much", "mu = 'much'"),
        ("zp_mass", -1.0, "zp_mass = -1 GeV"),
        ("selectron_mass", -200.0, "mass = -200 GeV: allowed is > 0"),
        ("m0", np.ones(3), "broadcast: m0 (3,), m1 (2,)"),
    ],
)
def test_errors(key: str, value: Any, words: str) -> None:
    good: dict[str, Any] = {"m0": 100.0, "m1": np.ones(2), "m2": 300.0, "mu": -500.0, "tan_beta": 10.0}
    with pytest.raises(ConfigError) as caught:
        spectrum(**{**good, key: value})
    assert words in str(caught.value)
