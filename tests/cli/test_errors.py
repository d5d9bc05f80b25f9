"""Wrong use: a message that names key or file, value and what is allowed; status 2; nothing half-written."""

import json
import os
from pathlib import Path
from typing import Any

import awkward as ak
import pytest
import uproot

from tests.cli.driver import CommandLine

GOOD = ("--set", "mass=0.1", "--adaptation-points", "1000")


def _refused(lmutau: CommandLine, folder: Path, *arguments: object) -> str:
    before = sorted(folder.rglob("*"))
    ended = lmutau(*arguments)
    assert ended.status == 2, ended
    assert ended.out == ""
    assert "Traceback" not in ended.err
    assert sorted(folder.rglob("*")) == before
    return ended.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("generate", "mumuz", "-n", 10, *GOOD), ["mumuz", "mumuzp"]),
        (("generate", "mumuzp", "-n", 10, "--set", "mas=1"), ["mas", "mass"]),
        (("generate", "mumuzp", "-n", 10, "--set", "mass=10.5"), ["10.5", "10.36"]),
        (("generate", "mumuzp", "-n", 10, "--set", "mass=-1"), ["mass = -1 GeV"]),
        (("generate", "mumuzp", "-n", 10, "--set", "mass=nan"), ["mass = nan"]),
        (("generate", "mumuzp", "-n", 10, "--set", "mass=0.1", "--set", "g=-1"), ["g = -1"]),
        (("generate", "mumugamma", "-n", 10, "--set", "min_photon_energy=-1"), ["min_photon_energy = -1"]),
        (("generate", "mumuzp", "-n", 10, "--set", "mass"), ["KEY=VALUE"]),
        (("generate", "mumuzp", "-n", 10, "--set", "mass=1", "--set", "mass=2"), ["given twice"]),
        (("generate", "mumuzp", "-n", 0, *GOOD), ["n_events = 0"]),
        (("generate", "mumuzp", "-n", -3, *GOOD), ["n_events = -3"]),
        (("generate", "mumuzp", "-n", 10, *GOOD, "--workers", 0), ["workers = 0"]),
        (("generate", "mumuzp", "-n", 10, *GOOD, "--seed", -1), ["seed = -1"]),
        (("generate", "mumuzp", "-n", "many", *GOOD), ["-n", "'many' is not a number", "1e4"]),
        (("generate", "mumuzp", "-n", "0.5", *GOOD), ["-n", "'0.5' is not a whole number", "1e4"]),
        (("generate", "mumuzp", "-n", 10, "--set", "mass=0.1", "--adaptation-points", "1e2"), ["= 100: "]),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else None,
)
def test_generate(lmutau: CommandLine, tmp_path: Path, arguments: tuple[object, ...], words: list[str]) -> None:
    message = _refused(lmutau, tmp_path, *arguments, "-o", tmp_path / "out.root")
    for word in words:
        assert word in message


@pytest.mark.parametrize("name", ["out.lhef", "out", "out.txt", ".lhe", "none/out.root", "none/out.hepmc.gz"])
def test_output_names(lmutau: CommandLine, tmp_path: Path, name: str) -> None:
    assert name.split("/")[-1] in _refused(
        lmutau, tmp_path, "generate", "mumuzp", "-n", 10, *GOOD, "-o", tmp_path / name
    )


