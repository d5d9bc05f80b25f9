"""The decay tau -> mu nu nubar in the tau rest frame: spectrum, analysing power, neutrino density.

With the tau momentum p, muon k, neutrino of muon type n, neutrino of tau type l, q = n + l and
w = q^2 the four-fermion interaction gives, for a tau- of spin direction s,

    |M|^2 = 64 G_F^2 [(p - m s).n] (k.l),

and the same with the sign of s turned for a tau+. In the rest frame (p - m s).n = m E_n (1 + s.n):
the direction of the neutrino of muon type is the full spin analyser. The integral over the
neutrinos, Int dPhi_2 n^a l^b = (w g^ab + 2 q^a q^b)/(96 pi), leaves for the muon
A(w) [1 + alpha(w) s.k], where the muon mass is kept.

References
----------
L. Michel, Proc. Phys. Soc. A63 (1950) 514; Y. S. Tsai, Phys. Rev. D4 (1971) 2821.
"""

import math

from lmutau.gen.kernels import kernel

__all__ = ["analysing_power", "muon_momentum", "muon_spectrum", "partial_width"]


@kernel
def muon_spectrum(w: float, tau_mass: float, muon_mass: float) -> float:
    """Squared amplitude over the neutrinos' phase space, A(w) = w p.k + 2 (p.q)(q.k) [GeV^4].

    ``w`` is the squared mass [GeV^2] of the neutrino pair. The density of w is A(w) times the
    muon momentum of :func:`muon_momentum`.
    """
    total, difference = tau_mass**2 + muon_mass**2, (tau_mass - muon_mass) * (tau_mass + muon_mass)
    return ((difference + w) * (difference - w) + w * (total - w)) / 2


@kernel
def muon_momentum(w: float, tau_mass: float, muon_mass: float) -> float:
    """Muon momentum [GeV] in the tau rest frame for the neutrino-pair mass squared ``w`` [GeV^2]."""
    upper, lower = (tau_mass - muon_mass) ** 2, (tau_mass + muon_mass) ** 2
    return math.sqrt(max(0.0, (upper - w) * (lower - w))) / (2 * tau_mass)


@kernel
def analysing_power(w: float, momentum: float, tau_mass: float, muon_mass: float) -> float:
    """Spin analysing power alpha(w) of the muon: -1 for w = 0, positive for slow muons.

    The density of the muon direction k is 1 + alpha s.k for a tau- and 1 - alpha s.k for a tau+.
    ``momentum`` is that of the muon in the tau rest frame [GeV].
    """
    difference = (tau_mass - muon_mass) * (tau_mass + muon_mass)
    return tau_mass * momentum * (2 * w - difference) / muon_spectrum(w, tau_mass, muon_mass)


def partial_width(tau_mass: float, muon_mass: float, g_fermi: float) -> float:
    """Tree-level width [GeV] of tau -> mu nu nubar (masses in GeV, ``g_fermi`` in GeV^-2).

    Examples
    --------
    >>> round(partial_width(1.77686, 0.1056583755, 1.1663788e-5) * 1e13, 5)
    3.93651
    """
    x = (muon_mass / tau_mass) ** 2
    phase_space = 1 - 8 * x + 8 * x**3 - x**4 - 12 * x**2 * math.log(x)
    return g_fermi**2 * tau_mass**5 / (192 * math.pi**3) * phase_space
