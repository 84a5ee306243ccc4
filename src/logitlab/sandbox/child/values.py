"""Any Python object as bounded plain data, in the child, running as little of its code as can be.

    none      number    text      bytes               what they are
    tensor    array                                   dtype, shape, and the elements as base64
    size      dtype     device    function    class    module
    sequence  mapping                                 items, and how many there are
    other                                             the name of its type, and its repr

What an object says of itself is not asked: its type is `type(obj)`, and what it holds is read by
the built-in type's own methods. The repr of an `other` is the one exception.
"""

from __future__ import annotations

import binascii
import builtins
import types
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

import torch

from . import tensors
from .bounds import (
    DEPTH,
    HEAD_BYTES,
    INTEGER_BITS,
    ITEMS,
    NAME_CHARACTERS,
    NODES,
    REPR_CHARACTERS,
    TEXT_CHARACTERS,
)
from .fingerprint import fingerprint
from .inputs import decode
from .tensors import Unavailable, getter

__all__ = ["Budget", "Described", "decode", "encode", "fingerprint"]

# Functions look their built-ins up here: what the learner does to `builtins` changes nothing.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]

Described = dict[str, Any]

NODE_BYTES: Final = 64  # about what a description takes beside its text and elements

_b2a, _islice = binascii.b2a_base64, islice
_tensor_facts, _tensor_bytes = tensors.tensor_facts, tensors.tensor_bytes
_array_facts, _array_bytes = tensors.array_facts, tensors.array_bytes
_plain_shape, _device_name = tensors.plain_shape, tensors.device_name
_DTYPE_NAMES, _numpy_dtype_name = tensors.DTYPE_NAMES, tensors.numpy_dtype_name
_BASE: Final = torch._C.TensorBase
_is_subclass = tensors.is_subclass

_mro, _qualname = getter(type, "__mro__"), getter(type, "__qualname__")
_type_module, _module_dict = getter(type, "__module__"), getter(types.ModuleType, "__dict__")
_real, _imag = getter(complex, "real"), getter(complex, "imag")
_method_function = getter(types.MethodType, "__func__")
_cut: Callable[[str, slice], str] = str.__getitem__  # an exact str, of a subclass too


class Budget:
    """How many bytes of described values a run may still send."""

    def __init__(self, size: int) -> None:
        self.left = size

    def take(self, size: int) -> bool:
        """Use up `size` bytes, where there are as many left."""
        if size > self.left:
            return False
        self.left -= size
        return True


def encode(obj: object, budget: Budget) -> Described:
    """What `obj` is, as plain data for strict JSON; raises nothing, whatever `obj` does.

    >>> encode([1, 2.5], Budget(1000))["items"][1]
    {'kind': 'number', 'type': 'float', 'value': 2.5}
    """
    try:
        return _Encoder(budget).value(obj, 0)
    except BaseException:
        return {"kind": "other", "type": "", "module": "", "text": None}


