"""Generator-level cuts: the weight is zero exactly where the particle, or pair, is outside."""

import numpy as np
import pytest
from numpy.typing import NDArray

import lmutau
from lmutau.gen.cuts import CUT_PARAMETERS, apply_cuts, cut_applies, cut_table
from lmutau.gen.parameters import resolve_parameters
from lmutau.gen.processes import find_process
from lmutau.gen.processes.base import Particle

Array = NDArray[np.float64]

RECORD = tuple(Particle(pdg_id=code, mass=mass) for code, mass in (
    (11, 0.0), (13, 0.1), (22, 0.0), (-13, 0.1), (-11, 0.0), (14, 0.0), (22, 0.0),
))  # fmt: skip
ROWS = {"muon": [1, 3], "electron": [0, 4], "photon": [2, 6]}


def _momenta(n: int) -> Array:
    random = np.random.default_rng(1)
    p = random.normal(scale=2, size=(n, len(RECORD), 4))
    mass = np.array([particle.mass for particle in RECORD])
    p[:, :, 0] = np.sqrt((p[:, :, 1:] ** 2).sum(axis=2) + mass**2)
    return p


def _quantity(name: str, p: Array) -> Array:
    if name == "energy":
        return p[..., 0]
    pt = np.hypot(p[..., 1], p[..., 2])
    return pt if name == "pt" else np.arcsinh(p[..., 3] / pt)


@pytest.mark.parametrize("quantity", ["energy", "pt", "eta"])
@pytest.mark.parametrize("kind", ["muon", "electron", "photon"])
@pytest.mark.parametrize("side", ["min", "max"])
def test_single_particles(side: str, kind: str, quantity: str) -> None:
    value = 0.3 if quantity == "eta" else 1.7
    momenta, weight = _momenta(4000), np.ones(4000)
    table = cut_table({f"{side}_{kind}_{quantity}": value}, RECORD, "any")
    apply_cuts(table.rows, table.limits, momenta, weight)
    found = _quantity(quantity, momenta[:, ROWS[kind]])
    expected = (found > value).all(axis=1) if side == "min" else (found < value).all(axis=1)
    assert np.array_equal(weight > 0, expected)
    assert 0.01 < expected.mean() < 0.99


@pytest.mark.parametrize("side", ["min", "max"])
def test_pair_mass(side: str) -> None:
    momenta, weight = _momenta(4000), np.ones(4000)
    table = cut_table({f"{side}_pair_mass": 4.0}, RECORD, "any")
    apply_cuts(table.rows, table.limits, momenta, weight)
    pair = momenta[:, 1] + momenta[:, 3]
    mass = np.sqrt(pair[:, 0] ** 2 - (pair[:, 1:] ** 2).sum(axis=1))
    assert np.array_equal(weight > 0, mass > 4 if side == "min" else mass < 4)
    assert 0.1 < (mass > 4).mean() < 0.9


def test_every_cut_has_a_range_and_a_meaning() -> None:
    for parameter in CUT_PARAMETERS:
        assert parameter.name.startswith(("min_", "max_"))
        assert "c.m. frame" in parameter.description
        assert cut_applies(parameter.name, [p.pdg_id for p in RECORD])


def test_a_cut_on_a_particle_that_is_not_there() -> None:
    assert not cut_applies("min_electron_pt", [13, -13, 22])
    with pytest.raises(lmutau.ConfigError, match="no such particle"):
        cut_table({"min_electron_pt": 1.0}, RECORD[1:4], "any")
    with pytest.raises(lmutau.ConfigError, match="no such particle"):
        cut_table({"min_pair_mass": 1.0}, RECORD[:3], "any")


@pytest.mark.parametrize(("name", "low", "high"), [
    ("muon_pt", 2.0, 1.0), ("photon_energy", 3.0, 3.0), ("pair_mass", 5.0, 4.0),
])  # fmt: skip
def test_contradictions(name: str, low: float, high: float) -> None:
    with pytest.raises(lmutau.ConfigError, match=f"min_{name} = .* leave nothing"):
        resolve_parameters(find_process("mumugamma"), {f"min_{name}": low, f"max_{name}": high})
