"""The selection: its card, its windows, and the compiled loop against a slow plain one."""

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vector

import lmutau
from lmutau.analysis.columns import columns_of
from lmutau.analysis.cut_edges import cut_edges
from lmutau.analysis.selected import apply
from lmutau.analysis.selection import load_selection, selection_names, selection_text
from lmutau.analysis.selection_card import sources
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError, FileError, KinematicsError
from lmutau.gen.record import EventBlock
from tests.analysis.blocks import BEAM, light_signal, pair_block, random_block

JKPT = load_selection("jkpt2019")


def range_of(column: str, mass: float) -> tuple[float, float]:
    """What jkpt2019 leaves open."""
    edges = cut_edges(JKPT, column, mass)
    return edges.low, edges.high


STEPS = (
    "generated", "et_miss", "muon_eta", "muon_p", "m2_miss", "barrel", "muon_efficiency", "photon_loss",
)  # fmt: skip


def test_published_values() -> None:
    assert JKPT.step_names == STEPS
    assert range_of("ETmiss", 0.1) == (1.67, math.inf)
    for sign in ("minus", "plus"):
        assert range_of(f"mu_{sign}_eta_cm", 0.1) == (-1.60, 1.21)
        assert range_of(f"mu_{sign}_p", 0.1) == (0.6, math.inf)
    assert np.degrees(range_of("theta_recoil_lab", 0.1)) == pytest.approx((32.2, 128.7), rel=1e-14)
    assert JKPT.photon_energy == 1.0
    assert JKPT.luminosities == (1000.0, 10000.0, 50000.0)
    assert JKPT.photon_losses == (1e-5, 1e-6)
    assert JKPT.significance == 3.0


@pytest.mark.parametrize(
    ("mass", "window"),
    [
        (0.0, (-math.inf, 0.4)),
        (0.1, (-math.inf, 0.4)),
        (2 * CONSTANTS.m_mu - 1e-9, (-math.inf, 0.4)),
        (2 * CONSTANTS.m_mu, (4 * CONSTANTS.m_mu**2 - 0.5, 4 * CONSTANTS.m_mu**2 + 0.5)),
        (0.3, (0.09 - 0.5, 0.09 + 0.5)),
        (3.0, (8.5, 9.5)),
    ],
)
def test_mass_window_is_light_below_two_muon_masses(mass: float, window: tuple[float, float]) -> None:
    assert range_of("m2_recoil", mass) == pytest.approx(window, rel=1e-14)


def test_every_number_of_the_card_has_a_source() -> None:
    numbers = sources(selection_text("jkpt2019"))
    assert len(numbers) >= 15
    for path, entry in numbers.items():
        assert entry["source"] and entry["kind"] in ("measured", "published", "computed", "assumed"), path


def test_unknown_name_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'jkpt2019'"):
        load_selection("jkpt2018")
    assert "jkpt2019" in selection_names()


def test_missing_card(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        load_selection(tmp_path / "none.toml")


def test_all_errors_of_a_card_at_once(tmp_path: Path) -> None:
    text = selection_text("jkpt2019")
    broken = text.replace('column = "ETmiss"', 'column = "ETmis"').replace('factor = "photon_loss"', 'factor = "x"')
    card = tmp_path / "broken.toml"
    card.write_text(broken)
    with pytest.raises(ConfigError) as caught:
        load_selection(card)
    assert "Did you mean 'ETmiss'" in str(caught.value)
    assert "photon_loss" in str(caught.value) and "factor 'x'" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("value = 1.67", "value = 'big'", "step 'et_miss'.window 'ETmiss'.minimum.value"),
        ("minimum = { value = 1.67", "minimun = { value = 1.67", "minimun"),
        ('unit = "deg"', 'unit = "gon"', "gon"),
        ("value = [1e-5, 1e-6]", "value = [1e-5, -1e-6]", "photon_losses"),
        ('name = "muon_p"', 'name = "muon_eta"', "stands twice"),
        ("[[step]]", "[[step", "not valid TOML"),
        ('minimum = { value = 1.67, unit = "GeV"', 'minimum = { value = 1.67, unit = "deg"', "allowed is GeV"),
        ('minimum = { value = 32.2, unit = "deg"', 'minimum = { value = 132.2, unit = "deg"', "is not below maximum"),
        ('lost_above = { value = 1.0, unit = "GeV"', 'lost_above = { value = 1.0, unit = "deg"', "allowed is GeV"),
        ("lost_above", "lost_abov", "did you mean 'lost_above'"),
        ('factor = "photon_loss"', 'factor = "muon_efficiency"', "acts already in step"),
        ('factor = "photon_loss"', 'factor = "photon_tag"', "needs photons.tag_energy"),
        ('name = "barrel"', 'name = "barrel"\nmaxium = 3', "unknown key"),
    ],
)
def test_a_wrong_card_says_where(tmp_path: Path, old: str, new: str, message: str) -> None:
    card = tmp_path / "wrong.toml"
    card.write_text(selection_text("jkpt2019").replace(old, new, 1))
    with pytest.raises(ConfigError, match=message):
        load_selection(card)


