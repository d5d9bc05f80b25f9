"""The scan: points equal single calculations, blocks and workers do not matter, interruptions, summaries."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uproot

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.io.root import open_root
from lmutau.gen.model import delta_a as zp_delta_a
from lmutau.gen.randomness import BLOCK
from lmutau.gen.susy import ScanSettings, delta_a, run_scan, spectrum
from lmutau.gen.susy import scan as scan_module
from lmutau.gen.susy.scan import CLASSES, scan_block
from lmutau.gen.susy.scan_file import ScanParts, iterate_scan, open_scan, recorded_seed
from lmutau.gen.susy.scan_settings import DEFAULT_RANGES, PARAMETERS, load_scan_card
from lmutau.gen.susy.scan_summary import MinimumMap, Windows, fill_maps, order_name, summarise

Columns = dict[str, np.ndarray[Any, Any]]


def _read(path: Path) -> Columns:
    chunks = list(iterate_scan(path))
    return {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}


def _same(first: Columns, second: Columns) -> bool:
    return first.keys() == second.keys() and all(np.array_equal(first[name], second[name]) for name in first)


def test_points_are_what_single_calculations_give() -> None:
    columns = scan_block(ScanSettings(n=300, seed=3), 0)
    used: dict[str, Any] = {name: columns[name] for name in ("m0", "m1", "m2", "mu", "tan_beta", "trilinear")}
    found = spectrum(**used, selectron_mass=columns["selectron_mass"], smuon_mass=columns["smuon_mass"],
                     zp_mass=columns["zp_mass"], slepton_input="soft")  # fmt: skip
    for k in range(5):
        assert columns[f"m_chi{k + 1}"] == pytest.approx(found.neutralinos[:, k], rel=1e-7)
    assert columns["m_chargino2"] == pytest.approx(found.charginos[:, 1], rel=1e-7)
    assert columns["m_smuon1"] == pytest.approx(found.sleptons["mu"].masses[:, 0], rel=1e-7)
    assert columns["m_sneutrino_e"] == pytest.approx(found.sleptons["e"].sneutrino, rel=1e-7)
    total = {}
    for lepton, slepton in (("e", "selectron_mass"), ("mu", "smuon_mass")):
        loops = delta_a(lepton, **used, g=columns["g"], slepton_mass=columns[slepton], zp_mass=columns["zp_mass"],
                        slepton_input="soft")  # fmt: skip
        assert columns[f"a_{lepton}_neutralino"] == pytest.approx(loops.neutralino, rel=1e-6)
        assert columns[f"a_{lepton}_chargino"] == pytest.approx(loops.chargino, rel=1e-6)
        total[lepton] = loops.total
    zp = zp_delta_a(columns["zp_mass"], columns["g"], "mu")
    assert columns["a_e"] == pytest.approx(total["e"], rel=1e-6)
    assert columns["a_mu"] == pytest.approx(total["mu"] + zp, rel=1e-5, abs=1e-15)
    kinds = np.argmax(found.composition[:, :5], axis=2) + 1
    assert columns["spectrum_order"].tolist() == [int("".join(map(str, row))) for row in kinds]
    assert columns["spectrum_class"].tolist() == kinds[:, 0].tolist()


def test_priors_are_uniform() -> None:
    columns = scan_block(ScanSettings(n=BLOCK, seed=1, ranges={"m1": (200.0, 300.0), "tan_beta": (20.0, 20.0)}), 0)
    assert (columns["tan_beta"] == 20).all()
    for name in PARAMETERS:
        low, high = {**DEFAULT_RANGES, "m1": (200.0, 300.0)}[name]
        if name != "tan_beta":
            share = (columns[name] - low) / (high - low)
            counts, _ = np.histogram(share, bins=20, range=(0, 1))
            chi2 = ((counts - BLOCK / 20) ** 2 / (BLOCK / 20)).sum()
            assert 5 < chi2 < 45  # 19 degrees of freedom, far tails


def test_a_range_moves_no_other_parameter() -> None:
    one = scan_block(ScanSettings(n=100, seed=1), 0)
    other = scan_block(ScanSettings(n=100, seed=1, ranges={"m0": (1.0, 2.0)}), 0)
    assert all(np.array_equal(one[name], other[name]) for name in PARAMETERS if name != "m0")
    assert not np.array_equal(one["m0"], other["m0"])


def test_tachyons_are_a_class() -> None:
    """Staus would be; smuons need a large mixing."""
    ranges = {"smuon_mass": (50.0, 150.0), "mu": (-9e3, -1e3)}
    columns = scan_block(ScanSettings(n=4000, seed=1, ranges=ranges, slepton_input="diagonal"), 0)
    tachyonic = columns["spectrum_class"] == CLASSES.index("tachyonic")
    assert 0.1 < tachyonic.mean() < 0.9
    lightest = np.minimum(columns["m_smuon1"], columns["m_sneutrino_mu"])
    assert ((lightest <= 0) == tachyonic).all()
    assert (columns["a_mu"][tachyonic] == 0).all()
    assert all(np.isfinite(column).all() for column in columns.values())
    summary = summarise([columns], Windows(n_sigma=1.0, a_e=(0.0, 1.0), a_mu=(0.0, 1.0)))
    assert summary.n_tachyonic == tachyonic.sum()
    assert summary.n_inside == (~tachyonic).sum()


def test_workers_and_length_do_not_matter(tmp_path: Path) -> None:
    n = BLOCK + 1000
    assert run_scan(ScanSettings(n=n, seed=5), tmp_path / "one.root", workers=1)
    assert run_scan(ScanSettings(n=n, seed=5), tmp_path / "two.root", workers=2)
    assert run_scan(ScanSettings(n=500, seed=5), tmp_path / "short.root")
    one = _read(tmp_path / "one.root")
    assert len(one["m0"]) == n
    assert _same(one, _read(tmp_path / "two.root"))
    assert _same({name: column[:500] for name, column in one.items()}, _read(tmp_path / "short.root"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.root", "short.root", "two.root"]
    with uproot.open(tmp_path / "one.root") as file:
        assert file["Scan"].num_entries == n


def test_an_interrupted_scan_continues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, path = ScanSettings(n=3 * BLOCK, seed=6), tmp_path / "scan.root"
    computed: list[int] = []
    interrupts = [KeyboardInterrupt]

    def counted(settings: ScanSettings, block: int) -> Columns:
        if block == 2 and interrupts:
            raise interrupts.pop()
        computed.append(block)
        return scan_block(settings, block)

    monkeypatch.setattr(scan_module, "scan_block", counted)
    with pytest.raises(KeyboardInterrupt):
        run_scan(settings, path)
    assert not path.exists()
    assert computed == [0, 1]
    assert run_scan(settings, path)
    assert computed == [0, 1, 2]
    assert [entry.name for entry in tmp_path.iterdir()] == ["scan.root"]
    monkeypatch.undo()
    run_scan(settings, tmp_path / "whole.root")
    assert _same(_read(path), _read(tmp_path / "whole.root"))
    assert run_scan(settings, path) is False


def test_parts_of_another_scan_are_not_used(tmp_path: Path) -> None:
    path = tmp_path / "scan.root"
    first, second = ScanSettings(n=100, seed=1), ScanSettings(n=100, seed=2)
    parts = ScanParts(path, first)
    parts.save(0, scan_block(first, 0))
    assert parts.has(0)
    assert not ScanParts(path, second).has(0)
    assert not ScanParts(path, ScanSettings(n=99, seed=1)).has(0)


def test_the_seed_of_a_scan_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "scan.root"

    def settings(seed: int) -> ScanSettings:
        return ScanSettings(n=BLOCK + 1, seed=seed)

    def killed_after_one_block(one: ScanSettings, block: int) -> Columns:
        if block:
            raise KeyboardInterrupt
        return scan_block(one, block)

    monkeypatch.setattr(scan_module, "scan_block", killed_after_one_block)
    assert recorded_seed(path, settings) is None
    for seed in (11, 12):
        with pytest.raises(KeyboardInterrupt):
            run_scan(settings(seed), path)
        if seed == 11:
            assert recorded_seed(path, settings) == 11
    assert recorded_seed(path, lambda seed: ScanSettings(n=100, seed=seed, ranges={"m0": (1.0, 2.0)})) is None
    with pytest.raises(ConfigError, match="seeds 11, 12"):
        recorded_seed(path, settings)
    monkeypatch.undo()
    run_scan(settings(12), path)
    assert recorded_seed(path, settings) == 12
    assert {entry.name[:21] for entry in (tmp_path / "scan.root.parts").iterdir()} == {
        f"scan-{settings(11).fingerprint()}"
    }


def test_an_error_before_the_first_block_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(settings: ScanSettings, block: int) -> Columns:
        raise ConfigError("no")

    monkeypatch.setattr(scan_module, "scan_block", fails)
    with pytest.raises(ConfigError):
        run_scan(ScanSettings(n=10, seed=1), tmp_path / "scan.root")
    assert not list(tmp_path.iterdir())


def test_one_process_at_a_time(tmp_path: Path) -> None:
    path, settings = tmp_path / "scan.root", ScanSettings(n=10, seed=1)
    with ScanParts(path, settings).held():
        for seed in (1, 2):
            with pytest.raises(FileError, match=r"scan\.root: another scan is writing it now"):
                run_scan(ScanSettings(n=10, seed=seed), path)
    assert run_scan(settings, path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["scan.root"]


def test_who_waited_finds_the_finished_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, settings = tmp_path / "scan.root", ScanSettings(n=10, seed=1)
    run_scan(settings, path)
    looks = iter([False])  # not there at the first look, there when the folder is ours
    exists = Path.exists
    monkeypatch.setattr(Path, "exists", lambda self: next(looks, True) if self == path else exists(self))
    assert run_scan(settings, path) is False
    assert [entry.name for entry in tmp_path.iterdir()] == ["scan.root"]


def test_another_scan_is_described(tmp_path: Path) -> None:
    path = tmp_path / "scan.root"
    run_scan(ScanSettings(n=10, seed=1), path)
    others: tuple[tuple[dict[str, Any], str], ...] = (
        ({"n": 11}, r"\(n = 10, not 11\)"),
        ({"seed": 2}, r"\(seed = 1, not 2\)"),
        ({"ranges": {"m1": (1.0, 2.0)}}, r"\(m1 = 100:1000\)"),
        ({"alpha_mz": 1 / 128}, r"\(other alpha_mz\)"),
    )
    for other, words in others:
        with pytest.raises(FileError, match=words):
            run_scan(ScanSettings(**{"n": 10, "seed": 1, **other}), path)


def test_axes_are_those_of_the_points(tmp_path: Path) -> None:
    columns = scan_block(ScanSettings(n=20_000, seed=2), 0)
    windows = Windows()
    summary = summarise([columns], windows)
    inside = np.logical_and(*windows.judge(columns)[:2])
    for name in ("m_chi5", "a_e_chargino", "a_mu_zp"):
        assert summary.span(name) == (columns[name][inside].min(), columns[name][inside].max())
    low, high = summary.span("pull")
    assert 0 < low < high <= 2
    area = MinimumMap("pull", "m_chi5", "g", summary.span("pull"), summary.span("m_chi5"))
    fill_maps([columns], windows, [area])
    assert area.counts.sum() == summary.n_inside > 10
    empty = summarise([columns], Windows(n_sigma=1e-6))
    assert empty.n_inside == 0
    assert empty.span("m_chi5") == (columns["m_chi5"].min(), columns["m_chi5"].max())
    one = {name: column[:1] for name, column in columns.items()}
    low, high = summarise([one], Windows(n_sigma=99.0)).span("m_chi1")
    assert low < columns["m_chi1"][0] < high


def test_damaged_parts_and_foreign_files(tmp_path: Path) -> None:
    path, settings = tmp_path / "scan.root", ScanSettings(n=100, seed=1)
    parts = ScanParts(path, settings)
    parts.save(0, scan_block(settings, 0))
    (part,) = (tmp_path / "scan.root.parts").iterdir()
    part.write_bytes(part.read_bytes()[:200])
    with pytest.raises(FileError, match="damaged part"):
        run_scan(settings, path)
    assert not path.exists()
    part.unlink()
    run_scan(settings, path)
    with pytest.raises(FileError, match="holds another scan"):
        run_scan(ScanSettings(n=100, seed=2), path)
    with uproot.recreate(tmp_path / "other.root") as file:
        file.mktree("Scan", {"x": np.float64}).extend({"x": np.zeros(100)})
    with pytest.raises(FileError, match="not a scan of this program"):
        run_scan(settings, tmp_path / "other.root")
    (tmp_path / "text.root").write_text("no")
    with pytest.raises(FileError, match="not a readable ROOT file"):
        run_scan(settings, tmp_path / "text.root")


def test_metadata(tmp_path: Path) -> None:
    path = tmp_path / "scan.root"
    settings = ScanSettings(n=50, seed=9, ranges={"mu": (-500.0, -400.0)})
    run_scan(settings, path)
    metadata = open_scan(path)
    assert metadata["seed"] == 9
    assert metadata["ranges"]["mu"] == [-500.0, -400.0]
    assert metadata["constants"]["m_mu"] == CONSTANTS.m_mu
    with open_root(path) as file:
        assert set(metadata["units"]) == set(file["Scan"].keys())


def test_summary_against_numpy() -> None:
    columns = scan_block(ScanSettings(n=20_000, seed=2), 0)
    windows = Windows(n_sigma=2.0)
    halves = [{name: column[part] for name, column in columns.items()} for part in (slice(0, 7000), slice(7000, None))]
    area = MinimumMap("m_selectron1", "m_chi1", "m_chargino1", (0.0, 1000.0), (0.0, 1000.0), bins=10)
    summary = summarise(halves, windows, [area])
    inside = (np.abs(columns["a_e"] + 8.8e-13) <= 7.2e-13) & (np.abs(columns["a_mu"] - 2.79e-9) <= 1.52e-9)
    assert summary.n == 20_000
    assert summary.n_inside == inside.sum() > 10
    assert summary.ranges["m_chi1"] == pytest.approx((columns["m_chi1"][inside].min(), columns["m_chi1"][inside].max()))
    assert sum(inside for _, inside in summary.classes.values()) == summary.n_inside == sum(summary.orders.values())
    assert area.counts.sum() == summary.n_inside
    x, y, z = (columns[name][inside] for name in ("m_selectron1", "m_chi1", "m_chargino1"))
    for i, j in zip(*np.nonzero(area.counts), strict=True):
        here = (x // 100 == i) & (y // 100 == j)
        assert area.minima[i, j] == pytest.approx(z[here].min())
    assert np.isinf(area.minima[area.counts == 0]).all()


def test_names_of_orders() -> None:
    assert order_name(13342) == "B H H B' W"
    assert order_name(0) == "tachyonic"


def test_card(tmp_path: Path) -> None:
    path = tmp_path / "card.toml"
    path.write_text('[scan]\nn = 10\nseed = 4\nslepton_input = "diagonal"\n[ranges]\nm1 = [200, 300]\n')
    card = load_scan_card(path)
    assert ScanSettings(**card).ranges["m1"] == (200.0, 300.0)
    path.write_text("[scan]\nm = 10\n[range]\nm1 = [1, 2]\n[ranges]\nmm = [1, 2]\n")
    with pytest.raises(ConfigError) as caught:
        load_scan_card(path)
    for words in ("key 'm' does not exist", "section 'range'", "Did you mean 'ranges'", "key 'mm'"):
        assert words in str(caught.value)
    path.write_text("scan = 3")
    with pytest.raises(ConfigError, match=r"scan = 3: is a section; write \[scan\]"):
        load_scan_card(path)
    path.write_text("[scan")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_scan_card(path)
    with pytest.raises(FileError, match="cannot be read"):
        load_scan_card(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"n": 0}, "n = 0"),
        ({"n": 1.5}, "n = 1.5"),
        ({"seed": -1}, "seed = -1"),
        ({"ranges": {"m3": (1, 2)}}, "'m3' does not exist"),
        ({"ranges": {"m1": (2, 1)}}, "the first must not be above"),
        ({"ranges": {"m1": (1, 2, 3)}}, "a pair of numbers"),
        ({"ranges": {"m1": ("a", "b")}}, "a pair of numbers"),
        ({"ranges": {"tan_beta": (0, 10)}}, "tan_beta = 0: allowed is > 0"),
        ({"ranges": {"mu": (float("nan"), 1.0)}}, "mu = nan GeV"),
        ({"ranges": {"g": (-1e-3, 1e-3)}}, "g = -0.001: allowed is from 0 to 10"),
        ({"slepton_input": "hard"}, "slepton_input = 'hard'"),
    ],
)
def test_errors(values: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        ScanSettings(**{"n": 10, "seed": 1, **values})
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("m_chi", "m_chi1", "pull"), "Did you mean"),
        (("m_chi1", "m_chi2", "pull", (1.0, 1.0)), "is empty"),
    ],
)
def test_map_errors(arguments: tuple[Any, ...], words: str) -> None:
    x, y, z, *limits = arguments
    with pytest.raises(ConfigError, match=words):
        MinimumMap(x, y, z, limits[0] if limits else (0.0, 1.0), (0.0, 1.0))
