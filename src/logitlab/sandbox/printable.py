"""Text from a stranger, made fit for a terminal: nothing that moves, colours, hides or reorders."""

from __future__ import annotations

import re
from typing import Final

_COMMAND: Final = re.compile("\x1b\\[[0-?]*[ -/]*[@-~]")  # such as the colours of ANSI
_UNFIT: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but the tab and the line's end
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # which change the direction of reading
    "\u2028\u2029\ud800-\udfff]"  # other ends of lines, halves of characters
)


def printable(text: str) -> str:
    """`text` without control characters (but `\\n` and `\\t`), lone surrogates, bidi overrides.

    >>> printable("\\x1b[31mred\\x1b[0m\\a")
    'red'
    """
    return _UNFIT.sub("", _COMMAND.sub("", text))
