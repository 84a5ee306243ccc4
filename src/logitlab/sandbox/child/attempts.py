"""An attempt at each forbidden act, for real: it raises OSError where the act is refused.

Each is harmless where it succeeds: it asks for nothing that outlives the child, or for something
that the kernel turns down for its arguments only after having allowed it. The first line of each
says in plain words what a submission would have done.
"""

from __future__ import annotations

import _thread
import contextlib
import ctypes
import errno
import mmap
import os
import signal
import socket
import tempfile
from dataclasses import dataclass

from . import linux
from .limits import Limits

_PAGE = mmap.PAGESIZE
_STRAYS = 64  # tasks of the same user that may have ended since the limit was set
_SMALL_STACK = 64 << 10
_BAD_POINTER = 1
_FAMILIES = ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET")
_PTRACE_SEIZE = 0x4206
_KEYCTL_GET_KEYRING_ID, _SESSION_KEYRING = 0, -3
_USER_MODE_ONLY = 1
_CAP_SYS_ADMIN = 21
_CAPABILITY_VERSION_3 = 0x20080522
_SHOWN_NAMES = 100


@dataclass(frozen=True)
class Targets:
    """What the parent puts up to be attacked: its own files, sockets, and a process of its own."""

    file: str  # a canary
    folder: str  # which holds it
    home: str
    hidden: list[str]  # paths of the package itself
    port: int  # 127.0.0.1, where the parent listens
    socket: str  # the name of an abstract Unix socket, where it listens too
    pid: int
    address: int  # of a canary in the memory of process `pid`
    length: int  # of that canary, in bytes


def read_file(targets: Targets, limits: Limits) -> bytes:
    """Read a file of yours."""
    with open(targets.file, "rb") as file:
        return file.read(_PAGE)


def list_folder(targets: Targets, limits: Limits) -> bytes:
    """List a folder of yours."""
    return _names(targets.folder)


def list_home(targets: Targets, limits: Limits) -> bytes:
    """List your home."""
    return _names(targets.home)


def read_package(targets: Targets, limits: Limits) -> bytes:
    """Read logitlab's checks and solutions."""
    for path in targets.hidden:
        for look, place in ((_names, path), (_start, path), (_start, f"{path}/__init__.py")):
            with contextlib.suppress(OSError):
                if look(place):
                    return os.fsencode(place)
    raise OSError(errno.ENOENT, "nothing of it is there")


def write_file(targets: Targets, limits: Limits) -> None:
    """Write a file beside yours."""
    with open(os.path.join(targets.folder, "written"), "wb") as file:
        file.write(b"written")


