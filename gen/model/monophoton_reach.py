r"""Reach of e+e- → γ + nothing: photon-energy bins, signal and background events, significance, couplings.

The search of arXiv:1811.00407: bins of 0.1 GeV in the c.m. energy of the photon, the last one cut off at
√s/2; a narrow Z' is a line at E = (s - M²)/(2√s). Full efficiency, Z = N_S/√(N_S + N_B). The events of a
bin are the luminosity times the mean over the bin of sigma(M(E)) BR_inv(M(E)): what a Z' somewhere in
the bin gives, one at a time. The paper does not print the branching fraction, but its numbers need it.

References
----------
arXiv:1811.00407, section 3 and figures 2 to 5.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.model.arguments import checked_array, checked_number, together
from lmutau.gen.model.counting import minimal_signal, significance
from lmutau.gen.model.decay_widths import branching_invisible
from lmutau.gen.model.kinetic_mixing import kinetic_mixing
from lmutau.gen.model.monophoton import (
    DEFAULT_SQRT_S,
    PHOTON_COSINES,
    checked_cosines,
    gammanunu_spectrum,
    gammazp_at_energy,
    gammazp_cross_section,
)
from lmutau.gen.model.quadrature import unit_nodes

__all__ = ["Monophoton"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Monophoton:
    """A search for γ + nothing: luminosity, acceptance and binning.

    ``luminosity_fb`` [fb^-1]; ``min_energy`` [GeV]: lower edge of the first bin; ``bin_width`` [GeV];
    ``cos_range``: photon to the e- in the c.m. frame; ``scenario`` of the invisible branching fraction;
    ``smuon_mass`` [GeV], None: infinitely heavy sleptons of mass ratio r.

    Raises
    ------
    ConfigError
        If a number is out of range.
    """

    luminosity_fb: float = 50_000.0
    sqrt_s: float = DEFAULT_SQRT_S
    min_energy: float = 1.0
    bin_width: float = 0.1
    cos_range: tuple[float, float] = PHOTON_COSINES
    scenario: str = "vanilla"
    smuon_mass: float | None = None
    constants: Constants = field(default=CONSTANTS, repr=False)

    def __post_init__(self) -> None:
        """Check ranges."""
        checked_number("luminosity", self.luminosity_fb, "fb^-1", 0.0, 1e12, open_low=True)
        end = checked_number("sqrt_s", self.sqrt_s, "GeV", 0.1, 100.0) / 2
        top = end * (1 - 1e-9)  # room for one bin
        checked_number("min_energy", self.min_energy, "GeV (half of sqrt_s)", 0.0, top, open_low=True, open_high=True)
        checked_number("bin_width", self.bin_width, "GeV", end / 1e5, end)
        checked_cosines(self.cos_range)
        branching_invisible(0.0, self.scenario)
        kinetic_mixing(0.0, smuon_mass=self.smuon_mass, constants=self.constants)

    def edges(self) -> Array:
        """Bin edges [GeV]: multiples of the width from ``min_energy`` up, the last at √s/2."""
        end = self.sqrt_s / 2
        n = math.floor((end - self.min_energy) / self.bin_width * (1 + 1e-12))
        edges = self.min_energy + self.bin_width * np.arange(n + 1)
        edges = np.round(edges, 12)
        return np.append(edges[edges < end * (1 - 1e-12)], end)

    def mass(self, energy: ArrayLike) -> Array:
        """Mass [GeV] of the Z' that recoils against a photon of this energy [GeV]; up to √s/2."""
        e = checked_array("energy", energy, "GeV", 0.0, self.sqrt_s / 2 * (1 + 1e-12))
        return np.sqrt(np.maximum(self.sqrt_s * (self.sqrt_s - 2 * e), 0.0))

    def energy(self, mass: ArrayLike) -> Array:
        """Photon energy [GeV] for a Z' of this mass [GeV], in the c.m. frame."""
        m = checked_array("mass", mass, "GeV", 0.0, self.sqrt_s)
        return (self.sqrt_s - m) * (self.sqrt_s + m) / (2 * self.sqrt_s)

    def cross_section(self, mass: ArrayLike, r: ArrayLike = 1.0, g: ArrayLike = 1.0) -> Array:
        """Sigma(γZ') in the acceptance [fb], without branching fraction; arguments broadcast."""
        mixing = kinetic_mixing(mass, r, g, self.smuon_mass, constants=self.constants)
        return gammazp_cross_section(mass, mixing, self.cos_range, sqrt_s=self.sqrt_s, constants=self.constants)

    def visible_cross_section(self, mass: ArrayLike, r: ArrayLike = 1.0, g: ArrayLike = 1.0) -> Array:
        """Sigma times invisible branching fraction [fb]: what the search sees."""
        fraction = branching_invisible(mass, self.scenario, constants=self.constants)
        return self.cross_section(mass, r, g) * fraction

    def background(self) -> Array:
        """Events of e+e- → γνν̄ in each bin."""
        edges = self.edges()
        nodes, weights = unit_nodes(16)
        # in ln E the 1/E of the radiator is flat, however low the first bin reaches
        length = np.log(edges[1:] / edges[:-1])[:, None]
        energies = edges[:-1, None] * np.exp(length * nodes)
        density = gammanunu_spectrum(energies, self.cos_range, sqrt_s=self.sqrt_s, constants=self.constants)
        return self.luminosity_fb * ((density * energies * length) @ weights)

    def signal(self, r: float = 1.0, g: float = 1.0) -> Array:
        """Events of a Z' in each bin, mean over the masses that fall into it."""
        checked_number("r", r, "(stau over smuon mass)", 1e-30, 1e30)
        checked_number("g", g, "", 0.0, 1e30)
        edges = self.edges()
        pieces = self._pieces(edges, r)
        nodes, weights = unit_nodes(24)
        # dE vanishes at both ends of a piece, where the mixing has a root of E; ln E flattens the 1/E of soft photons
        smooth, slope = nodes**2 * (3 - 2 * nodes), 6 * nodes * (1 - nodes)
        length = np.log(pieces[1:] / pieces[:-1])[:, None]
        energies = np.minimum(pieces[:-1, None] * np.exp(length * smooth), self.sqrt_s / 2)
        masses = self.mass(energies)
        mixing = kinetic_mixing(masses, r, g, self.smuon_mass, constants=self.constants)
        sigma = gammazp_at_energy(energies, mixing, self.cos_range, sqrt_s=self.sqrt_s, constants=self.constants)
        visible = sigma * branching_invisible(masses, self.scenario, constants=self.constants)
        integrals = (visible * energies * length * slope) @ weights
        cumulative = np.append(0.0, np.cumsum(integrals))
        found = cumulative[np.searchsorted(pieces, edges)]
        return self.luminosity_fb * np.diff(found) / np.diff(edges)

    def _pieces(self, edges: Array, r: float) -> Array:
        """Edges, and between them the energies at which a pair of charged particles opens in the loop."""
        masses = [self.constants.m_mu, self.constants.m_tau]
        if self.smuon_mass is not None:
            masses += [self.smuon_mass, r * self.smuon_mass]
        thresholds = [self.energy(2 * m) for m in masses if 2 * m < self.sqrt_s]
        inside = [float(e) for e in thresholds if edges[0] < e < edges[-1]]
        return np.unique(np.append(edges, inside))

    def significances(self, r: float = 1.0, g: float = 1.0) -> Array:
        """N_S/√(N_S + N_B) in each bin."""
        return significance(self.signal(r, g), self.background())

    def coupling_limit(self, mass: ArrayLike, r: ArrayLike = 1.0, n_sigma: float = 3.0) -> Array:
        """Coupling with the given significance in the bin of the photon line, for a Z' of known mass.

        Parameters
        ----------
        mass, r
            Mass of the Z' [GeV] and slepton mass ratio; they broadcast.
        n_sigma
            Significance wanted.

        Returns
        -------
        Array
            √(S_min/(L sigma(g=1) BR_inv)); NaN where the photon is softer than the first bin.
        """
        given = checked_array("mass", mass, "GeV", 0.0, 1e30)
        of_sleptons = checked_array("r", r, "(stau over smuon mass)", 1e-30, 1e30)
        together(mass=given, r=of_sleptons)
        masses, ratios = np.broadcast_arrays(given, of_sleptons)
        edges, needed = self.edges(), minimal_signal(self.background(), n_sigma)
        energies = self.energy(np.minimum(masses, self.sqrt_s))
        inside = (energies >= edges[0]) & (masses < self.sqrt_s)
        place = np.clip(np.searchsorted(edges, energies, side="right") - 1, 0, len(needed) - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            limit = np.sqrt(needed[place] / (self.luminosity_fb * self.visible_cross_section(masses, ratios)))
        return np.where(inside, limit, np.nan)

    def coupling_of_ratio(self, r: ArrayLike, max_mass: float = 7.0, n_sigma: float = 3.0) -> dict[str, Array]:
        """Smallest excluded coupling for each slepton mass ratio, for masses below ``max_mass`` [GeV].

        Returns
        -------
        dict
            ``any``: from here up some mass below ``max_mass`` is excluded; ``all``: from here up every one is.
            Shape of ``r``. The paper does not say which of the two it shows.

        Raises
        ------
        ConfigError
            If photons of some masses are below the first bin.
        """
        ratios = checked_array("r", r, "(stau over smuon mass)", 1e-30, 1e30)
        lowest = float(self.mass(self.min_energy))
        reach = f"GeV (the mass for a photon of min_energy = {self.min_energy:g} GeV)"
        top = checked_number("max_mass", max_mass, reach, 0.0, lowest, open_low=True)
        masses = self._mass_grid(top)
        limits = np.empty((2, ratios.size))
        for i, ratio in enumerate(ratios.ravel().tolist()):
            limit = self.coupling_limit(masses, ratio, n_sigma)
            limits[0, i], limits[1, i] = limit.min(), limit.max()
        return {"any": limits[0].reshape(ratios.shape), "all": limits[1].reshape(ratios.shape)}

    def _mass_grid(self, max_mass: float) -> Array:
        """Masses that hold the extremes: both sides of every bin edge and threshold, and 2000 between."""
        corners = np.append(self.mass(self.edges()), [2 * self.constants.m_mu, 2 * self.constants.m_tau])
        steps = np.linspace(0, max_mass, 2000)
        both = np.concatenate([corners * (1 - 1e-9), corners, corners * (1 + 1e-9), steps])
        return np.unique(both[(both <= max_mass) & (both <= self.mass(self.min_energy))])
