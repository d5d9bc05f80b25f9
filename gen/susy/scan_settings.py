"""What a scan of the parameter space is: number of points, seed, ranges; read from a card or made in code."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError, FileError, unknown_name
from lmutau.gen.randomness import BLOCK, check_seed
from lmutau.gen.susy.parameters import check_input, check_number
from lmutau.gen.susy.scheme import ALPHA_MZ, susy_numbers

__all__ = ["DEFAULT_RANGES", "PARAMETERS", "ScanSettings", "load_scan_card"]

DEFAULT_RANGES = MappingProxyType({name: tuple(entry["value"]) for name, entry in susy_numbers()["range"].items()})
"""Uniform priors of arXiv:2011.05083, from ``data/susy.toml``."""

PARAMETERS = tuple(DEFAULT_RANGES)
"""Scanned parameters; each takes one random number per point, in this order."""

_MOST = 10**10
_FORMULAS = ("charginos", "delta_a", "jacobi", "loop_functions", "magnetic_moment", "neutralinos", "scan", "scheme",
             "sleptons")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    """A scan: ``n`` points, uniform in ``ranges`` (GeV), a parameter not named keeps its default range.

    ``slepton_input``: slepton masses are soft masses ("soft") or entries of the mass matrix ("diagonal").

    Raises
    ------
    ConfigError
        If a number is out of range, a name does not exist, or a range is empty.
    """

    n: int
    seed: int
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    slepton_input: str = "soft"
    constants: Constants = field(default=CONSTANTS, repr=False)
    alpha_mz: float = ALPHA_MZ

    def __post_init__(self) -> None:
        """Check everything and complete the ranges."""
        if isinstance(self.n, bool) or not isinstance(self.n, int) or not 1 <= self.n <= _MOST:
            raise ConfigError(f"scan: n = {self.n!r}: allowed is a whole number from 1 to {_MOST}.")
        check_seed(self.seed)
        check_input(self.slepton_input)
        problems = [
            str(unknown_name("scan: parameter", name, PARAMETERS)) for name in self.ranges if name not in PARAMETERS
        ]
        complete = {}
        for name in PARAMETERS:
            try:
                complete[name] = _check_range(name, self.ranges.get(name, DEFAULT_RANGES[name]))
            except ConfigError as error:
                problems.append(str(error))
        if problems:
            raise ConfigError("\n".join(problems))
        object.__setattr__(self, "ranges", MappingProxyType(complete))

    @property
    def n_blocks(self) -> int:
        """Number of random blocks; the last may be cut short."""
        return -(-self.n // BLOCK)

    def description(self) -> dict[str, Any]:
        """Everything that fixes the numbers, JSON-ready."""
        return {
            "n": self.n,
            "seed": self.seed,
            "block": BLOCK,
            "ranges": {name: list(limits) for name, limits in self.ranges.items()},
            "slepton_input": self.slepton_input,
            "alpha_mz": self.alpha_mz,
            "constants": asdict(self.constants),
        }

    def fingerprint(self) -> str:
        """Hash of all that fixes the points but their number, formulas included: no part of another scan is used."""
        described = {key: value for key, value in self.description().items() if key != "n"}
        digest = hashlib.sha256(json.dumps(described, sort_keys=True).encode())
        for name in _FORMULAS:
            digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
        return digest.hexdigest()[:16]


def _check_range(name: str, limits: Any) -> tuple[float, float]:
    """A pair of numbers in ascending order, both allowed for the parameter."""
    if not isinstance(limits, list | tuple) or len(limits) != 2:
        raise ConfigError(f"scan: {name} = {limits!r}: allowed is a pair of numbers, lowest and highest.")
    if any(isinstance(limit, bool) or not isinstance(limit, int | float) for limit in limits):
        raise ConfigError(f"scan: {name} = {limits!r}: allowed is a pair of numbers, lowest and highest.")
    low, high = (float(check_number(name, limit, "scan")) for limit in limits)
    if low > high:
        raise ConfigError(f"scan: {name} = {low:g}:{high:g}: the first must not be above the second; exchange them.")
    return low, high


def load_scan_card(path: Path) -> dict[str, Any]:
    """Read a card: ``[scan] n, seed, slepton_input, n_sigma`` and ``[ranges] NAME = [low, high]``; all are optional.

    Raises
    ------
    FileError
        If the file does not exist or cannot be read.
    ConfigError
        If it is not TOML or has an unknown section or key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"card {path}: cannot be read ({error}).") from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"card {path}: not valid TOML: {error}.") from error
    allowed = {"scan": ("n", "seed", "slepton_input", "n_sigma"), "ranges": PARAMETERS}
    problems = []
    for section, entries in table.items():
        if section not in allowed:
            problems.append(str(unknown_name(f"card {path}: section", section, allowed)))
            continue
        if not isinstance(entries, dict):
            problems.append(
                f"card {path}: {section} = {entries!r}: is a section; write [{section}] and its keys below."
            )
            continue
        problems += [
            str(unknown_name(f"card {path}: {section}: key", key, allowed[section]))
            for key in entries
            if key not in allowed[section]
        ]
    if problems:
        raise ConfigError("\n".join(problems))
    return {**table.get("scan", {}), "ranges": table.get("ranges", {})}
