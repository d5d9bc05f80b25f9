"""gammazp with many photons: factors over the tree level, the single photon, the record."""

import itertools
import json
import math
from importlib import resources
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import lmutau
from lmutau.gen.adaptation import adapt
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.counter import next_uniform
from lmutau.gen.cuts import cut_table
from lmutau.gen.errors import KinematicsError
from lmutau.gen.kernels import kernel
from lmutau.gen.model import gammazp_cross_section, gammazp_total, kinetic_mixing
from lmutau.gen.model.monophoton import PHOTON_COSINES
from lmutau.gen.processes.gammazp_radiation import prepare_radiative, state_before
from lmutau.gen.radiation.initial import beam_line
from lmutau.gen.radiation.initial_weights import FIRST_ORDER, PRODUCT, SECOND_ORDER
from lmutau.gen.radiation.radiator import radiator
from lmutau.gen.sampling import Draw, cross_section
from tests.statistics import compatible

Array = NDArray[np.float64]
C = CONSTANTS
SQRT_S = 10.58
REFERENCE = json.loads(resources.files("tests.reference").joinpath("radiation_gammazp.json").read_text())
ACCEPTANCE: dict[str, Any] = dict(
    zip(("min_photon_eta", "max_photon_eta"), map(math.atanh, PHOTON_COSINES), strict=True)
)
MASSES = (0.1, 1.0, 5.0, 9.5)


def _parameters(mass: float, **more: Any) -> dict[str, Any]:
    settled = {"sqrt_s": SQRT_S, "mass": mass, "width": 0.0, "epsilon": 1.0, "r": None, "g": 1.0, "smuon_mass": None}
    return {**settled, "min_photon_energy": 0.0, "alpha": C.alpha, "isr": True, **more}


def _draw(mass: float, blocks: int = 3, options: dict[str, Any] | None = None, **more: Any) -> list[Draw]:
    cuts = {name: value for name, value in more.items() if "eta" in name}
    setup = prepare_radiative(_parameters(mass, **more), C, **(options or {}))
    frozen = adapt("gammazp", setup, cut_table(cuts, setup.record, "gammazp"), seed=1, points=5000)
    return [frozen.draw(block) for block in range(blocks)]


def _sigma(mass: float, blocks: int = 3, options: dict[str, Any] | None = None, **more: Any) -> tuple[float, float]:
    draws = _draw(mass, blocks, options, **more)
    return cross_section(np.sum([draw.sums(2) for draw in draws], axis=0))


def _cutoff(mass: float, largest: float) -> float:
    left = mass**2 / SQRT_S**2
    return min(largest, 0.5 * (1 - left), 0.01 * left)


def _closed(mass: float) -> float:
    """Cross-section [fb] from the closed spectrum of the lost energy."""
    gamma = beam_line(SQRT_S, C.m_e, C.alpha, 1e-5)[1]
    v = 1 - mass**2 / SQRT_S**2
    return 4 * math.pi**2 * C.alpha / SQRT_S**2 * C.hbarc2 * float(radiator(v, gamma, C.alpha))


@pytest.mark.parametrize("mass", MASSES)
def test_factor_over_the_tree_level(mass: float) -> None:
    value, error = _sigma(mass, 8)
    tree = gammazp_total(mass, 1.0)
    assert error < 1e-3 * value
    if str(mass) in REFERENCE["all angles"]:
        # three digits of the other code and its statistics
        assert value / tree == pytest.approx(REFERENCE["all angles"][str(mass)], rel=3e-3)
    # the closed form is that of soft and collinear photons: a light Z' may be soft or collinear itself
    assert value == pytest.approx(_closed(mass), rel={0.1: 0.02, 1.0: 5e-3}.get(mass, 2e-3))


