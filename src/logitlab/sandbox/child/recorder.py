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
from typing import Any, Final

from .fingerprint import fingerprint
from .plain import plain
from .raised import describe
from .values import Budget, encode
from .wire import write

if sys.platform != "win32":
    from resource import RUSAGE_SELF, getrusage

# Functions look their built-ins up here: what the learner does to `builtins` changes nothing.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]

NAMES: Final = 5000  # names bound at top level that are described in a run
SHOWN: Final = 1000  # shown objects that are described in a run; the text goes on
LOCALS: Final = 64  # returns of the submission's own functions that are described
LOCAL_NAMES: Final = 100
FRAMES: Final = 50_000  # of a run; statements after that many are run, and not told
WRITES: Final = 1000  # writes of a run that are sent at once; later ones are gathered by stream
GATHERED: Final = 4096  # characters
EVIDENCE_BYTES: Final = 8 << 20  # of described values

_getpid = os.getpid


class Recorder:
    """What a run shows, binds and raises, as frames on one descriptor.

    A process that the submission forked has no voice here; and text that a thread prints between
    two statements waits for the next.
    """

    def __init__(self, evidence: int, output_bytes: int) -> None:
        self.evidence = evidence
        self.output_left = output_bytes
        self.names_left, self.shown_left, self.locals_left = NAMES, SHOWN, LOCALS
        self.writes_left, self.frames_left = WRITES, FRAMES
        self.budget = Budget(EVIDENCE_BYTES)
        self.pid = _getpid()
        self.lock = threading.RLock()
        self.open = False  # a statement or a call is running
        self.gathered: dict[str, str] = {}  # the text of each stream that is not sent yet
        self.known: dict[str, Any] = {}  # fingerprints of the names at top level
        self.files: dict[str, int | None] = {}  # the submission's file names, and their cells
        self.forget_uses: Callable[[], None] = lambda: None  # each statement tells its own
        self.base_kilobytes = _peak_kilobytes()

    def send(self, kind: str, **fields: Any) -> None:
        """Send one frame."""
        if _getpid() == self.pid:
            with self.lock:
                self.frames_left -= 1
                write(self.evidence, {"kind": kind, **fields})

    def begin(self, kind: str, **place: int | None) -> tuple[float, float]:
        """A statement or a call begins; returns the clocks for `end`."""
        self.forget_uses()
        with self.lock:
            if self.frames_left > 0:
                self.send(kind, **place)
                self.open = True
        return perf_counter(), process_time()

    def end(
        self, kind: str, clocks: tuple[float, float], error: BaseException | None, **fields: Any
    ) -> None:
        """It has ended, with its seconds and the peak of memory so far, as the run tells them."""
        usage = {
            "wall": perf_counter() - clocks[0],
            "cpu": process_time() - clocks[1],
            "memory": (_peak_kilobytes() - self.base_kilobytes) * 1024,
        }
        described = None if error is None else describe(error, self.files)
        with self.lock:
            if self.open:
                self._send_gathered()
                self.send(kind, error=described, **usage, **fields)
                self.open = False

    def output(self, stream: str, text: str) -> None:
        """Text that was written to `stream`, as far as the limit on output allows."""
        with self.lock:
            self._gather(stream, text)
            self.writes_left -= 1
            full = sum(map(len, self.gathered.values())) > GATHERED
            if self.open and (self.writes_left > 0 or full):
                self._send_gathered()

    def shown(self, how: str, objects: Iterable[object], text: str) -> None:
        """Objects that were given to print, or displayed at the end of a cell, and their text."""
        if self.shown_left <= 0 or not self.open:
            self.output("stdout", text)
            return
        self.shown_left -= 1
        described = [encode(item, self.budget) for item in objects]
        with self.lock:  # in which a thread that prints may find the statement ended
            if self.open:
                self._send_gathered()
                kept = self._within_limit("stdout", text)
                self.send("shown", how=how, text=kept, values=described)
            else:
                self._gather("stdout", text)

    def _gather(self, stream: str, text: str) -> None:
        if kept := self._within_limit(stream, text):
            self.gathered[stream] = self.gathered.get(stream, "") + kept

    def _send_gathered(self) -> None:
        gathered, self.gathered = self.gathered, {}
        for stream, text in gathered.items():
            self.send("output", stream=stream, text=text)

    def _within_limit(self, stream: str, text: str) -> str:
        if self.output_left <= 0:
            return ""
        kept = plain(text, self.output_left)
        self.output_left -= len(kept.encode())
        if self.output_left <= 0:
            self.send("dropped", stream=stream)
        return kept

    def bound(self, namespace: dict[str, Any], names: Iterable[str]) -> None:
        """The values of `names`, and of whatever else at top level has changed."""
        again = frozenset(names)
        for name, value in list(namespace.items()):
            if type(name) is not str or name.startswith("__") or not self.open:
                continue
            key = fingerprint(value)
            if (name in again or self.known.get(name) != key) and self.names_left > 0:
                self.known[name] = key
                self.names_left -= 1
                self.send("bound", name=plain(name), value=encode(value, self.budget))

    def returned(self, function: str, local: dict[str, Any]) -> None:
        """The locals of one of the submission's own functions, as it returns or raises."""
        if self.locals_left <= 0 or not self.open:
            return
        self.locals_left -= 1
        items = list(local.items())[:LOCAL_NAMES]
        described = {plain(name): encode(value, self.budget) for name, value in items}
        self._send_if_open("locals", function=plain(function), values=described)

    def seeded(self, what: str, value: int | None) -> None:
        """The submission seeded a generator, and was given a salted one."""
        self.send("seeding", what=what, value=value)

    def used(self, name: str, line: int | None) -> None:
        """The submission used a name of the watch list."""
        self._send_if_open("use", name=name, line=line)

    def _send_if_open(self, kind: str, **fields: Any) -> None:
        with self.lock:
            if self.open:
                self.send(kind, **fields)


def _peak_kilobytes() -> int:
    return 0 if sys.platform == "win32" else getrusage(RUSAGE_SELF).ru_maxrss
