"""Reconstructed candidates as flat columns for the kernels: exp(eta) for eta, tan(phi/2) for phi.

These two give the momentum by plain arithmetic, and NumPy is fast at them on whole columns.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.errors import ConfigError
from lmutau.gen.record import EventBlock, Jagged

__all__ = ["Leptons", "Photons", "Tracks", "leptons_of", "particle_indices", "photons_of", "scalar_or_one", "tracks_of"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]

Leptons = tuple[Index, Array, Array, Array, Array, Array, Array, Index, Index]
"""offsets; pT, exp(eta), tan(phi/2), mass, charge, efficiency; index in Track; flavour (0 muon, 1 electron)."""
Photons = tuple[Index, Array, Array, Array, Array]
"""offsets; pT, exp(eta), tan(phi/2), loss probability."""
Tracks = tuple[Index, Array]
"""offsets; efficiency."""

_LEPTON_FIELDS = ("pt", "eta", "phi", "mass", "charge", "efficiency")
_PHOTON_FIELDS = ("pt", "eta", "phi", "lossProbability")
_COLLECTIONS = {"mumu": ("Muon",), "emu": ("Muon", "Electron"), "ee": ("Electron",)}


def leptons_of(block: EventBlock, topology: str) -> Leptons:
    """Candidates of the topology's leptons, muons before electrons in an event.

    Raises
    ------
    ConfigError
        If the events have no such collection: never simulated, or by an older version.
    """
    parts = [_lepton(block, name, flavour=int(name == "Electron")) for name in _COLLECTIONS[topology]]
    if len(parts) == 1:
        return parts[0]
    first, second = parts
    events = np.concatenate([np.repeat(np.arange(len(block)), np.diff(one[0])) for one in parts])
    order = np.argsort(events, kind="stable")
    merged = [np.ascontiguousarray(np.concatenate([a, b])[order]) for a, b in zip(first[1:], second[1:], strict=True)]
    return (first[0] + second[0], *merged)  # type: ignore[return-value]


def particle_indices(block: EventBlock, topology: str) -> Index:
    """Index in ``GenPart`` of every candidate, in the order of :func:`leptons_of` or of the photons."""
    names = _COLLECTIONS.get(topology, ("Photon",))
    parts = [block.collections[name] for name in names]
    found = np.concatenate([part["genPartIdx"] for part in parts]).astype(np.int64)
    if len(parts) == 1:
        return found
    events = np.concatenate([np.repeat(np.arange(len(block)), part.counts) for part in parts])
    return found[np.argsort(events, kind="stable")]


def photons_of(block: EventBlock) -> Photons:
    """All photon candidates."""
    found = _collection(block, "Photon", _PHOTON_FIELDS)
    pt, eta, phi, loss = (np.ascontiguousarray(found[f], dtype=np.float64) for f in _PHOTON_FIELDS)
    return np.ascontiguousarray(found.offsets, dtype=np.int64), pt, np.exp(eta), np.tan(0.5 * phi), loss


def tracks_of(block: EventBlock, needed: bool) -> Tracks:
    """All tracks; none if they are not ``needed``."""
    if not needed:
        return np.zeros(len(block) + 1, dtype=np.int64), np.empty(0)
    found = _collection(block, "Track", ("efficiency",))
    efficiency = np.ascontiguousarray(found["efficiency"], dtype=np.float64)
    return np.ascontiguousarray(found.offsets, dtype=np.int64), efficiency


def scalar_or_one(block: EventBlock, name: str, needed: bool) -> Array:
    """A column of the events; ones if it is not ``needed``."""
    if not needed:
        return np.ones(len(block))
    if name not in block.scalars:
        raise ConfigError(f"the events have no {name}: this selection needs it; simulate them with this version.")
    return np.ascontiguousarray(block.scalars[name], dtype=np.float64)


def _lepton(block: EventBlock, name: str, flavour: int) -> Leptons:
    found = _collection(block, name, _LEPTON_FIELDS)
    pt, eta, phi, *others = (np.ascontiguousarray(found[f], dtype=np.float64) for f in _LEPTON_FIELDS)
    n = len(pt)
    track = found.columns.get("trackIdx", np.full(n, -1))
    return (
        np.ascontiguousarray(found.offsets, dtype=np.int64), pt, np.exp(eta), np.tan(0.5 * phi), *others,
        np.ascontiguousarray(track, dtype=np.int64), np.full(n, flavour, dtype=np.int64),
    )  # type: ignore[return-value]  # fmt: skip


def _collection(block: EventBlock, name: str, fields: tuple[str, ...]) -> Jagged:
    found: Any = block.collections.get(name)
    missing = fields if found is None else tuple(f for f in fields if f not in found.columns)
    if found is None or missing:
        raise ConfigError(
            f"the events have no {name} ({', '.join(missing)}): a selection needs reconstructed events; "
            "run the detector simulation first."
        )
    return found
