"""Jagged observables: what stands beside a candidate, one value per photon or track.

A list holds every photon (track) of the event that the detector could have seen and that is not part of the
candidate; photons that nothing could see (loss 1: beam pipe, gaps) are not in it. Whether the others were seen
is a probability, ``gamma_loss`` and ``track_efficiency``: a cut on a list takes everything in it as seen.
Conditions that must be right with probabilities are factors (``photon_veto``, ``two_tracks``); in decided
samples (``simulate --mode hit-or-miss``) the lists are what was seen.
"""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.analysis.candidates import leptons_of, photons_of, tracks_of
from lmutau.analysis.kinematics import collision
from lmutau.analysis.observables import Observable
from lmutau.gen.record import Column, EventBlock, Jagged

__all__ = ["LISTS", "LIST_OBSERVABLES", "list_of", "lists_beside"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]

_PHOTON_SOURCE = "arXiv:2212.03066 (photons near the recoil)"
_TRACK_SOURCE = "arXiv:2212.03066 (tracks beside the pair)"


def _one(formula: str, unit: str, frame: str, source: str, label: str) -> Observable:
    return Observable(formula=formula, unit=unit, frame=frame, source=source, label=label)


LISTS: Mapping[str, Mapping[str, Observable]] = MappingProxyType(
    {
        "photons": MappingProxyType({
            "gamma_energy": _one("energy of the photon", "GeV", "laboratory", _PHOTON_SOURCE, r"$E_\gamma$"),
            "gamma_energy_cm": _one("energy of the photon", "GeV", "c.m.", "arXiv:1904.13053 (photons above 1 GeV)",
                                    r"$E^*_\gamma$"),
            "gamma_theta": _one("polar angle", "rad", "laboratory", _PHOTON_SOURCE, r"$\theta_\gamma$"),
            "gamma_phi": _one("azimuth", "rad", "laboratory", _PHOTON_SOURCE, r"$\phi_\gamma$"),
            "gamma_recoil_angle": _one("angle to the recoil, by atan2; 0 if nothing recoils", "rad",
                                       "laboratory", _PHOTON_SOURCE, r"$\angle(\gamma, \mathrm{recoil})$"),
            "gamma_loss": _one("probability that the calorimeter misses it, below 1", "1", "-",
                               "detector card", r"$1-\varepsilon_\gamma$"),
        }),
        "tracks": MappingProxyType({
            "track_p": _one("momentum", "GeV", "laboratory", _TRACK_SOURCE, "$p$"),
            "track_pT": _one("transverse momentum", "GeV", "laboratory", _TRACK_SOURCE, "$p_T$"),
            "track_theta": _one("polar angle", "rad", "laboratory", _TRACK_SOURCE, r"$\theta$"),
            "track_phi": _one("azimuth", "rad", "laboratory", _TRACK_SOURCE, r"$\phi$"),
            "track_charge": _one("charge", "1", "-", _TRACK_SOURCE, "$q$"),
            "track_efficiency": _one("probability that it is found", "1", "-", "detector card", r"$\varepsilon$"),
        }),
    }
)  # fmt: skip
"""List -> its observables: photons and tracks that do not belong to the candidate."""

LIST_OBSERVABLES: Mapping[str, Observable] = MappingProxyType(
    {name: one for group in LISTS.values() for name, one in group.items()}
)
"""Every jagged observable by name."""


def list_of(name: str) -> str:
    """Return the list ("photons", "tracks") to which a jagged observable belongs."""
    return next(kind for kind, group in LISTS.items() if name in group)


def lists_beside(
    block: EventBlock,
    topology: str,
    places: tuple[Index, Index, Index],
    beam: ArrayLike,
    kinds: Collection[str] = tuple(LISTS),
) -> dict[str, Jagged]:
    """What stands beside every candidate of a block.

    Parameters
    ----------
    block
        Reconstructed events.
    topology
        What the candidates are: pairs, or "photon".
    places
        (m,) each: event of the candidate, and positions of what it is made of, as in
        :class:`lmutau.analysis.selected.SelectedBlock`.
    beam
        (4,) total four-momentum [GeV], laboratory.
    kinds
        Which lists to make.

    Returns
    -------
    dict
        "photons", "tracks" -> lists of the observables of :data:`LISTS`, candidate by candidate, with the columns
        ``genPartIdx`` and, if the truth is there, ``mcPDG`` besides.
    """
    make: Mapping[str, Callable[..., Jagged]] = {"photons": _photons, "tracks": _tracks}
    return {kind: make[kind](block, topology, places, beam) for kind in kinds}


