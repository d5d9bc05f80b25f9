"""CPU time of generator, detector and chain, relative to numpy's normal numbers in the same run.

R is the rate at which NumPy's SFC64 fills a buffer of 1e4 standard normal numbers. A result 'R/40'
means 40 times slower than one such number. Machines differ and are noisy; the ratio less so.

    python benchmarks/speed.py [NAME ...] [--json FILE]
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import lmutau
from lmutau.analysis.sample_analysis import SampleAnalysis
from lmutau.analysis.selection import load_selection
from lmutau.detsim.card import load_card
from lmutau.detsim.simulation import Response
from lmutau.gen.generation import generate_file
from lmutau.gen.generator import Generator, prepare
from lmutau.gen.io.root import EventWriter
from lmutau.gen.record import EventBlock

HARD = {"min_photon_energy": 1.0}


def reference_rate() -> float:
    """R: standard normal numbers per second of CPU time."""
    generator, buffer = np.random.Generator(np.random.SFC64(1)), np.empty(10_000)
    best = 0.0
    for _ in range(20):
        start = time.process_time()
        for _ in range(200):
            generator.standard_normal(out=buffer)
        best = max(best, 200 * len(buffer) / (time.process_time() - start))
    return best


def cpu_per_event(work: Callable[[], int], repeats: int = 3) -> float:
    """Smallest CPU time per event [s] of several runs; the first, which may compile, does not count."""
    work()
    best = np.inf
    for _ in range(repeats):
        start = time.process_time()
        n = work()
        best = min(best, (time.process_time() - start) / n)
    return float(best)


def prepared(process: str, n: int, **parameters: float) -> Generator:
    """A generator whose adaptation is not timed."""
    return prepare(process, n, seed=1, parameters=parameters)


def amplitude() -> int:
    """Squared amplitude of mumugamma, momenta in."""
    return len(lmutau.gen.squared_amplitude("mumugamma", _momenta()))


def _momenta(cache: dict[str, np.ndarray] = {}) -> np.ndarray:  # noqa: B006 - made once, on purpose
    if not cache:
        draw = prepared("mumugamma", 65536, **HARD).sampler.draw(0)
        p0 = np.sqrt(5.29**2 - lmutau.gen.CONSTANTS.m_e**2)
        beams = np.broadcast_to([[5.29, 0, 0, p0], [5.29, 0, 0, -p0]], (len(draw.weight), 2, 4))
        cache["momenta"] = np.tile(np.concatenate([beams, draw.momenta], axis=1), (4, 1, 1))
    return cache["momenta"]


def generation(process: str, **parameters: float) -> Callable[[], int]:
    """Weighted events of a process, truth record in the laboratory included."""
    n = 500_000
    generator = prepared(process, n, **parameters)

    def work() -> int:
        return sum(len(block) for block in generator.blocks())

    return work


def detector(card: str) -> Callable[[], int]:
    """Detector response of mumugamma events that are already in memory."""
    generator = prepared("mumugamma", 262_144, **HARD)
    blocks = list(generator.blocks())
    response = Response(load_card(card), generator.metadata())

    def work() -> int:
        return sum(len(response(block)) for block in blocks)

    return work


def chain_to_ntuple() -> Callable[[], int]:
    """Generate, simulate, select, and write the compressed flat ntuple."""
    n = 500_000
    generator = prepared("mumugamma", n, **HARD)
    selection = load_selection("jkpt2019")
    folder = tempfile.TemporaryDirectory()

    def work() -> int:
        response = Response(load_card("jkpt2019"), generator.description())
        analysis = SampleAnalysis.start("x", {**response.metadata(), "n_tried": n}, selection, (0.1,), links=False)

        def chain(block: EventBlock) -> tuple[object, EventBlock]:
            return analysis.work(response(block))

        with EventWriter(Path(folder.name) / "n.root", tree="ntuple", compression="lz4") as writer:
            for selected, rows in generator.stream(chain):
                analysis.add(selected)  # type: ignore[arg-type]
                writer.write(rows)
            writer.finish(generator.metadata())
        return n

    return work


def chain_to_events() -> Callable[[], int]:
    """Generate, simulate, and write the full ``Events`` tree."""
    n = 200_000
    generator = prepared("mumugamma", n, **HARD)
    response = Response(load_card("jkpt2019"), generator.description())
    folder = tempfile.TemporaryDirectory()

    def work() -> int:
        with EventWriter(Path(folder.name) / "e.root") as writer:
            for block in generator.stream(response):
                writer.write(block)
            writer.finish(generator.metadata())
        return n

    return work


CPU: dict[str, tuple[Callable[[], Callable[[], int]], float, float]] = {
    "squared amplitude, momenta in": (lambda: amplitude, 25, 2.5),
    "generation mumugamma": (lambda: generation("mumugamma", **HARD), 40, 14),
    "generation mumuzp": (lambda: generation("mumuzp", mass=0.1), 40, 14),
    "generation tautau": (lambda: generation("tautau"), 60, 60),
    "detector jkpt2019": (lambda: detector("jkpt2019"), 50, 35),
    "detector belle2": (lambda: detector("belle2"), 50, 35),
    "chain to the ntuple": (chain_to_ntuple, 80, 50),
    "chain to Events": (chain_to_events, 600, 250),
}


def unweighting() -> float:
    """Unweighting efficiency of mumugamma, all angles, E > 0.1 GeV; 0.1 % of sigma is overweight."""
    sample = lmutau.generate("mumugamma", 200_000, seed=1, unweighted=True, min_photon_energy=0.1)
    return sample.metadata["n_events"] / sample.metadata["n_tried"]


def two_workers() -> float:
    """Wall time of the chain to the ntuple with one worker over that with two."""
    selection = load_selection("jkpt2019")
    n = 4_000_000
    generator = prepared("mumugamma", n, **HARD)
    response = Response(load_card("jkpt2019"), generator.description())
    times = []
    for workers in (1, 2, 1, 2):
        analysis = SampleAnalysis.start("x", {**response.metadata(), "n_tried": n}, selection, (0.1,), links=False)
        start = time.perf_counter()
        for selected, _ in generator.stream(lambda block: analysis.work(response(block)), workers):  # noqa: B023
            analysis.add(selected)
        times.append(time.perf_counter() - start)
    return min(times[0], times[2]) / min(times[1], times[3])


def memory_growth() -> float:
    """Peak memory of a file of 1e7 events beyond that of one of 1e6 [MB]."""
    peaks = []
    with tempfile.TemporaryDirectory() as folder:
        for n in (1_000_000, 10_000_000):
            generate_file(prepared("mumugamma", n, **HARD), Path(folder) / "m.root", workers=2)
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return peaks[1] - peaks[0]


OTHER: dict[str, tuple[Callable[[], float], str]] = {
    "unweighting efficiency mumugamma": (unweighting, "good 0.25, aim 0.5"),
    "two workers against one": (two_workers, "good 1.6, aim 1.9"),
    "memory growth 1e6 -> 1e7 events [MB]": (memory_growth, "good 30, aim 0"),
}


def main() -> int:
    """Run the benchmarks whose names contain one of the words given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="words that a benchmark's name must contain; none: all")
    parser.add_argument("--json", type=Path, help="write the results here")
    options = parser.parse_args()

    def wanted(name: str) -> bool:
        return not options.names or any(word in name for word in options.names)

    results: dict[str, float] = {}
    for name, (make, good, aim) in CPU.items():
        if wanted(name):
            work = make()
            rate = reference_rate()
            seconds = cpu_per_event(work)
            results[name] = rate * seconds
            print(f"{name:38s} R/{rate * seconds:<6.3g} {1e9 * seconds:7.0f} ns   good R/{good:g}, aim R/{aim:g}")
    for name, (measure, target) in OTHER.items():
        if wanted(name):
            results[name] = measure()
            print(f"{name:38s} {results[name]:<8.3g}              {target}")
    if options.json:
        options.json.write_text(json.dumps(results, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
