"""Every photon of an event as the only thing seen: its observables and what its weight is made of."""

import math

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.candidates import Photons, Tracks
from lmutau.analysis.columns import columns_of
from lmutau.analysis.kinematics import cartesian, frame_numbers, photon_energy_cm
from lmutau.analysis.photon_rules import MOST_SOFT, SOFT_ROWS, PhotonNumbers, lost_above, unvetoed
from lmutau.gen.kernels import kernel

__all__ = ["reconstruct_photons"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]

_COLUMNS = columns_of("photon")
_GEN_WEIGHT = _COLUMNS.index("genWeight")
_SEEN_ITSELF = _COLUMNS.index("photon_seen")
_LOSS = _COLUMNS.index("photon_loss")
_VETO = _COLUMNS.index("photon_veto")
_TRACKS = _COLUMNS.index("no_tracks")
_TRIGGER = _COLUMNS.index("trigger")
_SEEN = _COLUMNS.index("photons_seen")


@kernel
def reconstruct_photons(
    photons: Photons,
    tracks: Tracks,
    events: tuple[Array, Array],
    frame: tuple[Array, float, Array],
    rules: PhotonNumbers,
    table: Array,
    places: tuple[Index, Index, Index],
) -> bool:
    """Fill the columns of every photon; returns whether row and event have the same number throughout."""
    offsets, pt, exp_eta, half, loss = photons
    track_offsets, efficiency = tracks
    gen_weight, trigger = events
    beam, sqrt_s, matrix = frame
    rows, first, second = places
    _, to_cms = frame_numbers(beam, matrix)
    most = 1
    for i in range(len(gen_weight)):
        most = max(most, offsets[i + 1] - offsets[i])
    energies, cosines, losses, soft = (
        np.empty(most),
        np.full(most, -1.0),
        np.empty(most),
        np.empty((SOFT_ROWS, MOST_SOFT + 1)),
    )
    m, aligned = 0, True
    for i in range(len(gen_weight)):
        empty = 1.0
        for t in range(track_offsets[i], track_offsets[i + 1]):
            empty *= 1.0 - efficiency[t]
        for j in range(offsets[i], offsets[i + 1]):
            aligned = aligned and m == i
            rows[m], first[m], second[m] = i, j, -1
            x, y, z = cartesian(pt[j], exp_eta[j], half[j])
            energy = 0.5 * pt[j] * (exp_eta[j] + 1.0 / exp_eta[j])
            e_cm = photon_energy_cm(pt[j], exp_eta[j], half[j], to_cms)
            along = to_cms[3][0] * energy + to_cms[3][1] * x + to_cms[3][2] * y + to_cms[3][3] * z
            lost, seen, k = 1.0, 0.0, 0
            for o in range(offsets[i], offsets[i + 1]):
                if o != j:
                    other = photon_energy_cm(pt[o], exp_eta[o], half[o], to_cms)
                    lost *= lost_above(other, loss[o], rules)
                    seen += other > rules.lost_above and loss[o] < 1
                    energies[k], losses[k] = 0.5 * pt[o] * (exp_eta[o] + 1.0 / exp_eta[o]), loss[o]
                    k += 1
            table[0, m], table[1, m] = e_cm, along / e_cm if e_cm > 0 else 1.0
            table[2, m], table[3, m] = energy, math.atan2(pt[j], z)
            table[4, m] = sqrt_s * (sqrt_s - 2 * e_cm)
            table[_GEN_WEIGHT, m], table[_SEEN_ITSELF, m] = gen_weight[i], 1.0 - loss[j]
            table[_LOSS, m], table[_SEEN, m] = lost, seen
            table[_VETO, m] = unvetoed(energies, cosines, losses, k, rules, soft)
            table[_TRACKS, m], table[_TRIGGER, m] = empty, trigger[i]
            m += 1
    return aligned and m == len(gen_weight)
