"""Other efficiencies and losses for events that a detector has seen: new weights, nothing is drawn again.

The probabilities are functions of the true momenta, which are in the file. Each block goes through the detector
twice, with the old and with the new card and the same random numbers. The probabilities of the old card must be
those of the file, and both may differ in probabilities and weights alone: then those of the new card are taken, and
all that was measured stays. Candidates for muons and electrons are picked anew from the tracks, for a probability may
become zero or cease to be. The result is that of ``simulate`` with the changed card, to the last bit.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.detsim.card import SECTIONS, DetectorCard, build_card
from lmutau.detsim.electron_id import ElectronId
from lmutau.detsim.klm import Klm
from lmutau.detsim.response import simulate_block
from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.record import Column, EventBlock, Jagged

__all__ = ["DetectorReweighting", "detector_keys"]

_ALLOWED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "tracking": ("efficiency", "turn_on_pt", "turn_on_efficiency"),
        "ecl": (
            "forward_loss", "barrel_loss", "barrel_loss_with_klm", "backward_loss", "gap_loss", "slit_loss",
            "backward_barrel_scale", "muon_deposit", "hadron_deposit_share",
            "turn_on_energy", "turn_on_efficiency",
            "forward_max", "barrel_min", "slit_angle", "slit_width", "barrel_max", "backward_min",
        ),
        "klm": tuple(field.name for field in fields(Klm)),
        "electron_id": tuple(field.name for field in fields(ElectronId)),
        "trigger": (
            "track_polar_min", "track_polar_max", "track_min_pt", "opening_angle", "pair_efficiency_m2",
            "pair_efficiency", "photon_energy", "photon_polar_min", "photon_polar_max", "photon_efficiency",
            "second_cluster",
        ),
    }
)  # fmt: skip
"""Numbers of the card that act on probabilities alone."""

_ALLOWED_TEXT = (
    "Allowed: tracking.efficiency and turn-on; all of klm and electron_id; numbers of the trigger; of ecl the losses, "
    "backward_barrel_scale, turn-on, inner edges and deposits"
)

_RECOMPUTED = (
    "weight", "twoTrackTrigger", "singlePhotonTrigger", "Track_efficiency", "Track_eclEnergy", "Photon_lossProbability",
)  # fmt: skip
"""Columns that are probabilities, expectations or weights."""

_CANDIDATES = ("Muon", "Electron")
"""Collections that are made of tracks."""

_OF_TRUTH = (
    *_RECOMPUTED,
    *(f"n{name}" for name in ("Track", "Muon", "Electron", "Photon")),
    *(f"{name}_genPartIdx" for name in ("Track", "Muon", "Electron", "Photon")),
    *(f"{name}_{column}" for name in _CANDIDATES for column in ("efficiency", "trackIdx")),
)
"""Columns that the true momenta decide, whatever was drawn."""

_AGREEMENT = 1e-9  # relative; the file may come from another machine
_ACCEPTANCE = ("polar_min", "polar_max", "min_pt", "threshold", "forward_min", "backward_max")


def detector_keys(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Numbers of the card of a sample that can be changed without new events."""
    known = metadata.get("detector", {}).get("numbers", {})
    keys = (f"{section}.{name}" for section, names in _ALLOWED.items() for name in names)
    return tuple(key for key in keys if key in known)


@dataclass(frozen=True, slots=True)
class DetectorReweighting:
    """Other numbers of the card for the events of one sample: a function block -> block."""

    old: DetectorCard
    new: DetectorCard
    changes: Mapping[str, Any]
    _process: str
    _total: NDArray[np.float64]

    @staticmethod
    def of(metadata: Mapping[str, Any], changes: Mapping[str, Any]) -> "DetectorReweighting":
        """Prepare for the sample with this ``metadata``; ``changes``: ``section.number`` -> new value.

        Values are numbers, lists of numbers, or texts of either ("0.1,0.2").

        Raises
        ------
        ConfigError
            If the sample has no probabilities, a number cannot be changed, or a value is not allowed.
        """
        _check_sample(metadata, changes)
        numbers: dict[str, dict[str, Any]] = metadata["detector"]["numbers"]
        for key in changes:
            _check_key(key, numbers, detector_keys(metadata))
        values = {key: _value(key, value, numbers[key]["value"]) for key, value in changes.items()}
        own = {"source": "set by reweight", "kind": "assumed"}
        new = {**numbers, **{key: {**numbers[key], **own, "value": value} for key, value in values.items()}}
        name = str(metadata["detector"]["name"])
        try:
            old = build_card(_sections(numbers, name), f"of the file ({name})")
        except ConfigError as error:
            text = str(error).splitlines()[0]
            raise ConfigError(
                f"reweight: the card of the file is not one of this version ({text}); simulate again."
            ) from None
        total = np.array(metadata["beams"]["four_momentum"], dtype=np.float64)
        card = build_card(_sections(new, name), "reweight")
        return DetectorReweighting(old, card, values, str(metadata["process"]), total)

    def __call__(self, block: EventBlock) -> EventBlock:
        """The same events with new probabilities and weights.

        Raises
        ------
        FileError
            If the old card does not give what is in the block.
        ConfigError
            If something that was measured depends on the changed numbers.
        """
        if not len(block):
            return block
        before, after = self._seen(block, self.old), self._seen(block, self.new)
        columns, old, new = dict(_columns(block)), dict(_columns(before)), dict(_columns(after))
        for name in _OF_TRUTH:
            if name not in columns or not _agree(columns[name], old[name]):
                raise FileError(
                    f"reweight: {name} of the file is not what its detector card gives; it was changed, or made by a "
                    "version with another detector; simulate again."
                )
        for name in old:
            if _is_measured(name) and not np.array_equal(old[name], new[name], equal_nan=True):
                raise ConfigError(
                    f"reweight: {name} depends on {', '.join(self.changes)}; what was measured stays as it was drawn: "
                    "simulate again with a card of your own."
                )
        return _replaced(block, after)

    def _seen(self, block: EventBlock, card: DetectorCard) -> EventBlock:
        """Response to the truth of a block; which random numbers does not matter to what is taken from it."""
        number = int(np.asarray(block.scalars["luminosityBlock"])[0])
        scalars = {name: block.scalars[name] for name in ("run", "luminosityBlock", "event", "genWeight")}
        truth = EventBlock(scalars, {"GenPart": block.collections["GenPart"]})
        return simulate_block(truth, card, seed=0, process=self._process, luminosity_block=number, total=self._total)

    def metadata(self, described: Mapping[str, Any]) -> dict[str, Any]:
        """Metadata of the new sample from those of the old."""
        return {**described, "detector": {**described["detector"], "numbers": self.new.numbers()}}


