"""Files as other generators write them, made by hand, without the code under test."""

from collections.abc import Sequence
from dataclasses import dataclass

CMS_ENERGY = 5.29
BEAM_ENERGIES = (7.0, 4.0)

Line = tuple[int, int, int, int, float, float, float, float, float]
"""IDUP, ISTUP, MOTHUP 1 and 2, px, py, pz, E, M."""

# e- e+ -> Z0 -> mu- mu+ at 10.58 GeV in the c.m. frame (momenta of massless muons), Z0 intermediate
PAIR: tuple[Line, ...] = (
    (11, -1, 0, 0, 0.0, 0.0, 5.29, 5.29, 0.0),
    (-11, -1, 0, 0, 0.0, 0.0, -5.29, 5.29, 0.0),
    (23, 2, 1, 2, 0.0, 0.0, 0.0, 10.58, 10.58),
    (13, 1, 3, 3, 3.0, 1.0, 4.240294801, 5.29, 0.0),
    (-13, 1, 3, 3, -3.0, -1.0, -4.240294801, 5.29, 0.0),
)


@dataclass(frozen=True)
class Event:
    """One event: weight, subprocess, particles, and text before ``</event>``."""

    weight: float = 1.0
    process: int = 1
    particles: tuple[Line, ...] = PAIR
    extra: str = ""


@dataclass(frozen=True)
class Lhe:
    """A Les Houches file: strategy, (XSECUP, XERRUP) of each subprocess, beams, events."""

    events: Sequence[Event]
    strategy: int = 3
    sections: Sequence[tuple[float, float]] = ((2.0, 0.1),)
    beams: tuple[int, int] = (11, -11)
    energies: tuple[float, float] = (CMS_ENERGY, CMS_ENERGY)
    header: str = "<header>\n<MGVersion>\n3.5.1\n</MGVersion>\n</header>\n"
    generator: str = "<generator name='MadGraph5_aMC@NLO' version='3.5.1'>text</generator>\n"
    version: str = "3.0"

    def text(self) -> str:
        a, b = self.beams
        lines = [f'<LesHouchesEvents version="{self.version}">\n{self.header}<init>\n']
        energies = " ".join(f"{energy:.8e}" for energy in self.energies)
        lines.append(f"{a} {b} {energies} 0 0 0 0 {self.strategy} {len(self.sections)}\n")
        lines += [f"{x!r} {e!r} 1.0 {i}\n" for i, (x, e) in enumerate(self.sections, 1)]
        lines.append(f"{self.generator}</init>\n")
        lines += [_event(event) for event in self.events]
        return "".join([*lines, "</LesHouchesEvents>\n"])


def _event(event: Event) -> str:
    head = f"<event>\n {len(event.particles)} {event.process} {event.weight!r} 10.58 0.0078 0.118\n"
    rows = [
        f" {code} {status} {m1} {m2} 0 0 {px!r} {py!r} {pz!r} {e!r} {m!r} 0. 9.\n"
        for code, status, m1, m2, px, py, pz, e, m in event.particles
    ]
    return head + "".join(rows) + event.extra + "</event>\n"


HEPMC_HEADER = (
    "HepMC::Version 3.02.05\nHepMC::Asciiv3-START_EVENT_LISTING\nW Default\\|scale_up\nT Sherpa\\|2.2.15\\|x\n"
)
HEPMC_END = "HepMC::Asciiv3-END_EVENT_LISTING\n\n"

# beams, a Z0 that decays after a photon was radiated from the beams, one vertex each
HEPMC_EVENT = """E {number} 2 7
U {unit} MM
W {weight!r} 99.0
{section}P 1 0 11 0.0 0.0 {beam!r} {beam!r} 0.0 4
P 2 0 -11 0.0 0.0 -{beam!r} {beam!r} 0.0 4
V -1 0 [1,2]
P 3 -1 23 0.0 0.0 -{soft!r} {rest!r} {mass!r} 22
P 4 -1 22 0.0 0.0 {soft!r} {soft!r} 0.0 1
V -2 0 [3] @ 0.0 0.0 1.0 1.0
P 5 -2 13 {half!r} 0.0 0.0 {half!r} 0.0 1
P 6 -2 -13 -{half!r} 0.0 0.0 {half!r} 0.0 1
P 7 -2 9900041 0.0 0.0 -{soft!r} {soft!r} 0.0 1
"""


def hepmc_event(number: int, weight: float, section: str = "2.0 0.1", unit: str = "GEV") -> str:
    scale = 1000.0 if unit == "MEV" else 1.0
    line = f"A 0 GenCrossSection {section} -1 -1\n" if section else ""
    return HEPMC_EVENT.format(
        number=number, unit=unit, weight=weight, section=line, beam=5.25 * scale, soft=0.5 * scale, rest=10.0 * scale,
        mass=9.98 * scale, half=4.75 * scale,
    )  # fmt: skip


def hepmc_text(weights: Sequence[float], **options: str) -> str:
    events = [hepmc_event(i, weight, **options) for i, weight in enumerate(weights)]
    return HEPMC_HEADER + "".join(events) + HEPMC_END
