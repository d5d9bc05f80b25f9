"""Histograms against the ntuple of the same events, by hand in NumPy; what a card can ask for."""

import functools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import lmutau
from lmutau.analysis.histograms import binnings, contents
from lmutau.analysis.sample_analysis import SampleAnalysis
from lmutau.analysis.selection import load_selection, selection_text
from lmutau.gen.errors import ConfigError

Array = NDArray[np.float64]
DEGREE = np.pi / 180


@functools.cache
def sample() -> Any:
    truth = lmutau.generate("tautau", 20_000, seed=5, isr=True, fsr=True, adaptation_points=2000)
    return lmutau.simulate(truth, detector="belle2")


@functools.cache
def analysed(selection: str = "belle2_2022") -> tuple[SampleAnalysis, dict[str, Array]]:
    found = lmutau.analyze([sample()], selection=selection)
    return found.samples[0], found.ntuple["tautau"]


def steps_by_hand(rows: dict[str, Array]) -> dict[str, Any]:
    """Cuts and factors of belle2_2022, written out."""
    m2, theta = rows["m2Recoil"], rows["pRecoilTheta"] / DEGREE
    light = (m2 < 4) & (theta > 34) & (theta < 123) & ~((theta > 89) & (theta < 91))
    return {
        "muon_id": rows["muonEfficiency"],
        "two_tracks": rows["twoTracks"],
        "trigger": rows["trigger"],
        "muon_pt": (rows["muMinus_pt"] > 0.4) & (rows["muPlus_pt"] > 0.4),
        "opening": rows["CMS_openingAngle"] < 179 * DEGREE,
        "recoil_angle": light | ((m2 >= 4) & (theta < 123)),
        "recoil_pt": rows["CMS_ptRecoil"] > 0.5,
        "photon_veto": rows["photonVeto"],
    }


def weight_by_hand(rows: dict[str, Array], *without: str) -> Array:
    weight = rows["genWeight"].copy()
    for name, factor in steps_by_hand(rows).items():
        if name not in without:
            weight = weight * factor
    return weight


def compare(name: str, column: str, weight: Array) -> None:
    one, rows = analysed()
    histogram = one.histograms[name]
    edges, values = np.asarray(histogram.axes[0].edges), rows[column].astype(np.float64)
    value, error = contents(histogram)
    # NumPy takes differences of cumulative sums: bins of almost nothing carry the rounding of the total
    expected = np.histogram(values, edges, weights=weight)[0]
    np.testing.assert_allclose(value, expected, rtol=1e-9, atol=1e-13 * weight.sum())
    squared = np.histogram(values, edges, weights=weight**2)[0]
    np.testing.assert_allclose(error**2, squared, rtol=1e-9, atol=1e-13 * (weight**2).sum())
    assert (value > 0).sum() > 10


@pytest.mark.parametrize(
    ("name", "column", "without"),
    [
        ("m2_recoil", "m2Recoil", ()),
        ("m2_recoil_n_minus_one", "m2Recoil", ("recoil_angle",)),
        ("theta_recoil_lab_n_minus_one", "pRecoilTheta", ("recoil_angle",)),
        ("mu_minus_pT_n_minus_one", "muMinus_pt", ("muon_pt",)),
        ("opening_cm_n_minus_one", "CMS_openingAngle", ("opening",)),
        ("pT_recoil_n_minus_one", "CMS_ptRecoil", ("recoil_pt",)),
        ("m2_recoil_without_veto", "m2Recoil", ("photon_veto",)),
    ],
)
def test_all_steps_but_one(name: str, column: str, without: tuple[str, ...]) -> None:
    rows = analysed()[1]
    weight = weight_by_hand(rows, *without)
    compare(name, column, weight)
    if without:  # the step that is left out would have removed something
        assert weight_by_hand(rows).sum() < 0.9999 * weight.sum()


def test_before_any_cut() -> None:
    rows = analysed()[1]
    compare("pT_recoil_before", "CMS_ptRecoil", rows["genWeight"])
    compare("m2_recoil_before", "m2Recoil", rows["genWeight"])


