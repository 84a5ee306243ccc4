"""Read a submission into cells: a script, a script with `# %%` cells, or a notebook.

It happens in the child, behind its walls, since a hostile file can end a parser. A plain script is
one cell of format "script". Lines that only a notebook understands are neutralised (`magics`).
"""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from dataclasses import dataclass
from typing import Literal

from . import magics

MAXIMUM_BYTES = 20 << 20
MAXIMUM_CELLS = 10_000
Kind = Literal["code", "markdown", "raw"]
Format = Literal["script", "percent", "notebook"]

_MARKER = re.compile(r"#[ \t]*%%(?P<title>.*)|# In\[[\d ]*\]:?[ \t]*$")
_WIDE_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Cell:
    """`line` is that of its first line in a file, and 1 in a notebook."""

    index: int
    kind: Kind
    text: str
    line: int


@dataclass(frozen=True)
class Remark:
    """What was passed over, and where."""

    cell: int
    line: int
    text: str


@dataclass(frozen=True)
class Source:
    """A submission's cells, in their order."""

    format: Format
    cells: tuple[Cell, ...]
    remarks: tuple[Remark, ...] = ()


class Unreadable(Exception):
    """The file is neither Python nor a notebook: the reason, and where."""

    def __init__(
        self,
        reason: str,
        *,
        cell: int | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cell = cell
        self.line = line
        self.column = column


def read(data: bytes, name: str) -> Source:
    """The cells of a file's bytes. Raises Unreadable.

    >>> read(b"x = 1", "sums.py").format
    'script'
    >>> [cell.line for cell in read(b"# %%\\nx = 1\\n# %%\\ny = 2", "sums.py").cells]
    [1, 3]
    """
    from . import notebook  # which raises this module's Unreadable

    if len(data) > MAXIMUM_BYTES:
        raise Unreadable(f"larger than {MAXIMUM_BYTES >> 20} MB")
    for mark in _WIDE_MARKS:
        if data.startswith(mark):
            raise Unreadable("UTF-16 or UTF-32 text: save it as UTF-8", line=1)
    if name.endswith(".ipynb") or notebook.looks_like_one(data):
        return notebook.read(_decode(data, "utf-8-sig"))
    return _read_python(_decode(data, _encoding(data)))


def _encoding(data: bytes) -> str:
    """As Python finds it: a byte order mark, a `coding` comment, or UTF-8."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        first = data.split(b"\n", 1)[0]
        line = 1 if b"coding" in first else 2
        if "unknown encoding" in str(error) or "problem" in str(error):
            raise Unreadable(str(error), line=line) from None
        return "utf-8"  # whose decoder says where it is not
    return encoding


def _decode(data: bytes, encoding: str) -> str:
    try:
        if not codecs.lookup(encoding)._is_text_encoding:
            raise Unreadable(f"{encoding} is not an encoding of text", line=1)
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"not {encoding}: byte {data[error.start]:#04x} at offset {error.start}"
        raise Unreadable(reason, line=line) from None
    except (ValueError, LookupError, TypeError) as error:
        raise Unreadable(f"not {encoding}: {error}", line=1) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Unreadable("it holds a NUL byte, which Python does not take", line=line)
    return text


def _read_python(text: str) -> Source:
    lines = text.split("\n")
    starts = _markers(text, lines)
    if not starts:
        code, remarks = _neutralised(0, text, 1)
        cells = (Cell(0, "code", code, 1),) if code.strip() else ()
        return Source("script", cells, remarks)
    if len(starts) > MAXIMUM_CELLS:
        raise Unreadable(f"more than {MAXIMUM_CELLS} cells")
    if any(line.strip() for line in lines[: starts[0]]):
        starts = [0, *starts]
    cells_found: list[Cell] = []
    remarks_found: list[Remark] = []
    for index, (start, end) in enumerate(zip(starts, [*starts[1:], len(lines)], strict=True)):
        part = "\n".join(lines[start:end])
        kind = _kind(lines[start])
        if kind == "code":
            part, remarks = _neutralised(index, part, start + 1)
            remarks_found += remarks
        else:
            part = _uncommented(lines[start + 1 : end])
        cells_found.append(Cell(index, kind, part, start + 1))
    return Source("percent", tuple(cells_found), tuple(remarks_found))


def _markers(text: str, lines: list[str]) -> list[int]:
    """The numbers, from 0, of the lines that start a cell: comments, not lines of a string."""
    candidates = [number for number, line in enumerate(lines) if _MARKER.match(line)]
    if not candidates:
        return []
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, IndentationError, RecursionError):
        return candidates  # magics, or a mistake: what looks like a marker is one
    comments = {token.start[0] - 1 for token in tokens if token.type == tokenize.COMMENT}
    return [number for number in candidates if number in comments]


def _kind(marker: str) -> Kind:
    title = marker.partition("%%")[2].lower()
    if "[markdown]" in title or "[md]" in title:
        return "markdown"
    return "raw" if "[raw]" in title else "code"


def _uncommented(lines: list[str]) -> str:
    return "\n".join(re.sub(r"^#[ \t]?", "", line) for line in lines).strip("\n")


def _neutralised(cell: int, text: str, first: int) -> tuple[str, tuple[Remark, ...]]:
    code, found = magics.neutralise(text)
    return code, tuple(Remark(cell, first + line, remark) for line, remark in found)
