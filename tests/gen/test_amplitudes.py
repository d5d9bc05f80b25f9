"""Squared amplitudes of muon pairs: reference values, spinors, symmetries and limits."""

import dataclasses
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lmutau.gen.amplitudes import arrays
from lmutau.gen.amplitudes.mumugamma import mumugamma_squared
from lmutau.gen.amplitudes.mumuzp import mumuzp_squared
from lmutau.gen.amplitudes.products import product
from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError
from tests import spinors

Array = NDArray[Any]  # double or, for the corners, extended precision

REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "points_mumu.json").read_text(encoding="utf-8"))
CONST = dataclasses.replace(CONSTANTS, **REFERENCE["constants"])
CHARGE2 = 4 * math.pi * CONST.alpha
SQRT_S = 10.58
extended = pytest.mark.skipif(
    bool(np.finfo(np.longdouble).eps > 1e-18), reason="long double is not extended on this machine"
)


def place(
    energy: Any,
    direction: Array,
    star: Array,
    *,
    mass: float = 0.0,
    m_e: float = CONST.m_e,
    m_mu: float = CONST.m_mu,
) -> Array:
    """Momenta (n, 5, 4) from boson energy, direction (n, 3) and the mu- direction in the pair frame.

    ``star`` has its components along e_theta, e_phi of the boson and along the boson itself.
    """
    s = SQRT_S**2
    k = np.sqrt((energy - mass) * (energy + mass))
    pair = np.sqrt(s + mass**2 - 2 * SQRT_S * energy)
    p_star = np.sqrt(pair**2 / 4 - m_mu**2)
    sine = np.sqrt(direction[:, 0] ** 2 + direction[:, 1] ** 2)
    zero = np.zeros_like(sine)
    e_phi = np.stack([-direction[:, 1] / sine, direction[:, 0] / sine, zero], axis=1)
    e_theta = np.cross(e_phi, direction)
    gamma, eta = (SQRT_S - energy) / pair, k / pair
    result = np.zeros((len(direction), 5, 4), dtype=direction.dtype)
    result[:, :2, 0] = SQRT_S / 2
    result[:, 0, 3] = np.sqrt((direction.dtype.type(SQRT_S) / 2) ** 2 - m_e**2)
    result[:, 1, 3] = -result[:, 0, 3]
    for row, sign in ((2, 1), (3, -1)):
        along = sign * p_star * star[:, 2]
        result[:, row, 0] = gamma * pair / 2 - eta * along
        result[:, row, 1:] = (
            (sign * p_star * star[:, 0])[:, None] * e_theta
            + (sign * p_star * star[:, 1])[:, None] * e_phi
            + (gamma * along - eta * pair / 2)[:, None] * direction
        )
    result[:, 4, 0] = energy
    result[:, 4, 1:] = k[:, None] * direction
    return result


def unit(cosine: Any, azimuth: Any) -> Array:
    sine = np.sqrt((1 - cosine) * (1 + cosine))
    return np.stack([sine * np.cos(azimuth), sine * np.sin(azimuth), cosine + 0 * azimuth], axis=1)


def random_points(
    n: int,
    seed: int,
    *,
    mass: float = 0.0,
    corners: bool = False,
    m_e: float = CONST.m_e,
    m_mu: float = CONST.m_mu,
) -> Array:
    """Random events; with ``corners`` soft bosons, collinear with a beam or a muon, in extended precision."""
    rng = np.random.default_rng(seed)
    kind = np.longdouble if corners else np.float64
    r = rng.random((6, n)).astype(kind)
    masses = {"mass": mass, "m_e": m_e, "m_mu": m_mu}
    top = (SQRT_S**2 + mass**2 - 4 * m_mu**2) / (2 * SQRT_S)
    if not corners:
        low = max(mass, 0.1)
        energy = low + (top - low) * (0.01 + 0.98 * r[0])
        return place(
            energy,
            unit(2 * r[1] - 1, 2 * math.pi * r[2]),
            unit(2 * r[3] - 1, 2 * math.pi * r[4]),
            **masses,
        )
    sign = np.where(r[5] < 0.5, 1, -1)
    energy = mass + (top - mass) * 10 ** (-5 * r[0])
    near_beam = sign * (1 - 10 ** (-12 * r[1]))
    near_muon = sign * (1 - 10 ** (-8 * r[3]))
    return place(energy, unit(near_beam, 2 * math.pi * r[2]), unit(near_muon, 2 * math.pi * r[4]), **masses)


