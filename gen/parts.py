"""Parts of a sample: what was drawn with one seed, and where its events are found."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lmutau.gen.errors import FileError

__all__ = ["Part", "parts_of"]

Range = tuple[int, int]
"""First and last, both included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Blocks of the random numbers of one seed.

    ``blocks``: numbers of the random blocks, from 0; ``luminosity_blocks``: those of the events in the sample.
    ``detector_seed``: None at truth level. ``targeted``, ``adaptation_points``, ``version``: how it was made.
    """

    seed: int
    blocks: Range
    luminosity_blocks: Range
    n_tried: int
    detector_seed: int | None = None
    targeted: bool = False
    adaptation_points: int | None = None
    version: str | None = None

    def __str__(self) -> str:
        """One line."""
        (first, last), (begin, end) = self.blocks, self.luminosity_blocks
        return f"seed {self.seed}: {self.n_tried} tries, blocks {first}-{last}, luminosityBlock {begin}-{end}"

    def overlaps(self, other: "Part") -> bool:
        """Return whether both have random numbers in common."""
        return self.seed == other.seed and self.blocks[0] <= other.blocks[1] and other.blocks[0] <= self.blocks[1]

    def shifted(self, shift: int) -> "Part":
        """Return the part with its luminosity blocks renumbered."""
        first, last = self.luminosity_blocks
        return dataclasses.replace(self, luminosity_blocks=(first + shift, last + shift))

    def to_dict(self) -> dict[str, Any]:
        """For the metadata; what is None is left out."""
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in dataclasses.asdict(self).items()
            if value is not None
        }


def parts_of(metadata: Mapping[str, Any], name: str) -> tuple[Part, ...]:
    """Parts of the sample with this ``metadata``: those of a merged one, else the one that it is.

    A file of some blocks of a sample says which in ``blocks`` = [first, last]; without, it has all from 0 on.

    Raises
    ------
    FileError
        If the metadata are damaged; ``name`` is for the message.
    """
    detector_seed = metadata.get("detector", {}).get("seed")
    try:
        if "parts" not in metadata:
            return (_whole(metadata, detector_seed),)
        parts = []
        for found in metadata["parts"]:
            ranges = {key: _range(found[key]) for key in ("blocks", "luminosity_blocks")}
            part = Part(**{**found, **ranges})
            # the detector may have come after the sum
            parts.append(dataclasses.replace(part, detector_seed=found.get("detector_seed", detector_seed)))
        if not parts:
            raise ValueError("none")
    except (TypeError, ValueError, KeyError) as error:
        raise FileError(f"input {name}: damaged metadata: parts or blocks ({error}); make the file again.") from error
    return tuple(parts)


def _whole(metadata: Mapping[str, Any], detector_seed: int | None) -> Part:
    if "blocks" in metadata:
        blocks = _range(metadata["blocks"])
    else:
        blocks = (0, -(-int(metadata["n_tried"]) // int(metadata["block_size"])) - 1)
    return Part(
        seed=int(metadata["seed"]),
        blocks=blocks,
        luminosity_blocks=(blocks[0] + 1, blocks[1] + 1),
        n_tried=int(metadata["n_tried"]),
        detector_seed=detector_seed,
        targeted=bool(metadata["targeted"]),
        adaptation_points=metadata.get("adaptation_points"),
        version=metadata.get("version"),
    )


def _range(value: Any) -> Range:
    first, last = (int(number) for number in value)
    if not 0 <= first <= last:
        raise ValueError(f"[{first}, {last}]")
    return first, last
