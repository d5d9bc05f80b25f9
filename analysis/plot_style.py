"""How plots look: one size, one set of colours, no global state left behind."""

import contextlib
import io
import logging
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["COLOURS", "FORMATS", "SIGNAL_COLOUR", "SIGNAL_COLOURS", "colour", "render", "style"]

# M. A. Petroff, arXiv:2107.02270: sequences that stay apart for colour-blind eyes and in grey.
COLOURS = MappingProxyType(
    {
        "mumugamma": "#5790fc",
        "tautau": "#f89c20",
        "eemumu": "#964a8b",
        "mumugammagamma": "#7a21dd",
        "mumu": "#9c9ca1",
        "gammanunu": "#b9ac70",
        "mumununu": "#92dadd",
    }
)
"""Fill colour of each background process."""

SIGNAL_COLOUR = "#bd1f01"
SIGNAL_COLOURS = (SIGNAL_COLOUR, "#00695c", "#5d4037")
"""Lines of the signals, in their order."""
_OTHER = "#717581"

FORMATS: Mapping[str, Mapping[str, None]] = MappingProxyType(
    {
        "png": {"Software": None},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
        "svg": {"Date": None, "Creator": None},
    }
)
"""Kinds of files, and what would differ from one writing to the next and is left out."""

_SETTINGS: dict[Any, Any] = {
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "font.size": 11.0,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "mathtext.fontset": "dejavusans",
    "axes.labelsize": 12.0,
    "axes.linewidth": 0.9,
    "axes.axisbelow": False,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.minor.visible": True,
    "ytick.minor.visible": True,
    "xtick.major.size": 6.0,
    "ytick.major.size": 6.0,
    "xtick.minor.size": 3.0,
    "xtick.major.pad": 5.0,
    "ytick.minor.size": 3.0,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "hatch.linewidth": 0.6,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "lmutau",
}


def colour(process: str) -> str:
    """Fill colour of a background process; grey for one without its own."""
    return COLOURS.get(process, _OTHER)


@contextlib.contextmanager
def style() -> Iterator[None]:
    """Our settings while a figure is drawn; what was set before comes back."""
    import matplotlib as mpl

    with mpl.rc_context(_SETTINGS):
        yield


@contextlib.contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Keep a library from warning of what no user can mend: dates in the fonts that PDF files embed."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def render(figure: "Figure", file_format: str = "png") -> bytes:
    """The figure as a file in memory, one of :data:`FORMATS`: the same bytes for the same figure."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure)
    buffer = io.BytesIO()
    with style(), _quiet("fontTools"):
        figure.savefig(buffer, format=file_format, dpi=160, metadata=dict(FORMATS[file_format]))
    return buffer.getvalue()
