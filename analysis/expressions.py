"""Cuts written as expressions: ``"pT_recoil > 0.5 and 34*deg < theta_recoil_lab < 123*deg"``.

Names of observables, numbers, units, ``m_X`` (the hypothesised mass), arithmetic, comparisons (chained as in
Python), ``and``, ``or``, ``not``; jagged observables inside ``count``, ``any``, ``all``, ``sum``, ``max``, ``min``:
``"count(gamma_energy > 0.1) == 0"``. Nothing else: no other call, no attribute, no index. The text is parsed into a
tree of which only these nodes are accepted, and the tree is evaluated on whole columns; no code is run.
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lmutau.analysis.expression_check import MASS, UNITS, Checker
from lmutau.analysis.expression_value import evaluate
from lmutau.analysis.observables import Observable
from lmutau.analysis.particle_lists import LISTS, list_of
from lmutau.gen.errors import ConfigError
from lmutau.gen.record import Jagged

__all__ = ["MASS", "UNITS", "Expression", "parse_expression"]

Array = NDArray[np.float64]

_LONGEST = 2000  # characters; deeper trees than this allows would overflow the stack
_HABITS = (("&&", "and"), ("||", "or"), ("!=", None), ("!", "not"), ("&", "and"), ("|", "or"), ("~", "not"))
"""What other languages write, longest first, and what to write here; None: means the same here."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed cut; :meth:`passes` evaluates it.

    ``names``: the observables it needs, ``list_names``: the jagged ones; ``uses_mass``: whether it follows the
    hypothesised mass.
    """

    text: str
    names: frozenset[str]
    uses_mass: bool
    _tree: ast.expr = field(repr=False, compare=False)
    list_names: frozenset[str] = frozenset()

    @property
    def lists(self) -> frozenset[str]:
        """The lists it needs: "photons", "tracks"."""
        return frozenset(map(list_of, self.list_names))

    def passes(
        self, columns: Mapping[str, Array], mass: float, lists: Mapping[str, Jagged] | None = None
    ) -> NDArray[np.bool_]:
        """Which candidates pass.

        Parameters
        ----------
        columns
            Name -> (n,) values in GeV and rad.
        mass
            Hypothesised mass [GeV].
        lists
            What stands beside the candidates (:func:`lmutau.analysis.particle_lists.lists_beside`), if
            :attr:`lists` is not empty.

        Returns
        -------
        NDArray[bool]
            (n,); a comparison with what is not a number is false.
        """
        values = {**UNITS, MASS: mass, **{name: columns[name] for name in self.names}}
        size = len(next(iter(columns.values())))
        with np.errstate(all="ignore"):
            found = np.asarray(evaluate(self._tree, values, lists or {}), dtype=np.bool_)
        return np.broadcast_to(found, (size,))


def parse_expression(text: str, observables: Mapping[str, Observable], where: str) -> Expression:
    """Parse a cut.

    Parameters
    ----------
    text
        The expression.
    observables
        What it may use, besides the jagged observables, the units and ``m_X``.
    where
        What to call the place in messages.

    Raises
    ------
    ConfigError
        If it is not an expression, contains anything else than is allowed, uses an unknown name (the nearest is
        given), compares an angle with a number beyond a full turn, or is not true or false.
    """
    text = " ".join(text.split())
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    path = f"{where}: cut {shown!r}"
    if len(text) > _LONGEST:
        raise ConfigError(f"{path}: has {len(text)} characters; allowed are {_LONGEST}.")
    if habit := _habit(text):
        raise ConfigError(f"{path}: {habit}")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConfigError(
            f"{path}: not an expression. Write comparisons of observables and numbers, joined by and, or, not."
        ) from None
    checker = Checker(observables, LISTS, path)
    try:
        kind = checker.check(tree)
    except RecursionError:
        raise ConfigError(f"{path}: too many operations in one another; make two steps.") from None
    if kind != "truth":
        raise ConfigError(f"{path}: is a number; a cut compares, as in 'pT_recoil > 0.5'.")
    mass = any(isinstance(node, ast.Name) and node.id == MASS for node in ast.walk(tree))
    return Expression(text, frozenset(checker.names), mass, tree, frozenset(checker.list_names))


def _habit(text: str) -> str | None:
    """What to write instead of the signs of another language; None if there are none."""
    if "#" in text:
        return "'#' begins a comment, and the lines of a cut are joined; write comments outside of it."
    for sign, word in _HABITS:
        if sign in text.replace("!=", "") and word is not None:
            return f"{sign!r} is not known here; write {word!r}."
    if re.search(r"(?<![<>=!:])=(?!=)", text):
        return "'=' does not compare; write '==' (or '<', '>')."
    return None
