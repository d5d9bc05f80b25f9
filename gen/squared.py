"""One door to every squared amplitude."""

import inspect

import numpy as np
from numpy.typing import ArrayLike

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError
from lmutau.gen.processes import find_process
from lmutau.gen.processes.base import Array

__all__ = ["squared_amplitude"]


def squared_amplitude(
    name: str,
    momenta: ArrayLike,
    *,
    mass: float | None = None,
    g: float = 1.0,
    epsilon: float = 1.0,
    flavour: str = "mu",
    ew_scheme: str = "mixed",
    spin_correlation: bool = True,
    constants: Constants = CONSTANTS,
) -> Array:
    """Squared amplitude of a process at given momenta.

    Parameters
    ----------
    name
        Process, see ``lmutau processes``.
    momenta
        (n, particles, 4): (E, px, py, pz) [GeV] in any frame; beams first (e-, e+), then the final
        state in the order of the process (tautau: to muons, the taus on their mass shells, left out).
    mass, g
        Z' mass [GeV] (mumuzp, gammazp) and coupling (mumuzp).
    epsilon
        Kinetic mixing: gammazp.
    flavour
        "e", "mu" or "tau", of the neutrinos: gammanunu, mumununu.
    ew_scheme
        "mixed" (photon with alpha, W and Z with G_F) or "alpha0" (all with alpha): the same two.
    spin_correlation
        False averages over the spins of the two taus independently: tautau.
    constants
        Physical constants; couplings and masses come from here.

    Returns
    -------
    Array
        (n,), averaged over the beam spins, summed over the final state, no factor for identical
        photons, [GeV^(4-2n)] for n final particles. For tautau the two factors
        1/((k^2-m^2)^2 + m^2 Gamma^2) are left out.

    Raises
    ------
    ConfigError
        If the process does not exist, or ``mass`` is missing.
    ValueError
        If the momenta have the wrong shape.
    """
    process = find_process(name)
    given = {
        "mass": mass,
        "g": g,
        "epsilon": epsilon,
        "flavour": flavour,
        "ew_scheme": ew_scheme,
        "spin_correlation": spin_correlation,
    }
    wanted = inspect.signature(process.squared_amplitude).parameters
    if "mass" in wanted and mass is None:
        raise ConfigError(f"squared_amplitude({name!r}): mass is missing; give the Z' mass [GeV].")
    for key in ("mass", "g", "epsilon"):
        if given[key] is not None and not isinstance(given[key], int | float | np.number):
            raise ConfigError(f"squared_amplitude({name!r}): {key} = {given[key]!r}: allowed is a number.")
    used = {key: value for key, value in given.items() if key in wanted}
    return process.squared_amplitude(momenta, constants=constants, **used)
