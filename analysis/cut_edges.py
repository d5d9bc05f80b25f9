"""Where a selection cuts on one quantity: the interval that is left open, and every other edge."""

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lmutau.analysis.expressions import MASS, UNITS
from lmutau.analysis.selection import Selection

__all__ = ["CutEdges", "cut_edges"]

_TWINS = {"ETmiss": "pT_recoil", "pT_recoil": "ETmiss"}  # one quantity under two names
_LESS, _GREATER = (ast.Lt, ast.LtE), (ast.Gt, ast.GtE)
_ARITHMETIC: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CutEdges:
    """Edges of the cuts on one quantity, in GeV or rad.

    ``low``, ``high``: what lies outside is rejected whatever the other quantities are; infinite where nothing is.
    ``others``: numbers with which an expression compares the quantity only under a condition (in ``or``, ``not``).
    """

    low: float = -math.inf
    high: float = math.inf
    others: tuple[float, ...] = ()

    @property
    def all(self) -> tuple[float, ...]:
        """Every finite edge once, ascending."""
        return tuple(sorted({edge for edge in (self.low, self.high, *self.others) if math.isfinite(edge)}))


def cut_edges(selection: Selection, column: str, mass: float, steps: Sequence[str] | None = None) -> CutEdges:
    """Edges of the cuts of a selection on one quantity.

    Windows have edges; so have expressions where they compare the name of the quantity with a number (units and the
    hypothesised mass included). Comparisons with other quantities, or of a function of it, have none.

    Parameters
    ----------
    selection
        The selection.
    column
        An observable; ``ETmiss`` and ``pT_recoil`` are one quantity.
    mass
        Hypothesised mass [GeV].
    steps
        Names of the steps that count; None: all.

    Examples
    --------
    >>> from lmutau.analysis.selection import load_selection
    >>> cut_edges(load_selection("jkpt2019"), "ETmiss", 0.1).all
    (1.67,)
    >>> cut_edges(load_selection("belle2_2022"), "m2_recoil", 0.1)
    CutEdges(low=-inf, high=inf, others=(4.0,))
    """
    names = {column, _TWINS.get(column, column)}
    low, high, others = -math.inf, math.inf, list[float]()
    for step in selection.steps:
        if steps is not None and step.name not in steps:
            continue
        for window in step.windows_at(mass):
            if window.column in names:
                low, high = max(low, window.minimum), min(high, window.maximum)
        if step.expression is None or not names & step.expression.names:
            continue
        tree = ast.parse(step.expression.text, mode="eval").body
        required = {id(node) for node in _required(tree)}
        for node, comparison, edge in _comparisons(tree, names, mass):
            if id(node) in required and isinstance(comparison, _LESS):
                high = min(high, edge)
            elif id(node) in required and isinstance(comparison, _GREATER):
                low = max(low, edge)
            else:
                others.append(edge)
    return CutEdges(low=low, high=high, others=tuple(dict.fromkeys(others)))


def _required(tree: ast.expr) -> Iterator[ast.Compare]:
    """Comparisons without which the whole cannot be true."""
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        for part in tree.values:
            yield from _required(part)
    elif isinstance(tree, ast.Compare):
        yield tree


def _comparisons(tree: ast.expr, names: set[str], mass: float) -> Iterator[tuple[ast.Compare, ast.cmpop, float]]:
    """Every comparison of one of ``names`` with a number, as if the name stood on the left."""
    swapped: dict[type[ast.cmpop], ast.cmpop] = {
        ast.Lt: ast.Gt(), ast.LtE: ast.GtE(), ast.Gt: ast.Lt(), ast.GtE: ast.LtE(),
    }  # fmt: skip
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        for left, comparison, right in zip(sides, node.ops, sides[1:], strict=False):
            for name, other, turned in (
                (left, right, comparison),
                (right, left, swapped.get(type(comparison), comparison)),
            ):
                edge = _number(other, mass)
                if isinstance(name, ast.Name) and name.id in names and edge is not None:
                    yield node, turned, edge


def _number(node: ast.expr, mass: float) -> float | None:
    """Value of an expression of numbers, units and the mass; None if anything else is in it."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name):
            return {**UNITS, MASS: mass}.get(name)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            inner = _number(operand, mass)
            return None if inner is None else (-inner if isinstance(sign, ast.USub) else inner)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            return _calculated(_ARITHMETIC[type(op)], _number(left, mass), _number(right, mass))
    return None


def _calculated(act: Callable[[float, float], Any], left: float | None, right: float | None) -> float | None:
    """Result of an operation; None where it has no finite real one."""
    if left is None or right is None:
        return None
    try:
        value = act(left, right)
    except (ArithmeticError, ValueError):
        return None
    return float(value) if isinstance(value, float) and math.isfinite(value) else None
