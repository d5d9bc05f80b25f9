"""Mass of a resonance of finite width: a Breit-Wigner in the squared mass, drawn exactly."""

import math

from lmutau.gen.kernels import kernel

__all__ = ["breit_wigner_map", "breit_wigner_range"]


def breit_wigner_range(mass: float, width: float, high: float) -> tuple[float, float]:
    """First angle and length [rad] of the map for 0 < M_V < ``high``; all in GeV."""
    first = math.atan(-mass / width)
    return first, math.atan((high - mass) * (high + mass) / (mass * width)) - first


@kernel
def breit_wigner_map(r: float, mass: float, width: float, first: float, length: float) -> tuple[float, float]:
    """Squared mass M_V² [GeV²] and the share of the Breit-Wigner that the range holds.

    M_V² = M² + MΓ tan(u), u uniform, absorbs (1/π) MΓ/[(M_V² - M²)² + M²Γ²] dM_V² = du/π, which is
    normalised to 1 from minus to plus infinity; the share length/π is what is left of it.
    """
    return mass * (mass + width * math.tan(first + r * length)), length / math.pi
