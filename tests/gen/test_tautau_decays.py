"""Tau pairs in every pair of decay modes: amplitudes, distributions, records, normalisation, targeting."""

import itertools
import math

import numpy as np
import pytest

from lmutau.gen.amplitudes.tau_decay import partial_width
from lmutau.gen.amplitudes.tau_hadronic import form_factor_squared, pair_momentum, pair_spectrum, two_pion_polarimeter
from lmutau.gen.amplitudes.tau_pair import born_cross_section, production_matrix
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError
from lmutau.gen.generator import prepare as generator
from lmutau.gen.phasespace.tau_hadronic import photons, quadratic_cosine
from lmutau.gen.processes.tau_decays import decay_mode, pairs, tau_number
from tests.gen import tau_decays_reference as reference
from tests.gen import tau_reference as second
from tests.gen.tau_sample import SQRT_S, Array, drawn, fill, prepare, uniforms
from tests.statistics import compatible

TAU = CONSTANTS.m_tau
BRANCHING = {"mu": 0.1739, "e": 0.1782, "pi": 0.1082, "rho": 0.2549}
SAMPLE = ("e,mu", "e,e", "mu,pi", "pi,pi", "rho,mu", "pi,rho", "rho,rho")
HADRONIC = (("pi", "pi"), ("pi", "rho"), ("rho", "pi"), ("rho", "rho"))


class Rest:
    """One side in the tau rest frame, spin axes: charged particle, tau neutrino, analyser, |M|^2 of the decay."""

    def __init__(self, side: reference.Side, axes: Array) -> None:
        self.side = side
        self.products = np.stack([self._turned(side, i, axes) for i in range(side.products.shape[1])], axis=1)
        self.charged, self.neutrino = self.products[:, 0], self.products[:, -1]
        if side.mode in ("mu", "e"):
            self.analyser = second.unit(self.products[:, 1])
            inner = second.dot(self.charged, self.neutrino)
            self.squared = 64 * CONSTANTS.g_fermi**2 * TAU * self.products[:, 1, 0] * inner
        elif side.mode == "pi":
            self.analyser = second.unit(self.charged)
            self.squared = np.full(len(axes), TAU * TAU**2 * self.neutrino[0, 0])
        else:
            self._two_pions()

    def _turned(self, side: reference.Side, i: int, axes: Array) -> Array:
        p = second.boost(side.products[:, i], side.tau, -1)
        p[:, 1:] = np.einsum("nij,nj->ni", axes, p[:, 1:])
        return p

    def _two_pions(self) -> None:
        pair = self.charged + self.products[:, 1]
        self.s = second.square(pair)
        self.direction = second.unit(pair)
        inside = second.unit(second.boost(self.charged, pair, -1))
        self.cosine = np.sum(inside * self.direction, axis=1)
        across = inside - self.cosine[:, None] * self.direction
        sine = np.linalg.norm(across, axis=1)
        found = [two_pion_polarimeter(*v, TAU) for v in zip(self.s, self.cosine, sine, strict=True)]
        a_x, a_z = np.array(found).T
        self.analyser = (a_x / sine)[:, None] * across + a_z[:, None] * self.direction
        k = np.array([pair_momentum(v, reference.PION, reference.NEUTRAL) for v in self.s])
        self.squared = 2 * k**2 * (TAU**2 - self.s) * (1 + (TAU**2 / self.s - 1) * self.cosine**2)


class Frames:
    """Both sides of a record in their rest frames, and the production matrix."""

    def __init__(self, minus: reference.Side, plus: reference.Side, sqrt_s: float = SQRT_S) -> None:
        axes = second.axes(np.stack([minus.tau, plus.tau], axis=1))
        ratios = (2 * TAU / sqrt_s) ** 2, (2 * CONSTANTS.m_e / sqrt_s) ** 2
        matrices = np.array([production_matrix(c, *ratios) for c in axes[:, 2, 2]])
        self.r_0 = matrices[:, 0]
        self.r = np.zeros((len(axes), 3, 3))
        self.r[:, 0, 0], self.r[:, 1, 1], self.r[:, 2, 2] = matrices[:, 1:4].T
        self.r[:, 0, 2] = self.r[:, 2, 0] = matrices[:, 4]
        self.minus, self.plus = Rest(minus, axes), Rest(plus, axes)

    def squared(self) -> Array:
        """Production times decays: what the sampler draws from."""
        contracted = np.einsum("ni,nij,nj->n", self.minus.analyser, self.r, self.plus.analyser)
        e2 = 4 * math.pi * CONSTANTS.alpha
        return np.asarray(e2**2 * (self.r_0 - contracted) * self.minus.squared * self.plus.squared)


