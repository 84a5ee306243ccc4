"""Spare processes, for systems where no process with torch loaded can be forked safely."""

from __future__ import annotations

import contextlib
import glob
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import cast

from logitlab.errors import SandboxError
from logitlab.sandbox.child.limits import READY, Limits
from logitlab.sandbox.evidence import Status
from logitlab.sandbox.launch import Child, Lost, command, environment
from logitlab.sandbox.outcome import Ended

_ROUNDS = 100  # of killing what goes on forking
_MARK = "LOGITLAB_RUN"  # in the environment of a run and of all that it forks


class Spares:
    """Keeps one process waiting with torch loaded, and replaces it once it has been used.

    Raises SandboxError where no process with torch can be started at all.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[_Spare] = set()
        self.lost = False
        try:
            self._waiting: _Spare | None = _Spare()
        except OSError as error:
            raise _cannot_start(str(error)) from None
        if not self._waiting.is_ready():
            self._waiting.discard()
            raise _cannot_start(f"an end with status {self._waiting.process.returncode}")

    def start(self, limits: Limits) -> Child:
        try:
            with self._lock:
                spare, self._waiting = self._waiting or _Spare(), None
                self._running.add(spare)
        except OSError as error:
            raise Lost(str(error)) from None
        if not spare.is_ready():
            self._replace(spare)
            raise Lost("the spare process ended before it was used")
        return spare.start(limits, lambda: self._replace(spare))

    def _replace(self, used: _Spare) -> None:
        """Start the next while nobody waits for it."""
        with self._lock, contextlib.suppress(OSError):
            self._running.discard(used)
            if self._waiting is None and not self.lost:
                self._waiting = _Spare()

    def kill(self) -> None:
        with self._lock:
            self.lost = True
            for spare in [*self._running, *([self._waiting] if self._waiting else [])]:
                spare.kill()

    def close(self) -> None:
        self.kill()
        if self._waiting is not None:
            self._waiting.discard()


def _cannot_start(met: str) -> SandboxError:
    return SandboxError(
        "the sandbox's spare process",
        got=met,
        expected="a process with torch loaded",
        hint="`logitlab doctor` says what this machine allows",
    )


class _Spare:
    """One process, used once."""

    def __init__(self) -> None:
        self._mark = secrets.token_hex(16)
        self._cause: str | None = None
        self._said = b""
        self._warm_up_seconds: float | None = None
        self._home = tempfile.mkdtemp(prefix="logitlab-")
        try:
            self.process = self._launch()
        except OSError:
            shutil.rmtree(self._home, ignore_errors=True)
            raise

    def _launch(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command("spare"),
            env=environment(self._home) | {_MARK: self._mark},
            cwd=self._home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )

    def is_ready(self) -> bool:
        """Wait until torch is loaded; False when the process ended before."""
        assert self.process.stdout is not None
        while self._warm_up_seconds is None:
            byte = self.process.stdout.read(1)
            if not byte:
                return False
            self._said += byte
            if byte == READY:
                self._warm_up_seconds = float(self._said)
        return True

    def start(self, limits: Limits, finished: Callable[[], None]) -> Child:
        ended: Future[Ended] = Future()
        watch = threading.Thread(
            target=self._watch, args=(limits, ended, finished), name="logitlab-spare", daemon=True
        )
        request, evidence, output = (
            os.dup(pipe.fileno())
            for pipe in (self.process.stdin, self.process.stdout, self.process.stderr)
            if pipe is not None
        )
        self._close_pipes()
        watch.start()
        return Child(request, evidence, output, ended, self.kill)

    def kill(self, cause: str | None = None) -> None:
        """End the process, its group, and on Linux whatever else carries its mark."""
        self._cause = self._cause or cause
        if sys.platform == "win32":
            self.process.kill()
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for _ in range(_ROUNDS):
            strays = _marked(self._mark)
            for pid in strays:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            if not strays:
                return

    def discard(self) -> None:
        self.kill()
        self.process.wait()
        self._close_pipes()
        shutil.rmtree(self._home, ignore_errors=True)

    def _close_pipes(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def _watch(self, limits: Limits, ended: Future[Ended], finished: Callable[[], None]) -> None:
        started = time.monotonic()
        clock = threading.Timer(limits.wall_seconds, self.kill, ("timeout",))
        clock.start()
        cpu, memory = self._wait()
        clock.cancel()
        self.kill()  # what it left running
        shutil.rmtree(self._home, ignore_errors=True)
        finished()
        code = self.process.returncode
        cpu_ran_out = code < 0 and cpu >= limits.cpu_seconds
        ended.set_result(
            Ended(
                cause="timeout" if cpu_ran_out else cast("Status | None", self._cause),
                exit=code if code >= 0 else None,
                signal=-code if code < 0 else None,
                wall_seconds=time.monotonic() - started,
                cpu_seconds=cpu,
                peak_memory_bytes=memory,
            )
        )

    def _wait(self) -> tuple[float, int]:
        """Wait for the end; CPU seconds and peak memory, 0 where the system does not tell."""
        if sys.platform == "win32":
            self.process.wait()
            return 0.0, 0
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        unit = 1 if sys.platform == "darwin" else 1024
        seconds = usage.ru_utime + usage.ru_stime - (self._warm_up_seconds or 0.0)
        return seconds, usage.ru_maxrss * unit


def _marked(mark: str) -> list[int]:
    """The living processes that have inherited the mark; none where there is no /proc."""
    wanted = f"{_MARK}={mark}".encode()
    found = []
    for path in glob.iglob("/proc/[0-9]*/environ"):
        with contextlib.suppress(OSError), open(path, "rb") as file:
            if wanted in file.read():
                found.append(int(path.split("/")[2]))
    return found
