"""The filter's decisions, read from its program, and what really happens behind it."""

import ctypes
import errno
import fcntl
import itertools
import mmap
import multiprocessing
import os
import random
import resource
import select
import shutil
import signal
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from logitlab.sandbox.child import linux, policy, seccomp, syscalls
from tests.sandbox.forked import UIDS, outcome, outcomes, report

MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
I386 = 0x40000003
OWN_PID, OTHER_PID = 4321, 4322
ALLOW, KILL, EPERM, ENOSYS = "allow", "kill", "EPERM", "ENOSYS"
FORK = 0x01200011  # the flags with which glibc forks, and makes a thread
THREAD = 0x003D0F00
BOTH = (True, False)


def decide(program: bytes, machine: int, number: int, *arguments: int) -> str:
    """Run a filter as the kernel does: each instruction once, forwards."""
    padded = [argument & 2**64 - 1 for argument in (*arguments, 0, 0, 0, 0, 0, 0)[:6]]
    data = struct.pack("<IIQ6Q", number & 2**32 - 1, machine, 0, *padded)
    instructions = list(struct.iter_unpack("=HBBI", program))
    at, register = 0, 0
    while True:
        code, if_true, if_false, constant = instructions[at]
        at += 1
        if code == 0x06:
            return answer(constant)
        if code == 0x20:
            (register,) = struct.unpack_from("<I", data, constant)
        elif code == 0x54:
            register &= constant
        else:
            tests = {0x15: register == constant, 0x25: register > constant}
            holds = {**tests, 0x35: register >= constant}[code]
            at += if_true if holds else if_false


def answer(value: int) -> str:
    if value >> 16 == 0x5:
        return errno.errorcode[value & 0xFFFF]
    return {0x7FFF0000: ALLOW, 0x80000000: KILL}[value]


def decision(
    machine: str, name: str, *arguments: int, processes: bool = True, at: int | None = None
) -> str:
    program = seccomp.program(processes=processes, machine=machine, pid=OWN_PID)
    return decide(program, at or MACHINES[machine], syscalls.NUMBERS[machine][name], *arguments)


def names(groups: dict[str, str]) -> list[str]:
    return [name for group in groups.values() for name in group.split()]


def test_every_call_of_the_kernel_stands_in_the_policy_once() -> None:
    conditional = list(policy.conditional(processes=True, pid=OWN_PID))
    listed = [*names(policy.ALLOWED), *names(policy.REFUSED), *conditional, policy.ABSENT]
    assert len(listed) == len(set(listed))
    assert set(listed) == set().union(*syscalls.NUMBERS.values())


@pytest.mark.parametrize("processes", BOTH)
@pytest.mark.parametrize("machine", MACHINES)
def test_decides_every_number_as_the_policy_says(machine: str, processes: bool) -> None:
    program = seccomp.program(processes=processes, machine=machine, pid=OWN_PID)
    conditional = policy.conditional(processes=processes, pid=OWN_PID)
    called = {number: name for name, number in syscalls.NUMBERS[machine].items()}
    allowed = set(names(policy.ALLOWED))
    for number in range(601):
        name = called.get(number)
        if name in conditional:
            continue
        late = number > syscalls.NEWEST or name == policy.ABSENT
        expected = ENOSYS if late else ALLOW if name in allowed else EPERM
        for argument in (0, 1, 2**32, 2**64 - 1):
            got = decide(program, MACHINES[machine], number, *[argument] * 6)
            assert got == expected, (number, name)


REFUSED_FOR_SURE = {
    "doors that no learner needs": """
    socket connect bind listen accept accept4 ptrace process_vm_readv process_vm_writev pidfd_open
    pidfd_getfd pidfd_send_signal kcmp mount umount2 fsopen fsmount open_tree move_mount
    mount_setattr unshare setns pivot_root chroot keyctl add_key request_key bpf perf_event_open
    io_uring_setup io_uring_enter io_uring_register userfaultfd memfd_create memfd_secret shmget
    msgget semget mq_open open_by_handle_at name_to_handle_at kexec_load init_module finit_module
    reboot settimeofday clock_settime swapon quotactl acct syslog setuid setgid setresuid setgroups
    mknodat fanotify_init execve execveat seccomp capset rt_sigqueueinfo openat2 vmsplice
"""
}


