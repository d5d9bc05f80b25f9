"""PDG codes of the superpartners, and the Standard Model particles that they decay to."""

from types import MappingProxyType

__all__ = ["CHARGINO_CODES", "NEUTRALINO_CODES", "SLEPTON_CODES", "SNEUTRINO_CODES"]

NEUTRALINO_CODES = (1000022, 1000023, 1000025, 1000035, 1000045, 1000055, 1000065)
"""PDG codes of the neutralinos; the last two, of the eta fermions, are ours."""
CHARGINO_CODES = (1000024, 1000037)
"""PDG codes of the charginos, positive charge."""
SLEPTON_CODES = MappingProxyType({"e": (1000011, 2000011), "mu": (1000013, 2000013), "tau": (1000015, 2000015)})
"""PDG codes of the lighter and the heavier charged slepton, negative charge."""
SNEUTRINO_CODES = MappingProxyType({"e": 1000012, "mu": 1000014, "tau": 1000016})
"""PDG codes of the sneutrinos."""