def frames(decays: str, n: int, seed: int, channel: int = 0, sqrt_s: float = SQRT_S) -> Frames:
    setup = prepare(decays=decays, sqrt_s=sqrt_s)
    momenta, _ = drawn(setup, n, seed, channel)
    return Frames(*reference.sides(momenta, setup, decays, channel), sqrt_s)


# --- amplitudes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("decays", SAMPLE)
@pytest.mark.parametrize("channel", [0, 1])
def test_product_of_production_and_decays_is_the_full_amplitude(decays: str, channel: int) -> None:
    """Against Dirac matrices, event by event, absolute."""
    setup = prepare(decays=decays)
    channel = min(channel, len(setup.channels) - 1)
    momenta, _ = drawn(setup, 200, 21, channel)
    minus, plus = reference.sides(momenta, setup, decays, channel)
    expected = reference.squared(minus, plus, SQRT_S)
    np.testing.assert_allclose(Frames(minus, plus).squared(), expected, rtol=1e-9)


def test_polarimeter_is_a_unit_vector_and_averages_to_the_analysing_power_of_the_pair() -> None:
    """(m^2 - 2 s)/(m^2 + 2 s) along Q after the integral over the pion angle."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    for s in (0.08, 0.3, 0.6, 1.5, 3.1):
        a = np.array([two_pion_polarimeter(s, c, math.sqrt(1 - c**2), TAU) for c in nodes])
        np.testing.assert_allclose(np.sum(a**2, axis=1), 1, rtol=1e-14)
        density = weights * (1 + (TAU**2 / s - 1) * nodes**2)
        mean = density @ a[:, 1] / density.sum()
        assert mean == pytest.approx((TAU**2 - 2 * s) / (TAU**2 + 2 * s), rel=1e-12)


def test_form_factor_and_width() -> None:
    """Its definition; and the width it predicts, with V_ud = 0.974 and S_EW = 1.02, is the measured one to 5 %."""
    _, pion, neutral, _, parameters = decay_mode("rho", CONSTANTS).kernel
    s = np.linspace((pion + neutral) ** 2, TAU**2, 4002)[1:-1]
    k = np.array([pair_momentum(v, pion, neutral) for v in s])
    ours = np.array([form_factor_squared(*v, parameters) for v in zip(s, k, strict=True)])
    np.testing.assert_allclose(ours, reference.form_factor_squared(s), rtol=1e-12)
    # J. H. Kuehn, A. Santamaria: (V_ud^2/2 m^2) Int (1 - s/m^2)^2 (1 + 2 s/m^2) (2k/sqrt s)^3 |F|^2 ds relative to e
    x = s / TAU**2
    integrand = (1 - x) ** 2 * (1 + 2 * x) * (2 * k / np.sqrt(s)) ** 3 * ours
    ratio = 0.974**2 * 1.02 / 2 * np.sum(integrand) * (x[1] - x[0])
    assert ratio == pytest.approx(0.2549 / 0.1782, rel=0.05)


def test_widths_of_the_leptonic_modes_have_the_measured_ratio() -> None:
    """Lepton universality: PDG 0.9762(28)."""
    widths = [partial_width(TAU, m, CONSTANTS.g_fermi) for m in (CONSTANTS.m_mu, CONSTANTS.m_e)]
    assert widths[0] / widths[1] == pytest.approx(BRANCHING["mu"] / BRANCHING["e"], rel=0.005)


# --- the record ----------------------------------------------------------------------------------


@pytest.mark.parametrize("decays", SAMPLE)
@pytest.mark.parametrize("targeted", [False, True])
def test_conservation_mass_shells_and_weights(decays: str, targeted: bool) -> None:
    setup = prepare(targeted, decays=decays)
    dimensions = setup.n_adaptive + setup.n_plain
    x = uniforms(4000, 22, dimensions)
    corners = np.array([[1e-14] * dimensions, [1 - 1e-14] * dimensions, [0.5] * dimensions])
    x[:3] = corners
    x[3:200] = np.random.default_rng(3).choice([1e-14, 0.5, 1 - 1e-14], (197, dimensions))
    for channel in range(len(setup.channels)):
        record = setup.records[min(channel, len(setup.records) - 1)]
        momenta, weight = fill(setup, x, channel)
        assert np.all(np.isfinite(momenta))
        assert np.all(np.isfinite(weight))
        assert np.all(weight >= 0)
        lines = [(row, p.mother - 2) for row, p in enumerate(record) if p.mother]
        for mother in {m for _, m in lines}:
            total = momenta[:, [row for row, m in lines if m == mother]].sum(axis=1)
            np.testing.assert_allclose(total, momenta[:, mother], atol=1e-13)
        np.testing.assert_allclose(momenta[:, :2].sum(axis=1), np.tile([SQRT_S, 0, 0, 0], (len(x), 1)), atol=1e-13)
        for row, particle in enumerate(record):
            np.testing.assert_allclose(second.square(momenta[:, row]), particle.mass**2, atol=4e-14)


@pytest.mark.parametrize("decays", pairs())
@pytest.mark.parametrize("targeted", [False, True])
def test_records(decays: str, targeted: bool) -> None:
    """Charges and lepton numbers vanish, the first mode comes first, mothers fit, rows keep their kind."""
    setup = prepare(targeted, decays=decays)
    charge = {11: -1, 13: -1, 15: -1, 211: 1}
    for channel, record in enumerate(setup.records):
        finals = [p.pdg_id for p in record if p.status == 1]
        assert sum(math.copysign(charge.get(abs(i), 0), charge.get(abs(i), 0) * i) for i in finals) == 0
        for flavour in (11, 13, 15):
            assert sum((i > 0) - (i < 0) for i in finals if abs(i) in (flavour, flavour + 1)) == 0
        assert [p.pdg_id for p in record[:2]] == [15, -15]
        for p in record[2:]:
            mother = record[p.mother - 2]
            assert mother.status == 2
            assert p.pdg_id != 22 or mother.pdg_id == 111
            if abs(p.pdg_id) == 16:
                assert (p.pdg_id > 0) == (mother.pdg_id > 0)
            if abs(p.pdg_id) == 211:
                assert p.pdg_id * mother.pdg_id < 0
        kinds = [(abs(p.pdg_id), p.status, p.mass) for p in record]
        assert kinds == [(abs(p.pdg_id), p.status, p.mass) for p in setup.record]
        first = {"mu": 13, "e": 11, "pi": 211, "rho": 211}[decays.split(",")[0]]
        assert abs(record[2].pdg_id) == first
        swapped = len(setup.records) > 1 and channel >= len(setup.records) // 2
        assert record[2].mother == (3 if swapped else 2)
    assert len(setup.records) in (1, len(setup.channels))


def test_wrong_pair_is_an_error() -> None:
    with pytest.raises(ConfigError, match="decays = 'mu,k'"):
        prepare(decays="mu,k")
    with pytest.raises(ConfigError, match="decays"):
        generator("tautau", 10, seed=1, parameters={"decays": "tau,mu"})


# --- normalisation and exactness -----------------------------------------------------------------


@pytest.mark.parametrize("decays", SAMPLE)
@pytest.mark.parametrize("spin_correlation", [True, False])
def test_weights_are_constant_and_add_up_to_the_cross_section(decays: str, spin_correlation: bool) -> None:
    setup = prepare(decays=decays, spin_correlation=spin_correlation)
    first, last = decays.split(",")
    expected = born_cross_section(SQRT_S, CONSTANTS.alpha, CONSTANTS) * BRANCHING[first] * BRANCHING[last]
    assert len(setup.channels) == (1 if first == last else 2)
    for channel in range(len(setup.channels)):
        _, weight = drawn(setup, 20_000, 23, channel)
        assert weight.mean() == pytest.approx(expected, rel=1e-6)
        assert weight.std() < 1e-5 * expected
        assert weight.min() > 0.99 * expected


def test_given_total_is_shared_by_the_branching_fractions() -> None:
    sampler = generator("tautau", 100, seed=2, adaptation_points=1000, parameters={"decays": "mu,rho"}).sampler
    assert sampler.presample_sigma.sum() == pytest.approx(0.919e6 * 2 * 0.1739 * 0.2549, rel=1e-6)
    assert sampler.for_unweighting().efficiency > 0.999


@pytest.mark.parametrize("decays", ["e,pi", "rho,e"])
def test_order_of_the_names_changes_the_record_only(decays: str) -> None:
    """Same spectra for both orders, statistical, 4.5 sigma."""
    first, last = decays.split(",")
    moments: list[tuple[float, float]] = []
    for word in (decays, f"{last},{first}"):
        setup = prepare(decays=word)
        momenta, _ = drawn(setup, 100_000, 24 + len(moments))
        row = 2 if word.startswith(first) else 2 + reference.ROWS[last]
        energy = momenta[:, row, 0]
        moments.append((energy.mean(), energy.std() / math.sqrt(len(energy))))
    assert not compatible(*moments[0], *moments[1], sigmas=4.5)


# --- distributions -------------------------------------------------------------------------------


def test_electron_spectrum_and_correlation_of_fast_taus() -> None:
    """f(x) and f f' + g g' for massless leptons; <x> = 7/20, correlation from Int x g = 1/20."""
    momenta, _ = drawn(prepare(decays="e,e", sqrt_s=1000.0), 200_000, 25)
    x, y = (momenta[:, i, 0] / 500 for i in (2, 5))
    edges = np.linspace(0, 1, 21)
    expected = np.diff(5 / 3 * edges - edges**3 + edges**4 / 3) * len(x)
    for values in (x, y):
        counts, _ = np.histogram(values, edges)
        assert float(np.sum((counts - expected) ** 2 / expected)) < 20 + 4.5 * math.sqrt(40)
    correlation = (1 / 20) ** 2 / (8 / 45 - (7 / 20) ** 2)
    assert np.corrcoef(x, y)[0, 1] == pytest.approx(correlation, abs=4.5 / math.sqrt(len(x)))


def _ratio_zz(sqrt_s: float) -> float:
    """Int R_zz dcos / Int R_0 dcos, electron mass neglected."""
    inverse = (2 * TAU / sqrt_s) ** 2
    return (2 - inverse) / (2 + inverse)


@pytest.mark.parametrize("sqrt_s", [4.0, SQRT_S, 1000.0])
def test_two_pions_are_flat_and_correlated(sqrt_s: float) -> None:
    """Density 1 + r u u' of u = 2 x - 1 at any energy (E is linear in the cosine): correlation r/3."""
    n = 200_000
    momenta, _ = drawn(prepare(decays="pi,pi", sqrt_s=sqrt_s), n, 26)
    u = []
    for row in (2, 4):
        energy = momenta[:, row, 0]
        gamma = sqrt_s / (2 * TAU)
        mean = gamma * (TAU**2 + reference.PION**2) / (2 * TAU)
        half = math.sqrt(gamma**2 - 1) * (TAU**2 - reference.PION**2) / (2 * TAU)
        u.append((energy - mean) / half)
        assert np.abs(u[-1]).max() <= 1 + 1e-12
    counts, edges, _ = np.histogram2d(u[0], u[1], bins=8, range=((-1, 1), (-1, 1)))
    centre, width = (edges[1:] + edges[:-1]) / 2, 1 / 8
    r = _ratio_zz(sqrt_s)
    expected = n * width**2 * (1 + r * np.outer(centre, centre))
    assert float(np.sum((counts - expected) ** 2 / expected)) < 64 + 4.5 * math.sqrt(128)
    assert np.corrcoef(u[0], u[1])[0, 1] == pytest.approx(r / 3, abs=4.5 / math.sqrt(n))


