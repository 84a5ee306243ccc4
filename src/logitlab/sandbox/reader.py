"""Read a child's frames into a `Run`: what it sent is checked, ordered and bounded here.

A child may send anything. What is not a frame, comes out of order, or is too much ends the
reading, and the run has crashed; what was read before stays.
"""

from __future__ import annotations

import signal as signals
from dataclasses import dataclass, field, replace

import msgspec

from logitlab.sandbox import frames, values
from logitlab.sandbox.child.wire import BrokenFrame, Frames
from logitlab.sandbox.evidence import (
    STATUSES,
    Called,
    Error,
    Locals,
    Run,
    Seeding,
    Shown,
    Source,
    Statement,
    Status,
    Use,
)
from logitlab.sandbox.facts import Facts

FRAME_BYTES = 16 << 20
TOTAL_BYTES = 64 << 20
RECORDS = 60_000  # frames of a run, all kinds: somewhat more than an honest child sends


@dataclass(frozen=True)
class Ended:
    """How a child's process ended, as the zygote or the operating system told it."""

    cause: Status | None = None  # what it was killed for
    exit: int | None = None
    signal: int | None = None
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    message: str = ""


@dataclass
class _Open:
    """The statement or call that is running: what it has sent so far."""

    begin: frames.Begin | frames.Call
    stdout: list[str] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    bound: dict[str, values.Value] = field(default_factory=dict)
    locals: list[Locals] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)


