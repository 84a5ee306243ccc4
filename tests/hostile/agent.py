"""An agent: a process in one world that holds a Runner, and answers one JSON line per request.

It becomes the world first: an ordinary user, a kernel without namespaces or without Landlock. So
what it does to itself, no test has to undo.

    {"do": "run", "code" | "path": …, "limits": …, "down": […], "honest": …}
    {"do": "pair", "codes": […]}                   at the same time
    {"do": "many", "runs": [{"code": …, …}, …]}    two at a time: statuses, and what has grown
    {"do": "lose", "code": …, "kill": "zygote" | "launcher" | "child", "times": …}
    {"do": "usage"}
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import logitlab
from logitlab.sandbox import levels, reader, runner, zygote
from logitlab.sandbox.child import linux, seccomp
from logitlab.sandbox.child.limits import Limits
from tests.hostile import opened
from tests.hostile.attack import OUTER
from tests.hostile.family import are_gone, at_work, descendants, parents

_NAMESPACES = ("unshare", "clone", "setns")
_ROOTS_RUN = 65534  # what a run of root's becomes
HONEST = (
    "import torch\n"
    "x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)\n"
    "(x ** 2).sum().backward()\n"
    "grad = x.grad\n"
    "print(grad.tolist())\n"
)


def main(order: dict[str, Any]) -> None:
    """Become the world that `order` describes, and serve."""
    uid = os.geteuid() if order["uid"] is None else order["uid"]
    _enter(order["level"], uid)
    agent = _Agent(order["level"], order["visible"])
    victims = _Victims(_ROOTS_RUN if uid == 0 and order["level"] != "process" else uid)
    print(json.dumps({"pid": os.getpid()}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = victims.living() if request["do"] == "victim" else agent.obey(request)
        except Exception:
            reply = {"raised": traceback.format_exc()}
        print(json.dumps(reply), flush=True)
    agent.close()
    victims.close()


def _enter(level: str, uid: int) -> None:
    if os.geteuid() == 0 and (uid != 0 or level == "landlock"):
        opened.open_to_all(
            [
                sys.base_prefix,
                sys.prefix,
                str(Path(__file__).parents[2]),
                os.path.dirname(logitlab.__file__),
            ]
        )
    if uid != os.geteuid():
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        linux.prctl(linux.PR_SET_DUMPABLE, 1)
    linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)  # who is left behind becomes this one's child
    if level != "full":
        seccomp.load(seccomp.refusing(_NAMESPACES))
        seccomp.load(seccomp.refusing(["clone3"], 38))  # ENOSYS, for its flags are out of reach
    if level == "process":
        seccomp.load(seccomp.refusing(["landlock_create_ruleset"], 38))


class _Victims:
    """A process of the user that runs become, to be harmed; replaced once it has been."""

    def __init__(self, uid: int) -> None:
        self._user = uid if uid != os.geteuid() else None
        self._process: subprocess.Popen[bytes] | None = None

    def living(self) -> dict[str, Any]:
        """Its pid, and whether the last one has been harmed."""
        harmed = self._process is not None and self._process.poll() is not None
        if self._process is None or harmed:
            self._process = subprocess.Popen(
                ["sleep", "1000"], user=self._user, group=self._user, extra_groups=None, cwd="/"
            )
        return {"pid": self._process.pid, "harmed": harmed}

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class _Agent:
    """The Runner of a world, at its own level or with some walls down."""

    def __init__(self, level: levels.Level, visible: list[str]) -> None:
        self._level = level
        self._down: frozenset[str] = frozenset()
        self._runner: runner.Runner | None = None
        plain = levels.visible
        levels.visible = lambda: [*plain(), *visible]  # as if logitlab were installed in there

    def obey(self, request: dict[str, Any]) -> dict[str, Any]:
        self._stand(frozenset(request.get("down", ())))
        reply: dict[str, Any] = getattr(self, "_" + request["do"])(request)
        return reply

    def close(self) -> None:
        if self._runner is not None:
            self._runner.__exit__(None, None, None)
            self._runner = None

    def _stand(self, down: frozenset[str]) -> None:
        """A Runner without the walls `down`, unless it stands already."""
        reader_of = _Credulous if "reader" in down else reader.EvidenceReader
        runner.EvidenceReader = reader_of  # type: ignore[attr-defined,misc,assignment]
        down -= {"reader"}
        if self._runner is not None and down == self._down:
            return
        self.close()
        self._down = down
        self._runner = runner.Runner(workers=2, weakest="process")
        if down:
            self._runner._start = lambda: (self._level, _poorer(self._level, down))  # type: ignore[method-assign]
        self._runner.__enter__()
        assert self._runner.level == self._level, self._runner.level

    def _evidence(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._runner is not None
        evidence = self._runner.run(
            Path(request["path"]) if "path" in request else request["code"],
            limits=Limits(**request.get("limits", {})),
        )
        return _plain(evidence)  # type: ignore[no-any-return]

    def _run(self, request: dict[str, Any]) -> dict[str, Any]:
        before = set(descendants(os.getpid()))
        started = time.monotonic()
        evidence = self._evidence(request)
        seconds = time.monotonic() - started
        left = self._left(before)
        honest = self._evidence({"code": HONEST}) if request.get("honest") else None
        return {"evidence": evidence, "seconds": seconds, "left": left, "honest": honest}

    def _left(self, before: set[int]) -> dict[int, str]:
        """What a run has left running, with its command line: it is ended now."""
        new = {pid: _command(pid) for pid in set(descendants(os.getpid())) - before}
        new = {pid: command for pid, command in new.items() if command}  # else it is ending
        if self._level == "process":
            # A spare stands in the place of the one that was used; an orphan stands beside it.
            children = [pid for pid, parent in parents().items() if parent == os.getpid()]
            if len(new.keys() & children) == 1:
                return {}
        for pid in new:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        return new

    def _pair(self, request: dict[str, Any]) -> dict[str, Any]:
        with ThreadPoolExecutor(2) as pool:
            requests = [{"code": code} for code in request["codes"]]
            return {"evidence": list(pool.map(self._evidence, requests))}

    def _many(self, request: dict[str, Any]) -> dict[str, Any]:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self._status, request["runs"][:20]))  # what is taken once is no growth
            before = self._usage(request)
            statuses = list(pool.map(self._status, request["runs"]))
            return {"statuses": statuses, "before": before, "after": self._usage(request)}

    def _status(self, request: dict[str, Any]) -> str:
        return self._evidence(request)["status"]  # type: ignore[no-any-return]

    def _lose(self, request: dict[str, Any]) -> dict[str, Any]:
        found: list[dict[str, Any]] = []
        run = threading.Thread(target=lambda: found.append(self._evidence(request)))
        run.start()
        for _ in range(request["times"]):
            child = at_work(os.getpid())
            os.kill({"child": child, **self._servants(child)}[request["kill"]], signal.SIGKILL)
            assert are_gone([child])
        run.join()
        return {"evidence": found[0], "honest": self._evidence({"code": HONEST})}

    def _servants(self, child: int) -> dict[str, int]:
        """The zygote, which forked the child, and the process that the parent started for it."""
        parents_of = parents()
        chain = [child]
        while parents_of[chain[-1]] != os.getpid():
            chain.append(parents_of[chain[-1]])
        return {"zygote": chain[1], "launcher": chain[-1]} if len(chain) > 1 else {}

    def _usage(self, _: dict[str, Any]) -> dict[str, Any]:
        for thread in threading.enumerate():
            if isinstance(thread, threading.Timer):  # cancelled, and about to end
                thread.join(1)
        return {
            "descriptors": len(os.listdir("/proc/self/fd")),
            "threads": threading.active_count(),
            "processes": len(descendants(os.getpid())),
            "resident": {pid: _resident(pid) for pid in [os.getpid(), *descendants(os.getpid())]},
        }


class _Credulous:
    """A reader that passes over what it cannot believe, and goes on."""

    def __init__(self, *settings: Any) -> None:
        self._settings = settings
        self._reader = reader.EvidenceReader(*settings)
        self._believed: list[bytes] = []
        self._waiting = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def feed(self, data: bytes) -> bool:
        self._waiting += data
        while len(self._waiting) >= 4:
            size = 4 + int.from_bytes(self._waiting[:4], "big")
            if len(self._waiting) < size:
                break
            self._take(self._waiting[:size])
            self._waiting = self._waiting[size:]
        return True

    def _take(self, frame: bytes) -> None:
        if self._reader.feed(frame):
            self._believed.append(frame)
            return
        self._reader = reader.EvidenceReader(*self._settings)
        self._reader.feed(b"".join(self._believed))


def _poorer(level: levels.Level, down: Collection[str]) -> zygote.Zygote:
    """The launcher of a level, without some of its walls."""
    clean = zygote.environment
    if "environment" in down:
        zygote.environment = lambda *home: {**os.environ, **clean(*home)}  # type: ignore[attr-defined]
    try:
        masked = [] if "mask" in down else levels.masked()
        return zygote.Zygote(levels.WALLS[level] - (set(down) - OUTER), levels.visible(), masked)
    finally:
        zygote.environment = clean  # type: ignore[attr-defined]


def _plain(item: Any) -> Any:
    """Evidence as JSON can tell it; its `source`, which quotes the attack, without its facts."""
    if dataclasses.is_dataclass(item) and not isinstance(item, type):
        fields = {field.name: getattr(item, field.name) for field in dataclasses.fields(item)}
        if "runs" in fields:
            fields["status"] = item.status
        fields.pop("facts", None)
        return _plain(fields)
    if hasattr(type(item), "__struct_fields__"):
        return {name: _plain(getattr(item, name)) for name in type(item).__struct_fields__}
    if isinstance(item, Mapping):
        return {str(name): _plain(value) for name, value in item.items()}
    if isinstance(item, list | tuple | set | frozenset):
        return [_plain(part) for part in item]
    if isinstance(item, bytes | memoryview):
        return bytes(item).decode("latin-1")
    return item if isinstance(item, str | int | float | bool | None) else repr(item)


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
    return ""


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
