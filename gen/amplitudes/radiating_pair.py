r"""A lepton pair that radiates one vector boson: the squared amplitude as a function of invariants.

One formula with three uses: e+e- → μ+μ-V, final-state radiation of e+e- → μ+μ-γ and, crossed,
its initial-state radiation. All masses are kept.

Derivation
----------
Let q = k1 + k2 + k be the momentum of the virtual photon, Q = q², and l the difference of the
momenta of the other, non-radiating pair. That pair summed over spins is the tensor
2 (q q - l l - Q g), and the current J of the radiating pair is conserved (q.J = 0), so that

    Σ|M|² ∝ -2 (l.H.l + Q H^m_m),   H = Σ J J*.

The boson couples to a conserved current, its polarisation sum is -g for any mass M. With the
denominators D1, D2 and A = l.k1, B = l.k2 the two traces are, with κ = M² + 2m² and P = D1 D2,

    H^m_m = (8/P) {-(Q - D1)² - (Q - D2)² - 4QM² - 2κs' + κ(Q + 2m²)(D1 + D2)²/P}
    l.H.l = (16/P) {κ(A D1 - B D2)²/P - Q(A² + B²)}
          + (4 l²/P) {-(Q - D1)² - (Q - D2)² - 4QM² + κQ(D1 + D2)²/P},   l² = 4μ² - Q,

s' = Q + M² - D1 - D2 the squared mass of the pair, m and μ the two lepton masses.
"""

from lmutau.gen.kernels import kernel

__all__ = ["radiating_pair"]


@kernel
def radiating_pair(
    virtuality: float,
    pair_mass2: float,
    d1: float,
    d2: float,
    a: float,
    b: float,
    mass2: float,
    boson2: float,
    other_mass2: float,
) -> float:
    """Squared amplitude without couplings [GeV^-2]: sum over all spins, divided by 4.

    Parameters
    ----------
    virtuality
        Q, the squared momentum of the exchanged photon [GeV²].
    pair_mass2
        s', the squared mass of the radiating pair [GeV²]; an argument because the crossed use
        knows it better than Q + M² - D1 - D2.
    d1, d2
        Denominators D1 = (k1 + k)² - m² and D2 = (k2 + k)² - m² [GeV²].
    a, b
        A = l.k1 and B = l.k2 [GeV²].
    mass2, boson2, other_mass2
        m², M² and μ² [GeV²].
    """
    product = d1 * d2
    flip = boson2 + 2.0 * mass2
    others = virtuality + 4.0 * other_mass2
    # (D1 + D2)²/P is written as 4 + (D1 - D2)²/P and the 4 absorbed: at the threshold of a heavy
    # boson the large terms then vanish one by one instead of against each other
    rest1, rest2 = virtuality - d1, virtuality - d2
    single = 4.0 * virtuality * (a * a + b * b + flip * (pair_mass2 - 4.0 * mass2)) + others * (
        rest1 * rest1 + rest2 * rest2 - 8.0 * virtuality * mass2
    )
    tilt, spread = a * d1 - b * d2, d1 - d2
    double = flip * (4.0 * tilt * tilt + virtuality * (others + 4.0 * mass2) * spread * spread)
    scale = virtuality * product
    return 2.0 * (single * product - double) / (scale * scale)
