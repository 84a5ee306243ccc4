"""The walls around a run, by name, and how the zygote and each run enter them.

    namespaces    a process, mount, IPC, UTS and user namespace, no network, and a private root
    rlimits       address space, CPU, file size, processes, open files
    capabilities  none left, and none to be gained
    landlock      a second wall for files, sockets and signals
    seccomp       only the system calls that tensor code needs
    watchdog      the zygote's: wall clock, CPU and memory of all the run's processes together

A level (`logitlab.sandbox.levels`) is a set of these. Each can be taken down by its name, so that
the tests can see what it stops.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Collection, Sequence

from . import landlock, linux, namespaces, rlimits, seccomp, watchdog
from .limits import Limits

WALLS = frozenset({"namespaces", "rlimits", "capabilities", "landlock", "seccomp", "watchdog"})
_WRITABLE = (namespaces.HOME, "/dev/null")  # in the private root


def enter_zygote(walls: Collection[str], visible: Sequence[str], masked: Sequence[str]) -> None:
    """Enter what is entered once, before torch is imported. Raises OSError where it is refused."""
    if "namespaces" in walls:
        namespaces.enter(visible, masked)
    elif os.geteuid() == 0:
        namespaces.become_nobody()


def prepare(walls: Collection[str]) -> None:
    """Do once what every run would: the filter of a first process is the same for all."""
    if "namespaces" in walls and "seccomp" in walls:
        seccomp.program(processes=True, machine=linux.machine(), pid=1)


def fork(walls: Collection[str]) -> int:
    """Fork a child: the first process of its own process namespace where there are namespaces."""
    return namespaces.fork_init() if "namespaces" in walls else os.fork()


def enter_run(walls: Collection[str], limits: Limits, readable: Sequence[str]) -> None:
    """Enter what each run does, before it reads its request. Raises OSError where it is refused.

    Without namespaces there is no file system of its own and no way to end all that it forks: so
    it can read the paths `readable`, write nowhere, and start threads but no processes.
    """
    private = "namespaces" in walls
    if private:
        namespaces.enter_run(limits.file_bytes)
    if "rlimits" in walls:
        running = 0 if private else watchdog.tasks_of(os.geteuid())
        rlimits.apply(limits, running=running)
    if "capabilities" in walls:
        linux.drop_capabilities()
        linux.no_new_privileges()
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)  # ends with the zygote
    if "landlock" in walls:
        landlock.restrict(["/"] if private else readable, _WRITABLE if private else ["/dev/null"])
    if "seccomp" in walls:
        seccomp.install(processes=private)


def readable(visible: Sequence[str], masked: Sequence[str]) -> list[str]:
    """The paths `visible`, with a folder that holds a masked one replaced by its other entries."""
    paths: list[str] = []
    for path in visible:
        below = [hidden for hidden in masked if hidden.startswith(path.rstrip("/") + "/")]
        if path in masked:
            continue
        if below and os.path.isdir(path):
            entries = [os.path.join(path, name) for name in sorted(os.listdir(path))]
            paths += readable(entries, masked)
        else:
            paths.append(path)
    return paths
