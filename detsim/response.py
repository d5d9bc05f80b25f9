"""The detector response: what Belle II would see of a block of events.

Puts the subdetectors together in one compiled loop. Every event is kept; inefficiencies are
factors of the event weight.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.detsim.card import DetectorCard
from lmutau.detsim.direction import polar
from lmutau.detsim.ecl import EclNumbers, ecl_numbers, loss_probability, measure_photon, photon_accepted
from lmutau.detsim.klm import KlmNumbers, identification_efficiency, klm_numbers
from lmutau.detsim.tracking import TrackingNumbers, measure_track, track_accepted, tracking_numbers
from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError
from lmutau.gen.kernels import kernel
from lmutau.gen.randomness import stream
from lmutau.gen.record import STATUS_FINAL, EventBlock, Jagged

__all__ = ["particles_without_response", "simulate_block"]

Array = NDArray[np.float64]
Integers = NDArray[np.integer]

_Truth = tuple[Integers, Integers, Integers, tuple[Array, Array, Array, Array]]
_Seen = tuple[float, float, float, float, float]

_ELECTRON, _MUON, _PHOTON, _PION, _KAON, _PROTON = 11, 13, 22, 211, 321, 2212


def simulate_block(
    block: EventBlock,
    card: DetectorCard,
    *,
    seed: int,
    process: str,
    luminosity_block: int,
    constants: Constants = CONSTANTS,
) -> EventBlock:
    """Detector response of one luminosity block, in the laboratory frame of ``card``.

    Parameters
    ----------
    block
        Truth events, all of one ``luminosityBlock``, from its first event on; ``GenPart`` in the
        laboratory frame (see :func:`lmutau.detsim.frame.to_frame`).
    card
        The detector.
    seed, process, luminosity_block
        Choose the random streams "tracking" and "ecl". Each final charged particle, and each final
        photon, takes a fixed number of normal numbers in the order of the record, whether it is
        accepted or not: the first events of a block do not depend on the later ones.
    constants
        Only ``m_mu``, the mass given to reconstructed muons, is used.

    Returns
    -------
    EventBlock
        The events with ``Muon`` (pt, eta, phi, mass, charge, genPartIdx, efficiency), ``Photon``
        (pt, eta, phi, mass, genPartIdx, lossProbability) and the scalar ``weight`` = genWeight
        x product of the muon efficiencies x product of the photon loss probabilities. Both
        collections follow the order of ``GenPart``. Acceptance, efficiencies and losses are
        functions of the true momentum; cuts of an analysis use the reconstructed one.

    Raises
    ------
    ConfigError
        If the block holds events of another luminosity block.

    References
    ----------
    arXiv:1904.13053, section 3 (resolution, acceptance, losses).
    """
    if np.any(block.scalars["luminosityBlock"] != luminosity_block):
        numbers = np.unique(block.scalars["luminosityBlock"])[:5].tolist()
        raise ConfigError(
            f"luminosity_block = {luminosity_block}: the events have {numbers}; give one block at a time."
        )
    particles = block.collections["GenPart"]
    columns: Mapping[str, Any] = particles.columns
    pdg_id, status = columns["pdgId"], columns["status"]
    tracking = tracking_numbers(card.tracking)
    klm, muon_table = klm_numbers(card.klm)
    ecl, turn_on = ecl_numbers(card.ecl)
    n_charged, n_muons, n_photons = _count(pdg_id, status)
    track_stream = stream(seed, process, "tracking", luminosity_block)
    photon_stream = stream(seed, process, "ecl", luminosity_block)
    muons, photons = _Found(len(block), n_muons), _Found(len(block), n_photons)
    charge = np.empty(n_muons, dtype=np.int32)
    weight = np.array(block.scalars["genWeight"], dtype=np.float64)
    _respond(
        (particles.offsets, pdg_id, status, (columns["px"], columns["py"], columns["pz"], columns["mass"])),
        (tracking, klm, ecl),
        (muon_table, turn_on),
        track_stream.standard_normal((n_charged, tracking.normals)),
        photon_stream.standard_normal((n_photons, ecl.normals)),
        (muons.offsets, muons.values, muons.index, charge),
        (photons.offsets, photons.values, photons.index),
        weight,
    )
    found = {
        "Muon": muons.collection("efficiency", constants.m_mu, charge=charge),
        "Photon": photons.collection("lossProbability", 0.0),
    }
    return EventBlock({**block.scalars, "weight": weight}, {**block.collections, **found})


class _Found:
    """Room for the reconstructed particles of a block: one allocation, filled by the loop."""

    def __init__(self, n_events: int, n_most: int) -> None:
        self.offsets = np.zeros(n_events + 1, dtype=np.int64)
        self.values = np.empty((5, n_most))
        self.index = np.empty(n_most, dtype=np.int16)

    def collection(self, factor: str, mass: float, **more: NDArray[np.int32]) -> Jagged:
        """Name the columns; the last of ``values`` is called ``factor``."""
        n = int(self.offsets[-1])
        *seen, last = self.values[:, :n]
        pt, eta, phi = polar(*seen)
        columns = {"pt": pt, "eta": eta, "phi": phi, "mass": np.full(n, mass)}
        columns.update({name: column[:n] for name, column in more.items()})
        return Jagged(self.offsets, {**columns, "genPartIdx": self.index[:n], factor: last})


@kernel
def _leaves_track(code: int) -> bool:
    """Return whether a final particle with this |PDG code| passes the tracking chambers."""
    return code in (_MUON, _ELECTRON, _PION, _KAON, _PROTON)


def particles_without_response(pdg_ids: Iterable[int]) -> list[int]:
    """|PDG codes| of charged particles among these that leave nothing in the reconstructed event."""
    return sorted({abs(code) for code in pdg_ids if _leaves_track(abs(code)) and abs(code) != _MUON})


@kernel
def _count(pdg_id: Integers, status: Integers) -> tuple[int, int, int]:
    """Final charged particles, muons among them, and photons."""
    charged = muons = photons = 0
    for i in range(pdg_id.shape[0]):
        if status[i] == STATUS_FINAL:
            code = abs(pdg_id[i])
            photons += code == _PHOTON
            muons += code == _MUON
            charged += _leaves_track(code)
    return charged, muons, photons


@kernel
def _normals(drawn: Array, row: int, first: bool, others: bool) -> tuple[float, float, float]:
    """Normal numbers of one particle: the first if it was drawn, the other two if they were."""
    if not others:
        return (drawn[row, 0] if first else 0.0), 0.0, 0.0
    if not first:
        return 0.0, drawn[row, 0], drawn[row, 1]
    return drawn[row, 0], drawn[row, 1], drawn[row, 2]


@kernel
def _store(values: Array, place: int, seen: _Seen) -> None:
    """Write what was measured, and the factor of the weight, to column ``place``."""
    values[0, place], values[1, place], values[2, place], values[3, place], values[4, place] = seen


@kernel
def _respond(
    truth: _Truth,
    detector: tuple[TrackingNumbers, KlmNumbers, EclNumbers],
    tables: tuple[Array, Array],
    track_normals: Array,
    photon_normals: Array,
    muons: tuple[Integers, Array, Integers, Integers],
    photons: tuple[Integers, Array, Integers],
    weight: Array,
) -> None:
    """Loop over the events; multiply ``weight`` by all efficiencies and losses.

    Inner functions get plain numbers, not rows of arrays: counting references would cost more than
    the physics.
    """
    offsets, pdg_id, status, (px, py, pz, mass) = truth
    tracking, klm, ecl = detector
    muon_table, turn_on = tables
    muon_offsets, muon_values, muon_index, muon_charge = muons
    photon_offsets, photon_values, photon_index = photons
    track = cluster = muon = photon = 0
    for event in range(weight.shape[0]):
        first = offsets[event]
        for i in range(first, offsets[event + 1]):
            if status[i] != STATUS_FINAL:
                continue
            code = abs(pdg_id[i])
            p = math.sqrt(px[i] * px[i] + py[i] * py[i] + pz[i] * pz[i])
            cos_theta = pz[i] / p if p > 0 else 1.0
            if code == _PHOTON:
                if photon_accepted(p, cos_theta, ecl):
                    loss = loss_probability(p, cos_theta, ecl, turn_on)
                    normals = _normals(photon_normals, cluster, ecl.smears_energy, ecl.smears_angles)
                    _store(photon_values, photon, (*measure_photon(px[i], py[i], pz[i], ecl, normals), loss))
                    photon_index[photon] = i - first
                    weight[event] *= loss
                    photon += 1
                cluster += 1
            elif _leaves_track(code):
                if code == _MUON and track_accepted(px[i], py[i], pz[i], tracking):
                    found = tracking.efficiency * identification_efficiency(p, cos_theta, klm, muon_table)
                    normals = _normals(track_normals, track, tracking.smears_momentum, tracking.smears_angles)
                    seen = measure_track(px[i], py[i], pz[i], mass[i], tracking, normals)
                    _store(muon_values, muon, (*seen, found))
                    muon_index[muon], muon_charge[muon] = i - first, -1 if pdg_id[i] > 0 else 1
                    weight[event] *= found
                    muon += 1
                track += 1
        muon_offsets[event + 1], photon_offsets[event + 1] = muon, photon