@pytest.mark.parametrize("mass", [5.0, 9.5])
def test_factor_in_the_acceptance(mass: float) -> None:
    # not for light masses: there two hard photons matter, and the other code averages both orders of emission
    value, error = _sigma(mass, **ACCEPTANCE)
    tree = float(gammazp_cross_section(mass, 1.0))
    assert error < 1.5e-3 * value
    expected, precision = REFERENCE["-0.821 < cos < 0.941"][str(mass)], REFERENCE["relative error of the acceptance"]
    assert value / tree == pytest.approx(expected, rel=precision)


def _single_photon(mass: float, **cuts: Any) -> tuple[Array, Array, float]:
    """Weights of events with one photon, gamma/v (R + gamma/2), and its cosines; points without it weigh 0."""
    # one photon has probability (cut/v)^gamma
    setup = prepare_radiative(_parameters(mass, **cuts), C, cutoff=1.0, scheme=FIRST_ORDER)
    _, gamma, _, _, _, form_factor, _, _ = beam_line(SQRT_S, C.m_e, C.alpha, 1e-5)
    x = np.random.default_rng(1).random((400_000, 2))
    momenta, weight = np.zeros((len(x), len(setup.record), 4)), np.empty(len(x))
    setup.fill(np.zeros(len(x), dtype=np.int64), x, setup.arguments, momenta, weight)
    weight *= (momenta[:, 2:, 0] == 0).all(axis=1) * _cutoff(mass, 1.0) ** -gamma / form_factor
    return weight, momenta[:, 0, 3] / np.maximum(momenta[:, 0, 0], 1e-300), gamma


@pytest.mark.parametrize("mass", MASSES)
def test_single_photon_is_the_tree_level(mass: float) -> None:
    v = 1 - mass**2 / SQRT_S**2
    weight, _, gamma = _single_photon(mass)
    flat = 4 * math.pi**2 * C.alpha / SQRT_S**2 * C.hbarc2 * gamma / v * gamma / 2
    error = float(weight.std()) / math.sqrt(len(weight))
    assert error < 3e-3 * weight.mean()
    assert not compatible(weight.mean() - flat, error, gammazp_total(mass, 1.0))
    weight, cosine, gamma = _single_photon(mass, **ACCEPTANCE)
    single = ((1 - v * (1 - cosine) / 2) ** 2 + (1 - v * (1 + cosine) / 2) ** 2) / 2
    weight *= (cosine > PHOTON_COSINES[0]) & (cosine < PHOTON_COSINES[1])
    weight *= single / (single + gamma / 2)
    error = float(weight.std()) / math.sqrt(len(weight))
    assert error < 3e-3 * weight.mean()
    assert not compatible(weight.mean(), error, float(gammazp_cross_section(mass, 1.0)))


def test_schemes() -> None:
    for mass, first, product in ((1.0, 0.10, 0.05), (5.0, 0.02, 5e-3), (9.5, 5e-3, 2e-3)):
        second = _sigma(mass, **ACCEPTANCE)[0]
        assert _sigma(mass, options={"scheme": FIRST_ORDER}, **ACCEPTANCE)[0] == pytest.approx(second, rel=first)
        assert _sigma(mass, options={"scheme": PRODUCT}, **ACCEPTANCE)[0] == pytest.approx(second, rel=product)


@pytest.mark.parametrize("cuts", [{}, ACCEPTANCE])
def test_little_depends_on_the_cut_of_the_photons(cuts: dict[str, Any]) -> None:
    coarse, fine = (_sigma(1.0, options={"cutoff": cutoff}, **cuts) for cutoff in (1e-3, 1e-7))
    assert not compatible(*coarse, *fine)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", [SECOND_ORDER, PRODUCT])
@pytest.mark.parametrize("mass", [1.0, 5.0])
def test_nothing_depends_on_the_cut_of_the_photons(mass: float, scheme: int) -> None:
    cuts: dict[str, Any]
    for cuts in ({}, ACCEPTANCE):
        options = [{"cutoff": cutoff, "scheme": scheme} for cutoff in (1e-3, 1e-5, 1e-7)]
        first, second, third = (_sigma(mass, 60, each, **cuts) for each in options)
        for other in (first, third):
            assert abs(other[0] / second[0] - 1) < 1e-3
        assert not compatible(*third, *second)


