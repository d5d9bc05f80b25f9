"""Charginos: singular values of the real 2 x 2 mass matrix X = [[M2, g2 v_u/√2], [g2 v_d/√2, mu]].

U X V^T = diag(m1, m2) with 0 <= m1 <= m2; U and V are real and orthogonal, rows are states. Basis (wino, higgsino).
"""

import math

from lmutau.gen.kernels import kernel

__all__ = ["Charginos", "chargino_states"]

Charginos = tuple[float, float, float, float, float, float, float, float, float, float]
"""m1, m2, then U and V row by row."""


@kernel
def chargino_states(m2: float, mu: float, tan_beta: float, g2: float, v: float) -> Charginos:
    """Masses [GeV] in ascending order, U and V.

    Sum and difference of the singular values are lengths of (a+d, c-b) and (a-d, c+b): no square is subtracted;
    the smaller value is |det|/larger, so it keeps its digits when it is small.
    """
    v_d = v / math.hypot(1.0, tan_beta)
    a, b, c, d = m2, g2 * v_d * tan_beta / math.sqrt(2.0), g2 * v_d / math.sqrt(2.0), mu
    total = 0.5 * (math.hypot(a + d, c - b) + math.hypot(a - d, c + b))
    determinant = a * d - b * c
    small = abs(determinant) / total if total > 0.0 else 0.0
    plus, minus = math.atan2(c - b, a + d), math.atan2(c + b, a - d)
    left, right = 0.5 * (minus + plus), 0.5 * (minus - plus)
    cos_l, sin_l, cos_r, sin_r = math.cos(left), math.sin(left), math.cos(right), math.sin(right)
    sign = 1.0 if determinant >= 0.0 else -1.0
    return small, total, -sin_l, cos_l, cos_l, sin_l, -sign * sin_r, sign * cos_r, cos_r, sin_r
