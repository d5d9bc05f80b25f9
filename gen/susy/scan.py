"""Scan of the parameter space: uniform points, their spectra and magnetic moments, block by block.

A block's random numbers depend on (seed, block) alone: the scan is the same for any number of workers, after an
interruption, and as the beginning of a longer one.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.kernels import kernel
from lmutau.gen.parallel import check_workers, ordered_map
from lmutau.gen.randomness import BLOCK, CHUNK, stream
from lmutau.gen.susy.charginos import chargino_states
from lmutau.gen.susy.delta_a import lepton_loops
from lmutau.gen.susy.neutralinos import neutralino_states
from lmutau.gen.susy.parameters import check_input
from lmutau.gen.susy.scan_file import ScanParts, open_scan, write_scan
from lmutau.gen.susy.scan_settings import PARAMETERS, ScanSettings
from lmutau.gen.susy.scheme import MU_ETA, make_scheme
from lmutau.gen.susy.sleptons import slepton_states

__all__ = ["CLASSES", "RESULTS", "run_scan", "scan_block", "zp_part"]

Array = NDArray[np.float64]

CLASSES = ("tachyonic", "bino", "wino", "higgsino", "B'")
"""What the lightest neutralino mostly is; the number in the column ``spectrum_class``."""

RESULTS = ("m_chi1", "m_chi2", "m_chi3", "m_chi4", "m_chi5", "m_chargino1", "m_chargino2",
           "m_selectron1", "m_selectron2", "m_smuon1", "m_smuon2", "m_sneutrino_e", "m_sneutrino_mu",
           "a_e_neutralino", "a_e_chargino", "a_mu_neutralino", "a_mu_chargino")  # fmt: skip
"""Columns that the kernel fills; masses in GeV, tachyonic ones as -√|m²|."""


@kernel
def _kind(states: Array, i: int) -> int:
    """1 bino, 2 wino, 3 higgsino, 4 B': the largest part of a neutralino."""
    best, largest = 1, states[i, 0] ** 2
    for kind, part in ((2, states[i, 1] ** 2), (3, states[i, 2] ** 2 + states[i, 3] ** 2), (4, states[i, 4] ** 2)):
        if part > largest:
            best, largest = kind, part
    return best


@kernel
def _signed_root(square: float) -> float:
    return np.copysign(np.sqrt(abs(square)), square)


@kernel
def _fill(
    points: Array,
    soft: bool,
    m_e: float,
    m_mu: float,
    mu_eta: float,
    couplings: tuple[float, float, float, float, float],
    out: Array,
    order: NDArray[np.int32],
) -> None:
    """Masses and loops of points (n, len(PARAMETERS)); ``order`` has the kinds of chi1..chi5 as decimal digits."""
    g1, g2, v, m_z, sin2 = couplings
    work, vectors, states, masses = np.empty((7, 7)), np.empty((7, 7)), np.empty((7, 7)), np.empty(7)
    neutral, row = np.zeros(10), np.empty(5)
    for i in range(len(points)):
        m0, m1, m2, mu, tan_beta, selectron, smuon, trilinear, g, zp_mass = points[i]
        neutral[0], neutral[1], neutral[2], neutral[3], neutral[4] = m0, m1, m2, mu, tan_beta
        neutral[5], neutral[6], neutral[7] = zp_mass, 1.0, mu_eta
        neutralino_states(neutral, g1, g2, v, work, vectors, masses, states)
        charginos = chargino_states(m2, mu, tan_beta, g2, v)
        row[2], row[3], row[4] = mu, tan_beta, trilinear
        row[0], row[1] = selectron, selectron
        first = slepton_states(row, soft, m_e, m_z, sin2)
        row[0], row[1] = smuon, smuon
        second = slepton_states(row, soft, m_mu, m_z, sin2)
        digits = 0
        for k in range(5):
            out[i, k] = abs(masses[k])
            digits = 10 * digits + _kind(states, k)
        order[i] = digits
        out[i, 5], out[i, 6] = charginos[0], charginos[1]
        out[i, 7], out[i, 8], out[i, 11] = _signed_root(first[0]), _signed_root(first[1]), _signed_root(first[5])
        out[i, 9], out[i, 10], out[i, 12] = _signed_root(second[0]), _signed_root(second[1]), _signed_root(second[5])
        for k in range(13, 17):
            out[i, k] = 0.0
        if min(first[0], first[5], second[0], second[5]) <= 0.0:
            order[i] = 0
            continue
        out[i, 13], out[i, 14] = lepton_loops(neutral, first, masses, states, 0.0, m_e, g1, g2, v)
        out[i, 15], out[i, 16] = lepton_loops(neutral, second, masses, states, g, m_mu, g1, g2, v)