class _Encoder:
    """One value and all that it holds."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.nodes = NODES

    def value(self, obj: Any, depth: int) -> Described:
        self.nodes -= 1
        self.budget.take(NODE_BYTES)
        cls = type(obj)
        for base in _mro(cls):
            describe = _KINDS.get(id(base))  # by id: a metaclass may define __hash__
            if describe is None:
                continue
            try:
                described: Described = describe(self, obj, depth)
            except BaseException:
                break
            if cls is not base and describe not in _OF_THEIR_OWN:
                described["subclass"] = _type_name(cls)
            return described
        return self.of_other(obj, depth)

    def of_none(self, obj: None, depth: int) -> Described:
        return {"kind": "none"}

    def of_bool(self, obj: bool, depth: int) -> Described:
        return {"kind": "number", "type": "bool", "value": obj is True}

    def of_int(self, obj: int, depth: int) -> Described:
        bits = int.bit_length(obj)
        value: int | str | None = None
        if bits < 64:
            value = int.__add__(obj, 0)  # exact, of a subclass too
        elif bits <= INTEGER_BITS:
            value = int.__format__(obj, "#x")  # how many decimal digits may be had can be set
        return {"kind": "number", "type": "int", "value": value}

    def of_float(self, obj: float, depth: int) -> Described:
        return {"kind": "number", "type": "float", "value": _finite(float.__pos__(obj))}

    def of_complex(self, obj: complex, depth: int) -> Described:
        parts = [_finite(_real(obj)), _finite(_imag(obj))]
        return {"kind": "number", "type": "complex", "value": parts}

    def of_str(self, obj: str, depth: int) -> Described:
        value = _cut(obj, slice(0, TEXT_CHARACTERS))
        if not self.budget.take(_json_bytes(value)):
            value = ""
        described: Described = {"kind": "text", "value": value}
        if str.__len__(obj) > len(value):
            described["truncated"] = True
        return described

    def of_bytes(self, obj: bytes, depth: int) -> Described:
        head = bytes.__getitem__(obj, slice(0, HEAD_BYTES))
        return {"kind": "bytes", "size": bytes.__len__(obj), "head": _base64(head)}

    def of_tensor(self, obj: torch.Tensor, depth: int) -> Described:
        facts = _tensor_facts(obj)
        described = {"kind": "tensor", **facts, **self.elements(_tensor_bytes, obj, facts)}
        if type(obj) is not _Tensor:
            described["subclass"] = _type_name(type(obj))
        return described

    def of_array(self, obj: Any, depth: int) -> Described:
        facts = _array_facts(obj)
        return {"kind": "array", **facts, **self.elements(_array_bytes, obj, facts)}

    def elements(
        self, read: Callable[..., bytes | bytearray], obj: Any, facts: Described
    ) -> Described:
        """The elements as base64, or the reason why they are not there."""
        try:
            data = read(obj, facts)
        except Unavailable as why:
            return {"data": None, "why": why.args[0]}
        if not self.budget.take((len(data) + 2) // 3 * 4):
            return {"data": None, "why": "budget"}
        return {"data": _base64(data), "why": None}

    def of_scalar(self, obj: Any, depth: int) -> Described:
        """A NumPy scalar is the number that it holds, with its dtype."""
        described = _NUMBERS[type(number := _item(obj))](self, number, depth)
        return {**described, "dtype": _numpy_dtype_name(_scalar_dtype(obj))}

    def of_size(self, obj: torch.Size, depth: int) -> Described:
        return {"kind": "size", "value": _plain_shape(obj)}

    def of_dtype(self, obj: torch.dtype, depth: int) -> Described:
        return {"kind": "dtype", "library": "torch", "name": _DTYPE_NAMES.get(obj, "other")}

    def of_numpy_dtype(self, obj: Any, depth: int) -> Described:
        return {"kind": "dtype", "library": "numpy", "name": _numpy_dtype_name(obj)}

    def of_device(self, obj: torch.device, depth: int) -> Described:
        return {"kind": "device", "name": _device_name(obj)}

    def of_list(self, obj: list[Any], depth: int) -> Described:
        return self.sequence("list", list.__getitem__(obj, _FIRST), list.__len__(obj), depth)

    def of_tuple(self, obj: tuple[Any, ...], depth: int) -> Described:
        return self.sequence("tuple", tuple.__getitem__(obj, _FIRST), tuple.__len__(obj), depth)

    def of_set(self, obj: set[Any], depth: int) -> Described:
        items = list(_islice(set.__iter__(obj), ITEMS))
        return self.sequence("set", items, set.__len__(obj), depth)

    def of_frozenset(self, obj: frozenset[Any], depth: int) -> Described:
        items = list(_islice(frozenset.__iter__(obj), ITEMS))
        return self.sequence("set", items, frozenset.__len__(obj), depth)

    def sequence(self, kind: str, items: Iterable[Any], size: int, depth: int) -> Described:
        described = [self.value(item, depth + 1) for item in self.within(items, depth)]
        return {"kind": "sequence", "type": kind, "size": size, "items": described}

    def of_dict(self, obj: dict[Any, Any], depth: int) -> Described:
        items = list(_islice(dict.items(obj), ITEMS))
        described = [
            [self.value(key, depth + 1), self.value(value, depth + 1)]
            for key, value in self.within(items, depth)
        ]
        return {"kind": "mapping", "size": dict.__len__(obj), "items": described}

    def within(self, items: Iterable[Any], depth: int) -> Iterator[Any]:
        """The items that are still described: cycles, too, end here."""
        for item in items:
            if depth == DEPTH or self.nodes <= 0 or self.budget.left < NODE_BYTES:
                return
            yield item

    def of_function(self, obj: Any, depth: int) -> Described:
        name, module = _FUNCTIONS[id(type(obj))]
        return {"kind": "function", "name": _plain(name(obj)), "module": _plain(module(obj))}

    def of_method(self, obj: types.MethodType, depth: int) -> Described:
        return self.value(_method_function(obj), depth)

    def of_class(self, obj: type, depth: int) -> Described:
        return {"kind": "class", "name": _type_name(obj), "module": _plain(_type_module(obj))}

    def of_module(self, obj: types.ModuleType, depth: int) -> Described:
        return {"kind": "module", "name": _plain(dict.get(_module_dict(obj), "__name__"))}

    def of_other(self, obj: Any, depth: int) -> Described:
        """What is none of these is asked for its repr, which is the learner's code: caught."""
        cls, text = type(obj), None
        try:
            if not _is_subclass(_BASE, cls):
                text = _cut(repr(obj), slice(0, REPR_CHARACTERS))
                self.budget.take(_json_bytes(text))
        except BaseException:
            text = None
        try:
            module = _plain(_type_module(cls))
        except BaseException:
            module = ""
        return {"kind": "other", "type": _type_name(cls), "module": module, "text": text}


