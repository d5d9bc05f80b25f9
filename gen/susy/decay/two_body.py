"""Widths of two-body decays as functions of couplings and masses; a pair (L, R) multiplies P_L and P_R.

Couplings are split into vector and axial vector, or scalar and pseudoscalar, parts: then every term is a product of
differences of masses, and nothing cancels close to threshold.
"""

import math

__all__ = [
    "fermion_to_scalar",
    "fermion_to_vector",
    "momentum",
    "radiative_width",
    "scalar_to_fermions",
    "scalar_to_scalar",
    "scalar_to_vector",
]

Pair = tuple[complex, complex]


def momentum(mass: float, first: float, second: float) -> float:
    """Momentum [GeV] of either product in the rest frame of a particle of ``mass``; 0 below threshold."""
    gap = (mass - first) - second
    if gap <= 0:
        return 0.0
    rest = (mass + first + second) * ((mass - first) + second) * ((mass + first) - second)
    return math.sqrt(max(gap * rest, 0.0)) / (2 * mass)


def _split(pair: Pair) -> tuple[float, float]:
    """|(L + R)/2|² and |(R - L)/2|²."""
    left, right = pair
    return abs(left + right) ** 2 / 4, abs(right - left) ** 2 / 4


def _width(mass: float, first: float, second: float, squared: float) -> float:
    return momentum(mass, first, second) * squared / (8 * math.pi * mass * mass)


def fermion_to_vector(mass: float, fermion: float, vector: float, pair: Pair) -> float:
    """Width [GeV] of a fermion to a fermion and a massive vector: V f̄ γ (L P_L + R P_R) F."""
    even, odd = _split(pair)
    plus, minus, v2 = mass + fermion, mass - fermion, vector * vector
    squared = even * (minus - vector) * (minus + vector) * (plus * plus + 2 * v2)
    squared += odd * (plus - vector) * (plus + vector) * (minus * minus + 2 * v2)
    return _width(mass, fermion, vector, squared / v2)


def fermion_to_scalar(mass: float, fermion: float, scalar: float, pair: Pair) -> float:
    """Width [GeV] of a fermion to a fermion and a scalar: S f̄ (L P_L + R P_R) F."""
    even, odd = _split(pair)
    plus, minus = mass + fermion, mass - fermion
    squared = even * (plus - scalar) * (plus + scalar) + odd * (minus - scalar) * (minus + scalar)
    return _width(mass, fermion, scalar, squared)


def scalar_to_fermions(mass: float, first: float, second: float, pair: Pair) -> float:
    """Width [GeV] of a scalar to two different fermions: S f̄ (L P_L + R P_R) f'."""
    even, odd = _split(pair)
    plus, minus = first + second, first - second
    squared = even * (mass - plus) * (mass + plus) + odd * (mass - minus) * (mass + minus)
    return _width(mass, first, second, 2 * squared)


def scalar_to_vector(mass: float, scalar: float, vector: float, coupling: complex) -> float:
    """Width [GeV] of a scalar to a scalar and a massive vector: coupling times (p + p')·V."""
    p = momentum(mass, scalar, vector)
    return abs(coupling) ** 2 * p**3 / (2 * math.pi * vector * vector)


def scalar_to_scalar(mass: float, first: float, second: float, coupling: complex) -> float:
    """Width [GeV] of a scalar to two different scalars; the coupling is in GeV."""
    return _width(mass, first, second, abs(coupling) ** 2)


def radiative_width(mass: float, lighter: float, coupling: float) -> float:
    """Width [GeV] of a neutralino to a lighter one and a photon, g² (M² - m²)³/(8 π M⁵).

    Parameters
    ----------
    mass, lighter
        Masses M and m of the neutralinos [GeV].
    coupling
        Coupling g, without dimension; it is a sum of loops that is not calculated here.

    References
    ----------
    H. E. Haber, D. Wyler, Nucl. Phys. B323 (1989) 267; arXiv:2011.05083, section 4.
    """
    if lighter >= mass:
        return 0.0
    return coupling**2 * ((mass - lighter) * (mass + lighter)) ** 3 / (8 * math.pi * mass**5)
