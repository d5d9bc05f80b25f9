"""Pythia 8 as a second method, where it is installed: widths of charginos and neutralinos, cross-sections.

Its pairs of sleptons are no check: version 8.318 averages over the nine colours of quark and antiquark and does not sum
over three, and in the decay of a slepton to a chargino it leaves out the mixing of the slepton.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lmutau.gen.susy import SusyPoint, decays
from lmutau.gen.susy.codes import CHARGINO_CODES, NEUTRALINO_CODES, SLEPTON_CODES, SNEUTRINO_CODES
from lmutau.gen.susy.lhc import Densities, lhc_cross_sections

pythia8mc = pytest.importorskip("pythia8mc")

POINT = SusyPoint(m0=900, m1=150, m2=300, mu=-450, tan_beta=10, selectron_mass=600, smuon_mass=620, stau_mass=640,
                  slepton_input="soft", trilinear=500)  # fmt: skip
SETTINGS = ["Print:quiet = on", "StandardModel:sin2thetaW = 0.23122", "StandardModel:sin2thetaWbar = 0.23122",
            "StandardModel:alphaEMmZ = 0.00781555", "SigmaProcess:alphaEMorder = -1", "StandardModel:Vus = 0.2243",
            "24:m0 = 80.377", "23:m0 = 91.1876", "PartonLevel:all = off", "HadronLevel:all = off",
            "Beams:eCM = 13000", "Next:numberCount = 0", "SLHA:verbose = 0"]  # fmt: skip


def _block(name: str, matrix: NDArray[np.float64]) -> list[str]:
    return [f"BLOCK {name}", *(f" {i + 1} {j + 1} {value:.12g}" for (i, j), value in np.ndenumerate(matrix))]


def _standard_slha(squark: float) -> str:
    """SLHA2 with the four neutralinos that Pythia knows; B' is the heaviest."""
    found = POINT.spectrum()
    lines = ["BLOCK MODSEL", " 1 0", "BLOCK SMINPUTS", " 1 127.95", " 2 1.16638e-5", " 3 0.118", " 4 91.1876",
             " 5 4.18", " 6 172.7", " 7 1.77686", "BLOCK MINPAR", f" 3 {POINT.tan_beta}", "BLOCK HMIX Q= 1000",
             f" 1 {POINT.mu}", f" 2 {POINT.tan_beta}", " 3 246.", "BLOCK ALPHA",
             f" {math.atan(POINT.tan_beta) - math.pi / 2}", "BLOCK MASS", " 24 80.377", " 25 125.13", " 35 9000",
             " 36 9000", " 37 9000", " 1000021 4000"]  # fmt: skip
    mixing = np.zeros((6, 6))
    for k, (lepton, codes) in enumerate(SLEPTON_CODES.items()):
        states = found.sleptons[lepton]
        lines += [f" {code} {mass:.12g}" for code, mass in zip(codes, states.masses, strict=True)]
        lines.append(f" {SNEUTRINO_CODES[lepton]} {float(states.sneutrino):.12g}")
        mixing[np.ix_([k, k + 3], [k, k + 3])] = states.mixing
    lines += [f" {NEUTRALINO_CODES[i]} {found.signed_neutralinos[i]:.12g}" for i in range(4)]
    lines += [f" {CHARGINO_CODES[k]} {found.charginos[k]:.12g}" for k in range(2)]
    lines += [f" {side}00000{flavour} {squark}" for side in (1, 2) for flavour in range(1, 7)]
    blocks = {"NMIX": found.real_mixing[:4, :4], "UMIX": found.chargino_u, "VMIX": found.chargino_v, "SELMIX": mixing,
              "SNUMIX": np.eye(3), "USQMIX": np.eye(6), "DSQMIX": np.eye(6)}  # fmt: skip
    return "\n".join(lines + [line for name, matrix in blocks.items() for line in _block(name, matrix)]) + "\n"


def _pythia(folder: Path, *settings: str, squark: float = 4000.0) -> Any:
    path = folder / "pythia.slha"
    path.write_text(_standard_slha(squark), encoding="utf-8")
    pythia = pythia8mc.Pythia("", False)
    for line in [*SETTINGS, f"SLHA:file = {path}", *settings]:
        assert pythia.readString(line), line
    assert pythia.init()
    return pythia


def test_widths(tmp_path: Path) -> None:
    """Partial widths of charginos, ratios of those of neutralinos."""
    pythia, table = _pythia(tmp_path, "SUSY:qqbar2chi+chi- = on"), decays(POINT)

    def partial(code: int, *products: int) -> float:
        entry = pythia.particleData.particleDataEntryPtr(code)
        for i in range(entry.sizeChannels()):
            channel = entry.channel(i)
            if sorted(channel.product(k) for k in range(channel.multiplicity())) == sorted(products):
                return float(channel.bRatio() * entry.mWidth())
        raise LookupError

    for code, channels in ((1000024, [(1000022, 24)]), (1000037, [(1000022, 24), (1000023, 24), (1000024, 23)])):
        for products in channels:
            ours = table[code].width * table[code].fraction(*products)
            assert partial(code, *products) == pytest.approx(ours, rel=1e-3)
    for code in (1000025, 1000035):
        for products in ((1000022, 23), (1000023, 23)):
            ours = table[code].fraction(*products) / table[code].fraction(1000024, -24)
            assert partial(code, *products) / partial(code, 1000024, -24) == pytest.approx(ours, rel=1e-3)


@pytest.mark.parametrize("squark", [4000.0, 1000.0])
@pytest.mark.parametrize(("process", "codes"), [("chi+-chi0", (1000024, 1000023)), ("chi+chi-", (1000024, 1000024)),
                                                ("chi0chi0", (1000025, 1000035))])  # fmt: skip
def test_cross_sections(tmp_path: Path, process: str, codes: tuple[int, int], squark: float) -> None:
    found = POINT.spectrum()
    masses = dict(zip((*NEUTRALINO_CODES, *CHARGINO_CODES), (*found.all_neutralinos, *found.charginos), strict=True))
    scale2 = float(sum(masses[code] for code in codes) / 2) ** 2
    settings = [f"SUSY:qqbar2{process} = on", f"SUSY:idA = {codes[0]}", f"SUSY:idB = {codes[1]}",
                "SigmaProcess:factorScale2 = 5", f"SigmaProcess:factorFixScale = {scale2}"]  # fmt: skip
    pythia = _pythia(tmp_path, *settings, squark=squark)
    for _ in range(3000):
        pythia.next()
    information = pythia.infoPython()
    sigma, error = 1e12 * information.sigmaGen(), 1e12 * information.sigmaErr()
    proton = pythia.getPDFPtr(2212)

    def values(x: NDArray[np.float64], scale: float) -> Mapping[int, NDArray[np.float64]]:
        flat = x.ravel().tolist()
        return {code: np.array([proton.xf(code, value, scale**2) for value in flat]).reshape(x.shape)
                for code in range(-5, 6) if code}  # fmt: skip

    ours = sum(
        item.sigma_fb
        for item in lhc_cross_sections(POINT, 13000.0, Densities(name="Pythia", values=values), squark_mass=squark)
        if tuple(sorted(map(abs, item.codes))) == tuple(sorted(codes))
    )
    assert ours == pytest.approx(sigma, abs=4 * error + 0.01 * sigma)