@pytest.mark.parametrize("processes", BOTH)
@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", names(REFUSED_FOR_SURE))
def test_refuses_what_must_never_be_had(machine: str, name: str, processes: bool) -> None:
    assert decision(machine, name, processes=processes) == EPERM


HIGH = 2**32  # a bit that the kernel does not read in a 32-bit argument
# The call, its arguments, the decision with processes and without.
CASES = [
    ("clone", (FORK,), ALLOW, EPERM),
    ("clone", (THREAD,), ALLOW, ALLOW),
    ("clone", (THREAD | HIGH,), ALLOW, ALLOW),
    *(
        ("clone", (flags | namespace,), EPERM, EPERM)
        for flags in (FORK, THREAD)
        for namespace in (
            *(0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000),
            *(0x00001000, 0x00002000, 0x00008000, 0x00800000),  # PIDFD, PTRACE, PARENT, UNTRACED
        )
    ),
    ("kill", (OWN_PID, 9), ALLOW, ALLOW),
    *(("kill", (pid, 9), ALLOW, EPERM) for pid in (OTHER_PID, 0, -1, -OWN_PID, 1)),
    ("tgkill", (OWN_PID, OTHER_PID, 6), ALLOW, ALLOW),
    ("tgkill", (OTHER_PID, OWN_PID, 6), ALLOW, EPERM),
    ("tkill", (OTHER_PID, 6), ALLOW, EPERM),
    ("prlimit64", (0, 7, 0, 0), ALLOW, ALLOW),
    ("prlimit64", (OTHER_PID, 7, 0, 0), EPERM, EPERM),
    ("prlimit64", (HIGH | OTHER_PID, 7, 0, 0), EPERM, EPERM),
    ("sched_setaffinity", (0, 8, 1), ALLOW, ALLOW),
    ("sched_setaffinity", (OTHER_PID, 8, 1), EPERM, EPERM),
    ("socketpair", (1, 1, 0), ALLOW, ALLOW),
    ("socketpair", (1, 1 | 0o2004000, 0), ALLOW, ALLOW),  # CLOEXEC, NONBLOCK
    ("socketpair", (1, 2, 0), EPERM, EPERM),  # datagrams can be sent to any address
    ("socketpair", (1, 5, 0), EPERM, EPERM),
    *(("socketpair", (family, 1, 0), EPERM, EPERM) for family in (0, 2, 10, 16, 17, 38, 40)),
    ("sendto", (3, 1000, 1, 0, 0, 0), ALLOW, ALLOW),
    ("sendto", (3, 1000, 1, 0, 2000, 16), EPERM, EPERM),
    ("sendto", (3, 1000, 1, 0, HIGH, 16), EPERM, EPERM),
    *(("fcntl", (3, command), ALLOW, ALLOW) for command in (0, 1, 2, 3, 4, 5, 6, 7, 1030, 1032)),
    *(("fcntl", (3, command), EPERM, EPERM) for command in (8, 10, 15, 1024, 1026, 1031, 1033)),
    *(("ioctl", (3, request), ALLOW, ALLOW) for request in (0x5401, 0x5413, 0x541B, 0x5421)),
    *(("ioctl", (3, request), EPERM, EPERM) for request in (0x5412, 0x541C, 0x5452, 0x8901, 0)),
    ("ioctl", (3, HIGH | 0x5412), EPERM, EPERM),
    *(("prctl", (option,), ALLOW, ALLOW) for option in (3, 15, 16, 21, 38, 39)),
    *(("prctl", (option,), EPERM, EPERM) for option in (1, 4, 22, 24, 26, 35, 36, 47, 59)),
    ("prctl", (0x59616D61,), EPERM, EPERM),  # PR_SET_PTRACER
    ("personality", (0xFFFFFFFF,), ALLOW, ALLOW),
    ("personality", (0x0040000,), EPERM, EPERM),  # ADDR_NO_RANDOMIZE
    ("fchmod", (3, 0o1777), ALLOW, ALLOW),
    ("fchmod", (3, 0o4755), EPERM, EPERM),
    ("fchmodat", (3, 1000, 0o2755), EPERM, EPERM),
    ("fchmodat", (3, 1000, 0o644), ALLOW, ALLOW),
    ("fchmodat2", (3, 1000, 0o6755, 0), EPERM, EPERM),
    ("openat", (-100, 1000, 0, 0o7777), ALLOW, ALLOW),  # what stands in an argument not given
    ("openat", (-100, 1000, 0o200000, 0o7777), ALLOW, ALLOW),  # O_DIRECTORY
    ("openat", (-100, 1000, 0o101, 0o644), ALLOW, ALLOW),
    ("openat", (-100, 1000, 0o101, 0o4755), EPERM, EPERM),
    ("openat", (-100, 1000, 0o20200002, 0o2755), EPERM, EPERM),  # O_TMPFILE
]
ON_X86_64 = [
    ("fork", (), ALLOW, EPERM),
    ("vfork", (), ALLOW, EPERM),
    ("open", (1000, 0o101, 0o4755), EPERM, EPERM),
    ("open", (1000, 0o101, 0o755), ALLOW, ALLOW),
    ("open", (1000, 0, 0o7777), ALLOW, ALLOW),
    ("creat", (1000, 0o4755), EPERM, EPERM),
    ("creat", (1000, 0o755), ALLOW, ALLOW),
    ("chmod", (1000, 0o4755), EPERM, EPERM),
    ("chmod", (1000, 0o755), ALLOW, ALLOW),
    ("arch_prctl", (0x1023, 18), ALLOW, ALLOW),
    ("arch_prctl", (0x1002, 1000), EPERM, EPERM),
]
Case = tuple[str, tuple[int, ...], str, str]
EVERY_CASE: list[tuple[str, Case]] = [
    *itertools.product(MACHINES, CASES),
    *itertools.product(["x86_64"], ON_X86_64),
]


