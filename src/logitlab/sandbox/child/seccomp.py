"""The system-call filter: a classic BPF program that refuses what `policy` does not allow.

which machine's call is it?   another's (32-bit code, say): the process is killed
its number                    newer than the tables, or x32's: ENOSYS, as an old kernel says
clone3                        ENOSYS, and glibc turns to clone
some arguments only           checked on their 32 bits, as the kernel reads them
allowed                       goes on to the kernel
all else                      EPERM
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import struct
from collections.abc import Iterable, Sequence

from . import linux, policy, syscalls

# <linux/bpf_common.h>: an instruction is a code, two jump distances, and a constant.
_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_IF_EQUAL, _IF_GREATER, _IF_NOT_LESS = 0x15, 0x25, 0x35
_INSTRUCTION = struct.Struct("=HBBI")

# <linux/seccomp.h>: what a filter reads, and what it answers.
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16
_KILL_PROCESS, _ERRNO, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_SET_MODE_FILTER, _ALL_THREADS = 1, 1

_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_*; both little-endian
_EVERY_BIT = 0xFFFFFFFF
_NAMESPACES = (
    linux.CLONE_NEWNS
    | linux.CLONE_NEWCGROUP
    | linux.CLONE_NEWUTS
    | linux.CLONE_NEWIPC
    | linux.CLONE_NEWUSER
    | linux.CLONE_NEWPID
    | linux.CLONE_NEWNET
)

_Code = list[tuple[int, int, int, int]]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def install(*, processes: bool) -> None:
    """Put this process, all its threads, and whatever it forks under the filter, for good.

    It comes last: what builds the other walls is refused from here on.

    Raises OSError where the kernel has no filters or this machine no table.
    """
    load(program(processes=processes, machine=linux.machine(), pid=os.getpid()))


def load(filter_program: bytes) -> None:
    """Install a filter that `program` or `refusing` made, in every thread of this process.

    Raises OSError where the kernel refuses it.
    """
    instructions = ctypes.create_string_buffer(filter_program, len(filter_program))
    length = len(filter_program) // _INSTRUCTION.size
    argument = _Program(length, ctypes.addressof(instructions))
    linux.no_new_privileges()
    thread = linux.syscall("seccomp", _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(argument))
    if thread:
        raise OSError(errno.ESRCH, f"seccomp: thread {thread} does not take the filter")


@functools.cache  # so that a zygote can assemble it once for all its children
def program(*, processes: bool, machine: str, pid: int) -> bytes:
    """The filter of a run, for "x86_64" or "aarch64": see `policy.conditional` for the others.

    Raises KeyError for another machine.
    """
    numbers = syscalls.NUMBERS[machine]
    allowed = [numbers[name] for name in _names(policy.ALLOWED) if name in numbers]
    conditions = policy.conditional(processes=processes, pid=pid)
    code = _prologue(machine)
    code += [(_IF_GREATER, 0, 1, syscalls.NEWEST), *_refuse(errno.ENOSYS)]
    code += _when(numbers[policy.ABSENT], _refuse(errno.ENOSYS))
    for name, alternatives in conditions.items():
        if name in numbers:
            code += _when(numbers[name], [*_checked(alternatives), *_refuse(errno.EPERM)])
    for first, last in _ranges(allowed):
        code += [(_IF_NOT_LESS, 0, 2, first), (_IF_GREATER, 1, 0, last), *_allow()]
    return _assembled([*code, *_refuse(errno.EPERM)])


def refusing(names: Iterable[str], code: int = errno.EPERM) -> bytes:
    """A filter that takes the calls `names` away with errno `code`, and allows all others.

    It makes a kernel poorer: what has to do without namespaces or Landlock is tested where they
    really are absent. Of "clone", which makes every thread, it refuses the namespaces only.
    """
    numbers = syscalls.NUMBERS[linux.machine()]
    instructions = _prologue(linux.machine())
    for name in names:
        harmless = ((policy.Check(0, 0, _NAMESPACES),),) if name == "clone" else ()
        instructions += _when(numbers[name], [*_checked(harmless), *_refuse(code)])
    return _assembled([*instructions, *_allow()])


def _names(groups: dict[str, str]) -> list[str]:
    return [name for names in groups.values() for name in names.split()]


def _prologue(machine: str) -> _Code:
    return [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_IF_EQUAL, 1, 0, _MACHINES[machine]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]


def _when(number: int, block: _Code) -> _Code:
    """Run `block`, which returns, if the call is `number`; otherwise its number stays loaded."""
    return [(_IF_EQUAL, 0, len(block), number), *block]


def _checked(alternatives: policy.Alternatives) -> _Code:
    """Return "allow" if every check of one alternative holds, else go on."""
    code: _Code = []
    for checks in alternatives:
        rest: _Code = _allow()
        for check in reversed(checks):
            mask = [] if check.mask == _EVERY_BIT else [(_AND, 0, 0, check.mask)]
            at = _ARGUMENTS_AT + 8 * check.argument + (0 if check.low else 4)
            rest = [(_LOAD, 0, 0, at), *mask, (_IF_EQUAL, 0, len(rest), check.value), *rest]
        code += rest
    return code


def _ranges(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """The numbers as the fewest ranges of neighbours."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return ranges


def _allow() -> _Code:
    return [(_RETURN, 0, 0, _ALLOW)]


def _refuse(code: int) -> _Code:
    return [(_RETURN, 0, 0, _ERRNO | code)]


def _assembled(code: _Code) -> bytes:
    return b"".join(_INSTRUCTION.pack(*instruction) for instruction in code)
