"""Compiled kinematics of a muon pair and what recoils against it: one event, one scalar function."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.beams import lab_transform
from lmutau.gen.errors import KinematicsError
from lmutau.gen.kernels import kernel

__all__ = [
    "AXES",
    "PAIR_COLUMNS",
    "Collision",
    "cartesian",
    "collision",
    "finish_columns",
    "frame_numbers",
    "pair_columns",
    "photon_energy_cm",
]

Array = NDArray[np.float64]
FourVector = tuple[float, float, float, float]
Matrix = tuple[FourVector, FourVector, FourVector, FourVector]

PAIR_COLUMNS = (
    "m2_recoil",
    "theta_recoil_lab",
    "theta_recoil_cm",
    "pT_recoil",
    "ETmiss",
    "opening_cm",
    "p_trans_thrust",
    "p_trans_hi_lo",
    "p_long_hi_lo",
    "mu_minus_p",
    "mu_plus_p",
    "mu_minus_energy_cm",
    "mu_plus_energy_cm",
    "mu_minus_pT_cm",
    "mu_plus_pT_cm",
    "mu_minus_eta_cm",
    "mu_plus_eta_cm",
    "mu_minus_pT",
    "mu_plus_pT",
    "pair_mass",
)
"""Names of what :func:`pair_columns` returns, in its order."""

_ANGLES = tuple(PAIR_COLUMNS.index(name) for name in ("theta_recoil_lab", "theta_recoil_cm", "opening_cm"))
AXES = len(_ANGLES)
"""Rows of the second argument of :func:`finish_columns`."""
_PSEUDORAPIDITIES = tuple(PAIR_COLUMNS.index(name) for name in ("mu_minus_eta_cm", "mu_plus_eta_cm"))


@dataclass(frozen=True, slots=True)
class Collision:
    """The initial state: laboratory four-momentum, c.m. energy [GeV], matrix laboratory -> c.m."""

    total: Array
    sqrt_s: float
    to_cms: Array


def collision(beam: ArrayLike) -> Collision:
    """Derive the c.m. frame from the total four-momentum alone.

    Parameters
    ----------
    beam
        (4,) total four-momentum (E, px, py, pz) [GeV] in the laboratory, symmetric crossing about z.

    Raises
    ------
    KinematicsError
        If it has another shape, is not finite, or is not time-like.
    """
    total = np.asarray(beam, dtype=np.float64)
    if total.shape != (4,) or not np.isfinite(total).all():
        raise KinematicsError(f"beam: need four finite numbers (E, px, py, pz) [GeV], got {beam!r}.")
    momentum = math.sqrt(float(total[1:] @ total[1:]))
    if total[0] <= momentum:
        raise KinematicsError(f"beam: {total.tolist()} GeV is not time-like; need E > |p|.")
    to_lab = lab_transform(total)
    metric = np.array([1.0, -1.0, -1.0, -1.0])
    to_cms = np.ascontiguousarray(metric[:, np.newaxis] * to_lab.T * metric)
    return Collision(total, math.sqrt((total[0] - momentum) * (total[0] + momentum)), to_cms)


@kernel
def _norm(x: float, y: float, z: float) -> float:
    return math.sqrt(x * x + y * y + z * z)


@kernel
def _exp_eta(momentum: float, transverse: float, longitudinal: float) -> float:
    """exp(eta); (p + |pz|)/pT keeps all digits at small angles."""
    transverse = max(transverse, 1e-30)  # finite for a muon along z: |eta| about 70
    larger = max(momentum + abs(longitudinal), transverse)
    return larger / transverse if longitudinal >= 0 else transverse / larger


@kernel
def _energy_ordered(a: FourVector, b: FourVector, p_a: float, p_b: float) -> tuple[float, float, float, float, float]:
    """What depends on both c.m. momenta (E, px, py, pz), of size ``p_a`` and ``p_b``.

    Cross and dot product, whose ratio is the tangent of the opening angle, and the three transverse measures.
    """
    cross = _norm(a[2] * b[3] - a[3] * b[2], a[3] * b[1] - a[1] * b[3], a[1] * b[2] - a[2] * b[1])
    dot = a[1] * b[1] + a[2] * b[2] + a[3] * b[3]
    # the thrust axis is along the longer of a + b and a - b
    thrust = math.sqrt(p_a * p_a + p_b * p_b + 2 * abs(dot))
    low = p_b if a[0] >= b[0] else p_a
    across_thrust = cross / thrust if thrust > 0 else 0.0
    if low > 0:
        return cross, dot, across_thrust, cross / low, dot / low
    return cross, dot, across_thrust, 0.0, 0.0


@kernel
def frame_numbers(total: Array, to_cms: Array) -> tuple[FourVector, Matrix]:
    """Beam and Lorentz matrix as plain numbers: kernels pass these on without counting references."""
    t = to_cms
    return (total[0], total[1], total[2], total[3]), (
        (t[0, 0], t[0, 1], t[0, 2], t[0, 3]),
        (t[1, 0], t[1, 1], t[1, 2], t[1, 3]),
        (t[2, 0], t[2, 1], t[2, 2], t[2, 3]),
        (t[3, 0], t[3, 1], t[3, 2], t[3, 3]),
    )


@kernel
def _to_frame(t: Matrix, p: FourVector) -> FourVector:
    """Matrix times (E, px, py, pz)."""
    e, x, y, z = p
    return (
        t[0][0] * e + t[0][1] * x + t[0][2] * y + t[0][3] * z,
        t[1][0] * e + t[1][1] * x + t[1][2] * y + t[1][3] * z,
        t[2][0] * e + t[2][1] * x + t[2][2] * y + t[2][3] * z,
        t[3][0] * e + t[3][1] * x + t[3][2] * y + t[3][3] * z,
    )


@kernel
def _product(
    a: FourVector, b: FourVector, p_a: float, p_b: float, cross: float, dot: float, m_a: float, m_b: float
) -> float:
    """E_a E_b - p_a.p_b; (E_a E_b)^2 - (p_a p_b)^2 and (p_a p_b)^2 - dot^2 have no large terms."""
    energies, sizes = a[0] * b[0], p_a * p_b
    masses = (m_a * p_b) ** 2 + (m_b * p_a) ** 2 + (m_a * m_b) ** 2
    if dot <= 0:
        return energies - dot
    return masses / (energies + sizes) + cross * cross / (sizes + dot)


@kernel
def pair_columns(
    minus: FourVector, plus: FourVector, total: FourVector, sqrt_s: float, to_cms: Matrix
) -> tuple[tuple[float, ...], tuple[float, float, float]]:
    """Compute the :data:`PAIR_COLUMNS` of one event, in their order, ready for :func:`finish_columns`.

    ``minus``, ``plus``: (px, py, pz, mass) [GeV] in the laboratory. The recoil is built in the c.m.
    frame, where its energy is a plain difference and its momentum that of the pair; m2 is then
    (E - p)(E + p), which loses no digits to the squares. Angles are returned as the component across
    the axis, with that along it in the second tuple; pseudorapidities as their exponential.
    """
    x1, y1, z1, m1 = minus
    x2, y2, z2, m2 = plus
    p1, p2 = _norm(x1, y1, z1), _norm(x2, y2, z2)
    first = _to_frame(to_cms, (math.sqrt(p1 * p1 + m1 * m1), x1, y1, z1))
    second = _to_frame(to_cms, (math.sqrt(p2 * p2 + m2 * m2), x2, y2, z2))
    energy = sqrt_s - first[0] - second[0]
    sum_x, sum_y, sum_z = first[1] + second[1], first[2] + second[2], first[3] + second[3]
    momentum = _norm(sum_x, sum_y, sum_z)
    transverse = math.sqrt(sum_x * sum_x + sum_y * sum_y)
    lab_x, lab_y, lab_z = total[1] - x1 - x2, total[2] - y1 - y2, total[3] - z1 - z2
    lab_pt1, lab_pt2 = math.sqrt(x1 * x1 + y1 * y1), math.sqrt(x2 * x2 + y2 * y2)
    pt1, pt2 = math.sqrt(first[1] ** 2 + first[2] ** 2), math.sqrt(second[1] ** 2 + second[2] ** 2)
    size1, size2 = math.sqrt(pt1 * pt1 + first[3] ** 2), math.sqrt(pt2 * pt2 + second[3] ** 2)
    cross, dot, across_thrust, across_low, along_low = _energy_ordered(first, second, size1, size2)
    values = (
        (energy - momentum) * (energy + momentum),
        math.sqrt(lab_x * lab_x + lab_y * lab_y),
        transverse,
        transverse,
        transverse,
        cross,
        across_thrust,
        across_low,
        along_low,
        p1,
        p2,
        first[0],
        second[0],
        pt1,
        pt2,
        _exp_eta(size1, pt1, first[3]),
        _exp_eta(size2, pt2, second[3]),
        lab_pt1,
        lab_pt2,
        # m1^2 + m2^2 + 2 p1.p2, the product without loss for parallel leptons
        math.sqrt(m1 * m1 + m2 * m2 + 2 * _product(first, second, size1, size2, cross, dot, m1, m2)),
    )
    return values, (lab_z, -sum_z, dot)


def finish_columns(columns: Array, along: Array) -> None:
    """Turn what :func:`pair_columns` returns into the :data:`PAIR_COLUMNS`, in place.

    On whole arrays NumPy takes several arc tangents at once where the processor can.

    Parameters
    ----------
    columns
        (len(PAIR_COLUMNS), n) first tuples.
    along
        (AXES, n) second tuples.
    """
    for column, axis in zip(_ANGLES, along, strict=True):
        np.arctan2(columns[column], axis, out=columns[column])
    for column in _PSEUDORAPIDITIES:
        np.log(columns[column], out=columns[column])


@kernel
def cartesian(pt: float, exp_eta: float, half: float) -> tuple[float, float, float]:
    """Momentum (px, py, pz) [GeV] from pT [GeV], exp(eta) and tan(phi/2).

    Cosine and sine are (1 - t^2)/(1 + t^2) and 2t/(1 + t^2); pz is exact to pT times the last digit.
    """
    scale = pt / (1.0 + half * half)
    return scale * (1.0 - half * half), 2.0 * scale * half, 0.5 * pt * (exp_eta - 1.0 / exp_eta)


@kernel
def photon_energy_cm(pt: float, exp_eta: float, half: float, to_cms: Matrix) -> float:
    """Energy [GeV] in the c.m. frame of a photon with these laboratory pT [GeV], exp(eta), tan(phi/2)."""
    x, y, z = cartesian(pt, exp_eta, half)
    row = to_cms[0]
    return row[0] * 0.5 * pt * (exp_eta + 1.0 / exp_eta) + row[1] * x + row[2] * y + row[3] * z
