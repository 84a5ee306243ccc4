"""What only a notebook understands, magics and shell commands, is taken out of code.

Line numbers stay. Only text that Python cannot parse is touched, and in it only lines that begin a
logical line: a `%` within brackets or a string is Python's.
"""

from __future__ import annotations

import re
from typing import Final

from . import syntax
from .lexemes import STRUCTURE

Note = tuple[int, str]  # a line of the text, from 1, and what was done there

_SUSPECT: Final = re.compile(
    r"""^[ \t\f]*+(?:[%!?]|pip|conda|mamba|uv)
    | =[ \t]*+[%!]
    | \?[ \t]*+$
    | \A\s*+(?<=[ \t])(?=\S)  # its first line is indented
    """,
    re.VERBOSE | re.MULTILINE,
)
_BLANKS: Final = re.compile(r"(?:[ \t\f]*+(?:\#[^\n]*+)?\n)*+")
_CELL_MAGIC: Final = re.compile(r"[ \t]*%%(?P<name>[A-Za-z_]\w*+)[^\n]*+")
_RUN_THEIR_CELL: Final = frozenset({"time", "capture", "prun", "memit", "wandb"})
_FIRST_MARGIN: Final = re.compile(r"(?:[ \t]*+\n)*+([ \t]++)")
_LINE: Final = r"(?:[^\n\\]|\\.)*+\\?"  # up to the end of a line that backslashes may continue
_TARGET: Final = r"[^\W\d][\w.,:\[\] \t'\"]*+=[ \t]*+"
_MAGIC: Final = re.compile(
    rf"""(?P<indent>[ \t\f]*+)(?:
      (?P<timed>%time[ \t]++(?:-\w+[ \t]++)*+)(?=[^\s?])
    | (?P<whole>
          %(?:%?[^\W\d]|[ \t]++matplotlib\b){_LINE}
        | [!?](?!=){_LINE}
        | (?:{_TARGET})?[^\W\d][\w.]*+(?:\[[^\]\n]*+\][\w.]*+)*+\?{{1,2}}[ \t]*+(?=\n|\Z)
        | [\w.*]++\?{{1,2}}[ \t]*+(?=\n|\Z)
        | (?:pip3?|conda|mamba|uv)[ \t]++[a-z]{_LINE}
      )
    | {_TARGET}(?:
          (?P<timed_value>%time[ \t]++(?:-\w+[ \t]++)*+)(?=[^\s?])
        | (?P<value>[!%][A-Za-z_/.~$({{"']{_LINE})
      )
    )""",
    re.VERBOSE | re.DOTALL,
)


def neutralise(text: str, *, cell: bool) -> tuple[str, list[Note]]:
    r"""Text that Python can parse, if magics were what kept it from that, and a note for each.

    A magic that runs code (`%time y = f(x)`, `%%capture`) leaves that code; other lines are
    emptied, and so is a `cell` that begins with any other cell magic (`%%bash`).

    >>> neutralise("%matplotlib inline\nfiles = !ls\n%time y = 2", cell=True)[0]
    '\nfiles = []\ny = 2'
    >>> neutralise("x = (7\n% 3)", cell=True)
    ('x = (7\n% 3)', [])
    """
    if not _SUSPECT.search(text) or syntax.tree(text) is not None:
        return text, []
    editor = _Editor(_dedented(text) if cell else text)
    if cell and not _run_cell_magics(editor):
        return "\n" * text.count("\n"), editor.notes
    _leave_line_magics_out(editor)
    return "".join(editor.kept), editor.notes


class _Editor:
    """Goes through a text once, and keeps, replaces and takes note."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.kept: list[str] = []
        self.notes: list[Note] = []

    def keep(self, end: int) -> None:
        self.kept.append(self.text[self.at : end])
        self.line += self.text.count("\n", self.at, end)
        self.at = end

    def replace(self, end: int, code: str, note: str) -> None:
        self.notes.append((self.line, note))
        self.kept.append(code)
        self.line += self.text.count("\n", self.at, end)
        self.at = end


def _dedented(text: str) -> str:
    """Without the indentation of the first line, which a notebook takes off as well."""
    margin = _FIRST_MARGIN.match(text)
    if margin is None:
        return text
    return "\n".join(line.removeprefix(margin[1]) for line in text.split("\n"))


def _run_cell_magics(editor: _Editor) -> bool:
    """Leave out the magics that run their cell; False where there is one that does not."""
    while True:
        blanks = _BLANKS.match(editor.text, editor.at)
        editor.keep(blanks.end() if blanks else editor.at)
        magic = _CELL_MAGIC.match(editor.text, editor.at)
        if magic is None:
            return True
        quoted = _quoted(magic.group())
        if magic["name"] not in _RUN_THEIR_CELL:
            editor.replace(
                magic.end(), "", f"{quoted} is for notebooks only; its cell was not run."
            )
            return False
        editor.replace(magic.end(), "", f"{quoted} was left out; its cell was run.")


def _leave_line_magics_out(editor: _Editor) -> None:
    depth = 0
    fresh = True  # at the beginning of a logical line
    while editor.at < len(editor.text):
        magic = _MAGIC.match(editor.text, editor.at) if fresh else None
        fresh = False
        if magic:
            editor.replace(*_replacement(magic))
            continue
        found = STRUCTURE.search(editor.text, editor.at)
        if found is None:
            editor.keep(len(editor.text))
            return
        editor.keep(found.end())
        match found.lastgroup:
            case "opened":
                depth += len(found.group())
            case "closed":
                depth = max(0, depth - len(found.group()))
            case "newline":
                fresh = depth == 0


def _replacement(magic: re.Match[str]) -> tuple[int, str, str]:
    """Where the magic ends, what takes its place, and what to say of it."""
    group = magic.lastgroup or ""
    start, end = magic.span(group)
    before = magic.group()[: start - magic.start()]
    if group.startswith("timed"):
        return end, before, f"{_quoted(magic[group])} was left out; its code was run."
    if group == "value":
        code = before + ("[]" if magic[group].startswith("!") else "None")
    else:
        code = before + "pass" if before.strip("\f") else before
    note = f"{_quoted(magic.group())} is for notebooks only, and was left out."
    return end, code + "\n" * magic[group].count("\n"), note


def _quoted(line: str) -> str:
    line = line.strip()
    return f"`{line if len(line) <= 80 else line[:79] + '…'}`"
