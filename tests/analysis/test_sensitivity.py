"""The counting reach: closed form, scaling laws, scenarios, tau pairs."""

import math

import numpy as np
import pytest

from lmutau.analysis.selected import apply
from lmutau.analysis.selection import load_selection
from lmutau.analysis.sensitivity import ReachCounts, ReachSample, loss_is_idle, reach, weak_backgrounds
from lmutau.gen.errors import ConfigError
from tests.analysis.blocks import BEAM, light_signal, pair_block

JKPT = load_selection("jkpt2019")


def counted(
    weight: float,
    photon_energy: float | None,
    mass: float = 0.1,
    masses: tuple[float, ...] = (0.1,),
    n: int = 4000,
) -> tuple[ReachCounts, float]:
    """Counts of light-recoil pairs; and the cross-section before the two weighting steps."""
    minus, plus = light_signal(n, seed=21, mass=mass)
    block = pair_block(minus, plus, np.full(n, weight / n), photon_energy=photon_energy, loss=0.03)
    counts = ReachCounts(selection=JKPT, masses=masses)
    barrel = 0.0
    for piece in block.pieces(1000):
        selected = apply(piece, JKPT, BEAM, mass)
        counts.add(selected)
        barrel += selected.sums[JKPT.index("barrel"), 1]
    return counts, barrel


def samples(tau: bool = True) -> list[ReachSample]:
    signal, _ = counted(6e5, None)
    photon, _ = counted(3e5, 3.0)
    pairs, _ = counted(1.0, None)
    found = [
        ReachSample(name="zp", process="mumuzp", counts=signal, mass=0.1, coupling=2.0),
        ReachSample(name="mumugamma", process="mumugamma", counts=photon),
    ]
    return [*found, ReachSample(name="tautau", process="tautau", counts=pairs)] if tau else found


def test_rows_by_hand() -> None:
    _, barrel = counted(1.0, None)
    rows = reach(samples(), JKPT)
    assert len(rows) == 3 * 2 * 2
    for row in rows:
        # every vetoing photon weighs the scenario's loss, not the 0.03 of the event; muons 0.9^2
        background = row["luminosity_fb"] * 0.81 * barrel * (3e5 * row["photon_loss"] + row["with_tautau"])
        assert row["B"] == pytest.approx(background, rel=1e-12)
        assert row["S"] / math.sqrt(row["S"] + row["B"]) == pytest.approx(3, rel=1e-12)
        at_limit = row["luminosity_fb"] * 0.81 * barrel * 6e5 * (row["g_3sigma"] / 2.0) ** 2
        assert at_limit == pytest.approx(row["S"], rel=1e-12)


def test_without_tau_sample_there_is_one_row_each() -> None:
    rows = reach(samples(tau=False), JKPT, luminosities=[500.0])
    assert [(r["luminosity_fb"], r["photon_loss"], r["with_tautau"]) for r in rows] == [
        (500.0, 1e-5, False),
        (500.0, 1e-6, False),
    ]


def test_photons_below_the_veto_energy_do_not_count() -> None:
    soft, barrel = counted(1.0, 0.9)  # at 90 degrees in the laboratory: E* = 1.039 x 0.9 = 0.936 GeV
    hard, _ = counted(1.0, 0.97)  # 1.008 GeV
    assert soft.fiducial(0.1, 1e-6) == pytest.approx(0.81 * barrel, rel=1e-12)
    assert hard.fiducial(0.1, 1e-6) == pytest.approx(0.81e-6 * barrel, rel=1e-12)


def test_window_moves_with_the_mass() -> None:
    masses = (0.1, 3.0, 4.0)
    counts, barrel = counted(1.0, None, mass=3.0, masses=masses)
    assert counts.fiducial(3.0, 1e-5) == pytest.approx(0.81 * barrel, rel=1e-12)
    assert counts.fiducial(4.0, 1e-5) == counts.fiducial(0.1, 1e-5) == 0.0
    with pytest.raises(ConfigError, match="counted were"):
        counts.fiducial(5.0, 1e-5)


def test_counts_merge() -> None:
    a, _ = counted(1.0, 3.0)
    b, _ = counted(2.0, 3.0)
    single = a.fiducial(0.1, 1e-5)
    a.merge(b)
    assert a.fiducial(0.1, 1e-5) == pytest.approx(3 * single, rel=1e-12)
    with pytest.raises(ConfigError, match="different"):
        a.merge(ReachCounts(selection=JKPT, masses=(0.2,)))


def test_no_signal_left_is_null_and_not_infinite() -> None:
    empty = ReachCounts(selection=JKPT, masses=(0.1,))
    rows = reach([ReachSample(name="zp", process="mumuzp", counts=empty, mass=0.1)], JKPT)
    assert all(row["g_3sigma"] is None and row["S"] is None and row["B"] == 0 for row in rows)


def test_empty_and_thin_backgrounds_are_named() -> None:
    signal, _ = counted(1.0, None)
    heavy, _ = counted(8000.0, None, mass=4.0)  # nothing in the light window; each event weighs 2 fb
    thin, _ = counted(1.0, 3.0, n=100)
    found = weak_backgrounds(
        [
            ReachSample(name="zp", process="mumuzp", counts=signal, mass=0.1),
            ReachSample(name="heavy", process="tautau", counts=heavy),
            ReachSample(name="thin", process="mumugamma", counts=thin),
        ]
    )
    assert any("'heavy'" in text and f"{math.log(10) * 2 * 0.81:.3g} fb" in text for text in found)
    assert any("'thin'" in text and "N_eff" in text for text in found)


def test_an_idle_photon_loss_is_noticed() -> None:
    """Backgrounds without a photon do not care; one with a photon goes with the loss."""
    with_photon, (signal, _, pairs) = samples(), samples()
    assert not loss_is_idle(reach(with_photon, JKPT, (1000.0,)))
    assert loss_is_idle(reach([signal, pairs], JKPT, (1000.0,)))
    assert not loss_is_idle(reach([signal], JKPT, (1000.0,)))  # no background at all


def test_every_background_has_its_share() -> None:
    for row in reach(samples(), JKPT, (1000.0,)):
        assert sum(row["backgrounds"].values()) == pytest.approx(row["B"], rel=1e-12)
        assert len(row["backgrounds"]) == 1 + row["with_tautau"]
