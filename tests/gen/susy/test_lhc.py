"""Cross-sections at the LHC: traces of the test, textbook formulas, another integration, another generator."""

import dataclasses
import math
from collections.abc import Mapping
from pathlib import Path

import mpmath
import numpy as np
import pyslha
import pytest
from numpy.typing import NDArray

from lmutau.gen.constants import CONSTANTS
from lmutau.gen.errors import ConfigError, FileError
from lmutau.gen.susy import SusyPoint, benchmark, read_slha, write_slha
from lmutau.gen.susy.decay import couplings
from lmutau.gen.susy.decay.light_fermions import light_fermions, z_coupling
from lmutau.gen.susy.decay.spinors import GAMMA as MATRICES
from lmutau.gen.susy.decay.spinors import bar, chiral, u_spinors, v_spinors
from lmutau.gen.susy.lhc import Densities, lhc_cross_sections, read_grid
from lmutau.gen.susy.lhc.pairs import ProducedPair, Propagator, pairs
from lmutau.gen.susy.lhc.partonic import partonic
from tests.gen.susy.test_two_body import GAMMA, METRIC, adjoint, slash, vertex
from tests.gen.susy.toy_densities import toy, write_toy_grid

Array = NDArray[np.float64]

POINT = benchmark("BP1")
FOUND = couplings(POINT)
FAR = 1e9  # GeV: no squarks
QUARKS = {light.code: light for light in light_fermions(FOUND) if light.colours == 3}


TOY = Densities(name="toy", values=toy)


def of(*codes: int) -> ProducedPair:
    return next(pair for pair in pairs(FOUND, CONSTANTS.width_z) if pair.codes == codes)


def traced(pair: ProducedPair, code: int, s: float) -> float:
    """Cross-section from Σ|M|² at thirty angles."""
    m3, m4 = pair.masses
    root = math.sqrt(s)
    p = math.sqrt((s - (m3 + m4) ** 2) * (s - (m3 - m4) ** 2)) / (2 * root)
    k1, k2 = np.array([root / 2, 0, 0, root / 2]), np.array([root / 2, 0, 0, -root / 2])
    light = light_couplings(code)
    total = 0.0
    for cos, weight in zip(*np.polynomial.legendre.leggauss(6), strict=True):
        direction = np.array([math.sqrt(1 - cos * cos), 0, cos]) * p
        k3, k4 = np.array([math.hypot(p, m3), *direction]), np.array([math.hypot(p, m4), *-direction])
        for a in pair.propagators:
            for b in pair.propagators:
                poles = [1 / (s - v.mass**2 + 1j * v.mass * v.width) for v in (a, b)]
                quark = _tensor(k2, 0.0, k1, 0.0, light[a.boson], light[b.boson])
                if pair.scalar:
                    heavy = np.outer(k3 - k4, k3 - k4) * a.couplings[0] * np.conj(b.couplings[0])
                else:
                    heavy = _tensor(k3, m3, k4, -m4, a.couplings, b.couplings)
                lowered = METRIC @ quark @ METRIC
                total += (np.sum(lowered * heavy) * poles[0] * poles[1].conjugate()).real * weight / 2
    return pair.symmetry * total / 12 / (2 * s) * p / (4 * math.pi * root)


def _tensor(
    p: Array, m: float, q: Array, n: float, first: tuple[complex, complex], second: tuple[complex, complex]
) -> NDArray[np.complex128]:
    """Tr[(p + m) γ^μ V (q + n) (γ^ν V')^bar] of a line from q to p."""
    out, into = slash(p) + m * np.eye(4), slash(q) + n * np.eye(4)
    vertices = [GAMMA[mu] @ vertex(first) for mu in range(4)]
    others = [adjoint(GAMMA[nu] @ vertex(second)) for nu in range(4)]
    return np.array([[np.trace(out @ one @ into @ other) for other in others] for one in vertices])


@pytest.mark.parametrize(
    ("codes", "quark"),
    [((1000024, -1000024), 2), ((1000024, -1000037), 1), ((1000023, 1000025), 2), ((1000024, 1000023), 1),
     ((1000011, -1000011), 2), ((1000011, -2000011), 1), ((-1000011, 1000012), 1), ((1000022, 1000022), 1)],
)  # fmt: skip
def test_partonic_is_its_trace(codes: tuple[int, int], quark: int) -> None:
    pair, s = of(*codes), (1.7 * sum(of(*codes).masses)) ** 2
    assert float(partonic(FOUND, pair, QUARKS[quark], np.array([s]), FAR)[0]) == pytest.approx(
        traced(pair, quark, s), rel=1e-9
    )


