"""Acceptance of the signal: geometry, trigger pair and cuts of arXiv:2212.03066, all efficiencies 1."""

from pathlib import Path

import numpy as np
import pytest

import lmutau
from tests.detsim.reconstructed import muon_pairs, recoil_cuts

ONES = """inherits = "belle2"
name = "ones"
[beams]
electron_energy.value = 7.0
positron_energy.value = 4.0
crossing_angle.value = 0.0
[tracking]
efficiency.value = 1.0
turn_on_efficiency.value = [1.0, 1.0, 1.0]
[klm]
muon_efficiency_momentum.value = [0.0]
muon_efficiency.value = [1.0]
endcap_reduction.value = 0.0
[trigger]
pair_efficiency.value = [1.0, 1.0]
"""


@pytest.mark.parametrize(
    ("mass", "acceptance"),
    # from an independent tree-level calculation with these cuts
    [(0.1, 0.283), (0.5, 0.366), (1.0, 0.364), (3.0, 0.396), (5.0, 0.394)],
)
def test_signal_acceptance_with_all_efficiencies_one(tmp_path: Path, mass: float, acceptance: float) -> None:
    card = tmp_path / "ones.toml"
    card.write_text(ONES)
    truth = lmutau.generate("mumuzp", 150_000, seed=1, mass=mass)
    reco = lmutau.simulate(truth, card)
    pairs = muon_pairs(reco.block(), np.array(reco.metadata["beams"]["four_momentum"]))
    assert set(np.unique(pairs.trigger)) == {0.0, 1.0}
    weight = (pairs.weight * pairs.trigger)[recoil_cuts(pairs)]
    assert weight.sum() / truth.metadata["sum_weights_fb"] == pytest.approx(acceptance, rel=0.02)
