"""Opening a stranger's file: only a regular one, never for long, never more than 20 MB."""

import contextlib
import hashlib
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from logitlab.errors import ParameterError
from logitlab.sandbox import Runner, submission
from logitlab.sandbox.child.source import MAXIMUM_BYTES
from logitlab.sandbox.submission import Submission, Unreadable, open_submission

NOBODY = 65534


def _link(path: Path) -> None:
    (path.parent / "honest.py").write_bytes(b"x = 1\n")
    path.symlink_to("honest.py")


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as end, contextlib.chdir(path.parent):
        end.bind(path.name)


def _large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MAXIMUM_BYTES + 1)


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a link to an honest file": (_link, "a symbolic link"),
    "a link to nothing": (lambda path: path.symlink_to("nowhere"), "a symbolic link"),
    "a link to itself": (_loop, "a symbolic link"),
    "a link to a folder": (lambda path: path.symlink_to("/"), "a symbolic link"),
    "a link to a device": (lambda path: path.symlink_to("/dev/zero"), "a symbolic link"),
    "a folder": (Path.mkdir, "a folder"),
    "a pipe that nobody writes to": (os.mkfifo, "a pipe"),
    "a socket": (_socket, "a socket"),
    "a file of 20 MB and one byte": (_large, "larger than 20 MB"),
}


