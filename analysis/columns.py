"""What an event is reduced to, by topology: columns of observables and the factors that weights are made of."""

from collections.abc import Mapping
from types import MappingProxyType

from lmutau.analysis.kinematics import PAIR_COLUMNS
from lmutau.analysis.observables import OBSERVABLES, SINGLE_PHOTON_OBSERVABLES, Observable

__all__ = ["FACTORS", "TOPOLOGIES", "columns_of", "factors_of", "observables_of"]

TOPOLOGIES = ("mumu", "emu", "ee", "photon")
"""What a selection looks for: pairs of opposite charge (muons, electron and muon, electrons), or one photon."""

_PAIR_FACTORS: Mapping[str, str] = MappingProxyType(
    {
        "muon_efficiency": "probability that both leptons of the pair are found and identified, and, without the "
        "factor two_tracks, no other candidate",
        "photon_loss": "probability that every photon above the c.m. energy photons.lost_above is missed",
        "photon_veto": "probability that the photons that are seen do not veto, photons.veto_...",
        "photon_tag": "probability that a photon near the recoil is seen, photons.tag_...",
        "two_tracks": "probability that no track is found besides the pair",
        "trigger": "efficiency of the two-track trigger for the pair",
    }
)
_PHOTON_FACTORS: Mapping[str, str] = MappingProxyType(
    {
        "photon_seen": "probability that the photon is seen",
        "photon_loss": "probability that every other photon above the c.m. energy photons.lost_above is missed",
        "photon_veto": "probability that the other photons that are seen do not veto, photons.veto_...",
        "no_tracks": "probability that no track is found",
        "trigger": "efficiency of the single-photon trigger for the photon alone",
    }
)
FACTORS = tuple(dict.fromkeys((*_PAIR_FACTORS, *_PHOTON_FACTORS)))
"""What a weighting step may multiply by."""


def factors_of(topology: str) -> Mapping[str, str]:
    """Factors of a topology and what they mean."""
    return _PHOTON_FACTORS if topology == "photon" else _PAIR_FACTORS


def observables_of(topology: str) -> Mapping[str, Observable]:
    """Observables of a topology."""
    return SINGLE_PHOTON_OBSERVABLES if topology == "photon" else OBSERVABLES


def columns_of(topology: str) -> tuple[str, ...]:
    """All columns: observables, ``genWeight``, factors, ``photons_seen``."""
    observables = tuple(SINGLE_PHOTON_OBSERVABLES) if topology == "photon" else PAIR_COLUMNS
    return (*observables, "genWeight", *factors_of(topology), "photons_seen")
