"""Limits of LHC searches on a point of the supersymmetric model, by SModelS."""

import contextlib
import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lmutau.analysis.slha_check import check_slha
from lmutau.gen.errors import ConfigError, FileError

__all__ = ["SearchResult", "smodels_limits"]

_SMALLEST = 0.005  # fb, of one decay chain: the default of SModelS
_CURE = "'lmutau susy lhc POINT -o FILE' writes one"
_GAP = 5.0  # GeV, softer decays count as none: the default of SModelS


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """One search: its name, energy [TeV], signal topologies, prediction and upper limit at 95 % [fb], their ratio r."""

    analysis: str
    sqrt_s_tev: float
    topologies: tuple[str, ...]
    predicted_fb: float
    limit_fb: float
    r: float


def smodels_limits(path: Path, database: str = "official") -> list[SearchResult]:
    """Compare an SLHA file with XSECTION and DECAY blocks with all searches of a database; largest r first.

    Parameters
    ----------
    path
        File of ``lmutau susy lhc -o``.
    database
        Folder or file of a database of SModelS, or one of its names; "official" is fetched from the network once.

    Raises
    ------
    ConfigError
        If SModelS is not installed or cannot load the database.
    FileError
        If the file is missing or damaged, has no XSECTION, or SModelS cannot use it.

    References
    ----------
    arXiv:2409.12942 (SModelS 3).
    """
    if not path.is_file():
        raise FileError(f"input {path}: no such file.")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"input {path}: cannot be read as text ({error}); {_CURE}.") from error
    if (found := check_slha(text)) is not None:
        raise FileError(f"input {path}: {found}; {_CURE}.")
    with contextlib.redirect_stdout(sys.stderr):
        return _compare(path, database)


def _compare(path: Path, database: str) -> list[SearchResult]:
    try:
        from smodels.base.model import Model
        from smodels.base.physicsUnits import GeV, TeV, fb
        from smodels.base.smodelsLogging import setLogLevel
        from smodels.decomposition.decomposer import decompose
        from smodels.matching.theoryPrediction import theoryPredictionsFor
        from smodels.share.models.nmssm import BSMList  # five neutralinos: B' is one of them
        from smodels.share.models.SMparticles import SMList
    except ImportError:
        raise ConfigError("limits of the LHC need SModelS: pip install 'lmutau[smodels]'.") from None
    setLogLevel(logging.CRITICAL)  # we say ourselves what is wrong
    searches = _load(database)
    try:
        model = Model(BSMparticles=BSMList, SMparticles=SMList)
        model.updateParticles(inputFile=str(path))
        chains = decompose(
            model, sigmacut=_SMALLEST * fb, massCompress=True, invisibleCompress=True, minmassgap=_GAP * GeV
        )
        predictions = theoryPredictionsFor(searches, chains, combinedResults=False) or []
    except (Exception, SystemExit) as error:  # whatever pyslha and SModelS stumble over, with no common base
        reason = " ".join(str(error).split()).strip("'\". ") or type(error).__name__
        raise FileError(f"input {path}: SModelS cannot use it ({reason[:200]}); {_CURE}.") from error
    results = []
    for prediction in predictions:
        limit = prediction.getUpperLimit()
        if limit is not None:
            predicted, allowed = (float(value.asNumber(fb)) for value in (prediction.totalXsection(), limit))
            results.append(
                SearchResult(
                    analysis=str(prediction.analysisId()),
                    sqrt_s_tev=float(prediction.dataset.globalInfo.sqrts.asNumber(TeV)),
                    topologies=tuple(sorted({str(name) for name in prediction.txnames})),
                    predicted_fb=predicted,
                    limit_fb=allowed,
                    r=predicted / allowed,
                )
            )
    return sorted(results, key=lambda result: -result.r)


def _load(database: str) -> Any:
    from smodels.base.exceptions import SModelSBaseError
    from smodels.experiment.databaseObj import Database
    from smodels.experiment.exceptions import DatabaseNotFoundException, SModelSExperimentError

    try:
        return Database(database)
    except (DatabaseNotFoundException, SModelSExperimentError, SModelSBaseError, OSError, SystemExit):
        raise ConfigError(
            f"--database {database!r}: SModelS cannot load it; give a folder, or 'official' with access to the network."
        ) from None