@pytest.mark.parametrize(
    ("codes", "quark"),
    [((1000024, -1000037), 2), ((1000037, -1000024), 1), ((1000022, 1000025), 2), ((1000023, 1000023), 1),
     ((1000024, 1000023), 1)],
)  # fmt: skip
def test_squarks_as_diagrams_of_their_own(codes: tuple[int, int], quark: int) -> None:
    """Spinors without any Fierz identity: t and u exchange, signs from the order of the fermions."""
    pair, squark = of(*codes), 700.0
    s = (1.6 * sum(pair.masses)) ** 2
    expected = sum(_with_spinors(pair, quark, s, squark, helicity) for helicity in (0, 1))
    sigma, without = (float(partonic(FOUND, pair, QUARKS[quark], np.array([s]), mass)[0]) for mass in (squark, FAR))
    assert sigma == pytest.approx(expected, rel=1e-6)
    assert abs(sigma / without - 1) > 0.01


def _with_spinors(pair: ProducedPair, quark: int, s: float, squark: float, helicity: int) -> float:
    """Part of one helicity of the quark."""
    (m3, m4), root = pair.masses, math.sqrt(s)
    p = math.sqrt((s - (m3 + m4) ** 2) * (s - (m3 - m4) ** 2)) / (2 * root)
    cos, weight = np.polynomial.legendre.leggauss(16)
    one, zero = np.ones_like(cos), np.zeros_like(cos)
    k1, k2 = (np.stack([root / 2 * one, zero, zero, sign * root / 2 * one], axis=1) for sign in (1, -1))
    direction = np.stack([p * np.sqrt(1 - cos**2), zero, p * cos], axis=1)
    k3 = np.column_stack([math.hypot(p, m3) * one, direction])
    k4 = np.column_stack([math.hypot(p, m4) * one, -direction])
    into, out = (chiral((1, 0)), chiral((0, 1)))[:: 1 - 2 * helicity]
    v2, u1 = bar(v_spinors(k2, 0)), u_spinors(k1, 0)
    current = np.einsum("nba,mac,ndc->nbdm", v2, MATRICES @ into, u1)
    total = np.zeros((len(cos), 2, 2, 2, 2), dtype=complex)  # spins of 2, 1, 3, 4
    for boson in pair.propagators:
        heavy = MATRICES @ chiral(boson.couplings)
        line = np.einsum("nba,mac,ndc->nbdm", bar(u_spinors(k3, m3)), heavy, v_spinors(k4, m4))
        factor = light_couplings(quark)[boson.boson][helicity] / (s - boson.mass**2 + 1j * boson.mass * boson.width)
        total += np.einsum("nabm,ncdm,m->nabcd", current, line, np.diag(METRIC)) * factor
    up = quark % 2 == 0 if pair.charge == 0 else None
    for item in pair.squarks:
        if item.up is up and item.helicity == helicity:
            t, u = (m * m - 2 * np.sum(k1 * k * np.diag(METRIC), axis=1) for m, k in ((m3, k3), (m4, k4)))
            first = np.einsum("nba,ac,ndc->nbd", v2, out, v_spinors(k4, m4))
            second = np.einsum("nba,ac,ndc->nbd", bar(u_spinors(k3, m3)), into, u1)
            total += np.einsum("nad,ncb,n->nabcd", first, second, 2 * item.t / (t - squark**2))
            first = np.einsum("nba,ac,ndc->nbd", v2, out, v_spinors(k3, m3))
            second = np.einsum("nba,ac,ndc->nbd", bar(u_spinors(k4, m4)), into, u1)
            total += np.einsum("nac,ndb,n->nabcd", first, second, 2 * item.u / (u - squark**2))
    mean = float(np.sum(np.abs(total) ** 2, axis=(1, 2, 3, 4)) @ weight / 2)
    return pair.symmetry * mean / 12 / (2 * s) * p / (4 * math.pi * root)


def light_couplings(code: int) -> dict[str, tuple[complex, complex]]:
    """(L, R) of a quark to each boson."""
    e = FOUND.scheme.g1 * FOUND.scheme.g2 / math.hypot(FOUND.scheme.g1, FOUND.scheme.g2)
    return {"Z": z_coupling(FOUND, QUARKS[code]), "photon": (e * QUARKS[code].charge,) * 2,
            "W": (FOUND.scheme.g2 / math.sqrt(2), 0.0)}  # fmt: skip


