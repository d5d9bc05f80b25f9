"""Names of observables for readers: the axis label as plain text or as HTML, never the name of a column."""

import html
import re
from collections.abc import Callable, Mapping

from lmutau.analysis.observables import OBSERVABLES, SINGLE_PHOTON_OBSERVABLES, Observable
from lmutau.analysis.particle_lists import LIST_OBSERVABLES

__all__ = ["caption_html", "formula_text", "luminosity_label", "plain_label", "symbols_html", "window_html"]

_COMMANDS = {
    r"\alpha": "α", r"\gamma": "γ", r"\eta": "η", r"\theta": "θ", r"\mu": "μ", r"\phi": "φ", r"\tau": "τ",
    r"\varepsilon": "ε", r"\angle": "∠", r"\cos": "cos ", r"\,": " ",
}  # fmt: skip
_MARKS = {"2": "²", "*": "*", "+": "⁺", "-": "⁻"}
_FORMULA: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"sqrt\((\w+)\)", r"√\1"),
    (r"sqrt\(", "√("),
    (r"\babout ", "≈ "),
    (r"\+-(?=\d)", "±"),
    (r"\bmu\+", "μ⁺"),
    (r"\bmu-", "μ⁻"),
    (r"\be-", "e⁻"),
    (r"\b([Epm])([12])\b", lambda found: found[1] + "₀₁₂"[int(found[2])]),
    (r"\bp([Tz])\b", r"p_\1"),
    (r"\^2", "²"),
    (r"(?<=[*\w₁₂])\.(?=p)", "·"),
    (r" x ", " × "),
    (r"(?<!\w)-(?=[\s(])", "−"),
)  # fmt: skip


def plain_label(latex: str) -> str:
    """An axis label without its unit and without LaTeX.

    Examples
    --------
    >>> plain_label(r"$m^2_{\\mathrm{miss}}$ [GeV$^2$]"), plain_label(r"$p^*_{T,\\mathrm{recoil}}$ [GeV]")
    ('m²_miss', 'p*_T,recoil')
    """
    return _marked(latex, "_{}", "^{}")


def formula_text(formula: str) -> str:
    """A formula of the table of observables with the symbols of the field; columns become their symbols.

    Examples
    --------
    >>> formula_text("(sqrt(s) - E1* - E2*)^2 - |p1* + p2*|^2"), formula_text("arsinh(pz*/pT*) of the mu-")
    ('(√s − E₁* − E₂*)² − |p₁* + p₂*|²', 'arsinh(p_z*/p_T*) of the μ⁻')
    """
    for pattern, shown in _FORMULA:
        formula = re.sub(pattern, shown, formula)
    labels = {name: plain_label(one.label) for name, one in _every().items()}
    return re.sub(r"\b[A-Za-z]\w*", lambda found: labels.get(found[0], found[0]), formula)


def caption_html(text: str) -> str:
    """A caption as HTML: what :func:`plain_label` and :func:`formula_text` wrote with _ and ^ as indices."""
    shown = {html.escape(plain_label(one.label)): _html(one.label) for one in _every().values()}
    shown |= {f"p_{mark}": f"p<sub>{mark}</sub>" for mark in ("hi", "lo", "T", "z")}
    marked = sorted((name for name in shown if "_" in name or "^" in name), key=len, reverse=True)
    pattern = "|".join(re.escape(name) for name in marked)
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", lambda found: shown[found[0]], html.escape(text))


def luminosity_label(luminosity_fb: float) -> str:
    """Luminosity [fb^-1] as the plots show it, in the unit that makes it short, never broken over two lines."""
    number, unit = (luminosity_fb / 1000, "ab⁻¹") if luminosity_fb >= 1000 else (luminosity_fb, "fb⁻¹")
    return f"{number:g}\N{NO-BREAK SPACE}{unit}"


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


def _every() -> Mapping[str, Observable]:
    return {**LIST_OBSERVABLES, **SINGLE_PHOTON_OBSERVABLES, **OBSERVABLES}


def _html(latex: str) -> str:
    return _marked(latex, "<sub>{}</sub>", "<sup>{}</sup>")


def _symbols() -> Mapping[str, str]:
    return {name: _html(one.label) for name, one in _every().items()}


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
