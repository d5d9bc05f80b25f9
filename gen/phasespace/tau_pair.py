"""Production angle and spins of a tau pair, and the way from the tau rest frames to the c.m. frame."""

import math

import numpy as np

from lmutau.gen.kernels import inlined
from lmutau.gen.phasespace.tau_decay import Vector

__all__ = ["FourVector", "Matrix", "production_cosine", "spin_of_partner", "to_cms"]

FourVector = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float]


@inlined
def production_cosine(r: float, inverse_gamma2: float, electron_term: float) -> float:
    """Cosine of the tau- drawn from R_0(c) ~ a + b c^2: c (3 a + b c^2) = (2 r - 1)(3 a + b).

    One real root, c = 2 sqrt(a/b) sinh(asinh(q)/3), of which one Newton step takes the rounding; that
    step alone is the answer at threshold, where b = 0.
    """
    b = (1 - electron_term) * (1 - inverse_gamma2)
    a = 1 + inverse_gamma2 + electron_term
    target = (2 * r - 1) * (3 * a + b)
    c = target / (3 * a)
    if b > 1e-3 * a:
        ratio = math.sqrt(a / b)
        q = abs(0.5 * c / ratio) * 3
        w = np.cbrt(q + math.sqrt(q * q + 1))
        c = math.copysign(ratio * (w - 1 / w), c)
    else:
        c -= b * c**3 / (3 * a)
    c = (2 * b * c**3 + target) / (3 * (a + b * c**2))
    return min(1.0, max(-1.0, c))


@inlined
def spin_of_partner(matrix: Matrix, power: float, analyser: Vector) -> Vector:
    """Spin vector -R (power analyser)/R_0 of one tau for the analyser (unit vector) of the other.

    ``matrix`` is that of :func:`~lmutau.gen.amplitudes.tau_pair.production_matrix`; R is symmetric.
    """
    r_0, r_xx, r_yy, r_zz, r_xz = matrix
    scale = -power / r_0
    return (
        scale * (r_xx * analyser[0] + r_xz * analyser[2]),
        scale * r_yy * analyser[1],
        scale * (r_xz * analyser[0] + r_zz * analyser[2]),
    )


@inlined
def to_cms(p: FourVector, boost: tuple[float, float], turn: FourVector) -> FourVector:
    """Boost ``p`` (E, px, py, pz) [GeV] along the tau axis and turn it into the c.m. axes.

    ``boost``: gamma and gamma beta of this tau along the axis of the tau-; ``turn``: cosine and sine of
    the polar angle of the tau-, then of its azimuth.
    """
    gamma, gamma_beta = boost
    cosine, sine, cos_phi, sin_phi = turn
    along = gamma * p[3] + gamma_beta * p[0]
    radial = sine * along - cosine * p[1]
    return (
        gamma * p[0] + gamma_beta * p[3],
        radial * cos_phi + p[2] * sin_phi,
        radial * sin_phi - p[2] * cos_phi,
        cosine * along + sine * p[1],
    )
