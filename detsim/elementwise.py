"""Scalar kernels over arrays, for plots, tests and documentation; not for the event loop."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["elementwise"]


def elementwise(function: Callable[..., float], *arguments: ArrayLike) -> NDArray[np.float64]:
    """Value of ``function`` for every element of the arguments, which broadcast.

    Unlike ``np.vectorize`` it does not look at the processor's floating-point flags: a compiled
    kernel may divide by zero in a branch whose result it does not use.
    """
    arrays = np.broadcast_arrays(*(np.asarray(argument, dtype=np.float64) for argument in arguments))
    flat = zip(*(array.ravel().tolist() for array in arrays), strict=True)
    return np.array([function(*values) for values in flat], dtype=np.float64).reshape(arrays[0].shape)
