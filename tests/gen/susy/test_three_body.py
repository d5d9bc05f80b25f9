"""Three-body widths: Fermi's constant limits, Fierz identities that fix every relative sign, dispersion integrals."""

import dataclasses
import math

import mpmath
import numpy as np
import pytest

from lmutau.gen.susy.decay.fermion_amplitude import Exchange, squared_fermion_amplitude
from lmutau.gen.susy.decay.scalar_amplitude import Link, squared_scalar_amplitude
from lmutau.gen.susy.decay.spinors import bar, slash, u_spinors, v_spinors
from lmutau.gen.susy.decay.three_body import Kinematics, kinematics, three_body_width
from lmutau.gen.susy.decay.two_body import (
    fermion_to_scalar,
    fermion_to_vector,
    momentum,
    scalar_to_fermions,
)
from lmutau.gen.susy.decay.virtual import find_poles

HEAVY = 1e6  # GeV: contact interactions


def fermion_width(masses: tuple[float, float, float, float], *diagrams: Exchange, nodes: int = 32) -> float:
    return three_body_width(*masses, lambda grid: squared_fermion_amplitude(grid, masses, list(diagrams)), nodes=nodes)


def scalar_width(masses: tuple[float, float, float, float], *diagrams: Link, nodes: int = 32) -> float:
    light = masses[2:]
    return three_body_width(*masses, lambda grid: squared_scalar_amplitude(grid, light, list(diagrams)), nodes=nodes)


def vector(
    first: tuple[complex, complex], second: tuple[complex, complex], mass: float = HEAVY, width: float = 0.0
) -> Exchange:
    return Exchange(kind="vector", first=first, second=second, mass=mass, width=width)


def test_spinors_are_complete() -> None:
    p = np.array([[math.sqrt(1 + 4 + 9 + 25), 1.0, 2.0, 3.0]])
    u, v = u_spinors(p, 5.0), v_spinors(p, 5.0)
    assert np.einsum("nsa,nsb->nab", u, bar(u)) == pytest.approx(slash(p) + 5 * np.eye(4))
    assert np.einsum("nsa,nsb->nab", v, bar(v)) == pytest.approx(slash(p) - 5 * np.eye(4))


def test_phase_space_volume_and_momentum() -> None:
    mass = 3.0
    grid = kinematics(mass, 0.0, 0.0, 0.0)
    assert np.sum(grid.weight) == pytest.approx(mass**2 / (256 * math.pi**3), rel=1e-10)
    grid = kinematics(3.0, 1.0, 0.7, 0.2)
    assert grid.heavy + grid.first + grid.second == pytest.approx(grid.parent, abs=1e-12)
    for p, m in ((grid.heavy, 1.0), (grid.first, 0.7), (grid.second, 0.2)):
        assert p[:, 0] ** 2 - np.sum(p[:, 1:] ** 2, axis=1) == pytest.approx(m * m, abs=1e-12)


@pytest.mark.parametrize("ratio", [0.0, 0.3, 0.8])
def test_muon_decay(ratio: float) -> None:
    g, m = 0.65, 2.0
    fermi = math.sqrt(2) * g**2 / (8 * HEAVY**2)
    x = ratio**2
    shape = 1 - 8 * x + 8 * x**3 - x**4 - (12 * x**2 * math.log(x) if x else 0)
    pair = (g / math.sqrt(2), 0.0)
    width = fermion_width((m, ratio * m, 0.0, 0.0), vector(pair, pair))
    assert width == pytest.approx(fermi**2 * m**5 / (192 * math.pi**3) * shape, rel=1e-9)


def test_beta_decay_of_a_nearly_degenerate_pair() -> None:
    """(f² + 3 f_A²) Δ⁵/(60 π³), as for the neutron without Coulomb forces."""
    gap, a, b, g = 1e-3, 0.3, 0.2, 0.4
    width = fermion_width((100.0, 100.0 - gap, 0.0, 0.0), vector((a - b, a + b), (g, 0.0), mass=80.0))
    contact = g / (2 * 80.0**2)  # G_F/√2 times the vector coupling is a times this
    expected = 2 * contact**2 * (a**2 + 3 * b**2) * gap**5 / (60 * math.pi**3)
    assert width == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("heavy", [0.0, 40.0])
