"""Cells of a .py file: `# %%` as Jupytext, Spyder and VS Code write it, `# In[3]:` as nbconvert."""

from __future__ import annotations

import re
from typing import Final

from .cells import Kind
from .lexemes import comments

_MARKER: Final = re.compile(r"#[ \t]*(?:%%+(?=[\s\[]|$)(?P<title>.*)|In ?\[[\d *]*\]:?[ \t]*$)")
_MARKDOWN: Final = re.compile(r"\[(?:markdown|md)\]")
_RAW: Final = re.compile(r"\[raw\]")
_FRONT_MATTER: Final = re.compile(r"# ---\n(?:#[^\n]*\n)*?# ---\n")
_QUOTED: Final = re.compile(r"\s*[rR]?(\"{3}|'{3})(.*)\1\s*", re.DOTALL)

Part = tuple[Kind, str, int]  # kind, text, and the line where the text begins


def split(text: str) -> list[Part] | None:
    r"""The cells of `text`, or None where it has no markers: a plain script.

    A code cell keeps its marker, a comment. Markdown and raw cells are freed of their `#`.

    >>> split("# %% [markdown]\n# Why?\n# %%\nx = 1\n")
    [('markdown', 'Why?', 2), ('code', '# %%\nx = 1\n', 3)]
    """
    if "%%" not in text and "In" not in text:
        return None
    markers = [
        (offset, line, found)
        for line, offset, comment in comments(text)
        if (offset == 0 or text[offset - 1] == "\n") and (found := _MARKER.match(comment))
    ]
    if not markers:
        return None
    ends = [offset for offset, _, _ in markers[1:]] + [len(text)]
    parts = _before(text[: markers[0][0]])
    for (start, line, found), end in zip(markers, ends, strict=True):
        parts.append(_part(text[start:end], line, found["title"] or ""))
    return parts


def _before(text: str) -> list[Part]:
    """What stands before the first marker, without Jupytext's own header."""
    header = _FRONT_MATTER.match(text)
    start = header.end() if header else 0
    line = text.count("\n", 0, start) + 1
    return [("code", text[start:], line)] if text[start:].strip() else []


def _part(text: str, line: int, title: str) -> Part:
    if _MARKDOWN.search(title):
        return "markdown", _uncommented(text.partition("\n")[2]), line + 1
    if _RAW.search(title):
        return "raw", _uncommented(text.partition("\n")[2]), line + 1
    return "code", text, line


def _uncommented(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return quoted[2].strip("\n")
    lines = text.rstrip("\n").split("\n")
    return "\n".join(re.sub(r"^# ?", "", line) for line in lines)
