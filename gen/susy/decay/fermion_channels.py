"""Three-body channels of neutralinos and charginos: another one and a pair of light fermions."""

from collections.abc import Iterator

from lmutau.gen.susy.codes import CHARGINO_CODES, NEUTRALINO_CODES
from lmutau.gen.susy.decay.couplings import Couplings, Flavour
from lmutau.gen.susy.decay.fermion_amplitude import Exchange, squared_fermion_amplitude
from lmutau.gen.susy.decay.light_fermions import (
    LightFermion,
    light_fermions,
    w_coupling,
    w_pairs,
    w_width,
    z_coupling,
    z_width,
)
from lmutau.gen.susy.decay.records import Channel
from lmutau.gen.susy.decay.three_body import three_body_width
from lmutau.gen.susy.decay.virtual import find_poles, without_real

__all__ = ["chargino_channels", "neutralino_channels"]

Pair = tuple[complex, complex]
Codes = tuple[int, int, int]


def _dagger(pair: Pair) -> Pair:
    """(L, R) of the Hermitian conjugate of a scalar coupling."""
    return pair[1].conjugate(), pair[0].conjugate()


def _slepton(flavour: Flavour, i: int, j: int) -> Pair:
    return complex(flavour.neutralino[0][i, j]), complex(flavour.neutralino[1][i, j])


def _sneutrino(flavour: Flavour, i: int) -> Pair:
    return complex(flavour.sneutrino_neutralino[i]), 0j


def _charged_slepton(flavour: Flavour, k: int, j: int) -> Pair:
    return complex(flavour.chargino[k, j]), 0j


def _charged_sneutrino(flavour: Flavour, k: int) -> Pair:
    return complex(flavour.sneutrino_chargino[0][k]), complex(flavour.sneutrino_chargino[1][k])


def neutralino_channels(found: Couplings, i: int) -> Iterator[Channel]:
    """Three-body channels of neutralino i through particles that cannot be real."""
    mass = float(found.neutralinos[i])
    for j, code in enumerate(NEUTRALINO_CODES):
        if j != i and found.neutralinos[j] < mass:
            for light in light_fermions(found):
                diagrams = _to_neutralino(found, i, j, light)
                masses = (mass, float(found.neutralinos[j]), light.mass, light.mass)
                yield from _channel((code, light.code, -light.code), masses, light.colours, diagrams)
    for k, code in enumerate(CHARGINO_CODES):
        for lower, upper in w_pairs(found):
            diagrams = _to_chargino(found, i, k, lower)
            masses = (mass, float(found.charginos[k]), lower.mass, upper.mass)
            for channel in _channel((code, lower.code, -upper.code), masses, lower.colours, diagrams):
                yield channel
                yield Channel(products=(-code, -lower.code, upper.code), width=channel.width)


def chargino_channels(found: Couplings, k: int) -> Iterator[Channel]:
    """Three-body channels of chargino k through particles that cannot be real."""
    mass = float(found.charginos[k])
    for i, code in enumerate(NEUTRALINO_CODES):
        for lower, upper in w_pairs(found):
            diagrams = _from_chargino(found, k, i, lower)
            masses = (mass, float(found.neutralinos[i]), upper.mass, lower.mass)
            yield from _channel((code, upper.code, -lower.code), masses, lower.colours, diagrams)
    if k == 1:
        for light in light_fermions(found):
            diagrams = _between_charginos(found, light)
            masses = (mass, float(found.charginos[0]), light.mass, light.mass)
            yield from _channel((CHARGINO_CODES[0], light.code, -light.code), masses, light.colours, diagrams)


def _channel(
    codes: Codes, masses: tuple[float, float, float, float], colours: int, diagrams: list[Exchange]
) -> Iterator[Channel]:
    """The channel, if it is open, by the diagrams without real intermediate state: those are two-body decays."""
    mass, heavy, first, second = masses
    kept = without_real(diagrams, masses)
    if mass <= heavy + first + second or not kept:
        return
    width = colours * three_body_width(
        mass,
        heavy,
        first,
        second,
        lambda grid: squared_fermion_amplitude(grid, masses, kept),
        poles=find_poles(kept, masses),
    )
    if width > 0:
        yield Channel(products=codes, width=width)