def test_fierz_identities_fix_the_signs(heavy: float) -> None:
    """Heavy scalars are vectors: (f̄1 P_R A)(B̄ P_L f2) = -(f̄1 γ P_L f2)(B̄ γ P_R A)/2, crossed with the other sign."""
    masses = (100.0, heavy, 0.0, 0.0)
    a, b = 0.6, 0.7
    direct = Exchange(kind="direct", first=(0.0, a), second=(b, 0.0), mass=HEAVY)
    crossed = Exchange(kind="crossed", first=(0.0, a), second=(b, 0.0), mass=HEAVY)
    right, left = vector((0.0, a), (b / 2, 0.0)), vector((a, 0.0), (b / 2, 0.0))
    for scalar, same, sign in ((direct, right, 1), (crossed, left, -1)):
        alone = fermion_width(masses, same)
        assert fermion_width(masses, scalar) == pytest.approx(alone, rel=1e-7)
        both = fermion_width(masses, scalar, same)
        assert both == pytest.approx((4 if sign > 0 else 0) * alone, rel=1e-6, abs=1e-8 * alone)


@pytest.mark.parametrize("kind", ["direct", "crossed"])
def test_massive_fermions_and_any_couplings(kind: str) -> None:
    """One scalar alone against its two traces: Σ|M|² is a product of two-body squares."""
    masses, scalar = (100.0, 20.0, 5.0, 8.0), 300.0
    first, second = (0.3 + 0.2j, -0.5j), (0.7, 0.1 - 0.4j)
    own = {"direct": 5.0, "crossed": 8.0}[kind]
    other = 13.0 - own
    at_parent, at_heavy = (first, second) if kind == "direct" else (second, first)

    def spectrum(t: float) -> float:
        root = math.sqrt(t)
        into = fermion_to_scalar(100.0, own, root, at_parent)
        return root * into * scalar_to_fermions(root, 20.0, other, at_heavy) / (math.pi * (t - scalar**2) ** 2)

    expected = mpmath.quad(lambda t: spectrum(float(t)), [(20 + other) ** 2, 1000, 4000, (100 - own) ** 2])
    width = fermion_width(masses, Exchange(kind=kind, first=first, second=second, mass=scalar))  # type: ignore[arg-type]
    assert width == pytest.approx(float(expected), rel=1e-5)


def test_vector_with_massive_fermions() -> None:
    """An off-shell vector with its longitudinal part, as a sum of spins 1 and 0 of mass √s."""
    pair, light, mass = (0.3 + 0.1j, -0.2), (0.4, 0.1), 150.0
    masses = (100.0, 20.0, 6.0, 9.0)
    width = fermion_width(masses, vector(pair, light, mass=mass, width=20.0))

    def spectrum(s: float) -> float:
        root = math.sqrt(s)
        spin1 = fermion_to_vector(100.0, 20.0, root, pair)
        along = (100 * pair[1] - 20 * pair[0], 100 * pair[0] - 20 * pair[1])
        spin0 = fermion_to_scalar(100.0, 20.0, root, along)
        gv2, ga2 = abs(sum(light) / 2) ** 2, abs((light[1] - light[0]) / 2) ** 2
        p = momentum(root, 6.0, 9.0)
        plus, minus = s - 15**2, s - 9  # (m1 + m2)², (m1 - m2)²
        decay1 = p / (8 * math.pi * s) * 2 / 3 * (gv2 * minus * (2 + 225 / s) + ga2 * plus * (2 + 9 / s))
        decay0 = p / (8 * math.pi * s) * 2 * (gv2 * 9 * plus + ga2 * 225 * minus)
        spins = spin1 * decay1 + (1 / s - 1 / mass**2) ** 2 * spin0 * decay0
        return root / math.pi * spins / ((s - mass**2) ** 2 + (mass * 20.0) ** 2)

    expected = mpmath.quad(lambda s: spectrum(float(s)), [15**2, 1000, 3000, 80**2])
    assert width == pytest.approx(float(expected), rel=1e-5)


def test_semileptonic_scalar_decay() -> None:
    """G_F²/(24 π³) ∫ p³ dq² with the propagator, as for a kaon with a constant form factor."""
    mass, heavy, w, g, coupling = 170.0, 140.0, 80.0, 0.46, 0.3
    integral = mpmath.quad(
        lambda s: float(momentum(mass, heavy, math.sqrt(s))) ** 3 / (1 - s / w**2) ** 2, [0, 500, 30**2]
    )
    fermi2 = 2 * (coupling * g / (2 * w**2)) ** 2  # G_F²
    expected = fermi2 * float(integral) / (24 * math.pi**3)
    link = Link(kind="vector", first=(coupling, 0.0), second=(g, 0.0), mass=w)
    assert scalar_width((mass, heavy, 0.0, 0.0), link) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("flipped", [False, True])
