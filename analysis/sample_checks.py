"""Which samples may be analysed together."""

from collections.abc import Mapping, Sequence
from typing import Any

from lmutau.analysis.sensitivity import ReachSample
from lmutau.gen.errors import ConfigError

__all__ = ["check_reconstructed", "repeated_backgrounds"]

_SAME_EVENTS = {"mumu": "mu mu (gamma)", "mumugamma": "mu mu (gamma)", "mumugammagamma": "mu mu (gamma)"}


def repeated_backgrounds(parts: Sequence[ReachSample], parameters: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Sentences about backgrounds that are added although they may be the same events; ``parameters`` by name."""
    groups: dict[tuple[str, str], list[str]] = {}
    for part in parts:
        if part.mass is None:
            key = (_SAME_EVENTS.get(part.process, part.process), str(parameters[part.name].get("decays")))
            groups.setdefault(key, []).append(part.name)
    return [
        f"{', '.join(names)} are all backgrounds of {what} and are added; if they are the same events, put them "
        "together with lmutau merge or keep some out with reach = false"
        for (what, _), names in groups.items()
        if len(names) > 1
    ]


def check_reconstructed(metadata: Sequence[Mapping[str, Any]], labels: Sequence[str] = ()) -> None:
    """Refuse samples that no detector has seen, of different energies or detectors, and the same events twice."""
    energies = {float(one["beams"]["sqrt_s"]) for one in metadata}
    if len(energies) > 1:
        found = ", ".join(f"{energy:g}" for energy in sorted(energies))
        raise ConfigError(f"samples of different sqrt_s ({found} GeV) cannot be analysed together; separate them.")
    for index, one in enumerate(metadata):
        if one.get("kind") != "reco":
            cure = "run lmutau simulate first" if one.get("kind") == "truth" else "give the file it was made from"
            raise ConfigError(
                f"{labels[index] if labels else f'sample {index}'} ({one.get('process')}) is of kind "
                f"{one.get('kind')!r}; allowed is 'reco': {cure}."
            )
    detectors = {(one["detector"]["name"], one["beams"]["name"]) for one in metadata if "detector" in one}
    if len(detectors) > 1:
        found = ", ".join(sorted(f"{name} ({beams} beams)" for name, beams in detectors))
        raise ConfigError(f"samples of different detectors cannot be analysed together: {found}. Simulate them alike.")
    _refuse_doubles(metadata, labels)


def _refuse_doubles(metadata: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> None:
    """Refuse the same events twice."""
    seen: dict[str, str] = {}
    for index, one in enumerate(metadata):
        drawn = {key: one.get(key) for key in ("process", "seed", "parameters", "cuts", "n_tried")}
        text, name = repr(sorted(drawn.items(), key=str)), labels[index] if labels else f"sample {index}"
        if one.get("seed") is not None and text in seen:
            raise ConfigError(
                f"{name} and {seen[text]} hold the same events ({one.get('process')}, seed {one['seed']})."
            )
        seen[text] = name
