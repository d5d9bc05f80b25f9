"""Reach of γ + nothing: printed events, significances and couplings; generated events."""

import dataclasses
import itertools
import math
from typing import Any

import mpmath
import numpy as np
import pytest

import lmutau
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError
from lmutau.gen.generator import prepare
from lmutau.gen.model import (
    Monophoton,
    branching_invisible,
    gammanunu_spectrum,
    kinetic_mixing,
    minimal_signal,
    significance,
)
from lmutau.gen.model.monophoton import PHOTON_COSINES
from tests.statistics import compatible

PAPER = dataclasses.replace(CONSTANTS, m_mu=0.1056583745, m_tau=1.77686, alpha=0.0072973525693, sin2_theta_eff=0.23122)
SEARCH = Monophoton(constants=PAPER)
ACCEPTANCE = dict(zip(("min_photon_eta", "max_photon_eta"), map(math.atanh, PHOTON_COSINES), strict=True))


def test_bins() -> None:
    edges = SEARCH.edges()
    assert edges[0] == 1.0
    assert edges[-4:].tolist() == [5.0, 5.1, 5.2, 5.29]
    assert len(edges) == 44
    assert Monophoton(sqrt_s=10.0).edges()[-2:].tolist() == [4.9, 5.0]


def test_background() -> None:
    assert SEARCH.background()[-4:] == pytest.approx([85.6038, 58.2160, 32.7594, 9.1864], rel=1e-5)


@pytest.mark.parametrize(("r", "signal", "z"), [
    (0.1, [12.426, 10.193, 8.498, 9.574], [1.255, 1.232, 1.323, 2.210]),
    (1.0, [8.683, 8.882, 10.035, 17.680], [0.894, 1.084, 1.534, 3.411]),
    (10.0, [14.198, 16.488, 20.165, 34.337], [1.421, 1.908, 2.772, 5.205]),
])  # fmt: skip
def test_signal_and_significance(r: float, signal: list[float], z: list[float]) -> None:
    assert SEARCH.signal(r, 1e-3)[-4:] == pytest.approx(signal, abs=6e-4)
    assert SEARCH.significances(r, 1e-3)[-4:] == pytest.approx(z, abs=6e-4)


def test_bins_above_three_sigma() -> None:
    low = SEARCH.edges()[:-1]
    seen = {r: low[SEARCH.significances(r, 4e-3) > 3] for r in (0.1, 1.0, 10.0)}
    assert len(seen[0.1]) == len(low)
    assert seen[1.0].min() == pytest.approx(4.5)
    assert seen[10.0].tolist() == pytest.approx([*np.arange(1.0, 1.55, 0.1), *np.arange(4.6, 5.25, 0.1)])
    # threshold of the last bin without superpartners
    assert SEARCH.significances(1.0, 9.10e-4)[-1] == pytest.approx(3, abs=0.01)


def test_signal_is_the_mean_over_the_bin() -> None:
    # independently: adaptive quadrature over the energy, cut at the muon threshold
    edge = float(SEARCH.energy(2 * PAPER.m_mu))

    def visible(e: mpmath.mpf) -> float:
        return float(SEARCH.visible_cross_section(SEARCH.mass(float(e)), 10.0, 1e-3))

    integral = float(mpmath.quad(visible, [5.2, 5.28, edge, 5.29], maxdegree=7))
    assert SEARCH.signal(10.0, 1e-3)[-1] == pytest.approx(5e4 * integral / 0.09, rel=1e-6)