def invariants(p: Array) -> Array:
    """The seven kinematic arguments of ``mumugamma_squared``, in the precision of the momenta."""
    dot, (p1, p2, k1, k2, k) = spinors.dot, p.swapaxes(0, 1)
    products = [dot(p1 + p2, p1 + p2), dot(p1, k), dot(p2, k), dot(k1, k), dot(k2, k)]
    return np.stack([*products, dot(p1 - p2, k1), dot(p1 - p2, k2)], axis=1)


def each(function: Callable[..., float], rows: Array, *arguments: float) -> Array:
    """A scalar kernel for every row of numbers, the other arguments behind."""
    return np.array([function(*row, *arguments) for row in rows.tolist()])


def turned(p: Array, velocity: float = 0.0) -> Array:
    """Rotate by a fixed rotation, then boost along x."""
    turn, _ = np.linalg.qr(np.random.default_rng(5).normal(size=(3, 3)))
    turn *= np.linalg.det(turn)
    q = p.copy()
    q[..., 1:] = p[..., 1:] @ turn
    gamma = 1 / math.sqrt(1 - velocity**2)
    energy, x = q[..., 0].copy(), q[..., 1].copy()
    q[..., 0], q[..., 1] = gamma * (energy + velocity * x), gamma * (x + velocity * energy)
    return q


@pytest.mark.parametrize("index", range(25))
@pytest.mark.parametrize("name", ["mumu", "mumugamma", "mumuzp"])
def test_reference_point(name: str, index: int) -> None:
    point = REFERENCE["processes"][name][index]
    extra = {"mass": point["mass"], "g": 1.0} if name == "mumuzp" else {}
    value = getattr(arrays, name)(np.array([point["momenta"]]), constants=CONST, **extra)
    assert value == pytest.approx(point["me2"], rel=point["tol"])


@pytest.mark.parametrize(
    ("which", "mass", "variables", "expected"),
    [
        ("all", 0.0, (2.0, 0.3, 0.4, -0.5, 1.1), 2.9229981556e-3),
        ("isr", 0.0, (2.0, 0.3, 0.4, -0.5, 1.1), 1.1501708134e-3),
        ("fsr", 0.0, (2.0, 0.3, 0.4, -0.5, 1.1), 8.6690443132e-4),
        ("boson", 0.1, (3.5, -0.6, 2.0, 0.7, 4.0), 2.9230572951e-3),
        ("boson", 1.5, (2.0, 0.3, 0.4, -0.5, 1.1), 8.0527177029e-3),
    ],
)
def test_massless_electron_values(which: str, mass: float, variables: tuple[float, ...], expected: float) -> None:
    """Separate evaluation with m_e = 0, printed with 11 digits."""
    const = dataclasses.replace(CONST, m_e=0.0, alpha=0.0072973525693, m_mu=0.1056583745)
    energy, cos_v, phi_v, cos_mu, phi_mu = (np.array([v]) for v in variables)
    p = place(energy, unit(cos_v, phi_v), unit(cos_mu, phi_mu), mass=mass, m_e=0.0, m_mu=const.m_mu)
    if which == "boson":
        value = arrays.mumuzp(p, mass=mass, constants=const)
    elif which == "all":
        value = arrays.mumugamma(p, constants=const)
    else:
        value = arrays.mumugamma_parts(p, constants=const)[:, ["isr", "fsr"].index(which)]
    assert value == pytest.approx(expected, rel=1e-10)


def test_photon_agrees_with_spinors() -> None:
    p = random_points(200, 1)
    assert arrays.mumugamma(p, constants=CONST) == pytest.approx(spinors.mumugamma(p, CONST), rel=1e-10)


def test_parts_agree_with_spinors() -> None:
    p = random_points(100, 2)
    e = math.sqrt(CHARGE2)
    isr, fsr, mixed = arrays.mumugamma_parts(p, constants=CONST).T
    only_isr = spinors.mumu_boson(p, electron_coupling=e, muon_coupling=0.0, constants=CONST)
    only_fsr = spinors.mumu_boson(p, electron_coupling=0.0, muon_coupling=e, constants=CONST)
    assert isr == pytest.approx(only_isr, rel=1e-10)
    assert fsr == pytest.approx(only_fsr, rel=1e-10)
    assert isr + fsr + mixed == pytest.approx(arrays.mumugamma(p, constants=CONST), rel=1e-13)


