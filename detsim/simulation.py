"""Simulate the detector for whole samples: in memory, or from file to file."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lmutau.detsim.card import DetectorCard, load_card
from lmutau.detsim.frame import card_beams, to_frame
from lmutau.detsim.hit_or_miss import decide
from lmutau.detsim.response import particles_without_response, simulate_block
from lmutau.gen.errors import ConfigError, FileError, unknown_name
from lmutau.gen.metadata import beams_metadata, created_now, program_version
from lmutau.gen.parallel import ordered_map
from lmutau.gen.randomness import check_seed
from lmutau.gen.record import EventBlock
from lmutau.gen.sample import Sample, sample_of

__all__ = ["MODES", "Response", "simulate", "simulate_file"]

MODES = ("weights", "hit-or-miss")
"""How efficiencies and losses act."""


class Response:
    """The detector of a card, ready for the blocks of one sample: a function block -> block."""

    def __init__(
        self, card: DetectorCard, metadata: Mapping[str, Any], seed: int | None = None, mode: str = "weights"
    ) -> None:
        """Prepare for the sample with this ``metadata``; ``seed`` None takes the sample's.

        Raises
        ------
        ConfigError
            If the sample is not at truth level, or the mode does not exist.
        """
        if mode not in MODES:
            raise unknown_name("mode", mode, MODES)
        self._mode = mode
        if metadata.get("kind") != "truth":
            raise ConfigError(
                f"simulate: the sample is of kind {metadata.get('kind')!r}; allowed is 'truth' (from generate)."
            )
        self._card = card
        self._truth = metadata
        self._seed = int(metadata["seed"]) if seed is None else check_seed(seed)
        sqrt_s = float(metadata["beams"]["sqrt_s"])
        self._beams = beams_metadata(card_beams(card), sqrt_s)
        self._old = np.array(metadata["beams"]["four_momentum"], dtype=np.float64)
        self._new = np.array(self._beams["four_momentum"], dtype=np.float64)

    def __call__(self, block: EventBlock) -> EventBlock:
        """Reconstructed events of one luminosity block, in the laboratory frame of the card."""
        number = int(block.scalars["luminosityBlock"][0]) if len(block) else 0
        moved = to_frame(block, self._old, self._new)
        process = str(self._truth["process"])
        found = simulate_block(moved, self._card, seed=self._seed, process=process, luminosity_block=number)
        if self._mode == "weights":
            return found
        return decide(found, seed=self._seed, process=process, luminosity_block=number)

    def metadata(self) -> dict[str, Any]:
        """Metadata of the reconstructed sample: those of the truth, the detector, the new frame."""
        return {
            **self._truth,
            "kind": "reco",
            "version": program_version(),
            "parameters": {**self._truth["parameters"], "beams": self._beams["name"]},
            "beams": self._beams,
            "detector": {
                "name": self._card.name, "mode": self._mode, "seed": self._seed, "numbers": self._card.numbers(),
                "without_response": particles_without_response(self._truth.get("final_state", ())),
            },
            "created": created_now(),
        }  # fmt: skip


def simulate(
    sample: Sample, detector: str | Path = "belle2", *, seed: int | None = None, mode: str = "weights"
) -> Sample:
    """Simulate the detector for a sample in memory.

    Parameters
    ----------
    sample
        Truth events of :func:`lmutau.generate`.
    detector
        Name of a built-in card or path of a card (TOML).
    seed
        Seed of the detector's random numbers; None takes that of the sample.
    mode
        "weights": efficiencies and losses multiply ``weight``. "hit-or-miss": they are decided event by
        event, ``weight`` = ``genWeight``.

    Returns
    -------
    Sample
        The events with ``Muon``, ``Photon`` and ``weight`` = genWeight x efficiencies [fb].

    Raises
    ------
    ConfigError
        If the card does not exist or is wrong, or the sample is not at truth level.
    """
    response = Response(load_card(detector), sample.metadata, seed, mode)
    blocks = [response(block) for block in sample.block().luminosity_blocks()]
    return sample_of(blocks, response.metadata())


def simulate_file(
    source: Path,
    output: Path,
    *,
    detector: str | Path = "belle2",
    seed: int | None = None,
    mode: str = "weights",
    workers: int = 1,
    progress: Callable[[str, float], None] | None = None,
) -> dict[str, Any]:
    """Simulate the detector from file to file, block by block; returns the new metadata.

    ``source``: ROOT or Parquet of ours, LHE or HepMC3 of any generator (see :mod:`lmutau.gen.io.formats`).
    """
    from lmutau.gen.io.formats import read_events
    from lmutau.gen.io.root import EventWriter

    if output.exists() and source.exists() and output.samefile(source):
        raise FileError(f"output {output}: is the input; give another name.")
    started = time.perf_counter()
    truth, blocks = read_events(source)
    response = Response(load_card(detector), truth, seed, mode)
    done = 0
    if progress is not None:
        progress("simulate", 0.0)
    with EventWriter(output) as writer:
        for block in ordered_map(response, blocks, workers):
            writer.write(block)
            done += len(block)
            if progress is not None:
                progress("simulate", done / max(truth["n_events"], 1))
        metadata = {
            **response.metadata(),
            "source": source.name,
            "workers": workers,
            "wall_time_s": time.perf_counter() - started,
        }
        writer.finish(metadata)
    return metadata
