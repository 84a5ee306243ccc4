"""What a run uses while it runs, all its processes together, as the kernel counts it."""

from __future__ import annotations

import os

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def resident_bytes(pid: int) -> int:
    """The resident memory of one process, in bytes; 0 when it is gone."""
    stat = _stat(pid)
    return stat[1] if stat else 0


def usage(pid: int, inherited: int) -> tuple[int, float]:
    """The memory in bytes and the CPU time in seconds of `pid` and all its descendants.

    `inherited` is what each process shares with the zygote and is not counted. A child cannot
    leave the tree: an orphan's parent is the first process of its namespace, which is `pid`.
    """
    stats = _all_stats()
    tree = {pid}
    todo = [pid]
    while todo:
        parent = todo.pop()
        children = [child for child, stat in stats.items() if stat[0] == parent]
        tree.update(children)
        todo.extend(children)
    seen = [stats[member] for member in tree if member in stats]
    memory = sum(max(0, resident - inherited) for _, resident, _ in seen)
    return memory, sum(seconds for _, _, seconds in seen)


def tasks_of(uid: int) -> int:
    """How many processes and threads a user has, as the kernel's limit counts them."""
    count = 0
    for name in os.listdir("/proc"):
        try:
            if name.isdecimal() and os.stat(f"/proc/{name}").st_uid == uid:
                count += len(os.listdir(f"/proc/{name}/task"))
        except OSError:  # it has ended meanwhile
            continue
    return count


def _all_stats() -> dict[int, tuple[int, int, float]]:
    pids = [int(name) for name in os.listdir("/proc") if name.isdecimal()]
    return {pid: stat for pid in pids if (stat := _stat(pid))}


def _stat(pid: int) -> tuple[int, int, float] | None:
    """Parent, resident bytes and CPU seconds (its dead children's too) from /proc/PID/stat."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read()
    except OSError:
        return None
    fields = text[text.rindex(b")") + 2 :].split()  # the name before may hold anything
    cpu = sum(int(field) for field in fields[11:15]) / _TICKS
    return int(fields[1]), int(fields[21]) * _PAGE, cpu