def test_slope_of_the_pion_measures_the_polarisation() -> None:
    """1 + P (2 x - 1) in the collinear limit: P of the tau+ is that which the pi- leaves, u_- ."""
    n = 200_000
    momenta, _ = drawn(prepare(decays="pi,pi", sqrt_s=2000.0), n, 27)
    x, y = (momenta[:, i, 0] / 1000 for i in (2, 4))
    for low in (0.0, 0.25, 0.75):
        inside = (x > low) & (x < low + 0.25)
        polarisation = 2 * (low + 0.125) - 1
        v = 2 * y[inside] - 1
        assert not compatible(3 * v.mean(), 3 * v.std() / math.sqrt(len(v)), polarisation, 1e-5)


def test_line_shape_and_pion_angle() -> None:
    """s in 40 bins against an independent integral; c from 1 + (m^2/s - 1) c^2; photons isotropic."""
    n = 200_000
    setup = prepare(decays="rho,pi")
    momenta, _ = drawn(setup, n, 28)
    pion, neutral = momenta[:, 2], momenta[:, 3]
    pair = pion + neutral
    s = second.square(pair)
    low = (reference.PION + reference.NEUTRAL) ** 2
    grid = np.linspace(low, TAU**2, 40_002)[1:-1]
    k = np.sqrt((grid - low) * (grid - (reference.PION - reference.NEUTRAL) ** 2) / (4 * grid))
    density = (TAU**2 - grid) ** 2 * (TAU**2 + 2 * grid) * (k / np.sqrt(grid)) ** 3
    density *= reference.form_factor_squared(grid)
    cumulative = np.cumsum(density) - density / 2
    edges = np.interp(np.linspace(0, 1, 41), cumulative / density.sum(), grid)
    edges[0], edges[-1] = low, TAU**2
    counts, _ = np.histogram(s, edges)
    assert counts.sum() == n
    assert float(np.sum((counts - n / 40) ** 2 / (n / 40))) < 40 + 4.5 * math.sqrt(80)
    inside = second.unit(second.boost(pion, pair, -1))
    c = -np.sum(inside * second.unit(second.boost(momenta[:, 0], pair, -1)), axis=1)
    curvature = TAU**2 / s - 1
    excess = c**2 - (1 / 3 + curvature / 5) / (1 + curvature / 3)
    assert abs(excess.mean()) < 4.5 * excess.std() / math.sqrt(n)
    assert abs(c.mean()) < 4.5 * c.std() / math.sqrt(n)
    photon = second.unit(second.boost(momenta[:, 4], neutral, -1))
    for values, mean in ((photon, 0.0), (photon**2, 1 / 3), (photon * second.unit(neutral), 0.0)):
        error = values.std(axis=0) / math.sqrt(n)
        assert np.all(np.abs(values.mean(axis=0) - mean) < 4.5 * error)