@pytest.mark.parametrize("mass", [1e-3, 0.1, 1.0, 5.0, 10.3])
def test_boson_agrees_with_spinors(mass: float) -> None:
    p = random_points(100, 3, mass=mass)
    value = arrays.mumuzp(p, mass=mass, g=0.7, constants=CONST)
    assert value == pytest.approx(spinors.mumuzp(p, mass, 0.7, CONST), rel=1e-10)


def test_electron_mass_terms_agree_with_spinors() -> None:
    """With a beam particle of 1 GeV every term in m_e counts; the true mass would hide a mistake."""
    heavy = dataclasses.replace(CONST, m_e=1.0, m_mu=0.7)
    p = random_points(100, 18, m_e=1.0, m_mu=0.7)
    q = random_points(100, 19, mass=0.5, m_e=1.0, m_mu=0.7)
    assert arrays.mumugamma(p, constants=heavy) == pytest.approx(spinors.mumugamma(p, heavy), rel=1e-11)
    assert arrays.mumuzp(q, mass=0.5, constants=heavy) == pytest.approx(spinors.mumuzp(q, 0.5, 1.0, heavy), rel=1e-11)
    pair = random_points(100, 20, m_e=1.0, m_mu=0.7)[:, :4]
    pair[:, 2, 0] = pair[:, 3, 0] = SQRT_S / 2  # back to back, on shell
    size = np.sqrt(SQRT_S**2 / 4 - heavy.m_mu**2)
    pair[:, 2, 1:] *= size / np.sqrt((pair[:, 2, 1:] ** 2).sum(axis=1, keepdims=True))
    pair[:, 3, 1:] = -pair[:, 2, 1:]
    assert arrays.mumu(pair, constants=heavy) == pytest.approx(spinors.mumu(pair, heavy), rel=1e-12)


@extended
def test_photon_in_soft_and_collinear_corners() -> None:
    """Double-precision kernel of invariants against spinors with 64-bit mantissa, p1.k down to 1e-12.

    The median deviation is 1e-12; the tolerance is that of a soft photon (k/E = 1e-4) inside the dead
    cone of the electron, where rounding p1.k alone changes |M|² by ulp (E/k)² = 1e-8.
    """
    p = random_points(400, 4, corners=True)
    variables = invariants(p).astype(np.float64)
    assert variables[:, 1].min() < 1e-10
    arguments = (CONST.m_e**2, CONST.m_mu**2, CONST.alpha)
    value = each(mumugamma_squared, variables, *arguments)
    assert value == pytest.approx(spinors.mumugamma(p, CONST).astype(np.float64), rel=1e-7)


@extended
@pytest.mark.parametrize("mass", [1e-3, 0.1, 5.0, 10.3])
def test_boson_in_soft_and_collinear_corners(mass: float) -> None:
    p = random_points(200, 5, mass=mass, corners=True)
    s, _, _, z, w, a, b = invariants(p).T
    table = np.stack([s, 2 * z + mass**2, 2 * w + mass**2, a, b], axis=1).astype(np.float64)
    arguments = (CONST.m_e**2, CONST.m_mu**2, mass**2, CONST.alpha, 1.0)
    value = each(mumuzp_squared, table, *arguments)
    assert value == pytest.approx(spinors.mumuzp(p, mass, 1.0, CONST).astype(np.float64), rel=1e-9)


def test_spinors_are_gauge_invariant() -> None:
    """The momentum in place of the polarisation gives nothing, photon or massive boson."""
    for mass, electron in ((0.0, 0.3), (1.0, 0.0)):
        p = random_points(50, 6, mass=mass)
        keywords: dict[str, Any] = {
            "mass": mass,
            "electron_coupling": electron,
            "muon_coupling": 0.3,
            "constants": CONST,
        }
        gauge = spinors.mumu_boson(p, polarisation=p[:, 4], **keywords)
        scale = p[:, 4, 0] ** 2 * spinors.mumu_boson(p, **keywords)
        assert np.all(gauge < 1e-18 * scale)


@pytest.mark.parametrize("velocity", [0.0, 0.6])
def test_lorentz_invariance(velocity: float) -> None:
    p, q = random_points(100, 7), random_points(100, 8, mass=0.5)
    photon, boson = arrays.mumugamma(p, constants=CONST), arrays.mumuzp(q, mass=0.5, constants=CONST)
    assert arrays.mumugamma(turned(p, velocity), constants=CONST) == pytest.approx(photon, rel=1e-9)
    assert arrays.mumuzp(turned(q, velocity), mass=0.5, constants=CONST) == pytest.approx(boson, rel=1e-9)


