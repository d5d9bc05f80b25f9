"""``lmutau susy scan``: uniform points, classes of spectra, allowed ranges, maps of minima."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lmutau.cli.console import (
    JsonOption,
    SeedOption,
    WorkersOption,
    count,
    parse_settings,
    print_json,
    progress_bar,
    say,
    table,
    workers_or_cores,
)

__all__ = ["check_plot", "make_windows", "save_plot", "scan"]

_RANGES = (("zp_mass", "M_Z' [GeV]"), ("g", "g_X"), ("m_chi1", "lightest neutralino [GeV]"),
           ("m_chargino1", "lighter chargino [GeV]"), ("m_selectron1", "lighter selectron [GeV]"),
           ("m_smuon1", "lighter smuon [GeV]"), ("m0", "M0 [GeV]"), ("m1", "M1 [GeV]"), ("m2", "M2 [GeV]"),
           ("mu", "mu [GeV]"), ("tan_beta", "tan beta"), ("a_e", "a_e"), ("a_mu", "a_mu"))  # fmt: skip
_MAPS = ("m_selectron1,m_chi1,pull", "m_smuon1,m_chi1,pull")
_MOST_COMMON = 8


def scan(
    output: Annotated[Path, typer.Option("-o", help="File to write or continue (.root).")],
    n: Annotated[
        int | None,
        typer.Option("-n", parser=count, metavar="N", help="Points (default 1000000, a file of 150 MB)."),
    ] = None,
    card: Annotated[Path | None, typer.Option("--card", help="TOML card with [scan] and [ranges].")] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=LOW:HIGH", help="Range of a parameter, or one value; may be repeated."),
    ] = None,
    slepton_input: Annotated[
        str | None, typer.Option(help="Slepton masses are 'soft' masses (default) or 'diagonal' entries.")
    ] = None,
    n_sigma: Annotated[float | None, typer.Option(help="Half width of the windows (default 2).")] = None,
    a_e: Annotated[str | None, typer.Option("--a-e", metavar="VALUE,ERROR", help="Measured - SM, electron.")] = None,
    a_mu: Annotated[str | None, typer.Option("--a-mu", metavar="VALUE,ERROR", help="Measured - SM, muon.")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw the maps (.png, .pdf or .svg).")] = None,
    maps: Annotated[
        list[str] | None, typer.Option("--map", metavar="X,Y,Z", help="Smallest Z in bins of X and Y; may be repeated.")
    ] = None,
    bins: Annotated[int, typer.Option(help="Bins of a map in each direction.")] = 30,
    seed: SeedOption = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Scan the parameter space with uniform priors; the same command continues an interrupted scan.

    LHC limits on superpartners are not applied.
    """
    from lmutau.gen.errors import ConfigError
    from lmutau.gen.io.atomic import check_output
    from lmutau.gen.susy.scan import run_scan
    from lmutau.gen.susy.scan_file import iterate_scan, parts_folder
    from lmutau.gen.susy.scan_summary import fill_maps, summarise

    check_output(output, (".root",))
    check_plot(plot)
    given = _card(card)
    windows = make_windows(given.pop("n_sigma", 2.0) if n_sigma is None else n_sigma, a_e, a_mu)
    chosen = _settings(output, given, n, seed, settings, slepton_input)
    if maps and plot is None and not as_json:
        raise ConfigError("--map is drawn or printed as numbers: give --plot FILE or --json, too.")
    names = _map_names(maps or list(_MAPS), bins, chosen) if maps or plot else []
    threads = workers_or_cores(workers)
    with progress_bar("scan") as progress:
        computed = run_scan(chosen, output, workers=threads, progress=progress)
    if not computed:
        say(f"{output} holds this scan already: nothing to compute")
    elif parts_folder(output).exists():
        say(f"{parts_folder(output)} holds parts of another unfinished scan; remove it if you do not need them")
    summary = summarise(iterate_scan(output), windows)
    wanted = _maps(names, bins, chosen, summary)
    if wanted:
        used = {name for three in names for name in three if name != "pull"} | {"a_e", "a_mu", "spectrum_class"}
        fill_maps(iterate_scan(output, sorted(used)), windows, wanted)
    if plot is not None:
        from lmutau.analysis.susy_plots import draw_maps

        save_plot(draw_maps(wanted, windows, summary), plot)
    result = {"file": str(output), "seed": chosen.seed, "n_sigma": windows.n_sigma,
              "measured": {"a_e": list(windows.a_e), "a_mu": list(windows.a_mu)},
              "lhc_limits": "not applied", **summary.as_dict()}  # fmt: skip
    if as_json:
        print_json({**result, "settings": chosen.description(), "maps": [one.as_dict() for one in wanted]})
        return
    _report(result, output)


