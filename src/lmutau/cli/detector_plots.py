"""Figure of a detector card: resolutions, efficiencies, losses, triggers."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.model_plots import LINES
from lmutau.analysis.plot_style import style
from lmutau.detsim.card import DetectorCard
from lmutau.detsim.ecl import photon_angular_resolution, photon_energy_resolution, photon_loss
from lmutau.detsim.electron_id import identified_as_electron
from lmutau.detsim.klm import muon_misidentification
from lmutau.detsim.tracking import track_efficiency, transverse_momentum_resolution
from lmutau.detsim.trigger import single_photon_efficiency, track_pair_efficiency
from lmutau.gen.constants import CONSTANTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_detector"]

Array = NDArray[np.float64]

_SPECIES = {"muon": "$\\mu$", "electron": "$e$", "pion": "$\\pi$", "kaon": "$K$", "proton": "$p$"}
_DASHES = ("-", "--", ":", "-.", (0, (4, 1, 1, 1, 1, 1)))
_MOMENTA = np.geomspace(0.1, 7.0, 400)


def draw_detector(card: DetectorCard) -> "Figure":
    """Eight panels that show what the numbers of a card mean."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    panels: list[Callable[[Axes, DetectorCard], None]] = [
        _momentum, _angles, _energy, _loss, _efficiency, _misidentification, _two_track, _single_photon,
    ]  # fmt: skip
    with style():
        figure = Figure(figsize=(15.5, 7.6), layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12))
        for axes, panel in zip(figure.subplots(2, 4).flat, panels, strict=True):
            panel(axes, card)
        figure.suptitle(f"{card.name}: {card.title}", x=0.01, ha="left", fontsize=13)
    return figure


def _line(i: int) -> dict[str, Any]:
    return {"color": LINES[i % len(LINES)], "linestyle": _DASHES[i % len(_DASHES)], "linewidth": 1.9}


