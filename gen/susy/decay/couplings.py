"""Couplings of superpartners in the basis of mass eigenstates.

Covariant derivative ∂ - i g A T for every field, gauginos included, so relative signs between diagrams are fixed;
gaugino couplings are -√2 g (φ* T ψ) λ, the superpotential -y ē (ν Hd⁻ - e Hd⁰) with its sign as in the slepton matrix.
N is the complex matrix with positive masses. A pair (L, R) multiplies P_L and P_R.

The Higgs boson is that of the decoupling limit: it moves all vacuum expectation values in proportion, so its couplings
are derivatives of the mass matrices with respect to v.

References
----------
H. E. Haber, G. L. Kane, Phys. Rept. 117 (1985) 75, appendix C; S. P. Martin, hep-ph/9709356, chapters 3 and 8;
hep-ph/0103067, eqs. (2.4)-(2.7).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.susy.neutralinos import mass_matrix
from lmutau.gen.susy.parameters import NEUTRAL
from lmutau.gen.susy.point import SusyPoint
from lmutau.gen.susy.scheme import ALPHA_MZ, Scheme, charge, lepton_mass, make_scheme
from lmutau.gen.susy.spectrum import Spectrum

__all__ = ["FLAVOURS", "Couplings", "Flavour", "couplings"]

Complex = NDArray[np.complex128]
Array = NDArray[np.float64]

FLAVOURS = ("e", "mu", "tau")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flavour:
    """Sleptons of one flavour: masses [GeV] and couplings, j = slepton, i = neutralino, k = chargino.

    ``neutralino`` (L, R), each (7, 2): s_j* χ̄_i (L P_L + R P_R) l. ``sneutrino_neutralino`` (7,): s* χ̄_i L P_L ν.
    ``chargino`` (2, 2) [k, j]: s_j* C̄_k L P_L ν. ``sneutrino_chargino`` (L, R), each (2,): s* C̄ᶜ_k (L P_L + R P_R) l.
    ``z`` (2, 2) and ``w`` (2,): (p + p')·V between sleptons, from slepton to sneutrino. ``h`` (2, 2) [GeV].
    """

    charge: float
    lepton: float
    masses: Array
    sneutrino: float
    neutralino: tuple[Complex, Complex]
    sneutrino_neutralino: Complex
    chargino: Complex
    sneutrino_chargino: tuple[Complex, Complex]
    z: Array
    w: Array
    h: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Couplings:
    """Masses [GeV], mixing N, U, V and couplings of one point; i, j = neutralinos, k, l = charginos.

    ``w`` (L, R), each (7, 2): W⁻ χ̄_i γ (L P_L + R P_R) C_k. ``z_neutralino`` and ``zp_neutralino`` G (7, 7):
    χ̄_i γ (G P_L - G* P_R) χ_j for i != j. ``zp_goldstone`` D (7, 7): χ̄_i (D P_L - D* P_R) χ_j, a longitudinal Z' of
    high energy, D = -(G m_i + G* m_j)/M_Z'. ``z_chargino`` (L, R), each (2, 2): C̄_k γ (L P_L + R P_R) C_l.
    ``h_neutralino`` Y (7, 7): -h χ̄_i (Y P_L + Y* P_R) χ_j for i != j. ``h_chargino`` Y (2, 2):
    -h C̄_k (Y_kl P_L + Y*_lk P_R) C_l.
    """

    scheme: Scheme
    m_w: float
    zp_mass: float
    neutralinos: Array
    charginos: Array
    mixing: Complex
    chargino_u: Complex
    chargino_v: Complex
    flavours: dict[str, Flavour]
    w: tuple[Complex, Complex]
    z_neutralino: Complex
    zp_neutralino: Complex
    zp_goldstone: Complex
    z_chargino: tuple[Complex, Complex]
    h_neutralino: Complex
    h_chargino: Complex


def couplings(
    point: SusyPoint, found: Spectrum | None = None, constants: Constants = CONSTANTS, alpha_mz: float = ALPHA_MZ
) -> Couplings:
    """All couplings of a point; ``found`` is its spectrum, if known already.

    Raises
    ------
    ConfigError
        If a slepton is a tachyon.
    """
    found = point.spectrum(constants, alpha_mz) if found is None else found
    scheme = make_scheme(constants, alpha_mz)
    n, u, v = found.neutralino_mixing, _complex(found.chargino_u), _complex(found.chargino_v)
    g2, sin2 = scheme.g2, scheme.sin2
    g_z = g2 / math.sqrt(1 - sin2)
    w_left = -g2 * (np.outer(n[:, 1], v[:, 0].conj()) - np.outer(n[:, 3], v[:, 1].conj()) / math.sqrt(2))
    w_right = -g2 * (np.outer(n[:, 1].conj(), u[:, 0]) + np.outer(n[:, 2].conj(), u[:, 1]) / math.sqrt(2))
    unit = sin2 * np.eye(2)
    z_left = g_z * (np.outer(v[:, 0], v[:, 0].conj()) + 0.5 * np.outer(v[:, 1], v[:, 1].conj()) - unit)
    z_right = g_z * (np.outer(u[:, 0].conj(), u[:, 0]) + 0.5 * np.outer(u[:, 1].conj(), u[:, 1]) - unit)
    return Couplings(
        scheme=scheme,
        m_w=constants.m_w,
        zp_mass=point.zp_mass,
        neutralinos=found.all_neutralinos,
        charginos=found.charginos,
        mixing=n,
        chargino_u=u,
        chargino_v=v,
        flavours={lepton: _flavour(lepton, point, found, scheme, constants) for lepton in FLAVOURS},
        w=(w_left, w_right),
        z_neutralino=0.5 * g_z * (np.outer(n[:, 2], n[:, 2].conj()) - np.outer(n[:, 3], n[:, 3].conj())),
        zp_neutralino=point.g * (np.outer(n[:, 6], n[:, 6].conj()) - np.outer(n[:, 5], n[:, 5].conj())),
        zp_goldstone=_zp_goldstone(point, n),
        z_chargino=(_complex(z_left), _complex(z_right)),
        h_neutralino=n.conj() @ _neutral_slope(point, scheme) @ n.conj().T,
        h_chargino=u.conj() @ _charged_slope(point, scheme) @ v.conj().T,
    )


def _zp_goldstone(point: SusyPoint, n: Complex) -> Complex:
    """Change of the mass matrix when the fields that break U(1)_X turn, over M_Z': finite for any M_Z'."""
    cos = 1 / math.hypot(1.0, point.tan_gamma)
    turned = np.zeros((7, 7))
    turned[4, 5] = turned[5, 4] = cos
    turned[4, 6] = turned[6, 4] = cos * point.tan_gamma
    return _complex(-point.g * (n.conj() @ turned @ n.conj().T))


def _complex(values: ArrayLike) -> Complex:
    return np.asarray(values, dtype=np.complex128)


def _neutral_slope(point: SusyPoint, scheme: Scheme) -> Array:
    """Derivative of the neutralino mass matrix with respect to v: its entries from gaugino to Higgsino are linear."""
    matrix = np.empty((7, 7))
    mass_matrix(
        np.array([getattr(point, name) for name in NEUTRAL], dtype=float), scheme.g1, scheme.g2, scheme.v, matrix
    )
    slope = np.zeros((7, 7))
    for gaugino in (0, 1, 4):
        for higgsino in (2, 3):
            slope[gaugino, higgsino] = slope[higgsino, gaugino] = matrix[gaugino, higgsino] / scheme.v
    return slope


def _charged_slope(point: SusyPoint, scheme: Scheme) -> Array:
    """Derivative of the chargino mass matrix with respect to v."""
    cos = 1 / math.hypot(1.0, point.tan_beta)
    first = scheme.g2 * cos / math.sqrt(2)
    return np.array([[0.0, first * point.tan_beta], [first, 0.0]])


def _flavour(lepton: str, point: SusyPoint, found: Spectrum, scheme: Scheme, constants: Constants) -> Flavour:
    n, u, v = found.neutralino_mixing, _complex(found.chargino_u), _complex(found.chargino_v)
    states, x = found.sleptons[lepton], found.sleptons[lepton].mixing
    m_l, g1, g2, q = lepton_mass(lepton, constants), scheme.g1, scheme.g2, point.g * charge(lepton)
    hyper, wino = g1 * n[:, 0] + point.g_yx * n[:, 4], g2 * n[:, 1]  # B' has a part of hypercharge by kinetic mixing
    yukawa = math.sqrt(2) * m_l * math.hypot(1.0, point.tan_beta) / scheme.v
    left = (wino + hyper - 2 * q * n[:, 4]) / math.sqrt(2)
    right = math.sqrt(2) * (hyper - q * n[:, 4])
    n_left = np.outer(left, x[:, 0]) - yukawa * np.outer(n[:, 2], x[:, 1])
    n_right = np.outer(right, x[:, 1]) + yukawa * np.outer(n[:, 2], x[:, 0])
    g_z = g2 / math.sqrt(1 - scheme.sin2)
    return Flavour(
        charge=charge(lepton),
        lepton=m_l,
        masses=states.masses,
        sneutrino=float(states.sneutrino),
        neutralino=(n_left.conj(), -n_right),
        sneutrino_neutralino=-((wino - hyper + 2 * q * n[:, 4]) / math.sqrt(2)).conj(),
        chargino=-g2 * np.outer(u[:, 0].conj(), x[:, 0]) + yukawa * np.outer(u[:, 1].conj(), x[:, 1]),
        sneutrino_chargino=(_complex(-g2 * v[:, 0].conj()), _complex(yukawa * u[:, 1])),
        z=g_z * ((scheme.sin2 - 0.5) * np.outer(x[:, 0], x[:, 0]) + scheme.sin2 * np.outer(x[:, 1], x[:, 1])),
        w=g2 / math.sqrt(2) * x[:, 0],
        h=x @ _slepton_slope(m_l, point, scheme) @ x.T,
    )


def _slepton_slope(m_l: float, point: SusyPoint, scheme: Scheme) -> Array:
    """Derivative of the slepton mass matrix with respect to v [GeV]: D terms are quadratic, mixing is linear."""
    tan2 = point.tan_beta**2
    shift = 2 * scheme.m_z**2 * (1 - tan2) / (1 + tan2) / scheme.v
    mixing = m_l * (point.trilinear - point.mu * point.tan_beta) / scheme.v
    return np.array([[(scheme.sin2 - 0.5) * shift, mixing], [mixing, -scheme.sin2 * shift]])
