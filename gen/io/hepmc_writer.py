"""Write HepMC3 text files (Asciiv3).

References
----------
Buckley et al., arXiv:1912.08005 (HepMC3: format, status codes, cross-section, weights).
"""

import json
from collections.abc import Mapping
from typing import IO, Any

import numpy as np

from lmutau.gen.errors import FileError
from lmutau.gen.io.text import FB_PER_PB, WEIGHT_NAME, TextWriter, energies, weight_factor
from lmutau.gen.record import STATUS_BEAM, EventBlock

__all__ = ["MOTHERS", "NUMBERS", "RUN_ATTRIBUTE", "HepmcWriter"]

RUN_ATTRIBUTE = "lmutau"
"""Attribute of the run that holds the metadata as JSON."""
NUMBERS = "lmutau"
"""Attribute of an event: run, luminosityBlock, event."""
MOTHERS = "lmutau_mothers"
"""Attribute of an event whose mother links do not fit into vertices."""

_DIGITS = 16  # after the point: 17 significant digits
_INT32 = 2**31 - 1


class HepmcWriter(TextWriter):
    """Truth events as HepMC3: first weight in pb with mean sigma, GEV and MM, laboratory frame."""

    format = "HepMC3"

    def write(self, block: EventBlock) -> None:
        """Add truth events; see :meth:`lmutau.gen.io.text.TextWriter.write`."""
        if "GenPart" in block.collections:
            ids: Any = block.collections["GenPart"]["pdgId"]
            if np.abs(ids.astype(np.int64)).max(initial=0) > _INT32:
                raise FileError(
                    f"output {self._path}: HepMC3 holds PDG ids up to {_INT32}, the sample has larger ones; "
                    "write .lhe, .root or .parquet."
                )
        super().write(block)

    def _write_file(self, file: IO[bytes], metadata: Mapping[str, Any], n: int) -> None:
        import pyhepmc
        from pyhepmc.io import WriterAscii, pyiostream

        run = pyhepmc.GenRunInfo()
        run.tools = [pyhepmc.GenRunInfo.ToolInfo("lmutau", str(metadata["version"]), str(metadata["process"]))]
        run.weight_names = ["Default", WEIGHT_NAME]
        run.attributes[RUN_ATTRIBUTE] = json.dumps(metadata)
        stream = pyiostream(file)
        writer = WriterAscii(stream, run)
        writer.precision = _DIGITS
        sigma, error = (float(metadata[key]) / FB_PER_PB for key in ("sigma_fb", "sigma_error_fb"))
        for block in self._spool.blocks():
            for event in _events(pyhepmc, block, run, weight_factor(n)):
                event.cross_section = section = pyhepmc.GenCrossSection()
                section.set_cross_section(sigma, error)
                writer.write_event(event)
                if writer.failed():
                    raise OSError(f"writing {self._path} failed")
        writer.close()
        stream.flush()


def _events(pyhepmc: Any, block: EventBlock, run: Any, factor: float) -> Any:
    """Give events of the library, built by hand: its from_hepevt empties the weights."""
    particles = block.collections["GenPart"]
    scalars: Mapping[str, Any] = block.scalars
    columns: Mapping[str, Any] = particles.columns
    energy = energies(particles).tolist()
    x, y, z, mass, ids, status, mother = (
        columns[key].tolist() for key in ("px", "py", "pz", "mass", "pdgId", "status", "genPartIdxMother")
    )
    offsets = particles.offsets.tolist()
    numbers = zip(*(scalars[key].tolist() for key in ("run", "luminosityBlock", "event")), strict=True)
    for i, (weight, names) in enumerate(zip(scalars["genWeight"].tolist(), numbers, strict=True)):
        first, last = offsets[i], offsets[i + 1]
        event = pyhepmc.GenEvent(run, pyhepmc.Units.GEV, pyhepmc.Units.MM)
        made = []
        for j in range(first, last):
            particle = pyhepmc.GenParticle((x[j], y[j], z[j], energy[j]), ids[j], status[j])
            particle.generated_mass = mass[j]
            event.add_particle(particle)
            made.append(particle)
        links, exact = _links(mother[first:last], status[first:last])
        _connect(pyhepmc, event, made, links)
        event.weights = [weight * factor, weight]
        event.event_number = min(names[2], _INT32)
        event.attributes[NUMBERS] = " ".join(map(str, names))
        if not exact:
            event.attributes[MOTHERS] = " ".join(map(str, mother[first:last]))
        yield event


def _links(mothers: list[int], status: list[int]) -> tuple[list[int], bool]:
    """Mothers that a HepMC event can hold (earlier ones, or none), and whether those are all.

    Both beams go into one vertex, which reads back as mother 0.
    """
    beams = [i for i, code in enumerate(status) if code == STATUS_BEAM]
    pair = beams[:2] == [0, 1]
    held = [0 if pair and m == 1 else m if m < i else -1 for i, m in enumerate(mothers)]
    return held, held == mothers


def _connect(pyhepmc: Any, event: Any, particles: list[Any], mothers: list[int]) -> None:
    vertices: dict[int, Any] = {}
    for particle, m in zip(particles, mothers, strict=True):
        if m < 0:
            continue
        if m not in vertices:
            vertex = vertices[m] = pyhepmc.GenVertex()
            vertex.add_particle_in(particles[m])
            if m == 0 and len(particles) > 1 and particles[0].status == particles[1].status == STATUS_BEAM:
                vertex.add_particle_in(particles[1])
        vertices[m].add_particle_out(particle)
    for vertex in vertices.values():
        event.add_vertex(vertex)