def test_a_copied_card_is_the_same_selection(tmp_path: Path) -> None:
    card = tmp_path / "copy.toml"
    card.write_text(selection_text("jkpt2019"))
    assert load_selection(card) == JKPT


def plain(block: EventBlock, mass: float) -> list[tuple[int, int, list[float], float]]:
    """Event number, steps passed, weight at each step, scenario weight at 1e-5; event by event in Python."""
    whole: Any = vector.obj(E=BEAM[0], px=BEAM[1], py=BEAM[2], pz=BEAM[3])
    found = []
    for i in range(len(block)):
        weight = float(block.scalars["genWeight"][i])
        mu, ph = ({k: c[j.offsets[i] : j.offsets[i + 1]] for k, c in j.columns.items()}
                  for j in (block.collections["Muon"], block.collections["Photon"]))  # fmt: skip
        muons: list[Any] = [
            vector.obj(**{f: float(mu[f][k]) for f in ("pt", "eta", "phi", "mass")}) for k in range(len(mu["pt"]))
        ]
        candidates = itertools.product(np.flatnonzero(mu["charge"] == -1), np.flatnonzero(mu["charge"] == 1))
        for first, second in candidates:
            pair = [muons[first], muons[second]]
            others = [e for k, e in enumerate(mu["efficiency"]) if k not in (first, second)]
            seen = float(mu["efficiency"][first] * mu["efficiency"][second] * math.prod(1 - e for e in others))
            found.append((i, *_plain_pair(pair, seen, ph, weight, whole, mass)))
    return found


def _plain_pair(
    pair: list[Any], seen: float, ph: dict[str, Any], weight: float, whole: Any, mass: float
) -> tuple[int, list[float], float]:
    """Steps passed, weights and scenario weight of one pair."""
    lost = whole - pair[0] - pair[1]
    cms = [p.boostCM_of_p4(whole) for p in pair]
    m2 = lost.E**2 - lost.px**2 - lost.py**2 - lost.pz**2
    inside = m2 < 0.4 if mass < 2 * CONSTANTS.m_mu else abs(m2 - mass**2) < 0.5
    loss, scenario = 1.0, 1.0
    for pt, eta, phi, p in zip(ph["pt"], ph["eta"], ph["phi"], ph["lossProbability"], strict=True):
        photon: Any = vector.obj(pt=float(pt), eta=float(eta), phi=float(phi), mass=0.0)
        if photon.boostCM_of_p4(whole).E > 1.0:
            loss *= float(p)
            scenario *= 1.0 if p == 1 else 1e-5
    passes = [
        True,
        (cms[0] + cms[1]).pt > 1.67,
        all(-1.60 < p.eta < 1.21 for p in cms),
        all(p.p > 0.6 for p in pair),
        inside,
        32.2 < math.degrees(lost.theta) < 128.7,
        seen > 0,
        loss > 0,
    ]
    n_passed = passes.index(False) if False in passes else len(passes)
    weights = [weight] * 6 + [weight * seen, weight * seen * loss]
    return n_passed, weights, weight * seen * scenario


