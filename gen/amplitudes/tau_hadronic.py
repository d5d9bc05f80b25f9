"""The decays tau -> pi nu and tau -> pi pi0 nu in the tau rest frame: line shape and polarimeter.

With the tau momentum P, the neutrino N and the hadronic current J the interaction gives, for a
tau- of spin direction s (a tau+: s turned),

    |M|^2 ~ Pi.(P - m s),    Pi = 2 (J.N) J - J^2 N    (J real up to a common phase),

so that the polarimeter a = Pi_vec/Pi_0 stands in 1 + s.a, a unit vector because Pi^2 = 0. For one pion
J is its momentum and a its direction. For pi pi0, Q = p + p0, s = Q^2, the vector current is purely
of spin 1, J = F(s) [q - (q.Q/s) Q], q = p - p0: in the rest frame of the two pions a vector along
the charged pion. With c the cosine of the charged pion in that frame to the direction of Q,
Pi_0 ~ k^2 (m^2 - s) [1 + (m^2/s - 1) c^2].

References
----------
Y. S. Tsai, Phys. Rev. D4 (1971) 2821; S. Jadach, J. H. Kuehn, Z. Was, Comput. Phys. Commun. 64 (1991)
275 (polarimeter); J. H. Kuehn, A. Santamaria, Z. Phys. C48 (1990) 445 (form factor).
"""

import math

from lmutau.gen.kernels import kernel

__all__ = [
    "Resonances",
    "form_factor_squared",
    "pair_momentum",
    "pair_spectrum",
    "resonances",
    "two_pion_polarimeter",
]

Resonances = tuple[float, float, float, float, float]
"""M^2 and Gamma M^2/k(M^2)^3 of two resonances, and the admixture of the second."""


@kernel
def pair_momentum(s: float, mass: float, other: float) -> float:
    """Momentum [GeV] of either particle in the rest frame of a pair of squared mass ``s`` [GeV^2]."""
    return math.sqrt(max(0.0, (s - (mass + other) ** 2) * (s - (mass - other) ** 2))) / (2 * math.sqrt(s))


@kernel
def form_factor_squared(s: float, momentum: float, parameters: Resonances) -> float:
    """|F(s)|^2 of the charged pion current, F(0) = 1 (``momentum`` of :func:`pair_momentum`).

    F = [BW + beta BW']/(1 + beta), BW = M^2/[M^2 - s - i sqrt(s) Gamma(s)], with the P-wave width
    sqrt(s) Gamma(s) = Gamma (M^2/sqrt(s)) [k(s)/k(M^2)]^3.
    """
    mass2, width, mass2_prime, width_prime, beta = parameters
    shape = momentum**3 / math.sqrt(s)
    real, imaginary = mass2 - s, width * shape
    real_prime, imaginary_prime = mass2_prime - s, width_prime * shape
    top_real = mass2 * real_prime + beta * mass2_prime * real
    top_imaginary = mass2 * imaginary_prime + beta * mass2_prime * imaginary
    bottom = (real**2 + imaginary**2) * (real_prime**2 + imaginary_prime**2) * (1 + beta) ** 2
    return (top_real**2 + top_imaginary**2) / bottom


@kernel
def pair_spectrum(s: float, tau_mass: float, mass: float, other: float, parameters: Resonances) -> float:
    """Density of s = m(pi pi0)^2, (m_tau^2 - s)^2 (m_tau^2 + 2 s) (k/sqrt(s))^3 |F|^2, unnormalised."""
    k = pair_momentum(s, mass, other)
    flux = (tau_mass**2 - s) ** 2 * (tau_mass**2 + 2 * s)
    return flux * (k / math.sqrt(s)) ** 3 * form_factor_squared(s, k, parameters)


@kernel
def two_pion_polarimeter(s: float, cosine: float, sine: float, tau_mass: float) -> tuple[float, float]:
    """Polarimeter of pi pi0 nu, components along the charged pion's transverse momentum and along Q.

    Parameters
    ----------
    s
        Squared mass of the pion pair [GeV^2].
    cosine, sine
        Of the angle of the charged pion to Q, pion rest frame.
    tau_mass
        [GeV].

    Returns
    -------
    Two components whose squares add up to one, tau rest frame.
    """
    ratio = tau_mass**2 / s
    bottom = 1 + (ratio - 1) * cosine**2
    return 2 * cosine * sine * math.sqrt(ratio) / bottom, ((ratio + 1) * cosine**2 - 1) / bottom


def resonances(
    mass: float, width: float, mass_prime: float, width_prime: float, beta: float, pions: tuple[float, float]
) -> Resonances:
    """Parameters of :func:`form_factor_squared` from masses and widths [GeV] and both pion masses."""

    def scaled(m: float, gamma: float) -> float:
        return gamma * m**2 / pair_momentum(m**2, *pions) ** 3

    return mass**2, scaled(mass, width), mass_prime**2, scaled(mass_prime, width_prime), beta
