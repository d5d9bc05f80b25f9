"""Generate samples in memory or into a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lmutau.gen.beams import Beams
from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.frozen import pack_sampler
from lmutau.gen.generator import Generator, Progress, TruthTarget, prepare
from lmutau.gen.parallel import check_workers
from lmutau.gen.sample import Sample, sample_of
from lmutau.gen.sampling import DEFAULT_ADAPTATION_POINTS

__all__ = ["generate", "generate_file"]


def generate(
    process: str,
    n_events: int,
    *,
    seed: int | None = None,
    unweighted: bool = False,
    adaptation_points: int = DEFAULT_ADAPTATION_POINTS,
    target: TruthTarget | None = None,
    workers: int = 1,
    beams: Beams | str | None = None,
    constants: Constants = CONSTANTS,
    progress: Progress | None = None,
    **parameters: Any,
) -> Sample:
    """Generate a sample in memory.

    Parameters
    ----------
    process
        Name, see ``lmutau processes``.
    n_events
        Sampling points of a weighted sample (points outside the cuts are dropped, so the sample
        may hold fewer events), events of an unweighted one.
    seed
        One number that decides everything; None draws one (it is in the metadata).
    unweighted
        Accept-reject: events of equal weight, but those above the maximum keep a larger one.
    adaptation_points
        Points per channel and VEGAS iteration.
    target
        Targeting function of the truth events, positive everywhere: points are drawn where the
        cross-section times this function is large; the weights compensate.
    workers
        Threads; the sample does not depend on it.
    beams
        Laboratory frame: a name ("head-on", "crossing") or a :class:`lmutau.gen.Beams`.
    constants
        Physical constants.
    progress
        Called with (stage, part done).
    **parameters
        Parameters and cuts of the process, see ``lmutau processes NAME``.

    Returns
    -------
    Sample
        Events in the laboratory frame, genWeight in fb with sum = cross-section.

    Raises
    ------
    ConfigError, KinematicsError
        For wrong parameters, a target that is not positive, or an empty phase space.
    """
    generator = prepare(
        process, n_events, seed=seed, unweighted=unweighted, adaptation_points=adaptation_points, target=target,
        beams=beams, constants=constants, progress=progress, parameters=parameters,
    )  # fmt: skip
    blocks = list(generator.blocks(check_workers(workers), progress))
    return sample_of(blocks, {**generator.metadata(), "workers": workers})


def generate_file(
    generator: Generator, path: Path, *, workers: int = 1, progress: Progress | None = None
) -> Mapping[str, Any]:
    """Draw a prepared sample into a file, block by block; the extension is the format. Returns its metadata."""
    from lmutau.gen.io.formats import writer_for

    with writer_for(path) as writer:
        for block in generator.blocks(workers, progress):
            writer.write(block)
        metadata = {**generator.metadata(), "workers": workers}
        writer.finish(metadata, pack_sampler(generator.sampler))
    return metadata
