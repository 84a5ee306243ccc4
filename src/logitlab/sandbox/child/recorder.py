"""The recorder: sends what a run does as it does it, bounded, and holds what it needs to do so.

Everything here is used after the learner's code has run, which may have patched any module; so
the names that matter are bound when this module is imported, before any learner's code.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from . import values, wire

MESSAGE_CHARACTERS = 4000
SHOWN_VALUES = 1000  # how many shown objects of a run are described; the text goes on
LOCALS = 64  # how many returns of the submission's own functions are described
FRAMES = 50
WRITES = 1000  # writes of a run that are sent at once; later ones are gathered
GATHERED = 4096  # characters
EVIDENCE_BYTES = 8 << 20  # described values of a run

_getpid, _perf_counter, _process_time = os.getpid, time.perf_counter, time.process_time
_str, _type, _isinstance, _getattr, _int = str, type, isinstance, getattr, int
_encode, _fingerprint, _write = values.encode, values.fingerprint, wire.write

try:
    from resource import RUSAGE_SELF, getrusage
except ImportError:  # Windows
    def _peak_kilobytes() -> int:
        return 0
else:
    def _peak_kilobytes() -> int:
        return getrusage(RUSAGE_SELF).ru_maxrss


class Recorder:
    """What a run shows, binds and raises, as frames on one descriptor."""

    def __init__(self, evidence: int, output_bytes: int) -> None:
        self.evidence = evidence
        self.output_left = output_bytes
        self.shown_left = SHOWN_VALUES
        self.locals_left = LOCALS
        self.budget = values.Budget(EVIDENCE_BYTES)
        self.pid = _getpid()
        self.lock = threading.RLock()
        self.writes_left = WRITES
        self.gathered: list[tuple[str, str]] = []  # stream and text, not sent yet
        self.known: dict[str, Any] = {}  # fingerprints of the names at top level
        self.files: dict[str, int | None] = {}  # the submission's file names, and their cells
        self.base_kilobytes = _peak_kilobytes()

    def send(self, kind: str, **fields: Any) -> None:
        """Send one frame. A process that the submission forked has no voice here."""
        if _getpid() != self.pid:
            return
        with self.lock:
            self._send_gathered()
            _write(self.evidence, {"kind": kind, **fields})

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
            _write(self.evidence, {"kind": "output", "stream": stream, "text": text})
            del gathered[:count]

    def shown(self, how: str, objects: Iterable[object], text: str) -> None:
        """Objects that were given to print, or displayed at the end of a cell, and their text."""
        if self.shown_left <= 0:
            self.output("stdout", text)
            return
        self.shown_left -= 1
        described = [_encode(item, self.budget) for item in objects]
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
            key = _fingerprint(value)
            if name in again or self.known.get(name) != key:
                self.known[name] = key
                self.send("bound", name=name, value=_encode(value, self.budget))

    def returned(self, function: str, local: dict[str, Any]) -> None:
        """The locals of one of the submission's own functions, as it returns or raises."""
        if self.locals_left <= 0 or _getpid() != self.pid:
            return
        self.locals_left -= 1
        described = {name: _encode(value, self.budget) for name, value in list(local.items())[:100]}
        self.send("locals", function=function, values=described)

    def seeded(self, what: str, value: int | None) -> None:
        """The submission seeded a generator, and was given a salted one."""
        self.send("seeding", what=what, value=value)

    def used(self, name: str, line: int | None) -> None:
        """The submission used a name of the watch list."""
        self.send("use", name=name, line=line)

    def usage(self, started: tuple[float, float]) -> dict[str, Any]:
        """Wall and CPU seconds since `started`, and the peak of memory so far, as the run tells it."""
        return {
            "wall": _perf_counter() - started[0],
            "cpu": _process_time() - started[1],
            "memory": (_peak_kilobytes() - self.base_kilobytes) * 1024,
        }

    @staticmethod
    def clock() -> tuple[float, float]:
        return _perf_counter(), _process_time()

    def describe(self, error: BaseException) -> dict[str, Any]:
        """An exception as plain data: types, message, errno, the learner's own lines, its causes."""
        description = _facts(error)
        description["frames"] = self._own_frames(error.__traceback__)
        chain = []
        cause: Any = error
        while (cause := _cause_of(cause)) is not None and len(chain) < 5:
            chain.append(_facts(cause))
        description["causes"] = chain
        return description

    def _own_frames(self, trace: TracebackType | None) -> list[dict[str, Any]]:
        frames = []
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename in self.files:
                cell = self.files[code.co_filename]
                frames.append({"cell": cell, "line": trace.tb_lineno, "function": code.co_name[:200]})
            trace = trace.tb_next
        return frames[-FRAMES:]


def _facts(error: BaseException) -> dict[str, Any]:
    try:
        message = _str(error)[:MESSAGE_CHARACTERS]
    except BaseException:
        message = "(its message could not be read)"
    number = error.errno if _isinstance(error, OSError) else None
    types = [base.__name__[:200] for base in _type(error).__mro__[:20]]
    facts = {"types": types, "message": message, "errno": number if _type(number) is _int else None}
    if _isinstance(error, SyntaxError):
        facts["line"] = error.lineno if _type(error.lineno) is _int else None
        facts["column"] = error.offset if _type(error.offset) is _int else None
    return facts


def _cause_of(error: BaseException) -> BaseException | None:
    for name in ("__cause__", "__context__", "reason"):  # urllib wraps what it met in `reason`
        try:
            cause = _getattr(error, name, None)
        except BaseException:
            cause = None
        if _isinstance(cause, BaseException):
            return cause
    return None