def test_the_cuts_on_the_angle_lose_nothing() -> None:
    sums = []
    for draw in _draw(1.0, 6):
        p = draw.momenta[:, 0]
        cosine = np.divide(p[:, 3], p[:, 0], out=np.ones(len(p)), where=draw.weight > 0)
        sums.append(np.where((cosine > PHOTON_COSINES[0]) & (cosine < PHOTON_COSINES[1]), draw.weight, 0.0))
    weight = np.concatenate(sums)
    assert not compatible(*_sigma(1.0, **ACCEPTANCE), weight.mean(), weight.std() / math.sqrt(len(weight)))
    one_side = _sigma(1.0, max_photon_eta=0.5), _sigma(1.0, min_photon_eta=0.5)
    total, error = _sigma(1.0)
    assert not compatible(one_side[0][0] + one_side[1][0], math.hypot(one_side[0][1], one_side[1][1]), total, error)


@pytest.mark.parametrize("mass", [3e-3, 1.0, 5.0, 10.579, 10.5799999])
@pytest.mark.parametrize("width", [0.0, 0.3])
def test_every_event(mass: float, width: float) -> None:
    low = 0.2 if width else 0.0
    draw = _draw(mass, 1, width=width, min_photon_energy=low)[0]
    assert np.isfinite(draw.weight).all()
    assert draw.weight.min() >= 0
    used = draw.weight > 0
    assert used.mean() > 0.8
    p = draw.momenta[used]
    assert np.abs(p.sum(axis=1) - [SQRT_S, 0, 0, 0]).max() < 1e-10
    mass2 = p[..., 0] ** 2 - (p[..., 1:] ** 2).sum(axis=-1)
    if not width:
        assert np.abs(mass2[:, 1] - mass**2).max() < 1e-12 * SQRT_S**2
    photons = np.delete(p, 1, axis=1)
    assert np.abs(np.delete(mass2, 1, axis=1)).max() < 1e-12 * SQRT_S**2
    energies = photons[..., 0]
    assert np.all(energies[:, :-1] >= energies[:, 1:])
    assert np.all(energies[:, 0] >= low * (1 - 1e-9))
    assert np.all(photons[energies == 0] == 0)
    cutoff = _cutoff(mass, 1e-5)
    assert np.all(energies[energies > 0] > cutoff * SQRT_S / 2 * (1 - 1e-9))


@pytest.mark.parametrize("width", [0.0, 0.3])
@given(st.data())
def test_corners(width: float, data: st.DataObject) -> None:
    setup = prepare_radiative(_parameters(3.0, width=width, min_photon_energy=0.1, r=1.0), C)
    values = st.sampled_from((1e-14, 1e-9, 0.3, 0.5, 0.6, 0.95, 1 - 1e-9, 1 - 1e-14))
    n = setup.n_adaptive + setup.n_plain
    x = data.draw(st.lists(values, min_size=n, max_size=n))
    for channel in range(len(setup.channels)):
        momenta, weight = np.full((1, len(setup.record), 4), np.nan), np.empty(1)
        setup.fill(np.array([channel]), np.array([x]), setup.arguments, momenta, weight)
        assert np.isfinite(weight).all()
        assert weight[0] >= 0
        assert weight[0] == 0 or np.isfinite(momenta).all()


def test_hardest_photon_above_its_limit() -> None:
    weight = np.concatenate([np.where(d.momenta[:, 0, 0] > 5.0, d.weight, 0.0) for d in _draw(1.0, 4)])
    value = _sigma(1.0, min_photon_energy=5.0)
    assert not compatible(*value, weight.mean(), weight.std() / math.sqrt(len(weight)))
    assert 0.5 < value[0] / _sigma(1.0)[0] < 0.99


def test_narrow_is_the_limit_of_wide() -> None:
    wide = _sigma(1.0, width=1e-7, min_photon_energy=1.0)
    assert not compatible(*wide, *_sigma(1.0, min_photon_energy=1.0))


