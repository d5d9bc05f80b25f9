"""From rest-frame variables of the two tau decays to an event in the c.m. frame."""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.tau_decay import Vector, neutrinos

__all__ = ["Matrix", "production_cosine", "spin_of_partner", "write_event"]

Array = NDArray[np.float64]
Matrix = tuple[float, float, float, float, float]


@kernel
def production_cosine(r: float, inverse_gamma2: float, electron_term: float) -> float:
    """Cosine of the tau- drawn from R_0(c) ~ a + b c^2: c (3 a + b c^2) = (2 r - 1)(3 a + b).

    Newton's iteration from the outer side, monotonic because the left side is convex for c > 0.
    """
    b = (1 - electron_term) * (1 - inverse_gamma2)
    a = 1 + inverse_gamma2 + electron_term
    target = abs(2 * r - 1) * (3 * a + b)
    c = min(1.0, target / (3 * a))
    for _ in range(5):
        c = (2 * b * c**3 + target) / (3 * (a + b * c**2))
    return math.copysign(min(1.0, c), 2 * r - 1)


@kernel
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


@kernel
def _store(out: Array, e: float, v: Vector, boost: tuple[float, float], turn: tuple[float, ...]) -> None:
    """Boost (e, v) along the tau axis, turn it into the c.m. axes and write it to ``out``."""
    gamma, gamma_beta = boost
    cosine, sine, cos_phi, sin_phi = turn
    along = gamma * v[2] + gamma_beta * e
    radial = sine * along - cosine * v[0]
    out[0] = gamma * e + gamma_beta * v[2]
    out[1] = radial * cos_phi + v[1] * sin_phi
    out[2] = radial * sin_phi - v[1] * cos_phi
    out[3] = cosine * along + sine * v[0]


@kernel
def write_event(
    cosine: float,
    plain: Array,
    beam: tuple[float, float],
    masses: tuple[float, float],
    matrix: Matrix,
    minus: tuple[float, float, Vector],
    plus: tuple[float, float, Vector],
    out: Array,
) -> None:
    """Draw the neutrinos and write the eight momenta of an event.

    Parameters
    ----------
    cosine
        Of the tau- to the e-.
    plain : (5,)
        Uniforms: the azimuth of the tau-, two for each pair of neutrinos.
    beam
        Energy and momentum [GeV] of the taus in the c.m. frame.
    masses
        Of tau and muon [GeV].
    matrix
        (R_0, R_xx, R_yy, R_zz, R_xz); with zeros after R_0 the spins are not correlated.
    minus, plus
        Momentum [GeV] of the muon in its tau's rest frame, analysing power, and unit vector in the
        axes of :mod:`lmutau.gen.amplitudes.tau_pair`.
    out : (8, 4)
        Receives tau-, tau+, mu-, nubar_mu, nu_tau, mu+, nu_mu, nubar_tau, c.m. frame.
    """
    energy, momentum = beam
    tau_mass, muon_mass = masses
    phi = 2 * math.pi * plain[0]
    turn = (cosine, math.sqrt((1 - cosine) * (1 + cosine)), math.cos(phi), math.sin(phi))
    forward, backward = (energy / tau_mass, momentum / tau_mass), (energy / tau_mass, -momentum / tau_mass)

    spin = spin_of_partner(matrix, plus[1], plus[2])
    k, _, d = minus
    n, other = neutrinos(plain[1], plain[2], k, d, spin, masses)
    _store(out[0], tau_mass, (0.0, 0.0, 0.0), forward, turn)
    _store(out[2], math.sqrt(k**2 + muon_mass**2), (k * d[0], k * d[1], k * d[2]), forward, turn)
    _store(out[3], n[0], (n[1], n[2], n[3]), forward, turn)
    _store(out[4], other[0], (other[1], other[2], other[3]), forward, turn)

    spin = spin_of_partner(matrix, 1.0, (n[1] / n[0], n[2] / n[0], n[3] / n[0]))
    k, _, d = plus
    n, other = neutrinos(plain[3], plain[4], k, d, spin, masses)
    _store(out[1], tau_mass, (0.0, 0.0, 0.0), backward, turn)
    _store(out[5], math.sqrt(k**2 + muon_mass**2), (k * d[0], k * d[1], k * d[2]), backward, turn)
    _store(out[6], n[0], (n[1], n[2], n[3]), backward, turn)
    _store(out[7], other[0], (other[1], other[2], other[3]), backward, turn)