def fill_disk(targets: Targets, limits: Limits) -> None:
    """Write more than the disk limit."""
    half = bytes(limits.file_bytes // 2 + _PAGE)
    with tempfile.TemporaryFile(buffering=0) as one, tempfile.TemporaryFile(buffering=0) as other:
        for file in (one, other):
            if os.write(file.fileno(), half) < len(half):
                raise OSError(errno.ENOSPC, "the disk took a part")


def connect(targets: Targets, limits: Limits) -> None:
    """Connect to a server on this machine."""
    with socket.socket() as client:
        client.settimeout(1)
        client.connect(("127.0.0.1", targets.port))


def make_sockets(targets: Targets, limits: Limits) -> bytes:
    """Make a socket of any family."""
    refused: OSError = OSError(errno.EAFNOSUPPORT, "no family")
    for name in _FAMILIES:
        kind = socket.SOCK_RAW if name in ("AF_NETLINK", "AF_PACKET") else socket.SOCK_STREAM
        try:
            with socket.socket(getattr(socket, name), kind):
                return name.encode()
        except OSError as error:
            refused = error
    raise refused


def connect_locally(targets: Targets, limits: Limits) -> None:
    """Connect to a Unix socket of yours."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0" + targets.socket)


def see_processes(targets: Targets, limits: Limits) -> bytes:
    """See which programs are running."""
    pids = [name for name in os.listdir("/proc") if name.isdecimal()]
    others = [pid for pid in pids if int(pid) != os.getpid()]
    if not others:
        raise OSError(errno.ENOENT, "no other process is there")
    return "\n".join(others[:_SHOWN_NAMES]).encode()


def signal_process(targets: Targets, limits: Limits) -> None:
    """Send a program of yours a signal."""
    os.kill(targets.pid, signal.SIGUSR1)


def read_memory(targets: Targets, limits: Limits) -> bytes:
    """Read the memory of a program of yours."""
    with (
        contextlib.suppress(OSError),
        open(f"/proc/{targets.pid}/mem", "rb", buffering=0) as memory,
    ):
        memory.seek(targets.address)
        return memory.read(targets.length)
    buffer = ctypes.create_string_buffer(targets.length)
    here = (ctypes.c_uint64 * 2)(ctypes.addressof(buffer), targets.length)
    there = (ctypes.c_uint64 * 2)(targets.address, targets.length)
    linux.syscall("process_vm_readv", targets.pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    return buffer.raw


def trace(targets: Targets, limits: Limits) -> None:
    """Debug a program of yours (ptrace)."""
    linux.syscall("ptrace", _PTRACE_SEIZE, targets.pid, 0, 0)


def fork(targets: Targets, limits: Limits) -> None:
    """Start a process."""
    _fork()


def fork_beyond(targets: Targets, limits: Limits) -> None:
    """Start processes beyond the limit."""
    with _Threads() as threads:
        with contextlib.suppress(OSError):
            threads.start(limits.processes + _STRAYS)
        _fork()


def thread_beyond(targets: Targets, limits: Limits) -> None:
    """Start threads beyond the limit."""
    with _Threads() as threads:
        threads.start(limits.processes + _STRAYS)


def allocate(targets: Targets, limits: Limits) -> None:
    """Allocate twice the memory limit."""
    mmap.mmap(-1, 2 * limits.memory_bytes).close()


def raise_limit(targets: Targets, limits: Limits) -> None:
    """Raise a limit of its own."""
    import resource  # not on Windows

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    higher = hard if hard == resource.RLIM_INFINITY else hard + 1
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (higher, higher))
    except ValueError as error:
        raise OSError(errno.EPERM, str(error)) from None


def execute(targets: Targets, limits: Limits) -> None:
    """Execute a program."""
    linux.syscall("execve", "/proc/self/exe", _BAD_POINTER, None)


def mount(targets: Targets, limits: Limits) -> None:
    """Change what is mounted."""
    linux.mount(None, "/proc/self/fd", None, linux.MS_REMOUNT | linux.MS_BIND)  # is no mount


def enter_namespace(targets: Targets, limits: Limits) -> None:
    """Enter a namespace that exists."""
    file = os.open("/proc/self/ns/uts", os.O_RDONLY)
    try:
        linux.setns(file, linux.CLONE_NEWUTS)
    finally:
        os.close(file)


def use_keyring(targets: Targets, limits: Limits) -> None:
    """Use the kernel's keyrings."""
    linux.syscall("keyctl", _KEYCTL_GET_KEYRING_ID, _SESSION_KEYRING, 0)


def use_bpf(targets: Targets, limits: Limits) -> None:
    """Load a program of the kernel's (bpf)."""
    linux.syscall("bpf", 0, None, 0)


def use_io_uring(targets: Targets, limits: Limits) -> None:
    """Queue system calls (io_uring)."""
    linux.syscall("io_uring_setup", 1, None)


def use_userfaultfd(targets: Targets, limits: Limits) -> None:
    """Handle page faults (userfaultfd)."""
    os.close(linux.syscall("userfaultfd", _USER_MODE_ONLY))


def use_perf(targets: Targets, limits: Limits) -> None:
    """Count processor events (perf)."""
    linux.syscall("perf_event_open", None, 0, -1, -1, 0)


def make_memory_file(targets: Targets, limits: Limits) -> None:
    """Make a file in no folder (memfd)."""
    os.close(linux.syscall("memfd_create", "act", 0))


def gain_capability(targets: Targets, limits: Limits) -> None:
    """Gain a capability of root's."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable: low words, then high
    linux.syscall("capget", ctypes.byref(header), ctypes.byref(sets))
    sets[0] |= 1 << _CAP_SYS_ADMIN
    sets[1] |= 1 << _CAP_SYS_ADMIN
    linux.syscall("capset", ctypes.byref(header), ctypes.byref(sets))


def become_root(targets: Targets, limits: Limits) -> None:
    """Become root."""
    linux.syscall("setuid", 0)


def make_namespace(targets: Targets, limits: Limits) -> None:
    """Make a user namespace."""
    linux.unshare(linux.CLONE_NEWUSER)


class _Threads:
    """Threads that wait until the block is left."""

    def __init__(self) -> None:
        self._hold = _thread.allocate_lock()
        self._ended: list[_thread.LockType] = []

    def __enter__(self) -> _Threads:
        self._hold.acquire()
        return self

    def start(self, count: int) -> None:
        """Raises OSError (EAGAIN) where one is refused."""
        _thread.stack_size(_SMALL_STACK)  # or memory would be what runs out
        for _ in range(count):
            ended = _thread.allocate_lock()
            ended.acquire()
            try:
                _thread.start_new_thread(self._wait, (ended,))
            except RuntimeError as error:
                raise OSError(errno.EAGAIN, str(error)) from None
            self._ended.append(ended)

    def _wait(self, ended: _thread.LockType) -> None:
        with self._hold:
            ended.release()

    def __exit__(self, *error: object) -> None:
        self._hold.release()
        for ended in self._ended:
            ended.acquire()


def _fork() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _names(folder: str) -> bytes:
    return os.fsencode("\n".join(sorted(os.listdir(folder))[:_SHOWN_NAMES]))


def _start(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(1)
