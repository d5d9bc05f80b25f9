"""What the weights of a Les Houches event file mean: the strategies IDWTUP.

References
----------
Boos et al., hep-ph/0109068, section 2.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lmutau.gen.errors import FileError
from lmutau.gen.io.external import External, Normalisation
from lmutau.gen.io.text import FB_PER_PB

__all__ = ["normalise"]

_DISAGREEMENT = 5.0  # standard deviations
_ROUNDING = 1e-3  # relative; some files state XSECUP with few digits


def normalise(init: Any, found: External, path: Path) -> Normalisation:
    """Factors that make the weights of an LHE file sum to its cross-section in fb.

    |IDWTUP| = 1 and 2: the reader is to mix the subprocesses, so each is normalised by itself, to
    XSECUP or (1) to the mean of its XWGTUP. 3: unweighted, 4: weighted, both mixed by the generator: one
    factor for all; the cross-section is the sum of XSECUP or, for 4 without XSECUP, the mean of XWGTUP.

    Raises
    ------
    FileError
        If the cross-section is not known or not positive.
    """
    strategy = abs(int(init.initInfo.weightingStrategy))
    if strategy not in (1, 2, 3, 4):
        raise FileError(f"input {path}: IDWTUP = {init.initInfo.weightingStrategy}; allowed are +-1, +-2, +-3, +-4.")
    stated = _stated(init, strategy, path)
    errors = [float(p.error) if math.isfinite(p.error) else 0.0 for p in init.procInfo]
    error = FB_PER_PB * math.sqrt(math.fsum(e**2 for e in errors))
    notes: tuple[str, ...] = ()
    if not all(math.isfinite(p.error) for p in init.procInfo):
        notes = ("XERRUP is not a finite number; it is taken as 0",)
    if strategy in (1, 2):
        return _each_process(stated, error, found, path, means_allowed=strategy == 1, notes=notes)
    n = found.n_events
    sum_w = math.fsum(sums.sum_w for sums in found.sums.values())
    sigma = math.fsum(stated.values())
    if strategy == 4 and n:
        mean = sum_w / n
        spread = math.sqrt(max(math.fsum(s.sum_w2 for s in found.sums.values()) / n - mean**2, 0.0) / n)
        if not sigma > 0:
            notes = (f"XSECUP = {sigma:g} pb is none; the mean of XWGTUP, {mean:.6g} pb, is taken",)
            sigma, error = mean, FB_PER_PB * spread
        elif abs(mean - sigma) > _DISAGREEMENT * math.hypot(spread, error / FB_PER_PB) + _ROUNDING * sigma:
            notes = (
                *notes,
                f"the mean of XWGTUP is {mean:.6g} pb, XSECUP is {sigma:.6g} pb; XSECUP is taken",
            )
    _check_positive(sigma, sum_w, n, path)
    factor = FB_PER_PB * sigma / sum_w if n else 0.0
    return Normalisation(FB_PER_PB * sigma, error, dict.fromkeys(found.sums, factor), notes)


def _stated(init: Any, strategy: int, path: Path) -> dict[int, float]:
    """XSECUP of each subprocess [pb].

    0 or less is what generators write that do not know it yet. One that is not a number is no statement but
    a calculation that failed, and its events may be as wrong.
    """
    stated = {int(p.procId): float(p.xSection) for p in init.procInfo}
    for process, value in stated.items():
        if not math.isfinite(value):
            cure = ", or write 0 there to take the mean of XWGTUP" if strategy in (1, 4) else ""
            raise FileError(
                f"input {path}: XSECUP = {value} pb of subprocess {process}: allowed is a finite number; the generator "
                f"failed. Make the file again{cure}."
            )
    return stated


def _each_process(
    stated: Mapping[int, float],
    error: float,
    found: External,
    path: Path,
    *,
    means_allowed: bool,
    notes: tuple[str, ...],
) -> Normalisation:
    sigma, factors = 0.0, {}
    for process, sums in found.sums.items():
        own = stated.get(process, 0.0)
        if not own > 0 and means_allowed:
            own = sums.sum_w / sums.n
            notes = (*notes, f"subprocess {process} has no XSECUP; the mean of its XWGTUP, {own:.6g} pb, is taken")
        _check_positive(own, sums.sum_w, sums.n, path)
        sigma += own
        factors[process] = FB_PER_PB * own / sums.sum_w
    missing = [process for process, value in stated.items() if process not in found.sums and value > 0]
    if missing and found.sums:
        names = ", ".join(map(str, missing))
        notes = (*notes, f"subprocesses {names} of <init> have no events; their cross-section is left out")
    elif missing:
        sigma = math.fsum(stated.values())
    return Normalisation(FB_PER_PB * sigma, error, factors, notes)


def _check_positive(sigma: float, sum_w: float, n: int, path: Path) -> None:
    if not (math.isfinite(sigma) and (sigma > 0 or n == 0)):
        raise FileError(f"input {path}: XSECUP = {sigma:.6g} pb; a cross-section > 0 is needed.")
    if n and not sum_w > 0:
        raise FileError(f"input {path}: the weights of {n} events sum to {sum_w:.6g}; a sum > 0 is needed.")
