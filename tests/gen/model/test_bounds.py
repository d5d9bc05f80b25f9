"""Bounds in (M, g): where they reach, what they say, files of the user."""

import math
from pathlib import Path

import numpy as np
import pytest

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.model import (
    BOUNDS,
    Anomaly,
    bounds,
    delta_a,
    kinetic_mixing,
    read_bounds,
    trident_heavy_ratio,
    z_pole_shift,
)


def test_every_bound_is_described_and_ends_where_it_says() -> None:
    masses = np.geomspace(1e-4, 1e3, 400)
    found = bounds(masses)
    assert tuple(found) == BOUNDS
    for bound in found.values():
        assert bound.source and bound.note and bound.label
        assert bound.kind in ("computed", "published")
        inside = (masses >= bound.valid[0]) & (masses <= bound.valid[1])
        assert (np.isfinite(bound.g) == inside).all(), bound.name
        assert inside.any()


def test_computed_curves_are_at_their_limit() -> None:
    found = bounds([20.0, 30.0])
    assert delta_a([20.0, 30.0], found["g-2"].g) == pytest.approx((2.79 + 2 * 0.76) * 1e-9)
    own = Anomaly(name="own", lepton="mu", value=1e-9, error=1e-10, source="test")
    assert delta_a(0.1, bounds(0.1, ["g-2"], anomaly=own, n_sigma=3)["g-2"].g) == pytest.approx(1.3e-9)
    assert found["g-2"].cl == pytest.approx(0.9545, abs=1e-4)
    assert trident_heavy_ratio([20.0, 30.0], found["trident-heavy"].g) == pytest.approx(0.82 + 1.96 * 0.28)
    assert np.abs(z_pole_shift([20.0, 30.0], found["z-pole"].g)) == pytest.approx(8.92008e-4)


def test_printed_lines() -> None:
    found = bounds([0.004, 0.007, 0.1, 0.5, 6.9, 7.1])
    assert found["na62"].g[:3].tolist() == [1e-2] * 3
    assert np.isnan(found["na62"].g[3:]).all()
    assert found["z-4mu"].g[3:5].tolist() == [4e-3] * 2
    assert np.isnan(found["z-4mu"].g[[2, 5]]).all()
    assert found["bbn"].g[0] == 0 and math.isnan(found["bbn"].g[1])
    assert found["bbn-strict"].g[1] == 0 and math.isnan(found["bbn-strict"].g[2])


def test_unknown_name() -> None:
    with pytest.raises(ConfigError, match="z-pole"):
        bounds([1.0], ["zpole"])


def _file(folder: Path, text: str) -> Path:
    path = folder / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return path


HEAD = "mass_GeV, g, cl, source\n"


def test_file(tmp_path: Path) -> None:
    path = _file(tmp_path, f'# points\n{HEAD}1.0, 1e-3, 0.9, "A, B 2020"\n0.01, 1e-4, 0.9, "A, B 2020"\n')
    found = bounds([0.001, 0.01, 0.1, 1.0, 2.0], [], files=[read_bounds(path)])["mine"]
    assert found.g[1:4] == pytest.approx([1e-4, math.sqrt(1e-7), 1e-3])  # straight in the logarithms
    assert np.isnan(found.g[[0, 4]]).all()
    assert (found.cl, found.kind, found.source, found.valid) == (0.9, "user", "A, B 2020", (0.01, 1.0))


@pytest.mark.parametrize(("mixing", "power", "at"), [("scattering", 0.5, 0.0), ("production", 1.0, 0.2)])
def test_file_that_depends_on_mixing(tmp_path: Path, mixing: str, power: float, at: float) -> None:
    rows = "".join(f"{m}, 1e-3, 0.9, test, {mixing}\n" for m in (0.1, 0.2, 0.4))
    bound = read_bounds(_file(tmp_path, f"mass_GeV, g, cl, source, mixing\n{rows}"))
    ratio = float(abs(kinetic_mixing(at)) / abs(kinetic_mixing(at, 10.0)))
    assert float(bounds(0.2, [], files=[bound], r=10.0)["mine"].g) == pytest.approx(1e-3 * ratio**power, rel=1e-12)
    assert float(bounds(0.2, [], files=[bound])["mine"].g) == pytest.approx(1e-3, rel=1e-12)
    if mixing == "scattering":  # printed: Pi(0) = 0.01443291117 and 0.02032029423
        assert ratio == pytest.approx(0.01443291117 / 0.02032029423, rel=1e-6)


