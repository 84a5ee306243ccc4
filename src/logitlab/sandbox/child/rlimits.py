"""The limits of a run that the kernel counts for each process: memory, time, files, processes.

They are hard limits too, so that the run cannot raise them again. The wall clock is the parent's.
"""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass

_STACK = 8 * 2**20
_QUEUED_SIGNALS = 64


@dataclass(frozen=True)
class Rlimits:
    """What one process of the run may use.

    `memory_bytes` comes on top of what it has mapped already; `processes` counts threads as well,
    for the whole user; `file_bytes` is the size of one file.
    """

    memory_bytes: int
    cpu_seconds: int
    file_bytes: int
    processes: int
    open_files: int = 64


def apply(limits: Rlimits, *, running: int = 0) -> None:
    """Set the limits on this process and all that it forks.

    `running` is how many processes and threads of this user there are already: the kernel counts
    them together. (It does not count root's at all, nor those outside a user namespace.)

    A process over its memory gets MemoryError; over a file's size, OSError (EFBIG); over its
    processes, BlockingIOError; over its time, SIGXCPU, and SIGKILL a second later. Where there is
    no /proc, as on macOS, memory is not limited.

    Raises OSError where the system refuses one of them.
    """
    mapped = _mapped_bytes()
    if mapped is not None:
        _lower("AS", mapped + limits.memory_bytes)
    _lower("CPU", limits.cpu_seconds, limits.cpu_seconds + 1)
    _lower("FSIZE", limits.file_bytes)
    _lower("NPROC", running + limits.processes)
    _lower("NOFILE", limits.open_files)
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
