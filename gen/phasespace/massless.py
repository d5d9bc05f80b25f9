"""Energy of a massless particle from its momentum: consistent also where the boost has rounded."""

import math

from lmutau.gen.kernels import kernel
from lmutau.gen.phasespace.pair_and_boson import FourVector

__all__ = ["massless"]


@kernel
def massless(p: FourVector) -> FourVector:
    """(E, px, py, pz) with E = |p| [GeV], never zero: a spinor of it exists."""
    return max(math.sqrt(p[1] * p[1] + p[2] * p[2] + p[3] * p[3]), 1e-150), p[1], p[2], p[3]
