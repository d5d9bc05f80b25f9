"""Les Houches event files, in and out: ours come back bit by bit, those of other generators get fb and a frame.

References
----------
Boos et al., hep-ph/0109068; Alwall et al., hep-ph/0609017.
"""

import contextlib
import itertools
import json
import warnings
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import FileError
from lmutau.gen.io.blocks import checked, empty_truth, luminosity_blocks
from lmutau.gen.io.checks import check_metadata
from lmutau.gen.io.external import Collision, External
from lmutau.gen.io.lhe_numbers import CheckedText
from lmutau.gen.io.lhe_weights import normalise
from lmutau.gen.io.lhe_writer import HEADER_TAG, NOTE, LheWriter
from lmutau.gen.io.names import process_name
from lmutau.gen.io.text import WEIGHT_NAME, check_input
from lmutau.gen.record import STATUS_BEAM, STATUS_FINAL, STATUS_INTERMEDIATE, Column, EventBlock, Jagged

__all__ = ["LheWriter", "read_lhe", "read_lhe_metadata"]

_CHUNK = 4096
_BROKEN = (ValueError, IndexError, KeyError, TypeError, OverflowError, AttributeError, EOFError, OSError, zlib.error,
           SyntaxError, RuntimeWarning, AssertionError, RecursionError)  # fmt: skip
"""What pylhe, its XML parser and gzip raise on damaged files (a RuntimeWarning is made an error here)."""
_EXACT_IDS = 2**53  # pylhe reads whole numbers through doubles
_BEFORE_BEAM = -9  # LHE status of a beam at time -infinity; then -1 are what enters the hard process
_SAME_ENERGY = 1e-6  # relative


class _Reader:
    """An open LHE file: header, init, and the events as chunks of pylhe's objects."""

    def __init__(self, path: Path, with_attributes: bool = False) -> None:
        import pylhe

        self.path = check_input(path)
        self.done = 0
        self._head: list[Any] = []
        try:
            with warnings.catch_warnings():
                _parse_errors_raise()
                self.file = pylhe.LHEFile.frombuffer(CheckedText(path), with_attributes=with_attributes)
        except FileError:
            raise
        except _BROKEN as error:
            raise FileError(
                f"input {path}: not an LHE file with a readable <init> block ({_reason(error)})."
            ) from error
        self.events: Iterator[Any] = iter(self.file.events)
        self.init = self.file.init

    def own_metadata(self) -> dict[str, Any] | None:
        """Metadata that lmutau wrote into the header; None in files of other generators."""
        for element in self.file.header.extra_elements if self.file.header is not None else ():
            if element.tag == HEADER_TAG:
                try:
                    return check_metadata(json.loads(element.text or ""), f"input {self.path}")
                except json.JSONDecodeError as error:
                    raise FileError(f"input {self.path}: metadata is not readable ({error}).") from error
        return None

    def chunk(self) -> list[Any]:
        """Return the next events, at most a few thousand; empty at the end."""
        found: list[Any] = []
        try:
            with warnings.catch_warnings():
                _parse_errors_raise()
                for event in itertools.islice(self.events, _CHUNK):
                    found.append(event)
                    if len(event.particles) != event.eventinfo.nparticles:
                        raise ValueError(f"NUP = {event.eventinfo.nparticles}, {len(event.particles)} particles")
        except FileError:
            raise
        except _BROKEN as error:
            number = self.done + len(found) + (0 if str(error).startswith("NUP") else 1)
            raise FileError(
                f"input {self.path}: event {number} cannot be read ({_reason(error)}); make or copy the file again."
            ) from error
        self.done += len(found)
        return found

    def close(self) -> None:
        """Close the file."""
        close = getattr(self.events, "close", None)
        if close is not None:
            close()


def _parse_errors_raise() -> None:
    # pylhe only warns where the XML ends too early; a file that is cut short is an error here
    warnings.filterwarnings("error", message="Parse Error", category=RuntimeWarning)


