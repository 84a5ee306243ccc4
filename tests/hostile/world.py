"""Worlds: who runs the sandbox, and what the kernel gives; each an agent with targets to attack.

root, user  x  full, landlock      those that this machine can give, found by trying
user        x  process             where nothing hangs on who it is
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import secrets
import select
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import logitlab
from logitlab.sandbox.child import landlock, syscalls
from tests.hostile.attack import Attack

ROOT = Path(__file__).parents[2]
SOURCE = Path(logitlab.__file__).parents[1]  # as if it were installed where a run may look
ORDINARY = 61234  # not 65534, whose processes others may run
ANSWER_SECONDS = 120.0  # no test can hang
_WHERE = ("/tmp", "/var/tmp", "/dev/shm")
_NAMESPACES_AND_MOUNTS = 0x10000000 | 0x20000000 | 0x00020000 | 0x40000000
_TRY = """
import os, sys
from logitlab.sandbox.child import linux
uid = int(sys.argv[1])
if uid != os.geteuid():
    os.setgroups([]); os.setresgid(uid, uid, uid); os.setresuid(uid, uid, uid)
    linux.prctl(linux.PR_SET_DUMPABLE, 1)
linux.unshare(int(sys.argv[2]))
linux.mount("tmpfs", "/tmp", "tmpfs")
"""


@dataclass(frozen=True)
class World:
    """`uid` None: whoever runs the tests."""

    level: str
    uid: int | None

    @property
    def is_users(self) -> bool:
        return (os.geteuid() if self.uid is None else self.uid) != 0

    def __str__(self) -> str:
        return f"{'user' if self.is_users else 'root'}-{self.level}"


@functools.cache
def worlds() -> tuple[World, ...]:
    """All that this machine can give."""
    uids = (None, ORDINARY) if os.geteuid() == 0 else (None,)
    full = [World("full", uid) for uid in uids if _has_namespaces(uid)]
    second = [World("landlock", uid) for uid in uids if landlock.abi()]
    return (*full, *second, World("process", uids[-1]))


def strongest_of_the_user() -> World:
    """Where walls are taken down: no right of root's is in the way of an attack, or helps it."""
    return next(world for world in worlds() if world.is_users)


def _has_namespaces(uid: int | None) -> bool:
    number = os.geteuid() if uid is None else uid
    command = [sys.executable, "-c", _TRY, str(number), str(_NAMESPACES_AND_MOUNTS)]
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, check=False)
    return done.returncode == 0


