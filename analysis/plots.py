"""Every plot of a selection: what is drawn, its title, and a caption that says what was computed."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lmutau.analysis.plane_plots import draw_plane, draw_planes
from lmutau.analysis.plot_captions import plot_caption, plot_title
from lmutau.analysis.plot_samples import PlotSample, plot_samples, signal_label
from lmutau.analysis.plot_style import render
from lmutau.analysis.stack_plots import draw_stack
from lmutau.gen.errors import ConfigError
from lmutau.gen.io.atomic import written_aside

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "Drawing",
    "Plot",
    "PlotSample",
    "draw_plane",
    "draw_planes",
    "draw_stack",
    "drawings",
    "plot_samples",
    "signal_label",
    "standard_plots",
    "write_plots",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A plot that can be drawn: ``name`` (of a file), title, caption, and whether it has several panels."""

    name: str
    title: str
    caption: str
    draw: "Callable[[], Figure]" = field(repr=False)
    plane: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A finished plot: file contents, their format, and what a reader has to know."""

    name: str
    title: str
    caption: str
    image: bytes = field(repr=False)
    file_format: str
    wide: bool = False


def drawings(samples: Sequence[PlotSample], luminosity_fb: float) -> list[Drawing]:
    """Every plot of a selection: those of its card, the standard ones, N-1 for each quantity, control regions.

    Parameters
    ----------
    samples
        Backgrounds and signals, all filled with the same selection and mass.
    luminosity_fb
        Integrated luminosity [fb^-1] to which the weights are scaled.

    Raises
    ------
    ConfigError
        If there is no sample.
    """
    if not samples:
        raise ConfigError("a plot needs at least one sample.")
    first = samples[0].histograms
    own = [histogram.name for histogram in first.selection.histograms]
    rest = [name for name in first.binnings if name not in own]
    stacks = [name for name in rest if len(first.binnings[name].axes) == 1]
    found = [_drawing(samples, name, luminosity_fb) for name in (*own, *stacks, *(n for n in rest if n not in stacks))]
    for k in range(len(samples[0].regions)):
        region = [replace(sample, histograms=sample.regions[k], regions=()) for sample in samples]
        folder = region[0].histograms.selection.name.partition("/")[2]
        for one in drawings(region, luminosity_fb):
            title = f"Control region {folder}: {one.title[:1].lower()}{one.title[1:]}"
            found.append(replace(one, name=f"{folder}_{one.name}", title=title))
    return found


def standard_plots(samples: Sequence[PlotSample], luminosity_fb: float) -> list[Plot]:
    """All plots of a run, rendered: stacks as SVG, planes as PNG; arguments and errors as :func:`drawings`."""
    found = []
    for one in drawings(samples, luminosity_fb):
        kind = "png" if one.plane else "svg"
        image = render(one.draw(), kind)
        found.append(
            Plot(name=one.name, title=one.title, caption=one.caption, image=image, file_format=kind, wide=one.wide)
        )
    return found


def write_plots(
    samples: Sequence[PlotSample], luminosity_fb: float, folder: Path, kinds: Sequence[str]
) -> Iterator[Path]:
    """Write every plot to ``folder/NAME.KIND``, each aside and renamed; yields the paths.

    Parameters
    ----------
    samples, luminosity_fb
        As in :func:`drawings`.
    folder
        An existing folder.
    kinds
        Of :data:`lmutau.analysis.plot_style.FORMATS`.
    """
    for one in drawings(samples, luminosity_fb):
        figure = one.draw()
        for kind in kinds:
            target = folder / f"{re.sub(r'[^A-Za-z0-9_.-]', '_', one.name)}.{kind}"
            with written_aside(target) as unfinished:
                unfinished.write_bytes(render(figure, kind))
            yield target


def _drawing(samples: Sequence[PlotSample], name: str, luminosity_fb: float) -> Drawing:
    """One histogram of all samples."""
    first = samples[0].histograms
    plane = len(first.binnings[name].axes) == 2
    return Drawing(
        name=name,
        title=plot_title(first, name),
        caption=plot_caption(first, name, luminosity_fb),
        draw=lambda: draw_planes(samples, luminosity_fb, name) if plane else draw_stack(samples, name, luminosity_fb),
        plane=plane,
        wide=plane and len(samples) > 1,
    )
