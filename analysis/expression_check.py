"""What an expression may contain: names, units, numbers, operations, and lists inside their reductions."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from lmutau.analysis.observables import Observable
from lmutau.gen.errors import ConfigError, unknown_name

__all__ = ["ARITHMETIC", "COMPARISONS", "MASS", "REDUCTIONS", "UNITS", "Checker"]

UNITS: Mapping[str, float] = {"deg": math.pi / 180, "rad": 1.0, "GeV": 1.0, "MeV": 1e-3}
MASS = "m_X"
"""Name of the hypothesised mass [GeV] in an expression."""

REDUCTIONS: Mapping[str, str] = {
    "count": "how many fulfil a condition: count(gamma_energy > 0.1)",
    "any": "whether one fulfils a condition",
    "all": "whether all do; true for none",
    "sum": "sum of a value: sum(gamma_energy), or sum(gamma_energy, gamma_theta < 30*deg); 0 for none",
    "max": "largest value, with a condition as for sum; -infinite for none",
    "min": "smallest value, with a condition as for sum; infinite for none",
}
"""What makes one number or truth of a list, and what it means."""

_OF_CONDITIONS = ("count", "any", "all")
_LARGEST = 10**300
_TURN = 2 * math.pi

ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_REFUSED: Mapping[type[ast.expr], str] = {
    ast.Call: f"a function call (but {', '.join(REDUCTIONS)} of a list)",
    ast.Attribute: "an attribute (a name with a dot)",
    ast.Subscript: "an index",
    ast.Lambda: "a function",
    ast.IfExp: "if ... else",
    ast.List: "a list",
    ast.Tuple: "a comma",
    ast.JoinedStr: "a text",
    ast.NamedExpr: "an assignment",
}


class Checker:
    """Accepts or refuses the nodes of one expression; collects the names that it uses."""

    def __init__(
        self, observables: Mapping[str, Observable], lists: Mapping[str, Mapping[str, Observable]], where: str
    ) -> None:
        """Start for an expression with these ``observables`` and ``lists`` of jagged ones."""
        self._observables, self._where = observables, where
        self._lists = {name: kind for kind, group in lists.items() for name in group}
        self._units = {name: one.unit for group in (observables, *lists.values()) for name, one in group.items()}
        self._open: set[str] | None = None  # lists used inside the reduction that is being checked
        self.names: set[str] = set()
        self.list_names: set[str] = set()

    def check(self, node: ast.expr) -> str:
        """Accept a node and all below it; returns "number" or "truth".

        Raises
        ------
        ConfigError
            If there is anything in it that is not allowed.
        """
        match node:
            case ast.BoolOp(values=values):
                return self._parts("truth", *values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._parts("truth", operand)
            case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in COMPARISONS for op in ops):
                self._parts("number", left, *others)
                self._angles([left, *others])
                return "truth"
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                return self._parts("number", operand)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
                return self._parts("number", left, right)
            case ast.Constant(value=bool()):
                raise self._error(f"{ast.unparse(node)!r} is not allowed; leave the step without a cut.")
            case ast.Constant(value=int() | float() as value) if -_LARGEST < value < _LARGEST:
                return "number"
            case ast.Name(id=name):
                return self._name(name)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in REDUCTIONS:
                return self._reduction(name, arguments)
        what = _REFUSED.get(type(node), f"{ast.unparse(node)!r}")
        raise self._error(f"{what} is not allowed; use names, numbers, + - * / **, comparisons, and, or, not.")

    def _error(self, text: str) -> ConfigError:
        return ConfigError(f"{self._where}: {text}")

    def _parts(self, kind: str, *nodes: ast.expr) -> str:
        """Check nodes that must all be of one kind; returns it."""
        for one in nodes:
            if self.check(one) != kind:
                wanted = "a comparison" if kind == "truth" else "a number"
                raise self._error(f"{ast.unparse(one)!r} must be {wanted}.")
        return kind

    def _name(self, name: str) -> str:
        if name in self._observables:
            self.names.add(name)
        elif name in self._lists:
            if self._open is None:
                raise self._error(f"{name!r} is a list; put it into {', '.join(REDUCTIONS)}, as in 'max({name}) < 1'.")
            self._open.add(self._lists[name])
            self.list_names.add(name)
        elif name in REDUCTIONS:
            raise self._error(f"{name!r} needs a list, as in '{name}(...)': {REDUCTIONS[name]}.")
        elif name not in UNITS and name != MASS:
            known = [*self._observables, *self._lists, MASS, *UNITS]
            raise self._error(str(unknown_name("observable", name, known)))
        return "number"

    def _reduction(self, name: str, arguments: list[ast.expr]) -> str:
        """One of :data:`REDUCTIONS` of a list."""
        shape = ("truth",) if name in _OF_CONDITIONS else ("number", "truth")[: max(len(arguments), 1)]
        if len(arguments) != len(shape):
            raise self._error(f"{name}() has {len(arguments)} arguments. {name}: {REDUCTIONS[name]}.")
        if self._open is not None:
            raise self._error(f"{name}() stands inside another reduction; make two comparisons of it.")
        self._open = set()
        for kind, argument in zip(shape, arguments, strict=True):
            self._parts(kind, argument)
        used, self._open = self._open, None
        if len(used) != 1:
            what = "no list" if not used else f"lists of {' and of '.join(sorted(used))}"
            raise self._error(f"{name}() holds {what}; it needs one, as in 'count(gamma_energy > 0.1)'.")
        return "truth" if name in ("any", "all") else "number"

    def _angles(self, sides: list[ast.expr]) -> None:
        """An angle is never compared with a bare number beyond a full turn: that would be degrees."""
        angles = [ast.unparse(one) for one in sides if self._is_angle(one)]
        for side in sides if angles else ():
            if abs(_constant(side)) > _TURN:
                shown = ast.unparse(side)
                raise self._error(f"{angles[0]} is in rad and {shown} is more than a full turn; write {shown}*deg.")

    def _is_angle(self, node: ast.expr) -> bool:
        """Whether a value is that of an observable in rad, or the largest or smallest of a list of such."""
        match node:
            case ast.Name(id=name):
                return self._units.get(name) == "rad"
            case ast.Call(func=ast.Name(id="max" | "min"), args=[first, *_]):
                return self._is_angle(first)
        return False


def _constant(node: ast.expr) -> float:
    """Value of arithmetic with bare numbers; 0 where a name is in it."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return _constant(operand)
        case ast.BinOp(left=left, op=op, right=right) if not any(isinstance(n, ast.Name) for n in ast.walk(node)):
            try:
                return float(ARITHMETIC[type(op)](_constant(left), _constant(right)))
            except (ArithmeticError, ValueError, TypeError):
                return 0.0
    return 0.0
