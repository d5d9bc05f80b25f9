"""mumu with many photons: totals and acceptances of other calculations, independence of cut and scheme, the record."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import lmutau
from lmutau.gen.adaptation import adapt
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.cuts import cut_table
from lmutau.gen.generator import prepare
from lmutau.gen.processes.mumu import MUMU
from lmutau.gen.processes.mumu_radiation import prepare_radiative
from lmutau.gen.radiation.initial_weights import FIRST_ORDER, PRODUCT, SECOND_ORDER
from tests.gen.radiation.reference import GENERATOR, OTHER_CODE, SQRT_S, sampler, sigma
from tests.statistics import compatible

Array = NDArray[np.float64]
C = CONSTANTS
BOTH = GENERATOR["ISR, FSR, leptonic running"]
NO_INTERFERENCE = BOTH["all, without interference"] / BOTH["all, with interference"]
SCHEMES = {"ISR first order": FIRST_ORDER, "ISR second order": SECOND_ORDER, "ISR product form": PRODUCT}


def _accepted(momenta: Array) -> dict[str, NDArray[np.bool_]]:
    """Masks of the reference's acceptances."""
    muons, energy = momenta[:, :2], momenta[:, 2:, 0]
    pt = np.hypot(muons[:, :, 1], muons[:, :, 2])
    eta = np.arcsinh(muons[:, :, 3] / pt)
    inside = ((pt > 0.4) & (eta > -1.6) & (eta < 1.21)).all(axis=1)
    return {
        "all": np.ones(len(momenta), dtype=np.bool_),
        "all, muons": inside,
        "all, muons, a photon above 1 GeV": inside & (energy > 1).any(axis=1),
        "all, muons, two photons above 0.1 GeV": inside & ((energy > 0.1).sum(axis=1) >= 2),
    }


def _acceptances(blocks: int, **options: Any) -> dict[str, tuple[float, float]]:
    """Cross-sections and errors [pb] with ISR, FSR and leptonic running."""
    frozen = sampler(True, True, "leptonic", **options)
    sums: dict[str, list[float]] = {}
    for block in range(blocks):
        draw = frozen.draw(block)
        weight, momenta = draw.weight[draw.weight > 0] / 1e3, draw.momenta[draw.weight > 0]
        for name, mask in _accepted(momenta).items():
            values = sums.setdefault(name, [0.0, 0.0])
            values[0] += weight[mask].sum()
            values[1] += (weight[mask] ** 2).sum()
    n = blocks * 65536
    return {name: (w / n, math.sqrt(w2 - w * w / n) / n) for name, (w, w2) in sums.items()}


def test_against_other_calculations() -> None:
    found = _acceptances(12)
    for name, (value, error) in found.items():
        if name != "all":  # there pairs of hard photons count, of which the other code has leading logarithms
            assert not compatible(value, error, *OTHER_CODE[name]), name
    assert found["all"][0] == pytest.approx(BOTH["all, without interference"], rel=GENERATOR["relative_error"])
    accepted = found["all, muons"][0]
    assert accepted == pytest.approx(BOTH["muons"] * NO_INTERFERENCE, rel=5e-3)
    one, two = (found[f"all, muons, {name}"][0] for name in ("a photon above 1 GeV", "two photons above 0.1 GeV"))
    assert one == pytest.approx(BOTH["muons, a photon above 1 GeV"] * NO_INTERFERENCE, rel=0.01)
    # interference adds to pairs of wide photons what it takes from the total: no factor here
    assert two == pytest.approx(BOTH["muons, two photons above 0.1 GeV"], rel=0.01)


@pytest.mark.parametrize("name", SCHEMES)
def test_schemes(name: str) -> None:
    value, error = sigma(sampler(True, False, scheme=SCHEMES[name]))
    if name == "ISR first order":
        assert not compatible(value, error, *OTHER_CODE[name])
    elif name == "ISR second order":
        assert value == pytest.approx(GENERATOR["ISR"], rel=GENERATOR["relative_error"])
    else:
        assert 0.994 < value / GENERATOR["ISR"] < 0.999


def test_heavy_pairs() -> None:
    name = "ISR, M(mumu)^2 > 0.9 s"
    value, error = sigma(sampler(True, False, cuts={"min_pair_mass": math.sqrt(0.9) * SQRT_S}))
    assert not compatible(value, error, *OTHER_CODE[name])
    assert value == pytest.approx(GENERATOR[name], rel=5e-3)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", [SECOND_ORDER, PRODUCT])
def test_nothing_depends_on_the_cut_of_the_photons(scheme: int) -> None:
    results = [_acceptances(160, cutoff=cutoff, scheme=scheme) for cutoff in (1e-3, 1e-5, 1e-7)]
    for name in ("all", "all, muons"):
        for other in (results[0], results[2]):
            assert abs(other[name][0] / results[1][name][0] - 1) < 1e-3
        assert not compatible(*results[2][name], *results[1][name])


