"""Photons beside a lepton pair: probabilities that nothing vetoes the event, and that a photon tags it.

The calorimeter loses every photon independently, with a known probability. Conditions on what was seen are
therefore exact sums over which photons were seen; no photon is thrown away at random.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.kernels import kernel

__all__ = ["MOST_SOFT", "SOFT_ROWS", "PhotonNumbers", "PhotonRules", "lost_above", "seen_near", "unvetoed"]

Array = NDArray[np.float64]

MOST_SOFT = 64
"""Photons below the limit on the sum that are followed one by one; further ones must be lost."""

SOFT_ROWS = 5
"""Rows of the workspace of :func:`unvetoed`, of MOST_SOFT + 1 columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotonRules:
    """Conditions on reconstructed photons.

    ``lost_above``: c.m. energy [GeV] above which ``photon_loss`` wants every photon lost. The veto
    (``photon_veto``): photons above ``veto_energy`` [GeV, lab] count; their sum must stay below
    ``veto_sum`` [GeV] and none may be within ``veto_angle`` [rad, lab] of the recoil. The tag
    (``photon_tag``): at least one photon above ``tag_energy`` within ``tag_angle`` of the recoil is seen.
    """

    lost_above: float = math.inf
    veto_energy: float = 0.0
    veto_sum: float = math.inf
    veto_angle: float = 0.0
    tag_energy: float = 0.0
    tag_angle: float = 0.0

    def numbers(self) -> "PhotonNumbers":
        """The same as the kernels want it: angles as cosines."""
        return PhotonNumbers(
            self.lost_above,
            self.veto_energy,
            self.veto_sum,
            math.cos(self.veto_angle) if self.veto_angle > 0 else 2.0,
            self.tag_energy,
            math.cos(self.tag_angle),
            self.veto_energy > 0 or math.isfinite(self.veto_sum) or self.veto_angle > 0 or self.tag_angle > 0,
        )


class PhotonNumbers(NamedTuple):
    """Of :class:`PhotonRules`; a cosine of 2 is no cone. ``geometry``: more than ``lost_above`` is asked."""

    lost_above: float
    veto_energy: float
    veto_sum: float
    veto_cosine: float
    tag_energy: float
    tag_cosine: float
    geometry: bool


@kernel
def lost_above(energy_cm: float, loss: float, numbers: PhotonNumbers) -> float:
    """Factor of one photon in the probability that all above the c.m. threshold are lost."""
    return loss if energy_cm > numbers.lost_above else 1.0


@kernel
def seen_near(energy: float, cosine: float, loss: float, numbers: PhotonNumbers) -> float:
    """Factor of one photon in the probability that NO photon tags; ``cosine`` of its angle to the recoil."""
    return loss if energy > numbers.tag_energy and cosine > numbers.tag_cosine else 1.0


@kernel
def unvetoed(energies: Array, cosines: Array, losses: Array, n: int, numbers: PhotonNumbers, soft: Array) -> float:
    """Probability that what is seen of ``n`` photons does not veto the event.

    Parameters
    ----------
    energies, cosines, losses
        Of the photons: reconstructed energy [GeV], cosine of the angle to the recoil, loss probability.
    n
        How many.
    numbers
        The conditions.
    soft
        (SOFT_ROWS, MOST_SOFT + 1) workspace.

    Returns
    -------
    float
        Product of the losses of those that veto alone, times the sum over all sets of the others whose
        energies stay below the limit.
    """
    probability, k = 1.0, 0
    for j in range(n):
        if energies[j] <= numbers.veto_energy:
            continue
        if cosines[j] > numbers.veto_cosine or energies[j] >= numbers.veto_sum or k == soft.shape[1] - 1:
            probability *= losses[j]
        else:
            soft[0, k], soft[1, k] = energies[j], losses[j]
            k += 1
    if k < 2 or probability == 0.0:
        return probability
    return probability * _quiet(soft, k, numbers.veto_sum)


@kernel
def _quiet(soft: Array, k: int, limit: float) -> float:
    """Probability that the seen ones of ``k`` photons have less energy than ``limit``.

    Depth first over "seen" and "lost" of every photon; a branch ends where the sum is too large, so that only
    sets below the limit cost time. Rows of ``soft``: energy, loss, sum and chance so far.
    """
    total, depth = 0.0, 0
    soft[2, 0], soft[3, 0], soft[4, 0] = 0.0, 1.0, 0.0
    while depth >= 0:
        if depth == k:
            total += soft[3, depth]
            depth -= 1
            continue
        choice = soft[4, depth]
        soft[4, depth] += 1.0
        if choice == 0.0:  # lost
            soft[2, depth + 1], soft[3, depth + 1] = soft[2, depth], soft[3, depth] * soft[1, depth]
        elif choice == 1.0 and soft[2, depth] + soft[0, depth] < limit:  # seen
            soft[2, depth + 1] = soft[2, depth] + soft[0, depth]
            soft[3, depth + 1] = soft[3, depth] * (1.0 - soft[1, depth])
        else:
            if choice >= 1.0:
                depth -= 1
            continue
        depth += 1
        soft[4, depth] = 0.0
    return total