@pytest.mark.parametrize("r", [None, 1.0])
def test_wide_is_the_average_over_the_narrow(r: float | None) -> None:
    mass, width, low = 3.0, 0.3, 1.0
    # the mixing has kinks at the thresholds of muons and taus
    masses = (1e-3, 2 * C.m_mu, 0.6, 2.0, 2.7, 3.3, 2 * C.m_tau, 4.5, math.sqrt(SQRT_S * (SQRT_S - 2 * low)))
    edges = [math.atan((m**2 - mass**2) / (mass * width)) for m in masses]
    nodes, shares = np.polynomial.legendre.leggauss(4)
    expected, variance = 0.0, 0.0
    for first, last in itertools.pairwise(edges):
        for node, share in zip(nodes, shares, strict=True):
            m = math.sqrt(mass**2 + mass * width * math.tan(first + (last - first) * (node + 1) / 2))
            epsilon = 1.0 if r is None else float(abs(kinetic_mixing(m, r=r)))
            scale = share * (last - first) / 2 / math.pi
            value, error = _sigma(m, 1, min_photon_energy=low, epsilon=epsilon, **ACCEPTANCE)
            expected += scale * value
            variance += (scale * error) ** 2
    value, error = _sigma(mass, 6, width=width, min_photon_energy=low, r=r, **ACCEPTANCE)
    assert error < 2e-3 * value
    assert not compatible(value, error, expected, math.hypot(math.sqrt(variance), 1e-3 * expected))


@kernel
def _first_numbers(x: Array, out: Array) -> None:
    for i in range(len(out)):
        state, out[i, 0] = next_uniform(state_before(x[i, 0], x[i, 1]))
        state, out[i, 1] = next_uniform(state)


def test_the_first_number_is_given() -> None:
    x, out = np.random.default_rng(1).random((100_000, 2)), np.empty((100_000, 2))
    x[:4, 0] = 1e-14, 0.5, 1 - 1e-14, 0.25
    _first_numbers(x, out)
    assert np.abs(out[:, 0] - x[:, 0]).max() < 2.0**-51
    counts = np.histogram(out[:, 1], bins=100, range=(0, 1))[0]
    assert ((counts - 1000) ** 2 / 1000).sum() < 99 + 5 * math.sqrt(2 * 99)
    assert abs(np.corrcoef(out[:, 0], out[:, 1])[0, 1]) < 5 / math.sqrt(len(x))


def test_samples() -> None:
    sample = lmutau.generate("gammazp", 20_000, seed=1, mass=1.0, isr=True)
    ids, energy = sample.events.GenPart.pdgId, sample.events.GenPart.E
    assert set(ids[:, 2].tolist()) == {22} and set(ids[:, 3].tolist()) == {32}
    several = [len(row) for row in ids.tolist()]
    assert min(several) == 4 and max(several) > 6
    assert all(e > 0 for row in energy.tolist() for e in row)
    words = [lmutau.generate("gammazp", 20_000, seed=1, mass=1.0, isr=True, alpha=a) for a in ("leptonic", "running")]
    assert words[0].sigma == words[1].sigma == sample.sigma  # no photon is virtual
    tree = lmutau.generate("gammazp", 2000, seed=1, mass=1.0, r=1.0, g=0.1)
    running = lmutau.generate("gammazp", 2000, seed=1, mass=1.0, r=1.0, g=0.1, alpha="running")
    assert running.sigma == tree.sigma
    with pytest.raises(lmutau.ConfigError, match="fsr"):
        lmutau.generate("gammazp", 1000, seed=1, mass=1.0, fsr=True)


def test_lighter_than_electrons_is_refused() -> None:
    with pytest.raises(KinematicsError, match=r"mass = 0.001 GeV: allowed with isr is at least 0.002044"):
        prepare_radiative(_parameters(1e-3), C)
    value, error = _sigma(2.1e-3, 8)
    assert value > gammazp_total(2.1e-3, 1.0)  # no outside number: only that the weights are sane
    assert error < 0.05 * value
