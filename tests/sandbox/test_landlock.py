"""What Landlock leaves, and what it refuses from which ABI on, tried in forked children."""

import errno
import os
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from logitlab.sandbox.child import landlock, seccomp
from tests.sandbox.forked import UIDS, outcome, outcomes, report


class Place:
    """Directories in which the acts are tried, open to every user."""

    def __init__(self, root: Path) -> None:
        self.readable, self.writable, self.outside = root / "r", root / "w", root / "o"
        root.chmod(0o755)
        for directory in (self.readable, self.writable, self.outside):
            directory.mkdir()
            directory.chmod(0o777)
            (directory / "file").write_text("canary")
            (directory / "file").chmod(0o777)
        self.alone = root / "alone"
        self.alone.write_text("canary")

    def restrict(self) -> None:
        read = [self.readable, self.alone, self.outside / "nothing", "/usr", "/lib"]
        landlock.restrict([str(path) for path in read], [str(self.writable), "/dev/null"])


@dataclass(frozen=True)
class Act:
    do: Callable[[Place], object]
    refused: str = "ok"  # how it ends behind Landlock, from ABI `since` on
    since: int = 1


def rename(source: Path, target: Path) -> None:
    source.rename(target / "moved")


def make_and_remove(directory: Path) -> None:
    (directory / "new").mkdir()
    (directory / "new" / "file").write_text("x")
    os.symlink("file", directory / "new" / "link")
    (directory / "new" / "file").rename(directory / "file2")
    for path in (directory / "new" / "link", directory / "file2"):
        path.unlink()
    (directory / "new").rmdir()


def write_null(_: Place) -> None:
    with open("/dev/null", "w") as file:
        file.write("x")


def connect(_: Place) -> None:
    with socket.socket() as client:
        code = client.connect_ex(("127.0.0.1", 9))
    if code != errno.ECONNREFUSED:  # nobody listens there
        raise OSError(code, os.strerror(code))


def listen(_: Place) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))


def reach_abstract_socket(_: Place) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(ABSTRACT)


ABSTRACT = f"\0logitlab-test-{os.getppid()}"
ACTS = {
    "read": Act(lambda place: (place.readable / "file").read_text()),
    "read a single file": Act(lambda place: place.alone.read_text()),
    "list": Act(lambda place: os.listdir(place.readable)),
    "write": Act(lambda place: (place.writable / "file").write_text("x")),
    "write to a device": Act(write_null),
    "make and remove": Act(lambda place: make_and_remove(place.writable)),
    "load a library": Act(lambda _: __import__("ctypes").CDLL("libresolv.so.2")),
    "read outside": Act(lambda place: (place.outside / "file").read_text(), "EACCES"),
    "list outside": Act(lambda place: os.listdir(place.outside), "EACCES"),
    "list the root": Act(lambda _: os.listdir("/"), "EACCES"),
    "write outside": Act(lambda place: (place.outside / "file").write_text("x"), "EACCES"),
    "make outside": Act(lambda place: (place.outside / "new").mkdir(), "EACCES"),
    "remove outside": Act(lambda place: (place.outside / "file").unlink(), "EACCES"),
    "write what can be read": Act(
        lambda place: (place.readable / "file").write_text("x"), "EACCES"
    ),
    "remove what can be read": Act(lambda place: (place.readable / "file").unlink(), "EACCES"),
    "make where can be read": Act(lambda place: (place.readable / "new").mkdir(), "EACCES"),
    "move out": Act(lambda place: rename(place.writable / "file", place.outside), "EACCES"),
    "move in": Act(lambda place: rename(place.readable / "file", place.writable), "EACCES"),
    "link in": Act(lambda place: os.link(place.outside / "file", place.writable / "link"), "EXDEV"),
    "read through a link": Act(
        lambda place: (
            os.symlink(place.outside / "file", place.writable / "way"),
            (place.writable / "way").read_text(),
        ),
        "EACCES",
    ),
    "a named pipe": Act(lambda place: os.mkfifo(place.writable / "pipe"), "EACCES"),
    "a named socket": Act(
        lambda place: socket.socket(socket.AF_UNIX).bind(str(place.writable / "socket")), "EACCES"
    ),
    "run a program": Act(lambda place: os.execv("/usr/bin/env", ["env", "true"]), "EACCES"),
    "truncate": Act(lambda place: os.truncate(place.readable / "file", 0), "EACCES", 3),
    "connect": Act(connect, "EACCES", 4),
    "listen": Act(listen, "EACCES", 4),
    "signal the parent": Act(lambda _: os.kill(os.getppid(), 0), "EPERM", 6),
    "abstract socket": Act(reach_abstract_socket, "EPERM", 6),
}
BY_ANY_USER = [name for name in ACTS if name != "signal the parent"]


def key(act: str, walls: str, uid: int) -> str:
    return f"{act} / {walls} / {uid}"


@pytest.fixture(scope="module")
def ended() -> dict[str, str]:
    return outcomes("tests.sandbox.test_landlock")


@pytest.mark.parametrize("uid", UIDS)
@pytest.mark.parametrize("act", ACTS)
def test_ends_as_its_ruleset_says(ended: dict[str, str], act: str, uid: int) -> None:
    if landlock.abi() == 0:
        expected = "walls: ENOSYS"
    elif landlock.abi() >= ACTS[act].since:
        expected = ACTS[act].refused
    else:
        expected = ended[key(act, "none", uid)]
    assert ended[key(act, "restricted", uid)] == expected


@pytest.mark.parametrize("act", BY_ANY_USER)
def test_is_refused_by_nothing_else(ended: dict[str, str], act: str) -> None:
    for uid in UIDS:
        assert ended[key(act, "none", uid)] in {"ok", ""}  # the latter: it became another program


def test_the_parent_could_be_signalled(ended: dict[str, str]) -> None:
    assert ended[key("signal the parent", "none", UIDS[0])] == "ok"


def test_a_kernel_without_it_says_so(ended: dict[str, str]) -> None:
    assert ended["abi without"] == "RuntimeError: 0"
    assert ended["restrict without"] == "ENOSYS"


def test_asks_for_every_right_of_its_abi() -> None:
    assert [landlock._all(landlock._newest(landlock._FILE_KINDS, n)) for n in range(8)] == [
        *(0, 0x1FFF, 0x3FFF, 0x7FFF, 0x7FFF, 0xFFFF, 0xFFFF, 0xFFFF)
    ]
    assert [landlock._newest(landlock._TCP_KINDS, n) for n in (3, 4, 7)] == [0, 2, 2]
    assert [landlock._newest(landlock._SCOPES, n) for n in (5, 6, 7)] == [0, 2, 2]


def tell_abi() -> None:
    raise RuntimeError(landlock.abi())


def take_landlock_away() -> None:
    seccomp.load(seccomp.refusing(["landlock_create_ruleset"], errno.ENOSYS))


def attempt(act: Act, restricted: bool, uid: int) -> str:
    with tempfile.TemporaryDirectory() as directory:
        place = Place(Path(directory))
        walls = place.restrict if restricted else lambda: None
        return outcome(lambda: act.do(place), walls, uid)


def main() -> None:
    results = {
        "abi without": outcome(tell_abi, take_landlock_away, UIDS[0]),
        "restrict without": outcome(lambda: landlock.restrict([], []), take_landlock_away, UIDS[0]),
    }
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(ABSTRACT)
        server.listen(200)
        for uid in UIDS:
            for name, act in ACTS.items():
                results[key(name, "none", uid)] = attempt(act, False, uid)
                results[key(name, "restricted", uid)] = attempt(act, True, uid)
    report(results)


if __name__ == "__main__":
    main()
