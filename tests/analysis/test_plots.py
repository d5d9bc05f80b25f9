"""Histograms and plots: contents against NumPy, streaming, ROOT, and pictures that show something."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uproot
from numpy.typing import NDArray

import lmutau
from lmutau.analysis.cut_edges import cut_edges
from lmutau.analysis.histograms import HistogramSet, contents
from lmutau.analysis.plot_samples import merged, plot_samples
from lmutau.analysis.plot_style import COLOURS, SIGNAL_COLOUR, render
from lmutau.analysis.plots import PlotSample, draw_plane, draw_planes, draw_stack, drawings, signal_label
from lmutau.analysis.selected import SelectedBlock, apply
from lmutau.analysis.selection import load_selection
from lmutau.gen.errors import ConfigError
from tests.analysis.blocks import BEAM, light_signal, pair_block

JKPT = load_selection("jkpt2019")
STACKS = (
    "ETmiss_before", "ETmiss_n_minus_one", "m2_recoil_before", "m2_recoil_n_minus_one", "mu_minus_eta_cm_n_minus_one",
    "mu_plus_eta_cm_n_minus_one", "mu_minus_p_n_minus_one", "mu_plus_p_n_minus_one", "theta_recoil_lab_n_minus_one",
)  # fmt: skip
PLANES = ("plane_before", "plane_n_minus_one", "muons_before", "muons_n_minus_one")


def selected(seed: int = 31, mass: float = 0.1, hypothesis: float = 0.1, n: int = 3000) -> SelectedBlock:
    minus, plus = light_signal(n, seed=seed, mass=mass)
    weight = np.random.default_rng(seed).uniform(0.5, 2.0, size=n)
    return apply(pair_block(minus, plus, weight, photon_energy=3.0, loss=1e-3), JKPT, BEAM, hypothesis)


def filled(block: SelectedBlock) -> HistogramSet:
    histograms = HistogramSet(JKPT, block.mass)
    histograms.fill(block)
    return histograms


def samples() -> list[PlotSample]:
    signal, background = filled(selected(31)), filled(selected(32))
    return [
        PlotSample(name="mumugamma", label=r"$\mu\mu\gamma$", process="mumugamma", histograms=background),
        PlotSample(name="tau", label=r"$\tau\tau$", process="tautau", histograms=background, scale=0.1),
        PlotSample(
            name="zp",
            label=signal_label(0.1, 1e-3),
            process="mumuzp",
            histograms=signal,
            signal=True,
            scale=1e-2,
        ),
    ]


def test_contents() -> None:
    block = selected()
    histograms = filled(block)
    assert {name for name, _ in histograms.items()} == {*STACKS, *PLANES}
    value, error = contents(histograms["ETmiss_before"])
    edges = np.linspace(0, 5.5, 56)
    expected, _ = np.histogram(block["ETmiss"], edges, weights=block["genWeight"])
    squared, _ = np.histogram(block["ETmiss"], edges, weights=block["genWeight"] ** 2)
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    np.testing.assert_allclose(error, np.sqrt(squared), rtol=1e-12)


def test_n_minus_one_leaves_its_own_cut_open() -> None:
    block = selected()
    value, _ = contents(filled(block)["ETmiss_n_minus_one"])
    keep = block.passed_except("et_miss")
    assert (block["ETmiss"][keep] < 1.67).any()
    assert value.sum() == pytest.approx(block.weight[keep].sum(), rel=1e-12)
    mass, _ = contents(filled(block)["m2_recoil_n_minus_one"])
    assert mass.sum() == pytest.approx(block.weight[block.passed_except("m2_miss")].sum(), rel=1e-12)


def test_cut_edges_are_bin_edges() -> None:
    # otherwise the drawn cut would lie inside a bin and the picture would mislead
    for mass in (0.1, 3.0):
        axis = HistogramSet(JKPT, mass)["m2_recoil_n_minus_one"].axes[0]
        for edge in cut_edges(JKPT, "m2_recoil", mass).all:
            assert not np.isfinite(edge) or np.abs(np.asarray(axis.edges) - edge).min() < 1e-9


def test_blocks_stream() -> None:
    a, b = selected(31), selected(32)
    both, one, two = HistogramSet(JKPT, 0.1), filled(a), filled(b)
    both.fill(a)
    both.fill(b)
    one.add(two)
    for name, histogram in both.items():
        for left, right in zip(contents(histogram), contents(one[name]), strict=True):
            np.testing.assert_allclose(left, right, rtol=1e-12)


def test_wrong_block_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"m = 0\.1 GeV"):
        HistogramSet(JKPT, 0.1).fill(selected(hypothesis=3.0, mass=3.0))
    with pytest.raises(ConfigError, match="different"):
        HistogramSet(JKPT, 0.1).add(HistogramSet(JKPT, 0.2))


def test_root_round_trip(tmp_path: Path) -> None:
    histograms = filled(selected())
    with uproot.recreate(tmp_path / "h.root") as file:
        for name, histogram in histograms.items():
            file[name] = histogram
    with uproot.open(tmp_path / "h.root") as file:
        for name, histogram in histograms.items():
            np.testing.assert_allclose(file[name].values(), contents(histogram)[0], rtol=1e-12)
            np.testing.assert_allclose(file[name].variances(), contents(histogram)[1] ** 2, rtol=1e-12)


def test_pictures_show_something() -> None:
    from matplotlib import colors, image

    shown = samples()
    for name in (*STACKS[:4], ""):
        figure = draw_stack(shown, name, 1000.0) if name else draw_plane(shown[0], 1000.0)
        legend = figure.axes[0].get_legend() if name else figure.legends[0]
        assert legend is not None
        legend.remove()  # it has all colours, the data must show them too
        pixels = image.imread(io.BytesIO(render(figure)), format="png")[..., :3]
        assert pixels.shape[0] > 500 and pixels.shape[1] > 800
        assert (pixels.min(axis=2) < 0.95).mean() > 0.03
        for colour in (COLOURS["mumugamma"], COLOURS["tautau"], SIGNAL_COLOUR) if name else (SIGNAL_COLOUR,):
            near = np.abs(pixels - np.array(colors.to_rgb(colour))).max(axis=2) < 0.02
            assert near.sum() > 200, (name, colour)


def test_heights_are_events_at_the_luminosity() -> None:
    shown = samples()
    axes = draw_stack(shown, "ETmiss_before", 1000.0).axes[0]
    value, _ = contents(shown[0].histograms["ETmiss_before"])
    tops = [np.asarray(patch.get_data().values) for patch in axes.patches if hasattr(patch, "get_data")]
    assert any(np.allclose(top, 1000 * 1.1 * value, rtol=1e-12) for top in tops)
    signal, _ = contents(shown[2].histograms["ETmiss_before"])
    assert any(np.allclose(top, 1000 * 1e-2 * signal, rtol=1e-12) for top in tops)
    assert axes.get_xlabel().endswith("[GeV]") and "Events / 0.1 GeV" in axes.get_ylabel()
    labels = [text.get_text() for text in axes.get_legend().get_texts()]  # type: ignore[union-attr]
    assert len(labels) == 4 and "stat. uncertainty" in labels


def test_every_histogram_is_drawn_and_explained() -> None:
    found = drawings(samples(), 1000.0)
    assert [one.name for one in found] == [*STACKS, *PLANES]
    for one in found:
        assert one.title and one.caption.startswith("Events expected in 1\N{NO-BREAK SPACE}ab⁻¹")
        assert one.plane == one.wide == (one.name in PLANES)
    captions = {one.name: one.caption for one in found}
    assert "every pair of opposite charge at its generator weight." in captions["ETmiss_before"]
    assert (
        "each pair of opposite charge that passes all steps but barrel, at its generator weight × muon_efficiency × "
        "photon_loss. θ_recoil: polar angle" in captions["theta_recoil_lab_n_minus_one"]
    )
    assert "the faded side is rejected" in captions["theta_recoil_lab_n_minus_one"]


@pytest.mark.parametrize(("name", "kind"), [("ETmiss_before", "svg"), ("plane_before", "png"), ("muons_before", "pdf")])
def test_the_same_plot_is_the_same_file(name: str, kind: str) -> None:
    images = []
    for _ in range(2):
        one = next(one for one in drawings(samples(), 1000.0) if one.name == name)
        images.append(render(one.draw(), kind))
    assert images[0] == images[1] and len(images[0]) > 5000
    assert images[0].startswith({"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}[kind])


def test_panels_of_a_plane() -> None:
    figure = draw_planes(samples(), 1000.0, "plane_before")
    panels = [axes for axes in figure.axes if axes.get_title(loc="left")]
    assert [axes.get_title(loc="left") for axes in panels] == [s.label for s in samples()]
    value, _ = contents(samples()[2].histograms["plane_before"])
    shown: NDArray[np.float64] = np.ma.filled(np.ma.asarray(panels[2].collections[0].get_array()), 0.0)
    np.testing.assert_allclose(np.reshape(shown, value.T.shape), 1000 * 1e-2 * value.T, rtol=1e-12)


def test_no_legend_covers_a_plane() -> None:
    for shown in (samples(), samples()[:1]):
        figure = draw_planes(shown, 1000.0, "plane_before")
        render(figure)  # only then are the places known
        (legend,) = figure.legends
        assert [text.get_text() for text in legend.get_texts()] == ["selected"]
        box = legend.get_window_extent()
        assert not any(axes.get_legend() or axes.get_window_extent().overlaps(box) for axes in figure.axes)


def test_samples_of_a_process_are_one() -> None:
    parts = [replace(sample, process="tautau") if not sample.signal else sample for sample in samples()]
    found = merged(parts, "ETmiss_before", 10.0)
    assert [sample.name for sample, *_ in found] == ["mumugamma", "zp"]
    value, error = contents(parts[0].histograms["ETmiss_before"])
    np.testing.assert_allclose(found[0][2], 10 * 1.1 * value, rtol=1e-12)
    np.testing.assert_allclose(found[0][3], 10 * np.hypot(1, 0.1) * error, rtol=1e-12)


def test_nothing_left_still_draws() -> None:
    block = selected()
    none = np.empty(0, dtype=np.int64)
    nothing = SelectedBlock(
        JKPT, 0.1, block.table[:, :0], none, none, none, False, np.zeros(0), none, none, *np.zeros((2, 8, 3))
    )
    empty = [PlotSample(name="zp", label="Z'", process="mumuzp", histograms=filled(nothing), signal=True)]
    for one in drawings(empty, 1000.0):
        if one.name in ("m2_recoil_n_minus_one", "plane_before"):
            assert len(render(one.draw())) > 5000


def test_no_sample() -> None:
    with pytest.raises(ConfigError, match="at least one sample"):
        draw_stack([], "ETmiss_before", 1.0)


def test_no_global_state_is_left_behind() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    render(draw_stack(samples(), "ETmiss_before", 1000.0))
    assert dict(mpl.rcParams) == before


def test_colours_differ() -> None:
    assert len(set(COLOURS.values())) == len(COLOURS)


@pytest.mark.parametrize(
    ("coupling", "text"), [(1.0, "$g_X = 1$"), (0.05, "$g_X = 0.05$"), (3.456e-4, r"$g_X = 3.46 \times 10^{-4}$")]
)
def test_couplings_in_the_legend(coupling: float, text: str) -> None:
    assert signal_label(0.5, coupling) == f"$Z'$ 0.5 GeV, {text}"


def test_signal_label() -> None:
    assert signal_label(0.1, 2.5e-4) == r"$Z'$ 0.1 GeV, $g_X = 2.5 \times 10^{-4}$"
    assert signal_label(1, 1e-3) == r"$Z'$ 1 GeV, $g_X = 10^{-3}$"
    assert signal_label(1, 0.0123456) == r"$Z'$ 1 GeV, $g_X = 0.0123$"
    assert signal_label(1, 1.0, r"\epsilon") == r"$Z'$ 1 GeV, $\epsilon = 1$"


@pytest.mark.parametrize(
    ("settings", "label"),
    [
        ({"epsilon": 2e-3}, r"$Z'$ 1 GeV, $\epsilon = 2 \times 10^{-3}$"),
        ({"r": 1.0, "g": 2e-3}, r"$Z'$ 1 GeV, $g_X = 2 \times 10^{-3}$"),
    ],
)
def test_the_legend_names_the_coupling_that_was_set(settings: dict[str, Any], label: str) -> None:
    truth = lmutau.generate("gammazp", 500, seed=1, mass=1.0, adaptation_points=2000, **settings)
    reco = lmutau.simulate(truth, detector="ideal")
    found = lmutau.analyze([reco], selection="br2018")
    (sample,) = plot_samples(found.samples, [reco.metadata], found.cut_flow, 1.0)
    assert (sample.label, sample.scale, sample.signal) == (label, 1.0, True)