def _beside(offsets: Index, rows: Index, own: tuple[Index, ...], visible: NDArray[np.bool_]) -> tuple[Index, Index]:
    """Offsets of the lists of the candidates in ``rows``, and flat positions of their members.

    ``own``: flat positions of what the candidate is made of, which are left out, as is what is not ``visible``.
    """
    lists = Jagged(offsets, {"member": np.arange(offsets[-1])}).take(rows)
    owner, members = np.repeat(np.arange(len(rows)), lists.counts), lists["member"]
    keep = visible[members]
    for position in own:
        keep &= members != position[owner]
    kept = np.bincount(owner[keep], minlength=len(rows))
    return np.concatenate(([0], np.cumsum(kept))).astype(np.int64), members[keep]


def _photons(block: EventBlock, topology: str, places: tuple[Index, Index, Index], beam: ArrayLike) -> Jagged:
    rows, first, second = places
    event_offsets, *numbers, loss = photons_of(block)
    momenta = _momenta(*numbers)
    if topology == "photon":
        own: tuple[Index, ...] = (first,)
        recoil = -momenta[first]
    else:
        own = ()
        leptons = _momenta(*leptons_of(block, topology)[1:4])
        recoil = -leptons[first] - leptons[second]
    frame = collision(beam)
    recoil = recoil + frame.total[1:]
    offsets, members = _beside(event_offsets, rows, own, loss < 1)
    momentum, recoil = momenta[members], np.repeat(recoil, np.diff(offsets), axis=0)
    energy = np.linalg.norm(momentum, axis=1)
    across = np.linalg.norm(np.cross(momentum, recoil), axis=1)
    columns: dict[str, Column] = {
        "gamma_energy": energy,
        "gamma_energy_cm": frame.to_cms[0, 0] * energy + momentum @ frame.to_cms[0, 1:],
        "gamma_theta": _polar(momentum),
        "gamma_phi": np.arctan2(momentum[:, 1], momentum[:, 0]),
        "gamma_recoil_angle": np.arctan2(across, np.einsum("ij,ij->i", momentum, recoil)),
        "gamma_loss": loss[members],
    }
    return Jagged(offsets, columns | _truth(block, "Photon", rows, offsets, members))


def _tracks(block: EventBlock, topology: str, places: tuple[Index, Index, Index], beam: ArrayLike) -> Jagged:
    rows, first, second = places
    tracks_of(block, needed=True)  # says what is missing
    tracks = block.collections["Track"]
    own: tuple[Index, ...] = ()
    if topology != "photon":
        track = leptons_of(block, topology)[7]
        own = tuple(tracks.offsets[:-1][rows] + track[place] for place in (first, second))
    offsets, members = _beside(tracks.offsets, rows, own, np.asarray(tracks["efficiency"], dtype=np.float64) > 0)
    pt, eta = (np.asarray(tracks[name], dtype=np.float64)[members] for name in ("pt", "eta"))
    columns: dict[str, Column] = {
        "track_p": pt * np.cosh(eta),
        "track_pT": pt,
        "track_theta": 2 * np.arctan(np.exp(-eta)),
        "track_phi": tracks["phi"][members],
        "track_charge": tracks["charge"][members],
        "track_efficiency": tracks["efficiency"][members],
    }
    return Jagged(offsets, columns | _truth(block, "Track", rows, offsets, members))


def _truth(block: EventBlock, name: str, rows: Index, offsets: Index, members: Index) -> dict[str, Column]:
    """Index in GenPart and true PDG code of the members of the lists."""
    index = block.collections[name]["genPartIdx"][members].astype(np.int64)
    if "GenPart" not in block.collections:
        return {"genPartIdx": index}
    particles = block.collections["GenPart"]
    place = np.repeat(particles.offsets[:-1][rows], np.diff(offsets)) + index
    return {"genPartIdx": index, "mcPDG": particles["pdgId"][place]}


def _momenta(pt: Array, exp_eta: Array, half: Array) -> Array:
    """Momenta (n, 3) [GeV] from pT, exp(eta), tan(phi/2)."""
    scale = pt / (1 + half**2)
    return np.stack([scale * (1 - half**2), 2 * scale * half, 0.5 * pt * (exp_eta - 1 / exp_eta)], axis=1)


def _polar(momentum: Array) -> Array:
    return np.arctan2(np.hypot(momentum[:, 0], momentum[:, 1]), momentum[:, 2])
