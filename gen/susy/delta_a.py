"""Magnetic moment of a lepton from superpartners, for one point or arrays of points."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.kernels import kernel
from lmutau.gen.susy.magnetic_moment import chargino_part, neutralino_part
from lmutau.gen.susy.neutralinos import neutralino_states
from lmutau.gen.susy.parameters import NEUTRAL, SLEPTON, check_input, check_number, points
from lmutau.gen.susy.scheme import ALPHA_MZ, MU_ETA, TRILINEAR, charge, lepton_mass, make_scheme
from lmutau.gen.susy.sleptons import slepton_states, tachyon_error

__all__ = ["MagneticMoment", "delta_a", "lepton_loops"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class MagneticMoment:
    """Contributions of superpartners to a = (g-2)/2; floats for one point, arrays else.

    ``total`` = ``neutralino`` + ``chargino``; the Z' itself comes on top, :func:`lmutau.gen.model.delta_a`.
    Where ``tachyonic`` is True there is no vacuum to expand about, and the contributions are set to 0.
    """

    lepton: str
    neutralino: Array
    chargino: Array
    total: Array
    tachyonic: NDArray[np.bool_]


@kernel
def lepton_loops(
    neutral: Array,
    slepton: tuple[float, float, float, float, float, float],
    masses: Array,
    states: Array,
    g_charge: float,
    lepton: float,
    g1: float,
    g2: float,
    v: float,
) -> tuple[float, float]:
    """Neutralino and chargino loops of one point whose states are known."""
    m2, mu, tan_beta = neutral[2], neutral[3], neutral[4]
    yukawa = math.sqrt(2.0) * lepton * math.hypot(1.0, tan_beta) / v
    first = neutralino_part(masses, states, slepton, g_charge, lepton, yukawa, g1, g2)
    return first, chargino_part(m2, mu, tan_beta, slepton[5], lepton, yukawa, g2, v)


@kernel
def _fill(
    neutral: Array,
    slepton: Array,
    g_charge: Array,
    soft: bool,
    lepton: float,
    couplings: tuple[float, float, float, float, float],
    out: Array,
    squared: Array,
) -> None:
    g1, g2, v, m_z, sin2 = couplings
    work, vectors, states, masses = np.empty((7, 7)), np.empty((7, 7)), np.empty((7, 7)), np.empty(7)
    for i in range(len(neutral)):
        pair = slepton_states(slepton[i], soft, lepton, m_z, sin2)
        squared[i, 0], squared[i, 1], squared[i, 2] = pair[0], pair[1], pair[5]
        out[i, 0], out[i, 1] = 0.0, 0.0
        if pair[0] > 0.0 and pair[5] > 0.0:
            neutralino_states(neutral[i], g1, g2, v, work, vectors, masses, states)
            out[i, 0], out[i, 1] = lepton_loops(neutral[i], pair, masses, states, g_charge[i], lepton, g1, g2, v)


def delta_a(
    lepton: str,
    *,
    m0: ArrayLike,
    m1: ArrayLike,
    m2: ArrayLike,
    mu: ArrayLike,
    tan_beta: ArrayLike,
    g: ArrayLike,
    slepton_mass: ArrayLike,
    trilinear: ArrayLike = TRILINEAR,
    right_mass: ArrayLike | None = None,
    slepton_input: str = "diagonal",
    zp_mass: ArrayLike = 0.0,
    tan_gamma: ArrayLike = 1.0,
    mu_eta: ArrayLike = MU_ETA,
    m10: ArrayLike = 0.0,
    g_yx: ArrayLike = 0.0,
    constants: Constants = CONSTANTS,
    alpha_mz: float = ALPHA_MZ,
) -> MagneticMoment:
    """Loops of neutralinos and charginos in the magnetic moment of "e", "mu" or "tau"; parameters broadcast.

    Parameters
    ----------
    m0, m1, m2, mu
        Masses of B', B, W and higgsino [GeV]; signs matter.
    tan_beta
        Ratio of the vacuum expectation values v_u/v_d.
    g
        Gauge coupling g_X.
    slepton_mass, right_mass, trilinear, slepton_input
        Sleptons of this flavour, see :func:`lmutau.gen.susy.sleptons`.
    zp_mass, tan_gamma, mu_eta, m10, g_yx
        What mixes B' with the others, see :func:`lmutau.gen.susy.spectrum`; by default it does not mix.
    constants, alpha_mz
        Lepton masses, ``m_z``, ``sin2_theta_eff``, and alpha(M_Z).

    Raises
    ------
    ConfigError
        If a value is out of range; if all parameters are scalars, also for a tachyonic slepton. In arrays
        tachyons are flagged instead.

    References
    ----------
    hep-ph/0103067, eqs. (2.1)-(2.12); arXiv:2011.05083, section 3.
    """
    m_l, soft, scheme = lepton_mass(lepton, constants), check_input(slepton_input), make_scheme(constants, alpha_mz)
    check_number("slepton_mass", slepton_mass)
    given = {"m0": m0, "m1": m1, "m2": m2, "mu": mu, "tan_beta": tan_beta, "zp_mass": zp_mass, "tan_gamma": tan_gamma,
             "mu_eta": mu_eta, "m10": m10, "g_yx": g_yx, "mass": slepton_mass, "trilinear": trilinear, "g": g,
             "right_mass": slepton_mass if right_mass is None else right_mass}  # fmt: skip
    rows, shape = points((*NEUTRAL, *SLEPTON, "g"), given)
    first, second = len(NEUTRAL), len(NEUTRAL) + len(SLEPTON)
    neutral, slepton = np.ascontiguousarray(rows[:, :first]), np.ascontiguousarray(rows[:, first:second])
    out, squared = np.empty((len(rows), 2)), np.empty((len(rows), 3))
    couplings = (scheme.g1, scheme.g2, scheme.v, scheme.m_z, scheme.sin2)
    _fill(neutral, slepton, rows[:, second] * charge(lepton), soft, m_l, couplings, out, squared)
    tachyonic = np.any(squared <= 0, axis=1).reshape(shape)
    if shape == () and tachyonic:
        raise tachyon_error(lepton, slepton[0], squared[0])
    neutralino, chargino = (out[:, k].reshape(shape)[()] for k in (0, 1))
    return MagneticMoment(lepton=lepton, neutralino=neutralino, chargino=chargino, total=neutralino + chargino,
                          tachyonic=tachyonic.reshape(shape)[()])  # fmt: skip
