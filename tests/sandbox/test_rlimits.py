"""Each limit, reached on purpose in a forked child."""

import mmap
import os
import resource
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from logitlab.sandbox.child import rlimits
from logitlab.sandbox.child.limits import Limits
from tests.sandbox.forked import outcome, outcomes, report

MEBIBYTE = 2**20
LIMITS = Limits(memory_bytes=64 * MEBIBYTE, cpu_seconds=60, file_bytes=MEBIBYTE, processes=10**6)
ONE_SECOND = replace(LIMITS, cpu_seconds=1)
FOUR_PROCESSES = replace(LIMITS, processes=4)


def allocate(size: int) -> None:
    assert len(bytearray(size)) == size


def map_memory(size: int) -> None:
    mmap.mmap(-1, size).close()


def write_file(size: int) -> None:
    with tempfile.TemporaryFile(buffering=0) as file:
        for _ in range(0, size, 4096):
            file.write(bytes(4096))


def grow_file(size: int) -> None:
    with tempfile.TemporaryFile() as file:
        file.truncate(size)


def open_files(count: int) -> None:
    for _ in range(count):
        os.dup(0)


def have_children(count: int) -> None:
    """Have `count` children at once, each of them waiting for the end of a pipe."""
    reading, writing = os.pipe()
    children = []
    try:
        for _ in range(count):
            pid = os.fork()
            if pid == 0:
                os.close(writing)
                os.read(reading, 1)
                os._exit(0)
            children.append(pid)
    finally:
        os.close(writing)
        for pid in children:
            os.waitpid(pid, 0)


def spin() -> None:
    while True:
        pass


def spin_on() -> None:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    spin()


def raise_limits() -> None:
    """Succeeds where every limit is hard: no attempt to raise one may."""
    for name in ("AS", "CPU", "FSIZE", "NPROC", "NOFILE", "STACK", "CORE", "MEMLOCK", "SIGPENDING"):
        kind = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(kind)
        assert hard != resource.RLIM_INFINITY, name
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (hard + 1, hard + 1))
            raise AssertionError(name)


def nothing_left() -> None:
    for name in ("CORE", "MEMLOCK", "MSGQUEUE", "NICE", "RTPRIO"):
        assert resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) == (0, 0), name


def lower_ceiling() -> None:
    """A hard limit that is lower already stays: to raise it would be refused."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    rlimits.apply(LIMITS)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (16, 16)


def counts_who_runs() -> None:
    rlimits.apply(FOUR_PROCESSES, running=100)
    assert resource.getrlimit(resource.RLIMIT_NPROC) == (104, 104)


Act = Callable[[], object]
# Each act behind limits, and how it ends there.
ACTS: dict[str, tuple[Act, Limits, str]] = {
    "allocate": (lambda: allocate(32 * MEBIBYTE), LIMITS, "ok"),
    "allocate too much": (lambda: allocate(80 * MEBIBYTE), LIMITS, "MemoryError: "),
    "map": (lambda: map_memory(32 * MEBIBYTE), LIMITS, "ok"),
    "map too much": (lambda: map_memory(80 * MEBIBYTE), LIMITS, "ENOMEM"),
    "write": (lambda: write_file(MEBIBYTE), LIMITS, "ok"),
    "write too much": (lambda: write_file(2 * MEBIBYTE), LIMITS, "EFBIG"),
    "grow too much": (lambda: grow_file(2 * MEBIBYTE), LIMITS, "EFBIG"),
    "open": (lambda: open_files(16), LIMITS, "ok"),
    "open too many": (lambda: open_files(70), LIMITS, "EMFILE"),
    "raise the limits": (raise_limits, LIMITS, "ok"),
    "what is nothing": (nothing_left, LIMITS, "ok"),
    "compute too long": (spin, ONE_SECOND, "SIGXCPU"),
    "compute on and on": (spin_on, ONE_SECOND, "SIGKILL"),
    "have too many children": (lambda: have_children(4), FOUR_PROCESSES, "EAGAIN"),
}
UNLIMITED = [name for name, (*_, end) in ACTS.items() if end.startswith("E") or end[0] == "M"]


@pytest.fixture(scope="module")
def ended() -> dict[str, str]:
    return outcomes("tests.sandbox.test_rlimits")


@pytest.mark.parametrize("act", ACTS)
def test_ends_at_its_limit(ended: dict[str, str], act: str) -> None:
    assert ended[act] == ACTS[act][2]


@pytest.mark.parametrize("act", UNLIMITED)
def test_ends_by_nothing_but_its_limit(ended: dict[str, str], act: str) -> None:
    assert ended[f"{act}, unlimited"] == "ok"


# Root can become a user of its own, whose processes are these alone.
COUNTED = ["three children and itself"] if os.geteuid() == 0 else []


@pytest.mark.parametrize("act", ["lower ceiling", "counts who runs", *COUNTED])
def test_adapts(ended: dict[str, str], act: str) -> None:
    assert ended[act] == "ok"


def main() -> None:
    # Root is exempt from the number of processes, and can raise its limits.
    uid = 62_000 + os.getpid() % 3_000 if os.geteuid() == 0 else os.geteuid()
    results = {
        "lower ceiling": outcome(lower_ceiling, lambda: None, uid),
        "counts who runs": outcome(counts_who_runs, lambda: None, uid),
        "three children and itself": outcome(
            lambda: have_children(3), lambda: rlimits.apply(FOUR_PROCESSES), uid
        ),
    }
    for name, (act, limits, _) in ACTS.items():
        results[name] = outcome(act, lambda limits=limits: rlimits.apply(limits), uid)
    for name in UNLIMITED:
        results[f"{name}, unlimited"] = outcome(ACTS[name][0], lambda: None, uid)
    report(results)


if __name__ == "__main__":
    main()
