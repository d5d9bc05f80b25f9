"""Ours -> another format -> ours: nothing changes, not the last bit."""

import gzip
import sys
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lmutau
from lmutau.gen import read_sample, write_sample
from lmutau.gen.io.digest import content_digest
from lmutau.gen.io.formats import read_events, writer_for
from lmutau.gen.metadata import weight_summary
from lmutau.gen.record import Column, EventBlock, Jagged
from lmutau.gen.sample import Sample

TEXT = (".lhe", ".lhe.gz", ".hepmc", ".hepmc.gz")
ALL = (*TEXT, ".parquet", ".root")


@pytest.fixture(scope="module")
def sample() -> Sample:
    """Tau pairs with photons from the beams: intermediate particles, events of different length."""
    return lmutau.generate("tautau", 3000, seed=1, adaptation_points=1000, isr=True)


def assert_equal(one: EventBlock, other: EventBlock) -> None:
    for name, column in one.scalars.items():
        assert np.array_equal(other.scalars[name], column), name
        assert other.scalars[name].dtype == column.dtype, name
    assert set(one.collections) == set(other.collections)
    for collection, jagged in one.collections.items():
        found = other.collections[collection]
        assert np.array_equal(found.offsets, jagged.offsets)
        for name, column in jagged.columns.items():
            assert np.array_equal(found[name], column), name
            assert found[name].dtype == column.dtype, name


