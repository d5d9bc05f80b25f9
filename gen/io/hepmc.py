"""HepMC3 text files, in and out: ours come back bit by bit, those of other generators get fb.

References
----------
Buckley et al., arXiv:1912.08005.
"""

import contextlib
import itertools
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lmutau.gen.errors import FileError
from lmutau.gen.io.blocks import checked, empty_truth, luminosity_blocks
from lmutau.gen.io.checks import check_metadata
from lmutau.gen.io.external import External, Normalisation
from lmutau.gen.io.hepmc_beams import FileBeams
from lmutau.gen.io.hepmc_stream import WatchedStream, run_attribute, tool_names
from lmutau.gen.io.hepmc_writer import MOTHERS, NUMBERS, RUN_ATTRIBUTE, HepmcWriter
from lmutau.gen.io.names import process_name
from lmutau.gen.io.text import FB_PER_PB
from lmutau.gen.record import STATUS_BEAM, STATUS_FINAL, STATUS_INTERMEDIATE, Column, EventBlock, Jagged

__all__ = ["HepmcWriter", "read_hepmc", "read_hepmc_metadata"]

_CHUNK = 4096
_BUFFER = 1 << 16
_MASS_COLUMNS = ("px", "py", "pz", "mass")


def read_hepmc_metadata(path: Path) -> dict[str, Any]:
    """Metadata of a HepMC3 file; that of another generator is read to its end for them."""
    own = _own_metadata(path)
    return read_hepmc(path)[0] if own is None else own


def _own_metadata(path: Path) -> dict[str, Any] | None:
    text = run_attribute(path, RUN_ATTRIBUTE)
    if text is None:
        return None
    try:
        return check_metadata(json.loads(text), f"input {path}")
    except json.JSONDecodeError as error:
        raise FileError(f"input {path}: metadata is not readable ({error}).") from error


def read_hepmc(path: Path) -> tuple[dict[str, Any], Iterator[EventBlock]]:
    """Read a HepMC3 file (Asciiv3), plain or gzipped; returns metadata and blocks as a ROOT file of ours.

    Raises
    ------
    FileError
        In one line, with the number of the event where it is one that cannot be read.
    """
    own = _own_metadata(path)
    if own is not None:
        return own, luminosity_blocks(checked(_own_pieces(path, own), own, path))
    return _external(path)


class _Found:
    """What is taken from the events of a chunk."""

    def __init__(self) -> None:
        self.particles: list[Any] = []
        self.mothers: list[list[int]] = []
        self.weights: list[list[float]] = []
        self.attributes: list[dict[str, str]] = []
        self.section: Any = None

    def __len__(self) -> int:
        return len(self.particles)

    def gen_part(self) -> Jagged:
        counts = [len(one) for one in self.particles]
        offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        flat = np.concatenate(self.particles)
        status = np.full(len(flat), STATUS_INTERMEDIATE, dtype=np.int32)
        for code in (STATUS_FINAL, STATUS_BEAM):
            status[flat["status"] == code] = code
        mothers = np.fromiter(itertools.chain.from_iterable(self.mothers), dtype=np.int64, count=len(flat))
        columns: dict[str, Column] = {
            "pdgId": flat["pid"].astype(np.int32),
            "status": status,
            "genPartIdxMother": mothers.astype(np.int16) if (np.abs(mothers) < 2**15).all() else mothers,
        }
        columns.update({key: flat[key].astype(np.float64) for key in _MASS_COLUMNS})
        _derive_masses(columns, flat)
        return Jagged(offsets, columns)


def _derive_masses(columns: dict[str, Any], flat: Any) -> None:
    """Masses that the file does not give: from E and p, difference times sum."""
    missing = ~flat["is_mass_set"]
    if missing.any():
        e, p = flat["e"][missing], np.sqrt(flat["px"] ** 2 + flat["py"] ** 2 + flat["pz"] ** 2)[missing]
        columns["mass"][missing] = np.sqrt(np.maximum((e - p) * (e + p), 0.0))


def _chunks(path: Path) -> Iterator[_Found]:
    """Read the events of a file in groups; the library's silence about errors is broken here."""
    import pyhepmc
    from pyhepmc.io import ReaderAscii, pyiostream

    done = 0
    with contextlib.closing(WatchedStream(path)) as stream:
        with _quiet(pyhepmc):
            source = pyiostream(stream, _BUFFER)  # the reader does not keep it alive
            reader = ReaderAscii(source)
        while True:
            found = _Found()
            with _quiet(pyhepmc):
                problem = _fill(pyhepmc, reader, found)
            done += len(found)
            if problem is not None:
                raise FileError(f"input {path}: event {done + 1} cannot be read ({problem}).")
            if len(found) < _CHUNK:
                _check_end(stream, done, path)
            if not len(found):
                return
            yield found


def _fill(pyhepmc: Any, reader: Any, found: _Found) -> str | None:
    """Take the next events; returns what the library complains about, which is not all that can be wrong."""
    try:
        while len(found) < _CHUNK and not reader.failed():
            event = pyhepmc.GenEvent()
            if not reader.read_event(event) or reader.failed():
                break
            _take(pyhepmc, event, found)
    except RuntimeError as error:
        return str(error)[:120]
    return None


