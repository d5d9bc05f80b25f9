"""Where a targeted generation puts its points: windows and what expressions require."""

import numpy as np
import pytest

import lmutau
from lmutau.analysis.observables import recoil
from lmutau.analysis.selection import load_selection
from lmutau.analysis.targeting import selection_target


@pytest.mark.parametrize(("name", "column", "edge"), [("jkpt2019", "ETmiss", 1.67), ("belle2_2022", "pT_recoil", 0.5)])
def test_points_go_where_the_selection_looks(name: str, column: str, edge: float) -> None:
    sample = lmutau.generate("mumugamma", 20_000, seed=3, adaptation_points=4000, min_photon_energy=0.5)
    beam = sample.metadata["beams"]["four_momentum"]
    target = selection_target(load_selection(name), beam, 0.1, sample.events)
    muons = [sample.events.GenPart[sample.events.GenPart.pdgId == code][:, 0] for code in (13, -13)]
    minus, plus = (np.stack([np.asarray(one[axis]) for axis in ("px", "py", "pz")], axis=1) for one in muons)
    values = recoil(minus, plus, beam)[column]
    found = target(sample.events)
    inside = values > edge
    assert 100 < inside.sum() < len(values) - 100
    assert found[inside].max() == pytest.approx(found.max())
    far = values < 0.2 * edge
    assert found[far].max() < 0.6 * found.max()
