"""The flat ntuple: one row per event with a muon pair, documented columns, any ROOT reader.

Observables are named after the basf2 variable where one exists (``m2Recoil``, ``pRecoilTheta``);
``CMS_`` marks the c.m. frame. A row is kept whether it passes the selection or not: ``n_passed``
tells how far it came, so that every step can be undone. Weights are double precision, observables
single: 1e-7 relative, far below any resolution.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lmutau.analysis.selected import SelectedBlock
from lmutau.gen.record import Column, EventBlock

__all__ = ["NTUPLE_COLUMNS", "NtupleColumn", "ntuple_block"]


@dataclass(frozen=True, slots=True)
class NtupleColumn:
    """A column: where it comes from, unit, and what it is."""

    source: str
    unit: str
    meaning: str
    precision: str = "f4"


def _columns(*rows: tuple[str, NtupleColumn]) -> Mapping[str, NtupleColumn]:
    return MappingProxyType(dict(rows))


NTUPLE_COLUMNS = _columns(
    ("run", NtupleColumn("event", "1", "run number", "u4")),
    ("luminosityBlock", NtupleColumn("event", "1", "random block of the generator, from 1", "u4")),
    ("event", NtupleColumn("event", "1", "number of the try in the sample, from 1", "u8")),
    ("genWeight", NtupleColumn("genWeight", "fb", "generator weight; the sum over the sample is sigma", "f8")),
    ("weight", NtupleColumn("weight", "fb", "weight after all steps: genWeight x muonEfficiency x photonLoss", "f8")),
    ("muonEfficiency", NtupleColumn("muon_efficiency", "1", "product of the muon efficiencies", "f8")),
    ("photonLoss", NtupleColumn("photon_loss", "1", "probability that every photon above the veto is missed", "f8")),
    ("nPhotonVeto", NtupleColumn("photons_seen", "1", "photons above the veto energy that could be seen", "u1")),
    ("n_passed", NtupleColumn("n_passed", "1", "consecutive steps of the selection that are passed", "u1")),
    ("m2Recoil", NtupleColumn("m2_recoil", "GeV^2", "recoil mass squared (basf2 m2Recoil)")),
    ("pRecoilTheta", NtupleColumn("theta_recoil_lab", "rad", "polar angle of the recoil, lab (basf2 pRecoilTheta)")),
    ("CMS_pRecoilTheta", NtupleColumn("theta_recoil_cm", "rad", "the same in the c.m. frame")),
    ("CMS_ptRecoil", NtupleColumn("pT_recoil", "GeV", "transverse momentum of the recoil, c.m.")),
    ("CMS_openingAngle", NtupleColumn("opening_cm", "rad", "angle between the muons, c.m.")),
    ("CMS_ptThrust", NtupleColumn("p_trans_thrust", "GeV", "muon pT to the dimuon thrust axis, c.m.")),
    ("CMS_ptHiLo", NtupleColumn("p_trans_hi_lo", "GeV", "pT of the more energetic muon to the other, c.m.")),
    ("CMS_plHiLo", NtupleColumn("p_long_hi_lo", "GeV", "the same, longitudinal (signed)")),
    ("muMinus_p", NtupleColumn("mu_minus_p", "GeV", "momentum of the mu-, lab")),
    ("muPlus_p", NtupleColumn("mu_plus_p", "GeV", "momentum of the mu+, lab")),
    ("muMinus_CMS_E", NtupleColumn("mu_minus_energy_cm", "GeV", "energy of the mu-, c.m.")),
    ("muPlus_CMS_E", NtupleColumn("mu_plus_energy_cm", "GeV", "energy of the mu+, c.m.")),
    ("muMinus_CMS_eta", NtupleColumn("mu_minus_eta_cm", "1", "pseudorapidity of the mu-, c.m.")),
    ("muPlus_CMS_eta", NtupleColumn("mu_plus_eta_cm", "1", "pseudorapidity of the mu+, c.m.")),
)  # fmt: skip
"""Name -> column, in the order of the tree."""


def ntuple_block(block: EventBlock, selected: SelectedBlock) -> EventBlock:
    """Rows of the ntuple: one per event of ``block`` with a muon pair."""
    whole = len(selected) == len(block)
    columns: dict[str, Column] = {}
    for name, column in NTUPLE_COLUMNS.items():
        if column.source == "event":
            values: Column = block.scalars[name] if whole else block.scalars[name][selected.rows]
        elif column.source == "weight":
            values = selected.weight
        elif column.source == "n_passed":
            values = selected.n_passed
        else:
            values = selected[column.source]
        columns[name] = np.asarray(values, dtype=column.precision)
    return EventBlock(columns, {})
