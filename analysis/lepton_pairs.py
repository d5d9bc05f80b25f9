"""Every pair of opposite charge of an event: its observables and what its weight is made of."""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.candidates import Leptons, Photons, Tracks
from lmutau.analysis.columns import columns_of
from lmutau.analysis.kinematics import cartesian, frame_numbers, pair_columns, photon_energy_cm
from lmutau.analysis.photon_rules import MOST_SOFT, PhotonNumbers, lost_above, seen_near, unvetoed
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
def _wanted(charge: Array, flavour: Index, a: int, b: int, kind: int) -> bool:
    return charge[a] < 0 and charge[b] > 0 and flavour[a] + flavour[b] == kind


@kernel
def count_pairs(offsets: Index, charge: Array, flavour: Index, kind: int) -> int:
    """Pairs of opposite charge with ``kind`` electrons in all events."""
    n = 0
    for i in range(len(offsets) - 1):
        for a in range(offsets[i], offsets[i + 1]):
            for b in range(offsets[i], offsets[i + 1]):
                n += _wanted(charge, flavour, a, b, kind)
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
    energies, cosines, losses, soft = np.empty(most), np.empty(most), np.empty(most), np.empty((2, MOST_SOFT))
    m, aligned = 0, True
    for i in range(len(gen_weight)):
        for a in range(offsets[i], offsets[i + 1]):
            for b in range(offsets[i], offsets[i + 1]):
                if not _wanted(charge, flavour, a, b, kind):
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
                rx, ry, rz = total[1] - x1 - x2, total[2] - y1 - y2, total[3] - z1 - z2
                recoil = math.sqrt(rx * rx + ry * ry + rz * rz)
                lost, untagged, seen, k = 1.0, 1.0, 0.0, 0
                for j in range(photon_offsets[i], photon_offsets[i + 1]):
                    x, y, z = cartesian(photon_pt[j], photon_exp_eta[j], photon_half[j])
                    energy = 0.5 * photon_pt[j] * (photon_exp_eta[j] + 1.0 / photon_exp_eta[j])
                    size = recoil * energy
                    energies[k], losses[k] = energy, photon_loss[j]
                    cosines[k] = (x * rx + y * ry + z * rz) / size if size > 0 else -1.0
                    e_cm = photon_energy_cm(photon_pt[j], photon_exp_eta[j], photon_half[j], to_cms)
                    lost *= lost_above(e_cm, losses[k], rules)
                    seen += e_cm > rules.lost_above and losses[k] < 1
                    untagged *= seen_near(energy, cosines[k], losses[k], rules)
                    k += 1
                table[_GEN_WEIGHT, m], table[_EFFICIENCY, m] = gen_weight[i], efficiency[a] * efficiency[b]
                table[_LOSS, m], table[_SEEN, m], table[_TAG, m] = lost, seen, 1.0 - untagged
                table[_VETO, m] = unvetoed(energies, cosines, losses, k, rules, soft)
                table[_TRACKS, m], table[_TRIGGER, m] = _alone(tracks, i, track[a], track[b]), trigger[i]
                m += 1
    return aligned and m == len(gen_weight)
