"""Run cards: the TOML file that ``lmutau run`` follows, checked before any work."""

import difflib
import functools
import math
import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from lmutau.gen.counts import whole
from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.randomness import BLOCK

if TYPE_CHECKING:
    from lmutau.analysis.selection import Selection
    from lmutau.detsim.card import DetectorCard

__all__ = ["BUILT_IN", "RunCard", "SampleEntry", "built_in_cards", "load_parts", "load_run_card"]

_ROUNDED = 0.01  # papers round sqrt(s)

BUILT_IN = "jkpt2019"
"""The card of ``lmutau run`` without an argument."""

_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]
_MOST_POINTS = (2**32 - 1) * BLOCK
_Count = Annotated[int, BeforeValidator(whole), Field(ge=1, le=_MOST_POINTS, strict=True)]
_Adaptation = Annotated[int, BeforeValidator(whole), Field(ge=1000, le=10_000_000, strict=True)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RunSection(_Section):
    """[run]: name of the run, seed, luminosities [fb^-1]."""

    name: Annotated[str, Field(min_length=1)]
    seed: Annotated[int, Field(ge=0, lt=2**63, strict=True)]
    luminosity: Annotated[list[_Positive], Field(min_length=1)]
    title: str = ""


class BeamSection(_Section):
    """[beam]: c.m. energy [GeV]; the laboratory frame is the detector's."""

    sqrt_s: _Positive = 10.58


class NamedSection(_Section):
    """[detector], [selection]: a built-in name or the path of a card."""

    name: Annotated[str, Field(min_length=1)]


class SampleEntry(_Section):
    """[[sample]]: one process with its parameters, cuts, and number of sampling points.

    ``reach`` = false: in the cut flow only, not in plots and reach (the same events in another approximation).
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$")]
    process: str
    n_events: _Count
    parameters: dict[str, Any] = {}
    cuts: dict[str, Any] = {}
    targeted: Annotated[bool, Field(strict=True)] = False
    reach: Annotated[bool, Field(strict=True)] = True
    adaptation_points: _Adaptation | None = None


class RunCard(_Section):
    """A checked run card; ``text`` is the card as it was written."""

    run: RunSection
    beam: BeamSection = BeamSection()
    detector: NamedSection
    selection: NamedSection
    sample: Annotated[list[SampleEntry], Field(min_length=1)]
    text: Annotated[str, Field(exclude=True, repr=False)] = ""

    def with_seed(self, seed: int) -> "RunCard":
        """Return the same card with another seed.

        Raises
        ------
        ConfigError
            If it is negative or too large.
        """
        from lmutau.gen.randomness import check_seed

        return self.model_copy(update={"run": self.run.model_copy(update={"seed": check_seed(seed)})})

    def with_events(self, factor: float) -> "RunCard":
        """Return the same card with ``factor`` times as many sampling points in every sample; its text says so.

        Raises
        ------
        ConfigError
            If a sample would have none, or too many.
        """
        if not 0 < factor < math.inf:
            raise ConfigError(f"--events = {factor:g}: allowed are positive numbers; 0.1 runs a tenth of the points.")
        samples = []
        for sample in self.sample:
            number = round(sample.n_events * factor)
            if not 1 <= number <= _MOST_POINTS:
                raise ConfigError(
                    f"--events = {factor:g}: sample {sample.name!r} would have {number} points; "
                    f"allowed are 1 to {_MOST_POINTS}."
                )
            samples.append(sample.model_copy(update={"n_events": number}))
        text = f"# run with {factor:g} times the n_events of this card (--events {factor:g})\n{self.text}"
        return self.model_copy(update={"sample": samples, "text": text})


def built_in_cards() -> tuple[str, ...]:
    """Names of the run cards that come with the package."""
    folder = resources.files("lmutau.data").joinpath("cards")
    return tuple(sorted(Path(f.name).stem for f in folder.iterdir() if f.name.endswith(".toml")))


def load_run_card(card: Path | str | None = None) -> RunCard:
    """Read and check a run card: a file, the name of a built-in one, or None for the first of them.

    Raises
    ------
    FileError
        If the file does not exist or cannot be read.
    ConfigError
        If it is not TOML, or keys or values are wrong: all problems in one message.
    """
    path = None if card is None or str(card) in built_in_cards() else Path(card)
    if path is None:
        name = BUILT_IN if card is None else str(card)
        text = _built_in_text(name)
    else:
        name, text = str(path), _read(path)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"card {name}: not valid TOML: {error}.") from error
    if "text" in table:
        raise ConfigError(f"card {name}: text: unknown key; remove it.")
    try:
        checked = RunCard.model_validate({**table, "text": text})
    except ValidationError as error:
        problems = [_explain(dict(item)) for item in error.errors()]
        raise ConfigError("\n".join(f"card {name}: {problem}" for problem in problems)) from None
    if path is not None:
        checked = _relative_to(checked, path.parent)
    _check_consistency(checked, name)
    return checked


def _relative_to(card: RunCard, folder: Path) -> RunCard:
    """Cards that a card names by a relative path lie beside it."""
    changes = {}
    for key in ("detector", "selection"):
        section: NamedSection = getattr(card, key)
        if section.name.endswith(".toml") and not Path(section.name).is_absolute():
            changes[key] = NamedSection(name=str(folder / section.name))
    return card.model_copy(update=changes)


def load_parts(card: RunCard) -> "tuple[DetectorCard, Selection]":
    """Load the detector card and the selection that a run card names.

    Raises
    ------
    ConfigError
        If one does not exist or is wrong.
    """
    from lmutau.analysis.selection import load_selection
    from lmutau.detsim.card import load_card

    return load_card(card.detector.name), load_selection(card.selection.name)


@functools.cache
def _built_in_text(name: str) -> str:
    return resources.files("lmutau.data").joinpath("cards", f"{name}.toml").read_text(encoding="utf-8")


def _read(path: Path) -> str:
    if not path.exists():
        near = difflib.get_close_matches(str(path), built_in_cards(), n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise FileError(f"card {path}: no such file, and no built-in card ({', '.join(built_in_cards())}).{hint}")
    if path.is_dir():
        raise FileError(f"card {path}: is a folder; give a TOML file.")
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"card {path}: cannot be read as text ({error}).") from error


_KEYS = {
    "": tuple(key for key in RunCard.model_fields if key != "text"),
    "run": tuple(RunSection.model_fields),
    "beam": tuple(BeamSection.model_fields),
    "detector": tuple(NamedSection.model_fields),
    "selection": tuple(NamedSection.model_fields),
    "sample": tuple(SampleEntry.model_fields),
}


def _explain(problem: dict[str, Any]) -> str:
    """One line: path, value, what is allowed, and for unknown keys the nearest."""
    location = [str(part) for part in problem["loc"]]
    path = re.sub(r"\.(\d+)", r"[\1]", ".".join(location))
    if problem["type"] == "extra_forbidden":
        allowed = _KEYS.get(location[0] if len(location) > 1 else "", ())
        near = difflib.get_close_matches(location[-1], allowed, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        return f"{path}: unknown key.{hint} Allowed: {', '.join(allowed)}."
    if problem["type"] == "missing":
        return f"{path}: missing."
    if problem["type"] == "string_pattern_mismatch":
        return f"{path} = {problem['input']!r}: allowed are letters, digits, _ . + -, first a letter or digit."
    message = str(problem["msg"])
    return f"{path} = {problem['input']!r}: {message[:1].lower()}{message[1:]}."


def _check_consistency(card: RunCard, name: str) -> None:
    """What no single key can tell: names that collide, parameters that do not exist."""
    problems = []
    names = [sample.name for sample in card.sample]
    for index, sample in enumerate(card.sample):
        if sample.name in names[:index]:
            problems.append(f"sample[{index}].name = {sample.name!r}: used twice; every sample needs its own name.")
        problems += [f"sample[{index}]: {text}" for text in _sample_problems(sample, card.beam.sqrt_s)]
    for key in ("detector", "selection"):
        problems += [f"{key}: {text}" for text in _part_problems(key, getattr(card, key).name)]
    if not problems:
        problems += _beam_problems(card)
    if not problems and not load_parts(card)[1].target.scales:
        problems += [
            f"sample[{index}].targeted = true: selection {card.selection.name!r} has no [target]; add it or set false."
            for index, sample in enumerate(card.sample)
            if sample.targeted
        ]
    if problems:
        raise ConfigError("\n".join(f"card {name}: {problem}" for problem in problems))


def _beam_problems(card: RunCard) -> list[str]:
    """A collision energy that the beams of the detector do not have; papers round theirs by less than 1 %."""
    from lmutau.detsim.frame import card_beams

    beams = card_beams(load_parts(card)[0])
    energies, half = (beams.electron_energy, beams.positron_energy), beams.crossing_angle / 2
    sqrt_s = 2 * math.sqrt(energies[0] * energies[1]) * math.cos(half)
    if abs(card.beam.sqrt_s / sqrt_s - 1) <= _ROUNDED:
        return []
    return [
        f"beam.sqrt_s = {card.beam.sqrt_s:g} GeV: allowed is {sqrt_s:.4g} GeV within 1 %, that of the beams of "
        f"detector {card.detector.name!r} ({energies[0]:g} and {energies[1]:g} GeV); set it, or give a card "
        "with other beams."
    ]


def _part_problems(key: str, name: str) -> list[str]:
    from lmutau.analysis.selection import load_selection
    from lmutau.detsim.card import load_card

    try:
        (load_card if key == "detector" else load_selection)(name)
    except (ConfigError, FileError) as error:
        return str(error).splitlines()
    return []


def _sample_problems(sample: SampleEntry, sqrt_s: float) -> list[str]:
    from lmutau.gen.constants import CONSTANTS
    from lmutau.gen.cuts import cut_table
    from lmutau.gen.parameters import resolve_parameters
    from lmutau.gen.processes import find_process

    if double := sorted(set(sample.parameters) & set(sample.cuts)):
        return [f"{', '.join(double)}: in parameters and in cuts; keep one."]
    for key, cure in (("sqrt_s", "[beam] sqrt_s"), ("beams", "the detector card")):
        if key in sample.parameters or key in sample.cuts:
            return [f"parameters.{key}: set by {cure} for the whole run; remove it here."]
    try:
        process = find_process(sample.process)
        values, cuts = resolve_parameters(process, {**sample.parameters, **sample.cuts, "sqrt_s": sqrt_s})
        setup = process.prepare({**values, **cuts}, CONSTANTS, sample.targeted)
        cut_table(cuts, setup.record, process.name)
    except ConfigError as error:
        return str(error).splitlines()
    return []
