"""The system calls that Python does not offer: arguments, errors, and rights given up."""

import ctypes
import errno
import os
import platform
import sys
from pathlib import Path

import pytest

from logitlab.sandbox.child import linux, syscalls
from tests.sandbox.forked import UIDS, outcome, outcomes, report

WRITABLE, PRIVATE_ANONYMOUS = 3, 0x22


def test_calls_by_name_and_by_number() -> None:
    assert linux.syscall("getpid") == os.getpid()
    assert linux.syscall(syscalls.NUMBERS[linux.machine()]["getppid"]) == os.getppid()


def test_raises_the_kernels_error() -> None:
    with pytest.raises(FileNotFoundError, match="umount2: No such file") as caught:
        linux.umount2("/no such place")
    assert caught.value.errno == errno.ENOENT


def test_passes_and_returns_addresses_of_64_bits() -> None:
    size = 2**33  # only reserved: nothing is written
    address = linux.syscall("mmap", None, size, 0, PRIVATE_ANONYMOUS | 0x4000, -1, 0)
    assert address > 2**32
    assert linux.syscall("munmap", address, size) == 0


def test_passes_strings_bytes_and_what_ctypes_refers_to(tmp_path: Path) -> None:
    (tmp_path / "ŷ").write_text("y")
    path = str(tmp_path / "ŷ")
    for name in (path, os.fsencode(path)):
        descriptor = linux.syscall("openat", linux.AT_FDCWD, name, os.O_RDONLY)
        assert os.read(descriptor, 2) == b"y"
        os.close(descriptor)
    pair = (ctypes.c_int * 2)()
    linux.syscall("pipe2", pair, os.O_CLOEXEC)
    os.write(pair[1], b"x")
    assert os.read(pair[0], 1) == b"x"
    for descriptor in pair:
        os.close(descriptor)


def test_does_not_know_what_the_machine_lacks() -> None:
    with pytest.raises(KeyError):
        linux.syscall("no such call")


@pytest.mark.parametrize("name", syscalls.NUMBERS)
def test_names_the_machine(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(platform, "machine", lambda: name)
    assert linux.machine() == name


@pytest.mark.parametrize("name", ["riscv64", "i686", "aarch64_be", ""])
def test_knows_no_other_machine(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(platform, "machine", lambda: name)
    with pytest.raises(OSError, match="no table") as caught:
        linux.machine()
    assert caught.value.errno == errno.ENOSYS


def test_knows_no_32_bit_interpreter_and_no_other_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(sys, "maxsize", 2**31 - 1)
    with pytest.raises(OSError, match="no table"):
        linux.machine()
    monkeypatch.undo()
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    with pytest.raises(OSError, match="darwin"):
        linux.machine()


@pytest.mark.parametrize("machine", syscalls.NUMBERS)
def test_numbers_are_each_used_once(machine: str) -> None:
    numbers = syscalls.NUMBERS[machine].values()
    assert len(numbers) == len(set(numbers))
    assert max(numbers) == syscalls.NEWEST


@pytest.mark.parametrize(
    ("name", "x86_64", "aarch64"),
    [
        ("read", 0, 63),
        ("clone", 56, 220),
        ("execve", 59, 221),
        ("ptrace", 101, 117),
        ("prctl", 157, 167),
        ("openat", 257, 56),
        ("unshare", 272, 97),
        ("prlimit64", 302, 261),
        ("seccomp", 317, 277),
        ("rseq", 334, 293),
        ("clone3", 435, 435),
        ("landlock_create_ruleset", 444, 444),
        ("file_setattr", 469, 469),
    ],
)
def test_numbers_are_the_kernels(name: str, x86_64: int, aarch64: int) -> None:
    assert syscalls.NUMBERS["x86_64"][name] == x86_64
    assert syscalls.NUMBERS["aarch64"][name] == aarch64


# --- What cannot be undone, in forked children ---------------------------------------------------


def status(field: str) -> str:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return line.split()[1]
    raise KeyError(field)


def no_capability_is_left() -> None:
    linux.no_new_privileges()
    for _ in range(2):  # the second time there is none to drop
        linux.drop_capabilities()
        assert [int(status(f"Cap{kind}"), 16) for kind in ("Eff", "Prm", "Inh", "Amb")] == [0] * 4
    assert status("NoNewPrivs") == "1"


def bounding_set_is_empty() -> None:
    linux.drop_capabilities()
    assert int(status("CapBnd"), 16) == 0


def without_rights() -> None:
    if os.geteuid() == 0:  # so that an act that is not refused harms no mount of the machine's
        linux.unshare(linux.CLONE_NEWNS)
        linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
    linux.drop_capabilities()


ACTS = {
    "capabilities": (no_capability_is_left, lambda: None),
    "mount": (lambda: linux.mount("none", "/", "tmpfs"), without_rights),
    "set attributes": (lambda: linux.mount_setattr("/", 1), without_rights),
    "pivot": (lambda: linux.pivot_root("/", "/"), without_rights),
    "unshare": (lambda: linux.unshare(linux.CLONE_NEWUTS), without_rights),
    "enter": (lambda: linux.setns(0), without_rights),
    "unshare nothing": (lambda: linux.unshare(0), without_rights),
}
ENDS = dict.fromkeys(ACTS, "EPERM") | {
    "capabilities": "ok",
    "enter": "EINVAL",  # not a namespace
    "unshare nothing": "ok",
}


@pytest.fixture(scope="module")
def ended() -> dict[str, str]:
    return outcomes("tests.sandbox.test_linux")


@pytest.mark.parametrize("uid", UIDS)
@pytest.mark.parametrize("act", ACTS)
def test_gives_up_every_right(ended: dict[str, str], act: str, uid: int) -> None:
    assert ended[f"{act} / {uid}"] == ENDS[act]


def test_can_use_a_right_while_it_has_it(ended: dict[str, str]) -> None:
    expected = "ok" if os.geteuid() == 0 else "EPERM"
    assert ended["unshare, with rights"] == expected
    assert ended["bounding set"] == ("ok" if os.geteuid() == 0 else "AssertionError: ")


def main() -> None:
    results = {
        f"{name} / {uid}": outcome(act, walls, uid)
        for name, (act, walls) in ACTS.items()
        for uid in UIDS
    }
    own = UIDS[0]
    results["unshare, with rights"] = outcome(ACTS["unshare"][0], lambda: None, own)
    results["bounding set"] = outcome(bounding_set_is_empty, lambda: None, own)
    report(results)


if __name__ == "__main__":
    main()
