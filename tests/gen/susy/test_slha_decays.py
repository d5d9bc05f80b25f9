"""DECAY blocks: another reader finds the widths and branching fractions of the table; any point can be written."""

from dataclasses import replace
from pathlib import Path

import pyslha
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.model import widths
from lmutau.gen.susy import SusyPoint, benchmark, decays, read_slha, write_slha
from lmutau.gen.susy.slha_decays import decay_text, zp_decay
from tests.gen.susy.cases import masses


def test_another_reader_finds_the_table(tmp_path: Path) -> None:
    path, point = tmp_path / "point.slha", benchmark("BP4")
    write_slha(path, point)
    read, table = pyslha.read(str(path)).decays, decays(point)
    assert {32, *table} <= set(read)
    for code, decay in table.items():
        assert read[code].totalwidth == decay.width
        assert [tuple(channel.ids) for channel in read[code].decays] == [channel.products for channel in decay.channels]
        if decay.width:
            assert sum(channel.br for channel in read[code].decays) == pytest.approx(1, abs=1e-12)
            assert read[code].decays[0].br == decay.branching(decay.channels[0])
    assert read[32].totalwidth == pytest.approx(float(widths(point.zp_mass, point.g)["total"]))
    assert read_slha(path) == replace(point, stau_mass=point.slepton_mass("tau"))


def test_stable_and_not_calculated_are_told_apart() -> None:
    point = SusyPoint(
        m0=50, m1=900, m2=950, mu=980, tan_beta=5, selectron_mass=200, smuon_mass=800, stau_mass=800, g=1e-3
    )
    lines = {line.split()[1]: line for line in decay_text(decays(point)).splitlines() if line.startswith("DECAY")}
    assert lines["1000022"].endswith("# chi1, stable")
    assert lines["1000012"].endswith("# snu_e, no decay to two or three particles")


def test_zp() -> None:
    point = replace(benchmark("BP1"), zp_mass=0.5)
    (decay,) = zp_decay(point, CONSTANTS).values()
    assert decay.fraction(13, -13) == pytest.approx(float(widths(0.5)["mu"] / widths(0.5)["total"]))
    assert zp_decay(replace(point, g=0), CONSTANTS) == {}
    assert zp_decay(replace(point, zp_mass=0), CONSTANTS) == {}


sleptons = st.floats(150.0, 4000.0)


@settings(max_examples=4)
@given(point=st.builds(
    SusyPoint, m0=masses(), m1=masses(), m2=masses(), mu=masses(), tan_beta=st.floats(1, 10), selectron_mass=sleptons,
    smuon_mass=sleptons, stau_mass=st.floats(1000.0, 9e4), g=st.floats(0, 1), zp_mass=st.floats(0, 10),
    slepton_input=st.sampled_from(("diagonal", "soft")), m10=st.floats(-9, 9), g_yx=st.floats(0, 0.1),
))  # fmt: skip
def test_any_point(point: SusyPoint) -> None:
    for decay in decays(point).values():
        assert 0 <= decay.width < 0.5 * decay.mass * (1 + (decay.mass / 1e3) ** 2)
        if decay.width:
            assert sum(map(decay.branching, decay.channels)) == pytest.approx(1, abs=1e-12)
