"""SLHA files: what is written is read back, other readers understand it, damaged files are refused."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pyslha
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.susy import BENCHMARKS, SusyPoint, benchmark, read_slha, write_slha
from lmutau.gen.susy.codes import NEUTRALINO_CODES
from lmutau.gen.susy.slha import parse_slha
from lmutau.gen.susy.slha_text import slha_text
from tests.gen.susy.cases import masses


def _complete(point: SusyPoint) -> SusyPoint:
    """The file holds the stau mass that None stands for."""
    return replace(point, stau_mass=point.slepton_mass("tau"))


@pytest.mark.parametrize("name", sorted(BENCHMARKS))
def test_round_trip_of_a_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / "point.slha"
    write_slha(path, benchmark(name))
    assert read_slha(path) == _complete(benchmark(name))
    assert [entry.name for entry in tmp_path.iterdir()] == ["point.slha"]


sleptons = st.floats(400.0, 4000.0)


@given(point=st.builds(
    SusyPoint, m0=masses(), m1=masses(), m2=masses(), mu=masses(), tan_beta=st.floats(1, 30), selectron_mass=sleptons,
    smuon_mass=sleptons, stau_mass=st.floats(1000.0, 9e4), trilinear=st.floats(-1e3, 1e3), g=st.floats(0, 1),
    slepton_input=st.sampled_from(("diagonal", "soft")), zp_mass=st.floats(0, 10), m10=st.floats(-9, 9),
))  # fmt: skip
def test_round_trip_is_exact(point: SusyPoint) -> None:
    assert asdict(parse_slha(slha_text(point))) == asdict(point)


def test_other_readers_understand_it() -> None:
    point = benchmark("BP1")
    found = point.spectrum()
    blocks = pyslha.readSLHA(slha_text(point)).blocks
    written = [blocks["MASS"][code] for code in NEUTRALINO_CODES]
    assert written == found.signed_neutralinos.tolist()
    assert [blocks["MASS"][code] for code in (1000024, 1000037)] == found.charginos.tolist()
    n = np.array([[blocks["NLMUTAUMIX"][i, j] for j in range(1, 8)] for i in range(1, 8)])
    assert np.array_equal(n, found.real_mixing)
    assert blocks["SMINPUTS"][13] == CONSTANTS.m_mu
    assert blocks["SMINPUTS"][1] == pytest.approx(127.95, rel=1e-15)
    for lepton, code in (("e", 1000011), ("mu", 1000013), ("tau", 1000015)):
        states = found.sleptons[lepton]
        assert [blocks["MASS"][code], blocks["MASS"][code + 1000000]] == states.masses.tolist()
        assert blocks["MASS"][code + 1] == states.sneutrino
    assert blocks["STAUMIX"][1, 1] == found.sleptons["tau"].mixing[0, 0]


def test_hand_written_file() -> None:
    """Only what is needed, tan(beta) in MINPAR, comments, small letters."""
    text = "\n".join(
        [
            "# by hand", "Block minpar", "   3  27.  # tan beta", "BLOCK EXTPAR Q= 1.0E+03", " 1 781", " 2 180.",
            " 23 -223", " 31 170", " 32 845", " 33 9000", " 34 170", " 35 845", " 36 9000", "BLOCK LMUTAUIN", " 1 606",
            " 2 8.26e-4", " 3 0.027", " 4 1", " 5 4000", " 6 0", " 7 0", " 8 750", " 9 0",
            "DECAY 25 4.1e-3", "  0.5 2 5 -5",
        ]
    )  # fmt: skip
    assert parse_slha(text) == replace(benchmark("BP1"), stau_mass=9000.0)


GOOD = slha_text(benchmark("BP1"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no SLHA block"),
        ("hello\nworld\n", "line 1: 'hello' is neither"),
        ("\x00\x01\x02", "neither"),
        (GOOD.replace("BLOCK LMUTAUIN", "BLOCK OTHER"), "block LMUTAUIN is missing"),
        (GOOD.replace("BLOCK EXTPAR", "BLOK EXTPAR"), "'BLOK EXTPAR' is neither"),
        (GOOD.replace("    1    7.8100000000000000e+02   # M1\n", ""), "block EXTPAR: entry 1 is missing"),
        (GOOD.replace("7.8100000000000000e+02   # M1", "NaN   # M1"), "entry 1 = 'NaN': a finite number"),
        (GOOD.replace("7.8100000000000000e+02   # M1", "7.81d+02   # M1"),
         "entry 1 = '7.81d+02': a finite number is needed; write it with E"),
        (GOOD.replace("   # M1\n", "   # M1\n  1  300.\n"), "block EXTPAR: entry 1 stands in line"),
        (GOOD.replace("BLOCK EXTPAR", "    3  10.\nBLOCK EXTPAR"), "block MINPAR: entry 3 stands in line"),
        (GOOD.replace("  3    2.7", "  3    2.8"), "MINPAR 3 = 28 and EXTPAR 25 = 27 are both tan(beta)"),
        (GOOD.replace("7.8100000000000000e+02   # M1", "   # M1"), "'1': an entry is 'index value'"),
        (GOOD.replace("7.8100000000000000e+02   # M1", "781 22 # M1"), "'index value'"),
        (GOOD.replace("9   0   #", "9   2   #"), "entry 9 = 2: allowed is 0 (diagonal) or 1"),
        (GOOD.replace("1.7000000000000000e+02   # right", "1.8000000000000000e+02   # right"), "31 and 34 differ"),
        (GOOD + GOOD, "comes twice"),
        (GOOD[: len(GOOD) // 6], "missing"),
    ],
)  # fmt: skip
def test_damaged_files(text: str, words: str) -> None:
    with pytest.raises(FileError) as caught:
        parse_slha(text, "input x.slha")
    assert words in str(caught.value)
    assert str(caught.value).startswith("input x.slha: ")


def test_every_missing_line_that_matters_is_noticed() -> None:
    """Without one line the file is refused, or gives the same point: never another one."""
    expected, lines = _complete(benchmark("BP1")), GOOD.splitlines()
    first_mass = lines.index("BLOCK MASS")
    for i in range(first_mass):
        text = "\n".join(lines[:i] + lines[i + 1 :])
        try:
            assert parse_slha(text) == expected
        except FileError:
            continue


def test_values_out_of_range() -> None:
    text = GOOD.replace("2.7000000000000000e+01   # tan beta", "-2.7e+01   # tan beta")
    with pytest.raises(ConfigError, match="g = -"):
        parse_slha(GOOD.replace("8.2600000000000002e-04   # g_X", "-1e-3 # g_X"))
    with pytest.raises(ConfigError, match="tan_beta = -27"):
        parse_slha(text)


def test_unreadable_files(tmp_path: Path) -> None:
    (tmp_path / "binary.slha").write_bytes(bytes(range(256)))
    for name, words in (("none.slha", "no such file"), (".", "is a folder"), ("binary.slha", "cannot be read as text")):
        with pytest.raises(FileError, match=words):
            read_slha(tmp_path / name)


def test_a_tachyon_leaves_no_file(tmp_path: Path) -> None:
    point = replace(benchmark("BP1"), smuon_mass=70.0, stau_mass=9000.0, mu=-3000.0)
    with pytest.raises(ConfigError, match="tachyonic"):
        write_slha(tmp_path / "x.slha", point)
    assert not list(tmp_path.iterdir())
