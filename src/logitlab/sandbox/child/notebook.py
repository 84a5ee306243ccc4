"""Cells of a notebook: nbformat 3 and 4, as far as they can be used."""

from __future__ import annotations

import json
from typing import Any, Final

from .cells import Kind, Unreadable

Part = tuple[Kind, str]
Note = tuple[int, str]  # a cell's index, and what is wrong with it

_KINDS: Final[dict[Any, Kind]] = {
    "code": "code",
    "markdown": "markdown",
    "html": "markdown",
    "heading": "markdown",
    "raw": "raw",
}


def parse(text: str) -> Any:
    """The JSON of `text`; its numbers, which are not used, may be of any size.

    Raises:
        Unreadable: it is not JSON, or nested too deep.
    """
    try:
        return json.loads(text, parse_int=float)
    except json.JSONDecodeError as error:
        reason = f"This is not a notebook, its JSON is broken: {error.msg}."
        raise Unreadable(reason, line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise Unreadable("This is not a notebook: its JSON is nested too deep.") from None


def is_notebook(document: Any) -> bool:
    """Whether there is a list of cells, or of worksheets, to be read.

    >>> is_notebook({"cells": []}), is_notebook([])
    (True, False)
    """
    return isinstance(document, dict) and any(
        isinstance(document.get(key), list) for key in ("cells", "worksheets")
    )


def split(document: Any) -> tuple[list[Part], list[Note]]:
    """Every cell in order, and notes on those that could not be used, which stand empty.

    Raises:
        Unreadable: it is JSON but no notebook, or not in Python.
    """
    if not is_notebook(document):
        raise Unreadable("This is JSON, but not a notebook: it has no list of cells.")
    _check_language(document)
    parts: list[Part] = []
    notes: list[Note] = []
    for cell in _cells(document):
        try:
            parts.append(_part(cell))
        except Unreadable as error:
            notes.append((len(parts), f"This cell was passed over: {error.reason}."))
            parts.append(("raw", ""))
    return parts, notes


def _check_language(document: dict[str, Any]) -> None:
    """Refuse a kernel of another language; where nothing is said, it is Python."""
    metadata = _dict(document.get("metadata"))
    names = [
        _dict(metadata.get("language_info")).get("name"),
        _dict(metadata.get("kernelspec")).get("language"),
    ]
    said = [name for name in names if isinstance(name, str) and name]
    if said and not any(map(_is_python, said)):
        raise Unreadable(f"The notebook is in {said[0][:40]}, not in Python.")


def _is_python(language: str) -> bool:
    return "python" in language.lower()


def _cells(document: dict[str, Any]) -> list[Any]:
    cells = document.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = [_dict(sheet).get("cells") for sheet in document["worksheets"]]
    return [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]


def _part(cell: Any) -> Part:
    if not isinstance(cell, dict):
        raise Unreadable("it is not a JSON object")
    kind = cell.get("cell_type")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise Unreadable("it does not say what kind of cell it is")
    language = cell.get("language", "python")  # nbformat 3
    if kind == "code" and isinstance(language, str) and not _is_python(language):
        raise Unreadable(f"it is in {language[:40]}, not in Python")
    text = _text(cell.get("source", cell.get("input")))
    return _KINDS[kind], "# " + text if kind == "heading" else text


def _text(source: Any) -> str:
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise Unreadable("its source is not text")
    return source.replace("\r\n", "\n").replace("\r", "\n")


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