@pytest.mark.parametrize(("machine", "case"), EVERY_CASE)
def test_decides_by_arguments(machine: str, case: Case) -> None:
    name, arguments, with_processes, without = case
    assert decision(machine, name, *arguments, processes=True) == with_processes
    assert decision(machine, name, *arguments, processes=False) == without


def test_every_conditional_call_has_a_case() -> None:
    conditional = policy.conditional(processes=True, pid=OWN_PID)
    assert set(conditional) == {name for _, (name, *_) in EVERY_CASE}


@pytest.mark.parametrize("machine", MACHINES)
def test_kills_for_the_call_of_another_machine(machine: str) -> None:
    (other,) = set(MACHINES.values()) - {MACHINES[machine]}
    for foreign in (I386, other, 1):
        assert decision(machine, "read", at=foreign) == KILL


def test_x32_and_negative_numbers_do_not_exist() -> None:
    program = seccomp.program(processes=True, machine="x86_64", pid=OWN_PID)
    for number in (0x40000000, 0x40000000 | 1, 0x40000000 | 512, -1, 2**31):
        assert decide(program, MACHINES["x86_64"], number) == ENOSYS


def test_has_no_filter_for_a_machine_that_it_has_no_table_of() -> None:
    with pytest.raises(KeyError, match="riscv64"):
        seccomp.program(processes=True, machine="riscv64", pid=OWN_PID)


def test_the_program_fits_into_the_kernel() -> None:
    for machine in MACHINES:
        assert len(seccomp.program(processes=True, machine=machine, pid=1)) // 8 < 4096


# --- Real attempts, in forked children: see `__main__` below -------------------------------------


def raw(name: str, *arguments: linux.Argument) -> Callable[[], object]:
    return lambda: linux.syscall(name, *arguments)