def test_little_depends_on_the_cut_of_the_photons() -> None:
    coarse, fine = (_acceptances(6, cutoff=cutoff) for cutoff in (1e-3, 1e-7))
    for name in ("all", "all, muons", "all, muons, a photon above 1 GeV"):
        assert not compatible(*coarse[name], *fine[name])


def test_soft_photons_do_not_turn_the_muons() -> None:
    # a hard photon at wide angles and the axis of the muons: soft photons beside it must leave them alone
    # the first order, whose photons are independent of each other, comes first
    found = []
    for scheme, cutoff in ((FIRST_ORDER, 1e-5), (SECOND_ORDER, 1e-2), (SECOND_ORDER, 1e-5), (SECOND_ORDER, 1e-7)):
        setup = prepare_radiative(
            {"sqrt_s": SQRT_S, "alpha": C.alpha, "isr": True, "fsr": False},
            C,
            cutoff=cutoff,
            scheme=scheme,
            shares=(0.2, 0.6),
        )
        frozen = adapt("mumu", setup, cut_table({}, setup.record, "mumu"), seed=1)
        values, weights = [], []
        for block in range(20):
            draw = frozen.draw(block)
            hard = draw.momenta[:, 2]
            kept = (hard[:, 0] > 2) & (np.abs(hard[:, 3]) < 0.8 * hard[:, 0]) & (draw.weight > 0)
            values.append(_axis_asymmetry(draw.momenta[kept]) * np.sign(hard[kept, 3]))
            weights.append(draw.weight[kept])
        value, weight = np.concatenate(values), np.concatenate(weights)
        mean = float((value * weight).sum() / weight.sum())
        found.append((mean, float(np.sqrt((((value - mean) * weight) ** 2).sum()) / weight.sum())))
    for mean, error in found[1:]:
        assert not compatible(mean, error, *found[0])
        assert error < 0.002


def _axis_asymmetry(momenta: Array) -> Array:
    """cos^2 of the muons to the electron minus that to the positron, rest frame of X (no photons of muons)."""
    muon, whole = momenta[:, 0], momenta[:, 0] + momenta[:, 1]
    mass = np.sqrt(whole[:, 0] ** 2 - (whole[:, 1:] ** 2).sum(axis=1))

    def at_rest(p: Array) -> Array:
        energy = (p[:, 0] * whole[:, 0] - (p[:, 1:] * whole[:, 1:]).sum(axis=1)) / mass
        k = p[:, 1:] - ((p[:, 0] + energy) / (whole[:, 0] + mass))[:, None] * whole[:, 1:]
        return np.asarray(k / np.linalg.norm(k, axis=1)[:, None])

    axis = at_rest(muon)
    beams = [at_rest(np.tile([1.0, 0, 0, z], (len(muon), 1))) for z in (1.0, -1.0)]
    return np.asarray((beams[0] * axis).sum(axis=1) ** 2 - (beams[1] * axis).sum(axis=1) ** 2)


def test_no_result_depends_on_how_v_is_drawn() -> None:
    assert not compatible(*sigma(sampler(True, True)), *sigma(sampler(True, True, shares=(0.3, 0.5))))


@pytest.mark.parametrize(("isr", "fsr"), [(True, False), (False, True), (True, True)])
@pytest.mark.parametrize("sqrt_s", [0.2113168, 0.25, 1.0, 10.58, 200.0])
def test_every_event(sqrt_s: float, isr: bool, fsr: bool) -> None:
    frozen = sampler(isr, fsr, sqrt_s=sqrt_s)
    draw = frozen.draw(0)
    assert np.isfinite(draw.weight).all()
    assert draw.weight.min() >= 0
    used = draw.weight > 0
    assert used.mean() > 0.94
    p = draw.momenta[used]
    assert np.abs(p.sum(axis=1) - [sqrt_s, 0, 0, 0]).max() < 1e-11 * sqrt_s
    mass2 = p[..., 0] ** 2 - (p[..., 1:] ** 2).sum(axis=-1)
    assert np.abs(mass2[:, :2] - C.m_mu**2).max() < 1e-12 * sqrt_s**2
    # a hard photon of the muons comes by a boost of up to sqrt(s)/m_mu from their rest frame
    assert np.abs(mass2[:, 2:]).max() < max(1e-12, 2e-17 * sqrt_s**2 / C.m_mu**2) * sqrt_s**2
    exists = p[:, 2:, 0] > 0
    assert np.all(p[:, 2:][~exists] == 0)
    assert np.all(exists[:, :-1] >= exists[:, 1:])  # no gaps
    if not fsr:
        energies = p[:, 2:, 0]
        assert np.all(energies[:, :-1] >= energies[:, 1:])
        assert np.all(energies[exists] >= 1e-5 * sqrt_s / 2)


