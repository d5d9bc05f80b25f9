"""Feynman diagrams with explicit spinors: slow, literal, and independent of the production kernels.

Everything is a NumPy array with the events in front: momenta (n, particles, 4) = (E, px, py, pz)
[GeV], beams first, the order of the process. The precision is that of the momenta: with
``np.longdouble`` (see ``tests.phase_space_points.refined``) the soft and collinear corners, where
diagrams cancel by many orders of magnitude, can be checked too. ``polarisation``, where a function
has it, replaces the sum over the states of one boson.
"""

from tests.spinors.dirac import dot
from tests.spinors.electroweak import gammanunu, mumununu, nunu
from tests.spinors.qed import eemumu, gammazp, mumu, mumu_boson, mumugamma, mumugammagamma, mumuzp
from tests.spinors.tau import tautau_mumu4nu

__all__ = [
    "dot",
    "eemumu",
    "gammanunu",
    "gammazp",
    "mumu",
    "mumu_boson",
    "mumugamma",
    "mumugammagamma",
    "mumununu",
    "mumuzp",
    "nunu",
    "tautau_mumu4nu",
]
