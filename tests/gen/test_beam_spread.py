"""Beam-energy spread: exact kinematics, the right spread of sqrt(s), nothing else changed."""

import math
from typing import Any

import awkward as ak
import numpy as np
import pytest

import lmutau
from lmutau.gen.beams import BEAMS

SAMPLES: list[tuple[str, dict[str, Any]]] = [
    ("mumuzp", {"mass": 9.0}),
    ("mumugamma", {}),
    ("eemumu", {}),
    ("tautau", {"decays": "mu,rho"}),
    ("mumu", {"isr": True, "fsr": True}),
]


def _sums(sample: lmutau.Sample) -> tuple[Any, Any]:
    particles = sample.events.GenPart
    total = []
    for status in (4, 1):
        chosen = particles[particles.status == status]
        total.append(
            np.stack([ak.to_numpy(ak.sum(getattr(chosen, x), axis=1)) for x in ("E", "px", "py", "pz")], axis=1)
        )
    return total[0], total[1]


def _mass(p: Any) -> Any:
    return np.sqrt(p[:, 0] ** 2 - (p[:, 1:] ** 2).sum(axis=1))


@pytest.mark.parametrize("beams", ["head-on", "crossing"])
@pytest.mark.parametrize(("process", "parameters"), SAMPLES)
def test_momentum_is_conserved_event_by_event(process: str, parameters: dict[str, Any], beams: str) -> None:
    options: dict[str, Any] = {"adaptation_points": 2000, "seed": 1}
    sample = lmutau.generate(process, 3000, beam_spread=True, beams=beams, **options, **parameters)
    initial, final = _sums(sample)
    assert np.abs(initial - final).max() < 1e-8
    spread = _mass(initial) - 10.58
    b = BEAMS[beams]
    expected = 5.29 * math.hypot(b.electron_spread / b.electron_energy, b.positron_spread / b.positron_energy)
    assert expected == pytest.approx(4.99e-3, rel=2e-3)
    assert spread.std() == pytest.approx(expected, rel=4 / math.sqrt(2 * len(spread)))
    assert abs(spread.mean()) < 4 * expected / math.sqrt(len(spread))
    plain = lmutau.generate(process, 3000, beams=beams, **options, **parameters)
    assert sample.sigma == plain.sigma
    assert ak.all(sample.events.genWeight == plain.events.genWeight)
    masses = [ak.to_numpy(ak.flatten(s.events.GenPart.mass)) for s in (sample, plain)]
    assert np.abs(masses[0] - masses[1]).max() < 1e-9


def test_decays_stay_on_their_mass_shell() -> None:
    sample = lmutau.generate("tautau", 2000, seed=2, decays="pi,pi", beam_spread=True, adaptation_points=1000)
    particles = sample.events.GenPart
    for tau in (2, 3):
        daughters = particles[particles.genPartIdxMother == tau]
        for x in ("px", "py", "pz", "E"):
            found = ak.to_numpy(ak.sum(getattr(daughters, x), axis=1))
            assert found == pytest.approx(ak.to_numpy(getattr(particles[:, tau], x)), abs=1e-10)


def test_recoil_mass_of_a_heavy_boson_is_smeared_by_the_beams() -> None:
    # M²_recoil with the nominal beams: sigma = 2 E_recoil delta(sqrt s), E_recoil = energy of the Z'
    sample = lmutau.generate("mumuzp", 20_000, seed=3, mass=9.0, beam_spread=True, adaptation_points=2000)
    particles = sample.events.GenPart
    beam = sample.metadata["beams"]["four_momentum"]
    recoil = np.stack([
        beam[k] - ak.to_numpy(getattr(particles[:, 2], x)) - ak.to_numpy(getattr(particles[:, 3], x))
        for k, x in enumerate(("E", "px", "py", "pz"))
    ], axis=1)  # fmt: skip
    width = (_mass(recoil) ** 2 - 81).std()
    assert width == pytest.approx(2 * 9.1 * 4.99e-3, rel=0.03)


def test_the_first_events_do_not_depend_on_the_number() -> None:
    short, long = (lmutau.generate("mumu", n, seed=1, beam_spread=True) for n in (100, 70_000))
    assert ak.all(short.events.GenPart.px == long.events.GenPart.px[:100])


def test_events_that_cannot_follow_keep_the_nominal_beams() -> None:
    # 1 MeV below the threshold of mu mu Z', with a spread of 5 MeV
    mass = 10.58 - 2 * lmutau.gen.CONSTANTS.m_mu - 1e-3
    sample = lmutau.generate("mumuzp", 3000, seed=1, mass=mass, beam_spread=True, adaptation_points=1000)
    initial, final = _sums(sample)
    assert np.abs(initial - final).max() < 1e-8
    assert 0.2 < (abs(_mass(initial) - 10.58) < 1e-9).mean() < 0.8