def test_output_is_a_folder(lmutau: CommandLine, tmp_path: Path) -> None:
    assert "is a folder" in _refused(lmutau, tmp_path, "generate", "mumuzp", "-n", 10, *GOOD, "-o", tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_output_is_not_writable(lmutau: CommandLine, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    assert "not writable" in _refused(
        lmutau, tmp_path, "generate", "mumuzp", "-n", 10, *GOOD, "-o", locked / "out.root"
    )


def test_output_below_a_device_file(lmutau: CommandLine, tmp_path: Path) -> None:
    assert "/dev/null" in _refused(lmutau, tmp_path, "generate", "mumuzp", "-n", 10, *GOOD, "-o", "/dev/null/out.root")


def _inputs(folder: Path, lmutau: CommandLine) -> dict[str, Path]:
    whole = folder / "whole.root"
    lmutau("generate", "mumuzp", "-n", 3000, *GOOD, "-o", whole, "--seed", 1)
    data = whole.read_bytes()
    text, short, foreign, empty = (folder / f"{name}.root" for name in ("text", "short", "foreign", "empty"))
    text.write_text("this is no ROOT file\n" * 100)
    short.write_bytes(data[: len(data) // 3])
    empty.write_bytes(b"")
    with uproot.recreate(foreign) as file:
        file["Events"] = {"x": [1.0, 2.0]}
    return {"missing": folder / "missing.root", "text": text, "short": short, "foreign": foreign, "empty": empty,
            "folder": folder}  # fmt: skip


@pytest.mark.parametrize("command", ["simulate", "analyze", "show"])
@pytest.mark.parametrize("kind", ["missing", "text", "short", "foreign", "empty", "folder"])
@pytest.mark.filterwarnings("ignore:.*RNTuple.*")
def test_inputs(lmutau: CommandLine, tmp_path: Path, command: str, kind: str) -> None:
    path = _inputs(tmp_path, lmutau)[kind]
    arguments: list[object] = [command, path]
    if command != "show":
        arguments += ["-o", tmp_path / "out.root"]
    assert str(path) in _refused(lmutau, tmp_path, *arguments)


def test_every_cut_of_a_file_is_noticed(lmutau: CommandLine, tmp_path: Path) -> None:
    whole = tmp_path / "whole.root"
    lmutau("generate", "mumuzp", "-n", 3000, *GOOD, "-o", whole, "--seed", 1)
    data = whole.read_bytes()
    short = tmp_path / "short.root"
    for part in (0.01, 0.2, 0.5, 0.9, 0.99):
        short.write_bytes(data[: int(part * len(data))])
        assert "short.root" in _refused(lmutau, tmp_path, "simulate", short, "-o", tmp_path / "out.root")


def test_wrong_stage(lmutau: CommandLine, tmp_path: Path) -> None:
    truth, reco = tmp_path / "t.root", tmp_path / "r.root"
    lmutau("generate", "mumuzp", "-n", 2000, *GOOD, "-o", truth, "--seed", 1)
    lmutau("simulate", truth, "-o", reco)
    assert "'reco'" in _refused(lmutau, tmp_path, "analyze", truth, "-o", tmp_path / "n.root")
    assert "'truth'" in _refused(lmutau, tmp_path, "simulate", reco, "-o", tmp_path / "n.root")
    assert "is the input" in _refused(lmutau, tmp_path, "analyze", reco, "-o", reco)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("simulate", "--detector", "belle3"), ["belle3", "belle2"]),
        (("analyze", "--selection", "jkpt"), ["jkpt", "jkpt2019"]),
        (("analyze", "--mass", "-1"), ["mass = -1"]),
        (("analyze", "--mass", "nan"), ["mass = nan"]),
    ],
)
def test_names(lmutau: CommandLine, tmp_path: Path, arguments: tuple[str, ...], words: list[str]) -> None:
    truth, reco = tmp_path / "t.root", tmp_path / "r.root"
    lmutau("generate", "mumuzp", "-n", 2000, *GOOD, "-o", truth, "--seed", 1)
    lmutau("simulate", truth, "-o", reco)
    source = truth if arguments[0] == "simulate" else reco
    message = _refused(lmutau, tmp_path, arguments[0], source, "-o", tmp_path / "o.root", *arguments[1:])
    for word in words:
        assert word in message


@pytest.mark.parametrize("arguments", [["processes", "mumuz"], ["nothing"], ["show"], ["generate"]])
def test_wrong_use(lmutau: CommandLine, tmp_path: Path, arguments: list[str]) -> None:
    _refused(lmutau, tmp_path, *arguments)


def _doctored(path: Path, **changes: Any) -> Path:
    """Copy of a file with changed metadata, or with changed events (key ``events``: a function)."""
    target = path.with_name("doctored.root")
    with uproot.open(path) as file, uproot.recreate(target) as out:
        arrays = file["Events"].arrays()
        metadata = {**json.loads(str(file["metadata"])), **changes}
        change = metadata.pop("events", lambda events: events)
        branches = change({name: arrays[name] for name in arrays.fields})
        first = next(iter(branches.values()))
        assert len(first)
        out.mktree("Events", {name: column.type.content for name, column in _grouped(branches).items()})
        out["Events"].extend(_grouped(branches))
        out["metadata"] = json.dumps({key: value for key, value in metadata.items() if value != "drop"})
    return target


def _grouped(branches: dict[str, Any]) -> dict[str, Any]:
    """Put nGenPart, GenPart_px, ... back into one collection, as the writer wants it."""
    flat = {name: column for name, column in branches.items() if not name.startswith(("GenPart_", "nGenPart"))}
    parts = {name.removeprefix("GenPart_"): column for name, column in branches.items() if name.startswith("GenPart_")}
    return {**flat, "GenPart": ak.zip(parts)}


def _with_nan(events: dict[str, Any]) -> dict[str, Any]:
    weight = ak.to_numpy(events["genWeight"]).copy()
    weight[3] = float("nan")
    return {**events, "genWeight": ak.Array(weight)}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"seed": "drop"}, "seed"),
        ({"seed": -1}, "seed = -1"),
        ({"n_tried": "many"}, "n_tried = 'many'"),
        ({"parameters": None}, "parameters"),
        ({"parameters": {"mass": 0.1, "g": 0}}, "parameters.g = 0"),
        ({"beams": {}}, "beams.four_momentum"),
        ({"schema": True}, "version True"),
        ({"sigma_fb": None}, "sigma_fb"),
        ({"events": lambda events: {name: column[:500] for name, column in events.items()}}, "500 events"),
        ({"events": lambda events: {**events, "genWeight": events["genWeight"] * 1.001}}, "sum of genWeight"),
        ({"events": lambda events: {k: v for k, v in events.items() if k != "GenPart_px"}}, "GenPart_px"),
        ({"events": lambda events: {k: v for k, v in events.items() if k != "luminosityBlock"}}, "luminosityBlock"),
        ({"events": _with_nan}, "genWeight holds a number that is not finite"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_doctored_files(lmutau: CommandLine, tmp_path: Path, changes: dict[str, Any], word: str) -> None:
    whole = tmp_path / "whole.root"
    lmutau("generate", "mumuzp", "-n", 1000, *GOOD, "-o", whole, "--seed", 1)
    path = _doctored(whole, **changes)
    assert word in _refused(lmutau, tmp_path, "simulate", path, "-o", tmp_path / "out.root")


@pytest.mark.parametrize("text", ["[1, 2]", '"abc"', "null", "{"])
def test_metadata_of_another_kind(lmutau: CommandLine, tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.root"
    with uproot.recreate(path) as file:
        file["metadata"] = text
    for command in (("show", path), ("simulate", path, "-o", tmp_path / "o.root")):
        assert "metadata" in _refused(lmutau, tmp_path, *command)


def test_output_is_the_input(lmutau: CommandLine, tmp_path: Path) -> None:
    whole = tmp_path / "whole.root"
    lmutau("generate", "mumuzp", "-n", 1000, *GOOD, "-o", whole, "--seed", 1)
    assert "is the input" in _refused(lmutau, tmp_path, "simulate", whole, "-o", whole)


@pytest.mark.parametrize("setting", ["sqrt_s=1e200", "g=1e-300", "g=1e300", "mass=1e-300", "alpha=1e-300"])
def test_absurd_parameters(lmutau: CommandLine, tmp_path: Path, setting: str) -> None:
    settings = ("--set", setting) if setting.startswith("mass") else ("--set", "mass=0.1", "--set", setting)
    assert setting.split("=")[0] in _refused(
        lmutau, tmp_path, "generate", "mumuzp", "-n", 10, *settings, "-o", tmp_path / "o.root"
    )