def test_textbook_pairs() -> None:
    """A photon alone: 4 π α² Q²/(3 s) and a quarter of it for scalars, with thresholds, over three colours."""
    e = FOUND.scheme.g1 * FOUND.scheme.g2 / math.hypot(FOUND.scheme.g1, FOUND.scheme.g2)
    photon = Propagator(boson="photon", mass=0.0, width=0.0, couplings=(e, e))
    s, m = 4e5, 200.0
    alpha, beta = e * e / (4 * math.pi), math.sqrt(1 - 4 * m * m / s)
    unit = math.pi * alpha**2 * 4 / 9 / (3 * s) / 3
    for scalar, expected in ((True, unit * beta**3), (False, 4 * unit * beta * (1 + 2 * m * m / s))):
        pair = ProducedPair(codes=(1, -1), masses=(m, m), scalar=scalar, charge=0, propagators=(photon,))
        assert float(partonic(FOUND, pair, QUARKS[2], np.array([s]), FAR)[0]) == pytest.approx(expected, rel=1e-12)


COS2, SIN2 = 1 - 0.2243**2, 0.2243**2
FROM_W = [(2, -1, COS2), (4, -3, COS2), (2, -3, SIN2), (4, -1, SIN2)]


@pytest.mark.parametrize(
    ("codes", "flavours"),
    [
        ((1000024, 1000022), FROM_W),
        ((-2000011, 1000012), FROM_W),
        ((1000024, -1000024), [(code, -code, 1.0) for code in range(1, 6)]),
    ],
)
def test_convolution_in_other_variables(codes: tuple[int, int], flavours: list[tuple[int, int, float]]) -> None:
    """∫ dx1 dx2 f f σ by nested quadrature, both protons written out."""
    pair, energy = of(*codes), 8000.0
    threshold = (sum(pair.masses) / energy) ** 2

    def inner(x1: float) -> float:
        def integrand(x2: float) -> float:
            first, second = (toy(np.array([x]), 1.0) for x in (x1, x2))
            total = 0.0
            for quark, antiquark, mixing in flavours:
                code = quark if pair.charge == 0 else -antiquark
                hard = float(partonic(FOUND, pair, QUARKS[code], np.array([x1 * x2 * energy**2]), 4000.0)[0])
                total += (
                    float(first[quark][0] * second[antiquark][0] + first[antiquark][0] * second[quark][0])
                    * hard
                    * mixing
                )
            return total / (x1 * x2)

        lowest = threshold / x1
        y, w = np.polynomial.legendre.leggauss(40)
        t = 0.5 * (y + 1)
        nodes = lowest * np.exp(-math.log(lowest) * t * t)  # dense at the threshold
        return sum(
            integrand(float(x)) * float(x) * -math.log(lowest) * 2 * float(a) * 0.5 * float(b)
            for x, a, b in zip(nodes, t, w, strict=True)
        )

    y, w = np.polynomial.legendre.leggauss(40)
    logs = -math.log(threshold)
    points = threshold * np.exp(logs * 0.5 * (y + 1))
    expected = sum(inner(float(x)) * float(x) * logs * 0.5 * float(b) for x, b in zip(points, w, strict=True))
    found = {item.codes: item.sigma_fb for item in lhc_cross_sections(POINT, energy, TOY)}
    assert found[codes] == pytest.approx(expected * CONSTANTS.hbarc2, rel=1e-4)


def test_table_of_a_point() -> None:
    found = lhc_cross_sections(POINT, 13000.0, TOY, smallest_fb=0.01)
    sigmas = {item.codes: item.sigma_fb for item in found}
    assert [item.sigma_fb for item in found] == sorted(sigmas.values(), reverse=True)
    assert min(sigmas.values()) > 0.01
    assert sigmas[1000011, -2000011] == pytest.approx(sigmas[2000011, -1000011], rel=1e-12)
    assert sigmas[1000024, 1000022] > sigmas[-1000024, 1000022]  # more up than down quarks
    assert not any(1000035 in codes for codes in sigmas)  # B' couples to no quark
    assert not any(abs(code) in (1000015, 2000015, 1000016) for codes in sigmas for code in codes)  # 14 TeV


def test_pure_wino_pairs() -> None:
    """One triplet: u d̄ -> C⁺ χ⁰ with a vector coupling g2, and no χ⁰ χ⁰."""
    point = SusyPoint(m0=9e5, m1=8e5, m2=500, mu=9e5, tan_beta=10, selectron_mass=9e5, smuon_mass=9e5, stau_mass=9e5)
    found = couplings(point)
    pair = next(item for item in pairs(found, 2.5) if item.codes == (1000024, 1000022))
    s, g2, w = 1.5e6, found.scheme.g2, CONSTANTS.m_w
    beta = math.sqrt(1 - 4 * 500.0**2 / s)
    pole = abs(1 / complex(s - w * w, w * 2.04)) ** 2
    expected = g2**4 * s * beta * (1 + 2 * 500.0**2 / s) * pole / (144 * math.pi)
    assert float(partonic(found, pair, QUARKS[1], np.array([s]), FAR)[0]) == pytest.approx(expected, rel=1e-3)
    neutral = next(item for item in pairs(found, 2.5) if item.codes == (1000022, 1000022))
    assert float(partonic(found, neutral, QUARKS[1], np.array([s]), FAR)[0]) < 1e-10 * expected