@pytest.mark.parametrize(("text", "words"), [
    ("", "is empty"),
    ("mass, g, cl, source\n1,1,0.9,x\n", "mass_GeV missing"),
    ("mass_GeV, g, cl, source, mixin\n1,1,0.9,x,none\n", "mixing"),
    (f"{HEAD}1, 1, 0.9, x\n", "at least two"),
    (f"{HEAD}1, 1, 0.9, x\n1, 2, 0.9, x\n", "line 3: mass_GeV = 1: stands there twice"),
    (f"{HEAD}1, -1, 0.9, x\n2, nan, 0.9, x\n", "line 2: g = '-1'"),
    (f"{HEAD}1, 1, 0.9, x\n2, 1, 0.95, x\n", "line 3: cl = '0.95', but '0.9' above"),
    (f"{HEAD}1, 1, 90, x\n2, 1, 90, x\n", "cl = '90': allowed is a number between 0 and 1"),
    (f"{HEAD}1, 1, 0.9\n2, 1, 0.9, x\n", "line 2: 3 cells"),
    (f"{HEAD}1, 1, 0.9,\n2, 1, 0.9,\n", "source is empty"),
    (f'{HEAD}1, 1, 0.9, "x\n2, 1, 0.9, x\n', "line 2: no readable row (unexpected end"),
    (f'# a\n{HEAD}1, 1, 0.9, x\n2, 1, 0.9, "x" y\n', "line 4: no readable row"),
    (f"{HEAD}1, 1, 0.9, {'x' * 140_000}\n2, 1, 0.9, x\n", "line 2: no readable row (field larger"),
    (f'{HEAD}1, 1, 0.9, "x\ny"\n2, -1, 0.9, "x\ny"\n', "line 4: g = '-1'"),
])  # fmt: skip
def test_wrong_files(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=r"mine\.csv") as raised:
        read_bounds(_file(tmp_path, text))
    assert words in str(raised.value)


def test_all_that_is_wrong_in_one_go(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        read_bounds(_file(tmp_path, f"{HEAD}1, -1, 0.9, x\n2, nan, 0.9, x\n"))
    assert len(str(raised.value).splitlines()) == 2


def test_cells_over_several_lines(tmp_path: Path) -> None:
    cell = '"Fig. 3 of\n# no comment\n\narXiv:1234"'
    bound = read_bounds(_file(tmp_path, f"\ufeff{HEAD}0.01, 4e-4, 0.9, {cell}\n\n# comment\n0.1, 6e-4, 0.90, {cell}\n"))
    assert bound.mass.tolist() == [0.01, 0.1]
    assert (bound.cl, bound.source) == (0.9, "Fig. 3 of # no comment arXiv:1234")


def test_no_file_takes_the_place_of_another_bound(tmp_path: Path) -> None:
    text = f"{HEAD}1, 1, 0.9, x\n2, 1, 0.9, x\n"
    for folder, name in (("a", "ok"), ("b", "ok"), ("a", "na62"), ("a", "g-2")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"{name}.csv").write_text(text)
    first, second = (read_bounds(tmp_path / folder / "ok.csv") for folder in "ab")
    with pytest.raises(ConfigError, match="both are named 'ok'") as raised:
        bounds(1.0, [], files=[first, second])
    assert first.path in str(raised.value) and second.path in str(raised.value)
    for name in ("na62", "g-2"):
        with pytest.raises(ConfigError, match=rf"a.{name}\.csv: .* bound '{name}' of its own"):
            bounds(1.0, ["z-pole"], files=[read_bounds(tmp_path / "a" / f"{name}.csv")])


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"none\.csv"):
        read_bounds(tmp_path / "none.csv")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileError, match="no text file"):
        read_bounds(tmp_path / "binary.csv")


def test_thresholds_are_the_constants() -> None:
    assert bounds([1.0])["na62"].valid[1] == 2 * CONSTANTS.m_mu
