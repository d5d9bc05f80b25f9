"""Decays of superpartners at tree level: two-body widths, and three-body widths through virtual particles."""

from lmutau.gen.susy.decays.couplings import Couplings, couplings
from lmutau.gen.susy.decays.records import Channel, Decay
from lmutau.gen.susy.decays.table import decays
from lmutau.gen.susy.decays.two_body import radiative_width

__all__ = ["Channel", "Couplings", "Decay", "couplings", "decays", "radiative_width"]
