"""mumuzp with photons: closed spectrum of the beams' loss, exact emission off the muons, the record."""

import functools
import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import lmutau
from lmutau.gen.adaptation import adapt
from lmutau.gen.amplitudes import arrays
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.cuts import cut_table
from lmutau.gen.model.vacuum_polarisation import LEPTONIC, RUNNING, hadronic_table, running_factor
from lmutau.gen.processes.mumuzp import MUMUZP
from lmutau.gen.processes.mumuzp_radiation import prepare_radiative
from lmutau.gen.radiation.initial_weights import FIRST_ORDER, PRODUCT, SECOND_ORDER
from lmutau.gen.radiation.radiator import radiator
from lmutau.gen.radiation.yfs import emitter
from lmutau.gen.sampling import Draw, cross_section
from tests.spinors.dirac import (
    Ends,
    boson,
    current,
    dot,
    line,
    open_vertex,
    polarisations,
    u_spinors,
    v_spinors,
    vertex,
)
from tests.spinors.qed import charge
from tests.statistics import compatible

Array = NDArray[np.float64]
C = CONSTANTS
SQRT_S = 10.58
GAMMA = emitter(SQRT_S**2, C.m_e**2, C.alpha)[0]


def _parameters(mass: float, **more: Any) -> dict[str, Any]:
    settled = {"sqrt_s": SQRT_S, "mass": mass, "width": 0.0, "g": 1.0, "alpha": C.alpha}
    return {**settled, "isr": False, "fsr": False, **more}


def _draw(mass: float, blocks: int, options: dict[str, Any] | None = None, **more: Any) -> list[Draw]:
    parameters = _parameters(mass, **more)
    radiative = parameters["isr"] or parameters["fsr"]
    setup = prepare_radiative(parameters, C, **(options or {})) if radiative else MUMUZP.prepare(parameters, C, False)
    cuts = {name: value for name, value in more.items() if name in ("min_muon_pt", "min_pair_mass")}
    frozen = adapt("mumuzp", setup, cut_table(cuts, setup.record, "mumuzp"), seed=1, points=5000)
    return [frozen.draw(block) for block in range(blocks)]


@functools.cache
def _tree(mass: float, sqrt_s: float, alpha: float | str = C.alpha) -> float:
    draws = _draw(mass, 1, sqrt_s=sqrt_s, alpha=alpha)
    return cross_section(np.sum([draw.sums(1) for draw in draws], axis=0))[0]


def _sigma(mass: float, blocks: int = 4, options: dict[str, Any] | None = None, **more: Any) -> tuple[float, float]:
    draws = _draw(mass, blocks, options, **more)
    return cross_section(np.sum([draw.sums(1) for draw in draws], axis=0))


def _closed(mass: float, alpha: float | str = C.alpha) -> float:
    """Int radiator(v) sigma_tree(s (1 - v)) dv [fb]."""

    def tree(v: Array) -> Array:
        return np.array([_tree(mass, SQRT_S * math.sqrt(1 - each), alpha) for each in v.tolist()])

    least = ((mass + 2 * C.m_mu) / SQRT_S) ** 2
    middle = (1 - least) / 2
    # below: a polynomial in v against the power of v; above: nodes in ln(1 - v)
    points = middle * (1 + np.polynomial.chebyshev.chebpts1(8)) / 2
    smooth = np.polynomial.Chebyshev.fit(points, tree(points), 6, domain=[0, middle])
    t, dt = np.polynomial.legendre.leggauss(200)
    v = np.maximum(middle * ((t + 1) / 2) ** (1 / GAMMA), 1e-300)
    flat = radiator(v, GAMMA, C.alpha) * v ** (1 - GAMMA) / GAMMA
    soft = float((flat * smooth(v) * dt).sum()) / 2 * middle**GAMMA
    t, dt = np.polynomial.legendre.leggauss(12)
    first, last = math.log(least), math.log(1 - middle)
    rest = np.exp((first + last) / 2 + (last - first) / 2 * t)
    hard = radiator(1 - rest, GAMMA, C.alpha) * rest * tree(1 - rest) * dt
    return soft + float(hard.sum()) * (last - first) / 2


@pytest.mark.parametrize("mass", [0.1, 1.0, 5.0])
def test_photons_of_the_beams(mass: float) -> None:
    value, error = _sigma(mass, isr=True)
    assert error < 1.5e-3 * value
    assert value == pytest.approx(_closed(mass), rel=5e-3)


