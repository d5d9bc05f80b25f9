"""Value of a checked expression on whole columns, and on lists inside their reductions."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lmutau.analysis.expression_check import ARITHMETIC, COMPARISONS, REDUCTIONS
from lmutau.analysis.particle_lists import list_of
from lmutau.gen.errors import ConfigError
from lmutau.gen.record import Jagged

__all__ = ["evaluate"]

Values = Mapping[str, Any]
Lists = Mapping[str, Jagged]

_SEGMENTS: Mapping[str, tuple[np.ufunc, float]] = {
    "sum": (np.add, 0.0),
    "max": (np.maximum, -np.inf),
    "min": (np.minimum, np.inf),
}
"""How each reduction of values joins two of them, and what it is of none."""


def evaluate(node: ast.expr, values: Values, lists: Lists) -> Any:
    """Value of a node that :class:`lmutau.analysis.expression_check.Checker` accepted.

    Parameters
    ----------
    node
        The tree.
    values
        Name -> (n,) column or number.
    lists
        "photons", "tracks" -> lists of n candidates, for the reductions.

    Returns
    -------
    (n,) values or truths, or one number where nothing depends on the candidate.
    """
    match node:
        case ast.BoolOp(op=op, values=parts):
            join = np.logical_and if isinstance(op, ast.And) else np.logical_or
            found = evaluate(parts[0], values, lists)
            for part in parts[1:]:
                found = join(found, evaluate(part, values, lists))
            return found
        case ast.UnaryOp(op=op, operand=operand):
            value = evaluate(operand, values, lists)
            if isinstance(op, ast.Not):
                return np.logical_not(value)
            return -value if isinstance(op, ast.USub) else value
        case ast.Compare(left=left, ops=ops, comparators=others):
            low, found = evaluate(left, values, lists), np.True_
            for comparison, other in zip(ops, others, strict=True):
                high = evaluate(other, values, lists)
                found = np.logical_and(found, COMPARISONS[type(comparison)](low, high))
                low = high
            return found
        case ast.BinOp(left=left, op=op, right=right):
            return ARITHMETIC[type(op)](evaluate(left, values, lists), evaluate(right, values, lists))
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in REDUCTIONS:
            return _reduce(name, arguments, values, lists)
        case ast.Name(id=name):
            return np.float64(values[name]) if isinstance(values[name], float) else values[name]
        case ast.Constant(value=value):
            return np.float64(value)  # type: ignore[arg-type]
    raise ConfigError(f"{ast.unparse(node)!r} cannot be evaluated.")


def _reduce(name: str, arguments: list[ast.expr], values: Values, lists: Lists) -> Any:
    """One value per candidate from the members of its list."""
    used = [n.id for argument in arguments for n in ast.walk(argument) if isinstance(n, ast.Name)]
    jagged = next(lists[list_of(n)] for n in used if n not in values)
    owner = np.repeat(np.arange(len(jagged.offsets) - 1), jagged.counts)
    inside = {key: _spread(value, owner) for key, value in values.items()}
    members = {**inside, **{key: np.asarray(jagged[key], dtype=np.float64) for key in used if key in jagged.columns}}
    first, *condition = (np.broadcast_to(evaluate(one, members, lists), owner.shape) for one in arguments)
    if name in _SEGMENTS:
        join, empty = _SEGMENTS[name]
        return _joined(join, empty, first, condition[0] if condition else None, owner, len(jagged.counts))
    count = np.bincount(owner[first], minlength=len(jagged.counts))
    if name == "count":
        return count.astype(np.float64)  # powers of whole numbers would overflow
    return count > 0 if name == "any" else count == jagged.counts


def _spread(value: Any, owner: np.ndarray) -> Any:
    """A column as seen by the members of the lists."""
    return value[owner] if isinstance(value, np.ndarray) and value.ndim else value


def _joined(
    join: Callable[..., Any], empty: float, values: np.ndarray, kept: np.ndarray | None, owner: np.ndarray, n: int
) -> np.ndarray:
    found = np.full(n, empty)
    chosen = slice(None) if kept is None else kept
    join.at(found, owner[chosen], values[chosen])  # type: ignore[attr-defined]
    return found