@pytest.mark.parametrize("modes", HADRONIC)
def test_events_agree_with_flat_phase_space_and_dirac_matrices(modes: tuple[str, str]) -> None:
    """Moments of everything that is visible; statistical, 4.5 sigma: about 20 comparisons each, fixed seeds."""
    decays = ",".join(modes)
    setup = prepare(decays=decays)
    momenta, _ = drawn(setup, 200_000, 29)
    ours = _moments(*reference.sides(momenta, setup, decays))
    minus, plus, weight = reference.flat_pair(np.random.default_rng(30), 100_000, modes, SQRT_S)
    theirs = _moments(minus, plus)
    for name, values in ours.items():
        other = theirs[name]
        mean = np.average(other, weights=weight)
        error = math.sqrt(np.sum((weight * (other - mean)) ** 2)) / weight.sum()
        problem = compatible(values.mean(), values.std() / math.sqrt(len(values)), mean, error, 4.5)
        assert not problem, (name, problem)


def _moments(minus: reference.Side, plus: reference.Side) -> dict[str, Array]:
    result: dict[str, Array] = {}
    for name, side in (("-", minus), ("+", plus)):
        result["E" + name] = side.charged[:, 0]
        result["EE" + name] = side.charged[:, 0] ** 2
        result["cosine" + name] = side.charged[:, 3] ** 2 / side.charged[:, 0] ** 2
        if side.mode == "rho":
            neutral, photon = side.products[:, 1], side.products[:, 2]
            result["charged.neutrino" + name] = second.dot(side.charged, side.neutrino)
            result["pair" + name] = second.dot(side.charged, neutral)
            result["E0" + name] = neutral[:, 0]
            result["split" + name] = ((side.charged[:, 0] - neutral[:, 0]) / (side.charged[:, 0] + neutral[:, 0])) ** 2
            result["photon" + name] = photon[:, 0] ** 2
    spins = [(s.charged, s.charged - s.products[:, 1] if s.mode == "rho" else s.neutrino) for s in (minus, plus)]
    for i, j in itertools.product(range(2), range(2)):
        a, b = spins[0][i], spins[1][j]
        result[f"EE{i}{j}"] = a[:, 0] * b[:, 0]
        result[f"zz{i}{j}"] = a[:, 3] * b[:, 3]
        result[f"tt{i}{j}"] = a[:, 1] * b[:, 1] + a[:, 2] * b[:, 2]
        result[f"tz{i}{j}"] = (a[:, 1] * b[:, 1] + a[:, 2] * b[:, 2]) * a[:, 3] * b[:, 3]
    return result


