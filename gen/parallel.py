"""Workers: run a function over blocks with threads, give the results back in order.

The kernels release the interpreter lock, so threads scale and nothing is copied between
processes. At most a few blocks wait at a time: memory does not grow with the sample.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from lmutau.gen.errors import ConfigError

__all__ = ["check_workers", "ordered_map"]

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def ordered_map(function: Callable[[_Item], _Result], items: Iterable[_Item], workers: int) -> Iterator[_Result]:
    """Yield ``function(item)`` in the order of ``items``, computed by ``workers`` threads."""
    if workers <= 1:
        yield from map(function, items)
        return
    pool = ThreadPoolExecutor(workers)
    waiting: deque[Future[_Result]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > workers + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        # an error or an interrupt must not wait for work that nobody will read
        pool.shutdown(wait=True, cancel_futures=True)


def check_workers(workers: Any) -> int:
    """Check a number of workers: a whole number from 1 to 256."""
    if isinstance(workers, bool) or not isinstance(workers, int) or not 1 <= workers <= 256:
        raise ConfigError(f"workers = {workers!r}: allowed is a whole number from 1 to 256.")
    return workers
