"""``lmutau check`` of all kinds of cards."""

from pathlib import Path

import pytest

from tests.cli.driver import CommandLine

RUN = """
[run]
name = "x"
seed = 1
luminosity = [1]
[detector]
name = "ideal"
[selection]
name = "br2018"
[[sample]]
name = "a"
process = "gammanunu"
n_events = 1000
targeted = true
"""


def test_selection_and_detector_cards(lmutau: CommandLine, tmp_path: Path) -> None:
    selection, detector = tmp_path / "s.toml", tmp_path / "d.toml"
    selection.write_text('name = "s"\ntitle = "t"\nreference = "r"\n[[step]]\nname = "generated"\n')
    detector.write_text('inherits = "belle2"\n[tracking.efficiency]\nvalue = 0.9\n')
    assert "a valid selection card" in lmutau("check", selection).out
    assert "a valid detector card" in lmutau("check", detector).out
    selection.write_text('name = "s"\ntitle = "t"\nreference = "r"\n[[step]]\nname = "generated"\ncutt = "1 > 0"\n')
    ended = lmutau("check", selection)
    assert ended.status == 2 and "did you mean 'cut'" in ended.err


def test_targeted_needs_a_target(lmutau: CommandLine, tmp_path: Path) -> None:
    card = tmp_path / "run.toml"
    card.write_text(RUN)
    ended = lmutau("check", card)
    assert ended.status == 2
    assert "sample[0].targeted = true" in ended.err and "[target]" in ended.err


def test_energy_must_be_that_of_the_beams(lmutau: CommandLine, tmp_path: Path) -> None:
    card = tmp_path / "run.toml"
    card.write_text(RUN.replace("targeted = true", "") + "[beam]\nsqrt_s = 10.0\n")
    ended = lmutau("check", card)
    assert ended.status == 2
    assert "beam.sqrt_s = 10 GeV: allowed is 10.58 GeV" in ended.err


@pytest.mark.parametrize("name", ["jkpt2019", "belle2_2022", "br2018"])
def test_built_in_runs(lmutau: CommandLine, name: str) -> None:
    assert lmutau("check", name).status == 0
