"""What a child may send: the shape of each frame, checked field by field before anything is used.

A frame that is not exactly one of these is refused, and the run with it (`reader`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Word = Annotated[str, Meta(max_length=1000)]
Message = Annotated[str, Meta(max_length=8000)]
Text = Annotated[str, Meta(max_length=4 << 20)]
Count = Annotated[int, Meta(ge=0, le=1 << 53)]
Seconds = Annotated[float, Meta(ge=0, le=1e9)]
Names = Annotated[list[Word], Meta(max_length=50)]
Described = dict[str, Any]  # a value, which `values.parse` checks


class _Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    pass


class Cause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an exception was raised from."""

    types: Names
    message: Message
    errno: int | None
    line: Count | None = None
    column: Count | None = None


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the submission that an exception passed through."""

    cell: Count | None
    line: Count
    function: Word


class Raised(Cause, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An exception: its types, most special first, and the submission's lines, outermost first."""

    frames: Annotated[list[Place], Meta(max_length=100)]
    causes: Annotated[list[Cause], Meta(max_length=10)]


class Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: Literal["code", "markdown", "raw"]
    line: Count


class Remark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cell: Count
    line: Count
    text: Message


class SandboxError(_Frame, frozen=True, tag="sandbox_error"):
    message: Message


class Reading(_Frame, frozen=True, tag="reading"):
    """The walls stand, and the source is about to be read."""


class Unreadable(_Frame, frozen=True, tag="unreadable"):
    reason: Message
    cell: Count | None
    line: Count | None
    column: Count | None


class Source(_Frame, frozen=True, tag="source"):
    format: Literal["script", "percent", "notebook"]
    cells: Annotated[list[Cell], Meta(max_length=20_000)]
    remarks: Annotated[list[Remark], Meta(max_length=20_000)]


class Facts(_Frame, frozen=True, tag="facts"):
    facts: dict[str, Any]  # which `facts.parse` checks


class Begin(_Frame, frozen=True, tag="begin"):
    cell: Count
    line: Count
    end_line: Count


class Output(_Frame, frozen=True, tag="output"):
    stream: Literal["stdout", "stderr"]
    text: Text


class Dropped(_Frame, frozen=True, tag="dropped"):
    stream: Literal["stdout", "stderr"]


class Shown(_Frame, frozen=True, tag="shown"):
    how: Literal["print", "display"]
    text: Text
    values: list[Described]


class Bound(_Frame, frozen=True, tag="bound"):
    name: Word
    value: Described


class Locals(_Frame, frozen=True, tag="locals"):
    function: Word
    values: dict[Word, Described]


class Seeding(_Frame, frozen=True, tag="seeding"):
    what: Word
    value: str | int | None


class Use(_Frame, frozen=True, tag="use"):
    name: Word
    line: Count | None


class Done(_Frame, frozen=True, tag="done"):
    error: Raised | None
    wall: Seconds
    cpu: Seconds
    memory: int


class Call(_Frame, frozen=True, tag="call"):
    index: Count


class Called(_Frame, frozen=True, tag="called"):
    result: Described | None
    error: Raised | None
    arguments: list[Described]
    keywords: dict[Word, Described]
    wall: Seconds
    cpu: Seconds
    memory: int


class Broken(_Frame, frozen=True, tag="broken"):
    error: Raised


class End(_Frame, frozen=True, tag="end"):
    pass


Frame = (
    SandboxError
    | Reading
    | Unreadable
    | Source
    | Facts
    | Begin
    | Output
    | Dropped
    | Shown
    | Bound
    | Locals
    | Seeding
    | Use
    | Done
    | Call
    | Called
    | Broken
    | End
)


def parse(frame: object) -> Frame:
    """Raises msgspec.ValidationError where the frame is not one that a child may send."""
    return msgspec.convert(frame, Frame)  # type: ignore[no-any-return]
