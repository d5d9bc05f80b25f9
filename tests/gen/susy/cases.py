"""Parameter points for the tests of the supersymmetric sector."""

import dataclasses
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from lmutau.gen.constants import CONSTANTS

REFERENCE: dict[str, Any] = json.loads((Path(__file__).parents[2] / "reference" / "susy.json").read_text())
REFERENCE_CONSTANTS = dataclasses.replace(CONSTANTS, alpha=0.0072973525693, m_mu=0.1056583745)

Point = dict[str, Any]


def masses(low: float = 50.0, high: float = 3000.0) -> st.SearchStrategy[float]:
    """Masses of either sign [GeV]."""
    return st.builds(lambda size, sign: sign * size, st.floats(low, high), st.sampled_from((-1.0, 1.0)))


def points(with_mixing: bool = True) -> st.SearchStrategy[Point]:
    """Neutralino and chargino parameters; ``with_mixing`` also lets B' and eta mix with the others."""
    fields = {name: masses() for name in ("m0", "m1", "m2", "mu")}
    fields["tan_beta"] = st.floats(1.0, 60.0)
    if with_mixing:
        fields |= {
            "zp_mass": st.floats(0.0, 200.0),
            "tan_gamma": st.floats(0.2, 5.0),
            "mu_eta": masses(),
            "m10": masses(1.0, 100.0),
            "g_yx": st.floats(-0.3, 0.3),
        }
    return st.fixed_dictionaries(fields)