@pytest.mark.parametrize("lowest", [1e-9, 1e-4, 0.5])
def test_signal_of_soft_photons(lowest: float) -> None:
    # quadrature in ln E of the radiator with x = 2E/√s, the mass only in what is smooth
    search = Monophoton(min_energy=lowest, constants=PAPER)
    low, high = (mpmath.log(edge) for edge in search.edges()[:2].tolist())
    c1, c2 = map(mpmath.mpf, search.cos_range)
    length = mpmath.log((1 + c2) * (1 - c1) / ((1 - c2) * (1 + c1)))

    def visible(log: mpmath.mpf) -> mpmath.mpf:
        energy = mpmath.exp(log)
        x, mass = 2 * energy / search.sqrt_s, float(mpmath.sqrt(search.sqrt_s * (search.sqrt_s - 2 * energy)))
        mixing = abs(complex(kinetic_mixing(mass, 10.0, 1e-3, constants=PAPER))) ** 2
        bracket = (2 - 2 * x + x**2) / (2 * x) * length - x / 2 * (c2 - c1)
        sigma = 4 * mpmath.pi * PAPER.alpha**2 / search.sqrt_s**2 * PAPER.hbarc2 * mixing * bracket
        return energy * sigma * float(branching_invisible(mass, constants=PAPER))

    integral = mpmath.quad(visible, mpmath.linspace(low, high, 5), maxdegree=4)
    expected = 5e4 * float(integral) / float(np.diff(search.edges())[0])
    assert search.signal(10.0, 1e-3)[0] == pytest.approx(expected, rel=1e-9)


def test_spectrum_keeps_its_digits_at_the_end() -> None:
    # the rate of the pair vanishes with its mass: √s - 2E must not be lost in 1 - x
    for distance in (1e-3, 1e-6, 1e-9, 1e-12):
        energy = 5.29 * (1 - distance)
        with mpmath.workdps(40):
            left = (mpmath.mpf(10.58) - 2 * mpmath.mpf(energy)) / mpmath.mpf(10.58)
            halfway = (mpmath.mpf(10.58) - 2 * mpmath.mpf(5.0)) / mpmath.mpf(10.58)
            c1, c2 = map(mpmath.mpf, PHOTON_COSINES)
            length = mpmath.atanh(c2) - mpmath.atanh(c1)

            def shape(y: mpmath.mpf) -> mpmath.mpf:
                x = 1 - y
                return y / x * ((1 + y * y) * length - x**2 / 2 * (c2 - c1))  # noqa: B023

            expected = float(shape(left) / shape(halfway))
        assert float(gammanunu_spectrum(energy) / gammanunu_spectrum(5.0)) == pytest.approx(expected, rel=1e-13, abs=0)


@pytest.mark.parametrize(("mass", "limits"), [
    (0.01, [9.218e-4, 5.459e-4, 3.878e-4]), (0.2, [6.417e-4, 4.337e-4, 3.276e-4]),
    (0.5, [1.141e-3, 7.935e-4, 5.800e-4]), (1, [1.358e-3, 1.024e-3, 7.192e-4]),
    (3, [1.577e-3, 2.031e-3, 1.712e-3]), (5, [2.587e-3, 7.912e-3, 6.549e-3]),
    (6.9, [3.236e-3, 1.824e-2, 4.968e-3]),
])  # fmt: skip
def test_couplings(mass: float, limits: list[float]) -> None:
    assert SEARCH.coupling_limit(mass, [0.1, 1.0, 10.0]) == pytest.approx(limits, rel=5e-4)


def test_coupling_gives_the_significance() -> None:
    masses = np.array([0.05, 0.3, 2.0, 6.0])
    g = SEARCH.coupling_limit(masses, 3.0, 5.0)
    events = SEARCH.luminosity_fb * SEARCH.visible_cross_section(masses, 3.0, g)
    place = np.searchsorted(SEARCH.edges(), SEARCH.energy(masses), side="right") - 1
    assert significance(events, SEARCH.background()[place]) == pytest.approx(5.0, rel=1e-12)
    assert np.isnan(SEARCH.coupling_limit([9.6, 10.58, 20.0])).all()


def test_plane_of_the_ratio_bounds_every_mass() -> None:
    ratios = np.array([0.1, 1.0, 10.0])
    found = SEARCH.coupling_of_ratio(ratios)
    for i, r in enumerate(ratios):
        limit = SEARCH.coupling_limit(np.append(np.linspace(0, 6.999, 5000), 2 * PAPER.m_mu), r)
        assert found["any"][i] <= limit.min() <= 1.0001 * found["any"][i]
        assert 0.99 * found["all"][i] <= limit.max() <= found["all"][i] * (1 + 1e-6)
    # a lepton threshold is the best seen mass
    assert found["any"] == pytest.approx(SEARCH.coupling_limit(2 * PAPER.m_mu, ratios), rel=1e-6)


