"""Lines that only a notebook understands: `%magic`, `!command`, `help?`, `%%cell`.

They are taken out where Python cannot parse the text otherwise, and where a statement begins: a
line within brackets or within a string is never touched. No line moves.
"""

from __future__ import annotations

import ast
import re

_LINE = re.compile(r"(?P<indent>[ \t]*)(?:%(?!%)|!|\?|[\w.]+\?{1,2}[ \t]*$)")
_ASSIGNED = re.compile(r"(?P<indent>[ \t]*)(?P<target>[\w., \t]+?)[ \t]*=[ \t]*[%!]")
_TIMED = re.compile(
    r"(?P<indent>[ \t]*)(?:(?P<target>[\w., \t]+=[ \t]*))?%time[ \t]+(?P<code>\S.*)"
)
_TOKEN = re.compile(
    r"""(?P<long>'''|\"\"\")|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\#.*|(?P<open>[(\[{])|(?P<close>[)\]}])"""
)
_RUN_THE_REST = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun"})
_SHOWN_CHARACTERS = 80

Found = list[tuple[int, str]]  # line, counted from 0, and a remark


def neutralise(text: str) -> tuple[str, Found]:
    """The text as Python, and a remark for each line that was taken out.

    >>> neutralise("%matplotlib inline\\nx = 7 %2")
    ('pass\\nx = 7 %2', [(0, 'skipped: %matplotlib inline')])
    """
    lines = text.split("\n")
    found: Found = []
    first = next((i for i, line in enumerate(lines) if _says_something(line)), None)
    if first is not None and lines[first].startswith("%%"):
        found.append((first, _remark(lines[first])))
        name = lines[first][2:].split(maxsplit=1)[:1]
        if not name or name[0] not in _RUN_THE_REST:
            return "\n" * (len(lines) - 1), found
        lines[first] = ""
    elif _parses(text):
        return text, []
    _take_out(lines, found)
    return "\n".join(lines), found


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _parses(text: str) -> bool:
    try:
        compile(text, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _take_out(lines: list[str], found: Found) -> None:
    """Replace the magics among `lines`: one walk, which knows where a statement can begin."""
    scanner = _Scanner()
    continued = False  # a magic that a backslash carries on
    for number, line in enumerate(lines):
        if continued:
            continued = line.endswith("\\")
            lines[number] = ""
            continue
        if scanner.at_start:
            replacement = _replacement(line)
            if replacement is not None:
                found.append((number, _remark(line)))
                continued = line.endswith("\\")
                lines[number] = replacement
                continue
        scanner.take(line)


def _replacement(line: str) -> str | None:
    """What stands in a magic's place; None for a line that is none."""
    if timed := _TIMED.match(line):  # `%time statement` runs the statement
        return timed["indent"] + (timed["target"] or "") + timed["code"]
    if assigned := _ASSIGNED.match(line):
        return f"{assigned['indent']}{assigned['target']} = None"
    if magic := _LINE.match(line):
        return magic["indent"] + "pass"
    return None


def _remark(line: str) -> str:
    return f"skipped: {line.strip()[:_SHOWN_CHARACTERS]}"


class _Scanner:
    """Follows brackets, long strings and backslashes from line to line."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote: str | None = None  # of the long string that is open
        self._backslash = False

    @property
    def at_start(self) -> bool:
        """Whether the next line can begin a statement."""
        return self._depth == 0 and self._quote is None and not self._backslash

    def take(self, line: str) -> None:
        self._backslash = line.endswith("\\")
        at = 0
        while True:
            if self._quote is not None:
                end = _end_of(line, self._quote, at)
                if end is None:
                    return
                at, self._quote = end, None
            token = _TOKEN.search(line, at)
            if token is None:
                return
            at = token.end()
            if token["long"]:
                self._quote = token["long"]
            elif token["open"]:
                self._depth += 1
            elif token["close"]:
                self._depth = max(0, self._depth - 1)


def _end_of(line: str, quote: str, at: int) -> int | None:
    """Where a long string ends in this line."""
    while (found := line.find(quote, at)) >= 0:
        backslashes = len(line[:found]) - len(line[:found].rstrip("\\"))
        if backslashes % 2 == 0:
            return found + len(quote)
        at = found + 1
    return None
