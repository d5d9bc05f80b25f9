"""Tau pairs with both decays: spinors of the decay amplitudes in place of the tau spinors."""

import math

import numpy as np

from lmutau.gen.constants import CONSTANTS, Constants
from tests.spinors.dirac import (
    GAMMA,
    GAMMA_LOWER,
    LEFT,
    Array,
    Complex,
    bar,
    current,
    dot,
    slash,
    u_spinors,
    v_spinors,
)
from tests.spinors.qed import charge


def _sandwich(left: Complex, matrix: Complex, right: Complex) -> Complex:
    return np.einsum("ni,nij,nj->n", bar(left), matrix, right)


def tau_decay_spinor(constants: Constants, mu: Complex, neutrino: Complex, anti: Complex) -> Complex:
    """Spinor X with M = X-bar u(tau) for tau- → mu- nubar_mu nu_tau by the Fermi contact interaction.

    M = (4 G_F/sqrt 2) [nu_tau-bar g^m P_L u(tau)] [mu-bar g_m P_L v(nubar_mu)]; returned is X-bar.
    """
    lepton = np.einsum("ni,mij,nj->nm", bar(mu), GAMMA_LOWER @ LEFT, anti)
    return 4 * constants.g_fermi / math.sqrt(2) * np.einsum("ni,mij,nm->nj", bar(neutrino), GAMMA @ LEFT, lepton)


def anti_tau_decay_spinor(constants: Constants, mu: Complex, anti: Complex, neutrino: Complex) -> Complex:
    """Spinor Y with M = v(tau)-bar Y for tau+ → mu+ nu_mu nubar_tau: [v(tau)-bar g^m P_L v(nubar_tau)]
    [nu_mu-bar g_m P_L v(mu)]."""
    lepton = np.einsum("ni,mij,nj->nm", bar(neutrino), GAMMA_LOWER @ LEFT, mu)
    return 4 * constants.g_fermi / math.sqrt(2) * np.einsum("mij,nj,nm->ni", GAMMA @ LEFT, anti, lepton)


def tautau_mumu4nu(momenta: Array, *, spin_correlation: bool = True, constants: Constants = CONSTANTS) -> Array:
    """Averaged |M|² of e+e- → tau+tau-, both taus to muons; momenta (n, 8, 4).

    Order: e-, e+; mu-, nubar_mu, nu_tau (of the tau-); mu+, nu_mu, nubar_tau (of the tau+). The two
    factors 1/((k² - m²)² + m² Gamma²) are left out. Without spin correlation each tau decays
    unpolarised: the sum over its spins is taken in production and the average in the decay.
    """
    p1, p2, mu1, anti1, nu1, mu2, nu2, anti2 = momenta.swapaxes(0, 1)
    me, mmu, mtau = constants.m_e, constants.m_mu, constants.m_tau
    tau1, tau2 = mu1 + anti1 + nu1, mu2 + nu2 + anti2
    s = dot(p1 + p2, p1 + p2)
    scale = charge(constants) ** 2 / s
    beams = [current(b, a) for a in u_spinors(p1, me) for b in v_spinors(p2, me)]
    # a massless left-handed fermion has one state; the projectors remove the other
    decays1 = [
        tau_decay_spinor(constants, a, b, c)
        for a in u_spinors(mu1, mmu)
        for b in u_spinors(nu1, 0.0)
        for c in v_spinors(anti1, 0.0)
    ]
    decays2 = [
        anti_tau_decay_spinor(constants, a, b, c)
        for a in v_spinors(mu2, mmu)
        for b in v_spinors(anti2, 0.0)
        for c in u_spinors(nu2, 0.0)
    ]
    eye = mtau * np.eye(4)
    if spin_correlation:
        middle = [np.einsum("ni,nij->nj", x, slash(tau1) + eye) for x in decays1]
        end = [np.einsum("nij,nj->ni", -slash(tau2) + eye, y) for y in decays2]
        total = sum(
            np.abs(scale * np.einsum("ni,nij,nj->n", x, slash(beam), y)) ** 2
            for beam in beams
            for x in middle
            for y in end
        )
        return np.asarray(total) / 4
    us, vs = u_spinors(tau1, mtau), v_spinors(tau2, mtau)
    born = sum(np.abs(scale * _sandwich(u, slash(beam), v)) ** 2 for beam in beams for u in us for v in vs)
    left = sum(np.abs(np.einsum("ni,ni->n", x, u)) ** 2 for x in decays1 for u in us)
    right = sum(np.abs(np.einsum("ni,ni->n", bar(v), y)) ** 2 for y in decays2 for v in vs)
    return np.asarray(born * left * right / 16)
