"""Landlock, the second wall around files: what a ruleset does not name can be reached by no path.

It stands whatever the mounts look like, needs no privilege, and is inherited. Newer kernels let it
refuse TCP, abstract Unix sockets and signals to the outside as well: see `abi`.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Sequence

from . import linux

_VERSION_FLAG = 1
_PATH_BENEATH = 1
_RULE = struct.Struct("=Qi")  # allowed access, descriptor

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE = 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_REG, _MAKE_SYM = 1 << 7, 1 << 8, 1 << 12
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15

# How many kinds of access each ABI can refuse; a kernel refuses a ruleset of kinds it knows not.
_FILE_KINDS = {1: 13, 2: 14, 3: 15, 5: 16}
_TCP_KINDS = {4: 2}  # bind, connect
_SCOPES = {6: 2}  # abstract Unix sockets, signals

_READ = _READ_FILE | _READ_DIR  # a shared library is mapped with it; execute is for execve
_CHANGE = _WRITE_FILE | _TRUNCATE | _REMOVE_DIR | _REMOVE_FILE | _REFER
_WRITE = _READ | _CHANGE | _MAKE_DIR | _MAKE_REG | _MAKE_SYM  # no devices, pipes, sockets
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV


def abi() -> int:
    """Which Landlock the running kernel has: 0 for none, or one that is switched off.

    From 1 on it refuses access to files, from 4 TCP, from 6 signals and abstract Unix sockets.
    """
    try:
        return linux.syscall("landlock_create_ruleset", None, 0, _VERSION_FLAG)
    except OSError:
        return 0


def restrict(read: Sequence[str], write: Sequence[str]) -> None:
    """Leave this thread, and all that it starts, these paths and what lies below them, for good.

    Files under `read` can be read and mapped; under `write`, made, changed and removed as well.
    Nothing can be executed. Paths that do not exist are passed over. Descriptors that are open
    already stay as they are, and so do other threads: call it while there is one.

    Raises OSError where the kernel has no Landlock, or refuses.
    """
    version = abi()
    kinds = [_all(_newest(table, version)) for table in (_FILE_KINDS, _TCP_KINDS, _SCOPES)]
    attributes = (ctypes.c_uint64 * 3)(*kinds)
    size = ctypes.sizeof(attributes)
    ruleset = linux.syscall("landlock_create_ruleset", ctypes.byref(attributes), size, 0)
    try:
        for access, paths in ((_READ, read), (_WRITE, write)):
            for path in paths:
                _allow(ruleset, path, access & kinds[0])
        linux.no_new_privileges()
        linux.syscall("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)


def _newest(counts: dict[int, int], version: int) -> int:
    """How many kinds the newest entry that is not newer than `version` has."""
    return max((count for since, count in counts.items() if since <= version), default=0)


def _all(count: int) -> int:
    return (1 << count) - 1


def _allow(ruleset: int, path: str, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            access &= _OF_A_FILE
        rule = _RULE.pack(access, place)
        linux.syscall("landlock_add_rule", ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)