def _environment() -> dict[str, str]:
    """One thread, since a process with more cannot have a user namespace."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class Targets:
    """What attacks want to reach, and whether they did."""

    def __init__(self) -> None:
        self.canaries = [f"canary-{secrets.token_hex(8)}" for _ in range(2)]
        self.trace = f"logitlab-{secrets.token_hex(8)}-"
        self.root = Path(tempfile.mkdtemp(prefix="targets-", dir="/var/tmp"))
        self.root.chmod(0o755)
        self.packages = self._folder("packages")
        self.folder = self._folder("folder")
        self.secret = self._file(self.root / "secret", self.canaries[0])
        self.packaged = self._file(self.packages / "packaged.py", "untouched = True\n")
        self._listeners = [self._tcp(), self._udp(), *self._unix()]

    def _folder(self, name: str) -> Path:
        path = self.root / name
        path.mkdir()
        path.chmod(0o777)
        return path

    def _file(self, path: Path, text: str) -> Path:
        path.write_text(text)
        path.chmod(0o666)
        return path

    def _tcp(self) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        return listener

    def _udp(self) -> socket.socket:
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        receiver.bind(("127.0.0.1", self.port))
        return receiver

    def _unix(self) -> Iterator[socket.socket]:
        self.abstract = f"\0{self.trace}"
        self.socket = str(self.packages / "socket")
        for name in (self.abstract, self.socket):
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(name)
            listener.listen()
            yield listener
        os.chmod(self.socket, 0o777)

    def named(self) -> dict[str, Any]:
        return {
            "SECRET": str(self.secret),
            "PACKAGED": str(self.packaged),
            "FOLDER": str(self.folder),
            "TRACE": self.trace,
            "PORT": self.port,
            "ABSTRACT": self.abstract,
            "SOCKET": self.socket,
        }

    def hits(self) -> list[str]:
        """What has been reached or changed since the last look; all is put right again."""
        found = [f"made {path}" for path in _remove(self.folder.iterdir())]
        left = [path for where in _WHERE for path in Path(where).glob(f"{self.trace}*")]
        found += [f"left {path}" for path in _remove(left)]
        if _text(self.packaged) != "untouched = True\n":
            found.append("changed a package")
            self._file(self.packaged, "untouched = True\n")
        if _text(self.secret) != self.canaries[0]:
            found.append("changed the secret")
            self._file(self.secret, self.canaries[0])
        while ready := select.select(self._listeners, [], [], 0)[0]:
            for listener in ready:
                found.append(f"reached {listener.getsockname()}")
                _take(listener)
        return found

    def close(self) -> None:
        for listener in self._listeners:
            listener.close()
        shutil.rmtree(self.root)


def _text(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


def _take(listener: socket.socket) -> None:
    if listener.type == socket.SOCK_DGRAM:
        listener.recv(1000)
    else:
        listener.accept()[0].close()


def _remove(paths: Any) -> list[str]:
    names = []
    for path in list(paths):
        names.append(str(path))
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    return names


class Agent:
    """The process of a world, and its targets. A context manager; no answer takes two minutes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.targets = Targets()
        order = {
            "uid": world.uid,
            "level": world.level,
            "visible": [str(self.targets.packages), str(SOURCE)],
        }
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.agent", json.dumps(order)],
            cwd=ROOT,
            env={**_environment(), "LOGITLAB_SECRET": self.targets.canaries[1]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            bufsize=0,
        )
        self.pid = self._hear()["pid"]

    def __enter__(self) -> Agent:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, do: str, **request: Any) -> dict[str, Any]:
        """The agent's reply. Raises AssertionError where it fails, TimeoutError if it is late."""
        self.tell(do, **request)
        reply = self._hear()
        assert "raised" not in reply, reply["raised"]
        return reply

    def tell(self, do: str, **request: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **request}).encode() + b"\n")

    def attack(self, attack: Attack, down: Sequence[str] = (), *, honest: bool = False) -> Report:
        """Make one attack, and look what it has done, here and in its evidence.

        `honest`: an honest run follows.
        """
        victim = self.ask("victim")["pid"]
        numbers = syscalls.NUMBERS.get(os.uname().machine, {})
        named = {name: number for name, number in numbers.items() if f'"{name}"' in attack.code}
        targets = {
            **self.targets.named(),
            "SOURCE": str(SOURCE),
            "VICTIM": victim,
            "AGENT": self.pid,
            "NUMBERS": named,
        }
        self.targets.hits()
        reply = self.ask(
            "run",
            code=attack.source(targets),
            limits=dict(attack.limits),
            down=list(down),
            honest=honest,
        )
        hits = self.targets.hits()
        if self.ask("victim")["harmed"]:
            hits.append("harmed a process")
        return Report(reply, (*hits, *self._leaks(reply)))

    def _leaks(self, reply: Mapping[str, Any]) -> Iterator[str]:
        text = json.dumps(reply["evidence"])
        for canary in (*self.targets.canaries, "ESCAPED"):
            if canary in text:
                yield f"told {canary}"
        yield from (f"left process {pid}: {name}" for pid, name in reply["left"].items())

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        try:
            self._process.wait(timeout=ANSWER_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        finally:
            self.targets.close()
            self.errors.close()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        parts = []
        while not parts or b"\n" not in parts[-1]:
            if not select.select([self._process.stdout], [], [], ANSWER_SECONDS)[0]:
                self.kill()
                raise TimeoutError(f"{self.world} does not answer")
            data = self._process.stdout.read(1 << 16)
            if not data:
                raise AssertionError(f"{self.world} has ended: {self._complaint()}")
            parts.append(data)
        return json.loads(b"".join(parts))  # type: ignore[no-any-return]

    def _complaint(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        self.errors.seek(0)
        return self.errors.read()


@dataclass(frozen=True)
class Report:
    """What came of an attack: the agent's reply, and how it has got through, if it has."""

    reply: dict[str, Any]
    escapes: tuple[str, ...]

    @property
    def run(self) -> dict[str, Any]:
        return self.reply["evidence"]["runs"][0]  # type: ignore[no-any-return]

    @property
    def status(self) -> str:
        return self.run["status"]  # type: ignore[no-any-return]
