r"""Helicity amplitudes with two-component spinors: the primitives, scalar compiled functions.

Everything is a tuple of complex numbers, so that compiled code keeps it in registers.

* A four-vector a is kept as (a⁺, a⁻, a^⊥, a^⊤) = (a⁰ + a³, a⁰ - a³, a¹ + i a², a¹ - i a²): next to
  the beam axis a⁻ of a fast particle is tiny, and nothing subtracts it from two large numbers. For
  complex vectors a^⊤ is not the conjugate of a^⊥.
* A Dirac spinor is (ψ_L1, ψ_L2, ψ_R1, ψ_R2) in the chiral representation: γ^μ has σ^μ in its upper
  right block and σ̄^μ in its lower left one.
* Helicities are +1 and -1, twice the spin along the momentum. Any phase is as good as another.

References
----------
H. E. Haber, hep-ph/9405376: spin states of definite helicity; H. K. Dreiner, H. E. Haber,
S. P. Martin, Phys. Rept. 494 (2010) 1: two-component notation.
"""

import math

from lmutau.gen.kernels import kernel

__all__ = [
    "Dirac",
    "Vector",
    "antiparticle",
    "contract",
    "current",
    "dot",
    "helicity_states",
    "light_cone",
    "particle",
    "photon",
    "sandwich",
    "slash",
    "vertex",
]

Vector = tuple[complex, complex, complex, complex]
Dirac = tuple[complex, complex, complex, complex]


@kernel
def light_cone(x: float, y: float, z: float, mass2: float) -> Vector:
    """Light-cone components [GeV] of the momentum (x, y, z) [GeV] of a particle of squared mass ``mass2``."""
    transverse2 = x * x + y * y + mass2
    energy = math.sqrt(transverse2 + z * z)
    if z >= 0.0:
        plus = energy + z
        minus = transverse2 / plus if plus > 0.0 else 0.0
    else:
        minus = energy - z
        plus = transverse2 / minus
    return complex(plus), complex(minus), complex(x, y), complex(x, -y)


@kernel
def helicity_states(x: float, y: float, z: float) -> tuple[float, complex, complex]:
    """|p|, and (c, s) such that (c, s) has helicity + and (-s*, c*) helicity - along p; c is real."""
    size = math.sqrt(x * x + y * y + z * z)
    if size == 0.0:
        return 0.0, 1.0 + 0.0j, 0.0j
    across2 = x * x + y * y
    upper = size + z if z > 0.0 else across2 / (size - z)  # |p| + p_z without cancellation
    if upper == 0.0:
        return size, 0.0j, 1.0 + 0.0j
    norm = 1.0 / math.sqrt(2.0 * size * upper)
    return size, complex(upper * norm), complex(x * norm, y * norm)


@kernel
def particle(x: float, y: float, z: float, mass: float, helicity: int) -> Dirac:
    """Spinor u(p) of this helicity, ū u = 2m; momentum and mass in GeV."""
    size, c, s = helicity_states(x, y, z)
    large = math.sqrt(math.sqrt(size * size + mass * mass) + size)
    small = mass / large if large > 0.0 else 0.0
    if helicity > 0:
        return small * c, small * s, large * c, large * s
    c, s = -s.conjugate(), c
    return large * c, large * s, small * c, small * s


@kernel
def antiparticle(x: float, y: float, z: float, mass: float, helicity: int) -> Dirac:
    """Spinor v(p) of an antiparticle of this helicity, v̄ v = -2m; momentum and mass in GeV."""
    left1, left2, right1, right2 = particle(x, y, z, mass, -helicity)
    return left1, left2, -right1, -right2


@kernel
def dot(a: Vector, b: Vector) -> complex:
    """Four-product a.b, no conjugation."""
    return 0.5 * (a[0] * b[1] + a[1] * b[0] - a[2] * b[3] - a[3] * b[2])


@kernel
def slash(a: Vector, psi: Dirac) -> Dirac:
    """a-slash ψ."""
    return (
        a[1] * psi[2] - a[3] * psi[3],
        a[0] * psi[3] - a[2] * psi[2],
        a[0] * psi[0] + a[3] * psi[1],
        a[2] * psi[0] + a[1] * psi[1],
    )


@kernel
def vertex(psi: Dirac, a: Vector, left: complex, right: complex) -> Dirac:
    """a-slash (left P_L + right P_R) ψ."""
    return slash(a, (left * psi[0], left * psi[1], right * psi[2], right * psi[3]))


@kernel
def contract(bar: Dirac, psi: Dirac) -> complex:
    """φ̄ ψ for ``bar`` = φ."""
    return (
        bar[2].conjugate() * psi[0]
        + bar[3].conjugate() * psi[1]
        + bar[0].conjugate() * psi[2]
        + bar[1].conjugate() * psi[3]
    )


@kernel
def current(bar: Dirac, psi: Dirac, left: complex, right: complex) -> Vector:
    """φ̄ γ^μ (left P_L + right P_R) ψ for ``bar`` = φ."""
    l1, l2 = 2.0 * left * bar[0].conjugate(), 2.0 * left * bar[1].conjugate()
    r1, r2 = 2.0 * right * bar[2].conjugate(), 2.0 * right * bar[3].conjugate()
    return (
        l2 * psi[1] + r1 * psi[2],
        l1 * psi[0] + r2 * psi[3],
        r1 * psi[3] - l1 * psi[1],
        r2 * psi[2] - l2 * psi[0],
    )


@kernel
def sandwich(bar: Dirac, a: Vector, psi: Dirac) -> complex:
    """φ̄ a-slash ψ for ``bar`` = φ."""
    return contract(bar, slash(a, psi))


@kernel
def photon(x: float, y: float, z: float, helicity: int) -> Vector:
    """Polarisation vector ε* of an outgoing photon of this helicity, in the gauge ε⁰ = 0."""
    _, c, s = helicity_states(x, y, z)
    # φ† σ χ of the two helicity states along k; along z, (1, 0)† σ (0, 1) = (1, -i, 0)
    if helicity > 0:
        bar1, bar2, ket1, ket2 = c, s.conjugate(), -s.conjugate(), c
    else:
        bar1, bar2, ket1, ket2 = -s, c, c, s
    scale = 1.0 / math.sqrt(2.0)
    along = scale * (bar1 * ket1 - bar2 * ket2)
    return along, -along, 2.0 * scale * bar1 * ket2, 2.0 * scale * bar2 * ket1
