"""Wrong parameters: one error that names key, value, allowed range."""

from typing import Any

import pytest

import lmutau
from lmutau.gen.parameters import resolve_parameters
from lmutau.gen.processes import find_process


@pytest.mark.parametrize(
    ("process", "parameters", "words"),
    [
        ("mumuz", {}, ["'mumuz'", "Did you mean 'mumuzp'"]),
        ("mumuzp", {}, ["mass is missing"]),
        ("mumuzp", {"mas": 1}, ["'mas'", "Did you mean 'mass'", "mass is missing"]),
        ("mumuzp", {"mass": -1}, ["mass = -1 GeV", ">= 1e-12 GeV"]),
        ("mumuzp", {"mass": float("nan")}, ["mass = nan"]),
        ("mumuzp", {"mass": "heavy"}, ["'heavy'", "a number"]),
        ("mumuzp", {"mass": True}, ["True", "a number"]),
        ("mumuzp", {"mass": 1, "g": -1}, ["g = -1"]),
        ("mumuzp", {"mass": 10.4}, ["mass = 10.4 GeV", "10.36868"]),
        ("eemumu", {"isr": True}, ["isr = true", "false is the one allowed value"]),
        ("mumuzp", {"mass": 1, "beams": "skew"}, ["'skew'", "head-on"]),
        ("mumuzp", {"mass": 1, "min_photon_pt": 1}, ["min_photon_pt", "no such particle"]),
        ("tautau", {"isr": True, "min_photon_energy": 1}, ["min_photon_energy", "selection"]),
        ("mumu", {"isr": True, "alpha": 0.3}, ["alpha = 0.3", "0.0416"]),
        ("mumugamma", {"min_photon_energy": 0}, ["min_photon_energy = 0", ">= 1e-12 GeV"]),
        ("mumugamma", {"min_photon_energy": 6}, ["min_photon_energy = 6 GeV", "5.28"]),
        ("eemumu", {"min_muon_pt": 6}, ["min_muon_pt = 6 GeV", "sqrt_s/2 = 5.29 GeV"]),
        ("mumu", {"min_pair_mass": 11}, ["min_pair_mass = 11 GeV", "sqrt_s = 10.58 GeV"]),
        ("mumugamma", {"sqrt_s": float("inf")}, ["sqrt_s = inf"]),
        ("mumugamma", {"min_muon_eta": 1, "max_muon_eta": -1}, ["min_muon_eta = 1", "leave nothing"]),
        ("tautau", {"sigma_tautau": "bor"}, ["'bor'", "born"]),
        ("tautau", {"sqrt_s": 3.5}, ["sqrt_s = 3.5"]),
    ],
)
def test_message(process: str, parameters: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(lmutau.ConfigError) as caught:
        lmutau.generate(process, 1000, seed=1, **parameters)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("n_events", [0, -5, 1.5, "10", True])
def test_number_of_events(n_events: Any) -> None:
    with pytest.raises(lmutau.ConfigError, match="n_events"):
        lmutau.generate("mumugamma", n_events, seed=1)


@pytest.mark.parametrize("option", [{"seed": -1}, {"seed": "a"}, {"workers": 0}, {"adaptation_points": 10}])
def test_options(option: dict[str, Any]) -> None:
    with pytest.raises(lmutau.ConfigError, match=next(iter(option))):
        lmutau.generate("mumugamma", 1000, **option)


def test_all_problems_are_reported_together() -> None:
    with pytest.raises(lmutau.ConfigError) as caught:
        resolve_parameters(find_process("mumuzp"), {"mass": -1, "g": 0, "colour": "red"})
    assert len(str(caught.value).splitlines()) == 3


def test_strings_of_the_command_line_are_converted() -> None:
    values, cuts = resolve_parameters(find_process("mumuzp"), {"mass": "0.1", "isr": "false", "min_muon_pt": "0.4"})
    assert values["mass"] == 0.1
    assert values["isr"] is False
    assert cuts == {"min_muon_pt": 0.4}
