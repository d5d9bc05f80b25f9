"""Cross-sections of superpartners at the LHC, at leading order."""

from lmutau.gen.susy.lhc.cross_sections import CrossSection, lhc_cross_sections, uncovered
from lmutau.gen.susy.lhc.grid_file import read_grid
from lmutau.gen.susy.lhc.partons import Densities

__all__ = ["CrossSection", "Densities", "lhc_cross_sections", "read_grid", "uncovered"]