def test_planes() -> None:
    one, rows = analysed()
    weight = weight_by_hand(rows, "recoil_angle", "recoil_pt")
    histogram = one.histograms["plane_n_minus_one"]
    edges = [np.asarray(axis.edges) for axis in histogram.axes]
    expected = np.histogram2d(rows["m2Recoil"], rows["CMS_ptRecoil"], edges, weights=weight)[0]
    np.testing.assert_allclose(contents(histogram)[0], expected, rtol=1e-9)
    histogram = one.histograms["muons_before"]
    edges = [np.asarray(axis.edges) for axis in histogram.axes]
    muons = [
        np.histogram2d(rows[f"{mu}_CMS_eta"], rows[f"{mu}_p"], edges, weights=rows["genWeight"])[0]
        for mu in ("muMinus", "muPlus")
    ]
    np.testing.assert_allclose(contents(histogram)[0], muons[0] + muons[1], rtol=1e-9)
    assert "mu^-" not in histogram.axes[0].label and "mu^-" not in histogram.axes[1].label


def with_histogram(text: str, folder: Path) -> Path:
    path = folder / "card.toml"
    axis = '[[histogram.axis]]\ncolumn = "m2_recoil"\nbins = 20\nlow = 0\nhigh = 100\nunit = "GeV^2"\n'
    path.write_text(
        selection_text("belle2_2022").replace("[[region]]", f"[[histogram]]\n{text}\n{axis}\n[[region]]", 1)
    )
    return path


@pytest.mark.parametrize(
    ("text", "applied"),
    [
        ('after = "generated"', ()),
        ('after = "muon_pt"', ("muon_id", "two_tracks", "trigger", "muon_pt")),
        ('after = "opening"\nwithout = ["two_tracks", "muon_pt"]', ("muon_id", "trigger", "opening")),
        ('without = ["opening", "photon_veto"]',
         ("muon_id", "two_tracks", "trigger", "muon_pt", "recoil_angle", "recoil_pt")),
    ],
)  # fmt: skip
def test_a_card_says_which_steps_apply(tmp_path: Path, text: str, applied: tuple[str, ...]) -> None:
    one = lmutau.analyze([sample()], selection=with_histogram(f'name = "mine"\n{text}', tmp_path)).samples[0]
    rows = analysed()[1]
    weight = weight_by_hand(rows, *(set(steps_by_hand(rows)) - set(applied)))
    value, _ = contents(one.histograms["mine"])
    np.testing.assert_allclose(value, np.histogram(rows["m2Recoil"], 20, (0, 100), weights=weight)[0], rtol=1e-9)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('without = ["openin"]', "without: .*'openin'.* Did you mean 'opening'"),
        ('without = ["generated"]', "without: step 'generated' counts all events; allowed are muon_id"),
        ('after = "trigger"\nwithout = ["opening"]', "'opening' comes after 'trigger' and is left out already"),
        ('without = ["opening", "opening"]', "'opening' stands twice; name it once"),
        ("without = []", "histogram 'mine'.without"),
        ('without = "opening"', "without = 'opening': write a list"),
        ('witout = ["opening"]', "did you mean 'without'"),
    ],
)
def test_wrong_cards(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_selection(with_histogram(f'name = "mine"\n{text}', tmp_path))


def test_a_quantity_in_two_steps_has_two_histograms(tmp_path: Path) -> None:
    text = selection_text("belle2_2022").replace(
        'cut = "pT_recoil > 0.5"', 'cut = "pT_recoil > 0.5 and opening_cm > 10*deg"'
    )
    path = tmp_path / "card.toml"
    path.write_text(text)
    names = [binning.name for binning in binnings(load_selection(path), 1.0)]
    assert {"opening_cm_without_opening", "opening_cm_without_recoil_pt", "pT_recoil_n_minus_one"} <= set(names)
    assert len(names) == len(set(names)) and not any(re.search("ETmiss", name) for name in names)


def test_photon_selections_have_n_minus_one_too() -> None:
    names = {binning.name: binning for binning in binnings(load_selection("br2018"), 0.0)}
    assert names["photon_cos_cm_n_minus_one"].without == ("photon_angle",)
    assert names["photon_energy_cm_n_minus_one"].without == ("photon_energy",)
