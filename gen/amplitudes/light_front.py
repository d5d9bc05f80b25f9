r"""Spin states on the light front: the cheapest ones, for amplitudes of which only spin sums are wanted.

With p⁺ = E + p_z, p⊥ = p_x + i p_y and r = √p⁺ the two states of a particle are

    ψ_L = (-p⊥*/r, r), ψ_R = (0, m/r)     and     ψ_L = (m/r, 0), ψ_R = (r, p⊥/r),

for an antiparticle with -ψ_R: Σ ψψ̄ = p-slash ± m. One square root, and no angle. Representation and
light-cone components: :mod:`lmutau.gen.amplitudes.weyl`.

References
----------
G. P. Lepage, S. J. Brodsky, Phys. Rev. D22 (1980) 2157, appendix A.
"""

import math

from lmutau.gen.amplitudes.weyl import Dirac, Vector
from lmutau.gen.kernels import inlined

__all__ = ["FourVector", "Half", "components", "left_handed", "spin_states"]

FourVector = tuple[float, float, float, float]
Half = tuple[complex, complex]


@inlined
def components(p: FourVector, mass2: float) -> Vector:
    """Light-cone components of (E, px, py, pz) [GeV] of known squared mass, without cancellation."""
    energy, x, y, z = p
    transverse2 = x * x + y * y + mass2
    if z > 0.0:
        plus = energy + z
        minus = transverse2 / plus
    else:
        minus = energy - z
        plus = transverse2 / minus
    return complex(plus), complex(minus), complex(x, y), complex(x, -y)


@inlined
def spin_states(p: Vector, mass: float, sign: float) -> tuple[Dirac, Dirac]:
    """Both spin states of a massive particle (``sign`` = 1) or antiparticle (-1)."""
    root = math.sqrt(p[0].real)
    inverse = 1.0 / root
    small = complex(mass * inverse)
    first = (-inverse * p[3], complex(root), 0.0j, sign * small)
    second = (small, 0.0j, complex(sign * root), sign * inverse * p[2])
    return first, second


@inlined
def left_handed(p: Vector) -> Half:
    """Left-handed spinor of a massless momentum other than zero."""
    if p[0].real > p[1].real:
        root = math.sqrt(p[0].real)
        return -p[3] / root, complex(root)
    root = math.sqrt(p[1].real)
    return complex(root), -p[2] / root
