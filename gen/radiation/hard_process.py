"""Initial-state radiation for any hard process that is generated in its own rest frame.

One call before the hard process gives its squared mass, the axis on which it sees its beams and the
boost to the c.m. frame; :func:`~lmutau.gen.radiation.frames.to_cms` then carries its momenta there. The
hard cross-section stands at s_X, flux and phase space included:

    s_x, weight, state, n, axis, boost = radiate_beams(...)
    weight *= hard cross-section at s_x, momenta generated with the electron along +z
    p = to_cms(p, axis, boost) for each of its momenta
    write_photons(momenta, i, row, n, photons)
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.counter import seed_state
from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.pair_and_boson import Vector
from lmutau.gen.radiation.frames import Boost, beam_directions, mean_axis
from lmutau.gen.radiation.initial import Beam, Fraction, emit_initial, energy_fraction
from lmutau.gen.radiation.initial_weights import initial_weight

__all__ = ["COLUMNS", "radiate_beams", "write_photons"]

Array = NDArray[np.float64]

COLUMNS = 8
"""Width of a photon workspace."""


@kernel
def radiate_beams(
    r: float, r1: float, r2: float, beam: Beam, fraction: Fraction, scheme: float, photons: Array
) -> tuple[float, float, np.uint64, int, Vector, Boost]:
    """Radiate photons from the beams; angles of the hard process enter by its axis alone.

    Parameters
    ----------
    r
        Uniform number for the lost energy: a dimension for VEGAS.
    r1, r2
        Plain uniform numbers, the seed of all others.
    beam, fraction
        From :func:`~lmutau.gen.radiation.initial.beam_line` and
        :func:`~lmutau.gen.radiation.initial.fraction_map`.
    scheme
        Of :func:`~lmutau.gen.radiation.initial_weights.initial_weight`.
    photons
        (most, COLUMNS) workspace; E, px, py, pz [GeV], c.m. frame, come first.

    Returns
    -------
    s_X [GeV^2]; weight (0: outside); state of the counter generator, for radiation of the final state;
    number of photons; unit vector of the electron's side in the rest frame of X; boost to the c.m. frame.
    """
    v, rest, factor = energy_fraction(r, fraction)
    state, n, weight, k = emit_initial(v, rest, beam, seed_state(r1, r2), photons)
    sqrt_s, gamma = beam[0], beam[1]
    s_x, axis = sqrt_s * sqrt_s, (0.0, 0.0, 1.0)
    boost = (sqrt_s, 0.0, 0.0, 0.0, sqrt_s)
    if n > 0 and weight > 0:
        s_x *= rest
        boost = (sqrt_s - k[0], -k[1], -k[2], -k[3], math.sqrt(s_x))
        u1, u2 = beam_directions(boost)
        axis = mean_axis(u1, u2)
    weight *= factor * max(initial_weight(scheme, n, photons, 1.0, 1.0, gamma), 0.0)
    return s_x, weight, state, n, axis, boost


@kernel
def write_photons(momenta: Array, i: int, row: int, n: int, photons: Array) -> None:
    """Write ``n`` photons of event ``i`` from ``row`` on; the rows after them become zero: no particle."""
    for j in range(row, momenta.shape[1]):
        for axis in range(4):
            momenta[i, j, axis] = photons[j - row, axis] if j - row < n else 0.0
