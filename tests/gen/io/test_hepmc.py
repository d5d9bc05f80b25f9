"""HepMC3 files: what the library finds in ours, what we make of those of other generators."""

import gzip
import math
from pathlib import Path

import awkward as ak
import numpy as np
import pyhepmc
import pytest

import lmutau
from lmutau.gen import read_sample, write_sample
from lmutau.gen.io import hepmc
from lmutau.gen.io.formats import read_events, read_metadata
from lmutau.gen.sample import Sample
from tests.gen.io.foreign import HEPMC_END, HEPMC_HEADER, hepmc_event, hepmc_text


@pytest.fixture(scope="module")
def sample() -> Sample:
    """Tau pairs: intermediate particles with vertices of their own."""
    return lmutau.generate("tautau", 2000, seed=1, adaptation_points=1000)


@pytest.fixture(scope="module")
def written(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hepmc") / "ours.hepmc"
    write_sample(sample, path)
    return path


def _foreign(folder: Path, text: str, name: str = "foreign.hepmc") -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_pyhepmc_finds_the_cross_section(sample: Sample, written: Path) -> None:
    first, second = [], []
    with pyhepmc.open(written) as file:
        for event in file:
            assert (event.momentum_unit, event.length_unit) == (pyhepmc.Units.GEV, pyhepmc.Units.MM)
            assert event.weight_names == ["Default", "genWeight"]
            # the library writes a cross-section with nine digits
            assert event.cross_section.xsec() == pytest.approx(sample.sigma / 1000, rel=1e-8)
            assert event.cross_section.xsec_err() == pytest.approx(sample.sigma_error / 1000, rel=1e-8)
            first.append(event.weights[0])
            second.append(event.weights[1])
    assert math.fsum(first) / len(first) == pytest.approx(sample.sigma / 1000, rel=1e-12)
    assert second == sample.events.genWeight.tolist()
    with pyhepmc.open(written) as file:
        run = file.read().run_info
    assert run.tools[0].name == "lmutau"
    assert '"process": "tautau"' in str(run.attributes["lmutau"])


def test_pyhepmc_finds_our_events(sample: Sample, written: Path) -> None:
    with pyhepmc.open(written) as file:
        for event, ours in zip(file, sample.events[:50], strict=False):
            particles = event.particles
            assert [p.pid for p in particles] == ours.GenPart.pdgId.tolist()
            assert [p.status for p in particles] == ours.GenPart.status.tolist()
            assert [p.momentum.px for p in particles] == ours.GenPart.px.tolist()
            assert [p.generated_mass for p in particles] == ours.GenPart.mass.tolist()
            for p in particles:
                expected = math.hypot(p.momentum.px, p.momentum.py, p.momentum.pz, p.generated_mass)
                assert p.momentum.e == pytest.approx(expected, rel=1e-15)
            assert len(event.beams) == 2
            assert len(event.vertices) == 3  # the collision, two tau decays
            for vertex in event.vertices:
                for axis in ("px", "py", "pz", "e"):
                    flow = [sum(getattr(p.momentum, axis) for p in side)
                            for side in (vertex.particles_in, vertex.particles_out)]  # fmt: skip
                    assert flow[0] == pytest.approx(flow[1], abs=1e-9)


def test_a_file_without_our_header_is_foreign_and_has_the_same_cross_section(
    sample: Sample, written: Path, tmp_path: Path
) -> None:
    lines = written.read_text().splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith(("A lmutau", "A 0 lmutau")))
    again = read_sample(_foreign(tmp_path, text, "tautau.hepmc"))
    assert again.metadata["process"] == "tautau_external"
    assert again.sigma == pytest.approx(sample.sigma, rel=1e-8)
    assert ak.to_numpy(again.events.genWeight) == pytest.approx(ak.to_numpy(sample.events.genWeight), rel=1e-8)
    assert ak.array_equal(again.events.GenPart.px, sample.events.GenPart.px)
    assert ak.array_equal(again.events.GenPart.genPartIdxMother, sample.events.GenPart.genPartIdxMother)
    assert again.metadata["beams"]["four_momentum"] == pytest.approx(
        sample.metadata["beams"]["four_momentum"], rel=1e-9, abs=1e-12
    )


