"""Reweight samples and files: couplings (gen) and numbers of the detector (detsim) in one go."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lmutau.detsim.reweighting import DetectorReweighting, detector_keys
from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.frozen import scale_sampler
from lmutau.gen.history import origin, sources
from lmutau.gen.io.conversion import read_sampler
from lmutau.gen.io.formats import check_format, read_events, read_metadata, writer_for
from lmutau.gen.io.merge import origin_of
from lmutau.gen.metadata import VOLATILE, created_now, program_version
from lmutau.gen.record import EventBlock
from lmutau.gen.reweighting import TruthReweighting, check_truth_key
from lmutau.gen.sample import Sample, sample_of

__all__ = ["reweight", "reweight_file"]

Progress = Callable[[str, float], None]


@dataclass(slots=True)
class _Change:
    """Everything that changes in one sample."""

    old: Mapping[str, Any]
    truth: TruthReweighting | None
    detector: DetectorReweighting | None
    asked: tuple[str, ...]

    @staticmethod
    def of(metadata: Mapping[str, Any], settings: Mapping[str, Any]) -> "_Change":
        """Check the settings: keys with a dot are numbers of the detector, all others parameters of the process."""
        if not settings:
            raise ConfigError("reweight: nothing to change; give --set KEY=VALUE, e.g. --set g=0.01.")
        truth = {key: value for key, value in settings.items() if "." not in key}
        detector = {key: value for key, value in settings.items() if "." in key}
        for key in truth:
            check_truth_key(key, str(metadata["process"]), detector_keys(metadata))
        return _Change(
            metadata,
            TruthReweighting.of(metadata, truth) if truth else None,
            DetectorReweighting.of(metadata, detector) if detector else None,
            tuple(settings),
        )

    def __call__(self, block: EventBlock) -> EventBlock:
        """The same events with new weights."""
        if self.truth is not None:
            block = self.truth(block, self.old["units"])
        return block if self.detector is None else self.detector(block)

    def sampler(self, packed: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """Frozen sampler of the new sample; an unweighted one is lost where every event has a factor of its own."""
        if packed is None or self.truth is None:
            return packed
        if self.truth.factor is not None:
            return scale_sampler(packed, self.truth.factor)
        return None if self.old["unweighted"] else packed

    def metadata(self, sums: tuple[int, float, float], origin_: Mapping[str, Any]) -> dict[str, Any]:
        """Metadata of the new sample; ``sums``: n, sum w, sum w^2 of genWeight."""
        new: dict[str, Any] = {key: value for key, value in self.old.items() if key not in VOLATILE}
        if self.truth is not None:
            new = self.truth.metadata(new, *sums)
        if self.detector is not None:
            new = self.detector.metadata(new)
        step = {**origin_, "changed": self._changed(new)}
        step.pop("reweighted", None)  # earlier steps stand before this one
        history = [*self.old.get("reweighted", ()), step]
        return {**new, "version": program_version(), "reweighted": history, "created": created_now()}

    def _changed(self, new: Mapping[str, Any]) -> dict[str, Any]:
        """Old and new value of what was asked for, and of what followed from it."""
        changed = {}
        for key in dict.fromkeys((*self.asked, *self.old["parameters"])):
            if "." in key:
                one, other = (sample["detector"]["numbers"][key]["value"] for sample in (self.old, new))
            else:
                one, other = self.old["parameters"][key], new["parameters"][key]
            if key in self.asked or one != other:
                changed[key] = {"old": one, "new": other}
        return changed


def reweight(sample: Sample, settings: Mapping[str, Any] | None = None, /, **parameters: Any) -> Sample:
    """Give the events of a sample the weights of other couplings or detector numbers; exact, no new events.

    Parameters
    ----------
    sample
        Truth or reconstructed events.
    settings
        Key -> value; numbers of the detector have names with a dot, as in its card (``"ecl.barrel_loss"``).
    **parameters
        More of them, for keys without a dot: g (mumuzp); epsilon or r, g, smuon_mass (gammazp); sigma_tautau.

    Returns
    -------
    Sample
        The same events with new weights [fb], cross-section, and parameters.

    Raises
    ------
    ConfigError
        If something would need other events.

    Examples
    --------
    >>> weaker = reweight(reco, {"ecl.barrel_loss": 1e-6}, g=0.01)
    """
    change = _Change.of(sample.metadata, {**(settings or {}), **parameters})
    if sample.metadata["kind"] == "ntuple":
        raise ConfigError("reweight: an ntuple is reweighted from file to file: lmutau reweight.")
    totals = _Totals()
    blocks = [totals.add(change(block)) for block in sample.block().luminosity_blocks()]
    return sample_of(blocks, change.metadata(totals.sums, origin(sample.metadata)))


def reweight_file(
    source: Path, output: Path, settings: Mapping[str, Any], *, layout: str = "ttree", progress: Progress | None = None
) -> dict[str, Any]:
    """Reweight a file of events, or an ntuple, block by block; returns the new metadata.

    Parameters
    ----------
    source
        File of events of any format, or an ntuple.
    output
        File to write; its extension is the format.
    settings
        As in :func:`reweight`.
    layout
        "ttree" or "rntuple" in a ROOT file.
    progress
        Called with (stage, part done).

    Raises
    ------
    ConfigError, FileError
        If something would need other events, or a file cannot be used.
    """
    started = time.perf_counter()
    check_format(output, layout=layout)
    if output.exists() and source.exists() and output.samefile(source):
        raise FileError(f"output {output}: is the input; give another name.")
    old = read_metadata(source)
    check_format(output, str(old["kind"]), layout)
    change = _Change.of(old, settings)
    if old["kind"] == "ntuple":
        return _ntuple(source, output, change, layout, progress)
    if progress is not None:
        progress("digest", 0.0)
    kept, totals = origin_of(source, old), _Totals()
    with writer_for(output, kind=str(old["kind"]), layout=layout) as writer:
        for block in read_events(source)[1]:
            writer.write(totals.add(change(block)))
            if progress is not None:
                progress("reweight", totals.sums[0] / max(old["n_events"], 1))
        new = change.metadata(totals.sums, kept)
        new |= {"source": sources(source, new), "wall_time_s": time.perf_counter() - started}
        writer.finish(new, change.sampler(read_sampler(source)))
    return new


def _ntuple(source: Path, output: Path, change: _Change, layout: str, progress: Progress | None) -> dict[str, Any]:
    from lmutau.analysis.reweighting import check_ntuple, reweight_ntuple

    if change.truth is None:
        raise ConfigError("reweight: nothing to change in this ntuple.")
    factor, old = check_ntuple(change.truth), change.old
    sums = int(old["n_events"]), factor * old["sum_weights_fb"], factor**2 * old["sum_weights2_fb2"]
    new = {**change.metadata(sums, origin_of(source, dict(old))), "source": sources(source, old)}

    def report(done: float) -> None:
        if progress is not None:
            progress("reweight", done)

    sampler = change.sampler(read_sampler(source))
    reweight_ntuple(source, output, change.truth, new, layout=layout, sampler=sampler, progress=report)
    return new


class _Totals:
    """Number, sum and sum of squares of the weights that pass by."""

    def __init__(self) -> None:
        self._sums = np.zeros(3)

    def add(self, block: EventBlock) -> EventBlock:
        weight = np.asarray(block.scalars["genWeight"], dtype=np.float64)
        self._sums += len(weight), weight.sum(), np.square(weight).sum()
        return block

    @property
    def sums(self) -> tuple[int, float, float]:
        n, sum_w, sum_w2 = self._sums.tolist()
        return round(n), sum_w, sum_w2
