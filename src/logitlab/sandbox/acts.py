"""What was refused: a child attempts each forbidden act, and the parent judges what came of it.

The parent puts up targets of its own, a file, two listening sockets and a process, and looks
at them afterwards: what it can see for itself, it does not ask the child.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from logitlab.errors import SandboxError
from logitlab.sandbox import frames
from logitlab.sandbox.child import acts, wire
from logitlab.sandbox.child.attempts import Targets
from logitlab.sandbox.child.limits import Limits
from logitlab.sandbox.launch import Launcher, Lost

LIMITS = Limits(
    wall_seconds=10.0, cpu_seconds=5.0, memory_bytes=256 << 20, processes=4, file_bytes=256 << 10
)
_REPLY_BYTES = 1 << 20
_READ_BYTES = 1 << 16
_PRIVATE_ROOT = ("/child", "/dev", "/proc", "/tmp")  # a run's own, and nothing of the user's

# Lets itself be traced, so that only the walls refuse it, tells where its canary lies, and lives
# until its input ends; then it says whether a signal came.
_VICTIM = """
import ctypes, signal, sys
came = []
signal.signal(signal.SIGUSR1, lambda *_: came.append("signalled"))
ctypes.CDLL(None).prctl(0x59616d61, ctypes.c_ulong(-1), 0, 0, 0)  # PR_SET_PTRACER, anybody
canary = ctypes.create_string_buffer(bytes.fromhex(sys.stdin.readline()))
print(ctypes.addressof(canary), flush=True)
sys.stdin.read()
print(*came or ["unharmed"], flush=True)
"""
_PATIENCE = 10.0  # seconds for it to say so


class _Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    act: Annotated[str, Meta(max_length=100)]
    errno: Annotated[int, Meta(ge=1, le=4095)] | None
    found: Annotated[str, Meta(max_length=1 << 16)] | None


class _Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="acts", tag_field="kind"):
    outcomes: Annotated[list[_Outcome], Meta(max_length=100)]


@dataclass(frozen=True)
class Finding:
    """Whether an act was refused, and how: an error's name, "not there", or what happened."""

    act: str
    words: str
    levels: tuple[str, ...]  # that promise to refuse it
    refused: bool
    how: str


def broken(findings: Sequence[Finding], level: str) -> list[Finding]:
    """The promises of a level that were not kept: acts that it was to refuse, and did not."""
    return [one for one in findings if level in one.levels and not one.refused]


class Range:
    """The targets, and what became of them. A context manager: it leaves nothing behind."""

    def __init__(self, hidden: Sequence[str], visible: Collection[str]) -> None:
        self._hidden = list(hidden)
        self._visible = visible
        self._left = contextlib.ExitStack()

    def __enter__(self) -> Range:
        with contextlib.ExitStack() as opened:
            folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="logitlab-"))
            os.chmod(folder, 0o777)  # walls must refuse it, not its permissions
            self._canary = secrets.token_bytes(16)
            self._file = Path(folder) / f"canary-{secrets.token_hex(8)}"
            self._file.write_bytes(self._canary)
            self._file.chmod(0o644)
            self._name = f"logitlab-{secrets.token_hex(16)}"
            self._server = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
            self._local = opened.enter_context(_local_server(self._name))
            for server in (self._server, self._local):
                server.setblocking(False)
            self._victim = opened.enter_context(_Victim(self._canary))
            self._left = opened.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._left.close()

    def attempt(self, launcher: Launcher, level: str) -> tuple[Finding, ...]:
        """Have one child attempt, once, what `level` promises to refuse; if it is nothing, all.

        An act that the child does not tell of counts as done.

        Raises SandboxError where the child could not enter its walls.
        """
        targets = Targets(
            file=str(self._file),
            folder=str(self._file.parent),
            home=os.path.expanduser("~"),
            hidden=self._hidden,
            port=self._server.getsockname()[1],
            socket=self._name,
            pid=self._victim.pid,
            address=self._victim.address,
            length=len(self._canary),
        )
        wanted = [act for act in acts.ACTS if level in act.levels] or acts.ACTS
        try:
            reply = _ask(launcher, targets, [act.name for act in wanted])
        except (Lost, OSError, wire.BrokenFrame, msgspec.ValidationError) as error:
            return tuple(_finding(act, False, f"not told: {error}") for act in wanted)
        outcomes = {outcome.act: outcome for outcome in reply.outcomes}
        seen = self._seen()
        return tuple(self._judge(act, outcomes.get(act.name), seen.get(act.name)) for act in wanted)

    def _seen(self) -> dict[str, str]:
        """The acts that were done, as the targets show, and what they show."""
        checks: dict[str, tuple[Callable[[], bool], str]] = {
            "write_file": ((self._file.parent / "written").exists, "the file is there"),
            "connect": (lambda: _was_reached(self._server), "it connected"),
            "connect_locally": (lambda: _was_reached(self._local), "it connected"),
            "signal_process": (self._victim.was_harmed, "the signal arrived"),
        }
        return {name: what for name, (happened, what) in checks.items() if happened()}

    def _judge(self, act: acts.Act, outcome: _Outcome | None, seen: str | None) -> Finding:
        if seen is not None:
            return _finding(act, False, seen)
        if outcome is None:
            return _finding(act, False, "not told")
        if outcome.errno in acts.REFUSALS:
            return _finding(act, True, _how(outcome.errno))
        if outcome.errno is not None:
            return _finding(act, False, f"allowed ({_how(outcome.errno)})")
        found = bytes.fromhex(outcome.found or "")
        if act.name == "list_home" and not self._is_telling(found):
            return _finding(act, True, "nothing of it there")
        return _finding(act, False, "done")

    def _is_telling(self, listing: bytes) -> bool:
        """Whether names of the home were seen, apart from folders on the way to Python's own."""
        home = Path.home()
        places = [Path(path) for path in (*self._visible, *_PRIVATE_ROOT)]
        below = [place.relative_to(home) for place in places if place.is_relative_to(home)]
        on_the_way = {place.parts[0] for place in below if place.parts}
        return not set(filter(None, os.fsdecode(listing).split("\n"))) <= on_the_way


