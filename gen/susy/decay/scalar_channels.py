"""Three-body channels of sleptons and sneutrinos: another one and two light fermions.

They matter for a slepton below all neutralinos and charginos. A virtual neutralino can give the partner B or its
antiparticle: both have their channels.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lmutau.gen.susy.codes import SLEPTON_CODES, SNEUTRINO_CODES
from lmutau.gen.susy.decay.couplings import FLAVOURS, Couplings
from lmutau.gen.susy.decay.light_fermions import (
    LEPTON_CODES,
    NEUTRINO_CODES,
    light_fermions,
    w_coupling,
    w_pairs,
    w_width,
    z_coupling,
    z_width,
)
from lmutau.gen.susy.decay.records import Channel
from lmutau.gen.susy.decay.scalar_amplitude import Link, squared_scalar_amplitude
from lmutau.gen.susy.decay.three_body import three_body_width
from lmutau.gen.susy.decay.virtual import find_poles, without_real

__all__ = ["slepton_channels"]

Pair = tuple[complex, complex]
Diagrams = dict[tuple[int, int, int], list[Link]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slepton:
    """A charged slepton (``state`` 0, 1) or a sneutrino (``state`` None) with its couplings (L, R) and fermions."""

    code: int
    flavour: str
    state: int | None
    mass: float
    by_neutralino: tuple[Pair, ...]
    by_chargino: tuple[Pair, ...]
    own: int
    other: int


def slepton_channels(found: Couplings, code: int) -> Iterator[Channel]:
    """Three-body channels of slepton or sneutrino ``code`` through particles that cannot be real."""
    states = {state.code: state for state in _states(found)}
    parent = states[code]
    light = {fermion.code: fermion for fermion in light_fermions(found)}
    for state in states.values():
        if state.mass >= parent.mass:
            continue
        table: Diagrams = {}
        _add_fermion_exchange(table, found, parent, state)
        if state.flavour == parent.flavour:
            _add_vector_exchange(table, found, parent, state)
        for codes, diagrams in table.items():
            first, second = light[abs(codes[1])], light[abs(codes[2])]
            masses = (parent.mass, state.mass, first.mass, second.mass)
            width = _width(masses, diagrams) * first.colours
            if width > 0:
                yield Channel(products=codes, width=width / (2 if codes[1] == codes[2] else 1))


def _states(found: Couplings) -> Iterator[_Slepton]:
    for name in FLAVOURS:
        flavour, lepton, neutrino = found.flavours[name], LEPTON_CODES[name], NEUTRINO_CODES[name]
        left, right = flavour.neutralino
        for j, code in enumerate(SLEPTON_CODES[name]):
            yield _Slepton(
                code=code, flavour=name, state=j, mass=float(flavour.masses[j]), own=lepton, other=neutrino,
                by_neutralino=tuple((complex(left[i, j]), complex(right[i, j])) for i in range(7)),
                by_chargino=tuple((complex(flavour.chargino[k, j]), 0j) for k in range(2)),
            )  # fmt: skip
        first, second = flavour.sneutrino_chargino
        yield _Slepton(
            code=SNEUTRINO_CODES[name], flavour=name, state=None, mass=flavour.sneutrino, own=neutrino, other=lepton,
            by_neutralino=tuple((complex(flavour.sneutrino_neutralino[i]), 0j) for i in range(7)),
            by_chargino=tuple((complex(first[k]), complex(second[k])) for k in range(2)),
        )  # fmt: skip


def _dagger(pair: Pair) -> Pair:
    return pair[1].conjugate(), pair[0].conjugate()


def _add_fermion_exchange(table: Diagrams, found: Couplings, parent: _Slepton, state: _Slepton) -> None:
    same_kind = (parent.state is None) == (state.state is None)
    for mass, first, second in zip(found.neutralinos, parent.by_neutralino, state.by_neutralino, strict=True):
        _add(table, (state.code, parent.own, -state.own), float(mass), _dagger(first), second)
        _add(table, (-state.code, parent.own, state.own), float(mass), _dagger(first), _dagger(second))
    for mass, first, second in zip(found.charginos, parent.by_chargino, state.by_chargino, strict=True):
        if same_kind:
            _add(table, (state.code, parent.other, -state.other), float(mass), _dagger(first), second)
        else:
            _add(table, (-state.code, parent.other, state.other), float(mass), _dagger(first), _dagger(second))


def _add(table: Diagrams, codes: tuple[int, int, int], mass: float, first: Pair, second: Pair) -> None:
    """Add a diagram under the ordered codes of its products; two fermions of one kind may be exchanged."""
    if not (any(first) and any(second)):
        return
    heavy, one, two = codes
    ordered = two < 0 or one <= two
    key = codes if ordered else (heavy, two, one)
    table.setdefault(key, []).append(Link(kind="fermion", first=first, second=second, mass=mass, swapped=not ordered))
    if one == two:
        table[key].append(Link(kind="fermion", first=first, second=second, mass=mass, swapped=True))


def _add_vector_exchange(table: Diagrams, found: Couplings, parent: _Slepton, state: _Slepton) -> None:
    flavour = found.flavours[parent.flavour]
    if parent.state is not None and state.state is not None:
        for light in light_fermions(found):
            link = Link(kind="vector", first=(complex(flavour.z[0, 1]), 0j), second=z_coupling(found, light),
                        mass=found.scheme.m_z, width=z_width(found))  # fmt: skip
            table.setdefault((state.code, light.code, -light.code), []).append(link)
        return
    charged = state.state if parent.state is None else parent.state
    link = Link(kind="vector", first=(complex(flavour.w[charged]), 0j), second=w_coupling(found), mass=found.m_w,
                width=w_width(found))  # fmt: skip
    for lower, upper in w_pairs(found):
        pair = (upper.code, -lower.code) if parent.state is None else (lower.code, -upper.code)
        table.setdefault((state.code, *pair), []).append(link)


def _width(masses: tuple[float, float, float, float], diagrams: list[Link]) -> float:
    """Width without colours by the diagrams without real intermediate state, which are two-body decays; 0 if closed."""
    mass, heavy, first, second = masses
    kept = without_real(diagrams, masses)
    if mass <= heavy + first + second or not kept:
        return 0.0
    return three_body_width(
        mass, heavy, first, second, lambda grid: squared_scalar_amplitude(grid, (first, second), kept),
        poles=find_poles(kept, masses),
    )  # fmt: skip
