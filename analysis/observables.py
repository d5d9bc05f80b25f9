"""Recoil observables of a muon pair: what the selections, the ntuple and the plots speak of."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmutau.analysis.kinematics import AXES, PAIR_COLUMNS, collision, finish_columns, frame_numbers, pair_columns
from lmutau.gen.constants import CONSTANTS, Constants
from lmutau.gen.errors import ConfigError
from lmutau.gen.kernels import kernel

__all__ = ["OBSERVABLES", "RECOIL_NAMES", "SINGLE_PHOTON_OBSERVABLES", "Observable", "muons_cm", "recoil"]

Array = NDArray[np.float64]

RECOIL_NAMES = PAIR_COLUMNS[:9]
"""Keys of what :func:`recoil` returns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observable:
    """What a column means: formula in words, unit, frame, where it was defined, axis label."""

    formula: str
    unit: str
    frame: str
    source: str
    label: str


_JKPT = "arXiv:1904.13053"
_BELLE2 = "arXiv:2212.03066"
_BR = "arXiv:1811.00407"


def _muon(sign: str, quantity: str, formula: str, unit: str, frame: str, symbol: str) -> tuple[str, Observable]:
    name = "mu_minus" if sign == "-" else "mu_plus"
    label = symbol.replace("MU", rf"\mu^{sign}")
    formula = f"{formula} of the mu{sign}"
    return f"{name}_{quantity}", Observable(formula=formula, unit=unit, frame=frame, source=_JKPT, label=label)


_ALL: tuple[tuple[str, Observable], ...] = (
    (
        "m2_recoil",
        Observable(
            formula="(sqrt(s) - E1* - E2*)^2 - |p1* + p2*|^2; negative values occur after smearing",
            unit="GeV^2",
            frame="invariant",
            source=f"{_JKPT} (m2_miss); {_BELLE2} (M2_recoil)",
            label=r"$m^2_{\mathrm{miss}}$",
        ),
    ),
    (
        "theta_recoil_lab",
        Observable(
            formula="polar angle of P - p1 - p2; 0 if nothing recoils",
            unit="rad",
            frame="laboratory",
            source=_JKPT,
            label=r"$\theta_{\mathrm{recoil}}$",
        ),
    ),
    (
        "theta_recoil_cm",
        Observable(
            formula="polar angle of -(p1* + p2*); 0 if nothing recoils",
            unit="rad",
            frame="c.m.",
            source=_BELLE2,
            label=r"$\theta^*_{\mathrm{recoil}}$",
        ),
    ),
    (
        "pT_recoil",
        Observable(
            formula="transverse part of -(p1* + p2*), the same number as ETmiss",
            unit="GeV",
            frame="c.m.",
            source=_BELLE2,
            label=r"$p^*_{T,\mathrm{recoil}}$",
        ),
    ),
    (
        "ETmiss",
        Observable(
            formula="|transverse part of p1* + p2*|",
            unit="GeV",
            frame="c.m.",
            source=_JKPT,
            label=r"$E_T^{\mathrm{miss}}$",
        ),
    ),
    (
        "opening_cm",
        Observable(
            formula="angle between p1* and p2* = atan2(|p1* x p2*|, p1*.p2*)",
            unit="rad",
            frame="c.m.",
            source=_BELLE2,
            label=r"$\alpha^*_{\mu\mu}$",
        ),
    ),
    (
        "p_trans_thrust",
        Observable(
            formula="|p1* x p2*| over |p1* - p2*| if p1*.p2* < 0, else over |p1* + p2*| (thrust axis)",
            unit="GeV",
            frame="c.m.",
            source=_BELLE2,
            label=r"$p^*_{T,\mathrm{thrust}}$",
        ),
    ),
    (
        "p_trans_hi_lo",
        Observable(
            formula="|p_hi* x p_lo*| / |p_lo*|; hi and lo: muon of larger and smaller E*; 0 if p_lo* = 0",
            unit="GeV",
            frame="c.m.",
            source=_BELLE2,
            label=r"$p^*_{T,\mathrm{hi\,lo}}$",
        ),
    ),
    (
        "p_long_hi_lo",
        Observable(
            formula="p_hi*.p_lo* / |p_lo*|, signed; 0 if p_lo* = 0",
            unit="GeV",
            frame="c.m.",
            source=_BELLE2,
            label=r"$p^*_{L,\mathrm{hi\,lo}}$",
        ),
    ),
    *(
        _muon(sign, *entry)
        for entry in (
            ("p", "momentum", "GeV", "laboratory", "$p(MU)$"),
            ("energy_cm", "energy", "GeV", "c.m.", "$E^*(MU)$"),
            ("pT_cm", "momentum transverse to the e- direction", "GeV", "c.m.", "$p_T^*(MU)$"),
            ("eta_cm", "arsinh(pz*/pT*), about +-70 for pT* = 0,", "1", "c.m.", r"$\eta^*(MU)$"),
            ("pT", "transverse momentum", "GeV", "laboratory", "$p_T(MU)$"),
        )
        for sign in ("-", "+")
    ),
    (
        "pair_mass",
        Observable(
            formula="invariant mass of the pair, sqrt(m1^2 + m2^2 + 2 p1.p2)",
            unit="GeV",
            frame="invariant",
            source=_BELLE2,
            label=r"$M_{\mu\mu}$",
        ),
    ),
)
_SINGLE_PHOTON: tuple[tuple[str, Observable], ...] = (
    ("photon_energy_cm", Observable(formula="energy of the photon", unit="GeV", frame="c.m.", source=_BR,
                                    label=r"$E^*_\gamma$")),
    ("photon_cos_cm", Observable(formula="cosine of its polar angle to the electron beam", unit="1", frame="c.m.",
                                 source=_BR, label=r"$\cos\theta^*_\gamma$")),
    ("photon_energy", Observable(formula="energy of the photon", unit="GeV", frame="laboratory", source=_BR,
                                 label=r"$E_\gamma$")),
    ("photon_theta", Observable(formula="polar angle of the photon", unit="rad", frame="laboratory", source=_BR,
                                label=r"$\theta_\gamma$")),
    ("m2_recoil", Observable(formula="s - 2 sqrt(s) E*; negative values occur after smearing", unit="GeV^2",
                             frame="invariant", source=_BR, label=r"$m^2_{\mathrm{miss}}$")),
)  # fmt: skip
OBSERVABLES: Mapping[str, Observable] = MappingProxyType(dict(_ALL))
"""Every observable of a lepton pair, in the order of the compiled kernel; mu-, mu+ stand for either charge."""

