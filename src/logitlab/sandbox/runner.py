"""Run a stranger's tensor code, and believe nothing that it says.

Theory of operation
-------------------

    parent ──request──> zygote ──fork──> child             (one child for each seed)
      ^  ^                 │                │
      │  └── how it ended ─┘                │ statement by statement
      └────────── evidence: bounded frames ─┘

The **zygote** has torch loaded, one thread, and nothing else: no check, no expected value, no other
submission. It sits behind the first walls already, and forks a child in a few milliseconds. The
**child** enters the rest of its walls, then reads the request from the parent's pipe, runs the code
and sends evidence as it arises. The zygote, out of the child's sight, watches clock and memory and
reports how the kernel saw it end. The **parent** takes frames that are exactly what a child may
send, and makes `Evidence` of them: plain frozen data. Setup that fails is `sandbox_error`: nothing
of a submission runs behind half a wall.

Where processes cannot be forked safely (macOS, Windows) a **spare** process with torch loaded waits
instead, is used once, and is replaced.

What it stops: files, network, other processes and their memory, more time, memory, processes,
output or disk than the limits; anything left behind; one submission seeing another.

What it does not stop: flaws of the kernel, side channels (timing, caches), a submission that lies
about itself within its own evidence. What it reports of its values is a claim about inputs that it
reports as well, which a check outside recomputes. Banning names or modules is not security, and
nothing here relies on it. At the level `process` almost nothing is stopped: it is for one's own
code.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType
from typing import Self

from logitlab.sandbox import levels, request
from logitlab.sandbox.child.limits import Limits
from logitlab.sandbox.evidence import Evidence, Run
from logitlab.sandbox.launch import Child, Launcher, Lost
from logitlab.sandbox.levels import Level
from logitlab.sandbox.outcome import Ended
from logitlab.sandbox.reader import EvidenceReader
from logitlab.sandbox.request import Call
from logitlab.sandbox.submission import Submission, Unreadable, open_submission

SEEDS = (1,)
LIMITS = Limits()
_ATTEMPTS = 2
_GRACE_SECONDS = 10.0
_READ_BYTES = 1 << 16


class Runner:
    """Runs submissions, several at a time. A context manager; threads may share it.

    workers: how many run at once, by default one for each CPU.
    weakest: the weakest level that is accepted. `level` is the one in force, the strongest that
        this machine was found to give when the runner was entered.

    Raises SandboxError on entering where no level that is accepted can be had: it says why.
    """

    def __init__(self, *, workers: int | None = None, weakest: Level = "full") -> None:
        self.weakest = weakest
        self.level: Level | None = None
        self._lock = threading.Lock()
        self._launcher: Launcher | None = None
        self._closed = False
        self._pool = ThreadPoolExecutor(
            workers or os.cpu_count() or 1, thread_name_prefix="logitlab-run"
        )

    def __enter__(self) -> Self:
        self._living_launcher()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the zygote and all that still runs."""
        with self._lock:
            self._closed = True
            launcher, self._launcher = self._launcher, None
        if launcher is not None:
            launcher.close()
        self._pool.shutdown(cancel_futures=True)

    def run(
        self,
        source: str | os.PathLike[str] | Submission,
        *,
        calls: Sequence[Call] = (),
        watch: Sequence[str] = (),
        seeds: Sequence[int] = SEEDS,
        limits: Limits = LIMITS,
    ) -> Evidence:
        """Run a submission once for each seed, and return the evidence.

        source: the code itself as a string, the path of a file, or a `Submission` that was opened.
        calls: what to call after it, in this order, whether it ended well or not.
        watch: dotted names of torch (`torch.softmax`) whose uses are to be told.
        seeds: each run starts from one, and what the code seeds itself is salted with it.

        Raises ParameterError for what cannot be asked (no such path, a limit that is not positive,
        an input that is not plain data), SandboxError where nothing can be run safely. Whatever
        the code does is no error but evidence.
        """
        submission = _submission(source)
        if isinstance(submission, Unreadable):
            unreadable = tuple(_unreadable(seed, submission.reason) for seed in seeds)
            return Evidence(submission.name, None, None, unreadable)
        frames = request.frames(submission, calls, watch, seeds, limits)
        self._living_launcher()
        if isinstance(source, os.PathLike) and self.level != "process":
            levels.check_outside(os.fspath(source))
        runs = self._pool.map(lambda frame, seed: self._run(frame, seed, limits), frames, seeds)
        return Evidence(submission.name, submission.sha256, self.level, tuple(runs))

    def _run(self, frame: bytes, seed: int, limits: Limits) -> Run:
        """One run; one that was lost, with its zygote or by a stranger's kill, is tried again."""
        reader = EvidenceReader(limits.output_bytes)
        ended = Ended()
        output = ""
        for _ in range(_ATTEMPTS):
            reader = EvidenceReader(limits.output_bytes)
            try:
                launcher = self._living_launcher()
                with _last_resort(launcher, limits):
                    child = launcher.start(limits)
                    output = _converse(child, frame, reader, limits)
                    ended = child.ended.result()
            except Lost as error:
                ended = Ended(cause="sandbox_error", message=f"the run was lost twice: {error}")
                continue
            if not _was_killed_from_outside(ended):
                break
        else:
            if self.level == "full" and ended.cause is None:
                message = "the run's process was killed from outside, twice"
                ended = replace(ended, cause="sandbox_error", message=message)
        return reader.run(seed, ended, output)

    def _living_launcher(self) -> Launcher:
        with self._lock:
            if self._closed:
                raise Lost("the runner is closed")
            if self._launcher is not None and self._launcher.lost:
                self._launcher.close()
                self._launcher = None
            if self._launcher is None:
                self.level, self._launcher = self._start()
            return self._launcher

    def _start(self) -> tuple[Level, Launcher]:
        return levels.strongest(self.weakest)