def _settings(
    output: Path, given: dict[str, Any], n: int | None, seed: int | None, sets: Any, slepton_input: str | None
) -> Any:
    """Settings from card and options; options win. Without a seed, that of the scan that is there already."""
    from lmutau.gen.randomness import draw_seed
    from lmutau.gen.susy.scan_file import recorded_seed
    from lmutau.gen.susy.scan_settings import ScanSettings

    of_card = given.pop("seed", None)
    chosen = seed if seed is not None else of_card
    ranges = {**given.pop("ranges", {}), **{key: _range(key, text) for key, text in parse_settings(sets or []).items()}}
    if n is not None:
        given["n"] = n
    if slepton_input is not None:
        given["slepton_input"] = slepton_input

    def settings(used: Any) -> ScanSettings:
        return ScanSettings(**{"n": 1_000_000, **given}, seed=used, ranges=ranges)

    if chosen is not None:
        return settings(chosen)
    settings(0)  # what is wrong is said before any seed
    found = recorded_seed(output, settings)
    chosen = draw_seed() if found is None else found
    say(f"seed {chosen}" + ("" if found is None else ", that of the scan that is there already"))
    return settings(chosen)


def _card(path: Path | None) -> dict[str, Any]:
    from lmutau.gen.susy.scan_settings import load_scan_card

    return {} if path is None else load_scan_card(path)


def _range(key: str, text: str) -> tuple[float, float]:
    from lmutau.gen.errors import ConfigError

    low, colon, high = text.partition(":")
    try:
        return float(low), float(high if colon else low)
    except ValueError:
        raise ConfigError(f"--set {key}={text}: write LOW:HIGH, e.g. --set {key}=100:1000, or one number.") from None


def make_windows(n_sigma: Any, a_e: str | None, a_mu: str | None) -> Any:
    """Windows of a_e and a_mu; an option that is not given leaves the value of the data file."""
    from lmutau.gen.errors import ConfigError
    from lmutau.gen.susy.scan_summary import Windows

    if isinstance(n_sigma, bool) or not isinstance(n_sigma, int | float):
        raise ConfigError(f"n_sigma = {n_sigma!r}: allowed is a number > 0.")
    values: dict[str, Any] = {"n_sigma": float(n_sigma)}
    for name, text in (("a_e", a_e), ("a_mu", a_mu)):
        if text is not None:
            try:
                value, error = (float(part) for part in text.split(","))
            except ValueError:
                option = "--" + name.replace("_", "-")
                raise ConfigError(f"{option} {text}: write VALUE,ERROR, e.g. {option}=-8.8e-13,3.6e-13.") from None
            values[name] = (value, error)
    return Windows(**values)


def _map_names(texts: list[str], bins: int, settings: Any) -> list[tuple[str, str, str]]:
    """Checked names of the maps, before any work."""
    from lmutau.gen.errors import ConfigError
    from lmutau.gen.susy.scan_summary import check_map

    found = []
    for text in texts:
        names = [name.strip() for name in text.split(",")]
        if len(names) != 3:
            raise ConfigError(f"--map {text}: write X,Y,Z: the smallest Z in bins of X and Y.")
        check_map(names[0], names[1], names[2], bins)
        for name in names[:2]:
            low, high = settings.ranges.get(name, (0.0, 1.0))
            if not low < high:
                raise ConfigError(f"map: range of {name} = {low:g}:{high:g} is empty; scan more than one value of it.")
        found.append((names[0], names[1], names[2]))
    return found


def _maps(names: list[tuple[str, str, str]], bins: int, settings: Any, summary: Any) -> list[Any]:
    """Empty maps; an axis spans the scanned range of a parameter, of other quantities that of the points inside."""
    from lmutau.gen.susy.scan_summary import MinimumMap

    def axis(name: str) -> tuple[float, float]:
        low, high = settings.ranges.get(name) or summary.span(name)
        return float(low), float(high)

    return [MinimumMap(x, y, value, axis(x), axis(y), bins) for x, y, value in names]


def check_plot(path: Path | None) -> None:
    """Check the name of a plot before any work."""
    from lmutau.gen.io.atomic import check_output

    if path is not None:
        check_output(path, (".png", ".pdf", ".svg"))


def save_plot(figure: Any, path: Path) -> None:
    """Write a figure aside and rename it."""
    from lmutau.analysis.plot_style import render
    from lmutau.gen.io.atomic import written_aside

    image = render(figure, path.suffix.removeprefix("."))
    with written_aside(path) as aside:
        aside.write_bytes(image)
    say(f"written {path}")


def _report(result: dict[str, Any], output: Path) -> None:
    total, inside = result["n"], result["n_inside"]
    typer.echo(f"points         {total}, {result['n_tachyonic']} with a tachyon; seed {result['seed']}")
    typer.echo(
        f"windows        {result['n_sigma']:g} sigma: a_e {result['n_inside_a_e']}, a_mu {result['n_inside_a_mu']}, "
        f"both {inside} ({inside / total:.2%})"
    )
    rows = [[name, str(entry["n"]), str(entry["n_inside"])] for name, entry in result["classes"].items()]
    table("Lightest neutralino", ["class", "points", "inside both windows"], rows)
    rows = [[entry["order"], str(entry["n_inside"])] for entry in result["orders"][:_MOST_COMMON]]
    if rows:
        table("Most frequent inside", ["chi1 ... chi5", "points"], rows)
        ranges = result["ranges"]
        rows = [[title, *(f"{limit:.4g}" for limit in ranges[name])] for name, title in _RANGES]
        table("Ranges inside, without LHC limits", ["quantity", "lowest", "highest"], rows)
    else:
        say("no point inside both windows: more points, or wider ranges")
    typer.echo(f"written        {output}")
