"""Cuts written as expressions: ``"pT_recoil > 0.5 and 34*deg < theta_recoil_lab < 123*deg"``.

Names of observables, numbers, units, ``m_X`` (the hypothesised mass), arithmetic, comparisons (chained as in
Python), ``and``, ``or``, ``not``. Nothing else: no call, no attribute, no index. The text is parsed into a
tree of which only these nodes are accepted, and the tree is evaluated on whole columns; no code is run.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmutau.gen.errors import ConfigError, unknown_name

__all__ = ["MASS", "UNITS", "Expression", "parse_expression"]

Array = NDArray[np.float64]

UNITS: Mapping[str, float] = {"deg": math.pi / 180, "rad": 1.0, "GeV": 1.0, "MeV": 1e-3}
MASS = "m_X"
"""Name of the hypothesised mass [GeV] in an expression."""

_LARGEST = 10**300
_LONGEST = 2000  # characters; deeper trees than this allows would overflow the stack

_ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_REFUSED: Mapping[type[ast.expr], str] = {
    ast.Call: "a function call",
    ast.Attribute: "an attribute (a name with a dot)",
    ast.Subscript: "an index",
    ast.Lambda: "a function",
    ast.IfExp: "if ... else",
    ast.List: "a list",
    ast.Tuple: "a comma",
    ast.JoinedStr: "a text",
    ast.NamedExpr: "an assignment",
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed cut; :meth:`passes` evaluates it.

    ``names``: the observables it needs; ``uses_mass``: whether it follows the hypothesised mass.
    """

    text: str
    names: frozenset[str]
    uses_mass: bool
    _tree: ast.expr = field(repr=False, compare=False)

    def passes(self, columns: Mapping[str, Array], mass: float) -> NDArray[np.bool_]:
        """Which events pass.

        Parameters
        ----------
        columns
            Name -> (n,) values in GeV and rad.
        mass
            Hypothesised mass [GeV].

        Returns
        -------
        NDArray[bool]
            (n,); a comparison with what is not a number is false.
        """
        values = {**UNITS, MASS: mass, **{name: columns[name] for name in self.names}}
        size = len(next(iter(columns.values())))
        with np.errstate(all="ignore"):
            found = np.asarray(_evaluate(self._tree, values), dtype=np.bool_)
        return np.broadcast_to(found, (size,))


def parse_expression(text: str, observables: Sequence[str], where: str) -> Expression:
    """Parse a cut.

    Parameters
    ----------
    text
        The expression.
    observables
        Names that it may use, besides the units and ``m_X``.
    where
        What to call the place in messages.

    Raises
    ------
    ConfigError
        If it is not an expression, contains anything but names, numbers, arithmetic and comparisons, uses an
        unknown name (the nearest is given), or is not true or false.
    """
    text = " ".join(text.split())
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    if len(text) > _LONGEST:
        raise ConfigError(f"{where}: cut {shown!r}: has {len(text)} characters; allowed are {_LONGEST}.")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConfigError(
            f"{where}: cut {shown!r}: not an expression. Write comparisons of observables and numbers, joined by "
            "and, or, not."
        ) from None
    names: set[str] = set()
    mass = any(isinstance(node, ast.Name) and node.id == MASS for node in ast.walk(tree))
    try:
        kind = _check(tree, tuple(observables), names, f"{where}: cut {shown!r}")
    except RecursionError:
        raise ConfigError(f"{where}: cut {shown!r}: too many operations in one another; make two steps.") from None
    if kind != "truth":
        raise ConfigError(f"{where}: cut {shown!r}: is a number; a cut compares, as in 'pT_recoil > 0.5'.")
    return Expression(text, frozenset(names), mass, tree)


def _check(node: ast.expr, observables: Sequence[str], names: set[str], where: str) -> str:
    """Accept or refuse a node and all below it; returns "number" or "truth"."""

    def parts(kind: str, *nodes: ast.expr) -> None:
        for one in nodes:
            if _check(one, observables, names, where) != kind:
                wanted = "a comparison" if kind == "truth" else "a number"
                raise ConfigError(f"{where}: {ast.unparse(one)!r} must be {wanted}.")

    match node:
        case ast.BoolOp(values=values):
            parts("truth", *values)
            return "truth"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            parts("truth", operand)
            return "truth"
        case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in _COMPARISONS for op in ops):
            parts("number", left, *others)
            return "truth"
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            parts("number", operand)
            return "number"
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            parts("number", left, right)
            return "number"
        case ast.Constant(value=bool()):
            raise ConfigError(f"{where}: {ast.unparse(node)!r} is not allowed; leave the step without a cut.")
        case ast.Constant(value=int() | float() as value) if -_LARGEST < value < _LARGEST:
            return "number"
        case ast.Name(id=name):
            if name in observables:
                names.add(name)
            elif name not in UNITS and name != MASS:
                raise ConfigError(f"{where}: {unknown_name('observable', name, [*observables, MASS, *UNITS])}")
            return "number"
    what = _REFUSED.get(type(node), f"{ast.unparse(node)!r}")
    raise ConfigError(f"{where}: {what} is not allowed; use names, numbers, + - * / **, comparisons, and, or, not.")


def _evaluate(node: ast.expr, values: Mapping[str, Any]) -> Any:
    """Value of a checked node on whole columns."""
    match node:
        case ast.BoolOp(op=op, values=parts):
            join = np.logical_and if isinstance(op, ast.And) else np.logical_or
            found = _evaluate(parts[0], values)
            for part in parts[1:]:
                found = join(found, _evaluate(part, values))
            return found
        case ast.UnaryOp(op=op, operand=operand):
            value = _evaluate(operand, values)
            if isinstance(op, ast.Not):
                return np.logical_not(value)
            return -value if isinstance(op, ast.USub) else value
        case ast.Compare(left=left, ops=ops, comparators=others):
            low, found = _evaluate(left, values), np.True_
            for comparison, other in zip(ops, others, strict=True):
                high = _evaluate(other, values)
                found = np.logical_and(found, _COMPARISONS[type(comparison)](low, high))
                low = high
            return found
        case ast.BinOp(left=left, op=op, right=right):
            return _ARITHMETIC[type(op)](_evaluate(left, values), _evaluate(right, values))
        case ast.Name(id=name):
            return np.float64(values[name]) if isinstance(values[name], float) else values[name]
        case ast.Constant(value=value):
            return np.float64(value)  # type: ignore[arg-type]
    raise ConfigError(f"{ast.unparse(node)!r} cannot be evaluated.")
