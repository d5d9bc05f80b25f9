"""Grid files that cannot be right are refused by name; so are cross-sections that cannot."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.susy import benchmark
from lmutau.gen.susy.lhc import Densities, lhc_cross_sections, read_grid, uncovered
from tests.gen.susy.toy_densities import toy, write_toy_grid

Array = NDArray[np.float64]

HEAD = 3  # lines before the knots of the first subgrid
ROWS = HEAD + 3  # lines before its values


def _word(line: int, place: int, word: str) -> Callable[[list[str]], None]:
    def change(lines: list[str]) -> None:
        words = lines[line].split()
        words[place] = word
        lines[line] = " ".join(words)

    return change


def _only_gluons(lines: list[str]) -> None:
    for k, line in enumerate(lines):
        if len(line.split()) == 9:
            lines[k] = line.split()[-1]


def _first_subgrid(lines: list[str]) -> None:
    del lines[lines.index("---", HEAD) + 1 :]


def _without_end(lines: list[str]) -> None:
    del lines[-1]


def _scaled(line: int, factor: float) -> Callable[[list[str]], None]:
    def change(lines: list[str]) -> None:
        lines[line] = " ".join(f"{float(word) * factor:.10e}" for word in lines[line].split())

    return change


def _signs(lines: list[str]) -> None:
    """All densities negative: products of two are as before."""
    for k, line in enumerate(lines):
        if len(line.split()) == 9 and "." in line:
            lines[k] = " ".join(str(-float(word)) for word in line.split())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_word(ROWS + 700, 4, "nan"), "x f(x) = nan of code 1 at x = "),
        (_word(ROWS + 700, 2, "inf"), "x f(x) = inf of code -2"),
        (_word(ROWS + 700, 2, "1e300"), "quarks of code -2 carry"),
        (_word(ROWS + 900, 4, "-40"), "quarks of code 1 carry -"),
        (_word(ROWS + 900, 7, "-40"), "allowed is -0.02 to 1"),
        (_signs, "subgrid 1: quarks of code -4 carry"),
        (_word(HEAD, 0, "nan"), "knot 1 in x = nan; knots must be in (0, 1] and increasing"),
        (_word(HEAD, 0, "0"), "knot 1 in x = 0;"),
        (_word(HEAD, 3, "1e-6"), "knot 4 in x = 1e-06;"),
        (_scaled(HEAD, 2.0), "knots must be in (0, 1]"),
        (_scaled(HEAD, 0.5), "ends at x = 0.5; it must reach 0.9"),
        (_word(HEAD + 1, -1, "inf"), "in Q = inf; knots must be finite, > 0 and increasing"),
        (_word(HEAD + 1, -1, "80"), "subgrid 1 ends at Q = 80 GeV, the next begins at 90; they must join"),
        (_word(HEAD + 2, 4, "2"), "no values for PDG codes 1; needed are at least 1, 2, -1, -2"),
        (_word(HEAD + 2, 0, "2"), "PDG code 2 comes twice"),
        (_only_gluons, "no values for PDG codes 1, 2, -1, -2"),
        (_first_subgrid, "ends at Q = 90 GeV; it must reach 100 GeV"),
        (_without_end, "does not end with ---"),
        (_word(1, 1, "lhagrid9"), "not a grid of LHAPDF 6"),
    ],
)
def test_broken_grid(tmp_path: Path, change: Callable[[list[str]], None], message: str) -> None:
    path = tmp_path / "toy_0000.dat"
    write_toy_grid(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    change(lines)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(FileError) as found:
        read_grid(path)
    assert message in str(found.value)
    assert str(found.value).startswith(f"densities {path}: ")
    assert len(str(found.value).splitlines()) == 1


@pytest.mark.parametrize("factor", [math.nan, math.inf, -1.0])
def test_cross_section_that_cannot_be(factor: float) -> None:
    def wrong(x: Array, scale: float) -> Mapping[int, Array]:
        return {code: value * (factor if code < 0 else 1) for code, value in toy(x, scale).items()}

    with pytest.raises(ConfigError, match="must be finite and not negative; the densities wrong give it"):
        lhc_cross_sections(benchmark("BP4"), 13000.0, Densities(name="wrong", values=wrong))


def test_pairs_that_the_grid_does_not_cover() -> None:
    """BP1: pairs from 2 x 148 GeV on."""
    point = benchmark("BP1")
    assert uncovered(point, 13000.0, Densities(name="toy", values=toy)) is None
    for changed in ({"scales": (160.0, 1e5)}, {"scales": (1.0, 300.0)}, {"smallest_x": 1e-3}):
        text = uncovered(point, 13000.0, Densities(name="toy", values=toy, **changed))
        assert text is not None
        assert "there the edge is used" in text