@pytest.mark.parametrize("unit", ["GEV", "MEV"])
def test_record_of_a_foreign_file(tmp_path: Path, unit: str) -> None:
    path = _foreign(tmp_path, hepmc_text([1.0, 3.0, -0.5, 0.0], unit=unit))
    sample = read_sample(path)
    assert sample.events.genWeight.tolist() == pytest.approx([2000 / 3.5, 6000 / 3.5, -1000 / 3.5, 0], rel=1e-14)
    part = sample.events[0].GenPart
    assert part.pdgId.tolist() == [11, -11, 23, 22, 13, -13, 9900041]
    assert part.status.tolist() == [4, 4, 2, 1, 1, 1, 1]  # 22: a code of the generator
    assert part.genPartIdxMother.tolist() == [-1, -1, 0, 0, 2, 2, 2]
    assert part.px.tolist() == pytest.approx([0, 0, 0, 0, 4.75, -4.75, 0], rel=1e-14)
    assert part.mass.tolist() == pytest.approx([0, 0, 9.98, 0, 0, 0, 0], rel=1e-14)
    metadata = sample.metadata
    assert (sample.sigma, sample.sigma_error) == (2000, 100)
    assert metadata["warnings"] == ["1 of 4 events have negative weights; they are kept"]
    assert (metadata["process"], metadata["generator"], metadata["format"]) == ("foreign", "Sherpa 2.2.15", "HepMC3")
    assert metadata["final_state"] == [-13, 13, 22, 9900041]
    assert metadata["beams"]["four_momentum"] == pytest.approx([10.5, 0, 0, 0])
    assert read_metadata(path)["n_events"] == 4


def test_the_last_cross_section_counts(tmp_path: Path) -> None:
    events = [hepmc_event(0, 1.0, section="5.0 1.0"), hepmc_event(1, 1.0, section="2.0 0.2")]
    sample = read_sample(_foreign(tmp_path, HEPMC_HEADER + "".join(events) + HEPMC_END))
    assert sample.events.genWeight.tolist() == [1000, 1000]
    assert sample.sigma_error == 200


def test_positrons_along_z_are_turned_around(tmp_path: Path) -> None:
    text = hepmc_text([1.0]).replace("P 1 0 11 ", "P 1 0 -11 ").replace("P 2 0 -11 ", "P 2 0 11 ")
    sample = read_sample(_foreign(tmp_path, text))
    assert sample.events.GenPart.px[0].tolist()[4:6] == [-4.75, 4.75]
    assert "warnings" not in sample.metadata


def test_events_without_beams(tmp_path: Path) -> None:
    head = "E 0 0 2\nU GEV MM\nW 1.0 1.0\nA 0 GenCrossSection 1.0 0.1 -1 -1\n"
    body = "P 1 0 13 3.0 0.0 0.0 5.0 4.0 1\nP 2 0 -13 -3.0 0.0 0.0 5.0 4.0 1\n"
    sample = read_sample(_foreign(tmp_path, HEPMC_HEADER + head + body + HEPMC_END))
    assert sample.metadata["beams"]["four_momentum"] == [10.0, 0.0, 0.0, 0.0]
    assert sample.metadata["warnings"] == ["the beams are not e- e+ (PDG ids not given)"]
    assert sample.events.GenPart.genPartIdxMother[0].tolist() == [-1, -1]
    assert ak.num(lmutau.simulate(sample).events.Muon).tolist() == [2]


def test_masses_that_are_not_given(tmp_path: Path) -> None:
    run = pyhepmc.GenRunInfo()
    event = pyhepmc.GenEvent(run, pyhepmc.Units.GEV, pyhepmc.Units.MM)
    mother = pyhepmc.GenParticle((0, 0, 0, 10.0), 23, 2)
    daughters = [pyhepmc.GenParticle((0, 0, sign * 3.0, 5.0), -13 * sign, 1) for sign in (1, -1)]
    vertex = pyhepmc.GenVertex()
    vertex.add_particle_in(mother)
    for daughter in daughters:
        vertex.add_particle_out(daughter)
    event.add_vertex(vertex)
    event.weights = [1.0]
    event.cross_section = section = pyhepmc.GenCrossSection()
    section.set_cross_section(1.0, 0.1)
    with pyhepmc.open(tmp_path / "x.hepmc", "w") as file:
        file.write(event)
    assert read_sample(tmp_path / "x.hepmc").events.GenPart.mass[0].tolist() == pytest.approx([10, 4, 4], rel=1e-12)


def test_beam_spread_averages_out(tmp_path: Path) -> None:
    ours = lmutau.generate("mumuzp", 2000, seed=1, adaptation_points=1000, mass=0.5, beam_spread=True)
    write_sample(ours, tmp_path / "x.hepmc")
    lines = (tmp_path / "x.hepmc").read_text().splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith(("A lmutau", "A 0 lmutau")))
    found = read_sample(_foreign(tmp_path, text)).metadata["beams"]
    # 5 MeV per event in sqrt(s): the mean of 2000 events is good to 0.1 MeV, the first event is not
    assert found["sqrt_s"] == pytest.approx(10.58, abs=5e-4)
    assert found["four_momentum"][3] == pytest.approx(ours.metadata["beams"]["four_momentum"][3], abs=5e-4)