def send_datagram() -> None:
    one, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendto(b"x", "/nowhere")


def fork() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def raw_fork() -> None:
    if linux.syscall("clone", signal.SIGCHLD, 0, 0, 0, 0) == 0:
        os._exit(0)


def in_directory(act: Callable[[Path], object]) -> Callable[[], object]:
    def acted() -> None:
        with tempfile.TemporaryDirectory() as directory:
            act(Path(directory))

    return acted


def make_set_uid(directory: Path) -> None:
    os.close(os.open(directory / "x", os.O_CREAT | os.O_WRONLY, 0o4755))


def change_to_set_uid(directory: Path) -> None:
    (directory / "x").touch()
    (directory / "x").chmod(0o4755)


def own_pipe(command: int, argument: int) -> Callable[[], object]:
    return lambda: fcntl.fcntl(os.pipe()[0], command, argument)


def call_as_i386() -> None:
    """mov eax, 20; int 0x80; ret: getpid, by the 32-bit door of an x86-64 kernel."""
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()


CLONE_NEWUSER = linux.CLONE_NEWUSER | signal.SIGCHLD
NO_KEY = 0x7E57  # that nobody has made anything under
BAD = 1  # an address that nothing is mapped at

# Each act, and what the filter makes of it; without it, each ends in some other way.
REFUSED_ACTS: dict[str, tuple[Callable[[], object], str]] = {
    "inet socket": (lambda: socket.socket(), "EPERM"),
    "unix socket": (lambda: socket.socket(socket.AF_UNIX), "EPERM"),
    "netlink socket": (lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW), "EPERM"),
    "datagram": (send_datagram, "EPERM"),
    "another program": (lambda: os.execv("/bin/true", ["true"]), "EPERM"),
    "own memory by process_vm_readv": (
        raw("process_vm_readv", os.getpid(), None, 0, None, 0, 0),
        "EPERM",
    ),
    "ptrace": (raw("ptrace", 0), "EPERM"),
    "unshare nothing": (raw("unshare", 0), "EPERM"),
    "clone3": (raw("clone3", BAD, 88), "ENOSYS"),
    "clone with a pidfd": (raw("clone", 0x1000 | signal.SIGCHLD, 0, BAD), "EPERM"),
    "setns": (raw("setns", -1, 0), "EPERM"),
    "memfd": (raw("memfd_create", "x", 0), "EPERM"),
    "shared memory": (raw("shmget", NO_KEY, 1, 0), "EPERM"),
    "semaphores": (raw("semget", NO_KEY, 1, 0), "EPERM"),
    "message queue": (raw("msgget", NO_KEY, 0), "EPERM"),
    "posix message queue": (raw("mq_unlink", "nothing"), "EPERM"),
    "asynchronous io": (raw("io_submit", BAD, 1, BAD), "EPERM"),
    "splice": (raw("splice", -1, None, -1, None, 1, 0), "EPERM"),
    "own user": (lambda: os.setuid(os.getuid()), "EPERM"),
    "own session": (os.setsid, "EPERM"),
    "own capabilities": (linux.drop_capabilities, "EPERM"),
    "dumpable": (lambda: linux.prctl(linux.PR_SET_DUMPABLE, 0), "EPERM"),
    "outlive the parent": (lambda: linux.prctl(linux.PR_SET_PDEATHSIG, 0), "EPERM"),
    "another filter": (lambda: seccomp.load(seccomp.refusing([])), "EPERM"),
    "own priority": (lambda: os.nice(1), "EPERM"),
    "scheduler": (
        lambda: os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0)),
        "EPERM",
    ),
    "the parent's limits": (
        lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CORE),
        "EPERM",
    ),
    "set-uid file": (in_directory(make_set_uid), "EPERM"),
    "set-uid mode": (in_directory(change_to_set_uid), "EPERM"),
    "named pipe": (in_directory(lambda directory: os.mkfifo(directory / "x")), "EPERM"),
    "attributes": (in_directory(lambda directory: os.setxattr(directory, "x.y", b"")), "EPERM"),
    "watch": (raw("inotify_init1", 0), "EPERM"),
    "signal on input": (own_pipe(fcntl.F_SETOWN, os.getpid()), "EPERM"),
    "large pipe": (own_pipe(1031, 65536), "EPERM"),
    "type for the user": (lambda: fcntl.ioctl(os.pipe()[0], 0x5412, b"x"), "EPERM"),
    "personality": (raw("personality", 0x0040000), "EPERM"),
    "lock memory": (raw("mlock", BAD << 12, 0), "EPERM"),
}
# What is refused to a run without a process namespace, and granted to one with it.
PROCESS_ACTS: dict[str, Callable[[], object]] = {
    "fork": fork,
    "fork by number": raw_fork,
    "signal the parent": lambda: os.kill(os.getppid(), 0),
    "signal the group": lambda: os.kill(0, 0),
    "signal the parent's thread": raw("tgkill", os.getppid(), os.getppid(), 0),
}


