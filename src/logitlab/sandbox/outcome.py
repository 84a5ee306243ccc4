"""What a run amounts to: its status and error, from what it sent and how its process ended.

Whatever the child says of itself, the kernel's word goes before it; and a fault of ours is one
only where no code of the submission can have made it.
"""

from __future__ import annotations

import signal as signals
from dataclasses import dataclass
from typing import TYPE_CHECKING

from logitlab.sandbox import frames
from logitlab.sandbox.evidence import STATUSES, Error, Status

if TYPE_CHECKING:
    from logitlab.sandbox.reader import EvidenceReader

_WORDS: dict[Status, str] = {
    "timeout": "it ran longer than it may",
    "out_of_memory": "it took more memory than it may",
    "crashed": "it was ended",
}


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


def outcome(heard: EvidenceReader, ended: Ended) -> tuple[Status, Error | None]:
    if heard.fault is not None:
        return "crashed", _broken_off(heard.fault)
    if ended.cause is not None:
        words = ended.message or _WORDS.get(ended.cause, ended.cause)
        return ended.cause, _at_open(heard, ended.cause, words)
    if heard.cut_short is not None and ended.signal is None:
        return "crashed", _broken_off(heard.cut_short)
    if heard.sandbox_error is not None:
        return "sandbox_error", Error("SandboxError", heard.sandbox_error)
    if heard.unreadable is not None:
        found = heard.unreadable
        return "unreadable", Error(
            "Unreadable", found.reason, cell=found.cell, line=found.line, column=found.column
        )
    if not heard.reading:
        return "sandbox_error", Error("SandboxError", "the child ended before it read the file")
    if ended.signal is not None:
        return _died(heard, ended.signal)
    if heard.source is None:
        return "unreadable", Error(
            "Unreadable", "Python's parser ended before it had read the file"
        )
    if heard.broken is not None:
        return "crashed", heard.broken
    if not heard.end:
        return "crashed", _at_open(
            heard, "Exit", f"the process ended early, with status {ended.exit}"
        )
    errors = [statement.error for statement in heard.statements if statement.error]
    if errors and _nothing_compiled(heard, errors):
        return "unreadable", errors[0]
    if errors:
        worst = min(errors, key=lambda error: STATUSES.index(error.status))
        return worst.status, worst
    return "finished", None


def _broken_off(fault: str) -> Error:
    return Error("BrokenEvidence", f"the run's evidence broke off: {fault}")


def _nothing_compiled(heard: EvidenceReader, errors: list[Error]) -> bool:
    """Not one statement could be run: the file is not Python."""
    broken = [error for error in errors if not error.places and "SyntaxError" in error.types]
    return len(broken) == len(heard.statements)


def _died(heard: EvidenceReader, number: int) -> tuple[Status, Error]:
    name = signals.Signals(number).name if number in set(signals.Signals) else str(number)
    if heard.source is None:
        return "unreadable", Error(
            "Unreadable", f"Python's parser died of {name} while it read the file"
        )
    status: Status = "forbidden" if name == "SIGSYS" else "crashed"
    return status, _at_open(heard, name, f"the process died of {name}")


def _at_open(heard: EvidenceReader, type: str, message: str) -> Error:
    begin = heard.open.begin if heard.open else None
    if isinstance(begin, frames.Begin):
        return Error(type, message, cell=cell_of(heard, begin), line=begin.line)
    if begin is not None:
        return Error(type, f"{message} (in call {begin.index})")
    return Error(type, message)


def cell_of(heard: EvidenceReader, begin: frames.Begin) -> int | None:
    """A script has no cells to speak of."""
    script = heard.source is not None and heard.source.format == "script"
    return None if script else begin.cell


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
