"""Row ranges on several threads: the compiled loops release the interpreter's lock.

Plain threads and no OpenMP: a pool of OpenMP's does not survive a fork. Rows are independent, so
the results are the same, bit for bit, for any number of threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

#: elements of logits below which waking another thread costs more than it saves
WORTH_A_THREAD = 250_000


@cache
def _pool(workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, thread_name_prefix="logitlab")


if hasattr(os, "register_at_fork"):  # a forked child has the pool, but none of its threads
    os.register_at_fork(after_in_child=_pool.cache_clear)


def over_rows(work: Callable[[slice], object], rows: int, classes: int, threads: int) -> None:
    """Call `work` with slices that cover `rows` rows, on at most `threads` threads.

    >>> parts = []
    >>> over_rows(parts.append, rows=1000, classes=1000, threads=2)
    >>> sorted(parts, key=lambda part: part.start)
    [slice(0, 500, None), slice(500, 1000, None)]
    """
    parts = min(threads, rows, rows * classes // WORTH_A_THREAD)
    if parts <= 1:
        work(slice(0, rows))
        return
    cuts = [rows * part // parts for part in range(parts + 1)]
    first, *others = [slice(start, stop) for start, stop in pairwise(cuts)]
    futures = [_pool(parts - 1).submit(work, part) for part in others]
    work(first)
    for future in futures:
        future.result()