def _reason(error: BaseException) -> str:
    if isinstance(error, IndexError):
        return "a line has too few numbers"
    text = str(error).strip().splitlines()
    return (text[0] if text else type(error).__name__)[:120]


def read_lhe_metadata(path: Path) -> dict[str, Any]:
    """Metadata of an LHE file; that of another generator is read to its end for them."""
    with contextlib.closing(_Reader(path)) as reader:
        own = reader.own_metadata()
    return read_lhe(path)[0] if own is None else own


def read_lhe(path: Path) -> tuple[dict[str, Any], Iterator[EventBlock]]:
    """Read an LHE file, plain or gzipped.

    Returns
    -------
    metadata, blocks
        As of a ROOT file of ours: blocks of whole luminosity blocks, laboratory frame or that of
        the file, GeV, genWeight in fb with sum = cross-section.

    Raises
    ------
    FileError
        In one line, with the number of the event where it is one that cannot be read.
    """
    with contextlib.closing(_Reader(path)) as reader:
        own = reader.own_metadata()
        if own is None:
            return _external(reader)
    return own, luminosity_blocks(checked(_own_pieces(path, own), own, path))


def _own_pieces(path: Path, metadata: Mapping[str, Any]) -> Iterator[EventBlock]:
    pdg_id = np.int64 if metadata.get("wide_pdg_ids") else np.int32
    with contextlib.closing(_Reader(path, with_attributes=True)) as reader:
        if not metadata["n_events"]:
            yield empty_truth(pdg_id)
        while events := reader.chunk():
            particles = _particles(events, reader, flip=False)
            columns = {**particles.columns, "pdgId": particles["pdgId"].astype(pdg_id)}
            scalars = _own_scalars(events, reader)
            yield EventBlock(scalars, {"GenPart": Jagged(particles.offsets, columns)})


def _own_scalars(events: list[Any], reader: _Reader) -> dict[str, Column]:
    numbers = []
    for i, event in enumerate(events):
        notes = [note for note in event.optional if note.startswith(NOTE)]
        try:
            weight = event.weights[WEIGHT_NAME]
            run, block, number = map(int, notes[0].split()[1:])
        except (KeyError, IndexError, ValueError) as error:
            raise FileError(
                f"input {reader.path}: event {reader.done - len(events) + i + 1} has lost its weight "
                f"{WEIGHT_NAME!r} or its numbers ({NOTE}); make the file again."
            ) from error
        numbers.append((run, block, number, weight))
    run_, block_, number_, weight_ = zip(*numbers, strict=True)
    return {
        "run": np.array(run_, dtype=np.uint32),
        "luminosityBlock": np.array(block_, dtype=np.uint32),
        "event": np.array(number_, dtype=np.uint64),
        "genWeight": np.array(weight_, dtype=np.float64),
    }


def _particles(events: list[Any], reader: _Reader, *, flip: bool) -> Jagged:
    """GenPart of some events; ``flip`` turns them half around the y axis."""
    flat = [particle for event in events for particle in event.particles]
    counts = np.array([len(event.particles) for event in events], dtype=np.int64)
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    ids = np.array([particle.id for particle in flat], dtype=object)
    owner = np.repeat(np.arange(len(events)), counts)
    too_large = np.abs(ids) > _EXACT_IDS if len(ids) else np.zeros(0, dtype=np.bool_)
    if too_large.any():
        which = int(np.argmax(too_large))
        raise FileError(
            f"input {reader.path}: event {reader.done - len(events) + int(owner[which]) + 1} has the PDG id "
            f"{flat[which].id}; allowed are at most {_EXACT_IDS} in size."
        )
    sign = -1.0 if flip else 1.0
    status = np.array([particle.status for particle in flat], dtype=np.int64)
    mothers = np.array([particle.mother1 or particle.mother2 for particle in flat], dtype=np.int64) - 1
    position = np.arange(len(flat)) - offsets[owner]
    mothers[mothers == position] = -1  # some write a particle as its own mother
    return Jagged(
        offsets,
        {
            "pdgId": ids.astype(np.int64),
            "status": _status(status, owner),
            "genPartIdxMother": mothers.astype(np.int16) if (np.abs(mothers) < 2**15).all() else mothers,
            "px": sign * np.array([particle.px for particle in flat], dtype=np.float64),
            "py": np.array([particle.py for particle in flat], dtype=np.float64),
            "pz": sign * np.array([particle.pz for particle in flat], dtype=np.float64),
            "mass": np.array([particle.m for particle in flat], dtype=np.float64),
        },
    )