@pytest.mark.parametrize("decays", ["mu,pi", "rho,mu", "rho,pi", "rho,rho"])
@pytest.mark.parametrize("channel", [0, 1])
def test_analysers_have_the_correlation_of_production(decays: str, channel: int) -> None:
    """<a_i a'_j> = -<R_ij/R_0>/9 for full analysers, whatever the modes; statistical, 4.5 sigma."""
    setup = prepare(decays=decays)
    f = frames(decays, 40_000, 31, min(channel, len(setup.channels) - 1))
    product = f.minus.analyser[:, :, None] * f.plus.analyser[:, None, :]
    np.testing.assert_allclose(np.linalg.norm(f.minus.analyser, axis=1), 1, rtol=1e-9)
    excess = product + f.r / f.r_0[:, None, None] / 9
    error = excess.std(axis=0) / math.sqrt(len(excess))
    assert np.all(np.abs(excess.mean(axis=0)) < 4.5 * error)
    assert abs(product[:, 2, 2].mean()) > 10 * error[2, 2]


def test_no_correlation_without_spin() -> None:
    setup = prepare(decays="rho,pi", spin_correlation=False)
    momenta, _ = drawn(setup, 40_000, 32)
    f = Frames(*reference.sides(momenta, setup, "rho,pi"))
    product = f.minus.analyser[:, :, None] * f.plus.analyser[:, None, :]
    assert np.all(np.abs(product.mean(axis=0)) < 4.5 * product.std(axis=0) / math.sqrt(len(product)))


