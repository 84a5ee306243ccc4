"""The recorder: sends what a run does as it does it, within bounds.

It works after the learner's code has run, which may have patched any module: what it calls is
bound here before any learner's code, its built-ins included.
"""

from __future__ import annotations

import builtins
import os
import sys
import threading
from collections.abc import Callable, Iterable
from time import perf_counter, process_time
from types import TracebackType
from typing import Any, Final

from .fingerprint import fingerprint
from .values import Budget, encode
from .wire import write

if sys.platform != "win32":
    from resource import RUSAGE_SELF, getrusage

# Functions look their built-ins up here: what the learner does to `builtins` changes nothing.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]

MESSAGE_CHARACTERS: Final = 4000
NAME_CHARACTERS: Final = 200
SHOWN_VALUES: Final = 1000  # how many shown objects of a run are described; the text goes on
LOCALS: Final = 64  # how many returns of the submission's own functions are described
LOCAL_NAMES: Final = 100
FRAMES: Final = 50
CAUSES: Final = 5
WRITES: Final = 1000  # writes of a run that are sent at once; later ones are gathered
GATHERED: Final = 4096  # characters
EVIDENCE_BYTES: Final = 8 << 20  # of described values

_getpid = os.getpid


class Recorder:
    """What a run shows, binds and raises, as frames on one descriptor."""

    def __init__(self, evidence: int, output_bytes: int) -> None:
        self.evidence = evidence
        self.output_left = output_bytes
        self.shown_left = SHOWN_VALUES
        self.locals_left = LOCALS
        self.budget = Budget(EVIDENCE_BYTES)
        self.pid = _getpid()
        self.lock = threading.RLock()
        self.writes_left = WRITES
        self.gathered: list[tuple[str, str]] = []  # stream and text, not sent yet
        self.known: dict[str, Any] = {}  # fingerprints of the names at top level
        self.files: dict[str, int | None] = {}  # the submission's file names, and their cells
        self.forget_uses: Callable[[], None] = lambda: None  # each statement tells its own
        self.base_kilobytes = _peak_kilobytes()

    def send(self, kind: str, **fields: Any) -> None:
        """Send one frame. A process that the submission forked has no voice here."""
        if _getpid() != self.pid:
            return
        with self.lock:
            self._send_gathered()
            write(self.evidence, {"kind": kind, **fields})

    def begin(self, kind: str, **place: int | None) -> tuple[float, float]:
        """A statement or a call begins; returns the clocks for `usage`."""
        self.forget_uses()
        self.send(kind, **place)
        return perf_counter(), process_time()

    def output(self, stream: str, text: str) -> None:
        """Text that was written to `stream`, as far as the limit on output allows."""
        kept = self._within_limit(stream, text)
        if not kept or _getpid() != self.pid:
            return
        with self.lock:
            self.gathered.append((stream, kept))
            self.writes_left -= 1
            if self.writes_left > 0 or sum(len(part) for _, part in self.gathered) > GATHERED:
                self._send_gathered()

    def _send_gathered(self) -> None:
        gathered, self.gathered = self.gathered, []
        while gathered:
            stream = gathered[0][0]
            count = 1
            while count < len(gathered) and gathered[count][0] == stream:
                count += 1
            text = "".join(part for _, part in gathered[:count])
            write(self.evidence, {"kind": "output", "stream": stream, "text": text})
            del gathered[:count]

    def shown(self, how: str, objects: Iterable[object], text: str) -> None:
        """Objects that were given to print, or displayed at the end of a cell, and their text."""
        if self.shown_left <= 0:
            self.output("stdout", text)
            return
        self.shown_left -= 1
        described = [encode(item, self.budget) for item in objects]
        self.send("shown", how=how, text=self._within_limit("stdout", text), values=described)

    def _within_limit(self, stream: str, text: str) -> str:
        if self.output_left <= 0:
            return ""
        kept = text[: self.output_left]
        self.output_left -= len(kept.encode("utf-8", "surrogatepass"))
        if self.output_left <= 0:
            self.send("dropped", stream=stream)
        return kept

    def bound(self, namespace: dict[str, Any], names: Iterable[str]) -> None:
        """The values of `names`, and of whatever else at top level has changed."""
        again = frozenset(names)
        for name, value in list(namespace.items()):
            if name.startswith("__"):
                continue
            key = fingerprint(value)
            if name in again or self.known.get(name) != key:
                self.known[name] = key
                self.send("bound", name=name, value=encode(value, self.budget))

    def returned(self, function: str, local: dict[str, Any]) -> None:
        """The locals of one of the submission's own functions, as it returns or raises."""
        if self.locals_left <= 0 or _getpid() != self.pid:
            return
        self.locals_left -= 1
        described = {
            name: encode(value, self.budget) for name, value in list(local.items())[:LOCAL_NAMES]
        }
        self.send("locals", function=function, values=described)

    def seeded(self, what: str, value: int | None) -> None:
        """The submission seeded a generator, and was given a salted one."""
        self.send("seeding", what=what, value=value)

    def used(self, name: str, line: int | None) -> None:
        """The submission used a name of the watch list."""
        self.send("use", name=name, line=line)

    def usage(self, started: tuple[float, float]) -> dict[str, Any]:
        """Wall and CPU seconds since `started`, and the peak of memory, as the run tells it."""
        return {
            "wall": perf_counter() - started[0],
            "cpu": process_time() - started[1],
            "memory": (_peak_kilobytes() - self.base_kilobytes) * 1024,
        }

    def describe(self, error: BaseException) -> dict[str, Any]:
        """An exception as plain data: types, message, errno, the learner's lines, its causes."""
        description = _facts(error)
        description["frames"] = self._own_frames(error.__traceback__)
        chain: list[dict[str, Any]] = []
        cause: Any = error
        while (cause := _cause_of(cause)) is not None and len(chain) < CAUSES:
            chain.append(_facts(cause))
        description["causes"] = chain
        return description

    def _own_frames(self, trace: TracebackType | None) -> list[dict[str, Any]]:
        frames = []
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename in self.files:
                cell = self.files[code.co_filename]
                frames.append(
                    {
                        "cell": cell,
                        "line": trace.tb_lineno,
                        "function": code.co_name[:NAME_CHARACTERS],
                    }
                )
            trace = trace.tb_next
        return frames[-FRAMES:]


def _peak_kilobytes() -> int:
    return 0 if sys.platform == "win32" else getrusage(RUSAGE_SELF).ru_maxrss


def _facts(error: BaseException) -> dict[str, Any]:
    try:
        message = str(error)[:MESSAGE_CHARACTERS]
    except BaseException:
        message = "(its message could not be read)"
    number = error.errno if isinstance(error, OSError) else None
    types = [base.__name__[:NAME_CHARACTERS] for base in type(error).__mro__[:20]]
    facts = {"types": types, "message": message, "errno": number if type(number) is int else None}
    if isinstance(error, SyntaxError):
        facts["line"] = error.lineno if type(error.lineno) is int else None
        facts["column"] = error.offset if type(error.offset) is int else None
    return facts


def _cause_of(error: BaseException) -> BaseException | None:
    for name in ("__cause__", "__context__", "reason"):  # urllib wraps what it met in `reason`
        try:
            cause = getattr(error, name, None)
        except BaseException:
            cause = None
        if isinstance(cause, BaseException):
            return cause
    return None