class EvidenceReader:
    """Takes a child's bytes as they come; `run` says what they amount to."""

    def __init__(self, output_bytes: int) -> None:
        self._output_left = output_bytes
        self._frames = Frames(FRAME_BYTES)
        self._bytes = 0
        self._records = 0
        self._fault: str | None = None  # why nothing more is believed
        self._sandbox_error: str | None = None
        self._reading = False
        self._unreadable: frames.Unreadable | None = None
        self._source: frames.Source | None = None
        self._facts = Facts()
        self._open: _Open | None = None
        self._statements: list[Statement] = []
        self._calls: list[Called] = []
        self._seedings: list[Seeding] = []
        self._dropped = False
        self._broken: Error | None = None
        self._end = False

    def feed(self, data: bytes) -> bool:
        """Take some bytes; False once nothing more is believed, and the run is to be ended."""
        if self._fault is not None:
            return False
        self._bytes += len(data)
        try:
            if self._bytes > TOTAL_BYTES:
                raise BrokenFrame(f"more than {TOTAL_BYTES >> 20} MB of evidence")
            for raw in self._frames.feed(data):
                self._take(frames.parse(raw))
        except (BrokenFrame, msgspec.ValidationError, values.MalformedValue) as error:
            self._fault = str(error)[:500]
        return self._fault is None

    def close(self) -> None:
        """The child's pipe has ended: half a frame is a fault."""
        try:
            self._frames.close()
        except BrokenFrame as error:
            self._fault = self._fault or str(error)

    def _take(self, frame: frames.Frame) -> None:
        self._records += 1
        if self._records > RECORDS or self._end:
            raise BrokenFrame("more evidence than a run sends, or after its end")
        match frame:
            case frames.SandboxError() if not self._reading:
                self._sandbox_error, self._end = frame.message, True
            case frames.Reading() if not self._reading:
                self._reading = True
            case frames.Unreadable() if self._source is None:
                self._unreadable, self._end = frame, True
            case frames.Source() if self._source is None:
                self._source = frame
            case frames.SandboxError() | frames.Reading() | frames.Unreadable() | frames.Source():
                raise BrokenFrame(f"{type(frame).__name__} out of order")
            case _ if self._source is None:
                raise BrokenFrame(f"{type(frame).__name__} before the source")
            case _:
                self._take_running(frame)

    def _take_running(self, frame: frames.Frame) -> None:
        match frame:
            case frames.Facts():
                self._facts = Facts.parse(frame.facts)
            case frames.Begin() | frames.Call() if self._open is None:
                self._open = _Open(frame)
            case frames.Done() if self._open and isinstance(self._open.begin, frames.Begin):
                self._statements.append(self._statement(frame))
                self._open = None
            case frames.Called() if self._open and isinstance(self._open.begin, frames.Call):
                self._calls.append(self._called(frame))
                self._open = None
            case frames.Seeding():
                self._seedings.append(Seeding(frame.what, frame.value))
            case frames.Dropped():
                self._dropped = True
            case frames.Broken():
                self._broken, self._end = error_of(frame.error), True
            case frames.End() if self._open is None:
                self._end = True
            case _ if self._open is not None:
                self._take_within(frame, self._open)
            case _:
                raise BrokenFrame(f"{type(frame).__name__} out of order")

    def _take_within(self, frame: frames.Frame, open: _Open) -> None:
        match frame:
            case frames.Output():
                stream = open.stdout if frame.stream == "stdout" else open.stderr
                stream.append(self._within_limit(frame.text))
            case frames.Shown():
                described = tuple(values.parse(item) for item in frame.values)
                text = self._within_limit(frame.text)
                open.shown.append(Shown(frame.how, text, described))
                open.stdout.append(text)
            case frames.Bound():
                open.bound[frame.name] = values.parse(frame.value)
            case frames.Locals():
                open.locals.append(Locals(frame.function, _parse_all(frame.values)))
            case frames.Use():
                open.uses.append(Use(frame.name, frame.line))
            case _:
                raise BrokenFrame(f"{type(frame).__name__} out of order")

    def _within_limit(self, text: str) -> str:
        """The limit on output again: the child's own is no wall."""
        kept = text.encode()[: self._output_left].decode(errors="ignore")
        self._output_left -= len(kept.encode())
        self._dropped = self._dropped or kept != text
        return kept

    def _statement(self, done: frames.Done | None) -> Statement:
        assert self._open is not None
        assert isinstance(self._open.begin, frames.Begin)
        open, begin = self._open, self._open.begin
        return Statement(
            cell=begin.cell,
            line=begin.line,
            end_line=begin.end_line,
            stdout="".join(open.stdout),
            stderr="".join(open.stderr),
            shown=tuple(open.shown),
            bound=open.bound,
            locals=tuple(open.locals),
            uses=tuple(open.uses),
            error=self._raised_at(begin, done.error) if done else None,
            finished=done is not None,
            wall_seconds=done.wall if done else 0.0,
            cpu_seconds=done.cpu if done else 0.0,
            peak_memory_bytes=max(0, done.memory) if done else 0,
        )

    def _raised_at(self, begin: frames.Begin, raised: frames.Raised | None) -> Error | None:
        """An exception of a statement; of one that did not compile, at the line it names."""
        error = error_of(raised)
        if error is None or error.places:
            return error
        assert self._source is not None
        cell = None if self._source.format == "script" else begin.cell
        return replace(error, cell=cell, line=error.line or begin.line)

    def _called(self, called: frames.Called | None) -> Called:
        assert self._open is not None
        assert isinstance(self._open.begin, frames.Call)
        open = self._open
        return Called(
            index=self._open.begin.index,
            result=values.parse(called.result) if called and called.result else None,
            error=error_of(called.error) if called else None,
            arguments=tuple(values.parse(item) for item in called.arguments) if called else (),
            keywords=_parse_all(called.keywords) if called else {},
            stdout="".join(open.stdout),
            stderr="".join(open.stderr),
            uses=tuple(open.uses),
            finished=called is not None,
            wall_seconds=called.wall if called else 0.0,
            cpu_seconds=called.cpu if called else 0.0,
            peak_memory_bytes=max(0, called.memory) if called else 0,
        )

    def run(self, seed: int, ended: Ended, output: str) -> Run:
        """All that was read, with the status that it and the process's end amount to."""
        if self._open is not None and isinstance(self._open.begin, frames.Begin):
            self._statements.append(self._statement(None))
        elif self._open is not None:
            self._calls.append(self._called(None))
        status, error = self._outcome(ended)
        return Run(
            seed=seed,
            status=status,
            error=error,
            source=self._described_source(),
            statements=tuple(self._statements),
            calls=tuple(self._calls),
            seedings=tuple(self._seedings),
            output=output,
            dropped=self._dropped,
            wall_seconds=ended.wall_seconds,
            cpu_seconds=ended.cpu_seconds,
            peak_memory_bytes=ended.peak_memory_bytes,
        )

    def _described_source(self) -> Source | None:
        if self._source is None:
            return None
        cells = tuple((cell.kind, cell.line) for cell in self._source.cells)
        return Source(self._source.format, cells, tuple(self._source.remarks), self._facts)

    def _outcome(self, ended: Ended) -> tuple[Status, Error | None]:
        if self._fault is not None:
            return "crashed", Error(
                "BrokenEvidence", f"the run's evidence broke off: {self._fault}"
            )
        if ended.cause is not None:
            return ended.cause, self._at_open(ended.cause, ended.message)
        if self._sandbox_error is not None:
            return "sandbox_error", Error("SandboxError", self._sandbox_error)
        if self._unreadable is not None:
            found = self._unreadable
            return "unreadable", Error(
                "Unreadable", found.reason, cell=found.cell, line=found.line, column=found.column
            )
        if not self._reading:
            return "sandbox_error", Error("SandboxError", "the child ended before it read the file")
        if ended.signal is not None:
            return self._died(ended.signal)
        if self._source is None:
            return "unreadable", Error(
                "Unreadable", "Python's parser ended before it had read the file"
            )
        if self._broken is not None:
            return "crashed", self._broken
        if not self._end:
            return "crashed", self._at_open(
                "Exit", f"the process ended early, with status {ended.exit}"
            )
        errors = [statement.error for statement in self._statements if statement.error]
        if errors and self._nothing_compiled(errors):
            return "unreadable", errors[0]
        if errors:
            worst = min(errors, key=lambda error: STATUSES.index(error.status))
            return worst.status, worst
        return "finished", None

    def _nothing_compiled(self, errors: list[Error]) -> bool:
        """Not one statement could be run: the file is not Python."""
        broken = [error for error in errors if not error.places and "SyntaxError" in error.types]
        return len(broken) == len(self._statements)

    def _died(self, number: int) -> tuple[Status, Error]:
        name = signals.Signals(number).name if number in set(signals.Signals) else str(number)
        if self._source is None:
            return "unreadable", Error(
                "Unreadable", f"Python's parser died of {name} while it read the file"
            )
        status: Status = "forbidden" if name == "SIGSYS" else "crashed"
        return status, self._at_open(name, f"the process died of {name}")

    def _at_open(self, type: str, message: str) -> Error:
        begin = self._open.begin if self._open else None
        if isinstance(begin, frames.Begin):
            return Error(type, message, cell=begin.cell, line=begin.line)
        if begin is not None:
            return Error(type, f"{message} (in call {begin.index})")
        return Error(type, message)


def error_of(raised: frames.Raised | None) -> Error | None:
    """The exception in a frame as an `Error`, at the innermost of the submission's lines."""
    if raised is None:
        return None
    place = raised.frames[-1] if raised.frames else None
    return Error(
        type=raised.types[0] if raised.types else "Exception",
        message=raised.message,
        types=tuple(raised.types),
        errno=raised.errno,
        places=tuple(raised.frames),
        causes=tuple(raised.causes),
        cell=place.cell if place else None,
        line=place.line if place else raised.line,
        column=raised.column,
    )


def _parse_all(described: dict[str, frames.Described]) -> dict[str, values.Value]:
    return {name: values.parse(value) for name, value in described.items()}
