"""The L_mu-L_tau model in closed formulas: what needs no events."""

from lmutau.gen.model.anomalies import Anomaly, anomalies, explaining_couplings, find_anomaly
from lmutau.gen.model.bounds import BOUNDS, Bound, bounds, read_bounds
from lmutau.gen.model.counting import minimal_signal, significance
from lmutau.gen.model.dark_widths import (
    alpha_dark_fermion,
    alpha_dark_scalar,
    width_dark_fermion,
    width_dark_scalar,
)
from lmutau.gen.model.decay_widths import branching_invisible, widths
from lmutau.gen.model.kinetic_mixing import kinetic_mixing
from lmutau.gen.model.lepton_g2 import delta_a, loop_integral
from lmutau.gen.model.monophoton import gammanunu_spectrum, gammazp_cross_section, gammazp_total
from lmutau.gen.model.monophoton_reach import Monophoton
from lmutau.gen.model.trident import (
    trident_heavy_limit,
    trident_heavy_ratio,
    trident_kernels,
    trident_light_limit,
    trident_light_ratio,
)
from lmutau.gen.model.vector_emission import f1, f2, massless_cross_section, splitting, splitting_range
from lmutau.gen.model.z_pole import z_pole_limit, z_pole_shift

__all__ = [
    "BOUNDS",
    "Anomaly",
    "Bound",
    "Monophoton",
    "alpha_dark_fermion",
    "alpha_dark_scalar",
    "anomalies",
    "bounds",
    "branching_invisible",
    "delta_a",
    "explaining_couplings",
    "f1",
    "f2",
    "find_anomaly",
    "gammanunu_spectrum",
    "gammazp_cross_section",
    "gammazp_total",
    "kinetic_mixing",
    "loop_integral",
    "massless_cross_section",
    "minimal_signal",
    "read_bounds",
    "significance",
    "splitting",
    "splitting_range",
    "trident_heavy_limit",
    "trident_heavy_ratio",
    "trident_kernels",
    "trident_light_limit",
    "trident_light_ratio",
    "width_dark_fermion",
    "width_dark_scalar",
    "widths",
    "z_pole_limit",
    "z_pole_shift",
]