def _check_sample(metadata: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    keys, kind = ", ".join(changes), metadata["kind"]
    if kind == "truth":
        raise ConfigError(f"reweight: {keys}: these are truth events, no detector has seen them; run simulate.")
    if kind != "reco":
        raise ConfigError(
            f"reweight: {keys}: an ntuple has the products over all particles only; reweight the reconstructed file, "
            "then analyze it."
        )
    if metadata["detector"].get("mode") != "weights":
        raise ConfigError(
            f"reweight: {keys}: in a {metadata['detector'].get('mode')} sample efficiencies and losses are decided, "
            "and what was dropped is gone; simulate with --mode weights."
        )


def _check_key(key: str, numbers: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    if key in allowed:
        return
    if key not in numbers:
        near = difflib.get_close_matches(key, allowed, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise ConfigError(f"reweight: the detector of this sample has no number {key!r}. {hint}{_ALLOWED_TEXT}.")
    section, name = key.split(".", 1)
    if section == "beams":
        reason = "the events lie in the frame of these beams"
    elif section in ("tracking", "ecl") and name in _ACCEPTANCE:
        reason = "it decides which particles are recorded at all"
    elif any(word in name for word in ("resolution", "momentum_", "stochastic", "constant", "tail_")):
        reason = "what was smeared cannot be smeared anew"
    else:
        reason = "it is a choice, not a number that acts on probabilities alone"
    raise ConfigError(f"reweight: {key}: {reason}; simulate again with a card of your own. {_ALLOWED_TEXT}.")


def _value(key: str, value: Any, old: Any) -> Any:
    """A number, or a list of numbers where the old value is one; the card checks the rest."""
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list | tuple) else [value]
    wanted = "numbers separated by commas" if isinstance(old, list | tuple) else "a number"
    try:
        found = [float(part) for part in parts if not isinstance(part, bool)]
    except (TypeError, ValueError):
        found = []
    if len(found) != len(parts) or not found or (len(found) > 1 and not isinstance(old, list | tuple)):
        raise ConfigError(f"reweight: {key} = {value!r}: allowed is {wanted}.")
    return found if isinstance(old, list | tuple) else found[0]


def _sections(numbers: Mapping[str, Mapping[str, Any]], name: str) -> dict[str, Any]:
    """A card as nested tables, from dotted names."""
    card: dict[str, Any] = {"name": name, "title": name, **{section: {} for section in SECTIONS}}
    for key, entry in numbers.items():
        section, _, number = key.partition(".")
        card.setdefault(section, {})[number] = dict(entry)
    return card


def _columns(block: EventBlock) -> Iterator[tuple[str, Column]]:
    """Flat columns of all but the truth, the number of particles included."""
    for name, column in block.scalars.items():
        yield name, np.asarray(column)
    for collection, jagged in block.collections.items():
        if collection != "GenPart":
            yield f"n{collection}", jagged.counts
            for name, column in jagged.columns.items():
                yield f"{collection}_{name}", np.asarray(column)


def _agree(found: Column, expected: Column) -> bool:
    return len(found) == len(expected) and np.allclose(found, expected, rtol=_AGREEMENT, atol=0.0)


def _is_measured(name: str) -> bool:
    """Whether a column stays as it was drawn: all of tracks and photons but what is recomputed."""
    of_candidates = any(name == f"n{one}" or name.startswith(f"{one}_") for one in _CANDIDATES)
    return name not in _RECOMPUTED and not of_candidates


def _replaced(block: EventBlock, after: EventBlock) -> EventBlock:
    """The block with all that is recomputed taken from ``after``; candidates get the momenta of its own tracks."""
    scalars = {name: after.scalars[name] if name in _RECOMPUTED else column for name, column in block.scalars.items()}
    collections = {
        name: _candidates(block.collections["Track"], after.collections[name])
        if name in _CANDIDATES
        else Jagged(jagged.offsets, {
            key: after.collections[name][key] if f"{name}_{key}" in _RECOMPUTED else column
            for key, column in jagged.columns.items()
        })
        for name, jagged in block.collections.items()
    }  # fmt: skip
    return EventBlock(scalars, collections)


def _candidates(tracks: Jagged, found: Jagged) -> Jagged:
    """Candidates with what was measured of their tracks."""
    rows = np.repeat(tracks.offsets[:-1], found.counts) + np.asarray(found["trackIdx"], dtype=np.int64)
    measured = {name: tracks[name][rows] for name in ("pt", "eta", "phi")}
    return Jagged(found.offsets, {**found.columns, **measured})
