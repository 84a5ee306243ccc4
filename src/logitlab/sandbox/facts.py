"""What a submission's text says, as the child told it, checked: names, calls, comments, strings."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

_Text = Annotated[str, Meta(max_length=4000)]
_Count = Annotated[int, Meta(ge=0, le=1 << 53)]


class Mention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name, an operator or a text, and where it stands."""

    text: _Text
    cell: _Count
    line: _Count


class CallMention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call as it is written, and as the file's own imports resolve it.

    `F.softmax` is resolved to "torch.nn.functional.softmax" where `F` was imported so; a method
    of an unknown object is ".softmax". `function` is the submission's own that it stands in.
    """

    written: _Text
    resolved: _Text
    cell: _Count
    line: _Count
    function: _Text | None


_Mentions = Annotated[tuple[Mention, ...], Meta(max_length=5000)]


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a check may ask of the text. A claim of the child's, like all evidence."""

    names: _Mentions = ()
    calls: Annotated[tuple[CallMention, ...], Meta(max_length=5000)] = ()
    operators: _Mentions = ()
    comments: _Mentions = ()
    strings: _Mentions = ()
    markdown: _Mentions = ()

    @classmethod
    def parse(cls, described: dict[str, Any]) -> Facts:
        """Raises msgspec.ValidationError where a field has another shape or size."""
        return msgspec.convert(described, cls)
