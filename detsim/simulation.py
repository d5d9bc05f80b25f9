"""Simulate the detector for whole samples: in memory, or from file to file."""

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lmutau.detsim.card import DetectorCard, load_card
from lmutau.detsim.event_loop import count
from lmutau.detsim.frame import card_beams, to_frame
from lmutau.detsim.hit_or_miss import decide
from lmutau.detsim.particles import particles_without_response
from lmutau.detsim.response import simulate_block
from lmutau.gen.errors import ConfigError, FileError, unknown_name
from lmutau.gen.history import sources, stages
from lmutau.gen.metadata import beams_metadata, created_now, program_version
from lmutau.gen.parallel import ordered_map
from lmutau.gen.randomness import check_seed
from lmutau.gen.record import STATUS_FINAL, EventBlock
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
            If the sample is not at truth level, the mode does not exist, or the sample has particles that the
            card refuses.
        """
        if mode not in MODES:
            raise unknown_name("mode", mode, MODES)
        self._mode = mode
        if metadata.get("kind") != "truth":
            cure = ": go on with lmutau analyze" if metadata.get("kind") == "reco" else ""
            raise ConfigError(
                f"simulate: the sample ({metadata.get('process')}) is of kind {metadata.get('kind')!r}; allowed is "
                f"'truth' (from generate){cure}."
            )
        self._card = card
        self._truth = metadata
        self._seed = int(metadata["seed"]) if seed is None else check_seed(seed)
        sqrt_s = float(metadata["beams"]["sqrt_s"])
        self._beams = beams_metadata(card_beams(card), sqrt_s)
        self._old = np.array(metadata["beams"]["four_momentum"], dtype=np.float64)
        self._new = np.array(self._beams["four_momentum"], dtype=np.float64)
        self._unseen: set[int] = set()
        self._known = "final_state" in metadata
        self._note(metadata.get("final_state", ()))

    def __call__(self, block: EventBlock) -> EventBlock:
        """Reconstructed events of one luminosity block, in the laboratory frame of the card."""
        number = int(block.scalars["luminosityBlock"][0]) if len(block) else 0
        moved = to_frame(block, self._old, self._new)
        if not self._known:
            self._look_for_strangers(block)
        stage: dict[str, Any] = {"seed": self._seed, "process": str(self._truth["process"]), "luminosity_block": number}
        found = simulate_block(moved, self._card, total=self._new, **stage)
        if self._mode == "weights":
            return found
        return decide(found, self._card.trigger, self._new, **stage)

    def _look_for_strangers(self, block: EventBlock) -> None:
        """Note particles without response in samples whose metadata do not list their particles."""
        pdg_id: Any = block.collections["GenPart"]["pdgId"]
        status: Any = block.collections["GenPart"]["status"]
        if count(pdg_id, status)[2] > 0:
            self._note(np.unique(pdg_id[status == STATUS_FINAL]).tolist())

    def _note(self, final_state: Iterable[int]) -> None:
        """Remember the particles without response among these, or refuse them, as the card says."""
        policy, unseen = self._card.particles.without_response, particles_without_response(final_state)
        if unseen and policy == "refuse":
            codes = ", ".join(map(str, unseen))
            raise ConfigError(
                f"simulate: the sample has particles with |PDG id| {codes}, for which the detector {self._card.name} "
                "has no response; particles.without_response = 'report' or 'invisible' in the card lets them pass."
            )
        if policy == "report":
            self._unseen.update(unseen)

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
                "without_response": sorted(self._unseen),
            },
            "stages": stages(self._truth, "simulate", self._card.name),
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
        The events with ``Track``, ``Muon``, ``Electron``, ``Photon``, the trigger probabilities and
        ``weight`` = genWeight x efficiencies x losses [fb]; see
        :func:`lmutau.detsim.response.simulate_block`.

    Raises
    ------
    ConfigError
        If the card does not exist or is wrong, the sample is not at truth level, or it has particles that the
        card refuses.
    """
    if not isinstance(sample, Sample):
        raise ConfigError(f"simulate: {sample!r} is no Sample; read a file with lmutau.gen.read_sample(path).")
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
            "source": sources(source, truth),
            "workers": workers,
            "wall_time_s": time.perf_counter() - started,
        }
        writer.finish(metadata)
    return metadata