def zp_part(zp_mass: Any, g: Any, lepton: str, constants: Any) -> Any:
    """Contribution of the Z' itself to the magnetic moment."""
    from lmutau.gen.model import delta_a  # only who asks for the Z' needs it

    return delta_a(zp_mass, g, lepton, constants=constants)


def scan_block(settings: ScanSettings, block: int) -> dict[str, NDArray[Any]]:
    """All columns of one block, as they stand in the file.

    Parameters are doubles, results single precision, ``spectrum_class`` a number of :data:`CLASSES`, ``spectrum_order``
    the kinds of chi1 to chi5 as decimal digits (0 for a tachyon). ``a_e``, ``a_mu`` are sums of all contributions,
    that of the Z' included.
    """
    count = min(BLOCK, settings.n - block * BLOCK)
    uniform = stream(settings.seed, "susy", "scan", block).random((count, len(PARAMETERS)))
    limits = np.array([settings.ranges[name] for name in PARAMETERS])
    points = limits[:, 0] + (limits[:, 1] - limits[:, 0]) * uniform
    out, order = np.empty((count, len(RESULTS))), np.empty(count, dtype=np.int32)
    scheme, constants = make_scheme(settings.constants, settings.alpha_mz), settings.constants
    couplings = (scheme.g1, scheme.g2, scheme.v, scheme.m_z, scheme.sin2)
    soft = check_input(settings.slepton_input)
    for start in range(0, count, CHUNK):
        part = slice(start, start + CHUNK)
        _fill(points[part], soft, constants.m_e, constants.m_mu, MU_ETA, couplings, out[part], order[part])
    columns: dict[str, NDArray[Any]] = {name: points[:, k].copy() for k, name in enumerate(PARAMETERS)}
    columns.update({name: out[:, k].astype(np.float32) for k, name in enumerate(RESULTS)})
    a_zp = zp_part(columns["zp_mass"], columns["g"], "mu", constants)
    healthy = order > 0
    columns["a_mu_zp"] = np.where(healthy, a_zp, 0.0).astype(np.float32)
    columns["a_e"] = (out[:, 13] + out[:, 14]).astype(np.float32)
    columns["a_mu"] = np.where(healthy, out[:, 15] + out[:, 16] + a_zp, 0.0).astype(np.float32)
    columns["spectrum_class"] = (order // 10_000).astype(np.int8)
    columns["spectrum_order"] = order
    return columns


def run_scan(
    settings: ScanSettings,
    path: Path,
    *,
    workers: int = 1,
    progress: Callable[[str, float], None] = lambda stage, done: None,
) -> bool:
    """Scan and write ``path`` (ROOT, tree ``Scan``); finished blocks of an interrupted run are used.

    Parameters
    ----------
    settings
        What to scan.
    path
        File to write. If it holds exactly this scan already, nothing is done.
    workers
        Threads; the result does not depend on it.
    progress
        Called with (stage, part done).

    Returns
    -------
    bool
        Whether anything was computed.

    Raises
    ------
    FileError
        If the file exists and holds something else, cannot be written, or another process is writing it.
    """
    check_workers(workers)
    if path.exists():
        open_scan(path, expected=settings)
        return False
    parts = ScanParts(path, settings)
    with parts.held():
        if path.exists():  # another process has just finished it
            open_scan(path, expected=settings)
            return False
        _compute(settings, path, parts, workers, progress)
        parts.remove()
    return True


def _compute(
    settings: ScanSettings, path: Path, parts: ScanParts, workers: int, progress: Callable[[str, float], None]
) -> None:
    """Compute the blocks that are missing, and write the file."""
    progress("points", 0.0)

    def work(block: int) -> int:
        parts.save(block, scan_block(settings, block))
        return block

    missing = [block for block in range(settings.n_blocks) if not parts.has(block)]
    done = settings.n_blocks - len(missing)
    for _ in ordered_map(work, missing, workers):
        done += 1
        progress("points", done / settings.n_blocks)
    write_scan(path, settings, parts, progress)