SINGLE_PHOTON_OBSERVABLES: Mapping[str, Observable] = MappingProxyType(dict(_SINGLE_PHOTON))
"""Every observable of a single photon, in the order of the compiled kernel."""


def recoil(
    mu_minus: ArrayLike, mu_plus: ArrayLike, beam: ArrayLike, *, constants: Constants = CONSTANTS
) -> dict[str, Array]:
    """Observables of the system that recoils against a muon pair.

    Parameters
    ----------
    mu_minus, mu_plus
        (n, 3) momenta (px, py, pz) [GeV], laboratory; (3,) is taken as one event.
    beam
        (4,) total four-momentum (E, px, py, pz) [GeV], laboratory. It alone fixes the c.m. frame:
        a pure boost, then e- along +z (the electron direction for beams that cross symmetrically).
    constants
        Source of the muon mass.

    Returns
    -------
    dict
        :data:`RECOIL_NAMES` -> (n,) [GeV, GeV^2, rad], as :data:`OBSERVABLES` describes. Finite for
        every finite input: parallel muons open by 0, an axis of length zero gives 0, no recoil has
        the angle 0.

    Raises
    ------
    ConfigError
        If the momenta do not have the shape (n, 3).
    KinematicsError
        If the beam is not a time-like four-momentum.

    References
    ----------
    arXiv:1904.13053, section 3 (ETmiss, m2_miss); arXiv:2212.03066 (recoil mass, Punzi-net inputs).

    Examples
    --------
    >>> values = recoil([[1.2, 0.7, 2.1]], [[-1.9, 0.9, 1.4]], [11, 0, 0, 3])
    >>> round(float(values["ETmiss"][0]), 6)
    1.746425
    """
    columns = _columns(mu_minus, mu_plus, beam, constants)
    return {name: columns[i] for i, name in enumerate(RECOIL_NAMES)}


def muons_cm(
    mu_minus: ArrayLike, mu_plus: ArrayLike, beam: ArrayLike, *, constants: Constants = CONSTANTS
) -> dict[str, Array]:
    """Quantities of the single muons: ``mu_minus_p`` (laboratory) and E*, pT*, eta* (c.m.) of both.

    Arguments and errors as in :func:`recoil`; keys ``mu_minus_energy_cm``, ``mu_plus_eta_cm``, ...
    """
    columns = _columns(mu_minus, mu_plus, beam, constants)
    names = PAIR_COLUMNS[len(RECOIL_NAMES) :]
    return {name: columns[len(RECOIL_NAMES) + i] for i, name in enumerate(names)}


def _columns(mu_minus: ArrayLike, mu_plus: ArrayLike, beam: ArrayLike, constants: Constants) -> Array:
    """All pair columns, shape (len(PAIR_COLUMNS), n)."""
    minus, plus = (np.atleast_2d(np.ascontiguousarray(p, dtype=np.float64)) for p in (mu_minus, mu_plus))
    if minus.shape != plus.shape or minus.ndim != 2 or minus.shape[1] != 3:
        raise ConfigError(
            f"mu_minus, mu_plus: need two arrays of one shape (n, 3), got {minus.shape} and {plus.shape}."
        )
    initial = collision(beam)
    out, along = np.empty((len(PAIR_COLUMNS), len(minus))), np.empty((AXES, len(minus)))
    _fill(minus, plus, constants.m_mu, (initial.total, initial.sqrt_s, initial.to_cms), out, along)
    finish_columns(out, along)
    return out


@kernel
def _fill(minus: Array, plus: Array, mass: float, frame: tuple[Array, float, Array], out: Array, along: Array) -> None:
    total, sqrt_s, to_cms = frame
    beam, matrix = frame_numbers(total, to_cms)
    for i in range(len(minus)):
        first = (minus[i, 0], minus[i, 1], minus[i, 2], mass)
        second = (plus[i, 0], plus[i, 1], plus[i, 2], mass)
        values, axes = pair_columns(first, second, beam, sqrt_s, matrix)
        for column in range(len(values)):
            out[column, i] = values[column]
        for axis in range(len(axes)):
            along[axis, i] = axes[axis]
