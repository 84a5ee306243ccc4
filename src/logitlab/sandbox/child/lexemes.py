"""Comments, strings and brackets of Python text, found in linear time, be it valid or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_COMMENT: Final = r"(?P<comment>\#[^\n]*+)"
_STRING: Final = r"""(?P<string>
      \"{3} [^"\\]*+ (?: (?: \\. | "(?!"") ) [^"\\]*+ )*+ (?: \"{3} | \\?\Z )
    | '{3} [^'\\]*+ (?: (?: \\. | '(?!'') ) [^'\\]*+ )*+ (?: '{3} | \\?\Z )
    | "(?!"") [^"\\\n]*+ (?: \\. [^"\\\n]*+ )*+ "?
    | '(?!'') [^'\\\n]*+ (?: \\. [^'\\\n]*+ )*+ '?
    )"""
_BRACKETS: Final = r"(?P<opened>[(\[{]++) | (?P<closed>[)\]}]++)"
_LINES: Final = r"(?P<continued>\\\n) | (?P<newline>\n)"

STRUCTURE: Final = re.compile(
    "|".join((_COMMENT, _STRING, _BRACKETS, _LINES)), re.VERBOSE | re.DOTALL
)
"""Each match is one lexeme; its `lastgroup` tells which."""

_COMMENT_OR_STRING: Final = re.compile(f"{_COMMENT}|{_STRING}", re.VERBOSE | re.DOTALL)


def comments(text: str) -> Iterator[tuple[int, int, str]]:
    r"""Each comment: its line (from 1), its offset in `text`, and its text from the # on.

    >>> list(comments("x = '#'  # one\n# two"))
    [(1, 9, '# one'), (2, 15, '# two')]
    """
    line, counted = 1, 0
    for found in _COMMENT_OR_STRING.finditer(text):
        if found.lastgroup == "comment":
            line += text.count("\n", counted, found.start())
            counted = found.start()
            yield line, found.start(), found.group()
