"""A stranger's path: what is no regular file of bounded size is refused, by a reason, unread."""

import contextlib
import hashlib
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from logitlab.errors import ParameterError
from logitlab.sandbox import submission
from logitlab.sandbox.child.source import MAXIMUM_BYTES
from logitlab.sandbox.submission import Submission, Unreadable, open_submission


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))


def _link(path: Path) -> None:
    path.with_name("target.py").write_text("x = 1")
    path.symlink_to("target.py")


def _large(path: Path) -> None:
    path.touch()
    os.truncate(path, MAXIMUM_BYTES + 1)


REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "link": (_link, "symbolic link"),
    "dangling link": (lambda path: path.symlink_to("nowhere"), "symbolic link"),
    "link to a device": (lambda path: path.symlink_to("/dev/zero"), "symbolic link"),
    "folder": (Path.mkdir, "folder"),
    "pipe": (os.mkfifo, "pipe"),
    "socket": (_socket, "socket"),
    "too large": (_large, "larger than 20 MB"),
}


def test_the_bytes_come_with_their_digest(tmp_path: Path) -> None:
    path = tmp_path / "sums.py"
    path.write_bytes(b"x = 1\r\n\xff\0")
    opened = open_submission(path)
    assert opened == Submission("sums.py", path.read_bytes(), opened.sha256)
    assert opened.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_largest_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.py"
    path.touch()
    os.truncate(path, MAXIMUM_BYTES)
    assert len(open_submission(str(path)).data) == MAXIMUM_BYTES


@pytest.mark.parametrize("kind", REFUSED)
def test_refused(kind: str, tmp_path: Path) -> None:
    make, reason = REFUSED[kind]
    path = tmp_path / "sums.py"
    make(path)
    opened = open_submission(path)
    assert isinstance(opened, Unreadable)
    assert opened.name == "sums.py"
    assert reason in opened.reason


@pytest.mark.parametrize("path", ["/dev/null", "/dev/zero"])
def test_a_device_is_refused(path: str) -> None:
    assert "device" in open_submission(path).reason


def test_a_file_of_no_size_that_has_bytes(tmp_path: Path) -> None:
    assert open_submission("/proc/self/status").data.startswith(b"Name:")


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "sums.py"
    path.write_text("x = 1")
    path.chmod(0)
    for folder in (tmp_path, *tmp_path.parents):
        with contextlib.suppress(PermissionError):
            folder.chmod(folder.stat().st_mode | 0o111)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            if os.geteuid() == 0:
                os.setuid(65534)
            os.write(writing, open_submission(path).reason.encode())
        os._exit(0)
    os.close(writing)
    with open(reading) as told:
        assert "Permission denied" in told.read()
    os.waitpid(child, 0)


@pytest.mark.parametrize("path", ["no_such.py", "sums.py/inside", "a\0b"])
def test_where_nothing_is_the_path_is_wrong(path: str, tmp_path: Path) -> None:
    (tmp_path / "sums.py").write_text("x = 1")
    with pytest.raises(ParameterError, match="path: got"):
        open_submission(tmp_path / path)


def test_a_file_that_grows_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "grows.py"
    path.write_text("x = 1")
    fstat = os.fstat

    def grow(descriptor: int) -> os.stat_result:
        status = fstat(descriptor)
        os.truncate(path, MAXIMUM_BYTES + 1)
        return status

    monkeypatch.setattr(submission.os, "fstat", grow)
    assert "larger than" in open_submission(path).reason


@pytest.mark.parametrize(
    ("swap", "reason"),
    [(lambda path: path.symlink_to("/etc/hostname"), "symbolic"), (os.mkfifo, "a pipe")],
)
def test_a_path_that_changes_before_it_is_opened(
    swap: Callable[[Path], None], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "swapped.py"
    path.write_text("x = 1")
    lstat = os.lstat

    def swapped(name: str) -> os.stat_result:
        status = lstat(name)
        path.unlink()
        swap(path)
        return status

    monkeypatch.setattr(submission.os, "lstat", swapped)
    opened = open_submission(path)
    monkeypatch.undo()
    assert isinstance(opened, Unreadable)
    assert reason in opened.reason


def test_no_descriptor_is_left(tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "sums.py").write_text("x = 1")
    before = len(os.listdir("/proc/self/fd"))
    for name in ("folder.py", "sums.py") * 20:
        open_submission(tmp_path / name)
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.py"
    with open(path, "wb"):
        pass
    assert open_submission(os.fsdecode(path)).name == "�.py"


def test_text() -> None:
    assert Submission.of_text("é\ud800").data == b"\xc3\xa9\xed\xa0\x80"