@pytest.mark.parametrize(("word", "mode"), [("leptonic", LEPTONIC), ("running", RUNNING)])
def test_running_coupling(word: str, mode: float) -> None:
    factor = running_factor(SQRT_S**2, mode, C.m_e**2, C.m_mu**2, C.m_tau**2, C.alpha, hadronic_table())
    assert factor > 1.04
    assert _tree(1.0, SQRT_S, word) == pytest.approx(factor * _tree(1.0, SQRT_S), rel=1e-9)
    value, error = _sigma(1.0, isr=True, alpha=word)
    assert value == pytest.approx(_closed(1.0, word), rel=5e-3)
    assert error < 1.5e-3 * value


def test_schemes() -> None:
    for mass, first, product in ((0.1, 8e-3, 4e-3), (1.0, 5e-3, 3e-3), (5.0, 5e-3, 3e-3)):
        second = _sigma(mass, isr=True)[0]
        assert _sigma(mass, isr=True, options={"scheme": FIRST_ORDER})[0] == pytest.approx(second, rel=first)
        assert _sigma(mass, isr=True, options={"scheme": PRODUCT})[0] == pytest.approx(second, rel=product)


def _events(mass: float, n: int, cutoff: float = 1e-5) -> tuple[Array, Array, Array, Array]:
    """Muons radiate: momenta and weights, and those of the same events without photons."""
    x = np.random.default_rng(1).random((n, 7))
    channel = np.zeros(n, dtype=np.int64)
    results: list[Array] = []
    radiative = prepare_radiative(_parameters(mass, fsr=True), C, cutoff=cutoff)
    for setup in (radiative, MUMUZP.prepare(_parameters(mass), C, False)):
        momenta, weight = np.zeros((n, len(setup.record), 4)), np.zeros(n)
        columns = x[:, : setup.n_adaptive + setup.n_plain].copy()
        setup.fill(channel, columns, setup.arguments, momenta, weight)
        results += [momenta, weight]
    return results[0], results[1], results[2], results[3]


@pytest.mark.parametrize("mass", [0.1, 1.0, 5.0])
def test_photons_of_the_muons_keep_the_total(mass: float) -> None:
    momenta, weight, plain, tree = _events(mass, 400_000)
    # 1 + 3 alpha/(4 pi) for muons far above threshold
    expected = (1 + 3 * C.alpha / (4 * math.pi)) * tree
    error = float((weight - expected).std()) / math.sqrt(len(tree))
    assert error < 1e-3 * tree.mean()
    assert not compatible(weight.mean(), error, expected.mean(), 5e-4 * tree.mean())
    without = (weight > 0) & (momenta[:, 3:, 0] == 0).all(axis=1)
    assert np.abs(momenta[without, :3] - plain[without]).max() < 1e-12


def _exact(momenta: Array, mass: float) -> Array:
    """Averaged |M|^2 of e+e- -> mu+ mu- Z' gamma, both bosons from the muons; momenta (n, 6, 4)."""
    p1, p2, k1, k2, q, k = momenta.swapaxes(0, 1)
    sources = [boson(current(b, a), p1 + p2) for a, b in itertools.product(u_spinors(p1, C.m_e), v_spinors(p2, C.m_e))]
    ends = [
        Ends(c, d, -k2, k1, (C.m_mu, C.m_mu))
        for c, d in itertools.product(u_spinors(k1, C.m_mu), v_spinors(k2, C.m_mu))
    ]
    total = np.zeros(len(momenta))
    for heavy, photon in itertools.product(polarisations(q, mass), polarisations(k, 0.0)):
        emitted = [(vertex(heavy), -q), (vertex(photon), -k), (open_vertex(), p1 + p2)]
        for muons in ends:
            sink = line(muons, emitted)
            total += sum(np.abs(dot(source, sink)) ** 2 for source in sources)
    return total * charge(C) ** 6 / 4


def _dot(p: Array, q: Array) -> Array:
    return p[:, 0] * q[:, 0] - (p[:, 1:] * q[:, 1:]).sum(axis=1)


def _correction(momenta: Array, tree: Array, mass: float) -> Array:
    """Exact |M|^2 over what a single photon has: soft factor, mass-corrected splitting, tree event."""
    p = math.sqrt(SQRT_S**2 / 4 - C.m_e**2)
    beams = np.broadcast_to([[SQRT_S / 2, 0, 0, p], [SQRT_S / 2, 0, 0, -p]], (len(tree), 2, 4))
    q1, q2, k = momenta[:, 0], momenta[:, 1], momenta[:, 3]
    pair, a, b = _dot(q1, q2), _dot(k, q1), _dot(k, q2)
    masses, x, y = C.m_mu**2 * (1 / a**2 + 1 / b**2), a / pair, b / pair
    lead = 2 * pair / (a * b)
    single = lead * ((1 + x) ** 2 + (1 + y) ** 2) / (2 * (1 + x + y)) - masses
    approximate = 4 * math.pi * C.alpha * single * arrays.mumuzp(np.concatenate([beams, tree], axis=1), mass=mass)
    assert np.all(lead > masses)
    return _exact(np.concatenate([beams, momenta[:, :4]], axis=1), mass) / approximate


