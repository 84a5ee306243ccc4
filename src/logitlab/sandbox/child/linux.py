"""Linux's own system calls, which Python does not offer: by ctypes, each raises OSError."""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import platform
import sys
from contextlib import suppress
from typing import Any

from . import syscalls

CLONE_VM = 0x00000100
CLONE_THREAD = 0x00010000
CLONE_NEWTIME = 0x00000080
CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 0x1
MS_NOSUID = 0x2
MS_NODEV = 0x4
MS_NOEXEC = 0x8
MS_REMOUNT = 0x20
MS_BIND = 0x1000
MS_MOVE = 0x2000
MS_REC = 0x4000
MS_PRIVATE = 0x40000
MS_SLAVE = 0x80000
MNT_DETACH = 0x2

MOUNT_ATTR_RDONLY = 0x1
MOUNT_ATTR_NOSUID = 0x2
MOUNT_ATTR_NODEV = 0x4
MOUNT_ATTR_NOEXEC = 0x8
AT_FDCWD = -100
AT_RECURSIVE = 0x8000

PR_SET_PDEATHSIG = 1
PR_GET_DUMPABLE = 3
PR_SET_DUMPABLE = 4
PR_SET_NAME = 15
PR_GET_NAME = 16
PR_GET_SECCOMP = 21
PR_SET_SECCOMP = 22
PR_CAPBSET_READ = 23
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_GET_NO_NEW_PRIVS = 39
PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4

_CAPABILITY_VERSION_3 = 0x20080522
_MOST_CAPABILITIES = 64

Argument = Any  # an int, bytes, None, or anything that ctypes passes by reference


def machine() -> str:
    """The machine whose system calls this process makes: "x86_64" or "aarch64".

    Raises OSError (ENOSYS) on any other, with a 32-bit interpreter, and where there is no Linux.
    """
    name = platform.machine()
    if sys.platform != "linux" or sys.maxsize < 2**32 or name not in syscalls.NUMBERS:
        raise OSError(errno.ENOSYS, f"no table of system calls for {sys.platform} on {name}")
    return name


def syscall(call: str | int, *arguments: Argument) -> int:
    """Make a system call by its name, or by its number, and return what it returns.

    Integers are passed as 64 bits, strings as UTF-8 with a final NUL, None as a null pointer.

    Raises OSError with the kernel's errno; KeyError where this machine has no call of that name.
    """
    number = syscalls.NUMBERS[machine()][call] if isinstance(call, str) else call
    ctypes.set_errno(0)
    result = int(_libc().syscall(ctypes.c_long(number), *map(_argument, arguments)))
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{call}: {os.strerror(code)}")
    return result


def prctl(option: int, *arguments: int) -> int:
    """prctl(2); arguments that are not given are 0, which many options insist on."""
    return syscall("prctl", option, *(*arguments, 0, 0, 0, 0)[:4])


def unshare(flags: int) -> None:
    """Move this process into new namespaces: an or of CLONE_NEW*."""
    syscall("unshare", flags)


def setns(descriptor: int, kind: int = 0) -> None:
    """Enter the namespace that `descriptor` shows, which must be of `kind` (a CLONE_NEW*)."""
    syscall("setns", descriptor, kind)


def mount(
    source: str | None, target: str, fstype: str | None, flags: int = 0, data: str | None = None
) -> None:
    """mount(2), with MS_* flags and a file system's own options as `data`."""
    syscall("mount", source, target, fstype, flags, data)


def mount_setattr(path: str, attributes: int) -> None:
    """Set MOUNT_ATTR_* on the mount at `path` and all below it (Linux 5.12)."""
    request = (ctypes.c_uint64 * 4)(attributes, 0, 0, 0)  # set, clear, propagation, user namespace
    size = ctypes.sizeof(request)
    syscall("mount_setattr", AT_FDCWD, path, AT_RECURSIVE, request, size)


def umount2(target: str, flags: int = 0) -> None:
    """Unmount `target`; MNT_DETACH does it though files in it are open."""
    syscall("umount2", target, flags)


def pivot_root(new_root: str, put_old: str) -> None:
    """Make `new_root` the root of this mount namespace, and show the old one at `put_old`."""
    syscall("pivot_root", new_root, put_old)


def no_new_privileges() -> None:
    """From here on no exec gains privileges; nothing undoes it, and every child inherits it."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Give up every capability of this thread, and of all that it may ever start.

    The bounding set can be emptied only by whoever holds CAP_SETPCAP; for all others
    `no_new_privileges` does what it would do. Works as well where there is none to give up.

    Raises OSError where the kernel refuses, and then nothing may be taken as dropped.
    """
    with suppress(OSError):  # EINVAL: the kernel knows no more of them; EPERM: see above
        for capability in range(_MOST_CAPABILITIES):
            prctl(PR_CAPBSET_DROP, capability)
    prctl(PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)  # version, this thread
    nothing = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable: low words, then high
    syscall("capset", header, nothing)


@functools.cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


def _argument(value: Argument) -> Argument:
    if isinstance(value, str):
        value = os.fsencode(value)
    if isinstance(value, int):
        return ctypes.c_long(value)  # a bare int would be passed as 32 bits
    return ctypes.c_char_p(value) if isinstance(value, bytes | None) else value
