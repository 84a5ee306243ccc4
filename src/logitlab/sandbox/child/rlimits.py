"""The limits of a run that the kernel counts for each process: memory, time, files, processes.

They are hard limits too, so that the run cannot raise them again. The wall clock is the parent's.
"""

from __future__ import annotations

import math
import os
import resource
import time

from .limits import Limits

_OPEN_FILES = 64
_STACK = 8 * 2**20
_QUEUED_SIGNALS = 64


def apply(limits: Limits, *, running: int | None = 0) -> None:
    """Set the limits on this process and all that it forks.

    Memory comes on top of what is mapped already, CPU time on top of what is used. The kernel
    counts a user's processes and threads together: `running` is how many there are already, or
    None to leave them unlimited. (It does not count root's, nor those outside a user namespace.)

    A process over its memory gets MemoryError; over a file's size, OSError (EFBIG); over its
    processes, BlockingIOError; over its time, SIGXCPU, and SIGKILL a second later. Where there is
    no /proc, as on macOS, memory is not limited.

    Raises OSError where the system refuses one of them.
    """
    mapped = _mapped_bytes()
    if mapped is not None:
        _lower("AS", mapped + limits.memory_bytes)
    seconds = math.ceil(time.process_time() + limits.cpu_seconds)
    _lower("CPU", seconds, seconds + 1)
    _lower("FSIZE", limits.file_bytes)
    if running is not None:
        _lower("NPROC", running + limits.processes)
    _lower("NOFILE", _OPEN_FILES)
    _lower("STACK", _STACK)
    _lower("SIGPENDING", _QUEUED_SIGNALS)
    for name in ("CORE", "MEMLOCK", "MSGQUEUE", "NICE", "RTPRIO"):
        _lower(name, 0)


def _lower(name: str, soft: int, hard: int | None = None) -> None:
    """Set both limits, unless the system lacks them or the hard one is lower already."""
    kind = getattr(resource, f"RLIMIT_{name}", None)
    if kind is None:
        return
    _, ceiling = resource.getrlimit(kind)
    hard = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        hard = min(hard, ceiling)
    resource.setrlimit(kind, (min(soft, hard), hard))


def _mapped_bytes() -> int | None:
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None
