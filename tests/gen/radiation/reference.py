"""Numbers of independent calculations, and drawing of mumu samples with radiation."""

import json
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.adaptation import adapt
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.cuts import cut_table
from lmutau.gen.processes.mumu_radiation import prepare_radiative
from lmutau.gen.sampling import Sampler, cross_section

Array = NDArray[np.float64]
SQRT_S = 10.58
REFERENCE: dict[str, Any] = json.loads(resources.files("tests.reference").joinpath("radiation.json").read_text())
GENERATOR = REFERENCE["exponentiated second-order generator"]
OTHER_CODE = REFERENCE["same formulas, other code"]


def sampler(
    isr: bool,
    fsr: bool,
    alpha: float | str = CONSTANTS.alpha,
    cuts: dict[str, float] | None = None,
    sqrt_s: float = SQRT_S,
    **options: Any,
) -> Sampler:
    """Adapted sampler; ``options`` go to ``prepare_radiative``."""
    parameters = {"sqrt_s": sqrt_s, "alpha": alpha, "isr": isr, "fsr": fsr, **(cuts or {})}
    setup = prepare_radiative(parameters, CONSTANTS, **options)
    return adapt("mumu", setup, cut_table(cuts or {}, setup.record, "mumu"), seed=1)


def sigma(frozen: Sampler, blocks: int = 8) -> tuple[float, float]:
    """Cross-section and its error [pb] from blocks of 65536 points."""
    value, error = cross_section(np.sum([frozen.draw(block).sums(1) for block in range(blocks)], axis=0))
    return value / 1e3, error / 1e3
