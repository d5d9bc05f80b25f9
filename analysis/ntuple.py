"""The flat ntuple: one row per candidate, documented columns, any ROOT reader.

Observables are named after the basf2 variable where one exists (``m2Recoil``, ``pRecoilTheta``);
``CMS_`` marks the c.m. frame. A row is kept whether it passes the selection or not: ``n_passed``
tells how far it came, so that every step can be undone. Weights are double precision, observables
single: 1e-7 relative, far below any resolution.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lmutau.analysis.candidates import particle_indices
from lmutau.analysis.columns import FACTORS
from lmutau.analysis.selected import SelectedBlock
from lmutau.gen.record import Column, EventBlock, Jagged

__all__ = ["LIST_COLUMNS", "NTUPLE_COLUMNS", "PHOTON_COLUMNS", "NtupleColumn", "ntuple_block", "ntuple_columns",
           "ntuple_lists"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class NtupleColumn:
    """A column: where it comes from, unit, and what it is."""

    source: str
    unit: str
    meaning: str
    precision: str = "f4"


def _columns(*rows: tuple[str, NtupleColumn]) -> Mapping[str, NtupleColumn]:
    return MappingProxyType(dict(rows))


_EVENT = (
    ("run", NtupleColumn("event", "1", "run number", "u4")),
    ("luminosityBlock", NtupleColumn("event", "1", "random block of the generator, from 1", "u4")),
    ("event", NtupleColumn("event", "1", "number of the try in the sample, from 1", "u8")),
    ("genWeight", NtupleColumn("genWeight", "fb", "generator weight; the sum over the sample is sigma", "f8")),
    ("weight", NtupleColumn("weight", "fb", "weight after all steps: genWeight x factors of the selection", "f8")),
    ("n_passed", NtupleColumn("n_passed", "1", "consecutive steps of the selection that are passed", "u1")),
    ("photonLoss", NtupleColumn("photon_loss", "1", "probability that every photon above the veto is missed", "f8")),
    ("nPhotonVeto", NtupleColumn("photons_seen", "1", "photons above the veto energy that could be seen", "u1")),
    ("photonVeto", NtupleColumn("photon_veto", "1", "probability that no seen photon vetoes the event", "f8")),
    ("trigger", NtupleColumn("trigger", "1", "trigger efficiency, 1 if the selection has no trigger", "f8")),
)
_PAIR = (
    ("muonEfficiency", NtupleColumn("muon_efficiency", "1", "probability to find and identify both leptons", "f8")),
    ("photonTag", NtupleColumn("photon_tag", "1", "probability that a photon near the recoil is seen", "f8")),
    ("twoTracks", NtupleColumn("two_tracks", "1", "probability that no other track is found", "f8")),
    ("muMinus_genPartIdx", NtupleColumn("first", "1", "index of the negative lepton in GenPart", "i2")),
    ("muPlus_genPartIdx", NtupleColumn("second", "1", "index of the positive lepton in GenPart", "i2")),
    ("muMinus_mcPDG", NtupleColumn("first id", "1", "true PDG code of the negative lepton (basf2 mcPDG)", "i4")),
    ("muPlus_mcPDG", NtupleColumn("second id", "1", "true PDG code of the positive lepton (basf2 mcPDG)", "i4")),
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
    ("muMinus_pt", NtupleColumn("mu_minus_pT", "GeV", "transverse momentum of the mu-, lab (basf2 pt)")),
    ("muPlus_pt", NtupleColumn("mu_plus_pT", "GeV", "transverse momentum of the mu+, lab (basf2 pt)")),
    ("InvM", NtupleColumn("pair_mass", "GeV", "invariant mass of the pair (basf2 InvM)")),
)  # fmt: skip
_PHOTON = (
    ("photonSeen", NtupleColumn("photon_seen", "1", "probability that the photon is seen", "f8")),
    ("noTracks", NtupleColumn("no_tracks", "1", "probability that no track is found", "f8")),
    ("gamma_genPartIdx", NtupleColumn("first", "1", "index of the photon in GenPart", "i2")),
    ("gamma_mcPDG", NtupleColumn("first id", "1", "true PDG code (basf2 mcPDG)", "i4")),
    ("gamma_CMS_E", NtupleColumn("photon_energy_cm", "GeV", "energy of the photon, c.m.")),
    ("gamma_CMS_cosTheta", NtupleColumn("photon_cos_cm", "1", "cosine of its polar angle, c.m.")),
    ("gamma_E", NtupleColumn("photon_energy", "GeV", "energy of the photon, lab (basf2 clusterE)")),
    ("gamma_theta", NtupleColumn("photon_theta", "rad", "polar angle of the photon, lab (basf2 theta)")),
    ("m2Recoil", NtupleColumn("m2_recoil", "GeV^2", "recoil mass squared (basf2 m2Recoil)")),
)

NTUPLE_COLUMNS = _columns(*_EVENT, *_PAIR)
"""Name -> column of an ntuple of lepton pairs, in the order of the tree; muMinus and muPlus stand for either lepton."""

PHOTON_COLUMNS = _columns(*_EVENT, *_PHOTON)
"""Name -> column of an ntuple of single photons."""

LIST_COLUMNS: Mapping[str, Mapping[str, NtupleColumn]] = MappingProxyType(
    {
        "photons": _columns(
            ("Gamma_E", NtupleColumn("gamma_energy", "GeV", "energy, lab (basf2 clusterE)")),
            ("Gamma_theta", NtupleColumn("gamma_theta", "rad", "polar angle, lab (basf2 theta)")),
            ("Gamma_phi", NtupleColumn("gamma_phi", "rad", "azimuth, lab (basf2 phi)")),
            ("Gamma_CMS_E", NtupleColumn("gamma_energy_cm", "GeV", "energy, c.m.")),
            ("Gamma_recoilAngle", NtupleColumn("gamma_recoil_angle", "rad", "angle to the recoil, lab")),
            ("Gamma_lossProbability", NtupleColumn("gamma_loss", "1", "probability to be missed", "f8")),
            ("Gamma_genPartIdx", NtupleColumn("genPartIdx", "1", "index in GenPart", "i2")),
            ("Gamma_mcPDG", NtupleColumn("mcPDG", "1", "true PDG code (basf2 mcPDG)", "i4")),
        ),
        "tracks": _columns(
            ("OtherTrack_p", NtupleColumn("track_p", "GeV", "momentum, lab (basf2 p)")),
            ("OtherTrack_pt", NtupleColumn("track_pT", "GeV", "transverse momentum, lab (basf2 pt)")),
            ("OtherTrack_theta", NtupleColumn("track_theta", "rad", "polar angle, lab (basf2 theta)")),
            ("OtherTrack_phi", NtupleColumn("track_phi", "rad", "azimuth, lab (basf2 phi)")),
            ("OtherTrack_charge", NtupleColumn("track_charge", "1", "charge (basf2 charge)", "i2")),
            ("OtherTrack_efficiency", NtupleColumn("track_efficiency", "1", "probability to be found", "f8")),
            ("OtherTrack_genPartIdx", NtupleColumn("genPartIdx", "1", "index in GenPart", "i2")),
            ("OtherTrack_mcPDG", NtupleColumn("mcPDG", "1", "true PDG code (basf2 mcPDG)", "i4")),
        ),
    }
)  # fmt: skip
"""List -> branches with one value per photon or track beside the candidate; written on request."""


def ntuple_columns(topology: str) -> Mapping[str, NtupleColumn]:
    """Columns of the ntuple for what a selection looks for."""
    return PHOTON_COLUMNS if topology == "photon" else NTUPLE_COLUMNS


def ntuple_block(
    block: EventBlock, selected: SelectedBlock, *, links: bool = True, lists: Mapping[str, Jagged] | None = None
) -> EventBlock:
    """Rows of the ntuple: one per candidate (pair of opposite charge, or photon) of ``block``.

    Factors that the selection does not use are left out. ``links`` = False leaves out what points into the file
    of the events, for ntuples made without one. ``lists``: what stands beside the candidates
    (:func:`lmutau.analysis.particle_lists.lists_beside`), to be written as jagged branches.
    """
    selection = selected.selection
    unused = {factor for factor in FACTORS if not selection.uses(factor)}
    if "photon_loss" in unused:
        unused.add("photons_seen")
    columns: dict[str, Column] = {}
    found = _truth(block, selected, links)
    for name, column in ntuple_columns(selection.topology).items():
        if column.source in unused or (column.source in _LINKS and column.source not in found):
            continue
        if column.source == "event":
            values: Column = block.scalars[name] if selected.aligned else block.scalars[name][selected.rows]
        elif column.source == "weight":
            values = selected.weight
        elif column.source == "n_passed":
            values = selected.n_passed
        elif column.source in found:
            values = found[column.source]
        else:
            values = selected[column.source]
        columns[name] = np.asarray(values, dtype=column.precision)
    return EventBlock(columns, ntuple_lists(lists or {}, links=links))


def ntuple_lists(lists: Mapping[str, Jagged], *, links: bool = True) -> dict[str, Jagged]:
    """The lists under the names of their branches, collection by collection."""
    found: dict[str, Jagged] = {}
    for kind, jagged in lists.items():
        columns: dict[str, Column] = {}
        for name, column in LIST_COLUMNS[kind].items():
            if column.source in jagged.columns and (links or column.source not in ("genPartIdx", "mcPDG")):
                columns[name] = np.asarray(jagged[column.source], dtype=column.precision)
        collection = next(iter(columns)).partition("_")[0]
        found[collection] = Jagged(jagged.offsets, {name.partition("_")[2]: one for name, one in columns.items()})
    return found


_LINKS = ("first", "second", "first id", "second id")


def _truth(block: EventBlock, selected: SelectedBlock, links: bool) -> dict[str, Column]:
    """Index in GenPart and PDG code of what every candidate is made of."""
    if not links:
        return {}
    particles = block.collections["GenPart"]
    index = particle_indices(block, selected.selection.topology)
    starts = particles.offsets[:-1][selected.rows]
    found: dict[str, Column] = {}
    for name, place in (("first", selected.first), ("second", selected.second)):
        if selected.selection.topology == "photon" and name == "second":
            break
        found[name] = index[place]
        found[f"{name} id"] = particles["pdgId"][starts + index[place]]
    return found