@pytest.mark.parametrize("mass", [0.1, 4.0])
def test_against_a_plain_loop(mass: float) -> None:
    # random muons rarely pass all steps, so half of the events are signal-like pairs
    block = random_block(1500, seed=5)
    minus, plus = light_signal(1500, seed=6, mass=mass)
    rng = np.random.default_rng(7)
    signal = pair_block(minus, plus, rng.uniform(0.5, 2, 1500), photon_energy=2.0, loss=3e-4)
    for events in (block, signal):
        expected = plain(events, mass)
        selected = apply(events, JKPT, BEAM, mass)
        assert selected.rows.tolist() == [e[0] for e in expected]
        assert selected.n_passed.tolist() == [e[1] for e in expected]
        for k, step in enumerate(STEPS):
            weights = np.array([e[2][k] for e in expected])
            mask = np.array([e[1] > k for e in expected])
            np.testing.assert_allclose(selected.step_weight(step), weights, rtol=1e-13)
            np.testing.assert_array_equal(selected.passed(step), mask)
            if k > 0:
                per_event = np.bincount([e[0] for e in expected], weights=np.where(mask, weights, 0.0))
                summed = [mask.sum(), weights[mask].sum(), (per_event**2).sum()]
                np.testing.assert_allclose(selected.sums[k], summed, rtol=1e-12)
        np.testing.assert_allclose(selected.scenario_weight(1e-5), [e[3] for e in expected], rtol=1e-13)
        weight = events.scalars["genWeight"]
        np.testing.assert_allclose(selected.sums[0], [len(events), weight.sum(), (weight**2).sum()], rtol=1e-12)
    assert (selected.n_passed == len(STEPS)).sum() > 100


def test_all_steps_together_and_each_alone() -> None:
    selected = apply(random_block(3000, seed=8), JKPT, BEAM, 0.1)
    alone = [selected.passed_except(*(s for s in STEPS if s != step)) for step in STEPS]
    np.testing.assert_array_equal(np.logical_and.reduce(alone), selected.passed("photon_loss"))
    np.testing.assert_array_equal(alone[1], selected["ETmiss"] > 1.67)
    assert selected.passed_except("et_miss").sum() >= selected.passed("photon_loss").sum()


def test_the_selected_muons_can_be_found_again() -> None:
    block = random_block(500, seed=9)
    selected = apply(block, JKPT, BEAM, 0.1)
    muon = {k: np.asarray(c, dtype=np.float64) for k, c in block.collections["Muon"].columns.items()}
    assert (muon["charge"][selected.first] < 0).all()
    assert (muon["charge"][selected.second] > 0).all()
    momentum = muon["pt"][selected.second] * np.cosh(muon["eta"][selected.second])
    np.testing.assert_allclose(selected["mu_plus_p"], momentum, rtol=1e-12)
    assert set(selected.columns) == set(columns_of("mumu"))


def test_blocks_add_up() -> None:
    block = random_block(1000, seed=10)
    parts = [apply(piece, JKPT, BEAM, 0.1).sums for piece in block.pieces(300)]
    np.testing.assert_allclose(sum(parts), apply(block, JKPT, BEAM, 0.1).sums, rtol=1e-12)


def test_empty_block() -> None:
    block = random_block(20, seed=1).select(np.zeros(20, dtype=np.bool_))
    selected = apply(block, JKPT, BEAM, 0.1)
    assert len(selected) == 0 and not selected.sums.any()


def test_truth_is_refused() -> None:
    with pytest.raises(ConfigError, match="detector simulation first"):
        apply(EventBlock({"genWeight": np.ones(3)}, {}), JKPT, BEAM, 0.1)


@pytest.mark.parametrize("mass", [-1.0, math.nan, math.inf])
def test_impossible_mass(mass: float) -> None:
    with pytest.raises(ConfigError, match="mass"):
        apply(random_block(5, seed=1), JKPT, BEAM, mass)


def test_impossible_beam() -> None:
    with pytest.raises(KinematicsError, match="time-like"):
        apply(random_block(5, seed=1), JKPT, np.array([1.0, 0, 0, 2.0]), 0.1)


def test_the_same_events_are_given_once() -> None:
    reco = lmutau.simulate(lmutau.generate("mumuzp", 2000, seed=1, mass=1.0), "jkpt2019")
    with pytest.raises(ConfigError, match="same events"):
        lmutau.analyze([reco, reco], names=["a", "b"])
    other = lmutau.simulate(lmutau.generate("mumugamma", 2000, seed=1, beams="crossing"), "belle2")
    with pytest.raises(ConfigError, match="different detectors"):
        lmutau.analyze([reco, other])
    with pytest.raises(ConfigError, match="read_sample"):
        lmutau.analyze(["reco.root"])  # type: ignore[list-item]


def test_pairs_of_one_event_are_one_draw() -> None:
    block = random_block(4000, seed=3)
    selected = apply(block, JKPT, BEAM, 0.1)
    weight = selected["genWeight"][selected.passed("et_miss")]
    rows = selected.rows[selected.passed("et_miss")]
    assert len(np.unique(rows)) < len(rows)
    per_event = np.bincount(rows, weights=weight)
    assert selected.sums[1] == pytest.approx([len(rows), weight.sum(), (per_event**2).sum()])
