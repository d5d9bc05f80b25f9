"""Sleptons of one flavour: two charged states and the sneutrino.

Mass matrix [[M_L², m_l (A - mu tan β)], [.., M_R²]]; the D terms are (-1/2 + sin²) M_Z² cos 2β for L, -sin² M_Z² cos 2β
for R and M_Z² cos 2β/2 for the sneutrino, so m²(sneutrino) = M_L² + cos² M_Z² cos 2β. The D term of U(1)_X is below
0.05 GeV² and dropped.

References
----------
arXiv:2011.05083, eq. (2.9); the D term of U(1)_X has opposite signs for L and R, and a factor 1/2.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError
from lmutau.gen.kernels import kernel
from lmutau.gen.susy.parameters import SLEPTON, check_input, points
from lmutau.gen.susy.scheme import TRILINEAR, lepton_mass

__all__ = ["SleptonStates", "Sleptons", "slepton_states", "sleptons", "tachyon_error"]

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

SleptonStates = tuple[float, float, float, float, float, float]
"""Low and high squared mass, cos and sin of the mixing angle, L-R element, squared sneutrino mass [GeV²]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sleptons:
    """Sleptons of one flavour; arrays have the shape of the parameters in front.

    ``masses`` (..., 2) [GeV] ascending, ``sneutrino`` (...) [GeV]; a tachyonic one is given as -√|m²|.
    ``mixing`` (..., 2, 2): rows are states, columns L and R. ``tachyonic`` (...) is True where a squared mass is <= 0.
    """

    lepton: str
    masses: Array
    mixing: Array
    sneutrino: Array
    tachyonic: Flags


@kernel
def slepton_states(row: Array, soft: bool, lepton: float, m_z: float, sin2: float) -> SleptonStates:
    """Diagonalise the sleptons of one row of SLEPTON parameters; ``lepton`` is the mass of the lepton.

    The smaller squared mass is determinant/larger: nothing is lost when the mixing nearly makes it vanish.
    """
    left, right, mu, tan_beta, trilinear = row[0] ** 2, row[1] ** 2, row[2], row[3], row[4]
    cos2b = (1.0 - tan_beta) * (1.0 + tan_beta) / (1.0 + tan_beta * tan_beta)
    shift = m_z * m_z * cos2b
    difference = (row[0] - row[1]) * (row[0] + row[1])
    if soft:
        left += (sin2 - 0.5) * shift
        right -= sin2 * shift
        difference += (2.0 * sin2 - 0.5) * shift
    mixing = lepton * (trilinear - mu * tan_beta)
    centre, radius = 0.5 * (left + right), math.hypot(0.5 * difference, mixing)
    determinant = left * right - mixing * mixing
    if centre >= 0.0:
        high = centre + radius
        low = determinant / high if high > 0.0 else 0.0
    else:
        low = centre - radius
        high = determinant / low
    angle = 0.5 * math.atan2(2.0 * mixing, difference)
    return low, high, math.cos(angle), math.sin(angle), mixing, left + (1.0 - sin2) * shift


@kernel
def _fill(rows: Array, soft: bool, lepton: float, m_z: float, sin2: float, out: Array) -> None:
    for i in range(len(rows)):
        low, high, c, s, _, sneutrino = slepton_states(rows[i], soft, lepton, m_z, sin2)
        out[i, 0], out[i, 1], out[i, 2], out[i, 3], out[i, 4] = low, high, c, s, sneutrino


def sleptons(
    lepton: str,
    *,
    mass: ArrayLike,
    mu: ArrayLike,
    tan_beta: ArrayLike,
    right_mass: ArrayLike | None = None,
    trilinear: ArrayLike = TRILINEAR,
    slepton_input: str = "diagonal",
    constants: Constants = CONSTANTS,
) -> Sleptons:
    """Masses and mixing of the sleptons of a lepton "e", "mu" or "tau".

    Parameters
    ----------
    mass, right_mass
        Left and right slepton mass [GeV]; None: the right one is the same.
    mu, tan_beta, trilinear
        Higgsino mass [GeV], ratio of the vacuum expectation values, trilinear coupling A [GeV]; all broadcast.
    slepton_input
        "diagonal": squares of the masses are the entries of the mass matrix; "soft": D terms are added to them.
    constants
        Lepton masses, ``m_z``, ``sin2_theta_eff`` are used.

    Raises
    ------
    ConfigError
        If a value is out of range; if all parameters are scalars, also for a tachyon. In arrays tachyons are
        flagged instead.

    References
    ----------
    arXiv:2011.05083, eqs. (2.8)-(2.10).
    """
    m_l, soft = lepton_mass(lepton, constants), check_input(slepton_input)
    values = {"mass": mass, "right_mass": mass if right_mass is None else right_mass,
              "mu": mu, "tan_beta": tan_beta, "trilinear": trilinear}  # fmt: skip
    rows, shape = points(SLEPTON, values)
    out = np.empty((len(rows), 5))
    _fill(rows, soft, m_l, constants.m_z, constants.sin2_theta_eff, out)
    squared = out[:, [0, 1, 4]]
    if shape == () and (squared <= 0).any():
        raise tachyon_error(lepton, rows[0], squared[0])
    roots = np.copysign(np.sqrt(np.abs(squared)), squared)
    c, s = out[:, 2], out[:, 3]
    mixing = np.stack([-s, c, c, s], axis=-1)
    return Sleptons(
        lepton=lepton,
        masses=roots[:, :2].reshape(*shape, 2),
        mixing=mixing.reshape(*shape, 2, 2),
        sneutrino=roots[:, 2].reshape(shape)[()],
        tachyonic=np.any(squared <= 0, axis=1).reshape(shape),
    )


def tachyon_error(lepton: str, row: Array, squared: Array) -> ConfigError:
    """Explain which squared mass is not positive, and what helps."""
    particle = {"e": "selectron", "mu": "smuon", "tau": "stau"}[lepton]
    if squared[0] <= 0:
        return ConfigError(
            f"susy: tachyonic {particle}: squared mass {squared[0]:.6g} GeV² at {particle} mass {row[0]:g} GeV, "
            f"mu = {row[2]:g} GeV, tan_beta = {row[3]:g}, trilinear = {row[4]:g} GeV; it must be > 0: "
            f"raise the {particle} mass or lower |trilinear - mu tan_beta|."
        )
    return ConfigError(
        f"susy: tachyonic sneutrino of {lepton}: squared mass {squared[2]:.6g} GeV² at {particle} mass {row[0]:g} GeV, "
        f"tan_beta = {row[3]:g}; it must be > 0: raise the {particle} mass."
    )
