"""Couplings of superpartners against the gauge algebra of the unbroken fields, and against derivatives of masses."""

import dataclasses
import math

import numpy as np
import pytest

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.susy import benchmark
from lmutau.gen.susy.decay import couplings
from lmutau.gen.susy.point import SusyPoint
from lmutau.gen.susy.scheme import make_scheme

POINTS = {
    "light": benchmark("BP1"),
    "mixed": SusyPoint(m0=300, m1=-250, m2=220, mu=240, tan_beta=3, selectron_mass=300, smuon_mass=320, stau_mass=350,
                       slepton_input="soft", g=0.3, zp_mass=90, mu_eta=500, tan_gamma=0.7),
}  # fmt: skip

# fields of the broken sector, all left-handed: B, W1, W2, W3, Hu+, Hu0, Hd0, Hd-
_SIGMA = [np.array(m, dtype=complex) for m in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])]


def _epsilon(a: int, b: int, c: int) -> int:
    return (a - b) * (b - c) * (c - a) // 2


def _generators() -> list[np.ndarray]:
    found = []
    for b in range(3):
        t = np.zeros((8, 8), dtype=complex)
        t[1:4, 1:4] = [[1j * _epsilon(a, b, c) for c in range(3)] for a in range(3)]
        t[4:6, 4:6] = t[6:8, 6:8] = _SIGMA[b] / 2
        found.append(t)
    return found