def test_scalar_through_a_fermion(flipped: bool) -> None:
    """A -> f1 χ*, χ* -> B f2 as a dispersion integral over the virtual mass, with and without change of chirality."""
    first = (0.0, 0.5)
    second = (0.7, 0.0) if not flipped else (0.0, 0.7)
    mass, heavy, chi = 200.0, 90.0, 260.0

    def spectrum(t: float) -> float:
        root = math.sqrt(t)
        into = scalar_to_fermions(mass, 0.0, root, first)
        out = fermion_to_scalar(root, 0.0, heavy, second)
        number = chi**2 if flipped else t
        return 2 * root * into * out * number / t / (2 * math.pi) / (t - chi**2) ** 2

    expected = mpmath.quad(lambda t: spectrum(float(t)), [heavy**2, 15000, 25000, mass**2])
    link = Link(kind="fermion", first=first, second=second, mass=chi)
    assert scalar_width((mass, heavy, 0.0, 0.0), link) == pytest.approx(float(expected), rel=1e-6)


def test_two_equal_fermions() -> None:
    """With a change of chirality ū_1 P v_2 is antisymmetric, and so are the fields: both terms agree."""
    link = Link(kind="fermion", first=(0.5, 0.0), second=(0.7, 0.0), mass=HEAVY)
    other = Link(kind="fermion", first=(0.5, 0.0), second=(0.7, 0.0), mass=HEAVY, swapped=True)
    masses = (200.0, 90.0, 1.0, 1.0)
    assert scalar_width(masses, link, other) == pytest.approx(4 * scalar_width(masses, link), rel=1e-6)
    assert scalar_width(masses, other) == pytest.approx(scalar_width(masses, link), rel=1e-9)


def test_more_nodes_change_nothing() -> None:
    """A slepton 1 GeV above its threshold is the sharpest structure that occurs."""
    masses = (100.0, 60.0, 0.0005, 0.0005)
    near = Exchange(kind="direct", first=(0.0, 0.3), second=(0.3, 0.0), mass=101.0)
    z = vector((0.1, -0.1), (0.3, 0.2), mass=91.2, width=2.5)
    assert fermion_width(masses, near, z) == pytest.approx(fermion_width(masses, near, z, nodes=96), rel=1e-3)


@pytest.mark.parametrize("pair", [(1.0, 0.0), (1.0, 1.0), (1.0, -1.0), (0.6, 0.3j)])
@pytest.mark.parametrize("swapped", [False, True])
def test_virtual_fermion_close_to_its_mass_shell_factorises(pair: tuple[complex, complex], swapped: bool) -> None:
    """A -> f1 χ times χ -> B f2 with a massive f1: the sign of the mass of χ is that of the decay A -> f1 χ."""
    mass, own, heavy, other = 150.0, 20.0, 50.0, 3.0
    turned = kinematics(mass, own, heavy, other)
    nodes = slice(20 * 32, 21 * 32)  # one invariant mass, all angles
    grid = Kinematics(
        parent=turned.parent[nodes], heavy=turned.first[nodes], first=turned.heavy[nodes], second=turned.second[nodes],
        weight=turned.weight[nodes],
    )  # fmt: skip
    light = (own, other)
    if swapped:
        light, grid = light[::-1], dataclasses.replace(grid, first=grid.second, second=grid.first)
    k = turned.parent[nodes][0] - turned.heavy[nodes][0]
    root = math.sqrt(k[0] ** 2 - k[3] ** 2)
    chi = root * (1 + 1e-7)
    link = Link(kind="fermion", first=pair, second=(0.7, -0.2), mass=chi, swapped=swapped)
    square = squared_scalar_amplitude(grid, light, [link]) * (root**2 - chi**2) ** 2
    into = scalar_to_fermions(mass, own, chi, pair) * 8 * math.pi * mass**2 / momentum(mass, own, chi)
    out = fermion_to_scalar(chi, other, heavy, (0.7, -0.2)) * 8 * math.pi * chi**2 / momentum(chi, other, heavy)
    assert np.average(square, weights=grid.weight) == pytest.approx(into * out, rel=1e-5)


@pytest.mark.parametrize("above", [0.1, 1.0, 10.0])
def test_peak_of_a_vector_inside_phase_space(above: float) -> None:
    """Nodes see the Breit-Wigner function, alone and with a slepton."""
    masses = (230.0, 230 - 80.4 - above * 2.04, 0.1, 0.0)
    w = vector((0.3, -0.2), (0.46, 0.0), mass=80.4, width=2.04)
    slepton = Exchange(kind="direct", first=(0.0, 0.3), second=(0.3, 0.0), mass=231.0)
    for diagrams in ([w], [w, slepton]):
        coarse, fine = (
            three_body_width(
                *masses, lambda grid, d=diagrams: squared_fermion_amplitude(grid, masses, d),  # type: ignore[misc]
                nodes=nodes, poles=find_poles(diagrams, masses),
            )
            for nodes in (32, 128)
        )  # fmt: skip
        assert coarse == pytest.approx(fine, rel=2e-5)
