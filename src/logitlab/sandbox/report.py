"""Evidence as the plain data of a JSON document, whose schema is `evidence-schema.json`.

What the document holds is a child's word, and for reading: strict JSON of bounded length.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from importlib.resources import files
from itertools import islice
from typing import Any, Final

import msgspec

from logitlab import __version__
from logitlab.sandbox.array_values import DescribedValue
from logitlab.sandbox.evidence import Evidence, Source

FORMAT: Final = "logitlab/evidence"
VERSION: Final = 1
MOST_BYTES: Final = 4_000_000
# How much is kept, until the whole fits: characters of a text or a value, items of a list.
_BOUNDS: Final = ((1 << 16, 1 << 16), (1 << 13, 1 << 13), (1 << 10, 1 << 10), (128, 16), (128, 2))


def to_json(evidence: Evidence) -> dict[str, Any]:
    """The document: as `json.dumps` writes it, at most 4 MB of ASCII.

    A text or list that is too long is cut, and so is what a value holds: the object around it
    then has `"truncated": true`. What the source's text says is left out: the file says it.

    >>> to_json(Evidence("sums.py", None, None, ()))["format"]
    'logitlab/evidence'
    """
    for characters, items in _BOUNDS[:-1]:
        with contextlib.suppress(_TooLong):
            document = _Writer(characters, items, MOST_BYTES).document(evidence)
            if len(json.dumps(document, allow_nan=False)) <= MOST_BYTES:
                return document
    return _Writer(*_BOUNDS[-1], MOST_BYTES).document(evidence)


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    text = files("logitlab.sandbox").joinpath("evidence-schema.json").read_text("utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


class _TooLong(Exception):
    """More has been written than a document holds."""


class _Writer:
    """Writes evidence as plain data within bounds on each text, value and list.

    Raises _TooLong as soon as it has written more than `most`: a stranger chose how much there is.
    """

    def __init__(self, characters: int, items: int, most: int) -> None:
        self._characters = characters
        self._items = items
        self._left = most

    def document(self, evidence: Evidence) -> dict[str, Any]:
        head = {"format": FORMAT, "version": VERSION, "generator": f"logitlab {__version__}"}
        return head | self._object(
            name=evidence.name,
            sha256=evidence.sha256,
            isolation=evidence.level,
            status=evidence.status if evidence.runs else None,
            runs=evidence.runs,
        )

    def _object(self, **named: Any) -> dict[str, Any]:
        kept = {name: self._first(field) for name, field in named.items()}
        cut = any(_length(kept[name]) < _length(field) for name, field in named.items())
        written = {name: self._plain(field) for name, field in kept.items()}
        return written | ({"truncated": True} if cut else {})

    def _first(self, field: Any) -> Any:
        """As much of a text, list or mapping as is kept."""
        match field:
            case str():
                return field[: self._characters]
            case list() | tuple():
                return field[: self._items]
            case Mapping():
                return dict(islice(field.items(), self._items))
        return field

    def _plain(self, field: Any) -> Any:
        match field:
            case str():
                return self._text(field)
            case DescribedValue():
                return self._value(field)
            case Source():
                cells = [{"kind": kind, "line": line} for kind, line in field.cells]
                return self._object(format=field.format, cells=cells, remarks=field.remarks)
            case list() | tuple():
                return [self._plain(item) for item in field]
            case Mapping():
                return {self._text(name): self._plain(item) for name, item in field.items()}
            case msgspec.Struct():
                return self._object(**msgspec.structs.asdict(field))
        if is_dataclass(field):
            return self._object(**{each.name: getattr(field, each.name) for each in fields(field)})
        self._spend(1)
        return field

    def _text(self, text: str) -> str:
        """Without halves of characters, which no UTF-8 holds."""
        self._spend(len(text))
        return text.encode("utf-8", "replace").decode("utf-8")

    def _value(self, value: Any) -> Any:
        described = value.to_json()
        length = len(json.dumps(described, allow_nan=False))
        if length > self._characters:
            described = {"summary": self._text(value.summary()), "truncated": True}
        self._spend(min(length, self._characters))
        return described

    def _spend(self, length: int) -> None:
        self._left -= length
        if self._left < 0:
            raise _TooLong


def _length(field: Any) -> int:
    return len(field) if isinstance(field, str | list | tuple | Mapping) else 0
