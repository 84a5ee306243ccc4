"""The living processes of a machine, and whose children they are."""

import contextlib
import os
import time
from pathlib import Path

# What a run's code says first, to be found among the processes that serve it.
CALLS_ITSELF_AT_WORK = "import ctypes\nctypes.CDLL(None).prctl(15, b'at-work')\n"


def parents() -> dict[int, int]:
    """Each living process, and its parent."""
    found = {}
    for name in filter(str.isdecimal, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
            state, parent = file.read().rpartition(b")")[2].split()[:2]
            if state not in (b"Z", b"X"):
                found[int(name)] = int(parent)
    return found


def descendants(pid: int) -> list[int]:
    """The living processes below `pid`, parents before their children."""
    children: dict[int, list[int]] = {}
    for child, parent in parents().items():
        children.setdefault(parent, []).append(child)
    found = [pid]
    for member in found:
        found += children.get(member, [])
    return found[1:]


def at_work(pid: int) -> int:
    """The process below `pid` of a run whose code has called itself so, once it has."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for member in descendants(pid):
            with contextlib.suppress(OSError):
                if Path(f"/proc/{member}/comm").read_text() == "at-work\n":
                    return member
        time.sleep(0.005)
    raise TimeoutError("no run has started")


def are_gone(pids: list[int]) -> bool:
    """Whether all of them have ended, at the latest in ten seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not set(pids) & set(parents()):
            return True
        time.sleep(0.005)
    return False