def _direct(mass: float, parent: Pair, heavy: Pair) -> Exchange:
    """A to f1 and a scalar of ``mass``, which couples to A and f1 by ``parent``, to B and f2 by ``heavy``."""
    return Exchange(kind="direct", first=_dagger(parent), second=heavy, mass=mass)


def _crossed(mass: float, parent: Pair, heavy: Pair) -> Exchange:
    """A to f2 and a scalar of ``mass``."""
    return Exchange(kind="crossed", first=_dagger(heavy), second=parent, mass=mass)


def _to_neutralino(found: Couplings, i: int, j: int, light: LightFermion) -> list[Exchange]:
    g = complex(found.z_neutralino[j, i])
    diagrams = [_z_exchange(found, (g, -g.conjugate()), light)]
    if light.flavour:
        flavour = found.flavours[light.flavour]
        if light.charge:
            states = [(float(flavour.masses[n]), _slepton(flavour, i, n), _slepton(flavour, j, n)) for n in range(2)]
        else:
            states = [(flavour.sneutrino, _sneutrino(flavour, i), _sneutrino(flavour, j))]
        diagrams += [build(*state) for state in states for build in (_direct, _crossed)]
    return diagrams


def _to_chargino(found: Couplings, i: int, k: int, lower: LightFermion) -> list[Exchange]:
    """Neutralino to a positive chargino, f1 = l⁻ or d, f2 = ν or u."""
    pair = (complex(found.w[0][i, k]).conjugate(), complex(found.w[1][i, k]).conjugate())
    diagrams = [_w_exchange(found, pair)]
    if lower.flavour:
        flavour = found.flavours[lower.flavour]
        masses = [float(mass) for mass in flavour.masses]
        diagrams += [_direct(masses[n], _slepton(flavour, i, n), _charged_slepton(flavour, k, n)) for n in range(2)]
        diagrams.append(_crossed(flavour.sneutrino, _sneutrino(flavour, i), _charged_sneutrino(flavour, k)))
    return diagrams


def _from_chargino(found: Couplings, k: int, i: int, lower: LightFermion) -> list[Exchange]:
    """Positive chargino to a neutralino, f1 = ν or u, f2 = l or d."""
    diagrams = [_w_exchange(found, (complex(found.w[0][i, k]), complex(found.w[1][i, k])))]
    if lower.flavour:
        flavour = found.flavours[lower.flavour]
        masses = [float(mass) for mass in flavour.masses]
        diagrams += [_direct(masses[n], _charged_slepton(flavour, k, n), _slepton(flavour, i, n)) for n in range(2)]
        diagrams.append(_crossed(flavour.sneutrino, _charged_sneutrino(flavour, k), _sneutrino(flavour, i)))
    return diagrams


def _between_charginos(found: Couplings, light: LightFermion) -> list[Exchange]:
    """Heavier to lighter chargino: f1 = ν comes with a slepton, f2 = l with a sneutrino."""
    pair = (complex(found.z_chargino[0][0, 1]), complex(found.z_chargino[1][0, 1]))
    diagrams = [_z_exchange(found, pair, light)]
    if light.flavour and light.charge:
        flavour = found.flavours[light.flavour]
        diagrams.append(_crossed(flavour.sneutrino, _charged_sneutrino(flavour, 1), _charged_sneutrino(flavour, 0)))
    elif light.flavour:
        flavour = found.flavours[light.flavour]
        pairs = [(_charged_slepton(flavour, 1, n), _charged_slepton(flavour, 0, n)) for n in range(2)]
        diagrams += [_direct(float(mass), *both) for mass, both in zip(flavour.masses, pairs, strict=True)]
    return diagrams


def _w_exchange(found: Couplings, pair: Pair) -> Exchange:
    return Exchange(kind="vector", first=pair, second=w_coupling(found), mass=found.m_w, width=w_width(found))


def _z_exchange(found: Couplings, pair: Pair, light: LightFermion) -> Exchange:
    return Exchange(
        kind="vector", first=pair, second=z_coupling(found, light), mass=found.scheme.m_z, width=z_width(found)
    )
