"""CPU time of a point of the supersymmetric scan, relative to numpy's normal numbers in the same run.

As in benchmarks/speed.py, R is the rate of NumPy's SFC64 standard normal numbers; 'R/1000' is 1000 times slower.

    python benchmarks/susy_scan.py [--points N] [--json FILE]
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from lmutau.gen.randomness import BLOCK
from lmutau.gen.susy import ScanSettings, run_scan
from lmutau.gen.susy.scan import scan_block
from lmutau.gen.susy.scan_file import iterate_scan
from lmutau.gen.susy.scan_summary import Windows, summarise

LIMIT = 20e-6
"""Largest CPU time of a point [s] that is good enough."""


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


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall time [s] of a call."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def main() -> int:
    """Time the points alone, and the whole scan with its file and summary, with one and two workers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1_000_000, help="points of the whole scan")
    parser.add_argument("--json", type=Path, help="write the results here")
    options = parser.parse_args()

    block = ScanSettings(n=BLOCK, seed=1)
    scan_block(block, 0)  # compiles
    rate = reference_rate()
    kernel = min(timed(lambda: scan_block(block, 0))[0] for _ in range(3)) / BLOCK
    results = {"points alone": kernel}
    walls = {}
    settings = ScanSettings(n=options.points, seed=1)
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "scan.root"

            def work() -> None:
                run_scan(settings, path, workers=workers)  # noqa: B023 - called at once
                summarise(iterate_scan(path), Windows())  # noqa: B023

            cpu, walls[workers] = timed(work)
            results[f"scan, file and summary, {workers} workers"] = cpu / options.points
    for name, seconds in results.items():
        print(f"{name:38s} R/{rate * seconds:<6.4g} {1e6 * seconds:6.2f} us CPU per point   good {1e6 * LIMIT:g} us")
    for workers, wall in walls.items():
        print(f"{options.points} points, {workers} workers: {wall:.1f} s")
    if options.json:
        options.json.write_text(json.dumps({name: rate * seconds for name, seconds in results.items()}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
