"""What a submission's text says, as the child told it, checked: names, calls, comments, strings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from logitlab.sandbox.child.findings import CHARACTERS, ITEMS

_Text = Annotated[str, Meta(max_length=CHARACTERS)]
_Count = Annotated[int, Meta(ge=0, le=1 << 53)]


class Mention(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A condition that is asserted, a comment, a string or a Markdown cell, and where it begins."""

    cell: _Count
    line: _Count
    text: _Text


class Name(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A name as it is written, and as the file's own imports and assignments resolve it.

    `function` is the submission's own that it stands in, here and below.
    """

    cell: _Count
    line: _Count
    written: _Text
    resolved: _Text
    use: Literal["read", "bound", "deleted", "imported", "defined", "parameter"]
    function: _Text | None


class Call(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A call: `F.softmax` is resolved to "torch.nn.functional.softmax" where `F` stands for it.

    A method of an unknown object is ".softmax".
    """

    cell: _Count
    line: _Count
    written: _Text
    resolved: _Text
    function: _Text | None


class Operator(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An operator: "@", "*" …"""

    cell: _Count
    line: _Count
    symbol: _Text
    function: _Text | None


_Mentions = Annotated[tuple[Mention, ...], Meta(max_length=ITEMS)]


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a check may ask of the text. `truncated`: there was more than is kept."""

    names: Annotated[tuple[Name, ...], Meta(max_length=ITEMS)] = ()
    calls: Annotated[tuple[Call, ...], Meta(max_length=ITEMS)] = ()
    operators: Annotated[tuple[Operator, ...], Meta(max_length=ITEMS)] = ()
    asserts: _Mentions = ()  # what is asserted, as Python writes it
    comments: _Mentions = ()
    strings: _Mentions = ()
    markdown: _Mentions = ()
    truncated: bool = False

    @classmethod
    def parse(cls, described: dict[str, Any]) -> Facts:
        """Raises msgspec.ValidationError where a field has another shape or size.

        >>> Facts.parse({"calls": [[0, 2, "exp", "math.exp", None]]}).calls[0].resolved
        'math.exp'
        """
        return msgspec.convert(described, cls)
