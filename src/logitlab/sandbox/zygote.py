"""The zygote as the parent sees it: starts it, asks it for children, hears how they ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Collection, Sequence
from concurrent.futures import Future
from dataclasses import asdict
from typing import Any

from logitlab.errors import SandboxError
from logitlab.sandbox.child.limits import Limits
from logitlab.sandbox.launch import Child, Lost, command, environment
from logitlab.sandbox.outcome import Ended

PACKET_BYTES = 1 << 16
HOME = "/sandbox"  # see `child.namespaces`, which only Linux can import
START_SECONDS = 120.0  # a cold disk reads torch slowly


class Zygote:
    """A running zygote behind the given walls. Threads may share it.

    Raises SandboxError where the first walls cannot be entered or torch not be loaded behind them.
    """

    def __init__(
        self, walls: Collection[str], visible: Sequence[str], masked: Sequence[str]
    ) -> None:
        self._lock = threading.Lock()
        self._pending: dict[int, Future[Ended]] = {}
        self._next = 0
        self.lost = False
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                self._process = _launch(theirs)
            except OSError as error:
                self._control.close()
                raise _cannot_start(str(error)) from None
        answer = self._introduce(
            {
                "walls": sorted(walls),
                "visible": list(visible),
                "masked": list(masked),
                "path": [path for path in sys.path if path in visible],
            }
        )
        if "ready" not in answer:
            self.close()
            raise _cannot_start(answer.get("failed", f"an end with {self._process.returncode}"))
        self.versions: dict[str, str] = answer["ready"]
        self._listener = threading.Thread(target=self._listen, name="logitlab-zygote", daemon=True)
        self._listener.start()

    def _introduce(self, setup: dict[str, Any]) -> dict[str, Any]:
        """Tell the zygote what to be, and hear whether it is."""
        try:
            self._control.settimeout(START_SECONDS)
            self._tell(setup)
            answer = self._hear()
            self._control.settimeout(None)
        except OSError as error:
            return {"failed": str(error)}
        return answer or {}

    def start(self, limits: Limits) -> Child:
        """Fork a child that waits for its request. Raises Lost when the zygote is gone."""
        request, request_write = os.pipe()
        evidence_read, evidence = os.pipe()
        output_read, output = os.pipe()
        ended: Future[Ended] = Future()
        try:
            with self._lock:
                if self.lost:
                    raise Lost("the zygote is gone")
                id, self._next = self._next, self._next + 1
                self._pending[id] = ended
            message = json.dumps({"run": id, "limits": asdict(limits)}).encode()
            socket.send_fds(self._control, [message], [request, evidence, output])
        except (OSError, Lost) as error:
            for fd in (request_write, evidence_read, output_read):
                os.close(fd)
            raise Lost(str(error)) from None
        finally:
            for fd in (request, evidence, output):
                os.close(fd)

        def kill(cause: str | None) -> None:
            with contextlib.suppress(OSError):
                self._tell({"kill": id, "cause": cause})

        return Child(request_write, evidence_read, output_read, ended, kill)

    def kill(self) -> None:
        """End it at once, though it were stopped: its children end with it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the zygote, and with it every child."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        if hasattr(self, "_listener"):
            self._listener.join()
        self._control.close()

    def _tell(self, message: dict[str, Any]) -> None:
        self._control.send(json.dumps(message).encode())

    def _hear(self) -> dict[str, Any] | None:
        packet = self._control.recv(PACKET_BYTES)
        return json.loads(packet) if packet else None

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while (message := self._hear()) is not None:
                with self._lock:
                    future = self._pending.pop(message["ended"])
                future.set_result(_ended(message))
        with self._lock:
            self.lost = True
            orphans, self._pending = self._pending, {}
        for future in orphans.values():
            future.set_exception(Lost("the zygote ended"))


def _launch(control: socket.socket) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command("zygote", str(control.fileno())),
        env=environment(HOME),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(control.fileno(),),
        start_new_session=True,
        cwd="/",
    )


def _cannot_start(met: str) -> SandboxError:
    return SandboxError(
        "the sandbox's zygote",
        got=met,
        expected="a process with torch loaded behind its walls",
        hint="`logitlab doctor` says what this machine allows",
    )


def _ended(message: dict[str, Any]) -> Ended:
    return Ended(
        cause=message["cause"],
        exit=message.get("exit"),
        signal=message.get("signal"),
        wall_seconds=message.get("wall", 0.0),
        cpu_seconds=message.get("cpu", 0.0),
        peak_memory_bytes=message.get("memory", 0),
        message=message.get("message", ""),
    )