def test_charge_conjugation() -> None:
    """Exchanging the muons changes the sign of the interference only; exchanging all pairs, nothing."""
    p = random_points(100, 9)
    isr, fsr, mixed = arrays.mumugamma_parts(p, constants=CONST).T
    swapped = arrays.mumugamma_parts(p[:, [0, 1, 3, 2, 4]], constants=CONST).T
    assert swapped[0] == pytest.approx(isr, rel=1e-11)
    assert swapped[1] == pytest.approx(fsr, rel=1e-11)
    assert np.all(np.abs(swapped[2] + mixed) < 1e-11 * np.sqrt(isr * fsr))
    both = arrays.mumugamma(p[:, [1, 0, 3, 2, 4]], constants=CONST)
    assert both == pytest.approx(isr + fsr + mixed, rel=1e-10)


def test_parts_obey_the_schwarz_inequality() -> None:
    p = random_points(500, 10, corners=True).astype(np.float64)
    isr, fsr, mixed = arrays.mumugamma_parts(p, constants=CONST).T
    assert np.all(isr > 0)
    assert np.all(fsr > 0)
    assert np.all(mixed**2 <= 4 * isr * fsr * (1 + 1e-6))


def test_soft_photon_limit() -> None:
    """|M|² → |M(mumu)|² e² [-(v_p - v_k)²] with corrections of order E/sqrt(s), here 1e-6."""
    rng = np.random.default_rng(11)
    n = 50
    direction = unit(rng.uniform(-0.9, 0.9, n), rng.uniform(0, 6, n))
    star = unit(rng.uniform(-0.9, 0.9, n), rng.uniform(0, 6, n))
    p = place(np.full(n, 1e-6), direction, star)
    p1, p2, k1, k2, k = p.swapaxes(0, 1)
    parts = [q / spinors.dot(q, k)[:, None] for q in (p1, p2, k1, k2)]
    current = parts[0] - parts[1] - parts[2] + parts[3]
    eikonal = -CHARGE2 * spinors.dot(current, current)
    born = arrays.mumu(p[:, :4], constants=CONST)
    assert arrays.mumugamma(p, constants=CONST) == pytest.approx(born * eikonal, rel=1e-5)


def test_massless_photon_formula() -> None:
    """Without masses: e⁶ (t² + t'² + u² + u'²)/(s s') [-(v_p - v_k)²] (Berends, Kleiss)."""
    p = random_points(100, 12, m_e=0.0, m_mu=0.0)
    const = dataclasses.replace(CONST, m_e=0.0, m_mu=0.0)
    dot, (p1, p2, k1, k2, k) = spinors.dot, p.swapaxes(0, 1)
    squares = 4 * sum(dot(a, b) ** 2 for a in (p1, p2) for b in (k1, k2))
    v_p = p1 / dot(p1, k)[:, None] - p2 / dot(p2, k)[:, None]
    v_k = k1 / dot(k1, k)[:, None] - k2 / dot(k2, k)[:, None]
    expected = -(CHARGE2**3) * squares * dot(v_p - v_k, v_p - v_k) / (SQRT_S**2 * 2 * dot(k1, k2))
    assert arrays.mumugamma(p, constants=const) == pytest.approx(expected, rel=1e-10)


def test_boson_averaged_over_the_beam_axis() -> None:
    """Massless leptons: (8/3) e⁴ g²/s x the Dalitz density of photon* → l l V.

    |M|² is quadratic in the beam direction: three orthogonal axes are the full average.
    """
    mass = 2.0
    const = dataclasses.replace(CONST, m_e=0.0, m_mu=0.0)
    p = random_points(50, 13, mass=mass, m_e=0.0, m_mu=0.0)
    average = np.zeros(len(p))
    for axis in range(3):
        q = p.copy()
        q[:, :2, 1:] = 0
        q[:, 0, 1 + axis], q[:, 1, 1 + axis] = SQRT_S / 2, -SQRT_S / 2
        average += arrays.mumuzp(q, mass=mass, g=0.5, constants=const) / 3
    rho = mass**2 / SQRT_S**2
    x1, x2 = 2 * p[:, 2, 0] / SQRT_S, 2 * p[:, 3, 0] / SQRT_S
    density = ((x1 + rho) ** 2 + (x2 + rho) ** 2) / ((1 - x1) * (1 - x2))
    density -= rho * (1 / (1 - x1) ** 2 + 1 / (1 - x2) ** 2)
    assert average == pytest.approx(8 / 3 * CHARGE2**2 * 0.25 / SQRT_S**2 * density, rel=1e-10)


