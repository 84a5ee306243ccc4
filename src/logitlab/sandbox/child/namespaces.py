"""The first wall on Linux: namespaces, and a private root that holds nothing of the user's.

The zygote enters once, before torch is imported (`enter`); each run then takes a process namespace
by its fork (`fork_init`) and the rest for itself (`enter_run`).

    /            tmpfs, read-only
    ├── …        the interpreter, its packages, system libraries: read-only binds; logitlab masked
    ├── child    this folder: standard library and torch only, and nothing of a check
    ├── dev      null, zero, full, random, urandom; shm -> /sandbox
    ├── proc     of this process namespace only
    ├── sandbox  a tmpfs; each run has its own, of `file_bytes`, as its working directory
    └── tmp      -> /sandbox, unless the packages lie below /tmp
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from . import linux

NOBODY = 65534
CHILD = "/child"  # where this package lies in the private root
HOME = "/sandbox"  # the only place to write
_OF_A_RUN = linux.CLONE_NEWNS | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS | linux.CLONE_NEWCGROUP
# A network namespace takes milliseconds to make and to end. All runs share the zygote's, in which
# there is no interface; a run can make no socket that could meet another's there.
_OF_THE_ZYGOTE = _OF_A_RUN | linux.CLONE_NEWNET | linux.CLONE_NEWPID
_DEVICES = ("null", "zero", "full", "random", "urandom")
_READ_ONLY = linux.MOUNT_ATTR_RDONLY | linux.MOUNT_ATTR_NOSUID | linux.MOUNT_ATTR_NODEV
_INODES = 1000  # how many files a run may make
_QUIET = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC


def enter(visible: Sequence[str], masked: Sequence[str]) -> None:
    """Move into new namespaces whose root shows the paths `visible`, read-only, less `masked`.

    Returns in a new process, the first of the process namespace: when it ends, by whatever
    cause, the kernel kills everything in there. The caller's process waits and ends with it.

    A real root becomes `NOBODY` on the way, since root is exempt from the limit on processes; the
    root is bound first, so that an interpreter under /root can still be read.

    Raises OSError where the kernel, or a policy such as AppArmor's, refuses.
    """
    if os.geteuid() == 0:
        linux.unshare(linux.CLONE_NEWNS | linux.CLONE_NEWPID)
        _continue_in_child()
        _build_root(visible, masked)
        _leave_old_root()
        become_nobody()
        _unshare_user(_OF_THE_ZYGOTE)
        _continue_in_child()
        _mount_proc()
    else:
        _unshare_user(_OF_THE_ZYGOTE)
        _continue_in_child()
        _build_root(visible, masked)
        _leave_old_root()
    sys.modules[__package__].__path__ = [CHILD]


def become_nobody() -> None:
    """Give up a real root's user and groups for good; the process stays inspectable by itself."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    linux.prctl(linux.PR_SET_DUMPABLE, 1)


def fork_init() -> int:
    """Like `os.fork`, but the child is the first process of a process namespace of its own."""
    outer = os.open("/proc/self/ns/pid", os.O_RDONLY)
    try:
        linux.unshare(linux.CLONE_NEWPID)
        pid = -1
        try:
            pid = os.fork()
        finally:
            if pid:  # here, also where the fork failed, or no later one could have its own
                linux.setns(outer, linux.CLONE_NEWPID)
        return pid
    finally:
        os.close(outer)


def enter_run(file_bytes: int) -> None:
    """Take everything else that a run must not share; `HOME` is empty and its only place to write.

    The user namespace comes last: the mounts belong to the one before, out of the run's reach,
    and the kernel counts the processes of each user namespace apart.
    """
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY)  # the next one is read-only
    linux.unshare(_OF_A_RUN)
    linux.mount("proc", "/proc", "proc", _QUIET | linux.MS_RDONLY)
    size = f"size={file_bytes},nr_inodes={_INODES},mode=700"
    linux.mount("tmpfs", HOME, "tmpfs", _QUIET, size)
    os.chdir(HOME)
    _unshare_user(0, proc)
    os.close(proc)


def _unshare_user(kinds: int, proc: int | None = None) -> None:
    """Unshare a user namespace, in which the process is `NOBODY`, with `kinds` of others."""
    uid, gid = os.geteuid(), os.getegid()
    linux.unshare(kinds | linux.CLONE_NEWUSER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {uid} 1"),
        ("gid_map", f"{NOBODY} {gid} 1"),
    ):
        path = f"/proc/self/{name}" if proc is None else f"self/{name}"
        file = os.open(path, os.O_WRONLY, dir_fd=proc)
        os.write(file, text.encode())
        os.close(file)


def _continue_in_child() -> None:
    pid = os.fork()
    if pid == 0:
        linux.prctl(linux.PR_SET_PDEATHSIG, 9)
        return
    _, status = os.waitpid(pid, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _build_root(visible: Sequence[str], masked: Sequence[str]) -> None:
    """Make a tmpfs the root, the old one at /old, and bind what may be seen (source: real path)."""
    sources = {path: os.path.realpath(path) for path in visible if os.path.exists(path)}
    own = os.path.dirname(os.path.realpath(__file__))
    hidden = [path for path in masked if os.path.exists(path)]
    linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
    linux.mount("tmpfs", "/tmp", "tmpfs", _QUIET, "mode=755,size=1m")
    os.chdir("/tmp")
    os.mkdir("old")
    linux.pivot_root(".", "old")
    os.chdir("/")
    for path, source in sorted(sources.items()):
        if not os.path.exists(path):  # seen through a folder bound before
            _bind("/old" + source, path)
    for path in hidden:
        _mask(path)
    _bind("/old" + own, CHILD)
    os.mkdir("/dev")
    for name in _DEVICES:
        _bind(f"/old/dev/{name}", f"/dev/{name}", read_only=False)
    os.symlink(HOME, "/dev/shm")
    os.symlink("/proc/self/fd", "/dev/fd")
    if not os.path.exists("/tmp"):
        os.symlink(HOME, "/tmp")
    for path in (HOME, "/proc"):
        os.mkdir(path)
    linux.mount("tmpfs", HOME, "tmpfs", _QUIET, "mode=1777,size=1m")
    _mount_proc()


def _bind(source: str, target: str, *, read_only: bool = True) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        open(target, "a").close()
    linux.mount(source, target, None, linux.MS_BIND | linux.MS_REC)
    if read_only:
        linux.mount_setattr(target, _READ_ONLY)


def _mask(path: str) -> None:
    if not os.path.exists(path):  # it was not among the visible
        return
    if os.path.isdir(path):
        linux.mount("tmpfs", path, "tmpfs", _QUIET | linux.MS_RDONLY, "size=4k")
    else:
        linux.mount("/old/dev/null", path, None, linux.MS_BIND)


def _mount_proc() -> None:
    linux.mount("proc", "/proc", "proc", _QUIET)


def _leave_old_root() -> None:
    linux.umount2("/old", linux.MNT_DETACH)
    os.rmdir("/old")
    linux.mount(None, "/", None, linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | _QUIET)
