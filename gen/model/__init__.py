"""The L_mu-L_tau model in closed formulas: what needs no events."""

from lmutau.gen.model.kinetic_mixing import kinetic_mixing
from lmutau.gen.model.monophoton import gammanunu_spectrum, gammazp_cross_section, gammazp_total

__all__ = ["gammanunu_spectrum", "gammazp_cross_section", "gammazp_total", "kinetic_mixing"]