GOOD = hepmc_text([1.0, 1.0, 1.0])
LAST = GOOD.rindex("E 2 ")
BROKEN = {
    "cut": (GOOD[: int(0.9 * len(GOOD))], "event 3"),
    "cut after an event": (GOOD[:LAST], "cut short in event 2"),
    "letters": (GOOD[:LAST] + GOOD[LAST:].replace("4.75", "many", 1), "event 3: 'P 5 -2 13 many"),
    "letters in the weight": (GOOD.replace("W 1.0", "W one", 1), "event 1: 'W one"),
    "units": (GOOD.replace("U GEV", "U TEV", 1), "event 1: 'U TEV"),
    "lost line": (GOOD[:LAST] + GOOD[LAST:].replace("P 6 -2 -13", "# 6 -2 -13", 1), "event 3"),
    "text": ("this is no event file\n" * 20, "no HepMC3 text file"),
    "version 2": (GOOD.replace("Asciiv3", "IO_GenEvent"), "HepMC2"),
    "nan momentum": (GOOD[:LAST] + GOOD[LAST:].replace("4.75", "nan", 1), "event 3 holds a number"),
    "huge momentum": (GOOD.replace("P 1 0 11 0.0", "P 1 0 11 1e200", 1), "event 1 holds a number"),
    "nan weight": (GOOD.replace("W 1.0", "W nan", 1), "event 1 cannot be read"),
    "no cross-section": (hepmc_text([1.0], section=""), "no GenCrossSection"),
    "cross-section 0": (hepmc_text([1.0], section="0.0 0.0"), "GenCrossSection = 0 pb"),
    "nan cross-section": (hepmc_text([1.0], section="nan 0.0"), "GenCrossSection = nan pb"),
    "weights cancel": (hepmc_text([1.0, -1.0]), "sum to 0"),
    "huge id": (GOOD.replace(" 9900041 ", " 4000000000 ", 1), "event 1: PDG id 4000000000"),
    "no events": (HEPMC_HEADER + HEPMC_END, "holds no events"),
    "empty": ("", "is empty"),
}


@pytest.mark.parametrize("case", BROKEN, ids=str)
def test_broken_files(tmp_path: Path, capfd: pytest.CaptureFixture[str], case: str) -> None:
    text, words = BROKEN[case]
    path = _foreign(tmp_path, text, "broken.hepmc")
    with pytest.raises(lmutau.FileError) as found:
        read_sample(path)
    message = str(found.value)
    assert words in message
    assert "broken.hepmc" in message
    assert "\n" not in message
    printed = capfd.readouterr()
    assert printed.out + printed.err == ""  # the library keeps quiet


@pytest.mark.parametrize("part", [0.001, 0.3, 0.9, 0.999])
def test_cut_gzip(written: Path, tmp_path: Path, part: float) -> None:
    data = gzip.compress(written.read_bytes())
    (tmp_path / "short.hepmc.gz").write_bytes(data[: int(part * len(data))])
    with pytest.raises(lmutau.FileError, match=r"short\.hepmc\.gz"):
        read_sample(tmp_path / "short.hepmc.gz")


def test_our_files_are_checked(written: Path, tmp_path: Path) -> None:
    text = written.read_text()
    last = text.rindex("\nE ") + 1
    fewer = _foreign(tmp_path, text[:last] + HEPMC_END, "fewer.hepmc")
    with pytest.raises(lmutau.FileError, match="events, but the metadata promise"):
        read_sample(fewer)
    bare = _foreign(tmp_path, text[:last] + text[last:].replace("A 0 lmutau", "A 0 other"), "bare.hepmc")
    with pytest.raises(lmutau.FileError, match=r"event \d+ has lost"):
        read_sample(bare)


def test_chunks_are_put_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lmutau.gen.io import external

    monkeypatch.setattr(external, "BLOCK", 10)
    monkeypatch.setattr(hepmc, "_CHUNK", 5)
    _, blocks = read_events(_foreign(tmp_path, hepmc_text([1.0] * 25)))
    assert [len(block) for block in blocks] == [10, 10, 5]


def test_crossing_beams_keep_their_frame(tmp_path: Path) -> None:
    ours = lmutau.generate("mumuzp", 200, seed=1, adaptation_points=1000, mass=0.5, beams="crossing")
    write_sample(ours, tmp_path / "x.hepmc")
    lines = (tmp_path / "x.hepmc").read_text().splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith(("A lmutau", "A 0 lmutau")))
    found = lmutau.simulate(read_sample(_foreign(tmp_path, text)), "jkpt2019").events.GenPart
    wanted = lmutau.simulate(ours, "jkpt2019").events.GenPart  # head-on beams
    assert np.allclose(ak.to_numpy(ak.flatten(found.pz)), ak.to_numpy(ak.flatten(wanted.pz)), rtol=1e-8, atol=1e-8)
