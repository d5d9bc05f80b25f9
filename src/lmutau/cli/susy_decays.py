"""Decays of superpartners as table and JSON."""

import math
from collections.abc import Mapping
from typing import Any

from lmutau.cli.console import table

__all__ = ["describe_decays", "print_decays"]

_SHOWN = 3


def describe_decays(found: Mapping[int, Any], hbarc2: float) -> dict[str, Any]:
    """JSON-ready decay table by name of the particle; ``ctau_mm`` is null for a width of 0."""
    from lmutau.gen.susy.names import particle_name

    result: dict[str, Any] = {}
    for decay in found.values():
        channels = [
            {
                "products": list(channel.products),
                "names": [particle_name(code) for code in channel.products],
                "branching": float(decay.branching(channel)),
                "width_gev": float(channel.width),
            }
            for channel in decay.channels
        ]
        result[particle_name(decay.code)] = {
            "pdg_id": decay.code,
            "mass": float(decay.mass),
            "width_gev": float(decay.width),
            "ctau_mm": 1e3 * math.sqrt(hbarc2 * 1e-43) / decay.width if decay.width > 0 else None,  # 1 fb = 1e-43 m²
            "stable": decay.stable,
            "channels": channels,
        }
    return result


def print_decays(found: Mapping[str, Any]) -> None:
    """Width and the most frequent decays of each particle; conjugate channels of a Majorana particle together."""
    rows: list[list[str]] = []
    for name, entry in found.items():
        head = (name, f"{entry['mass']:.6g}", f"{entry['width_gev']:.4g}")
        lines = _main_channels(entry["channels"])
        if not lines:
            lines = [("stable" if entry["stable"] else "none to 2 or 3 particles", "")]
        for number, (label, fraction) in enumerate(lines):
            name, *numbers = head if number == 0 else ("", "", "")
            rows.append([name, label, fraction, *numbers])
    table("Decays", ["particle", "most frequent", "%", "mass [GeV]", "width [GeV]"], rows, left=2)
    slow = [f"{name} {entry['ctau_mm']:.3g} mm" for name, entry in found.items() if (entry["ctau_mm"] or 0) > 1e-3]
    if slow:
        import typer

        typer.echo(f"mean decay length c tau above 1 micrometre: {', '.join(slow)}")


def _main_channels(channels: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Labels and percentages, the conjugate of a channel added to it."""
    from lmutau.gen.susy.names import is_own_antiparticle

    merged: dict[tuple[int, ...], tuple[str, float]] = {}
    for channel in channels:
        codes = tuple(sorted(channel["products"]))
        conjugate = tuple(sorted(code if is_own_antiparticle(code) else -code for code in codes))
        if conjugate in merged and conjugate != codes:
            label, fraction = merged[conjugate]
            merged[conjugate] = (f"{label.removesuffix(' + c.c.')} + c.c.", fraction + channel["branching"])
        else:
            merged[codes] = (" ".join(channel["names"]), channel["branching"])
    found = sorted(merged.values(), key=lambda item: -item[1])[:_SHOWN]
    return [(label, f"{100 * fraction:.3g}") for label, fraction in found]