@pytest.mark.parametrize(("mass", "hard"), [(0.1, 0.04), (1.0, 0.02), (5.0, 0.01)])
def test_a_photon_of_the_muons(mass: float, hard: float) -> None:
    momenta, weight, tree, _ = _events(mass, 25_000, cutoff=2e-3)
    single = (weight > 0) & (momenta[:, 3, 0] > 0) & (momenta[:, 4, 0] == 0)
    momenta, weight, tree = momenta[single], weight[single], tree[single]
    correction = _correction(momenta, tree, mass)
    energy = momenta[:, 3, 0]
    # soft photons: event by event; harder ones in the mean, those above 1 GeV to leading logarithm
    soft = energy < 0.05
    assert soft.sum() > 500
    assert np.average(np.abs(correction[soft] - 1), weights=weight[soft]) < 3e-3
    for low, high, tolerance in ((0.0, 0.05, 1e-3), (0.05, 1.0, 4e-3), (1.0, 6.0, hard)):
        inside = (energy > low) & (energy < high)
        w = weight[inside] / weight[inside].sum()
        spread = math.sqrt(float((w**2 * (correction[inside] - 1) ** 2).sum()))
        assert abs(float((w * correction[inside]).sum()) - 1) < tolerance + 2 * spread
        assert spread < 0.025


@pytest.mark.parametrize("radiation", [{"isr": True}, {"fsr": True}, {"isr": True, "fsr": True}])
def test_little_depends_on_the_cut_of_the_photons(radiation: dict[str, Any]) -> None:
    cuts: dict[str, Any]
    for cuts in ({}, {"min_muon_pt": 0.4}):
        coarse, fine = (_sigma(1.0, 3, {"cutoff": cutoff}, **radiation, **cuts) for cutoff in (1e-3, 1e-7))
        assert not compatible(*coarse, *fine)


@pytest.mark.slow
@pytest.mark.parametrize("mass", [0.1, 5.0])
@pytest.mark.parametrize("scheme", [SECOND_ORDER, PRODUCT])
def test_nothing_depends_on_the_cut_of_the_photons(mass: float, scheme: int) -> None:
    cuts: dict[str, Any]
    for cuts in ({}, {"min_muon_pt": 0.4}):
        results = [
            _sigma(mass, 60, {"cutoff": cutoff, "scheme": scheme}, isr=True, fsr=True, **cuts)
            for cutoff in (1e-3, 1e-5, 1e-7)
        ]
        for other in (results[0], results[2]):
            assert abs(other[0] / results[1][0] - 1) < 1e-3
        assert not compatible(*results[2], *results[1])


def test_muons_of_both_charges_are_alike() -> None:
    draws = _draw(1.0, 6, isr=True, fsr=True)
    momenta, weight = np.concatenate([d.momenta for d in draws]), np.concatenate([d.weight for d in draws])
    momenta, weight = momenta[weight > 0], weight[weight > 0] / len(weight)
    for observable in (momenta[:, :2, 0], momenta[:, :2, 3]):
        difference = weight * (observable[:, 0] - observable[:, 1])
        mean = float((weight[:, None] * np.abs(observable)).sum()) / 2
        assert abs(float(difference.sum())) < 4 * math.sqrt(float((difference**2).sum())) < 0.02 * mean


def test_a_cut_on_the_pair() -> None:
    weights = [np.where(_pair_mass(draw.momenta) > 6, draw.weight, 0.0) for draw in _draw(1.0, 6, isr=True, fsr=True)]
    weight = np.concatenate(weights)
    found = _sigma(1.0, isr=True, fsr=True, min_pair_mass=6.0)
    assert not compatible(*found, float(weight.mean()), float(weight.std()) / math.sqrt(len(weight)))


def _pair_mass(momenta: Array) -> Array:
    pair = momenta[:, 0] + momenta[:, 1]
    return np.sqrt(np.maximum(_dot(pair, pair), 0))


