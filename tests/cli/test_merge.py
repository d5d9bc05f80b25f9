"""``lmutau merge``: files of any format, what the file says about itself, what is refused."""

import json
from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import uproot

import lmutau as package
from lmutau.analysis.files import analyze_files
from lmutau.detsim.simulation import simulate_file
from lmutau.gen.frozen import restore_sampler
from lmutau.gen.generation import generate_file
from lmutau.gen.generator import prepare
from lmutau.gen.io.merge import merge_files
from lmutau.gen.io.root import EventWriter, iterate_blocks, read_metadata, read_text
from tests.cli.driver import CommandLine

MASS = ("--set", "mass=0.1", "--adaptation-points", "1000")


@pytest.fixture
def files(lmutau: CommandLine, tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "one.root", tmp_path / "two.lhe.gz", tmp_path / "three.parquet"]
    for seed, (path, n) in enumerate(zip(paths, (600, 400, 200), strict=True), start=1):
        assert lmutau("generate", "mumuzp", "-n", n, *MASS, "--seed", seed, "-o", path).status == 0
    return paths


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Samples for wrong use; no command may add to them."""
    folder = tmp_path_factory.mktemp("merge")
    for name, process, seed, more in (
        ("one.root", "mumuzp", 1, {"mass": 0.1}),
        ("two.lhe.gz", "mumuzp", 2, {"mass": 0.1}),
        ("mass.root", "mumuzp", 9, {"mass": 0.2}),
        ("mumu.root", "mumu", 9, {}),
    ):
        generate_file(prepare(process, 500, seed=seed, adaptation_points=1000, parameters=more), folder / name)
    merge_files([folder / "one.root", folder / "two.lhe.gz"], folder / "m.root")
    simulate_file(folder / "two.lhe.gz", folder / "reco.root")
    analyze_files([folder / "reco.root"], folder / "ntuple.root")
    with uproot.recreate(folder / "foreign.root") as file:
        file.mktree("Events", {"x": "f8"}).extend({"x": np.ones(3)})
    return folder


def test_files_of_any_format(lmutau: CommandLine, tmp_path: Path, files: list[Path]) -> None:
    sigmas = [json.loads(lmutau("show", path, "--json").out)["sigma_fb"] for path in files]
    expected = float(np.average(sigmas, weights=[600, 400, 200]))
    for name in ("m.root", "m.lhe", "m.hepmc.gz", "m.parquet"):
        ended = lmutau("merge", *files, "-o", tmp_path / name, "--json")
        assert (ended.status, ended.err) == (0, "")
        result = json.loads(ended.out)
        assert result["sigma_fb"] == pytest.approx(expected, rel=1e-12)
        assert result["sum_weights_fb"] == pytest.approx(expected, rel=1e-12)
        assert (result["n_tried"], result["n_events"], result["seeds"]) == (1200, 1200, [1, 2, 3])
        assert [one["source"] for one in result["merged"]] == [path.name for path in files]
        digests = [lmutau("show", path, "--digest").out.strip() for path in files]
        assert [one["digest"] for one in result["merged"]] == digests
        assert lmutau("show", tmp_path / name, "--verify").status == 0
    with uproot.open(tmp_path / "m.root") as file:
        events, runs = file["Events"].arrays(), file["Runs"].arrays(library="np")
    assert float(ak.sum(events.genWeight)) == pytest.approx(expected, rel=1e-12)
    assert (runs["genEventCount"][0], runs["genEventSumw"][0]) == (1200, pytest.approx(expected, rel=1e-12))
    assert runs["genEventSumw2"][0] == pytest.approx(float(ak.sum(events.genWeight**2)), rel=1e-12)
    assert len(set(zip(events.luminosityBlock.tolist(), events.event.tolist(), strict=True))) == 1200


def test_order_and_names_do_not_matter(lmutau: CommandLine, tmp_path: Path, files: list[Path]) -> None:
    lmutau("merge", *files, "-o", tmp_path / "a.root")
    renamed = tmp_path / "renamed.root"
    files[0].rename(renamed)
    lmutau("merge", files[2], renamed, files[1], "-o", tmp_path / "b.root", "--format", "rntuple")
    lmutau("export", tmp_path / "b.root", tmp_path / "c.root")
    digests = {lmutau("show", tmp_path / name, "--digest").out for name in ("a.root", "c.root")}
    assert len(digests) == 1
    ended = lmutau("show", tmp_path / "a.root")
    assert "seed 2: 400 tries, blocks 0-0, luminosityBlock 2-2" in ended.out
    assert "one.root, digest " in ended.out


def test_the_chain_goes_on(lmutau: CommandLine, tmp_path: Path, files: list[Path]) -> None:
    """Merge then simulate, or simulate then merge: the same events; the analysis counts all tries."""
    lmutau("merge", *files, "-o", tmp_path / "truth.root")
    lmutau("simulate", tmp_path / "truth.root", "-o", tmp_path / "late.root")
    for path in files:
        lmutau("simulate", path, "-o", tmp_path / f"{path.name}.reco.root")
    ended = lmutau("merge", *(tmp_path / f"{path.name}.reco.root" for path in files), "-o", tmp_path / "early.root")
    assert "reco events of mumuzp, seeds 1, 2, 3" in ended.out
    steps = []
    for name in ("late", "early"):
        ended = lmutau("analyze", tmp_path / f"{name}.root", "-o", tmp_path / f"{name}_n.root", "--json")
        assert ended.status == 0
        sample = json.loads(ended.out)["samples"][name]
        steps.append(sample["steps"])
        assert sample["steps"][0]["sum_w_fb"] == pytest.approx(sample["sigma_fb"], rel=1e-12)
    with uproot.open(tmp_path / "late.root") as late, uproot.open(tmp_path / "early.root") as early:
        one, other = late["Events"].arrays(), early["Events"].arrays()
    assert one.fields == other.fields
    assert np.allclose(one.weight, other.weight, rtol=1e-13, atol=0)
    assert ak.array_equal(one.GenPart_px, other.GenPart_px)


def test_frozen_samplers_are_kept(lmutau: CommandLine, tmp_path: Path) -> None:
    paths = [tmp_path / f"{seed}.root" for seed in (1, 2)]
    for seed, path in enumerate(paths, start=1):
        lmutau("generate", "mumuzp", "-n", 1000 * seed, *MASS, "--seed", seed, "-o", path)
    lmutau("merge", *paths, "-o", tmp_path / "m.root")
    lmutau("generate", "mumuzp", "-n", 500, *MASS, "--seed", 3, "-o", tmp_path / "3.root")
    lmutau("merge", tmp_path / "3.root", tmp_path / "m.root", "-o", tmp_path / "mm.root")
    metadata = read_metadata(tmp_path / "mm.root")
    packed = json.loads(str(read_text(tmp_path / "mm.root", "sampler")))
    blocks = list(iterate_blocks(tmp_path / "mm.root"))
    assert len(blocks) == len(metadata["parts"]) == 3
    for part, block in enumerate(blocks):
        sampler, _ = restore_sampler(metadata, packed, part)
        assert sampler.seed == metadata["parts"][part]["seed"]
        draw = sampler.draw(0, 0, metadata["parts"][part]["n_tried"])
        assert np.allclose(np.asarray(block.scalars["genWeight"]), draw.weight / 3500, rtol=1e-13, atol=0)
    # and reweighted together
    assert lmutau("reweight", tmp_path / "mm.root", "-o", tmp_path / "g.root", "--set", "g=2").status == 0
    packed = json.loads(str(read_text(tmp_path / "g.root", "sampler")))
    sampler, _ = restore_sampler(read_metadata(tmp_path / "g.root"), packed, 2)
    weight = np.asarray(list(iterate_blocks(tmp_path / "g.root"))[2].scalars["genWeight"])
    assert np.allclose(weight, sampler.draw(0, 0, 500).weight / 3500, rtol=1e-13, atol=0)
    # a text file has no sampler: then the sum has none, either
    lmutau("export", paths[0], tmp_path / "1.lhe")
    lmutau("merge", tmp_path / "1.lhe", paths[1], "-o", tmp_path / "n.root")
    assert read_text(tmp_path / "n.root", "sampler") is None


def test_python_and_command_line_agree(lmutau: CommandLine, tmp_path: Path, files: list[Path]) -> None:
    lmutau("merge", *files, "-o", tmp_path / "m.root")
    merged = package.gen.merge_samples([package.gen.read_sample(path) for path in files])
    read = package.gen.read_sample(tmp_path / "m.root")
    for name in read.events.fields:
        assert ak.array_equal(read.events[name], merged.events[name]), name
    assert merged.sigma == read.sigma


@pytest.mark.parametrize(
    ("sources", "target", "words"),
    [
        ("one.root one.root", "x.root", ["one.root", "same events", "seed 1"]),
        ("one.root m.root", "x.root", ["m.root", "same events", "blocks 0 to 0"]),
        ("one.root mass.root", "x.root", ["mass.root", "parameters.mass = 0.1 and 0.2", "kept apart", "analyze"]),
        ("one.root mumu.root", "x.root", ["process = mumuzp and mumu", "kept apart"]),
        ("one.root reco.root", "x.root", ["kind = truth and reco"]),
        ("one.root ntuple.root", "x.root", ["ntuple.root", "before the analysis"]),
        ("one.root two.lhe.gz", "one.root", ["is an input"]),
        ("one.root two.lhe.gz", "x.txt", [".txt"]),
        ("one.root two.lhe.gz", "x.lhe --format rntuple", ["rntuple"]),
        ("reco.root", "x.lhe", ["'reco'"]),
        ("one.root none.root", "x.root", ["none.root", "no such file"]),
        ("one.root foreign.root", "x.root", ["foreign.root", "without lmutau metadata"]),
    ],
)
def test_wrong_use(lmutau: CommandLine, folder: Path, sources: str, target: str, words: list[str]) -> None:
    before = sorted(folder.iterdir())
    name, *options = target.split()
    ended = lmutau("merge", *(folder / source for source in sources.split()), "-o", folder / name, *options)
    assert (ended.status, ended.out) == (2, "")
    assert len(ended.err.splitlines()) == 1
    for word in words:
        assert word in ended.err
    assert sorted(folder.iterdir()) == before


def test_a_damaged_input_leaves_nothing(lmutau: CommandLine, tmp_path: Path, files: list[Path]) -> None:
    """Found while the events stream by: the output never appears."""
    text = json.dumps({**read_metadata(files[0]), "seed": 7})
    with uproot.recreate(tmp_path / "bad.root") as file:
        file["metadata"] = text
        file.mktree("Events", {"genWeight": "f8"}).extend({"genWeight": np.ones(3)})
    before = sorted(tmp_path.iterdir())
    ended = lmutau("merge", files[1], tmp_path / "bad.root", "-o", tmp_path / "x.root")
    assert (ended.status, len(ended.err.splitlines())) == (2, 1)
    assert "branches are missing" in ended.err
    assert sorted(tmp_path.iterdir()) == before


def test_version_is_told(lmutau: CommandLine, tmp_path: Path, files: list[Path]) -> None:
    (block,) = iterate_blocks(files[0])
    with EventWriter(tmp_path / "old.root") as writer:
        writer.write(block)
        writer.finish({**read_metadata(files[0]), "version": "0.0.1"})
    ended = lmutau("merge", tmp_path / "old.root", files[1], "-o", tmp_path / "x.root")
    assert ended.status == 0
    assert f"warning: made by different versions: 0.0.1, {package.__version__}" in ended.err
