"""Names of observables for readers: the axis label as plain text or as HTML, never the name of a column."""

import html
import re
from collections.abc import Mapping

from lmutau.analysis.observables import OBSERVABLES, SINGLE_PHOTON_OBSERVABLES
from lmutau.analysis.particle_lists import LIST_OBSERVABLES

__all__ = ["plain_label", "symbols_html", "window_html"]

_COMMANDS = {
    r"\alpha": "α", r"\gamma": "γ", r"\eta": "η", r"\theta": "θ", r"\mu": "μ", r"\phi": "φ", r"\tau": "τ",
    r"\varepsilon": "ε", r"\angle": "∠", r"\cos": "cos ", r"\,": " ",
}  # fmt: skip
_MARKS = {"2": "²", "*": "*", "+": "⁺", "-": "⁻"}


def plain_label(latex: str) -> str:
    """An axis label without its unit and without LaTeX.

    Examples
    --------
    >>> plain_label(r"$m^2_{\\mathrm{miss}}$ [GeV$^2$]"), plain_label(r"$p^*_{T,\\mathrm{recoil}}$ [GeV]")
    ('m²_miss', 'p*_T,recoil')
    """
    return _marked(latex, "_{}", "^{}")


def _marked(latex: str, below: str, above: str) -> str:
    """Label with what stands below and above the line written by two patterns."""
    text = latex.partition(" [")[0].replace("$", "")
    text = re.sub(r"\\mathrm\{([^{}]*)\}", r"\1", text)
    for command, letter in _COMMANDS.items():
        text = text.replace(command, letter)
    text = text.replace("\\", "")
    text = re.sub(r"\^(?:\{([^{}]*)\}|(.))", lambda found: _raised(found[1] or found[2], above), text)
    return re.sub(r"_(?:\{([^{}]*)\}|(.))", lambda found: below.format(found[1] or found[2]), text)


def _raised(text: str, pattern: str) -> str:
    return _MARKS.get(text) or pattern.format(text)


def _symbols() -> Mapping[str, str]:
    every = {**LIST_OBSERVABLES, **SINGLE_PHOTON_OBSERVABLES, **OBSERVABLES}
    return {name: _marked(one.label, "<sub>{}</sub>", "<sup>{}</sup>") for name, one in every.items()}


def window_html(column: str, low: str, high: str) -> str:
    """An open window as HTML; an edge without limit is empty."""
    symbol = _symbols()[column]
    if not high:
        return f"{symbol} &gt; {low}".replace("-", "−")
    return f"{f'{low} &lt; ' if low else ''}{symbol} &lt; {high}".replace("-", "−")


def symbols_html(expression: str) -> str:
    """An expression of a selection card as HTML: symbols for columns, degrees, signs of comparison."""
    text = re.sub(r"(\d)\s*\*\s*deg\b", r"\1°", " ".join(expression.split()))
    for sign, shown in ((">=", "≥"), ("<=", "≤"), ("!=", "≠")):
        text = text.replace(sign, shown)
    text = html.escape(text, quote=False)
    text = re.sub(r"(?<![\w.])-(?=[\d.])", "−", text)
    symbols = _symbols()
    return re.sub(r"(?<!&)\b[A-Za-z_]\w*", lambda found: symbols.get(found[0], found[0]), text)
