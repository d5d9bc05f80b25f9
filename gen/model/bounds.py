"""What excludes the Z' in the plane of mass and coupling: computed curves, printed lines, your own files."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError, unknown_name
from lmutau.gen.model.anomalies import Anomaly, explaining_couplings, find_anomaly
from lmutau.gen.model.arguments import checked_array, checked_number
from lmutau.gen.model.bound_files import BoundFile, read_bounds
from lmutau.gen.model.data_files import bound_numbers, read_data
from lmutau.gen.model.kinetic_mixing import kinetic_mixing
from lmutau.gen.model.trident import trident_heavy_limit, trident_light_limit
from lmutau.gen.model.z_pole import z_pole_limit

__all__ = ["BOUNDS", "Bound", "bounds", "read_bounds"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One bound on a grid of masses.

    ``g``: largest allowed coupling, shape of the masses; NaN where the bound says nothing, 0 where it allows
    no coupling. ``valid``: range of masses [GeV]. ``cl``: confidence level, None where the source gives
    none. ``kind``: computed (by a formula here), published (a printed number) or user (a file).
    """

    name: str
    label: str
    g: Array = field(repr=False)
    valid: tuple[float, float]
    cl: float | None
    kind: str
    source: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """How one bound is made."""

    label: str
    limit: Callable[[Array, Constants], Array]
    valid: Callable[[Constants], tuple[float, float]]
    cl: float | None
    kind: str
    source: str
    note: str


DEFAULT_ANOMALY = "banerjee2020"


def _g2(anomaly: Anomaly, n_sigma: float) -> "_Rule":
    """Upper edge of the band of couplings that explain the discrepancy."""
    return _Rule(
        label="$(g-2)_\\mu$ overshoots",
        limit=lambda masses, constants: explaining_couplings(masses, anomaly, n_sigma, constants=constants)["high"],
        valid=lambda constants: (0.0, math.inf),
        cl=math.erf(n_sigma / math.sqrt(2)),
        kind="computed",
        source=f"{anomaly.source} (the discrepancy {anomaly.name}); arXiv:1811.00407, eq. (4)",
        note=f"above, the Z' makes more than the discrepancy plus {n_sigma:g} of its errors",
    )


def _flat(group: str) -> Callable[[Array, Constants], Array]:
    return lambda masses, constants: np.full(masses.shape, bound_numbers(group)["coupling"])


def _nothing_allowed(masses: Array, constants: Constants) -> Array:
    return np.zeros(masses.shape)


def _below(group: str) -> Callable[[Constants], tuple[float, float]]:
    return lambda constants: (0.0, bound_numbers(group)["mass"])


def _source(group: str, key: str) -> str:
    return str(read_data("bounds.toml")[group][key]["source"])


_RULES: Mapping[str, _Rule] = MappingProxyType(
    {
        "trident-light": _Rule(
            label="CCFR (light, leading log)",
            limit=lambda masses, constants: trident_light_limit(masses, constants=constants),
            valid=lambda constants: (bound_numbers("trident")["light_above"], bound_numbers("trident")["light_below"]),
            cl=0.95,
            kind="computed",
            source="arXiv:1904.13053, eq. (2.10), folded with the photons of iron",
            note="leading logarithms, tens of per cent: not a precision curve",
        ),
        "trident-heavy": _Rule(
            label="CCFR",
            limit=lambda masses, constants: trident_heavy_limit(masses, constants=constants),
            valid=lambda constants: (bound_numbers("trident")["heavy_above"], math.inf),
            cl=0.95,
            kind="computed",
            source="arXiv:1904.13053, section 2, contact interaction",
            note="exact for a mass well above a few GeV",
        ),
        "z-pole": _Rule(
            label="$Z\\to\\mu\\mu$",
            limit=lambda masses, constants: z_pole_limit(masses, constants=constants),
            valid=lambda constants: (1e-9, math.inf),
            cl=None,
            kind="computed",
            source="arXiv:1904.13053, eqs. (2.5) to (2.9), prefactor corrected",
            note="central values only, as in the paper; no error enters",
        ),
        "bbn": _Rule(
            label="$\\Delta N_{eff} < 0.7$",
            limit=_nothing_allowed,
            valid=_below("bbn"),
            cl=None,
            kind="published",
            source=_source("bbn", "mass"),
            note="no coupling allowed that brings the Z' into equilibrium in the early universe",
        ),
        "bbn-strict": _Rule(
            label="$\\Delta N_{eff} < 0.1$",
            limit=_nothing_allowed,
            valid=_below("bbn_strict"),
            cl=None,
            kind="published",
            source=_source("bbn_strict", "mass"),
            note="as bbn, with the stronger assumption",
        ),
        "na62": _Rule(
            label="NA62",
            limit=_flat("na62"),
            valid=lambda constants: (0.0, 2 * constants.m_mu),
            cl=None,
            kind="published",
            source=_source("na62", "coupling"),
            note="one printed number for all masses below 2 m_mu",
        ),
        "z-4mu": _Rule(
            label="$Z\\to 4\\mu$",
            limit=_flat("z_to_4mu"),
            valid=lambda constants: (2 * constants.m_mu, bound_numbers("z_to_4mu")["mass"]),
            cl=None,
            kind="published",
            source=_source("z_to_4mu", "coupling"),
            note="one printed number for all masses; needs the decay to muons, hence from 2 m_mu",
        ),
    }
)

