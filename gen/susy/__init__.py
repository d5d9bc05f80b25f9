"""The supersymmetric sector: spectrum, magnetic moments of the leptons, files of the Les Houches accord, scan."""

from lmutau.gen.susy.decay import Channel, Decay, decays, radiative_width
from lmutau.gen.susy.delta_a import MagneticMoment, delta_a
from lmutau.gen.susy.loop_functions import f1c, f1n, f2c, f2n
from lmutau.gen.susy.point import BENCHMARKS, SusyPoint, benchmark
from lmutau.gen.susy.scan import run_scan
from lmutau.gen.susy.scan_settings import ScanSettings
from lmutau.gen.susy.sleptons import Sleptons, sleptons
from lmutau.gen.susy.slha import read_slha, write_slha
from lmutau.gen.susy.spectrum import Spectrum, spectrum
from lmutau.gen.susy.width import slepton_width

__all__ = [
    "BENCHMARKS",
    "Channel",
    "Decay",
    "MagneticMoment",
    "ScanSettings",
    "Sleptons",
    "Spectrum",
    "SusyPoint",
    "benchmark",
    "decays",
    "delta_a",
    "f1c",
    "f1n",
    "f2c",
    "f2n",
    "radiative_width",
    "read_slha",
    "run_scan",
    "slepton_width",
    "sleptons",
    "spectrum",
    "write_slha",
]