def test_direction_of_the_rho_carries_its_analysing_power() -> None:
    """<n.v>/<v^2> = alpha(s)/3 for the spin v that the pion of the other side leaves, in three bins of s."""
    f = frames("rho,pi", 150_000, 33)
    spin = -np.einsum("nij,nj->ni", f.r, f.plus.analyser) / f.r_0[:, None]
    s = f.minus.s
    alpha = (TAU**2 - 2 * s) / (TAU**2 + 2 * s)
    edges = np.quantile(s, [0, 1 / 3, 2 / 3, 1])
    for low, high in itertools.pairwise(edges):
        inside = (s >= low) & (s <= high)
        excess = np.sum(f.minus.direction * spin, axis=1) - alpha / 3 * np.sum(spin**2, axis=1)
        values = excess[inside]
        assert abs(values.mean()) < 4.5 * values.std() / math.sqrt(len(values))


@pytest.mark.parametrize("curvature", [0.0, 1e-12, 0.5, 40.0])
def test_quadratic_cosine_inverts_its_cumulative(curvature: float) -> None:
    for r in np.linspace(0, 1, 41):
        c = quadratic_cosine(r, curvature)
        assert (c + curvature * c**3 / 3) / (1 + curvature / 3) == pytest.approx(2 * r - 1, abs=1e-13)


