"""The zygote: a process with torch loaded that forks a child for each run, and watches over it.

It holds torch and nothing else: no check, no solution, no submission passes through its memory,
which every child inherits. What it takes are descriptors and limits; what it tells is how a child
ended, as the kernel reports it. Messages are packets of JSON on one socket:

    parent -> {"run": id, "limits": {…}} with three descriptors: request, evidence, output
    parent -> {"kill": id, "cause": …}
    zygote -> {"ready": {…}} or {"failed": …}, once
    zygote -> {"ended": id, "cause": …, "exit": …, "signal": …, "wall": …, "cpu": …, "memory": …}

When the parent is gone, by whatever cause, the socket closes and the zygote ends; it is the first
process of its process namespace, so that every run ends with it.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from . import walls, watchdog, wire
from .limits import Limits

PACKET_BYTES = 1 << 16
# A single process meets its own limit first, as a MemoryError that it can handle: it may also fill
# what its heap held free when it was forked. This is for several processes together.
_SLACK_BYTES = 32 << 20
_TICK_SECONDS = 0.02  # between two looks at what the running children use


@dataclass
class _Run:
    id: int
    pid: int
    pidfd: int
    started: float
    limits: Limits
    resident: int  # bytes, at its start
    cause: str | None = None


def main(control: socket.socket) -> None:
    """Set up as the parent's first packet asks, say so, and serve until the parent is gone."""
    setup = json.loads(control.recv(PACKET_BYTES))
    sys.path[:] = setup["path"]
    try:
        walls.enter_zygote(setup["walls"], setup["visible"], setup["masked"])
        session = _warm_up()
        versions = session.warmup.versions()
    except BaseException as error:
        _tell(control, {"failed": f"{type(error).__name__}: {error}"})
        os._exit(1)
    _tell(control, {"ready": versions})
    walls.prepare(setup["walls"])
    readable = walls.readable(setup["visible"], setup["masked"])
    _Zygote(control, frozenset(setup["walls"]), readable, session.main).serve()
    os._exit(0)


def _warm_up() -> Any:
    """Load torch, and the module of a run with it: behind the first walls, and once for all."""
    from . import session

    session.warm_up()
    gc.freeze()  # the collector of a child must not touch, and so copy, every inherited page
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise RuntimeError(f"the zygote has {threads} threads, and only one is safe to fork from")
    return session


def _tell(control: socket.socket, message: dict[str, Any]) -> None:
    control.send(json.dumps(message).encode())


class _Zygote:
    """The loop over the parent's packets, the children's ends, and their deadlines."""

    def __init__(
        self,
        control: socket.socket,
        names: frozenset[str],
        readable: list[str],
        run: Callable[[dict[str, Any], int], NoReturn],
    ) -> None:
        self.control = control
        self.walls = names
        self.readable = readable
        self.run = run
        self.runs: dict[int, _Run] = {}  # by pidfd
        self.poll = select.poll()
        self.poll.register(control, select.POLLIN)
        self.inherited = watchdog.own_bytes(os.getpid())

    def serve(self) -> None:
        while True:
            for fd, _ in self.poll.poll(_TICK_SECONDS * 1000 if self.runs else None):
                if fd in self.runs:
                    self._report(self.runs.pop(fd))
                elif not self._obey():
                    return
            if "watchdog" in self.walls:
                for run in self.runs.values():
                    self._watch(run)

    def _obey(self) -> bool:
        packet, fds, _, _ = socket.recv_fds(self.control, PACKET_BYTES, 3)
        if not packet:
            return False
        message = json.loads(packet)
        if "kill" in message:
            for run in self.runs.values():
                if run.id == message["kill"]:
                    self._kill(run, message["cause"])
        else:
            self._start(message["run"], Limits(**message["limits"]), fds)
        return True

    def _start(self, id: int, limits: Limits, fds: list[int]) -> None:
        started = time.monotonic()
        try:
            pid = walls.fork(self.walls)
        except OSError as error:
            for fd in fds:
                os.close(fd)
            message = f"no child could be started: {error}"
            _tell(self.control, {"ended": id, "cause": "sandbox_error", "message": message})
            return
        if pid == 0:
            self._become_child(limits, *fds)
        for fd in fds:
            os.close(fd)
        pidfd = os.pidfd_open(pid)
        self.runs[pidfd] = _Run(id, pid, pidfd, started, limits, watchdog.resident_bytes(pid))
        self.poll.register(pidfd, select.POLLIN)

    def _become_child(self, limits: Limits, request: int, evidence: int, output: int) -> NoReturn:
        """Keep three descriptors, enter the walls, run, end: never back into the zygote's loop."""
        try:
            os.dup2(output, 1)
            os.dup2(output, 2)
            kept = sorted((request, evidence))
            for low, high in zip([2, *kept], [*kept, 1 << 16], strict=True):
                os.closerange(low + 1, high)
            walls.enter_run(self.walls, limits, self.readable)
            asked = wire.read(request, wire.REQUEST_BYTES)
            os.close(request)
            self.run(asked, evidence)
        except BaseException as error:  # of the walls, or ours before the source was read
            message = f"{type(error).__name__}: {error}"
            wire.write(evidence, {"kind": "sandbox_error", "message": message})
        finally:
            os._exit(1)

    def _watch(self, run: _Run) -> None:
        if time.monotonic() - run.started > run.limits.wall_seconds:
            self._kill(run, "timeout")
            return
        memory, cpu = watchdog.usage(run.pid, self.inherited)
        if memory > run.limits.memory_bytes + _SLACK_BYTES:
            self._kill(run, "out_of_memory")
        elif cpu > run.limits.cpu_seconds:
            self._kill(run, "timeout")

    def _kill(self, run: _Run, cause: str) -> None:
        run.cause = run.cause or cause
        signal.pidfd_send_signal(run.pidfd, signal.SIGKILL)

    def _report(self, run: _Run) -> None:
        self.poll.unregister(run.pidfd)
        os.close(run.pidfd)
        _, status, usage = os.wait4(run.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        _tell(
            self.control,
            {
                "ended": run.id,
                "cause": run.cause,
                "exit": code if code >= 0 else None,
                "signal": -code if code < 0 else None,
                "wall": time.monotonic() - run.started,
                "cpu": usage.ru_utime + usage.ru_stime,
                "memory": max(0, usage.ru_maxrss * 1024 - run.resident),
            },
        )