def test_minimal_signal() -> None:
    assert minimal_signal([0, 9.18641, 897.5]) == pytest.approx([9, 14.6453284816, 94.4874991318], rel=1e-11)
    assert significance(0.0, 0.0) == 0


def test_finite_sleptons_open_thresholds() -> None:
    # sleptons of 2 GeV are inside: the integral over a bin must not care where its pieces end
    search = Monophoton(smuon_mass=2.0, constants=PAPER)
    fine = dataclasses.replace(search, bin_width=0.01)
    coarse = search.signal(2.0, 1e-3)[:-1].sum() * 0.1
    assert fine.signal(2.0, 1e-3)[:-9].sum() * 0.01 == pytest.approx(coarse, rel=1e-8)


def test_generated_signal() -> None:
    generator = prepare("gammazp", 65_536, seed=5, parameters={"mass": 1.0, "r": 10.0, "g": 1e-3, **ACCEPTANCE})
    for _ in generator.blocks():
        pass
    found = generator.metadata()
    expected = float(Monophoton().cross_section(1.0, 10.0, 1e-3))
    assert found["sigma_error_fb"] < 2e-3 * expected
    assert not compatible(found["sigma_fb"], found["sigma_error_fb"], expected)


def test_generated_background() -> None:
    # W and Z propagators and the on-shell weak angle lower the contact rate by 2 %
    cuts: dict[str, Any] = {**ACCEPTANCE, "min_photon_energy": 4.0}
    sample = lmutau.generate("gammanunu", 30_000, seed=2, adaptation_points=20_000, **cuts)
    search = Monophoton(min_energy=4.0)
    total = float(search.background().sum()) / search.luminosity_fb
    assert sample.sigma_error < 0.003 * total
    assert sample.sigma == pytest.approx(0.98 * total, rel=0.015)


def test_spectrum_is_integrated() -> None:
    for (low, high), events in zip(itertools.pairwise(SEARCH.edges().tolist()), SEARCH.background(), strict=True):
        grid = np.linspace(low, high, 2001)
        integral = float(np.trapezoid(gammanunu_spectrum(grid, constants=PAPER), grid))
        assert events == pytest.approx(5e4 * integral, rel=1e-6)


@pytest.mark.parametrize(("call", "words"), [
    (lambda: Monophoton(luminosity_fb=0.0), "luminosity"), (lambda: Monophoton(min_energy=6.0), "min_energy"),
    (lambda: Monophoton(scenario="none"), "scenario"), (lambda: Monophoton(bin_width=0.0), "bin_width"),
    (lambda: SEARCH.coupling_of_ratio([1.0], 9.9), "max_mass"), (lambda: SEARCH.coupling_limit(-1.0), "mass"),
    (lambda: minimal_signal(-1.0), "background"), (lambda: minimal_signal(1.0, 0.0), "n_sigma"),
    (lambda: significance(-1.0, 1.0), "signal"), (lambda: significance([1.0, 2.0], [1.0, 2.0, 3.0]), "shapes"),
    (lambda: significance(math.inf, 1.0), "signal = inf"), (lambda: Monophoton(smuon_mass=-1.0), "smuon_mass = -1"),
    (lambda: Monophoton(cos_range=(-1.0, 1.0)), "cos_range"),
    (lambda: Monophoton(min_energy=5.29), "> 0 and < 5.29 GeV"),
    (lambda: Monophoton(luminosity_fb="1"), "luminosity = '1'"),  # type: ignore[arg-type]
    (lambda: SEARCH.signal(-1.0), "r = -1.0"), (lambda: SEARCH.signal(1.0, math.nan), "g = nan"),
    (lambda: SEARCH.coupling_limit([1.0, 2.0], [1.0, 2.0, 3.0]), "shapes"),
    (lambda: SEARCH.coupling_limit(1.0, "a"), "r = 'a'"),
])  # fmt: skip
def test_wrong_input(call: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        call()


def test_one_mass_in_an_array_makes_no_warning() -> None:
    assert SEARCH.coupling_limit([0.5], 1.0).shape == (1,)