def test_file_with_cross_sections(tmp_path: Path) -> None:
    path = tmp_path / "point.slha"
    found = lhc_cross_sections(POINT, 13000.0, TOY, smallest_fb=1.0)
    found += lhc_cross_sections(POINT, 8000.0, TOY, smallest_fb=1.0)
    write_slha(path, POINT, cross_sections=found)
    read = pyslha.read(str(path)).xsections
    for item in found:
        (process,) = [value for key, value in read.items() if key == (2212, 2212, *sorted(item.codes))]
        values = [entry.value for entry in process.xsecs if entry.sqrts == item.sqrt_s]
        assert values == [pytest.approx(item.sigma_fb / 1000, rel=1e-9)]
    assert read_slha(path).m0 == POINT.m0


def test_wrong_energy() -> None:
    with pytest.raises(ConfigError, match="energy"):
        lhc_cross_sections(POINT, -1.0, TOY)


def test_mpmath_agrees_with_the_nodes() -> None:
    """The nodes of one cross-section against an adaptive rule in ln s at fixed densities x f = 1 - x."""
    pair = of(1000024, -1000024)

    def flat(x: Array, scale: float) -> Mapping[int, Array]:
        return dict.fromkeys((-5, -4, -3, -2, -1, 1, 2, 3, 4, 5), 1 - x)

    energy = 13000.0

    def integrand(log: float) -> float:
        tau = math.exp(float(log))
        s = np.array([tau * energy**2])
        hard = sum(float(partonic(FOUND, pair, QUARKS[code], s, 4000.0)[0]) for code in QUARKS)
        # ∫ dy 2 (1 - √τ e^y)(1 - √τ e^-y)
        y = -0.5 * math.log(tau)
        return hard * 2 * (2 * y * (1 + tau) - 2 * math.sqrt(tau) * (math.exp(y) - math.exp(-y)))

    threshold = 2 * math.log(sum(pair.masses) / energy)
    expected = float(mpmath.quad(integrand, [threshold, threshold + 0.5, threshold + 2, 0])) * CONSTANTS.hbarc2
    found = {
        item.codes: item.sigma_fb for item in lhc_cross_sections(POINT, energy, Densities(name="flat", values=flat))
    }
    assert found[pair.codes] == pytest.approx(expected, rel=1e-6)


def test_grid_file(tmp_path: Path) -> None:
    path = tmp_path / "toy_0000.dat"
    write_toy_grid(path)
    found = read_grid(path)
    assert found.name == "toy_0000"
    x = np.array([[3e-5, 0.0123], [0.27, 0.6]])
    for scale in (5.0, 90.0, 433.0):
        values, exact = found.values(x, scale), toy(x, scale)
        assert np.all(values[-5] == 0)
        for code in (-4, -2, 1, 2):
            assert values[code] == pytest.approx(exact[code] * (1 + math.log(scale) / 10), rel=2e-3)


@pytest.mark.parametrize("text", ["", "PdfType: central\n---\n1 2\n3\n", "a\n---\n0.1 1.0\n2 3\n1\n5\n---\n", "\x00"])
def test_no_grid_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.dat"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match="not a grid of LHAPDF 6"):
        read_grid(path)
    with pytest.raises(FileError, match="no such file"):
        read_grid(tmp_path / "missing.dat")
    with pytest.raises(FileError, match="cannot be read"):
        read_grid(tmp_path)


def test_degenerate_charginos_have_no_basis() -> None:
    """tan(beta) = 1, M2 = -mu: charginos of one mass; the sum over the four pairs knows no rotation of them."""
    point = SusyPoint(m0=900, m1=200, m2=300, mu=-300, tan_beta=1, selectron_mass=500, smuon_mass=500, stau_mass=500)
    found = point.spectrum()
    assert found.charginos[0] == pytest.approx(found.charginos[1], rel=1e-9)
    sums = []
    for angle in (0.0, 0.4, 1.1):
        turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        turned = dataclasses.replace(found, chargino_u=turn @ found.chargino_u, chargino_v=turn @ found.chargino_v)
        rotated = couplings(point, turned)
        charged = [pair for pair in pairs(rotated, 2.5) if {abs(code) for code in pair.codes} <= {1000024, 1000037}]
        assert len(charged) == 4
        s = np.array([1e6])
        sums.append([0.0, 0.0])
        for pair in charged:
            for k, quark in enumerate((1, 2)):
                sums[-1][k] += float(partonic(rotated, pair, QUARKS[quark], s, 700.0)[0])
    assert sums[1] == pytest.approx(sums[0], rel=1e-9)
    assert sums[2] == pytest.approx(sums[0], rel=1e-9)