def run(
    source: str | os.PathLike[str] | Submission,
    *,
    calls: Sequence[Call] = (),
    watch: Sequence[str] = (),
    seeds: Sequence[int] = SEEDS,
    limits: Limits = LIMITS,
) -> Evidence:
    """Run one submission in a sandbox that is made for it: see `Runner` for many."""
    with Runner(workers=min(len(seeds), os.cpu_count() or 1)) as runner:
        return runner.run(source, calls=calls, watch=watch, seeds=seeds, limits=limits)


def _submission(source: str | os.PathLike[str] | Submission) -> Submission | Unreadable:
    """A string is the code itself; what names a file is a path."""
    if isinstance(source, Submission):
        return source
    return Submission.of_text(source) if isinstance(source, str) else open_submission(source)


def _unreadable(seed: int, reason: str) -> Run:
    """The run of what could not even be opened: nothing of it reached a child."""
    ended = Ended(cause="unreadable", message=reason)
    return EvidenceReader(0).run(seed, ended, "")


def _was_killed_from_outside(ended: Ended) -> bool:
    """By a signal that the first process of a process namespace cannot send itself."""
    return ended.cause is None and ended.signal == 9


@contextlib.contextmanager
def _last_resort(launcher: Launcher, limits: Limits) -> Iterator[None]:
    """The launcher watches its children's clocks; should it be stopped itself, it is killed."""
    timer = threading.Timer(limits.wall_seconds + _GRACE_SECONDS, launcher.kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _converse(child: Child, frame: bytes, reader: EvidenceReader, limits: Limits) -> str:
    """Send the request, read evidence and raw output to their ends; close all three pipes."""
    kept = bytearray()
    drain = threading.Thread(
        target=_drain, args=(child.output, kept, limits.output_bytes), daemon=True
    )
    drain.start()
    # A spare process ends when its request's pipe is closed, should we be gone: so that stays open.
    with (
        open(child.request, "wb", buffering=0) as pipe,
        open(child.evidence, "rb", buffering=0) as evidence,
    ):
        with contextlib.suppress(BrokenPipeError):
            _write_all(pipe.fileno(), frame)
        believed = True
        while data := evidence.read(_READ_BYTES):
            if believed and not reader.feed(data):
                believed = False
                child.kill("crashed")
        reader.close()
    drain.join()
    return kept.decode("utf-8", "replace")


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def _drain(fd: int, kept: bytearray, limit: int) -> None:
    with open(fd, "rb", buffering=0) as output:
        while data := output.read(_READ_BYTES):
            kept.extend(data[: max(0, limit - len(kept))])
