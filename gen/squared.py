"""One door to every squared amplitude."""

import inspect
from typing import Any

from numpy.typing import ArrayLike

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError, unknown_name
from lmutau.gen.processes import find_process
from lmutau.gen.processes.base import Array

__all__ = ["squared_amplitude"]


def squared_amplitude(
    name: str, momenta: ArrayLike, *, constants: Constants = CONSTANTS, **parameters: Any
) -> Array:
    """Squared amplitude of a process at given momenta.

    Parameters
    ----------
    name
        Process, see ``lmutau processes``.
    momenta
        (n, particles, 4): (E, px, py, pz) [GeV] in the c.m. frame, e- along +z; beams first
        (e-, e+), then the final state in the order of the process.
    constants
        Physical constants; couplings and masses come from here.
    **parameters
        ``mass`` [GeV] and ``g`` for mumuzp, ``spin_correlation`` for tautau.

    Returns
    -------
    Array
        (n,), averaged over the beam spins, summed over the final state, no factor for identical
        photons, [GeV^(4-2n)] for n final particles. For tautau the two factors
        1/((k^2-m^2)^2 + m^2 Gamma^2) are left out.

    Raises
    ------
    ConfigError
        If the process or a parameter does not exist, or one is missing.
    ValueError
        If the momenta have the wrong shape.
    """
    process = find_process(name)
    signature = inspect.signature(process.squared_amplitude).parameters
    allowed = [key for key in signature if key not in ("momenta", "constants")]
    for key in parameters:
        if key not in allowed:
            raise unknown_name(f"squared_amplitude({name!r}): parameter", key, allowed)
    for key in allowed:
        if signature[key].default is inspect.Parameter.empty and key not in parameters:
            raise ConfigError(f"squared_amplitude({name!r}): {key} is missing.")
    return process.squared_amplitude(momenta, constants=constants, **parameters)
