"""Dirac algebra: wave functions, vertices, propagators and open fermion lines.

Metric (+, -, -, -), Dirac representation. A particle is a list of its wave functions (n, 4), one per
spin state; momenta are (n, 4). Feynman rules without their factors i: vertices as in the
Lagrangian, fermion propagator (p-slash + m)/(p² - m²), boson propagator (-g + qq/M²)/(q² - M² + iMΓ)
in the unitary gauge (a photon: -g/q²). A tree diagram with cubic vertices has as many factors i as
any other one of the process: they are an overall phase.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Complex = NDArray[Any]
Array = NDArray[Any]
States = list[Complex]
Boson = tuple[Complex, Array]
"""Vertex matrices (n or 1, indices or 1, 4, 4) and momentum (n, 4) that flows into the line."""

_ONE, _ZERO = np.eye(2), np.zeros((2, 2))
PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
GAMMA: Complex = np.array(
    [np.block([[_ONE, _ZERO], [_ZERO, -_ONE]]), *(np.block([[_ZERO, p], [-p, _ZERO]]) for p in PAULI)]
).astype(np.complex128)
METRIC = np.array([1.0, -1.0, -1.0, -1.0])
GAMMA_LOWER: Complex = METRIC[:, None, None] * GAMMA
GAMMA5: Complex = 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]
LEFT: Complex = (np.eye(4) - GAMMA5) / 2
RIGHT: Complex = (np.eye(4) + GAMMA5) / 2


def dot(a: Array, b: Array) -> Array:
    """Four-product over the last axis."""
    return np.asarray((a * METRIC * b).sum(axis=-1))


def slash(a: Array) -> Complex:
    """a_m gamma^m."""
    return np.einsum("...m,mij->...ij", a, GAMMA_LOWER)


def bar(spinor: Complex) -> Complex:
    return spinor.conj() @ GAMMA[0]


def difference(p: Array, q: Array) -> Array:
    """p - q of two particles of equal mass, the energy without cancellation."""
    result = p - q
    result[:, 0] = (result[:, 1:] * (p + q)[:, 1:]).sum(axis=1) / (p + q)[:, 0]
    return result


def u_spinors(momentum: Array, mass: float) -> States:
    """Both spin states of an incoming (or, barred, outgoing) particle; E from the three-momentum."""
    m = momentum.dtype.type(mass)
    energy = np.sqrt(m**2 + (momentum[:, 1:] ** 2).sum(axis=1))
    norm = np.sqrt(energy + m)
    lower = np.einsum("ni,ijk->njk", momentum[:, 1:], PAULI) / norm[:, None, None]
    upper = norm[:, None, None] * np.eye(2)
    return [np.concatenate([upper[:, :, i], lower[:, :, i]], axis=1) for i in range(2)]


def v_spinors(momentum: Array, mass: float) -> States:
    """Both spin states of an outgoing antiparticle."""
    return [np.concatenate([u[:, 2:], u[:, :2]], axis=1) for u in u_spinors(momentum, mass)]


def left_handed(momentum: Array) -> Complex:
    """The one state of a neutrino, u(p), or of an antineutrino, v(p).

    The left-handed parts of the two spin states are parallel: one of them, with the norm of both.
    """
    first, second = (state @ LEFT.T for state in u_spinors(momentum, 0.0))
    sizes = [(np.abs(state) ** 2).sum(axis=1, keepdims=True) for state in (first, second)]
    larger = np.where(sizes[0] > sizes[1], first, second)
    return larger * np.sqrt((sizes[0] + sizes[1]) / np.maximum(*sizes))


def polarisations(momentum: Array, mass: float) -> States:
    """Real polarisation vectors: two transverse ones, and for a massive boson the longitudinal one."""
    p = momentum[:, 1:]
    size = np.sqrt((p**2).sum(axis=1, keepdims=True))
    axis = p / size
    helper = np.eye(3)[np.argmin(np.abs(axis), axis=1)]
    first = np.cross(axis, helper)
    first /= np.sqrt((first**2).sum(axis=1, keepdims=True))
    vectors = [first, np.cross(axis, first)]
    states = [np.concatenate([np.zeros_like(size), e], axis=1) for e in vectors]
    if mass > 0:
        energy = np.sqrt(momentum.dtype.type(mass) ** 2 + size**2)
        states.append(np.concatenate([size, energy * axis], axis=1) / mass)
    return states


def vertex(vector: Complex, left: complex = 1.0, right: complex = 1.0) -> Complex:
    """Vertex of a boson with wave function ``vector`` (n, 4): slash (left P_L + right P_R)."""
    return (slash(vector) @ (left * LEFT + right * RIGHT))[:, None]


def open_vertex(left: complex = 1.0, right: complex = 1.0) -> Complex:
    """Vertex with a free upper index: gamma^m (left P_L + right P_R)."""
    return (GAMMA @ (left * LEFT + right * RIGHT))[None]


@dataclass(frozen=True)
class Ends:
    """Ends of an open fermion line left-bar ... right.

    ``start`` and ``end`` are the momenta along the arrow at ``right`` and ``left``: p for u(p), -p for
    v(p); ``masses`` those at ``right`` and ``left``.
    """

    left: Complex
    right: Complex
    start: Array
    end: Array
    masses: tuple[float, float]


def inverse_propagator(ends: Ends, absorbed: Array, to_come: Array, mass: float) -> Array:
    """p² - m² between the bosons, counted from the end of the line whose bosons are softer.

    So the denominator of a soft or collinear photon is 2 p.k, not the difference of large numbers.
    """
    (first, last), kind = ends.masses, ends.start.dtype.type
    forward = dot(absorbed, absorbed + 2 * ends.start) + kind(first) ** 2 - kind(mass) ** 2
    backward = dot(to_come, to_come - 2 * ends.end) + kind(last) ** 2 - kind(mass) ** 2
    softer = (absorbed**2).sum(axis=1) < (to_come**2).sum(axis=1)
    return np.where(softer, forward, backward)


def chain(ends: Ends, bosons: Sequence[Boson], masses: Sequence[float]) -> Complex:
    """left-bar ... right with the bosons in the given order, the first next to ``right``.

    ``masses`` are those of the fermion after each boson but the last. Returned is (n,), or (n, 4) if
    one of the vertices is open.
    """
    column, absorbed = ends.right[:, None, :], np.zeros_like(ends.start)
    for i, (matrix, momentum) in enumerate(bosons):
        column = (matrix @ column[..., None])[..., 0]
        if i == len(masses):
            break
        absorbed = absorbed + momentum
        to_come = np.asarray(sum(later for _, later in bosons[i + 1 :]))
        denominator = inverse_propagator(ends, absorbed, to_come, masses[i])
        numerator = slash(ends.start + absorbed) + ends.start.dtype.type(masses[i]) * np.eye(4)
        column = (numerator[:, None] @ column[..., None])[..., 0] / denominator[:, None, None]
    result = np.einsum("ni,nmi->nm", bar(ends.left), column)
    return result if result.shape[1] > 1 else result[:, 0]


def line(ends: Ends, bosons: Sequence[Boson]) -> Complex:
    """Sum of :func:`chain` over all orders of the bosons, one mass along the line."""
    masses = [ends.masses[0]] * (len(bosons) - 1)
    return np.asarray(sum(chain(ends, order, masses) for order in itertools.permutations(bosons)))


def current(left: Complex, right: Complex, left_handed: complex = 1.0, right_handed: complex = 1.0) -> Complex:
    """left-bar gamma^m (...) right, (n, 4)."""
    column = (open_vertex(left_handed, right_handed) @ right[:, None, :, None])[..., 0]
    return np.einsum("ni,nmi->nm", bar(left), column)


def boson(source: Complex, momentum: Array, mass: float = 0.0, width: float = 0.0) -> Complex:
    """Wave function (n, 4) of the virtual boson that a current (n, 4) makes."""
    square = dot(momentum, momentum)
    if mass == 0:
        return -source / square[:, None]
    along = momentum * dot(momentum, source)[:, None] / mass**2
    return (along - source) / (square - mass**2 + 1j * mass * width)[:, None]


def spin_sum(amplitude: Callable[..., Complex], *particles: Sequence[Complex]) -> Array:
    """Sum of |amplitude|² over all combinations of the spin states of the particles."""
    return np.asarray(sum(np.abs(amplitude(*states)) ** 2 for states in itertools.product(*particles)))
