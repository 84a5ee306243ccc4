"""What a run uses while it runs, all its processes together, as the kernel counts it."""

from __future__ import annotations

import os

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def usage(pid: int, inherited: int) -> tuple[int, float]:
    """The memory in bytes and the CPU time in seconds of `pid` and all its descendants.

    `inherited` is the memory that each process shares with the zygote by the fork; it is not
    counted. A child cannot leave the tree: the parent of an orphan is the first process of its
    namespace, which is `pid`.
    """
    stats = _all_stats()
    tree = {pid}
    todo = [pid]
    while todo:
        parent = todo.pop()
        children = [child for child, (its_parent, _) in stats.items() if its_parent == parent]
        tree.update(children)
        todo.extend(children)
    memory = sum(max(0, own_bytes(member) - inherited) for member in tree)
    return memory, sum(stats[member][1] for member in tree if member in stats)


def own_bytes(pid: int) -> int:
    """A process's anonymous and shared memory, not what it maps of files; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status", "rb") as file:
            rows = dict(line.split(b":", 1) for line in file)
        return sum(int(rows[name].split()[0]) * 1024 for name in (b"RssAnon", b"RssShmem"))
    except (OSError, KeyError):  # a zombie has no memory to tell of
        return 0


def resident_bytes(pid: int) -> int:
    """All the resident memory of a process; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * _PAGE
    except OSError:
        return 0


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


def _all_stats() -> dict[int, tuple[int, float]]:
    pids = [int(name) for name in os.listdir("/proc") if name.isdecimal()]
    return {pid: stat for pid in pids if (stat := _stat(pid))}


def _stat(pid: int) -> tuple[int, float] | None:
    """Parent and CPU seconds (its dead children's too) from /proc/PID/stat."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read()
    except OSError:
        return None
    fields = text[text.rindex(b")") + 2 :].split()  # the name before may hold anything
    return int(fields[1]), sum(int(field) for field in fields[11:15]) / _TICKS
