"""The tau pair is sampled exactly: every map and every conditional density against a second method."""

import math

import numpy as np
import pytest

from lmutau.gen.amplitudes.tau_decay import analysing_power, muon_momentum, muon_spectrum, partial_width
from lmutau.gen.amplitudes.tau_pair import born_cross_section, production_matrix
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.phasespace.tau_decay import linear_cosine, momentum_table, neutrinos
from lmutau.gen.phasespace.tau_pair import production_cosine
from tests.gen import tau_reference as second
from tests.gen.tau_sample import (
    SQRT_S,
    Array,
    exact_events,
    fill,
    missing_pt,
    prepare,
    recoil_mass2,
    uniforms,
)


@pytest.mark.parametrize("sqrt_s", [3.56, 10.58, 91.0])
@pytest.mark.parametrize("correlated", [True, False])
def test_untargeted_weight_is_constant_and_adds_up_to_the_cross_section(sqrt_s: float, correlated: bool) -> None:
    setup = prepare(sqrt_s=sqrt_s, spin_correlation=correlated)
    _, weight = fill(setup, uniforms(20_000, 2))
    expected = born_cross_section(sqrt_s, CONSTANTS.alpha, CONSTANTS) * 0.1739**2
    np.testing.assert_allclose(weight, expected, rtol=1e-6)
    assert weight.std() < 1e-7 * expected


class RestFrames:
    """Spin matrix, rest-frame momenta in the spin axes, and analysers of a record (n, 8, 4)."""

    def __init__(self, m: Array) -> None:
        turn = second.axes(m)
        inverse_gamma2, electron = (2 * second.TAU / SQRT_S) ** 2, (2 * CONSTANTS.m_e / SQRT_S) ** 2
        matrices = np.array([production_matrix(c, inverse_gamma2, electron) for c in turn[:, 2, 2]])
        self.r_0 = matrices[:, 0]
        self.r = np.zeros((len(m), 3, 3))
        self.r[:, 0, 0], self.r[:, 1, 1], self.r[:, 2, 2] = matrices[:, 1:4].T
        self.r[:, 0, 2] = self.r[:, 2, 0] = matrices[:, 4]
        self.rest = []
        for i in range(2, 8):
            p = second.boost(m[:, i], m[:, 0 if i < 5 else 1], -1)
            p[:, 1:] = np.einsum("nij,nj->ni", turn, p[:, 1:])
            self.rest.append(p)
        self.w = [second.square(self.rest[i] + self.rest[i + 1]) for i in (1, 4)]
        self.k = [np.array([muon_momentum(v, second.TAU, second.MUON) for v in w]) for w in self.w]
        powers = [
            np.array([analysing_power(v, q, second.TAU, second.MUON) for v, q in zip(w, k, strict=True)])
            for w, k in zip(self.w, self.k, strict=True)
        ]
        self.muon_analyser = [powers[side][:, None] * second.unit(self.rest[i]) for side, i in enumerate((0, 3))]
        self.power = powers

    def spin(self, partner: Array) -> Array:
        """Spin vector of a tau given the analyser of the other one."""
        return np.asarray(-np.einsum("nij,nj->ni", self.r, partner) / self.r_0[:, None])

    def neutrino_spins(self) -> tuple[Array, Array]:
        """Of the tau- given the mu+, then of the tau+ given the neutrino of the tau-."""
        return self.spin(self.muon_analyser[1]), self.spin(second.unit(self.rest[1]))


def test_squared_amplitude_over_the_sampled_density_is_constant() -> None:
    """|M|^2 of the momenta x phase space / density of the draw, absolute: sigma_Born Gamma_mu^2."""
    m, _ = fill(prepare(), uniforms(10_000, 4))
    frames = RestFrames(m)
    _, norm = momentum_table(second.TAU, second.MUON)
    # Int R_0 dcos; the electron term, 1e-8, is below the tolerance
    density = frames.r_0 / (8 / 3 + 4 / 3 * (2 * second.TAU / SQRT_S) ** 2)
    for w, k in zip(frames.w, frames.k, strict=True):
        spectrum = np.array([muon_spectrum(v, second.TAU, second.MUON) for v in w])
        density *= norm / (2 * second.TAU) * spectrum * k
    density *= 1 + np.sum(frames.muon_analyser[0] * frames.spin(frames.muon_analyser[1]), axis=1)
    for first, spin in zip((0, 3), frames.neutrino_spins(), strict=True):
        muon, analyser, other = frames.rest[first : first + 3]
        density *= second.neutrino_density(muon, analyser, other, spin)
    ratio = second.differential(m, SQRT_S) / density
    assert ratio.std() < 1e-6 * ratio.mean()
    width = partial_width(second.TAU, second.MUON, CONSTANTS.g_fermi)
    expected = born_cross_section(SQRT_S, CONSTANTS.alpha, CONSTANTS) / CONSTANTS.hbarc2 * width**2
    assert ratio.mean() == pytest.approx(expected, rel=1e-6)


