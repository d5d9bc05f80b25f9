"""Particles that the detector knows, and those it does not."""

from pathlib import Path

import numpy as np
import pytest

import lmutau
from lmutau.detsim.card import load_card
from lmutau.detsim.particles import charge_of, leaves_signal, particles_without_response, sign_of_charge
from lmutau.detsim.simulation import Response
from tests.strategies import make_block, spherical


@pytest.mark.parametrize(
    ("code", "charge"),
    [(11, -1), (-13, 1), (15, -1), (24, 1), (211, 1), (-211, -1), (321, 1), (411, 1), (431, 1), (521, 1), (541, 1),
     (111, 0), (130, 0), (310, 0), (311, 0), (421, 0), (511, 0), (531, 0), (213, 1), (323, 1), (2212, 1), (-2212, -1),
     (2112, 0), (3112, -1), (3222, 1), (3122, 0), (3312, -1), (3334, -1), (2224, 2), (4122, 1), (5122, 0), (5132, -1),
     (1000010020, 1), (1000020040, 2), (-1000010020, -1), (1000011, -1), (1000024, 1), (1000022, 0), (4000011, -1),
     (12, 0), (22, 0), (32, 0), (5100022, 0), (9000005, 0), (2, 2 / 3), (-1, 1 / 3)],
)  # fmt: skip
def test_charges(code: int, charge: float) -> None:
    assert charge_of(code) == pytest.approx(charge)


@pytest.mark.parametrize("code", [11, -11, 13, -13, 211, -211, 321, -321, 2212, -2212])
def test_the_sign_in_the_loop_is_that_of_the_scheme(code: int) -> None:
    assert sign_of_charge(code) == charge_of(code)


def test_what_has_no_response() -> None:
    everything = [11, -13, 22, 211, -321, 2212, 12, -14, 16, 32, 1000022, 130, 2112, -3112, 1000010020]
    assert particles_without_response(everything) == [130, 2112, 3112, 1000010020]
    assert leaves_signal(22) and not leaves_signal(32)


def _sample(metadata: dict[str, object]) -> tuple[dict[str, object], lmutau.gen.record.EventBlock]:
    truth = lmutau.generate("mumuzp", 1000, seed=1, adaptation_points=1000, mass=0.1)
    final = [(13, spherical(2.0, 1.0, 0.0)), (-13, spherical(2.0, 2.0, 1.0)), (211, spherical(1.0, 1.5, 2.0))]
    block = make_block([final])
    pdg_id = np.array(block.collections["GenPart"]["pdgId"])
    pdg_id[-1] = 3112
    part = block.collections["GenPart"]
    moved = type(part)(part.offsets, {**part.columns, "pdgId": pdg_id})
    kept = {key: value for key, value in truth.metadata.items() if key != "final_state"}
    return {**kept, **metadata}, type(block)(block.scalars, {"GenPart": moved})


def _card(folder: Path, policy: str) -> Path:
    path = folder / f"{policy}.toml"
    path.write_text(f'inherits = "belle2"\n[particles]\nwithout_response.value = "{policy}"\n')
    return path


@pytest.mark.parametrize(("policy", "noted"), [("invisible", []), ("report", [3112])])
def test_strangers_are_invisible_or_reported(tmp_path: Path, policy: str, noted: list[int]) -> None:
    metadata, block = _sample({})
    response = Response(load_card(_card(tmp_path, policy)), metadata)
    reco = response(block)
    assert reco.collections["Track"].counts.tolist() == [2]
    assert response.metadata()["detector"]["without_response"] == noted


def test_strangers_are_refused(tmp_path: Path) -> None:
    card = load_card(_card(tmp_path, "refuse"))
    metadata, block = _sample({})
    with pytest.raises(lmutau.ConfigError, match=r"\|PDG id\| 3112.*without_response"):
        Response(card, metadata)(block)
    with pytest.raises(lmutau.ConfigError, match="2112"):
        Response(card, {**metadata, "final_state": [13, -13, 2112]})
