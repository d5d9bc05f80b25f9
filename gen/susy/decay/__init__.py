"""Decays of superpartners at tree level: two-body widths, and three-body widths through virtual particles."""

from lmutau.gen.susy.decay.couplings import Couplings, couplings
from lmutau.gen.susy.decay.records import Channel, Decay
from lmutau.gen.susy.decay.table import decays
from lmutau.gen.susy.decay.two_body import radiative_width

__all__ = ["Channel", "Couplings", "Decay", "couplings", "decays", "radiative_width"]
