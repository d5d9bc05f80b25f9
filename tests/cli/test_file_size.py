"""Sizes are said before the work where they are large, and afterwards always."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from lmutau.file_size import announcement, ntuple_bytes, size_text, truth_bytes
from lmutau.gen.generation import generate_file
from lmutau.gen.generator import prepare
from tests.cli.driver import CommandLine

Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize("ending", ["root", "lhe", "lhe.gz", "hepmc", "parquet"])
@pytest.mark.parametrize("process", ["mumu", "tautau"])
def test_the_estimate_fits_the_file(process: str, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{ending}"
    made = prepare(process, 8000, seed=1, adaptation_points=1000)
    expected = truth_bytes(made, path)
    generate_file(made, path)
    assert path.stat().st_size == pytest.approx(expected, rel=0.35)


def test_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(10**12, 0, 2 * 10**9))
    assert announcement(99e6, tmp_path) is None
    assert announcement(ntuple_bytes(7_000_000), tmp_path) == "about 630 MB will be written"
    text = announcement(3e9, tmp_path)
    assert text is not None and text.startswith("warning: about 3 GB will be written, only 2 GB are free in ")
    assert [size_text(n) for n in (0, 999.6e3, 1.5e13)] == ["0 B", "1000 kB", "15 TB"]


def test_generate_says_sizes(lmutau: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("generate", "mumu", "-n", "1e3", "-o", tmp_path / "t.root", "--adaptation-points", "1e3", "--seed", 1)
    small = lmutau(*arguments)
    size = size_text((tmp_path / "t.root").stat().st_size)
    assert "will be written" not in small.err and f"t.root ({size})" in small.out
    monkeypatch.setattr("lmutau.file_size.WORTH_SAYING", 1e4)
    assert "about 66 kB will be written" in lmutau(*arguments).err
