"""ROOT files: round trip, provenance, independent readers, no half-written files."""

import json
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import uproot

import lmutau
from lmutau.gen.errors import FileError
from lmutau.gen.frozen import restore_sampler
from lmutau.gen.generation import generate_file
from lmutau.gen.generator import Generator, prepare
from lmutau.gen.io.digest import content_digest
from lmutau.gen.io.root import EventWriter, iterate_blocks, read_metadata, read_text
from lmutau.gen.record import EventBlock

N = 70_000


def _generator(**options: Any) -> Generator:
    return prepare("mumugamma", N, seed=1, adaptation_points=2000, parameters={"min_photon_energy": 1}, **options)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("root") / "truth.root"
    generate_file(_generator(), target)
    return target


def test_round_trip_is_exact(path: Path) -> None:
    written = EventBlock.concatenate(list(_generator().blocks()))
    read = list(iterate_blocks(path))
    assert [len(block) for block in read] == [65536, N - 65536]
    joined = EventBlock.concatenate(read)
    for name, column in written.scalars.items():
        assert np.array_equal(joined.scalars[name], column)
        assert joined.scalars[name].dtype == column.dtype
    for name, column in written.collections["GenPart"].columns.items():
        assert np.array_equal(joined.collections["GenPart"][name], column)


def test_any_block_can_be_made_again_from_the_file(path: Path) -> None:
    metadata = read_metadata(path)
    packed = json.loads(str(read_text(path, "sampler")))
    sampler, beams = restore_sampler(metadata, packed)
    draw = sampler.draw(1, 0, N - 65536)
    block = list(iterate_blocks(path))[1]
    assert beams.name == metadata["beams"]["name"]
    assert np.array_equal(block.scalars["genWeight"], draw.weight / metadata["n_tried"])


def test_runs_tree_repeats_the_sums(path: Path) -> None:
    with uproot.open(path) as file:
        runs = file["Runs"].arrays(library="np")
        weight = file["Events"]["genWeight"].array(library="np")
    assert runs["genEventCount"][0] == len(weight)
    assert runs["genEventSumw"][0] == pytest.approx(weight.sum(), rel=1e-12)
    assert runs["genEventSumw2"][0] == pytest.approx((weight**2).sum(), rel=1e-12)


def test_record_conventions(path: Path) -> None:
    with uproot.open(path) as file:
        events = file["Events"].arrays(entry_stop=1000)
    assert events["GenPart_pdgId"][0].tolist() == [11, -11, 13, -13, 22]
    assert events["GenPart_status"][0].tolist() == [4, 4, 1, 1, 1]
    assert events["GenPart_genPartIdxMother"][0].tolist() == [-1, -1, 0, 0, 0]
    final = events["GenPart_status"] == 1
    beam = events["GenPart_status"] == 4
    for axis in ("px", "py", "pz"):
        momentum = events[f"GenPart_{axis}"]
        assert ak.to_numpy(ak.sum(momentum[final], axis=1)) == pytest.approx(
            ak.to_numpy(ak.sum(momentum[beam], axis=1)), abs=1e-12
        )


# coffea warns about NanoAOD collections that an e+e- file has no use for, and about its own dependencies
@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore:Missing cross-reference", "ignore:Branch Photon_mass"
)
def test_coffea_reads_it_as_nanoaod(path: Path, tmp_path: Path) -> None:
    nanoevents = pytest.importorskip("coffea.nanoevents")
    from lmutau.detsim.simulation import simulate_file

    reco = tmp_path / "reco.root"
    simulate_file(path, reco, detector="belle2")
    events = nanoevents.NanoEventsFactory.from_root(
        {str(reco): "Events"}, schemaclass=nanoevents.NanoAODSchema, mode="eager"
    ).events()
    assert float(ak.sum(events.genWeight)) == pytest.approx(read_metadata(path)["sigma_fb"], rel=1e-9)
    photons = events.GenPart[events.GenPart.pdgId == 22]
    assert ak.all(ak.num(photons) == 1)
    assert ak.all(abs(photons.mass) == 0)
    mother = events.GenPart[:, 4].parent  # follows genPartIdxMother
    assert ak.all(mother.pdgId == 11)
    pairs = events[ak.num(events.Muon) == 2]
    mass = (pairs.Muon[:, 0] + pairs.Muon[:, 1]).mass
    assert 0.2 < float(ak.min(mass)) < float(ak.max(mass)) < 11


def test_writer_leaves_nothing_behind_on_error(tmp_path: Path) -> None:
    target = tmp_path / "x.root"
    target.write_text("an older result")

    def interrupted() -> None:
        with EventWriter(target) as writer:
            writer.write(next(iter(_generator().blocks())))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert target.read_text() == "an older result"
    assert [p.name for p in tmp_path.iterdir()] == ["x.root"]


def test_place_that_cannot_be_written() -> None:
    with pytest.raises(FileError, match=r"/proc/x\.root"), EventWriter(Path("/proc/x.root")):
        pass


def test_digest_ignores_times_and_workers_and_sees_all_else(path: Path, tmp_path: Path) -> None:
    again, other = tmp_path / "again.root", tmp_path / "other.root"
    generate_file(_generator(), again, workers=2)
    generate_file(prepare("mumugamma", N, seed=2, adaptation_points=2000, parameters={"min_photon_energy": 1}), other)
    assert content_digest(again) == content_digest(path)
    assert content_digest(other) != content_digest(path)


def test_another_schema_version_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "future.root"
    with uproot.recreate(target) as file:
        file["metadata"] = json.dumps({"schema": 99, "version": "9.0"})
    with pytest.raises(FileError, match=r"version 99.*reads 1"):
        read_metadata(target)


def test_events_behave_as_vectors() -> None:
    sample = lmutau.generate("mumuzp", 2000, seed=1, adaptation_points=1000, mass=0.5)
    final = sample.events.GenPart[sample.events.GenPart.status == 1]
    total = ak.sum(final.E, axis=1)
    assert ak.to_numpy(total) == pytest.approx(sample.metadata["beams"]["four_momentum"][0], rel=1e-12)
    boson = final[final.pdgId == 32]
    assert ak.to_numpy(boson.mass).ravel() == pytest.approx(0.5)
    assert np.isfinite(ak.to_numpy(boson.eta)).all()


def test_save_and_load(tmp_path: Path) -> None:
    sample = lmutau.generate("mumuzp", 70_000, seed=1, adaptation_points=1000, mass=0.5)
    sample.save(tmp_path / "s.root")
    again = lmutau.Sample.load(tmp_path / "s.root")
    assert again.sigma == sample.sigma
    assert ak.array_equal(again.events.GenPart.px, sample.events.GenPart.px)
    assert "mumuzp, truth, 70000 events" in repr(again)
    reco = lmutau.simulate(again, "jkpt2019")
    assert ak.array_equal(reco.events.Muon.pt, lmutau.simulate(sample, "jkpt2019").events.Muon.pt)


def test_abandoned_files_are_cleaned_up(tmp_path: Path) -> None:
    parts = tmp_path / "x.root.parts"
    parts.mkdir()
    (parts / "writing-999999999.root").write_bytes(b"left by a killed process")
    lmutau.generate("mumuzp", 1000, seed=1, adaptation_points=1000, mass=0.5).save(tmp_path / "x.root")
    assert [p.name for p in tmp_path.iterdir()] == ["x.root"]
