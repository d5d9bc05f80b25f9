"""The decay modes of the tau: names, branching fractions, records, and numbers for the kernels."""

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.amplitudes.tau_hadronic import Resonances, resonances
from lmutau.gen.constants import Constants
from lmutau.gen.phasespace.tau_decay import NODES, momentum_table
from lmutau.gen.phasespace.tau_hadronic import pair_table
from lmutau.gen.phasespace.tau_modes import LEPTON, PION, TWO_PIONS, Mode
from lmutau.gen.processes.base import Particle

__all__ = ["MODES", "DecayMode", "channel_names", "decay_mode", "pairs", "records", "tau_number"]

Array = NDArray[np.float64]

MODES = ("mu", "e", "pi", "rho")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecayMode:
    """A decay mode of the tau with its numbers.

    ``kernel``: what :mod:`lmutau.gen.phasespace.tau_modes` needs; ``table``: (NODES + 1, 2) inverse
    cumulative of the momentum or of the pair mass (ones if nothing is to draw); ``products``: PDG id
    in the decay of a tau-, mass [GeV], status, and the row of the mother among the products (-1: tau).
    """

    name: str
    tau_mass: float
    branching_fraction: float
    kernel: Mode
    table: Array
    products: tuple[tuple[int, float, int, int], ...]

    @property
    def is_leptonic(self) -> bool:
        """Whether the decay is tau -> l nu nubar."""
        return self.kernel[0] == LEPTON

    def record(self, tau: int, first: int) -> tuple[Particle, ...]:
        """Lines of the truth record: the products of the tau of PDG id ``tau``, from index ``first`` on."""
        mother = 2 if tau > 0 else 3
        sign = 1 if tau > 0 else -1
        return tuple(
            Particle(
                pdg_id=pdg_id if pdg_id in _OWN_ANTIPARTICLES else sign * pdg_id,
                mass=mass,
                status=status,
                mother=mother if row < 0 else first + row,
            )
            for pdg_id, mass, status, row in self.products
        )


_OWN_ANTIPARTICLES = (22, 111)
_NO_RESONANCES: Resonances = (0.0, 0.0, 0.0, 0.0, 0.0)


@functools.cache
def _numbers() -> dict[str, dict[str, Any]]:
    """Numbers of the tau with their sources."""
    return tomllib.loads(resources.files("lmutau.data").joinpath("tau.toml").read_text(encoding="utf-8"))


def tau_number(name: str) -> float:
    """Value of one number of ``data/tau.toml`` in its unit there."""
    return float(_numbers()[name]["value"])


def pairs() -> tuple[str, ...]:
    """All values of the parameter ``decays``: pairs of modes, in both orders."""
    return tuple(f"{first},{second}" for first in MODES for second in MODES)


def decay_mode(name: str, constants: Constants) -> DecayMode:
    """Decay mode ``name``, one of :data:`MODES`."""
    tau, pion = constants.m_tau, tau_number("pion_mass")
    neutrino = (16, 0.0, 1, -1)
    kernel: Mode
    products: tuple[tuple[int, float, int, int], ...]
    if name in ("mu", "e"):
        pdg_id, mass = (13, constants.m_mu) if name == "mu" else (11, constants.m_e)
        table, norm = momentum_table(tau, mass)
        kernel = (LEPTON, mass, 0.0, norm, _NO_RESONANCES)
        products = ((pdg_id, mass, 1, -1), (-pdg_id - 1, 0.0, 1, -1), neutrino)
    elif name == "pi":
        table = np.ones((NODES + 1, 2))
        kernel = (PION, pion, 0.0, 1.0, _NO_RESONANCES)
        products = ((-211, pion, 1, -1), neutrino)
    else:
        neutral = tau_number("neutral_pion_mass")
        shape = ("rho_mass", "rho_width", "rho_prime_mass", "rho_prime_width", "rho_prime_admixture")
        m, width, m_prime, width_prime, beta = (tau_number(key) for key in shape)
        parameters = resonances(m, width, m_prime, width_prime, beta, (pion, neutral))
        table, norm = pair_table(tau, (pion, neutral), parameters)
        kernel = (TWO_PIONS, pion, neutral, norm, parameters)
        photon = (22, 0.0, 1, 1)
        products = ((-211, pion, 1, -1), (111, neutral, 2, -1), photon, photon, neutrino)
    return DecayMode(
        name=name,
        tau_mass=tau,
        branching_fraction=tau_number(f"branching_fraction_{name}"),
        kernel=kernel,
        table=table,
        products=products,
    )


def channel_names(first: DecayMode, second: DecayMode, targeted: bool) -> tuple[str, ...]:
    """Names of the channels: charge assignments, then recoils (two leptons), then who leads."""
    names = []
    for a, b in (("-", "+"), ("+", "-"))[: 1 if first is second else 2]:
        charges = f"{first.name}{a} {second.name}{b}"
        if not targeted:
            names.append("all" if first is second else charges)
            continue
        prefix = "" if first is second else f"{charges}: "
        both_leptonic = first.is_leptonic and second.is_leptonic
        for suffix in ("", ", light recoil")[: 2 if both_leptonic else 1]:
            names += [f"{prefix}{leader} leads{suffix}" for leader in (first.name + a, second.name + b)]
    return tuple(names)


def records(first: DecayMode, second: DecayMode, targeted: bool) -> tuple[tuple[Particle, ...], ...]:
    """Record of each channel, or one for all: both taus, the products of the first mode, of the second."""
    taus = tuple(Particle(pdg_id=pdg_id, mass=first.tau_mass, status=2) for pdg_id in (15, -15))
    start = 2 + len(taus)
    after = start + len(first.products)
    found = [(*taus, *first.record(sign, start), *second.record(-sign, after)) for sign in (15, -15)]
    if first is second:
        return (found[0],)
    each = len(channel_names(first, second, targeted)) // 2
    return tuple(record for record in found for _ in range(each))
