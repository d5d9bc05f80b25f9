"""The dark decays that the options of ``lmutau model widths`` describe."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.gen.errors import ConfigError

__all__ = ["DarkSector"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DarkSector:
    """Dark particle: kind, mass [GeV], and either alpha_D or the width [GeV]."""

    kind: str
    mass: float
    alpha_d: float | None
    width: float | None

    @classmethod
    def checked(cls, kind: str, mass: float, alpha_d: float | None, width: float | None) -> "DarkSector":
        """From options that fit together.

        Raises
        ------
        ConfigError
            If they do not.
        """
        from lmutau.gen.model.arguments import checked_array, checked_choice

        checked_choice("--dark", kind, ("none", "fermion", "scalar"))
        given = [
            name for name, value in (("--alpha-d", alpha_d), ("--dark-width", width), ("--dark-mass", mass)) if value
        ]
        if kind == "none" and given:
            raise ConfigError(f"{given[0]}: needs to know what decays: add --dark fermion or --dark scalar.")
        if kind != "none" and (alpha_d is None) == (width is None):
            raise ConfigError(f"--dark {kind}: give one of --alpha-d and --dark-width; the other one follows.")
        for name, value in (("--alpha-d", alpha_d), ("--dark-width", width), ("--dark-mass", mass)):
            if value is not None:
                checked_array(name, value, "", 0.0, 1e30)
        return cls(kind=kind, mass=mass, alpha_d=alpha_d, width=width)

    def widths_and_couplings(self, masses: ArrayLike) -> tuple[Array, Array]:
        """Width [GeV] and alpha_D at each mass; alpha_D is NaN where a closed channel is asked for a width."""
        from lmutau.gen import model

        grid = np.asarray(masses, dtype=np.float64)
        if self.kind == "none":
            return np.zeros_like(grid), np.full_like(grid, np.nan)
        forward: Any = model.width_dark_fermion if self.kind == "fermion" else model.width_dark_scalar
        backward: Any = model.alpha_dark_fermion if self.kind == "fermion" else model.alpha_dark_scalar
        if self.width is None:
            return forward(grid, self.alpha_d, self.mass), np.full_like(grid, self.alpha_d)
        is_open = grid > 2 * self.mass
        alpha = np.full_like(grid, np.nan)
        alpha[is_open] = backward(grid[is_open], self.width, self.mass)
        return np.where(is_open, self.width, 0.0), alpha
