"""Read a notebook (nbformat 3 and 4), its metadata damaged or not: the cells' source, no output."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from . import magics
from .source import MAXIMUM_CELLS, Cell, Kind, Remark, Source, Unreadable

_KINDS: dict[object, Kind] = {
    "code": "code",
    "markdown": "markdown",
    "heading": "markdown",
    "html": "raw",
    "raw": "raw",
}


def looks_like_one(data: bytes) -> bool:
    """Whether bytes of another name are a notebook all the same: JSON with cells."""
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"{") and (b'"cells"' in data or b'"worksheets"' in data)


def read(text: str) -> Source:
    """The cells of a notebook's JSON. One damaged cell costs a remark; raises Unreadable."""
    notebook = _load(text)
    if not isinstance(notebook, dict):
        raise Unreadable(f"JSON, but not a notebook: {_name(notebook)} where an object is wanted")
    _check_language(notebook)
    cells: list[Cell] = []
    remarks: list[Remark] = []
    for index, described in enumerate(_cells(notebook)):
        if index >= MAXIMUM_CELLS:
            raise Unreadable(f"more than {MAXIMUM_CELLS} cells")
        try:
            kind, source = _kind(described), _source(described)
        except ValueError as error:
            remarks.append(Remark(index, 1, f"skipped: {error}"))
            continue
        if kind == "code":
            source, found = magics.neutralise(source)
            remarks += [Remark(index, line + 1, remark) for line, remark in found]
        cells.append(Cell(index, kind, source, 1))
    return Source("notebook", tuple(cells), tuple(remarks))


def _load(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg}"
        raise Unreadable(reason, line=error.lineno, column=error.colno) from None
    except ValueError as error:  # an integer of too many digits
        raise Unreadable(f"not a notebook's JSON: {error}") from None
    except RecursionError:
        raise Unreadable("JSON that is nested too deep for a notebook") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _name(value: object) -> str:
    return {list: "a list", str: "a string", dict: "an object", type(None): "null"}.get(
        type(value), "a number"
    )


def _check_language(notebook: dict[str, Any]) -> None:
    metadata = notebook.get("metadata")
    if not isinstance(metadata, dict):
        return
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        part = metadata.get(key)
        language = part.get(name) if isinstance(part, dict) else None
        if isinstance(language, str) and "python" not in language.lower():
            raise Unreadable(f"a notebook in {language[:50]}, not in Python")


def _cells(notebook: dict[str, Any]) -> Iterator[Any]:
    if "cells" in notebook:
        yield from _list(notebook["cells"], "cells")
    elif "worksheets" in notebook:
        for sheet in _list(notebook["worksheets"], "worksheets"):
            if isinstance(sheet, dict):
                yield from _list(sheet.get("cells", []), "cells")
    else:
        raise Unreadable("JSON, but not a notebook: it has no cells")


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable(f"not a notebook: its {name} are {_name(value)} where a list is wanted")
    return value


def _kind(cell: Any) -> Kind:
    if not isinstance(cell, dict):
        raise ValueError(f"a cell that is {_name(cell)}")
    kind = _KINDS.get(cell.get("cell_type")) if isinstance(cell.get("cell_type"), str) else None
    if kind is None:
        raise ValueError("a cell without a known type")
    language = cell.get("language")
    if isinstance(language, str) and "python" not in language.lower():
        raise ValueError(f"a cell in {language[:50]}")
    return kind


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise ValueError("a cell whose source is not text")
    if "\0" in source:
        raise ValueError("a cell that holds a NUL byte")
    return source.replace("\r\n", "\n").replace("\r", "\n")
