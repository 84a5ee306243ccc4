"""What a launcher gives: a child with its three pipes, its end to come, and a way to end it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from logitlab.sandbox.child.limits import Limits
from logitlab.sandbox.outcome import Ended

_CHILD = Path(__file__).parent / "child" / "__main__.py"


class Lost(Exception):
    """The zygote, or the child, was ended by something else than this run."""


def command(*arguments: str) -> list[str]:
    """Start the child's package by file path; `-I` would ignore the environment below."""
    return [sys.executable, "-s", "-P", str(_CHILD), *arguments]


def environment(home: str) -> dict[str, str]:
    """All that a child finds in its environment: nothing of the user's. It may write in `home`.

    One thread, so that the zygote may fork; malloc's huge pages and single arena make the fork
    cheap, since fewer page tables are copied.
    """
    kept = {
        name: os.environ[name] for name in ("LD_LIBRARY_PATH", "SYSTEMROOT") if name in os.environ
    }
    return kept | {
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
        "HOME": home,
        "LANG": "C.UTF-8",
        "MALLOC_ARENA_MAX": "1",
        "MKL_NUM_THREADS": "1",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": home,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "TMPDIR": home,
    }


@dataclass(frozen=True)
class Child:
    """A child that was started: its three pipes, its end, and a way to end it.

    `kill(cause)`: the run's status is then `cause`.
    """

    request: int
    evidence: int
    output: int
    ended: Future[Ended]
    kill: Callable[[str | None], None]


class Launcher(Protocol):
    """Starts children. `lost` once it can start no more."""

    @property
    def lost(self) -> bool: ...

    def start(self, limits: Limits) -> Child:
        """A child that waits for its request, its clock running. Raises Lost when none started."""
        ...

    def kill(self) -> None:
        """End the launcher and every child at once, whatever state it is in."""
        ...

    def close(self) -> None:
        """End the launcher and every child, and wait until they have ended."""
        ...
