"""Every error this package raises on purpose.

::

    LmutauError
    ├── ConfigError      a card, option or parameter is wrong         (exit status 2)
    │   └── KinematicsError  the parameters leave no phase space      (exit status 2)
    ├── FileError        a file is missing, foreign, broken or cannot be written (exit status 2)
    └── PhysicsError     a computation failed                         (exit status 1)
"""

import difflib
from collections.abc import Iterable

__all__ = ["ConfigError", "FileError", "KinematicsError", "LmutauError", "PhysicsError", "unknown_name"]


class LmutauError(Exception):
    """Base of every error this package raises on purpose."""


class ConfigError(LmutauError, ValueError):
    """An input is wrong; the message says which key, which value, and what is allowed."""


class KinematicsError(ConfigError):
    """The parameters leave no phase space, e.g. a Z' heavier than the available energy."""


class FileError(LmutauError, OSError):
    """A file is missing, not ours, damaged, or cannot be written."""


class PhysicsError(LmutauError, RuntimeError):
    """A computation did not give a usable result."""


def unknown_name(what: str, name: str, allowed: Iterable[str]) -> ConfigError:
    """Build the error for a name that does not exist, with the nearest one that does."""
    allowed = sorted(allowed)
    near = difflib.get_close_matches(name, allowed, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    name = name if len(name) <= 60 else f"{name[:57]}..."
    return ConfigError(f"{what} {name!r} does not exist. {hint}Allowed: {', '.join(allowed) or 'none'}.")
