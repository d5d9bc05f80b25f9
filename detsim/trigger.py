"""Trigger: pairs of tracks, and single photons with nothing else in the calorimeter.

Probabilities are functions of true momenta. Given for an event is the probability that it is triggered if
all its tracks and photons are found; those that are never found (loss 1) do not count.
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.detsim.elementwise import elementwise
from lmutau.detsim.interpolation import piecewise, stacked
from lmutau.detsim.schema import Section, choice, quantity
from lmutau.gen.kernels import inlined, kernel
from lmutau.gen.record import EventBlock

__all__ = [
    "Trigger",
    "TriggerNumbers",
    "candidate_pairs",
    "candidate_photons",
    "pair_efficiency",
    "photon_line_efficiency",
    "single_photon_efficiency",
    "single_photon_probability",
    "track_pair_efficiency",
    "trigger_numbers",
    "trigger_probabilities",
    "two_track_probability",
]

Array = NDArray[np.float64]
Index = NDArray[np.int64]
_FourMomentum = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(Section):
    """Section ``trigger`` of a card; a line that is "off" costs nothing: its probability is 1.

    The lists ``photon_...`` have one entry per single-photon line.
    """

    ascending: ClassVar[tuple[tuple[str, ...], ...]] = (("track_polar_min", "track_polar_max"),)
    tables: ClassVar[tuple[tuple[str, str], ...]] = (("pair_efficiency_m2", "pair_efficiency"),)
    parallel: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("photon_energy", "photon_polar_min", "photon_polar_max", "photon_efficiency"),
    )

    two_track: str = choice("on", "off")
    track_polar_min: float = quantity("deg", 0, 180)
    track_polar_max: float = quantity("deg", 0, 180)
    track_min_pt: float = quantity("GeV")
    opening_angle: float = quantity("deg", 0, 180)
    pair_efficiency_m2: tuple[float, ...] = quantity("GeV^2", -math.inf, several=True)
    pair_efficiency: tuple[float, ...] = quantity("1", 0, 1, several=True)
    single_photon: str = choice("on", "off")
    photon_energy: tuple[float, ...] = quantity("GeV", several=True)
    photon_polar_min: tuple[float, ...] = quantity("deg", 0, 180, several=True)
    photon_polar_max: tuple[float, ...] = quantity("deg", 0, 180, several=True)
    photon_efficiency: tuple[float, ...] = quantity("1", 0, 1, several=True)
    second_cluster: float = quantity("GeV")


class TriggerNumbers(NamedTuple):
    """The section as the kernels want it: cosines [1], momenta and energies [GeV], first node [GeV^2]."""

    cos_first: float
    cos_last: float
    min_pt: float
    cos_opening: float
    first_m2: float
    second_cluster: float


def trigger_numbers(section: Trigger) -> tuple[TriggerNumbers, Array, Array]:
    """Prepare the section: numbers, pair efficiency (2, k), photon lines (energy, cosines, efficiency) (4, k)."""
    numbers = TriggerNumbers(
        cos_first=math.cos(math.radians(section.track_polar_min)),
        cos_last=math.cos(math.radians(section.track_polar_max)),
        min_pt=section.track_min_pt,
        cos_opening=math.cos(math.radians(section.opening_angle)),
        first_m2=section.pair_efficiency_m2[0],
        second_cluster=section.second_cluster,
    )
    edges = [np.cos(np.radians(angles)) for angles in (section.photon_polar_min, section.photon_polar_max)]
    lines = np.array([section.photon_energy, *edges, section.photon_efficiency])
    return numbers, stacked([(section.pair_efficiency_m2, section.pair_efficiency)]), lines


@inlined
def _in_window(p: _FourMomentum, numbers: TriggerNumbers) -> bool:
    transverse2 = p[1] * p[1] + p[2] * p[2]
    size = math.sqrt(transverse2 + p[3] * p[3])
    inside = numbers.cos_last * size <= p[3] <= numbers.cos_first * size
    return inside and transverse2 >= numbers.min_pt * numbers.min_pt


@inlined
def pair_efficiency(
    first: _FourMomentum, second: _FourMomentum, total: _FourMomentum, numbers: TriggerNumbers, table: Array
) -> float:
    """Probability [1] that a pair of tracks fires the two-track trigger.

    Four-momenta (E, px, py, pz) [GeV], laboratory: the two tracks, the collision. Zero unless both tracks
    are in the polar window and their azimuths differ by more than the opening angle; then a function
    of the squared recoil mass, constant below its first and above its last node.
    """
    if not (_in_window(first, numbers) and _in_window(second, numbers)):
        return 0.0
    product = first[1] * second[1] + first[2] * second[2]
    sizes = (first[1] * first[1] + first[2] * first[2]) * (second[1] * second[1] + second[2] * second[2])
    if product >= numbers.cos_opening * math.sqrt(sizes):
        return 0.0
    e, x = total[0] - first[0] - second[0], total[1] - first[1] - second[1]
    y, z = total[2] - first[2] - second[2], total[3] - first[3] - second[3]
    return piecewise(max(e * e - x * x - y * y - z * z, numbers.first_m2), table)


@inlined
def photon_line_efficiency(energy_cm: float, cos_theta: float, lines: Array) -> float:
    """Largest efficiency [1] of the single-photon lines that a photon satisfies; 0 if none.

    ``energy_cm`` [GeV] in the c.m. frame, ``cos_theta`` in the laboratory; ``lines`` (4, k): least energy,
    cosines of the first and last polar angle, efficiency.
    """
    best = 0.0
    for k in range(lines.shape[1]):
        if energy_cm >= lines[0, k] and lines[2, k] <= cos_theta <= lines[1, k]:
            best = max(best, lines[3, k])
    return best


@kernel
def single_photon_probability(
    energy_cm: Array, energy: Array, efficiency: Array, loss: Array, second_cluster: float
) -> float:
    """Probability [1] that the photons of one event fire a single-photon line, lost ones included.

    Exact for any number of photons: the sum over i of (1 - loss_i) efficiency_i times the losses of all
    photons that would be more energetic clusters (c.m.), or others above ``second_cluster``.

    Parameters
    ----------
    energy_cm, energy
        (n,) energies [GeV] in the c.m. frame and in the laboratory.
    efficiency
        (n,) from :func:`photon_line_efficiency`.
    loss
        (n,) loss probabilities. With losses of 0 and 1 only, this is the probability for given
        seen photons.
    second_cluster
        Energy [GeV], laboratory, of a second cluster that vetoes.
    """
    probability = 0.0
    for i in range(len(energy)):
        if efficiency[i] == 0:
            continue
        fires = (1 - loss[i]) * efficiency[i]
        for j in range(len(energy)):
            leads = energy_cm[j] > energy_cm[i] or (energy_cm[j] == energy_cm[i] and j < i)
            if j != i and (leads or energy[j] > second_cluster):
                fires *= loss[j]
        probability += fires
    return probability


@kernel
def two_track_probability(
    tracks: tuple[Index, Index],
    truth: tuple[Index, Array, Array, Array, Array],
    total: _FourMomentum,
    numbers: TriggerNumbers,
    table: Array,
    out: Array,
) -> None:
    """Write into ``out`` (n,) the largest :func:`pair_efficiency` of the pairs of tracks of every event.

    ``tracks``: offsets, place of each in the truth of its event; ``truth``: offsets, px, py, pz, mass [GeV].
    """
    offsets, index = tracks
    starts, px, py, pz, mass = truth
    for event in range(out.shape[0]):
        best = 0.0
        for i in range(offsets[event], offsets[event + 1]):
            a = starts[event] + index[i]
            first = (_energy(px[a], py[a], pz[a], mass[a]), px[a], py[a], pz[a])
            for j in range(i + 1, offsets[event + 1]):
                b = starts[event] + index[j]
                second = (_energy(px[b], py[b], pz[b], mass[b]), px[b], py[b], pz[b])
                best = max(best, pair_efficiency(first, second, total, numbers, table))
        out[event] = best


@kernel
def _energy(px: float, py: float, pz: float, mass: float) -> float:
    return math.sqrt(px * px + py * py + pz * pz + mass * mass)


@kernel
def _single_photon(
    photons: tuple[Index, Index, Array],
    deposits: tuple[Index, Array],
    truth: tuple[Index, Array, Array, Array, Array],
    total: _FourMomentum,
    second_cluster: float,
    lines: Array,
    out: Array,
) -> None:
    """Write into ``out`` (n,) the probability of the single-photon lines of every event.

    Photons: offsets, place in the truth, loss, of which only 1 counts as lost; tracks: offsets, energy
    left in the calorimeter. A track with more than ``second_cluster`` vetoes.
    """
    offsets, index, loss = photons
    starts, px, py, pz, _ = truth
    track_offsets, left = deposits
    sqrt_s = math.sqrt(total[0] ** 2 - total[1] ** 2 - total[2] ** 2 - total[3] ** 2)
    n = np.max(np.diff(offsets)) if len(offsets) > 1 else 0
    energy, energy_cm, efficiency, lost = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for event in range(out.shape[0]):
        first, last = offsets[event], offsets[event + 1]
        quiet = last > first
        for track in range(track_offsets[event], track_offsets[event + 1]):
            quiet = quiet and left[track] <= second_cluster
        out[event] = 0.0
        if not quiet:
            continue
        for i in range(last - first):
            lost[i] = 1.0 if loss[first + i] >= 1 else 0.0
            a = starts[event] + index[first + i]
            e = math.sqrt(px[a] * px[a] + py[a] * py[a] + pz[a] * pz[a])
            energy[i] = e
            energy_cm[i] = (total[0] * e - total[1] * px[a] - total[2] * py[a] - total[3] * pz[a]) / sqrt_s
            efficiency[i] = photon_line_efficiency(energy_cm[i], pz[a] / e if e > 0 else 1.0, lines)
        n = last - first
        if n == 1:
            out[event] = (1 - lost[0]) * efficiency[0]
        else:
            out[event] = single_photon_probability(energy_cm[:n], energy[:n], efficiency[:n], lost[:n], second_cluster)


def trigger_probabilities(block: EventBlock, section: Trigger, total: Array) -> dict[str, Array]:
    """Probabilities that the events of a block are triggered, given that all their particles are found.

    Parameters
    ----------
    block
        Events with ``GenPart``, ``Track`` (genPartIdx, eclEnergy) and ``Photon`` (genPartIdx,
        lossProbability), laboratory.
    section
        The trigger of the card.
    total
        (4,) four-momentum (E, px, py, pz) [GeV] of the nominal collision, laboratory.

    Returns
    -------
    dict
        ``twoTrackTrigger``, ``singlePhotonTrigger``: (n,) in [0, 1]. The first is the largest
        efficiency of the pairs of tracks. The second belongs to the photon of highest c.m. energy among those
        that can be seen (loss below 1), if no other cluster is above ``second_cluster``.
    """
    numbers, table, lines = trigger_numbers(section)
    beam = (float(total[0]), float(total[1]), float(total[2]), float(total[3]))
    tracks, photons, particles = (block.collections[name] for name in ("Track", "Photon", "GenPart"))
    truth: Any = (particles.offsets, *(particles[name] for name in ("px", "py", "pz", "mass")))
    found: Any = (tracks.offsets, tracks["genPartIdx"])
    seen: Any = (photons.offsets, photons["genPartIdx"], photons["lossProbability"])
    left: Any = (tracks.offsets, tracks["eclEnergy"])
    two_track, single_photon = np.ones(len(block)), np.ones(len(block))
    if section.two_track == "on":
        two_track_probability(found, truth, beam, numbers, table, two_track)
    if section.single_photon == "on":
        _single_photon(seen, left, truth, beam, numbers.second_cluster, lines, single_photon)
    return {"twoTrackTrigger": two_track, "singlePhotonTrigger": single_photon}


def candidate_pairs(block: EventBlock, section: Trigger, total: Array, first: Index, second: Index) -> Array:
    """Probability [1] that just two tracks fire the two-track trigger, all others not found.

    Parameters
    ----------
    block
        Events with ``GenPart`` and ``Track``, laboratory.
    section, total
        As for :func:`trigger_probabilities`.
    first, second
        (m,) positions of the two tracks among all tracks of the block.
    """
    if section.two_track == "off":
        return np.ones(len(first))
    numbers, table, _ = trigger_numbers(section)
    one, two = (_true_momenta(block, "Track", place) for place in (first, second))
    out = np.empty(len(first))
    _pairs(one, two, (float(total[0]), float(total[1]), float(total[2]), float(total[3])), numbers, table, out)
    return out


def candidate_photons(block: EventBlock, section: Trigger, total: Array, place: Index) -> Array:
    """Efficiency [1] of the single-photon lines for photons that are seen alone, (m,); ``place`` as above."""
    if section.single_photon == "off":
        return np.ones(len(place))
    p = _true_momenta(block, "Photon", place)
    sqrt_s = math.sqrt(total[0] ** 2 - total[1] ** 2 - total[2] ** 2 - total[3] ** 2)
    energy_cm = (total[0] * p[:, 0] - p[:, 1:] @ np.asarray(total[1:])) / sqrt_s
    cosine = np.where(p[:, 0] > 0, p[:, 3] / np.where(p[:, 0] > 0, p[:, 0], 1.0), 1.0)
    _, _, lines = trigger_numbers(section)
    return elementwise(lambda e, c: photon_line_efficiency(e, c, lines), energy_cm, cosine)


def _true_momenta(block: EventBlock, name: str, place: Index) -> Array:
    """(m, 4) true (E, px, py, pz) [GeV] of particles of a collection, by their positions in it."""
    found, particles = block.collections[name], block.collections["GenPart"]
    events = np.searchsorted(found.offsets, place, side="right") - 1
    index = particles.offsets[events] + np.asarray(found["genPartIdx"], dtype=np.int64)[place]
    px, py, pz, mass = (np.asarray(particles[key], dtype=np.float64)[index] for key in ("px", "py", "pz", "mass"))
    return np.stack([np.sqrt(px * px + py * py + pz * pz + mass * mass), px, py, pz], axis=1)


@kernel
def _pairs(
    first: Array, second: Array, total: _FourMomentum, numbers: TriggerNumbers, table: Array, out: Array
) -> None:
    for i in range(out.shape[0]):
        one = (first[i, 0], first[i, 1], first[i, 2], first[i, 3])
        two = (second[i, 0], second[i, 1], second[i, 2], second[i, 3])
        out[i] = pair_efficiency(one, two, total, numbers, table)


def track_pair_efficiency(m2_recoil: ArrayLike, section: Trigger) -> Array:
    """Efficiency [1] of the two-track trigger against the squared recoil mass [GeV^2] of a good pair."""
    numbers, table, _ = trigger_numbers(section)
    return elementwise(lambda m2: piecewise(max(m2, numbers.first_m2), table), m2_recoil)


def single_photon_efficiency(energy_cm: ArrayLike, theta: ArrayLike, section: Trigger) -> Array:
    """Efficiency [1] of the single-photon lines for one seen photon and nothing else.

    ``energy_cm``: energy [GeV] in the c.m. frame; ``theta``: polar angle [rad], laboratory; they broadcast.
    """
    _, _, lines = trigger_numbers(section)
    return elementwise(lambda e, t: photon_line_efficiency(e, math.cos(t), lines), energy_cm, theta)
