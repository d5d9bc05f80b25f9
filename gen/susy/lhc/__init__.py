"""Cross-sections of superpartners at the LHC, at leading order."""

from lmutau.gen.susy.lhc.cross_sections import CrossSection, lhc_cross_sections
from lmutau.gen.susy.lhc.partons import DENSITIES_NAME

__all__ = ["DENSITIES_NAME", "CrossSection", "lhc_cross_sections"]
