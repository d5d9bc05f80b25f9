"""The processes: one file each, one line here."""

from types import MappingProxyType

from lmutau.gen.errors import unknown_name
from lmutau.gen.processes.base import Parameter, Particle, Process, Setup
from lmutau.gen.processes.eemumu import EEMUMU
from lmutau.gen.processes.gammanunu import GAMMANUNU
from lmutau.gen.processes.gammazp import GAMMAZP
from lmutau.gen.processes.mumu import MUMU
from lmutau.gen.processes.mumugamma import MUMUGAMMA
from lmutau.gen.processes.mumugammagamma import MUMUGAMMAGAMMA
from lmutau.gen.processes.mumununu import MUMUNUNU
from lmutau.gen.processes.mumuzp import MUMUZP
from lmutau.gen.processes.tautau import TAUTAU

__all__ = ["PROCESSES", "Parameter", "Particle", "Process", "Setup", "find_process"]

_TABLE = (
    GAMMAZP,
    MUMUZP,
    MUMU,
    MUMUGAMMA,
    MUMUGAMMAGAMMA,
    TAUTAU,
    EEMUMU,
    GAMMANUNU,
    MUMUNUNU,
)

PROCESSES = MappingProxyType({process.name: process for process in _TABLE})
"""Name -> process, read-only."""


def find_process(name: str) -> Process:
    """Return the process of this name.

    Raises
    ------
    ConfigError
        If there is none; the message names the nearest.
    """
    if name not in PROCESSES:
        raise unknown_name("process", name, PROCESSES)
    return PROCESSES[name]
