"""Write Les Houches event files, version 3.

References
----------
Boos et al., hep-ph/0109068 (common blocks, IDWTUP); Alwall et al., hep-ph/0609017 (file format);
Andersen et al., arXiv:1405.1067, section on the LHE format (version 3, <rwgt>).
"""

import json
from collections.abc import Mapping
from typing import IO, Any

import numpy as np

from lmutau.gen.io.text import FB_PER_PB, WEIGHT_NAME, TextWriter, beam_momenta, energies, weight_factor
from lmutau.gen.record import STATUS_BEAM, STATUS_FINAL, STATUS_INTERMEDIATE, EventBlock

__all__ = ["HEADER_TAG", "NOTE", "LheWriter"]

HEADER_TAG = "lmutau"
"""Element of the header that holds the metadata as JSON."""
NOTE = "#lmutau"
"""Starts the comment line of an event with run, luminosityBlock and event."""

_LHE_STATUS = {STATUS_FINAL: 1, STATUS_INTERMEDIATE: 2, STATUS_BEAM: -1}
_UNKNOWN_SPIN = 9
_UNKNOWN = -1.0  # scale and couplings that were not used
_CHUNK = 4096

# 17 significant digits: every double survives
_EVENT = "<event>\n%d 1 %.16e %.16e %.16e %.16e\n"
_PARTICLE = "%d %d %d %d 0 0 %.16e %.16e %.16e %.16e %.16e 0 9\n"
_TAIL = f"{NOTE} %d %d %d\n<rwgt>\n<wgt id='{WEIGHT_NAME}'>%.16e</wgt>\n</rwgt>\n</event>\n"


class LheWriter(TextWriter):
    """Truth events as LHE: IDWTUP = -4, the mean of XWGTUP is XSECUP = sigma in pb, laboratory frame."""

    format = "LHE"

    def _write_file(self, file: IO[bytes], metadata: Mapping[str, Any], n: int) -> None:
        file.write(self._opening(metadata, n).encode())
        sqrt_s = float(metadata["beams"]["sqrt_s"])
        alpha = metadata.get("constants", {}).get("alpha", _UNKNOWN)
        for block in self._spool.blocks():
            for piece in block.pieces(_CHUNK):
                file.write(_events(piece, n, (sqrt_s, float(alpha), _UNKNOWN)).encode())
        file.write(b"</LesHouchesEvents>\n")

    def _opening(self, metadata: Mapping[str, Any], n: int) -> str:
        """All before the first event: metadata, beams, cross-section."""
        import xml.etree.ElementTree as ET

        import pylhe

        element = ET.Element(HEADER_TAG)
        element.text = "\n" + json.dumps(metadata, indent=1) + "\n"
        weights = [pylhe.LHEInitRWGTWeight(id=WEIGHT_NAME, name="genWeight [fb], exact; sums to the cross-section")]
        header = pylhe.LHEHeader(
            initrwgt=pylhe.LHEInitRWGT(entries=list(weights)),
            extra_elements=[element],
        )
        layout = pylhe.LHEXMLFormat(
            initinfo=" {beamA:d} {beamB:d} {energyA:.16e} {energyB:.16e} {PDFgroupA:d} {PDFgroupB:d} "
            "{PDFsetA:d} {PDFsetB:d} {weightingStrategy:d} {numProcesses:d}",
            procinfo=" {xSection:.16e} {error:.16e} {unitWeight:.16e} {procId:d}",
        )
        init = pylhe.LHEInit(
            initInfo=self._beams(pylhe, metadata),
            procInfo=[
                pylhe.LHEProcInfo(
                    xSection=metadata["sigma_fb"] / FB_PER_PB,
                    error=metadata["sigma_error_fb"] / FB_PER_PB,
                    unitWeight=self._largest * weight_factor(n),
                    procId=1,
                )
            ],
            generators=[pylhe.LHEGenerator(name="lmutau", version=str(metadata["version"]), description="")],
        )
        return f'<LesHouchesEvents version="3.0">\n{header.tolhe(layout).rstrip()}\n{init.tolhe(layout)}\n'

    @staticmethod
    def _beams(pylhe: Any, metadata: Mapping[str, Any]) -> Any:
        ids = metadata["beams"].get("pdg_ids") or [11, -11]
        first, second = beam_momenta(metadata)[:, 0].tolist()
        return pylhe.LHEInitInfo(
            beamA=ids[0], beamB=ids[1], energyA=first, energyB=second, PDFgroupA=0, PDFgroupB=0, PDFsetA=0, PDFsetB=0,
            weightingStrategy=-4, numProcesses=1,
        )  # fmt: skip


def _events(block: EventBlock, n: int, scales: tuple[float, float, float]) -> str:
    """Text of some events; ``n`` is the number of events in the file."""
    particles = block.collections["GenPart"]
    columns: Mapping[str, Any] = particles.columns
    status = np.vectorize(_LHE_STATUS.get, otypes=[np.int64])(columns["status"]) if len(columns["status"]) else []
    first, second = _mothers(block)
    rows = [
        _PARTICLE % row
        for row in zip(
            columns["pdgId"].tolist(), list(status), first.tolist(), second.tolist(), columns["px"].tolist(),
            columns["py"].tolist(), columns["pz"].tolist(), energies(particles).tolist(), columns["mass"].tolist(),
            strict=True,
        )
    ]  # fmt: skip
    scalars: Mapping[str, Any] = block.scalars
    offsets = particles.offsets.tolist()
    numbers = (scalars["run"].tolist(), scalars["luminosityBlock"].tolist(), scalars["event"].tolist())
    weight = scalars["genWeight"]
    heads = zip(particles.counts.tolist(), (weight * weight_factor(n)).tolist(), strict=True)
    tails = zip(*numbers, weight.tolist(), strict=True)
    return "".join(
        _EVENT % (count, xwgt, *scales) + "".join(rows[offsets[i] : offsets[i + 1]]) + _TAIL % tail
        for i, ((count, xwgt), tail) in enumerate(zip(heads, tails, strict=True))
    )


def _mothers(block: EventBlock) -> tuple[Any, Any]:
    """MOTHUP, counted from 1: both beams for what has the first as mother, one line twice for all else, 0 for none."""
    particles = block.collections["GenPart"]
    columns: Mapping[str, Any] = particles.columns
    first = columns["genPartIdxMother"].astype(np.int64) + 1
    starts = particles.offsets[:-1]
    beams = columns["status"] == STATUS_BEAM
    padded = np.append(beams, [False, False])
    pair = padded[starts] & padded[starts + 1] & (particles.counts >= 2)
    from_beams = (first == 1) & np.repeat(pair, particles.counts)
    return first, np.where(from_beams, 2, first)
