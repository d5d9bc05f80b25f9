"""What a grid of parton densities of the proton must satisfy before it is used."""

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Subgrid", "complaint"]

Array = NDArray[np.float64]
Subgrid = tuple[Array, Array, list[int], Array]  # x, Q [GeV], PDG codes, x f(x) as (x, Q, code)

_NEEDED = (1, 2, -1, -2)
_QUARKS = range(-5, 6)
_LOWEST_END = 100.0  # GeV: the largest Q of any grid lies above M_Z
_LARGEST_X = 0.9
_NEGATIVE = -0.02  # of the momentum of the proton: published sets give strange quarks -0.008 at low Q


def complaint(subgrids: Sequence[Subgrid]) -> str | None:
    """Say what is wrong and what is allowed, or nothing."""
    for number, subgrid in enumerate(subgrids, start=1):
        found = _knots(subgrid) or _flavours(subgrid) or _values(subgrid)
        if found is not None:
            return f"subgrid {number}: {found}"
    if min(subgrid[0][-1] for subgrid in subgrids) < _LARGEST_X:
        return f"ends at x = {min(subgrid[0][-1] for subgrid in subgrids):g}; it must reach {_LARGEST_X:g} or more"
    for number, (low, high) in enumerate(itertools.pairwise(subgrids), start=1):
        if abs(high[1][0] / low[1][-1] - 1) > 1e-3:
            return f"subgrid {number} ends at Q = {low[1][-1]:g} GeV, the next begins at {high[1][0]:g}; they must join"
    if subgrids[-1][1][-1] < _LOWEST_END:
        return f"ends at Q = {subgrids[-1][1][-1]:g} GeV; it must reach {_LOWEST_END:g} GeV or more: a part is missing"
    return None


def _knots(subgrid: Subgrid) -> str | None:
    for name, knots in (("x", subgrid[0]), ("Q", subgrid[1])):
        allowed = "finite, > 0 and increasing" if name == "Q" else "in (0, 1] and increasing"
        wrong = ~(np.isfinite(knots) & (knots > 0))
        if name == "x":
            wrong |= knots > 1 + 1e-12
        wrong[1:] |= ~(knots[1:] > knots[:-1])
        if np.any(wrong):
            k = int(np.argmax(wrong))
            return f"knot {k + 1} in {name} = {knots[k]:g}; knots must be {allowed}"
        if len(knots) < 2:
            return f"{len(knots)} knots in {name}; needed are 2 or more"
    return None


def _flavours(subgrid: Subgrid) -> str | None:
    codes = subgrid[2]
    missing = [code for code in _NEEDED if code not in codes]
    if missing:
        return f"no values for PDG codes {', '.join(map(str, missing))}; needed are at least 1, 2, -1, -2"
    twice = sorted({code for code in codes if codes.count(code) > 1})
    return f"PDG code {twice[0]} comes twice; each may come once" if twice else None


def _values(subgrid: Subgrid) -> str | None:
    """Values must be finite, and the momentum that each quark carries a fraction of that of the proton."""
    x, q, codes, values = subgrid
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        i, j, k = bad[0]
        return f"x f(x) = {values[i, j, k]:g} of code {codes[k]} at x = {x[i]:g}, Q = {q[j]:g} GeV; it must be finite"
    for k, code in enumerate(codes):
        if code not in _QUARKS or code == 0:
            continue
        with np.errstate(over="ignore", invalid="ignore"):
            momentum = np.sum(0.5 * (values[1:, :, k] + values[:-1, :, k]) * np.diff(x)[:, None], axis=0)
        lowest = 0.0 if code in _NEEDED else _NEGATIVE
        wrong = ~((momentum >= lowest) & (momentum <= 1))
        if np.any(wrong):
            j = int(np.argmax(wrong))
            return (
                f"quarks of code {code} carry {momentum[j]:.3g} of the momentum of the proton at Q = {q[j]:g} GeV; "
                f"allowed is {lowest:g} to 1"
            )
    return None