@pytest.mark.parametrize("extension", ALL)
def test_truth_is_exact(sample: Sample, tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"x{extension}"
    write_sample(sample, path)
    again = read_sample(path)
    assert_equal(sample.block(), again.block())
    kept = {key: value for key, value in again.metadata.items() if key != "content"}
    assert kept == sample.metadata
    assert again.sigma == sample.sigma
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(("extension", "layout"), [(".parquet", "ttree"), (".root", "rntuple")])
def test_reconstructed_events_are_exact(sample: Sample, tmp_path: Path, extension: str, layout: str) -> None:
    reco = lmutau.simulate(sample)
    write_sample(reco, tmp_path / f"x{extension}", layout=layout)
    again = read_sample(tmp_path / f"x{extension}")
    assert_equal(reco.block(), again.block())
    assert again.metadata["kind"] == "reco"


def test_the_digest_of_text_and_parquet_is_that_of_the_sample(sample: Sample, tmp_path: Path) -> None:
    digests = set()
    for extension in (*TEXT, ".parquet"):
        write_sample(sample, tmp_path / f"x{extension}")
        digests.add(content_digest(tmp_path / f"x{extension}"))
    assert len(digests) == 1
    other = lmutau.generate("tautau", 3000, seed=2, adaptation_points=1000, isr=True)
    write_sample(other, tmp_path / "x.lhe")
    assert content_digest(tmp_path / "x.lhe") not in digests


@pytest.mark.parametrize("extension", [".lhe.gz", ".hepmc.gz"])
def test_equal_samples_give_equal_compressed_files(sample: Sample, tmp_path: Path, extension: str) -> None:
    for name in ("a", "b"):
        write_sample(sample, tmp_path / f"{name}{extension}")
    assert (tmp_path / f"a{extension}").read_bytes() == (tmp_path / f"b{extension}").read_bytes()


@pytest.mark.parametrize("extension", [".lhe", ".hepmc"])
def test_the_detector_sees_the_same_events(sample: Sample, tmp_path: Path, extension: str) -> None:
    write_sample(sample, tmp_path / f"x{extension}")
    one, two = lmutau.simulate(sample), lmutau.simulate(read_sample(tmp_path / f"x{extension}"))
    assert ak.array_equal(one.events.weight, two.events.weight)
    assert ak.array_equal(one.events.Muon.pt, two.events.Muon.pt)


def test_compression_is_told_by_the_content(sample: Sample, tmp_path: Path) -> None:
    write_sample(sample, tmp_path / "x.lhe.gz")
    (tmp_path / "y.lhe").write_bytes((tmp_path / "x.lhe.gz").read_bytes())
    (tmp_path / "z.lhe.gz").write_bytes(gzip.decompress((tmp_path / "x.lhe.gz").read_bytes()))
    for name in ("y.lhe", "z.lhe.gz"):
        assert_equal(read_sample(tmp_path / name).block(), sample.block())


# --- any record, not only those our processes make

_numbers = st.one_of(
    st.floats(-1e4, 1e4), st.sampled_from((0.0, -0.0, 1e-300, 5e-324, 0.1, 1 / 3, 0.000510998950, 123456789.123456789))
)


@st.composite
def _records(draw: st.DrawFn, widest_id: int) -> EventBlock:
    """Blocks of events with any numbers, ids, states and earlier mothers; two beams first."""
    counts = draw(st.lists(st.integers(2, 6), max_size=5))
    total = sum(counts)
    ids = draw(st.lists(st.integers(-widest_id, widest_id), min_size=total, max_size=total))
    status, mothers = [], []
    for count in counts:
        status += [4, 4, *draw(st.lists(st.sampled_from((1, 2)), min_size=count - 2, max_size=count - 2))]
        mothers += [-1, -1, *(draw(st.integers(-1, i - 1)) for i in range(2, count))]
    floats = [draw(st.lists(_numbers, min_size=total, max_size=total)) for _ in range(4)]
    wide = np.int64 if widest_id > 2**31 else np.int32
    columns: dict[str, Column] = {
        "pdgId": np.array(ids, dtype=wide),
        "status": np.array(status, dtype=np.int32),
        "genPartIdxMother": np.array(mothers, dtype=np.int16),
        **{name: np.array(values, dtype=np.float64) for name, values in zip(("px", "py", "pz"), floats, strict=False)},
        "mass": np.abs(np.array(floats[3], dtype=np.float64)),
    }
    n = len(counts)
    weights = draw(st.lists(st.floats(0, 1e9), min_size=n, max_size=n))
    blocks = draw(st.lists(st.integers(1, 4), min_size=n, max_size=n))
    scalars: dict[str, Column] = {
        "run": np.ones(n, np.uint32),
        "luminosityBlock": np.array(sorted(blocks), dtype=np.uint32),
        "event": np.arange(n, dtype=np.uint64) * 7 + 2**40,
        "genWeight": np.array(weights, dtype=np.float64),
    }
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return EventBlock(scalars, {"GenPart": Jagged(offsets, columns)})


def _described(sample: Sample, block: EventBlock, **more: Any) -> dict[str, Any]:
    weight: Any = block.scalars["genWeight"]
    sums = weight_summary(len(weight), float(weight.sum()), float((weight**2).sum()))
    return {**sample.metadata, **sums, **more}


@pytest.mark.parametrize(("extension", "widest"), [(".lhe", 2**53), (".hepmc", 2**31 - 1), (".parquet", 2**62)])
@settings(max_examples=60)
@given(data=st.data())
def test_any_record_is_exact(
    sample: Sample, tmp_path_factory: pytest.TempPathFactory, extension: str, widest: int, data: st.DataObject
) -> None:
    block = data.draw(_records(widest))
    path = tmp_path_factory.getbasetemp() / f"any{extension}"
    with writer_for(path) as writer:
        writer.write(block)
        writer.finish(_described(sample, block, **({"wide_pdg_ids": True} if widest > 2**31 else {})))
    _, found = read_events(path)
    blocks = list(found)
    assert_equal(block, EventBlock.concatenate(blocks))
    numbers = [np.unique(one.scalars["luminosityBlock"]).tolist() for one in blocks if len(one)]
    assert all(len(one) == 1 for one in numbers)
    assert len(numbers) == len(np.unique(block.scalars["luminosityBlock"]))


def test_hepmc_has_no_room_for_ids_of_64_bits(sample: Sample, tmp_path: Path) -> None:
    block = sample.block()
    ids = np.full(len(block.collections["GenPart"]["px"]), 2**40)
    columns = {**block.collections["GenPart"].columns, "pdgId": ids}
    wide = EventBlock(block.scalars, {"GenPart": Jagged(block.collections["GenPart"].offsets, columns)})
    with (
        pytest.raises(lmutau.FileError, match=r"2147483647.*\.lhe, \.root"),
        writer_for(tmp_path / "x.hepmc") as writer,
    ):
        writer.write(wide)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("extension", TEXT)
def test_nothing_is_left_behind_on_error(sample: Sample, tmp_path: Path, extension: str) -> None:
    target = tmp_path / f"x{extension}"
    target.write_text("an older result")

    def interrupted() -> None:
        with writer_for(target) as writer:
            writer.write(sample.block())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with pytest.raises(lmutau.FileError, match="closed before"), writer_for(target) as writer:
        writer.write(sample.block())
    assert target.read_text() == "an older result"
    assert [p.name for p in tmp_path.iterdir()] == [target.name]


def test_parquet_without_pyarrow(sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(lmutau.FileError, match=r"pip install 'lmutau\[parquet\]'"):
        write_sample(sample, tmp_path / "x.parquet")
    assert not list(tmp_path.iterdir())
