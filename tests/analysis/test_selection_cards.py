"""What a selection card may not say, and what a candidate is when two hypotheses share a track."""

import numpy as np
import pytest

import lmutau
from lmutau.analysis.selected import apply
from lmutau.analysis.selection_card import parse_selection
from lmutau.gen.errors import ConfigError

CARD = """
name = "mine"
title = "mine"
reference = "none"
topology = "TOPOLOGY"
[[step]]
name = "generated"
[[step]]
name = "identified"
factor = "FACTOR"
"""
AXIS = """
[[histogram.axis]]
column = "COLUMN"
bins = BINS
low = LOW
high = 5.0
unit = "GeV"
"""


def card(topology: str = "mumu", factor: str = "muon_efficiency", more: str = "") -> str:
    return CARD.replace("TOPOLOGY", topology).replace("FACTOR", factor) + more


def axis(column: str = "ETmiss", bins: int = 10, low: float = 0.0) -> str:
    return AXIS.replace("COLUMN", column).replace("BINS", str(bins)).replace("LOW", repr(low))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('[[histogram]]\nname = "a"' + axis() + axis(), ["both axes show 'ETmiss'"]),
        (
            '[[histogram]]\nname = "a"' + axis(bins=10_000) + axis("mu_minus_p", 10_000),
            ["10000 x 10000"],
        ),
        ('[[histogram]]\nname = "a"' + axis(low=-1e308), ["edges beyond 1e+12"]),
        ('[[histogram]]\nname = "ETmiss_before"' + axis(), ["standard plots"]),
        (
            '[[histogram]]\nname = "side"' + axis() + '[[region]]\nname = "side"\ntitle = "x"\nuse = ["generated"]',
            ["'side' is the name of a histogram, too"],
        ),
    ],
)
def test_histograms(more: str, words: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        parse_selection(card(more=more), "card")
    assert all(word in str(error.value) for word in words), str(error.value)


def test_photons_have_no_angle_to_a_pair() -> None:
    number = 'unit = "deg", source = "x", kind = "assumed"'
    text = card("photon", "photon_seen").replace(
        "[[step]]", f"[photons]\nveto_angle = {{ value = 15, {number} }}\n[[step]]", 1
    )
    with pytest.raises(ConfigError, match=r"photons\.veto_angle: angles to the recoil are for pairs"):
        parse_selection(text, "card")


def test_a_track_does_not_veto_itself() -> None:
    """Muon and electron are two hypotheses about one track: with two tracks, two_tracks changes nothing."""
    truth = lmutau.generate("tautau", n_events=4000, seed=2, decays="mu,pi", adaptation_points=5000)
    reco = lmutau.simulate(truth, detector="belle2")
    alone = parse_selection(card("emu"), "card")
    counted = parse_selection(card("emu", more='[[step]]\nname = "two"\nfactor = "two_tracks"'), "card")
    beam = reco.metadata["beams"]["four_momentum"]
    one, other = (apply(reco.block(), selection, beam, 0.0) for selection in (alone, counted))
    assert one.weight.sum() > 0
    assert np.allclose(one.weight, other.weight, rtol=1e-12)
