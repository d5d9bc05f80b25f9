"""Every process: CPU time per weighted event, unweighting efficiency, and pulls over many seeds.

    python benchmarks/processes.py [NAME ...] [--pulls SEEDS] [--json FILE]

CPU time is relative to R, the rate of numpy's normal numbers in the same run (see speed.py); the
efficiency is that of an accept-reject run in which overweight events carry 0.1 % of sigma. Pulls:
(estimate - mean of all seeds)/quoted error for small samples, each with its own adaptation.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from speed import cpu_per_event, reference_rate

from lmutau.gen.generator import prepare

MUONS_SEEN = {"min_muon_pt": 0.4, "min_muon_eta": -1.60, "max_muon_eta": 1.21}


@dataclass(frozen=True)
class Case:
    """One row: process, parameters, wanted efficiency and wanted R/n (0: none)."""

    process: str
    parameters: Mapping[str, float | str]
    efficiency: float
    slowness: float

    @property
    def label(self) -> str:
        """Process with what was set."""
        settings = " ".join(f"{key}={value}" for key, value in self.parameters.items())
        return f"{self.process} {settings}".replace("min_muon_pt=0.4 min_muon_eta=-1.6 max_muon_eta=1.21", "[muons]")


CASES = (
    Case("gammazp", {"mass": 1.0}, 0.95, 20),
    Case("gammazp", {"mass": 9.5}, 0.95, 20),
    Case("gammazp", {"mass": 1.0, "width": 0.1}, 0, 0),
    Case("mumuzp", {"mass": 0.01}, 0.55, 20),
    Case("mumuzp", {"mass": 0.1}, 0.55, 20),
    Case("mumuzp", {"mass": 5.0}, 0.55, 20),
    Case("mumuzp", {"mass": 3.0, "width": 0.3}, 0, 0),
    Case("mumu", {}, 0.95, 0),
    Case("mumugamma", {"min_photon_energy": 0.1}, 0.39, 20),
    Case("mumugamma", {"min_photon_energy": 0.1, **MUONS_SEEN}, 0.2, 0),
    Case("tautau", {}, 0.95, 60),
    Case("tautau", {"decays": "mu,pi"}, 0.95, 0),
    Case("tautau", {"decays": "rho,rho"}, 0.95, 0),
    Case("gammanunu", {}, 0.65, 60),
    Case("mumununu", {"flavour": "mu"}, 0.2, 300),
    Case("mumununu", {"flavour": "tau"}, 0.2, 300),
    Case("mumununu", {"flavour": "e"}, 0.12, 300),
    Case("eemumu", {}, 0.3, 1000),
    Case("eemumu", MUONS_SEEN, 0.05, 0),
    Case("mumugammagamma", {"min_photon_energy": 1.0}, 0.045, 1000),
)


def slowness(case: Case, n: int = 200_000) -> float:
    """CPU time of one weighted event with its truth record, in units of one normal number."""
    generator = prepare(case.process, n, seed=1, parameters=case.parameters)

    def work() -> int:
        return sum(len(block) > 0 for block in generator.blocks()) and n

    return cpu_per_event(work, repeats=2) * reference_rate()


def efficiency(case: Case) -> tuple[float, float]:
    """Accepted over tried points, and the share of sigma in overweight events."""
    generator = prepare(case.process, 30_000, seed=2, unweighted=True, parameters=case.parameters)
    for _ in generator.blocks():
        pass
    metadata = generator.metadata()
    return metadata["n_events"] / metadata["n_tried"], metadata["overweight_share"]


def pulls(case: Case, seeds: int, n: int = 5000, adaptation_points: int = 5000) -> tuple[float, float, float]:
    """Mean, rms and largest modulus of the pulls of small samples around their precise mean."""
    results = []
    for seed in range(seeds):
        generator = prepare(case.process, n, seed=seed, adaptation_points=adaptation_points, parameters=case.parameters)
        for _ in generator.blocks():
            pass
        results.append([generator.metadata()[key] for key in ("sigma_fb", "sigma_error_fb")])
    precise = prepare(case.process, 400_000, seed=seeds, parameters=case.parameters)
    for _ in precise.blocks():
        pass
    sigma, error = np.array(results).T
    reference = precise.metadata()
    scale = np.hypot(error, reference["sigma_error_fb"])
    pull = (sigma - reference["sigma_fb"]) / scale
    return float(pull.mean()), float(pull.std()), float(np.abs(pull).max())


def main() -> int:
    """Print one row per case whose label contains one of the words given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="processes; none: all")
    parser.add_argument("--pulls", type=int, default=0, metavar="SEEDS", help="pulls over this many seeds instead")
    parser.add_argument("--json", type=Path, help="write the results here")
    options = parser.parse_args()
    chosen = [case for case in CASES if not options.names or case.process in options.names]
    rows = {}
    for case in chosen:
        if options.pulls:
            mean, rms, largest = pulls(case, options.pulls)
            rows[case.label] = {"mean": mean, "rms": rms, "largest": largest}
            print(f"{case.label:48s} mean {mean:+.2f}   rms {rms:.2f}   largest {largest:.1f}", flush=True)
            continue
        found, overweight = efficiency(case)
        slow = slowness(case)
        rows[case.label] = {"efficiency": found, "overweight_share": overweight, "slowness": slow}
        wanted = f"{case.efficiency:g}" if case.efficiency else "-"
        budget = f"R/{case.slowness:g}" if case.slowness else "-"
        print(f"{case.label:48s} {found:.3f} (want {wanted:5s})   R/{slow:<6.3g} (want {budget})", flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
