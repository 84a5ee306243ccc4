"""Read a child's frames into a `Run`: what it sent is checked, ordered and bounded here.

A child may send anything. What is not a frame, comes out of order, or is too much ends the
reading, and the run has crashed; what was read before stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import msgspec

from logitlab.sandbox import frames, values
from logitlab.sandbox.child.wire import BrokenFrame, Frames
from logitlab.sandbox.evidence import (
    Called,
    Error,
    Locals,
    Run,
    Seeding,
    Shown,
    Source,
    Statement,
    Use,
)
from logitlab.sandbox.facts import Facts
from logitlab.sandbox.outcome import Ended, cell_of, error_of, outcome

FRAME_BYTES = 16 << 20
TOTAL_BYTES = 64 << 20
RECORDS = 60_000  # frames of a run, all kinds: somewhat more than an honest child sends


@dataclass
class Open:
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
        self.fault: str | None = None  # why nothing more is believed
        self.cut_short: str | None = None  # a frame that was not sent to its end
        self.sandbox_error: str | None = None
        self.reading = False
        self.unreadable: frames.Unreadable | None = None
        self.source: frames.Source | None = None
        self._facts = Facts()
        self.open: Open | None = None
        self.statements: list[Statement] = []
        self._calls: list[Called] = []
        self._seedings: list[Seeding] = []
        self._dropped = False
        self.broken: Error | None = None
        self.end = False

    def feed(self, data: bytes) -> bool:
        """Take some bytes; False once nothing more is believed, and the run is to be ended."""
        if self.fault is not None:
            return False
        self._bytes += len(data)
        try:
            if self._bytes > TOTAL_BYTES:
                raise BrokenFrame(f"more than {TOTAL_BYTES >> 20} MB of evidence")
            for raw in self._frames.feed(data):
                self._take(frames.parse(raw))
        except (BrokenFrame, msgspec.ValidationError, values.MalformedValue) as error:
            self.fault = str(error)[:500]
        return self.fault is None

    def close(self) -> None:
        """The child's pipe has ended: half a frame is a fault."""
        try:
            self._frames.close()
        except BrokenFrame as error:
            self.cut_short = str(error)

    def _take(self, frame: frames.Frame) -> None:
        self._records += 1
        if self._records > RECORDS or self.end:
            raise BrokenFrame("more evidence than a run sends, or after its end")
        match frame:
            case frames.SandboxError() if not self.reading:
                self.sandbox_error, self.end = frame.message, True
            case frames.Reading() if not self.reading:
                self.reading = True
            case frames.Unreadable() if self.source is None:
                self.unreadable, self.end = frame, True
            case frames.Source() if self.source is None:
                self.source = frame
            case frames.SandboxError() | frames.Reading() | frames.Unreadable() | frames.Source():
                raise BrokenFrame(f"{type(frame).__name__} out of order")
            case _ if self.source is None:
                raise BrokenFrame(f"{type(frame).__name__} before the source")
            case _:
                self._take_running(frame)

    def _take_running(self, frame: frames.Frame) -> None:
        match frame:
            case frames.Facts():
                self._facts = Facts.parse(frame.facts)
            case frames.Begin() | frames.Call() if self.open is None:
                self.open = Open(frame)
            case frames.Done() if self.open and isinstance(self.open.begin, frames.Begin):
                self.statements.append(self._statement(frame))
                self.open = None
            case frames.Called() if self.open and isinstance(self.open.begin, frames.Call):
                self._calls.append(self._called(frame))
                self.open = None
            case frames.Seeding():
                self._seedings.append(Seeding(frame.what, frame.value))
            case frames.Dropped():
                self._dropped = True
            case frames.Broken():
                self.broken, self.end = error_of(frame.error), True
            case frames.End() if self.open is None:
                self.end = True
            case _ if self.open is not None:
                self._take_within(frame, self.open)
            case _:
                raise BrokenFrame(f"{type(frame).__name__} out of order")

    def _take_within(self, frame: frames.Frame, open: Open) -> None:
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
        assert self.open is not None
        assert isinstance(self.open.begin, frames.Begin)
        open, begin = self.open, self.open.begin
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
        return replace(error, cell=cell_of(self, begin), line=error.line or begin.line)

    def _called(self, called: frames.Called | None) -> Called:
        assert self.open is not None
        assert isinstance(self.open.begin, frames.Call)
        open = self.open
        return Called(
            index=self.open.begin.index,
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
        if self.open is not None and isinstance(self.open.begin, frames.Begin):
            self.statements.append(self._statement(None))
        elif self.open is not None:
            self._calls.append(self._called(None))
        status, error = outcome(self, ended)
        return Run(
            seed=seed,
            status=status,
            error=error,
            source=self._described_source(),
            statements=tuple(self.statements),
            calls=tuple(self._calls),
            seedings=tuple(self._seedings),
            output=output,
            dropped=self._dropped,
            wall_seconds=ended.wall_seconds,
            cpu_seconds=ended.cpu_seconds,
            peak_memory_bytes=ended.peak_memory_bytes,
        )

    def _described_source(self) -> Source | None:
        if self.source is None:
            return None
        cells = tuple((cell.kind, cell.line) for cell in self.source.cells)
        return Source(self.source.format, cells, tuple(self.source.remarks), self._facts)


def _parse_all(described: dict[str, frames.Described]) -> dict[str, values.Value]:
    return {name: values.parse(value) for name, value in described.items()}