def optimise() -> None:
    import torch

    weight = torch.randn(3, 2, requires_grad=True)
    optimiser = torch.optim.SGD([weight], lr=0.1)
    before = weight.detach().clone()
    (torch.randn(4, 3) @ weight).square().sum().backward()
    optimiser.step()
    assert not torch.equal(before, weight.detach())


def convolve_on_threads() -> None:
    import torch

    torch.set_num_threads(2)
    layer = torch.nn.Conv2d(1, 4, 3)
    layer(torch.randn(8, 1, 16, 16)).sum().backward()
    assert layer.weight.grad is not None


def determinant() -> None:
    import torch

    assert torch.allclose(torch.linalg.det(2 * torch.eye(3)), torch.tensor(8.0))


def err() -> None:
    import torch

    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        torch.ones(2, 3) @ torch.ones(2, 3)  # a C++ exception, unwound through torch's libraries


def print_tensor() -> None:
    import torch

    assert str(torch.ones(2)) == "tensor([1., 1.])"


def save_tensor(directory: Path) -> None:
    import torch

    torch.save({"x": torch.ones(3)}, directory / "x.pt")
    assert torch.load(directory / "x.pt")["x"].tolist() == [1, 1, 1]


def use_numpy() -> None:
    import numpy as np

    assert np.linalg.inv(np.random.default_rng().normal(size=(20, 20))).shape == (20, 20)


def map_file(directory: Path) -> None:
    import numpy as np

    np.memmap(directory / "x", dtype="f8", mode="w+", shape=(10,))[:] = 1
    assert np.fromfile(directory / "x").sum() == 10


