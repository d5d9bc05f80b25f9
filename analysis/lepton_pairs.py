"""Every pair of opposite charge of an event: its observables and what its weight is made of."""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.candidates import Leptons, Photons, Tracks
from lmutau.analysis.columns import columns_of
from lmutau.analysis.kinematics import cartesian, frame_numbers, pair_columns, photon_energy_cm
from lmutau.analysis.photon_rules import MOST_SOFT, SOFT_ROWS, PhotonNumbers, lost_above, seen_near, unvetoed
from lmutau.gen.kernels import kernel

__all__ = ["KINDS", "count_pairs", "reconstruct_pairs"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]

KINDS = {"mumu": 0, "emu": 1, "ee": 2}
"""Number of electrons in a pair."""

_COLUMNS = columns_of("mumu")
_GEN_WEIGHT = _COLUMNS.index("genWeight")
_EFFICIENCY = _COLUMNS.index("muon_efficiency")
_LOSS = _COLUMNS.index("photon_loss")
_VETO = _COLUMNS.index("photon_veto")
_TAG = _COLUMNS.index("photon_tag")
_TRACKS = _COLUMNS.index("two_tracks")
_TRIGGER = _COLUMNS.index("trigger")
_SEEN = _COLUMNS.index("photons_seen")


@kernel
def count_pairs(offsets: Index, charge: Array, flavour: Index, kind: int) -> int:
    """Pairs of opposite charge with ``kind`` electrons in all events."""
    n = 0
    for i in range(len(offsets) - 1):
        for a in range(offsets[i], offsets[i + 1]):
            if charge[a] < 0:
                for b in range(offsets[i], offsets[i + 1]):
                    n += charge[b] > 0 and flavour[a] + flavour[b] == kind
    return n


@kernel
def _alone(tracks: Tracks, event: int, first: int, second: int) -> float:
    """Probability that no track but two is found."""
    offsets, efficiency = tracks
    probability = 1.0
    for t in range(offsets[event], offsets[event + 1]):
        place = t - offsets[event]
        if place not in (first, second):
            probability *= 1.0 - efficiency[t]
    return probability


@kernel
def _energy_and_cosine(photon: tuple[float, float, float], recoil: tuple[float, float, float]) -> tuple[float, float]:
    """Laboratory energy [GeV] of a photon (pT, exp(eta), tan(phi/2)) and cosine of its angle to the recoil."""
    x, y, z = cartesian(photon[0], photon[1], photon[2])
    rx, ry, rz = recoil
    energy = 0.5 * photon[0] * (photon[1] + 1.0 / photon[1])
    size = math.sqrt(rx * rx + ry * ry + rz * rz) * energy
    return energy, (x * rx + y * ry + z * rz) / size if size > 0 else -1.0


@kernel
def reconstruct_pairs(
    leptons: Leptons,
    photons: Photons,
    tracks: Tracks,
    events: tuple[Array, Array],
    kind: int,
    frame: tuple[Array, float, Array],
    rules: PhotonNumbers,
    table: Array,
    along: Array,
    places: tuple[Index, Index, Index],
) -> bool:
    """Fill the columns of every pair, densely, in the order of the events.

    Returns whether row and event have the same number throughout.
    """
    offsets, pt, exp_eta, half, mass, charge, efficiency, track, flavour = leptons
    photon_offsets, photon_pt, photon_exp_eta, photon_half, photon_loss = photons
    gen_weight, trigger = events
    beam, sqrt_s, matrix = frame
    rows, minus, plus = places
    total, to_cms = frame_numbers(beam, matrix)
    most = 1
    for i in range(len(gen_weight)):
        most = max(most, photon_offsets[i + 1] - photon_offsets[i])
    energies, cosines, losses, soft = (
        np.empty(most),
        np.empty(most),
        np.empty(most),
        np.empty((SOFT_ROWS, MOST_SOFT + 1)),
    )
    m, aligned, counts_tracks = 0, True, len(tracks[1]) > 0
    for i in range(len(gen_weight)):
        for a in range(offsets[i], offsets[i + 1]):
            if not charge[a] < 0:
                continue
            for b in range(offsets[i], offsets[i + 1]):
                if not charge[b] > 0 or flavour[a] + flavour[b] != kind:
                    continue
                aligned = aligned and m == i
                rows[m], minus[m], plus[m] = i, a, b
                x1, y1, z1 = cartesian(pt[a], exp_eta[a], half[a])
                x2, y2, z2 = cartesian(pt[b], exp_eta[b], half[b])
                values, axes = pair_columns((x1, y1, z1, mass[a]), (x2, y2, z2, mass[b]), total, sqrt_s, to_cms)
                for column in range(len(values)):
                    table[column, m] = values[column]
                for axis in range(len(axes)):
                    along[axis, m] = axes[axis]
                lost, untagged, seen, k = 1.0, 1.0, 0.0, 0
                for j in range(photon_offsets[i], photon_offsets[i + 1]):
                    e_cm = photon_energy_cm(photon_pt[j], photon_exp_eta[j], photon_half[j], to_cms)
                    lost *= lost_above(e_cm, photon_loss[j], rules)
                    seen += e_cm > rules.lost_above and photon_loss[j] < 1
                    if rules.geometry:
                        photon = (photon_pt[j], photon_exp_eta[j], photon_half[j])
                        recoil = (total[1] - x1 - x2, total[2] - y1 - y2, total[3] - z1 - z2)
                        energies[k], cosines[k] = _energy_and_cosine(photon, recoil)
                        losses[k] = photon_loss[j]
                        untagged *= seen_near(energies[k], cosines[k], losses[k], rules)
                        k += 1
                found = efficiency[a] * efficiency[b]
                if not counts_tracks:  # two_tracks says more than that no other candidate is identified
                    for other in range(offsets[i], offsets[i + 1]):
                        if other in (a, b) or (track[other] >= 0 and track[other] in (track[a], track[b])):
                            continue  # muon and electron are hypotheses about one track, which exclude each other
                        taken, known = efficiency[other], False
                        for same in range(offsets[i], offsets[i + 1]):
                            if same != other and track[same] == track[other] and track[same] >= 0:
                                known = known or same < other
                                taken += efficiency[same]
                        if not known:
                            found *= 1.0 - taken
                table[_GEN_WEIGHT, m], table[_EFFICIENCY, m] = gen_weight[i], found
                table[_LOSS, m], table[_SEEN, m], table[_TAG, m] = lost, seen, 1.0 - untagged
                table[_VETO, m] = 1.0
                if k > 0:
                    table[_VETO, m] = unvetoed(energies, cosines, losses, k, rules, soft)
                table[_TRIGGER, m], table[_TRACKS, m] = trigger[i], 1.0
                if counts_tracks:
                    table[_TRACKS, m] = _alone(tracks, i, track[a], track[b])
                m += 1
    return aligned and m == len(gen_weight)
