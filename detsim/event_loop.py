"""The compiled loops over the events of a block: every particle through its subdetectors.

Inner functions get plain numbers, not rows of arrays: counting references would cost more than
the physics.
"""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.detsim.ecl import EclNumbers, charged_deposit, loss_probability, measure_photon, photon_accepted, region
from lmutau.detsim.electron_id import electron_probability
from lmutau.detsim.energy_tail import with_tail
from lmutau.detsim.klm import KlmNumbers, muon_probability
from lmutau.detsim.particles import INVISIBLE, MUON, PHOTON, sign_of_charge, species
from lmutau.detsim.tracking import TrackingNumbers, measure_track, track_accepted, track_found
from lmutau.gen.kernels import inlined, kernel
from lmutau.gen.record import STATUS_FINAL

__all__ = ["count", "respond_to_photons", "respond_to_tracks"]

Array = NDArray[np.float64]
Integers = NDArray[np.integer]

Truth = tuple[Integers, Integers, Integers, tuple[Array, Array, Array, Array]]
Candidates = tuple[Integers, Array, Integers, Integers]


@kernel
def count(pdg_id: Integers, status: Integers) -> tuple[int, int, int]:
    """Final charged particles with a response, photons, and particles that are neither nor invisible."""
    charged = photons = others = 0
    for i in range(pdg_id.shape[0]):
        if status[i] == STATUS_FINAL:
            code = abs(pdg_id[i])
            if code == PHOTON:
                photons += 1
            elif species(code) >= 0:
                charged += 1
            elif code not in INVISIBLE:
                others += 1
    return charged, photons, others


@inlined
def _normals(drawn: Array, row: int, first: bool, others: bool) -> tuple[float, float, float]:
    """Normal numbers of one particle: the first if it was drawn, the other two if they were."""
    if not others:
        return (drawn[row, 0] if first else 0.0), 0.0, 0.0
    if not first:
        return 0.0, drawn[row, 0], drawn[row, 1]
    return drawn[row, 0], drawn[row, 1], drawn[row, 2]


@inlined
def _photon_normals(drawn: Array, tails: Array, row: int, ecl: EclNumbers) -> tuple[float, float, float]:
    """Numbers of one photon: normal ones, but for the energy if the card has a tail."""
    energy, first, second = _normals(drawn, row, ecl.smears_energy, ecl.smears_angles)
    if ecl.tail.share > 0:
        energy = with_tail(energy, tails[row], ecl.tail)
    return energy, first, second


@inlined
def _store(values: Array, place: int, seen: tuple[float, float, float, float], last: float) -> None:
    """Write what was measured, and a probability, to column ``place``."""
    values[0, place], values[1, place], values[2, place], values[3, place] = seen
    values[4, place] = last


@inlined
def _identified(
    kind: int,
    p: float,
    mass: float,
    cos_theta: float,
    klm: KlmNumbers,
    ecl: EclNumbers,
    muon_tables: Array,
    electron_tables: Array,
) -> tuple[float, float, float]:
    """Probabilities that a found track is identified as muon and as electron; energy in the calorimeter."""
    in_crystals = region(cos_theta, ecl) & 1 == 0  # even: crystals; odd, -1 included: none
    as_muon = muon_probability(kind, p, cos_theta, klm, muon_tables)
    as_electron = electron_probability(kind, p, in_crystals, as_muon, electron_tables)
    return as_muon, as_electron, (charged_deposit(kind, p, mass, ecl) if in_crystals else 0.0)


@kernel
def respond_to_photons(
    truth: Truth,
    ecl: EclNumbers,
    turn_on: Array,
    normals: Array,
    tails: Array,
    photons: tuple[Integers, Array, Integers],
    weight: Array,
) -> None:
    """Measure the photons of all events; multiply ``weight`` by their losses."""
    starts, pdg_id, status, (px, py, pz, _) = truth
    offsets, values, index = photons
    row = photon = 0
    for event in range(weight.shape[0]):
        first = starts[event]
        for i in range(first, starts[event + 1]):
            if status[i] != STATUS_FINAL or pdg_id[i] != PHOTON:
                continue
            p = math.sqrt(px[i] * px[i] + py[i] * py[i] + pz[i] * pz[i])
            cos_theta = pz[i] / p if p > 0 else 1.0
            if photon_accepted(p, cos_theta, ecl):
                loss = loss_probability(p, cos_theta, ecl, turn_on)
                numbers = _photon_normals(normals, tails, row, ecl)
                _store(values, photon, measure_photon(px[i], py[i], pz[i], ecl, numbers), loss)
                index[photon] = i - first
                weight[event] *= loss
                photon += 1
            row += 1
        offsets[event + 1] = photon


@kernel
def respond_to_tracks(
    truth: Truth,
    detector: tuple[TrackingNumbers, KlmNumbers, EclNumbers],
    tables: tuple[Array, Array, Array],
    normals: Array,
    tracks: tuple[Integers, Array, Integers, Integers],
    muons: Candidates,
    electrons: Candidates,
    weight: Array,
) -> None:
    """Measure the charged particles of all events; multiply ``weight`` by the efficiencies of all muons.

    ``tables``: turn-on of tracks, probabilities of muons, of electrons. Everything is unpacked here and the
    loop is one function: a helper that takes several arrays would double its time.
    """
    starts, pdg_id, status, (px, py, pz, mass) = truth
    tracking, klm, ecl = detector
    turn_on, muon_tables, electron_tables = tables
    offsets, values, index, charge = tracks
    muon_offsets, muon_factor, muon_track, muon_index = muons
    electron_offsets, electron_factor, electron_track, electron_index = electrons
    row = track = muon = electron = 0
    for event in range(weight.shape[0]):
        first, first_track = starts[event], track
        for i in range(first, starts[event + 1]):
            kind = species(abs(pdg_id[i])) if status[i] == STATUS_FINAL else -1
            if kind < 0:
                continue
            if track_accepted(px[i], py[i], pz[i], tracking):
                pt = math.sqrt(px[i] * px[i] + py[i] * py[i])
                p = math.sqrt(px[i] * px[i] + py[i] * py[i] + pz[i] * pz[i])
                cos_theta = pz[i] / p if p > 0 else 1.0
                found = track_found(pt, tracking, turn_on)
                numbers = _normals(normals, row, tracking.smears_momentum, tracking.smears_angles)
                _store(values, track, measure_track(px[i], py[i], pz[i], mass[i], tracking, numbers), found)
                index[track], charge[track] = i - first, sign_of_charge(pdg_id[i])
                as_muon, as_electron, values[5, track] = _identified(
                    kind, p, mass[i], cos_theta, klm, ecl, muon_tables, electron_tables
                )
                as_muon, as_electron = found * as_muon, found * as_electron
                if as_muon > 0 or kind == MUON:
                    muon_factor[muon], muon_track[muon], muon_index[muon] = as_muon, track, track - first_track
                    weight[event] *= as_muon
                    muon += 1
                if as_electron > 0:
                    electron_factor[electron], electron_track[electron] = as_electron, track
                    electron_index[electron] = track - first_track
                    electron += 1
                track += 1
            row += 1
        offsets[event + 1], muon_offsets[event + 1], electron_offsets[event + 1] = track, muon, electron