def _mass_matrix(point: SusyPoint, up: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Mass matrix for any vacuum expectation values of the doublets: L = -ψ M ψ/2, gaugino terms √2 g φ* T ψ λ."""
    scheme = make_scheme()
    m = np.zeros((8, 8), dtype=complex)
    m[0, 0], m[1, 1], m[2, 2], m[3, 3] = point.m1, point.m2, point.m2, point.m2
    m[4, 7] = m[7, 4] = point.mu  # W = mu (Hu+ Hd- - Hu0 Hd0)
    m[5, 6] = m[6, 5] = -point.mu
    for value, fields, hyper in ((up, (4, 5), 0.5), (down, (6, 7), -0.5)):
        for k in range(2):
            entries = [math.sqrt(2) * scheme.g1 * hyper * value[k].conjugate()]
            entries += [math.sqrt(2) * scheme.g2 * (value.conj() @ s / 2)[k] for s in _SIGMA]
            for gaugino, entry in enumerate(entries):
                m[gaugino, fields[k]] = m[fields[k], gaugino] = entry
    return m


def _vacuum(point: SusyPoint) -> tuple[np.ndarray, np.ndarray]:
    v, beta = make_scheme().v, math.atan(point.tan_beta)
    return (np.array([0, v * math.sin(beta) / math.sqrt(2)], dtype=complex),
            np.array([v * math.cos(beta) / math.sqrt(2), 0], dtype=complex))  # fmt: skip


def _states(point: SusyPoint) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows: mass eigenstates χ0 (7, without B', eta), χ+ (2), χ- (2) in the eight fields."""
    found = point.spectrum()
    n = found.neutralino_mixing
    neutral = np.zeros((7, 8), dtype=complex)
    for column, field in ((0, 0), (1, 3), (2, 6), (3, 5)):
        neutral[:, field] = n[:, column]
    root = math.sqrt(2)
    w_plus = np.array([0, 1, -1j, 0, 0, 0, 0, 0]) / root
    w_minus = w_plus.conj()
    plus = np.outer(found.chargino_v[:, 0], w_plus) + np.outer(found.chargino_v[:, 1], np.eye(8)[4])
    minus = np.outer(found.chargino_u[:, 0], w_minus) + np.outer(found.chargino_u[:, 1], np.eye(8)[7])
    return neutral, plus, minus


@pytest.mark.parametrize("name", POINTS)
def test_states_have_positive_masses_in_the_eight_fields(name: str) -> None:
    point = POINTS[name]
    matrix, found = _mass_matrix(point, *_vacuum(point)), point.spectrum()
    neutral, plus, minus = _states(point)
    bprime = found.composition[:, 3] + np.sum(found.real_mixing[:, 5:] ** 2, axis=1)
    assert minus.conj() @ matrix @ plus.conj().T == pytest.approx(np.diag(found.charginos), abs=1e-9)
    keep = bprime < 1e-9
    rest = (neutral.conj() @ matrix @ neutral.conj().T)[np.ix_(keep, keep)]
    assert rest == pytest.approx(np.diag(found.all_neutralinos[keep]), abs=1e-9)


@pytest.mark.parametrize("name", POINTS)
def test_gauge_couplings_are_the_generators(name: str) -> None:
    """g ψ† T ψ in the mass eigenstates, P_R from the conjugate fields with the other sign."""
    point, scheme = POINTS[name], make_scheme()
    found = couplings(point)
    neutral, plus, minus = _states(point)
    t1, t2, t3 = _generators()
    raising = (t1 + 1j * t2) / math.sqrt(2)  # with W+
    lowering = raising.conj().T  # with W-
    left = scheme.g2 * neutral @ lowering @ plus.conj().T
    right = -scheme.g2 * (minus @ lowering @ neutral.conj().T).T
    assert found.w[0] == pytest.approx(left, abs=1e-12)
    assert found.w[1] == pytest.approx(right, abs=1e-12)
    charge = np.diag([0, 0, 0, 0, 1, 0, 0, -1]).astype(complex)
    charge[1:4, 1:4] = t3[1:4, 1:4]
    z = scheme.g2 / math.sqrt(1 - scheme.sin2) * (t3 - scheme.sin2 * charge)
    assert found.z_neutralino == pytest.approx(neutral @ z @ neutral.conj().T, abs=1e-12)
    assert found.z_chargino[0] == pytest.approx(plus @ z @ plus.conj().T, abs=1e-12)
    assert found.z_chargino[1] == pytest.approx(-(minus @ z @ minus.conj().T).T, abs=1e-12)


def _goldstone(point: SusyPoint, generator: int) -> np.ndarray:
    """Change of the mass matrix when the vacuum is turned by i T."""
    up, down = (1j * _SIGMA[generator] / 2 @ value for value in _vacuum(point))
    without = _mass_matrix(point, np.zeros(2, dtype=complex), np.zeros(2, dtype=complex))
    return _mass_matrix(point, up, down) - without


@pytest.mark.parametrize("name", POINTS)
def test_divergence_of_the_current_is_the_goldstone_coupling(name: str) -> None:
    """m_j g_R - m_i g_L of χ̄_i γ χ_j is g/cos times the turned mass matrix: masses and couplings fit together."""
    point, scheme = POINTS[name], make_scheme()
    found = couplings(point)
    neutral, plus, _ = _states(point)
    m, g = found.neutralinos, found.z_neutralino
    turned = _goldstone(point, 2)
    g_z = scheme.g2 / math.sqrt(1 - scheme.sin2)
    divergence = -g.conj() * m[None, :] - g * m[:, None]
    assert divergence == pytest.approx(g_z * -1j * (neutral.conj() @ turned @ neutral.conj().T), abs=1e-8)
    charged = (_goldstone(point, 0) - 1j * _goldstone(point, 1)) / math.sqrt(2)
    divergence = found.w[1] * found.charginos[None, :] - found.w[0] * m[:, None]
    expected = scheme.g2 * -1j * (neutral.conj() @ charged @ plus.conj().T)
    assert divergence == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("name", POINTS)
def test_higgs_couplings_are_derivatives_of_masses(name: str) -> None:
    """A change of M_Z at fixed couplings changes v: dm/dv = Y_ii, d(m²)/dv for sleptons."""
    point = POINTS[name]
    found, step = couplings(point), 1e-5

    def masses(factor: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        spectrum = point.spectrum(
            dataclasses.replace(CONSTANTS, m_z=CONSTANTS.m_z * factor, m_mu=CONSTANTS.m_mu * factor)
        )
        return spectrum.all_neutralinos, spectrum.charginos, spectrum.sleptons["mu"].masses ** 2

    low, high = masses(1 - step), masses(1 + step)
    slopes = [(b - a) / (2 * step * found.scheme.v) for a, b in zip(low, high, strict=True)]
    assert np.diag(found.h_neutralino).real == pytest.approx(slopes[0], abs=1e-6)
    assert np.diag(found.h_chargino).real == pytest.approx(slopes[1], abs=1e-6)
    if point.slepton_input == "soft":
        assert np.diag(found.flavours["mu"].h) == pytest.approx(slopes[2], rel=1e-5)


@pytest.mark.parametrize("name", POINTS)
def test_sum_rules(name: str) -> None:
    """Gaugino and Yukawa couplings of a whole multiplet do not know the mixing."""
    point, found = POINTS[name], couplings(POINTS[name])
    g1, g2, v = found.scheme.g1, found.scheme.g2, found.scheme.v
    for flavour in found.flavours.values():
        q = point.g * flavour.charge
        y = math.sqrt(2) * flavour.lepton * math.hypot(1, point.tan_beta) / v
        gauginos = (g1**2 + g2**2 + 4 * q**2) / 2 + y**2
        assert np.sum(np.abs(flavour.neutralino[0]) ** 2) == pytest.approx(gauginos)
        assert np.sum(np.abs(flavour.neutralino[1]) ** 2) == pytest.approx(2 * (g1**2 + q**2) + y**2)
        assert np.sum(np.abs(flavour.sneutrino_neutralino) ** 2) == pytest.approx(gauginos - y**2)
        assert np.sum(np.abs(flavour.chargino) ** 2) == pytest.approx(g2**2 + y**2)
        assert np.sum(np.abs(flavour.sneutrino_chargino) ** 2) == pytest.approx(g2**2 + y**2)


def test_longitudinal_zp_is_the_divergence_of_the_current() -> None:
    """The change of the mass matrix under U(1)_X, over M_Z', against masses and couplings."""
    point, found = POINTS["mixed"], couplings(POINTS["mixed"])
    g, m = found.zp_neutralino, found.neutralinos
    divergence = -g.conj() * m[None, :] - g * m[:, None]
    assert np.max(np.abs(divergence)) > 1
    assert found.zp_goldstone * point.zp_mass == pytest.approx(divergence, abs=1e-9)
