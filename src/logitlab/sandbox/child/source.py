"""Read a submission: a .py file, plain or with cells, or a notebook, from its bytes to cells.

It runs in the child, behind the walls, before any of the learner's code: what ends the parser
ends the child, and no more.
"""

from __future__ import annotations

from typing import Final

from . import decoding, magics, notebook, percent
from .cells import Cell, Format, Kind, Remark, Source, Unreadable

__all__ = ["CODE", "Cell", "Remark", "Source", "Unreadable", "read"]

CODE: Final = "<code>"  # the name of what arrived as a string: it is UTF-8, whatever it declares
MAXIMUM_BYTES: Final = 20 << 20
CELLS: Final = 10_000
REMARKS: Final = 1000
REMARK_CHARACTERS: Final = 500

_Part = tuple[Kind, str, int]


def read(data: bytes, name: str) -> Source:
    """Read the bytes of a submission that is called `name`.

    What is named .ipynb is a notebook; so is other text that is the JSON of one. All else is
    Python. Magics are neutralised, with a remark each (`magics`). Code that Python cannot parse is
    left as it is: it will fail when it is run, at its own line.

    >>> read(b"x = 1\\n", "one.py").cells
    (Cell(index=0, kind='code', text='x = 1\\n', line=1),)

    Raises:
        Unreadable: too large, not text, in an unknown or wrong encoding, or a broken notebook.
    """
    if len(data) > MAXIMUM_BYTES:
        raise Unreadable(f"The file is larger than {MAXIMUM_BYTES >> 20} MB.")
    document, text = _open(data, name)
    if document is None:
        parts = percent.split(text)
        format: Format = "script" if parts is None else "percent"
        plain: list[_Part] = [("code", text, 1)] if text.strip() else []
        return _source(format, plain if parts is None else parts, [])
    cells, notes = notebook.split(document)
    remarks = [Remark(cell, 1, note) for cell, note in notes]
    if not name.endswith(".ipynb") and name != CODE:
        remarks.insert(0, Remark(0, 1, "This is a notebook: its name should end in .ipynb."))
    return _source("notebook", [(kind, text, 1) for kind, text in cells], remarks)


def _open(data: bytes, name: str) -> tuple[object, str]:
    """A notebook's JSON, or None and the text of all else."""
    if name.endswith(".ipynb"):
        text = decoding.decode_utf8(data)
        if not text.strip():
            raise Unreadable("The notebook is empty: not even its JSON is there.")
        return notebook.parse(text), ""
    text = decoding.decode_utf8(data) if name == CODE else decoding.decode(data)
    if text.lstrip().startswith("{") and ('"cells"' in text or '"worksheets"' in text):
        try:
            document = notebook.parse(text)
        except Unreadable:
            return None, text
        if notebook.is_notebook(document):
            return document, ""
    return None, text


def _source(format: Format, parts: list[_Part], remarks: list[Remark]) -> Source:
    if len(parts) > CELLS:
        raise Unreadable(f"More than {CELLS} cells.")
    cells = []
    for index, (kind, text, line) in enumerate(parts):
        clean = _without_surrogates(text)
        if clean != text:
            remarks.append(Remark(index, line, "A character that is none (U+D800 …) was replaced."))
        if kind == "code":
            clean, notes = magics.neutralise(clean, cell=format != "script")
            remarks += [Remark(index, line + at - 1, note) for at, note in notes]
        cells.append(Cell(index, kind, clean, line))
    return Source(format, tuple(cells), _bounded(remarks))


def _without_surrogates(text: str) -> str:
    """Half a surrogate pair, which JSON can escape, is no character: nothing could print it."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _bounded(remarks: list[Remark]) -> tuple[Remark, ...]:
    kept = [
        Remark(remark.cell, remark.line, remark.text[:REMARK_CHARACTERS])
        for remark in sorted(remarks[:REMARKS], key=lambda remark: (remark.cell, remark.line))
    ]
    if len(remarks) > REMARKS:
        last = remarks[REMARKS]
        kept.append(
            Remark(last.cell, last.line, f"… and {len(remarks) - REMARKS} more such lines.")
        )
    return tuple(kept)
