"""e+e- -> tau+tau- -> mu+mu- 4 nu: production with full spin correlation, and the squared amplitude.

One photon in the s channel, unpolarised beams, electron mass kept. Both tau rest frames are
reached by pure boosts from the c.m. and share their axes: z along the tau-, y normal to the
production plane, x = y x z with the electron in the half plane x > 0. For spins s, s' of tau-, tau+
the production density is R_0 + sum_ij R_ij s_i s'_j. It is the contraction of the tau tensor with
the beam tensor (s/2) [beta_e^2 (delta_ij - e_i e_j) + (1 - beta_e^2) delta_ij], e = beam direction:
its first part is the massless one, its second the average over all beam directions.

References
----------
Y. S. Tsai, Phys. Rev. D4 (1971) 2821; S. Jadach, Z. Was, Acta Phys. Polon. B15 (1984) 1151.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.products import checked_rows
from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.kernels import kernel

__all__ = ["born_cross_section", "production_matrix", "tautau_squared"]

Array = NDArray[np.float64]


@kernel
def production_matrix(
    cosine: float, inverse_gamma2: float, electron_term: float
) -> tuple[float, float, float, float, float]:
    """Spin density of e+e- -> tau+tau- as (R_0, R_xx, R_yy, R_zz, R_xz) in units of e^4 (R_zx = R_xz).

    ``cosine``: of the tau- to the e-, c.m.; ``inverse_gamma2`` = 4 m_tau^2/s = 1 - beta_tau^2;
    ``electron_term`` = 4 m_e^2/s = 1 - beta_e^2.
    """
    sine2 = (1 - cosine) * (1 + cosine)
    massless = 1 - electron_term
    r_0 = massless * (1 + cosine**2 + sine2 * inverse_gamma2) + electron_term * (2 + inverse_gamma2)
    r_xx = massless * (1 + inverse_gamma2) * sine2 + electron_term * inverse_gamma2
    r_yy = -massless * (1 - inverse_gamma2) * sine2 + electron_term * inverse_gamma2
    r_zz = massless * (1 + cosine**2 - sine2 * inverse_gamma2) + electron_term * (2 - inverse_gamma2)
    r_xz = massless * 2 * math.sqrt(inverse_gamma2 * sine2) * cosine
    return r_0, r_xx, r_yy, r_zz, r_xz


def born_cross_section(sqrt_s: float, alpha: float, constants: Constants) -> float:
    """Tree-level sigma(e+e- -> tau+tau-) [fb], one photon, both masses kept.

    ``sqrt_s`` [GeV] must be above threshold; ``alpha`` is the fine-structure constant.
    """
    s = sqrt_s**2
    tau, electron = constants.m_tau**2 / s, constants.m_e**2 / s
    velocities = math.sqrt((1 - 4 * tau) / (1 - 4 * electron))
    point = 4 * math.pi * alpha**2 / (3 * s) * constants.hbarc2
    return point * velocities * (1 + 2 * tau) * (1 + 2 * electron)


@kernel
def _analyser(
    neutrino: Array, tau_energy: float, momentum: float, axis: tuple[float, float, float], mass: float
) -> tuple[float, float, float]:
    """Unit vector of ``neutrino`` in the rest frame of a tau of momentum ``momentum`` * ``axis``."""
    energy = neutrino[0]
    along = neutrino[1] * axis[0] + neutrino[2] * axis[1] + neutrino[3] * axis[2]
    rest_energy = (tau_energy * energy - momentum * along) / mass
    shift = momentum * (momentum * along / (tau_energy + mass) - energy) / mass
    return (
        (neutrino[1] + shift * axis[0]) / rest_energy,
        (neutrino[2] + shift * axis[1]) / rest_energy,
        (neutrino[3] + shift * axis[2]) / rest_energy,
    )


@kernel
def _product(a: Array, b: Array) -> float:
    """Minkowski product."""
    return a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3]


@kernel
def _half_mass2(a: Array, b: Array) -> float:
    """Product a.b of two massless momenta, free of the cancellation of collinear ones."""
    aligned = a[1] * b[1] + a[2] * b[2] + a[3] * b[3]
    if aligned <= 0:
        return a[0] * b[0] - aligned
    x, y, z = a[2] * b[3] - a[3] * b[2], a[3] * b[1] - a[1] * b[3], a[1] * b[2] - a[2] * b[1]
    return (x * x + y * y + z * z) / (a[0] * b[0] + aligned)


@kernel
def _decay(muon: Array, analyser: Array, other: Array, g_fermi: float) -> float:
    """Spin-averaged |M|^2 of one decay, 64 G_F^2 (p.n)(k.l), p = k + n + l [dimensionless]."""
    pair = _product(muon, analyser) + _half_mass2(analyser, other)
    return 64 * g_fermi**2 * pair * _product(muon, other)


@kernel
def _full(p: Array, e2: float, g_fermi: float, tau_mass: float, electron_mass: float, spin: bool) -> float:
    """Squared amplitude of one event, ``p`` (8, 4)."""
    tau_x = p[2, 1] + p[3, 1] + p[4, 1]
    tau_y = p[2, 2] + p[3, 2] + p[4, 2]
    tau_z = p[2, 3] + p[3, 3] + p[4, 3]
    momentum = math.sqrt(tau_x**2 + tau_y**2 + tau_z**2)
    energy = p[0, 0]  # c.m. frame: every beam and every tau carries half of the energy
    z = (tau_x / momentum, tau_y / momentum, tau_z / momentum)
    beam = math.sqrt(p[0, 1] ** 2 + p[0, 2] ** 2 + p[0, 3] ** 2)
    e = (p[0, 1] / beam, p[0, 2] / beam, p[0, 3] / beam)
    cosine = e[0] * z[0] + e[1] * z[1] + e[2] * z[2]
    r_0, r_xx, r_yy, r_zz, r_xz = production_matrix(
        min(1.0, max(-1.0, cosine)), (tau_mass / energy) ** 2, (electron_mass / energy) ** 2
    )
    correlation = 0.0
    if spin:
        sine2 = max(0.0, (1 - cosine) * (1 + cosine))
        scale = 1 / math.sqrt(sine2) if sine2 > 0 else 0.0
        n = _analyser(p[3], energy, momentum, z, tau_mass)
        k = _analyser(p[6], energy, -momentum, z, tau_mass)
        n_z = n[0] * z[0] + n[1] * z[1] + n[2] * z[2]
        k_z = k[0] * z[0] + k[1] * z[1] + k[2] * z[2]
        n_x = (n[0] * e[0] + n[1] * e[1] + n[2] * e[2] - cosine * n_z) * scale
        k_x = (k[0] * e[0] + k[1] * e[1] + k[2] * e[2] - cosine * k_z) * scale
        n_y_k_y = n[0] * k[0] + n[1] * k[1] + n[2] * k[2] - n_x * k_x - n_z * k_z
        correlation = r_xx * n_x * k_x + r_yy * n_y_k_y + r_zz * n_z * k_z + r_xz * (n_x * k_z + n_z * k_x)
    decays = _decay(p[2], p[3], p[4], g_fermi) * _decay(p[5], p[6], p[7], g_fermi)
    return e2**2 * (r_0 - correlation) * decays


@kernel
def _loop(p: Array, e2: float, g_fermi: float, tau_mass: float, electron_mass: float, spin: bool, out: Array) -> None:
    for i in range(p.shape[0]):
        out[i] = _full(p[i], e2, g_fermi, tau_mass, electron_mass, spin)


def _in_cm_frame(momenta: Array) -> Array:
    """Boost events to the c.m. frame of their beams; without rotation, at rest already: bit for bit."""
    total = momenta[:, 0] + momenta[:, 1]
    velocity = total[:, 1:] / total[:, :1]
    gamma = 1 / np.sqrt(1 - np.sum(velocity**2, axis=1))[:, None]
    along = np.einsum("npi,ni->np", momenta[..., 1:], velocity)
    shift = gamma**2 / (gamma + 1) * along - gamma * momenta[..., 0]
    three = momenta[..., 1:] + shift[..., None] * velocity[:, None]
    return np.concatenate([(gamma * (momenta[..., 0] - along))[..., None], three], axis=-1)


def tautau_squared(momenta: Array, *, spin_correlation: bool = True, constants: Constants = CONSTANTS) -> Array:
    """Squared amplitude of e-e+ -> (mu- nubar_mu nu_tau)(mu+ nu_mu nubar_tau) without tau propagators.

    Parameters
    ----------
    momenta : (n, 8, 4)
        (E, px, py, pz) [GeV] of e-, e+, mu-, nubar_mu, nu_tau, mu+, nu_mu, nubar_tau; any frame,
        the taus on their mass shell.
    spin_correlation
        False: production times decays, each averaged over the tau spins.

    Returns
    -------
    (n,) [dimensionless]
        Averaged over the beam spins, summed over the final ones; the two factors
        1/[(k^2 - m_tau^2)^2 + m_tau^2 Gamma^2] are left out.

    Raises
    ------
    ValueError
        If the shape is wrong.

    References
    ----------
    Y. S. Tsai, Phys. Rev. D4 (1971) 2821.
    """
    rows = checked_rows(momenta, "e-, e+, mu-, nubar_mu, nu_tau, mu+, nu_mu, nubar_tau")
    momenta = rows.reshape(-1, 8, 4)
    out = np.empty(len(momenta))
    c = constants
    _loop(_in_cm_frame(momenta), 4 * math.pi * c.alpha, c.g_fermi, c.m_tau, c.m_e, spin_correlation, out)
    return out