def test_second_muon_follows_its_conditional_density() -> None:
    """The uniform of the sixth column is the cumulative of the angle to the polarisation."""
    x = uniforms(2000, 13)
    frames = RestFrames(fill(prepare(), x)[0])
    polarisation = frames.power[1][:, None] * frames.spin(frames.muon_analyser[0])
    length = np.linalg.norm(polarisation, axis=1)
    cosine = np.sum(polarisation * second.unit(frames.rest[3]), axis=1) / length
    assert np.all(length < 1)
    np.testing.assert_allclose((cosine + 1) / 2 + length * (cosine**2 - 1) / 4, x[:, 5], atol=1e-9)


@pytest.mark.parametrize(("targeted", "channel"), [(False, 0), (True, 0), (True, 1), (True, 2), (True, 3)])
def test_neutrinos_are_drawn_with_the_right_spin(targeted: bool, channel: int) -> None:
    """The draw itself is checked below; here that each tau gets its own spin vector and uniforms."""
    x = uniforms(500, 14)
    frames = RestFrames(fill(prepare(targeted), x, channel)[0])
    masses = (second.TAU, second.MUON)
    for side, spins in enumerate(frames.neutrino_spins()):
        column, first = 8 + 2 * side, 3 * side
        directions = second.unit(frames.rest[first])
        for i in range(len(x)):
            d, s = directions[i], spins[i]
            drawn = neutrinos(
                x[i, column],
                x[i, column + 1],
                frames.k[side][i],
                (d[0], d[1], d[2]),
                (s[0], s[1], s[2]),
                masses,
            )
            np.testing.assert_allclose(drawn[0], frames.rest[first + 1][i], atol=1e-9)
            np.testing.assert_allclose(drawn[1], frames.rest[first + 2][i], atol=1e-9)


def _observables(m: Array) -> dict[str, Array]:
    """Quantities that see every angle of the neutrinos."""
    turn = second.axes(m)
    rest = [second.boost(m[:, i], m[:, 0 if i < 5 else 1], -1) for i in range(2, 8)]
    n = [np.einsum("nij,nj->ni", turn, second.unit(rest[i])) for i in (1, 4)]
    lepton = [np.einsum("nij,nj->ni", turn, second.unit(rest[i])) for i in (0, 3)]
    result = {f"n{a}n{b}": n[0][:, a] * n[1][:, b] for a, b in ((0, 0), (1, 1), (2, 2), (0, 2), (2, 0), (0, 1))}
    result |= {f"k{a}n{b}": lepton[0][:, a] * n[1][:, b] for a, b in ((0, 0), (1, 1), (2, 2))}
    result |= {f"n{a}k{b}": n[0][:, a] * lepton[1][:, b] for a, b in ((0, 0), (1, 1), (2, 2))}
    result |= {f"k{a}k{b}": lepton[0][:, a] * lepton[1][:, b] for a, b in ((0, 0), (1, 1), (2, 2))}
    for side, first in (("-", 2), ("+", 5)):
        muon, analyser, other = (m[:, first + i] for i in range(3))
        result["y" + side] = second.square(muon + other)
        result["w" + side] = second.square(analyser + other)
        result["z" + side] = second.square(muon + analyser)
        result["angle" + side] = np.sum(second.unit(rest[first - 2]) * second.unit(rest[first - 1]), axis=1)
    result["m2"] = recoil_mass2(m)
    result["pt"] = missing_pt(m)
    result["pt of two neutrinos"] = np.hypot(*(m[:, 3, 1:3] + m[:, 6, 1:3]).T)
    result["mass of two neutrinos"] = second.square(m[:, 3] + m[:, 6])
    result["mass of the others"] = second.square(m[:, 4] + m[:, 7])
    return result


def test_events_agree_with_a_sampler_in_other_variables() -> None:
    """First and second moments; statistical, 4.5 sigma: about 70 comparisons with fixed seeds."""
    ours = _observables(exact_events()[0][:200_000])
    theirs = _observables(second.events_from_analysers(np.random.default_rng(7), 200_000, SQRT_S))
    for name, a in ours.items():
        for power in (1, 2):
            u, v = a**power, theirs[name] ** power
            error = math.sqrt(u.var() / len(u) + v.var() / len(v))
            assert abs(u.mean() - v.mean()) < 4.5 * error, (name, power)