BOUNDS = ("g-2", *_RULES)
"""Names of the bounds that come with the package."""


def bounds(
    masses: ArrayLike,
    names: Sequence[str] | None = None,
    *,
    files: Sequence[BoundFile] = (),
    anomaly: Anomaly | None = None,
    n_sigma: float = 2.0,
    r: float = 1.0,
    smuon_mass: float | None = None,
    constants: Constants = CONSTANTS,
) -> dict[str, Bound]:
    """Upper limits on g_X on a grid of masses, NaN where a bound does not reach.

    Parameters
    ----------
    masses
        Masses of the Z' [GeV], any shape.
    names
        Some of :data:`BOUNDS`; None: all.
    files
        Your own bounds, from :func:`read_bounds`.
    anomaly, n_sigma
        Discrepancy of the bound ``g-2`` (None: the one of arXiv:2011.05083) and how many errors it may be exceeded.
    r, smuon_mass
        Slepton mass ratio and smuon mass: rescale those bounds of your files that act through kinetic mixing.
    constants
        Masses and couplings of the computed curves.

    Returns
    -------
    dict
        Name -> :class:`Bound`, the files last.

    Raises
    ------
    ConfigError
        If a name is unknown, two bounds have the same name, a mass is negative, ``r`` or ``smuon_mass`` is not
        positive, or no coupling explains the discrepancy.
    """
    grid = checked_array("mass", masses, "GeV", 0.0, 1e30)
    kinetic_mixing(0.0, checked_number("r", r, "(stau over smuon mass)", 1e-30, 1e30), 1.0, smuon_mass)
    _check_names(files)
    found = {}
    for name in BOUNDS if names is None else names:
        if name not in BOUNDS:
            raise unknown_name("bound", name, BOUNDS)
        rule = _g2(anomaly or find_anomaly(DEFAULT_ANOMALY), n_sigma) if name == "g-2" else _RULES[name]
        low, high = rule.valid(constants)
        inside = (grid >= low) & (grid <= high)
        g = np.full(grid.shape, np.nan)
        g[inside] = rule.limit(grid[inside], constants)
        described = {key: getattr(rule, key) for key in ("label", "cl", "kind", "source", "note")}
        found[name] = Bound(name=name, g=g, valid=(low, high), **described)
    for file in files:
        g = file.limit(grid, r, smuon_mass, constants=constants)
        found[file.name] = Bound(
            name=file.name, label=file.name, g=g, valid=(float(file.mass[0]), float(file.mass[-1])), cl=file.cl,
            kind="user", source=file.source, note=file.note,
        )  # fmt: skip
    return found


def _check_names(files: Sequence[BoundFile]) -> None:
    """No file may take the place of a bound of ours, or of another file."""
    seen: dict[str, str] = {}
    for file in files:
        here = file.path or file.name
        if file.name in BOUNDS:
            raise ConfigError(f"bounds {here}: the program has a bound {file.name!r} of its own; rename the file.")
        if file.name in seen:
            raise ConfigError(f"bounds {here} and {seen[file.name]}: both are named {file.name!r}; rename one.")
        seen[file.name] = here
