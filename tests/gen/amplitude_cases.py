"""Table of all squared amplitudes: production, spinors, masses, symmetries, reference points."""

import dataclasses
import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lmutau.gen import squared_amplitude
from lmutau.gen.constants import CONSTANTS
from tests import spinors
from tests.phase_space_points import stiffness

Array = NDArray[Any]
FOLDER = Path(__file__).parents[1] / "reference"
CONST = dataclasses.replace(CONSTANTS, alpha=1 / 137.035999, m_e=0.51099895e-3, m_mu=0.1056583755)
E, MU = CONST.m_e, CONST.m_mu


@dataclasses.dataclass(frozen=True)
class Case:
    """A squared amplitude with fixed parameters.

    ``masses`` of all particles, beams first; ``conjugate``: the order in which the particles stand
    for their antiparticles; ``qed``: C and P hold separately, else CP; ``entry``: name of the value
    in the file of reference points; ``photons``: places of the photons.
    """

    name: str
    masses: tuple[float, ...]
    conjugate: tuple[int, ...]
    file: str
    entry: str = "me2"
    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    qed: bool = True
    photons: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        return "-".join([self.name, *(str(value) for value in self.parameters.values())])

    @property
    def threshold(self) -> float:
        return sum(self.masses[2:])

    def production(self, momenta: Array) -> Array:
        return squared_amplitude(self.name, momenta.astype(np.float64), constants=CONST, **self.parameters)

    def spinors(self, momenta: Array) -> Array:
        """The same from Feynman diagrams, precision of the momenta, rounded at the end."""
        function: Callable[..., Array] = getattr(spinors, _ENGINE.get(self.name, self.name))
        return function(momenta, constants=CONST, **self.parameters).astype(np.float64)

    def tolerance(self, momenta: Array) -> Array:
        """Relative tolerance for double-precision code that gets only the momenta.

        A hundred rounding errors, amplified by s over the smallest invariant; never above 1e-3.
        """
        if self.name == "tautau":  # only the beams have an invariant that matters, s itself
            return np.full(len(momenta), 1e-10)
        amplified = 100 * np.finfo(np.float64).eps * stiffness(momenta, self.masses, self.photons)
        return np.clip(amplified, 1e-10, 1e-3)


_ENGINE = {"tautau": "tautau_mumu4nu"}
_PAIR, _WITH_BOSON, _FOUR = (1, 0, 3, 2), (1, 0, 3, 2, 4), (1, 0, 3, 2, 5, 4)


def _boson_cases() -> list[Case]:
    boson = [
        Case("mumuzp", (E, E, MU, MU, mass), _WITH_BOSON, "mumu", parameters={"mass": mass, "g": 0.7})
        for mass in (0.001, 0.1, 5.0)
    ]
    return boson + [
        Case(
            "gammazp",
            (E, E, 0.0, mass),
            (1, 0, 2, 3),
            "gammazp",
            parameters={"mass": mass, "epsilon": 0.3},
            photons=(2,),
        )
        for mass in (0.001, 0.1, 5.0)
    ]


def _neutrino_cases() -> list[Case]:
    cases = []
    for flavour in ("e", "mu", "tau"):
        for scheme in ("mixed", "alpha0"):
            common: dict[str, Any] = {
                "file": "neutrinos",
                "entry": f"me2_nu_{flavour}_{scheme}",
                "parameters": {"flavour": flavour, "ew_scheme": scheme},
                "qed": False,
            }
            cases.append(Case("mumununu", (E, E, MU, MU, 0.0, 0.0), _FOUR, **common))
            if flavour == "tau":  # for this process the same as a muon neutrino, and listed once
                common["entry"] = f"me2_nu_mu_{scheme}"
            cases.append(Case("gammanunu", (E, E, 0.0, 0.0, 0.0), (1, 0, 2, 4, 3), photons=(2,), **common))
    return cases


def _tau_cases() -> list[Case]:
    masses, conjugate = (E, E, MU, 0.0, 0.0, MU, 0.0, 0.0), (1, 0, 5, 6, 7, 2, 3, 4)
    return [
        Case("tautau", masses, conjugate, "tautau", entry, {"spin_correlation": correlated}, qed=False)
        for entry, correlated in (("me2", True), ("me2_uncorrelated", False))
    ]


CASES = (
    Case("mumu", (E, E, MU, MU), _PAIR, "mumu"),
    Case("mumugamma", (E, E, MU, MU, 0.0), _WITH_BOSON, "mumu", photons=(4,)),
    Case("eemumu", (E, E, E, E, MU, MU), _FOUR, "eemumu"),
    Case("mumugammagamma", (E, E, MU, MU, 0.0, 0.0), (1, 0, 3, 2, 4, 5), "mumugammagamma", photons=(4, 5)),
    *_boson_cases(),
    *_neutrino_cases(),
    *_tau_cases(),
)


@functools.cache
def _points(file: str, name: str) -> list[dict[str, Any]]:
    path = FOLDER / f"points_{file}.json"
    if not path.exists():
        pytest.skip(f"no reference points for {name} yet")
    content = json.loads(path.read_text(encoding="utf-8"))
    rows = content["processes"][name] if "processes" in content else content
    points: list[dict[str, Any]] = rows["points"] if isinstance(rows, dict) else rows
    return points


def _value(point: Mapping[str, Any], key: str, entry: str) -> float:
    value = point[key]
    return float(value[entry] if isinstance(value, dict) else value)


def reference_points(case: Case) -> list[tuple[Case, Array, Array, Array]]:
    """Per boson mass of the points: the case at that mass, momenta (n, particles, 4), |M|², tolerances."""
    groups: dict[float | None, list[dict[str, Any]]] = {}
    for point in _points(case.file, case.name):
        mass = point.get("mass", point.get("params", {}).get("mZp"))
        groups.setdefault(mass, []).append(point)
    result = []
    for mass, group in groups.items():
        here = case
        if mass is not None:  # the points have all couplings equal to 1
            here = dataclasses.replace(case, masses=(*case.masses[:-1], mass), parameters={"mass": mass})
        momenta = np.array([point["momenta"] for point in group])
        value, tol = (np.array([_value(point, key, case.entry) for point in group]) for key in ("me2", "tol"))
        result.append((here, momenta, value, tol))
    return result
