"""``lmutau detector``: every number of a detector card with unit, source and kind, and its curves."""

import textwrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lmutau.cli.console import WIDTH, JsonOption, announce_compilation, print_json
from lmutau.cli.model_options import PlotOption, check_figure, save_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_KEY, _KIND = 29, 9


def detector(
    name: Annotated[str, typer.Argument(metavar="[NAME|CARD]", help="A built-in card, or a card (TOML).")] = "belle2",
    plot: PlotOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print every number of a detector with unit, kind and source; draw resolutions and efficiencies."""
    from lmutau.detsim.card import available_cards, load_card

    check_figure(plot)
    card = load_card(name)

    def draw() -> "Figure":
        from lmutau.cli.detector_plots import draw_detector

        announce_compilation()
        return draw_detector(card)

    save_figure(plot, draw)
    if as_json:
        print_json(
            {"name": card.name, "title": card.title, "references": list(card.references), "numbers": card.numbers()}
        )
        return
    typer.echo(_filled(f"{card.name}: {card.title}", 0))
    if card.references:
        typer.echo(_filled(f"cite {'; '.join(card.references)}", 0))
    section = ""
    for dotted, entry in card.numbers().items():
        first, _, key = dotted.partition(".")
        if first != section:
            section = first
            typer.echo(f"\n[{section}]")
        for line in _lines(key, entry):
            typer.echo(line)
    typer.echo()
    typer.echo(_filled(f"Built-in cards: {', '.join(available_cards())}. docs/detector.md says what they mean.", 0))


def _lines(key: str, entry: dict[str, Any]) -> list[str]:
    """Key, value with unit, and kind on one line if they fit; the source below."""
    unit = "" if entry["unit"] == "1" else f" {entry['unit']}"
    value = f"{_text(entry['value'])}{unit}"
    room = WIDTH - _KEY - 1 - _KIND - 2
    shown, *rest = textwrap.wrap(value, room) or [""]
    head = f"{key:<{_KEY}} {shown:<{room}} {entry['kind']:>{_KIND}}"
    return [head, *(f"{'':<{_KEY}} {line}" for line in rest), _filled(entry["source"], 4)]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    return value if isinstance(value, str) else f"{value:.9g}"


def _filled(text: str, indent: int) -> str:
    """Text in 80 columns, indented; long names are cut only if nothing else helps."""
    space = indent * " "
    return textwrap.fill(text, WIDTH, initial_indent=space, subsequent_indent=space or "  ", break_on_hyphens=False)
