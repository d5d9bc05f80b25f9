"""Real vectors in light-cone components along the beams, and their products without cancellation."""

from lmutau.gen.amplitudes.weyl import light_cone
from lmutau.gen.kernels import kernel

__all__ = ["Components", "Vector", "add", "components", "twice_product"]

Vector = tuple[float, float, float]
Components = tuple[float, float, float, float]
"""Real vector as (a⁺, a⁻, a¹, a²) [GeV], a± = a⁰ ± a³."""


@kernel
def components(p: Vector, mass2: float) -> Components:
    """Light-cone components of the momentum ``p`` [GeV] of a particle of squared mass ``mass2``."""
    plus, minus, _, _ = light_cone(p[0], p[1], p[2], mass2)
    return plus.real, minus.real, p[0], p[1]


@kernel
def add(a: Components, b: Components, sign: float) -> Components:
    """Vector a + sign b."""
    return a[0] + sign * b[0], a[1] + sign * b[1], a[2] + sign * b[2], a[3] + sign * b[3]


@kernel
def twice_product(a: Components, a_mass2: float, b: Components, b_mass2: float) -> float:
    """2 a.b [GeV²] of two timelike vectors of squared masses ``a_mass2``, ``b_mass2``: positive terms only."""
    forward, backward = a[0] * b[0], a[1] * b[1]
    i = 0 if forward > backward else 1
    x, y = a[i] * b[2] - b[i] * a[2], a[i] * b[3] - b[i] * a[3]
    return (x * x + y * y + a[i] * a[i] * b_mass2 + b[i] * b[i] * a_mass2) / (a[i] * b[i])
