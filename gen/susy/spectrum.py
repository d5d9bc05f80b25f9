"""Masses and mixing of neutralinos, charginos and sleptons, for one point or arrays of points."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.kernels import kernel
from lmutau.gen.susy.charginos import chargino_states
from lmutau.gen.susy.neutralinos import neutralino_states
from lmutau.gen.susy.parameters import NEUTRAL, check_number, points
from lmutau.gen.susy.scheme import ALPHA_MZ, MU_ETA, TRILINEAR, make_scheme
from lmutau.gen.susy.sleptons import Sleptons, sleptons

__all__ = ["Spectrum", "spectrum"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spectrum:
    """Superpartners; arrays have the shape of the parameters in front, masses in GeV.

    ``neutralinos`` (..., 5): the states of B, W, Higgsinos and B', ascending. ``all_neutralinos`` (..., 7): the same,
    then the two of the eta fermions. ``signed_neutralinos`` (..., 7): with the signs of the real eigenvalues.
    ``neutralino_mixing`` (..., 7, 7): N with N* M N† diagonal and not negative, rows are states in the order of
    ``all_neutralinos``, columns (B, W, Hd, Hu, B', eta, etabar); ``real_mixing``: its real eigenvectors.
    ``charginos`` (..., 2) ascending; ``chargino_u``, ``chargino_v`` (..., 2, 2): U X V^T diagonal and not negative,
    columns (wino, higgsino). ``sleptons``: of each lepton whose slepton mass was given.
    """

    neutralinos: Array
    all_neutralinos: Array
    signed_neutralinos: Array
    real_mixing: Array
    charginos: Array
    chargino_u: Array
    chargino_v: Array
    sleptons: Mapping[str, Sleptons]

    @property
    def neutralino_mixing(self) -> NDArray[np.complex128]:
        """Takagi matrix N: the real eigenvectors, times i where the eigenvalue is negative."""
        phase: NDArray[np.complex128] = np.where(self.signed_neutralinos < 0, 1j, 1.0 + 0j)
        return phase[..., None] * self.real_mixing

    @property
    def composition(self) -> Array:
        """(..., 7, 4): parts of bino, wino, higgsino and B' in each neutralino; eta makes the rest."""
        square = self.real_mixing**2
        return np.stack([square[..., 0], square[..., 1], square[..., 2] + square[..., 3], square[..., 4]], axis=-1)


@kernel
def _fill(rows: Array, g1: float, g2: float, v: float, masses: Array, states: Array, out: Array) -> None:
    work, vectors = np.empty((7, 7)), np.empty((7, 7))
    for i in range(len(rows)):
        neutralino_states(rows[i], g1, g2, v, work, vectors, masses[i], states[i])
        found = chargino_states(rows[i, 2], rows[i, 3], rows[i, 4], g2, v)
        for k in range(10):
            out[i, k] = found[k]


def spectrum(
    *,
    m0: ArrayLike,
    m1: ArrayLike,
    m2: ArrayLike,
    mu: ArrayLike,
    tan_beta: ArrayLike,
    selectron_mass: ArrayLike | None = None,
    smuon_mass: ArrayLike | None = None,
    stau_mass: ArrayLike | None = None,
    trilinear: ArrayLike = TRILINEAR,
    slepton_input: str = "diagonal",
    zp_mass: ArrayLike = 0.0,
    tan_gamma: ArrayLike = 1.0,
    mu_eta: ArrayLike = MU_ETA,
    m10: ArrayLike = 0.0,
    g_yx: ArrayLike = 0.0,
    constants: Constants = CONSTANTS,
    alpha_mz: float = ALPHA_MZ,
) -> Spectrum:
    """Masses and mixing at tree level; all parameters broadcast.

    Parameters
    ----------
    m0, m1, m2, mu
        Masses of B', B, W and higgsino [GeV]; signs matter.
    tan_beta
        Ratio of the vacuum expectation values v_u/v_d.
    selectron_mass, smuon_mass, stau_mass, trilinear, slepton_input
        Sleptons, see :func:`lmutau.gen.susy.sleptons`; a flavour without mass is left out.
    zp_mass, tan_gamma, mu_eta
        Mass of the Z' [GeV] = g_X √(v_eta² + v_etabar²), v_etabar/v_eta, mass parameter of the eta fermions [GeV]. They
        mix with B' by (zp_mass/mu_eta)²: nothing for a light Z'; ``zp_mass`` = 0 leaves B' alone.
    m10, g_yx
        Mass mixing of B with B' [GeV], coupling of B' to the Higgs fields by gauge kinetic mixing.
    constants, alpha_mz
        Lepton masses, ``m_z``, ``sin2_theta_eff``, and alpha(M_Z).

    Raises
    ------
    ConfigError
        If a value is out of range; if all parameters of a slepton are scalars, also if it is a tachyon.

    References
    ----------
    arXiv:2011.05083, section 2.
    """
    scheme = make_scheme(constants, alpha_mz)
    flavours = {"e": selectron_mass, "mu": smuon_mass, "tau": stau_mass}
    for name, mass in zip(("selectron_mass", "smuon_mass", "stau_mass"), flavours.values(), strict=True):
        if mass is not None:
            check_number(name, mass)
    given = {"m0": m0, "m1": m1, "m2": m2, "mu": mu, "tan_beta": tan_beta, "zp_mass": zp_mass, "tan_gamma": tan_gamma,
             "mu_eta": mu_eta, "m10": m10, "g_yx": g_yx}  # fmt: skip
    rows, shape = points(NEUTRAL, given)
    n = len(rows)
    masses, states, chargino = np.empty((n, 7)), np.empty((n, 7, 7)), np.empty((n, 10))
    _fill(rows, scheme.g1, scheme.g2, scheme.v, masses, states, chargino)
    signed = masses.reshape(*shape, 7)
    return Spectrum(
        neutralinos=np.abs(signed[..., :5]),
        all_neutralinos=np.abs(signed),
        signed_neutralinos=signed,
        real_mixing=states.reshape(*shape, 7, 7),
        charginos=chargino[:, :2].reshape(*shape, 2),
        chargino_u=chargino[:, 2:6].reshape(*shape, 2, 2),
        chargino_v=chargino[:, 6:].reshape(*shape, 2, 2),
        sleptons=MappingProxyType(
            {
                lepton: sleptons(lepton, mass=mass, mu=mu, tan_beta=tan_beta, trilinear=trilinear,
                                 slepton_input=slepton_input, constants=constants)
                for lepton, mass in flavours.items()
                if mass is not None
            }
        ),
    )  # fmt: skip