def use_threads() -> None:
    results: list[int] = []
    threads = [threading.Thread(target=lambda: results.append(1)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [1] * 4


def use_files(directory: Path) -> None:
    (directory / "a").mkdir()
    (directory / "a" / "x").write_text("x")
    shutil.copytree(directory / "a", directory / "b")
    shutil.copy2(directory / "a" / "x", directory / "y")
    os.replace(directory / "y", directory / "z")
    os.symlink("z", directory / "link")
    os.truncate(directory / "link", 0)
    shutil.rmtree(directory / "a")
    assert sorted(os.listdir(directory)) == ["b", "link", "z"]


def alarm() -> None:
    rang: list[int] = []
    signal.signal(signal.SIGALRM, lambda number, _: rang.append(number))
    signal.setitimer(signal.ITIMER_REAL, 0.001)
    while not rang:
        signal.pause()


def wait_for_pipe() -> None:
    import asyncio

    reading, writing = os.pipe()
    os.write(writing, b"x")
    assert select.select([reading], [], [], 1)[0] == [reading]
    assert asyncio.run(asyncio.sleep(0, "slept")) == "slept"


def use_stream() -> None:
    here, there = socket.socketpair()
    here.sendall(b"x")
    here.shutdown(socket.SHUT_WR)
    assert there.recv(2) == b"x"


def import_late() -> None:
    import sqlite3

    assert sqlite3.connect(":memory:").execute("select 1").fetchone() == (1,)


def abort_itself() -> None:
    signal.signal(signal.SIGABRT, lambda *_: None)
    signal.raise_signal(signal.SIGABRT)
    os.kill(os.getpid(), signal.SIGABRT)


def ask_about_itself() -> None:
    os.sched_setaffinity(0, os.sched_getaffinity(0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    assert all([os.getrandom(4), os.uname(), os.getloadavg(), os.times()])
    with open("/dev/null", "w") as file:
        assert not file.isatty()


def use_processes() -> None:
    here, there = multiprocessing.get_context("fork").Pipe()
    child = multiprocessing.get_context("fork").Process(target=there.send, args=("done",))
    child.start()
    assert here.recv() == "done"
    child.join()
    assert child.exitcode == 0


def use_pool() -> None:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(abs, [-1, -2]) == [1, 2]


HONEST_ACTS: dict[str, Callable[[], object]] = {
    "an optimiser's step": optimise,
    "convolution on two threads": convolve_on_threads,
    "determinant": determinant,
    "an error of torch's": err,
    "printing a tensor": print_tensor,
    "saving a tensor": in_directory(save_tensor),
    "numpy": use_numpy,
    "a mapped file": in_directory(map_file),
    "threads": use_threads,
    "files": in_directory(use_files),
    "a stream between its ends": use_stream,
    "alarm": alarm,
    "waiting": wait_for_pipe,
    "signals to itself": abort_itself,
    "questions": ask_about_itself,
    "sleep": lambda: (time.sleep(0.001), time.strftime("%c"), random.random()),
}
FORKING_ACTS = {"processes": use_processes, "a pool": use_pool}


def no_walls() -> None:
    """The control."""


def full() -> None:
    seccomp.install(processes=True)


def threads_only() -> None:
    seccomp.install(processes=False)


WALLS = {"none": no_walls, "full": full, "threads": threads_only}


def key(act: str, walls: str, uid: int) -> str:
    return f"{act} / {walls} / {uid}"


@pytest.fixture(scope="module")
def ended() -> dict[str, str]:
    return outcomes("tests.sandbox.test_seccomp")


@pytest.mark.parametrize("uid", UIDS)
@pytest.mark.parametrize("walls", ["full", "threads"])
@pytest.mark.parametrize("act", REFUSED_ACTS)
def test_is_refused(ended: dict[str, str], act: str, walls: str, uid: int) -> None:
    assert ended[key(act, walls, uid)] == REFUSED_ACTS[act][1]


@pytest.mark.parametrize("act", REFUSED_ACTS)
def test_is_refused_by_nothing_but_the_filter(ended: dict[str, str], act: str) -> None:
    assert ended[key(act, "none", UIDS[0])] != REFUSED_ACTS[act][1]


@pytest.mark.parametrize("act", PROCESS_ACTS)
def test_without_a_process_namespace_it_is_alone(ended: dict[str, str], act: str) -> None:
    assert ended[key(act, "threads", UIDS[0])] == "EPERM"
    assert ended[key(act, "full", UIDS[0])] == "ok"


@pytest.mark.parametrize("uid", UIDS)
@pytest.mark.parametrize("walls", ["full", "threads"])
@pytest.mark.parametrize("act", HONEST_ACTS)
def test_honest_work_goes_on(ended: dict[str, str], act: str, walls: str, uid: int) -> None:
    assert ended[key(act, walls, uid)] == "ok"


@pytest.mark.parametrize("walls", ["full", "threads"])
def test_imports_after_the_filter(ended: dict[str, str], walls: str) -> None:
    assert ended[key("importing", walls, UIDS[0])] == "ok"


@pytest.mark.parametrize("uid", UIDS)
@pytest.mark.parametrize("act", FORKING_ACTS)
def test_may_have_children(ended: dict[str, str], act: str, uid: int) -> None:
    assert ended[key(act, "full", uid)] == "ok"


def test_holds_in_every_thread(ended: dict[str, str]) -> None:
    assert ended["older thread"] == "EPERM"


@pytest.mark.skipif(linux.machine() != "x86_64", reason="has no 32-bit door of this kind")
def test_the_32_bit_door_is_shut(ended: dict[str, str]) -> None:
    assert ended["door / full"] in {"SIGSYS", "SIGSEGV"}  # the latter: a kernel that has none
    assert ended["door / none"] in {"ok", "SIGSEGV"}


def test_the_kernel_reads_the_program_as_the_tests_do(ended: dict[str, str]) -> None:
    refused = [name for name in names(policy.REFUSED) if name in syscalls.NUMBERS[linux.machine()]]
    assert ended["refused"].split() == refused


def test_takes_away_what_is_named_and_nothing_else(ended: dict[str, str]) -> None:
    assert ended["poorer: unshare"] == "ENOSYS"
    assert ended["poorer: clone into a namespace"] == "ENOSYS"
    assert ended["poorer: fork"] == "ok"
    assert ended["poorer: socket"] == "ok"


def refused_by_the_kernel() -> list[str]:
    """The calls of `policy.REFUSED` that, tried with senseless arguments, end in EPERM."""
    seccomp.install(processes=True)
    refused = []
    for name in names(policy.REFUSED):
        if name in syscalls.NUMBERS[linux.machine()]:
            try:
                linux.syscall(name, -1, -1, -1, -1, -1, -1)
            except PermissionError:
                refused.append(name)
            except OSError:
                pass
    return refused


def tell_refused() -> None:
    raise RuntimeError(" ".join(refused_by_the_kernel()))


def poorer() -> None:
    seccomp.load(seccomp.refusing(["unshare", "clone"], errno.ENOSYS))


def socket_in_an_older_thread() -> None:
    """The filter holds in threads that were there before it, too."""
    filtered, refusals = threading.Event(), []

    def work() -> None:
        filtered.wait()
        try:
            socket.socket()
        except OSError as error:
            refusals.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    full()
    filtered.set()
    thread.join()
    raise refusals[0]


def ends(acts: dict[str, Callable[[], object]], walls: str, uid: int) -> dict[str, str]:
    return {key(name, walls, uid): outcome(act, WALLS[walls], uid) for name, act in acts.items()}


def single_attempts() -> dict[str, str]:
    own, refused = UIDS[0], outcome(tell_refused, no_walls, UIDS[-1])
    clone = raw("clone", CLONE_NEWUSER, 0, 0, 0, 0)
    return {
        "refused": refused.removeprefix("RuntimeError: "),
        "poorer: unshare": outcome(raw("unshare", 0), poorer, own),
        "poorer: clone into a namespace": outcome(clone, poorer, own),
        "poorer: fork": outcome(fork, poorer, own),
        "poorer: socket": outcome(socket.socket, poorer, own),
        "older thread": outcome(socket_in_an_older_thread, no_walls, own),
        "door / full": outcome(call_as_i386, full, own),
        "door / none": outcome(call_as_i386, no_walls, own),
    }


def warm_up() -> None:
    """Import what the acts import: another user may not be able to read it."""
    import asyncio  # noqa: F401

    import torch

    torch.set_num_threads(1)
    for act in (optimise, use_pool, print_tensor, in_directory(save_tensor)):
        act()


def main() -> None:
    refused = {name: act for name, (act, _) in REFUSED_ACTS.items()}
    results = single_attempts() | ends(refused, "none", UIDS[0])
    for walls, uid in itertools.product(("full", "threads"), UIDS):
        results |= ends(refused, walls, uid)
    for walls in ("full", "threads"):
        results |= ends(PROCESS_ACTS | {"importing": import_late}, walls, UIDS[0])
    warm_up()  # only now, since a fork with torch takes ten times as long
    for uid in UIDS:
        results |= ends(HONEST_ACTS | FORKING_ACTS, "full", uid)
        results |= ends(HONEST_ACTS, "threads", uid)
    report(results)


if __name__ == "__main__":
    main()