class _Victim:
    """A process of the parent's that waits to be signalled, read and traced."""

    def __init__(self, canary: bytes) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _VICTIM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdin is not None
        self._process.stdin.write(canary.hex() + "\n")
        self._process.stdin.flush()
        self._address: int | None = None

    def __enter__(self) -> _Victim:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.communicate()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def address(self) -> int:
        """Where the canary lies in its memory; waits for it to be ready."""
        assert self._process.stdout is not None
        if self._address is None:
            line = self._process.stdout.readline()
            if not line:
                raise OSError(errno.ESRCH, "the target of signals ended by itself")
            self._address = int(line)
        return self._address

    def was_harmed(self) -> bool:
        """End it; whether it was signalled, or could not say that it was not. Ask once."""
        try:
            said, _ = self._process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            return True
        return said.strip() != "unharmed"


@contextlib.contextmanager
def _local_server(name: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0" + name)
        server.listen()
        yield server


def _was_reached(server: socket.socket) -> bool:
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def _ask(launcher: Launcher, targets: Targets, names: Sequence[str]) -> _Reply:
    asked = {"targets": asdict(targets), "names": list(names)}
    child = launcher.start(LIMITS)
    with (
        open(child.request, "wb", buffering=0) as request,
        open(child.evidence, "rb", buffering=0) as evidence,
        open(child.output, "rb"),
    ):
        wire.write(request.fileno(), {"acts": asked, "limits": asdict(LIMITS)})
        reader = wire.Frames(_REPLY_BYTES)
        told: list[object] = []
        while data := evidence.read(_READ_BYTES):
            told += reader.feed(data)
        reader.close()
    child.ended.result()
    if len(told) != 1:
        raise wire.BrokenFrame(f"{len(told)} frames instead of one")
    reply: _Reply | frames.SandboxError = msgspec.convert(told[0], _Reply | frames.SandboxError)
    if isinstance(reply, frames.SandboxError):
        raise SandboxError(
            "the walls of a run",
            got=reply.message,
            expected="a child behind all of them",
            hint="`logitlab doctor` says what this machine allows",
        )
    return reply


def _finding(act: acts.Act, refused: bool, how: str) -> Finding:
    return Finding(act.name, act.words, tuple(sorted(act.levels)), refused, how)


def _how(number: int | None) -> str:
    if number in (errno.ENOENT, errno.ESRCH):
        return "not there"
    return errno.errorcode.get(number or 0, f"error {number}")
