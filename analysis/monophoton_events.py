"""The search for γ + nothing from generated events: the check of the closed formulas of gen/model/monophoton.py.

Exact tree-level events of γZ' and γνν̄ (electron mass, W and Z exchange), the photon in the acceptance of the search;
the same bins, significance and branching fractions. The γνν̄ of the events lies 2 % below the four-fermion formula,
which takes the effective mixing angle where the exact amplitudes have the on-shell one.
"""

import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.analysis.kinematics import collision
from lmutau.gen.generator import Generator, prepare
from lmutau.gen.model import Monophoton, gammazp_cross_section, minimal_signal

__all__ = ["GeneratedMonophoton"]

Array = NDArray[np.float64]

_ADAPTATION = 20_000
_GROUP = 6  # bins that one sample fills: the spectrum falls by a factor 500 from 1 to 5.2 GeV
_SOFT = 0.999  # of the lowest photon energy: the cut of the generator, below the first bin


@dataclass(slots=True)
class GeneratedMonophoton:
    """Cross-sections and background of a :class:`lmutau.gen.model.Monophoton` from ``n_events`` tries per sample.

    ``report``: called with the part done of the samples that a method makes.
    """

    search: Monophoton
    n_events: int
    seed: int = 20181102
    report: Callable[[float], None] | None = None
    _sigmas: dict[float, tuple[float, float]] = field(default_factory=dict, repr=False)
    _background: tuple[Array, Array] | None = field(default=None, repr=False)

    def cross_section(self, mass: ArrayLike) -> tuple[Array, Array]:
        """Sigma(γZ') in the acceptance for epsilon = 1 and its statistical error [fb], at masses [GeV] (n,)."""
        masses = np.atleast_1d(np.asarray(mass, dtype=np.float64))
        for i, one in enumerate(masses.tolist()):
            if one not in self._sigmas:
                generator = self._prepared("gammazp", mass=one, epsilon=1.0)
                for _ in generator.blocks():
                    pass
                made = generator.metadata()
                self._sigmas[one] = float(made["sigma_fb"]), float(made["sigma_error_fb"])
            if self.report is not None:
                self.report((i + 1) / len(masses))
        found = np.array([self._sigmas[one] for one in masses.tolist()])
        return found[:, 0], found[:, 1]

    def formula(self, mass: ArrayLike) -> Array:
        """The closed formula of the same cross-section: sigma(γZ') in the acceptance for epsilon = 1 [fb]."""
        return np.asarray(gammazp_cross_section(
            mass, 1.0, self.search.cos_range, sqrt_s=self.search.sqrt_s, constants=self.search.constants
        ))  # fmt: skip

    def background(self) -> tuple[Array, Array]:
        """Events of γνν̄ in each bin at the luminosity of the search, and their statistical errors."""
        if self._background is None:
            edges = self.search.edges()
            sums = np.zeros((2, len(edges) - 1))
            for first in range(0, len(edges) - 1, _GROUP):
                last = min(first + _GROUP, len(edges) - 1)
                sums[:, first:last] = self._neutrinos(edges[first : last + 1])
                if self.report is not None:
                    self.report(last / (len(edges) - 1))
            luminosity = self.search.luminosity_fb
            self._background = luminosity * sums[0], luminosity * np.sqrt(sums[1])
        return self._background

    def _neutrinos(self, edges: Array) -> Array:
        """Sums of weights [fb] and of their squares of γνν̄ in bins of the photon's c.m. energy, (2, bins)."""
        limits = {"min_photon_energy": _SOFT * float(edges[0])}
        if edges[-1] < self.search.sqrt_s / 2:
            limits["max_photon_energy"] = float(edges[-1])
        generator = self._prepared("gammanunu", **limits)
        row = collision(generator.beams.total(self.search.sqrt_s)).to_cms[0]
        sums = np.zeros((2, len(edges) - 1))
        for block in generator.blocks():
            photons = block.collections["GenPart"]
            chosen = photons["pdgId"] == 22
            px, py, pz = (np.asarray(photons[name], dtype=np.float64)[chosen] for name in ("px", "py", "pz"))
            energy = row[0] * np.sqrt(px**2 + py**2 + pz**2) + row[1] * px + row[2] * py + row[3] * pz
            weight = np.asarray(block.scalars["genWeight"], dtype=np.float64)
            sums += [np.histogram(energy, edges, weights=weight**power)[0] for power in (1, 2)]
        return sums

    def coupling_limit(self, mass: ArrayLike, r: float = 1.0, n_sigma: float = 3.0, inside: int = 0) -> Array:
        """:meth:`Monophoton.coupling_limit` with cross-section and background of the events.

        ``inside``: -1 or 1 takes a mass at the edge of a bin as one of the bin of smaller, or larger, masses.
        """
        masses = np.atleast_1d(np.asarray(mass, dtype=np.float64))
        shifted = masses * (1 + 1e-9 * inside)
        of_sigma = np.sqrt(self.formula(masses) / self.cross_section(masses)[0])
        needed = minimal_signal(self.background()[0], n_sigma) / minimal_signal(self.search.background(), n_sigma)
        energies, edges = self.search.energy(shifted), self.search.edges()
        place = np.clip(np.searchsorted(edges, energies, side="right") - 1, 0, len(needed) - 1)
        return self.search.coupling_limit(shifted, r, n_sigma) * of_sigma * np.sqrt(needed[place])

    def coupling_of_ratio(self, r: ArrayLike, max_mass: float = 7.0, n_sigma: float = 3.0) -> dict[str, Array]:
        """:meth:`Monophoton.coupling_of_ratio` of the events, over edges and centres of bins and thresholds."""
        edges, constants = self.search.edges(), self.search.constants
        energies = np.concatenate([edges, (edges[1:] + edges[:-1]) / 2])
        masses = np.concatenate([self.search.mass(energies), [2 * constants.m_mu, 2 * constants.m_tau, 1e-2, max_mass]])
        masses = np.unique(masses[(masses <= max_mass) & (masses > 1e-3)])
        both = [
            np.concatenate([self.coupling_limit(masses, ratio, n_sigma, inside=side) for side in (-1, 1)])
            for ratio in np.atleast_1d(np.asarray(r, dtype=np.float64)).tolist()
        ]
        return {"any": np.array([np.nanmin(g) for g in both]), "all": np.array([np.nanmax(g) for g in both])}

    def _prepared(self, process: str, **parameters: float) -> Generator:
        low, high = (math.atanh(cosine) for cosine in self.search.cos_range)
        acceptance = {"min_photon_eta": low, "max_photon_eta": high, "sqrt_s": self.search.sqrt_s}
        # a seed of its own for every sample: neighbouring masses must not share their fluctuations
        seed = self.seed + zlib.crc32(repr(sorted(parameters.items())).encode())
        return prepare(
            process, self.n_events, seed=seed, adaptation_points=_ADAPTATION, parameters=parameters | acceptance
        )
