"""Which virtual particles can be real, and so belong to a chain of two-body decays.

A W or Z counts as real only some widths above its threshold: closer to it the Breit-Wigner function is cut, the
two-body formula fails, and phase space with the width joins what lies below the threshold.
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from lmutau.gen.susy.decay.three_body import Poles
from lmutau.gen.susy.scheme import susy_numbers

__all__ = ["Virtual", "boson_is_real", "find_poles", "without_real"]

Masses = tuple[float, float, float, float]

_NEAR = 3.0  # GeV between a virtual particle and its threshold; from there the usual nodes resolve it


class Virtual(Protocol):
    """A diagram: kind, (L, R) at both ends, mass and width of the virtual particle [GeV].

    ``with_second``: the decaying particle turns into fermion 2 and a virtual fermion or scalar, not into fermion 1.
    """

    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def first(self) -> tuple[complex, complex]: ...  # noqa: D102
    @property
    def second(self) -> tuple[complex, complex]: ...  # noqa: D102
    @property
    def mass(self) -> float: ...  # noqa: D102
    @property
    def width(self) -> float: ...  # noqa: D102
    @property
    def with_second(self) -> bool: ...  # noqa: D102


Diagram = TypeVar("Diagram", bound=Virtual)


def boson_is_real(gap: float, mass: float, width: float) -> bool:
    """True if ``gap``, the difference of the masses of the superpartners [GeV], is well above the mass of W or Z."""
    return gap > mass + float(susy_numbers()["boson_real_above"]["value"]) * width


def without_real(diagrams: Sequence[Diagram], masses: Masses) -> list[Diagram]:
    """Diagrams that do not vanish and are no two-body decays; ``masses`` of A, B, 1, 2 [GeV]."""
    return [d for d in diagrams if any(d.first) and any(d.second) and not _is_real(d, masses)]


def find_poles(diagrams: Sequence[Virtual], masses: Masses) -> Poles:
    """Virtual particles that are nearly real, or a vector whose peak lies inside phase space."""
    mass, heavy, first, second = masses
    boson: tuple[float, float] | None = None
    near: dict[bool, list[float]] = {False: [], True: []}
    for diagram in diagrams:
        if diagram.kind == "vector":
            if first + second < diagram.mass < mass - heavy and diagram.width > 0:
                boson = diagram.mass, diagram.width
            continue
        own, other = (second, first) if diagram.with_second else (first, second)
        if min(abs(diagram.mass - (mass - own)), abs(diagram.mass - (heavy + other))) < _NEAR:
            near[diagram.with_second].append(diagram.mass)
    return Poles(boson=boson, first=tuple(near[False]), second=tuple(near[True]))


def _is_real(diagram: Virtual, masses: Masses) -> bool:
    mass, heavy, first, second = masses
    if diagram.kind == "vector":
        return first + second < diagram.mass and boson_is_real(mass - heavy, diagram.mass, diagram.width)
    own, other = (second, first) if diagram.with_second else (first, second)
    return heavy + other < diagram.mass < mass - own