@pytest.mark.parametrize(("make", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_regular_file_is_unreadable(
    tmp_path: Path, make: Callable[[Path], object], reason: str
) -> None:
    path = tmp_path / "x.py"
    make(path)
    opened = open_submission(path)
    assert isinstance(opened, Unreadable)
    assert opened.name == "x.py"
    assert reason in opened.reason


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_a_device_is_not_even_opened(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submission, "_read", lambda path: pytest.fail("it was opened"))
    opened = open_submission(device)
    assert isinstance(opened, Unreadable)
    assert opened.reason == "It is a device, not a regular file."


@pytest.mark.parametrize(
    ("swapped", "reason"),
    [("link", "Too many levels"), ("folder", "a folder"), ("pipe", "a pipe")],
)
def test_a_file_that_is_exchanged_before_it_is_opened_is_not_believed(
    tmp_path: Path, swapped: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.py"
    path.write_bytes(b"x = 1\n")
    read = submission._read

    def exchange(name: str) -> bytes | str:
        path.unlink()
        {"link": _link, "folder": Path.mkdir, "pipe": os.mkfifo}[swapped](path)
        return read(name)

    monkeypatch.setattr(submission, "_read", exchange)
    before = os.listdir("/proc/self/fd")
    opened = open_submission(path)
    assert isinstance(opened, Unreadable)
    assert reason in opened.reason
    assert os.listdir("/proc/self/fd") == before


def test_a_file_that_grows_while_it_is_read_is_cut_off_at_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.py"
    path.write_bytes(b"#")
    refusal = submission._refusal
    calls: list[int] = []

    def grow_after_the_last_look(status: os.stat_result) -> str | None:
        calls.append(status.st_size)
        found = refusal(status)
        if len(calls) == 2:
            os.truncate(path, 10 * MAXIMUM_BYTES)
        return found

    read = os.read
    sizes: list[int] = []

    def count(descriptor: int, size: int) -> bytes:
        part = read(descriptor, size)
        sizes.append(len(part))
        return part

    monkeypatch.setattr(submission, "_refusal", grow_after_the_last_look)
    monkeypatch.setattr(os, "read", count)
    opened = open_submission(path)
    assert calls == [1, 1]
    assert sum(sizes) == MAXIMUM_BYTES + 1
    assert isinstance(opened, Unreadable)
    assert "larger than 20 MB" in opened.reason


def test_a_file_of_exactly_20_mb_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    with path.open("wb") as file:
        file.truncate(MAXIMUM_BYTES)
    opened = open_submission(path)
    assert isinstance(opened, Submission)
    assert len(opened.data) == MAXIMUM_BYTES


def test_a_file_is_its_bytes_its_name_and_their_digest(tmp_path: Path) -> None:
    data = bytes(range(256))
    (tmp_path / "x.py").write_bytes(data)
    expected = Submission("x.py", data, hashlib.sha256(data).hexdigest())
    assert open_submission(tmp_path / "x.py") == expected
    assert open_submission(str(tmp_path / "x.py")) == expected
    assert Submission.of_bytes(data, "x.py") == expected
    assert open_submission(tmp_path / "." / ".." / tmp_path.name / "x.py") == expected


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (b"caf\xc3\xa9.py", "café.py"),
        (b"caf\xe9.py", "caf\ufffd.py"),  # bytes that are no UTF-8
        (b"a\nb\x1b[31m.py", "a\nb\x1b[31m.py"),  # whoever prints it strips them
        (b"-rf", "-rf"),
        (b" ", " "),
    ],
)
def test_any_name_that_a_file_can_have(tmp_path: Path, name: bytes, told: str) -> None:
    path = os.path.join(os.fsencode(tmp_path), name)
    with open(path, "wb") as file:
        file.write(b"x = 1\n")
    opened = open_submission(os.fsdecode(path))
    assert isinstance(opened, Submission)
    assert opened.name == told
    opened.name.encode()  # it can be sent


@pytest.mark.parametrize(
    "path",
    [
        "nothing.py",
        "folder/nothing.py",
        "file.py/",
        "file.py/x.py",
        "lone surrogate \ud800.py",
        "\ud800/x.py",
        "nul\0.py",
        "",
    ],
)
def test_a_path_with_nothing_at_it_is_a_mistake_of_the_caller(tmp_path: Path, path: str) -> None:
    (tmp_path / "file.py").write_bytes(b"x = 1\n")
    with pytest.raises(ParameterError) as raised, contextlib.chdir(tmp_path):
        open_submission(path)
    assert "a file that exists" in str(raised.value)


def test_a_folder_with_a_slash_behind_it_is_a_folder_with_a_name(tmp_path: Path) -> None:
    (tmp_path / "x.py").mkdir()
    assert open_submission(f"{tmp_path}/x.py/") == Unreadable(
        "x.py", "It is a folder, not a regular file."
    )


def test_no_descriptor_and_no_wait_is_left(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "x.py").write_bytes(b"x = 1\n")
    before = os.listdir("/proc/self/fd")
    for name in ("pipe.py", "folder.py", "x.py"):
        worker = threading.Thread(target=open_submission, args=(tmp_path / name,), daemon=True)
        worker.start()
        worker.join(timeout=20)
        assert not worker.is_alive(), f"{name} is waited for"
    assert os.listdir("/proc/self/fd") == before


def _as_nobody(act: Callable[[], bytes]) -> bytes:
    """What `act` returns as a user whom the modes of files bind."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            os.write(sender, act())
        finally:
            os._exit(0)
    os.close(sender)
    with open(receiver, "rb") as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return told


@pytest.mark.parametrize("denied", ["file", "folder"])
def test_a_file_that_one_may_not_read_is_unreadable(tmp_path: Path, denied: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o755)
    path = folder / "x.py"
    path.write_bytes(b"x = 1\n")
    (path if denied == "file" else folder).chmod(0)

    def read() -> bytes:
        os.chdir(folder.parent) if os.geteuid() != NOBODY else os.fchdir(at)
        return repr(open_submission("folder/x.py")).encode()

    at = os.open(tmp_path, os.O_RDONLY)  # whatever lies above it may be closed to others
    tmp_path.chmod(0o755)
    try:
        told = _as_nobody(read)
    finally:
        os.close(at)
        folder.chmod(0o755)
    assert told == repr(Unreadable("x.py", "It cannot be opened: Permission denied.")).encode()


def test_a_file_that_claims_no_size_is_read() -> None:
    opened = open_submission("/proc/self/status")
    assert isinstance(opened, Submission)
    assert opened.data.startswith(b"Name:")


def test_text_that_is_at_hand_is_a_submission() -> None:
    assert Submission.of_text("s = 'é\ud800'").data == b"s = '\xc3\xa9\xed\xa0\x80'"


def test_what_cannot_be_opened_ends_as_unreadable_for_each_seed(
    tmp_path: Path, runner: Runner
) -> None:
    (tmp_path / "x.py").symlink_to("/etc/passwd")
    evidence = runner.run(tmp_path / "x.py", seeds=(1, 2))
    assert (evidence.name, evidence.sha256) == ("x.py", None)
    assert [(run.seed, run.status) for run in evidence.runs] == [
        (1, "unreadable"),
        (2, "unreadable"),
    ]
    assert evidence.runs[0].error is not None
    assert evidence.runs[0].error.message == "It is a symbolic link, not a regular file."
