"""Hit or miss has the expectation of the weights."""

from pathlib import Path

import numpy as np
import pytest

import lmutau
from tests.statistics import compatible


def _lossy_card(folder: Path) -> Path:
    """Card jkpt2019 with a photon loss that a small sample can see."""
    numbers = lmutau.detsim.load_card("jkpt2019").numbers()
    lossy = [name for name, entry in numbers.items() if name.startswith("ecl.") and entry["value"] == 1e-5]
    text = 'inherits = "jkpt2019"\nname = "lossy"\n'
    text += "".join(f'[{name}]\nvalue = 0.3\nsource = "a test"\n' for name in lossy)
    path = folder / "lossy.toml"
    path.write_text(text)
    return path


def test_every_step_agrees_with_the_weights(tmp_path: Path) -> None:
    card = _lossy_card(tmp_path)
    truth = lmutau.generate("mumugamma", 200_000, seed=1, adaptation_points=4000, min_photon_energy=1.0)
    steps = []
    for mode in ("weights", "hit-or-miss"):
        reco = lmutau.simulate(truth, card, mode=mode)
        assert len(reco) == len(truth)
        steps.append(lmutau.analyze([reco], mass=0.1).cut_flow.samples["mumugamma"].steps())
    weights, decided = (one[-1] for one in steps)
    assert decided.n < weights.n
    assert not compatible(decided.sum_w_fb, decided.error_fb, weights.sum_w_fb, weights.error_fb, sigmas=3)


def test_hit_or_miss_carries_only_the_generator_weight() -> None:
    truth = lmutau.generate("mumugamma", 20_000, seed=1, adaptation_points=2000, min_photon_energy=1.0)
    reco = lmutau.simulate(truth, "belle2", mode="hit-or-miss")
    assert np.array_equal(np.asarray(reco.events.weight), np.asarray(reco.events.genWeight))
    assert reco.metadata["detector"]["mode"] == "hit-or-miss"
    assert lmutau.analyze([reco]).to_dict()["sensitivity"] == []


def test_unknown_mode() -> None:
    truth = lmutau.generate("mumuzp", 1000, seed=1, adaptation_points=1000, mass=0.1)
    with pytest.raises(lmutau.ConfigError, match="hit-or-miss"):
        lmutau.simulate(truth, mode="hit")
