"""What the processes with a pair of neutrinos share: flavours and scheme of the couplings."""

from lmutau.gen.amplitudes.electroweak import SCHEMES
from lmutau.gen.processes.base import Parameter

__all__ = ["NEUTRINO_IDS", "NEUTRINO_PARAMETERS", "chosen_flavours"]

NEUTRINO_IDS = {"e": 12, "mu": 14, "tau": 16}
"""Flavour -> PDG id of the neutrino."""

NEUTRINO_PARAMETERS = (
    Parameter(name="flavour", description="flavour of the neutrinos", default="all", choices=(*NEUTRINO_IDS, "all")),
    Parameter(
        name="ew_scheme",
        description="W and Z couplings from G_F (mixed) or from alpha (alpha0)",
        default="mixed",
        choices=SCHEMES,
    ),
)


def chosen_flavours(flavour: str) -> tuple[str, ...]:
    """Flavours that a value of the parameter ``flavour`` stands for."""
    return tuple(NEUTRINO_IDS) if flavour == "all" else (flavour,)