@given(st.lists(st.sampled_from((1e-14, 1e-9, 0.3, 0.6, 0.84, 0.95, 1 - 1e-9, 1 - 1e-14)), min_size=5, max_size=5))
def test_corners(x: list[float]) -> None:
    setup = prepare_radiative({"sqrt_s": SQRT_S, "alpha": "running", "isr": True, "fsr": True}, C)
    momenta, weight = np.full((1, len(setup.record), 4), np.nan), np.empty(1)
    setup.fill(np.zeros(1, dtype=np.int64), np.array([x]), setup.arguments, momenta, weight)
    assert np.isfinite(weight).all()
    assert weight[0] >= 0
    assert weight[0] == 0 or np.isfinite(momenta).all()


def test_an_event_is_a_function_of_its_uniforms() -> None:
    setup = prepare_radiative({"sqrt_s": SQRT_S, "alpha": C.alpha, "isr": True, "fsr": True}, C)
    x = np.random.default_rng(1).random((1000, setup.n_adaptive + setup.n_plain))
    channel = np.zeros(len(x), dtype=np.int64)
    results = []
    for rows in (np.arange(1000), np.random.default_rng(2).permutation(1000)):
        momenta, weight = np.zeros((len(x), len(setup.record), 4)), np.empty(len(x))
        setup.fill(channel, x[rows], setup.arguments, momenta, weight)
        results.append((momenta[np.argsort(rows)], weight[np.argsort(rows)]))
    used = results[0][1] > 0
    assert np.array_equal(results[0][1], results[1][1])
    assert np.array_equal(results[0][0][used], results[1][0][used])


def test_charge_symmetry() -> None:
    frozen = sampler(True, True)
    weights, minus, plus = [], [], []
    for block in range(6):
        draw = frozen.draw(block)
        used = draw.weight > 0
        p = draw.momenta[used]
        weights.append(draw.weight[used])
        minus.append(p[:, 0, 3] / np.sqrt((p[:, 0, 1:] ** 2).sum(axis=1)))
        plus.append(p[:, 1, 3] / np.sqrt((p[:, 1, 1:] ** 2).sum(axis=1)))
    w, m, q = np.concatenate(weights), np.concatenate(minus), np.concatenate(plus)
    for sign in (1, -1):  # charge conjugation, and parity with it
        for edge in (-0.8, -0.3, 0.0, 0.4, 0.9):
            difference = w * ((m > edge).astype(float) - (sign * q > edge))
            assert abs(difference.sum()) < 4 * math.sqrt((difference**2).sum())


def test_weights_are_even() -> None:
    for isr, fsr, variance, unweighting in (
        (True, False, 0.95, 0.5),
        (False, True, 0.97, 0.85),
        (True, True, 0.94, 0.5),
    ):
        frozen = sampler(isr, fsr)
        weight = frozen.draw(0).weight
        assert weight.sum() ** 2 / (weight**2).sum() > variance * len(weight)
        assert frozen.efficiency > unweighting


def test_tree_level_is_untouched() -> None:
    tree = MUMU.prepare({"sqrt_s": SQRT_S, "alpha": C.alpha, "isr": False, "fsr": False}, C, False)
    assert len(tree.record) == 2
    assert (tree.n_adaptive, tree.n_plain) == (1, 1)
    running = MUMU.prepare({"sqrt_s": SQRT_S, "alpha": "leptonic", "isr": False, "fsr": False}, C, False)
    x = np.random.default_rng(1).random((100, 2))
    weights = []
    for setup in (tree, running):
        momenta, weight = np.empty((100, 2, 4)), np.empty(100)
        setup.fill(np.zeros(100, dtype=np.int64), x, setup.arguments, momenta, weight)
        weights.append(weight)
    assert weights[1] / weights[0] == pytest.approx(np.full(100, 1.0439314), rel=1e-7)


def test_sample() -> None:
    sample = lmutau.generate("mumu", 20_000, seed=1, isr=True, fsr=True)
    photons = sample.events.GenPart.pdgId == 22
    counts = np.asarray(photons.tolist(), dtype=object)
    multiplicity = np.array([sum(row) for row in counts])
    assert 1 < multiplicity.mean() < 2
    assert multiplicity.min() == 0
    assert sample.metadata["sigma_fb"] == pytest.approx(GENERATOR["ISR"] * 1e3, rel=0.02)


def test_unweighted_sample() -> None:
    generator = prepare("mumu", 20_000, seed=1, unweighted=True, parameters={"isr": True, "fsr": True})
    assert sum(len(block) for block in generator.blocks()) == 20_000
    assert generator.metadata()["n_tried"] < 20_000 / 0.5
