"""Detector cards: complete, sourced, inheritable, and clear about every mistake."""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from lmutau.detsim.card import SECTIONS, available_cards, load_card
from lmutau.detsim.schema import KINDS, Section
from lmutau.gen.errors import ConfigError, FileError


def names(section: type[Section]) -> list[str]:
    return [item.name for item in fields(section)]


def write(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_card(write(folder, text))
    return str(caught.value).splitlines()


def test_the_built_in_cards() -> None:
    assert available_cards() == ("belle2", "belle2_flat_muon_id", "ideal", "jkpt2019")


@pytest.mark.parametrize("name", available_cards())
def test_every_number_has_unit_source_and_kind(name: str) -> None:
    card = load_card(name)
    numbers = card.numbers()
    declared = {f"{section}.{key}" for section, cls in SECTIONS.items() for key in names(cls)}
    assert set(numbers) == declared
    for entry in numbers.values():
        assert set(entry) == {"value", "unit", "source", "kind"}
        assert entry["unit"] and len(entry["source"]) > 10
        assert entry["kind"] in KINDS
        assert entry["kind"] == "assumed" or "not verified" not in entry["source"]
    assert json.loads(json.dumps(numbers)) == numbers


def test_jkpt2019_is_the_detector_of_the_paper() -> None:
    card = load_card("jkpt2019")
    assert card.beams.electron_energy == 7 and card.beams.positron_energy == 4 and card.beams.crossing_angle == 0
    assert card.tracking.momentum_constant == 0.005
    assert (card.klm.polar_min, card.klm.polar_max) == (25, 155)
    assert (card.klm.muon_efficiency_momentum, card.klm.muon_efficiency) == ((0.6,), (0.9,))
    assert card.ecl.barrel_loss == 1e-5


def test_the_flat_muon_identification_changes_nothing_else() -> None:
    flat, base = load_card("belle2_flat_muon_id"), load_card("belle2")
    changed = {key for key, entry in flat.numbers().items() if entry["value"] != base.numbers()[key]["value"]}
    assert {key.split(".")[0] for key in changed} == {"klm"}
    assert (flat.klm.polar_min, flat.klm.muon_efficiency_momentum, flat.klm.muon_efficiency) == (25, (0.6,), (0.9,))


def test_a_user_card_changes_a_few_numbers_and_keeps_the_rest(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        'inherits = "belle2"\n[tracking]\nefficiency.value = 0.95\n[ecl.barrel_loss]\nvalue = 1e-6\n',
    )
    card, base = load_card(path), load_card("belle2")
    assert card.name == "mine"
    assert (card.tracking.efficiency, card.ecl.barrel_loss) == (0.95, 1e-6)
    assert card.klm == base.klm and card.beams == base.beams
    changed = {key for key, entry in card.numbers().items() if entry != base.numbers()[key]}
    assert changed == {"tracking.efficiency", "ecl.barrel_loss"}


def test_a_changed_number_does_not_keep_the_old_source(tmp_path: Path) -> None:
    text = """inherits = "belle2"
name = "better"
[ecl]
barrel_loss.value = 1e-6
threshold = {value = 0.05, source = "our test beam", kind = "measured"}
"""
    numbers = load_card(write(tmp_path, text)).numbers()
    assert numbers["ecl.barrel_loss"] == {
        "value": 1e-6, "unit": "1", "source": "set in the card better", "kind": "assumed",
    }  # fmt: skip
    assert numbers["ecl.threshold"]["source"] == "our test beam"
    assert numbers["ecl.threshold"]["kind"] == "measured"


def test_cards_inherit_from_files_next_to_them(tmp_path: Path) -> None:
    write(tmp_path, 'inherits = "belle2"\n[tracking]\nmin_pt.value = 0.2\n', "first.toml")
    second = write(tmp_path, 'inherits = "first.toml"\n[tracking]\nefficiency.value = 0.9\n', "second.toml")
    tracking = load_card(second).tracking
    assert (tracking.min_pt, tracking.efficiency, tracking.polar_min) == (0.2, 0.9, 17)


def test_a_circle_of_cards_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, 'inherits = "two.toml"\n', "one.toml")
    write(tmp_path, 'inherits = "one.toml"\n', "two.toml")
    with pytest.raises(ConfigError, match="inherits from itself"):
        load_card(tmp_path / "one.toml")


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path,
        """inherits = "belle2"
[tracking]
eficiency.value = 0.9
efficiency.value = 1.2
momentum_slope.value = -0.001
min_pt.value = "large"
polar_min.value = 160.0
[klm]
muon_efficiency.value = [0.5, 1.5, 0.9, 0.9]
endcap_reduction.value = true
[ecl]
threshold.unit = "MeV"
klm_veto.value = "maybe"
barrel_loss.kind = "guessed"
turn_on_energy.value = []
energy_constant.value = nan
[trigger]
two_track.value = true
pair_efficiency_m2.value = ["low", 9.0]
[eccl]
""",
    )
    text = "\n".join(found)
    for path, value, hint in [
        ("eccl", "", "Did you mean 'ecl'"),
        ("tracking.eficiency", "", "Did you mean 'efficiency'"),
        ("tracking.efficiency", "1.2", "[0, 1]"),
        ("tracking.momentum_slope", "-0.001", ">= 0 [1/GeV]"),
        ("tracking.min_pt", "'large'", "a number >= 0 [GeV]"),
        ("klm.muon_efficiency", "[0.5, 1.5, 0.9, 0.9]", "a list of numbers [0, 1]"),
        ("klm.endcap_reduction", "True", "[0, 1]"),
        ("ecl.threshold.unit", "'MeV'", "'GeV'"),
        ("ecl.barrel_loss.kind", "'guessed'", "measured, published, computed, assumed"),
        ("ecl.turn_on_energy", "[]", "a list of numbers"),
        ("ecl.energy_constant", "nan", "[0, 1]"),
        ("ecl.klm_veto", "'maybe'", "one of 'off', 'on'"),
        ("trigger.two_track", "True", "one of 'on', 'off'"),
        ("trigger.pair_efficiency_m2", "['low', 9.0]", "a list of numbers [GeV^2]"),
    ]:
        line = next((line for line in found if f": {path}" in line and value in line and hint in line), None)
        assert line is not None, f"{path} {value} {hint} not in\n{text}"
    assert len(found) == 14, text


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ("[tracking]\npolar_min.value = 160.0", "tracking.polar_min"),
        ("[ecl]\nbarrel_min.value = 31.0", "ecl.forward_max"),
        ("[klm]\nbarrel_max.value = 131.0", "klm.barrel_max"),
        ("[klm]\nmuon_efficiency.value = [0.9]", "klm.muon_efficiency"),
        ("[klm]\nmuon_efficiency_momentum.value = [0.4, 0.8, 0.7, 2.0]", "klm.muon_efficiency_momentum"),
        ("[ecl]\nslit_width.value = 100.0", "ecl.slit_width"),
        ("[ecl]\nbackward_barrel_scale.value = 1e6", "ecl.backward_barrel_scale"),
        ("[trigger]\ntrack_polar_min.value = 130.0", "trigger.track_polar_min"),
        ("[trigger]\nphoton_efficiency.value = [0.9]", "trigger.photon_efficiency"),
        ("[trigger]\npair_efficiency.value = [0.9]", "trigger.pair_efficiency"),
        ("[tracking]\nmomentum_variable.value = 'pt'", "tracking.momentum_variable"),
        ("[ecl]\ntail_power.value = 1.0", "ecl.tail_power"),
        ("[particles]\nwithout_response.value = 'warn'", "particles.without_response"),
        ("[beams]\nelectron_energy.value = 0.0", "beams.electron_energy"),
        ("tracking = 3", "tracking"),
        ("[tracking]\nefficiency = 0.9", "tracking.efficiency"),
        ("[tracking.efficiency]\nvalue = 0.9\nsource = ''", "tracking.efficiency.source"),
        ("[tracking.efficiency]\nvalue = 0.9\nvalu = 3", "tracking.efficiency.valu"),
        ("references = 'one'", "references"),
        ("title = 3", "title"),
    ],
)
def test_numbers_that_contradict_each_other(tmp_path: Path, change: str, path: str) -> None:
    found = mistakes(tmp_path, f'inherits = "belle2"\n{change}\n')
    assert len(found) == 1
    assert f"mine.toml: {path}" in found[0]


def test_a_card_without_parents_must_be_complete(tmp_path: Path) -> None:
    found = mistakes(tmp_path, 'name = "x"\n[tracking.efficiency]\nvalue = 1.0\n')
    text = "\n".join(found)
    assert "beams is missing" in text and "ecl is missing" in text and "klm is missing" in text
    assert "tracking.polar_min is missing" in text
    assert "tracking.efficiency.source is missing" in text


def test_unknown_names_and_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Did you mean 'belle2'"):
        load_card("belle3")
    with pytest.raises(ConfigError, match="not a TOML file"):
        load_card(write(tmp_path, "this is : not TOML"))
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(ConfigError, match="not a TOML file"):
        load_card(tmp_path / "binary.toml")
    with pytest.raises(FileError, match=r"absent\.toml"):
        load_card(str(tmp_path / "absent.toml"))
    with pytest.raises(ConfigError, match="inherits = 3"):
        load_card(write(tmp_path, "inherits = 3"))