def test_spin_correlation_shows_in_the_moments() -> None:
    """The comparison above has teeth: without correlation the moments vanish, 20 sigma away."""
    with_spin, without = (
        _observables(exact_events()[0]),
        _observables(exact_events(spin_correlation=False)[0]),
    )
    for key in ("n0n0", "n1n1", "n2n2"):
        error = math.hypot(with_spin[key].std(), without[key].std()) / math.sqrt(400_000)
        assert abs(with_spin[key].mean() - without[key].mean()) > 20 * error
        assert abs(without[key].mean()) < 4.5 * error


@pytest.mark.parametrize("slope", [0.0, 1e-9, 0.3, 1.0])
def test_linear_cosine_has_the_density_it_says(slope: float) -> None:
    for r in np.linspace(0, 1, 41):
        c = linear_cosine(r, slope)
        assert (c + 1) / 2 + slope * (c**2 - 1) / 4 == pytest.approx(r, abs=1e-14)


@pytest.mark.parametrize("momentum", [0.05, 0.5, 0.85, 0.8852])
@pytest.mark.parametrize("spin", [(0.0, 0.0, 0.0), (0.6, 0.0, 0.8), (-0.3, 0.2, -0.9), (0.5, 0.1, 0.2)])
def test_neutrinos_follow_their_density(momentum: float, spin: tuple[float, float, float]) -> None:
    """Moments of n for a fixed muon against quadrature; statistical, 4.5 sigma, 1 % of each is seen."""
    n, masses, direction = 40_000, (second.TAU, second.MUON), (0.48, -0.6, 0.64)
    r = np.random.default_rng(12).random((n, 2))
    drawn = np.array([neutrinos(a, b, momentum, direction, spin, masses) for a, b in r])
    energy = math.hypot(momentum, second.MUON)
    muon = np.array([[energy, *(momentum * np.array(direction))]])
    nodes, weights = np.polynomial.legendre.leggauss(6)
    phi = np.arange(8) * math.pi / 4
    sine = np.sqrt(1 - nodes**2)
    sphere = np.stack(
        [np.outer(sine, np.cos(phi)), np.outer(sine, np.sin(phi)), np.outer(nodes, np.ones(8))], axis=-1
    ).reshape(-1, 3)
    pair = np.tile([second.TAU, 0, 0, 0] - muon, (len(sphere), 1))
    half = np.sqrt(second.square(pair)) / 2
    analyser = second.boost(np.column_stack([half, half[:, None] * sphere]), pair)
    other = pair - analyser
    spins = np.tile(spin, (len(sphere), 1))
    density = np.repeat(weights, 8) / 16
    density *= second.neutrino_density(np.tile(muon, (len(sphere), 1)), analyser, other, spins)
    assert density.sum() == pytest.approx(1, rel=1e-12)
    np.testing.assert_allclose(drawn.sum(axis=1), pair[:1].repeat(n, axis=0), atol=1e-15)
    ours, theirs = (np.hstack([p, p[:, 1:] * p[:, [2, 3, 1]], p[:, 1:] ** 2]) for p in (drawn[:, 0], analyser))
    error = ours.std(axis=0) / math.sqrt(n)
    assert np.all(np.abs(ours.mean(axis=0) - density @ theirs) < 4.5 * error)


@pytest.mark.parametrize("sqrt_s", [3.56, 10.58, 1000.0])
def test_production_cosine_inverts_its_cumulative(sqrt_s: float) -> None:
    tau, electron = (2 * second.TAU / sqrt_s) ** 2, (2 * CONSTANTS.m_e / sqrt_s) ** 2
    for r in np.linspace(0, 1, 101):
        c = production_cosine(r, tau, electron)
        parts = []
        for half in ((c + 1) / 2, 1.0):  # Simpson's rule is exact for a parabola
            values = [production_matrix(v, tau, electron)[0] for v in (-1.0, half - 1, 2 * half - 1)]
            parts.append(half * (values[0] + 4 * values[1] + values[2]))
        assert parts[0] / parts[1] == pytest.approx(r, abs=1e-13)


@pytest.mark.parametrize("channel", range(4))
def test_targeted_weight_carries_the_spin_correlation_of_the_muons(channel: int) -> None:
    """With and without correlation the same uniforms give the same muons: the weights tell the rest."""
    x = uniforms(2000, 15)
    momenta, weight = fill(prepare(targeted=True), x, channel)
    _, without = fill(prepare(targeted=True, spin_correlation=False), x, channel)
    frames = RestFrames(momenta)
    expected = 1 + np.sum(frames.muon_analyser[0] * frames.spin(frames.muon_analyser[1]), axis=1)
    np.testing.assert_allclose(weight, expected * without, rtol=1e-9)