@pytest.mark.parametrize(("isr", "fsr"), [(True, False), (False, True), (True, True)])
@pytest.mark.parametrize(
    ("sqrt_s", "mass"),
    [(SQRT_S, 1e-3), (SQRT_S, 1.0), (SQRT_S, 10.368), (SQRT_S, 10.3686832), (0.4, 0.1), (200.0, 50.0)],
)
@pytest.mark.parametrize("width", [0.0, 0.01])
def test_every_event(sqrt_s: float, mass: float, width: float, isr: bool, fsr: bool) -> None:
    draw = _draw(mass, 1, sqrt_s=sqrt_s, width=width, isr=isr, fsr=fsr, alpha="running")[0]
    assert np.isfinite(draw.weight).all()
    assert draw.weight.min() >= 0
    used = draw.weight > 0
    assert used.mean() > 0.7
    p = draw.momenta[used]
    assert np.abs(p.sum(axis=1) - [sqrt_s, 0, 0, 0]).max() < 1e-11 * sqrt_s
    mass2 = p[..., 0] ** 2 - (p[..., 1:] ** 2).sum(axis=-1)
    # photons and light particles come by boosts of up to sqrt(s)/(2 m_mu)
    precision = max(1e-12, 2e-17 * sqrt_s**2 / C.m_mu**2) * sqrt_s**2
    assert np.abs(mass2[:, :2] - C.m_mu**2).max() < precision
    if not width:
        assert np.abs(mass2[:, 2] - mass**2).max() < precision
    assert np.abs(mass2[:, 3:]).max() < precision
    exists = p[:, 3:, 0] > 0
    assert np.all(p[:, 3:][~exists] == 0)
    assert np.all(exists[:, :-1] >= exists[:, 1:])
    if isr and not fsr:
        energies = p[:, 3:, 0]
        assert np.all(energies[:, :-1] >= energies[:, 1:])
        assert np.all(energies[exists] >= 1e-5 * sqrt_s / 2 * (1 - 1e-9))


@pytest.mark.parametrize("width", [0.0, 0.3])
@given(st.data())
def test_corners(width: float, data: st.DataObject) -> None:
    setup = prepare_radiative(_parameters(3.0, width=width, isr=True, fsr=True, alpha="running"), C)
    values = st.sampled_from((1e-14, 1e-9, 0.3, 0.6, 0.84, 0.95, 1 - 1e-9, 1 - 1e-14))
    n = setup.n_adaptive + setup.n_plain
    x = data.draw(st.lists(values, min_size=n, max_size=n))
    momenta, weight = np.full((1, len(setup.record), 4), np.nan), np.empty(1)
    setup.fill(np.zeros(1, dtype=np.int64), np.array([x]), setup.arguments, momenta, weight)
    assert np.isfinite(weight).all()
    assert weight[0] >= 0
    assert weight[0] == 0 or np.isfinite(momenta).all()


def test_narrow_is_the_limit_of_wide() -> None:
    both: dict[str, Any] = {"isr": True, "fsr": True}
    assert not compatible(*_sigma(0.5, width=1e-8, **both), *_sigma(0.5, **both))


def test_wide_is_the_average_over_the_narrow() -> None:
    mass, width = 5.0, 0.2
    limit = SQRT_S - 2 * C.m_mu
    angles = [math.atan((m**2 - mass**2) / (mass * width)) for m in (0.5, 1.5, 3.0, 4.6, 5.4, limit)]
    nodes, shares = np.polynomial.legendre.leggauss(4)
    expected, variance = 0.0, 0.0
    for first, last in itertools.pairwise(angles):
        for node, share in zip(nodes, shares, strict=True):
            m = math.sqrt(mass**2 + mass * width * math.tan(first + (last - first) * (node + 1) / 2))
            scale = share * (last - first) / 2 / math.pi
            value, error = _sigma(m, 1, isr=True)
            expected += scale * value
            variance += (scale * error) ** 2
    draws = _draw(mass, 4, isr=True, width=width)
    boson = np.concatenate([d.momenta[:, 2] for d in draws])
    weight = np.concatenate([d.weight for d in draws])
    weight[_dot(boson, boson) < 0.5**2] = 0.0
    error = float(weight.std()) / math.sqrt(len(weight))
    assert error < 3e-3 * weight.mean()
    assert not compatible(float(weight.mean()), error, expected, math.hypot(math.sqrt(variance), 1e-3 * expected))


def test_samples() -> None:
    sample = lmutau.generate("mumuzp", 20_000, seed=1, mass=1.0, isr=True, fsr=True)
    particles = sample.events.GenPart
    ids = particles.pdgId.tolist()
    assert {tuple(row[:5]) for row in ids} == {(11, -11, 13, -13, 32)}
    assert {i for row in ids for i in row[5:]} == {22}
    assert min(map(len, ids)) == 5 and max(map(len, ids)) > 7
    assert all(e > 0 for row in particles.E.tolist() for e in row)
    with pytest.raises(lmutau.ConfigError, match="mass"):
        lmutau.generate("mumuzp", 1000, seed=1, mass=10.4, isr=True)