def _log_axis(axes: "Axes", low: float, high: float, label: str) -> None:
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_xlabel(label, loc="right")
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

    axes.xaxis.set_major_locator(FixedLocator([x for x in (0.05, 0.1, 0.2, 0.5, 1, 2, 5) if low <= x <= high]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())


def _heights(axes: "Axes") -> Array:
    """Heights of all points of all curves."""
    return np.concatenate([np.asarray(line.get_ydata(), dtype=np.float64).ravel() for line in axes.lines])


def _from_zero(axes: "Axes", label: str) -> None:
    """Linear axis from zero with room for a legend; says so if everything is exact."""
    top = float(_heights(axes).max())
    axes.set_ylim(0, 1.4 * top if top > 0 else 1)
    axes.set_ylabel(label, loc="top")
    if top == 0:
        _say(axes, "exact")


def _momentum(axes: "Axes", card: DetectorCard) -> None:
    """Resolution of the transverse momentum; with p in the formula, tracks at 30 degrees differ."""
    of_p = card.tracking.momentum_variable == "p" and card.tracking.momentum_slope > 0
    angles = (90, 30) if of_p else (90,)
    masses = {"muon": CONSTANTS.m_mu, "1 GeV heavy": 1.0}
    curves = [(name, mass, angle) for name, mass in masses.items() for angle in angles]
    for i, (name, mass, angle) in enumerate(curves):
        p = _MOMENTA / math.sin(math.radians(angle))
        sigma = transverse_momentum_resolution(p if of_p else _MOMENTA, p / np.hypot(p, mass), card.tracking)
        axes.plot(_MOMENTA, 100 * sigma, label=f"{name}, {angle}°" if of_p else name, **_line(i))
    _log_axis(axes, _MOMENTA[0], _MOMENTA[-1], "$p_T$ [GeV]")
    axes.set_ylim(0, 3.2 * float(np.median(_heights(axes))) + 0.5)
    axes.set_ylabel("$\\sigma(p_T)/p_T$ [%]", loc="top")
    axes.legend(loc="upper right", title="Tracks")


def _angles(axes: "Axes", card: DetectorCard) -> None:
    axes.plot(_MOMENTA, 1e3 * photon_angular_resolution(_MOMENTA, card.ecl), label="photon", **_line(0))
    scale = 1e3 * card.tracking.resolution_scale
    theta, phi = scale * card.tracking.theta_resolution, scale * card.tracking.phi_resolution
    axes.axhline(theta, label="track, $\\theta$" if theta != phi else "track, $\\theta$ and $\\phi$", **_line(1))
    if theta != phi:
        axes.axhline(phi, label="track, $\\phi$", **_line(2))
    _log_axis(axes, _MOMENTA[0], _MOMENTA[-1], "$p$ or $E$ [GeV]")
    _from_zero(axes, "angular resolution [mrad]")
    axes.legend(loc="upper right", title="Directions")


def _energy(axes: "Axes", card: DetectorCard) -> None:
    axes.plot(_MOMENTA, 100 * photon_energy_resolution(_MOMENTA, card.ecl), label="width of the core", **_line(0))
    _log_axis(axes, _MOMENTA[0], _MOMENTA[-1], "$E_\\gamma$ [GeV]")
    _from_zero(axes, "$\\sigma(E)/E$ [%]")
    share = card.ecl.tail_share
    axes.legend(loc="upper right", title=f"Photons, tail: {100 * share:g} % Crystal Ball" if share else "Photons")


def _loss(axes: "Axes", card: DetectorCard) -> None:
    theta = np.unique(np.concatenate([np.linspace(5, 175, 1701), _edges(card)]))
    for i, energy in enumerate((0.2, 0.5, 2.0)):
        loss = photon_loss(energy, np.radians(theta), card.ecl)
        if loss.max() > 0:
            axes.plot(theta, _positive(loss), label=f"{energy:g} GeV", **_line(i))
    axes.set_ylim(1e-7, 300)
    axes.set_yscale("log")
    axes.set_xlim(5, 175)
    axes.set_xticks([30, 60, 90, 120, 150])
    axes.set_xlabel("$\\theta_\\gamma$ [deg]", loc="right")
    axes.set_ylabel("photon loss probability", loc="top")
    if not axes.lines:
        _say(axes, "none")
        return
    lowest = float(np.nanmin(_heights(axes)))
    axes.set_ylim(max(lowest, 1e-9) / 5, 300)
    axes.legend(loc="upper center", ncols=3, title="$E_\\gamma$", columnspacing=1.0, handlelength=1.6)


def _edges(card: DetectorCard) -> Array:
    """Angles just inside and outside of every region, so that edges are upright."""
    ecl, half = card.ecl, card.ecl.slit_width / 2
    slit = [ecl.slit_angle - half, ecl.slit_angle + half] if half > 0 else []
    gaps = [ecl.forward_min, ecl.forward_max, ecl.barrel_min, *slit, ecl.barrel_max, ecl.backward_min, ecl.backward_max]
    return np.array([edge + step for edge in gaps for step in (-1e-6, 1e-6)])


def _efficiency(axes: "Axes", card: DetectorCard) -> None:
    """Tracks against pT, identification of muons and electrons against p."""
    angles = (80, 140) if card.klm.endcap_reduction > 0 else (80,)
    curves = {"track (against $p_T$)": track_efficiency(_MOMENTA, card.tracking)}
    for angle in angles:
        curves[f"$\\mu$ identified, {angle}°"] = _as_muon("muon", card, angle)
    curves["$e$ identified"] = identified_as_electron("electron", _MOMENTA, card.electron_id)
    for i, (label, curve) in enumerate(curves.items()):
        if curve.max() > 0:
            axes.plot(_MOMENTA, _positive(curve), label=label, **_line(i))
    _log_axis(axes, _MOMENTA[0], _MOMENTA[-1], "$p$ [GeV]")
    lowest = float(np.nanmin(_heights(axes)))
    axes.set_ylim(min(0.55, lowest - 0.3), 1.03)
    axes.set_ylabel("efficiency", loc="top")
    axes.legend(loc="lower right")


def _as_muon(name: str, card: DetectorCard, angle: float = 80) -> Array:
    return muon_misidentification(name, _MOMENTA, math.radians(angle), card.klm)


def _misidentification(axes: "Axes", card: DetectorCard) -> None:
    """What passes for a muon or an electron; species that behave alike share a curve."""

    def as_electron(name: str, card: DetectorCard) -> Array:
        return identified_as_electron(name, _MOMENTA, card.electron_id)

    targets: dict[str, Callable[[str, DetectorCard], Array]] = {"muon": _as_muon, "electron": as_electron}
    i = 0
    for target, of in targets.items():
        alike: dict[bytes, tuple[Array, list[str]]] = {}
        for name in (name for name in _SPECIES if name != target):
            curve = of(name, card)
            alike.setdefault(curve.tobytes(), (curve, []))[1].append(_SPECIES[name])
        for curve, names in alike.values():
            if curve.max() > 0:
                axes.plot(_MOMENTA, _positive(curve), label=f"{', '.join(names)} → {_SPECIES[target]}", **_line(i))
                i += 1
    _log_axis(axes, _MOMENTA[0], _MOMENTA[-1], "$p$ [GeV]")
    axes.set_yscale("log")
    axes.set_ylim(1e-4, 20)
    axes.set_ylabel("misidentification", loc="top")
    if i:
        axes.legend(loc="upper right", ncols=2, columnspacing=1.0)
    else:
        _say(axes, "none")


def _positive(curve: Array) -> Array:
    return np.where(curve > 0, curve, np.nan)


def _say(axes: "Axes", text: str) -> None:
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", fontsize=12, color="0.4")


def _two_track(axes: "Axes", card: DetectorCard) -> None:
    trigger = card.trigger
    axes.set_xlabel("$M^2_\\mathrm{recoil}$ [GeV$^2$]", loc="right")
    axes.set_xlim(-5, 110)
    axes.set_title("two-track trigger", loc="left", fontsize=10.5)
    if trigger.two_track == "off":
        axes.set_ylim(0, 1.05)
        _say(axes, "off")
        return
    m2 = np.linspace(-5, 110, 300)
    label = f"{trigger.track_polar_min:g}–{trigger.track_polar_max:g}°, $\\Delta\\phi$ > {trigger.opening_angle:g}°"
    axes.plot(m2, track_pair_efficiency(m2, trigger), label=label, **_line(0))
    axes.set_ylim(min(0.8, float(_heights(axes).min()) - 0.05), 1.02)
    axes.set_ylabel("efficiency of a pair", loc="top")
    axes.legend(loc="upper right")


def _single_photon(axes: "Axes", card: DetectorCard) -> None:
    theta = np.linspace(5, 175, 1701)
    axes.set_xlim(5, 175)
    axes.set_xticks([30, 60, 90, 120, 150])
    axes.set_xlabel("$\\theta_\\gamma$ [deg]", loc="right")
    axes.set_title("single-photon trigger", loc="left", fontsize=10.5)
    axes.set_ylim(0, 1.45)
    if card.trigger.single_photon == "off":
        _say(axes, "off")
        return
    for i, energy in enumerate((0.7, 1.5, 3.0)):
        curve = single_photon_efficiency(energy, np.radians(theta), card.trigger)
        axes.plot(theta, curve, label=f"{energy:g} GeV", **_line(i))
    axes.set_ylabel("efficiency", loc="top")
    axes.legend(loc="upper center", ncols=3, title="$E^*_\\gamma$", columnspacing=1.0, handlelength=1.6)