def _status(status: Any, owner: Any) -> Any:
    """Ours from ISTUP: 1 final, -1 beam, all else intermediate; where there is a -9, that is the beam."""
    found = np.full(len(status), STATUS_INTERMEDIATE, dtype=np.int32)
    found[status == 1] = STATUS_FINAL
    earlier = np.isin(owner, owner[status == _BEFORE_BEAM])
    found[(status == -1) & ~earlier] = STATUS_BEAM
    found[status == _BEFORE_BEAM] = STATUS_BEAM
    return found


def _external(reader: _Reader) -> tuple[dict[str, Any], Iterator[EventBlock]]:
    """Events of another generator: collect, normalise, describe."""
    info, path = reader.init.initInfo, reader.path
    flip = info.beamA == -11 and info.beamB == 11  # ours: the electron runs along +z
    found = External(path)
    collision = None
    while events := reader.chunk():
        particles = _particles(events, reader, flip=flip)
        if collision is None:
            collision = _collision(info, path, particles.slice(0, 1), flip)
        scalars: dict[str, Column] = {
            "weight": np.array([event.eventinfo.weight for event in events], dtype=np.float64),
            "process": np.array([event.eventinfo.pid for event in events], dtype=np.int64),
        }
        found.add(EventBlock(scalars, {"GenPart": particles}))
    collision = _collision(info, path, None, flip) if collision is None else collision
    norm = normalise(reader.init, found, path)
    generators = ", ".join(f"{g.name} {g.version}".strip() for g in reader.init.generators)
    metadata = found.metadata(norm, collision, name=process_name(path), layout="LHE", generator=generators)
    return check_metadata(metadata, f"input {path}"), luminosity_blocks(checked(found.events(norm), metadata, path))


def _collision(info: Any, path: Path, first: Jagged | None, flip: bool) -> Collision:
    """Beams along z with the energies of <init>, or, if they cross, those of the first event."""
    beam_energies = np.array([info.energyA, info.energyB])
    if not (np.isfinite(beam_energies).all() and (beam_energies > 0).all()):
        raise FileError(
            f"input {path}: <init> has the beam energies {info.energyA}, {info.energyB} GeV; they must be > 0."
        )
    masses = np.array([CONSTANTS.m_e if abs(code) == 11 else 0.0 for code in (info.beamA, info.beamB)])
    p = np.sqrt(np.maximum(beam_energies**2 - masses**2, 0.0))
    total = np.array([beam_energies.sum(), 0.0, 0.0, (p[0] - p[1]) * (-1.0 if flip else 1.0)])
    ids = (info.beamB, info.beamA) if flip else (info.beamA, info.beamB)
    if first is not None:
        columns: Mapping[str, Any] = first.columns
        beams = columns["status"] == STATUS_BEAM
        momenta = np.stack([columns[key][beams] for key in ("px", "py", "pz")], axis=1)
        with np.errstate(over="ignore"):  # numbers that are too large are refused later, with their event
            own = np.sqrt((momenta**2).sum(axis=1) + columns["mass"][beams] ** 2)
        same = len(own) == 2 and np.allclose(own, beam_energies, rtol=_SAME_ENERGY, atol=0)
        if same and np.abs(momenta[:, :2]).max() > _SAME_ENERGY * own.max():
            total = np.concatenate(([own.sum()], momenta.sum(axis=0)))
    return Collision((int(ids[0]), int(ids[1])), total)
