"""LHE files: what independent readers find in ours, what we make of those of other generators."""

import gzip
import json
import math
from dataclasses import replace
from pathlib import Path

import awkward as ak
import numpy as np
import pylhe
import pytest

import lmutau
from lmutau.gen import read_sample, write_sample
from lmutau.gen.beams import BEAMS, lab_transform
from lmutau.gen.io import lhe
from lmutau.gen.io.formats import read_events, read_metadata
from lmutau.gen.sample import Sample
from tests.gen.io.foreign import BEAM_ENERGIES, CMS_ENERGY, PAIR, Event, Lhe, Line


@pytest.fixture(scope="module")
def sample() -> Sample:
    return lmutau.generate("mumuzp", 2000, seed=1, adaptation_points=1000, mass=0.5)


@pytest.fixture(scope="module")
def written(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lhe") / "ours.lhe"
    write_sample(sample, path)
    return path


def _foreign(folder: Path, content: Lhe, name: str = "foreign.lhe") -> Path:
    path = folder / name
    path.write_text(content.text())
    return path


def test_pylhe_finds_the_cross_section(sample: Sample, written: Path) -> None:
    file = pylhe.LHEFile.fromfile(written)
    events = list(file.events)
    info, process = file.init.initInfo, file.init.procInfo[0]
    assert (info.weightingStrategy, info.beamA, info.beamB) == (-4, 11, -11)
    weights = [event.eventinfo.weight for event in events]
    assert process.xSection == sample.sigma / 1000
    assert process.error == sample.sigma_error / 1000
    assert math.fsum(weights) / len(weights) == pytest.approx(process.xSection, rel=1e-12)
    assert process.unitWeight == pytest.approx(max(weights), rel=1e-15)
    assert math.fsum(event.weights["genWeight"] for event in events) == pytest.approx(sample.sigma, rel=1e-12)
    assert json.loads(file.header.extra_elements[0].text)["seed"] == 1  # type: ignore[union-attr,arg-type]


def test_pylhe_finds_our_events(sample: Sample, written: Path) -> None:
    file = pylhe.LHEFile.fromfile(written)
    beams = (file.init.initInfo.energyA, file.init.initInfo.energyB)
    assert beams == pytest.approx([e * 10.58 / math.sqrt(4 * 28) for e in BEAM_ENERGIES], rel=1e-6)
    for event, ours in zip(file.events, sample.events, strict=True):
        assert [p.id for p in event.particles] == [11, -11, 13, -13, 32]
        assert [p.status for p in event.particles] == [-1, -1, 1, 1, 1]
        assert [(p.mother1, p.mother2) for p in event.particles] == [(0, 0), (0, 0), (1, 2), (1, 2), (1, 2)]
        assert [p.px for p in event.particles] == ours.GenPart.px.tolist()
        assert [p.m for p in event.particles][2:] == pytest.approx([0.1056583755, 0.1056583755, 0.5], rel=1e-12)
        for p in event.particles:
            assert p.e == pytest.approx(math.hypot(p.px, p.py, p.pz, p.m), rel=1e-15)
        assert sum(p.e for p in event.particles if p.status == 1) == pytest.approx(sum(beams), rel=1e-12)
        assert sum(p.pz for p in event.particles if p.status == 1) == pytest.approx(beams[0] - beams[1], rel=1e-7)


def test_every_number_has_17_digits(written: Path) -> None:
    event = written.read_text().split("<event>\n")[1].splitlines()
    numbers = [word for word in " ".join(event[:6]).split() if "e" in word]
    assert len(numbers) == 4 + 5 * 5
    assert all(len(number.lstrip("-").split("e")[0]) == 18 for number in numbers)


def test_a_file_without_our_header_is_foreign_and_has_the_same_cross_section(
    sample: Sample, written: Path, tmp_path: Path
) -> None:
    text = written.read_text()
    start, stop = text.index("<header>"), text.index("</header>") + len("</header>\n")
    (tmp_path / "mumuzp.lhe").write_text(text[:start] + text[stop:])
    again = read_sample(tmp_path / "mumuzp.lhe")
    assert again.metadata["process"] == "mumuzp_external"  # a foreign sample never passes for one of ours
    assert again.sigma == pytest.approx(sample.sigma, rel=1e-15)
    assert ak.to_numpy(again.events.genWeight) == pytest.approx(ak.to_numpy(sample.events.genWeight), rel=1e-13)
    assert again.metadata["beams"]["four_momentum"] == pytest.approx(
        sample.metadata["beams"]["four_momentum"], rel=1e-9, abs=1e-12
    )
    assert "warnings" not in again.metadata


# strategy, (XSECUP, XERRUP) [pb], (weight, subprocess) of the events -> genWeight [fb]
STRATEGIES = [
    (3, [(2.0, 0.1)], [(1, 1), (1, 1)], [1000, 1000]),
    (-3, [(2.0, 0.1)], [(1, 1), (-1, 1), (1, 1), (1, 1)], [1000, -1000, 1000, 1000]),
    (3, [(2.0, 0.1)], [(2.0, 1), (2.0, 1)], [1000, 1000]),
    (3, [(2.0, 0.1), (6.0, 0.0)], [(1, 1), (1, 2), (1, 2), (1, 2)], [2000, 2000, 2000, 2000]),
    (-4, [(2.0, 0.1)], [(1.0, 1), (3.0, 1)], [500, 1500]),
    (4, [(2.0, 0.1)], [(0.5, 1), (1.5, 1)], [500, 1500]),
    (4, [(0.0, 0.0)], [(1.0, 1), (3.0, 1)], [500, 1500]),
    (4, [(-1.0, 0.0)], [(1.0, 1), (3.0, 1)], [500, 1500]),
    (4, [(2.0, 2.0)], [(0.0, 1), (4.0, 1)], [0, 2000]),
    (2, [(2.0, 0.1), (6.0, 0.0)], [(1, 1), (3, 1), (5, 2)], [500, 1500, 6000]),
    (-2, [(2.0, 0.1), (6.0, 0.0)], [(-1, 1), (3, 1), (5, 2)], [-1000, 3000, 6000]),
    (1, [(0.0, 0.0), (6.0, 0.0)], [(1, 1), (3, 1), (5, 2)], [500, 1500, 6000]),
    (-1, [(2.0, 0.0)], [(1, 1), (3, 1)], [500, 1500]),
]


@pytest.mark.parametrize(("strategy", "sections", "events", "expected"), STRATEGIES)
def test_strategies(
    tmp_path: Path,
    strategy: int,
    sections: list[tuple[float, float]],
    events: list[tuple[float, int]],
    expected: list[float],
) -> None:
    content = Lhe([Event(weight, process) for weight, process in events], strategy, sections)
    sample = read_sample(_foreign(tmp_path, content))
    assert sample.events.genWeight.tolist() == pytest.approx(expected, rel=1e-14)
    assert sample.sigma == pytest.approx(sum(expected), rel=1e-14)
    assert sample.metadata["sum_weights_fb"] == pytest.approx(sample.sigma, rel=1e-14)
    if any(error for _, error in sections):
        assert sample.sigma_error == pytest.approx(1000 * math.hypot(*(error for _, error in sections)))
    negative = sum(weight < 0 for weight, _ in events)
    replaced = [text for text in sample.metadata.get("warnings", []) if "the mean of" in text and "is taken" in text]
    assert len(replaced) == (abs(strategy) in (1, 4) and sections[0][0] <= 0)
    warned = [text for text in sample.metadata.get("warnings", []) if "negative" in text]
    assert warned == ([f"{negative} of {len(events)} events have negative weights; they are kept"] if negative else [])


def test_the_stated_cross_section_is_taken_with_a_word(tmp_path: Path) -> None:
    events = [Event(0.01)] * 100  # weights that sum to the cross-section: the other habit
    sample = read_sample(_foreign(tmp_path, Lhe(events, 4, [(1.0, 0.0)])))
    assert sample.sigma == 1000
    assert sample.events.genWeight.tolist() == pytest.approx([10.0] * 100)
    assert sample.metadata["warnings"] == ["the mean of XWGTUP is 0.01 pb, XSECUP is 1 pb; XSECUP is taken"]


def test_a_subprocess_without_events_is_left_out(tmp_path: Path) -> None:
    sample = read_sample(_foreign(tmp_path, Lhe([Event()], 2, [(2.0, 0.0), (6.0, 0.0)])))
    assert sample.sigma == 2000
    assert "subprocesses 2 of <init> have no events" in sample.metadata["warnings"][0]


def test_record_of_a_foreign_file(tmp_path: Path) -> None:
    weights = "<rwgt>\n<wgt id='1001'> 7.0 </wgt>\n<wgt id='1002'> 9.0 </wgt>\n</rwgt>\n"
    events = [Event(extra="# a comment\n<mgrwt>\n<rscale> 0 </rscale>\n</mgrwt>\n" + weights), Event()]
    path = _foreign(tmp_path, Lhe(events))
    sample = read_sample(path)
    first = sample.events[0]
    assert first.genWeight == 1000  # the first weight counts, the variations do not
    assert first.GenPart.pdgId.tolist() == [11, -11, 23, 13, -13]
    assert first.GenPart.status.tolist() == [4, 4, 2, 1, 1]
    assert first.GenPart.genPartIdxMother.tolist() == [-1, -1, 0, 2, 2]
    assert first.GenPart.mass.tolist() == [0, 0, 10.58, 0, 0]  # the column, not E^2 - p^2
    assert sample.events.event.tolist() == [1, 2]
    metadata = sample.metadata
    assert (metadata["process"], metadata["random_stream"], metadata["kind"]) == ("foreign", "foreign", "truth")
    assert (metadata["generator"], metadata["format"]) == ("MadGraph5_aMC@NLO 3.5.1", "LHE")
    assert (metadata["source"], metadata["final_state"]) == ("foreign.lhe", [-13, 13])
    assert (metadata["n_events"], metadata["n_tried"], metadata["units"]["genWeight"]) == (2, 2, "fb")
    assert metadata["beams"]["four_momentum"] == pytest.approx([10.58, 0, 0, 0])
    assert metadata["beams"]["sqrt_s"] == pytest.approx(10.58)
    assert read_metadata(path)["sigma_fb"] == 2000


def _lines(cms: Sample, event: int, flip: bool) -> tuple[Line, ...]:
    """LHE lines of a c.m. event; ``flip``: the positron comes first and runs along +z."""
    part = cms.events[event].GenPart
    energy = np.sqrt(part.px**2 + part.py**2 + part.pz**2 + part.mass**2)
    sign = -1 if flip else 1
    rows: list[Line] = []
    for i in (1, 0, 2, 3, 4) if flip else range(5):
        status, mothers = (-1, (0, 0)) if i < 2 else (1, (1, 2))
        momentum = (float(sign * part.px[i]), float(part.py[i]), float(sign * part.pz[i]))
        rows.append((int(part.pdgId[i]), status, *mothers, *momentum, float(energy[i]), float(part.mass[i])))
    return tuple(rows)


@pytest.mark.parametrize("flip", [False, True])
def test_cms_events_are_boosted_to_the_laboratory_of_the_card(tmp_path: Path, flip: bool) -> None:
    ours = lmutau.generate("mumuzp", 50, seed=1, adaptation_points=1000, mass=0.5, beams="crossing")
    total = BEAMS["crossing"].total(10.58)
    metric = np.diag([1.0, -1, -1, -1])
    back = metric @ lab_transform(total).T @ metric
    part = ours.events.GenPart
    flat = ak.flatten(part)
    momenta = np.stack([ak.to_numpy(x) for x in (flat.E, flat.px, flat.py, flat.pz)]) if len(flat) else np.empty((4, 0))
    _, px, py, pz = back @ momenta
    counts = ak.num(part)
    moved = ak.zip({**{key: part[key] for key in ("pdgId", "mass")},
                    **{key: ak.unflatten(v, counts) for key, v in (("px", px), ("py", py), ("pz", pz))}})  # fmt: skip
    cms = Sample(ak.zip({"GenPart": moved}, depth_limit=1), ours.metadata)
    events = [Event(1.0, 1, _lines(cms, i, flip)) for i in range(len(ours))]
    beams = (-11, 11) if flip else (11, -11)
    path = _foreign(tmp_path, Lhe(events, beams=beams, energies=(CMS_ENERGY, CMS_ENERGY)))
    found = lmutau.simulate(read_sample(path), "belle2").events.GenPart
    wanted = lmutau.simulate(ours, "belle2").events.GenPart
    final_found, final_wanted = found[found.status == 1], wanted[wanted.status == 1]
    assert final_found.pdgId.tolist() == final_wanted.pdgId.tolist()
    for axis in ("px", "py", "pz"):
        assert ak.to_numpy(ak.flatten(final_found[axis])) == pytest.approx(
            ak.to_numpy(ak.flatten(final_wanted[axis])), rel=1e-9, abs=1e-9
        )


def test_unequal_energies_are_the_laboratory_already(tmp_path: Path) -> None:
    sample = read_sample(_foreign(tmp_path, Lhe([Event()], energies=BEAM_ENERGIES)))
    assert sample.metadata["beams"]["four_momentum"] == pytest.approx([11, 0, 0, 3], rel=1e-7)
    assert sample.metadata["beams"]["sqrt_s"] == pytest.approx(math.sqrt(4 * 28), rel=1e-7)
    flipped = Lhe([Event()], energies=(4.0, 7.0), beams=(-11, 11))
    turned = read_sample(_foreign(tmp_path, flipped))
    assert turned.metadata["beams"]["four_momentum"] == pytest.approx([11, 0, 0, 3], rel=1e-7)
    assert turned.events.GenPart.px[0].tolist() == [-p[4] for p in PAIR]
    assert turned.events.GenPart.py[0].tolist() == [p[5] for p in PAIR]


def test_crossing_beams_are_taken_from_the_events(tmp_path: Path) -> None:
    half = 0.0415
    rows = list(PAIR)
    for i, (energy, sign) in enumerate(zip(BEAM_ENERGIES, (1, -1), strict=True)):
        x, z = energy * math.sin(half), sign * energy * math.cos(half)
        rows[i] = (*PAIR[i][:4], x, 0.0, z, energy, 0.0)
    sample = read_sample(_foreign(tmp_path, Lhe([Event(particles=tuple(rows))], energies=BEAM_ENERGIES)))
    beams = sample.metadata["beams"]
    assert beams["four_momentum"] == pytest.approx([11, 11 * math.sin(half), 0, 3 * math.cos(half)], rel=1e-12)
    assert beams["crossing_angle"] == pytest.approx(2 * half, rel=1e-12)
    assert (beams["electron_energy"], beams["positron_energy"]) == pytest.approx(BEAM_ENERGIES, rel=1e-12)


def test_other_beams_and_particles(tmp_path: Path) -> None:
    rows = (*PAIR[:3], (9900041, 1, 3, 3, *PAIR[3][4:]), (2**40 + 1, 1, 3, 3, *PAIR[4][4:]))
    sample = read_sample(_foreign(tmp_path, Lhe([Event(particles=rows)], beams=(2212, 2212))))
    assert sample.events.GenPart.pdgId[0].tolist() == [11, -11, 23, 9900041, 2**40 + 1]
    assert sample.metadata["warnings"] == ["the beams are not e- e+ (PDG ids 2212, 2212)"]
    reco = lmutau.simulate(sample)
    assert ak.num(reco.events.Muon).tolist() == [0]
    write_sample(sample, tmp_path / "again.lhe.gz")
    assert ak.array_equal(read_sample(tmp_path / "again.lhe.gz").events.GenPart.pdgId, sample.events.GenPart.pdgId)


def test_earlier_beams_and_links_of_other_habits(tmp_path: Path) -> None:
    first = (11, -9, 0, 0, *PAIR[0][4:])
    rows = (first, (-11, -9, 0, 0, *PAIR[1][4:]), (11, -1, 1, 0, *PAIR[0][4:]), (-11, -1, 0, 2, *PAIR[1][4:]),
            (13, 1, 3, 4, *PAIR[3][4:]), (-13, 1, 6, 6, *PAIR[4][4:]))  # fmt: skip
    part = read_sample(_foreign(tmp_path, Lhe([Event(particles=rows)]))).events.GenPart[0]
    assert part.status.tolist() == [4, 4, 2, 2, 1, 1]
    assert part.genPartIdxMother.tolist() == [-1, -1, 0, 1, 2, -1]


def test_blocks_of_65536_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lmutau.gen.io import external

    monkeypatch.setattr(external, "BLOCK", 10)
    monkeypatch.setattr(lhe, "_CHUNK", 4)
    path = _foreign(tmp_path, Lhe([Event()] * 25))
    metadata, blocks = read_events(path)
    found = list(blocks)
    assert [len(block) for block in found] == [10, 10, 5]
    assert [set(block.scalars["luminosityBlock"].tolist()) for block in found] == [{1}, {2}, {3}]
    assert found[-1].scalars["event"][-1] == metadata["n_events"] == 25


@pytest.mark.parametrize("strategy", [1, 2, 3, 4])
def test_no_events(tmp_path: Path, strategy: int) -> None:
    sample = read_sample(_foreign(tmp_path, Lhe([], strategy)))
    assert len(sample) == 0
    assert sample.sigma == 2000
    assert sample.metadata["warnings"] == ["the file holds no events"]
    assert len(lmutau.simulate(sample)) == 0


def test_version_1_with_a_comment_and_a_card_in_the_header(tmp_path: Path) -> None:
    card = "<header>\n<MGRunCard>\n<![CDATA[\n 1 < 2 & 3 > 2\n]]>\n</MGRunCard>\n</header>\n"
    content = Lhe([Event()], version="1.0", generator="", header=f"<!-- made by hand -->\n{card}")
    assert read_sample(_foreign(tmp_path, content)).sigma == 2000


GOOD = Lhe([Event()] * 3).text()
NAN = (*PAIR[:4], (-13, 1, 3, 3, math.nan, 0.0, 0.0, 1.0, 0.0))
BROKEN = {
    "cut": (GOOD[: int(0.8 * len(GOOD))], "event 3 cannot be read"),
    "cut after an event": (GOOD[: GOOD.rindex("<event>")], "event 3 cannot be read"),
    "no init": (GOOD.replace("init>", "other>"), "<init>"),
    "text": ("this is no event file\n" * 20, "<init>"),
    "letters": (GOOD[: GOOD.rindex("<event>")] + GOOD[GOOD.rindex("<event>") :].replace("-3.0", "xyz"), "event 3"),
    "too few particles": (GOOD.replace("\n 5 1 1.0", "\n 6 1 1.0", 1), "event 1 cannot be read (NUP = 6, 5 particles)"),
    "short line": (GOOD.replace(" 0. 9.\n", "\n"), "event 1 cannot be read (a line has too few numbers)"),
    "nan momentum": (Lhe([Event(), Event(particles=NAN)]).text(), "event 2 holds a number that is not finite"),
    "huge momentum": (
        Lhe([Event(particles=((11, -1, 0, 0, 1e200, *PAIR[0][5:]), *PAIR[1:]))]).text(),
        "event 1 holds a number",
    ),
    "nan weight": (Lhe([Event(), Event(math.nan)]).text(), "event 2 holds a number that is not finite"),
    "infinite weight": (Lhe([Event(math.inf)]).text(), "event 1 holds a number that is not finite"),
    "strategy": (Lhe([Event()], 5).text(), "IDWTUP = 5"),
    "no cross-section": (Lhe([Event()], 3, [(0.0, 0.0)]).text(), "XSECUP = 0 pb"),
    "no cross-section, 2": (Lhe([Event(1.0, 7)], 2).text(), "XSECUP = 0 pb"),
    "nan cross-section": (Lhe([Event()], 3, [(math.nan, 0.0)]).text(), "XSECUP = nan pb"),
    "nan cross-section, 4": (Lhe([Event()], 4, [(math.nan, 0.0)]).text(), "or write 0 there"),
    "nan of one process, 1": (Lhe([Event()], 1, [(2.0, 0.0), (math.inf, 0.0)]).text(), "inf pb of subprocess 2"),
    "half an id": (
        GOOD[: GOOD.rindex(" 13 1")] + GOOD[GOOD.rindex(" 13 1") :].replace(" 13 1", " 13.5 1", 1),
        "event 3 has PDG id = 13.5; allowed is a whole number",
    ),
    "half a status": (GOOD.replace(" 13 1 ", " 13 0.5 ", 1), "event 1 has ISTUP = 0.5"),
    "nan mother": (GOOD.replace(" 13 1 3 3", " 13 1 3 nan", 1), "event 1 has MOTHUP(2) = nan"),
    "half a particle": (GOOD.replace("\n 5 1 1.0", "\n 5.5 1 1.0", 1), "event 1 has NUP = 5.5"),
    "weights cancel": (Lhe([Event(-1.0), Event(1.0)], -4).text(), "sum to 0"),
    "all weights zero": (Lhe([Event(0.0)], 4).text(), "sum to 0"),
    "beam energy": (Lhe([Event()], energies=(0.0, 5.0)).text(), "beam energies 0.0, 5.0"),
    "mother": (Lhe([Event(particles=(*PAIR[:4], (-13, 1, 9, 9, *PAIR[4][4:])))]).text(), "event 1: a mother"),
    "huge id": (Lhe([Event(particles=(*PAIR[:4], (2**60, 1, 1, 2, *PAIR[4][4:])))]).text(), str(2**53)),
    "no init line": (GOOD.replace("11 -11 5.29", "11 -11 x"), "<init>"),
}


@pytest.mark.parametrize("case", BROKEN, ids=str)
def test_broken_files(tmp_path: Path, case: str) -> None:
    text, words = BROKEN[case]
    (tmp_path / "broken.lhe").write_text(text)
    with pytest.raises(lmutau.FileError) as found:
        read_sample(tmp_path / "broken.lhe")
    message = str(found.value)
    assert words in message
    assert "broken.lhe" in message
    assert "\n" not in message


def test_whole_numbers_may_have_a_decimal_point(tmp_path: Path) -> None:
    plain = read_sample(_foreign(tmp_path, Lhe([Event()])))
    (tmp_path / "point.lhe").write_text(GOOD.replace(" 13 1 3 3", " 13.0 1.0 3. 0.3e1"))
    pointed = read_sample(tmp_path / "point.lhe")
    assert pointed.events.GenPart.pdgId[0].tolist() == plain.events.GenPart.pdgId[0].tolist()
    assert pointed.events.GenPart.genPartIdxMother[0].tolist() == plain.events.GenPart.genPartIdxMother[0].tolist()


def test_an_error_that_is_no_number_is_said(tmp_path: Path) -> None:
    sample = read_sample(_foreign(tmp_path, Lhe([Event()], 3, [(2.0, math.nan)])))
    assert (sample.sigma, sample.sigma_error) == (2000, 0)
    assert sample.metadata["warnings"] == ["XERRUP is not a finite number; it is taken as 0"]


@pytest.mark.parametrize("part", [0.001, 0.3, 0.9, 0.999])
def test_cut_gzip(written: Path, tmp_path: Path, part: float) -> None:
    data = gzip.compress(written.read_bytes())
    (tmp_path / "short.lhe.gz").write_bytes(data[: int(part * len(data))])
    with pytest.raises(lmutau.FileError, match=r"short\.lhe\.gz"):
        read_sample(tmp_path / "short.lhe.gz")


def test_our_files_are_checked(written: Path, tmp_path: Path) -> None:
    text = written.read_text()
    last = text.rindex("<event>")
    (tmp_path / "fewer.lhe").write_text(text[:last] + "</LesHouchesEvents>\n")
    with pytest.raises(lmutau.FileError, match="1999 events, but the metadata promise 2000"):
        read_sample(tmp_path / "fewer.lhe")
    (tmp_path / "bare.lhe").write_text(text[:last] + text[last:].replace("#lmutau", "#other"))
    with pytest.raises(lmutau.FileError, match="event 2000 has lost"):
        read_sample(tmp_path / "bare.lhe")
    tail = text[last:].replace("<wgt id='genWeight'>", "<wgt id='genWeight'>9")
    (tmp_path / "changed.lhe").write_text(text[:last] + tail)
    with pytest.raises(lmutau.FileError, match="the sum of genWeight is"):
        read_sample(tmp_path / "changed.lhe")
    (tmp_path / "old.lhe").write_text(text.replace('"schema": 1', '"schema": 99', 1))
    with pytest.raises(lmutau.FileError, match="version 99"):
        read_metadata(tmp_path / "old.lhe")


def test_reconstructed_events_have_no_place(sample: Sample, tmp_path: Path) -> None:
    with pytest.raises(lmutau.FileError, match="holds truth events"):
        write_sample(lmutau.simulate(sample), tmp_path / "x.lhe")


def test_memory_does_not_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tracemalloc

    from lmutau.gen.io import external

    monkeypatch.setattr(external, "BLOCK", 100)
    monkeypatch.setattr(lhe, "_CHUNK", 100)
    peaks = []
    for n in (200, 200, 2000):  # the first call imports and compiles
        path = _foreign(tmp_path, replace(Lhe([]), events=[Event()] * n))
        tracemalloc.start()
        for _ in read_events(path)[1]:
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 1.3 * peaks[1]
