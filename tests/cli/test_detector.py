"""``lmutau detector``: every number with its source, the figure, and what wrong use says."""

import json
import re
from pathlib import Path

import pytest

from lmutau.detsim.card import available_cards, load_card
from tests.cli.driver import CommandLine


@pytest.mark.parametrize("name", available_cards())
def test_every_number_is_printed_with_its_source(lmutau: CommandLine, name: str) -> None:
    ended = lmutau("detector", name)
    assert ended.status == 0, ended.err
    assert max(map(len, ended.out.splitlines())) <= 80
    card = load_card(name)
    lines = " ".join(ended.out.split())
    for dotted, entry in card.numbers().items():
        section, key = dotted.split(".")
        assert f"[{section}]" in ended.out and re.search(rf"^{key} .* {entry['kind']}$", ended.out, flags=re.MULTILINE)
        assert " ".join(entry["source"].split()) in lines


def test_json_has_the_agreed_shape(lmutau: CommandLine) -> None:
    found = json.loads(lmutau("detector", "--json").out)
    assert set(found) == {"name", "title", "references", "numbers"}
    assert found["name"] == "belle2"
    for entry in found["numbers"].values():
        assert set(entry) == {"value", "unit", "source", "kind"}
    assert found["numbers"]["tracking.momentum_slope"]["value"] == 0.0011
    assert found["numbers"]["trigger.opening_angle"]["unit"] == "deg"


@pytest.mark.parametrize("name", available_cards())
def test_figure(lmutau: CommandLine, tmp_path: Path, name: str) -> None:
    figure = tmp_path / "curves.png"
    assert lmutau("detector", name, "--plot", figure, "--json").status == 0
    assert figure.read_bytes().startswith(b"\x89PNG") and list(tmp_path.iterdir()) == [figure]


def test_a_card_of_ones_own(lmutau: CommandLine, tmp_path: Path) -> None:
    card = tmp_path / "mine.toml"
    card.write_text('inherits = "belle2"\n[tracking]\nmomentum_variable.value = "p"\n[ecl]\ntail_share.value = 0.2\n')
    found = json.loads(lmutau("detector", card, "--plot", tmp_path / "x.svg", "--json").out)
    assert found["numbers"]["tracking.momentum_variable"] == {
        "value": "p", "unit": "1", "source": "set in the card mine", "kind": "assumed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("belle3",), ["belle3", "belle2"]),
        (("absent.toml",), ["absent.toml"]),
        (("--plot", "x.gif"), [".png", ".pdf", ".svg"]),
    ],
)
def test_wrong_use(lmutau: CommandLine, arguments: tuple[str, ...], words: list[str]) -> None:
    ended = lmutau("detector", *arguments)
    assert ended.status == 2 and not ended.out
    assert all(word in ended.err for word in words)
    assert "Traceback" not in ended.err