_Tensor: Final = torch.Tensor
_FIRST: Final = slice(0, ITEMS)
_NUMBERS: Final[dict[type, Any]] = {
    bool: _Encoder.of_bool,
    int: _Encoder.of_int,
    float: _Encoder.of_float,
    complex: _Encoder.of_complex,
}
_FUNCTIONS: Final = {
    id(kind): (getter(kind, "__qualname__"), getter(kind, "__module__"))
    for kind in (types.FunctionType, types.BuiltinFunctionType)
}
_BY_TYPE: Final[list[tuple[type, Any]]] = [
    (type(None), _Encoder.of_none),
    *_NUMBERS.items(),
    (str, _Encoder.of_str),
    (bytes, _Encoder.of_bytes),
    (_BASE, _Encoder.of_tensor),
    (torch.Size, _Encoder.of_size),
    (torch.dtype, _Encoder.of_dtype),
    (torch.device, _Encoder.of_device),
    (list, _Encoder.of_list),
    (tuple, _Encoder.of_tuple),
    (set, _Encoder.of_set),
    (frozenset, _Encoder.of_frozenset),
    (dict, _Encoder.of_dict),
    (types.FunctionType, _Encoder.of_function),
    (types.BuiltinFunctionType, _Encoder.of_function),
    (types.MethodType, _Encoder.of_method),
    (type, _Encoder.of_class),
    (types.ModuleType, _Encoder.of_module),
]
if tensors.numpy is not None:
    _item, _scalar_dtype = tensors.numpy.generic.item, getter(tensors.numpy.generic, "dtype")
    _BY_TYPE.extend(
        [
            (tensors.numpy.ndarray, _Encoder.of_array),
            (tensors.numpy.generic, _Encoder.of_scalar),
            (tensors.numpy.dtype, _Encoder.of_numpy_dtype),
        ]
    )
_KINDS: Final = {id(kind): describe for kind, describe in _BY_TYPE}
_OF_THEIR_OWN: Final = (  # which name the type themselves, or have no subclass to speak of
    _Encoder.of_tensor,
    _Encoder.of_class,
    _Encoder.of_method,
    *((_Encoder.of_scalar, _Encoder.of_numpy_dtype) if tensors.numpy is not None else ()),
)


def _finite(number: float) -> float | str:
    """A float as strict JSON has it: what is not finite is a word."""
    if number != number:
        return "NaN"
    if number in (_INFINITY, -_INFINITY):
        return "Infinity" if number > 0 else "-Infinity"
    return number


_INFINITY: Final = float("inf")


def _base64(data: bytes | bytearray) -> str:
    return _b2a(data, newline=False).decode("ascii")


def _json_bytes(text: str) -> int:
    """At most what `text` takes as ASCII JSON."""
    return len(text) if text.isascii() else 12 * len(text)


def _plain(name: Any) -> str:
    """A name that code may have set to anything, as a short exact str."""
    return _cut(name, slice(0, NAME_CHARACTERS)) if _is_subclass(str, type(name)) else ""


def _type_name(cls: type) -> str:
    return _plain(_qualname(cls))
