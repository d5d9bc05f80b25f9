"""DECAY blocks of an SLHA file.

References
----------
hep-ph/0311123, section 3.4.
"""

from collections.abc import Mapping

from lmutau.gen.constants import Constants
from lmutau.gen.model.decay_widths import widths
from lmutau.gen.susy.decay.records import Channel, Decay
from lmutau.gen.susy.names import particle_name
from lmutau.gen.susy.point import SusyPoint

__all__ = ["decay_text", "zp_decay"]

_ZP = 32


def decay_text(table: Mapping[int, Decay]) -> str:
    """DECAY blocks of all particles of a decay table."""
    lines = []
    for decay in table.values():
        remark = ", stable" if decay.stable else (", no decay to two or three particles" if decay.width == 0 else "")
        lines.append(f"DECAY  {decay.code:8d}  {decay.width: .16e}   # {particle_name(decay.code)}{remark}")
        for channel in decay.channels:
            codes = " ".join(f"{code:9d}" for code in channel.products)
            names = " ".join(particle_name(code) for code in channel.products)
            lines.append(f"  {decay.branching(channel): .16e}  {len(channel.products)}  {codes}   # {names}")
    return "\n".join(lines)


def zp_decay(point: SusyPoint, constants: Constants) -> dict[int, Decay]:
    """Decay of the Z' to neutrinos and leptons; nothing if it is massless or g_X = 0."""
    if point.zp_mass == 0 or point.g == 0:
        return {}
    found = widths(point.zp_mass, point.g, constants=constants)
    neutrino = float(found["nu"]) / 2
    parts = {13: float(found["mu"]), 14: neutrino, 15: float(found["tau"]), 16: neutrino}
    channels = tuple(Channel(products=(code, -code), width=width) for code, width in parts.items() if width > 0)
    total = sum(channel.width for channel in channels)
    return {_ZP: Decay(code=_ZP, mass=point.zp_mass, width=total, channels=channels, stable=False)}