def test_photons_of_a_pion_at_rest_and_in_flight() -> None:
    mass = reference.NEUTRAL
    for p in ((0.0, 0.0, 0.0), (0.3, -0.2, 0.9)):
        energy = math.sqrt(mass**2 + sum(v**2 for v in p))
        first, other = np.array(photons(0.3, 0.8, (energy, *p), mass))
        np.testing.assert_allclose(first + other, [energy, *p], atol=1e-15)
        np.testing.assert_allclose([second.square(v[None])[0] for v in (first, other)], 0, atol=1e-15)


def test_tables_integrate_to_one() -> None:
    """The norm of the line shape against the trapezoidal rule."""
    _, pion, neutral, norm, parameters = decay_mode("rho", CONSTANTS).kernel
    z = np.linspace(0, math.sqrt(TAU**2 - (pion + neutral) ** 2), 2001)
    s = (pion + neutral) ** 2 + z**2
    values = 2 * z * np.array([pair_spectrum(v, TAU, pion, neutral, parameters) for v in s])
    assert np.trapezoid(values, z) * norm == pytest.approx(1, rel=1e-6)
    assert tau_number("branching_fraction_rho") == BRANCHING["rho"]


# --- targeting -----------------------------------------------------------------------------------


@pytest.mark.parametrize("decays", ["e,mu", "mu,pi", "rho,pi", "rho,rho"])
@pytest.mark.parametrize("correlated", [True, False])
def test_targeted_channels_add_up_to_the_same_sample(decays: str, correlated: bool) -> None:
    """Total and moments against the exact sampler; statistical, 4.5 sigma."""
    n = 100_000
    setup = prepare(True, decays=decays, spin_correlation=correlated)
    exact = prepare(decays=decays, spin_correlation=correlated)
    parts = [drawn(setup, n, 40 + channel, channel) for channel in range(len(setup.channels))]
    points = [drawn(exact, n, 60 + channel, channel) for channel in range(len(exact.channels))]
    row = 2 + reference.ROWS[decays.split(",")[0]]
    for function in (
        lambda m: np.ones(len(m)),
        lambda m: m[:, 2, 0] * m[:, row, 0],
        lambda m: m[:, 2, 3] * m[:, row, 3],
        lambda m: m[:, 2, 3] * m[:, 0, 3],
        lambda m: m[:, 2, 1] * m[:, row, 1] + m[:, 2, 2] * m[:, row, 2],
        lambda m: second.dot(m[:, -1], m[:, row - 1]),
        lambda m: (m[:, 2, 0] > 0.8 * SQRT_S / 2) * 1.0,
    ):
        results = []
        for sample in (parts, points):
            values = [w * function(m) for m, w in sample]
            results.append((sum(v.mean() for v in values), math.sqrt(sum(v.var() / n for v in values))))
        (ours, error), (theirs, other) = results
        assert abs(ours - theirs) <= 4.5 * math.hypot(error, other) + 1e-6 * abs(theirs)


def test_targeting_fills_the_region() -> None:
    """mu,pi with both charged energies above 4 GeV: far more effective events than without a target."""

    def wanted(energies: Array) -> Array:
        return np.asarray(np.all(energies > 4.0, axis=1))

    def target(events: object) -> Array:
        part = events.GenPart  # type: ignore[attr-defined]
        p = np.stack([np.asarray(part[c]).reshape(-1, 9) for c in ("px", "py", "pz", "mass")])
        return 1e-3 + wanted(np.sqrt(np.sum(p**2, axis=0))[:, [4, 7]])

    effective = []
    for aim in (None, target):
        sampler = generator("tautau", 100, seed=3, target=aim, parameters={"decays": "mu,pi"}).sampler
        draw = sampler.draw(0)
        w = draw.weight[wanted(draw.momenta[:, [2, 5], 0])]
        effective.append((w.sum() ** 2 / np.sum(w**2), w.sum(), math.sqrt(np.sum(w**2))))
    (without, total, error), (with_target, ours, our_error) = effective
    assert with_target > 10 * without
    assert not compatible(ours, our_error, total, error)
