"""What a child said of an object, checked field by field: plain frozen data, and nothing else.

    NoneValue    NumberValue    TextValue    BytesValue
    TensorValue  ArrayValue                             with their elements, where they came along
    SizeValue    DtypeValue     DeviceValue  FunctionValue  ClassValue  ModuleValue
    SequenceValue  MappingValue                         items, and how many there were
    OtherValue                                          the name of its type, and its repr

`to_json` is a readable form; `summary` is one line of it, fit for a terminal. Every other text is
the child's own, and raw: see `printable`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from logitlab.sandbox.array_values import (
    ArrayValue,
    DescribedValue,
    Name,
    Shape,
    Size,
    TensorValue,
)
from logitlab.sandbox.child.bounds import (
    DEPTH,
    HEAD_BYTES,
    INTEGER_BITS,
    ITEMS,
    NODES,
    REPR_CHARACTERS,
    TEXT_CHARACTERS,
)
from logitlab.sandbox.inputs import plain, to_wire

__all__ = [
    "ArrayValue",
    "BytesValue",
    "ClassValue",
    "DeviceValue",
    "DtypeValue",
    "FunctionValue",
    "MalformedValue",
    "MappingValue",
    "ModuleValue",
    "NoneValue",
    "NumberValue",
    "OtherValue",
    "SequenceValue",
    "SizeValue",
    "TensorValue",
    "TextValue",
    "Value",
    "parse",
    "to_wire",
]

SHOWN_CHARACTERS: Final = 60
_WORDS: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_HEXADECIMAL: Final = re.compile(rf"-?0x[0-9a-f]{{16,{INTEGER_BITS // 4 + 1}}}")

Float = float | Literal["NaN", "Infinity", "-Infinity"]
Number = bool | int | float | complex | None


class MalformedValue(ValueError):
    """What a child sent describes no object."""


class NoneValue(DescribedValue, tag="none", frozen=True):
    def to_json(self) -> None:
        return None

    def summary(self) -> str:
        return "None"


class NumberValue(DescribedValue, tag="number", frozen=True):
    """A Python number, or a NumPy scalar: then with its dtype.

    The value is a number of `type`, or None for an integer of more than a thousand digits.
    """

    type: Literal["bool", "int", "float", "complex"]
    value: bool | int | float | str | tuple[Float, Float] | None
    dtype: Name | None = None
    subclass: Name | None = None

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "value", _number(self.type, self.value))

    def to_json(self) -> Any:
        return plain(self.value)  # type: ignore[arg-type]  # __post_init__ has made it a number

    def summary(self) -> str:
        if self.value is None:
            return "int of more than a thousand digits"
        return _shortened(str(self.value))


def _number(type: str, value: Any) -> Number:
    """The number that came as `value`.

    Raises:
        ValueError: it is none of this type.
    """
    found: Number
    match type, value:
        case ("bool", bool() as found) | ("float", float() as found) | ("int", None as found):
            return found
        case "complex", complex() as found:
            return found
        case "int", int() as found if not isinstance(found, bool):
            return found
        case "int", str() if _HEXADECIMAL.fullmatch(value):
            return int(value, 16)
        case "float", str() if value in _WORDS:
            return _WORDS[value]
        case "complex", (real, imaginary):
            return complex(_WORDS.get(real, real), _WORDS.get(imaginary, imaginary))
    raise ValueError(f"no {type}")


class TextValue(DescribedValue, tag="text", frozen=True):
    """A string, `truncated` where it was longer."""

    value: Annotated[str, Meta(max_length=TEXT_CHARACTERS)]
    truncated: bool = False
    subclass: Name | None = None

    def to_json(self) -> Any:
        text = _whole(self.value)
        return {"text": text, "truncated": True} if self.truncated else text

    def summary(self) -> str:
        return _shortened(repr(self.value[: 2 * SHOWN_CHARACTERS]))


class BytesValue(DescribedValue, tag="bytes", frozen=True):
    """Bytes: how many there are, and the first 64."""

    size: Size
    head: Annotated[bytes, Meta(max_length=HEAD_BYTES)]
    subclass: Name | None = None

    def __post_init__(self) -> None:
        if len(self.head) != min(self.size, HEAD_BYTES):
            raise ValueError("not as many bytes as there should be")

    def to_json(self) -> dict[str, Any]:
        return {"bytes": self.size, "head": self.head.hex()}

    def summary(self) -> str:
        return f"{self.size} bytes"


class SizeValue(DescribedValue, tag="size", frozen=True):
    """A torch.Size."""

    value: Shape
    subclass: Name | None = None

    def to_json(self) -> dict[str, Any]:
        return {"size": list(self.value)}

    def summary(self) -> str:
        return f"size {self.value}"


class _Named(DescribedValue, frozen=True):
    """What its name says all about."""

    name: Name

    def to_json(self) -> dict[str, Any]:
        return {str(self.__struct_config__.tag): _whole(self.name)}

    def summary(self) -> str:
        return f"{self.__struct_config__.tag} {_line(self.name)}"


class DtypeValue(_Named, tag="dtype", frozen=True):
    """A dtype of torch or NumPy; `other` where its name is not known here."""

    library: Literal["torch", "numpy"]


class DeviceValue(_Named, tag="device", frozen=True):
    """A torch.device, such as "cpu"."""


class FunctionValue(_Named, tag="function", frozen=True):
    """A function or method, and the module that it says it is from."""

    module: Name


class ClassValue(_Named, tag="class", frozen=True):
    """A class, and the module that it says it is from."""

    module: Name


class ModuleValue(_Named, tag="module", frozen=True):
    """A module."""

    subclass: Name | None = None


class OtherValue(DescribedValue, tag="other", frozen=True):
    """Whatever else: the name of its type, and its repr, which is None where it raised."""

    type: Name
    module: Name
    text: Annotated[str, Meta(max_length=REPR_CHARACTERS)] | None

    def to_json(self) -> dict[str, Any]:
        return {"type": _whole(self.type), "repr": self.text and _whole(self.text)}

    def summary(self) -> str:
        return _line(self.type) or "an object that could not be read"


class SequenceValue(DescribedValue, tag="sequence", frozen=True):
    """A list, tuple or set (a frozenset, too), of `size`: the `items` are all of it or the first.

    A named tuple is a tuple whose `subclass` is its name.
    """

    type: Literal["list", "tuple", "set"]
    size: Size
    items: Annotated[tuple[Value, ...], Meta(max_length=ITEMS)]
    subclass: Name | None = None

    def __post_init__(self) -> None:
        if len(self.items) > self.size:
            raise ValueError("more items than there are")

    def to_json(self) -> Any:
        items = [item.to_json() for item in self.items]
        return items if len(items) == self.size else {"size": self.size, "items": items}

    def summary(self) -> str:
        return f"{self.type} of {self.size}"


class MappingValue(DescribedValue, tag="mapping", frozen=True):
    """A dict of `size`: the `items`, pairs of key and value, are all of it or the first."""

    size: Size
    items: Annotated[tuple[tuple[Value, Value], ...], Meta(max_length=ITEMS)]
    subclass: Name | None = None

    def __post_init__(self) -> None:
        if len(self.items) > self.size:
            raise ValueError("more items than there are")

    def to_json(self) -> dict[str, Any]:
        """An object where all keys are strings, else pairs."""
        named = {
            _whole(key.value): value for key, value in self.items if isinstance(key, TextValue)
        }
        if len(named) == self.size:
            return {name: value.to_json() for name, value in named.items()}
        pairs = [[key.to_json(), value.to_json()] for key, value in self.items]
        return {"size": self.size, "items": pairs}

    def summary(self) -> str:
        return f"dict of {self.size}"


Value = (
    NoneValue
    | NumberValue
    | TextValue
    | BytesValue
    | TensorValue
    | ArrayValue
    | SizeValue
    | DtypeValue
    | DeviceValue
    | FunctionValue
    | ClassValue
    | ModuleValue
    | SequenceValue
    | MappingValue
    | OtherValue
)


class _Held(msgspec.Struct):
    value: Value  # in a struct, since msgspec keeps what it knows of these, and not of unions


def parse(described: object) -> Value:
    """The value that a child described.

    >>> parse({"kind": "number", "type": "float", "value": "-Infinity"}).value
    -inf

    Raises:
        MalformedValue: a field is missing, unknown, of the wrong type, or at odds with another.
    """
    try:
        value = msgspec.convert({"value": described}, _Held).value
    except (msgspec.ValidationError, RecursionError) as error:
        raise MalformedValue(str(error)[:500]) from None
    _check_nesting(value)
    return value


def _check_nesting(value: Value) -> None:
    level: list[Value] = [value]
    nodes = 0
    for _ in range(DEPTH + 1):
        nodes += len(level)
        level = [item for parent in level for item in _items(parent)]
    if level or nodes > NODES + 2 * ITEMS:
        raise MalformedValue("more within one value than a child sends")


def _items(value: Value) -> Iterator[Value]:
    if isinstance(value, SequenceValue):
        yield from value.items
    elif isinstance(value, MappingValue):
        for pair in value.items:
            yield from pair


def _whole(text: str) -> str:
    """Without halves of characters, which JSON cannot write as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _line(text: str) -> str:
    return "".join(character for character in text if character.isprintable())


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
