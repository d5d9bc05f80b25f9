"""Magnetic moments in fifty digits: sums over eigenstates, closed loop functions, nothing rearranged."""

from collections.abc import Mapping
from typing import Any

import mpmath

from lmutau.gen.constants import Constants
from lmutau.gen.susy.scheme import ALPHA_MZ, charge, lepton_mass


def _loops(x: Any) -> tuple[Any, Any, Any, Any]:
    d, log = 1 - x, mpmath.log(x)
    return (
        2 * (1 - 6 * x + 3 * x**2 + 2 * x**3 - 6 * x**2 * log) / d**4,
        3 * (1 - x**2 + 2 * x * log) / d**3,
        2 * (2 + 3 * x - 6 * x**2 + x**3 + 6 * x * log) / d**4,
        -3 * (3 - 4 * x + x**2 + 2 * log) / (2 * d**3),
    )


def magnetic_moment(
    lepton: str, point: Mapping[str, float], g: float, slepton: float, trilinear: float, constants: Constants
) -> tuple[float, float]:
    """Neutralino and chargino part, B' unmixed, slepton masses as diagonal entries."""
    with mpmath.workdps(50):
        big = mpmath.mpf
        p = {key: big(value) for key, value in point.items()}
        sin2, mz, m, s = (
            big(x) for x in (constants.sin2_theta_eff, constants.m_z, lepton_mass(lepton, constants), slepton)
        )
        e = mpmath.sqrt(4 * mpmath.pi * big(ALPHA_MZ))
        g1, g2, t = e / mpmath.sqrt(1 - sin2), e / mpmath.sqrt(sin2), p["tan_beta"]
        vd = 2 * mz / mpmath.sqrt(g1**2 + g2**2) / mpmath.sqrt(1 + t**2)
        vu, yukawa, gq = vd * t, mpmath.sqrt(2) * m / vd, big(g) * big(charge(lepton))
        lr = m * (big(trilinear) - p["mu"] * t)
        squares, x = mpmath.eigsy(mpmath.matrix([[s**2, lr], [lr, s**2]]))
        first = big(0)
        masses, o = mpmath.eigsy(_neutralino_matrix(p, g1, g2, vd, vu))
        for i in range(5):
            right = mpmath.sqrt(2) * (g1 * o[0, i] - gq * o[4, i])
            left = (g2 * o[1, i] + g1 * o[0, i] - 2 * gq * o[4, i]) / mpmath.sqrt(2)
            for j in range(2):
                n_r = right * x[1, j] + yukawa * o[2, i] * x[0, j]
                n_l = left * x[0, j] - yukawa * o[2, i] * x[1, j]
                f1n, f2n, _, _ = _loops(masses[i] ** 2 / squares[j])
                first -= m / (12 * squares[j]) * (n_l**2 + n_r**2) * f1n
                first += masses[i] / (3 * squares[j]) * n_l * n_r * f2n
        w, root = g2 / mpmath.sqrt(2), mpmath.sqrt
        matrix = mpmath.matrix([[p["m2"], w * vu], [w * vd, p["mu"]]])
        squares, v = mpmath.eigsy(matrix.T * matrix)
        sneutrino2 = s**2 + (1 - sin2) * mz**2 * (1 - t**2) / (1 + t**2)
        second = big(0)
        for k in range(2):
            mass, column = root(squares[k]), v[:, k]
            c_l, c_r = -g2 * column[0], yukawa * (matrix * column)[1] / mass
            _, _, f1c, f2c = _loops(squares[k] / sneutrino2)
            second += m / (12 * sneutrino2) * (c_l**2 + c_r**2) * f1c + 2 * mass / (3 * sneutrino2) * c_l * c_r * f2c
        scale = m / (16 * mpmath.pi**2)
        return float(scale * first), float(scale * second)


def _neutralino_matrix(p: Mapping[str, Any], g1: Any, g2: Any, vd: Any, vu: Any) -> Any:
    entries = {(0, 0): p["m1"], (1, 1): p["m2"], (4, 4): p["m0"], (0, 2): -g1 * vd / 2, (0, 3): g1 * vu / 2,
               (1, 2): g2 * vd / 2, (1, 3): -g2 * vu / 2, (2, 3): -p["mu"]}  # fmt: skip
    matrix = mpmath.zeros(5)
    for (i, j), value in entries.items():
        matrix[i, j] = matrix[j, i] = value
    return matrix
