"""The detector response: what Belle II would see of a block of events.

Puts the subdetectors together. Every event is kept; inefficiencies are factors of the event weight.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.detsim.card import DetectorCard
from lmutau.detsim.direction import polar
from lmutau.detsim.ecl import ecl_numbers
from lmutau.detsim.electron_id import electron_tables
from lmutau.detsim.event_loop import count, respond_to_photons, respond_to_tracks
from lmutau.detsim.frame import card_beams
from lmutau.detsim.klm import klm_numbers
from lmutau.detsim.tracking import tracking_numbers
from lmutau.detsim.trigger import trigger_probabilities
from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError
from lmutau.gen.randomness import stream
from lmutau.gen.record import EventBlock, Jagged

__all__ = ["simulate_block"]

Array = NDArray[np.float64]

_PADDING = 72


def simulate_block(
    block: EventBlock,
    card: DetectorCard,
    *,
    seed: int,
    process: str,
    luminosity_block: int,
    total: Array | None = None,
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
        Choose the random streams "tracking", "ecl" and "ecl-tail". Each final charged particle, and each
        final photon, takes a fixed number of random numbers in the order of the record, whether it is
        accepted or not: the first events of a block do not depend on the later ones.
    total
        (4,) total four-momentum (E, px, py, pz) [GeV] of the nominal collision, laboratory, which the
        trigger needs; None: that of the card's beams.
    constants
        Only ``m_mu`` and ``m_e``, the masses given to reconstructed leptons, are used.

    Returns
    -------
    EventBlock
        The events with these collections, all in the order of ``GenPart``:

        * ``Track`` (pt, eta, phi, charge, genPartIdx, efficiency, eclEnergy): charged particles inside the
          tracking acceptance; ``eclEnergy`` is the energy [GeV] expected in the calorimeter.
        * ``Muon``, ``Electron`` (pt, eta, phi, mass, charge, genPartIdx, efficiency, trackIdx): tracks that
          may be identified as such, with the probability to be found and identified; without any
          chance only true muons are kept.
        * ``Photon`` (pt, eta, phi, mass, genPartIdx, lossProbability).

        Scalars: ``weight`` = genWeight x product of the muon efficiencies x product of the photon loss
        probabilities; ``twoTrackTrigger``, ``singlePhotonTrigger`` of
        :func:`lmutau.detsim.trigger.trigger_probabilities`. Acceptance, efficiencies and losses are
        functions of the true momentum; cuts of an analysis use the reconstructed one.

    Raises
    ------
    ConfigError
        If the block holds events of another luminosity block.

    References
    ----------
    arXiv:1904.13053, section 3 (resolution, acceptance, losses); arXiv:2212.03066 (trigger, muon identification).
    """
    if np.any(block.scalars["luminosityBlock"] != luminosity_block):
        numbers = np.unique(block.scalars["luminosityBlock"])[:5].tolist()
        raise ConfigError(
            f"luminosity_block = {luminosity_block}: the events have {numbers}; give one block at a time."
        )
    weight = np.array(block.scalars["genWeight"], dtype=np.float64)
    streams = [stream(seed, process, name, luminosity_block) for name in ("tracking", "ecl", "ecl-tail")]
    found = _collections(block, card, streams, weight, constants)
    reco = EventBlock({**block.scalars, "weight": weight}, {**block.collections, **found})
    if total is None:
        total = card_beams(card).nominal_total()
    return EventBlock({**reco.scalars, **trigger_probabilities(reco, card.trigger, total)}, reco.collections)


def _collections(
    block: EventBlock, card: DetectorCard, streams: list[np.random.Generator], weight: Array, constants: Constants
) -> dict[str, Jagged]:
    """Reconstructed collections of a block; ``weight`` is multiplied by efficiencies and losses."""
    particles = block.collections["GenPart"]
    columns: Mapping[str, Any] = particles.columns
    tracking, track_turn_on = tracking_numbers(card.tracking)
    klm, muon_tables = klm_numbers(card.klm)
    ecl, photon_turn_on = ecl_numbers(card.ecl)
    n_charged, n_photons, _ = count(columns["pdgId"], columns["status"])
    n, rng = len(block), streams
    tracks, photons = _Measured(n, n_charged, 6), _Measured(n, n_photons, 5)
    charge = np.empty(n_charged, dtype=np.int32)
    muons, electrons = _Candidates(n, n_charged), _Candidates(n, n_charged)
    momenta = tuple(columns[name] for name in ("px", "py", "pz", "mass"))
    truth: Any = (particles.offsets, columns["pdgId"], columns["status"], momenta)
    respond_to_tracks(
        truth,
        (tracking, klm, ecl),
        (track_turn_on, muon_tables, electron_tables(card.electron_id)),
        rng[0].standard_normal((n_charged, tracking.normals)),
        (tracks.offsets, tracks.values, tracks.index, charge),
        muons.places,
        electrons.places,
        weight,
    )
    respond_to_photons(
        truth,
        ecl,
        photon_turn_on,
        rng[1].standard_normal((n_photons, ecl.normals)),
        rng[2].random(n_photons if ecl.tail.share > 0 else 0),
        (photons.offsets, photons.values, photons.index),
        weight,
    )
    track = tracks.columns()
    momentum = {**track, "charge": charge[: len(track["pt"])]}
    photon, loss = photons.columns(), photons.values[4, : photons.offsets[-1]]
    photon = {**photon, "mass": np.zeros(len(loss)), "lossProbability": loss}
    n_tracks = len(track["pt"])
    track_columns = {**momentum, "efficiency": tracks.values[4, :n_tracks], "eclEnergy": tracks.values[5, :n_tracks]}
    return {
        "Track": Jagged(tracks.offsets, track_columns),
        "Muon": muons.collection(momentum, constants.m_mu),
        "Electron": electrons.collection(momentum, constants.m_e),
        "Photon": Jagged(photons.offsets, photon),
    }


class _Measured:
    """Room for the tracks or photons of a block: one allocation, filled by the loop."""

    def __init__(self, n_events: int, n_most: int, n_values: int) -> None:
        self.offsets = np.zeros(n_events + 1, dtype=np.int64)
        # padded: rows a power of two apart would fall into the same lines of the cache
        self.values = np.empty((n_values, n_most + _PADDING))[:, :n_most]
        self.index = np.empty(n_most, dtype=np.int16)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Direction, momentum and place in the truth."""
        n = int(self.offsets[-1])
        pt, eta, phi = polar(*self.values[:4, :n])
        return {"pt": pt, "eta": eta, "phi": phi, "genPartIdx": self.index[:n]}


class _Candidates:
    """Room for tracks that may be identified as one sort of lepton."""

    def __init__(self, n_events: int, n_most: int) -> None:
        offsets = np.zeros(n_events + 1, dtype=np.int64)
        self.places = offsets, np.empty(n_most), np.empty(n_most, dtype=np.int64), np.empty(n_most, dtype=np.int16)

    def collection(self, tracks: Mapping[str, NDArray[Any]], mass: float) -> Jagged:
        """The candidates with the momenta of their tracks; if every track is one, its columns are shared."""
        offsets, efficiency, rows, index = self.places
        n = int(offsets[-1])
        everyone = n == len(tracks["pt"])
        columns = {name: column if everyone else column[rows[:n]] for name, column in tracks.items()}
        return Jagged(
            offsets, {**columns, "mass": np.full(n, mass), "efficiency": efficiency[:n], "trackIdx": index[:n]}
        )
