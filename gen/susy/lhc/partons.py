"""Parton densities of the proton: those that come with Pythia 8, so nothing is downloaded."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.errors import ConfigError

__all__ = ["DENSITIES_NAME", "Densities", "pythia_densities"]

Array = NDArray[np.float64]

Densities = Callable[[Array, float], Mapping[int, Array]]
"""x and scale [GeV] to x f(x) of the quarks and antiquarks of PDG codes ±1 to ±5."""

DENSITIES_NAME = "NNPDF2.3 QCD+QED LO, alpha_s(M_Z) = 0.130 (arXiv:1308.0598), as built into Pythia 8"

_SET = "13"


@functools.cache
def _proton() -> Any:
    try:
        import pythia8mc
    except ImportError:
        raise ConfigError("cross-sections at the LHC need Pythia 8: pip install 'lmutau[smodels]'.") from None
    pythia = pythia8mc.Pythia("", False)
    for line in ("Print:quiet = on", "ProcessLevel:all = off", f"PDF:pSet = {_SET}"):
        pythia.readString(line)
    pythia.init()
    return pythia, pythia.getPDFPtr(2212)


def pythia_densities(x: Array, scale: float) -> Mapping[int, Array]:
    """Densities x f(x) at each ``x``, which may have any shape.

    Raises
    ------
    ConfigError
        If Pythia 8 is not installed.
    """
    _, proton = _proton()
    codes = [sign * flavour for flavour in range(1, 6) for sign in (1, -1)]
    flat, square = x.ravel(), scale * scale
    table = np.array([[proton.xf(code, value, square) for code in codes] for value in flat.tolist()])
    return {code: table[:, k].reshape(x.shape) for k, code in enumerate(codes)}
