"""Counting reach: the smallest coupling that S/sqrt(S+B) makes visible, with and without tau pairs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.selected import SelectedBlock
from lmutau.analysis.selection import Selection
from lmutau.gen.errors import ConfigError
from lmutau.gen.model.counting import minimal_signal

__all__ = ["ReachCounts", "ReachSample", "loss_is_idle", "reach", "weak_backgrounds"]

TAU_PROCESS = "tautau"


@dataclass(slots=True, kw_only=True)
class ReachCounts:
    """What of a sample survives all steps, for each hypothesised mass and each photon loss.

    For a photon loss p every photon that the calorimeter could have seen weighs p instead of its own
    loss probability: exact for any number of photons, no new events needed. The window on the recoil
    mass is moved to each of ``masses`` [GeV], so that one background sample serves several signals.
    Add the blocks in block order.
    """

    selection: Selection
    masses: tuple[float, ...]
    sums: NDArray[np.float64] = field(init=False)
    largest: NDArray[np.float64] = field(init=False)
    heaviest: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        """Start from zero: ``sums`` (n_masses, n_losses, 3) = n, sum w, sum w^2; ``largest`` weight [fb].

        ``heaviest``: largest generator weight [fb] of a candidate, which no factor can make larger.
        """
        shape = (len(self.masses), len(self.selection.photon_losses))
        self.sums, self.largest = np.zeros((*shape, 3)), np.zeros(shape)

    def add(self, selected: SelectedBlock) -> None:
        """Add one block; its own hypothesised mass does not matter."""
        if selected.selection != self.selection:
            raise ConfigError(f"a block of selection {selected.selection.name!r} in counts of {self.selection.name!r}.")
        self.heaviest = max(self.heaviest, float(selected["genWeight"].max(initial=0.0)))
        lossy = tuple(step.name for step in self.selection.steps if step.factor == "photon_loss")
        candidates = np.flatnonzero(selected.passed_except(*self.selection.mass_steps, *lossy))
        moving = [step for step in self.selection.steps if step.name in self.selection.mass_steps]
        columns = {name: column[candidates] for name, column in selected.columns.items()} if moving else {}
        lists = {kind: one.take(candidates) for kind, one in selected.lists.items()} if moving else {}
        weights = [selected.scenario_weight(p, candidates) for p in self.selection.photon_losses]
        for i, mass in enumerate(self.masses):
            inside = np.ones(len(candidates), dtype=np.bool_)
            for step in moving:
                for window in step.windows_at(mass):
                    inside &= window.contains(columns[window.column])
                if step.expression is not None:
                    inside &= step.expression.passes(columns, mass, lists)
            for j, weight in enumerate(weights):
                w = weight[inside]
                self.sums[i, j] += len(w), w.sum(), np.square(w).sum()
                self.largest[i, j] = max(self.largest[i, j], weight.max(initial=0.0))

    def merge(self, other: "ReachCounts") -> None:
        """Add the counts of other blocks of the same sample."""
        if (self.selection, self.masses) != (other.selection, other.masses):
            raise ConfigError("counts of different selections or masses cannot be added.")
        self.sums += other.sums
        self.largest = np.maximum(self.largest, other.largest)
        self.heaviest = max(self.heaviest, other.heaviest)

    def fiducial(self, mass: float, photon_loss: float) -> float:
        """Cross-section [fb] after all steps."""
        return float(self.sums[self._at(mass, photon_loss)][1])

    def fiducial_error(self, mass: float, photon_loss: float) -> float:
        """Statistical error of :meth:`fiducial` [fb]."""
        return math.sqrt(self.sums[self._at(mass, photon_loss)][2])

    def effective_events(self, mass: float, photon_loss: float) -> float:
        """N_eff of the events behind :meth:`fiducial`."""
        _, w, w2 = self.sums[self._at(mass, photon_loss)]
        return float(w * w / w2) if w2 > 0 else 0.0

    def largest_weight(self, mass: float, photon_loss: float) -> float:
        """Largest weight [fb] of an event that only the mass window may have removed; else that of any candidate."""
        return float(self.largest[self._at(mass, photon_loss)]) or self.heaviest

    def _at(self, mass: float, photon_loss: float) -> tuple[int, int]:
        try:
            return self.masses.index(mass), self.selection.photon_losses.index(photon_loss)
        except ValueError:
            raise ConfigError(
                f"mass = {mass} GeV, photon loss = {photon_loss}: counted were masses {self.masses} GeV "
                f"and photon losses {self.selection.photon_losses}."
            ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachSample:
    """A sample with its part: a signal has the ``mass`` [GeV] of its boson, a background None.

    ``coupling``: the g_X at which a signal was generated; its rate goes with the square.
    """

    name: str
    process: str
    counts: ReachCounts
    mass: float | None = None
    coupling: float = 1.0


def reach(
    samples: Sequence[ReachSample], selection: Selection, luminosities: Sequence[float] | None = None
) -> list[dict[str, Any]]:
    """Smallest coupling with S/sqrt(S+B) = Z for each signal, luminosity and photon loss.

    The boson decays invisibly only (BR_inv = 1: exact below 2 m_mu, the "invisible" scenario above).

    Parameters
    ----------
    samples
        Signals and backgrounds, counted.
    luminosities
        [fb^-1]; those of the selection by default.

    Returns
    -------
    list of dict
        ``mass`` [GeV], ``luminosity_fb`` [fb^-1], ``photon_loss``, ``with_tautau``, ``g_3sigma``, and the
        expected events ``S`` (at that coupling) and ``B``. If there is a tau-pair sample every row comes
        twice, without it and with it. ``B_error`` is the statistical error of the simulated B. ``g_3sigma``
        and ``S`` are None if no signal event survives. Without any background sample there are no rows.

    References
    ----------
    arXiv:1904.13053, section 3.
    """
    rows: list[dict[str, Any]] = []
    if all(s.mass is not None for s in samples):
        return []  # without any background sample there is nothing to be significant against
    tau = any(s.mass is None and s.process == TAU_PROCESS for s in samples)
    others = any(s.mass is None and s.process != TAU_PROCESS for s in samples)
    tau_choices = ((False,) if others else ()) + ((True,) if tau else ())
    for signal in samples:
        if signal.mass is None:
            continue
        for luminosity in selection.luminosities if luminosities is None else luminosities:
            for loss in selection.photon_losses:
                rows += [_row(signal, samples, selection, luminosity, loss, t) for t in tau_choices]
    return rows


def _row(
    signal: ReachSample,
    samples: Sequence[ReachSample],
    selection: Selection,
    luminosity: float,
    loss: float,
    with_tau: bool,
) -> dict[str, Any]:
    """One row of :func:`reach`."""
    mass = signal.mass
    if mass is None:
        raise ConfigError(f"sample {signal.name!r} is no signal: it has no mass.")
    counted = [s for s in samples if s.mass is None and (with_tau or s.process != TAU_PROCESS)]
    background = luminosity * sum(s.counts.fiducial(mass, loss) for s in counted)
    variance = sum(s.counts.fiducial_error(mass, loss) ** 2 for s in counted)
    visible = luminosity * signal.counts.fiducial(mass, loss) / signal.coupling**2
    needed = float(minimal_signal(background, selection.significance))
    return {
        "mass": mass,
        "luminosity_fb": float(luminosity),
        "photon_loss": loss,
        "with_tautau": with_tau,
        "g_3sigma": math.sqrt(needed / visible) if visible > 0 else None,
        "S": needed if visible > 0 else None,
        "B": background,
        "B_error": luminosity * math.sqrt(variance),
        "backgrounds": {s.name: luminosity * s.counts.fiducial(mass, loss) for s in counted},
    }


def weak_backgrounds(samples: Sequence[ReachSample], enough: float = 100.0) -> list[str]:
    """Sentences about backgrounds that are known too badly; the caller shows or logs them.

    With N_eff effective events B is known to 1/sqrt(N_eff), and g_3sigma to a quarter of that. A sample
    with no event left does not prove B = 0: at 90 % confidence B < -ln(0.1) w_max = 2.3 w_max.
    """
    found = []
    for mass in sorted({s.mass for s in samples if s.mass is not None}):
        for sample in samples:
            if sample.mass is not None:
                continue
            for loss in sample.counts.selection.photon_losses:
                text = _weakness(sample, mass, loss, enough)
                if text is not None and text not in found:
                    found.append(text)
    return found


def loss_is_idle(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether rows of a reach with different photon losses have the same background, to a per mille."""
    found: dict[tuple[Any, ...], list[float]] = {}
    for row in rows:
        if row["B"] > 0:
            found.setdefault((row["mass"], row["luminosity_fb"], row["with_tautau"]), []).append(row["B"])
    pairs = [values for values in found.values() if len(values) > 1]
    return bool(pairs) and all(max(values) < 1.001 * min(values) for values in pairs)


def _weakness(sample: ReachSample, mass: float, loss: float, enough: float) -> str | None:
    """What is wrong with one background at one mass; None if nothing."""
    effective = sample.counts.effective_events(mass, loss)
    where = f"background {sample.name!r} at m = {mass:g} GeV"
    if effective == 0:
        if sample.counts.largest_weight(mass, loss) == 0:
            return f"{where}: none of its events has a reconstructed mu+ mu- pair; it does not count as background."
        bound = math.log(10) * sample.counts.largest_weight(mass, loss)
        return (
            f"{where}, photon loss {loss:g}: no event survives, 0 is used; that only says less than "
            f"{bound:.3g} fb (90 % CL). Generate more events."
        )
    if effective < enough:
        return (
            f"{where}: only N_eff = {effective:.2g} events survive, so its rate is known to "
            f"{100 / math.sqrt(effective):.0f} %. Generate more events, with targeted = true if it is not set."
        )
    return None