def _check_end(stream: WatchedStream, done: int, path: Path) -> None:
    """The reader has stopped after ``done`` events: was that the end?"""
    stream.drain()
    problem = stream.problem
    if problem is None and stream.events > done:
        problem = f"event {done + 1} cannot be read"
    if problem is not None:
        raise FileError(f"input {path}: {problem}; make or copy the file again.")


@contextlib.contextmanager
def _quiet(pyhepmc: Any) -> Iterator[None]:
    """Keep the library from printing; the errors are raised here."""
    setup = pyhepmc.Setup
    before = setup.print_errors, setup.print_warnings, setup.debug_level
    setup.print_errors, setup.print_warnings, setup.debug_level = False, False, 0
    try:
        yield
    finally:
        setup.print_errors, setup.print_warnings, setup.debug_level = before


def _take(pyhepmc: Any, event: Any, found: _Found) -> None:
    event.set_units(pyhepmc.Units.GEV, pyhepmc.Units.MM)
    data = pyhepmc.GenEventData()
    event.write_data(data)
    particles = np.array(data.particles)
    found.particles.append(particles)
    found.mothers.append(_mothers(len(particles), data.links1.tolist(), data.links2.tolist()))
    found.weights.append(list(event.weights))
    # attributes of the event itself have the id 0; the rest belongs to particles and vertices
    found.attributes.append(
        {
            str(name): str(text)
            for name, owner, text in zip(data.attribute_name, data.attribute_id, data.attribute_string, strict=True)
            if owner == 0
        }
    )
    found.section = event.cross_section


def _mothers(n: int, first: list[int], second: list[int]) -> list[int]:
    """First particle that goes into the vertex a particle comes from, -1 without one."""
    incoming: dict[int, int] = {}
    for a, b in zip(first, second, strict=True):
        if a > 0:
            incoming[b] = min(a, incoming.get(b, a))
    mothers = [-1] * n
    for a, b in zip(first, second, strict=True):
        if a < 0:
            mothers[b - 1] = incoming.get(a, 0) - 1
    return mothers


def _own_pieces(path: Path, metadata: Mapping[str, Any]) -> Iterator[EventBlock]:
    if not metadata["n_events"]:
        yield empty_truth()
    done = 0
    for found in _chunks(path):
        particles = found.gen_part()
        rows = []
        for i, (weights, attributes) in enumerate(zip(found.weights, found.attributes, strict=True)):
            try:
                run, block, number = map(int, attributes[NUMBERS].split())
                rows.append((run, block, number, weights[1]))
                if MOTHERS in attributes:
                    start, stop = particles.offsets[i : i + 2]
                    particles["genPartIdxMother"][start:stop] = [int(m) for m in attributes[MOTHERS].split()]
            except (KeyError, IndexError, ValueError) as error:
                raise FileError(
                    f"input {path}: event {done + i + 1} has lost its second weight or its numbers "
                    f"(attribute {NUMBERS!r}); make the file again."
                ) from error
        runs, blocks, numbers, weight = zip(*rows, strict=True)
        scalars: dict[str, Column] = {
            "run": np.array(runs, dtype=np.uint32),
            "luminosityBlock": np.array(blocks, dtype=np.uint32),
            "event": np.array(numbers, dtype=np.uint64),
            "genWeight": np.array(weight, dtype=np.float64),
        }
        done += len(found)
        yield EventBlock(scalars, {"GenPart": particles})


def _external(path: Path) -> tuple[dict[str, Any], Iterator[EventBlock]]:
    collected = External(path)
    beams, section = None, None
    for found in _chunks(path):
        particles = found.gen_part()
        if beams is None:
            beams = FileBeams(particles.slice(0, 1))
        particles = beams.add(particles)
        empty = [i for i, weights in enumerate(found.weights) if not weights]
        if empty and len(empty) < len(found):
            raise FileError(f"input {path}: event {collected.n_events + empty[0] + 1} has no weight, others have.")
        weight = np.array([weights[0] if weights else 1.0 for weights in found.weights])
        scalars: dict[str, Column] = {"weight": weight, "process": np.zeros(len(found), np.int64)}
        collected.add(EventBlock(scalars, {"GenPart": particles}))
        section = found.section
    if beams is None:
        raise FileError(f"input {path}: holds no events, so neither beams nor cross-section are known.")
    norm = _normalise(section, collected, path)
    metadata = collected.metadata(
        norm, beams.collision(), name=process_name(path), layout="HepMC3", generator=tool_names(path)
    )
    blocks = luminosity_blocks(checked(collected.events(norm), metadata, path))
    return check_metadata(metadata, f"input {path}"), blocks


def _normalise(section: Any, found: External, path: Path) -> Normalisation:
    """One factor: the cross-section of the last event (a running estimate) over the sum of the first weights."""
    sigma = float(section.xsec()) if section is not None else math.nan
    error = float(section.xsec_err()) if section is not None else 0.0
    if not (math.isfinite(sigma) and sigma > 0):
        stated = "no GenCrossSection" if section is None else f"GenCrossSection = {sigma:.6g} pb"
        raise FileError(f"input {path}: {stated}; a cross-section > 0 pb is needed in the last event.")
    sum_w = found.sums[0].sum_w
    if not sum_w > 0:
        raise FileError(
            f"input {path}: the weights of {found.n_events} events sum to {sum_w:.6g}; a sum > 0 is needed."
        )
    error = error if math.isfinite(error) and error > 0 else 0.0
    return Normalisation(FB_PER_PB * sigma, FB_PER_PB * error, {0: FB_PER_PB * sigma / sum_w})