def test_light_boson_becomes_the_photon() -> None:
    """The current is conserved: the longitudinal state decouples, no 1/M² is left."""
    e = math.sqrt(CHARGE2)
    p = random_points(100, 14)
    fsr = arrays.mumugamma_parts(p, constants=CONST)[:, 1]
    assert arrays.mumuzp(p, mass=0.0, g=e, constants=CONST) == pytest.approx(fsr, rel=1e-12)
    nearly = random_points(100, 14, mass=1e-5)
    assert arrays.mumuzp(nearly, mass=1e-5, g=e, constants=CONST) == pytest.approx(fsr, rel=1e-5)


def test_photon_along_the_beam_is_finite() -> None:
    """p1.k = E k (1 - beta) = k m_e²/(E + P), not the rounding error of E k - P k."""
    beam = math.sqrt(SQRT_S**2 / 4 - CONST.m_e**2)
    value = product(SQRT_S / 2, 0.0, 0.0, beam, CONST.m_e**2, 2.0, 0.0, 0.0, 2.0, 0.0)
    assert value == pytest.approx(2 * CONST.m_e**2 / (SQRT_S / 2 + beam), rel=1e-15)
    sine = 1e-9  # the direction needs a transverse part to have an azimuth
    p = place(np.array([2.0]), np.array([[sine, 0.0, 1.0]]), np.array([[0.6, 0.0, 0.8]]))
    assert arrays.mumugamma(p, constants=CONST)[0] > 0


@extended
def test_product_of_collinear_momenta() -> None:
    """Relative accuracy of a few ulp down to parallel momenta, for all kinds of masses."""
    rng = np.random.default_rng(16)
    n = 300
    masses = rng.choice([0.0, CONST.m_e, CONST.m_mu, 1.0], size=(2, n))
    angle = 10 ** rng.uniform(-6, 0.4, n)
    size1, size2 = 10 ** rng.uniform(-1, 1, (2, n))
    p, q = (np.zeros((n, 4), dtype=np.longdouble) for _ in range(2))
    p[:, 3], q[:, 1], q[:, 3] = size1, size2 * np.sin(angle), size2 * np.cos(angle)
    for vector, mass in ((p, masses[0]), (q, masses[1])):
        vector[:, 0] = np.sqrt((vector[:, 1:] ** 2).sum(axis=1) + mass.astype(np.longdouble) ** 2)
    table = np.concatenate([p, masses[:1].T ** 2, q, masses[1:].T ** 2], axis=1).astype(np.float64)
    exact = spinors.dot(p, q).astype(np.float64)
    assert np.all(np.abs(each(product, table) - exact) < 1e-14 * exact + 1e-18 * size1 * size2)


def test_coupling_powers() -> None:
    p = random_points(5, 15, mass=0.5)
    double = dataclasses.replace(CONST, alpha=2 * CONST.alpha)
    once = arrays.mumuzp(p, mass=0.5, g=1.0, constants=CONST)
    assert arrays.mumuzp(p, mass=0.5, g=3.0, constants=CONST) == pytest.approx(9 * once, rel=1e-14)
    assert arrays.mumuzp(p, mass=0.5, g=1.0, constants=double) == pytest.approx(4 * once, rel=1e-14)


def test_long_arrays_are_the_single_events() -> None:
    """The array function works in chunks; every event is the one it is alone, bit for bit."""
    p = random_points(1000, 17)
    alone = np.array([arrays.mumugamma(p[i : i + 1], constants=CONST)[0] for i in range(len(p))])
    assert np.array_equal(arrays.mumugamma(p, constants=CONST), alone)
    assert np.array_equal(arrays.mumugamma(p[::2], constants=CONST), alone[::2])


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(5, 4\), expected \(n, 5, 4\).*photon"):
        arrays.mumugamma(np.zeros((5, 4)))
    with pytest.raises(ValueError, match=r"expected \(n, 4, 4\)"):
        arrays.mumu(np.zeros((3, 5, 4)))
    with pytest.raises(ConfigError, match=r"mass = -1\.0 GeV"):
        arrays.mumuzp(np.zeros((1, 5, 4)), mass=-1.0)
    assert arrays.mumuzp(np.zeros((0, 5, 4)), mass=1.0).shape == (0,)
